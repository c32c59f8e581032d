// SPDX-License-Identifier: GPL-2.0-or-later
/* What Linux makes of the firmware's IVRS: which of several descriptions it takes, how it rounds memory. */
#include "amd.h"

#include "ivrs.h"

#define KERNEL_PAGE_BYTES 4096u /* x86-64's PAGE_SIZE */

/* Linux drivers/iommu/amd/init.c, get_highest_supported_ivhd_type(): the last kind that describes
 * the IOMMU of the first block. */
static uint8_t last_type_of_first(const struct ivrs_table *table)
{
	struct ivrs_block block = { 0 };
	uint32_t sbdf = 0;
	uint8_t type = 0;

	while (amd_ivrs_next_block(table, &block)) {
		if (!block.is_ivhd || !block.record)
			continue;
		if (!type)
			sbdf = block.sbdf;
		if (block.sbdf == sbdf)
			type = block.type;
	}
	return type;
}

uint8_t amd_ivhd_type_used(struct kernel *k, const struct ivrs_table *table)
{
	uint64_t type;

	if (!failed(kernel_read_variable(k, "amd_iommu_target_ivhd_type", 4, &type)) &&
	    (type == IVHD_10 || type == IVHD_11 || type == IVHD_40))
		return (uint8_t)type;
	return last_type_of_first(table);
}

static uint64_t page_align(uint64_t bytes)
{
	return (bytes + KERNEL_PAGE_BYTES - 1) / KERNEL_PAGE_BYTES * KERNEL_PAGE_BYTES;
}

/* Linux drivers/iommu/amd/init.c, init_unity_map_range(). */
void amd_ivmd_pages(const struct ivrs_block *block, uint64_t *first, uint64_t *last)
{
	*first = page_align(block->start);
	*last = *first + page_align(block->bytes) - 1;
}
