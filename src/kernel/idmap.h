/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocators of ids that the kernel has used: a bitmap, and an IDA. */
#ifndef IOMMU_KERNEL_IDMAP_H
#define IOMMU_KERNEL_IDMAP_H

#include "iommu/read.h"

/* Both fill ret->bits. OK, or why the allocator cannot be read. */
struct failure idmap_read_bitmap(struct kernel *k, const char *symbol, struct id_allocator *ret);
struct failure idmap_read_ida(struct kernel *k, const char *symbol, struct id_allocator *ret);

#endif
