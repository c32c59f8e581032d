// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who has a PASID: the IOMMU core keeps what each PASID of a group is attached to in
 * iommu_group.pasid_array (6.2 and later; before, only the driver knew).
 *
 * Up to 6.12 an entry is a struct iommu_attach_handle; later its low bits tell a handle from a bare
 * domain (drivers/iommu/iommu.c, enum { IOMMU_PASID_ARRAY_DOMAIN, IOMMU_PASID_ARRAY_HANDLE }).
 */
#include "iommu/task.h"

#include "inventory.h"
#include "tree.h"

/* Linux include/linux/xarray.h, xa_pointer_tag(). */
#define TAG_MASK 3ULL

struct users {
	struct kernel *k;
	struct inventory *inv;
	const struct vendor *vendor;
	struct group *group;
	bool tagged;	    /* this kernel tells handles by a tag */
	int64_t handle_tag;
	struct failure failure; /* of the first entry that could not be read */
};

/* Shared virtual addressing: the domain is a process. */
static void read_process(struct kernel *k, struct pasid_user *user)
{
	struct kva mm, pgd, task;

	if (user->domain->type != DOMAIN_SVA ||
	    failed(kernel_read_pointer(k, user->domain->at, M_DOMAIN_MM, &mm)) ||
	    kva_is_null(mm))
		return;
	user->has_table = !failed(kernel_read_pointer(k, mm, M_MM_PGD, &pgd)) &&
			  !failed(kernel_to_pa(k, pgd, &user->table));
	user->has_task = !failed(kernel_mm_owner(k, mm, &task)) &&
			 !failed(kernel_read_task(k, task, &user->pid, &user->comm));
}

static struct failure read_user(struct users *u, uint64_t pasid, uint64_t entry)
{
	struct pasid_user *user = arena_alloc(u->k->arena, sizeof(*user));
	struct kva at = kva_of(entry & ~TAG_MASK);
	struct failure failure = NO_FAILURE;

	if (!u->tagged || (int64_t)(entry & TAG_MASK) == u->handle_tag)
		failure = kernel_read_pointer(u->k, at, M_ATTACH_HANDLE_DOMAIN, &at);
	if (failed(failure) || kva_is_null(at))
		return failure;
	user->pasid = (uint32_t)pasid;
	user->domain = inventory_domain(u->k, u->inv, u->vendor, at);
	read_process(u->k, user);
	ptrs_push(u->k->arena, &u->group->pasids, user);
	return NO_FAILURE;
}

static bool visit(void *ctx, uint64_t index, uint64_t entry)
{
	struct users *u = ctx;
	struct failure failure = read_user(u, index, entry);

	u->failure = first_failure(u->failure, failure);
	return failure.status != STATUS_INTERRUPTED;
}

struct failure inventory_pasids(struct kernel *k, struct inventory *inv,
				const struct vendor *vendor, struct group *group)
{
	struct users u = { .k = k, .inv = inv, .vendor = vendor, .group = group };
	uint64_t head;
	struct failure failure;

	if (!kernel_has_member(k, M_GROUP_PASID_HEAD))
		return NO_FAILURE;
	failure = kernel_read_member(k, group->at, M_GROUP_PASID_HEAD, &head);
	if (failed(failure) || !head)
		return failure;
	u.tagged = layout_enumerator(k->layout, k->target, E_PASID_ARRAY_HANDLE, &u.handle_tag) ==
		   STATUS_OK;
	failure = kernel_xarray(k, head, visit, &u);
	return failed(failure) ? failure : u.failure;
}
