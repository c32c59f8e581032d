// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How `iommu map` goes through large tables of every shape when reading costs next to nothing: the
 * target is memory, and the floor a loop that copies the same pages out of it. A line each:
 *
 *	tables NAME BYTES PAGES FLOOR SCAN COMMAND TOUCH ACCOUNT KIB	seconds; memory beyond the table
 *	who NAME FLOOR SECONDS RATIO			the pass of `iommu who` for one page; the ratio is of one turn
 *	rows NAME OPTION ROWS SECONDS			the writers, one row a page
 */
#include "bench.h"
#include "big_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define GIB	 (1ULL << 30)
#define TIB	 (1024 * GIB)
#define MAX_TURNS 21

struct bench_case {
	const char *name;
	enum shape shape;
	uint64_t bytes;
	unsigned nr_turns;
	bool rows; /* small enough for a row a page */
};

static const struct bench_case cases[] = {
	{ "4GiB-4K", SMALL_PAGES, 4 * GIB, 21, true },
	{ "64GiB-4K", SMALL_PAGES, 64 * GIB, 11, false },
	{ "1TiB-4K", SMALL_PAGES, TIB, 5, false },
	{ "1TiB-4K-contiguous", CONTIGUOUS_PAGES, TIB, 5, false },
	{ "1TiB-mixed", MIXED_PAGES, TIB, 5, false },
	{ "sparse", SPARSE_PAGES, 8192 * PAGE_BYTES, 21, false },
};

static void copy_pages(struct big_table *t)
{
	uint64_t page[TABLE_ENTRIES];

	for (uint64_t i = 0; i < t->nr_tables; i++) {
		if (target_read_pa(&t->ram.target, t->tables[i], page, sizeof(page)) != STATUS_OK)
			abort();
	}
}

static bool add_run(void *ctx, const struct pt_run *run)
{
	*(uint64_t *)ctx += run->bytes;
	return true;
}

static void scan_tables(struct big_table *t)
{
	uint64_t bytes = 0;
	struct pt_visitor visitor = { .ctx = &bytes, .run = add_run };
	struct pt_totals totals;

	pt_scan(&t->ram.target, &t->root, iova_of(0), iova_of(UINT64_MAX), &visitor, &totals);
	if (totals.tables != t->nr_tables || bytes != t->bytes || totals.damaged)
		abort();
}

/* The pass that `iommu check` makes through each table: which blocks of memory it leads to, where its tables are, and,
 * of a space that somebody keeps account of, every run. */
static void count_table(void *ctx, struct pa table)
{
	(void)table;
	++*(uint64_t *)ctx;
}

static void touch_memory(struct big_table *t, bool by_run)
{
	static uint8_t blocks[(1 << 23) + 1];
	uint64_t nr = 0;
	bool apart = false;
	struct pt_touched touched = { .blocks = blocks };
	struct pt_visitor visitor = { .ctx = &nr, .touched = &touched, .apart = &apart, .table = count_table };
	struct pt_totals totals;

	pt_touched_fit(&touched, 2 * t->bytes + 4 * GIB);
	if (pt_touched_bytes(touched.nr) > sizeof(blocks))
		abort();
	if (by_run)
		visitor.run = add_run;
	pt_scan(&t->ram.target, &t->root, iova_of(0), iova_of(UINT64_MAX), &visitor, &totals);
	if (nr != t->nr_tables + (by_run ? t->bytes : 0) || totals.damaged)
		abort();
}

/* What `iommu who` does with a table: who leads to that page, which is in the middle of it? */
static void scan_for_page(struct big_table *t)
{
	struct pt_translation middle;
	struct pa_range range;
	const struct pt_wanted wanted = { &range, 1, false };
	uint64_t bytes = 0;
	struct pt_visitor visitor = { .ctx = &bytes, .wanted = &wanted, .run = add_run };
	struct pt_totals totals;

	pt_translate(&t->ram.target, &t->root, iova_of(t->bytes / 2), &middle);
	if (middle.result != PT_MAPPED)
		return; /* a sparse table */
	range = (struct pa_range){ middle.pa, middle.pa };
	pt_scan(&t->ram.target, &t->root, iova_of(0), iova_of(UINT64_MAX), &visitor, &totals);
	if (totals.tables != t->nr_tables || !bytes || totals.damaged)
		abort();
}

static void run_map(struct session *session, const struct big_table *t, const char *options)
{
	bench_command(session, "iommu map -r %" PRIx64 " -l %u %s", t->root.table.v,
		      t->root.levels, options);
}

enum { FLOOR, SCAN, COMMAND, TOUCH, ACCOUNT, WHO, NR_WAYS };

static double measure(unsigned way, struct big_table *t, struct session *session)
{
	double start = bench_now();

	if (way == FLOOR)
		copy_pages(t);
	else if (way == SCAN)
		scan_tables(t);
	else if (way == TOUCH || way == ACCOUNT)
		touch_memory(t, way == ACCOUNT);
	else if (way == WHO)
		scan_for_page(t);
	else
		run_map(session, t, "");
	return bench_now() - start;
}

static void measure_rows(const char *name, struct big_table *t, struct session *session)
{
	static const char *const options[] = { "-v", "-vv", "-j" };
	double seconds[3][MAX_TURNS];

	for (unsigned turn = 0; turn < 5; turn++) {
		for (unsigned i = 0; i < 3; i++) {
			double start = bench_now();

			run_map(session, t, options[i]);
			seconds[i][turn] = bench_now() - start;
		}
	}
	for (unsigned i = 0; i < 3; i++)
		printf("rows %s %s %" PRIu64 " %.6f\n", name, options[i], t->bytes / PAGE_BYTES,
		       bench_median(seconds[i], 5));
}

static void put_who(const char *name, double seconds[NR_WAYS][MAX_TURNS], unsigned nr)
{
	double ratios[MAX_TURNS];

	for (unsigned turn = 0; turn < nr; turn++)
		ratios[turn] = seconds[WHO][turn] / seconds[FLOOR][turn];
	printf("who %s %.6f %.6f %.2f\n", name, bench_median(seconds[FLOOR], nr), bench_median(seconds[WHO], nr),
	       bench_median(ratios, nr));
}

static void run_case(const void *arg)
{
	const struct bench_case *c = arg;
	double seconds[NR_WAYS][MAX_TURNS];
	struct big_table table;
	struct session session = { 0 };
	long before;

	big_table_init(&table, c->shape, c->bytes);
	session.target = &table.ram.target;
	copy_pages(&table);
	before = bench_memory_kib();
	run_map(&session, &table, "");
	before = bench_peak_kib() - before;
	for (unsigned turn = 0; turn < c->nr_turns; turn++) {
		for (unsigned i = 0; i < NR_WAYS; i++) {
			unsigned way = (turn + i) % NR_WAYS;

			seconds[way][turn] = measure(way, &table, &session);
		}
	}
	if (c->shape != SPARSE_PAGES)
		put_who(c->name, seconds, c->nr_turns);
	printf("tables %s %" PRIu64 " %" PRIu64 " %.6f %.6f %.6f %.6f %.6f %ld\n", c->name, table.bytes,
	       table.nr_tables, bench_median(seconds[FLOOR], c->nr_turns),
	       bench_median(seconds[SCAN], c->nr_turns),
	       bench_median(seconds[COMMAND], c->nr_turns), bench_median(seconds[TOUCH], c->nr_turns),
	       bench_median(seconds[ACCOUNT], c->nr_turns), before);
	if (c->rows)
		measure_rows(c->name, &table, &session);
	session_release(&session);
	big_table_release(&table);
}

int main(void)
{
	bool ok = true;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok = bench_in_a_child(run_case, &cases[i]) && ok;
	if (!ok)
		fprintf(stderr, "bench-tables: a case failed\n");
	return !ok;
}
