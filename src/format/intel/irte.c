// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, sections 9.9 "Interrupt
 * Remapping Table Entry for Remapped Interrupts", 9.10 "... for Posted Interrupts", 9.11 "Posted Interrupt
 * Descriptor" and 5.1.2.2 "Interrupt Requests in Remappable Format" (revision 4.0 numbering).
 *
 * Checked against Linux, Xen, FreeBSD, QEMU, VirtualBox and NoirVisor; posted interrupts against Linux, Xen
 * and NoirVisor.
 */
#include "irte.h"

#include <stdio.h>

#define XAPIC_ID_AT 8 /* of an 8-bit destination in the field of 32 */

static const char *const dm_names[] = { "physical", "logical" };
static const char *const tm_names[] = { "edge", "level" };
static const char *const dlm_names[] = { "fixed", "lowest priority", "SMI",	 "reserved",
					 "NMI",	  "INIT",	     "reserved", "ExtINT" };
static const char *const im_names[] = { "remapped", "posted" };
static const char *const sq_names[] = { "every bit", "all but bit 2", "all but bits 2:1", "device alone" };
static const char *const svt_names[] = { "none", "source id", "bus range", "reserved" };

#define IRTE_SOURCE                                                                                \
	{ "SID", "source_id", FIELD_ID, BITS_AT(79, 64), .help = "who may use it" },               \
		{ "SQ", "sq", FIELD_NUMBER, BITS_AT(81, 80), NAMES(sq_names),                      \
		  .help = "which bits of the id are compared" },                                   \
		{ "SVT", "svt", FIELD_NUMBER, BITS_AT(83, 82), NAMES(svt_names),                   \
		  .help = "how the source is checked" }
#define IRTE_PRESENT                                                                               \
	{ "P", "p", FIELD_FLAG, BIT_AT(0), .help = "present; 0: the interrupt is blocked" },       \
		{ "FPD", "fpd", FIELD_FLAG, BIT_AT(1), .help = "faults are not recorded" }
#define IRTE_MODE                                                                                  \
	{ "IM", "im", FIELD_NUMBER, BIT_AT(15), NAMES(im_names), .help = "meaning of the entry" }

static const struct field irte_fields[] = {
	IRTE_PRESENT,
	{ "DM", "dm", FIELD_NUMBER, BIT_AT(2), NAMES(dm_names), .help = "destination mode" },
	{ "RH", "rh", FIELD_FLAG, BIT_AT(3), .help = "one of several CPUs may be picked" },
	{ "TM", "tm", FIELD_NUMBER, BIT_AT(4), NAMES(tm_names), .help = "trigger mode" },
	{ "DLM", "dlm", FIELD_NUMBER, BITS_AT(7, 5), NAMES(dlm_names), .help = "delivery" },
	{ "AVAIL", "avail", FIELD_ID, BITS_AT(11, 8), .help = "for software" },
	RESERVED_BITS(14, 12),
	IRTE_MODE,
	{ "V", "vector", FIELD_ID, BITS_AT(23, 16), .help = "of the interrupt" },
	RESERVED_BITS(31, 24),
	{ "DST", "dst", FIELD_ID, BITS_AT(63, 32), .help = "APIC id; one of 8 bits stands in 47:40" },
	IRTE_SOURCE,
	RESERVED_BITS(127, 84),
};

const struct record intel_irte_record = {
	.name = "Interrupt Remapping Table Entry, remapped",
	.source = "Intel VT-d specification, section 9.9",
	.nr_bits = 128,
	FIELDS(irte_fields),
};

static const struct field irte_posted_fields[] = {
	IRTE_PRESENT,
	RESERVED_BITS(7, 2),
	{ "AVAIL", "avail", FIELD_ID, BITS_AT(11, 8), .help = "for software" },
	RESERVED_BITS(13, 12),
	{ "URG", "urg", FIELD_FLAG, BIT_AT(14), .help = "notifies although SN is set" },
	IRTE_MODE,
	{ "VV", "vector", FIELD_ID, BITS_AT(23, 16), .help = "of the interrupt, in the guest" },
	RESERVED_BITS(37, 24),
	{ "PDA", "pda", FIELD_ADDRESS, { PIECE(63, 38, 6), PIECE(127, 96, 32) },
	  .help = "posted-interrupt descriptor" },
	IRTE_SOURCE,
	RESERVED_BITS(95, 84),
};

const struct record intel_irte_posted_record = {
	.name = "Interrupt Remapping Table Entry, posted",
	.source = "Intel VT-d specification, section 9.10",
	.nr_bits = 128,
	FIELDS(irte_posted_fields),
};

static const struct field pid_fields[] = {
	{ "PIR[63:0]", "pir0", FIELD_ADDRESS, BITS_AT(63, 0), .help = "vectors 00 to 3f that wait" },
	{ "PIR[127:64]", "pir1", FIELD_ADDRESS, BITS_AT(127, 64), .help = "vectors 40 to 7f that wait" },
	{ "PIR[191:128]", "pir2", FIELD_ADDRESS, BITS_AT(191, 128), .help = "vectors 80 to bf that wait" },
	{ "PIR[255:192]", "pir3", FIELD_ADDRESS, BITS_AT(255, 192), .help = "vectors c0 to ff that wait" },
	{ "ON", "on", FIELD_FLAG, BIT_AT(256), .help = "a notification is outstanding" },
	{ "SN", "sn", FIELD_FLAG, BIT_AT(257), .help = "notifications are suppressed" },
	RESERVED_BITS(271, 258),
	{ "NV", "nv", FIELD_ID, BITS_AT(279, 272), .help = "vector of the notification" },
	RESERVED_BITS(287, 280),
	{ "NDST", "ndst", FIELD_ID, BITS_AT(319, 288), .help = "APIC id; one of 8 bits stands in 303:296" },
	RESERVED_BITS(383, 320),
	RESERVED_BITS(447, 384),
	RESERVED_BITS(511, 448),
};

const struct record intel_pid_record = {
	.name = "Posted Interrupt Descriptor",
	.source = "Intel VT-d specification, section 9.11",
	.nr_bits = 512,
	FIELDS(pid_fields),
};

/* The APIC id in a field that holds one of either size, and where else a bit is set when it is of 8. */
static uint32_t apic_id(uint64_t field, bool x2apic, uint64_t *beside)
{
	const uint64_t mask = 0xffULL << XAPIC_ID_AT;

	*beside = x2apic ? 0 : field & ~mask;
	return (uint32_t)(x2apic ? field : (field & mask) >> XAPIC_ID_AT);
}

static int first_bad(int bad_bit, uint64_t beside, unsigned field_at)
{
	int other = beside ? (int)field_at + __builtin_ctzll(beside) : -1;

	if (bad_bit < 0 || (other >= 0 && other < bad_bit))
		return other;
	return bad_bit;
}

#define SVT_NONE      0
#define SVT_SOURCE    1
#define SVT_BUS_RANGE 2
#define DST_AT	      32
#define NDST_AT	      288

void intel_irte_decode(const uint64_t words[INTEL_IRTE_WORDS], bool x2apic, struct intel_irte *ret)
{
	bool posted;
	const struct record *r;
	uint64_t beside = 0;

	/* Of 65,536 entries all but some are empty, and a listing goes through all. */
	if (!words[0] && !words[1]) {
		*ret = (struct intel_irte){ .record = &intel_irte_record, .delivery = dlm_names[0], .bad_bit = -1 };
		return;
	}
	posted = record_get(&intel_irte_record, "im", words);
	r = posted ? &intel_irte_posted_record : &intel_irte_record;
	*ret = (struct intel_irte){
		.record = r,
		.present = record_get(r, "p", words),
		.silent = record_get(r, "fpd", words),
		.posted = posted,
		.vector = (uint8_t)record_get(r, "vector", words),
		.source_id = (uint16_t)record_get(r, "source_id", words),
		.checks_source = record_get(r, "svt", words) != SVT_NONE,
		.bad_bit = -1,
	};
	ret->has_source = record_get(r, "svt", words) == SVT_SOURCE || (!ret->checks_source && ret->source_id);
	if (posted) {
		ret->urgent = record_get(r, "urg", words);
		ret->descriptor = pa_of(record_get(r, "pda", words));
	} else {
		ret->logical = record_get(r, "dm", words);
		ret->redirected = record_get(r, "rh", words);
		ret->level = record_get(r, "tm", words);
		ret->delivery = dlm_names[record_get(r, "dlm", words)];
		ret->destination = apic_id(record_get(r, "dst", words), x2apic, &beside);
	}
	if (!ret->present)
		return;
	ret->bad_bit = first_bad(record_reserved_bit(r, words), beside, DST_AT);
	ret->bad_source = record_get(r, "svt", words) > SVT_BUS_RANGE;
}

/* ---- the check of the source ---- */

/* Bits of a function's number that SQ leaves out of the comparison. */
static uint16_t ignored_bits(const uint64_t *words)
{
	static const uint16_t by_sq[] = { 0, 4, 6, 7 };

	return by_sq[record_get(&intel_irte_record, "sq", words)];
}

bool intel_irte_accepts(const uint64_t words[INTEL_IRTE_WORDS], uint16_t source_id)
{
	uint16_t sid = (uint16_t)record_get(&intel_irte_record, "source_id", words);
	unsigned bus = source_id >> 8;

	switch (record_get(&intel_irte_record, "svt", words)) {
	case SVT_NONE:
		return true;
	case SVT_SOURCE:
		return !((source_id ^ sid) & (0xffff & ~ignored_bits(words)));
	case SVT_BUS_RANGE:
		return bus >= (unsigned)sid >> 8 && bus <= (sid & 0xff);
	}
	return false;
}

const char *intel_irte_source_words(const uint64_t words[INTEL_IRTE_WORDS], char *buf, unsigned size)
{
	uint16_t sid = (uint16_t)record_get(&intel_irte_record, "source_id", words);
	uint16_t ignored = ignored_bits(words);

	switch (record_get(&intel_irte_record, "svt", words)) {
	case SVT_NONE:
		snprintf(buf, size, "anyone");
		break;
	case SVT_SOURCE:
		if (!ignored)
			snprintf(buf, size, "only %02x:%02x.%x", sid >> 8, sid >> 3 & 0x1f, sid & 7);
		else
			snprintf(buf, size, "functions of %02x:%02x that are %x but for bits %x", sid >> 8,
				 sid >> 3 & 0x1f, sid & 7 & ~ignored, ignored);
		break;
	case SVT_BUS_RANGE:
		snprintf(buf, size, "buses %02x to %02x", sid >> 8, sid & 0xff);
		break;
	default:
		snprintf(buf, size, "nobody: SVT is 3, which is reserved");
	}
	return buf;
}

/* ---- messages ---- */

#define MSI_BASE       0xfee
#define MSI_BASE_AT    20
#define FORMAT_BIT     4
#define SHV_BIT	       3
#define INDEX_HIGH_BIT 2
#define INDEX_AT       5
#define INDEX_LOW_BITS 15

bool intel_msi_index(uint64_t address, uint32_t data, uint32_t *ret)
{
	uint32_t index = (uint32_t)(address >> INDEX_AT & ((1u << INDEX_LOW_BITS) - 1)) |
			 (uint32_t)(address >> INDEX_HIGH_BIT & 1) << INDEX_LOW_BITS;
	bool has_sub_handle = address >> SHV_BIT & 1;

	if (address >> MSI_BASE_AT != MSI_BASE || !(address >> FORMAT_BIT & 1))
		return false;
	if (has_sub_handle && data >> 16)
		return false;
	*ret = index + (has_sub_handle ? data : 0);
	return true;
}

/* ---- posted-interrupt descriptors ---- */

void intel_pid_decode(const uint64_t words[INTEL_PID_WORDS], bool x2apic, struct intel_pid *ret)
{
	const struct record *r = &intel_pid_record;
	uint64_t beside;

	*ret = (struct intel_pid){
		.outstanding = record_get(r, "on", words),
		.suppressed = record_get(r, "sn", words),
		.vector = (uint8_t)record_get(r, "nv", words),
		.destination = apic_id(record_get(r, "ndst", words), x2apic, &beside),
	};
	ret->bad_bit = first_bad(record_reserved_bit(r, words), beside, NDST_AT);
	for (unsigned i = 0; i < 4; i++)
		ret->nr_pending += (unsigned)__builtin_popcountll(words[i]);
}
