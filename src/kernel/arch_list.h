/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The architectures whose kernels this plugin reads; arch.c chooses. */
#ifndef IOMMU_KERNEL_ARCH_LIST_H
#define IOMMU_KERNEL_ARCH_LIST_H

#include "iommu/arch.h"
#include "iommu/read.h"

extern const struct arch arch_arm64;
extern const struct arch arch_x86;

#endif
