// SPDX-License-Identifier: GPL-2.0-or-later
/* Properties that every page-table format must have, then the words of each one. */
#include "unit.h"

#include "iommu/pt_geometry.h"
#include "every_record.h"
#include "format/amd/records.h"
#include "table_builder.h"

#define NR_RANDOM 200000

/* Those that -f takes, without the test's own. */
#define FOR_EACH_LISTED(format)                                                                    \
	for (unsigned nth_ = 0; nth_ != UINT32_MAX; nth_ = UINT32_MAX)                             \
		for (const struct pt_format *format; (format = kernel_nth_format(nth_)); nth_++)

/* Entries of a piece of a table, of any format. */
#define NR_ENTRIES 512u

static struct pt_entry decode(const struct pt_format *format, uint64_t raw, unsigned level)
{
	struct pt_entry entry;

	memset(&entry, 0xaa, sizeof(entry));
	format->decode(format, raw, level, 0, &entry);
	return entry;
}

/* ---- every format ---- */

static void test_formats_are_found_by_name(void **state)
{
	(void)state;
	FOR_EACH_LISTED(format)
	assert_ptr_equal(kernel_format(format->name), format);
	assert_null(kernel_format("amd"));
	assert_null(kernel_format(""));
}

static void test_records_are_linted(void **state)
{
	(void)state;
	FOR_EACH_LISTED(format)
	{
		assert_true(record_is_listed(format->leaf));
		assert_true(record_is_listed(format->table));
	}
}

/* The root of a table without an address. */
static struct pt_root root_of(const struct shape *shape)
{
	return (struct pt_root){ .format = shape->format,
				 .levels = (uint8_t)shape->levels,
				 .top_index_lg2 = (uint8_t)shape->top_index_lg2 };
}

/* What the specifications say of their tables, by hand: bits of address that a root reaches, and
 * entries of its top table. */
static void test_known_geometries(void **state)
{
	static const struct {
		struct shape shape;
		unsigned reach_lg2;
		uint64_t top_entries;
	} known[] = {
		{ { &amdv1_format, 3, 0, 0 }, 39, 512 },
		{ { &amdv1_format, 6, 0, 0 }, 64, 128 },
		{ { &x86_64_format, 4, 0, 0 }, 48, 512 },
		{ { &x86_64_format, 5, 0, 0 }, 57, 512 },
		{ { &gcr3_format, 3, 0, 0 }, 32, 4 }, /* 20 bits of PASID, 12 below */
		{ { &lpae4_format, 4, 0, 0 }, 48, 512 },
		{ { &lpae4_format, 3, 6, 0 }, 36, 64 },	     /* T0SZ 28 */
		{ { &lpae4s2_format, 3, 10, 0 }, 40, 1024 }, /* 2 tables side by side */
		{ { &lpae4s2_format, 3, 13, 0 }, 43, 8192 }, /* 16 */
		{ { &lpae16_format, 3, 0, 0 }, 47, 2048 },
		{ { &lpae16_format, 4, 0, 0 }, 48, 2 },
		{ { &lpae64_format, 3, 6, 0 }, 48, 64 },
		{ { &lpae64_format, 3, 0, 0 }, 52, 1024 },
		{ { &lpae64_format, 2, 0, 0 }, 42, 8192 },
		{ { &lpae64_format, 2, 17, 0 }, 46, 131072 }, /* 16 tables side by side */
		{ { &svx4_format, 3, 0, 0 }, 41, 2048 },      /* Sv39x4 */
		{ { &svx4_format, 4, 0, 0 }, 50, 2048 },      /* Sv48x4 */
		{ { &svx4_format, 5, 0, 0 }, 59, 2048 },      /* Sv57x4 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct pt_root root = root_of(&known[i].shape);

		check(pt_reach_lg2(&root) == known[i].reach_lg2, "row %zu", i);
		check(pt_nr_entries(&root, root.levels) == known[i].top_entries, "row %zu", i);
	}
}

/* A table of a level spans what one entry of the level above spans, the top table what the root
 * reaches, and the largest root the format's width. */
static void test_levels_tile_the_address_space(void **state)
{
	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		const struct pt_format *format = shape.format;
		struct pt_root root = root_of(&shape);

		assert_in_range(format->max_levels, 1, PT_MAX_LEVELS);
		assert_int_equal(pt_span_lg2(format, 1), format->page_lg2);
		for (unsigned level = 1; level < shape.levels; level++) {
			assert_int_equal(pt_span_lg2(format, level) + format->index_lg2,
					 pt_span_lg2(format, level + 1));
			assert_int_equal(pt_nr_entries(&root, level), 1u << format->index_lg2);
		}
		assert_int_equal(pt_span_lg2(format, shape.levels) +
					 pt_index_lg2(&root, shape.levels),
				 pt_reach_lg2(&root));
		assert_in_range(pt_reach_lg2(&root), pt_span_lg2(format, shape.levels) + 1,
				format->address_bits);
		if (shape.levels == format->max_levels && !shape.top_index_lg2)
			assert_int_equal(pt_reach_lg2(&root), format->address_bits);
	}
}

static void check_entry(const struct pt_format *format, unsigned level, uint64_t enc, uint64_t raw,
			const struct pt_entry *e)
{
	unsigned own = pt_span_lg2(format, level);
	const char *name = format->name;

	switch (e->kind) {
	case PT_EMPTY:
		break;
	case PT_LEAF:
		check(e->size_lg2 >= own &&
			      e->size_lg2 < own + (format->index_lg2 < PT_MAX_COPIES_LG2
							   ? format->index_lg2
							   : PT_MAX_COPIES_LG2),
		      "%s level %u %llx: size %u", name, level, (unsigned long long)raw,
		      e->size_lg2);
		check(e->size_lg2 <= 52 && !(e->address & ((1ULL << e->size_lg2) - 1)),
		      "%s level %u %llx: address", name, level, (unsigned long long)raw);
		break;
	case PT_TABLE:
		check(e->next_level >= 1 && e->next_level < level, "%s level %u %llx: next %u",
		      name, level, (unsigned long long)raw, e->next_level);
		check(!(e->address & ((1ULL << format->page_lg2) - 1)), "%s %llx", name,
		      (unsigned long long)raw);
		break;
	case PT_BAD:
		check(e->fault != PT_FAULT_NONE, "%s level %u %llx", name, level,
		      (unsigned long long)raw);
		if (e->fault == PT_FAULT_RESERVED_BIT)
			check(raw >> e->fault_bit & 1, "%s %llx: bit %u", name,
			      (unsigned long long)raw, e->fault_bit);
		break;
	}
	check(e->kind == PT_BAD || !(e->address & enc), "%s %llx", name, (unsigned long long)raw);
	check(e->kind == PT_BAD || e->address < 1ULL << 52, "%s %llx", name,
	      (unsigned long long)raw);
}

/* Whatever the word is, the answer is one that a walker can act on without a further check. */
static void test_random_words_have_sane_answers(void **state)
{
	struct rng rng = { 3 };

	(void)state;
	FOR_EACH_FORMAT(format)
	{
		for (unsigned i = 0; i < NR_RANDOM; i++) {
			unsigned level = 1 + rng_below(&rng, format->max_levels);
			uint64_t enc = rng_below(&rng, 2) ? 1ULL << 47 : 0;
			uint64_t raw = rng_next(&rng) | 1;
			struct pt_entry entry;

			/* Most random words have a reserved bit set: give the others a chance. */
			if (rng_below(&rng, 2))
				raw &= 0x600fffffffffffffULL;
			format->decode(format, raw, level, enc, &entry);
			check_entry(format, level, enc, raw, &entry);
		}
	}
}

/* The bits of which one has to be set in an entry that is present: VT-d's second stage has no bit of its own for
 * it. */
static uint64_t present_bits(const struct pt_format *format)
{
	return strcmp(format->name, "vtdss") == 0 ? 3 : 1;
}

static void test_not_present_is_empty(void **state)
{
	struct rng rng = { 4 };

	(void)state;
	FOR_EACH_FORMAT(format)
	{
		for (unsigned level = 1; level <= format->max_levels; level++) {
			assert_int_equal(decode(format, 0, level).kind, PT_EMPTY);
			for (unsigned i = 0; i < 1000; i++)
				check(decode(format, rng_next(&rng) & ~present_bits(format), level)
						      .kind == PT_EMPTY,
				      "%s level %u", format->name, level);
		}
	}
}

/* ---- plain_leaves() against decode(), entry by entry ---- */

static bool is_same_leaf(const struct pt_entry *a, const struct pt_entry *b, unsigned lg2)
{
	return b->kind == PT_LEAF && b->size_lg2 == lg2 && a->read == b->read &&
	       a->write == b->write && a->user == b->user;
}

/* must: entries that it has to count, when the caller knows that they are all alike; 0: it may
 * stop early, but has to be right about those it counts. */
static void check_plain_leaves(const struct pt_format *format, const uint64_t *raw, unsigned nr,
			       unsigned level, uint64_t enc, unsigned must)
{
	bool contiguous = true, said = false;
	struct pt_entry first, entry;
	unsigned got = format->plain_leaves(format, raw, nr, level, enc, &said);

	check(got <= nr && got >= must, "%s level %u: %u of %u, %u are alike", format->name, level,
	      got, nr, must);
	format->decode(format, raw[0], level, enc, &first);
	for (unsigned i = 0; i < got; i++) {
		format->decode(format, raw[i], level, enc, &entry);
		check(first.kind == PT_LEAF &&
			      is_same_leaf(&first, &entry, pt_span_lg2(format, level)),
		      "%s level %u: entry %u of %u, %llx after %llx", format->name, level, i, got,
		      (unsigned long long)raw[i], (unsigned long long)raw[0]);
		contiguous &= entry.address ==
			      first.address + ((uint64_t)i << pt_span_lg2(format, level));
	}
	check(!got || said == contiguous, "%s level %u: %u entries, contiguous %d", format->name,
	      level, got, said);
}

/* Start addresses: anywhere, or so near the top that a run crosses the last bit of an address or
 * the encryption bit. */
static uint64_t random_address(struct rng *rng, const struct builder *b, unsigned level)
{
	uint64_t step = 1ULL << builder_span_lg2(b, level);
	uint64_t pa = rng_next(rng) & ((1ULL << 46) - 1);

	switch (rng_below(rng, 8)) {
	case 0:
		pa = (1ULL << b->pa_lg2) - step * (1 + rng_below(rng, 600));
		break;
	case 1:
		pa = (1ULL << 47) - step * (1 + rng_below(rng, 600));
		break;
	}
	return pa & ~(step - 1) & ((1ULL << b->pa_lg2) - 1);
}

static uint64_t random_word(struct rng *rng, const struct builder *b, unsigned level)
{
	uint64_t pa = rng_next(rng) & ((1ULL << b->pa_lg2) - 1) & ~(b->page - 1);

	switch (rng_below(rng, 6)) {
	case 0:
		return 0;
	case 1:
		return rng_next(rng);
	case 2:
		return rng_next(rng) & 0x600fffffffffffffULL;
	case 3:
		return level > 1 ? builder_table_word(b, pa, level - 1) : 0;
	case 4:
		return b->is_amd ? builder_sized_word(pa, 12 + rng_below(rng, 40), true, true) : 1;
	default:
		return builder_leaf_word(b, pa, level, rng_below(rng, 2), rng_below(rng, 2));
	}
}

/* A page of runs: contiguous or scattered, of changing permissions, accessed and dirty bits and
 * encryption, with something else in between now and then. */
static void fill_page(struct rng *rng, const struct builder *b, unsigned level, uint64_t *raw)
{
	unsigned at = 0;

	while (at < NR_ENTRIES) {
		unsigned nr = 1 + rng_below(rng, rng_below(rng, 3) ? 20 : 600);
		bool read = rng_below(rng, 2), write = rng_below(rng, 2);
		bool scattered = !rng_below(rng, 3), noise = !rng_below(rng, 3);
		uint64_t pa = random_address(rng, b, level);

		for (unsigned i = 0; i < nr && at < NR_ENTRIES; i++, at++) {
			uint64_t step = 1ULL << builder_span_lg2(b, level);

			raw[at] = builder_leaf_word(b, pa & ((1ULL << b->pa_lg2) - 1), level, read,
						    write);
			if (noise)
				raw[at] ^= rng_next(rng) & (0x60 | 1ULL << 63 | 1ULL << 47);
			pa = scattered ? random_address(rng, b, level) : pa + step;
		}
		if (at < NR_ENTRIES && rng_below(rng, 2))
			raw[at++] = random_word(rng, b, level);
	}
}

static void test_plain_leaves_agree_with_decode(void **state)
{
	struct rng rng = { 5 };
	uint64_t raw[NR_ENTRIES];

	(void)state;
	FOR_EACH_FORMAT(format)
	{
		struct builder b;

		builder_init(&b, format, format->max_levels);
		for (unsigned turn = 0; turn < 600; turn++) {
			unsigned level = 1 + rng_below(&rng, format->max_levels);
			uint64_t enc = rng_below(&rng, 2) ? 1ULL << 47 : 0;

			fill_page(&rng, &b, level, raw);
			for (unsigned from = 0; from < NR_ENTRIES; from += 1 + rng_below(&rng, 9)) {
				unsigned nr = NR_ENTRIES - from;

				if (rng_below(&rng, 2))
					nr = 1 + rng_below(&rng, nr);
				check_plain_leaves(format, raw + from, nr, level, enc, 0);
			}
		}
		builder_release(&b);
	}
}

/* What is all alike has to be found in one question, or a scan would be slow. */
static void test_plain_leaves_take_whole_pages(void **state)
{
	struct rng rng = { 6 };
	uint64_t raw[NR_ENTRIES];

	(void)state;
	FOR_EACH_FORMAT(format)
	{
		uint64_t alike;
		struct builder b;

		builder_init(&b, format, format->max_levels);
		/* ARM's bits 51:48 stand apart from the others: runs end where they change. */
		alike = (1ULL << (format == &lpae64_format ? 48 : b.pa_lg2)) - 1;
		for (unsigned turn = 0; turn < 400; turn++) {
			unsigned level = 1 + rng_below(&rng, builder_page_levels(&b));
			unsigned nr = 1 + rng_below(&rng, NR_ENTRIES);
			uint64_t pa = random_address(&rng, &b, level) & ((1ULL << 46) - 1);
			bool scattered = rng_below(&rng, 2);

			for (unsigned i = 0; i < NR_ENTRIES; i++) {
				raw[i] = i < nr ? builder_leaf_word(&b, pa, level, true, turn & 1)
						: 0;
				pa = scattered ? random_address(&rng, &b, level)
					       : pa + (1ULL << builder_span_lg2(&b, level));
				pa &= alike;
			}
			check_plain_leaves(format, raw, NR_ENTRIES, level, 0, nr);
			check_plain_leaves(format, raw, nr, level, 0, nr);
			check(nr == NR_ENTRIES || !format->plain_leaves(format, raw + nr, 1, level,
									0, &scattered),
			      "%s: an empty entry", format->name);
		}
		builder_release(&b);
	}
}

/* ---- AMD, version 1 ---- */

static void test_amd_page_of_each_level(void **state)
{
	(void)state;
	for (unsigned level = 1; level <= 5; level++) {
		unsigned lg2 = 12 + 9 * (level - 1);
		uint64_t pa = 5ULL << lg2 & 0x000ffffffffff000ULL;
		struct pt_entry e = decode(&amdv1_format, 0x6000000000000001ULL | pa, level);

		check(e.kind == PT_LEAF && e.size_lg2 == lg2 && e.address == pa, "level %u", level);
		check(e.read && e.write, "level %u", level);
	}
	/* Table 15 of the specification, as Linux reads it: no page at the top level. */
	assert_int_equal(decode(&amdv1_format, 0x6000000000000001ULL, 6).kind, PT_BAD);
	assert_int_equal(decode(&amdv1_format, 0x6000000000000001ULL, 6).fault, PT_FAULT_SIZE);
}

/* The sizes as the specification's examples give them: 8K, 16K, 32K, 4M, 1T... */
static void test_amd_encoded_sizes_by_hand(void **state)
{
	static const struct {
		uint64_t raw;
		unsigned level, lg2;
		uint64_t pa;
	} known[] = {
		{ 0x6000000123450e01ULL & ~0x1000ULL, 1, 13, 0x123450000ULL & ~0x1fffULL },
		{ 0x6000000000001e01ULL, 1, 14, 0 },
		{ 0x6000000000013e01ULL, 1, 15, 0x10000 },
		{ 0x60000000000ffe01ULL, 1, 21, 0 }, /* too large for level 1 */
		{ 0x60000000000ffe01ULL, 2, 21, 0 },
		{ 0x60000000005ffe01ULL, 2, 22, 0x400000 },
		{ 0x6000008000001e01ULL, 2, 14, 0 }, /* too small for level 2 */
		{ 0x6000007ffffffe01ULL, 4, 40, 0 },
		{ 0x600ffffffffffe01ULL, 5, 53, 0 }, /* larger than any address */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct pt_entry e = decode(&amdv1_format, known[i].raw, known[i].level);
		unsigned own = 12 + 9 * (known[i].level - 1);

		if (known[i].lg2 < own || known[i].lg2 >= own + 9 || known[i].lg2 > 52)
			check(e.kind == PT_BAD && e.fault == PT_FAULT_SIZE, "row %zu", i);
		else
			check(e.kind == PT_LEAF && e.size_lg2 == known[i].lg2 &&
				      e.address == known[i].pa,
			      "row %zu: kind %d, size %u, %llx", i, e.kind, e.size_lg2,
			      (unsigned long long)e.address);
	}
}

/* Any power of two, encoded from the rule and decoded back, at every level. */
static void test_amd_every_encoded_size(void **state)
{
	struct rng rng = { 7 };

	(void)state;
	for (unsigned level = 1; level <= 6; level++) {
		for (unsigned lg2 = 13; lg2 <= 52; lg2++) {
			unsigned own = 12 + 9 * (level - 1);
			uint64_t pa = lg2 == 52 ? 0 : rng_next(&rng) >> 12 >> lg2 << lg2;
			struct pt_entry e = decode(&amdv1_format,
						   builder_sized_word(pa, lg2, true, false), level);
			bool fits = lg2 >= own && lg2 < own + 9;

			check(fits ? e.kind == PT_LEAF && e.size_lg2 == lg2 && e.address == pa
				   : e.kind == PT_BAD && e.fault == PT_FAULT_SIZE,
			      "level %u, size %u", level, lg2);
			check(!fits || (e.read && !e.write), "level %u, size %u", level, lg2);
		}
	}
}

static void test_amd_tables(void **state)
{
	(void)state;
	for (unsigned level = 1; level <= 6; level++) {
		for (unsigned next = 1; next <= 6; next++) {
			uint64_t raw = 0x6000000abcdef001ULL | (uint64_t)next << 9;
			struct pt_entry e = decode(&amdv1_format, raw, level);

			check(e.next_level == next, "level %u to %u", level, next);
			if (next < level)
				check(e.kind == PT_TABLE && e.address == 0xabcdef000ULL && e.read &&
					      e.write,
				      "level %u to %u", level, next);
			else
				check(e.kind == PT_BAD && e.fault == PT_FAULT_LEVEL,
				      "level %u to %u", level, next);
		}
	}
}

static void test_amd_permissions(void **state)
{
	(void)state;
	for (unsigned perm = 0; perm < 4; perm++) {
		uint64_t bits = (uint64_t)perm << 61;
		struct pt_entry leaf = decode(&amdv1_format, bits | 0x5001, 1);
		struct pt_entry table = decode(&amdv1_format, bits | 0x5201, 2);

		check(leaf.kind == PT_LEAF && leaf.read == (perm & 1) && leaf.write == perm >> 1,
		      "%u", perm);
		check(table.kind == PT_TABLE && table.read == (perm & 1) &&
			      table.write == perm >> 1,
		      "%u", perm);
	}
}

/* Each bit alone, in a leaf and in a table entry: 56:52 and 60:52 must be zero. */
static void test_amd_reserved_bits(void **state)
{
	(void)state;
	for (unsigned bit = 52; bit < 64; bit++) {
		struct pt_entry leaf = decode(&amdv1_format, 0x5001 | 1ULL << bit, 1);
		struct pt_entry table = decode(&amdv1_format, 0x5201 | 1ULL << bit, 2);

		check((leaf.kind == PT_BAD) == (bit <= 56), "leaf, bit %u", bit);
		check((table.kind == PT_BAD) == (bit <= 60), "table, bit %u", bit);
		check(leaf.kind != PT_BAD ||
			      (leaf.fault == PT_FAULT_RESERVED_BIT && leaf.fault_bit == bit),
		      "leaf, bit %u", bit);
		check(table.kind != PT_BAD ||
			      (table.fault == PT_FAULT_RESERVED_BIT && table.fault_bit == bit),
		      "table, bit %u", bit);
	}
	/* Hardware does not look at 4:1, 8:7 and 63, and sets 5 and 6 itself. */
	assert_int_equal(decode(&amdv1_format, 0x80000000000051ffULL, 1).kind, PT_LEAF);
	assert_true(decode(&amdv1_format, 0x80000000000051ffULL, 1).address == 0x5000);
}

static void test_amd_encryption_bit(void **state)
{
	const uint64_t sme = 1ULL << 47;
	struct pt_entry e;

	(void)state;
	amdv1_format.decode(&amdv1_format, 0x6000000012345001ULL | sme, 1, sme, &e);
	assert_true(e.kind == PT_LEAF && e.address == 0x12345000);
	amdv1_format.decode(&amdv1_format, 0x6000000012345401ULL | sme, 3, sme, &e);
	assert_true(e.kind == PT_TABLE && e.address == 0x12345000);
	/* It is no part of an encoded size either. */
	amdv1_format.decode(&amdv1_format, 0x60007fffffffee01ULL | sme, 1, sme, &e);
	assert_true(e.kind == PT_LEAF && e.size_lg2 == 13 && e.address == 0x7fffffffe000ULL);
}

/* ---- x86-64 ---- */

static void test_x86_pages(void **state)
{
	static const unsigned lg2[] = { 0, 12, 21, 30 };

	(void)state;
	for (unsigned level = 1; level <= 5; level++) {
		uint64_t raw = 0x8000000000000067ULL | 3ULL << 39 | (level > 1 ? 0x80 : 0);
		struct pt_entry e = decode(&x86_64_format, raw, level);

		if (level <= 3)
			check(e.kind == PT_LEAF && e.size_lg2 == lg2[level] &&
				      e.address == 3ULL << 39 && e.read && e.write,
			      "level %u", level);
		else
			check(e.kind == PT_BAD && e.fault == PT_FAULT_SIZE, "level %u", level);
	}
}

static void test_x86_tables(void **state)
{
	(void)state;
	for (unsigned level = 2; level <= 5; level++) {
		struct pt_entry e = decode(&x86_64_format, 0x000ffffffffff067ULL, level);

		check(e.kind == PT_TABLE && e.next_level == level - 1 &&
			      e.address == 0x000ffffffffff000ULL,
		      "level %u", level);
	}
}

static void test_x86_attributes(void **state)
{
	struct pt_entry e = decode(&x86_64_format, 0x5005, 1);

	(void)state;
	assert_true(e.kind == PT_LEAF && e.read && !e.write);
	/* PAT: bit 7 of a 4 KiB page, bit 12 of a larger one. Neither changes size or address. */
	e = decode(&x86_64_format, 0x5087, 1);
	assert_true(e.kind == PT_LEAF && e.size_lg2 == 12 && e.address == 0x5000);
	e = decode(&x86_64_format, 0x401087, 2);
	assert_true(e.kind == PT_LEAF && e.size_lg2 == 21 && e.address == 0x400000);
	x86_64_format.decode(&x86_64_format, 0x400087 | 1ULL << 51, 2, 1ULL << 51, &e);
	assert_true(e.kind == PT_LEAF && e.address == 0x400000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats_are_found_by_name),
		cmocka_unit_test(test_records_are_linted),
		cmocka_unit_test(test_known_geometries),
		cmocka_unit_test(test_levels_tile_the_address_space),
		cmocka_unit_test(test_random_words_have_sane_answers),
		cmocka_unit_test(test_not_present_is_empty),
		cmocka_unit_test(test_plain_leaves_agree_with_decode),
		cmocka_unit_test(test_plain_leaves_take_whole_pages),
		cmocka_unit_test(test_amd_page_of_each_level),
		cmocka_unit_test(test_amd_encoded_sizes_by_hand),
		cmocka_unit_test(test_amd_every_encoded_size),
		cmocka_unit_test(test_amd_tables),
		cmocka_unit_test(test_amd_permissions),
		cmocka_unit_test(test_amd_reserved_bits),
		cmocka_unit_test(test_amd_encryption_bit),
		cmocka_unit_test(test_x86_pages),
		cmocka_unit_test(test_x86_tables),
		cmocka_unit_test(test_x86_attributes),
	};

	return cmocka_run_group_tests_name("pt_format", tests, NULL, NULL);
}
