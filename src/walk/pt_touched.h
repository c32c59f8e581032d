/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Marks the memory that entries lead to, without taking them apart. */
#ifndef IOMMU_PT_TOUCHED_H
#define IOMMU_PT_TOUCHED_H

#include "iommu/pt_walk.h"

/* Every block that one of nr entries of the lowest level leads to when it is a leaf. Pages of that level's own size are
 * no larger than a block. */
void pt_touch_entries(struct pt_touched *touched, const struct pt_root *root, const uint64_t *raw, unsigned nr);

#endif
