// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where run time differs from the firmware's description: units, who serves whom, aliases. What is alike for several
 * devices is one finding.
 */
#include "check.h"

#include <inttypes.h>
#include <string.h>

struct comparison {
	struct kernel *k;
	const struct inventory *inv;
	const struct firmware *firmware;
	struct findings *findings;
};

/* ---- units ---- */

/* A PCI function that is an IOMMU. */
static bool is_unit(const struct comparison *cmp, uint32_t sbdf)
{
	for (size_t i = 0; i < cmp->inv->units.nr; i++) {
		const struct unit *unit = cmp->inv->units.at[i];

		if (unit->has_bdf && unit->sbdf == sbdf)
			return true;
	}
	return false;
}

const char *described_word(struct kernel *k, const struct firmware_unit *described)
{
	if (described->has_bdf)
		return sbdf_word(k, described->sbdf);
	return arena_printf(k->arena, "at %" PRIx64, described->mmio_pa);
}

const char *unit_word(struct kernel *k, const struct unit *unit)
{
	if (unit->has_bdf)
		return sbdf_word(k, unit->sbdf);
	if (unit->name)
		return unit->name;
	return unit->has_mmio ? arena_printf(k->arena, "at %" PRIx64, unit->mmio.v) : "?";
}

/* The run-time unit has what the block's unit is known by. */
static bool can_be_told(const struct unit *unit, const struct firmware_unit *described)
{
	return described->has_bdf ? unit->has_bdf : unit->has_mmio;
}

static bool is_same_unit(const struct unit *unit, const struct firmware_unit *described)
{
	return can_be_told(unit, described) &&
	       (described->has_bdf ? unit->sbdf == described->sbdf :
				     unit->mmio.v == described->mmio_pa);
}

static const struct unit *find_unit(const struct comparison *cmp, const struct firmware_unit *described)
{
	for (size_t i = 0; i < cmp->inv->units.nr; i++) {
		if (is_same_unit(cmp->inv->units.at[i], described))
			return cmp->inv->units.at[i];
	}
	return NULL;
}

/* Or nobody can tell. */
static bool is_described(const struct comparison *cmp, const struct unit *unit)
{
	const struct ptrs *described = &cmp->firmware->units;

	if (!unit->has_bdf && !unit->has_mmio)
		return true;
	for (size_t i = 0; i < described->nr; i++) {
		if (is_same_unit(unit, described->at[i]))
			return true;
	}
	return false;
}

/* Of a driver that another table is about: no block of this one is meant for it. */
static bool is_of_another_table(const struct comparison *cmp, const struct unit *unit)
{
	return !unit->vendor || !unit->vendor->firmware_signature ||
	       strcmp(unit->vendor->firmware_signature, cmp->firmware->name) != 0;
}

static void compare_unit(struct comparison *cmp, const struct firmware_unit *described)
{
	const struct unit *unit = find_unit(cmp, described);
	const char *name = described_word(cmp->k, described);

	if (!unit)
		finding_add(cmp->k, cmp->findings, FINDING_WARNING,
			    block_code(cmp->k, "", described->block, "-without-unit"),
			    "the %s at +%x describes an IOMMU %s that the driver does not run",
			    described->block, described->offset, name);
	else if (unit->has_mmio && unit->mmio.v != described->mmio_pa)
		finding_add(cmp->k, cmp->findings, FINDING_WARNING, "registers-differ",
			    "unit %s: registers at %" PRIx64 " by the %s at +%x, at %" PRIx64
			    " by the driver", name, described->mmio_pa, described->block,
			    described->offset, unit->mmio.v);
}

static void compare_units(struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->firmware->units.nr && !failed(cmp->inv->units_failure); i++)
		compare_unit(cmp, cmp->firmware->units.at[i]);
	for (size_t i = 0; i < cmp->inv->units.nr; i++) {
		const struct unit *unit = cmp->inv->units.at[i];

		if (is_described(cmp, unit) || is_of_another_table(cmp, unit))
			continue;
		finding_add(cmp->k, cmp->findings, FINDING_WARNING,
			    block_code(cmp->k, "unit-without-", cmp->firmware->unit_block, ""),
			    "the driver runs unit %s, which no %s describes",
			    unit_word(cmp->k, unit), cmp->firmware->unit_block);
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

/* Devices of which firmware says the one thing and the driver the other, in words. */
struct differing {
	const char *by_firmware, *by_driver;
	struct named devices;
};

static struct named *differing_devices(struct comparison *cmp, struct ptrs *list,
				       const char *by_firmware, const char *by_driver)
{
	struct differing *item;

	for (size_t i = 0; i < list->nr; i++) {
		item = list->at[i];
		if (strcmp(item->by_firmware, by_firmware) == 0 &&
		    strcmp(item->by_driver, by_driver) == 0)
			return &item->devices;
	}
	item = arena_alloc(cmp->k->arena, sizeof(*item));
	*item = (struct differing){ by_firmware, by_driver, { 0 } };
	ptrs_push(cmp->k->arena, list, item);
	return &item->devices;
}

/* An id by which a device's requests are seen. */
static const char *alias_word(struct comparison *cmp, const struct device *dev, uint32_t id)
{
	return id == dev->sbdf ? "none" : sbdf_word(cmp->k, id);
}

static void compare_alias(struct comparison *cmp, const struct device *dev,
			  const struct firmware_coverage *coverage, struct ptrs *ret)
{
	const struct stream *alias = device_alias(dev);
	uint32_t by_driver = alias ? alias->id : dev->sbdf;

	if (coverage->id != by_driver)
		name_device(cmp->k,
			    differing_devices(cmp, ret, alias_word(cmp, dev, coverage->id),
					      alias_word(cmp, dev, by_driver)), dev);
}

static void add_aliases(struct comparison *cmp, const struct ptrs *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct differing *item = list->at[i];
		if (item->devices.nr == 1)
			finding_add(cmp->k, cmp->findings, FINDING_WARNING, "alias-differs",
				    "%s: its alias is %s by the firmware, %s by the driver",
				    item->devices.first, item->by_firmware, item->by_driver)
				->device = item->devices.first;
		else
			finding_add(cmp->k, cmp->findings, FINDING_WARNING, "alias-differs",
				    "%zu devices have alias %s by the firmware, %s by the driver: %s",
				    item->devices.nr, item->by_firmware, item->by_driver,
				    named_words(cmp->k, &item->devices));
	}
}

static void compare_server(struct comparison *cmp, const struct device *dev,
			   const struct firmware_unit *described, struct ptrs *ret)
{
	const struct unit *unit = device_unit(dev);

	const struct unit *named = find_unit(cmp, described);

	if (can_be_told(unit, described) && !is_same_unit(unit, described))
		name_device(cmp->k,
			    differing_devices(cmp, ret, named ? unit_word(cmp->k, named) :
								described_word(cmp->k, described),
					      unit_word(cmp->k, unit)), dev);
}

static void add_servers(struct comparison *cmp, const struct ptrs *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct differing *item = list->at[i];
		if (item->devices.nr == 1)
			finding_add(cmp->k, cmp->findings, FINDING_WARNING, "unit-differs",
				    "%s is served by unit %s, by the firmware it is unit %s's",
				    item->devices.first, item->by_driver, item->by_firmware)
				->device = item->devices.first;
		else
			finding_add(cmp->k, cmp->findings, FINDING_WARNING, "unit-differs",
				    "%zu devices are served by unit %s, by the firmware they are unit "
				    "%s's: %s", item->devices.nr, item->by_driver, item->by_firmware,
				    named_words(cmp->k, &item->devices));
	}
}

static void add_left_out(struct comparison *cmp, const struct ptrs *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct differing *item = list->at[i];

		add_named(cmp, &item->devices, FINDING_INFO, "device-left-out",
			  arena_printf(cmp->k->arena, "whose DMA is not remapped, since %s", item->by_driver));
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
	struct ptrs left_out = { 0 }; /* struct differing: the reason for by_driver */
	struct ptrs aliases = { 0 }, servers = { 0 }; /* struct differing */
	const char *block = firmware->unit_block;

	for (size_t i = 0; i < cmp->inv->devices.nr && !target_interrupted(cmp->k->target); i++) {
		const struct device *dev = cmp->inv->devices.at[i];
		struct firmware_coverage coverage;

		/* An IOMMU is a PCI function too, and Linux lets none be translated, whatever the table says. */
		if (!dev->has_sbdf || is_unit(cmp, dev->sbdf) || is_of_others(dev))
			continue;
		firmware->covers(firmware, dev, &coverage);
		if (firmware->gives_ids)
			compare_alias(cmp, dev, &coverage, &aliases);
		if (device_unit(dev) && coverage.covered)
			compare_server(cmp, dev, coverage.unit, &servers);
		else if (device_unit(dev))
			name_device(cmp->k, &unnamed, dev);
		else if (coverage.covered && coverage.left_out)
			name_device(cmp->k, differing_devices(cmp, &left_out, "", coverage.left_out), dev);
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
		  arena_printf(cmp->k->arena, "that firmware covers (%s), and that no IOMMU serves", block));
	add_left_out(cmp, &left_out);
	/* The driver serves such devices when a bridge or a quirk makes them use an id that is covered. */
	add_named(cmp, &unnamed, FINDING_INFO, "served-uncovered",
		  arena_printf(cmp->k->arena, "that no %s entry covers, and that an IOMMU serves all the "
			       "same", block));
}

/* Differences that the vendor has found between the table and what its driver copied. */
static void add_differences(struct comparison *cmp)
{
	const struct ptrs *differs = &cmp->firmware->differs;

	for (size_t i = 0; i < differs->nr; i++) {
		const struct firmware_difference *item = differs->at[i];
		struct finding *finding = finding_add(cmp->k, cmp->findings, FINDING_WARNING, item->code, "%s",
						      item->text);

		finding->device = item->device;
		for (size_t j = 0; j < item->sides.nr; j++) {
			const struct firmware_side *side = item->sides.at[j];

			finding_rests_on(cmp->k, finding, side->what, side->place, "%s", side->value);
		}
	}
	if (failed(cmp->firmware->kept))
		findings_not_run(cmp->k, cmp->findings, "compare what the driver keeps of the table",
				 cmp->firmware->kept);
}

void check_firmware(struct kernel *k, const struct firmware *firmware, struct findings *ret)
{
	struct comparison cmp = { k, kernel_inventory(k), firmware, ret };

	compare_units(&cmp);
	add_differences(&cmp);
	if (failed(firmware->places))
		findings_not_run(k, ret, "tell which devices the firmware means", firmware->places);
	else
		compare_devices(&cmp);
	check_firmware_ranges(k, firmware, ret);
}
