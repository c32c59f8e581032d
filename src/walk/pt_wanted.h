/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether entries of a page table lead to memory that a scan is about. */
#ifndef IOMMU_PT_WANTED_H
#define IOMMU_PT_WANTED_H

#include "iommu/pt_walk.h"

/* Whether [first, last] and some of that memory have a byte in common. */
bool pt_wants(const struct pt_wanted *wanted, struct pa first, struct pa last);

/* False only when none of nr leaves of the lowest level leads to any of it, whatever else those entries say. */
bool pt_wants_some(const struct pt_wanted *wanted, const struct pt_root *root, const uint64_t *raw,
		   unsigned nr);

#endif
