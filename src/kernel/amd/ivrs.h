/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Linux makes of the firmware's IVRS. */
#ifndef IOMMU_KERNEL_AMD_IVRS_H
#define IOMMU_KERNEL_AMD_IVRS_H

#include "format/amd/ivrs.h"
#include "iommu/kernel.h"

/* Of several descriptions of one IOMMU (10h, 11h, 40h) Linux takes one kind: that. 0: not known. */
uint8_t amd_ivhd_type_used(struct kernel *k, const struct ivrs_table *table);

/* What the blocks of one type together say of one device: Linux goes over them in their order and writes two
 * tables, whose unit a device is and which id it is seen with. Later entries write over earlier ones. */
struct ivrs_service {
	bool covered;
	uint32_t block; /* covered: offset of the IVHD whose unit it is: the last one that names it */
	uint16_t alias; /* the last one given; its own id when none is */
};

void amd_ivrs_serve(const struct ivrs_table *table, uint8_t used, uint32_t sbdf,
		    struct ivrs_service *ret);

/* What Linux makes of the memory of an IVMD (its length is not 0): whole pages, first to last byte. */
void amd_ivmd_pages(const struct ivrs_block *block, uint64_t *first, uint64_t *last);

#endif
