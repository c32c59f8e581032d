/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A walk counts a table's addresses from 0 up without a gap. A sign-extended table has its upper
 * half at the top of the address space: these convert.
 */
#ifndef IOMMU_PT_ADDRESS_H
#define IOMMU_PT_ADDRESS_H

#include "iommu/pt_walk.h"

/* The last address counted so. */
static inline uint64_t pt_last_linear(const struct pt_root *root)
{
	unsigned lg2 = pt_reach_lg2(root->format, root->levels);

	return lg2 >= 64 ? UINT64_MAX : (1ULL << lg2) - 1;
}

/* The first address of the upper half. */
static inline uint64_t pt_upper_half(const struct pt_root *root)
{
	return pt_last_linear(root) / 2 + 1;
}

static inline struct iova pt_iova(const struct pt_root *root, uint64_t linear)
{
	bool upper = root->sign_extended && linear >= pt_upper_half(root);

	return iova_of(upper ? linear | ~pt_last_linear(root) : linear);
}

/* Of an address that pt_reaches(). */
static inline uint64_t pt_linear(const struct pt_root *root, struct iova iova)
{
	return iova.v & pt_last_linear(root);
}

#endif
