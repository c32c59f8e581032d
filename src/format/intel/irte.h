/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of VT-d's interrupt remapping table, and the descriptors that posted ones lead to. */
#ifndef IOMMU_FORMAT_INTEL_IRTE_H
#define IOMMU_FORMAT_INTEL_IRTE_H

#include <stdbool.h>
#include <stdint.h>

#include "iommu/addr.h"
#include "records.h"

#define INTEL_IRTE_BYTES 16
#define INTEL_IRTE_WORDS 2

struct intel_irte {
	const struct record *record; /* the meaning that this entry has */
	bool present;
	bool silent;		     /* FPD: faults are not recorded */
	bool posted;		     /* to a descriptor; else to a CPU */
	uint8_t vector;		     /* posted: in the guest, or whoever owns the descriptor */
	bool logical;		     /* destination mode; false: physical */
	bool redirected;	     /* RH: one of several CPUs may be picked */
	bool level;		     /* trigger mode; false: edge */
	const char *delivery;	     /* "fixed" */
	uint32_t destination;	     /* APIC id, or a mask when logical */
	bool urgent;
	struct pa descriptor;	     /* posted */
	bool checks_source;	     /* SVT: it is for the interrupts of some ids alone */
	bool has_source;	     /* one id is named, checked or not */
	uint16_t source_id;
	int bad_bit;		     /* present: a bit that must be zero and is not, or -1 */
	bool bad_source;	     /* present: SVT has a reserved value */
};

/* x2apic: destinations have 32 bits (EIME); else 8, and the others of the field are reserved. */
void intel_irte_decode(const uint64_t words[INTEL_IRTE_WORDS], bool x2apic, struct intel_irte *ret);

/* Whose interrupts may use the entry, in words: "only 00:1f.3", "buses 05 to 0a", "anyone". */
const char *intel_irte_source_words(const uint64_t words[INTEL_IRTE_WORDS], char *buf, unsigned size);

/* Whether the unit takes the entry for an interrupt of that id. */
bool intel_irte_accepts(const uint64_t words[INTEL_IRTE_WORDS], uint16_t source_id);

/* The index that an MSI message in the remappable format names. False: the message is in the old format, or
 * has a reserved bit. */
bool intel_msi_index(uint64_t address, uint32_t data, uint32_t *ret);

#define INTEL_PID_BYTES 64
#define INTEL_PID_WORDS 8

/* Where posted interrupts wait for whoever owns them. */
struct intel_pid {
	unsigned nr_pending;	 /* vectors in PIR */
	bool outstanding;	 /* ON: a notification is on its way */
	bool suppressed;	 /* SN: none is sent but for urgent ones */
	uint8_t vector;		 /* of the notification */
	uint32_t destination;	 /* APIC id */
	int bad_bit;
};

void intel_pid_decode(const uint64_t words[INTEL_PID_WORDS], bool x2apic, struct intel_pid *ret);

#endif
