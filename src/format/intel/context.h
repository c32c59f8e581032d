/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a VT-d unit makes of the entries that lead from a device's id to its translation: in legacy mode root
 * entry and context entry, in scalable mode root entry and context entry of their own kinds, behind which
 * pasid.h goes on.
 */
#ifndef IOMMU_FORMAT_INTEL_CONTEXT_H
#define IOMMU_FORMAT_INTEL_CONTEXT_H

#include "iommu/addr.h"
#include "iommu/dma_state.h"
#include "refusal.h"

#define INTEL_ROOT_WORDS       2
#define INTEL_ROOT_BYTES       16
#define INTEL_CONTEXT_WORDS    2
#define INTEL_CONTEXT_BYTES    16
#define INTEL_SM_CONTEXT_WORDS 4
#define INTEL_SM_CONTEXT_BYTES 32

/* Where the tables of a bus are. */
struct intel_root {
	bool present;
	uint8_t reason;	     /* not present: the reason of each fault */
	struct pa table;     /* of context entries */
	struct intel_refusal refusal;
};

void intel_root_decode(const uint64_t words[INTEL_ROOT_WORDS], const struct intel_caps *caps,
		       struct intel_root *ret);

/* In scalable mode half of a root entry serves half of the bus: that of devfn is looked at. */
void intel_sm_root_decode(const uint64_t words[INTEL_ROOT_WORDS], uint8_t devfn,
			  const struct intel_caps *caps, struct intel_root *ret);

/* The index of a function's entry in the table that its root entry leads to. */
unsigned intel_context_index(uint8_t devfn);
unsigned intel_sm_context_index(uint8_t devfn);

struct intel_context {
	enum dma_state state;	/* of requests without a PASID; those with one are blocked in this mode */
	const char *why;	/* which bits make it so, where state alone does not say; or NULL */
	uint8_t reason;		/* BLOCKED, ILLEGAL: the reason of each fault */
	bool silent;		/* FPD: faults are not recorded */
	bool ats;		/* translation requests and translated requests of a device TLB are taken */
	uint8_t aw;
	uint8_t levels;		/* TRANSLATED */
	uint8_t address_bits;	/* requests above that are blocked, passed ones too */
	struct pa root;		/* TRANSLATED: second-stage table */
	uint16_t domain_id;
	struct intel_refusal refusal; /* state ILLEGAL */
};

void intel_context_decode(const uint64_t words[INTEL_CONTEXT_WORDS], const struct intel_caps *caps,
			  struct intel_context *ret);

struct intel_sm_context {
	bool present;
	bool silent;		/* FPD */
	bool ats;		/* DTE */
	bool pasids;		/* PASIDE: requests with a PASID are taken */
	bool page_requests;	/* PRE */
	struct pa directory;
	uint32_t nr_pasids;	/* that the directory has room for */
	uint32_t plain_pasid;	/* whose translation requests without a PASID get */
	struct intel_refusal refusal;	    /* of all requests */
	struct intel_refusal plain_refusal; /* of those without a PASID alone */
};

#define INTEL_SM_CONTEXT_NOT_PRESENT 0x41 /* the reason of each fault when it is not */

void intel_sm_context_decode(const uint64_t words[INTEL_SM_CONTEXT_WORDS],
			     const struct intel_caps *caps, struct intel_sm_context *ret);

#endif
