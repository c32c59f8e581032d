/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the hardware does with a device's memory requests, whatever the vendor. */
#ifndef IOMMU_DMA_STATE_H
#define IOMMU_DMA_STATE_H

enum dma_state {
	DMA_UNKNOWN,	 /* the device's entry could not be read, or is not followed */
	DMA_PASSTHROUGH, /* no table; permissions of the entry still apply */
	DMA_PASSTHROUGH_UNCHECKED, /* the entry is not valid: everything passes, nothing is checked */
	DMA_BLOCKED,	 /* every request is aborted */
	DMA_TRANSLATED,	 /* through one page table */
	DMA_BY_PASID,	 /* through the table of PASID 0, with or without a host table below */
	DMA_ILLEGAL,	 /* the entry itself is illegal: every request is a fault */
};

#endif
