// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, section 2.4
 * "Commands": 16-byte entries, opcode in bits 63:60.
 *
 * The specification's text was not at hand. Opcodes 1 to 8 were checked against two or more
 * implementations (Xen, VirtualBox, FreeBSD, Linux); 9 and 10 (virtual IOMMU) stand on FreeBSD's
 * header, their opcodes on a second source. The PASID pieces of opcode 4 are FreeBSD's and Linux's.
 */
#include "log.h"

#include <inttypes.h>
#include <stdio.h>

#define OPCODE { "Opcode", "opcode", FIELD_ID, BITS_AT(63, 60), .help = "what to do" }
#define DEVICE { "DeviceID", "device_id", FIELD_ID, BITS_AT(15, 0), .help = "of which device" }
#define SIZE_BIT { "S", "s", FIELD_FLAG, BIT_AT(64), .help = "the address encodes a size" }
#define GUEST_BIT { "GN", "gn", FIELD_FLAG, BIT_AT(66), .help = "guest address, with a PASID" }
#define ADDRESS                                                                                    \
	{                                                                                          \
		"Address", "address", FIELD_ADDRESS, { PIECE(127, 76, 12) },                       \
			.help = "with the size below it when S"                                    \
	}

#define COMMAND_RECORD(variable, spelled, table)                                                   \
	const struct record variable = {                                                           \
		.name = spelled,                                                                   \
		.source = "AMD IOMMU specification 48882, section 2.4",                            \
		.nr_bits = 128,                                                                    \
		FIELDS(table),                                                                     \
	}

static const struct field completion_wait_fields[] = {
	{ "S", "s", FIELD_FLAG, BIT_AT(0), .help = "store the data" },
	{ "I", "i", FIELD_FLAG, BIT_AT(1), .help = "interrupt" },
	{ "F", "f", FIELD_FLAG, BIT_AT(2), .help = "wait for all commands before" },
	{ "StoreAddress", "store_address", FIELD_ADDRESS, { PIECE(51, 3, 3) },
	  .help = "physical, where the data goes", .physical = true },
	RESERVED_BITS(59, 52),
	OPCODE,
	{ "StoreData", "store_data", FIELD_ADDRESS, { PIECE(127, 64, 0) }, .help = "what is stored" },
};
COMMAND_RECORD(amd_command_completion_wait_record, "COMPLETION_WAIT", completion_wait_fields);

static const struct field invalidate_dte_fields[] = {
	DEVICE,
	RESERVED_BITS(59, 16),
	OPCODE,
	RESERVED_BITS(127, 64),
};
COMMAND_RECORD(amd_command_invalidate_dte_record, "INVALIDATE_DEVTAB_ENTRY",
	       invalidate_dte_fields);

static const struct field invalidate_pages_fields[] = {
	{ "PASID", "pasid", FIELD_ID, BITS_AT(19, 0), .help = "when GN" },
	RESERVED_BITS(31, 20),
	{ "DomainID", "domain_id", FIELD_ID, BITS_AT(47, 32), .help = "whose pages" },
	RESERVED_BITS(59, 48),
	OPCODE,
	SIZE_BIT,
	{ "PDE", "pde", FIELD_FLAG, BIT_AT(65), .help = "directory entries too" },
	GUEST_BIT,
	RESERVED_BITS(75, 67),
	ADDRESS,
};
COMMAND_RECORD(amd_command_invalidate_pages_record, "INVALIDATE_IOMMU_PAGES",
	       invalidate_pages_fields);

static const struct field invalidate_iotlb_fields[] = {
	DEVICE,
	{ "PASID", "pasid", FIELD_ID, { PIECE(55, 48, 0), PIECE(23, 16, 8), PIECE(59, 56, 16) },
	  .help = "when GN" },
	{ "Maxpend", "maxpend", FIELD_NUMBER, BITS_AT(31, 24), .help = "invalidations in flight" },
	{ "QueueID", "queue_id", FIELD_ID, BITS_AT(47, 32), .help = "queue of the device" },
	OPCODE,
	SIZE_BIT,
	RESERVED_BITS(65, 65),
	GUEST_BIT,
	RESERVED_BITS(67, 67),
	{ "Type", "type", FIELD_NUMBER, BITS_AT(69, 68), .help = "0: default" },
	RESERVED_BITS(75, 70),
	ADDRESS,
};
COMMAND_RECORD(amd_command_invalidate_iotlb_record, "INVALIDATE_IOTLB_PAGES",
	       invalidate_iotlb_fields);

static const struct field invalidate_irt_fields[] = {
	DEVICE,
	RESERVED_BITS(59, 16),
	OPCODE,
	RESERVED_BITS(127, 64),
};
COMMAND_RECORD(amd_command_invalidate_irt_record, "INVALIDATE_INTERRUPT_TABLE",
	       invalidate_irt_fields);

static const struct field prefetch_fields[] = {
	DEVICE,
	RESERVED_BITS(23, 16),
	{ "PFCount", "pf_count", FIELD_NUMBER, BITS_AT(31, 24), .help = "translations to fetch" },
	{ "PASID", "pasid", FIELD_ID, BITS_AT(51, 32), .help = "when GN" },
	RESERVED_BITS(59, 52),
	OPCODE,
	SIZE_BIT,
	RESERVED_BITS(65, 65),
	GUEST_BIT,
	RESERVED_BITS(67, 67),
	{ "Inval", "inval", FIELD_FLAG, BIT_AT(68), .help = "invalidate first" },
	RESERVED_BITS(75, 69),
	ADDRESS,
};
COMMAND_RECORD(amd_command_prefetch_record, "PREFETCH_IOMMU_PAGES", prefetch_fields);

static const struct field complete_ppr_fields[] = {
	DEVICE,
	RESERVED_BITS(31, 16),
	{ "PASID", "pasid", FIELD_ID, BITS_AT(51, 32), .help = "of the request" },
	RESERVED_BITS(59, 52),
	OPCODE,
	RESERVED_BITS(65, 64),
	GUEST_BIT,
	RESERVED_BITS(95, 67),
	{ "CompletionTag", "completion_tag", FIELD_ID, BITS_AT(111, 96),
	  .help = "104:96 tag, 111:108 response" },
	RESERVED_BITS(127, 112),
};
COMMAND_RECORD(amd_command_complete_ppr_record, "COMPLETE_PPR_REQUEST", complete_ppr_fields);

static const struct field invalidate_all_fields[] = {
	RESERVED_BITS(59, 0),
	OPCODE,
	RESERVED_BITS(127, 64),
};
COMMAND_RECORD(amd_command_invalidate_all_record, "INVALIDATE_IOMMU_ALL", invalidate_all_fields);

static const struct field guest_event_fields[] = {
	RESERVED_BITS(31, 0),
	{ "GuestID", "guest_id", FIELD_ID, BITS_AT(47, 32), .help = "whose log" },
	RESERVED_BITS(59, 48),
	OPCODE,
	RESERVED_BITS(127, 64),
};
COMMAND_RECORD(amd_command_guest_event_record, "INSERT_GUEST_EVENT", guest_event_fields);

static const struct field reset_vmmio_fields[] = {
	{ "GuestID", "guest_id", FIELD_ID, BITS_AT(15, 0), .help = "whose registers" },
	RESERVED_BITS(26, 16),
	{ "All", "all", FIELD_FLAG, BIT_AT(27), .help = "of all guests" },
	RESERVED_BITS(30, 28),
	{ "vCmd", "vcmd", FIELD_FLAG, BIT_AT(31), .help = "the command buffer's" },
	RESERVED_BITS(59, 32),
	OPCODE,
	RESERVED_BITS(127, 64),
};
COMMAND_RECORD(amd_command_reset_vmmio_record, "RESET_VMMIO", reset_vmmio_fields);

static const struct record *const by_opcode[16] = {
	[1] = &amd_command_completion_wait_record,  [2] = &amd_command_invalidate_dte_record,
	[3] = &amd_command_invalidate_pages_record, [4] = &amd_command_invalidate_iotlb_record,
	[5] = &amd_command_invalidate_irt_record,   [6] = &amd_command_prefetch_record,
	[7] = &amd_command_complete_ppr_record,	    [8] = &amd_command_invalidate_all_record,
	[9] = &amd_command_guest_event_record,	    [10] = &amd_command_reset_vmmio_record,
};

const struct record *amd_command_record(const uint64_t words[2])
{
	return by_opcode[amd_log_code(words)];
}

static unsigned devid(const struct record *record, const uint64_t *words)
{
	return (unsigned)record_get(record, "device_id", words);
}

/* S=1: one more than the run of ones from bit 12 up is the size; all ones is everything. */
static void range_words(const struct record *record, const uint64_t *words, char *buf,
			unsigned size)
{
	uint64_t address = record_get(record, "address", words) | 0xfff;
	unsigned lg2;

	if (!record_get(record, "s", words)) {
		snprintf(buf, size, "page %" PRIx64, record_get(record, "address", words));
		return;
	}
	lg2 = (~address & (UINT64_MAX >> 1)) ? 1 + (unsigned)__builtin_ctzll(~address) : 64;
	if (lg2 >= 63)
		snprintf(buf, size, "all pages");
	else
		snprintf(buf, size, "%" PRIx64 " and 2^%u bytes on", (uint64_t)(address & ~((1ULL << lg2) - 1)),
			 lg2);
}

const char *amd_command_summary(const uint64_t words[2], char *buf, unsigned size)
{
	const struct record *r = amd_command_record(words);
	char range[64];

	buf[0] = '\0';
	if (!r) {
		snprintf(buf, size, "an opcode that no specification at hand has");
	} else if (r == &amd_command_completion_wait_record) {
		snprintf(buf, size, "store %" PRIx64 " at %" PRIx64, record_get(r, "store_data", words),
			 record_get(r, "store_address", words));
	} else if (r == &amd_command_invalidate_pages_record) {
		range_words(r, words, range, sizeof(range));
		snprintf(buf, size, "%s of domain 0x%x", range,
			 (unsigned)record_get(r, "domain_id", words));
	} else if (r == &amd_command_invalidate_iotlb_record) {
		range_words(r, words, range, sizeof(range));
		snprintf(buf, size, "%s of device %02x:%02x.%x", range, devid(r, words) >> 8,
			 devid(r, words) >> 3 & 31, devid(r, words) & 7);
	} else if (record_field(r, "device_id")) {
		snprintf(buf, size, "of device %02x:%02x.%x", devid(r, words) >> 8,
			 devid(r, words) >> 3 & 31, devid(r, words) & 7);
	}
	return buf;
}
