// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands on a machine with many devices and domain ids, of each vendor: what a device costs must not depend on how
 * many there are, and not on the vendor. A line each:
 *
 *	host VENDOR DEVICES COMMAND SECONDS READS KIB
 *	ratio VENDOR DEVICES COMMAND RATIO		to AMD-Vi, of one turn
 *	irqs VENDOR IRQS COMMAND SECONDS READS KIB
 *	floor VENDOR IRQS PAGES SECONDS			only reading the pages of that table
 *
 * `bench_hosts VENDOR DEVICES IRQS COMMAND...` runs one command line instead and shows its answer, once: for a profiler.
 */
#include "bench.h"
#include "big_host.h"

#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned sizes[] = { 10240, 65536 };

static const char *const commands[] = { "devices", "dte -a", "groups", "domains", "status", "devices -j", "check" };
static const char *const irq_commands[] = { "irt -a", "irt -a -j", "check" };

#define NR_TURNS 7
#define NR_IRQS	 65536u

struct side {
	struct session session;
	struct big_host host;
	double seconds[NR_TURNS];
	long kib; /* that the first turn took at most */
};

static void take_turn(struct side *side, const char *command, unsigned turn)
{
	long before = 0;
	double start;

	kept_release(&side->session.kept); /* the first command of a session is measured */
	if (!turn) {
		malloc_trim(0);
		before = bench_memory_kib();
	}
	start = bench_now();
	side->host.nr_reads = 0;
	bench_command(&side->session, "iommu %s", command);
	side->seconds[turn] = bench_now() - start;
	if (!turn)
		side->kib = bench_peak_kib() - before;
}

static void put(struct side *side, const char *command, const char *what, unsigned nr)
{
	printf("%s %s %u %s %.6f %llu %ld\n", what, big_vendor_name(side->host.vendor), nr, command,
	       bench_median(side->seconds, NR_TURNS), (unsigned long long)side->host.nr_reads, side->kib);
}

/* Both vendors' hosts answer in turns, and who goes first changes. */
static void compare(struct side sides[2], const char *command, unsigned nr_devices)
{
	double ratios[NR_TURNS];

	for (unsigned turn = 0; turn < NR_TURNS; turn++) {
		take_turn(&sides[turn % 2], command, turn);
		take_turn(&sides[1 - turn % 2], command, turn);
		ratios[turn] = sides[1].seconds[turn] / sides[0].seconds[turn];
	}
	for (unsigned i = 0; i < 2; i++) {
		put(&sides[i], command, "host", nr_devices);
		session_release(&sides[i].session);
	}
	printf("ratio %s %u %s %.3f\n", big_vendor_name(sides[1].host.vendor), nr_devices, command,
	       bench_median(ratios, NR_TURNS));
}

static void run_devices(const void *arg)
{
	static const struct big_vendor *const vendors[] = { &big_amd, &big_intel };
	const unsigned nr_devices = *(const unsigned *)arg;
	struct side sides[2] = { 0 };

	for (unsigned i = 0; i < 2; i++) {
		big_host_init(&sides[i].host, vendors[i], nr_devices, 0);
		sides[i].session.target = &sides[i].host.target;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		compare(sides, commands[i], nr_devices);
	for (unsigned i = 0; i < 2; i++)
		big_host_release(&sides[i].host);
}

/* As many pages as the table of a unit has, wherever they are. */
static void measure_floor(struct big_host *host, unsigned nr_irqs)
{
	static unsigned char page[4096];
	const unsigned nr_pages = nr_irqs * 16 / sizeof(page);
	double seconds[NR_TURNS];

	for (unsigned turn = 0; turn < NR_TURNS; turn++) {
		double start = bench_now();

		for (unsigned i = 0; i < nr_pages; i++) {
			if (target_read_pa(&host->target, pa_of(i * sizeof(page)), page, sizeof(page)) != STATUS_OK)
				abort();
		}
		seconds[turn] = bench_now() - start;
	}
	printf("floor %s %u %u %.6f\n", big_vendor_name(host->vendor), nr_irqs, nr_pages,
	       bench_median(seconds, NR_TURNS));
}

static void run_irqs(const void *arg)
{
	struct side side = { 0 };

	(void)arg;
	big_host_init(&side.host, &big_intel, sizes[0], NR_IRQS);
	side.session.target = &side.host.target;
	measure_floor(&side.host, NR_IRQS);
	for (size_t i = 0; i < sizeof(irq_commands) / sizeof(irq_commands[0]); i++) {
		for (unsigned turn = 0; turn < NR_TURNS; turn++)
			take_turn(&side, irq_commands[i], turn);
		put(&side, irq_commands[i], "irqs", NR_IRQS);
		session_release(&side.session);
	}
	big_host_release(&side.host);
}

/* ---- one command, seen ---- */

static void write_out(void *ctx, const char *bytes, size_t len)
{
	fwrite(bytes, 1, len, ctx);
}

static int run_one(int argc, char **argv)
{
	const struct big_vendor *vendor = strcmp(argv[1], "amd") == 0 ? &big_amd : &big_intel;
	struct session session = { .out = { write_out, stdout } };
	struct big_host host;
	int ret;

	big_host_init(&host, vendor, (unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]));
	session.target = &host.target;
	argv[3] = (char[]){ "iommu" };
	ret = (int)iommu_command(&session, argc - 3, argv + 3);
	fprintf(stderr, "%llu reads, %u%% of the budget\n", (unsigned long long)host.nr_reads,
		budget_share(&session.budget));
	session_release(&session);
	big_host_release(&host);
	return ret;
}

int main(int argc, char **argv)
{
	bool ok = true;

	/* What is freed stays with the process. Else half of the time is the machine's, that gives the same pages again
	 * and again, and to one of two hosts more often than to the other. */
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	if (argc > 4)
		return run_one(argc, argv);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		ok = bench_in_a_child(run_devices, &sizes[i]) && ok;
	ok = bench_in_a_child(run_irqs, NULL) && ok;
	if (!ok)
		fprintf(stderr, "bench-hosts: a case failed\n");
	return !ok;
}
