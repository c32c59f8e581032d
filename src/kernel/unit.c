// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The IOMMUs of the machine, from two sides. The core lists every one that a driver registered
 * (drivers/iommu/iommu.c, iommu_device_list), whatever it is; the driver of a vendor has its own list. What
 * only the core has is shown by the core's name, and by that of the vendor if one claims such names.
 */
#include "inventory.h"

#include <string.h>

static struct unit *unit_of_core(const struct inventory *inv, struct kva core)
{
	for (size_t i = 0; i < inv->units.nr; i++) {
		struct unit *unit = inv->units.at[i];

		if (unit->core_at.v == core.v)
			return unit;
	}
	return NULL;
}

static void add_vendor(struct kernel *k, struct inventory *inv, const struct vendor *vendor)
{
	for (size_t i = 0; i < inv->vendors.nr; i++) {
		if (inv->vendors.at[i] == vendor)
			return;
	}
	/* A list holds pointers that are not const; nobody writes through these. */
	ptrs_push(k->arena, &inv->vendors, (void *)(uintptr_t)vendor);
}

/* ---- the drivers' own lists ---- */

static struct failure collect_of_vendor(struct kernel *k, struct inventory *inv,
					const struct vendor *vendor)
{
	size_t first = inv->units.nr;
	struct failure failure = NO_FAILURE;

	add_vendor(k, inv, vendor);
	if (vendor->collect_units)
		failure = vendor->collect_units(k, inv, &inv->units);
	for (size_t i = first; i < inv->units.nr && vendor->core_of_unit; i++) {
		struct unit *unit = inv->units.at[i];

		if (failed(vendor->core_of_unit(k, unit, &unit->core_at)))
			unit->core_at = kva_of(0);
	}
	return failure;
}

/* ---- the core's list ---- */

/* The driver of the device that the unit is: the parent of its device in /sys/class/iommu. */
static const char *read_driver(struct kernel *k, struct kva class_device)
{
	struct kva parent, driver, at;
	const char *name;

	if (kva_is_null(class_device) ||
	    failed(kernel_read_pointer(k, class_device, M_DEVICE_PARENT, &parent)) ||
	    kva_is_null(parent) ||
	    failed(kernel_read_pointer(k, parent, M_DEVICE_DRIVER, &driver)) ||
	    kva_is_null(driver) || failed(kernel_read_pointer(k, driver, M_DRIVER_NAME, &at)) ||
	    failed(kernel_read_string(k, at, &name)))
		return NULL;
	return name;
}

static const struct vendor *vendor_by_name(const char *unit)
{
	const struct vendor *vendor;

	for (unsigned i = 0; unit && (vendor = nth_vendor(i)); i++) {
		for (const char *const *name = vendor->unit_names; name && *name; name++) {
			if (strncmp(unit, *name, strlen(*name)) == 0)
				return vendor;
		}
	}
	return NULL;
}

/* A unit that its vendor's own list has not; or one of a driver that no vendor here decodes. */
static struct unit *new_unit(struct kernel *k, struct inventory *inv, struct kva core,
			     const char *name)
{
	struct unit *unit = arena_alloc(k->arena, sizeof(*unit));

	unit->core_at = core;
	unit->index = -1;
	unit->vendor = vendor_by_name(name);
	if (unit->vendor)
		add_vendor(k, inv, unit->vendor);
	ptrs_push(k->arena, &inv->units, unit);
	return unit;
}

/* A vendor has told its units, and which of the core's they are is not known: a name that it claims, or one
 * that cannot be read, is that of one of them. */
static bool is_told_already(struct kernel *k, const struct inventory *inv, const char *name)
{
	const struct vendor *vendor = vendor_by_name(name);
	struct kva core;

	for (size_t i = 0; i < inv->units.nr; i++) {
		const struct unit *unit = inv->units.at[i];

		if (!unit->vendor || !kva_is_null(unit->core_at) || (name && unit->vendor != vendor))
			continue;
		if (unit->vendor->core_of_unit)
			kernel_leave_unreported(k, unit->vendor->core_of_unit(k, unit, &core));
		return true;
	}
	return false;
}

/* NULL: the list led to where there is no memory, or to one that a vendor has told. */
static struct unit *add_core_unit(struct kernel *k, struct inventory *inv, struct kva core)
{
	struct unit *unit = unit_of_core(inv, core);
	struct failure failure;
	struct kva device;
	const char *name;

	failure = kernel_read_pointer(k, core, M_IOMMU_DEVICE_DEV, &device);
	if (failure.status == STATUS_BAD_ADDRESS && !unit)
		return NULL;
	if (failed(failure))
		device = kva_of(0);
	name = kva_is_null(device) ? NULL : inventory_name(k, device);
	if (!unit && is_told_already(k, inv, name))
		return NULL;
	if (!unit)
		unit = new_unit(k, inv, core, name);
	unit->name = name;
	if (kva_is_null(unit->at))
		unit->driver = read_driver(k, device);
	return unit;
}

/* The IOMMU core started: only a namelist that lacks its symbol can say nothing of its list. */
static bool has_groups(struct kernel *k)
{
	uint64_t kset;

	return !failed(kernel_read_variable(k, "iommu_group_kset", 8, &kset)) && kset;
}

static struct failure collect_of_core(struct kernel *k, struct inventory *inv)
{
	struct ptrs found = { 0 };
	struct kva head;
	struct failure failure;

	failure = kernel_symbol(k, "iommu_device_list", &head);
	if (failed(failure)) {
		inv->may_have_others = !inv->vendors.nr && has_groups(k);
		return inv->may_have_others ? failure : NO_FAILURE;
	}
	failure = kernel_list(k, head, M_IOMMU_DEVICE_LIST, &found);
	inv->may_have_others = failed(failure);
	for (size_t i = 0; i < found.nr && !target_interrupted(k->target); i++)
		add_core_unit(k, inv, *(struct kva *)found.at[i]);
	return failure;
}

/* ---- whom they serve ---- */

/* dev->iommu->iommu_dev: v5.10 and later. must: there are units of which nothing else tells. */
static bool tells_servers(struct kernel *k, bool must)
{
	unsigned missing = !kernel_has_member(k, M_DEVICE_IOMMU_PRIV) ? M_DEVICE_IOMMU_PRIV :
			   !kernel_has_member(k, M_DEV_IOMMU_UNIT)    ? M_DEV_IOMMU_UNIT : 0;

	if (missing && must)
		kernel_leave_unreported(k, failure_missing(layout_member_name(missing, k->arena)));
	return !missing;
}

struct failure inventory_core_unit(struct kernel *k, struct kva dev, struct kva *ret)
{
	struct kva dev_iommu;
	struct failure failure = kernel_read_pointer(k, dev, M_DEVICE_IOMMU_PRIV, &dev_iommu);

	*ret = kva_of(0);
	if (!failed(failure) && !kva_is_null(dev_iommu))
		failure = kernel_read_pointer(k, dev_iommu, M_DEV_IOMMU_UNIT, ret);
	return failure;
}

struct failure inventory_server(struct kernel *k, struct inventory *inv, struct kva dev,
				struct unit **ret)
{
	struct kva core;
	struct failure failure = inventory_core_unit(k, dev, &core);

	*ret = NULL;
	if (failed(failure) || kva_is_null(core))
		return failure;
	*ret = unit_of_core(inv, core);
	/* The core's list is damaged, or ends early. */
	if (!*ret)
		*ret = add_core_unit(k, inv, core);
	return NO_FAILURE;
}

/* Some unit is decoded by nobody, or its vendor does not tell which devices it serves. */
static bool needs_servers(const struct inventory *inv)
{
	for (size_t i = 0; i < inv->units.nr; i++) {
		const struct unit *unit = inv->units.at[i];

		if (!unit->vendor || !unit->vendor->device_facts)
			return true;
	}
	return false;
}

struct failure inventory_units(struct kernel *k, struct inventory *inv)
{
	struct failure failure = NO_FAILURE;

	for (unsigned i = 0; i < MAX_VENDORS && k->active[i]; i++)
		failure = first_failure(failure, collect_of_vendor(k, inv, k->active[i]));
	failure = first_failure(failure, collect_of_core(k, inv));
	inv->core_tells_units = inv->units.nr && kernel_has_member(k, M_DEVICE_IOMMU_PRIV) &&
				kernel_has_member(k, M_DEV_IOMMU_UNIT);
	if (inv->may_have_others || needs_servers(inv))
		inv->tells_servers = tells_servers(k, needs_servers(inv));
	return failure;
}
