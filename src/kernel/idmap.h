/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocators of ids that the kernel has used: a bitmap, and an IDA. */
#ifndef IOMMU_KERNEL_IDMAP_H
#define IOMMU_KERNEL_IDMAP_H

#include "iommu/read.h"

/* Both fill ret, all but unit and vendor: the ids from 0 to nr_ids - 1, of which 0 is never handed out. name: what
 * the kernel calls the allocator. OK, or why the allocator cannot be read. */
struct failure idmap_read_bitmap(struct kernel *k, struct kva bitmap, const char *name,
				 uint32_t nr_ids, struct id_allocator *ret);
struct failure idmap_read_ida(struct kernel *k, struct kva ida, const char *name, uint32_t nr_ids,
			      struct id_allocator *ret);

/* The first ids are never handed out: so many. */
void idmap_reserve(struct id_allocator *ids, uint32_t nr);

#endif
