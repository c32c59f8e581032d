/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Linux makes of the firmware's IVRS. */
#ifndef IOMMU_KERNEL_AMD_IVRS_H
#define IOMMU_KERNEL_AMD_IVRS_H

#include "format/amd/ivrs.h"
#include "iommu/kernel.h"

/* Of several descriptions of one IOMMU (10h, 11h, 40h) Linux takes one kind: that. 0: not known. */
uint8_t amd_ivhd_type_used(struct kernel *k, const struct ivrs_table *table);

/* What Linux makes of the memory of an IVMD (its length is not 0): whole pages, first to last byte. */
void amd_ivmd_pages(const struct ivrs_block *block, uint64_t *first, uint64_t *last);

#endif
