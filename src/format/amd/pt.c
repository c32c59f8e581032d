// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, section 2.2.3 "I/O
 * Page Tables for Host Translations" (revision 3.05 numbering): page directory entry, page table
 * entry, and the page sizes that the PageAddress of a NextLevel 7 entry encodes.
 *
 * The specification's text was not at hand: every bit was checked against implementations that
 * were written from it (Xen, VirtualBox, FreeBSD, QEMU, Linux). One source alone (VirtualBox)
 * calls bits 60:52 of a page directory entry reserved, and one alone (FreeBSD) names PMC.
 */
#include "pt.h"

#include "iommu/pt_geometry.h"

#include "format/leaf_run.h"
#include "records.h"

#define PRESENT	       (1ULL << 0)
#define NEXT_LEVEL_LG2 9
#define NEXT_LEVEL(e)  ((unsigned)((e) >> NEXT_LEVEL_LG2) & 7)
#define ADDRESS_MASK   0x000ffffffffff000ULL
#define ADDRESS_LG2    52
#define ADDRESS_LOW_LG2 12 /* of the lowest bit of an address in an entry */
#define PERM_READ      (1ULL << 61)
#define PERM_WRITE     (1ULL << 62)
#define PDE_RESERVED   0x1ff0000000000000ULL /* 60:52 */
#define PTE_RESERVED   0x01f0000000000000ULL /* 56:52 */
#define NEXT_LEVEL_MAX 6
#define LEVEL_DEFAULT  0 /* a page of the level's own size */
#define LEVEL_ENCODED  7 /* a page whose size its address encodes */

/* What makes leaves differ for plain_leaves(): all but the address and the accessed, dirty and
 * software bits. */
#define LEAF_ATTRIBUTES (PRESENT | (7ULL << 9) | PTE_RESERVED | PERM_READ | PERM_WRITE)

static const char *const next_level_names[] = { "page of this level's size",
						"table of level 1",
						"table of level 2",
						"table of level 3",
						"table of level 4",
						"table of level 5",
						"table of level 6",
						"page, size in its address" };

static const struct field amd_pte_fields[] = {
	{ "PR", "pr", FIELD_FLAG, BIT_AT(0), .help = "present" },
	IGNORED_BITS(4, 1),
	{ "A", "a", FIELD_FLAG, BIT_AT(5), .help = "accessed" },
	{ "D", "d", FIELD_FLAG, BIT_AT(6), .help = "dirty" },
	IGNORED_BITS(8, 7),
	{ "NextLevel", "next_level", FIELD_NUMBER, BITS_AT(11, 9), NAMES(next_level_names),
	  .help = "what the entry is" },
	{ "PageAddress", "page_address", FIELD_ADDRESS, { PIECE(51, 12, 12) },
	  .help = "the page; when NextLevel is 7, its size too", .physical = true },
	RESERVED_BITS(56, 52),
	{ "PMC", "pmc", FIELD_NUMBER, BITS_AT(58, 57), .help = "page migration control" },
	{ "U", "u", FIELD_FLAG, BIT_AT(59), .help = "ATS: untranslated access only" },
	{ "FC", "fc", FIELD_FLAG, BIT_AT(60), .help = "force coherent" },
	{ "IR", "ir", FIELD_FLAG, BIT_AT(61), .help = "device may read" },
	{ "IW", "iw", FIELD_FLAG, BIT_AT(62), .help = "device may write" },
	IGNORED_BITS(63, 63),
};

static const struct field amd_pde_fields[] = {
	{ "PR", "pr", FIELD_FLAG, BIT_AT(0), .help = "present" },
	IGNORED_BITS(4, 1),
	{ "A", "a", FIELD_FLAG, BIT_AT(5), .help = "accessed" },
	IGNORED_BITS(8, 6),
	{ "NextLevel", "next_level", FIELD_NUMBER, BITS_AT(11, 9), NAMES(next_level_names),
	  .help = "what the entry is" },
	{ "NextTable", "next_table", FIELD_ADDRESS, { PIECE(51, 12, 12) },
	  .help = "physical address of the table", .physical = true },
	RESERVED_BITS(60, 52),
	{ "IR", "ir", FIELD_FLAG, BIT_AT(61), .help = "device may read below this entry" },
	{ "IW", "iw", FIELD_FLAG, BIT_AT(62), .help = "device may write below this entry" },
	IGNORED_BITS(63, 63),
};

const struct record amd_pte_record = {
	.name = "I/O page table entry (v1)",
	.source = "AMD IOMMU specification, I/O page tables for host translations",
	.nr_bits = 64,
	FIELDS(amd_pte_fields),
};

const struct record amd_pde_record = {
	.name = "I/O page directory entry (v1)",
	.source = "AMD IOMMU specification, I/O page tables for host translations",
	.nr_bits = 64,
	FIELDS(amd_pde_fields),
};

static void bad(struct pt_entry *ret, enum pt_fault fault, uint64_t reserved)
{
	ret->kind = PT_BAD;
	ret->fault = fault;
	ret->fault_bit = reserved ? (uint8_t)__builtin_ctzll(reserved) : 0;
}

/* NextLevel 7: the page size is one more than the run of ones from address bit 12 up. */
static unsigned encoded_size_lg2(uint64_t raw)
{
	uint64_t address = (raw & ADDRESS_MASK) | ((1ULL << ADDRESS_LOW_LG2) - 1);

	return 1 + (unsigned)__builtin_ctzll(~address);
}

static void decode_leaf(uint64_t raw, unsigned level, uint64_t address, struct pt_entry *ret)
{
	unsigned own_lg2 = pt_span_lg2(&amdv1_format, level);

	ret->kind = PT_LEAF;
	ret->size_lg2 = (uint8_t)own_lg2;
	if (NEXT_LEVEL(raw) == LEVEL_ENCODED)
		ret->size_lg2 = (uint8_t)encoded_size_lg2(address);
	if (raw & PTE_RESERVED) {
		bad(ret, PT_FAULT_RESERVED_BIT, raw & PTE_RESERVED);
		return;
	}
	/* An encoded size lies between this level's own and the next level's (VirtualBox checks the
	 * same); a smaller page would leave the rest of the entry's span undefined. No page is larger
	 * than what an address can name: level 6 has no pages at all (Linux drivers/iommu/generic_pt,
	 * amdv1pt_can_have_leaf(), cites the specification's table of level parameters for it). */
	if (ret->size_lg2 < own_lg2 || ret->size_lg2 >= own_lg2 + amdv1_format.index_lg2 ||
	    ret->size_lg2 > ADDRESS_LG2) {
		bad(ret, PT_FAULT_SIZE, 0);
		return;
	}
	ret->address = address & ~((1ULL << ret->size_lg2) - 1);
}

static void amdv1_decode(const struct pt_format *format, uint64_t raw, unsigned level,
			 uint64_t enc_mask, struct pt_entry *ret)
{
	unsigned next = NEXT_LEVEL(raw);
	uint64_t address = raw & ADDRESS_MASK & ~enc_mask;

	(void)format;
	*ret = (struct pt_entry){ .kind = PT_EMPTY };
	if (!(raw & PRESENT))
		return;
	ret->read = raw & PERM_READ;
	ret->write = raw & PERM_WRITE;
	ret->user = true;
	ret->next_level = (uint8_t)next;
	if (next == LEVEL_DEFAULT || next == LEVEL_ENCODED) {
		decode_leaf(raw, level, address, ret);
		return;
	}
	ret->kind = PT_TABLE;
	ret->address = address;
	if (raw & PDE_RESERVED)
		bad(ret, PT_FAULT_RESERVED_BIT, raw & PDE_RESERVED);
	else if (next >= level || next > NEXT_LEVEL_MAX)
		bad(ret, PT_FAULT_LEVEL, 0);
}

static unsigned amdv1_plain_leaves(const struct pt_format *format, const uint64_t *raw, unsigned nr,
				   unsigned level, uint64_t enc_mask, bool *contiguous)
{
	const uint64_t step = 1ULL << pt_span_lg2(&amdv1_format, level);
	const uint64_t address = ADDRESS_MASK & ~enc_mask;
	/* Bits below the page size are no part of the address: where one is set, decode() says what it means. */
	const struct leaf_run run = { LEAF_ATTRIBUTES | (address & (step - 1)), address, step };

	(void)format;
	if ((raw[0] & run.same & ~(PERM_READ | PERM_WRITE)) != PRESENT || step >> ADDRESS_LG2)
		return 0;
	return leaf_run_length(&run, raw, nr, contiguous);
}

const struct pt_format amdv1_format = {
	.name = "amdv1",
	.page_lg2 = 12,
	.index_lg2 = 9,
	.max_levels = 6,
	.address_bits = 64,
	.leaf_address = ADDRESS_MASK,
	.leaf_sized = (uint64_t)LEVEL_ENCODED << NEXT_LEVEL_LG2,
	.leaf = &amd_pte_record,
	.table = &amd_pde_record,
	.decode = amdv1_decode,
	.plain_leaves = amdv1_plain_leaves,
};
