// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What Linux prints of the faults of a VT-d unit, in the spelling of every kernel (drivers/iommu/intel/dmar.c,
 * drivers/iommu/dmar.c before v5.9). The reason is decimal up to v5.13 and hex with 0x since; addresses, PASIDs and
 * indexes are hex with and without 0x; the PASID stands in the brackets or behind the device; the device has
 * got a segment in v7.
 */
#include "fault_line.h"

#include "fault.h"
#include "format/fault_text.h"
#include "queue.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NO_PASID  0xffffffffu
#define PASID_MAX 0xfffffu /* 20 bits on the bus */

/* Section 11.4.9 of the specification, "Fault Status Register". */
#define FSTS_PFO (1u << 0) /* the fault recording registers were full */
#define FSTS_PPF (1u << 1) /* one of them has a fault */
#define FSTS_IQE (1u << 4)
#define FSTS_ICE (1u << 5)
#define FSTS_ITE (1u << 6)

static void set_words(struct fault *ret, const char *name, const char *words)
{
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	snprintf(ret->words, sizeof(ret->words), "%s", words);
}


/* ---- a refused request ---- */

static const char *claim_words(enum fault_access access)
{
	switch (access) {
	case FAULT_READ:
		return "read";
	case FAULT_WRITE:
		return "write";
	default:
		return "request";
	}
}

/* "[fault reason 05]"; the Xen hypervisor's is hex, "DMAR: reason 05 - PTE Write access is not set". */
static bool number_of_reason(const char *line, uint64_t *ret)
{
	return fault_number_of(line, "fault reason ", 10, ret) || fault_number_of(line, "DMAR: reason ", 16, ret) ||
	       fault_number_of(line, "INTR-REMAP: reason ", 16, ret);
}

static void take_reason(const char *line, struct fault *ret)
{
	const struct intel_fault_reason *reason;
	const char *what = claim_words(ret->access);
	uint64_t code;

	if (ret->kind == FAULT_OF_INTERRUPT)
		what = "interrupt";
	if (!number_of_reason(line, &code)) {
		ret->reason_follows = true;
		snprintf(ret->words, sizeof(ret->words), "%s: the line does not say why", what);
		return;
	}
	ret->has_code = true;
	ret->code = (uint32_t)code;
	ret->claim = intel_fault_claim(ret->code);
	reason = intel_fault_reason(ret->code);
	if (reason)
		snprintf(ret->words, sizeof(ret->words), "%s: %s", what, reason->words);
	else
		snprintf(ret->words, sizeof(ret->words), "%s: reason %02" PRIx32 "h, which no specification at hand "
			 "describes", what, ret->code);
}

/* "[DMA Read NO_PASID]", "[DMA Write PASID 0x5]", "... PASID ffffffff fault addr". Requests without a PASID are
 * printed with that of RID_PASID, 0, when the first stage translates them. */
static bool pasid_of(const char *line, uint64_t *ret)
{
	return fault_number_of(line, "PASID ", 16, ret) && *ret != NO_PASID && *ret != 0;
}

static void take_pasid(const char *line, struct fault *ret)
{
	uint64_t pasid;

	if (!pasid_of(line, &pasid))
		return;
	ret->has_pasid = true;
	ret->pasid = (uint32_t)pasid;
}

/* What stands in the line in front of a value that is none: a number that does not fit, or no number. */
static const char *illegible_part(const char *line, const char *device)
{
	uint32_t stream;
	uint64_t number;
	bool has_segment;

	if (!fault_bdf(device, &stream, &has_segment, NULL))
		return "Request device";
	if (pasid_of(line, &number) && number > PASID_MAX)
		return "PASID";
	if (fault_value(line, "fault index ")) {
		if (!fault_number_of(line, "fault index ", 16, &number) || number > UINT16_MAX)
			return "fault index";
	} else if (!fault_number_of(line, "fault addr ", 16, &number)) {
		return "fault addr";
	}
	return number_of_reason(line, &number) && number > UINT8_MAX ? "fault reason" : NULL;
}

static bool request_line(const char *line, struct fault *ret)
{
	static const char start[] = "Request device [";
	const char *device = strstr(line, start), *bad;
	uint64_t number = 0;

	if (!device)
		return false;
	device += strlen(start);
	bad = illegible_part(line, device);
	if (bad)
		return fault_not_legible(bad, ret);
	*ret = (struct fault){ 0 };
	if (fault_number_of(line, "fault index ", 16, &number)) {
		ret->kind = FAULT_OF_INTERRUPT;
		ret->has_index = true;
		ret->index = (uint16_t)number;
	} else {
		fault_number_of(line, "fault addr ", 16, &ret->address);
		ret->kind = FAULT_OF_REQUEST;
		ret->space = FAULT_AT_IOVA;
	}
	if (strstr(line, "[DMA Read"))
		ret->access = FAULT_READ;
	else if (strstr(line, "[DMA Write"))
		ret->access = FAULT_WRITE;
	ret->has_stream = fault_bdf(device, &ret->stream_id, &ret->has_segment, NULL);
	ret->of_hypervisor = strstr(line, "[VT-D]") != NULL;
	take_pasid(line, ret);
	take_reason(line, ret);
	/* A request in the old format has no index. */
	if (ret->has_code && ret->code == INTEL_FAULT_OLD_FORMAT)
		ret->has_index = false;
	snprintf(ret->name, sizeof(ret->name), "%s", ret->kind == FAULT_OF_INTERRUPT ? "INTR-REMAP" :
		 ret->access == FAULT_READ ? "DMA Read" : ret->access == FAULT_WRITE ? "DMA Write" : "DMA");
	return true;
}

/* ---- the queue of invalidations ---- */

static const struct queue_error {
	uint32_t bit;
	enum fault_claim claim;
	const char *name, *words;
} queue_errors[] = {
	{ FSTS_IQE, FAULT_CLAIMS_NOTHING, "Invalidation Queue Error",
	  "the unit met a descriptor in its invalidation queue that it does not take: it reads no more" },
	{ FSTS_ITE, FAULT_NO_ANSWER, "Invalidation Time-out Error",
	  "the device did not answer an invalidation of its TLB (ATS) in time" },
	{ FSTS_ICE, FAULT_CLAIMS_NOTHING, "Invalidation Completion Error",
	  "a device answered an invalidation of its TLB (ATS) that nobody waits for" },
};

static void set_queue_error(struct fault *ret, const struct queue_error *error)
{
	set_words(ret, error->name, error->words);
	ret->claim = error->claim;
}

/* "VT-d detected Invalidation Queue Error: Reason 3", "...Time-out Error: SID 100". */
static bool queue_error_line(const char *line, struct fault *ret)
{
	const char *at = strstr(line, "VT-d detected Invalidation ");
	uint64_t number;

	if (!at)
		return false;
	*ret = (struct fault){ .kind = FAULT_OF_UNIT };
	set_words(ret, "Invalidation", "the unit had trouble with its invalidation queue");
	for (size_t i = 0; i < sizeof(queue_errors) / sizeof(queue_errors[0]); i++) {
		if (strstr(at, queue_errors[i].name))
			set_queue_error(ret, &queue_errors[i]);
	}
	if (fault_number_of(at, "Reason ", 16, &number)) {
		ret->has_code = true;
		ret->code = (uint32_t)number;
	}
	/* No device: the unit had none to tell. */
	if (fault_number_of(at, "SID ", 16, &number) && number && number <= UINT16_MAX) {
		ret->has_stream = true;
		ret->stream_id = (uint32_t)number;
	}
	return true;
}

/* "VT-d detected invalid descriptor: qw0 = 2, qw1 = 1000"; low= and high= in older kernels. */
static bool invalid_descriptor_line(const char *line, struct fault *ret)
{
	const char *at = strstr(line, "VT-d detected invalid descriptor:");
	char summary[FAULT_WORDS_MAX / 2] = "";

	if (!at)
		return false;
	*ret = (struct fault){ .kind = FAULT_OF_UNIT };
	if ((fault_number_of(at, "qw0 = ", 16, &ret->raw[0]) && fault_number_of(at, "qw1 = ", 16, &ret->raw[1])) ||
	    (fault_number_of(at, "low=", 16, &ret->raw[0]) && fault_number_of(at, "high=", 16, &ret->raw[1]))) {
		ret->has_raw = true;
		intel_qi_summary(ret->raw, summary, sizeof(summary));
	}
	set_queue_error(ret, &queue_errors[0]);
	if (ret->has_raw)
		snprintf(ret->words, sizeof(ret->words), "a descriptor that the unit does not take: %s", summary);
	return true;
}

/* Behind one of those errors: the descriptor that the unit is at, "QI HEAD: UNKNOWN qw0 = 0x0, qw1 = 0x0", and the one
 * before it. */
static bool descriptor_line(const char *line, struct fault *ret)
{
	static const struct {
		const char *start, *name;
	} lines[] = { { "QI HEAD: ", "at the head" }, { "QI PRIOR: ", "before it" } };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *at = strstr(line, lines[i].start);

		*ret = (struct fault){ .kind = FAULT_DETAIL, .detail = FAULT_DETAIL_COMMAND,
				       .detail_name = lines[i].name, .nr_detail = 2 };
		if (at && fault_number_of(at, "qw0 = ", 16, &ret->detail_words[0]) &&
		    fault_number_of(at, "qw1 = ", 16, &ret->detail_words[1]))
			return true;
	}
	return false;
}

/* ... and that it was cleared. */
static bool queue_detail_line(const char *line, struct fault *ret)
{
	static const char *const starts[] = { "Invalidation Queue Error (IQE) cleared",
					      "Invalidation Time-out Error (ITE) cleared",
					      "Invalidation Completion Error (ICE) cleared" };

	if (!strstr(line, "DMAR"))
		return false;
	if (descriptor_line(line, ret))
		return true;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (!strstr(line, starts[i]))
			continue;
		*ret = (struct fault){ .kind = FAULT_DETAIL };
		return true;
	}
	return false;
}

/* ---- the register that said that there are faults ---- */

static bool status_line(const char *line, struct fault *ret)
{
	uint64_t status;

	if (!fault_number_of(line, "DRHD: handling fault status reg ", 16, &status))
		return false;
	*ret = (struct fault){ .kind = FAULT_DETAIL, .has_code = true, .code = (uint32_t)status };
	if (status & FSTS_PFO) {
		ret->kind = FAULT_NOT_TOLD;
		set_words(ret, "DRHD", "the unit's registers for faults were full: it recorded no more of them");
	}
	for (size_t i = 0; i < sizeof(queue_errors) / sizeof(queue_errors[0]) && !(status & FSTS_PPF); i++) {
		if (!(status & queue_errors[i].bit))
			continue;
		ret->kind = FAULT_OF_UNIT;
		set_queue_error(ret, &queue_errors[i]);
	}
	return true;
}

/* ---- what the driver found in memory, behind a fault: dmar_fault_dump_ptes(), with CONFIG_DMAR_DEBUG ---- */

/* The words of an entry. Where two numbers stand in a line, the second one is the lower word. */
static const struct entry_line {
	const char *start, *name;
	const struct record *records[2];
	bool is_numbered; /* "[2]: " behind it says which word */
} entry_lines[] = {
	{ "root entry: ", "root entry", { &intel_root_record, &intel_sm_root_record }, false },
	{ "context entry: ", "context entry", { &intel_context_record, &intel_sm_context_record }, false },
	{ "pasid dir entry: ", "PASID directory entry", { &intel_pasid_dir_record }, false },
	{ "pasid table entry[", "PASID table entry", { &intel_pasid_record }, true },
};

static bool words_of_entry(const struct entry_line *of, const char *at, struct fault *ret)
{
	uint64_t index;

	ret->nr_detail = 1;
	if (of->is_numbered) {
		if (!fault_number(at, 10, &index, &at) || index >= FAULT_ENTRY_WORDS || strncmp(at, "]: ", 3) != 0)
			return false;
		ret->detail_index = (uint32_t)index;
		return fault_number(at + 3, 16, &ret->detail_words[0], NULL);
	}
	if (strncmp(at, "hi ", 3) != 0)
		return fault_number(at, 16, &ret->detail_words[0], NULL);
	ret->nr_detail = 2;
	return fault_number(at + 3, 16, &ret->detail_words[1], NULL) &&
	       fault_number_of(at, "low ", 16, &ret->detail_words[0]);
}

static bool entry_line(const char *line, struct fault *ret)
{
	for (size_t i = 0; i < sizeof(entry_lines) / sizeof(entry_lines[0]); i++) {
		const struct entry_line *of = &entry_lines[i];
		const char *at = fault_value(line, of->start);

		*ret = (struct fault){ .kind = FAULT_DETAIL, .detail = FAULT_DETAIL_ENTRY, .detail_name = of->name,
				       .detail_records = { of->records[0], of->records[1] } };
		if (at && words_of_entry(of, at, ret))
			return true;
	}
	return false;
}

/* "pte level: 4, pte value: 0x0000000103402403". */
static bool level_line(const char *line, struct fault *ret)
{
	uint64_t level;

	*ret = (struct fault){ .kind = FAULT_DETAIL, .detail = FAULT_DETAIL_TABLE, .nr_detail = 1 };
	if (!fault_number_of(line, "pte level: ", 10, &level) || level > UINT8_MAX ||
	    !fault_number_of(line, "pte value: ", 16, &ret->detail_words[0]))
		return false;
	ret->detail_index = (uint32_t)level;
	return true;
}

/* In the spelling of 5.17, and of 6.7 and later. What kernels before 6.12 print as "PTE not present at level 2" may as
 * well be a large page, so that says nothing. */
static bool end_line(const char *line, struct fault *ret)
{
	static const char *const ends[] = {
		"root table is not present", "context table is not present", "legacy mode page table is not present",
		"pasid directory table is not present", "pasid table is not present",
		"scalable mode page table is not present", "page table not present at level ",
		"root table entry is not present", "context table entry is not present",
		"pasid directory entry is not present", "pasid table entry is not present",
	};

	*ret = (struct fault){ .kind = FAULT_DETAIL, .detail = FAULT_DETAIL_NOT_PRESENT };
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (fault_value(line, ends[i]))
			return true;
	}
	return false;
}

static bool dump_line(const char *line, struct fault *ret)
{
	const char *at = strstr(line, "DMAR: ");

	if (!at)
		return false;
	at += strlen("DMAR: ");
	if (entry_line(at, ret) || level_line(at, ret) || end_line(at, ret))
		return true;
	*ret = (struct fault){ .kind = FAULT_DETAIL };
	return (strncmp(at, "Dump ", 5) == 0 && strstr(at, " table entries for IOVA ")) ||
	       strncmp(at, "PTE not present at level ", 25) == 0;
}

/* The second half of a line that was printed in two. */
static bool reason_line(const char *line, struct fault *ret)
{
	uint64_t code;

	if (!strstr(line, "DMAR") && !strstr(line, "INTR-REMAP"))
		return false;
	*ret = (struct fault){ .kind = FAULT_DETAIL, .detail = FAULT_DETAIL_REASON };
	return number_of_reason(line, &code) && code <= UINT8_MAX;
}

/* The function of the driver whose lines are counted and held back. */
static const char *const limited[] = { "dmar_fault", NULL };

bool intel_fault_line(const char *line, struct fault *ret)
{
	return request_line(line, ret) || queue_error_line(line, ret) || invalid_descriptor_line(line, ret) ||
	       queue_detail_line(line, ret) || dump_line(line, ret) || reason_line(line, ret) || status_line(line, ret) || fault_suppressed(line, limited, ret);
}

const char *intel_command_words(const uint64_t words[2], char *buf, unsigned size)
{
	const struct record *r = intel_qi_record(words, false);
	char summary[FAULT_WORDS_MAX / 2] = "";

	intel_qi_summary(words, summary, sizeof(summary));
	snprintf(buf, size, "%s%s%s", r ? r->name : "", r && *summary ? ": " : "", summary);
	return buf;
}
