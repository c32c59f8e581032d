// SPDX-License-Identifier: GPL-2.0-or-later
/* One address through tables that an independent builder made. */
#include "unit.h"

#include "table_builder.h"

static struct pt_translation translate(const struct builder *b, uint64_t iova)
{
	struct pt_translation t;

	memset(&t, 0xaa, sizeof(t));
	pt_translate(&b->pages->target, &b->root, iova_of(iova), &t);
	return t;
}

/* Each step read the entry that the address selects, one level after the other. */
static void check_steps(struct builder *b, uint64_t iova, const struct pt_translation *t)
{
	unsigned level = b->root.levels + 1u;

	for (unsigned i = 0; i < t->nr_steps; i++) {
		const struct pt_step *step = &t->steps[i];

		check(step->level < level, "step %u, level %u", i, step->level);
		level = step->level;
		check(step->index ==
			      (iova >> builder_span_lg2(b, level)) % builder_nr_entries(b, level),
		      "step %u", i);
		check(step->entry_pa.v == step->table.v + 8u * step->index, "step %u", i);
		check(step->raw == *pages_words(b->pages, step->entry_pa.v), "step %u", i);
	}
	check(t->steps[0].level == b->root.levels, "first level");
	check(t->steps[0].table.v == b->root.table.v, "first table");
}

static void check_byte(struct builder *b, const struct mapping *m, uint64_t offset)
{
	struct pt_translation t = translate(b, m->iova + offset);

	check(t.result == PT_MAPPED && t.pa.v == m->pa + offset, "%s %u levels, %llx + %llx",
	      b->root.format->name, b->root.levels, (unsigned long long)m->iova,
	      (unsigned long long)offset);
	check(t.size_lg2 == m->lg2 && t.write == m->write && t.read == m->read, "%s %llx",
	      b->root.format->name, (unsigned long long)m->iova);
	check_steps(b, m->iova + offset, &t);
}

static void check_mapping(struct builder *b, const struct mapping *m, struct rng *rng)
{
	uint64_t size = 1ULL << m->lg2;

	check_byte(b, m, 0);
	check_byte(b, m, size - 1);
	for (unsigned i = 0; i < 8; i++)
		check_byte(b, m, rng_next(rng) & (size - 1));
}

/* ---- what is built is read back ---- */

static void test_every_level_count(void **state)
{
	struct rng rng = { 11 };

	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		struct builder b;
		uint64_t last;

		builder_init_shape(&b, &shape);
		last = builder_last(&b);
		assert_true(pt_last_iova(&b.root).v == last);
		builder_map_ends(&b);
		for (size_t i = 0; i < b.nr_made; i++)
			check_mapping(&b, &b.made[i], &rng);
		if (b.nr_made == 3 && last > 8 * b.page) {
			assert_int_equal(translate(&b, b.page).result, PT_NOT_MAPPED);
			assert_int_equal(translate(&b, last - b.page).result, PT_NOT_MAPPED);
		}
		assert_int_equal(translate(&b, last).nr_steps, shape.levels);
		builder_release(&b);
	}
}

static void test_top_of_six_levels(void **state)
{
	struct builder b;
	struct pt_translation t;

	(void)state;
	builder_init(&b, &amdv1_format, 6);
	assert_true(builder_map(&b, UINT64_MAX - 0xfff, 0x5000, 12, true, true));
	t = translate(&b, UINT64_MAX);
	assert_int_equal(t.result, PT_MAPPED);
	assert_true(t.pa.v == 0x5fff);
	assert_int_equal(t.nr_steps, 6);
	assert_int_equal(t.steps[0].index, 127);
	builder_release(&b);
}

static void test_beyond_reads_nothing(void **state)
{
	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		struct builder b;
		struct pt_translation t;

		builder_init_shape(&b, &shape);
		if (builder_last(&b) < UINT64_MAX) {
			t = translate(&b, builder_last(&b) + 1);
			check(t.result == PT_BEYOND && t.nr_steps == 0, "%s %u", shape.format->name,
			      shape.levels);
			assert_int_equal(translate(&b, UINT64_MAX).result, PT_BEYOND);
		}
		assert_int_equal(b.pages->nr_reads, 0);
		builder_release(&b);
	}
}

static void test_every_page_size(void **state)
{
	struct rng rng = { 12 };

	(void)state;
	for (unsigned lg2 = 12; lg2 <= 52; lg2++) {
		struct builder b;

		builder_init(&b, &amdv1_format, 6);
		assert_true(builder_map(&b, 5ULL << lg2, lg2 < 50 ? 3ULL << lg2 : 0, lg2, true,
					lg2 & 1));
		check_mapping(&b, &b.made[0], &rng);
		assert_int_equal(translate(&b, (5ULL << lg2) - 1).result, PT_NOT_MAPPED);
		assert_int_equal(translate(&b, 6ULL << lg2).result, PT_NOT_MAPPED);
		builder_release(&b);
	}
}

static void test_random_tables(void **state)
{
	struct rng rng = { 13 };

	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		for (unsigned turn = 0; turn < 10; turn++) {
			struct builder b;

			builder_init_shape(&b, &shape);
			builder_fill(&b, &rng, 60);
			for (size_t i = 0; i < b.nr_made; i++)
				check_mapping(&b, &b.made[i], &rng);
			for (unsigned i = 0; i < 300; i++) {
				uint64_t iova = b.made[rng_below(&rng, (unsigned)b.nr_made)].iova ^
						1ULL << rng_below(&rng, 64);
				struct pt_translation t;

				if (iova > pt_last_iova(&b.root).v)
					continue;
				t = translate(&b, iova);
				check((t.result == PT_MAPPED) == !!builder_find(&b, iova), "%llx",
				      (unsigned long long)iova);
				check(t.result == PT_MAPPED || t.result == PT_NOT_MAPPED, "%llx",
				      (unsigned long long)iova);
			}
			builder_release(&b);
		}
	}
}

/* ---- skipped levels ---- */

static void test_skipped_levels(void **state)
{
	const uint64_t base = 5ULL << 39;
	struct builder b;
	struct pt_translation t;

	(void)state;
	builder_init(&b, &amdv1_format, 4);
	builder_hang(&b, base, 4, 1);
	assert_true(builder_map(&b, base + 0x3000, 0x9000, 12, true, true));
	t = translate(&b, base + 0x3123);
	assert_int_equal(t.result, PT_MAPPED);
	assert_true(t.pa.v == 0x9123);
	assert_int_equal(t.nr_steps, 2);
	assert_int_equal(t.steps[1].level, 1);
	/* Every bit of the levels that are skipped must be zero. */
	for (unsigned bit = 21; bit < 39; bit++) {
		t = translate(&b, (base + 0x3123) | 1ULL << bit);
		check(t.result == PT_NOT_MAPPED && t.skipped_bits && t.nr_steps == 1, "bit %u",
		      bit);
	}
	t = translate(&b, base + 0x4000);
	assert_true(t.result == PT_NOT_MAPPED && !t.skipped_bits);
	builder_release(&b);
}

/* ---- permissions ---- */

static void test_permissions_are_the_and_of_the_path(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	assert_true(builder_map(&b, 0, 0x9000, 12, true, true));
	for (unsigned bits = 0; bits < 64; bits++) {
		uint64_t read = 1, write = 1;
		struct pt_translation t;

		for (unsigned level = 1; level <= 3; level++) {
			uint64_t perm = bits >> 2 * (level - 1) & 3;
			uint64_t *entry = builder_entry(&b, builder_table(&b, 0, level), level, 0);

			*entry = (*entry & ~(3ULL << 61)) | perm << 61;
			read &= perm;
			write &= perm >> 1;
		}
		t = translate(&b, 0);
		check(t.result == PT_MAPPED && t.read == read && t.write == write, "%x", bits);
	}
	builder_release(&b);
}

static void test_x86_permissions(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &x86_64_format, 2);
	assert_true(builder_map(&b, 0, 0x9000, 12, true, true));
	assert_true(translate(&b, 0).write);
	*builder_entry(&b, b.root.table.v, 2, 0) &= ~2ULL;
	assert_true(translate(&b, 0).read && !translate(&b, 0).write);
	builder_release(&b);
}

/* ---- damage ---- */

/* Supervisor below a user entry or above one: the page is for supervisors. */
static void test_user_is_the_and_of_the_path(void **state)
{
	struct builder b;
	uint64_t *entry;

	(void)state;
	builder_init(&b, &amdv2_format, 4);
	assert_true(builder_map(&b, 0x5000, 0x7000, 12, true, true));
	assert_true(builder_map(&b, 0x6000, 0x8000, 12, true, true));
	assert_true(translate(&b, 0x5000).user);
	*builder_entry(&b, builder_table(&b, 0x5000, 1), 1, 0x5000) &= ~4ULL;
	assert_false(translate(&b, 0x5000).user);
	assert_true(translate(&b, 0x6000).user);
	entry = builder_entry(&b, builder_table(&b, 0x5000, 3), 3, 0x5000);
	*entry &= ~4ULL;
	assert_false(translate(&b, 0x6000).user);
	builder_release(&b);
	/* AMD's own tables are for both. */
	builder_init(&b, &amdv1_format, 3);
	assert_true(builder_map(&b, 0x5000, 0x7000, 12, true, true));
	assert_true(translate(&b, 0x5000).user);
	builder_release(&b);
}

/* The upper half of the table is at the end of the address space, and nothing is in between. */
static void test_sign_extension(void **state)
{
	(void)state;
	for (unsigned levels = 4; levels <= 5; levels++) {
		uint64_t half = 1ULL << (11 + 9 * levels);
		struct builder b;
		struct pt_translation t;

		builder_init(&b, &amdv2_format, levels);
		assert_true(builder_map(&b, half - 0x1000, 0x7000, 12, true, true));
		assert_true(builder_map(&b, half, 0x8000, 12, true, true));
		assert_true(builder_map(&b, 2 * half - 0x1000, 0x9000, 12, true, true));
		assert_int_equal(translate(&b, half).result, PT_MAPPED);
		b.root.sign_extended = true;
		assert_true(pt_last_iova(&b.root).v == UINT64_MAX);
		assert_true(translate(&b, half - 1).pa.v == 0x7fff);
		assert_int_equal(translate(&b, half).result, PT_BEYOND);
		assert_int_equal(translate(&b, half).nr_steps, 0);
		assert_int_equal(translate(&b, 2 * half - 1).result, PT_BEYOND);
		assert_int_equal(translate(&b, -half - 1).result, PT_BEYOND);
		t = translate(&b, -half);
		assert_int_equal(t.result, PT_MAPPED);
		assert_true(t.pa.v == 0x8000 && t.steps[0].index == 256);
		assert_true(translate(&b, UINT64_MAX).pa.v == 0x9fff);
		builder_release(&b);
	}
}

static void test_unreadable_tables(void **state)
{
	static const enum status why[] = { STATUS_NOT_IN_DUMP, STATUS_BAD_ADDRESS,
					   STATUS_INTERRUPTED };

	(void)state;
	for (unsigned level = 1; level <= 4; level++) {
		for (unsigned i = 0; i < 3; i++) {
			struct builder b;
			struct pt_translation t;

			builder_init(&b, &amdv1_format, 4);
			assert_true(builder_map(&b, 0x5000, 0x9000, 12, true, true));
			pages_fail(b.pages, builder_table(&b, 0x5000, level), why[i]);
			t = translate(&b, 0x5000);
			check(t.result == PT_UNREADABLE, "level %u", level);
			check(t.nr_steps == 5 - level && t.steps[4 - level].level == level &&
				      t.steps[4 - level].status == why[i],
			      "level %u", level);
			builder_release(&b);
		}
	}
}

static void test_root_outside_memory(void **state)
{
	struct builder b;
	struct pt_translation t;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	b.root.table = pa_of(0x000ffffffffff000ULL);
	t = translate(&b, 0);
	assert_int_equal(t.result, PT_UNREADABLE);
	assert_int_equal(t.steps[0].status, STATUS_BAD_ADDRESS);
	assert_true(t.steps[0].entry_pa.v == 0x000ffffffffff000ULL);
	builder_release(&b);
}

static void test_bad_entries(void **state)
{
	static const struct {
		uint64_t word;
		enum pt_fault fault;
	} bad[] = {
		{ 0x6010000000000201ULL, PT_FAULT_RESERVED_BIT },
		{ 0x6000000000000401ULL, PT_FAULT_LEVEL }, /* 2 to 2 */
		{ 0x6000000000000c01ULL, PT_FAULT_LEVEL }, /* 2 to 6 */
		{ 0x6000000000001e01ULL, PT_FAULT_SIZE },  /* 16 KiB at level 2 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct builder b;
		struct pt_translation t;

		builder_init(&b, &amdv1_format, 3);
		*builder_entry(&b, builder_table(&b, 0, 2), 2, 0) = bad[i].word;
		t = translate(&b, 0);
		check(t.result == PT_BAD_TABLE && t.nr_steps == 2 &&
			      t.steps[1].entry.fault == bad[i].fault,
		      "row %zu", i);
		builder_release(&b);
	}
}

/* A table that points to itself as the next lower one: the walk ends with the levels. */
static void test_table_that_points_to_itself(void **state)
{
	struct builder b;
	struct pt_translation t;

	(void)state;
	for (unsigned levels = 2; levels <= 6; levels++) {
		builder_init(&b, &amdv1_format, levels);
		*builder_entry(&b, b.root.table.v, levels, 0) =
			builder_table_word(&b, b.root.table.v, levels - 1);
		t = translate(&b, 0);
		check(t.nr_steps == 2 && t.result == PT_BAD_TABLE, "%u levels: %u", levels,
		      t.nr_steps);
		builder_release(&b);
	}
	for (unsigned levels = 2; levels <= 5; levels++) {
		builder_init(&b, &x86_64_format, levels);
		*builder_entry(&b, b.root.table.v, levels, 0) =
			builder_table_word(&b, b.root.table.v, levels - 1);
		t = translate(&b, 0);
		/* x86 entries do not say their level: the last one ends up as a page. */
		check(t.nr_steps == levels && t.result == PT_MAPPED, "%u levels", levels);
		builder_release(&b);
	}
}

static void test_encrypted_tables(void **state)
{
	const uint64_t sme = 1ULL << 47;
	struct builder b;
	struct pt_translation t;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	assert_true(builder_map(&b, 0x5000, 0x9000, 12, true, true));
	*builder_entry(&b, builder_table(&b, 0x5000, 1), 1, 0x5000) |= sme;
	b.root.enc_mask = sme;
	t = translate(&b, 0x5abc);
	assert_int_equal(t.result, PT_MAPPED);
	assert_true(t.pa.v == 0x9abc);
	*builder_entry(&b, b.root.table.v, 3, 0x5000) |= sme;
	assert_int_equal(translate(&b, 0x5abc).result, PT_MAPPED);
	b.root.enc_mask = 0;
	assert_int_equal(translate(&b, 0x5abc).result, PT_UNREADABLE);
	builder_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_level_count),
		cmocka_unit_test(test_top_of_six_levels),
		cmocka_unit_test(test_beyond_reads_nothing),
		cmocka_unit_test(test_every_page_size),
		cmocka_unit_test(test_random_tables),
		cmocka_unit_test(test_skipped_levels),
		cmocka_unit_test(test_permissions_are_the_and_of_the_path),
		cmocka_unit_test(test_x86_permissions),
		cmocka_unit_test(test_user_is_the_and_of_the_path),
		cmocka_unit_test(test_sign_extension),
		cmocka_unit_test(test_unreadable_tables),
		cmocka_unit_test(test_root_outside_memory),
		cmocka_unit_test(test_bad_entries),
		cmocka_unit_test(test_table_that_points_to_itself),
		cmocka_unit_test(test_encrypted_tables),
	};

	return cmocka_run_group_tests_name("pt_translate", tests, NULL, NULL);
}
