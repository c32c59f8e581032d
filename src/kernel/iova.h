/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files that read an allocator of IOVAs. */
#ifndef IOMMU_KERNEL_IOVA_H
#define IOMMU_KERNEL_IOVA_H

#include "iommu/iova.h"
#include "iommu/read.h"

/* iova_tree.c: the ranges of the struct iova_domain at that address, by address; *ret is in the arena of k. */
struct failure iova_read_tree(struct kernel *k, struct kva iovad, struct iova_range **ret, size_t *nr);

/* iova_cache.c: what the magazines of all CPUs and the depots have. */
void iova_read_caches(struct kernel *k, struct iova_allocator *allocator);

/* iova_queue.c: what the flush queues have. */
void iova_read_queues(struct kernel *k, struct iova_allocator *allocator);

/* iova_reserved.c: marks the ranges that nobody was ever given. */
void iova_mark_reserved(struct kernel *k, const struct domain *domain, struct iova_allocator *allocator);

/* One more item of `size` bytes in an array in the arena of k that has *nr of them and grows by doubling. */
void *iova_grow(struct kernel *k, void *array, size_t nr, size_t size);

#endif
