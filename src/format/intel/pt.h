/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The second-stage page tables of VT-d: see iommu/pt_format.h. Its first-stage tables are the processor's
 * own, x86_64_format.
 */
#ifndef IOMMU_FORMAT_INTEL_PT_H
#define IOMMU_FORMAT_INTEL_PT_H

#include "iommu/pt_format.h"
#include "caps.h"

#define VTDSS_LEAF_LEVELS 3 /* pages of 4K, 2M and 1G */

/* The format as one kind of unit reads it; each is called "vtdss". */
struct vtdss {
	struct pt_format format; /* first: its functions find the rest by it */
	bool large[VTDSS_LEAF_LEVELS + 1]; /* by level: there are pages of that size */
	uint64_t leaf_reserved;		   /* bits of a page's entry that must be zero */
};

#define VTDSS_NR_SHAPES 16
extern const struct vtdss vtdss_shapes[VTDSS_NR_SHAPES];
/* The unit that has every feature: for tables of which nobody knows the unit. */
#define vtdss_of_any (vtdss_shapes[VTDSS_NR_SHAPES - 1])

/* As this unit reads them: which large pages it knows, and whether SNP and TM are reserved. */
const struct pt_format *intel_second_stage(const struct intel_caps *caps);

#endif
