// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands on a machine with many devices and domain ids: what a device costs must not depend on
 * how many there are. A line each:
 *
 *	host DEVICES COMMAND SECONDS READS KIB
 */
#include "bench.h"
#include "big_host.h"

#include <stdio.h>

static const unsigned sizes[] = { 8192, 65536 };

static const char *const commands[] = { "devices", "dte -a", "groups", "domains", "status",
					"devices -j" };

#define NR_TURNS 3

static void run_size(const void *arg)
{
	const unsigned nr_devices = *(const unsigned *)arg;
	struct session session = { 0 };
	struct big_host host;

	big_host_init(&host, nr_devices);
	session.target = &host.target;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		double seconds[NR_TURNS];
		long before = bench_memory_kib();

		for (unsigned turn = 0; turn < NR_TURNS; turn++) {
			double start;

			kept_release(&session.kept); /* the first command of a session is measured */
			start = bench_now();
			host.nr_reads = 0;
			bench_command(&session, "iommu %s", commands[i]);
			seconds[turn] = bench_now() - start;
		}
		printf("host %u %s %.6f %llu %ld\n", nr_devices, commands[i],
		       bench_median(seconds, NR_TURNS), (unsigned long long)host.nr_reads,
		       bench_peak_kib() - before);
		session_release(&session);
	}
	big_host_release(&host);
}

int main(void)
{
	bool ok = true;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		ok = bench_in_a_child(run_size, &sizes[i]) && ok;
	if (!ok)
		fprintf(stderr, "bench-hosts: a case failed\n");
	return !ok;
}
