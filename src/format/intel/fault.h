/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults as a VT-d unit records them. The records are registers, which no dump has; what Linux prints of each
 * has the same reason code and the same facts.
 */
#ifndef IOMMU_FORMAT_INTEL_FAULT_H
#define IOMMU_FORMAT_INTEL_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "iommu/fault.h"
#include "records.h"

/* The reason of an interrupt whose request was in the compatibility format. */
#define INTEL_FAULT_OLD_FORMAT 0x25

/* What a reason finds fault with. */
enum intel_fault_at {
	INTEL_FAULT_AT_NOTHING,	      /* no reason of a fault */
	INTEL_FAULT_AT_REGISTER,      /* the root table's address and mode */
	INTEL_FAULT_AT_ROOT,
	INTEL_FAULT_AT_CONTEXT,
	INTEL_FAULT_AT_PASID_DIR,
	INTEL_FAULT_AT_PASID,
	INTEL_FAULT_AT_FIRST_STAGE,
	INTEL_FAULT_AT_SECOND_STAGE,
	INTEL_FAULT_AT_ADDRESS,	      /* that was asked for, or that it was translated to */
	INTEL_FAULT_AT_ACCESS,	      /* the tables allow less than was asked for */
	INTEL_FAULT_AT_INTERRUPT,     /* the request or its entry */
};

struct intel_fault_reason {
	uint8_t code;
	const char *mnemonic;	/* "LCT.2": of the specification's list */
	enum intel_fault_at at;
	const char *words;	/* "the context entry is not present" */
	bool scalable;		/* of scalable mode alone */
};

/* NULL: a code that no specification at hand has, or that nobody describes. */
const struct intel_fault_reason *intel_fault_reason(unsigned code);

/* What a reason says was wrong. */
enum fault_claim intel_fault_claim(unsigned code);

/* An interrupt fault names an index of the interrupt table, and no address. */
bool intel_fault_is_interrupt(unsigned code);

enum intel_request {
	INTEL_REQUEST_WRITE,
	INTEL_REQUEST_PAGE,
	INTEL_REQUEST_READ,
	INTEL_REQUEST_ATOMIC,
};

#define INTEL_FRCD_WORDS 2

/* A fault recording register. */
struct intel_fault {
	bool present;		/* F */
	uint8_t reason;
	uint16_t source_id;
	bool interrupt;
	uint16_t index;		/* interrupt: of the entry */
	uint64_t address;	/* else: the page */
	enum intel_request request;
	bool has_pasid;
	uint32_t pasid;
	bool execute, supervisor; /* has_pasid */
};

void intel_fault_decode(const uint64_t words[INTEL_FRCD_WORDS], struct intel_fault *ret);

#endif
