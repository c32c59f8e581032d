// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, section 11.4.14 "Fault
 * Recording Registers" and chapter 7 with its tables of fault conditions (revision 4.0 numbering).
 *
 * The specification's text was not at hand. Codes and their places in the specification's list are from
 * VirtualBox; what they mean was checked against at least two of Linux, Xen, QEMU and VirtualBox. VirtualBox
 * alone stands behind 27h to 29h. 7Dh is told by its neighbours in the list; 33h, 88h and 89h are in the list
 * and nobody describes them.
 */
#include "fault.h"

#include <stddef.h>

#define FIRST_INTERRUPT_CODE 0x20
#define LAST_INTERRUPT_CODE  0x2f

static const char *const at_names[] = { "untranslated", "translation request", "translated", "reserved" };

/* Linux prints one bit of the type of a request and folds page requests into writes and atomics into reads. */
static const char *const type_names[] = { "write", "page request", "read", "atomic" };

static const struct field frcd_fields[] = {
	RESERVED_BITS(11, 0),
	{ "FI", "fi", FIELD_ADDRESS, { PIECE(63, 12, 12) },
	  .help = "the page; of an interrupt, its index in the 16 highest bits" },
	{ "SID", "source_id", FIELD_ID, BITS_AT(79, 64), .help = "who asked" },
	RESERVED_BITS(91, 80),
	{ "T", "t", FIELD_NUMBER, { PIECE(92, 92, 0), PIECE(126, 126, 1) }, NAMES(type_names),
	  .help = "what was asked for" },
	{ "PRIV", "priv", FIELD_FLAG, BIT_AT(93), .help = "as supervisor, when PP" },
	{ "EXE", "exe", FIELD_FLAG, BIT_AT(94), .help = "to execute, when PP" },
	{ "PP", "pp", FIELD_FLAG, BIT_AT(95), .help = "the request had a PASID" },
	{ "FR", "fr", FIELD_ID, BITS_AT(103, 96), .help = "reason" },
	{ "PV", "pasid", FIELD_ID, BITS_AT(123, 104), .help = "PASID, when PP" },
	{ "AT", "at", FIELD_NUMBER, BITS_AT(125, 124), NAMES(at_names), .help = "kind of address" },
	{ "F", "f", FIELD_FLAG, BIT_AT(127), .help = "the record holds a fault" },
};

const struct record intel_frcd_record = {
	.name = "Fault Recording Register",
	.source = "Intel VT-d specification, section 11.4.14",
	.nr_bits = 128,
	FIELDS(frcd_fields),
};

void intel_fault_decode(const uint64_t words[INTEL_FRCD_WORDS], struct intel_fault *ret)
{
	const struct record *r = &intel_frcd_record;
	uint64_t fi = record_get(r, "fi", words);

	*ret = (struct intel_fault){
		.present = record_get(r, "f", words),
		.reason = (uint8_t)record_get(r, "fr", words),
		.source_id = (uint16_t)record_get(r, "source_id", words),
		.request = (enum intel_request)record_get(r, "t", words),
		.has_pasid = record_get(r, "pp", words),
	};
	ret->interrupt = intel_fault_is_interrupt(ret->reason);
	if (ret->interrupt)
		ret->index = (uint16_t)(fi >> 48);
	else
		ret->address = fi;
	if (!ret->has_pasid)
		return;
	ret->pasid = (uint32_t)record_get(r, "pasid", words);
	ret->execute = record_get(r, "exe", words);
	ret->supervisor = record_get(r, "priv", words);
}

bool intel_fault_is_interrupt(unsigned code)
{
	return code >= FIRST_INTERRUPT_CODE && code <= LAST_INTERRUPT_CODE;
}

/* ---- reasons ---- */

#define LEGACY(number, spelled, part, meaning)                                                     \
	{                                                                                          \
		number, spelled, INTEL_FAULT_AT_##part, meaning, false                             \
	}
#define SCALABLE(number, spelled, part, meaning)                                                   \
	{                                                                                          \
		number, spelled, INTEL_FAULT_AT_##part, meaning, true                              \
	}

static const struct intel_fault_reason reasons[] = {
	LEGACY(0x01, "LRT.2", ROOT, "the root entry of its bus is not present"),
	LEGACY(0x02, "LCT.2", CONTEXT, "its context entry is not present"),
	LEGACY(0x03, "LCT.4", CONTEXT,
	       "its context entry has a type or a width that the unit does not take, or its page table could "
	       "not be read"),
	LEGACY(0x04, "LGN.1", ADDRESS, "the address is wider than the unit or the context entry allows"),
	LEGACY(0x05, "LGN.2", ACCESS, "the page tables do not allow the write"),
	LEGACY(0x06, "LGN.3", ACCESS, "the page tables do not allow the read"),
	LEGACY(0x07, "LSL.1", SECOND_STAGE, "a page-table entry could not be read"),
	LEGACY(0x08, "LRT.1", ROOT, "the root entry of its bus could not be read"),
	LEGACY(0x09, "LCT.1", CONTEXT, "its context entry could not be read"),
	LEGACY(0x0a, "LRT.3", ROOT, "the root entry of its bus has a reserved bit set"),
	LEGACY(0x0b, "LCT.3", CONTEXT, "its context entry has a reserved bit set"),
	LEGACY(0x0c, "LSL.2", SECOND_STAGE, "a page-table entry has a reserved bit set"),
	LEGACY(0x0d, "LCT.5", CONTEXT, "its context entry takes no requests of a device TLB (ATS)"),
	LEGACY(0x0e, "LGN.4", ADDRESS, "the address is translated into the interrupt range, fee00000"),

	LEGACY(0x20, NULL, INTERRUPT, "the interrupt request has a reserved field set"),
	LEGACY(0x21, NULL, INTERRUPT, "the index is beyond the interrupt table"),
	LEGACY(0x22, NULL, INTERRUPT, "the interrupt entry is not present"),
	LEGACY(0x23, NULL, INTERRUPT, "the interrupt entry could not be read"),
	LEGACY(0x24, NULL, INTERRUPT, "the interrupt entry has a reserved bit set"),
	LEGACY(INTEL_FAULT_OLD_FORMAT, NULL, INTERRUPT, "an interrupt in the old format, which is blocked"),
	LEGACY(0x26, NULL, INTERRUPT, "the interrupt entry is not for that device"),
	LEGACY(0x27, NULL, INTERRUPT, "the posted-interrupt descriptor could not be read"),
	LEGACY(0x28, NULL, INTERRUPT, "the posted-interrupt descriptor has a reserved bit set"),
	LEGACY(0x29, NULL, INTERRUPT, "the interrupt request is of a form that is not allowed"),

	SCALABLE(0x30, "RTA.1", REGISTER, "the root table's address or mode is not one that the unit takes"),
	SCALABLE(0x31, "RTA.2", REGISTER, "a request with a PASID while the unit is in legacy mode"),
	SCALABLE(0x32, "RTA.3", REGISTER, "a page request while the unit is in legacy mode"),
	SCALABLE(0x38, "SRT.1", ROOT, "the root entry of its bus could not be read"),
	SCALABLE(0x39, "SRT.2", ROOT, "the root entry of its half of the bus is not present"),
	SCALABLE(0x3a, "SRT.3", ROOT, "the root entry of its bus has a reserved bit set"),
	SCALABLE(0x40, "SCT.1", CONTEXT, "its context entry could not be read"),
	SCALABLE(0x41, "SCT.2", CONTEXT, "its context entry is not present"),
	SCALABLE(0x42, "SCT.3", CONTEXT, "its context entry has a reserved bit set"),
	SCALABLE(0x43, "SCT.4", CONTEXT, "its context entry is not valid"),
	SCALABLE(0x44, "SCT.5", CONTEXT, "its context entry takes no requests of a device TLB (DTE=0)"),
	SCALABLE(0x45, "SCT.6", CONTEXT, "its context entry takes no requests with a PASID (PASIDE=0)"),
	SCALABLE(0x46, "SCT.7", CONTEXT, "the PASID is beyond the end of its directory"),
	SCALABLE(0x47, "SCT.8", CONTEXT, "its context entry takes no page requests (PRE=0)"),
	SCALABLE(0x48, "SCT.9", CONTEXT, "RID_PASID of its context entry is not valid"),
	SCALABLE(0x50, "SPD.1", PASID_DIR, "its PASID directory entry could not be read"),
	SCALABLE(0x51, "SPD.2", PASID_DIR, "its PASID directory entry is not present"),
	SCALABLE(0x52, "SPD.3", PASID_DIR, "its PASID directory entry has a reserved bit set"),
	SCALABLE(0x58, "SPT.1", PASID, "its PASID table entry could not be read"),
	SCALABLE(0x59, "SPT.2", PASID, "its PASID table entry is not present"),
	SCALABLE(0x5a, "SPT.3", PASID, "its PASID table entry has a reserved bit set"),
	SCALABLE(0x5b, "SPT.4", PASID,
		 "its PASID table entry has a type, a width or a paging mode that the unit does not take"),
	SCALABLE(0x5c, "SPT.5", PASID, "its PASID table entry takes no requests to execute (ERE=0)"),
	SCALABLE(0x5d, "SPT.6", PASID, "its PASID table entry takes no requests of a supervisor (SRE=0)"),

	SCALABLE(0x70, "SFL.1", FIRST_STAGE, "a first-stage entry could not be read"),
	SCALABLE(0x71, "SFL.2", FIRST_STAGE, "a first-stage entry is not present"),
	SCALABLE(0x72, "SFL.3", FIRST_STAGE, "a first-stage entry has a reserved bit set"),
	SCALABLE(0x73, "SFL.4", FIRST_STAGE, "the top of the first-stage table could not be read"),
	SCALABLE(0x74, "SFL.5", FIRST_STAGE,
		 "a first-stage table is at an address that the second stage is too narrow for"),
	SCALABLE(0x75, "SFL.6", FIRST_STAGE,
		 "the second stage does not let the top of the first-stage table be read"),
	SCALABLE(0x76, "SFL.7", FIRST_STAGE, "the second stage does not let a first-stage entry be read"),
	SCALABLE(0x77, "SFL.8", FIRST_STAGE,
		 "the second stage does not let accessed and dirty bits of a first-stage entry be written"),
	SCALABLE(0x78, "SSL.1", SECOND_STAGE, "a second-stage entry could not be read"),
	SCALABLE(0x79, "SSL.2", SECOND_STAGE,
		 "a second-stage entry is not present or does not allow the access"),
	SCALABLE(0x7a, "SSL.3", SECOND_STAGE, "a second-stage entry has a reserved bit set"),
	SCALABLE(0x7b, "SSL.4", SECOND_STAGE, "the top of the second-stage table could not be read"),
	SCALABLE(0x7c, "SSL.5", SECOND_STAGE,
		 "accessed and dirty bits of the second stage are to be set while table walks do not snoop"),
	SCALABLE(0x7d, "SSL.6", SECOND_STAGE,
		 "accessed and dirty bits of a second-stage entry could not be written"),
	SCALABLE(0x80, "SGN.1", ADDRESS, "the address is not canonical"),
	SCALABLE(0x81, "SGN.2", ACCESS, "a user's request for a supervisor's page"),
	SCALABLE(0x82, "SGN.3", ACCESS, "the page tables do not allow the execution"),
	SCALABLE(0x83, "SGN.4", ADDRESS, "the address is wider than the machine's"),
	SCALABLE(0x84, "SGN.5", ADDRESS, "the address is wider than the second stage allows"),
	SCALABLE(0x85, "SGN.6", ACCESS, "the page tables do not allow the write"),
	SCALABLE(0x86, "SGN.7", ACCESS, "the page tables do not allow the read"),
	SCALABLE(0x87, "SGN.8", ADDRESS, "the address is translated into the interrupt range, fee00000"),
	SCALABLE(0x90, "SFL.9", FIRST_STAGE,
		 "accessed and dirty bits of the first stage are to be set while table walks do not snoop"),
	SCALABLE(0x91, "SFL.10", FIRST_STAGE,
		 "accessed and dirty bits of a first-stage entry could not be written"),
};

const struct intel_fault_reason *intel_fault_reason(unsigned code)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].code == code)
			return &reasons[i];
	}
	return NULL;
}

/* Reasons whose part is not all that there is to say. */
static enum fault_claim claim_of_code(unsigned code)
{
	switch (code) {
	case 0x01: case 0x02: case 0x39: case 0x41: case 0x51: case 0x59:
		return FAULT_NO_ENTRY;
	case 0x08: case 0x09: case 0x38: case 0x40: case 0x50: case 0x58:
		return FAULT_ENTRY_UNREADABLE;
	case 0x07: case 0x70: case 0x73: case 0x78: case 0x7b:
		return FAULT_TABLE_UNREADABLE;
	case 0x05: case 0x06: case 0x79:
		return FAULT_NOT_MAPPED_OR_ALLOWED;
	case 0x71:
		return FAULT_NOT_MAPPED;
	case 0x0e: case 0x87:
		return FAULT_BAD_TABLE;
	case INTEL_FAULT_OLD_FORMAT:
		return FAULT_OLD_INTERRUPT;
	case 0x22:
		return FAULT_BAD_INTERRUPT;
	case 0x26:
		return FAULT_INTERRUPT_OF_OTHERS;
	case 0x80: /* of an address that has no meaning in any table */
		return FAULT_TOO_WIDE;
	default:
		return FAULT_CLAIMS_NOTHING;
	}
}

enum fault_claim intel_fault_claim(unsigned code)
{
	const struct intel_fault_reason *reason = intel_fault_reason(code);
	enum fault_claim claim = claim_of_code(code);

	if (claim != FAULT_CLAIMS_NOTHING || !reason)
		return claim;
	switch (reason->at) {
	case INTEL_FAULT_AT_NOTHING:
	case INTEL_FAULT_AT_REGISTER:
		return FAULT_CLAIMS_NOTHING;
	case INTEL_FAULT_AT_ROOT:
	case INTEL_FAULT_AT_CONTEXT:
	case INTEL_FAULT_AT_PASID_DIR:
	case INTEL_FAULT_AT_PASID:
		return FAULT_BAD_ENTRY;
	case INTEL_FAULT_AT_FIRST_STAGE:
	case INTEL_FAULT_AT_SECOND_STAGE:
		return FAULT_BAD_TABLE;
	case INTEL_FAULT_AT_ADDRESS:
		return FAULT_TOO_WIDE;
	case INTEL_FAULT_AT_ACCESS:
		return FAULT_NOT_ALLOWED;
	case INTEL_FAULT_AT_INTERRUPT:
		return FAULT_INTERRUPT_REFUSED;
	}
	return FAULT_CLAIMS_NOTHING;
}
