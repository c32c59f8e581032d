// SPDX-License-Identifier: GPL-2.0-or-later
/* What is mapped next to an address that is not, compared with what was built. */
#include "unit.h"

#include "table_builder.h"

static struct pt_neighbours find(const struct builder *b, uint64_t iova, enum status expected)
{
	struct pt_neighbours n;

	memset(&n, 0xaa, sizeof(n));
	assert_int_equal(pt_find_neighbours(&b->pages->target, &b->root, iova_of(iova), &n),
			 expected);
	return n;
}

static void check_neighbours(const struct builder *b, uint64_t iova)
{
	struct pt_neighbours expected = { 0 }, n = find(b, iova, STATUS_OK);

	for (size_t i = 0; i < b->nr_made; i++) {
		uint64_t first = b->made[i].iova;
		uint64_t last = first + ((1ULL << b->made[i].lg2) - 1);

		if (last < iova && (!expected.below || last > expected.below_last.v)) {
			expected.below = true;
			expected.below_last = iova_of(last);
		}
		if (first > iova && (!expected.above || first < expected.above_first.v)) {
			expected.above = true;
			expected.above_first = iova_of(first);
		}
	}
	check(n.below == expected.below && n.above == expected.above && !n.uncertain, "%llx",
	      (unsigned long long)iova);
	check(!n.below || n.below_last.v == expected.below_last.v, "%llx: below %llx",
	      (unsigned long long)iova, (unsigned long long)n.below_last.v);
	check(!n.above || n.above_first.v == expected.above_first.v, "%llx: above %llx",
	      (unsigned long long)iova, (unsigned long long)n.above_first.v);
}

/* An address in the table's reach, most of them beside something that is mapped. */
static uint64_t random_iova(const struct builder *b, struct rng *rng)
{
	const struct mapping *m;

	if (!b->nr_made || rng_below(rng, 4) == 0)
		return rng_next(rng) & builder_last(b);
	m = &b->made[rng_below(rng, (unsigned)b->nr_made)];
	return rng_below(rng, 2) ? m->iova - 1 : m->iova + (1ULL << m->lg2);
}

static void test_random_tables(void **state)
{
	struct rng rng = { 31 };
	unsigned nr_checked = 0;

	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		for (unsigned turn = 0; turn < 8; turn++) {
			struct builder b;

			builder_init_shape(&b, &shape);
			builder_fill(&b, &rng, rng_below(&rng, 50));
			for (unsigned i = 0; i < 40; i++) {
				uint64_t iova = random_iova(&b, &rng);

				if (iova > builder_last(&b) || builder_find(&b, iova))
					continue;
				check_neighbours(&b, iova);
				nr_checked++;
			}
			builder_release(&b);
		}
	}
	assert_true(nr_checked > 5000);
}

/* An address that the table cannot translate has neighbours all the same: above the table that is the
 * last page mapped, and between the halves of a sign-extended table a page of each half. */
static void test_addresses_out_of_reach(void **state)
{
	const uint64_t half = 1ULL << 47;
	struct builder b;
	struct pt_neighbours n;

	(void)state;
	builder_init(&b, &amdv2_format, 4);
	assert_true(builder_map(&b, 0x5000, 0x7000, 12, true, true));
	assert_true(builder_map(&b, half + 0x9000, 0x8000, 12, true, true));
	n = find(&b, 1ULL << 60, STATUS_OK);
	assert_true(n.below && n.below_last.v == half + 0x9fff && !n.above);
	b.root.sign_extended = true;
	n = find(&b, 1ULL << 60, STATUS_OK);
	assert_true(n.below && n.below_last.v == 0x5fff);
	assert_true(n.above && n.above_first.v == -half + 0x9000);
	builder_release(&b);
}

static void test_ends_of_the_address_space(void **state)
{
	struct builder b;

	(void)state;
	for (unsigned levels = 1; levels <= 6; levels++) {
		uint64_t last;

		builder_init(&b, &amdv1_format, levels);
		last = pt_last_iova(&b.root).v;
		check_neighbours(&b, 0);
		check_neighbours(&b, last);
		assert_true(builder_map(&b, 0, 0x5000, 12, true, true));
		check_neighbours(&b, 0x1000);
		check_neighbours(&b, last);
		assert_true(builder_map(&b, last - 0xfff, 0x6000, 12, true, true));
		check_neighbours(&b, 0x1000);
		check_neighbours(&b, last - 0x1000);
		builder_release(&b);
	}
}

/* 64 bits of address reach the first 128 entries of a level-6 table. */
static void test_entries_out_of_reach(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 6);
	assert_true(builder_map(&b, 0x5000, 0x5000, 12, true, true));
	for (unsigned i = 128; i < 512; i++)
		pages_words(b.pages, b.root.table.v)[i] = ~0ULL;
	check_neighbours(&b, 0x7000);
	check_neighbours(&b, 0x1000);
	check_neighbours(&b, UINT64_MAX);
	builder_release(&b);
}

/* Far away, through nothing: only tables that can matter are read. */
static void test_empty_subtrees_cost_nothing(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 4);
	for (uint64_t i = 0; i < 100; i++)
		assert_true(builder_map(&b, i << 21, i << 12, 12, true, true));
	b.pages->nr_reads = 0;
	check_neighbours(&b, 40 << 21 | 0x5000);
	assert_true(b.pages->nr_reads <= 2 * 5);
	builder_release(&b);
}

/* Something between the address and the neighbour that was found could not be told. */
static void test_damage_makes_it_uncertain(void **state)
{
	struct builder b;
	struct pt_neighbours n;
	uint64_t *entry;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	assert_true(builder_map(&b, 0, 0x5000, 12, true, true));
	assert_true(builder_map(&b, 0x400000, 0x6000, 12, true, true));
	assert_true(builder_map(&b, 0x800000, 0x7000, 12, true, true));
	entry = builder_entry(&b, builder_table(&b, 0, 2), 2, 0x400000);
	pages_fail(b.pages, builder_table(&b, 0x400000, 1), STATUS_NOT_IN_DUMP);
	n = find(&b, 0x200000, STATUS_OK);
	assert_true(n.uncertain && n.above && n.above_first.v == 0x800000);
	assert_true(n.below && n.below_last.v == 0xfff);
	/* Beyond the neighbours it does not matter. */
	n = find(&b, 0xa00000, STATUS_OK);
	assert_true(!n.uncertain && n.below && n.below_last.v == 0x800fff && !n.above);
	*entry |= 1ULL << 52;
	n = find(&b, 0x600000, STATUS_OK);
	assert_true(n.uncertain && n.below && n.below_last.v == 0xfff);
	builder_release(&b);
}

static void test_unreadable_root(void **state)
{
	struct builder b;
	struct pt_neighbours n;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	b.root.table = pa_of(0x000ffffffffff000ULL);
	n = find(&b, 0, STATUS_OK);
	assert_true(n.uncertain && !n.below && !n.above);
	builder_release(&b);
}

/* 512 ways through every table, and all of them empty in the end. */
static void test_limit_of_tables(void **state)
{
	struct builder b;
	struct pt_neighbours n;

	(void)state;
	builder_init(&b, &amdv1_format, 6);
	builder_table(&b, 0, 1);
	for (unsigned level = 2; level <= 6; level++) {
		uint64_t table = builder_table(&b, 0, level);

		for (unsigned i = 1; i < 512; i++)
			pages_words(b.pages, table)[i] = pages_words(b.pages, table)[0];
	}
	b.root.max_tables = 500;
	n = find(&b, 1ULL << 62, STATUS_OK);
	assert_true(n.uncertain && !n.below && !n.above);
	assert_int_equal(b.pages->nr_reads, 1000);
	builder_release(&b);
}

static void test_interrupted(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 4);
	assert_true(builder_map(&b, 0, 0x5000, 12, true, true));
	for (b.pages->interrupt_at = 1; b.pages->interrupt_at <= 4; b.pages->interrupt_at++) {
		b.pages->nr_reads = 0;
		find(&b, 0x5000, STATUS_INTERRUPTED);
		assert_int_equal(b.pages->nr_reads, b.pages->interrupt_at);
	}
	builder_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_tables),
		cmocka_unit_test(test_addresses_out_of_reach),
		cmocka_unit_test(test_ends_of_the_address_space),
		cmocka_unit_test(test_entries_out_of_reach),
		cmocka_unit_test(test_empty_subtrees_cost_nothing),
		cmocka_unit_test(test_damage_makes_it_uncertain),
		cmocka_unit_test(test_unreadable_root),
		cmocka_unit_test(test_limit_of_tables),
		cmocka_unit_test(test_interrupted),
	};

	return cmocka_run_group_tests_name("pt_neighbours", tests, NULL, NULL);
}
