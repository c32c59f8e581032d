// SPDX-License-Identifier: GPL-2.0-or-later
/* Everything that a table maps, compared with what was built, with pt_translate(), and with what
 * has to be said about tables that are damaged. */
#include "unit.h"

#include "table_builder.h"

#define MAX_SEEN 20000

/* What a scan called. */
struct seen {
	struct pt_run run[MAX_SEEN];
	struct pt_leaf leaf[MAX_SEEN];
	struct pt_damage damage[MAX_SEEN];
	size_t nr_runs, nr_leaves, nr_damage;
	size_t stop_after; /* calls; 0: never */
	struct pt_totals totals;
	enum status status;
};

static struct seen seen; /* too large for the stack */

static bool goes_on(const struct seen *s)
{
	size_t nr = s->nr_runs + s->nr_leaves + s->nr_damage;

	check(nr < MAX_SEEN, "too many calls");
	check(!s->stop_after || nr <= s->stop_after, "called after it was told to stop");
	return !s->stop_after || nr < s->stop_after;
}

static bool see_run(void *ctx, const struct pt_run *run)
{
	struct seen *s = ctx;

	s->run[s->nr_runs++] = *run;
	return goes_on(s);
}

static bool see_leaf(void *ctx, const struct pt_leaf *leaf)
{
	struct seen *s = ctx;

	s->leaf[s->nr_leaves++] = *leaf;
	return goes_on(s);
}

static bool see_damage(void *ctx, const struct pt_damage *damage)
{
	struct seen *s = ctx;

	s->damage[s->nr_damage++] = *damage;
	return goes_on(s);
}

static void scan_range(const struct builder *b, bool by_leaf, uint64_t first, uint64_t last)
{
	struct pt_visitor visitor = {
		.ctx = &seen,
		.run = see_run,
		.leaf = by_leaf ? see_leaf : NULL,
		.damage = see_damage,
	};

	seen.nr_runs = seen.nr_leaves = seen.nr_damage = 0;
	memset(&seen.totals, 0xaa, sizeof(seen.totals));
	seen.status = pt_scan(&b->pages->target, &b->root, iova_of(first), iova_of(last), &visitor,
			      &seen.totals);
}

static void scan(const struct builder *b, bool by_leaf)
{
	scan_range(b, by_leaf, 0, UINT64_MAX);
}

/* ---- runs and leaves against the truth ---- */

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t mapped_bytes(const struct builder *b, uint64_t first, uint64_t last)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < b->nr_made; i++) {
		const struct mapping *m = &b->made[i];
		uint64_t from = max(m->iova, first);
		uint64_t to = min(m->iova + ((1ULL << m->lg2) - 1), last);

		if (from <= to)
			bytes += to - from + 1;
	}
	return bytes;
}

/* Every page of a run is one that was mapped, with its size and permissions; its physical address
 * where the run says that it can be told. */
static void check_run(const struct builder *b, const struct pt_run *run)
{
	uint64_t page = 1ULL << run->page_lg2, last = run->iova.v + (run->bytes - 1);
	uint64_t at = run->iova.v, nr_pages = 0;
	bool contiguous = true;

	for (;;) {
		const struct mapping *m = builder_find(b, at);

		check(m && m->lg2 == run->page_lg2, "%llx is no page of 2^%u bytes",
		      (unsigned long long)at, run->page_lg2);
		check(run->read == m->read && run->write == m->write, "permissions at %llx",
		      (unsigned long long)at);
		contiguous &= run->pa.v + (at - run->iova.v) == m->pa + (at - m->iova);
		if (at == run->iova.v)
			check(contiguous, "%llx: address", (unsigned long long)at);
		nr_pages++;
		if (last - (at & ~(page - 1)) < page)
			break;
		at = (at & ~(page - 1)) + page;
	}
	check(run->contiguous == contiguous, "run at %llx", (unsigned long long)run->iova.v);
	check(run->nr_pages == nr_pages, "run at %llx has %llu pages, says %llu",
	      (unsigned long long)run->iova.v, (unsigned long long)nr_pages,
	      (unsigned long long)run->nr_pages);
}

static void check_runs(const struct builder *b, uint64_t first, uint64_t last)
{
	uint64_t bytes = 0, next = first;

	for (size_t i = 0; i < seen.nr_runs; i++) {
		const struct pt_run *run = &seen.run[i];

		check(run->iova.v >= next && run->iova.v + (run->bytes - 1) <= last,
		      "run %zu at %llx: order", i, (unsigned long long)run->iova.v);
		check_run(b, run);
		bytes += run->bytes;
		next = run->iova.v + run->bytes;
	}
	check(bytes == mapped_bytes(b, first, last), "%llx bytes in runs",
	      (unsigned long long)bytes);
}

static void check_leaf(const struct builder *b, const struct pt_leaf *leaf)
{
	const struct mapping *m = builder_find(b, leaf->iova.v);
	uint64_t table = leaf->entry_pa.v - 8u * leaf->index;

	check(m && leaf->entry.kind == PT_LEAF && leaf->entry.size_lg2 == m->lg2 &&
		      leaf->entry.address == m->pa,
	      "leaf at %llx", (unsigned long long)leaf->iova.v);
	check(leaf->read == m->read && leaf->write == m->write, "leaf at %llx",
	      (unsigned long long)leaf->iova.v);
	check(table % (8 * builder_nr_entries(b, leaf->level)) == 0 &&
		      *pages_words(b->pages, leaf->entry_pa.v) == leaf->raw,
	      "leaf at %llx", (unsigned long long)leaf->iova.v);
	check(leaf->level == builder_level_of(b, m->lg2), "leaf at %llx",
	      (unsigned long long)leaf->iova.v);
}

static void check_leaves(const struct builder *b, uint64_t first, uint64_t last)
{
	uint64_t bytes = 0, next = 0;

	for (size_t i = 0; i < seen.nr_leaves; i++) {
		const struct pt_leaf *leaf = &seen.leaf[i];
		uint64_t end = leaf->iova.v + ((1ULL << builder_span_lg2(b, leaf->level)) - 1);

		check(leaf->last.v == end, "leaf %zu: last", i);
		check(leaf->iova.v >= next, "leaf %zu: order", i);
		check_leaf(b, leaf);
		check(end >= first && leaf->iova.v <= last, "leaf %zu: range", i);
		bytes += min(end, last) - max(leaf->iova.v, first) + 1;
		next = end + 1;
	}
	check(bytes == mapped_bytes(b, first, last), "%llx bytes in leaves",
	      (unsigned long long)bytes);
}

static void check_scan(const struct builder *b, uint64_t first, uint64_t last)
{
	scan_range(b, false, first, last);
	check(seen.status == STATUS_OK && !seen.nr_damage && !seen.totals.damaged &&
		      !seen.totals.tables_missing && !seen.totals.cut,
	      "%llx-%llx: damage in a table that is whole", (unsigned long long)first,
	      (unsigned long long)last);
	check_runs(b, first, last);
	scan_range(b, true, first, last);
	check(!seen.nr_damage && !seen.nr_runs, "%llx-%llx", (unsigned long long)first,
	      (unsigned long long)last);
	check_leaves(b, first, last);
}

static void test_every_level_count(void **state)
{
	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		struct builder b;
		uint64_t last;

		builder_init_shape(&b, &shape);
		last = pt_last_iova(&b.root).v;
		check_scan(&b, 0, UINT64_MAX);
		assert_int_equal(seen.totals.tables, 1);
		builder_map_ends(&b);
		check_scan(&b, 0, UINT64_MAX);
		assert_int_equal(seen.totals.tables, b.nr_tables);
		check_scan(&b, last, last);
		assert_int_equal(seen.nr_leaves, 1);
		builder_release(&b);
	}
}

static void test_every_page_size(void **state)
{
	(void)state;
	for (unsigned lg2 = 12; lg2 <= 52; lg2++) {
		uint64_t size = 1ULL << lg2, iova = 5 * size;
		struct builder b;

		builder_init(&b, &amdv1_format, 6);
		assert_true(builder_map(&b, iova, lg2 < 50 ? 3 * size : 0, lg2, true, lg2 & 1));
		check_scan(&b, 0, UINT64_MAX);
		/* Ranges that begin and end inside of a page. */
		check_scan(&b, iova + size / 2 - 1, UINT64_MAX);
		check_scan(&b, iova + size - 1, UINT64_MAX);
		check_scan(&b, 0, iova + size / 2);
		check_scan(&b, iova + 1, iova + size - 2);
		check_scan(&b, iova + size / 2, iova + size / 2);
		assert_int_equal(seen.nr_leaves, 1);
		check_scan(&b, iova + size, UINT64_MAX);
		assert_int_equal(seen.nr_leaves, 0);
		builder_release(&b);
	}
}

static uint64_t random_edge(const struct builder *b, struct rng *rng)
{
	const struct mapping *m = &b->made[rng_below(rng, (unsigned)b->nr_made)];
	uint64_t size = 1ULL << m->lg2;

	switch (rng_below(rng, 4)) {
	case 0:
		return m->iova;
	case 1:
		return m->iova + size - 1;
	case 2:
		return m->iova + (rng_next(rng) & (size - 1));
	default:
		return rng_next(rng) & pt_last_iova(&b->root).v;
	}
}

static void test_random_tables_and_ranges(void **state)
{
	struct rng rng = { 21 };

	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		for (unsigned turn = 0; turn < 12; turn++) {
			struct builder b;

			builder_init_shape(&b, &shape);
			builder_fill(&b, &rng, 20 + rng_below(&rng, 60));
			check_scan(&b, 0, UINT64_MAX);
			for (unsigned i = 0; i < 20; i++) {
				uint64_t x = random_edge(&b, &rng), y = random_edge(&b, &rng);

				check_scan(&b, min(x, y), max(x, y));
			}
			builder_release(&b);
		}
	}
}

/* What a run may be made of: pages of one table that are alike. */
static void test_runs_are_long(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	for (uint64_t i = 0; i < 1024; i++)
		assert_true(builder_map(&b, i << 12, (i + 77) << 12, 12, true, i >= 700));
	scan(&b, false);
	assert_int_equal(seen.nr_runs, 3);
	assert_int_equal(seen.run[0].nr_pages, 512);
	assert_int_equal(seen.run[1].nr_pages, 700 - 512);
	assert_int_equal(seen.run[2].nr_pages, 1024 - 700);
	check_runs(&b, 0, UINT64_MAX);
	builder_release(&b);
}

static void test_empty_range(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	assert_true(builder_map(&b, 0, 0x5000, 12, true, true));
	scan_range(&b, false, 1ULL << 39, UINT64_MAX);
	assert_int_equal(seen.status, STATUS_OK);
	assert_int_equal(seen.nr_runs + seen.nr_damage, 0);
	scan_range(&b, false, 0x1000, 0xfff);
	assert_int_equal(seen.nr_runs + seen.nr_damage, 0);
	assert_int_equal(b.pages->nr_reads, 0);
	builder_release(&b);
}

/* A page at a time, each table once, nothing for empty subtrees or those outside the range. */
static void test_reads_are_counted(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 4);
	for (uint64_t i = 0; i < 2000; i++)
		assert_true(builder_map(&b, i << 21 | 0x3000, i << 12, 12, true, true));
	scan(&b, false);
	assert_int_equal(b.pages->nr_reads, b.pages->nr_frames);
	assert_int_equal(seen.totals.tables, b.pages->nr_frames);
	b.pages->nr_reads = 0;
	scan_range(&b, true, 7 << 21, (9 << 21) - 1);
	assert_int_equal(b.pages->nr_reads, 3 + 2);
	builder_release(&b);
}

/* ---- permissions ---- */

static void test_permissions_are_the_and_of_the_path(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	assert_true(builder_map(&b, 0, 0x9000, 12, true, true));
	assert_true(builder_map(&b, 0x2000, 0x4000, 13, true, true));
	for (unsigned bits = 0; bits < 16; bits++) {
		for (unsigned level = 2; level <= 3; level++) {
			uint64_t *entry = builder_entry(&b, builder_table(&b, 0, level), level, 0);

			*entry = (*entry & ~(3ULL << 61)) | (uint64_t)(bits >> 2 * (level - 2) & 3)
								    << 61;
		}
		for (unsigned i = 0; i < 2; i++) {
			b.made[i].read = bits & bits >> 2 & 1;
			b.made[i].write = bits >> 1 & bits >> 3 & 1;
		}
		check_scan(&b, 0, UINT64_MAX);
	}
	builder_release(&b);
}

/* ---- damage ---- */

/* Two neighbours around the damage, which both have to be seen. */
/* A table whose upper half is at the end of the address space, asked for in every way that touches
 * the gap between the halves. */
static void test_sign_extension(void **state)
{
	const uint64_t half = 1ULL << 47;
	static const struct {
		uint64_t first, last;
		size_t nr;
	} ranges[] = {
		{ 0, UINT64_MAX, 3 },
		{ 0, (1ULL << 47) - 1, 1 },
		{ 0, 1ULL << 50, 1 },
		{ 1ULL << 47, -(1ULL << 47) - 1, 0 },
		{ 1ULL << 50, UINT64_MAX, 2 },
		{ 1ULL << 50, -(1ULL << 47), 1 },
		{ -(1ULL << 47), UINT64_MAX, 2 },
		{ -(1ULL << 47) + 0x1000, UINT64_MAX, 1 },
		{ 0xfffffffffffff000ULL, UINT64_MAX, 1 },
		{ (1ULL << 47) - 1, -(1ULL << 47), 2 },
	};
	struct builder b;

	(void)state;
	builder_init(&b, &amdv2_format, 4);
	assert_true(builder_map(&b, half - 0x1000, 0x7000, 12, true, true));
	assert_true(builder_map(&b, half, 0x8000, 12, true, true));
	assert_true(builder_map(&b, 2 * half - 0x1000, 0x9000, 12, true, true));
	b.root.sign_extended = true;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		for (unsigned by_leaf = 0; by_leaf < 2; by_leaf++) {
			scan_range(&b, by_leaf, ranges[i].first, ranges[i].last);
			check(seen.nr_runs + seen.nr_leaves == ranges[i].nr, "range %zu", i);
		}
	}
	scan_range(&b, false, 0, UINT64_MAX);
	assert_true(seen.run[0].iova.v == half - 0x1000 && seen.run[0].pa.v == 0x7000);
	assert_true(seen.run[1].iova.v == -half && seen.run[1].pa.v == 0x8000);
	assert_true(seen.run[2].iova.v == 0xfffffffffffff000ULL && seen.run[2].pa.v == 0x9000);
	/* Damage has the addresses of its half too. */
	pages_fail(b.pages, builder_table(&b, half, 1), STATUS_NOT_IN_DUMP);
	scan_range(&b, false, 0, UINT64_MAX);
	assert_int_equal(seen.nr_damage, 1);
	assert_true(seen.damage[0].first.v == -half &&
		    seen.damage[0].last.v == -half + 0x1fffff);
	builder_release(&b);
}

/* Pages that follow each other across the middle of a table are two runs where the upper half of the
 * table is at the end of the address space: no address is in the gap, and both halves are mapped. */
static void test_no_run_crosses_the_gap_between_the_halves(void **state)
{
	(void)state;
	for (unsigned levels = 1; levels <= 3; levels++) {
		unsigned lg2 = 3 + 9 * levels;
		uint64_t page = 1ULL << lg2, half = page << 8;
		struct builder b;

		builder_init(&b, &amdv2_format, levels);
		for (uint64_t i = 0; i < 512; i++)
			assert_true(builder_map(&b, i << lg2, i << lg2, lg2, true, true));
		b.root.sign_extended = true;
		scan(&b, false);
		assert_int_equal(seen.nr_runs, 2);
		assert_true(seen.run[0].iova.v == 0 && seen.run[1].iova.v == -half);
		assert_true(seen.run[0].bytes == half && seen.run[1].bytes == half);
		assert_true(seen.run[0].pa.v == 0 && seen.run[1].pa.v == half);
		scan_range(&b, false, half - page, page - half - 1);
		assert_int_equal(seen.nr_runs, 2);
		assert_true(seen.run[0].iova.v == half - page && seen.run[0].nr_pages == 1);
		assert_true(seen.run[1].iova.v == -half && seen.run[1].nr_pages == 1);
		builder_release(&b);
	}
}

/* Runs end where privilege changes. */
static void test_supervisor_pages_are_runs_of_their_own(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv2_format, 4);
	for (unsigned i = 0; i < 200; i++)
		assert_true(builder_map(&b, i * 0x1000ULL, 0x100000 + i * 0x1000ULL, 12, true, true));
	for (unsigned i = 70; i < 140; i++)
		*builder_entry(&b, builder_table(&b, 0, 1), 1, i * 0x1000ULL) &= ~4ULL;
	scan(&b, false);
	assert_int_equal(seen.nr_runs, 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(seen.run[i].user, i != 1);
	assert_true(seen.run[1].iova.v == 70 * 0x1000 && seen.run[1].bytes == 70 * 0x1000);
	builder_release(&b);
}

static void init_damaged(struct builder *b, const struct pt_format *format, unsigned levels)
{
	builder_init(b, format, levels);
	assert_true(builder_map(b, 0, 0x5000, 12, true, true));
	assert_true(builder_map(b, 0x400000, 0x6000, 12, true, true));
	assert_true(builder_map(b, 0x800000, 0x7000, 12, true, true));
}

/* The runs at 0 and 0x800000, and one damage in between. */
static void check_one_damage(enum pt_damage_kind kind, uint64_t first, uint64_t last,
			     unsigned level)
{
	assert_int_equal(seen.status, STATUS_OK);
	assert_int_equal(seen.nr_runs, 2);
	assert_true(seen.run[0].iova.v == 0 && seen.run[1].iova.v == 0x800000);
	assert_int_equal(seen.nr_damage, 1);
	assert_int_equal(seen.damage[0].kind, kind);
	check(seen.damage[0].first.v == first && seen.damage[0].last.v == last, "%llx-%llx",
	      (unsigned long long)seen.damage[0].first.v,
	      (unsigned long long)seen.damage[0].last.v);
	assert_int_equal(seen.damage[0].level, level);
}

static void test_unreadable_table(void **state)
{
	static const enum status why[] = { STATUS_NOT_IN_DUMP, STATUS_BAD_ADDRESS };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct builder b;
		uint64_t table;

		init_damaged(&b, &amdv1_format, 3);
		table = builder_table(&b, 0x400000, 1);
		pages_fail(b.pages, table, why[i]);
		scan(&b, false);
		check_one_damage(PT_DAMAGE_UNREADABLE, 0x400000, 0x5fffff, 1);
		assert_int_equal(seen.damage[0].status, why[i]);
		assert_true(seen.damage[0].table.v == table);
		assert_int_equal(seen.totals.tables_missing, why[i] == STATUS_NOT_IN_DUMP);
		assert_int_equal(seen.totals.tables_lost, why[i] != STATUS_NOT_IN_DUMP);
		assert_int_equal(seen.totals.tables, b.pages->nr_frames - 1);
		assert_int_equal(seen.totals.damaged, 0);
		/* Cut to the range that was asked for. */
		scan_range(&b, false, 0x412345, 0x423456);
		assert_int_equal(seen.nr_damage, 1);
		assert_true(seen.damage[0].first.v == 0x412345 &&
			    seen.damage[0].last.v == 0x423456);
		builder_release(&b);
	}
}

/* A damage for each block of the top table, and they follow each other. */
static void check_all_is_lost(const struct builder *b)
{
	uint64_t nr = builder_nr_entries(b, b->root.levels), next = 0;

	check(seen.nr_damage == (nr + 511) / 512, "%s %u", b->root.format->name, b->root.levels);
	for (size_t i = 0; i < seen.nr_damage; i++) {
		assert_true(seen.damage[i].first.v == next);
		assert_int_equal(seen.damage[i].status, STATUS_BAD_ADDRESS);
		next = seen.damage[i].last.v + 1;
	}
	assert_true(next == builder_last(b) + 1);
}

static void test_unreadable_root(void **state)
{
	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		struct builder b;

		builder_init_shape(&b, &shape);
		b.root.table = pa_of(0x000ffffff0000000ULL);
		scan(&b, shape.levels & 1);
		check_all_is_lost(&b);
		assert_int_equal(seen.totals.tables_missing, 0);
		assert_int_equal(seen.totals.tables_lost, 1);
		assert_int_equal(seen.totals.tables, 0);
		builder_release(&b);
	}
}

static void test_bad_entries(void **state)
{
	static const struct {
		uint64_t word;
		enum pt_fault fault;
	} bad[] = {
		{ 0x6010000000000201ULL, PT_FAULT_RESERVED_BIT },
		{ 0x6010000000000001ULL, PT_FAULT_RESERVED_BIT },
		{ 0x6000000000000401ULL, PT_FAULT_LEVEL },
		{ 0x6000000000000c01ULL, PT_FAULT_LEVEL },
		{ 0x6000000000001e01ULL, PT_FAULT_SIZE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct builder b;

		init_damaged(&b, &amdv1_format, 3);
		*builder_entry(&b, builder_table(&b, 0, 2), 2, 0x400000) = bad[i].word;
		scan(&b, false);
		check_one_damage(PT_DAMAGE_ENTRY, 0x400000, 0x5fffff, 2);
		assert_int_equal(seen.damage[0].entry.fault, bad[i].fault);
		assert_int_equal(seen.damage[0].index, 2);
		assert_true(seen.damage[0].raw == bad[i].word);
		assert_int_equal(seen.totals.damaged, 1);
		scan(&b, true);
		assert_int_equal(seen.nr_leaves, 2);
		assert_int_equal(seen.nr_damage, 1);
		builder_release(&b);
	}
}

/* An entry at level 2 that leads back to the root. */
static void test_loop(void **state)
{
	struct builder b;
	uint64_t *entry;

	(void)state;
	init_damaged(&b, &amdv1_format, 3);
	entry = builder_entry(&b, builder_table(&b, 0, 2), 2, 0x400000);
	*entry = builder_table_word(&b, b.root.table.v, 1);
	scan(&b, false);
	check_one_damage(PT_DAMAGE_LOOP, 0x400000, 0x5fffff, 2);
	assert_int_equal(seen.damage[0].loop_level, 3);
	assert_true(seen.damage[0].raw == *entry);
	*entry = builder_table_word(&b, builder_table(&b, 0, 2), 1);
	scan(&b, false);
	check_one_damage(PT_DAMAGE_LOOP, 0x400000, 0x5fffff, 2);
	assert_int_equal(seen.damage[0].loop_level, 2);
	builder_release(&b);
}

static void test_table_that_points_to_itself(void **state)
{
	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		struct builder b;
		uint64_t nr;

		builder_init_shape(&b, &shape);
		nr = builder_nr_entries(&b, shape.levels);
		/* An entry cannot point to a table that is less than a page; more calls than
		 * MAX_SEEN are not kept. */
		if (shape.levels < 2 || b.root.table.v % b.page || nr > MAX_SEEN) {
			builder_release(&b);
			continue;
		}
		for (uint64_t i = 0; i < nr; i++)
			*pages_words(b.pages, b.root.table.v + 8 * i) =
				builder_table_word(&b, b.root.table.v, shape.levels - 1);
		scan(&b, false);
		check(seen.nr_damage == nr, "%s %u: %zu", shape.format->name, shape.levels,
		      seen.nr_damage);
		for (size_t i = 0; i < seen.nr_damage; i++)
			assert_int_equal(seen.damage[i].kind, PT_DAMAGE_LOOP);
		assert_int_equal(b.pages->nr_reads, nr < 512 ? 1 : nr / 512);
		builder_release(&b);
	}
}

/* A table that was seen before, at a level that this path skips, is not on the path. */
static void test_table_seen_before_is_no_loop(void **state)
{
	struct builder b;
	uint64_t seen_before, below;

	(void)state;
	builder_init(&b, &amdv1_format, 4);
	assert_true(builder_map(&b, 0, 0x5000, 12, true, true));
	seen_before = builder_table(&b, 0, 3);
	below = builder_hang(&b, 1ULL << 39, 4, 2);
	pages_words(b.pages, below)[0] = builder_table_word(&b, seen_before, 1);
	scan(&b, false);
	assert_int_equal(seen.nr_damage, 1); /* as level 1 it has an entry that is no leaf */
	assert_int_equal(seen.damage[0].kind, PT_DAMAGE_ENTRY);
	builder_release(&b);
}

/* It spans less than the entry that it hangs on: ranges may lie behind it. */
static void test_range_behind_a_table_that_skips_levels(void **state)
{
	const uint64_t base = 5ULL << 30;
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 4);
	builder_hang(&b, base, 3, 1);
	for (uint64_t i = 0; i < 512; i++)
		assert_true(builder_map(&b, base + (i << 12), i << 20, 12, true, true));
	check_scan(&b, base + (1ULL << 21) - 1, UINT64_MAX);
	assert_int_equal(seen.nr_leaves, 1);
	for (unsigned lg2 = 21; lg2 < 30; lg2++) {
		check_scan(&b, base + (1ULL << lg2), UINT64_MAX);
		assert_int_equal(seen.nr_leaves, 0);
	}
	builder_release(&b);
}

/* 64 bits of address reach the first 128 entries of a level-6 table. */
static void test_entries_out_of_reach(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 6);
	assert_true(builder_map(&b, UINT64_MAX - 0xfff, 0x5000, 12, true, true));
	for (unsigned i = 128; i < 512; i++)
		pages_words(b.pages, b.root.table.v)[i] = ~0ULL;
	check_scan(&b, 0, UINT64_MAX);
	assert_int_equal(seen.nr_leaves, 1);
	builder_release(&b);
}

/* No loop, but 512 ways through every table: without a limit this takes 2^45 reads. */
static void test_limit_of_tables(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 6);
	builder_table(&b, 0, 1);
	for (unsigned level = 2; level <= 6; level++) {
		uint64_t table = builder_table(&b, 0, level);

		for (unsigned i = 1; i < 512; i++)
			pages_words(b.pages, table)[i] = pages_words(b.pages, table)[0];
	}
	b.root.max_tables = 1000;
	scan(&b, false);
	assert_int_equal(seen.status, STATUS_OK);
	assert_int_equal(b.pages->nr_reads, 1000);
	assert_int_equal(seen.totals.tables, 1000);
	assert_true(seen.totals.cut);
	assert_int_equal(seen.nr_damage, 1);
	assert_int_equal(seen.damage[0].kind, PT_DAMAGE_LIMIT);
	assert_true(seen.damage[0].first.v > 0 && seen.damage[0].last.v == UINT64_MAX);
	/* Exactly as many as there are is no damage. */
	builder_release(&b);
	init_damaged(&b, &amdv1_format, 3);
	b.root.max_tables = b.pages->nr_frames;
	check_scan(&b, 0, UINT64_MAX);
	b.root.max_tables--;
	scan(&b, false);
	assert_true(seen.totals.cut && seen.nr_runs == 2);
	builder_release(&b);
}

/* Tables that can not be read count against the limit too. */
static void test_limit_counts_missing_tables(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 2);
	for (unsigned i = 0; i < 512; i++)
		pages_words(b.pages, b.root.table.v)[i] =
			builder_table_word(&b, (uint64_t)(i + 1) << 40, 1);
	b.root.max_tables = 10;
	scan(&b, false);
	assert_int_equal(b.pages->nr_reads, 10);
	assert_int_equal(seen.totals.tables_lost, 9);
	builder_release(&b);
}

/* ---- large pages in several entries ---- */

static void test_replicas_that_are_missing(void **state)
{
	(void)state;
	for (unsigned missing = 0; missing < 16; missing++) {
		for (unsigned by_leaf = 0; by_leaf < 2; by_leaf++) {
			struct builder b;
			uint64_t bytes = 0;

			builder_init(&b, &amdv1_format, 3);
			assert_true(builder_map(&b, 0x10000, 0x100000, 16, true, true));
			*builder_entry(&b, builder_table(&b, 0, 1), 1, 0x10000 + missing * 0x1000) =
				0;
			scan(&b, by_leaf);
			/* One for each stretch that is left. */
			check(seen.nr_damage == (missing && missing < 15 ? 2 : 1), "entry %u: %zu",
			      missing, seen.nr_damage);
			check(seen.damage[0].kind == PT_DAMAGE_REPLICA, "entry %u", missing);
			check(seen.totals.damaged == seen.nr_damage, "entry %u", missing);
			for (size_t i = 0; i < seen.nr_runs; i++)
				bytes += seen.run[i].bytes;
			bytes += seen.nr_leaves * 0x1000;
			check(bytes == 0xf000, "entry %u: %llx", missing,
			      (unsigned long long)bytes);
			for (size_t i = 0; i < seen.nr_runs; i++)
				check(seen.run[i].pa.v - 0x100000 == seen.run[i].iova.v - 0x10000,
				      "entry %u", missing);
			builder_release(&b);
		}
	}
}

/* A page larger than all that a short top table reaches is whole when every entry there is has it;
 * what follows the table in memory is not asked. */
static void test_page_larger_than_a_short_table(void **state)
{
	const struct shape shape = { &amdv1_format, 1, 1, 0 };
	struct builder b;

	(void)state;
	builder_init_shape(&b, &shape);
	for (unsigned i = 0; i < 2; i++)
		*pages_words(b.pages, b.root.table.v + 8 * i) =
			builder_sized_word(0x100000, 14, true, true);
	scan(&b, false);
	assert_int_equal(seen.nr_damage, 0);
	assert_int_equal(seen.nr_runs, 1);
	assert_true(seen.run[0].bytes == 0x2000 && seen.run[0].pa.v == 0x100000);
	builder_release(&b);
}

static void test_replica_of_another_page(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	assert_true(builder_map(&b, 0x10000, 0x100000, 14, true, true));
	*builder_entry(&b, builder_table(&b, 0, 1), 1, 0x12000) =
		builder_sized_word(0x200000, 14, true, true);
	scan(&b, false);
	assert_int_equal(seen.nr_runs, 3);
	assert_int_equal(seen.nr_damage, 3);
	assert_true(seen.run[1].pa.v == 0x202000 && seen.run[1].bytes == 0x1000);
	builder_release(&b);
}

/* Hardware sets accessed and dirty in the one entry that it used: still one page. */
static void test_replicas_differ_in_accessed_and_dirty(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	assert_true(builder_map(&b, 0x10000, 0x100000, 16, true, true));
	*builder_entry(&b, builder_table(&b, 0, 1), 1, 0x13000) |= 0x20;
	*builder_entry(&b, builder_table(&b, 0, 1), 1, 0x1f000) |= 0x60;
	check_scan(&b, 0, UINT64_MAX);
	scan(&b, false);
	assert_int_equal(seen.nr_runs, 1);
	builder_release(&b);
}

/* ---- being stopped ---- */

static void test_visitor_stops(void **state)
{
	struct builder b;

	(void)state;
	builder_init(&b, &amdv1_format, 3);
	for (uint64_t i = 0; i < 30; i++)
		assert_true(builder_map(&b, i * 0x42000, i << 20, 12, true, i & 1));
	assert_true(builder_map(&b, 0x50000, 0x100000, 16, true, true));
	*builder_entry(&b, builder_table(&b, 0, 1), 1, 0x54000) = 0;
	*builder_entry(&b, builder_table(&b, 0x200000, 2), 2, 0x200000) |= 1ULL << 52;
	for (unsigned by_leaf = 0; by_leaf < 2; by_leaf++) {
		size_t all;

		seen.stop_after = 0;
		scan(&b, by_leaf);
		all = seen.nr_runs + seen.nr_leaves + seen.nr_damage;
		assert_true(all > 20 && seen.nr_damage >= 1);
		for (seen.stop_after = 1; seen.stop_after < all; seen.stop_after++) {
			scan(&b, by_leaf);
			assert_int_equal(seen.status, STATUS_OK);
			assert_int_equal(seen.nr_runs + seen.nr_leaves + seen.nr_damage,
					 seen.stop_after);
		}
		seen.stop_after = 0;
	}
	builder_release(&b);
}

static void test_interrupted(void **state)
{
	struct builder b;
	uint64_t nr;

	(void)state;
	init_damaged(&b, &amdv1_format, 4);
	nr = b.pages->nr_frames;
	for (uint64_t at = 1; at <= nr; at++) {
		b.pages->nr_reads = 0;
		b.pages->interrupt_at = at;
		scan(&b, at & 1);
		check(seen.status == STATUS_INTERRUPTED, "read %llu", (unsigned long long)at);
		check(seen.totals.tables == at - 1 && !seen.nr_damage && b.pages->nr_reads == at,
		      "read %llu", (unsigned long long)at);
	}
	builder_release(&b);
}

/* ---- hostile tables: scan and translate must tell the same ---- */

static bool is_in_run(uint64_t iova)
{
	for (size_t i = 0; i < seen.nr_runs; i++) {
		if (iova - seen.run[i].iova.v < seen.run[i].bytes)
			return true;
	}
	return false;
}

static const struct pt_damage *damage_at(uint64_t iova, enum pt_damage_kind kind)
{
	for (size_t i = 0; i < seen.nr_damage; i++) {
		const struct pt_damage *d = &seen.damage[i];

		if (d->kind == kind && iova >= d->first.v && iova <= d->last.v)
			return d;
	}
	return NULL;
}

static void check_agreement(const struct builder *b, uint64_t iova)
{
	struct pt_translation t;

	/* Hardware knows no loops: it walks them until the levels end. */
	if (damage_at(iova, PT_DAMAGE_LOOP))
		return;
	pt_translate(&b->pages->target, &b->root, iova_of(iova), &t);
	check(is_in_run(iova) == (t.result == PT_MAPPED), "%llx", (unsigned long long)iova);
	check(!!damage_at(iova, PT_DAMAGE_UNREADABLE) == (t.result == PT_UNREADABLE), "%llx",
	      (unsigned long long)iova);
	check(!!damage_at(iova, PT_DAMAGE_ENTRY) == (t.result == PT_BAD_TABLE), "%llx",
	      (unsigned long long)iova);
}

static void check_run_agrees(const struct builder *b, const struct pt_run *run)
{
	struct pt_translation t;

	for (uint64_t at = 0; at < run->bytes; at += run->bytes / 7 + 1) {
		pt_translate(&b->pages->target, &b->root, iova_of(run->iova.v + at), &t);
		check(t.result == PT_MAPPED && t.size_lg2 == run->page_lg2, "%llx",
		      (unsigned long long)(run->iova.v + at));
		check(t.read == run->read && t.write == run->write, "%llx",
		      (unsigned long long)(run->iova.v + at));
		check((run->contiguous || at) ? !run->contiguous || t.pa.v == run->pa.v + at
					      : t.pa.v == run->pa.v,
		      "%llx", (unsigned long long)(run->iova.v + at));
	}
}

/* Entries of any table overwritten: by noise, by each other, by pointers to each other. */
static void spoil(struct builder *b, struct rng *rng)
{
	for (unsigned i = 0; i < 25; i++) {
		const struct mapping *m = &b->made[rng_below(rng, (unsigned)b->nr_made)];
		const struct mapping *other = &b->made[rng_below(rng, (unsigned)b->nr_made)];
		struct pt_translation here, there;
		uint64_t *entry;
		const struct pt_step *step;

		pt_translate(&b->pages->target, &b->root, iova_of(m->iova), &here);
		pt_translate(&b->pages->target, &b->root, iova_of(other->iova), &there);
		step = &here.steps[rng_below(rng, here.nr_steps)];
		if (step->status != STATUS_OK)
			continue;
		entry = pages_words(b->pages, step->entry_pa.v);
		switch (rng_below(rng, 5)) {
		case 0:
			*entry = rng_next(rng);
			break;
		case 1:
			*entry ^= 1ULL << rng_below(rng, 64);
			break;
		case 2:
			*entry = there.steps[rng_below(rng, there.nr_steps)].raw;
			break;
		case 3:
			step = &there.steps[rng_below(rng, there.nr_steps)];
			*entry = builder_table_word(b, step->entry_pa.v & ~4095ULL,
						    1 + rng_below(rng, 6));
			break;
		case 4:
			pages_fail(b->pages, step->entry_pa.v & ~4095ULL,
				   rng_below(rng, 8) ? STATUS_OK : STATUS_NOT_IN_DUMP);
			break;
		}
	}
}

static void test_spoiled_tables(void **state)
{
	struct rng rng = { 23 };
	unsigned nr_checked = 0, nr_damaged = 0;

	(void)state;
	for (unsigned turn = 0; turn < 1500; turn++) {
		const struct pt_format *format = turn & 1 ? &amdv1_format : &x86_64_format;
		unsigned levels = 2 + rng_below(&rng, format->max_levels - 1u);
		struct builder b;

		builder_init(&b, format, levels);
		b.root.max_tables = 300;
		builder_fill(&b, &rng, 40);
		spoil(&b, &rng);
		scan(&b, false);
		for (size_t i = 0; i < seen.nr_runs; i++)
			check_run_agrees(&b, &seen.run[i]);
		for (size_t i = 0; i < seen.nr_damage && !seen.totals.cut; i++) {
			check_agreement(&b, seen.damage[i].first.v);
			check_agreement(&b, seen.damage[i].last.v);
			nr_damaged++;
		}
		for (size_t i = 0; i < b.nr_made && !seen.totals.cut; i++, nr_checked++) {
			check_agreement(&b, b.made[i].iova);
			check_agreement(&b,
					b.made[i].iova ^ 1ULL << rng_below(&rng, 12 + levels * 8));
		}
		scan(&b, true);
		builder_release(&b);
	}
	assert_true(nr_checked > 10000 && nr_damaged > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_level_count),
		cmocka_unit_test(test_every_page_size),
		cmocka_unit_test(test_random_tables_and_ranges),
		cmocka_unit_test(test_runs_are_long),
		cmocka_unit_test(test_empty_range),
		cmocka_unit_test(test_reads_are_counted),
		cmocka_unit_test(test_permissions_are_the_and_of_the_path),
		cmocka_unit_test(test_sign_extension),
		cmocka_unit_test(test_no_run_crosses_the_gap_between_the_halves),
		cmocka_unit_test(test_supervisor_pages_are_runs_of_their_own),
		cmocka_unit_test(test_unreadable_table),
		cmocka_unit_test(test_unreadable_root),
		cmocka_unit_test(test_bad_entries),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_table_that_points_to_itself),
		cmocka_unit_test(test_table_seen_before_is_no_loop),
		cmocka_unit_test(test_range_behind_a_table_that_skips_levels),
		cmocka_unit_test(test_entries_out_of_reach),
		cmocka_unit_test(test_limit_of_tables),
		cmocka_unit_test(test_limit_counts_missing_tables),
		cmocka_unit_test(test_replicas_that_are_missing),
		cmocka_unit_test(test_page_larger_than_a_short_table),
		cmocka_unit_test(test_replica_of_another_page),
		cmocka_unit_test(test_replicas_differ_in_accessed_and_dirty),
		cmocka_unit_test(test_visitor_stops),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_spoiled_tables),
	};

	return cmocka_run_group_tests_name("pt_scan", tests, NULL, NULL);
}
