/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an AMD IOMMU takes a Device Table Entry: that depends on the bits and on what the unit can do. */
#ifndef IOMMU_FORMAT_AMD_DTE_LEGAL_H
#define IOMMU_FORMAT_AMD_DTE_LEGAL_H

#include <stdbool.h>
#include <stdint.h>

#include "dte.h"
#include "iommu/arena.h"

/* What is known of the unit that reads the entry. */
struct amd_dte_reader {
	const char *unknown; /* why its features are not known; NULL: they are. A part of a sentence: "no unit
			      * is known to serve it" */
	bool has_efr;	     /* the unit has the register; one without it has no feature that stands there */
	uint64_t efr;
	bool has_efr2;	     /* the second register is known */
	uint64_t efr2;
	bool snp;	     /* SNP is on */
};

/* The verdict on one half of an entry. At most one of the two is set: what is illegal is not doubtful. */
struct amd_dte_verdict {
	const char *illegal; /* why the unit does not take it, or NULL */
	const char *doubt;   /* why it may not take it, which nothing at hand decides, or NULL */
};

/* The half that DMA goes by and the half that interrupts go by are read at different times and judged apart. */
struct amd_dte_legality {
	struct amd_dte_verdict dma, irqs;
	/* What a unit that has the feature takes only while a bit of its control register is set: */
	bool needs_eph_en;	     /* EPHEn, for PPR */
	bool needs_gt_en;	     /* GTEn, for GV */
	bool needs_num_int_remap;    /* NumIntRemapMode, for more than 512 interrupts */
};

/* Sentences are formatted into the arena. */
void amd_dte_judge(const uint64_t words[AMD_DTE_WORDS], const struct amd_dte_reader *reader,
		   struct arena *arena, struct amd_dte_legality *ret);

#endif
