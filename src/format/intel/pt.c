// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, section 9.8 "Second-Stage
 * Paging Entries" (revision 4.0 numbering): tables of 3 to 5 levels, pages of 4K, 2M and 1G.
 *
 * The specification's text was not at hand: every bit was checked against implementations written from it
 * (QEMU, VirtualBox, NoirVisor, EDK2, FreeBSD, Linux). X counts on no unit that Linux knows, and is ignored
 * from revision 5 on: an entry with neither R nor W is empty whatever else it says. Which bits are reserved
 * on which unit is from QEMU (SNP without snoop control, TM without device TLBs) and VirtualBox (PS of a
 * size that SSLPS does not have). The specification reserves SNP without snoop control (SC) in either mode;
 * Linux 5.10 sets it on every unit with scalable mode (domain_update_iommu_snooping), and QEMU's
 * unit, which lacks SC, takes it there: so such a unit is not said to refuse it.
 */
#include "pt.h"

#include "iommu/pt_geometry.h"

#include "format/leaf_run.h"

#define READ	     (1ULL << 0)
#define WRITE	     (1ULL << 1)
#define PAGE_SIZE_   (1ULL << 7)
#define SNOOP	     (1ULL << 11)
#define ADDRESS_MASK 0x000ffffffffff000ULL
#define TRANSIENT    (1ULL << 62)

#define TABLE_RESERVED (SNOOP | TRANSIENT)

static const struct field ss_pte_fields[] = {
	{ "R", "r", FIELD_FLAG, BIT_AT(0), .help = "device may read" },
	{ "W", "w", FIELD_FLAG, BIT_AT(1), .help = "device may write" },
	{ "X", "x", FIELD_FLAG, BIT_AT(2), .help = "execution; ignored since revision 5" },
	{ "EMT", "emt", FIELD_NUMBER, BITS_AT(5, 3), .help = "memory type, where EMTE is set" },
	{ "IPAT", "ipat", FIELD_FLAG, BIT_AT(6), .help = "the first stage's memory type is ignored" },
	{ "PS", "ps", FIELD_FLAG, BIT_AT(7), .help = "page of this level's size; ignored at level 1" },
	{ "A", "a", FIELD_FLAG, BIT_AT(8), .help = "accessed, where SSADE is set" },
	{ "D", "d", FIELD_FLAG, BIT_AT(9), .help = "dirty, where SSADE is set" },
	IGNORED_BITS(10, 10),
	{ "SNP", "snp", FIELD_FLAG, BIT_AT(11), .help = "accesses snoop the caches" },
	{ "ADDR", "address", FIELD_ADDRESS, { PIECE(51, 12, 12) }, .help = "the page" },
	IGNORED_BITS(61, 52),
	{ "TM", "tm", FIELD_FLAG, BIT_AT(62), .help = "transient mapping: devices are not to cache it" },
	IGNORED_BITS(63, 63),
};

const struct record intel_ss_pte_record = {
	.name = "Second-stage page entry",
	.source = "Intel VT-d specification, section 9.8",
	.nr_bits = 64,
	FIELDS(ss_pte_fields),
};

static const struct field ss_pde_fields[] = {
	{ "R", "r", FIELD_FLAG, BIT_AT(0), .help = "device may read below this entry" },
	{ "W", "w", FIELD_FLAG, BIT_AT(1), .help = "device may write below this entry" },
	{ "X", "x", FIELD_FLAG, BIT_AT(2), .help = "execution; ignored since revision 5" },
	IGNORED_BITS(6, 3),
	{ "PS", "ps", FIELD_FLAG, BIT_AT(7), .help = "0: a table; reserved at levels 4 and 5" },
	{ "A", "a", FIELD_FLAG, BIT_AT(8), .help = "accessed, where SSADE is set" },
	IGNORED_BITS(10, 9),
	RESERVED_BITS(11, 11),
	{ "ADDR", "address", FIELD_ADDRESS, { PIECE(51, 12, 12) }, .help = "the next table" },
	IGNORED_BITS(61, 52),
	RESERVED_BITS(62, 62),
	IGNORED_BITS(63, 63),
};

const struct record intel_ss_pde_record = {
	.name = "Second-stage table entry",
	.source = "Intel VT-d specification, section 9.8",
	.nr_bits = 64,
	FIELDS(ss_pde_fields),
};

static const struct vtdss *vtdss_of(const struct pt_format *format)
{
	return (const struct vtdss *)format;
}

static void reserved(struct pt_entry *ret, uint64_t bits)
{
	ret->kind = PT_BAD;
	ret->fault = PT_FAULT_RESERVED_BIT;
	ret->fault_bit = (uint8_t)__builtin_ctzll(bits);
}

static void decode_leaf(const struct vtdss *vtdss, uint64_t raw, unsigned level,
			uint64_t address, struct pt_entry *ret)
{
	uint64_t offset = (1ULL << pt_span_lg2(&vtdss->format, level)) - 1;
	uint64_t wrong = (raw & vtdss->leaf_reserved) | (address & offset);

	if (wrong) {
		reserved(ret, wrong);
		return;
	}
	ret->kind = PT_LEAF;
	ret->size_lg2 = (uint8_t)pt_span_lg2(&vtdss->format, level);
	ret->address = address;
}

static void vtdss_decode(const struct pt_format *format, uint64_t raw, unsigned level,
			 uint64_t enc_mask, struct pt_entry *ret)
{
	const struct vtdss *vtdss = vtdss_of(format);
	uint64_t address = raw & ADDRESS_MASK & ~enc_mask;
	bool large = level > 1 && (raw & PAGE_SIZE_);

	*ret = (struct pt_entry){ .kind = PT_EMPTY };
	if (!(raw & (READ | WRITE)))
		return;
	ret->read = raw & READ;
	ret->write = raw & WRITE;
	ret->user = true;
	if (large && (level > VTDSS_LEAF_LEVELS || !vtdss->large[level])) {
		reserved(ret, PAGE_SIZE_);
		return;
	}
	if (large || level == 1) {
		decode_leaf(vtdss, raw, level, address, ret);
		return;
	}
	ret->kind = PT_TABLE;
	ret->next_level = (uint8_t)(level - 1);
	ret->address = address;
	if (raw & TABLE_RESERVED)
		reserved(ret, raw & TABLE_RESERVED);
}

static unsigned vtdss_plain_leaves(const struct pt_format *format, const uint64_t *raw, unsigned nr,
				   unsigned level, uint64_t enc_mask, bool *contiguous)
{
	const struct vtdss *vtdss = vtdss_of(format);
	const uint64_t address = ADDRESS_MASK & ~enc_mask;
	const uint64_t step = 1ULL << pt_span_lg2(format, level);
	const uint64_t must_be_zero = vtdss->leaf_reserved | (address & (step - 1));
	const struct leaf_run run = {
		.same = READ | WRITE | (level > 1 ? PAGE_SIZE_ : 0) | must_be_zero,
		.address = address,
		.step = step,
	};

	if (!(raw[0] & (READ | WRITE)) || (raw[0] & must_be_zero))
		return 0;
	if (level > 1 && (level > VTDSS_LEAF_LEVELS || !(raw[0] & PAGE_SIZE_) || !vtdss->large[level]))
		return 0;
	return leaf_run_length(&run, raw, nr, contiguous);
}

/* Which features make a shape, as bits of its index. */
#define HAS_2M	1
#define HAS_1G	2
#define HAS_SNP 4
#define HAS_TM	8

#define SHAPE(features)                                                                            \
	[features] = {                                                                             \
		.format = {                                                                        \
			.name = "vtdss",                                                           \
			.page_lg2 = 12,                                                            \
			.index_lg2 = 9,                                                            \
			.max_levels = 5,                                                           \
			.address_bits = 57,                                                        \
			.leaf_address = ADDRESS_MASK,                                              \
			.leaf = &intel_ss_pte_record,                                              \
			.table = &intel_ss_pde_record,                                             \
			.decode = vtdss_decode,                                                    \
			.plain_leaves = vtdss_plain_leaves,                                        \
		},                                                                                 \
		.large = { [2] = ((features) & HAS_2M) != 0, [3] = ((features) & HAS_1G) != 0 },   \
		.leaf_reserved = ((features) & HAS_SNP ? 0 : SNOOP) |                              \
				 ((features) & HAS_TM ? 0 : TRANSIENT),                            \
	}

const struct vtdss vtdss_shapes[VTDSS_NR_SHAPES] = {
	SHAPE(0), SHAPE(1), SHAPE(2),  SHAPE(3),  SHAPE(4),  SHAPE(5),	SHAPE(6),  SHAPE(7),
	SHAPE(8), SHAPE(9), SHAPE(10), SHAPE(11), SHAPE(12), SHAPE(13), SHAPE(14), SHAPE(15),
};

#define SSLPS_2M 1
#define SSLPS_1G 2

const struct pt_format *intel_second_stage(const struct intel_caps *caps)
{
	uint64_t sslps = intel_cap(caps, "sslps");
	unsigned features = 0;

	if (!caps->known)
		return &vtdss_of_any.format;
	features |= sslps & SSLPS_2M ? HAS_2M : 0;
	features |= sslps & SSLPS_1G ? HAS_1G : 0;
	features |= intel_ecap(caps, "sc") || intel_ecap(caps, "smts") ? HAS_SNP : 0;
	features |= intel_ecap(caps, "dt") ? HAS_TM : 0;
	return &vtdss_shapes[features].format;
}
