/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bounce buffers (Linux kernel/dma/swiotlb.c): memory that the DMA layer copies through when a device cannot reach a
 * buffer, or must not. A pool is made of slots of 2 KiB, in segments of 128: no buffer is larger than a segment.
 */
#ifndef IOMMU_SWIOTLB_H
#define IOMMU_SWIOTLB_H

#include "iommu/kernel.h"

#define SWIOTLB_SLOT_BYTES    2048u
#define SWIOTLB_SEGMENT_SLOTS 128u

/* A part of a pool with a lock of its own. */
struct bounce_area {
	uint64_t slots;	  /* that it has */
	uint64_t used;	  /* by its counter */
	uint64_t counted; /* those that are taken, by the slots themselves */
};

struct bounce_pool {
	struct kva at;		/* struct io_tlb_pool, or io_tlb_mem; null: variables */
	bool has_bounds;	/* these were read: */
	struct pa start, end;	/* end: the first byte behind it */
	uint64_t slots;
	struct failure failure; /* why the slots are not known: nothing below means anything */
	uint64_t taken;		/* slots, by the slots themselves */
	uint64_t longest_run;	/* free slots in a row, within a segment: the largest buffer that finds place */
	struct ptrs areas;	/* struct bounce_area; none: this kernel has no areas */
	struct failure areas_failure;
};

struct bounce_buffers {
	struct kva at;		/* struct io_tlb_mem; null: this kernel has variables in its place */
	struct ptrs pools;	/* struct bounce_pool; none: they were given back when the machine started */
	bool has_forced, forced; /* every device is sent through them */
	bool has_used, has_high_water, has_transient;
	uint64_t used, high_water, transient; /* slots, by the kernel's counters */
	bool is_dynamic;	/* this kernel can add pools */
	bool by_device;		/* each device says which it uses */
};

/* Those that devices use unless they have their own. ABSENT: the kernel has none at all. ret->pools is what could be
 * read. */
struct failure kernel_bounce_buffers(struct kernel *k, struct bounce_buffers *ret);

/* The struct io_tlb_mem of a device, in a kernel whose devices say it. */
struct failure kernel_device_bounce(struct kernel *k, const struct device *dev, struct kva *ret);

#endif
