// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where run time differs from the firmware's description: units, who serves whom, aliases. What is alike for several
 * devices is one finding.
 */
#include "check.h"

#include <inttypes.h>

struct comparison {
	struct kernel *k;
	const struct inventory *inv;
	const struct firmware *firmware;
	struct findings *findings;
};

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
			    block_code(cmp->k, "", described->block, "-without-unit"),
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
			    block_code(cmp->k, "unit-without-", cmp->firmware->unit_block, ""),
			    "the driver runs unit %s, which no %s describes",
			    sbdf_word(cmp->k, unit->sbdf), cmp->firmware->unit_block);
	}
}

/* ---- devices ---- */

static void add_named(struct comparison *cmp, const struct named *list,
		      enum finding_severity severity, const char *code, const char *what)
{
	if (list->nr)
		finding_add(cmp->k, cmp->findings, severity, code, "%zu device%s %s: %s", list->nr,
			    list->nr == 1 ? "" : "s", what, named_words(cmp->k, list));
}

#define NOBODY UINT64_MAX

/* Devices of which firmware says the one thing and the driver the other; either may be NOBODY. */
struct differing {
	uint64_t by_firmware, by_driver;
	struct named devices;
};

static struct named *differing_devices(struct comparison *cmp, struct ptrs *list,
				       uint64_t by_firmware, uint64_t by_driver)
{
	struct differing *item;

	for (size_t i = 0; i < list->nr; i++) {
		item = list->at[i];
		if (item->by_firmware == by_firmware && item->by_driver == by_driver)
			return &item->devices;
	}
	item = arena_alloc(cmp->k->arena, sizeof(*item));
	*item = (struct differing){ by_firmware, by_driver, { 0 } };
	ptrs_push(cmp->k->arena, list, item);
	return &item->devices;
}

static const char *word_or_none(struct comparison *cmp, uint64_t sbdf)
{
	return sbdf == NOBODY ? "none" : sbdf_word(cmp->k, (uint32_t)sbdf);
}

static void compare_alias(struct comparison *cmp, const struct device *dev,
			  const struct firmware_coverage *coverage, struct ptrs *ret)
{
	const struct stream *alias = device_alias(dev);
	uint32_t by_driver = alias ? alias->id : dev->sbdf;

	if (coverage->id != by_driver)
		name_device(cmp->k,
			    differing_devices(cmp, ret, coverage->id == dev->sbdf ? NOBODY : coverage->id,
					      by_driver == dev->sbdf ? NOBODY : by_driver), dev);
}

static void add_aliases(struct comparison *cmp, const struct ptrs *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct differing *item = list->at[i];
		const char *by_firmware = word_or_none(cmp, item->by_firmware);
		const char *by_driver = word_or_none(cmp, item->by_driver);

		if (item->devices.nr == 1)
			finding_add(cmp->k, cmp->findings, FINDING_WARNING, "alias-differs",
				    "%s: its alias is %s by the firmware, %s by the driver",
				    item->devices.first, by_firmware, by_driver)
				->device = item->devices.first;
		else
			finding_add(cmp->k, cmp->findings, FINDING_WARNING, "alias-differs",
				    "%zu devices have alias %s by the firmware, %s by the driver: %s",
				    item->devices.nr, by_firmware, by_driver,
				    named_words(cmp->k, &item->devices));
	}
}

static void compare_server(struct comparison *cmp, const struct device *dev,
			   const struct firmware_unit *described, struct ptrs *ret)
{
	const struct unit *unit = device_unit(dev);

	if (unit->has_bdf && unit->sbdf != described->sbdf)
		name_device(cmp->k, differing_devices(cmp, ret, described->sbdf, unit->sbdf), dev);
}

static void add_servers(struct comparison *cmp, const struct ptrs *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct differing *item = list->at[i];
		const char *by_firmware = sbdf_word(cmp->k, (uint32_t)item->by_firmware);
		const char *by_driver = sbdf_word(cmp->k, (uint32_t)item->by_driver);

		if (item->devices.nr == 1)
			finding_add(cmp->k, cmp->findings, FINDING_WARNING, "unit-differs",
				    "%s is served by unit %s, by the firmware it is unit %s's",
				    item->devices.first, by_driver, by_firmware)
				->device = item->devices.first;
		else
			finding_add(cmp->k, cmp->findings, FINDING_WARNING, "unit-differs",
				    "%zu devices are served by unit %s, by the firmware they are unit "
				    "%s's: %s", item->devices.nr, by_driver, by_firmware,
				    named_words(cmp->k, &item->devices));
	}
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
	struct ptrs aliases = { 0 }, servers = { 0 }; /* struct differing */
	const char *block = firmware->unit_block;

	for (size_t i = 0; i < cmp->inv->devices.nr && !target_interrupted(cmp->k->target); i++) {
		const struct device *dev = cmp->inv->devices.at[i];
		struct firmware_coverage coverage;

		/* An IOMMU is a PCI function too, and Linux lets none be translated, whatever the table says. */
		if (!dev->has_sbdf || find_unit(cmp, dev->sbdf) || is_of_others(dev))
			continue;
		firmware->covers(firmware, dev->sbdf, &coverage);
		compare_alias(cmp, dev, &coverage, &aliases);
		if (device_unit(dev) && coverage.covered)
			compare_server(cmp, dev, coverage.unit, &servers);
		else if (device_unit(dev))
			name_device(cmp->k, &unnamed, dev);
		else if (coverage.covered)
			name_device(cmp->k, &unserved, dev);
		else
			name_device(cmp->k, &uncovered, dev);
	}
	add_aliases(cmp, &aliases);
	add_servers(cmp, &servers);
	add_named(cmp, &uncovered, FINDING_WARNING, "device-not-covered",
		  arena_printf(cmp->k->arena, "that no %s entry covers, and that no IOMMU serves", block));
	add_named(cmp, &unserved, FINDING_WARNING, "device-not-served",
		  arena_printf(cmp->k->arena, "that an %s entry covers, and that no IOMMU serves", block));
	/* The driver serves such devices when a bridge or a quirk makes them use an id that is covered. */
	add_named(cmp, &unnamed, FINDING_INFO, "served-uncovered",
		  arena_printf(cmp->k->arena, "that no %s entry covers, and that an IOMMU serves all the "
			       "same", block));
}

void check_firmware(struct kernel *k, const struct firmware *firmware, struct findings *ret)
{
	struct comparison cmp = { k, kernel_inventory(k), firmware, ret };

	compare_units(&cmp);
	compare_devices(&cmp);
	check_firmware_ranges(k, firmware, ret);
}
