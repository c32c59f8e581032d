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

/* The process that mapped something through it: the first area that says whose it is, or NULL. */
const struct vfio_area *vfio_process(const struct vfio_holder *holder);

/* The member by which groups tell their owner, for the sentence that it was not found. */
const char *kernel_owner_member(struct kernel *k);

/* OK; ABSENT: VFIO does not hold it; else why it cannot be told. */
struct failure kernel_vfio_holder(struct kernel *k, const struct group *group,
				  struct vfio_holder *ret);

#endif
