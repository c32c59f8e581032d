// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything there is, collected once and kept as far as it could be read. On a dump it is kept for the next
 * command too: it is built in an arena of its own and published when it is complete.
 */
#include "inventory.h"

#include <stdlib.h>

static int by_group_id(const void *a, const void *b)
{
	const struct group *ga = *(const struct group *const *)a;
	const struct group *gb = *(const struct group *const *)b;

	return (ga->id > gb->id) - (ga->id < gb->id);
}

/* PCI devices by segment, bus and function, then the others in the order they were found. */
static int by_sbdf(const void *a, const void *b)
{
	const struct device *da = *(const struct device *const *)a;
	const struct device *db = *(const struct device *const *)b;

	if (da->is_pci != db->is_pci)
		return da->is_pci ? -1 : 1;
	return (da->sbdf > db->sbdf) - (da->sbdf < db->sbdf);
}

/* Those with an id first, by id. */
static int by_domain_id(const void *a, const void *b)
{
	const struct domain *da = *(const struct domain *const *)a;
	const struct domain *db = *(const struct domain *const *)b;
	uint32_t ida, idb;
	bool has_a = domain_id_on(da, NULL, &ida), has_b = domain_id_on(db, NULL, &idb);

	if (has_a != has_b)
		return has_a ? -1 : 1;
	if (has_a && ida != idb)
		return ida > idb ? 1 : -1;
	return (da->at.v > db->at.v) - (da->at.v < db->at.v);
}

static void sort(struct ptrs *list, int (*order)(const void *, const void *))
{
	if (list->nr)
		qsort(list->at, list->nr, sizeof(*list->at), order);
}

/* Keeps a failure as unreported too: each command that uses the inventory says what it lacks, also when it
 * does not show the list that is not whole. */
static struct failure noted(struct kernel *k, struct inventory *inv, struct failure failure)
{
	if (failed(failure) && failure.status != STATUS_ABSENT)
		kernel_leave_unreported(k, failure);
	inv->interrupted |= failure.status == STATUS_INTERRUPTED;
	return failure;
}

/* What the vendors know of a device; the first that says who serves it is right. */
void inventory_device_facts(struct kernel *k, struct inventory *inv, struct device *dev)
{
	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];
		struct kva domain = { 0 };

		if (!vendor->device_facts || dev->domain)
			continue;
		inv->facts_failure = first_failure(inv->facts_failure,
						   vendor->device_facts(k, inv, dev, &domain));
		dev->domain = inventory_domain(k, inv, vendor, domain);
	}
	if (inv->core_tells_units && device_unit(dev))
		inv->facts_failure = first_failure(inv->facts_failure, inventory_core_unit(k, dev->at, &dev->core_unit));
	/* A device that no vendor told a unit of: the core may, of a unit that is not decoded. */
	if (inv->tells_servers && !device_unit(dev))
		inv->facts_failure = first_failure(inv->facts_failure,
						   inventory_server(k, inv, dev->at, &dev->server));
	if (dev->domain)
		ptrs_push(k->arena, &dev->domain->devices, dev);
}

/* Adds the domains that only a driver knows: no group and no device leads to them. */
static void collect_more_domains(struct kernel *k, struct inventory *inv)
{
	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];
		struct ptrs more = { 0 };

		if (!vendor->more_domains)
			continue;
		inv->domains_failure = first_failure(
			inv->domains_failure, noted(k, inv, vendor->more_domains(k, inv, &more)));
		for (size_t j = 0; j < more.nr; j++)
			inventory_domain(k, inv, vendor, *(struct kva *)more.at[j]);
	}
}

static void build(struct kernel *k, struct inventory *inv)
{
	inv->units_failure = noted(k, inv, inventory_units(k, inv));
	if (!inv->units.nr && !inv->vendors.nr && !inv->may_have_others)
		return; /* a machine without an IOMMU: nothing translates */
	inv->devices_failure = noted(k, inv, inventory_pci_devices(k, inv));
	inv->groups_failure = noted(k, inv, inventory_groups(k, inv));
	inv->devices_failure = first_failure(inv->devices_failure, noted(k, inv, inv->facts_failure));
	collect_more_domains(k, inv);
	sort(&inv->devices, by_sbdf);
	sort(&inv->groups, by_group_id);
	sort(&inv->domains, by_domain_id);
}

/* ---- what is kept between commands ---- */

static void leave_unreported(struct kernel *k, const struct unreported *list)
{
	for (unsigned i = 0; i < list->nr && i < MAX_UNREPORTED; i++)
		kernel_leave_unreported(k, list->at[i]);
	if (list->nr > MAX_UNREPORTED)
		k->unreported.nr += list->nr - MAX_UNREPORTED;
}

static bool may_be_kept(struct kernel *k, const struct inventory *inv)
{
	return !inv->interrupted && !target_interrupted(k->target) && !target_is_live(k->target);
}

/* Any read may leave the command for good (see iommu/arena.h): until the last line nothing is published,
 * and the next command begins with an empty arena. */
static const struct inventory *build_kept(struct kernel *k)
{
	struct kept *kept = k->kept;
	struct unreported before = k->unreported;
	struct arena *of_command = k->arena;
	struct inventory *inv;

	kept->inventory = NULL;
	arena_reset(&kept->arena);
	k->arena = &kept->arena;
	k->unreported.nr = 0;
	k->builds_inventory = true;
	inv = arena_alloc(k->arena, sizeof(*inv));
	build(k, inv);
	k->builds_inventory = false;
	kept->unreported = k->unreported;
	k->unreported = before;
	k->arena = of_command;
	if (may_be_kept(k, inv)) {
		kept->changes = k->layout->changes;
		kept->zeroes_missing = k->target->ops->zeroes_missing(k->target);
		kept->inventory = inv;
	}
	return inv;
}

/* A module or its types may have come since: what was missing may be there now. */
static bool is_still_right(struct kernel *k)
{
	const struct kept *kept = k->kept;

	return kept->inventory && kept->changes == k->layout->changes &&
	       kept->zeroes_missing == k->target->ops->zeroes_missing(k->target);
}

const struct inventory *kernel_inventory(struct kernel *k)
{
	struct kept *kept = k->kept;

	if (k->inventory)
		return k->inventory;
	if (k->builds_inventory)
		abort(); /* a function of the building asked for what it builds: a mistake of ours */
	if (is_still_right(k))
		k->inventory = kept->inventory;
	else
		k->inventory = build_kept(k);
	leave_unreported(k, &kept->unreported);
	return k->inventory;
}

void kept_release(struct kept *kept)
{
	arena_release(&kept->arena);
	kept->inventory = NULL;
}

/* ---- finding things in it ---- */

/* Devices that are not PCI are the last of the list, and few. */
static struct device *find_by_firmware_id(const struct ptrs *devices, uint32_t sbdf)
{
	for (size_t i = devices->nr; i-- > 0;) {
		struct device *dev = devices->at[i];

		if (dev->is_pci)
			break;
		if (dev->has_sbdf && dev->sbdf == sbdf)
			return dev;
	}
	return NULL;
}

struct device *kernel_find_device(struct kernel *k, uint32_t sbdf)
{
	const struct ptrs *devices = &kernel_inventory(k)->devices;
	const struct device wanted = { .is_pci = true, .sbdf = sbdf };
	const struct device *key = &wanted;
	struct device **found;

	if (!devices->nr)
		return NULL;
	found = bsearch(&key, devices->at, devices->nr, sizeof(*devices->at), by_sbdf);
	return found ? *found : find_by_firmware_id(devices, sbdf);
}

/* The core says that a unit of somebody else serves the device. */
static bool is_of_another(const struct device *dev, const struct vendor *vendor)
{
	const struct unit *unit = dev ? device_server(dev) : NULL;

	return unit && unit->vendor != vendor;
}

struct failure kernel_find_stream(struct kernel *k, uint32_t sbdf, struct stream *ret)
{
	const struct inventory *inv = kernel_inventory(k);
	const struct device *dev = kernel_find_device(k, sbdf);
	struct failure failure = failure_of(STATUS_ABSENT);

	if (dev && dev->streams.nr) {
		*ret = *(const struct stream *)dev->streams.at[0];
		return NO_FAILURE;
	}
	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];

		if (!vendor->stream_of_pci || is_of_another(dev, vendor))
			continue;
		failure = vendor->stream_of_pci(k, sbdf, ret);
		if (failure.status != STATUS_ABSENT)
			break;
	}
	return failure;
}

struct group *kernel_find_group(struct kernel *k, int64_t id)
{
	const struct ptrs *groups = &kernel_inventory(k)->groups;

	for (size_t i = 0; i < groups->nr; i++) {
		struct group *group = groups->at[i];

		if (group->id == id)
			return group;
	}
	return NULL;
}

static bool is_called(const struct domain *domain, uint64_t id_or_address)
{
	return domain->at.v == id_or_address ||
	       (!kva_is_null(domain->driver_at) && domain->driver_at.v == id_or_address) ||
	       (id_or_address <= UINT32_MAX && domain_has_id(domain, (uint32_t)id_or_address));
}

void kernel_find_domains(struct kernel *k, uint64_t id_or_address, struct ptrs *ret)
{
	const struct ptrs *domains = &kernel_inventory(k)->domains;
	const struct ptrs *devices = &kernel_inventory(k)->devices;
	size_t before = ret->nr;

	for (size_t i = 0; i < domains->nr; i++) {
		if (is_called(domains->at[i], id_or_address))
			ptrs_push(k->arena, ret, domains->at[i]);
	}
	for (size_t i = 0; i < devices->nr && ret->nr == before; i++) {
		const struct device *dev = devices->at[i];

		if (dev->domain && dev->device_domain_id && dev->device_domain_id == id_or_address)
			ptrs_push(k->arena, ret, dev->domain);
	}
}
