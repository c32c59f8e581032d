/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor's page tables, for the formats that are the same by another name. */
#ifndef IOMMU_X86_PT_H
#define IOMMU_X86_PT_H

#include "iommu/pt_format.h"

void x86_64_decode(uint64_t raw, unsigned level, uint64_t enc_mask, struct pt_entry *ret);
unsigned x86_64_plain_leaves(const uint64_t *raw, unsigned nr, unsigned level, uint64_t enc_mask,
			     bool *contiguous);

#endif
