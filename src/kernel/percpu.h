/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables that each CPU has a copy of. */
#ifndef IOMMU_KERNEL_PERCPU_H
#define IOMMU_KERNEL_PERCPU_H

#include "iommu/read.h"

/* The CPUs that the machine may have, and how far the copy of each lies from the address that the kernel has for
 * such a variable. */
struct percpu {
	uint32_t nr;	     /* numbers that a CPU can have: 0 to nr - 1 */
	bool *possible;	     /* whether there is such a CPU */
	uint64_t *offset;    /* of those that are possible */
};

struct failure kernel_percpu(struct kernel *k, struct percpu *ret);

static inline struct kva percpu_copy(const struct percpu *cpus, struct kva variable, uint32_t cpu)
{
	return kva_plus(variable, cpus->offset[cpu]);
}

#endif
