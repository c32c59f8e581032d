/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel that was built to find mistakes of drivers keeps of DMA, beside the page tables:
 *
 *   CONFIG_DMA_API_DEBUG		every mapping that a driver made through the DMA API and has not undone, with
 *				its device, size, direction, and the stack of the call (Linux kernel/dma/debug.c).
 *				A mapping of IOVAs that a driver links itself (dma_iova_link(), 6.16 and later) is
 *				not among them.
 *   CONFIG_IOMMU_DEBUG_PAGEALLOC	how many pages of IOMMUs lead to each page of memory (7.2 and later, Linux
 *				drivers/iommu/iommu-debug-pagealloc.c).
 */
#ifndef IOMMU_DMA_DEBUG_H
#define IOMMU_DMA_DEBUG_H

#include "iommu/kernel.h"

#define DMA_DEBUG_STACK 5u /* DMA_DEBUG_STACKTRACE_ENTRIES */

/* Linux include/linux/dma-direction.h */
enum dma_direction { DMA_BOTH_WAYS, DMA_TO_DEVICE, DMA_FROM_DEVICE, DMA_NO_DIRECTION };

/* Linux kernel/dma/debug.c, enum map_err_types */
enum dma_error_check { DMA_CHECK_NOT_NEEDED, DMA_NOT_CHECKED, DMA_CHECKED };

/* A mapping that a driver made: struct dma_debug_entry. */
struct dma_mapping {
	struct kva at;
	struct kva device_at;		/* struct device */
	const struct device *device;	/* NULL: none that the inventory has */
	const char *device_name;	/* NULL: not readable */
	const char *driver;		/* NULL: none, or not readable */
	bool has_no_driver;
	uint64_t iova, size;		/* bytes */
	bool has_type, has_direction;
	uint64_t type;			/* the kernel's number, */
	const char *type_name;		/* and its word: "single", "scatter-gather", ...; NULL: not known */
	uint64_t direction;		/* enum dma_direction, if it is one */
	bool has_pa;
	struct pa pa;			/* of the first byte, before it was bounced */
	bool has_check;
	uint64_t check;			/* enum dma_error_check, if it is one */
	unsigned nr_stack;
	struct kva stack[DMA_DEBUG_STACK]; /* return addresses, the innermost first */
};

struct dma_debug {
	bool is_on;		/* it keeps account. Else nothing that it has is known to be so now: */
	bool was_on;		/* it did, and gave up: no memory for more */
	bool not_begun;		/* nothing switched it off, and the kernel had not come to it when it stopped */
	uint64_t nr_entries, nr_free; /* by its counters */
	struct failure numbers_failure; /* why they are not known; ABSENT: which variables they are is not known */
	uint64_t nr_errors;	/* mistakes that it found so far */
	struct failure errors_failure; /* the same of these */
	struct ptrs mappings;	/* struct dma_mapping, by name of device and address */
	struct failure failure; /* why not all of them are there */
	struct failure state_failure; /* why is_on is not known */
};

/* Only whether it is on, and its counters. ABSENT: the kernel was built without. */
struct failure kernel_dma_debug_state(struct kernel *k, struct dma_debug *ret);

/* All of it. ABSENT: the kernel was built without. */
struct failure kernel_dma_debug(struct kernel *k, struct dma_debug *ret);

/* How many pages of IOMMUs lead to the page of memory at that address, by the kernel's own count. ABSENT: the kernel
 * does not count, or has no struct page there. DAMAGED: a number that no counter has. */
struct failure kernel_iommu_page_count(struct kernel *k, struct pa at, uint64_t *ret);

#endif
