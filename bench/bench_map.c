// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How fast `iommu map` goes through a large table, and how much memory it takes: the walk as the
 * command's default depth uses it, against a loop that only reads the same table pages through the
 * same target and counts the entries that are not zero. They take turns, and a ratio is of one
 * turn: what disturbs the machine disturbs all of them. Times are of the processor, not of the
 * wall. Each case is a process of its own: peak memory is that case's alone.
 */
#include "big_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "iommu/command.h"

#define FULL_SIZE (16u << 20)
#define NR_TURNS  21

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* ---- what is compared ---- */

/* The least that any program does: count what is there. */
static uint64_t count_entries(const struct big_table *t)
{
	struct target *target = (struct target *)&t->ram.target;
	uint64_t page[PT_ENTRIES], nr = 0;

	for (uint64_t i = 0; i < t->nr_tables; i++) {
		if (target_read_pa(target, t->tables[i], page, sizeof(page)) != STATUS_OK)
			abort();
		for (unsigned e = 0; e < PT_ENTRIES; e++)
			nr += page[e] != 0;
	}
	return nr - (t->nr_tables - 1); /* without entries for tables */
}

/* Not even that: what the copies alone cost. */
static void copy_pages(const struct big_table *t)
{
	struct target *target = (struct target *)&t->ram.target;
	uint64_t page[PT_ENTRIES];

	for (uint64_t i = 0; i < t->nr_tables; i++) {
		if (target_read_pa(target, t->tables[i], page, sizeof(page)) != STATUS_OK)
			abort();
	}
}

struct stretch {
	struct target *target;
	uint64_t next, bytes, pages, nr;
	bool read, write;
};

/* As the command does: runs that follow each other are one row. */
static bool merge_run(void *ctx, const struct pt_run *run)
{
	struct stretch *s = ctx;

	if (run->iova.v != s->next || run->read != s->read || run->write != s->write) {
		s->nr++;
		s->read = run->read;
		s->write = run->write;
	}
	s->next = run->iova.v + run->bytes;
	s->bytes += run->bytes;
	s->pages += run->nr_pages;
	return !target_interrupted(s->target);
}

static uint64_t scan_tables(const struct big_table *t)
{
	struct target *target = (struct target *)&t->ram.target;
	struct stretch s = { .target = target, .next = 1 };
	struct pt_visitor visitor = { .ctx = &s, .run = merge_run };
	struct pt_totals totals;

	pt_scan(target, &t->root, iova_of(0), iova_of(UINT64_MAX), &visitor, &totals);
	if (totals.tables != t->nr_tables || s.bytes != t->nr_mappings * PT_PAGE_SIZE || s.nr != 1)
		abort();
	return s.pages;
}

static void write_out(void *ctx, const char *bytes, size_t len)
{
	fwrite(bytes, 1, len, ctx);
}

/* The whole command, its text thrown away. */
static void run_command(struct big_table *t, FILE *null, const char *option)
{
	struct session session = { .target = &t->ram.target, .out = { write_out, null } };
	char root[32], levels[4];
	const char *argv[] = { "iommu", "map", "-r", root, "-l", levels, option, NULL };

	snprintf(root, sizeof(root), "%" PRIx64, t->root.table.v);
	snprintf(levels, sizeof(levels), "%u", t->root.levels);
	if (iommu_command(&session, option ? 7 : 6, (char **)argv))
		abort();
	session_release(&session);
}

/* ---- measuring ---- */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t nr)
{
	qsort(values, nr, sizeof(*values), compare);
	return values[nr / 2];
}

enum way {
	COUNTING,
	COPYING,
	SCANNING,
	COMMAND,
	NR_WAYS
};

static double measure(enum way way, struct big_table *t, FILE *null)
{
	double start = now();

	switch (way) {
	case COUNTING:
		if (count_entries(t) != t->nr_mappings)
			abort();
		break;
	case COPYING:
		copy_pages(t);
		break;
	case SCANNING:
		if (scan_tables(t) != t->nr_mappings)
			abort();
		break;
	default:
		run_command(t, null, NULL);
		break;
	}
	return now() - start;
}

static void report(const char *name, double million, double *seconds, double *ratios)
{
	double ratio = median(ratios, NR_TURNS); /* and sorts them */

	printf("  %-20s%8.0f million entries/s  ratio %.2f (%.2f..%.2f)\n", name,
	       million / median(seconds, NR_TURNS), ratio, ratios[NR_TURNS / 10],
	       ratios[NR_TURNS - 1 - NR_TURNS / 10]);
}

/* Who goes first changes, so that none always finds the caches warm. */
static void compare_speeds(struct big_table *t, FILE *null)
{
	double seconds[NR_WAYS][NR_TURNS], ratio[NR_WAYS][NR_TURNS];
	double million = (double)t->nr_mappings / 1e6;

	for (unsigned turn = 0; turn < NR_TURNS; turn++) {
		for (unsigned i = 0; i < NR_WAYS; i++) {
			unsigned way = (turn + i) % NR_WAYS;

			seconds[way][turn] = measure(way, t, null);
		}
		for (unsigned way = 0; way < NR_WAYS; way++)
			ratio[way][turn] = seconds[way][turn] / seconds[COUNTING][turn];
	}
	report("reading, counting", million, seconds[COUNTING], ratio[COUNTING]);
	report("only reading", million, seconds[COPYING], ratio[COPYING]);
	report("pt_scan", million, seconds[SCANNING], ratio[SCANNING]);
	report("iommu map", million, seconds[COMMAND], ratio[COMMAND]);
}

/* One row an entry: what formatting costs, which no ratio to reading says anything about. */
static void measure_rows(struct big_table *t, FILE *null)
{
	static const char *const options[] = { "-v", "-vv", "-j" };

	for (unsigned i = 0; i < 3; i++) {
		double start = now();

		run_command(t, null, options[i]);
		printf("  iommu map %-3s       %8.2f million entries/s\n", options[i],
		       (double)t->nr_mappings / 1e6 / (now() - start));
	}
}

static void run_case(uint64_t nr_mappings, bool contiguous)
{
	FILE *null = fopen("/dev/null", "w");
	struct big_table table;
	long before, after_scan, after_command;

	if (!null)
		abort();
	big_table_init(&table, nr_mappings, contiguous);
	printf("%" PRIu64 " mappings of 4 KiB, frames %s, %" PRIu64 " table pages\n", nr_mappings,
	       contiguous ? "contiguous" : "scattered", table.nr_tables);
	before = peak_kib();
	scan_tables(&table);
	after_scan = peak_kib();
	run_command(&table, null, NULL);
	after_command = peak_kib();
	printf("  peak memory beyond the table: pt_scan %ld KiB, iommu map %ld KiB\n",
	       after_scan - before, after_command - before);
	compare_speeds(&table, null);
	if (nr_mappings < FULL_SIZE)
		measure_rows(&table, null);
	big_table_release(&table);
	fclose(null);
}

/* False when the case failed. */
static bool in_a_child(uint64_t nr_mappings, bool contiguous)
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		run_case(nr_mappings, contiguous);
		exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

int main(void)
{
	bool ok = in_a_child(FULL_SIZE / 16, false);

	ok = in_a_child(FULL_SIZE, false) && ok;
	ok = in_a_child(FULL_SIZE, true) && ok;
	if (!ok)
		fprintf(stderr, "bench-map: a case failed\n");
	return !ok;
}
