// SPDX-License-Identifier: GPL-2.0-or-later
/* IOMMU groups: drivers/iommu/iommu.c keeps them all in one kset. */
#include "inventory.h"

#include <string.h>

static void read_devices(struct kernel *k, struct inventory *inv, struct group *group)
{
	struct ptrs members = { 0 };
	struct kva head, dev;

	group->status = kernel_member_at(k, group->at, M_GROUP_DEVICES, &head);
	if (group->status == STATUS_OK)
		group->status = kernel_list(k, head, M_GROUP_DEVICE_LIST, &members);
	for (size_t i = 0; i < members.nr; i++) {
		struct device *device;
		enum status status = kernel_read_pointer(k, *(struct kva *)members.at[i],
							 M_GROUP_DEVICE_DEV, &dev);

		if (status != STATUS_OK) {
			group->status = status;
			continue;
		}
		device = inventory_device(k, inv, dev);
		device->group = group;
		ptrs_push(k->arena, &group->devices, device);
	}
}

static struct domain *read_domain(struct kernel *k, struct group *group, unsigned id)
{
	struct kva at;

	if (kernel_read_pointer(k, group->at, id, &at) != STATUS_OK)
		return NULL;
	return kernel_domain_at(k, at);
}

bool group_is_off_default(const struct group *group)
{
	return group->domain && group->default_domain &&
	       group->domain->type != group->default_domain->type;
}

bool group_has_vfio_driver(const struct group *group)
{
	for (size_t i = 0; i < group->devices.nr; i++) {
		const struct device *dev = group->devices.at[i];

		if (dev->driver && strstr(dev->driver, "vfio"))
			return true;
	}
	return false;
}

/* Whose notifier it is: by the symbol of its function, or, where crash has no symbols of modules,
 * by the driver of the devices. */
static bool is_vfio_notifier(struct kernel *k, const struct group *group, struct kva block)
{
	const char *name = NULL;
	struct kva call;

	if (kernel_has_member(k, M_NOTIFIER_CALL) &&
	    kernel_read_pointer(k, block, M_NOTIFIER_CALL, &call) == STATUS_OK)
		name = k->target->ops->symbol_name(k->target, call);
	return name ? strstr(name, "vfio") != NULL : group_has_vfio_driver(group);
}

/* Before 5.19 the group has no owner; but VFIO hangs a notifier into each group that it holds
 * (drivers/vfio/vfio.c). */
static void read_owner_by_notifier(struct kernel *k, struct group *group)
{
	struct kva block;

	if (!kernel_has_member(k, M_GROUP_NOTIFIER_HEAD) ||
	    kernel_read_pointer(k, group->at, M_GROUP_NOTIFIER_HEAD, &block) != STATUS_OK)
		return;
	group->has_owner = true;
	if (kva_is_null(block) || !is_vfio_notifier(k, group, block))
		return;
	/* The block is inside VFIO's group: that is the owner, when its type is known. */
	group->owner = block;
	if (kernel_has_member(k, M_VFIO_GROUP_NB) &&
	    kernel_container_of(k, block, M_VFIO_GROUP_NB, &group->owner) != STATUS_OK)
		group->owner = block;
}

static void read_owner(struct kernel *k, struct group *group)
{
	uint64_t count;

	if (!kernel_has_member(k, M_GROUP_OWNER) || !kernel_has_member(k, M_GROUP_OWNER_CNT)) {
		read_owner_by_notifier(k, group);
		return;
	}
	group->has_owner = true;
	/* The owner pointer means something only while it is counted (iommu_group_claim_dma_owner). */
	if (kernel_read_member(k, group->at, M_GROUP_OWNER_CNT, &count) != STATUS_OK || !count)
		return;
	if (kernel_read_pointer(k, group->at, M_GROUP_OWNER, &group->owner) != STATUS_OK)
		group->owner = kva_of(0);
}

static enum status read_group(struct kernel *k, struct inventory *inv, struct kva at)
{
	struct group *group = arena_alloc(k->arena, sizeof(*group));
	struct kva name;
	enum status status = kernel_read_signed(k, at, M_GROUP_ID, &group->id);

	if (status != STATUS_OK)
		return status;
	group->at = at;
	if (kernel_has_member(k, M_GROUP_NAME) &&
	    kernel_read_pointer(k, at, M_GROUP_NAME, &name) == STATUS_OK && !kva_is_null(name) &&
	    kernel_read_string(k, name, &group->name) != STATUS_OK)
		group->name = NULL;
	read_devices(k, inv, group);
	group->default_domain = read_domain(k, group, M_GROUP_DEFAULT_DOMAIN);
	if (kernel_has_member(k, M_GROUP_BLOCKING_DOMAIN))
		group->blocking_domain = read_domain(k, group, M_GROUP_BLOCKING_DOMAIN);
	group->domain = read_domain(k, group, M_GROUP_DOMAIN);
	if (group->domain)
		ptrs_push(k->arena, &group->domain->groups, group);
	if (group->default_domain)
		ptrs_push(k->arena, &group->default_domain->default_of, group);
	if (group->blocking_domain)
		ptrs_push(k->arena, &group->blocking_domain->blocking_of, group);
	read_owner(k, group);
	ptrs_push(k->arena, &inv->groups, group);
	return inventory_pasids(k, group);
}

enum status inventory_groups(struct kernel *k, struct inventory *inv)
{
	struct ptrs kobjects = { 0 };
	struct kva kset, head, at;
	enum status status = kernel_read_variable(k, "iommu_group_kset", 8, &kset.v);

	if (status == STATUS_OK && kva_is_null(kset))
		return STATUS_OK; /* the IOMMU core did not start: there are no groups */
	if (status == STATUS_OK)
		status = kernel_member_at(k, kset, M_KSET_LIST, &head);
	if (status == STATUS_OK)
		status = kernel_list(k, head, M_KOBJECT_ENTRY, &kobjects);
	for (size_t i = 0; i < kobjects.nr; i++) {
		enum status one = target_interrupted(k->target) ?
					  STATUS_INTERRUPTED :
					  kernel_container_of(k, *(struct kva *)kobjects.at[i],
							      M_GROUP_KOBJ, &at);

		if (one == STATUS_INTERRUPTED)
			return one;
		if (one == STATUS_OK)
			one = read_group(k, inv, at);
		if (status == STATUS_OK)
			status = one;
	}
	return status;
}

const char *kernel_owner_member(struct kernel *k)
{
	return layout_member_name(M_GROUP_OWNER, k->arena);
}
