/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VT-d unit in scalable mode makes of the entries of a device's PASID directory and PASID tables. */
#ifndef IOMMU_FORMAT_INTEL_PASID_H
#define IOMMU_FORMAT_INTEL_PASID_H

#include "iommu/addr.h"
#include "iommu/dma_state.h"
#include "refusal.h"

#define INTEL_PASID_DIR_BYTES 8
#define INTEL_PASID_WORDS     8
#define INTEL_PASID_BYTES     64
#define INTEL_PASIDS_A_TABLE  64

/* Reasons of the faults that an entry brings about which is not present. */
#define INTEL_PASID_DIR_NOT_PRESENT 0x51
#define INTEL_PASID_NOT_PRESENT	    0x59

/* Where a PASID is found: the index of its directory entry, and that in the table behind it. */
uint32_t intel_pasid_dir_index(uint32_t pasid);
uint32_t intel_pasid_index(uint32_t pasid);

struct intel_pasid_dir {
	bool present;
	bool silent;	 /* FPD */
	struct pa table; /* of PASID table entries */
	struct intel_refusal refusal;
};

void intel_pasid_dir_decode(uint64_t word, const struct intel_caps *caps, struct intel_pasid_dir *ret);

enum intel_pgtt {
	INTEL_FIRST_STAGE = 1,
	INTEL_SECOND_STAGE = 2,
	INTEL_NESTED = 3,
	INTEL_PASS_THROUGH = 4,
};

struct intel_pasid {
	enum dma_state state;
	const char *why;	/* which bits make it so, where state alone does not say; or NULL */
	uint8_t reason;		/* BLOCKED, ILLEGAL: the reason of each fault */
	bool silent;		/* FPD */
	uint8_t type;		/* enum intel_pgtt, when it is legal */
	uint16_t domain_id;
	uint8_t first_levels;	/* FIRST_STAGE, NESTED: of the first-stage table; else 0 */
	uint64_t first_root;	/* its address: physical, or guest physical when NESTED */
	uint8_t second_levels;	/* SECOND_STAGE, NESTED; else 0 */
	struct pa second_root;
	bool dirty_tracking;	/* SSADE: the unit sets accessed and dirty bits of the second stage */
	bool snoop;		/* PGSNP: every access snoops the caches */
	bool supervisor;	/* SRE: requests of a supervisor are taken */
	bool execute;		/* ERE: requests to execute are taken */
	struct intel_refusal refusal;
	const char *doubt; /* it is not refused, though a unit may; NULL: none */
};

void intel_pasid_decode(const uint64_t words[INTEL_PASID_WORDS], const struct intel_caps *caps,
			struct intel_pasid *ret);

#endif
