// SPDX-License-Identifier: GPL-2.0-or-later
/* The entries on the way of a translation, one row each: through one table, or through the table of
 * PASIDs, the guest's and the host's, in the order in which the hardware reads them. */
#include "cmd.h"

#include <inttypes.h>
#include <string.h>

static const struct column step_columns[] = {
	{ .key = "level" },
	{ .key = "index" },
	{ .key = "entry_pa" },
	{ .key = "entry", .width = 16, .right = true },
	{ .key = "kind" },
};

static void begin_table(struct context *ctx)
{
	sink_table(ctx->sink, step_columns, sizeof(step_columns) / sizeof(step_columns[0]));
}

static const char *kind_word(enum pt_kind kind)
{
	static const char *const words[] = {
		[PT_EMPTY] = "empty",
		[PT_LEAF] = "page",
		[PT_TABLE] = "table",
		[PT_BAD] = "bad",
	};

	return words[kind];
}

/* The tables that a way leads through: in JSON each has a name, on screen a label. */
struct stage {
	const char *name;  /* NULL: there is only one */
	const char *label; /* before "level N" */
	const struct pt_guest *guest; /* not NULL: its entries are in this guest's memory */
};

/* One entry on the way, of a page table or of a table of PASIDs. */
struct shown_step {
	unsigned level, index;
	struct pa entry_pa; /* guest physical where the stage has a guest */
	enum status status;
	enum pt_kind kind;
	const struct record *record;
	const uint64_t *words;
	uint8_t nr_words;
	uint64_t enc_mask; /* as in struct record_view */
	const char *meaning; /* on screen */
};

static void put_kind(struct context *ctx, const struct shown_step *step)
{
	struct sink *sink = ctx->sink;

	if (step->status != STATUS_OK) {
		sink_string(sink, "kind", step->status == STATUS_NOT_IN_DUMP ? "not-in-dump" :
									       "unreadable");
		sink_string(sink, "problem", status_text(step->status));
		sink_cell(sink, "kind", "%s", word_no_value(step->status));
		return;
	}
	sink_string(sink, "kind", kind_word(step->kind));
	if (step->meaning)
		sink_cell(sink, "kind", "%s", step->meaning);
}

/* Where the entry is. One in a guest's memory has a guest physical address, and the host's table says where
 * that is in the machine's memory. */
static void put_place(struct context *ctx, const struct stage *stage,
		      const struct shown_step *step)
{
	struct pt_translation host;
	struct sink *sink = ctx->sink;

	if (!stage->guest) {
		sink_hex(sink, "entry_pa", step->entry_pa.v);
		sink_cell(sink, "entry_pa", "at %" PRIx64, step->entry_pa.v);
		return;
	}
	sink_hex(sink, "entry_gpa", step->entry_pa.v);
	pt_guest_translate(stage->guest, pt_guest_address(step->entry_pa), &host);
	if (host.result == PT_MAPPED) {
		sink_hex(sink, "entry_pa", host.pa.v);
		sink_cell(sink, "entry_pa", "at guest %" PRIx64 " = %" PRIx64, step->entry_pa.v,
			  host.pa.v);
	} else {
		enum status status = host.result == PT_UNREADABLE ?
					     host.steps[host.nr_steps - 1].status : STATUS_UNMAPPED;

		sink_null(sink, "entry_pa");
		sink_string(sink, "entry_pa_problem", status_text(status));
		sink_cell(sink, "entry_pa", "at guest %" PRIx64 " %s", step->entry_pa.v,
			  host.result == PT_UNREADABLE ? word_no_value(status) : "");
	}
}

static void put_step_fields(struct context *ctx, const struct shown_step *step)
{
	struct record_view view = {
		.record = step->record, .nr_words = step->nr_words, .enc_mask = step->enc_mask,
	};

	memcpy(view.words, step->words, step->nr_words * sizeof(view.words[0]));
	sink_view(ctx->sink, NULL, &view, true);
}

static void put_step(struct context *ctx, const struct stage *stage, const struct shown_step *step)
{
	struct sink *sink = ctx->sink;

	if (ctx->opt.verbose)
		begin_table(ctx); /* a record stood between the rows */
	sink_row(sink);
	if (stage->name)
		sink_string(sink, "stage", stage->name);
	sink_count(sink, "level", step->level);
	sink_cell(sink, "level", "%slevel %u", stage->label, step->level);
	sink_count(sink, "index", step->index);
	sink_cell(sink, "index", "[%3u]", step->index);
	put_place(ctx, stage, step);
	if (step->status == STATUS_OK)
		sink_hex(sink, "entry", step->words[0]);
	else
		sink_null(sink, "entry");
	if (step->status == STATUS_OK && step->nr_words > 1)
		sink_words(sink, "raw", step->words, step->nr_words, false);
	put_kind(ctx, step);
	sink_row_end(sink);
	if (ctx->opt.verbose && step->status == STATUS_OK && step->kind != PT_EMPTY && !ctx->opt.json)
		put_step_fields(ctx, step);
}

/* ---- through a page table ---- */

static const char *meaning_of(struct context *ctx, const struct pt_step *step)
{
	const struct pt_entry *entry = &step->entry;
	struct arena *arena = &ctx->session->arena;
	char size[WORD_MAX], fault[WORD_MAX];

	switch (entry->kind) {
	case PT_EMPTY:
		break;
	case PT_TABLE:
		if (entry->next_level + 1u != step->level)
			return arena_printf(arena, "table %" PRIx64 " of level %u", entry->address,
					    entry->next_level);
		return arena_printf(arena, "table %" PRIx64, entry->address);
	case PT_LEAF:
		return arena_printf(arena, "%s page, %s", word_size(size, 1ULL << entry->size_lg2),
				    word_access(entry->read, entry->write, entry->user));
	case PT_BAD:
		return arena_strdup(arena, word_fault(fault, entry));
	}
	return NULL;
}

static void put_page_step(struct context *ctx, const struct stage *stage,
			  const struct pt_root *root, const struct pt_step *from)
{
	const struct shown_step step = {
		.level = from->level,
		.index = from->index,
		.entry_pa = from->entry_pa,
		.status = from->status,
		.kind = from->entry.kind,
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a step has a root */
		.record = from->entry.kind == PT_TABLE ? root->format->table : root->format->leaf,
		.words = &from->raw,
		.nr_words = 1,
		.enc_mask = root->enc_mask,
		.meaning = meaning_of(ctx, from),
	};

	put_step(ctx, stage, &step);
}

static void put_host_steps(struct context *ctx, const struct pt_guest *guest,
			   const struct pt_translation *t)
{
	const struct stage stage = { .name = "host", .label = "    host " };

	for (unsigned i = 0; i < t->nr_steps; i++)
		put_page_step(ctx, &stage, &guest->host, &t->steps[i]);
}

/* The entries of the host's table by which the hardware finds an entry in a guest's memory: on screen with -v,
 * and always when the entry could not be read. */
static void put_host_of(struct context *ctx, const struct pt_guest *guest, struct pa entry_pa,
			enum status status)
{
	struct pt_translation host;

	if (!guest || !(status != STATUS_OK || ctx->opt.verbose || ctx->opt.json))
		return;
	pt_guest_translate(guest, pt_guest_address(entry_pa), &host);
	put_host_steps(ctx, guest, &host);
}

static void put_page_stage(struct context *ctx, const struct stage *stage,
			   const struct pt_root *root, const struct pt_translation *t)
{
	for (unsigned i = 0; i < t->nr_steps; i++) {
		put_host_of(ctx, stage->guest, t->steps[i].entry_pa, t->steps[i].status);
		put_page_step(ctx, stage, root, &t->steps[i]);
	}
}

/* ---- through a table of PASIDs ---- */

static const char *meaning_of_pasid_step(struct context *ctx, const struct route *route,
					 const struct pasid_step *step)
{
	const struct pasid_answer *way = &route->way;

	if (step->kind == PT_TABLE)
		return arena_printf(&ctx->session->arena, "table %" PRIx64, step->address);
	if (step->kind == PT_BAD)
		return arena_printf(&ctx->session->arena, "<illegal: %s>", way->why);
	if (step->kind == PT_LEAF && way->state != DMA_TRANSLATED)
		return word_dma_state(way->state);
	if (step->kind == PT_LEAF && way->is_nested)
		return arena_printf(&ctx->session->arena, "the PASID's table guest %" PRIx64 ", over %" PRIx64,
				    step->address, way->host.table.v);
	if (step->kind == PT_LEAF)
		return arena_printf(&ctx->session->arena, "the PASID's table %" PRIx64, step->address);
	return NULL;
}

static void put_pasid_stage(struct context *ctx, const struct route *route)
{
	const char *name = route->pasids.format->name;
	const struct stage stage = {
		.name = name,
		.label = arena_printf(&ctx->session->arena, "  %s ", name),
		.guest = route->pasids.table_behind_host ? route->space.guest : NULL,
	};

	for (unsigned i = 0; i < route->way.nr_steps; i++) {
		const struct pasid_step *from = &route->way.steps[i];
		const struct shown_step step = {
			.level = from->level,
			.index = from->index,
			.entry_pa = pa_of(from->view.place.at),
			.status = from->view.failure.status,
			.kind = from->kind,
			.record = from->view.record,
			.words = from->view.words,
			.nr_words = from->view.nr_words,
			.enc_mask = from->view.enc_mask,
			.meaning = meaning_of_pasid_step(ctx, route, from),
		};

		put_host_of(ctx, stage.guest, step.entry_pa, step.status);
		put_step(ctx, &stage, &step);
	}
}

void put_steps(struct context *ctx, const struct selection *sel, const struct pt_translation *t,
	       const struct pt_translation *host)
{
	const struct route *route = &sel->route;
	const char *name = route->space.guest ? "guest" :
			   route->by_pasid    ? route->pasids.format->page_stage : NULL;
	const struct stage table = {
		.name = name,
		.label = name ? arena_printf(&ctx->session->arena, "  %s ", name) : "  ",
		.guest = route->space.guest,
	};

	sink_list(ctx->sink, "steps");
	begin_table(ctx);
	if (route->by_pasid)
		put_pasid_stage(ctx, route);
	if (t)
		put_page_stage(ctx, &table, &route->space.root, t);
	if (host)
		put_host_steps(ctx, route->space.guest, host);
	sink_list_end(ctx->sink);
}
