// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu acpi: the firmware's description (IVRS), and where run time differs from it.
 *
 * The table is where the firmware put it: memory that a filtered dump may leave out. What the driver
 * made of it is then all there is.
 */
#include "cmd.h"
#include "unity.h"

#include "iommu/amd_ivrs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_NAMED 8 /* devices that one finding names */

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

static const char *join(struct context *ctx, const char *line, const char *word)
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
		line = join(ctx, line, field->name);
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
		line = join(ctx, special_words(ctx, entry), line);
	if (entry->record && entry->type == IVRS_ACPI_HID)
		line = join(ctx, hid_words(ctx, entry), line);
	if (entry->fault)
		line = join(ctx, line, fault_words(ctx, entry->fault));
	return *line ? line : "-";
}

static uint32_t sbdf_of(uint16_t segment, uint16_t devid)
{
	return (uint32_t)segment << 16 | devid;
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

static void put_damage(struct context *ctx, const struct ivrs_table *table)
{
	unsigned nr = count_damage(table);

	if (nr)
		sink_note(ctx->sink, NOTE_WARNING, "ivrs-damage",
			  "%u of the blocks and entries above %s not understood or damaged", nr,
			  nr == 1 ? "is" : "are");
}

static void put_table(struct context *ctx, const struct acpi_table *acpi,
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
}

/* ---- the comparison ---- */

struct comparison {
	struct context *ctx;
	const struct ivrs_table *table;
	uint8_t used;
	unsigned findings;
};

/* Devices that share one finding. */
struct named {
	const char *line;
	size_t nr;
};

static void name_device(struct comparison *cmp, struct named *list, const struct device *dev)
{
	if (list->nr < MAX_NAMED)
		list->line = join(cmp->ctx, list->line ? list->line : "", dev->name);
	list->nr++;
}

static void put_named(struct comparison *cmp, const struct named *list, enum severity severity,
		      const char *code, const char *what)
{
	if (!list->nr)
		return;
	cmp->findings += severity != NOTE_INFO;
	sink_note(cmp->ctx->sink, severity, code, "%zu device%s %s: %s%s", list->nr,
		  list->nr == 1 ? "" : "s", what, list->line, list->nr > MAX_NAMED ? " ..." : "");
}

static bool next_used_ivhd(const struct comparison *cmp, struct ivrs_block *block)
{
	while (amd_ivrs_next_block(cmp->table, block)) {
		if (block->is_ivhd && block->record && block->type == cmp->used)
			return true;
	}
	return false;
}

static const struct unit *find_unit(struct comparison *cmp, uint32_t sbdf)
{
	struct ptrs *units = &kernel_inventory(cmp->ctx->k)->units;

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];

		if (unit->has_bdf && unit->sbdf == sbdf)
			return unit;
	}
	return NULL;
}

static bool is_described(const struct comparison *cmp, const struct unit *unit)
{
	struct ivrs_block block = { 0 };

	while (next_used_ivhd(cmp, &block)) {
		if (block.sbdf == unit->sbdf)
			return true;
	}
	return false;
}

static void compare_block(struct comparison *cmp, const struct ivrs_block *block)
{
	const struct unit *unit = find_unit(cmp, block->sbdf);
	struct sink *sink = cmp->ctx->sink;
	char bdf[WORD_MAX];

	word_bdf(bdf, block->sbdf);
	if (!unit) {
		cmp->findings++;
		sink_note(sink, NOTE_WARNING, "ivhd-without-unit",
			  "the IVHD at +%x describes an IOMMU %s that the driver does not run",
			  block->offset, bdf);
	} else if (unit->has_mmio && unit->mmio.v != block->mmio_pa) {
		cmp->findings++;
		sink_note(sink, NOTE_WARNING, "registers-differ",
			  "unit %s: registers at %" PRIx64 " by the IVHD at +%x, at %" PRIx64
			  " by the driver", bdf, block->mmio_pa, block->offset, unit->mmio.v);
	}
}

static void compare_units(struct comparison *cmp)
{
	struct inventory *inv = kernel_inventory(cmp->ctx->k);
	struct ivrs_block block = { 0 };
	char bdf[WORD_MAX];

	if (inv->units_status == STATUS_OK) {
		while (next_used_ivhd(cmp, &block))
			compare_block(cmp, &block);
	}
	for (size_t i = 0; i < inv->units.nr; i++) {
		const struct unit *unit = inv->units.at[i];

		if (!unit->has_bdf || is_described(cmp, unit))
			continue;
		cmp->findings++;
		sink_note(cmp->ctx->sink, NOTE_WARNING, "unit-without-ivhd",
			  "the driver runs unit %s, which no IVHD describes",
			  word_bdf(bdf, unit->sbdf));
	}
}

/* What the firmware says of one device: the last block that speaks of it wins, as in Linux. */
struct firmware_view {
	bool covered;
	uint32_t unit_sbdf;
	uint32_t alias_sbdf; /* the device itself: none */
};

static void firmware_view(const struct comparison *cmp, const struct device *dev,
			  struct firmware_view *ret)
{
	struct ivrs_block block = { 0 };
	uint16_t alias;

	*ret = (struct firmware_view){ .alias_sbdf = dev->sbdf };
	while (next_used_ivhd(cmp, &block)) {
		if (block.segment != dev->sbdf >> 16 ||
		    !amd_ivrs_covers(&block, (uint16_t)dev->sbdf, &alias))
			continue;
		*ret = (struct firmware_view){ true, block.sbdf, sbdf_of(block.segment, alias) };
	}
}

static void compare_alias(struct comparison *cmp, const struct device *dev,
			  const struct firmware_view *view)
{
	uint32_t by_firmware = view->alias_sbdf;
	uint32_t by_driver = dev->has_alias ? dev->alias_sbdf : dev->sbdf;
	char a[WORD_MAX], b[WORD_MAX];

	if (by_firmware == by_driver)
		return;
	cmp->findings++;
	sink_note(cmp->ctx->sink, NOTE_WARNING, "alias-differs",
		  "%s: its alias is %s by the firmware, %s by the driver", dev->name,
		  by_firmware == dev->sbdf ? "none" : word_bdf(a, by_firmware),
		  by_driver == dev->sbdf ? "none" : word_bdf(b, by_driver));
}

static void compare_server(struct comparison *cmp, const struct device *dev,
			   const struct firmware_view *view)
{
	char a[WORD_MAX], b[WORD_MAX];

	if (!dev->unit->has_bdf || dev->unit->sbdf == view->unit_sbdf)
		return;
	cmp->findings++;
	sink_note(cmp->ctx->sink, NOTE_WARNING, "unit-differs",
		  "%s is served by unit %s, by the firmware it is unit %s's", dev->name,
		  word_bdf(a, dev->unit->sbdf), word_bdf(b, view->unit_sbdf));
}

static void compare_devices(struct comparison *cmp)
{
	struct inventory *inv = kernel_inventory(cmp->ctx->k);
	struct named uncovered = { 0 }, unserved = { 0 }, unnamed = { 0 };

	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(cmp->ctx->k->target); i++) {
		const struct device *dev = inv->devices.at[i];
		struct firmware_view view;

		/* The driver never lets an IOMMU translate for itself, whatever the table says. */
		if (!device_has_id(dev) || find_unit(cmp, dev->sbdf))
			continue;
		firmware_view(cmp, dev, &view);
		compare_alias(cmp, dev, &view);
		if (dev->unit && view.covered)
			compare_server(cmp, dev, &view);
		else if (dev->unit)
			name_device(cmp, &unnamed, dev);
		else if (view.covered)
			name_device(cmp, &unserved, dev);
		else
			name_device(cmp, &uncovered, dev);
	}
	put_named(cmp, &uncovered, NOTE_WARNING, "device-not-covered",
		  "that no IVHD entry covers, and that no IOMMU serves");
	put_named(cmp, &unserved, NOTE_WARNING, "device-not-served",
		  "that an IVHD entry covers, and that no IOMMU serves");
	/* The driver does that for the ids that a bridge or a quirk makes a device use. */
	put_named(cmp, &unnamed, NOTE_INFO, "served-uncovered",
		  "that no IVHD entry covers, and that an IOMMU serves all the same");
}

/* ---- memory that firmware wants mapped one to one ---- */

static bool is_about(const struct ivrs_block *block, const struct device *dev)
{
	return block->is_ivmd && block->record && block->bytes &&
	       (block->unity || block->exclusion) && dev->sbdf >= block->first &&
	       dev->sbdf <= block->last;
}

/* Fixed windows (MSI, HyperTransport) are reserved too: only the driver's unity maps are asked for,
 * and an exclusion range that Linux keeps as one of those. */
static bool has_region(const struct ptrs *regions, const struct ivrs_block *block)
{
	uint64_t first, last;

	amd_ivmd_pages(block, &first, &last);
	for (size_t i = 0; i < regions->nr; i++) {
		const struct reserved_region *region = regions->at[i];

		if (strcmp(region->type, "msi") != 0 && region->start <= first &&
		    region->last >= last)
			return true;
	}
	return false;
}

static bool has_ivmd(const struct comparison *cmp, const struct device *dev,
		     const struct reserved_region *region)
{
	struct ivrs_block block = { 0 };
	uint64_t first, last;

	while (amd_ivrs_next_block(cmp->table, &block)) {
		if (!is_about(&block, dev))
			continue;
		amd_ivmd_pages(&block, &first, &last);
		if (first <= region->start && last >= region->last)
			return true;
	}
	return false;
}

static bool compare_unity(struct comparison *cmp, const struct device *dev)
{
	struct ptrs regions = { 0 };
	struct ivrs_block block = { 0 };
	enum status status = cmp->ctx->k->vendor->reserved_regions(cmp->ctx->k, dev, &regions);

	if (status != STATUS_OK) {
		not_all(cmp->ctx, "compare unity maps", status, cmp->ctx->k->missing);
		return false;
	}
	while (amd_ivrs_next_block(cmp->table, &block)) {
		if (!is_about(&block, dev) || has_region(&regions, &block))
			continue;
		cmp->findings++;
		sink_note(cmp->ctx->sink, NOTE_WARNING, "unity-missing",
			  "%s: the IVMD at +%x asks for %" PRIx64 " to %" PRIx64
			  ", which the driver has not kept", dev->name, block.offset, block.start,
			  block.start + block.bytes - 1);
	}
	for (size_t i = 0; i < regions.nr; i++) {
		const struct reserved_region *region = regions.at[i];

		if (strcmp(region->type, "direct") != 0 || has_ivmd(cmp, dev, region))
			continue;
		cmp->findings++;
		sink_note(cmp->ctx->sink, NOTE_WARNING, "unity-without-ivmd",
			  "%s: the driver keeps %" PRIx64 " to %" PRIx64
			  " mapped one to one, and no IVMD asks for it", dev->name, region->start,
			  region->last);
	}
	return true;
}

/* False: not all could be compared. */
static bool compare_all_unity(struct comparison *cmp)
{
	struct inventory *inv = kernel_inventory(cmp->ctx->k);

	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (target_interrupted(cmp->ctx->k->target))
			return false;
		/* What fails for one device fails for all: they share the list. */
		if (dev->unit && !compare_unity(cmp, dev))
			return false;
	}
	return true;
}

/* ---- what the page tables have of it ---- */

static void put_unity_of_device(struct comparison *cmp, const struct device *dev)
{
	struct ivrs_block block = { 0 };

	while (amd_ivrs_next_block(cmp->table, &block)) {
		struct unity_range range = { 0 };
		const struct record *r = block.record;

		if (!is_about(&block, dev))
			continue;
		amd_ivmd_pages(&block, &range.first, &range.last);
		/* Linux gives an exclusion range both. */
		range.read = block.exclusion || field_get(record_field(r, "ir"), block.words);
		range.write = block.exclusion || field_get(record_field(r, "iw"), block.words);
		range.by = arena_printf(&cmp->ctx->session->arena, "IVMD +%x", block.offset);
		cmp->findings += put_unity(cmp->ctx, dev, &range);
	}
}

static bool has_unity(const struct comparison *cmp)
{
	struct ivrs_block block = { 0 };

	while (amd_ivrs_next_block(cmp->table, &block)) {
		if (block.is_ivmd && block.record && (block.unity || block.exclusion))
			return true;
	}
	return false;
}

static void put_all_unity(struct comparison *cmp)
{
	struct inventory *inv = kernel_inventory(cmp->ctx->k);

	sink_list(cmp->ctx->sink, "unity");
	if (has_unity(cmp))
		unity_table(cmp->ctx);
	for (size_t i = 0; i < inv->devices.nr && has_unity(cmp); i++) {
		const struct device *dev = inv->devices.at[i];

		if (target_interrupted(cmp->ctx->k->target))
			break;
		if (device_has_id(dev) && dev->unit)
			put_unity_of_device(cmp, dev);
	}
	sink_list_end(cmp->ctx->sink);
}

static void compare(struct context *ctx, const struct ivrs_table *table, uint8_t used)
{
	struct comparison cmp = { ctx, table, used, 0 };
	struct inventory *inv = kernel_inventory(ctx->k);
	bool complete;

	compare_units(&cmp);
	compare_devices(&cmp);
	complete = compare_all_unity(&cmp) && inv->units_status == STATUS_OK &&
		   inv->devices_status == STATUS_OK;
	put_all_unity(&cmp);
	sink_count(ctx->sink, "findings", cmp.findings);
	if (cmp.findings)
		sink_say(ctx->sink, "RUN TIME", "%u finding%s: see the warnings", cmp.findings,
			 cmp.findings == 1 ? "" : "s");
	else
		sink_say(ctx->sink, "RUN TIME", "%s", complete ?
			 "agrees: units, who serves whom, aliases, unity maps and their pages" :
			 "agrees in what could be read; not all could");
}

/* ---- without the table ---- */

static bool is_parsed(const struct device *dev)
{
	return dev->unit != NULL;
}

static size_t count_parsed(const struct inventory *inv)
{
	size_t nr = 0;

	for (size_t i = 0; i < inv->devices.nr; i++)
		nr += is_parsed(inv->devices.at[i]);
	return nr;
}

static void put_parsed_device(struct context *ctx, const struct device *dev)
{
	char bdf[WORD_MAX], unit[WORD_MAX];

	sink_row(ctx->sink);
	sink_string(ctx->sink, "device", dev->name);
	sink_string(ctx->sink, "unit",
		    dev->unit->has_bdf ? word_bdf(unit, dev->unit->sbdf) : NULL);
	sink_string(ctx->sink, "alias", dev->has_alias ? word_bdf(bdf, dev->alias_sbdf) : NULL);
	sink_row_end(ctx->sink);
}

/* The driver keeps what it took out of each IVMD. False: it could not be read; that is said. */
static bool kept_ranges(struct context *ctx, const struct device *dev, struct ptrs *ret)
{
	enum status status = ctx->k->vendor->reserved_regions(ctx->k, dev, ret);

	if (status != STATUS_OK)
		not_all(ctx, "read the unity maps that the driver kept", status, ctx->k->missing);
	return status == STATUS_OK;
}

static void put_kept_unity(struct context *ctx)
{
	struct inventory *inv = kernel_inventory(ctx->k);
	bool any = false;

	sink_list(ctx->sink, "unity");
	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(ctx->k->target); i++) {
		const struct device *dev = inv->devices.at[i];
		struct ptrs regions = { 0 };

		if (!is_parsed(dev))
			continue;
		if (!kept_ranges(ctx, dev, &regions))
			break;
		for (size_t j = 0; j < regions.nr; j++) {
			const struct reserved_region *region = regions.at[j];
			struct unity_range range = { region->start, region->last, region->read,
						     region->write, "the driver" };

			if (!region->unity)
				continue;
			if (!any)
				unity_table(ctx);
			any = true;
			put_unity(ctx, dev, &range);
		}
	}
	sink_list_end(ctx->sink);
}

/* The driver's tables are what it took out of the IVRS when it started. */
static void put_parsed(struct context *ctx)
{
	static const struct column parsed_columns[] = {
		{ .key = "device", .head = "DEVICE", .width = 12 },
		{ .key = "unit", .head = "UNIT", .width = 12 },
		{ .key = "alias", .head = "ALIAS" },
	};
	struct inventory *inv = kernel_inventory(ctx->k);

	sink_heading(ctx->sink, "what the driver took out of it: %zu unit%s, %zu devices served",
		     inv->units.nr, inv->units.nr == 1 ? "" : "s", count_parsed(inv));
	sink_begin(ctx->sink, "driver");
	sink_count(ctx->sink, "units", inv->units.nr);
	sink_list(ctx->sink, "devices");
	sink_table(ctx->sink, parsed_columns, sizeof(parsed_columns) / sizeof(parsed_columns[0]));
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (is_parsed(dev))
			put_parsed_device(ctx, dev);
	}
	sink_list_end(ctx->sink);
	put_kept_unity(ctx);
	sink_end(ctx->sink);
}

static void no_table(struct context *ctx, enum status status)
{
	sink_null(ctx->sink, "ivrs");
	if (status == STATUS_ABSENT)
		sink_heading(ctx->sink, "the firmware gave no IVRS: it describes no AMD IOMMU");
	else if (ctx->k->vendor)
		not_all(ctx, "read the IVRS", status, ctx->k->missing);
	else
		cannot(ctx, "read the IVRS", status, ctx->k->missing);
	if (ctx->k->vendor)
		put_parsed(ctx);
}

void cmd_acpi(struct context *ctx)
{
	struct acpi_table acpi;
	struct ivrs_table table;
	enum status status = kernel_acpi_table(ctx->k, "IVRS", &acpi);
	uint8_t used;

	if (status == STATUS_OK && acpi.status != STATUS_OK) {
		ctx->k->failed_at = acpi.at.v;
		status = acpi.status;
	}
	if (status == STATUS_OK && amd_ivrs_open(acpi.bytes, acpi.length, &table) == IVRS_NO_HEADER) {
		ctx->k->failed_at = acpi.at.v;
		status = STATUS_DAMAGED;
	}
	if (status != STATUS_OK) {
		no_table(ctx, status);
		return;
	}
	used = amd_ivhd_type_used(ctx->k, &table);
	put_table(ctx, &acpi, &table, used);
	put_damage(ctx, &table);
	if (ctx->k->vendor)
		compare(ctx, &table, used);
	else
		sink_heading(ctx->sink, "no IOMMU driver runs: nothing to compare with");
}
