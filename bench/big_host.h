/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with tens of thousands of devices on eight units of one vendor, each device with a group, a domain and a
 * domain id of its own: the structs of a 6.1 kernel as the .sym files of tests/mem lay them out, in memory.
 */
#ifndef BENCH_BIG_HOST_H
#define BENCH_BIG_HOST_H

#include "mem_target.h"
#include "ram_target.h"

struct big_vendor;

extern const struct big_vendor big_amd, big_intel;

struct big_host {
	struct target target;
	struct ram ram;
	struct mem_target *names; /* symbols and members */
	const struct big_vendor *vendor;
	void *units;		  /* the vendor's own */
	uint64_t next_struct;	  /* structs are laid out upwards, */
	uint64_t next_page;	  /* pages of tables downwards */
	uint64_t nr_reads;
};

const char *big_vendor_name(const struct big_vendor *vendor);

/* nr_devices: 10,240 to 65,536, a multiple of 256. nr_irqs: 0, and no unit remaps interrupts, or how many entries of the
 * first unit's table are in use, each by an interrupt with a name; 65,536 at most, and of VT-d alone: on AMD-Vi each
 * device has a table. */
void big_host_init(struct big_host *host, const struct big_vendor *vendor, unsigned nr_devices, unsigned nr_irqs);
void big_host_release(struct big_host *host);

#endif
