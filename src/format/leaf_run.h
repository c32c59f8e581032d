/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arithmetic that plain_leaves() of every page-table format needs. */
#ifndef IOMMU_LEAF_RUN_H
#define IOMMU_LEAF_RUN_H

#include <stdbool.h>
#include <stdint.h>

/* What entries of one run have in common, as bits of an entry. */
struct leaf_run {
	uint64_t same;	  /* equal in every entry */
	uint64_t address; /* of the page */
	uint64_t step;	  /* bytes of a page */
};

/* How many of nr entries (at least 1) from raw[0] on are like raw[0]; *contiguous is set to whether
 * the addresses of those that are follow each other. */
unsigned leaf_run_length(const struct leaf_run *run, const uint64_t *raw, unsigned nr,
			 bool *contiguous);

#endif
