// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands on a machine with many devices and domain ids, of each vendor: what a device costs must not depend on how
 * many there are, and not on the vendor. A line each:
 *
 *	host VENDOR DEVICES COMMAND SECONDS READS KIB
 *	irqs VENDOR IRQS COMMAND SECONDS READS KIB
 *	floor VENDOR IRQS PAGES SECONDS			only reading the pages of that table
 *
 * `bench_hosts VENDOR DEVICES IRQS COMMAND...` runs one command line instead and shows its answer, once: for a profiler.
 */
#include "bench.h"
#include "big_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned sizes[] = { 10240, 65536 };

static const char *const commands[] = { "devices", "dte -a", "groups", "domains", "status", "devices -j", "check" };
static const char *const irq_commands[] = { "irt -a", "irt -a -j", "check" };

#define NR_TURNS 3
#define NR_IRQS	 65536u

struct bench_case {
	const struct big_vendor *vendor;
	unsigned nr_devices, nr_irqs;
};

static void measure(struct session *session, struct big_host *host, const char *command, const char *what, unsigned nr)
{
	double seconds[NR_TURNS];
	long before = bench_memory_kib();

	for (unsigned turn = 0; turn < NR_TURNS; turn++) {
		double start;

		kept_release(&session->kept); /* the first command of a session is measured */
		start = bench_now();
		host->nr_reads = 0;
		bench_command(session, "iommu %s", command);
		seconds[turn] = bench_now() - start;
	}
	printf("%s %s %u %s %.6f %llu %ld\n", what, big_vendor_name(host->vendor), nr, command,
	       bench_median(seconds, NR_TURNS), (unsigned long long)host->nr_reads, bench_peak_kib() - before);
	session_release(session);
}

static void run_devices(const void *arg)
{
	const struct bench_case *c = arg;
	struct session session = { 0 };
	struct big_host host;

	big_host_init(&host, c->vendor, c->nr_devices, 0);
	session.target = &host.target;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		measure(&session, &host, commands[i], "host", c->nr_devices);
	big_host_release(&host);
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
	const struct bench_case *c = arg;
	struct session session = { 0 };
	struct big_host host;

	big_host_init(&host, c->vendor, c->nr_devices, c->nr_irqs);
	session.target = &host.target;
	measure_floor(&host, c->nr_irqs);
	for (size_t i = 0; i < sizeof(irq_commands) / sizeof(irq_commands[0]); i++)
		measure(&session, &host, irq_commands[i], "irqs", c->nr_irqs);
	big_host_release(&host);
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
	static const struct big_vendor *const vendors[] = { &big_amd, &big_intel };
	bool ok = true;

	if (argc > 4)
		return run_one(argc, argv);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (size_t j = 0; j < sizeof(vendors) / sizeof(vendors[0]); j++) {
			const struct bench_case c = { vendors[j], sizes[i], 0 };

			ok = bench_in_a_child(run_devices, &c) && ok;
		}
	}
	ok = bench_in_a_child(run_irqs, &(struct bench_case){ &big_intel, sizes[0], NR_IRQS }) && ok;
	if (!ok)
		fprintf(stderr, "bench-hosts: a case failed\n");
	return !ok;
}
