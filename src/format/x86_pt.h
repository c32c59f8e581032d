/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor's page tables, for the formats that are the same by another name. */
#ifndef IOMMU_X86_PT_H
#define IOMMU_X86_PT_H

#include "iommu/pt_format.h"

/* What struct pt_format says of its geometry. */
#define X86_64_GEOMETRY .page_lg2 = 12, .index_lg2 = 9, .max_levels = 5, .address_bits = 57
/* Intel SDM volume 3, "Use of CR3 with 4-Level Paging": bits 51:12, less those below the size of a large page. */
#define X86_64_LEAF_ADDRESS .leaf_address = 0x000ffffffffff000

void x86_64_decode(const struct pt_format *format, uint64_t raw, unsigned level, uint64_t enc_mask,
		   struct pt_entry *ret);
unsigned x86_64_plain_leaves(const struct pt_format *format, const uint64_t *raw, unsigned nr,
			     unsigned level, uint64_t enc_mask, bool *contiguous);

#endif
