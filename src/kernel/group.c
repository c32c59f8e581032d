// SPDX-License-Identifier: GPL-2.0-or-later
/* IOMMU groups: drivers/iommu/iommu.c keeps them all in one kset. */
#include "inventory.h"

#include "iommu/owner.h"

#include <string.h>

static void read_devices(struct kernel *k, struct inventory *inv, struct group *group)
{
	struct ptrs members = { 0 };
	struct kva head, dev;

	group->failure = kernel_member_at(k, group->at, M_GROUP_DEVICES, &head);
	if (!failed(group->failure))
		group->failure = kernel_list(k, head, M_GROUP_DEVICE_LIST, &members);
	for (size_t i = 0; i < members.nr; i++) {
		struct device *device;
		struct failure failure = kernel_read_pointer(k, *(struct kva *)members.at[i],
							 M_GROUP_DEVICE_DEV, &dev);

		if (failed(failure)) {
			group->failure = failure;
			continue;
		}
		device = inventory_device(k, inv, dev);
		device->group = group;
		device->listed_in = group;
		ptrs_push(k->arena, &group->devices, device);
	}
}

/* A domain that a group points to; NULL: none, or it is not known, as *ret says. */
static struct domain *read_domain(struct kernel *k, struct inventory *inv, const struct vendor *vendor,
				  const struct group *group, unsigned id, struct failure *ret)
{
	struct kva at;

	*ret = kernel_read_pointer(k, group->at, id, &at);
	return failed(*ret) ? NULL : inventory_domain(k, inv, vendor, at);
}

/* Whether a notifier is VFIO's: told by the symbol of its function, or, where crash has no symbols of
 * modules, by the driver of the devices, or by the object around it. */
static bool is_vfio_notifier(struct kernel *k, const struct group *group, struct kva block)
{
	const char *name = NULL;
	struct kva call, candidate, back;

	if (kernel_has_member(k, M_NOTIFIER_CALL) &&
	    !failed(kernel_read_pointer(k, block, M_NOTIFIER_CALL, &call)))
		name = k->target->ops->symbol_name(k->target, call);
	if (name)
		return strstr(name, "vfio") != NULL;
	if (group_has_vfio_driver(group))
		return true;
	return kernel_has_member(k, M_VFIO_GROUP_NB) && kernel_has_member(k, M_VFIO_GROUP_IOMMU_GROUP) &&
	       !failed(kernel_container_of(k, block, M_VFIO_GROUP_NB, &candidate)) &&
	       !failed(kernel_read_pointer(k, candidate, M_VFIO_GROUP_IOMMU_GROUP, &back)) &&
	       back.v == group->at.v;
}

/* Before 5.19 the group has no owner; but VFIO hangs a notifier into each group that it holds
 * (drivers/vfio/vfio.c). */
static void read_owner_by_notifier(struct kernel *k, struct group *group)
{
	struct kva block;

	if (!kernel_has_member(k, M_GROUP_NOTIFIER_HEAD) ||
	    failed(kernel_read_pointer(k, group->at, M_GROUP_NOTIFIER_HEAD, &block)))
		return;
	group->tells_owner = true;
	group->is_claimed = !kva_is_null(block) && is_vfio_notifier(k, group, block);
	if (!group->is_claimed)
		return;
	/* The block is inside VFIO's group: that is the owner, when its type is known. */
	group->owner_failure = kernel_container_of(k, block, M_VFIO_GROUP_NB, &group->owner);
	if (failed(group->owner_failure)) {
		group->owner = kva_of(0);
		kernel_reported(k, group->owner_failure); /* who shows the owner says it */
	}
}

static void read_owner(struct kernel *k, struct group *group)
{
	uint64_t count;

	if (!kernel_has_member(k, M_GROUP_OWNER) || !kernel_has_member(k, M_GROUP_OWNER_CNT)) {
		read_owner_by_notifier(k, group);
		return;
	}
	/* The owner pointer means something only while it is counted (iommu_group_claim_dma_owner). */
	group->tells_owner = !failed(kernel_read_member(k, group->at, M_GROUP_OWNER_CNT, &count));
	if (!group->tells_owner || !count)
		return;
	if (failed(kernel_read_pointer(k, group->at, M_GROUP_OWNER, &group->owner)))
		group->tells_owner = false;
	else
		group->is_claimed = !kva_is_null(group->owner);
}

/* ---- what groups are attached to ---- */

/* Of a device that has a stream, or a server. */
static const struct vendor *vendor_of_device(const struct device *dev)
{
	return dev->streams.nr ? ((const struct stream *)dev->streams.at[0])->vendor :
				 dev->server->vendor;
}

/* The only one that runs here; NULL: there are more, or may be. */
static const struct vendor *only_vendor(struct kernel *k, const struct inventory *inv)
{
	return k->active[1] || inv->may_have_others ? NULL : k->active[0];
}

/* The vendor whose units serve the group's devices; the only one when no device tells; else NULL. */
static const struct vendor *vendor_of_group(struct kernel *k, const struct inventory *inv,
					    const struct group *group)
{
	for (size_t i = 0; i < group->devices.nr; i++) {
		const struct device *dev = group->devices.at[i];

		if (dev->streams.nr || dev->server)
			return vendor_of_device(dev);
	}
	return only_vendor(k, inv);
}

const struct vendor *kernel_vendor_of_device(struct kernel *k, const struct device *dev)
{
	return dev->streams.nr || dev->server ? vendor_of_device(dev) :
						only_vendor(k, kernel_inventory(k));
}

static void read_domains(struct kernel *k, struct inventory *inv, const struct vendor *vendor,
			 struct group *group)
{
	struct failure failure = NO_FAILURE;

	group->default_domain = read_domain(k, inv, vendor, group, M_GROUP_DEFAULT_DOMAIN,
					    &group->default_failure);
	if (kernel_has_member(k, M_GROUP_BLOCKING_DOMAIN))
		group->blocking_domain = read_domain(k, inv, vendor, group, M_GROUP_BLOCKING_DOMAIN,
						     &failure);
	group->domain = read_domain(k, inv, vendor, group, M_GROUP_DOMAIN, &group->domain_failure);
	/* There may be more domains than were found. */
	failure = first_failure(group->default_failure, first_failure(group->domain_failure, failure));
	inv->domains_failure = first_failure(inv->domains_failure, failure);
	if (group->domain)
		ptrs_push(k->arena, &group->domain->groups, group);
	if (group->default_domain)
		ptrs_push(k->arena, &group->default_domain->default_of, group);
	if (group->blocking_domain)
		ptrs_push(k->arena, &group->blocking_domain->blocking_of, group);
}

/* ---- all of them ---- */

static struct failure read_group(struct kernel *k, struct inventory *inv, struct kva at)
{
	struct group *group = arena_alloc(k->arena, sizeof(*group));
	const struct vendor *vendor;
	struct kva name;
	struct failure failure = kernel_read_signed(k, at, M_GROUP_ID, &group->id);

	if (!failed(failure) && group->id < 0)
		failure = failure_at(STATUS_DAMAGED, at.v);
	if (failed(failure))
		return failure;
	group->at = at;
	if (kernel_has_member(k, M_GROUP_NAME) &&
	    !failed(kernel_read_pointer(k, at, M_GROUP_NAME, &name)) && !kva_is_null(name) &&
	    failed(kernel_read_string(k, name, &group->name)))
		group->name = NULL;
	read_devices(k, inv, group);
	ptrs_push(k->arena, &inv->groups, group);
	vendor = vendor_of_group(k, inv, group);
	read_domains(k, inv, vendor, group);
	read_owner(k, group);
	return inventory_pasids(k, inv, vendor, group);
}

static struct group *group_at(const struct inventory *inv, struct kva at)
{
	for (size_t i = 0; i < inv->groups.nr; i++) {
		struct group *group = inv->groups.at[i];

		if (group->at.v == at.v)
			return group;
	}
	return NULL;
}

/* A device that no group's list has: its own word says in which it is. */
static void ask_devices(struct inventory *inv)
{
	for (size_t i = 0; i < inv->devices.nr; i++) {
		struct device *dev = inv->devices.at[i];

		if (!dev->group && !kva_is_null(dev->group_at))
			dev->group = group_at(inv, dev->group_at);
	}
}

/* Without the set of all groups: the IOMMU core did not start, and there are none. A device that is in one knows
 * better, and where not all devices could be read there may be such a one. */
static struct failure without_set(struct kernel *k, const struct inventory *inv)
{
	struct kva at = { 0 };
	bool in_group = false;

	for (size_t i = 0; i < inv->devices.nr; i++)
		in_group |= !kva_is_null(((const struct device *)inv->devices.at[i])->group_at);
	if (!in_group)
		return inv->devices_failure;
	kernel_symbol(k, "iommu_group_kset", &at);
	return failure_at(STATUS_DAMAGED, at.v);
}

struct failure inventory_groups(struct kernel *k, struct inventory *inv)
{
	struct ptrs kobjects = { 0 };
	struct kva kset, head, at;
	struct failure failure = kernel_read_variable(k, "iommu_group_kset", 8, &kset.v);

	if (!failed(failure) && kva_is_null(kset))
		return without_set(k, inv);
	if (!failed(failure))
		failure = kernel_member_at(k, kset, M_KSET_LIST, &head);
	if (!failed(failure))
		failure = kernel_list(k, head, M_KOBJECT_ENTRY, &kobjects);
	for (size_t i = 0; i < kobjects.nr; i++) {
		struct failure one;

		if (target_interrupted(k->target))
			return failure_of(STATUS_INTERRUPTED);
		one = kernel_container_of(k, *(struct kva *)kobjects.at[i], M_GROUP_KOBJ, &at);
		if (!failed(one))
			one = read_group(k, inv, at);
		failure = first_failure(failure, one);
	}
	ask_devices(inv);
	return failure;
}

const char *kernel_owner_member(struct kernel *k)
{
	return layout_member_name(M_GROUP_OWNER, k->arena);
}
