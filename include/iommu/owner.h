/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds a group for user space, by VFIO's own objects. */
#ifndef IOMMU_OWNER_H
#define IOMMU_OWNER_H

#include "iommu/kernel.h"

/* A stretch of IOVA that a process asked VFIO to map. */
struct vfio_area {
	uint64_t iova, size;
	uint64_t vaddr;		/* in that process */
	bool read, write;	/* what the device was given */
	int64_t pid;		/* -1: not readable */
	const char *comm;	/* NULL: not readable */
	struct failure task_failure; /* why pid is -1 */
	struct kva task;	/* struct task_struct; null: not known */
};

/* VFIO's own view of a group (drivers/vfio, type 1). Modules: see iommu/btf_types.h. */
struct vfio_holder {
	struct kva group;	/* struct vfio_group */
	struct kva kvm;		/* the virtual machine that it was added to; null: none, or it is not known */
	struct failure kvm_failure; /* why kvm is not known */
	struct kva container, iommu; /* struct vfio_container, vfio_iommu; null: none, or not known */
	struct ptrs areas;	/* struct vfio_area, by IOVA */
	struct failure areas_failure; /* why those three are not all known */
};

/* The struct vfio_group of a group; null: nobody, or not VFIO, has claimed it. A struct is taken for one only if it
 * points back to the group: the names of drivers do not matter. */
struct failure kernel_vfio_group(struct kernel *k, const struct group *group, struct kva *ret);

/* The types by which kernel_vfio_group() knows one are known. */
bool kernel_knows_vfio_groups(struct kernel *k, const struct group *group);

/* Whether it is VFIO that has claimed the group: by its owner, or, where the types of VFIO are not known (which stays
 * unreported), by the names of the drivers. */
bool kernel_is_claimed_by_vfio(struct kernel *k, const struct group *group);

/* The domains of the container that a struct vfio_group is in (struct kva of struct iommu_domain). ABSENT: it is in
 * none, or this kernel does not tell them. */
struct failure kernel_vfio_domains(struct kernel *k, struct kva vfio_group, struct ptrs *ret);

/* How many areas a container may still have, and how many there can be in all. */
struct vfio_limit {
	bool has_left, has_limit;
	uint64_t left, limit;
};

/* iommu: struct vfio_iommu. */
void kernel_vfio_limit(struct kernel *k, struct kva iommu, struct vfio_limit *ret);

/* The process that mapped something through it: the first area that says whose it is, or NULL. */
const struct vfio_area *vfio_process(const struct vfio_holder *holder);

/* The member by which groups tell their owner, for the sentence that it was not found. */
const char *kernel_owner_member(struct kernel *k);

/* OK; ABSENT: VFIO does not hold it, though group->is_claimed may say that somebody else does; else why it cannot be
 * told. */
struct failure kernel_vfio_holder(struct kernel *k, const struct group *group,
				  struct vfio_holder *ret);

#endif
