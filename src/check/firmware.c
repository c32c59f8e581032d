// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where run time differs from the firmware's description: units, who serves whom, aliases, and the memory that
 * it wants mapped one to one, as far as the driver kept it.
 */
#include "check.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define MAX_NAMED 8 /* devices that one finding names */

struct comparison {
	struct kernel *k;
	const struct inventory *inv;
	const struct firmware *firmware;
	struct findings *findings;
};

/* "ivhd-without-unit", "unit-without-ivhd": a code that has what the vendor calls the block in it. */
static const char *block_code(struct comparison *cmp, const char *before, const char *block,
			      const char *after)
{
	char *code = arena_printf(cmp->k->arena, "%s%s%s", before, block, after);

	for (char *c = code; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return code;
}

/* ---- units ---- */

static const struct unit *find_unit(const struct comparison *cmp, uint32_t sbdf)
{
	for (size_t i = 0; i < cmp->inv->units.nr; i++) {
		const struct unit *unit = cmp->inv->units.at[i];

		if (unit->has_bdf && unit->sbdf == sbdf)
			return unit;
	}
	return NULL;
}

static bool is_described(const struct comparison *cmp, const struct unit *unit)
{
	for (size_t i = 0; i < cmp->firmware->units.nr; i++) {
		if (((const struct firmware_unit *)cmp->firmware->units.at[i])->sbdf == unit->sbdf)
			return true;
	}
	return false;
}

static void compare_unit(struct comparison *cmp, const struct firmware_unit *described)
{
	const struct unit *unit = find_unit(cmp, described->sbdf);
	const char *bdf = sbdf_word(cmp->k, described->sbdf);

	if (!unit)
		finding_add(cmp->k, cmp->findings, FINDING_WARNING,
			    block_code(cmp, "", described->block, "-without-unit"),
			    "the %s at +%x describes an IOMMU %s that the driver does not run",
			    described->block, described->offset, bdf);
	else if (unit->has_mmio && unit->mmio.v != described->mmio_pa)
		finding_add(cmp->k, cmp->findings, FINDING_WARNING, "registers-differ",
			    "unit %s: registers at %" PRIx64 " by the %s at +%x, at %" PRIx64
			    " by the driver", bdf, described->mmio_pa, described->block,
			    described->offset, unit->mmio.v);
}

static void compare_units(struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->firmware->units.nr && !failed(cmp->inv->units_failure); i++)
		compare_unit(cmp, cmp->firmware->units.at[i]);
	for (size_t i = 0; i < cmp->inv->units.nr; i++) {
		const struct unit *unit = cmp->inv->units.at[i];

		if (!unit->has_bdf || is_described(cmp, unit))
			continue;
		finding_add(cmp->k, cmp->findings, FINDING_WARNING,
			    block_code(cmp, "unit-without-", cmp->firmware->unit_block, ""),
			    "the driver runs unit %s, which no %s describes",
			    sbdf_word(cmp->k, unit->sbdf), cmp->firmware->unit_block);
	}
}

/* ---- devices ---- */

/* Devices that share one finding. */
struct named {
	const char *line;
	size_t nr;
};

static void name_device(struct comparison *cmp, struct named *list, const struct device *dev)
{
	if (list->nr < MAX_NAMED)
		list->line = arena_printf(cmp->k->arena, "%s%s%s", list->line ? list->line : "",
					  list->line ? " " : "", dev->name);
	list->nr++;
}

static void add_named(struct comparison *cmp, const struct named *list,
		      enum finding_severity severity, const char *code, const char *what)
{
	if (list->nr)
		finding_add(cmp->k, cmp->findings, severity, code, "%zu device%s %s: %s%s", list->nr,
			    list->nr == 1 ? "" : "s", what, list->line,
			    list->nr > MAX_NAMED ? " ..." : "");
}

static void compare_alias(struct comparison *cmp, const struct device *dev,
			  const struct firmware_coverage *coverage)
{
	const struct stream *alias = device_alias(dev);
	uint32_t by_driver = alias ? alias->id : dev->sbdf;

	if (coverage->id == by_driver)
		return;
	finding_add(cmp->k, cmp->findings, FINDING_WARNING, "alias-differs",
		    "%s: its alias is %s by the firmware, %s by the driver", dev->name,
		    coverage->id == dev->sbdf ? "none" : sbdf_word(cmp->k, coverage->id),
		    by_driver == dev->sbdf ? "none" : sbdf_word(cmp->k, by_driver))
		->device = dev->name;
}

static void compare_server(struct comparison *cmp, const struct device *dev,
			   const struct firmware_unit *described)
{
	const struct unit *unit = device_unit(dev);

	if (!unit->has_bdf || unit->sbdf == described->sbdf)
		return;
	finding_add(cmp->k, cmp->findings, FINDING_WARNING, "unit-differs",
		    "%s is served by unit %s, by the firmware it is unit %s's", dev->name,
		    sbdf_word(cmp->k, unit->sbdf), sbdf_word(cmp->k, described->sbdf))
		->device = dev->name;
}

/* Served by a unit that is not decoded: another firmware table is about it, and this one is not. Or by one that is not
 * known, which is a finding of its own. */
static bool is_of_others(const struct device *dev)
{
	return !device_unit(dev) && (device_server(dev) || !kva_is_null(dev->unknown_unit));
}

static void compare_devices(struct comparison *cmp)
{
	const struct firmware *firmware = cmp->firmware;
	struct named uncovered = { 0 }, unserved = { 0 }, unnamed = { 0 };
	const char *block = firmware->unit_block;

	for (size_t i = 0; i < cmp->inv->devices.nr && !target_interrupted(cmp->k->target); i++) {
		const struct device *dev = cmp->inv->devices.at[i];
		struct firmware_coverage coverage;

		/* An IOMMU is a PCI function too, and Linux lets none be translated, whatever the table says. */
		if (!dev->has_sbdf || find_unit(cmp, dev->sbdf) || is_of_others(dev))
			continue;
		firmware->covers(firmware, dev->sbdf, &coverage);
		compare_alias(cmp, dev, &coverage);
		if (device_unit(dev) && coverage.covered)
			compare_server(cmp, dev, coverage.unit);
		else if (device_unit(dev))
			name_device(cmp, &unnamed, dev);
		else if (coverage.covered)
			name_device(cmp, &unserved, dev);
		else
			name_device(cmp, &uncovered, dev);
	}
	add_named(cmp, &uncovered, FINDING_WARNING, "device-not-covered",
		  arena_printf(cmp->k->arena, "that no %s entry covers, and that no IOMMU serves", block));
	add_named(cmp, &unserved, FINDING_WARNING, "device-not-served",
		  arena_printf(cmp->k->arena, "that an %s entry covers, and that no IOMMU serves", block));
	/* The driver serves such devices when a bridge or a quirk makes them use an id that is covered. */
	add_named(cmp, &unnamed, FINDING_INFO, "served-uncovered",
		  arena_printf(cmp->k->arena, "that no %s entry covers, and that an IOMMU serves all the "
			       "same", block));
}

/* ---- memory that firmware wants mapped one to one ---- */

static bool is_about(const struct firmware_range *range, const struct device *dev)
{
	return dev->sbdf >= range->first_id && dev->sbdf <= range->last_id;
}

/* Whether the driver keeps the range as a unity map, or as an exclusion range, which Linux keeps like one. The
 * fixed window of MSI is reserved too and does not count. */
static bool is_kept(const struct ptrs *regions, const struct firmware_range *range)
{
	for (size_t i = 0; i < regions->nr; i++) {
		const struct reserved_region *region = regions->at[i];

		if (strcmp(region->type, "msi") != 0 && region->start <= range->first_page &&
		    region->last >= range->last_page)
			return true;
	}
	return false;
}

static bool is_asked_for(const struct comparison *cmp, const struct device *dev,
			 const struct reserved_region *region)
{
	for (size_t i = 0; i < cmp->firmware->ranges.nr; i++) {
		const struct firmware_range *range = cmp->firmware->ranges.at[i];

		if (is_about(range, dev) && range->first_page <= region->start &&
		    range->last_page >= region->last)
			return true;
	}
	return false;
}

static void compare_ranges(struct comparison *cmp, const struct device *dev,
			   const struct ptrs *regions)
{
	const char *block = cmp->firmware->range_block;

	for (size_t i = 0; i < cmp->firmware->ranges.nr; i++) {
		const struct firmware_range *range = cmp->firmware->ranges.at[i];

		if (is_about(range, dev) && !is_kept(regions, range))
			finding_add(cmp->k, cmp->findings, FINDING_WARNING, "unity-missing",
				    "%s: the %s at +%x asks for %" PRIx64 " to %" PRIx64
				    ", which the driver has not kept", dev->name, range->block,
				    range->offset, range->start, range->last)
				->device = dev->name;
	}
	for (size_t i = 0; i < regions->nr; i++) {
		const struct reserved_region *region = regions->at[i];

		if (strcmp(region->type, "direct") == 0 && !is_asked_for(cmp, dev, region))
			finding_add(cmp->k, cmp->findings, FINDING_WARNING,
				    block_code(cmp, "unity-without-", block, ""),
				    "%s: the driver keeps %" PRIx64 " to %" PRIx64
				    " mapped one to one, and no %s asks for it", dev->name,
				    region->start, region->last, block)
				->device = dev->name;
	}
}

static void compare_all_ranges(struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->inv->devices.nr; i++) {
		const struct device *dev = cmp->inv->devices.at[i];
		const struct unit *unit = device_unit(dev);
		struct ptrs regions = { 0 };
		struct failure failure = NO_FAILURE;

		if (!unit || !unit->vendor->reserved_regions)
			continue;
		if (target_interrupted(cmp->k->target))
			failure = failure_of(STATUS_INTERRUPTED);
		else
			failure = unit->vendor->reserved_regions(cmp->k, dev, &regions);
		if (failed(failure)) {
			/* All devices share the list: what failed for one fails for every other. */
			findings_not_run(cmp->k, cmp->findings, "compare unity maps", failure);
			return;
		}
		compare_ranges(cmp, dev, &regions);
	}
}

void check_firmware(struct kernel *k, const struct firmware *firmware, struct findings *ret)
{
	struct comparison cmp = { k, kernel_inventory(k), firmware, ret };

	compare_units(&cmp);
	compare_devices(&cmp);
	compare_all_ranges(&cmp);
}
