// SPDX-License-Identifier: GPL-2.0-or-later
/* Everything there is, collected once per command and kept as far as it could be read. */
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

	if (da->has_id != db->has_id)
		return da->has_id ? -1 : 1;
	if (da->has_id && da->id != db->id)
		return da->id > db->id ? 1 : -1;
	return (da->at.v > db->at.v) - (da->at.v < db->at.v);
}

static void sort(struct ptrs *list, int (*order)(const void *, const void *))
{
	if (list->nr)
		qsort(list->at, list->nr, sizeof(*list->at), order);
}

/* Every command that stands on the inventory tells what it lacks, listed there or not. */
static enum status remembered(struct kernel *k, enum status status)
{
	if (status != STATUS_OK && status != STATUS_ABSENT)
		kernel_remember(k, status, k->missing, k->failed_at);
	return status;
}

static void collect_device_facts(struct kernel *k, struct inventory *inv)
{
	for (size_t i = 0; i < inv->devices.nr; i++) {
		struct device *dev = inv->devices.at[i];
		struct kva domain = { 0 };
		enum status status;

		if (target_interrupted(k->target)) {
			inv->devices_status = remembered(k, STATUS_INTERRUPTED);
			return;
		}
		status = k->vendor->device_facts(k, dev, &domain);
		if (status != STATUS_OK && inv->devices_status == STATUS_OK) {
			inv->devices_status = status;
			inv->devices_missing = k->missing;
			inv->devices_at = k->failed_at;
		}
		dev->domain = kernel_domain_at(k, domain);
		if (dev->domain)
			ptrs_push(k->arena, &dev->domain->devices, dev);
	}
}

static void collect_domains(struct kernel *k, struct inventory *inv)
{
	struct ptrs more = { 0 };

	inv->domains_status = remembered(k, k->vendor->more_domains(k, &more));
	inv->domains_missing = k->missing;
	inv->domains_at = k->failed_at;
	for (size_t i = 0; i < more.nr; i++)
		kernel_domain_at(k, *(struct kva *)more.at[i]);
}

struct inventory *kernel_inventory(struct kernel *k)
{
	struct inventory *inv = k->inventory;

	if (inv)
		return inv;
	inv = k->inventory = arena_alloc(k->arena, sizeof(*inv));
	if (k->vendor) {
		inv->units_status = remembered(k, k->vendor->collect_units(k, &inv->units));
		inv->units_missing = k->missing;
		inv->units_at = k->failed_at;
	}
	inv->devices_status = remembered(k, inventory_pci_devices(k, inv));
	inv->devices_missing = k->missing;
	inv->devices_at = k->failed_at;
	inv->groups_status = remembered(k, inventory_groups(k, inv));
	inv->groups_missing = k->missing;
	inv->groups_at = k->failed_at;
	if (k->vendor) {
		collect_device_facts(k, inv);
		collect_domains(k, inv);
	}
	sort(&inv->devices, by_sbdf);
	sort(&inv->groups, by_group_id);
	sort(&inv->domains, by_domain_id);
	return inv;
}

bool device_has_id(const struct device *dev)
{
	return dev->is_pci || dev->unit;
}

/* Devices that are not PCI are the last of the list, and few. */
static struct device *find_by_firmware(const struct ptrs *devices, uint32_t sbdf)
{
	for (size_t i = devices->nr; i-- > 0;) {
		struct device *dev = devices->at[i];

		if (dev->is_pci)
			break;
		if (device_has_id(dev) && dev->sbdf == sbdf)
			return dev;
	}
	return NULL;
}

struct device *kernel_find_device(struct kernel *k, uint32_t sbdf)
{
	struct ptrs *devices = &kernel_inventory(k)->devices;
	const struct device wanted = { .is_pci = true, .sbdf = sbdf };
	const struct device *key = &wanted;
	struct device **found;

	if (!devices->nr)
		return NULL;
	found = bsearch(&key, devices->at, devices->nr, sizeof(*devices->at), by_sbdf);
	return found ? *found : find_by_firmware(devices, sbdf);
}

struct group *kernel_find_group(struct kernel *k, int64_t id)
{
	struct inventory *inv = kernel_inventory(k);

	for (size_t i = 0; i < inv->groups.nr; i++) {
		struct group *group = inv->groups.at[i];

		if (group->id == id)
			return group;
	}
	return NULL;
}

struct domain *kernel_find_domain(struct kernel *k, uint64_t id_or_address)
{
	const struct ptrs *domains = &kernel_inventory(k)->domains;
	const struct ptrs *devices = &kernel_inventory(k)->devices;

	for (size_t i = 0; i < domains->nr; i++) {
		struct domain *domain = domains->at[i];

		if (domain->at.v == id_or_address || domain->driver_at.v == id_or_address)
			return domain;
		if (domain->has_id && domain->id == id_or_address)
			return domain;
	}
	for (size_t i = 0; i < devices->nr; i++) {
		const struct device *dev = devices->at[i];

		if (dev->own_id && dev->own_id == id_or_address)
			return dev->domain;
	}
	return NULL;
}
