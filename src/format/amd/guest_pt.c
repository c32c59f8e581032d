// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, section 2.2.6 "Guest
 * and Nested Address Translation" (revision 3.05 numbering): the GCR3 table, which a PASID indexes,
 * and the page tables that its entries point to (v2 tables, the processor's own format).
 *
 * V and the address of a GCR3 entry are those of Linux (drivers/iommu/amd/iommu.c, GCR3_VALID). That
 * the other bits are reserved was not confirmed by a second source: they are shown when set, and a
 * table with such an entry is walked all the same, as Linux's own walk does.
 */
#include "pt.h"

#include "iommu/records.h"
#include "records.h"

#include "format/leaf_run.h"
#include "format/x86_pt.h"

#define VALID	     (1ULL << 0)
#define ADDRESS_MASK 0x000ffffffffff000ULL
#define PASID_BITS   20

static const struct field gcr3_fields[] = {
	{ "V", "v", FIELD_FLAG, BIT_AT(0), .help = "the PASID (or the table below) is there" },
	RESERVED_BITS(11, 1),
	{ "Address", "address", FIELD_ADDRESS, { PIECE(51, 12, 12) },
	  .help = "the guest's CR3, or at a higher level the next table", .physical = true },
	RESERVED_BITS(63, 52),
};

const struct record amd_gcr3_record = {
	.name = "GCR3 table entry",
	.source = "AMD IOMMU specification 48882, section 2.2.6",
	.nr_bits = 64,
	FIELDS(gcr3_fields),
};

static void gcr3_decode(const struct pt_format *format, uint64_t raw, unsigned level,
			uint64_t enc_mask, struct pt_entry *ret)
{
	(void)format;
	*ret = (struct pt_entry){ .kind = PT_EMPTY };
	if (!(raw & VALID))
		return;
	ret->read = ret->write = ret->user = true;
	ret->address = raw & ADDRESS_MASK & ~enc_mask;
	if (level > 1) {
		ret->kind = PT_TABLE;
		ret->next_level = (uint8_t)(level - 1);
	} else {
		ret->kind = PT_LEAF;
		ret->size_lg2 = PT_PASID_LG2;
	}
}

static unsigned gcr3_plain_leaves(const struct pt_format *format, const uint64_t *raw, unsigned nr,
				  unsigned level, uint64_t enc_mask, bool *contiguous)
{
	const struct leaf_run run = {
		.same = VALID,
		.address = ADDRESS_MASK & ~enc_mask,
		.step = 1ULL << PT_PASID_LG2,
	};

	(void)format;
	return level == 1 && (raw[0] & VALID) ? leaf_run_length(&run, raw, nr, contiguous) : 0;
}

const struct pt_format gcr3_format = {
	.name = "gcr3",
	.page_lg2 = PT_PASID_LG2,
	.index_lg2 = 9,
	.max_levels = 3,
	.address_bits = PASID_BITS + PT_PASID_LG2,
	.leaf = &amd_gcr3_record,
	.table = &amd_gcr3_record,
	.decode = gcr3_decode,
	.plain_leaves = gcr3_plain_leaves,
};

const struct pt_format amdv2_format = {
	.name = "amdv2",
	X86_64_GEOMETRY,
	.has_user = true,
	X86_64_LEAF_ADDRESS,
	.leaf = &x86_pte_record,
	.table = &x86_pte_record,
	.decode = x86_64_decode,
	.plain_leaves = x86_64_plain_leaves,
};
