// SPDX-License-Identifier: GPL-2.0-or-later
/* The firmware's description of AMD's IOMMUs: blocks and entries of the IVRS, as they are. */
#include "ivrs.h"

#include "format/amd/records.h"
#include "kernel/amd/amd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- one device entry ---- */

static const struct column columns[] = {
	{ .key = "type", .head = "TYPE", .width = 11 },
	{ .key = "devices", .head = "DEVICES", .width = 12 },
	{ .key = "alias", .head = "ALIAS", .width = 12 },
	{ .key = "what", .head = "WHAT" },
};

static const struct field *const_field(const struct ivrs_entry *entry, const char *key)
{
	return entry->record ? record_field(entry->record, key) : NULL;
}

const char *join_words(struct context *ctx, const char *line, const char *word)
{
	return arena_printf(&ctx->session->arena, "%s%s%s", line, *line ? " " : "", word);
}

/* The flags that are set, by name; numbers when they are not zero. */
static const char *settings_words(struct context *ctx, const struct ivrs_entry *entry)
{
	static const char *const keys[] = { "init_pass",  "eint_pass",	"nmi_pass",	"sys_mgt",
					    "lint0_pass", "lint1_pass", "ats_disabled" };
	const char *line = "";

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct field *field = const_field(entry, keys[i]);
		uint64_t value = field ? field_get(field, entry->words) : 0;

		if (!value)
			continue;
		line = join_words(ctx, line, field->name);
		if (field->kind == FIELD_NUMBER)
			line = arena_printf(&ctx->session->arena, "%s=%" PRIu64, line, value);
	}
	return line;
}

static const char *special_words(struct context *ctx, const struct ivrs_entry *entry)
{
	const struct field *variety = const_field(entry, "variety");
	uint64_t value = field_get(variety, entry->words);
	const char *name = field_value_name(variety, value);

	return arena_printf(&ctx->session->arena, "%s %" PRIu64,
			    name ? name :
				   arena_printf(&ctx->session->arena, "variety %" PRIu64, value),
			    field_get(const_field(entry, "handle"), entry->words));
}

static const char *hid_words(struct context *ctx, const struct ivrs_entry *entry)
{
	struct arena *arena = &ctx->session->arena;
	const char *line = arena_printf(arena, "%s", entry->hid);

	if (*entry->cid)
		line = arena_printf(arena, "%s, %s", line, entry->cid);
	if (entry->uid_format == 1)
		line = arena_printf(arena, "%s uid %" PRIu64, line, entry->uid_number);
	else if (entry->uid_format == 2)
		line = arena_printf(arena, "%s uid %s", line, entry->uid);
	return line;
}

static const char *fault_words(struct context *ctx, enum ivrs_fault fault)
{
	return fault ? arena_printf(&ctx->session->arena, "<%s>", ivrs_fault_text(fault)) : "";
}

static const char *what_words(struct context *ctx, const struct ivrs_entry *entry)
{
	const char *line = settings_words(ctx, entry);

	if (entry->record && entry->type == IVRS_SPECIAL)
		line = join_words(ctx, special_words(ctx, entry), line);
	if (entry->record && entry->type == IVRS_ACPI_HID)
		line = join_words(ctx, hid_words(ctx, entry), line);
	if (entry->fault)
		line = join_words(ctx, line, fault_words(ctx, entry->fault));
	return *line ? line : "-";
}

/* Where the entry says that for which devices: at the end of a range, for all of it. */
static const char *devices_words(struct context *ctx, uint16_t segment,
				 const struct ivrs_entry *entry)
{
	char first[WORD_MAX], last[WORD_MAX];

	if (!entry->record || entry->last < entry->first)
		return "-";
	if (entry->type == IVRS_ALL)
		return "all";
	word_bdf(first, sbdf_of(segment, entry->first));
	if (entry->last == entry->first)
		return arena_strdup(&ctx->session->arena, first);
	return arena_printf(&ctx->session->arena, "%s to %s", first,
			    word_bdf(last, sbdf_of(segment, entry->last)));
}

/* The id that stands in the entry itself. */
static uint16_t own_device(const struct ivrs_entry *entry)
{
	return entry->type == IVRS_RANGE_END ? entry->last : entry->first;
}

static const char *type_word(struct context *ctx, const struct ivrs_entry *entry)
{
	return entry->name ? entry->name :
			     arena_printf(&ctx->session->arena, "0x%x", entry->type);
}

static void put_entry_text(struct context *ctx, uint16_t segment, const struct ivrs_entry *entry)
{
	char alias[WORD_MAX];

	if (entry->has_alias)
		word_bdf(alias, sbdf_of(segment, entry->alias));
	else
		strcpy(alias, "-");
	sink_cell(ctx->sink, "type", "%s", type_word(ctx, entry));
	sink_cell(ctx->sink, "devices", "%s", devices_words(ctx, segment, entry));
	sink_cell(ctx->sink, "alias", "%s", alias);
	sink_cell(ctx->sink, "what", "%s", what_words(ctx, entry));
	if (ctx->opt.verbose < 2)
		return;
	sink_heading(ctx->sink, "  %s at +%x  %s  alias %s  %s", type_word(ctx, entry),
		     entry->offset, devices_words(ctx, segment, entry), alias,
		     what_words(ctx, entry));
}

static void put_hid(struct context *ctx, const struct ivrs_entry *entry)
{
	sink_string(ctx->sink, "hid", entry->hid);
	sink_string(ctx->sink, "cid", entry->cid);
	sink_count(ctx->sink, "uid_format", entry->uid_format);
	if (entry->uid_format == 1)
		sink_count(ctx->sink, "uid", entry->uid_number);
	else if (entry->uid_format == 2)
		sink_string(ctx->sink, "uid", entry->uid);
	else
		sink_null(ctx->sink, "uid");
}

static void put_fault(struct context *ctx, enum ivrs_fault fault)
{
	if (fault)
		sink_string(ctx->sink, "damage", ivrs_fault_text(fault));
}

static void put_entry(struct context *ctx, uint16_t segment, const struct ivrs_entry *entry)
{
	struct sink *sink = ctx->sink;
	bool shown = ctx->opt.verbose > 1;
	char bdf[WORD_MAX];

	sink_row(sink);
	put_entry_text(ctx, segment, entry);
	sink_count(sink, "type", entry->type);
	sink_string(sink, "type_name", entry->name);
	sink_count(sink, "offset", entry->offset);
	sink_string(sink, "device",
		    entry->has_device ? word_bdf(bdf, sbdf_of(segment, own_device(entry))) : NULL);
	sink_string(sink, "alias", entry->has_alias ? word_bdf(bdf, sbdf_of(segment, entry->alias)) : NULL);
	put_fault(ctx, entry->fault);
	if (entry->record) {
		sink_record(sink, "fields", entry->record, entry->words, shown);
		sink_words(sink, "raw", entry->words, 1, shown);
	} else {
		sink_null(sink, "fields");
	}
	if (entry->record && entry->type == IVRS_ACPI_HID)
		put_hid(ctx, entry);
	sink_row_end(sink);
}

static void put_entries(struct context *ctx, const struct ivrs_block *block)
{
	struct ivrs_entry entry = { 0 };
	char bdf[WORD_MAX];

	sink_list(ctx->sink, "entries");
	if (ctx->opt.verbose < 2)
		sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	while (amd_ivrs_next_entry(block, &entry)) {
		if (target_interrupted(ctx->k->target))
			break;
		put_entry(ctx, block->segment, &entry);
	}
	sink_list_end(ctx->sink);
	if (entry.range_open)
		sink_note(ctx->sink, NOTE_WARNING, "range-open",
			  "the range that starts with %s has no end in the IVHD at +%x",
			  word_bdf(bdf, sbdf_of(block->segment, entry.range_first)),
			  block->offset);
}

/* ---- one block ---- */

static const char *kind_of(const struct ivrs_block *block)
{
	return block->is_ivhd ? "IVHD" : block->is_ivmd ? "IVMD" : NULL;
}

static const char *ivhd_words(struct context *ctx, const struct ivrs_block *block, uint8_t used)
{
	char bdf[WORD_MAX];

	const char *aside = "";

	if (used && used != block->type)
		aside = arena_printf(&ctx->session->arena, "  (Linux uses type %02xh)", used);
	return arena_printf(&ctx->session->arena, "unit %s  registers %" PRIx64 "%s",
			    word_bdf(bdf, block->sbdf), block->mmio_pa, aside);
}

static const char *ivmd_words(struct context *ctx, const struct ivrs_block *block)
{
	const struct record *r = block->record;
	char first[WORD_MAX], last[WORD_MAX];

	return arena_printf(&ctx->session->arena, "%" PRIx64 " to %" PRIx64 "  %s%s%s  for %s to %s",
			    block->start, block->start + (block->bytes ? block->bytes - 1 : 0),
			    word_perm(field_get(record_field(r, "ir"), block->words),
				      field_get(record_field(r, "iw"), block->words)),
			    block->unity ? "  unity" : "",
			    block->exclusion ? "  exclusion range" : "",
			    word_bdf(first, block->first), word_bdf(last, block->last));
}

static const char *block_words(struct context *ctx, const struct ivrs_block *block, uint8_t used)
{
	const char *words = !block->record ? "" :
			    block->is_ivhd ? ivhd_words(ctx, block, used) :
					     ivmd_words(ctx, block);

	return arena_printf(&ctx->session->arena, "%s%s%s", words,
			    *words && block->fault ? "  " : "", fault_words(ctx, block->fault));
}

static void put_efr(struct context *ctx, const struct ivrs_block *block)
{
	bool shown = ctx->opt.verbose > 0;

	if (!block->has_efr)
		return;
	if (shown)
		sink_say(ctx->sink, "  EFR", "%" PRIx64, block->efr);
	sink_record(ctx->sink, "efr", &amd_efr_record, &block->efr, shown);
	if (shown)
		sink_say(ctx->sink, "  EFR2", "%" PRIx64, block->efr2);
	sink_record(ctx->sink, "efr2", &amd_efr2_record, &block->efr2, shown);
}

static void put_block(struct context *ctx, const struct ivrs_block *block, uint8_t used)
{
	struct sink *sink = ctx->sink;
	const char *kind = kind_of(block);

	sink_begin(sink, NULL);
	sink_heading(sink, "%s %02xh at +%x, %u bytes  %s", kind ? kind : "block", block->type,
		     block->offset, block->length, block_words(ctx, block, used));
	sink_count(sink, "type", block->type);
	sink_string(sink, "type_name", kind);
	sink_count(sink, "offset", block->offset);
	sink_count(sink, "length", block->length);
	if (block->is_ivhd && used)
		sink_bool(sink, "used", block->type == used);
	put_fault(ctx, block->fault);
	if (block->record) {
		sink_record(sink, "fields", block->record, block->words, ctx->opt.verbose > 0);
		sink_words(sink, "raw", block->words, (block->record->nr_bits + 63u) / 64,
			   ctx->opt.verbose > 1);
	} else {
		sink_null(sink, "fields");
	}
	put_efr(ctx, block);
	put_entries(ctx, block);
	sink_end(sink);
}

/* ---- the table ---- */

static void put_header(struct context *ctx, const struct acpi_table *acpi,
		       const struct ivrs_table *table)
{
	struct sink *sink = ctx->sink;

	sink_hex(sink, "address", acpi->at.v);
	sink_count(sink, "revision", table->revision);
	sink_count(sink, "length", table->length);
	sink_bool(sink, "checksum_ok", table->checksum_ok);
	sink_string(sink, "oem_id", table->oem_id);
	sink_string(sink, "oem_table_id", table->oem_table_id);
	sink_count(sink, "oem_revision", table->oem_revision);
	sink_heading(sink, "IVRS at %" PRIx64 "  revision %u, %u bytes, checksum %s, OEM \"%s\" \"%s\" %u",
		     acpi->at.v, table->revision, table->length,
		     table->checksum_ok ? "ok" : "bad", table->oem_id, table->oem_table_id,
		     table->oem_revision);
	sink_record(sink, "ivinfo", &amd_ivinfo_record, &table->ivinfo, ctx->opt.verbose > 0);
	if (table->fault == IVRS_BAD_LENGTH)
		sink_note(sink, NOTE_WARNING, "ivrs-length",
			  "the table says that it has %u bytes, the kernel's list of tables says %u",
			  table->length, acpi->length);
	else if (table->fault)
		sink_note(sink, NOTE_WARNING, "ivrs-checksum",
			  "the bytes of the table do not add up to zero: firmware that is broken, "
			  "or memory that was overwritten");
}

static unsigned count_damage(const struct ivrs_table *table)
{
	struct ivrs_block block = { 0 };
	unsigned nr = 0;

	while (amd_ivrs_next_block(table, &block)) {
		struct ivrs_entry entry = { 0 };

		nr += block.fault != IVRS_OK;
		while (amd_ivrs_next_entry(&block, &entry))
			nr += entry.fault != IVRS_OK;
	}
	return nr;
}

static void note_damage(struct context *ctx, const struct ivrs_table *table)
{
	unsigned nr = count_damage(table);

	if (nr)
		sink_note(ctx->sink, NOTE_WARNING, "ivrs-damage",
			  "%u of the blocks and entries above %s not understood or damaged", nr,
			  nr == 1 ? "is" : "are");
}

void put_ivrs(struct context *ctx, const struct acpi_table *acpi,
		      const struct ivrs_table *table, uint8_t used)
{
	struct ivrs_block block = { 0 };

	sink_begin(ctx->sink, "ivrs");
	put_header(ctx, acpi, table);
	sink_list(ctx->sink, "blocks");
	while (amd_ivrs_next_block(table, &block)) {
		if (target_interrupted(ctx->k->target))
			break;
		put_block(ctx, &block, used);
	}
	sink_list_end(ctx->sink);
	sink_end(ctx->sink);
	note_damage(ctx, table);
}
