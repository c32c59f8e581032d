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

#define NO_PASID 0xffffffffu

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

static void take_reason(const char *line, struct fault *ret)
{
	const struct intel_fault_reason *reason;
	const char *what = claim_words(ret->access);
	uint64_t code;

	if (ret->kind == FAULT_OF_INTERRUPT)
		what = "interrupt";
	if (!fault_number_of(line, "fault reason ", 10, &code) || code > UINT8_MAX) {
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
static void take_pasid(const char *line, struct fault *ret)
{
	uint64_t pasid;

	if (!fault_number_of(line, "PASID ", 16, &pasid) || pasid == NO_PASID || pasid == 0)
		return;
	ret->has_pasid = true;
	ret->pasid = (uint32_t)pasid;
}

static bool request_line(const char *line, struct fault *ret)
{
	const char *device = strstr(line, "Request device [");
	uint64_t number;

	if (!device)
		return false;
	*ret = (struct fault){ 0 };
	if (fault_number_of(line, "fault addr ", 16, &number)) {
		ret->kind = FAULT_OF_REQUEST;
		ret->space = FAULT_AT_IOVA;
		ret->address = number;
	} else if (fault_number_of(line, "fault index ", 16, &number) && number <= UINT16_MAX) {
		ret->kind = FAULT_OF_INTERRUPT;
		ret->has_index = true;
		ret->index = (uint16_t)number;
	} else {
		return false;
	}
	if (strstr(line, "[DMA Read"))
		ret->access = FAULT_READ;
	else if (strstr(line, "[DMA Write"))
		ret->access = FAULT_WRITE;
	ret->has_stream = fault_bdf(device + strlen("Request device ["), &ret->stream_id, &ret->has_segment, NULL);
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

/* Behind one of those errors: the descriptors around it, and that it was cleared. */
static bool queue_detail_line(const char *line, struct fault *ret)
{
	static const char *const starts[] = { "QI HEAD: ", "QI PRIOR: ", "Invalidation Queue Error (IQE) cleared",
					      "Invalidation Time-out Error (ITE) cleared",
					      "Invalidation Completion Error (ICE) cleared" };

	if (!strstr(line, "DMAR"))
		return false;
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

/* The function of the driver whose lines are counted and held back. */
static const char *const limited[] = { "dmar_fault", NULL };

bool intel_fault_line(const char *line, struct fault *ret)
{
	return request_line(line, ret) || queue_error_line(line, ret) || invalid_descriptor_line(line, ret) ||
	       queue_detail_line(line, ret) || status_line(line, ret) || fault_suppressed(line, limited, ret);
}
