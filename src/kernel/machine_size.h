/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How large the machine is, and what follows from that for the work of a command. */
#ifndef IOMMU_KERNEL_MACHINE_SIZE_H
#define IOMMU_KERNEL_MACHINE_SIZE_H

#include "iommu/kernel.h"

/* The page frames of the machine, at most; of a very large one when nothing tells. A failure is not kept: no
 * answer is made of it. */
uint64_t kernel_count_frames(struct target *target);

/* The limits of a command on a machine of that many page frames. */
void kernel_set_budget(struct budget *budget, uint64_t nr_frames);

#endif
