// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the AMD driver keeps its per-device tables: one global set up to 5.10, one per PCI segment
 * in struct amd_iommu_pci_seg from 6.1 on. Late 5.10 stable kernels have that struct without the
 * tables in it, so the member dev_table decides.
 */
#include "amd.h"

#include <stdlib.h>
#include <string.h>

static enum status read_segment(struct kernel *k, struct kva at, struct amd_segment *ret)
{
	uint64_t id = 0, last = 0;
	enum status status = kernel_read_member(k, at, M_AMD_SEG_ID, &id);

	if (status == STATUS_OK)
		status = kernel_read_member(k, at, M_AMD_SEG_LAST_BDF, &last);
	if (status == STATUS_OK)
		status = kernel_read_pointer(k, at, M_AMD_SEG_DEV_TABLE, &ret->dev_table);
	if (status != STATUS_OK)
		return status;
	ret->at = at;
	ret->id = (uint16_t)id;
	ret->last_devid = (uint32_t)last;
	/* Without these a device has no known alias or unit; its entry can still be read. */
	if (kernel_read_pointer(k, at, M_AMD_SEG_ALIAS_TABLE, &ret->alias_table) != STATUS_OK)
		ret->alias_table = kva_of(0);
	if (kernel_read_pointer(k, at, M_AMD_SEG_RLOOKUP_TABLE, &ret->rlookup_table) != STATUS_OK)
		ret->rlookup_table = kva_of(0);
	return STATUS_OK;
}

static enum status segments_of_list(struct kernel *k, struct ptrs *ret)
{
	struct ptrs found = { 0 };
	struct kva head;
	enum status status = kernel_symbol(k, "amd_iommu_pci_seg_list", &head);

	if (status == STATUS_OK)
		status = kernel_list(k, head, M_AMD_SEG_LIST, &found);
	for (size_t i = 0; i < found.nr; i++) {
		struct amd_segment *segment = arena_alloc(k->arena, sizeof(*segment));
		enum status one = read_segment(k, *(struct kva *)found.at[i], segment);

		if (one == STATUS_OK)
			ptrs_push(k->arena, ret, segment);
		if (status == STATUS_OK)
			status = one;
	}
	return status;
}

/* Without it a device has no known alias or unit; its entry can still be read. */
static struct kva optional_table(struct kernel *k, const char *symbol)
{
	struct kva table;
	enum status status = kernel_read_variable(k, symbol, 8, &table.v);

	if (status == STATUS_MISSING)
		kernel_remember(k, status, symbol, 0);
	return status == STATUS_OK ? table : kva_of(0);
}

static enum status global_segment(struct kernel *k, struct ptrs *ret)
{
	struct amd_segment *segment = arena_alloc(k->arena, sizeof(*segment));
	uint64_t last;
	enum status status;

	status = kernel_read_variable(k, "amd_iommu_dev_table", 8, &segment->dev_table.v);
	if (status == STATUS_MISSING)
		k->missing = "amd_iommu_pci_seg.dev_table (or the symbol amd_iommu_dev_table)";
	if (status != STATUS_OK)
		return status;
	if (kva_is_null(segment->dev_table))
		return STATUS_OK; /* the driver gave up before it allocated one */
	status = kernel_read_variable(k, "amd_iommu_last_bdf", 2, &last);
	if (status != STATUS_OK)
		return status;
	segment->last_devid = (uint32_t)last;
	segment->alias_table = optional_table(k, "amd_iommu_alias_table");
	segment->rlookup_table = optional_table(k, "amd_iommu_rlookup_table");
	ptrs_push(k->arena, ret, segment);
	return STATUS_OK;
}

/* What the first call found, and what it said of a failure. */
struct amd_segments_read {
	struct ptrs found;
	enum status status;
	const char *missing;
	uint64_t failed_at;
};

static struct amd_segments_read *read_segments(struct kernel *k)
{
	struct amd_segments_read *read = arena_alloc(k->arena, sizeof(*read));

	read->status = kernel_has_member(k, M_AMD_SEG_DEV_TABLE) ?
			       segments_of_list(k, &read->found) :
			       global_segment(k, &read->found);
	if (read->status == STATUS_MISSING)
		kernel_remember(k, read->status, k->missing, 0);
	read->missing = k->missing;
	read->failed_at = k->failed_at;
	return read;
}

enum status amd_segments(struct kernel *k, struct ptrs *ret)
{
	if (!k->amd_segments)
		k->amd_segments = read_segments(k);
	*ret = k->amd_segments->found;
	if (k->amd_segments->status != STATUS_OK) {
		k->missing = k->amd_segments->missing;
		k->failed_at = k->amd_segments->failed_at;
	}
	return k->amd_segments->status;
}

struct amd_segment *amd_find_segment(struct kernel *k, uint16_t id, enum status *status)
{
	struct ptrs segments = { 0 };

	*status = amd_segments(k, &segments);
	for (size_t i = 0; i < segments.nr; i++) {
		struct amd_segment *segment = segments.at[i];

		/* (A global table is segment 0's: drivers of that age know no other.) */
		if (segment->id == id) {
			*status = STATUS_OK;
			return segment;
		}
	}
	if (*status == STATUS_OK)
		*status = STATUS_ABSENT;
	return NULL;
}

enum status amd_read_dte(struct kernel *k, uint32_t sbdf, struct amd_dte_place *ret,
			 uint32_t *last)
{
	uint32_t devid = sbdf & 0xffff;
	enum status status;
	struct amd_segment *segment = amd_find_segment(k, (uint16_t)(sbdf >> 16), &status);

	memset(ret, 0, sizeof(*ret));
	*last = 0;
	if (!segment)
		return status;
	*last = segment->last_devid;
	if (devid > segment->last_devid)
		return STATUS_ABSENT;
	ret->at = kva_plus(segment->dev_table, (uint64_t)devid * AMD_DTE_BYTES);
	status = kernel_read(k, ret->at, ret->words, sizeof(ret->words));
	if (status != STATUS_OK)
		return status;
	amd_dte_decode(ret->words, k->enc_mask, &ret->dte);
	return STATUS_OK;
}
