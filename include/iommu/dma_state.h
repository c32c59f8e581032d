/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the hardware does with a device's memory requests, whatever the vendor. */
#ifndef IOMMU_DMA_STATE_H
#define IOMMU_DMA_STATE_H

enum dma_state {
	DMA_UNKNOWN,	 /* the device's entry could not be read */
	DMA_UNFILTERED,	 /* the entry is not valid: everything passes, nothing is checked */
	DMA_PASSTHROUGH, /* no table; permissions of the entry still apply */
	DMA_BLOCKED,	 /* every request is aborted */
	DMA_TRANSLATED,	 /* through one page table */
	DMA_GUEST,	 /* through tables chosen by PASID, with or without a host table below */
	DMA_ILLEGAL,	 /* the entry itself is illegal: every request is a fault */
};

#endif
