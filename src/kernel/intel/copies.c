// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the VT-d driver keeps of the firmware's DMAR. DRHD, ATSR and SATC are copied whole, behind the struct that stands
 * for them; of an RMRR the addresses are copied, and its block is where the kernel has the table mapped. Beside each
 * stand the devices that it names, as far as they are there.
 */
#include "dmar.h"

#include <string.h>

#define BLOCK_START_BYTES 4 /* type and length */
#define MAX_SCOPES	  65536 /* no block has more bytes */

const struct dmar_list intel_dmar_lists[] = {
	{ DMAR_DRHD, "DRHD", "dmar_drhd_units", M_INTEL_DRHD_LIST, M_INTEL_DRHD_HDR, M_INTEL_DRHD_DEVICES,
	  M_INTEL_DRHD_NR },
	{ DMAR_RMRR, "RMRR", "dmar_rmrr_units", M_INTEL_RMRR_LIST, M_INTEL_RMRR_HDR, M_INTEL_RMRR_DEVICES,
	  M_INTEL_RMRR_NR },
	{ DMAR_ATSR, "ATSR", "dmar_atsr_units", M_INTEL_ATSR_LIST, M_INTEL_ATSR_HDR, M_INTEL_ATSR_DEVICES,
	  M_INTEL_ATSR_NR },
	{ DMAR_SATC, "SATC", "dmar_satc_units", M_INTEL_SATC_LIST, M_INTEL_SATC_HDR, M_INTEL_SATC_DEVICES,
	  M_INTEL_SATC_NR },
	{ 0 },
};

const struct dmar_list *intel_dmar_list(unsigned type)
{
	const struct dmar_list *list = intel_dmar_lists;

	while (list->symbol && list->type != type)
		list++;
	return list->symbol ? list : NULL;
}

/* Of an RHSA the driver keeps the memory node, of an ANDD which device it is. */
bool intel_reads_type(struct kernel *k, unsigned type)
{
	const struct dmar_list *list = intel_dmar_list(type);
	struct kva at;

	/* SATC alone came later than what this reads: elsewhere a list that is not found is one that cannot be read. */
	return type == DMAR_RHSA || type == DMAR_ANDD ||
	       (list && (type != DMAR_SATC || !failed(kernel_symbol(k, list->symbol, &at))));
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

/* Of an RMRR: the driver goes by the addresses that it copied, and never looks at the block again for them. */
static struct failure read_range(struct kernel *k, struct dmar_copy *ret)
{
	struct failure failure = kernel_read_member(k, ret->at, M_INTEL_RMRR_BASE, &ret->base);

	if (!failed(failure))
		failure = kernel_read_member(k, ret->at, M_INTEL_RMRR_END, &ret->last);
	ret->has_range = !failed(failure);
	return failure;
}

static struct failure read_copy(struct kernel *k, const struct dmar_list *list, struct dmar_copy *ret)
{
	struct failure failure = kernel_read_pointer(k, ret->at, list->header, &ret->block_at);

	if (!failed(failure) && !kva_is_null(ret->block_at))
		failure = read_block(k, ret->block_at, ret);
	if (list->type != DMAR_RMRR)
		return failure;
	ret->block_failure = failure;
	return read_range(k, ret);
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

/* sizeof(struct dmar_dev_scope): its last member is a byte, and it starts with a pointer. */
static struct failure scope_bytes(struct kernel *k, uint64_t *ret)
{
	struct kva last = { 0 };
	struct failure failure = kernel_member_at(k, kva_of(0), M_INTEL_SCOPE_DEVFN, &last);

	*ret = (last.v + sizeof(uint64_t)) / sizeof(uint64_t) * sizeof(uint64_t);
	return failure;
}

struct failure intel_scope_devices(struct kernel *k, const struct dmar_list *list, struct kva at,
				   struct ptrs *ret)
{
	struct kva scopes, dev;
	uint64_t nr, stride;
	struct failure failure = kernel_read_pointer(k, at, list->devices, &scopes);

	if (!failed(failure))
		failure = kernel_read_member(k, at, list->nr_devices, &nr);
	if (!failed(failure) && (nr > MAX_SCOPES || (nr && kva_is_null(scopes))))
		failure = failure_at(STATUS_DAMAGED, at.v);
	if (!failed(failure) && nr)
		failure = scope_bytes(k, &stride);
	for (uint64_t i = 0; !failed(failure) && i < nr; i++) {
		failure = kernel_read_pointer(k, kva_plus(scopes, i * stride), M_INTEL_SCOPE_DEV, &dev);
		if (!failed(failure) && !kva_is_null(dev))
			kernel_push(k, ret, dev);
	}
	return failure;
}
