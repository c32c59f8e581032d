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
	unsigned lg2 = pt_reach_lg2(root);

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

/* The part of [first, last] that the table reaches; false when there is none. Between the halves of
 * a sign-extended table there is nothing. */
static inline bool pt_clip(const struct pt_root *root, struct iova first, struct iova last,
			   uint64_t *ret_first, uint64_t *ret_last)
{
	uint64_t half = pt_upper_half(root), end = pt_last_linear(root);

	if (first.v > last.v || (!root->sign_extended && first.v > end))
		return false;
	*ret_first = pt_reaches(root, first) ? pt_linear(root, first) : half;
	if (pt_reaches(root, last))
		*ret_last = pt_linear(root, last);
	else
		*ret_last = root->sign_extended ? half - 1 : end;
	return *ret_first <= *ret_last;
}

#endif
