// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VFIO's own objects, from an IOMMU group to the process and its areas (drivers/vfio/vfio.c up to
 * 5.19, later group.c and container.c; vfio_iommu_type1.c):
 *
 *   iommu_group.owner (5.19 and later), or the notifier block that VFIO hung into the group
 *     -> vfio_group -> vfio_container -> vfio_iommu -> tree of vfio_dma -> task
 *
 * Two static variables, or three, are called `vfio`: that is why the way starts at the group.
 */
#include "inventory.h"

#include <string.h>

#define MAX_TREE_DEPTH 64	   /* a red-black tree of 2^32 nodes */
#define MAX_AREAS      (1u << 20)

/* Linux include/linux/iommu.h: vfio_dma.prot */
#define PROT_READ_  1
#define PROT_WRITE_ 2

/* The struct vfio_group; null: none. Only what points back to the group is believed. */
static enum status find_vfio_group(struct kernel *k, const struct group *group, struct kva *ret)
{
	struct kva candidate = group->owner, back;
	enum status status = STATUS_OK;

	*ret = kva_of(0);
	/* Before 5.19 the owner is VFIO's notifier block while its place in the group is not known. */
	if (!kva_is_null(candidate) && !kernel_has_member(k, M_GROUP_OWNER))
		status = kernel_member_at(k, candidate, M_VFIO_GROUP_NB, &back);
	if (status != STATUS_OK || kva_is_null(candidate))
		return status;
	status = kernel_read_pointer(k, candidate, M_VFIO_GROUP_IOMMU_GROUP, &back);
	if (status == STATUS_OK && back.v == group->at.v)
		*ret = candidate;
	return status;
}

static enum status read_area(struct kernel *k, struct kva node, struct ptrs *ret)
{
	struct vfio_area *area = arena_alloc(k->arena, sizeof(*area));
	struct kva dma, task;
	uint64_t prot;
	enum status status = kernel_container_of(k, node, M_VFIO_DMA_NODE, &dma);

	if (status == STATUS_OK)
		status = kernel_read_member(k, dma, M_VFIO_DMA_IOVA, &area->iova);
	if (status == STATUS_OK)
		status = kernel_read_member(k, dma, M_VFIO_DMA_SIZE, &area->size);
	if (status == STATUS_OK)
		status = kernel_read_member(k, dma, M_VFIO_DMA_VADDR, &area->vaddr);
	if (status == STATUS_OK)
		status = kernel_read_member(k, dma, M_VFIO_DMA_PROT, &prot);
	if (status != STATUS_OK)
		return status;
	area->read = prot & PROT_READ_;
	area->write = prot & PROT_WRITE_;
	if (kernel_read_pointer(k, dma, M_VFIO_DMA_TASK, &task) != STATUS_OK ||
	    kernel_read_task(k, task, &area->pid, &area->comm) != STATUS_OK)
		area->pid = -1;
	ptrs_push(k->arena, ret, area);
	return STATUS_OK;
}

/* In order, so by IOVA. */
static enum status read_tree(struct kernel *k, struct kva node, unsigned depth, struct ptrs *ret)
{
	struct kva left, right;
	enum status status, first = STATUS_OK;

	if (kva_is_null(node))
		return STATUS_OK;
	if (depth > MAX_TREE_DEPTH || ret->nr > MAX_AREAS) {
		k->failed_at = node.v;
		return STATUS_DAMAGED;
	}
	if (target_interrupted(k->target))
		return STATUS_INTERRUPTED;
	status = kernel_read_pointer(k, node, M_RB_LEFT, &left);
	if (status == STATUS_OK)
		first = read_tree(k, left, depth + 1, ret);
	if (status == STATUS_OK && first != STATUS_DAMAGED && first != STATUS_INTERRUPTED) {
		status = read_area(k, node, ret);
		if (status == STATUS_OK)
			status = kernel_read_pointer(k, node, M_RB_RIGHT, &right);
		if (status == STATUS_OK)
			status = read_tree(k, right, depth + 1, ret);
	}
	return first != STATUS_OK ? first : status;
}

/* The driver's name is in its module, and that may be missing from the dump. */
static bool is_claimed_by_unknown(const struct group *group)
{
	for (size_t i = 0; i < group->devices.nr; i++) {
		const struct device *dev = group->devices.at[i];

		if (dev->driver == driver_unreadable)
			return !kva_is_null(group->owner);
	}
	return false;
}

enum status kernel_vfio_holder(struct kernel *k, const struct group *group,
			       struct vfio_holder *ret)
{
	struct kva root;
	enum status status;

	memset(ret, 0, sizeof(*ret));
	if (!group_has_vfio_driver(group) && !is_claimed_by_unknown(group))
		return STATUS_ABSENT;
	if (!group->has_owner) {
		k->missing = kernel_owner_member(k);
		return STATUS_MISSING;
	}
	status = find_vfio_group(k, group, &ret->group);
	if (status != STATUS_OK)
		return status;
	if (kva_is_null(ret->group))
		return STATUS_ABSENT;
	if (!kernel_has_member(k, M_VFIO_GROUP_KVM) ||
	    kernel_read_pointer(k, ret->group, M_VFIO_GROUP_KVM, &ret->kvm) != STATUS_OK)
		ret->kvm = kva_of(0);
	status = kernel_read_pointer(k, ret->group, M_VFIO_GROUP_CONTAINER, &ret->container);
	if (status != STATUS_OK || kva_is_null(ret->container))
		return status;
	status = kernel_read_pointer(k, ret->container, M_VFIO_CONTAINER_IOMMU_DATA, &ret->iommu);
	if (status != STATUS_OK || kva_is_null(ret->iommu))
		return status;
	ret->areas_status = kernel_read_pointer(k, ret->iommu, M_VFIO_IOMMU_DMA_LIST, &root);
	if (ret->areas_status == STATUS_OK)
		ret->areas_status = read_tree(k, root, 0, &ret->areas);
	return STATUS_OK;
}
