// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, section 7.4.1 "Page Request
 * Descriptor" (revision 4.0 numbering). Checked against Linux and QEMU.
 */
#include "queue.h"

#include <inttypes.h>
#include <stdio.h>

#define PAGE_REQUEST 1

static const struct field page_request_fields[] = {
	{ "Type", "type", FIELD_ID, BITS_AT(7, 0), .help = "1: page request" },
	{ "PP", "pp", FIELD_FLAG, BIT_AT(8), .help = "the request has a PASID" },
	{ "PDP", "pdp", FIELD_FLAG, BIT_AT(9), .help = "private data; reserved later" },
	RESERVED_BITS(15, 10),
	{ "RID", "source_id", FIELD_ID, BITS_AT(31, 16), .help = "who asks" },
	{ "PASID", "pasid", FIELD_ID, BITS_AT(51, 32), .help = "process address space, when PP" },
	{ "EXR", "exr", FIELD_FLAG, BIT_AT(52), .help = "execution is wanted" },
	{ "PMR", "pmr", FIELD_FLAG, BIT_AT(53), .help = "as supervisor" },
	RESERVED_BITS(63, 54),
	{ "RD", "rd", FIELD_FLAG, BIT_AT(64), .help = "reading is wanted" },
	{ "WR", "wr", FIELD_FLAG, BIT_AT(65), .help = "writing is wanted" },
	{ "LPIG", "lpig", FIELD_FLAG, BIT_AT(66), .help = "last of its group" },
	{ "PRGI", "prgi", FIELD_ID, BITS_AT(75, 67), .help = "group" },
	{ "ADDR", "address", FIELD_ADDRESS, { PIECE(127, 76, 12) }, .help = "the page" },
	IGNORED_BITS(191, 128),
	IGNORED_BITS(255, 192),
};

const struct record intel_page_request_record = {
	.name = "Page Request",
	.source = "Intel VT-d specification, section 7.4.1",
	.nr_bits = 256,
	FIELDS(page_request_fields),
};

unsigned intel_prq_type(const uint64_t *words)
{
	return (unsigned)record_get(&intel_page_request_record, "type", words);
}

const struct record *intel_prq_record(const uint64_t *words)
{
	return intel_prq_type(words) == PAGE_REQUEST ? &intel_page_request_record : NULL;
}

bool intel_prq_is_stop_marker(const uint64_t *words)
{
	const struct record *r = &intel_page_request_record;

	return record_get(r, "lpig", words) && !record_get(r, "rd", words) &&
	       !record_get(r, "wr", words);
}

static const char *access_words(const uint64_t *words)
{
	static const char *const all[2][2] = { { "nothing", "write" }, { "read", "read and write" } };
	const struct record *r = &intel_page_request_record;

	return all[record_get(r, "rd", words)][record_get(r, "wr", words)];
}

const char *intel_prq_summary(const uint64_t *words, char *buf, unsigned size)
{
	const struct record *r = intel_prq_record(words);
	char pasid[32] = "";
	bool last;

	if (!r) {
		snprintf(buf, size, "a type that no specification at hand has");
		return buf;
	}
	if (record_get(r, "pp", words))
		snprintf(pasid, sizeof(pasid), " in PASID 0x%x",
			 (unsigned)record_get(r, "pasid", words));
	last = record_get(r, "lpig", words);
	if (intel_prq_is_stop_marker(words)) {
		snprintf(buf, size, "stop marker%s", pasid);
		return buf;
	}
	snprintf(buf, size, "%s asks for %s%s%s, group 0x%x%s",
		 record_get(r, "pmr", words) ? "supervisor" : "user", access_words(words),
		 record_get(r, "exr", words) ? " and execution" : "", pasid,
		 (unsigned)record_get(r, "prgi", words), last ? ", the last of it" : "");
	return buf;
}
