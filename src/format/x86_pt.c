// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * x86-64 page tables of 4 or 5 levels, as the processor walks them: AMD64 Architecture Programmer's
 * Manual volume 2, section 5.3 "Long-Mode Page Translation". The AMD IOMMU uses them for guest
 * translation (its v2 tables), VT-d for first-stage translation.
 */
#include "x86_pt.h"

#include "iommu/pt_geometry.h"
#include "iommu/records.h"

#include "leaf_run.h"

#define PRESENT	     (1ULL << 0)
#define PERM_WRITE   (1ULL << 1)
#define PERM_USER    (1ULL << 2)
#define PAGE_SIZE_   (1ULL << 7)
#define ADDRESS_MASK 0x000ffffffffff000ULL
#define LEAF_LEVELS  3 /* pages of 4K, 2M and 1G */

static const struct field x86_pte_fields[] = {
	{ "P", "p", FIELD_FLAG, BIT_AT(0), .help = "present" },
	{ "RW", "rw", FIELD_FLAG, BIT_AT(1), .help = "writes allowed" },
	{ "US", "us", FIELD_FLAG, BIT_AT(2), .help = "user accesses allowed" },
	{ "PWT", "pwt", FIELD_FLAG, BIT_AT(3), .help = "write-through" },
	{ "PCD", "pcd", FIELD_FLAG, BIT_AT(4), .help = "cache disabled" },
	{ "A", "a", FIELD_FLAG, BIT_AT(5), .help = "accessed" },
	{ "D", "d", FIELD_FLAG, BIT_AT(6), .help = "dirty" },
	{ "PS/PAT", "ps", FIELD_FLAG, BIT_AT(7), .help = "page of this level's size; PAT at level 1" },
	{ "G", "g", FIELD_FLAG, BIT_AT(8), .help = "global" },
	IGNORED_BITS(11, 9),
	{ "Address", "address", FIELD_ADDRESS, { PIECE(51, 12, 12) },
	  .help = "physical address of the page or of the next table", .physical = true },
	IGNORED_BITS(62, 52),
	{ "NX", "nx", FIELD_FLAG, BIT_AT(63), .help = "no execution" },
};

const struct record x86_pte_record = {
	.name = "x86-64 page table entry",
	.source = "AMD64 Architecture Programmer's Manual volume 2, section 5.3",
	.nr_bits = 64,
	FIELDS(x86_pte_fields),
};

static bool is_leaf(uint64_t raw, unsigned level)
{
	return level == 1 || (raw & PAGE_SIZE_);
}

void x86_64_decode(const struct pt_format *format, uint64_t raw, unsigned level, uint64_t enc_mask,
		   struct pt_entry *ret)
{
	uint64_t address = raw & ADDRESS_MASK & ~enc_mask;

	*ret = (struct pt_entry){ .kind = PT_EMPTY };
	if (!(raw & PRESENT))
		return;
	ret->read = true;
	ret->write = raw & PERM_WRITE;
	ret->user = raw & PERM_USER;
	if (!is_leaf(raw, level)) {
		ret->kind = PT_TABLE;
		ret->next_level = (uint8_t)(level - 1);
		ret->address = address;
		return;
	}
	if (level > LEAF_LEVELS) {
		ret->kind = PT_BAD;
		ret->fault = PT_FAULT_SIZE;
		return;
	}
	ret->kind = PT_LEAF;
	ret->size_lg2 = (uint8_t)pt_span_lg2(format, level);
	ret->address = address & ~((1ULL << ret->size_lg2) - 1);
}

unsigned x86_64_plain_leaves(const struct pt_format *format, const uint64_t *raw, unsigned nr,
			     unsigned level, uint64_t enc_mask, bool *contiguous)
{
	const uint64_t step = 1ULL << pt_span_lg2(format, level);
	const struct leaf_run run = {
		.same = PRESENT | PERM_WRITE | PERM_USER | (level > 1 ? PAGE_SIZE_ : 0),
		.address = ADDRESS_MASK & ~enc_mask & ~(step - 1),
		.step = step,
	};

	if (!(raw[0] & PRESENT) || !is_leaf(raw[0], level) || level > LEAF_LEVELS)
		return 0;
	return leaf_run_length(&run, raw, nr, contiguous);
}

const struct pt_format x86_64_format = {
	.name = "x86_64",
	X86_64_GEOMETRY,
	.has_user = true,
	X86_64_LEAF_ADDRESS,
	.leaf = &x86_pte_record,
	.table = &x86_pte_record,
	.decode = x86_64_decode,
	.plain_leaves = x86_64_plain_leaves,
};
