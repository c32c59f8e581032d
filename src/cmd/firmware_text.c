// SPDX-License-Identifier: GPL-2.0-or-later
/* The firmware's description of the IOMMUs, block by block, as it is. */
#include "firmware.h"

#include <inttypes.h>

static const struct column columns_without_ids[] = {
	{ .key = "type", .head = "TYPE", .width = 11 },
	{ .key = "devices", .head = "DEVICES", .width = 12 },
	{ .key = "what", .head = "WHAT" },
};

static const struct column columns[] = {
	{ .key = "type", .head = "TYPE", .width = 11 },
	{ .key = "devices", .head = "DEVICES", .width = 12 },
	{ .key = "alias", .head = "ALIAS", .width = 12 },
	{ .key = "what", .head = "WHAT" },
};

/* ---- one entry ---- */

static void put_entry_text(struct context *ctx, const struct firmware *firmware,
			   const struct firmware_entry *entry)
{
	const char *alias = entry->alias ? entry->alias : "-";

	sink_cell(ctx->sink, "type", "%s", entry->type);
	sink_cell(ctx->sink, "devices", "%s", entry->devices);
	if (firmware->gives_ids)
		sink_cell(ctx->sink, "alias", "%s", alias);
	sink_cell(ctx->sink, "what", "%s", entry->what);
	if (ctx->opt.verbose < 2)
		return;
	if (firmware->gives_ids)
		sink_heading(ctx->sink, "  %s at +%x  %s  alias %s  %s", entry->type, entry->offset,
			     entry->devices, alias, entry->what);
	else if (entry->kept)
		sink_heading(ctx->sink, "  %s  %s  %s", entry->type, entry->devices, entry->what);
	else
		sink_heading(ctx->sink, "  %s at +%x  %s  %s", entry->type, entry->offset,
			     entry->devices, entry->what);
}

static void put_damage(struct context *ctx, const char *damage, bool unknown)
{
	if (damage)
		sink_string(ctx->sink, "damage", damage);
	if (unknown)
		sink_bool(ctx->sink, "unknown", true);
}

static void put_entry(struct context *ctx, const struct firmware *firmware,
		      const struct firmware_entry *entry)
{
	struct sink *sink = ctx->sink;
	bool shown = ctx->opt.verbose > 1;

	sink_row(sink);
	put_entry_text(ctx, firmware, entry);
	if (entry->kept)
		sink_null(sink, "type");
	else
		sink_count(sink, "type", entry->type_number);
	sink_string(sink, "type_name", entry->type_name);
	if (entry->kept)
		sink_null(sink, "offset");
	else
		sink_count(sink, "offset", entry->offset);
	sink_string(sink, "device", entry->device);
	if (firmware->gives_ids)
		sink_string(sink, "alias", entry->alias);
	put_damage(ctx, entry->damage, entry->unknown);
	if (entry->view.record) {
		sink_view(sink, "fields", &entry->view, shown);
		sink_words(sink, "raw", entry->view.words, entry->view.nr_words, shown);
	} else {
		sink_null(sink, "fields");
	}
	put_values(ctx, &entry->values);
	sink_row_end(sink);
}

/* ---- one block ---- */

static void put_views(struct context *ctx, const struct firmware_block *block)
{
	if (!block->views.nr)
		sink_null(ctx->sink, "fields");
	for (size_t i = 0; i < block->views.nr; i++) {
		const struct record_view *view = block->views.at[i];

		if (view->label) {
			put_register(ctx, view);
			continue;
		}
		sink_view(ctx->sink, view->key, view, ctx->opt.verbose > 0);
		sink_words(ctx->sink, "raw", view->words, view->nr_words, ctx->opt.verbose > 1);
	}
}

static void put_entries(struct context *ctx, const struct firmware *firmware,
			const struct firmware_block *block)
{
	sink_list(ctx->sink, firmware->entries_key);
	if (ctx->opt.verbose < 2 && firmware->gives_ids)
		sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	else if (ctx->opt.verbose < 2)
		sink_table(ctx->sink, columns_without_ids,
			   sizeof(columns_without_ids) / sizeof(columns_without_ids[0]));
	for (size_t i = 0; i < block->entries.nr && !target_interrupted(ctx->k->target); i++)
		put_entry(ctx, firmware, block->entries.at[i]);
	sink_list_end(ctx->sink);
	for (size_t i = 0; i < block->remarks.nr; i++)
		sink_note(ctx->sink, NOTE_WARNING, "range-open", "%s",
			  (const char *)block->remarks.at[i]);
}

static void put_block_heading(struct context *ctx, const struct firmware_block *block)
{
	const char *name = block->type_name ? block->type_name : "block";

	if (!block->kept)
		sink_heading(ctx->sink, "%s %02xh at +%x, %u bytes  %s", name, block->type_number, block->offset,
			     block->length, block->words);
	else if (block->length)
		sink_heading(ctx->sink, "%s %02xh at %" PRIx64 ", %u bytes  %s", name, block->type_number,
			     block->kept_at.v, block->length, block->words);
	else
		sink_heading(ctx->sink, "%s %02xh at %" PRIx64 "  %s", name, block->type_number,
			     block->kept_at.v, block->words);
}

static void put_block_place(struct context *ctx, const struct firmware_block *block)
{
	struct sink *sink = ctx->sink;

	if (block->kept) {
		sink_hex(sink, "address", block->kept_at.v);
		sink_null(sink, "offset");
	} else {
		sink_count(sink, "offset", block->offset);
	}
	if (block->kept && !block->length)
		sink_null(sink, "length");
	else
		sink_count(sink, "length", block->length);
}

static void put_block(struct context *ctx, const struct firmware *firmware,
		      const struct firmware_block *block)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	put_block_heading(ctx, block);
	sink_count(sink, "type", block->type_number);
	sink_string(sink, "type_name", block->type_name);
	put_block_place(ctx, block);
	put_values(ctx, &block->values);
	put_damage(ctx, block->damage, block->unknown);
	put_views(ctx, block);
	put_entries(ctx, firmware, block);
	sink_end(sink);
}

/* ---- the table ---- */

static void note_header(struct context *ctx, const struct acpi_table *acpi,
			const struct firmware *firmware)
{
	struct arena *arena = &ctx->session->arena;

	if (firmware->length_differs)
		sink_note(ctx->sink, NOTE_WARNING, arena_printf(arena, "%s-length", firmware->key),
			  "the table says that it has %u bytes, the kernel's list of tables says %u",
			  firmware->length, acpi->length);
	else if (!firmware->checksum_ok)
		sink_note(ctx->sink, NOTE_WARNING, arena_printf(arena, "%s-checksum", firmware->key),
			  "the bytes of the table do not add up to zero: firmware that is broken, "
			  "or memory that was overwritten");
}

static void put_header(struct context *ctx, const struct acpi_table *acpi,
		       const struct firmware *firmware)
{
	struct sink *sink = ctx->sink;
	const struct record_view *flags = &firmware->flags;

	sink_hex(sink, "address", acpi->at.v);
	sink_count(sink, "revision", firmware->revision);
	sink_count(sink, "length", firmware->length);
	sink_bool(sink, "checksum_ok", firmware->checksum_ok);
	sink_string(sink, "oem_id", firmware->oem_id);
	sink_string(sink, "oem_table_id", firmware->oem_table_id);
	sink_count(sink, "oem_revision", firmware->oem_revision);
	sink_heading(sink, "%s at %" PRIx64 "  revision %u, %u bytes, checksum %s, OEM \"%s\" \"%s\" %u",
		     firmware->name, acpi->at.v, firmware->revision, firmware->length,
		     firmware->checksum_ok ? "ok" : "bad", firmware->oem_id, firmware->oem_table_id,
		     firmware->oem_revision);
	put_values(ctx, &firmware->values);
	if (firmware->words)
		sink_say(sink, "", "%s", firmware->words);
	if (flags->record)
		sink_view(sink, flags->key, flags, ctx->opt.verbose > 0);
	note_header(ctx, acpi, firmware);
}

/* What is wrong or not understood in a table. */
struct tally {
	unsigned damaged, unknown;
};

static void count_one(struct tally *tally, const char *damage, bool unknown)
{
	tally->damaged += damage != NULL;
	tally->unknown += unknown && !damage;
}

static struct tally count_all(const struct firmware *firmware)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < firmware->blocks.nr; i++) {
		const struct firmware_block *block = firmware->blocks.at[i];

		count_one(&tally, block->damage, block->unknown);
		for (size_t j = 0; j < block->entries.nr; j++) {
			const struct firmware_entry *entry = block->entries.at[j];

			count_one(&tally, entry->damage, entry->unknown);
		}
	}
	return tally;
}

static void note_damage(struct context *ctx, const struct firmware *firmware)
{
	struct arena *arena = &ctx->session->arena;
	struct tally tally = count_all(firmware);

	if (tally.damaged)
		sink_note(ctx->sink, NOTE_WARNING, arena_printf(arena, "%s-damage", firmware->key),
			  "%u of the blocks and entries above %s damaged", tally.damaged,
			  tally.damaged == 1 ? "is" : "are");
	if (tally.unknown)
		sink_note(ctx->sink, NOTE_INFO, arena_printf(arena, "%s-unknown", firmware->key),
			  "%u of the blocks and entries above %s of a type that no specification at hand has: "
			  "passed over by %s length", tally.unknown, tally.unknown == 1 ? "is" : "are",
			  tally.unknown == 1 ? "its" : "their");
}

static void put_blocks(struct context *ctx, const struct firmware *firmware)
{
	sink_list(ctx->sink, "blocks");
	for (size_t i = 0; i < firmware->blocks.nr && !target_interrupted(ctx->k->target); i++)
		put_block(ctx, firmware, firmware->blocks.at[i]);
	sink_list_end(ctx->sink);
}

void put_firmware(struct context *ctx, const struct acpi_table *acpi,
		  const struct firmware *firmware)
{
	sink_begin(ctx->sink, firmware->key);
	put_header(ctx, acpi, firmware);
	put_blocks(ctx, firmware);
	sink_end(ctx->sink);
	note_damage(ctx, firmware);
}

void put_kept_blocks(struct context *ctx, const struct firmware *firmware)
{
	put_blocks(ctx, firmware);
	note_damage(ctx, firmware);
}
