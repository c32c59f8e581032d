// SPDX-License-Identifier: GPL-2.0-or-later
/* Where run time differs from the firmware's description: units, who serves whom, aliases, and the
 * memory that it wants mapped one to one. */
#include "ivrs.h"

#include "format/amd/records.h"
#include "kernel/amd/amd.h"
#include "unity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_NAMED 8 /* devices that one finding names */

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
		list->line = join_words(cmp->ctx, list->line ? list->line : "", dev->name);
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

/* What the firmware says of one device, as Linux takes it: its unit is that of the last block that
 * speaks of it; its alias is the last one given, and a block that gives none leaves it. */
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
		ret->covered = true;
		ret->unit_sbdf = block.sbdf;
		if (alias != (uint16_t)dev->sbdf)
			ret->alias_sbdf = sbdf_of(block.segment, alias);
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

void compare_ivrs(struct context *ctx, const struct ivrs_table *table, uint8_t used)
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
