/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's trees of pointers by index: the xarray, and the maple tree of 6.5 and later. */
#ifndef IOMMU_KERNEL_TREE_H
#define IOMMU_KERNEL_TREE_H

#include "iommu/read.h"

/* Called for each entry in ascending order; false ends the walk. A maple entry may stand for
 * several indices: it is called for the first. */
typedef bool (*tree_visit)(void *ctx, uint64_t index, uint64_t entry);

/* Linux include/linux/xarray.h: an entry whose lowest bit is set is a number, not a pointer. */
static inline bool xa_is_value(uint64_t entry)
{
	return entry & 1;
}

/* head: the contents of xarray.xa_head. OK, or the first trouble; the walk goes on beside it. */
struct failure kernel_xarray(struct kernel *k, uint64_t head, tree_visit visit, void *ctx);

/* root: the contents of maple_tree.ma_root. */
struct failure kernel_maple_tree(struct kernel *k, uint64_t root, tree_visit visit, void *ctx);

#endif
