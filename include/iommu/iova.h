/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The allocator of IOVAs that the DMA layer has for a domain (Linux drivers/iommu/iova.c, dma-iommu.c): which addresses
 * it holds, which of those it was given back and keeps for the next request, which wait until the IOMMU has forgotten
 * them, and what it could still give.
 *
 * It counts in granules, the domain's smallest page. A range is in its tree from the moment when it is given out, or
 * was reserved, until nobody keeps it: one that was freed stays there while a cache or a queue has it.
 */
#ifndef IOMMU_IOVA_H
#define IOMMU_IOVA_H

#include "iommu/kernel.h"

enum iova_holder {
	IOVA_IN_USE,   /* a driver has it */
	IOVA_RESERVED, /* the DMA layer took it when it made the allocator: it is no memory to the device */
	IOVA_CACHED,   /* freed, and kept for the next request of its size */
	IOVA_PENDING,  /* freed, and in a queue until the IOMMU was told to forget it */
};

/* "in use", "reserved", "cached", "pending" */
const char *iova_holder_name(enum iova_holder holder);

/* A node of the tree. */
struct iova_range {
	uint64_t first, last;	/* granules */
	struct kva at;		/* struct iova */
	enum iova_holder holder;
	size_t nth;		/* CACHED: of cached[]; PENDING: of queued[] */
};

enum iova_shelf { SHELF_LOADED, SHELF_PREVIOUS, SHELF_DEPOT };

/* A range that a magazine has. */
struct iova_cached {
	uint64_t first;	     /* granule */
	uint64_t nr;	     /* granules, by the cache that it is in */
	enum iova_shelf shelf;
	uint32_t cpu;	     /* not of the depot, which is all CPUs' */
	struct kva magazine; /* struct iova_magazine */
	bool has_range;	     /* a range of the tree starts there */
	bool again;	     /* another one in a cache or a queue has that range too */
};

/* A range in a flush queue. */
struct iova_queued {
	uint64_t first;	     /* granule */
	bool has_counter;
	uint64_t counter;    /* how many flushes had been started when it was queued */
	uint32_t cpu;	     /* of a queue of each CPU */
	struct kva at;	     /* struct iova_fq_entry */
	bool has_range, again; /* as above */
};

/* The mask of a device, and what lies between it and the memory. */
struct iova_limit {
	const struct device *device;
	struct failure failure; /* why last is not known */
	uint64_t mask;		/* device.dma_mask */
	bool has_bus_limit;
	uint64_t bus_limit;
	uint64_t last;		/* the highest address that the DMA layer gives it */
};

struct iova_allocator {
	struct kva at;		/* struct iova_domain */
	struct kva cookie;	/* struct iommu_dma_cookie; null: the driver keeps the allocator itself */
	bool is_set_up;		/* false: nothing was ever mapped through it, and nothing below means anything */
	uint64_t granule;	/* bytes */
	uint8_t granule_lg2;
	uint64_t start;		/* the lowest granule that is given out */
	uint64_t end32;		/* the first granule that a request below 4 GiB does not get */
	bool has_refused;	/* this kernel remembers the smallest request below 4 GiB that failed: */
	uint64_t refused;	/* in granules; end32: none failed since something below was given back */
	bool has_last;
	uint64_t last;		/* the last granule that the domain's tables take, or its devices do */
	struct ptrs limits;	/* struct iova_limit, of each device that is on the domain */

	/* Each is whole unless its failure says why not. */
	struct iova_range *ranges; /* by address */
	size_t nr_ranges;
	struct failure ranges_failure;
	struct iova_cached *cached;
	size_t nr_cached;
	struct failure cached_failure;
	struct iova_queued *queued;
	size_t nr_queued;
	struct failure queued_failure;
	struct failure reserved_failure; /* why not all reserved ranges are known as such */

	bool has_queue;		/* freed ranges are flushed in batches; else each at once */
	bool is_single_queue;	/* one for all CPUs */
	uint64_t nr_queues, queue_slots;
	bool flushes_known;
	uint64_t flushes_started, flushes_finished;
	struct failure flushes_failure; /* why those, or counters of entries, are not known */
};

/* The allocator of a domain: ABSENT where it has none (its IOVAs are not the DMA layer's). On any other failure
 * ret->at may still be set. */
struct failure kernel_iova_allocator(struct kernel *k, const struct domain *domain,
				     struct iova_allocator *ret);

/* Whether the domain's allocator has given out, or reserved, all that lies between two addresses. ABSENT: it has none, or
 * none that was set up. Asks the tree alone, and nothing that an owner of the addresses would have to tell. */
struct failure kernel_iova_is_taken(struct kernel *k, const struct domain *domain, uint64_t first, uint64_t last,
				    bool *ret);

/* The same of a range; "allocated" where it is not known whether it was freed or reserved. */
const char *iova_state(const struct iova_allocator *allocator, const struct iova_range *range);

/* The range that has the granule; NULL: none. */
const struct iova_range *iova_find(const struct iova_allocator *allocator, uint64_t granule);

/* Addresses of a range. */
static inline uint64_t iova_first_byte(const struct iova_allocator *allocator, uint64_t granule)
{
	return granule << allocator->granule_lg2;
}

static inline uint64_t iova_last_byte(const struct iova_allocator *allocator, uint64_t granule)
{
	return (granule << allocator->granule_lg2) + (allocator->granule - 1);
}

static inline uint64_t iova_granule_of(const struct iova_allocator *allocator, uint64_t iova)
{
	return iova >> allocator->granule_lg2;
}

static inline uint64_t iova_bytes(const struct iova_allocator *allocator, uint64_t granules)
{
	return granules << allocator->granule_lg2;
}

/* The last granule that lies below that address or ends with it, as far as there is one. */
static inline uint64_t iova_last_whole(const struct iova_allocator *allocator, uint64_t last_byte)
{
	uint64_t granule = iova_granule_of(allocator, last_byte);

	return granule && iova_last_byte(allocator, granule) > last_byte ? granule - 1 : granule;
}

/* The last granule that an address of 64 bits can be in. */
static inline uint64_t iova_end(const struct iova_allocator *allocator)
{
	return iova_granule_of(allocator, UINT64_MAX);
}

/* The last that a device of 32 bits reaches, whatever the size of a granule. */
#define IOVA_LAST_32 0xffffffffULL

/* ---- what is free ---- */

struct iova_hole {
	uint64_t first, last; /* granules */
};

/* What lies in [first, last], in granules. */
struct iova_sum {
	uint64_t held[4];	/* by enum iova_holder */
	uint64_t nr_ranges[4];
	uint64_t free;
	bool has_hole;
	struct iova_hole largest; /* has_hole */
};

void iova_sum_up(const struct iova_allocator *allocator, uint64_t first, uint64_t last, struct iova_sum *ret);

/* The largest request, in granules, that finds a place up to the granule `last`: a range starts at a multiple of the
 * next power of two of its size. 0: none does. at: where it would go. emptied: when all caches are given back, as
 * the allocator does before it gives up. */
uint64_t iova_largest_fit(const struct iova_allocator *allocator, uint64_t last, bool emptied, uint64_t *at);

#endif
