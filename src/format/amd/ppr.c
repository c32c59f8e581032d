// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, sections 2.6 "PPR
 * Log" and 2.8 "Guest Virtual APIC Log". Stands on Linux alone; the width of PPRtag on a second
 * source.
 */
#include "log.h"

#include <stdio.h>

static const struct field ppr_fields[] = {
	{ "DeviceID", "device_id", FIELD_ID, BITS_AT(15, 0), .help = "who asks" },
	{ "PASID", "pasid", FIELD_ID, { PIECE(31, 16, 0), PIECE(45, 42, 16) },
	  .help = "process address space" },
	{ "PPRtag", "ppr_tag", FIELD_ID, BITS_AT(40, 32), .help = "index of the page request group" },
	{ "L", "last", FIELD_FLAG, BIT_AT(41), .help = "last of its group" },
	RESERVED_BITS(48, 46),
	{ "NX", "nx", FIELD_FLAG, BIT_AT(49), .help = "execution is wanted" },
	{ "Rd", "rd", FIELD_FLAG, BIT_AT(50), .help = "reading is wanted" },
	RESERVED_BITS(52, 51),
	{ "RW", "rw", FIELD_FLAG, BIT_AT(53), .help = "writing is wanted" },
	{ "US", "us", FIELD_FLAG, BIT_AT(54), .help = "1: user" },
	{ "RZ", "rz", FIELD_FLAG, BIT_AT(55), .help = "the request is malformed" },
	{ "GN", "gn", FIELD_FLAG, BIT_AT(56), .help = "guest address, with a PASID" },
	RESERVED_BITS(59, 57),
	{ "PPRCode", "code", FIELD_ID, BITS_AT(63, 60), .help = "1: page service request" },
	RESERVED_BITS(75, 64),
	{ "Address", "address", FIELD_ADDRESS, { PIECE(127, 76, 12) }, .help = "the page" },
};

const struct record amd_ppr_page_request_record = {
	.name = "PAGE_SERVICE_REQUEST",
	.source = "AMD IOMMU specification 48882, section 2.6",
	.nr_bits = 128,
	.unnamed = UNNAMED_BITS,
	FIELDS(ppr_fields),
};

static const struct field ga_log_fields[] = {
	{ "GATag", "ga_tag", FIELD_ID, BITS_AT(31, 0), .help = "names the VM and the vCPU" },
	{ "DeviceID", "device_id", FIELD_ID, BITS_AT(47, 32), .help = "whose interrupt" },
	RESERVED_BITS(59, 48),
	{ "GACode", "code", FIELD_ID, BITS_AT(63, 60), .help = "1: the vCPU does not run" },
};

const struct record amd_ga_log_not_running_record = {
	.name = "GUEST_NR",
	.source = "AMD IOMMU specification 48882, section 2.8",
	.nr_bits = 64,
	.unnamed = UNNAMED_BITS,
	FIELDS(ga_log_fields),
};

const struct record *amd_ppr_record(const uint64_t words[2])
{
	return amd_log_code(words) == 1 ? &amd_ppr_page_request_record : NULL;
}

const struct record *amd_ga_log_record(const uint64_t words[1])
{
	return amd_log_code(words) == 1 ? &amd_ga_log_not_running_record : NULL;
}

/* "read and write" */
static const char *access_words(const uint64_t *words)
{
	static const char *const all[2][2] = { { "", "write" }, { "read", "read and write" } };
	const struct record *r = &amd_ppr_page_request_record;

	return all[record_get(r, "rd", words)][record_get(r, "rw", words)];
}

const char *amd_ppr_summary(const uint64_t words[2], char *buf, unsigned size)
{
	const struct record *r = amd_ppr_record(words);
	char pasid[32] = "";

	if (!r) {
		snprintf(buf, size, "a code that no specification at hand has");
		return buf;
	}
	if (record_get(r, "gn", words))
		snprintf(pasid, sizeof(pasid), " in PASID 0x%x",
			 (unsigned)record_get(r, "pasid", words));
	snprintf(buf, size, "%s asks for %s%s%s, group 0x%x%s%s",
		 record_get(r, "us", words) ? "user" : "supervisor", access_words(words),
		 record_get(r, "nx", words) ? " and execution" : "", pasid,
		 (unsigned)record_get(r, "ppr_tag", words),
		 record_get(r, "last", words) ? ", the last of it" : "",
		 record_get(r, "rz", words) ? "; malformed" : "");
	return buf;
}

const char *amd_ga_log_summary(const uint64_t words[1], char *buf, unsigned size)
{
	const struct record *r = amd_ga_log_record(words);

	if (!r)
		snprintf(buf, size, "a code that no specification at hand has");
	else
		snprintf(buf, size, "did not run: GA tag 0x%x",
			 (unsigned)record_get(r, "ga_tag", words));
	return buf;
}
