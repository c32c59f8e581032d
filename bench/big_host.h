/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with tens of thousands of devices, each with a group, a domain and a domain id of its own:
 * the structs of a 6.1 kernel as tests/mem/v6.1.sym lays them out, in memory.
 */
#ifndef BENCH_BIG_HOST_H
#define BENCH_BIG_HOST_H

#include "mem_target.h"
#include "ram_target.h"

struct big_host {
	struct target target;
	struct ram ram;
	struct mem_target *names; /* symbols and members */
	uint64_t next_free;
	uint64_t nr_reads;
};

/* nr_devices: 256 to 65,536, a multiple of 256; the last one has domain id 65,535 for two. */
void big_host_init(struct big_host *host, unsigned nr_devices);
void big_host_release(struct big_host *host);

#endif
