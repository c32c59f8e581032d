/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How interrupts name CPUs on x86. Part of arch_x86.c; apic.c says what is known and from where. */
#ifndef IOMMU_KERNEL_APIC_H
#define IOMMU_KERNEL_APIC_H

#include "iommu/kernel.h"

struct failure apic_cpu_of_id(struct kernel *k, uint32_t id, uint32_t *ret);
const char *apic_cpus_of_set(struct kernel *k, uint32_t set);

#endif
