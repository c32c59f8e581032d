/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel with CONFIG_DMA_API_DEBUG keeps of each mapping that a driver made through the DMA API and has not
 * given back (Linux kernel/dma/debug.c): for which device, of what memory, and by which code. It is an account of its
 * own, beside the allocator of IOVAs and the page table.
 */
#ifndef IOMMU_DMA_DEBUG_H
#define IOMMU_DMA_DEBUG_H

#include "iommu/kernel.h"

/* Return addresses that the kernel keeps of a mapping, at most. */
#define DMA_DEBUG_CALLERS 5u

/* Whether the driver asked if the mapping failed (dma_mapping_error()). */
enum dma_error_check {
	DMA_ERROR_NOT_ASKED_FOR, /* this kind of mapping is not asked about */
	DMA_ERROR_NOT_CHECKED,
	DMA_ERROR_CHECKED,
	DMA_ERROR_CHECK_UNKNOWN, /* memory has a number that no kernel writes */
};

struct dma_mapping {
	struct kva at;		     /* struct dma_debug_entry */
	struct kva device_at;	     /* struct device */
	const struct device *device; /* NULL: none of the inventory */
	const char *type;	     /* the kernel's own word: "single", "coherent", ...; NULL: not known */
	const char *direction;	     /* "both", "to device", "from device", "none"; NULL: a number that none has */
	uint64_t iova, size;	     /* size: never 0, and the last byte is no larger than an address */
	bool has_pa;
	struct pa pa;		     /* of its first byte, as the driver gave it */
	enum dma_error_check error_check;
	unsigned nr_callers;	     /* the innermost first; 0: the kernel keeps none */
	struct kva callers[DMA_DEBUG_CALLERS];
};

struct dma_debug {
	bool state_known;   /* why it does not keep account any more, and what it has of its pool, is known: */
	bool is_on;	    /* it keeps account now: else what it has may be from long ago */
	bool has_pool;
	uint64_t pool, pool_free; /* entries that it has for mappings, and those that are not used */
	struct dma_mapping *mappings; /* by domain of the device, then by IOVA */
	size_t nr;
	struct failure failure; /* why that is not all */
};

/* ABSENT: the kernel was built without. ret->mappings is what could be read. */
struct failure kernel_dma_debug(struct kernel *k, struct dma_debug *ret);

/* The mappings of the devices of a domain: a part of mappings[], by IOVA. */
const struct dma_mapping *dma_debug_of_domain(const struct dma_debug *debug, const struct domain *domain, size_t *nr);

static inline uint64_t dma_mapping_last(const struct dma_mapping *mapping)
{
	return mapping->iova + (mapping->size - 1);
}

/* "nvme_alloc_queue+0x5c", or the address where no symbol is near. */
const char *kernel_code_name(struct kernel *k, struct kva at);

#endif
