// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, section 2.5 "Event
 * Logging": 16-byte entries, code in bits 63:60.
 *
 * The specification's text was not at hand. Codes 1 to 8 were checked against two or more
 * implementations (VirtualBox, illumos, Xen, FreeBSD, Linux). One source alone stands behind: the
 * flags of 0x9 (Linux), 0xA (VirtualBox), 0xB and 0xC (a Linux RFC), 0xD and 0xE (Linux), and the
 * upper PASID bits of 0x4. Bits without a confirmed name are "reserved" here. That the address of an
 * interrupt has the message's data in it, see amd_event_irq_index(), is told by published logs alone.
 */
#include "log.h"

#include <inttypes.h>
#include <stdio.h>

#define CODE { "EventCode", "code", FIELD_ID, BITS_AT(63, 60), .help = "what happened" }
#define DEVICE { "DeviceID", "device_id", FIELD_ID, BITS_AT(15, 0), .help = "who asked" }
#define PASID_SPLIT                                                                                \
	{                                                                                          \
		"PASID", "pasid", FIELD_ID, { PIECE(47, 32, 0), PIECE(19, 16, 16) },               \
			.help = "process address space"                                            \
	}
#define DOMAIN { "DomainID", "domain_id", FIELD_ID, BITS_AT(47, 32), .help = "of the device" }
#define ADDRESS_ALL                                                                                \
	{                                                                                          \
		"Address", "address", FIELD_ADDRESS, { PIECE(127, 64, 0) },                        \
			.help = "that was asked for"                                               \
	}
#define V_FLAGS                                                                                    \
	{                                                                                          \
		"vFlags", "v_flags", FIELD_ID, BITS_AT(31, 27),                                    \
			.help = "virtualised structure; reserved before"                           \
	}
#define GN { "GN", "gn", FIELD_FLAG, BIT_AT(48), .help = "1: guest address, with a PASID" }
#define IS_INTERRUPT { "I", "i", FIELD_FLAG, BIT_AT(51), .help = "1: an interrupt request" }
#define IS_WRITE { "RW", "rw", FIELD_FLAG, BIT_AT(53), .help = "0: read, 1: write" }
#define IS_TRANSLATION { "TR", "tr", FIELD_FLAG, BIT_AT(56), .help = "1: ATS translation request" }
#define ERROR_TYPE                                                                                 \
	{                                                                                          \
		"Type", "type", FIELD_NUMBER, BITS_AT(58, 57), NAMES(error_types),                 \
			.help = "how the access failed"                                            \
	}

static const char *const error_types[] = { "reserved", "master abort", "target abort",
					   "data error" };

#define EVENT_RECORD(variable, spelled, table)                                                     \
	const struct record variable = {                                                           \
		.name = spelled,                                                                   \
		.source = "AMD IOMMU specification 48882, section 2.5",                            \
		.nr_bits = 128,                                                                    \
		.unnamed = UNNAMED_BITS,                                                           \
		FIELDS(table),                                                                     \
	}

static const struct field illegal_dte_fields[] = {
	DEVICE,
	PASID_SPLIT,
	RESERVED_BITS(26, 20),
	V_FLAGS,
	GN,
	RESERVED_BITS(50, 49),
	IS_INTERRUPT,
	RESERVED_BITS(52, 52),
	IS_WRITE,
	RESERVED_BITS(54, 54),
	{ "RZ", "rz", FIELD_FLAG, BIT_AT(55), .help = "1: a reserved bit is set; 0: a bad encoding" },
	IS_TRANSLATION,
	RESERVED_BITS(59, 57),
	CODE,
	RESERVED_BITS(65, 64),
	{ "Address", "address", FIELD_ADDRESS, { PIECE(127, 66, 2) }, .help = "that was asked for" },
};
EVENT_RECORD(amd_event_illegal_dte_record, "ILLEGAL_DEV_TABLE_ENTRY", illegal_dte_fields);

#define PAGE_FAULT_FLAGS                                                                           \
	GN, { "NX", "nx", FIELD_FLAG, BIT_AT(49), .help = "execution was asked for" },             \
		{ "US", "us", FIELD_FLAG, BIT_AT(50), .help = "1: user, 0: supervisor" },          \
		IS_INTERRUPT,                                                                      \
		{ "PR", "pr", FIELD_FLAG, BIT_AT(52),                                              \
		  .help = "1: the page (or interrupt entry) is present" },                         \
		IS_WRITE,                                                                          \
		{ "PE", "pe", FIELD_FLAG, BIT_AT(54), .help = "1: permission is missing" },        \
		{ "RZ", "rz", FIELD_FLAG, BIT_AT(55), .help = "1: a reserved bit is set" },        \
		IS_TRANSLATION, RESERVED_BITS(59, 57), CODE, ADDRESS_ALL

static const struct field page_fault_fields[] = {
	DEVICE, RESERVED_BITS(26, 16), V_FLAGS, DOMAIN, PAGE_FAULT_FLAGS,
};
EVENT_RECORD(amd_event_page_fault_record, "IO_PAGE_FAULT", page_fault_fields);

static const struct field guest_page_fault_fields[] = {
	DEVICE, PASID_SPLIT, RESERVED_BITS(26, 20), V_FLAGS, PAGE_FAULT_FLAGS,
};
EVENT_RECORD(amd_event_guest_page_fault_record, "IO_PAGE_FAULT", guest_page_fault_fields);

static const struct field dev_tab_error_fields[] = {
	DEVICE,
	RESERVED_BITS(26, 16),
	V_FLAGS,
	RESERVED_BITS(50, 32),
	IS_INTERRUPT,
	RESERVED_BITS(52, 52),
	IS_WRITE,
	RESERVED_BITS(55, 54),
	IS_TRANSLATION,
	ERROR_TYPE,
	RESERVED_BITS(59, 59),
	CODE,
	RESERVED_BITS(67, 64),
	{ "Address", "address", FIELD_ADDRESS, { PIECE(127, 68, 4) },
	  .help = "physical, of the device table entry", .physical = true },
};
EVENT_RECORD(amd_event_dev_tab_error_record, "DEV_TAB_HARDWARE_ERROR", dev_tab_error_fields);

static const struct field page_tab_error_fields[] = {
	DEVICE,
	{ "PASIDHi", "pasid_hi", FIELD_ID, BITS_AT(19, 16), .help = "PASID 19:16, when GN" },
	RESERVED_BITS(26, 20),
	V_FLAGS,
	{ "DomainID/PASID", "domain_id_or_pasid", FIELD_ID, BITS_AT(47, 32),
	  .help = "GN=0: domain id, GN=1: PASID 15:0" },
	GN,
	RESERVED_BITS(50, 49),
	IS_INTERRUPT,
	RESERVED_BITS(52, 52),
	IS_WRITE,
	RESERVED_BITS(55, 54),
	IS_TRANSLATION,
	ERROR_TYPE,
	RESERVED_BITS(59, 59),
	CODE,
	RESERVED_BITS(66, 64),
	{ "Address", "address", FIELD_ADDRESS, { PIECE(127, 67, 3) },
	  .help = "physical, of the page table entry", .physical = true },
};
EVENT_RECORD(amd_event_page_tab_error_record, "PAGE_TAB_HARDWARE_ERROR", page_tab_error_fields);

static const struct field illegal_command_fields[] = {
	RESERVED_BITS(59, 0),
	CODE,
	RESERVED_BITS(67, 64),
	{ "Address", "address", FIELD_ADDRESS, { PIECE(127, 68, 4) },
	  .help = "physical, of the command", .physical = true },
};
EVENT_RECORD(amd_event_illegal_command_record, "ILLEGAL_COMMAND_ERROR", illegal_command_fields);

static const struct field command_error_fields[] = {
	RESERVED_BITS(56, 0),
	ERROR_TYPE,
	RESERVED_BITS(59, 59),
	CODE,
	RESERVED_BITS(67, 64),
	{ "Address", "address", FIELD_ADDRESS, { PIECE(127, 68, 4) },
	  .help = "physical, that could not be accessed", .physical = true },
};
EVENT_RECORD(amd_event_command_error_record, "COMMAND_HARDWARE_ERROR", command_error_fields);

static const struct field iotlb_timeout_fields[] = {
	DEVICE,
	RESERVED_BITS(59, 16),
	CODE,
	RESERVED_BITS(67, 64),
	{ "Address", "address", FIELD_ADDRESS, { PIECE(127, 68, 4) },
	  .help = "physical, of the invalidation command", .physical = true },
};
EVENT_RECORD(amd_event_iotlb_timeout_record, "IOTLB_INV_TIMEOUT", iotlb_timeout_fields);

static const char *const invalid_request_types[] = {
	"read or non-posted write in the interrupt range",
	"pre-translated request of a device without ATS or a valid entry",
	"port I/O while IoCtl is abort",
	("posted write to the system management range that SysMgt forbids, or to the reserved "
	"HyperTransport ATS range"),
	("read or non-posted write in the system management range or the reserved HyperTransport ATS "
	"range"),
	"posted write to the interrupt range while IntCtl is abort",
	"posted write to a reserved part of the interrupt range",
	"port I/O or system management access while the entry blocks translation",
};

static const char *const invalid_translation_types[] = {
	("translation request (ATS) of a device without ATS, or whose entry is not valid or blocks "
	"translation"),
	"translation request (ATS) in the interrupt, port I/O or system management range",
	"reserved", "reserved", "reserved", "reserved", "reserved", "reserved",
};

#define INVALID_DEVICE_FIELDS(types)                                                               \
	DEVICE, PASID_SPLIT, RESERVED_BITS(31, 20), GN,                                            \
		{ "US", "us", FIELD_FLAG, BIT_AT(49), .help = "1: user, 0: supervisor" },          \
		RESERVED_BITS(55, 50), IS_TRANSLATION,                                             \
		{ "Type", "type", FIELD_NUMBER, BITS_AT(59, 57), NAMES(types),                     \
		  .help = "what was wrong with it" },                                              \
		CODE, ADDRESS_ALL

static const struct field invalid_device_fields[] = { INVALID_DEVICE_FIELDS(invalid_request_types) };
EVENT_RECORD(amd_event_invalid_device_record, "INVALID_DEVICE_REQUEST", invalid_device_fields);

/* TR=1: the values of Type mean something else. */
static const struct field invalid_translation_fields[] = {
	INVALID_DEVICE_FIELDS(invalid_translation_types)
};
EVENT_RECORD(amd_event_invalid_translation_record, "INVALID_DEVICE_REQUEST",
	     invalid_translation_fields);

static const struct field invalid_ppr_fields[] = {
	DEVICE,
	{ "PASID", "pasid", FIELD_ID, { PIECE(31, 16, 0), PIECE(45, 42, 16) },
	  .help = "process address space" },
	{ "PPRtag", "ppr_tag", FIELD_ID, BITS_AT(41, 32), .help = "of the request" },
	RESERVED_BITS(47, 46),
	{ "RX", "rx", FIELD_FLAG, BIT_AT(48), .help = "1: a response or stop marker" },
	{ "NX", "nx", FIELD_FLAG, BIT_AT(49), .help = "execution was asked for" },
	{ "Rd", "rd", FIELD_FLAG, BIT_AT(50), .help = "reading was asked for" },
	RESERVED_BITS(52, 51),
	IS_WRITE,
	{ "US", "us", FIELD_FLAG, BIT_AT(54), .help = "1: user" },
	{ "RZ", "rz", FIELD_FLAG, BIT_AT(55), .help = "1: a reserved bit is set" },
	RESERVED_BITS(56, 56),
	{ "GN", "gn", FIELD_FLAG, BIT_AT(57), .help = "1: guest address, with a PASID" },
	RESERVED_BITS(59, 58),
	CODE,
	ADDRESS_ALL,
};
EVENT_RECORD(amd_event_invalid_ppr_record, "INVALID_PPR_REQUEST", invalid_ppr_fields);

static const struct field counter_zero_fields[] = {
	RESERVED_BITS(59, 0),
	CODE,
	{ "CounterNote", "counter_note", FIELD_ID, { PIECE(127, 96, 0), PIECE(83, 64, 32) },
	  .help = "which counter wrapped" },
	RESERVED_BITS(95, 84),
};
EVENT_RECORD(amd_event_counter_zero_record, "EVENT_COUNTER_ZERO", counter_zero_fields);

static const struct field guest_event_fields[] = {
	RESERVED_BITS(26, 0),
	V_FLAGS,
	{ "GuestID", "guest_id", FIELD_ID, BITS_AT(47, 32), .help = "whose log was not written" },
	{ "Flags", "flags", FIELD_ID, BITS_AT(59, 48), .help = "no confirmed meaning" },
	CODE,
	RESERVED_BITS(127, 64),
};
EVENT_RECORD(amd_event_guest_event_record, "GUEST_EVENT_FAULT", guest_event_fields);

static const struct field viommu_error_fields[] = {
	{ "GuestID", "guest_id", FIELD_ID, BITS_AT(15, 0), .help = "whose structure it was" },
	{ "Src", "src", FIELD_NUMBER, BITS_AT(17, 16), .help = "which structure" },
	RESERVED_BITS(26, 18),
	V_FLAGS,
	RESERVED_BITS(47, 32),
	{ "Flags", "flags", FIELD_ID, BITS_AT(59, 48), .help = "no confirmed meaning" },
	CODE,
	ADDRESS_ALL,
};
EVENT_RECORD(amd_event_viommu_error_record, "VIOMMU_HARDWARE_ERROR", viommu_error_fields);

static const struct field rmp_fault_fields[] = {
	DEVICE,
	{ "RMPFlags", "rmp_flags", FIELD_ID, BITS_AT(23, 16), .help = "no confirmed meaning" },
	RESERVED_BITS(31, 24),
	{ "VMGTag", "vmg_tag", FIELD_ID, BITS_AT(47, 32), .help = "names the guest" },
	{ "Flags", "flags", FIELD_ID, BITS_AT(59, 48), .help = "as of IO_PAGE_FAULT" },
	CODE,
	{ "GPA", "gpa", FIELD_ADDRESS, { PIECE(127, 64, 0) }, .help = "guest physical address" },
};
EVENT_RECORD(amd_event_rmp_fault_record, "RMP_PAGE_FAULT", rmp_fault_fields);

static const struct field rmp_error_fields[] = {
	DEVICE,
	RESERVED_BITS(31, 16),
	{ "VMGTag", "vmg_tag", FIELD_ID, BITS_AT(47, 32), .help = "names the guest" },
	{ "Flags", "flags", FIELD_ID, BITS_AT(59, 48), .help = "no confirmed meaning" },
	CODE,
	RESERVED_BITS(66, 64),
	{ "SPA", "spa", FIELD_ADDRESS, { PIECE(127, 67, 3) }, .help = "system physical address", .physical = true },
};
EVENT_RECORD(amd_event_rmp_error_record, "RMP_HARDWARE_ERROR", rmp_error_fields);

static const struct record *const by_code[16] = {
	[0x1] = &amd_event_illegal_dte_record,	  [0x2] = &amd_event_page_fault_record,
	[0x3] = &amd_event_dev_tab_error_record,  [0x4] = &amd_event_page_tab_error_record,
	[0x5] = &amd_event_illegal_command_record, [0x6] = &amd_event_command_error_record,
	[0x7] = &amd_event_iotlb_timeout_record,  [0x8] = &amd_event_invalid_device_record,
	[0x9] = &amd_event_invalid_ppr_record,	  [0xa] = &amd_event_counter_zero_record,
	[0xb] = &amd_event_guest_event_record,	  [0xc] = &amd_event_viommu_error_record,
	[0xd] = &amd_event_rmp_fault_record,	  [0xe] = &amd_event_rmp_error_record,
};

unsigned amd_log_code(const uint64_t *words)
{
	return (unsigned)record_get(&amd_event_page_fault_record, "code", words);
}

const struct record *amd_event_record(const uint64_t words[2])
{
	const struct record *record = by_code[amd_log_code(words)];

	if (record == &amd_event_page_fault_record && record_get(record, "gn", words))
		return &amd_event_guest_page_fault_record;
	if (record == &amd_event_invalid_device_record && record_get(record, "tr", words))
		return &amd_event_invalid_translation_record;
	return record;
}

/* ---- what happened, in words ---- */

/* An interrupt that was blocked. PR is RemapEn of its entry; RZ means something when that is set. */
static void interrupt_fault_words(const struct record *r, const uint64_t *words, char *buf, unsigned size)
{
	const char *why = "its remapping entry is disabled (RemapEn=0), or it has none";

	if (record_get(r, "pr", words))
		why = record_get(r, "rz", words) ?
			      "a reserved bit of its remapping entry is set" :
			      "its remapping entry is enabled, and its type, its index or something else "
			      "about it is not valid";
	snprintf(buf, size, "interrupt: %s", why);
}

/* "privileged read for execution". US and NX say something of requests with a PASID alone. */
static const char *access_words(const struct record *r, const uint64_t *words)
{
	static const char *const all[2][2][2] = {
		{ { "read", "read for execution" }, { "write", "write for execution" } },
		{ { "privileged read", "privileged read for execution" },
		  { "privileged write", "privileged write for execution" } },
	};
	bool guest = record_get(r, "gn", words);

	return all[guest && !record_get(r, "us", words)][record_get(r, "rw", words)]
		  [guest && record_get(r, "nx", words)];
}

/* PR=0: nothing is mapped there. */
static void not_present_words(const struct record *r, const uint64_t *words,
			      const struct amd_event_now *now, char *buf, unsigned size)
{
	const char *more = "";

	if (record_get(r, "gn", words))
		more = ", or whose PASID has no table";
	else if (now && now->blocked)
		more = ": its device table entry, as it is now, blocks every request";
	snprintf(buf, size, "%s %s an address that is not mapped%s", access_words(r, words),
		 record_get(r, "rw", words) ? "to" : "of", more);
}

/* PR=1, PE=0, RZ=0: the walk ended for a reason that has no flag of its own. */
static void bad_walk_words(const struct record *r, const uint64_t *words,
			   const struct amd_event_now *now, char *buf, unsigned size)
{
	const char *access = access_words(r, words);
	uint64_t address = record_get(r, "address", words);

	if (now && now->levels && address > now->last_iova)
		snprintf(buf, size, "%s beyond the %u levels that its table has now", access,
			 now->levels);
	else if (now && now->levels)
		snprintf(buf, size, "%s: the level or the page size in an entry on the way is not "
			 "valid, or an address bit of a level that is skipped is set", access);
	else
		snprintf(buf, size, "%s: the level or the page size in an entry on the way is not "
			 "valid, or the address has bits that the levels of its table do not cover",
			 access);
}

static void page_fault_words(const struct record *r, const uint64_t *words,
			     const struct amd_event_now *now, char *buf, unsigned size)
{
	bool denied = record_get(r, "pe", words), reserved = record_get(r, "rz", words);

	if (record_get(r, "i", words))
		interrupt_fault_words(r, words, buf, size);
	else if (record_get(r, "tr", words))
		snprintf(buf, size, "translation request (ATS) that failed: its flags do not say why");
	else if (!record_get(r, "pr", words))
		not_present_words(r, words, now, buf, size);
	else if (denied || reserved)
		snprintf(buf, size, "%s%s%s%s", access_words(r, words), denied ? " without permission" : "",
			 reserved && denied ? ", and " : reserved ? ": " : "",
			 reserved ? "a reserved bit is set in a table on the way" : "");
	else
		bad_walk_words(r, words, now, buf, size);
}

/* What the IOMMU was doing for the device when it met an illegal entry or a table that it could not
 * read. */
static const char *request_words(const struct record *r, const uint64_t *words)
{
	if (record_get(r, "tr", words))
		return "for a translation request (ATS)";
	if (record_get(r, "i", words))
		return "for an interrupt";
	return record_get(r, "rw", words) ? "for a write" : "for a read";
}

static const char *illegal_dte_words(const struct record *r, const uint64_t *words)
{
	return record_get(r, "rz", words) ? "its device table entry has a reserved bit set" :
				     "its device table entry has a level or a length that is not valid";
}

/* What the code means, without the device and the address that stand beside it. */
static void other_words(const struct record *r, const uint64_t *words, char *buf, unsigned size)
{
	const struct field *type = record_field(r, "type");
	const char *name = type ? field_value_name(type, field_get(type, words)) : NULL;

	if (!name)
		name = "reserved";
	if (r == &amd_event_illegal_dte_record)
		snprintf(buf, size, "%s, seen %s", illegal_dte_words(r, words),
			 request_words(r, words));
	else if (r == &amd_event_dev_tab_error_record)
		snprintf(buf, size, "its device table entry could not be read (%s), %s", name,
			 request_words(r, words));
	else if (r == &amd_event_page_tab_error_record)
		snprintf(buf, size, "its page table could not be read (%s), %s", name,
			 request_words(r, words));
	else if (r == &amd_event_illegal_command_record)
		snprintf(buf, size, "a command that the IOMMU does not take: it reads no more "
			 "commands until it is told to");
	else if (r == &amd_event_command_error_record)
		snprintf(buf, size, "the command buffer or a semaphore could not be accessed (%s): it "
			 "reads no more commands until it is told to", name);
	else if (r == &amd_event_iotlb_timeout_record)
		snprintf(buf, size, "the device did not answer an invalidation of its TLB (ATS)");
	else if (r == &amd_event_invalid_ppr_record)
		snprintf(buf, size, "%s", record_get(r, "rx", words) ?
			 "a response to a page request (PRI), or its stop marker, that is malformed or "
			 "not allowed" :
			 "a page request (PRI) that is malformed or not allowed");
	else if (r == &amd_event_counter_zero_record)
		snprintf(buf, size, "a performance counter wrapped");
	else if (r == &amd_event_guest_event_record)
		snprintf(buf, size, "an event of a guest could not be written to the guest's log");
	else if (r == &amd_event_viommu_error_record)
		snprintf(buf, size, "a structure of a guest's virtual IOMMU could not be accessed");
	else if (r == &amd_event_rmp_fault_record)
		snprintf(buf, size, "SNP: the page does not belong to whom the device works for");
	else if (r == &amd_event_rmp_error_record)
		snprintf(buf, size, "SNP: the table of page owners (RMP) could not be read");
	else
		snprintf(buf, size, "%s", name);
}

const char *amd_event_summary(const uint64_t words[2], const struct amd_event_now *now, char *buf,
			      unsigned size)
{
	const struct record *record = amd_event_record(words);

	if (!record) {
		snprintf(buf, size, "a code that no specification at hand has");
		return buf;
	}
	if (record == &amd_event_page_fault_record || record == &amd_event_guest_page_fault_record) {
		page_fault_words(record, words, now, buf, size);
		return buf;
	}
	other_words(record, words, buf, size);
	return buf;
}

/* The interrupts of HyperTransport: fd_f800_0000 to fd_f8ff_ffff, sign-extended or not. */
#define HT_INTERRUPTS	    0xfdf8u
#define HT_INTERRUPTS_SHIFT 24
#define HT_ADDRESS_BITS	    40
#define HT_MESSAGE_SHIFT    16

static bool is_ht_interrupt(uint64_t address)
{
	uint64_t above = address >> HT_ADDRESS_BITS;

	return (address >> HT_INTERRUPTS_SHIFT & 0xffff) == HT_INTERRUPTS &&
	       (above == 0 || above == UINT64_MAX >> HT_ADDRESS_BITS);
}

bool amd_event_irq_index(const uint64_t words[2], uint8_t *ret)
{
	const struct record *record = amd_event_record(words);
	const struct field *interrupt = record ? record_field(record, "i") : NULL;
	bool of_interrupt = interrupt ? field_get(interrupt, words) :
					record == &amd_event_invalid_device_record;

	if (!of_interrupt || !record_field(record, "address") ||
	    !is_ht_interrupt(record_get(record, "address", words)))
		return false;
	*ret = (uint8_t)(record_get(record, "address", words) >> HT_MESSAGE_SHIFT);
	return true;
}
