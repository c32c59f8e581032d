// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that firmware wants some devices to reach at its own address: whether it is memory that nobody else uses,
 * and whether the driver keeps the range for those devices. What is alike for several devices is one finding.
 */
#include "check.h"

#include "iommu/page.h"

#include <inttypes.h>
#include <string.h>

/* A machine has some hundred resources. */
#define MAX_PARTS 4096

struct ranges {
	struct kernel *k;
	const struct firmware *firmware;
	struct findings *findings;
};

/* ---- how it is written down ---- */

static void check_form(struct ranges *r)
{
	for (size_t i = 0; i < r->firmware->ranges.nr; i++) {
		const struct firmware_range *range = r->firmware->ranges.at[i];

		if (range->odd)
			finding_add(r->k, r->findings, FINDING_WARNING,
				    block_code(r->k, "", range->block, "-odd"),
				    "the %s at +%x names %" PRIx64 " to %" PRIx64 ", which %s", range->block,
				    range->offset, range->start, range->last, range->odd);
	}
}

/* ---- what the memory is ---- */

/* A part of the range that is not reserved. */
struct unreserved {
	bool found;
	uint64_t first, last;
	struct iomem_fact fact;
};

/* The first part that is not reserved, and before all others one that is ordinary memory. */
static struct failure find_unreserved(struct kernel *k, const struct firmware_range *range,
				      struct unreserved *ret)
{
	uint64_t at = range->first_page;
	struct iomem_fact fact;

	for (unsigned nr = 0;; nr++) {
		struct failure failure = target_interrupted(k->target) ?
						 failure_of(STATUS_INTERRUPTED) :
						 kernel_iomem(k, pa_of(at), &fact);

		if (!failed(failure) && nr == MAX_PARTS)
			failure = failure_of(STATUS_DAMAGED);
		if (failed(failure))
			return failure;
		if (!fact.is_reserved && (!ret->found || fact.is_ram))
			*ret = (struct unreserved){ true, at, fact.last, fact };
		if ((ret->found && ret->fact.is_ram) || fact.last >= range->last_page)
			break;
		at = fact.last + 1;
	}
	if (ret->last > range->last_page)
		ret->last = range->last_page;
	return NO_FAILURE;
}

static const char *what_is_there(const struct unreserved *part)
{
	return part->fact.name ? part->fact.name : "nothing";
}

/* "which is not reserved memory (iomem: System RAM)", "of which 1000 to 9fbff is not ...": of a range that is reserved
 * in part, or is not looked at to its end, only that part is spoken of. */
static const char *unreserved_words(struct ranges *r, const struct firmware_range *range,
				    const struct unreserved *part)
{
	if (part->first == range->first_page && part->last == range->last_page)
		return arena_printf(r->k->arena, "which is not reserved memory (iomem: %s)",
				    what_is_there(part));
	return arena_printf(r->k->arena, "of which %" PRIx64 " to %" PRIx64
			    " is not reserved memory (iomem: %s)", part->first, part->last,
			    what_is_there(part));
}

/* Memory that the kernel hands out cannot be what firmware keeps for itself. Of the rest it is only worth knowing that
 * nobody reserved it: a hole, or the window of a device. */
static void tell_unreserved(struct ranges *r, const struct firmware_range *range,
			    const struct unreserved *part)
{
	bool is_ram = part->fact.is_ram;

	finding_add(r->k, r->findings, is_ram ? FINDING_WARNING : FINDING_INFO,
		    block_code(r->k, "", range->block, is_ram ? "-on-ram" : "-not-reserved"),
		    "the %s at +%x names %" PRIx64 " to %" PRIx64 ", %s%s", range->block, range->offset,
		    range->first_page, range->last_page, unreserved_words(r, range, part),
		    is_ram ? ": a bug of the firmware, it is ordinary memory to the kernel" : "");
}

static void check_memory(struct ranges *r)
{
	for (size_t i = 0; i < r->firmware->ranges.nr; i++) {
		const struct firmware_range *range = r->firmware->ranges.at[i];
		struct unreserved part = { 0 };
		struct failure failure = NO_FAILURE;

		if (range_has_pages(range))
			failure = find_unreserved(r->k, range, &part);
		if (part.found)
			tell_unreserved(r, range, &part);
		if (failed(failure)) {
			findings_not_run(r->k, r->findings, "tell what the memory of the firmware's ranges is",
					 failure);
			return;
		}
	}
}

/* ---- what the driver keeps ---- */

/* Whether the driver keeps the range as a unity map, or as an exclusion range, which Linux keeps like one. The
 * fixed window of MSI is reserved too and does not count. */
static bool is_kept(const struct ptrs *regions, const struct firmware_range *range)
{
	for (size_t i = 0; i < regions->nr; i++) {
		const struct reserved_region *region = regions->at[i];

		if (region->unity && region->first_page <= range->first_page &&
		    region->last_page >= range->last_page)
			return true;
	}
	return false;
}

static bool is_asked_for(const struct ranges *r, const struct device *dev,
			 const struct reserved_region *region)
{
	for (size_t i = 0; i < r->firmware->ranges.nr; i++) {
		const struct firmware_range *range = r->firmware->ranges.at[i];

		if (r->firmware->has_range(r->firmware, range, dev) &&
		    range->first_page <= region->first_page && range->last_page >= region->last_page)
			return true;
	}
	return false;
}

/* A range of the firmware's: for how many devices it is, and for which of them the driver has not kept it. */
struct wanted {
	const struct firmware_range *range;
	size_t nr_devices;
	struct named missing;
};

/* A region that the driver keeps for devices for which firmware does not ask for it. */
struct unasked {
	uint64_t start, last;
	struct named devices;
};

static void note_wanted(struct ranges *r, const struct device *dev, const struct ptrs *regions,
			struct wanted *wanted)
{
	for (size_t i = 0; i < r->firmware->ranges.nr; i++) {
		if (!range_has_pages(wanted[i].range) ||
		    !r->firmware->has_range(r->firmware, wanted[i].range, dev))
			continue;
		wanted[i].nr_devices++;
		if (!is_kept(regions, wanted[i].range))
			name_device(r->k, &wanted[i].missing, dev);
	}
}

static struct named *unasked_devices(struct ranges *r, struct ptrs *list,
				     const struct reserved_region *region)
{
	struct unasked *item;

	for (size_t i = 0; i < list->nr; i++) {
		item = list->at[i];
		if (item->start == region->start && item->last == region->last)
			return &item->devices;
	}
	item = arena_alloc(r->k->arena, sizeof(*item));
	*item = (struct unasked){ region->start, region->last, { 0 } };
	ptrs_push(r->k->arena, list, item);
	return &item->devices;
}

static void note_unasked(struct ranges *r, const struct device *dev, const struct ptrs *regions,
			 struct ptrs *unasked)
{
	for (size_t i = 0; i < regions->nr; i++) {
		const struct reserved_region *region = regions->at[i];

		/* An exclusion range is of type "reserved", and its block is told by other means. */
		if (region->unity && !region->by_driver && strcmp(region->type, "reserved") != 0 &&
		    region->first_page <= region->last_page && !is_asked_for(r, dev, region))
			name_device(r->k, unasked_devices(r, unasked, region), dev);
	}
}

static void tell_missing(struct ranges *r, const struct wanted *wanted)
{
	const struct firmware_range *range = wanted->range;
	const struct named *missing = &wanted->missing;

	if (missing->nr == 1)
		finding_add(r->k, r->findings, FINDING_WARNING, "unity-missing",
			    "%s: the %s at +%x asks for %" PRIx64 " to %" PRIx64
			    ", which the driver has not kept", missing->first, range->block,
			    range->offset, range->start, range->last)
			->device = missing->first;
	else if (missing->nr)
		finding_add(r->k, r->findings, FINDING_WARNING, "unity-missing",
			    "the %s at +%x asks for %" PRIx64 " to %" PRIx64 ", which the driver has "
			    "not kept for %zu of %zu devices: %s", range->block, range->offset,
			    range->start, range->last, missing->nr, wanted->nr_devices,
			    named_words(r->k, missing));
}

static void tell_unasked(struct ranges *r, const struct unasked *unasked)
{
	const char *block = r->firmware->range_block;
	const char *code = block_code(r->k, "unity-without-", block, "");

	if (unasked->devices.nr == 1)
		finding_add(r->k, r->findings, FINDING_WARNING, code,
			    "%s: the driver keeps %" PRIx64 " to %" PRIx64
			    " mapped one to one, and no %s asks for it", unasked->devices.first,
			    unasked->start, unasked->last, block)
			->device = unasked->devices.first;
	else
		finding_add(r->k, r->findings, FINDING_WARNING, code,
			    "the driver keeps %" PRIx64 " to %" PRIx64 " mapped one to one for %zu "
			    "devices, and no %s asks for it: %s", unasked->start, unasked->last,
			    unasked->devices.nr, block, named_words(r->k, &unasked->devices));
}

/* What the driver keeps for each device. */
static struct failure note_kept(struct ranges *r, struct wanted *wanted, struct ptrs *unasked)
{
	const struct inventory *inv = kernel_inventory(r->k);

	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];
		const struct unit *unit = device_unit(dev);
		struct ptrs regions = { 0 };
		struct failure failure;

		if (!unit || !unit->vendor->reserved_regions)
			continue;
		failure = target_interrupted(r->k->target) ?
				  failure_of(STATUS_INTERRUPTED) :
				  unit->vendor->reserved_regions(r->k, dev, &regions);
		/* All devices share the list: what failed for one fails for every other. */
		if (failed(failure))
			return failure;
		note_wanted(r, dev, &regions, wanted);
		note_unasked(r, dev, &regions, unasked);
	}
	return NO_FAILURE;
}

static void check_kept(struct ranges *r)
{
	size_t nr = r->firmware->ranges.nr;
	struct wanted *wanted = arena_alloc(r->k->arena, (nr + 1) * sizeof(*wanted));
	struct ptrs unasked = { 0 };
	struct failure failure;

	for (size_t i = 0; i < nr; i++)
		wanted[i].range = r->firmware->ranges.at[i];
	failure = note_kept(r, wanted, &unasked);
	for (size_t i = 0; i < nr; i++)
		tell_missing(r, &wanted[i]);
	for (size_t i = 0; i < unasked.nr; i++)
		tell_unasked(r, unasked.at[i]);
	if (failed(failure))
		findings_not_run(r->k, r->findings,
				 arena_printf(r->k->arena, "compare %s", r->firmware->range_word), failure);
}

void check_firmware_ranges(struct kernel *k, const struct firmware *firmware, struct findings *ret)
{
	struct ranges ranges = { k, firmware, ret };

	check_form(&ranges);
	check_memory(&ranges);
	if (!failed(firmware->places))
		check_kept(&ranges);
}
