// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel's log has behind a fault: entries of the device, of its page table and of the command queue, as they
 * were when the driver printed them. They come a word or a line at a time, and any of them may be lost. */
#include "fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct entry_then *entry_named(struct fault_then *then, const struct fault *detail)
{
	struct entry_then *entry;

	for (unsigned i = 0; i < then->nr_entries; i++) {
		if (strcmp(then->entries[i].name, detail->detail_name) == 0)
			return &then->entries[i];
	}
	if (then->nr_entries == MAX_ENTRIES_THEN)
		return NULL;
	entry = &then->entries[then->nr_entries++];
	*entry = (struct entry_then){ .name = detail->detail_name,
				      .records = { detail->detail_records[0], detail->detail_records[1] } };
	return entry;
}

static void take_entry(struct fault_then *then, const struct fault *detail)
{
	struct entry_then *entry = entry_named(then, detail);

	for (unsigned i = 0; entry && i < detail->nr_detail && detail->detail_index + i < FAULT_ENTRY_WORDS; i++) {
		unsigned nth = detail->detail_index + i;

		entry->words[nth] = detail->detail_words[i];
		entry->known[nth] = true;
		entry->nr = nth + 1 > entry->nr ? nth + 1 : entry->nr;
	}
}

static struct command_then *command_named(struct fault_then *then, const char *name)
{
	struct command_then *command;

	for (unsigned i = 0; i < then->nr_commands; i++) {
		if (strcmp(then->commands[i].name, name) == 0)
			return &then->commands[i];
	}
	if (then->nr_commands == MAX_COMMANDS_THEN)
		return NULL;
	command = &then->commands[then->nr_commands++];
	*command = (struct command_then){ .name = name };
	return command;
}

static void take_command(struct fault_then *then, const struct fault *detail)
{
	struct command_then *command = command_named(then, detail->detail_name);

	if (!command)
		return;
	memcpy(command->words, detail->detail_words, sizeof(command->words));
	command->nr_halves = NR_HALVES;
}

static void take_half(struct fault_then *then, const struct fault *detail)
{
	struct command_then *command = command_named(then, detail->detail_name);
	uint32_t half = (uint32_t)detail->detail_words[0];

	/* They come in their order: where one is missing, the rest is no command. As in memory, the low one is first. */
	if (!command || command->nr_halves >= NR_HALVES || detail->detail_index != command->nr_halves)
		return;
	memcpy((uint8_t *)command->words + command->nr_halves++ * sizeof(half), &half, sizeof(half));
}

void fault_take_detail(struct fault_then *then, const struct fault *detail)
{
	switch (detail->detail) {
	case FAULT_DETAIL_ENTRY:
		take_entry(then, detail);
		break;
	case FAULT_DETAIL_TABLE:
		if (then->nr_levels < MAX_LEVELS_THEN)
			then->levels[then->nr_levels++] = (struct level_then){ detail->detail_index,
									       detail->detail_words[0] };
		break;
	case FAULT_DETAIL_NOT_PRESENT:
		then->ends = true;
		break;
	case FAULT_DETAIL_COMMAND:
		take_command(then, detail);
		break;
	case FAULT_DETAIL_COMMAND_HALF:
		take_half(then, detail);
		break;
	case FAULT_DETAIL_REASON:
	case FAULT_DETAIL_OTHER:
		break;
	}
}

/* ---- told ---- */

/* "0000000003000302 0000000000000101"; "?" for a word that the log does not have. */
static const char *words_of(struct context *ctx, const struct entry_then *entry)
{
	struct arena *arena = &ctx->session->arena;
	const char *line = "";

	for (unsigned i = 0; i < entry->nr; i++)
		line = arena_printf(arena, "%s%s%s", line, i ? " " : "",
				    entry->known[i] ? arena_printf(arena, "%016" PRIx64, entry->words[i]) : "?");
	return line;
}

static void put_words(struct sink *sink, const char *key, const struct entry_then *entry)
{
	sink_list(sink, key);
	for (unsigned i = 0; i < entry->nr; i++) {
		if (entry->known[i])
			sink_hex(sink, NULL, entry->words[i]);
		else
			sink_null(sink, NULL);
	}
	sink_list_end(sink);
}

/* The same entry as it is now; NULL: there is none, or it is not what the fault's request goes by. */
static const struct record_view *view_now(const struct explained *e, const struct entry_then *entry)
{
	for (unsigned i = 0; i < e->entry.nr_views; i++) {
		const struct record_view *view = &e->entry.views[i];

		if (e->told->fault.has_pasid && i >= e->entry.nr_before_pasids)
			break; /* these are of requests without a PASID */
		if (!failed(view->failure) && view->record &&
		    (view->record == entry->records[0] || view->record == entry->records[1]))
			return view;
	}
	return NULL;
}

static bool is_changed(const struct entry_then *entry, const struct record_view *view)
{
	for (unsigned i = 0; i < entry->nr && i < view->nr_words; i++) {
		if (entry->known[i] && entry->words[i] != view->words[i])
			return true;
	}
	return false;
}

static void put_entry_then(struct explained *e, const struct entry_then *entry)
{
	const struct record_view *view = view_now(e, entry);
	bool changed = view && is_changed(entry, view);
	struct sink *sink = e->ctx->sink;

	e->facts.changed_since |= changed;
	e->facts.same_since |= view && !changed;
	sink_begin(sink, NULL);
	sink_string(sink, "entry", *entry->name ? entry->name : NULL);
	put_words(sink, "words", entry);
	if (view)
		sink_bool(sink, "changed", changed);
	else
		sink_null(sink, "changed");
	sink_end(sink);
	sink_say(sink, "ENTRY THEN", "%s%s%s, by the log%s", entry->name, *entry->name ? ": " : "",
		 words_of(e->ctx, entry), !view ? "" : changed ? ": another than now" : ": the same as now");
}

static void put_levels(struct explained *e)
{
	const struct fault_then *then = &e->told->then;
	struct arena *arena = &e->ctx->session->arena;
	const char *line = "";

	sink_list(e->ctx->sink, "levels");
	for (unsigned i = 0; i < then->nr_levels; i++) {
		sink_begin(e->ctx->sink, NULL);
		sink_count(e->ctx->sink, "level", then->levels[i].level);
		sink_hex(e->ctx->sink, "entry", then->levels[i].entry);
		sink_end(e->ctx->sink);
		line = arena_printf(arena, "%slevel %u %" PRIx64 ", ", line, then->levels[i].level, then->levels[i].entry);
	}
	sink_list_end(e->ctx->sink);
	sink_bool(e->ctx->sink, "ends", then->ends);
	if (then->nr_levels || then->ends)
		sink_say(e->ctx->sink, "WALK THEN", "%s%sby the log", line, then->ends ? "where it ends, " : "");
}

static void put_command(struct explained *e, const struct command_then *command)
{
	const struct vendor *vendor = e->told->vendor;
	struct sink *sink = e->ctx->sink;
	char words[FAULT_WORDS_MAX];

	if (command->nr_halves == NR_HALVES && vendor && vendor->command_words)
		vendor->command_words(command->words, words, sizeof(words));
	else
		snprintf(words, sizeof(words), "the log does not have all of it");
	sink_begin(sink, NULL);
	sink_string(sink, "where", *command->name ? command->name : NULL);
	if (command->nr_halves == NR_HALVES)
		sink_words(sink, "words", command->words, 2, false);
	else
		sink_null(sink, "words");
	sink_string(sink, "text", words);
	sink_end(sink);
	sink_say(sink, "COMMAND", "%s%s%s", command->name, *command->name ? ": " : "", words);
}

void fault_put_then(struct explained *e)
{
	const struct fault_then *then = &e->told->then;
	struct sink *sink = e->ctx->sink;

	if (!then->nr_entries && !then->nr_levels && !then->ends && !then->nr_commands)
		return;
	/* Of the last entry of the chain, which decides. */
	if (then->nr_entries) {
		const struct entry_then *last = &then->entries[then->nr_entries - 1];
		const struct record_view *view = view_now(e, last);

		put_words(sink, "entry_then", last);
		if (view)
			sink_bool(sink, "entry_changed", is_changed(last, view));
		else
			sink_null(sink, "entry_changed");
	}
	sink_begin(sink, "then");
	sink_list(sink, "entries");
	for (unsigned i = 0; i < then->nr_entries; i++)
		put_entry_then(e, &then->entries[i]);
	sink_list_end(sink);
	put_levels(e);
	sink_list(sink, "commands");
	for (unsigned i = 0; i < then->nr_commands; i++)
		put_command(e, &then->commands[i]);
	sink_list_end(sink);
	sink_end(sink);
	e->facts.same_since &= !e->facts.changed_since;
}
