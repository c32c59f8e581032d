// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A line of the kernel's log, as each vendor reads faults out of one: whatever it is, no number is out of its
 * range, every text ends inside its buffer, and the event that it was made of is a fault again.
 */
#include "input.h"

#include "format/amd/fault_line.h"
#include "iommu/vendor.h"

static void check_text(const char *text, size_t max, const char *line)
{
	must(strnlen(text, max) < max, "a text does not end: '%s'", line);
}

static void check_fault(const struct fault *fault, const char *line)
{
	check_text(fault->name, sizeof(fault->name), line);
	check_text(fault->words, sizeof(fault->words), line);
	must(fault->kind <= FAULT_DETAIL && fault->claim <= FAULT_NO_ANSWER, "'%s': an unknown kind", line);
	must(fault->access <= FAULT_EXECUTE && fault->space <= FAULT_AT_GUEST, "'%s': an unknown access", line);
	must(!fault->has_pasid || fault->pasid < 1u << 20, "'%s': PASID %x", line, fault->pasid);
	must(fault->index_bits <= 16, "'%s': %u bits of an index", line, fault->index_bits);
	must(fault->kind != FAULT_DETAIL || fault->nr_detail <= 2, "'%s': %u words", line, fault->nr_detail);
}

static void check_event(const struct fault *told, const char *line)
{
	struct fault fault;

	if (told->has_raw && amd_event_fault(told->raw, &fault))
		check_fault(&fault, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	char *line = input_text(&in);
	const struct vendor *vendor;

	for (unsigned nth = 0; (vendor = nth_vendor(nth)); nth++) {
		struct fault fault;

		/* What a line does not tell must not stay from the one before. */
		memset(&fault, 0xa5, sizeof(fault));
		if (!vendor->fault_line || !vendor->fault_line(line, &fault))
			continue;
		check_fault(&fault, line);
		check_event(&fault, line);
	}
	free(line);
	return 0;
}
