/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a Device Table Entry makes the AMD IOMMU do with its device's memory requests. */
#ifndef IOMMU_FORMAT_AMD_DTE_H
#define IOMMU_FORMAT_AMD_DTE_H

#include <stdbool.h>
#include <stdint.h>

#include "iommu/addr.h"
#include "iommu/dma_state.h"
#include "records.h"

#define AMD_DTE_WORDS 4
#define AMD_DTE_BYTES 32

struct amd_dte {
	enum dma_state state;	/* of requests without a PASID, where the unit takes the entry: see dte_legal.h */
	uint8_t levels;		/* host table: 0 = none */
	struct pa root;		/* host table, encryption bit removed; valid when levels > 0 */
	bool guest;		/* GV: requests with a PASID go through the GCR3 table */
	bool guest_io;		/* GIoV: those without one too, as if they had PASID 0 */
	struct pa gcr3_root;	/* guest; encryption bit removed */
	uint8_t gcr3_levels;	/* 1..3 */
	uint8_t guest_levels;	/* of the tables that the GCR3 table points to: 4 or 5 */
	uint16_t domain_id;
	bool read, write;	/* IR, IW */
	bool irq_valid;		/* IV */
	bool irq_remapped;	/* IV and IntCtl = 2 */
	uint32_t irq_entries;	/* of the interrupt table */
	struct pa irq_table;
};

/* words: the four words as read; enc_mask: sme_me_mask of the kernel, or 0. */
void amd_dte_decode(const uint64_t words[AMD_DTE_WORDS], uint64_t enc_mask, struct amd_dte *ret);

#endif
