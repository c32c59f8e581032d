// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What Linux prints of the events of an AMD IOMMU, in the spelling of every kernel (drivers/iommu/amd/iommu.c,
 * drivers/iommu/amd_iommu.c before v5.9). The printed flags are bits 59:48 of the event and the other values
 * are its fields, so a line is put back into the 16 bytes that the hardware wrote: section 2.5 of publication
 * 48882, whose records are in event.c, gives them their meaning. What differs between kernels: whether the
 * device has a segment, whether it stands inside the brackets or before them as the owner of the line, which
 * values there are.
 */
#include "fault_line.h"

#include "format/fault_text.h"
#include "log.h"
#include "records.h"

#include <stdio.h>
#include <string.h>

/* ---- an event as a fault ---- */

static bool flag(const struct record *r, const char *key, const uint64_t *words)
{
	const struct field *field = record_field(r, key);

	return field && field_get(field, words);
}

static enum fault_access access_of(const struct record *r, const uint64_t *words)
{
	/* Of a translation request RW says nothing (table "IO_PAGE_FAULT Event Log Buffer Entry Fields"). Of a page that is
	 * not present it does, against that table's words: so it was found on hardware, and Linux goes by that
	 * (drivers/iommu/amd/iommu.c, IS_WRITE_REQUEST()). */
	if (!record_field(r, "rw") || flag(r, "tr", words))
		return FAULT_ACCESS_UNKNOWN;
	if (flag(r, "gn", words) && flag(r, "nx", words))
		return FAULT_EXECUTE;
	return flag(r, "rw", words) ? FAULT_WRITE : FAULT_READ;
}

static enum fault_claim page_fault_claim(const struct record *r, const uint64_t *words)
{
	if (flag(r, "i", words))
		return flag(r, "pr", words) ? FAULT_INTERRUPT_REFUSED : FAULT_BAD_INTERRUPT;
	if (flag(r, "tr", words))
		return FAULT_CLAIMS_NOTHING;
	if (!flag(r, "pr", words))
		return FAULT_NOT_MAPPED;
	if (flag(r, "rz", words))
		return FAULT_BAD_TABLE;
	return flag(r, "pe", words) ? FAULT_NOT_ALLOWED : FAULT_BAD_TABLE_OR_TOO_WIDE;
}

static enum fault_claim claim_of(const struct record *r, const uint64_t *words)
{
	if (r == &amd_event_page_fault_record || r == &amd_event_guest_page_fault_record)
		return page_fault_claim(r, words);
	if (r == &amd_event_illegal_dte_record)
		return FAULT_BAD_ENTRY;
	if (r == &amd_event_dev_tab_error_record)
		return FAULT_ENTRY_UNREADABLE;
	if (r == &amd_event_page_tab_error_record)
		return FAULT_TABLE_UNREADABLE;
	if (r == &amd_event_iotlb_timeout_record)
		return FAULT_NO_ANSWER;
	if (r == &amd_event_invalid_device_record || r == &amd_event_invalid_translation_record ||
	    r == &amd_event_invalid_ppr_record)
		return FAULT_BAD_REQUEST;
	return FAULT_CLAIMS_NOTHING;
}

static enum fault_kind kind_of(const struct record *r, const uint64_t *words)
{
	if (flag(r, "i", words))
		return FAULT_OF_INTERRUPT;
	if (!record_field(r, "device_id") || r == &amd_event_iotlb_timeout_record ||
	    r == &amd_event_rmp_error_record)
		return FAULT_OF_UNIT;
	return FAULT_OF_REQUEST;
}

static void take_address(const struct record *r, const uint64_t *words, struct fault *ret)
{
	static const struct {
		const char *key;
		enum fault_address space;
	} keys[] = { { "address", FAULT_AT_IOVA }, { "gpa", FAULT_AT_GUEST }, { "spa", FAULT_AT_PHYSICAL } };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct field *field = record_field(r, keys[i].key);

		if (!field)
			continue;
		ret->address = field_get(field, words);
		ret->space = field->physical ? FAULT_AT_PHYSICAL : keys[i].space;
	}
}

static void take_ids(const struct record *r, const uint64_t *words, struct fault *ret)
{
	if (record_field(r, "device_id")) {
		ret->has_stream = true;
		ret->stream_id = (uint32_t)record_get(r, "device_id", words);
	}
	if (record_field(r, "domain_id")) {
		/* The driver gives 0 to no domain. Linux d64c0486ed50 (4.18) up to ec21f17a9437 (5.4, 5.3.9) prints other
		 * bits, which are 0 for ids below 1024. */
		ret->has_domain_id = true;
		ret->domain_id = (uint32_t)record_get(r, "domain_id", words);
		ret->no_domain = !ret->domain_id;
	}
	/* An event that can be without a PASID says so by GN. */
	if (record_field(r, "pasid") && flag(r, "gn", words)) {
		ret->has_pasid = true;
		ret->pasid = (uint32_t)record_get(r, "pasid", words);
	}
}

bool amd_event_fault(const uint64_t words[2], struct fault *ret)
{
	const struct record *r = amd_event_record(words);
	uint8_t low;

	*ret = (struct fault){ .has_raw = true, .raw = { words[0], words[1] } };
	if (!r)
		return false;
	snprintf(ret->name, sizeof(ret->name), "%s", r->name);
	amd_event_summary(words, NULL, ret->words, sizeof(ret->words));
	ret->kind = kind_of(r, words);
	ret->claim = claim_of(r, words);
	ret->access = access_of(r, words);
	ret->has_code = true;
	ret->code = words[0] >> 48 & 0xfff;
	take_address(r, words, ret);
	take_ids(r, words, ret);
	if (amd_event_irq_index(words, &low)) {
		ret->kind = FAULT_OF_INTERRUPT;
		ret->has_index = true;
		ret->index_bits = 8 * sizeof(low);
		ret->index = low;
	}
	return true;
}

/* ---- a line as an event ---- */

/* The names of the driver: those of the specification, but for one. */
static const struct {
	const char *name;
	uint8_t code;
} events[] = {
	{ "ILLEGAL_DEV_TABLE_ENTRY", 0x1 }, { "IO_PAGE_FAULT", 0x2 },	  { "DEV_TAB_HARDWARE_ERROR", 0x3 },
	{ "PAGE_TAB_HARDWARE_ERROR", 0x4 }, { "ILLEGAL_COMMAND_ERROR", 0x5 }, { "COMMAND_HARDWARE_ERROR", 0x6 },
	{ "IOTLB_INV_TIMEOUT", 0x7 },	    { "INVALID_DEVICE_REQUEST", 0x8 }, { "INVALID_PPR_REQUEST", 0x9 },
	{ "RMP_PAGE_FAULT", 0xd },	    { "RMP_HW_ERROR", 0xe },	      { "RMP_HARDWARE_ERROR", 0xe },
};

#define INVALID_PPR 0x9u

static bool code_of_name(const char *name, uint8_t *ret)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		size_t len = strlen(events[i].name);

		if (strncmp(name, events[i].name, len) != 0 || !strchr(" ]", name[len]))
			continue;
		*ret = events[i].code;
		return true;
	}
	return false;
}

/* The four words of 32 bits of an event that the driver does not know. Returns the key of one that is none, or NULL. */
static const char *unknown_event(const char *text, uint64_t words[2])
{
	static const char *const keys[] = { "event[0]=", "event[1]=", "event[2]=", "event[3]=" };
	uint64_t part[4];

	for (unsigned i = 0; i < 4; i++) {
		if (!fault_number_of(text, keys[i], 16, &part[i]) || part[i] > UINT32_MAX)
			return keys[i];
	}
	words[0] = part[1] << 32 | part[0];
	words[1] = part[3] << 32 | part[2];
	return NULL;
}

/* Where the PASID of a page request stands, and that of every other event, or its domain. */
static uint64_t place_pasid(uint8_t code, uint64_t pasid)
{
	if (code == INVALID_PPR)
		return (pasid & 0xffff) << 16 | (pasid >> 16 & 0xf) << 42;
	return (pasid & 0xffff) << 32 | (pasid >> 16 & 0xf) << 16;
}

/* The values of a line, by their keys, and how many bits the event has for each. */
enum { FLAGS, DOMAIN, PASID, TAG, VMG_TAG, FLAGS_RMP, NR_KEYS };

static const struct {
	const char *key;
	unsigned bits;
} keys[NR_KEYS] = {
	[FLAGS] = { "flags=", 12 },	[DOMAIN] = { "domain=", 20 },	[PASID] = { "pasid=", 20 },
	[TAG] = { "tag=", 10 },		[VMG_TAG] = { "vmg_tag=", 16 }, [FLAGS_RMP] = { "flags_rmp=", 8 },
};

/* 0 for those that the line does not have. Returns the key of a value that does not fit, or NULL. */
static const char *take_values(const char *text, uint64_t values[NR_KEYS])
{
	for (unsigned i = 0; i < NR_KEYS; i++) {
		const char *at = fault_value(text, keys[i].key);

		values[i] = 0;
		if (at && (!fault_number(at, 16, &values[i], NULL) || values[i] >> keys[i].bits))
			return keys[i].key;
	}
	return NULL;
}

/* Every event that has a name of its own has one. */
static const char *take_address_value(const char *text, uint64_t *ret)
{
	static const char *const spaces[] = { "address=", "gpa=", "spa=" };

	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		const char *at = fault_value(text, spaces[i]);

		if (at)
			return fault_number(at, 16, ret, NULL) ? NULL : spaces[i];
	}
	return spaces[0];
}

/* Returns the key of a value that is none, or NULL. */
static const char *known_event(uint8_t code, const char *text, uint64_t words[2])
{
	uint64_t values[NR_KEYS];
	const char *bad = take_values(text, values);

	if (!bad)
		bad = take_address_value(text, &words[1]);
	if (bad)
		return bad;
	words[0] = (uint64_t)code << 60 | values[FLAGS] << 48 | place_pasid(code, values[DOMAIN] | values[PASID]);
	if (code == INVALID_PPR)
		words[0] |= values[TAG] << 32;
	words[0] |= values[VMG_TAG] << 32 | values[FLAGS_RMP] << 16;
	return NULL;
}

/* Who it is about: named in the brackets; or else, of events that know a device, the owner of the line. In
 * the first case the owner is the IOMMU. False: what should be a device there is none. */
static bool take_devices(const char *line, const char *brackets, struct fault *ret)
{
	const char *device = fault_value(brackets, "device=");
	bool has_prefix = fault_prefix_bdf(line, brackets, &ret->unit_id);

	if (device && !fault_bdf(device, &ret->stream_id, &ret->has_segment, NULL))
		return false;
	if (device) {
		ret->has_stream = true;
		ret->has_unit = has_prefix;
	} else if (!ret->has_stream) {
		ret->has_unit = has_prefix;
	} else {
		ret->has_stream = ret->has_segment = has_prefix;
		ret->stream_id = ret->unit_id;
	}
	/* The event itself has no more than 16 bits of the id. */
	if (ret->has_stream)
		ret->raw[0] = (ret->raw[0] & ~0xffffULL) | (ret->stream_id & 0xffff);
	return true;
}

/* Without its flags nothing says whether it was a read, nor why it failed. */
static void forget_flags(struct fault *ret)
{
	ret->has_code = false;
	if (ret->access != FAULT_ACCESS_UNKNOWN) /* of an event that has such flags */
		snprintf(ret->words, sizeof(ret->words), "the line has no flags: what was asked for, and why it was "
			 "refused, is not told");
	ret->access = FAULT_ACCESS_UNKNOWN;
	if (ret->claim == FAULT_NOT_MAPPED)
		ret->claim = FAULT_CLAIMS_NOTHING;
}

/* Where the name of the event stands. Kernels up to 4.x printed a line in two pieces, which logs may show as two lines:
 * the second one starts with the name. */
static const char *find_event(const char *line)
{
	static const char start[] = "Event logged [";
	const char *name = strstr(line, start);

	if (name)
		return name + strlen(start);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		const char *behind = fault_value(line, events[i].name);

		if (behind && (strncmp(behind, " device=", 8) == 0 || strncmp(behind, " address=", 9) == 0))
			return behind - strlen(events[i].name);
	}
	return NULL;
}

/* The Xen hypervisor's: "AMD-Vi: IO_PAGE_FAULT: 0000:00:14.0 d0 addr 000000fdf8010140 flags 0x8 I", and before 4.14
 * "AMD-Vi: IO_PAGE_FAULT: domain = 0, device id = 0x2600, fault address = 0xfdf8000000, flags = 0x8". Its domains are
 * numbers of its own. */
static bool xen_line(const char *line, struct fault *ret)
{
	const char *at = fault_value(line, "AMD-Vi: IO_PAGE_FAULT: ");
	uint64_t words[2] = { 0x2ULL << 60 }, id, flags;
	bool has_segment = false, has_flags;
	uint32_t stream;

	if (!at || (!fault_number_of(at, "addr ", 16, &words[1]) &&
		    !fault_number_of(at, "fault address = ", 16, &words[1])))
		return false;
	if (fault_number_of(at, "device id = ", 16, &id) && id <= UINT16_MAX)
		stream = (uint32_t)id;
	else if (!fault_bdf(at, &stream, &has_segment, NULL))
		return false;
	has_flags = fault_number_of(at, "flags ", 16, &flags) || fault_number_of(at, "flags = ", 16, &flags);
	if (has_flags && flags >> keys[FLAGS].bits)
		return fault_not_legible("flags", ret);
	words[0] |= (stream & 0xffff) | (has_flags ? flags << 48 : 0);
	if (!amd_event_fault(words, ret))
		return false;
	ret->of_hypervisor = ret->has_stream = true;
	ret->has_segment = has_segment;
	ret->stream_id = stream;
	ret->has_domain_id = ret->no_domain = ret->has_raw = false;
	if (!has_flags)
		forget_flags(ret);
	return true;
}

static bool event_line(const char *line, struct fault *ret)
{
	const char *name = find_event(line), *bad;
	uint64_t words[2] = { 0 };
	uint8_t code;

	if (!name)
		return false;
	if (strncmp(name, "UNKNOWN", strlen("UNKNOWN")) == 0) {
		bad = unknown_event(name, words);
		if (bad)
			return fault_not_legible(bad, ret);
		if (!amd_event_fault(words, ret)) {
			ret->kind = FAULT_OF_UNIT;
			ret->claim = FAULT_NOT_UNDERSTOOD;
			snprintf(ret->name, sizeof(ret->name), "UNKNOWN");
			amd_event_summary(words, NULL, ret->words, sizeof(ret->words));
		}
		ret->has_unit = fault_prefix_bdf(line, name, &ret->unit_id);
		return true;
	}
	if (!code_of_name(name, &code))
		return false;
	bad = known_event(code, name, words);
	if (bad)
		return fault_not_legible(bad, ret);
	if (!amd_event_fault(words, ret))
		return false;
	if (!take_devices(line, name, ret))
		return fault_not_legible("device=", ret);
	/* Of an event with a domain, some kernels print it as the PASID. */
	ret->has_domain_id &= fault_value(name, keys[DOMAIN].key) || fault_value(name, keys[PASID].key);
	ret->no_domain &= ret->has_domain_id;
	if (!fault_value(name, keys[FLAGS].key))
		forget_flags(ret);
	return true;
}

/* ---- lines that are no event ---- */

#define NR_DUMPED 4 /* words of an entry, halves of words of a command */

static bool detail_line(const char *line, const char *key, enum fault_detail detail, struct fault *ret)
{
	const char *at = strstr(line, key), *end;
	uint64_t index, value;

	if (!at || !strstr(line, "AMD-Vi:") || !fault_number(at + strlen(key), 10, &index, &end) ||
	    strncmp(end, "]: ", 3) != 0 || !fault_number(end + 3, 16, &value, NULL) || index >= NR_DUMPED)
		return false;
	*ret = (struct fault){
		.kind = FAULT_DETAIL,
		.detail = detail,
		.detail_name = "",
		.detail_records = { &amd_dte_record },
		.detail_index = (uint32_t)index,
		.nr_detail = 1,
		.detail_words = { value },
	};
	return true;
}

static const struct {
	const char *line, *name, *words;
	enum fault_claim claim;
} troubles[] = {
	{ "Completion-Wait loop timed out", "Completion-Wait",
	  "the IOMMU did not answer a wait in its command buffer in time", FAULT_CLAIMS_NOTHING },
	{ "Command buffer timeout", "Command buffer", "the IOMMU took no command while its buffer was full",
	  FAULT_CLAIMS_NOTHING },
	{ "Event logged [Device not attached to domain properly]", "Event",
	  "the driver met a fault of a device that it has in no domain", FAULT_NOT_UNDERSTOOD },
};

static bool trouble_line(const char *line, struct fault *ret)
{
	if (!strstr(line, "AMD-Vi:"))
		return false;
	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
		if (!strstr(line, troubles[i].line))
			continue;
		*ret = (struct fault){ .kind = FAULT_OF_UNIT, .claim = troubles[i].claim };
		snprintf(ret->name, sizeof(ret->name), "%s", troubles[i].name);
		snprintf(ret->words, sizeof(ret->words), "%s", troubles[i].words);
		ret->has_unit = fault_prefix_bdf(line, strstr(line, troubles[i].line), &ret->unit_id);
		return true;
	}
	return false;
}

static bool overflow_line(const char *line, struct fault *ret)
{
	if (!strstr(line, "AMD-Vi:") || !(strstr(line, "event log overflow") || strstr(line, "Event log overflow")))
		return false;
	*ret = (struct fault){ .kind = FAULT_NOT_TOLD };
	snprintf(ret->name, sizeof(ret->name), "Event log");
	snprintf(ret->words, sizeof(ret->words), "the event log was full: events were lost");
	return true;
}

/* The functions of the driver whose lines are counted and held back. */
static const char *const limited[] = { "amd_iommu_report_page_fault", "amd_iommu_report_rmp_fault",
				       "amd_iommu_report_rmp_hw_error", "amd_iommu_int_thread",
				       "iommu_print_event", NULL };

/* The first piece of a line that was printed in two. */
static bool first_piece(const char *line, struct fault *ret)
{
	const char *at = strstr(line, "AMD-Vi: Event logged [");

	if (!at || at[strcspn(at, "[") + 1 + strspn(at + strcspn(at, "[") + 1, " \n")])
		return false;
	*ret = (struct fault){ .kind = FAULT_DETAIL };
	return true;
}

bool amd_fault_line(const char *line, struct fault *ret)
{
	return event_line(line, ret) || xen_line(line, ret) || first_piece(line, ret) || detail_line(line, "DTE[", FAULT_DETAIL_ENTRY, ret) ||
	       detail_line(line, "CMD[", FAULT_DETAIL_COMMAND_HALF, ret) || trouble_line(line, ret) ||
	       overflow_line(line, ret) ||
	       fault_suppressed(line, limited, ret);
}

const char *amd_command_words(const uint64_t words[2], char *buf, unsigned size)
{
	const struct record *r = amd_command_record(words);
	char summary[128];

	amd_command_summary(words, summary, sizeof(summary));
	snprintf(buf, size, "%s%s%s", r ? r->name : "", r && *summary ? ": " : "", summary);
	return buf;
}
