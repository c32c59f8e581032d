// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the VT-d driver keeps of the firmware's DMAR. DRHD, ATSR and SATC are copied whole, behind the struct that stands
 * for them; of an RMRR the addresses are copied, and its block is where the kernel has the table mapped.
 */
#include "dmar.h"

#include <string.h>

#define BLOCK_START_BYTES 4 /* type and length */

const struct dmar_list intel_dmar_lists[] = {
	{ DMAR_DRHD, "dmar_drhd_units", M_INTEL_DRHD_LIST, M_INTEL_DRHD_HDR },
	{ DMAR_RMRR, "dmar_rmrr_units", M_INTEL_RMRR_LIST, M_INTEL_RMRR_HDR },
	{ DMAR_ATSR, "dmar_atsr_units", M_INTEL_ATSR_LIST, M_INTEL_ATSR_HDR },
	{ DMAR_SATC, "dmar_satc_units", M_INTEL_SATC_LIST, M_INTEL_SATC_HDR },
	{ 0 },
};

/* Of an RHSA the driver keeps the memory node, of an ANDD which device it is. */
bool intel_reads_type(struct kernel *k, uint16_t type)
{
	struct kva at;

	if (type == DMAR_RHSA || type == DMAR_ANDD)
		return true;
	for (const struct dmar_list *list = intel_dmar_lists; list->symbol; list++) {
		if (list->type == type)
			return !failed(kernel_symbol(k, list->symbol, &at));
	}
	return false;
}

static struct failure read_block(struct kernel *k, struct kva at, struct dmar_copy *ret)
{
	uint64_t length;
	uint8_t *bytes;
	struct failure failure = kernel_read_number(k, kva_plus(at, 2), 2, &length);

	if (!failed(failure) && length < BLOCK_START_BYTES)
		failure = failure_at(STATUS_DAMAGED, at.v);
	if (failed(failure))
		return failure;
	bytes = arena_alloc(k->arena, length);
	failure = kernel_read(k, at, bytes, length);
	ret->bytes = bytes;
	ret->has_block = !failed(failure) && intel_dmar_lone_block(bytes, length, &ret->block);
	return failure;
}

static struct failure read_copy(struct kernel *k, const struct dmar_list *list, struct dmar_copy *ret)
{
	struct kva header;
	struct failure failure = NO_FAILURE;

	if (list->type == DMAR_RMRR) {
		failure = kernel_read_member(k, ret->at, M_INTEL_RMRR_BASE, &ret->base);
		if (!failed(failure))
			failure = kernel_read_member(k, ret->at, M_INTEL_RMRR_END, &ret->last);
	}
	if (!failed(failure))
		failure = kernel_read_pointer(k, ret->at, list->header, &header);
	if (!failed(failure) && !kva_is_null(header))
		failure = read_block(k, header, ret);
	return failure;
}

struct failure intel_copies(struct kernel *k, const struct dmar_list *list, struct ptrs *ret)
{
	struct ptrs found = { 0 };
	struct kva head;
	struct failure failure = kernel_symbol(k, list->symbol, &head);

	if (!failed(failure))
		failure = kernel_list(k, head, list->link, &found);
	for (size_t i = 0; i < found.nr && !target_interrupted(k->target); i++) {
		struct dmar_copy *copy = arena_alloc(k->arena, sizeof(*copy));

		copy->at = *(struct kva *)found.at[i];
		failure = first_failure(failure, read_copy(k, list, copy));
		ptrs_push(k->arena, ret, copy);
	}
	return failure;
}
