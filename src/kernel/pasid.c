// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who has a PASID: the IOMMU core keeps what each PASID of a group is attached to in
 * iommu_group.pasid_array (6.2 and later; before, only the driver knew).
 *
 * Up to 6.12 an entry is a struct iommu_attach_handle; later its low bits tell a handle from a bare
 * domain (drivers/iommu/iommu.c, enum { IOMMU_PASID_ARRAY_DOMAIN, IOMMU_PASID_ARRAY_HANDLE }).
 */
#include "inventory.h"
#include "tree.h"

/* Linux include/linux/xarray.h, xa_pointer_tag(). */
#define TAG_MASK 3ULL

struct users {
	struct kernel *k;
	struct group *group;
	bool tagged;	    /* this kernel tells handles by a tag */
	int64_t handle_tag;
	enum status status; /* of the first entry that could not be read */
};

/* Shared virtual addressing: the domain is a process. */
static void read_process(struct kernel *k, struct pasid_user *user)
{
	struct kva mm, pgd, task;

	if (user->domain->type != DOMAIN_SVA ||
	    kernel_read_pointer(k, user->domain->at, M_DOMAIN_MM, &mm) != STATUS_OK ||
	    kva_is_null(mm))
		return;
	user->has_table = kernel_read_pointer(k, mm, M_MM_PGD, &pgd) == STATUS_OK &&
			  target_to_pa(k->target, pgd, &user->table) == STATUS_OK;
	user->has_task = kernel_read_pointer(k, mm, M_MM_OWNER, &task) == STATUS_OK &&
			 !kva_is_null(task) &&
			 kernel_read_task(k, task, &user->pid, &user->comm) == STATUS_OK;
}

static enum status read_user(struct users *u, uint64_t pasid, uint64_t entry)
{
	struct pasid_user *user = arena_alloc(u->k->arena, sizeof(*user));
	struct kva at = kva_of(entry & ~TAG_MASK);
	enum status status = STATUS_OK;

	if (!u->tagged || (int64_t)(entry & TAG_MASK) == u->handle_tag)
		status = kernel_read_pointer(u->k, at, M_ATTACH_HANDLE_DOMAIN, &at);
	if (status != STATUS_OK || kva_is_null(at))
		return status;
	user->pasid = (uint32_t)pasid;
	user->domain = kernel_domain_at(u->k, at);
	read_process(u->k, user);
	ptrs_push(u->k->arena, &u->group->pasids, user);
	return STATUS_OK;
}

static bool visit(void *ctx, uint64_t index, uint64_t entry)
{
	struct users *u = ctx;
	enum status status = read_user(u, index, entry);

	if (u->status == STATUS_OK)
		u->status = status;
	return status != STATUS_INTERRUPTED;
}

enum status inventory_pasids(struct kernel *k, struct group *group)
{
	struct users u = { .k = k, .group = group };
	uint64_t head;
	enum status status;

	if (!kernel_has_member(k, M_GROUP_PASID_HEAD))
		return STATUS_OK;
	status = kernel_read_member(k, group->at, M_GROUP_PASID_HEAD, &head);
	if (status != STATUS_OK || !head)
		return status;
	u.tagged = layout_enumerator(k->layout, k->target, E_PASID_ARRAY_HANDLE, &u.handle_tag) ==
		   STATUS_OK;
	status = kernel_xarray(k, head, visit, &u);
	return status == STATUS_OK ? u.status : status;
}

const struct pasid_user *group_pasid_user(const struct group *group, uint32_t pasid)
{
	for (size_t i = 0; group && i < group->pasids.nr; i++) {
		const struct pasid_user *user = group->pasids.at[i];

		if (user->pasid == pasid)
			return user;
	}
	return NULL;
}
