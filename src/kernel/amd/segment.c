// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the AMD driver keeps its per-device tables: one global set up to 5.10, one per PCI segment
 * in struct amd_iommu_pci_seg from 6.1 on. Late 5.10 stable kernels have that struct without the
 * tables in it, so the member dev_table decides.
 */
#include "amd.h"

static struct failure read_segment(struct kernel *k, struct kva at, struct amd_segment *ret)
{
	uint64_t id = 0, last = 0;
	struct failure failure = kernel_read_member(k, at, M_AMD_SEG_ID, &id);

	if (!failed(failure))
		failure = kernel_read_member(k, at, M_AMD_SEG_LAST_BDF, &last);
	if (!failed(failure))
		failure = kernel_read_pointer(k, at, M_AMD_SEG_DEV_TABLE, &ret->dev_table);
	if (failed(failure))
		return failure;
	ret->at = at;
	ret->id = (uint16_t)id;
	ret->last_devid = (uint32_t)last;
	/* Without these a device has no known alias or unit; its entry can still be read. */
	if (failed(kernel_read_pointer(k, at, M_AMD_SEG_ALIAS_TABLE, &ret->alias_table)))
		ret->alias_table = kva_of(0);
	if (failed(kernel_read_pointer(k, at, M_AMD_SEG_RLOOKUP_TABLE, &ret->rlookup_table)))
		ret->rlookup_table = kva_of(0);
	return NO_FAILURE;
}

static bool has_segment(const struct ptrs *segments, uint16_t id)
{
	for (size_t i = 0; i < segments->nr; i++) {
		if (((const struct amd_segment *)segments->at[i])->id == id)
			return true;
	}
	return false;
}

/* Of two that claim one number the first is believed: each may have a table of every device id. */
static struct failure segments_of_list(struct kernel *k, struct ptrs *ret)
{
	struct ptrs found = { 0 };
	struct kva head;
	struct failure failure = kernel_symbol(k, "amd_iommu_pci_seg_list", &head);

	if (!failed(failure))
		failure = kernel_list(k, head, M_AMD_SEG_LIST, &found);
	for (size_t i = 0; i < found.nr; i++) {
		struct amd_segment *segment = arena_alloc(k->arena, sizeof(*segment));
		struct failure one = read_segment(k, *(struct kva *)found.at[i], segment);

		if (!failed(one) && has_segment(ret, segment->id))
			one = failure_at(STATUS_DAMAGED, segment->at.v);
		if (!failed(one))
			ptrs_push(k->arena, ret, segment);
		failure = first_failure(failure, one);
		if (target_interrupted(k->target))
			return failure_of(STATUS_INTERRUPTED);
	}
	return failure;
}

/* Without it a device has no known alias or unit; its entry can still be read. */
static struct kva optional_table(struct kernel *k, const char *symbol)
{
	struct kva table;
	struct failure failure = kernel_read_variable(k, symbol, 8, &table.v);

	if (failure.status == STATUS_MISSING)
		kernel_leave_unreported(k, failure);
	return failed(failure) ? kva_of(0) : table;
}

static struct failure global_segment(struct kernel *k, struct ptrs *ret)
{
	struct amd_segment *segment = arena_alloc(k->arena, sizeof(*segment));
	uint64_t last;
	struct failure failure;

	failure = kernel_read_variable(k, "amd_iommu_dev_table", 8, &segment->dev_table.v);
	if (failure.status == STATUS_MISSING)
		failure.missing = "amd_iommu_pci_seg.dev_table (or the symbol amd_iommu_dev_table)";
	if (failed(failure))
		return failure;
	if (kva_is_null(segment->dev_table))
		return NO_FAILURE; /* the driver gave up before it allocated one */
	failure = kernel_read_variable(k, "amd_iommu_last_bdf", 2, &last);
	if (failed(failure))
		return failure;
	segment->last_devid = (uint32_t)last;
	segment->alias_table = optional_table(k, "amd_iommu_alias_table");
	segment->rlookup_table = optional_table(k, "amd_iommu_rlookup_table");
	ptrs_push(k->arena, ret, segment);
	return NO_FAILURE;
}

void amd_read_tables(struct kernel *k, struct inventory *inv)
{
	struct amd_tables *tables = arena_alloc(k->arena, sizeof(*tables));

	tables->failure = kernel_has_member(k, M_AMD_SEG_DEV_TABLE) ?
				  segments_of_list(k, &tables->segments) :
				  global_segment(k, &tables->segments);
	if (tables->failure.status == STATUS_MISSING)
		kernel_leave_unreported(k, tables->failure);
	inventory_keep(k, inv, &amd_vendor, tables);
}

const struct amd_tables *amd_tables(const struct inventory *inv)
{
	static const struct amd_tables none;
	const struct amd_tables *tables = inventory_kept(inv, &amd_vendor);

	return tables ? tables : &none;
}

const struct amd_segment *amd_find_segment(const struct inventory *inv, uint16_t id,
					   struct failure *failure)
{
	const struct amd_tables *tables = amd_tables(inv);

	*failure = tables->failure;
	for (size_t i = 0; i < tables->segments.nr; i++) {
		const struct amd_segment *segment = tables->segments.at[i];

		/* (A global table is segment 0's: drivers of that age know no other.) */
		if (segment->id == id) {
			*failure = NO_FAILURE;
			return segment;
		}
	}
	if (!failed(*failure))
		*failure = failure_of(STATUS_ABSENT);
	return NULL;
}
