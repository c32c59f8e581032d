// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses that are no memory to a device: those where a write is an interrupt, and what the hardware keeps for
 * itself. The core gives none of them out and lets nobody map them, since a request there never comes to the table.
 */
#include "check.h"

#include <inttypes.h>
#include <string.h>

struct look {
	uint64_t bytes;
	struct iova first;
	struct pa pa;
};

static bool take_run(void *ctx, const struct pt_run *run)
{
	struct look *look = ctx;

	if (!look->bytes) {
		look->first = run->iova;
		look->pa = run->pa;
	}
	look->bytes += run->bytes;
	return true;
}

static bool is_no_memory(const struct reserved_region *region)
{
	return strcmp(region->type, "msi") == 0 || strcmp(region->type, "reserved") == 0;
}

static void look_at_region(struct kernel *k, struct checking *c, const struct device *dev, const struct space *space,
			   const struct reserved_region *region)
{
	struct look look = { 0 };
	const struct pt_visitor visitor = { .ctx = &look, .run = take_run };
	struct pt_totals totals = { 0 };
	struct finding *finding;

	if (space_scan(k, space, iova_of(region->start), iova_of(region->last), &visitor, &totals) != STATUS_OK)
		return;
	part_looked(c, CHECK_REGIONS, 1);
	part_failed(c, CHECK_REGIONS, totals.failure);
	if (!look.bytes)
		return;
	finding = finding_add(k, &c->found, FINDING_WARNING, "reserved-mapped",
			      "%s: %" PRIu64 " bytes are mapped in %" PRIx64 " to %" PRIx64 ", which is no memory to %s "
			      "(%s): the first at %" PRIx64 " to %" PRIx64, space_name(k, space), look.bytes, region->start,
			      region->last, dev->name, region->type, look.first.v, look.pa.v);
	finding->device = dev->name;
	finding->has_domain_id = domain_id_on(space->domain, NULL, &finding->domain_id);
	finding_rests_on(k, finding, "table", place_pa(space->root.table), "root %" PRIx64, space->root.table.v);
}

/* A domain of many devices is looked at once for each region. */
struct seen {
	uint64_t start, last;
};

static bool was_seen(struct kernel *k, struct ptrs *list, const struct seen *wanted)
{
	struct seen *copy;

	for (size_t i = 0; i < list->nr; i++) {
		const struct seen *seen = list->at[i];

		if (seen->start == wanted->start && seen->last == wanted->last)
			return true;
	}
	copy = arena_alloc(k->arena, sizeof(*copy));
	*copy = *wanted;
	ptrs_push(k->arena, list, copy);
	return false;
}

/* The regions that were looked at in a domain. */
static struct ptrs *seen_of(struct kernel *k, struct u64map *domains, const struct domain *domain)
{
	struct ptrs *list = u64map_get(domains, domain->at.v);

	if (list)
		return list;
	list = arena_alloc(k->arena, sizeof(*list));
	u64map_add(k->arena, domains, domain->at.v, list);
	return list;
}

static void look_at_device(struct kernel *k, struct checking *c, const struct device *dev, struct u64map *domains)
{
	const struct vendor *vendor = device_unit(dev)->vendor;
	struct ptrs regions = { 0 };
	struct route route;

	if (!dev->domain || !vendor || !vendor->reserved_regions)
		return;
	route_of_domain(k, dev->domain, &route);
	if (!route.space.has_table && !route.space.ranges)
		return;
	part_failed(c, CHECK_REGIONS, vendor->reserved_regions(k, dev, &regions));
	for (size_t i = 0; i < regions.nr; i++) {
		const struct reserved_region *region = regions.at[i];
		const struct seen seen = { region->start, region->last };

		if (is_no_memory(region) && !was_seen(k, seen_of(k, domains, dev->domain), &seen))
			look_at_region(k, c, dev, &route.space, region);
	}
}

void check_regions(struct kernel *k, struct checking *c)
{
	const struct ptrs *devices = &kernel_inventory(k)->devices;
	struct u64map domains = { 0 };

	part_ran(c, CHECK_REGIONS);
	for (size_t i = 0; i < devices->nr && !target_interrupted(k->target); i++) {
		if (device_unit(devices->at[i]))
			look_at_device(k, c, devices->at[i], &domains);
	}
}
