// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An extension of crash that measures the plugin beside it, in the same process: two commands.
 *
 *	floor pages ROOT LEVELS		remember the pages of an AMD v1 table, in a walk's order
 *	floor range KADDR BYTES		remember the pages of something else, one after the other
 *	floor words PA...		remember single words
 *	floor turns N NAME LINE...	N turns of only reading what is remembered (the floor), and of
 *					the crash command LINE; says the median seconds of each and
 *					of the ratio within a turn:  NAME FLOOR COMMAND RATIO READS
 *	floor ways N			N turns of other ways to read the same:  WAY SECONDS RATIO READS
 *
 * What the command prints goes to /dev/null. Times are of the processor, of this process: reading a
 * dump never waits here, since a turn before the first has read all of it. The walk for the list of
 * pages is written anew, from the words of the specification: it shares nothing with the plugin.
 */
#include <defs.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ENTRIES	   512u
#define PAGE_BYTES 4096u
#define MAX_TURNS  101

struct spot {
	uint64_t pa;
	uint32_t bytes;
};

static struct spot *spots;
static size_t nr_spots, cap_spots;

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void remember(uint64_t pa, uint32_t bytes)
{
	if (nr_spots == cap_spots) {
		cap_spots = cap_spots ? 2 * cap_spots : 1024;
		spots = realloc(spots, cap_spots * sizeof(*spots));
		if (!spots)
			error(FATAL, "floor: out of memory\n");
	}
	spots[nr_spots++] = (struct spot){ pa, bytes };
}

static void remember_table(uint64_t pa, unsigned level)
{
	uint64_t page[ENTRIES];

	remember(pa, PAGE_BYTES);
	if (level == 1)
		return;
	readmem(pa, PHYSADDR, page, PAGE_BYTES, "floor", FAULT_ON_ERROR);
	for (unsigned i = 0; i < ENTRIES; i++) {
		unsigned next = (unsigned)(page[i] >> 9) & 7;

		if ((page[i] & 1) && next && next < level)
			remember_table(page[i] & 0x000ffffffffff000ULL, next);
	}
}

static void remember_range(uint64_t kaddr, uint64_t bytes)
{
	for (uint64_t at = 0; at < bytes; at += PAGE_BYTES) {
		physaddr_t pa;

		if (!kvtop(NULL, kaddr + at, &pa, 0))
			error(FATAL, "floor: no address %lx\n", kaddr + at);
		remember(pa, PAGE_BYTES);
	}
}

/* The least that anybody can do. */
static void read_spots(void)
{
	unsigned char page[PAGE_BYTES];

	for (size_t i = 0; i < nr_spots; i++)
		readmem(spots[i].pa, PHYSADDR, page, spots[i].bytes, "floor",
			RETURN_ON_ERROR | QUIET);
}

static void run_command(char *line, FILE *null)
{
	FILE *screen = fp;
	char copy[BUFSIZE];
	struct command_table_entry *command;

	snprintf(copy, sizeof(copy), "%s", line);
	snprintf(pc->command_line, BUFSIZE, "%s", line);
	snprintf(pc->orig_line, BUFSIZE, "%s", line);
	argcnt = parse_line(copy, args);
	command = get_command_table_entry(args[0]);
	if (!command)
		error(FATAL, "floor: no command %s\n", args[0]);
	fp = null;
	optind = 0;
	command->func();
	fp = screen;
}

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

/* ---- other ways to read the same pages ---- */

#define MAX_RUN 16u

typedef int (*reader)(uint64_t pa, void *buf, size_t len);

static int by_readmem(uint64_t pa, void *buf, size_t len)
{
	return readmem(pa, PHYSADDR, buf, (long)len, "floor", RETURN_ON_ERROR | QUIET);
}

/* What is under readmem(). It does not look where a piece of the dump file ends: for a
 * measurement, not for use. */
static int by_method(uint64_t pa, void *buf, size_t len)
{
	return pc->readmem(pc->dfd, buf, (int)len, pa, pa);
}

static size_t read_runs(const struct spot *list, reader with, unsigned max_run)
{
	static unsigned char buf[MAX_RUN * PAGE_BYTES];
	size_t reads = 0;

	for (size_t i = 0, nr; i < nr_spots; i += nr, reads++) {
		for (nr = 1; nr < max_run && i + nr < nr_spots; nr++) {
			if (list[i + nr].pa != list[i].pa + nr * PAGE_BYTES)
				break;
		}
		with(list[i].pa, buf, nr * PAGE_BYTES);
	}
	return reads;
}

static int by_pa(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;

	return (x->pa > y->pa) - (x->pa < y->pa);
}

static void try_ways(unsigned nr_turns)
{
	static const struct {
		const char *name;
		bool sorted;
		reader read;
		unsigned max_run;
	} ways[] = {
		{ "as-walked", false, by_readmem, 1 },
		{ "sorted", true, by_readmem, 1 },
		{ "runs", false, by_readmem, MAX_RUN },
		{ "sorted-runs", true, by_readmem, MAX_RUN },
		{ "below-readmem", false, by_method, 1 },
		{ "below-runs", false, by_method, MAX_RUN },
		{ "below-sorted-runs", true, by_method, MAX_RUN },
	};
	enum { NR = sizeof(ways) / sizeof(ways[0]) };
	double seconds[NR][MAX_TURNS], ratio[NR][MAX_TURNS];
	struct spot *sorted = malloc(nr_spots * sizeof(*sorted));
	size_t reads[NR] = { 0 };

	if (!sorted || nr_turns > MAX_TURNS)
		error(FATAL, "floor: out of memory, or too many turns\n");
	memcpy(sorted, spots, nr_spots * sizeof(*sorted));
	qsort(sorted, nr_spots, sizeof(*sorted), by_pa);
	read_spots();
	for (unsigned turn = 0; turn < nr_turns; turn++) {
		for (unsigned i = 0; i < NR; i++) {
			unsigned way = (turn + i) % NR;
			double start = cpu_seconds();

			reads[way] = read_runs(ways[way].sorted ? sorted : spots, ways[way].read,
					       ways[way].max_run);
			seconds[way][turn] = cpu_seconds() - start;
		}
		for (unsigned way = 0; way < NR; way++)
			ratio[way][turn] = seconds[way][turn] / seconds[0][turn];
	}
	for (unsigned way = 0; way < NR; way++) {
		double median_ratio = median(ratio[way], nr_turns);

		fprintf(fp, "%s %.9f %.4f %zu\n", ways[way].name,
			median(seconds[way], nr_turns), median_ratio, reads[way]);
	}
	free(sorted);
}

/* ---- the command ---- */

/* Who goes first changes, so that none always finds the caches warm. */
static void take_turns(unsigned nr, const char *name, char *line)
{
	double floor_time[MAX_TURNS], command_time[MAX_TURNS], ratio[MAX_TURNS];
	FILE *null = fopen("/dev/null", "w");
	double floor_median;

	if (!null || nr > MAX_TURNS)
		error(FATAL, "floor: /dev/null, or too many turns\n");
	read_spots();
	run_command(line, null);
	for (unsigned turn = 0; turn < nr; turn++) {
		for (unsigned i = 0; i < 2; i++) {
			double start = cpu_seconds();

			if ((turn + i) % 2) {
				read_spots();
				floor_time[turn] = cpu_seconds() - start;
			} else {
				run_command(line, null);
				command_time[turn] = cpu_seconds() - start;
			}
		}
		ratio[turn] = command_time[turn] / floor_time[turn];
	}
	fclose(null);
	floor_median = median(floor_time, nr);
	fprintf(fp, "%s %.9f %.9f %.4f %zu\n", name, floor_median, median(command_time, nr),
		median(ratio, nr), nr_spots);
}

static void cmd_floor(void)
{
	char line[BUFSIZE] = "", name[64];
	char *end;

	if (argcnt == 3 && STREQ(args[1], "ways")) {
		try_ways((unsigned)strtoul(args[2], &end, 10));
		return;
	}
	if (argcnt < 4) {
		fprintf(fp, "floor pages ROOT LEVELS | range KADDR BYTES | words PA... | "
			    "turns N NAME LINE... | ways N\n");
		return;
	}
	if (STREQ(args[1], "turns")) {
		unsigned nr = (unsigned)strtoul(args[2], &end, 10);

		snprintf(name, sizeof(name), "%s", args[3]);
		for (int i = 4; i < argcnt; i++) {
			strncat(line, args[i], sizeof(line) - strlen(line) - 2);
			strcat(line, " ");
		}
		take_turns(nr, name, line);
		return;
	}
	nr_spots = 0;
	if (STREQ(args[1], "pages"))
		remember_table(strtoul(args[2], &end, 16), (unsigned)strtoul(args[3], &end, 10));
	else if (STREQ(args[1], "range"))
		remember_range(strtoul(args[2], &end, 16), strtoul(args[3], &end, 10));
	else
		for (int i = 2; i < argcnt; i++)
			remember(strtoul(args[i], &end, 16), sizeof(uint64_t));
}

static char *help[] = { (char *)"floor", (char *)"what only reading costs", (char *)"", NULL };

static struct command_table_entry command_table[] = {
	{ (char *)"floor", cmd_floor, help, 0 },
	{ NULL, NULL, NULL, 0 },
};

static void __attribute__((constructor)) floor_init(void)
{
	register_extension(command_table);
}
