// SPDX-License-Identifier: GPL-2.0-or-later
/* Which memory a table leads to: scans that are about some memory only, and the marks of what is reached at all.
 * Both leave out what they need not take apart, and may not leave out anything else. */
#include "unit.h"

#include "table_builder.h"

#include <inttypes.h>

#define MAX_RUNS   20000
#define MAX_RANGES 24

/* An encryption bit that the builder's addresses have room for. */
#define ENC_MASK (1ULL << 47)

struct seen {
	struct pt_run run[MAX_RUNS];
	size_t nr;
};

static struct seen seen; /* too large for the stack */

static bool see_run(void *ctx, const struct pt_run *run)
{
	struct seen *s = ctx;

	check(s->nr < MAX_RUNS, "too many runs");
	s->run[s->nr++] = *run;
	return true;
}

static void scan_range(const struct builder *b, struct pt_visitor *visitor, uint64_t first, uint64_t last)
{
	struct pt_totals totals;

	seen.nr = 0;
	visitor->ctx = &seen;
	assert_int_equal(pt_scan(&b->pages->target, &b->root, iova_of(first), iova_of(last), visitor, &totals),
			 STATUS_OK);
}

static void scan(const struct builder *b, struct pt_visitor *visitor)
{
	scan_range(b, visitor, 0, UINT64_MAX);
}

/* Where a mapping leads, without the encryption bit. */
static uint64_t address_of(const struct builder *b, const struct mapping *m)
{
	return m->pa & ~b->root.enc_mask;
}

static uint64_t end_of(const struct builder *b, const struct mapping *m)
{
	return address_of(b, m) + ((1ULL << m->lg2) - 1);
}

/* ---- ranges ---- */

static bool has_byte_in(const struct pt_wanted *wanted, uint64_t first, uint64_t last)
{
	for (size_t i = 0; i < wanted->nr; i++) {
		if (wanted->ranges[i].first.v <= last && first <= wanted->ranges[i].last.v)
			return true;
	}
	return false;
}

static bool is_wanted(const struct pt_wanted *wanted, uint64_t at)
{
	return has_byte_in(wanted, at, at);
}

/* Some that hold a part of a page that is mapped, its first or its last byte; some anywhere; some beyond all
 * addresses. */
static struct pa_range random_range(const struct builder *b, struct rng *rng)
{
	const struct mapping *m = &b->made[rng_below(rng, (unsigned)b->nr_made)];
	uint64_t start = address_of(b, m), size = 1ULL << m->lg2, first;

	switch (rng_below(rng, 6)) {
	case 0:
		first = start;
		break;
	case 1:
		first = start + (size - 1);
		break;
	case 2:
		first = rng_next(rng) >> 12;
		break;
	case 3:
		first = start ? start - 1 : 0;
		return (struct pa_range){ pa_of(first), pa_of(first) };
	case 4:
		return (struct pa_range){ pa_of(rng_next(rng) | 1ULL << 60), pa_of(UINT64_MAX) };
	default:
		first = start + (rng_next(rng) & (size - 1));
	}
	return (struct pa_range){ pa_of(first), pa_of(first + (rng_next(rng) >> (12 + rng_below(rng, 51)))) };
}

static int by_first(const void *a, const void *b)
{
	const struct pa_range *x = a, *y = b;

	return x->first.v < y->first.v ? -1 : x->first.v > y->first.v;
}

/* Ascending and apart, as a scan of very many of them asks for. */
static size_t put_in_order(struct pa_range *ranges, size_t nr)
{
	size_t last = 0;

	qsort(ranges, nr, sizeof(*ranges), by_first);
	for (size_t i = 1; i < nr; i++) {
		if (ranges[i].first.v > ranges[last].last.v)
			ranges[++last] = ranges[i];
		else if (ranges[i].last.v > ranges[last].last.v)
			ranges[last].last = ranges[i].last;
	}
	return nr ? last + 1 : 0;
}

/* ---- a scan that is about some memory ---- */

static bool is_seen(uint64_t iova, uint64_t pa)
{
	for (size_t i = 0; i < seen.nr; i++) {
		const struct pt_run *run = &seen.run[i];

		if (iova - run->iova.v < run->bytes)
			return run->pa.v + (iova - run->iova.v) == pa;
	}
	return false;
}

/* What is handed over is mapped so, and leads to some of that memory. */
static void check_seen(const struct builder *b, const struct pt_wanted *wanted)
{
	for (size_t i = 0; i < seen.nr; i++) {
		const struct pt_run *run = &seen.run[i];
		const struct mapping *m = builder_find(b, run->iova.v);

		check(run->contiguous, "run %zu", i);
		check(m && address_of(b, m) + (run->iova.v - m->iova) == run->pa.v, "run %zu", i);
		check(has_byte_in(wanted, run->pa.v, run->pa.v + (run->bytes - 1)), "run %zu", i);
	}
}

/* Every byte of that memory is handed over that a page has: the ends of the page and of each range tell. */
static void check_none_left_out(const struct builder *b, const struct pt_wanted *wanted)
{
	for (size_t i = 0; i < b->nr_made; i++) {
		const struct mapping *m = &b->made[i];
		uint64_t first = address_of(b, m), last = end_of(b, m);

		check(!is_wanted(wanted, first) || is_seen(m->iova, first), "page %zu: first byte", i);
		check(!is_wanted(wanted, last) || is_seen(m->iova + (last - first), last), "page %zu: last byte", i);
		for (size_t r = 0; r < wanted->nr; r++) {
			uint64_t at = wanted->ranges[r].first.v;

			if (at >= first && at <= last)
				check(is_seen(m->iova + (at - first), at), "page %zu, range %zu", i, r);
		}
	}
}

static void check_wanted(const struct builder *b, const struct pt_wanted *wanted)
{
	struct pt_visitor visitor = { .run = see_run, .wanted = wanted };

	scan(b, &visitor);
	check_seen(b, wanted);
	check_none_left_out(b, wanted);
}

static void test_scan_about_some_memory(void **state)
{
	struct rng rng = { 31 };

	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		for (unsigned turn = 0; turn < 8; turn++) {
			struct builder b;

			builder_init_shape(&b, &shape);
			builder_fill(&b, &rng, 30 + rng_below(&rng, 50));
			if (turn & 1 && shape.format->leaf_address & ENC_MASK)
				b.root.enc_mask = ENC_MASK;
			for (size_t nr = 0; b.nr_made && nr <= MAX_RANGES; nr++) {
				struct pa_range ranges[MAX_RANGES];
				struct pt_wanted wanted = { .ranges = ranges, .nr = nr };

				for (size_t i = 0; i < nr; i++)
					ranges[i] = random_range(&b, &rng);
				check_wanted(&b, &wanted);
				wanted.nr = put_in_order(ranges, nr);
				wanted.sorted = true;
				check_wanted(&b, &wanted);
			}
			builder_release(&b);
		}
	}
}

/* One page among very many: of the rest nothing is handed over, in order or not. */
static void test_one_page_of_many(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	for (uint64_t i = 0; i < 1024; i++)
		assert_true(builder_map(&b, i << 12, (i * 7 % 1024 + 4096) << 12, 12, true, true));
	for (uint64_t i = 0; i < 1024; i += 5) {
		struct pa_range page = { pa_of((i + 4096) << 12), pa_of(((i + 4096) << 12) + 7) };
		struct pt_wanted wanted = { .ranges = &page, .nr = 1, .sorted = i & 1 };

		check_wanted(&b, &wanted);
		assert_int_equal(seen.nr, 1);
		assert_true(seen.run[0].bytes == 0x1000 && seen.run[0].pa.v == page.first.v);
	}
	builder_release(&b);
}

/* So few entries that they are not looked at side by side: each of them is found, wherever it stands among them. */
static void test_few_entries(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	for (uint64_t i = 0; i < 16; i++)
		assert_true(builder_map(&b, i << 12, (i + 1) << 32, 12, true, true));
	for (uint64_t nr = 1; nr < 12; nr++) {
		for (uint64_t nth = 0; nth < 16; nth++) {
			struct pa_range page = { pa_of((nth + 1) << 32), pa_of((nth + 1) << 32) };
			struct pt_wanted wanted = { .ranges = &page, .nr = 1 };
			struct pt_visitor visitor = { .run = see_run, .wanted = &wanted };

			scan_range(&b, &visitor, 0x2000, 0x2000 + (nr << 12) - 1);
			check(seen.nr == (nth >= 2 && nth < 2 + nr), "entry %d of %d", (int)nth, (int)nr);
		}
	}
	builder_release(&b);
}

static void test_first_wanted(void **state)
{
	struct pa_range ranges[] = { { pa_of(0x1000), pa_of(0x1fff) }, { pa_of(0x3000), pa_of(0x3000) },
				     { pa_of(0x8000), pa_of(0xffff) } };
	struct pt_wanted wanted = { .ranges = ranges, .nr = 3, .sorted = true };
	static const struct {
		uint64_t at;
		size_t nth;
	} cases[] = { { 0, 0 },	     { 0x1000, 0 }, { 0x1fff, 0 }, { 0x2000, 1 },  { 0x3000, 1 },
		      { 0x3001, 2 }, { 0x9000, 2 }, { 0xffff, 2 }, { 0x10000, 3 }, { UINT64_MAX, 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(pt_first_wanted(&wanted, pa_of(cases[i].at)) == cases[i].nth, "case %zu", i);
	wanted.sorted = false;
	assert_int_equal(pt_first_wanted(&wanted, pa_of(0x10000)), 0);
}

/* ---- marks ---- */

/* Memory below this is told apart. */
#define MARKED_END 0x80000000ULL
#define MOST_MARKS (MARKED_END >> PT_TOUCHED_LG2_MIN)

struct marks {
	uint8_t blocks[MOST_MARKS + 1];
	bool truth[MOST_MARKS + 1]; /* what the mappings lead to */
	struct pt_touched touched;
};

static struct marks marks;

static void clear_marks(unsigned lg2)
{
	memset(&marks, 0, sizeof(marks));
	marks.touched = (struct pt_touched){ .blocks = marks.blocks, .nr = MARKED_END >> lg2, .lg2 = lg2 };
	assert_true(pt_touched_bytes(marks.touched.nr) <= sizeof(marks.blocks));
}

static size_t block_of(uint64_t at)
{
	return at < MARKED_END ? (size_t)(at >> marks.touched.lg2) : marks.touched.nr;
}

static void mark_truth(const struct builder *b)
{
	for (size_t i = 0; i < b->nr_made; i++) {
		size_t first = block_of(address_of(b, &b->made[i])), last = block_of(end_of(b, &b->made[i]));

		for (size_t block = first; block <= last; block++)
			marks.truth[block] = true;
	}
}

/* Marked is what is mapped; of the first block nothing is said. */
static void check_marks(const char *what)
{
	uint64_t size = 1ULL << marks.touched.lg2;

	for (size_t block = 1; block <= marks.touched.nr; block++) {
		struct pa first = pa_of(block * size), last = pa_of(block * size + (size - 1));
		bool whole = pt_is_touched(&marks.touched, first, last);
		bool start = pt_is_touched(&marks.touched, first, first);

		if (whole != marks.truth[block] || start != whole)
			fail_msg("%s: block %zu of %" PRIx64, what, block, size);
	}
	assert_true(pt_is_touched(&marks.touched, pa_of(0), pa_of(size - 1)));
}

/* Stretches of several blocks, which may end above them all. */
static void check_stretches(struct rng *rng)
{
	uint64_t nr = marks.touched.nr, size = 1ULL << marks.touched.lg2;

	for (unsigned i = 0; i < 200; i++) {
		size_t first = 1 + rng_below(rng, (unsigned)nr - 1), last = first + rng_below(rng, 40);
		bool any = false;

		for (size_t block = first; block <= last; block++)
			any |= marks.truth[block < nr ? block : nr];
		check(pt_is_touched(&marks.touched, pa_of(first * size + 5), pa_of(last * size + 9)) == any,
		      "blocks %zu to %zu", first, last);
	}
}

/* Pages of all sizes, in a part of memory so small that the marks tell, and some above. */
static void map_some(struct builder *b, struct rng *rng)
{
	for (unsigned i = 0; i < 60; i++) {
		unsigned lg2 = builder_random_size(b, rng);
		uint64_t size = 1ULL << lg2, iova = rng_next(rng) & builder_last(b) & ~(size - 1), pa;

		pa = 0x200000 + (rng_next(rng) % (rng_below(rng, 8) ? 0x20000000 : 0xa0000000ULL));
		pa = (pa + size - 1) & ~(size - 1);
		for (unsigned nth = 0; nth < 3; nth++)
			builder_map(b, iova + nth * size, pa + nth * size * (1 + (i & 1)), lg2, true, nth & 1);
	}
}

/* With runs, without, and page by page: the marks are the same. */
static void check_touched_blocks(const struct builder *b, struct rng *rng, unsigned lg2)
{
	bool apart = true;
	struct pt_visitor visitors[] = {
		{ .touched = &marks.touched },
		{ .touched = &marks.touched, .run = see_run },
		{ .touched = &marks.touched, .run = see_run, .apart = &apart },
	};
	static const char *const what[] = { "marks alone", "with runs", "with runs taken apart" };

	for (unsigned i = 0; i < 3; i++) {
		clear_marks(lg2);
		mark_truth(b);
		scan(b, &visitors[i]);
		check_marks(what[i]);
		check_stretches(rng);
	}
	for (size_t i = 0; i < seen.nr; i++)
		check(seen.run[i].contiguous, "taken apart: run %zu", i);
}

/* In blocks of the largest size, and of the smallest or of one between. */
static void check_touched(const struct builder *b, struct rng *rng)
{
	check_touched_blocks(b, rng, PT_TOUCHED_LG2_MAX);
	check_touched_blocks(b, rng, rng_below(rng, 2) ? 16 : PT_TOUCHED_LG2_MIN);
}

static void test_marks_are_what_is_mapped(void **state)
{
	struct rng rng = { 37 };

	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		for (unsigned turn = 0; turn < 4; turn++) {
			struct builder b;

			builder_init_shape(&b, &shape);
			map_some(&b, &rng);
			check_touched(&b, &rng);
			builder_release(&b);
		}
	}
}

/* Full tables, whose entries are looked at side by side. */
static void test_marks_of_full_tables(void **state)
{
	struct rng rng = { 41 };

	(void)state;
	FOR_EACH_FORMAT(format)
	{
		struct builder b;

		builder_init(&b, format, 2);
		for (uint64_t i = 0; i < builder_nr_entries(&b, 1); i++)
			builder_map(&b, i * b.page, (0x200000 + (rng_next(&rng) & 0x1fffffff)) & -b.page, b.page_lg2, true,
				    true);
		check_touched(&b, &rng);
		if (format->leaf_address & ENC_MASK) {
			b.root.enc_mask = ENC_MASK;
			for (uint64_t i = 0; i < builder_nr_entries(&b, 1); i++)
				*builder_entry(&b, builder_table(&b, 0, 1), 1, i * b.page) |= i & 1 ? ENC_MASK : 0;
			check_touched(&b, &rng);
		}
		builder_release(&b);
	}
}

/* All memory that is to be told apart is, in blocks that are neither too many nor larger than need be. */
static void test_fitting_marks(void **state)
{
	static const struct {
		uint64_t end;
		unsigned lg2;
	} cases[] = { { 0, 12 }, { 1ULL << 30, 12 }, { (8ULL << 30) - 1, 12 }, { 8ULL << 30, 13 }, { 1ULL << 40, 20 },
		      { (4ULL << 40) - 1, 21 }, { 15ULL << 40, 21 }, { UINT64_MAX, 21 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pt_touched touched = { 0 };

		pt_touched_fit(&touched, cases[i].end);
		check(touched.lg2 == cases[i].lg2, "end %llx: lg2 %u", (unsigned long long)cases[i].end, touched.lg2);
		check(touched.nr <= 1ULL << 23 && (touched.nr == 1ULL << 23 || touched.nr << touched.lg2 > cases[i].end),
		      "end %llx: %llu blocks", (unsigned long long)cases[i].end, (unsigned long long)touched.nr);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan_about_some_memory),
		cmocka_unit_test(test_one_page_of_many),
		cmocka_unit_test(test_few_entries),
		cmocka_unit_test(test_first_wanted),
		cmocka_unit_test(test_marks_are_what_is_mapped),
		cmocka_unit_test(test_marks_of_full_tables),
		cmocka_unit_test(test_fitting_marks),
	};

	return cmocka_run_group_tests_name("pt_reach", tests, NULL, NULL);
}
