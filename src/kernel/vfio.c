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

#include "iommu/owner.h"
#include "iommu/steps.h"

#include "module.h"

#include <string.h>

#define MAX_TREE_DEPTH 64 /* a red-black tree of 2^32 nodes */

/* Linux include/linux/iommu.h: vfio_dma.prot */
#define PROT_READ_  1
#define PROT_WRITE_ 2

struct failure kernel_vfio_group(struct kernel *k, const struct group *group, struct kva *ret)
{
	struct kva candidate = group->owner, back;
	struct failure failure;

	*ret = kva_of(0);
	if (!group->is_claimed)
		return NO_FAILURE;
	if (kva_is_null(candidate)) /* its place around VFIO's notifier is not known */
		return kernel_member_at(k, group->at, M_VFIO_GROUP_NB, &back);
	failure = kernel_read_pointer(k, candidate, M_VFIO_GROUP_IOMMU_GROUP, &back);
	if (!failed(failure) && back.v == group->at.v)
		*ret = candidate;
	return failure;
}

static struct failure read_area(struct kernel *k, struct kva node, struct vfio_area **ret)
{
	struct vfio_area *area = *ret = arena_alloc(k->arena, sizeof(*area));
	struct kva dma;
	uint64_t prot;
	struct failure failure = kernel_container_of(k, node, M_VFIO_DMA_NODE, &dma);

	if (!failed(failure))
		failure = kernel_read_member(k, dma, M_VFIO_DMA_IOVA, &area->iova);
	if (!failed(failure))
		failure = kernel_read_member(k, dma, M_VFIO_DMA_SIZE, &area->size);
	if (!failed(failure))
		failure = kernel_read_member(k, dma, M_VFIO_DMA_VADDR, &area->vaddr);
	if (!failed(failure))
		failure = kernel_read_member(k, dma, M_VFIO_DMA_PROT, &prot);
	if (failed(failure))
		return failure;
	/* An area has a size, and ends where its addresses do. */
	if (!area->size || area->iova + (area->size - 1) < area->iova ||
	    prot & ~(uint64_t)(PROT_READ_ | PROT_WRITE_))
		return failure_at(STATUS_DAMAGED, dma.v);
	area->read = prot & PROT_READ_;
	area->write = prot & PROT_WRITE_;
	area->task_failure = kernel_read_pointer(k, dma, M_VFIO_DMA_TASK, &area->task);
	if (!failed(area->task_failure))
		area->task_failure = kernel_read_task(k, area->task, &area->pid, &area->comm);
	if (failed(area->task_failure))
		area->pid = -1;
	return NO_FAILURE;
}

struct area_tree {
	struct kernel *k;
	struct steps steps;
	struct ptrs *ret;
	struct failure first;
	bool stop;
};

/* False: there is no such node, or the tour does not go on there. */
static bool enter_node(struct area_tree *t, struct kva node, unsigned depth)
{
	struct failure failure;

	if (kva_is_null(node) || t->stop)
		return false;
	failure = steps_take(&t->steps, node.v);
	if (!failed(failure) && depth > MAX_TREE_DEPTH)
		failure = failure_at(STATUS_DAMAGED, node.v);
	t->first = first_failure(t->first, failure);
	t->stop = failed(failure) && steps_have_to_end(&t->steps, failure);
	return !failed(failure);
}

/* Areas are sorted by IOVA, and do not overlap. */
static struct failure push_area(struct area_tree *t, struct kva node, struct vfio_area *area)
{
	const struct vfio_area *last = t->ret->nr ? t->ret->at[t->ret->nr - 1] : NULL;

	if (last && area->iova <= last->iova + (last->size - 1))
		return failure_at(STATUS_DAMAGED, node.v);
	ptrs_push(t->k->arena, t->ret, area);
	return NO_FAILURE;
}

/* Visits the tree in its order, so that the areas come sorted by IOVA. A node that can be no area leads to
 * none either; around one that is not in the dump the tour goes on. */
static void read_node(struct area_tree *t, struct kva node, unsigned depth)
{
	struct vfio_area *area;
	struct kva left, right;
	struct failure failure, of_area;

	if (!enter_node(t, node, depth))
		return;
	failure = kernel_read_pointer(t->k, node, M_RB_LEFT, &left);
	of_area = failed(failure) ? failure : read_area(t->k, node, &area);
	if (failed(failure) || of_area.status == STATUS_DAMAGED) {
		t->first = first_failure(t->first, of_area);
		return;
	}
	read_node(t, left, depth + 1);
	if (!failed(of_area) && !t->stop)
		of_area = push_area(t, node, area);
	t->first = first_failure(t->first, of_area);
	if (of_area.status == STATUS_DAMAGED)
		return;
	failure = kernel_read_pointer(t->k, node, M_RB_RIGHT, &right);
	t->first = first_failure(t->first, failure);
	if (!failed(failure))
		read_node(t, right, depth + 1);
}

static struct failure read_tree(struct kernel *k, struct kva root, struct ptrs *ret)
{
	struct area_tree tree = {
		.k = k,
		.steps = steps_through_tree(k->target, k->arena, kernel_max_nodes(k)),
		.ret = ret,
	};

	read_node(&tree, root, 0);
	return tree.first;
}

bool kernel_knows_vfio_groups(struct kernel *k, const struct group *group)
{
	return kernel_has_member(k, M_VFIO_GROUP_IOMMU_GROUP) &&
	       (!kva_is_null(group->owner) || kernel_has_member(k, M_VFIO_GROUP_NB));
}

bool kernel_is_claimed_by_vfio(struct kernel *k, const struct group *group)
{
	struct kva vfio_group;
	struct failure failure = kernel_vfio_group(k, group, &vfio_group);

	if (failure.status == STATUS_MISSING)
		return group_has_vfio_driver(group);
	return !failed(failure) && !kva_is_null(vfio_group);
}

/* The struct vfio_iommu of the container; null: none yet. */
static struct failure read_iommu(struct kernel *k, struct kva vfio_group, struct kva *container,
				 struct kva *iommu)
{
	struct failure failure = kernel_read_pointer(k, vfio_group, M_VFIO_GROUP_CONTAINER, container);

	if (failed(failure) || kva_is_null(*container))
		return failure;
	return kernel_read_pointer(k, *container, M_VFIO_CONTAINER_IOMMU_DATA, iommu);
}

static bool tells_domains(struct kernel *k)
{
	return kernel_has_member(k, M_VFIO_IOMMU_DOMAIN_LIST) && kernel_has_member(k, M_VFIO_DOMAIN_NEXT) &&
	       kernel_has_member(k, M_VFIO_DOMAIN_DOMAIN);
}

struct failure kernel_vfio_domains(struct kernel *k, struct kva vfio_group, struct ptrs *ret)
{
	struct ptrs found = { 0 };
	struct kva container, iommu = { 0 }, head, domain;
	struct failure failure;

	if (!tells_domains(k))
		return failure_of(STATUS_ABSENT);
	failure = read_iommu(k, vfio_group, &container, &iommu);
	if (!failed(failure) && kva_is_null(iommu))
		return failure_of(STATUS_ABSENT);
	if (!failed(failure))
		failure = kernel_member_at(k, iommu, M_VFIO_IOMMU_DOMAIN_LIST, &head);
	if (!failed(failure))
		failure = kernel_list(k, head, M_VFIO_DOMAIN_NEXT, &found);
	for (size_t i = 0; i < found.nr; i++) {
		struct failure one = kernel_read_pointer(k, *(struct kva *)found.at[i],
							 M_VFIO_DOMAIN_DOMAIN, &domain);

		failure = first_failure(failure, one);
		if (!failed(one))
			kernel_push(k, ret, domain);
	}
	return failure;
}

/* A parameter of the module: dma_entry_limit. */
void kernel_vfio_limit(struct kernel *k, struct kva iommu, struct vfio_limit *ret)
{
	struct kva at;

	*ret = (struct vfio_limit){ 0 };
	ret->has_left = kernel_has_member(k, M_VFIO_IOMMU_DMA_AVAIL) &&
			!failed(kernel_read_member(k, iommu, M_VFIO_IOMMU_DMA_AVAIL, &ret->left));
	ret->has_limit = !failed(kernel_module_symbol(k, "vfio_iommu_type1", "dma_entry_limit", &at)) &&
			 !failed(kernel_read_number(k, at, 4, &ret->limit));
}

const struct vfio_area *vfio_process(const struct vfio_holder *holder)
{
	const struct vfio_area *first = holder->areas.nr ? holder->areas.at[0] : NULL;

	return first && first->pid >= 0 ? first : NULL;
}

/* The areas that the group's container maps; a group that is in no container yet maps nothing. */
static struct failure read_areas(struct kernel *k, struct vfio_holder *ret)
{
	struct kva root;
	struct failure failure = read_iommu(k, ret->group, &ret->container, &ret->iommu);

	if (failed(failure) || kva_is_null(ret->iommu))
		return failure;
	failure = kernel_read_pointer(k, ret->iommu, M_VFIO_IOMMU_DMA_LIST, &root);
	return failed(failure) ? failure : read_tree(k, root, &ret->areas);
}

struct failure kernel_vfio_holder(struct kernel *k, const struct group *group,
			       struct vfio_holder *ret)
{
	struct failure failure;

	memset(ret, 0, sizeof(*ret));
	if (!group->tells_owner && !group_has_vfio_driver(group))
		return failure_of(STATUS_ABSENT);
	if (!group->tells_owner)
		return failure_missing(kernel_owner_member(k));
	failure = kernel_vfio_group(k, group, &ret->group);
	if (failed(failure))
		return failure;
	if (kva_is_null(ret->group))
		return failure_of(STATUS_ABSENT);
	ret->kvm_failure = kernel_read_pointer(k, ret->group, M_VFIO_GROUP_KVM, &ret->kvm);
	kernel_reported(k, ret->kvm_failure); /* the verb that shows the machine says it */
	ret->areas_failure = read_areas(k, ret);
	return NO_FAILURE;
}
