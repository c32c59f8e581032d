// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, sections 9.1 "Root Entry",
 * 9.2 "Scalable-Mode Root Entry", 9.3 "Context Entry" and 9.4 "Scalable-Mode Context Entry" (revision 4.0
 * numbering).
 *
 * The specification's text was not at hand: every bit was checked against at least two implementations
 * written from it (Linux, Xen, VirtualBox, NoirVisor, EDK2, QEMU). What a unit refuses is from VirtualBox and
 * QEMU, which refuse it, and from NoirVisor, which retells the fields of the legacy entries.
 */
#include "context.h"

#define TT_UNTRANSLATED 0
#define TT_WITH_ATS	1
#define TT_PASS		2

/* Reasons in fault records. */
#define ROOT_NOT_PRESENT     0x01
#define CONTEXT_NOT_PRESENT  0x02
#define CONTEXT_INVALID	     0x03
#define PASS_BEYOND_WIDTH    0x04
#define ROOT_RESERVED	     0x0a
#define CONTEXT_RESERVED     0x0b
#define SM_ROOT_NOT_PRESENT  0x39
#define SM_ROOT_RESERVED     0x3a
#define SM_CONTEXT_RESERVED  0x42
#define SM_RID_PASID_INVALID 0x48

/* Scalable mode: functions of the upper half of a bus have a table of their own. */
#define UPPER_HALF 0x80

static const char *const tt_names[] = { "translated", "translated, with ATS", "pass-through", "reserved" };
static const char *const aw_names[] = { "reserved",	     "39 bits, 3 levels", "48 bits, 4 levels",
					"57 bits, 5 levels", "reserved",	  "reserved",
					"reserved",	     "reserved" };
static const char *const pdts_names[] = { "128 tables",	 "256 tables",	"512 tables",  "1024 tables",
					  "2048 tables", "4096 tables", "8192 tables", "16384 tables" };

static const struct field root_fields[] = {
	{ "P", "p", FIELD_FLAG, BIT_AT(0), .help = "present; 0: DMA of the whole bus is blocked" },
	RESERVED_BITS(11, 1),
	{ "CTP", "ctp", FIELD_ADDRESS, { PIECE(63, 12, 12) }, .help = "table of context entries" },
	RESERVED_BITS(127, 64),
};

const struct record intel_root_record = {
	.name = "Root Entry",
	.source = "Intel VT-d specification, section 9.1",
	.nr_bits = 128,
	FIELDS(root_fields),
};

static const struct field sm_root_fields[] = {
	{ "LP", "lp", FIELD_FLAG, BIT_AT(0), .help = "present, for devices 00 to 0f" },
	RESERVED_BITS(11, 1),
	{ "LCTP", "lctp", FIELD_ADDRESS, { PIECE(63, 12, 12) },
	  .help = "table of context entries of devices 00 to 0f" },
	{ "UP", "up", FIELD_FLAG, BIT_AT(64), .help = "present, for devices 10 to 1f" },
	RESERVED_BITS(75, 65),
	{ "UCTP", "uctp", FIELD_ADDRESS, { PIECE(127, 76, 12) },
	  .help = "table of context entries of devices 10 to 1f" },
};

const struct record intel_sm_root_record = {
	.name = "Scalable-Mode Root Entry",
	.source = "Intel VT-d specification, section 9.2",
	.nr_bits = 128,
	FIELDS(sm_root_fields),
};

static const struct field context_fields[] = {
	{ "P", "p", FIELD_FLAG, BIT_AT(0), .help = "present; 0: DMA is blocked" },
	{ "FPD", "fpd", FIELD_FLAG, BIT_AT(1), .help = "faults are not recorded" },
	{ "TT", "tt", FIELD_NUMBER, BITS_AT(3, 2), NAMES(tt_names), .help = "what becomes of requests" },
	RESERVED_BITS(11, 4),
	{ "SSPTPTR", "ssptptr", FIELD_ADDRESS, { PIECE(63, 12, 12) }, .help = "second-stage page table" },
	{ "AW", "aw", FIELD_NUMBER, BITS_AT(66, 64), NAMES(aw_names), .help = "width of that table" },
	/* Linux up to 5.10 marks entries that a kdump kernel took over with bit 67. */
	IGNORED_BITS(70, 67),
	RESERVED_BITS(71, 71),
	{ "DID", "domain_id", FIELD_ID, BITS_AT(87, 72), .help = "tag of what the unit caches" },
	RESERVED_BITS(127, 88),
};

const struct record intel_context_record = {
	.name = "Context Entry",
	.source = "Intel VT-d specification, section 9.3",
	.nr_bits = 128,
	FIELDS(context_fields),
};

static const struct field sm_context_fields[] = {
	{ "P", "p", FIELD_FLAG, BIT_AT(0), .help = "present; 0: DMA is blocked" },
	{ "FPD", "fpd", FIELD_FLAG, BIT_AT(1), .help = "faults are not recorded" },
	{ "DTE", "dte", FIELD_FLAG, BIT_AT(2), .help = "device may use its own TLB (ATS)" },
	{ "PASIDE", "paside", FIELD_FLAG, BIT_AT(3), .help = "requests with a PASID are taken" },
	{ "PRE", "pre", FIELD_FLAG, BIT_AT(4), .help = "page requests are taken" },
	RESERVED_BITS(8, 5),
	{ "PDTS", "pdts", FIELD_NUMBER, BITS_AT(11, 9), NAMES(pdts_names),
	  .help = "size of the PASID directory" },
	{ "PASIDDIRPTR", "pasiddirptr", FIELD_ADDRESS, { PIECE(63, 12, 12) }, .help = "PASID directory" },
	{ "RID_PASID", "rid_pasid", FIELD_ID, BITS_AT(83, 64), .help = "PASID of requests without one" },
	{ "RID_PRIV", "rid_priv", FIELD_FLAG, BIT_AT(84), .help = "those requests are a supervisor's" },
	RESERVED_BITS(127, 85),
	RESERVED_BITS(191, 128),
	RESERVED_BITS(255, 192),
};

const struct record intel_sm_context_record = {
	.name = "Scalable-Mode Context Entry",
	.source = "Intel VT-d specification, section 9.4",
	.nr_bits = 256,
	FIELDS(sm_context_fields),
};

/* ---- root entries ---- */

static void decode_root(const struct record *record, const char *present, const char *pointer,
			const uint64_t *words, const struct intel_caps *caps, uint8_t not_present,
			uint8_t reserved, struct intel_root *ret)
{
	*ret = (struct intel_root){ .present = record_get(record, present, words) };
	if (!ret->present) {
		ret->reason = not_present;
		return;
	}
	ret->table = pa_of(record_get(record, pointer, words));
	intel_refuse_reserved(&ret->refusal, reserved, record, words);
	intel_refuse_wide_address(&ret->refusal, reserved, caps, record, pointer, words);
}

void intel_root_decode(const uint64_t words[INTEL_ROOT_WORDS], const struct intel_caps *caps,
		       struct intel_root *ret)
{
	decode_root(&intel_root_record, "p", "ctp", words, caps, ROOT_NOT_PRESENT, ROOT_RESERVED, ret);
}

void intel_sm_root_decode(const uint64_t words[INTEL_ROOT_WORDS], uint8_t devfn,
			  const struct intel_caps *caps, struct intel_root *ret)
{
	bool upper = devfn >= UPPER_HALF;
	/* The other half may be wrong without harm to this device. */
	const uint64_t half[INTEL_ROOT_WORDS] = { upper ? 0 : words[0], upper ? words[1] : 0 };

	decode_root(&intel_sm_root_record, upper ? "up" : "lp", upper ? "uctp" : "lctp", half, caps,
		    SM_ROOT_NOT_PRESENT, SM_ROOT_RESERVED, ret);
}

unsigned intel_context_index(uint8_t devfn)
{
	return devfn;
}

unsigned intel_sm_context_index(uint8_t devfn)
{
	return devfn % UPPER_HALF;
}

/* ---- context entry, legacy ---- */

static uint64_t context_field(const char *key, const uint64_t *words)
{
	return record_get(&intel_context_record, key, words);
}

static void refuse_type(const struct intel_caps *caps, unsigned tt, struct intel_refusal *ret)
{
	if (tt > TT_PASS)
		intel_refuse(ret, CONTEXT_INVALID, "TT is 3, which is reserved");
	else if (tt == TT_WITH_ATS && intel_lacks(caps, "dt"))
		intel_refuse(ret, CONTEXT_INVALID, "TT is 1, which is reserved on a unit with DT=0");
	else if (tt == TT_PASS && intel_lacks(caps, "pt"))
		intel_refuse(ret, CONTEXT_INVALID, "TT is 2, which is reserved on a unit with PT=0");
}

/* A passed request is held against the width too, which has to be the widest that the unit knows. */
static void refuse_width(const struct intel_caps *caps, unsigned tt, unsigned aw,
			 struct intel_refusal *ret)
{
	unsigned widest;

	intel_refuse_width(ret, CONTEXT_INVALID, caps, aw);
	if (tt == TT_PASS && intel_widest(caps, &widest) && aw != widest)
		intel_refuse(ret, PASS_BEYOND_WIDTH,
			     "AW is %u in a pass-through entry, where it must be the unit's widest, %u",
			     aw, widest);
}

static void refuse_context(const uint64_t *words, const struct intel_caps *caps, unsigned tt,
			   struct intel_context *ret)
{
	const struct record *r = &intel_context_record;

	intel_refuse_reserved(&ret->refusal, CONTEXT_RESERVED, r, words);
	intel_refuse_domain_id(&ret->refusal, CONTEXT_RESERVED, caps, ret->domain_id);
	if (tt != TT_PASS)
		intel_refuse_wide_address(&ret->refusal, CONTEXT_RESERVED, caps, r, "ssptptr", words);
	refuse_type(caps, tt, &ret->refusal);
	refuse_width(caps, tt, ret->aw, &ret->refusal);
}

void intel_context_decode(const uint64_t words[INTEL_CONTEXT_WORDS], const struct intel_caps *caps,
			  struct intel_context *ret)
{
	unsigned tt = (unsigned)context_field("tt", words);

	*ret = (struct intel_context){
		.silent = context_field("fpd", words),
		.aw = (uint8_t)context_field("aw", words),
		.domain_id = (uint16_t)context_field("domain_id", words),
	};
	if (!context_field("p", words)) {
		ret->state = DMA_BLOCKED;
		ret->why = "P=0";
		ret->reason = CONTEXT_NOT_PRESENT;
		return;
	}
	refuse_context(words, caps, tt, ret);
	ret->address_bits = (uint8_t)intel_width_bits(ret->aw);
	if (ret->refusal.refused) {
		ret->state = DMA_ILLEGAL;
		ret->reason = ret->refusal.reason;
		return;
	}
	ret->state = tt == TT_PASS ? DMA_PASSTHROUGH : DMA_TRANSLATED;
	ret->ats = tt == TT_WITH_ATS;
	if (ret->state == DMA_TRANSLATED) {
		ret->levels = (uint8_t)intel_width_levels(ret->aw);
		ret->root = pa_of(context_field("ssptptr", words));
	}
}

/* ---- context entry, scalable mode ---- */

/* A directory entry serves 64 PASIDs. */
#define PASIDS_A_TABLE 64u

static void refuse_sm_context(const uint64_t *words, const struct intel_caps *caps,
			      struct intel_sm_context *ret)
{
	const struct record *r = &intel_sm_context_record;

	intel_refuse_reserved(&ret->refusal, SM_CONTEXT_RESERVED, r, words);
	intel_refuse_wide_address(&ret->refusal, SM_CONTEXT_RESERVED, caps, r, "pasiddirptr", words);
	if (ret->plain_pasid >= ret->nr_pasids)
		intel_refuse(&ret->plain_refusal, SM_RID_PASID_INVALID,
			     "RID_PASID is 0x%x, and the directory ends at 0x%x", ret->plain_pasid,
			     ret->nr_pasids - 1);
}

void intel_sm_context_decode(const uint64_t words[INTEL_SM_CONTEXT_WORDS],
			     const struct intel_caps *caps, struct intel_sm_context *ret)
{
	const struct record *r = &intel_sm_context_record;

	*ret = (struct intel_sm_context){
		.present = record_get(r, "p", words),
		.silent = record_get(r, "fpd", words),
	};
	if (!ret->present)
		return;
	ret->ats = record_get(r, "dte", words);
	ret->pasids = record_get(r, "paside", words);
	ret->page_requests = record_get(r, "pre", words);
	ret->directory = pa_of(record_get(r, "pasiddirptr", words));
	ret->nr_pasids = PASIDS_A_TABLE << (record_get(r, "pdts", words) + 7);
	/* A unit without RPS takes PASID 0, whatever stands in the field. */
	if (!intel_lacks(caps, "rps"))
		ret->plain_pasid = (uint32_t)record_get(r, "rid_pasid", words);
	refuse_sm_context(words, caps, ret);
}
