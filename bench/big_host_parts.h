/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files that build a big host: its memory, and what differs by vendor. A vendor is one file with one struct
 * big_vendor.
 */
#ifndef BENCH_BIG_HOST_PARTS_H
#define BENCH_BIG_HOST_PARTS_H

#include "big_host.h"

#define HOST_NR_UNITS	     8u
#define HOST_DEVICES_PER_BUS 256u

/* ---- big_host_memory.c ---- */

/* Ends the process when there is no memory. */
void host_memory_init(struct big_host *host, const char *names_sym, unsigned nr_devices, unsigned nr_irqs);

/* Zero; the addresses are the kernel's. */
uint64_t host_alloc(struct big_host *host, uint64_t bytes);
uint64_t host_alloc_pages(struct big_host *host, uint64_t nr);
uint64_t host_pa(uint64_t at);

void host_put(struct big_host *host, uint64_t at, uint64_t value, size_t bytes);
uint64_t host_get(struct big_host *host, uint64_t at);
/* A place for it, with these characters and a zero. */
uint64_t host_text(struct big_host *host, const char *text);

uint64_t host_symbol(struct big_host *host, const char *name);
/* The address of that member of the struct at `at`, and what is written there. */
uint64_t host_member(struct big_host *host, uint64_t at, const char *type, const char *path);
void host_set(struct big_host *host, uint64_t at, const char *type, const char *path, uint64_t value);

void host_empty_list(struct big_host *host, uint64_t head);
void host_add_tail(struct big_host *host, uint64_t head, uint64_t node);

/* ---- big_host.c ---- */

/*
 * Bus 0 has forty bridges, from 00:00.1 on, five for each unit: they and what is behind them, in one step or two, are
 * that unit's, and the rest of bus 0 is the last unit's.
 */
#define HOST_BRIDGES_PER_UNIT 5u
#define HOST_NR_BRIDGES	      (HOST_NR_UNITS * HOST_BRIDGES_PER_UNIT)

/* Memory that firmware keeps, beyond that of any host here. */
#define HOST_RESERVED	    0x7c000000ULL
#define HOST_RESERVED_BYTES 0x4000000ULL

/* ---- the vendor ---- */

struct host_domain {
	uint64_t at;	    /* struct iommu_domain */
	uint64_t driver_at; /* the driver's struct around it */
	uint64_t table;
	unsigned id;
};

struct host_device {
	uint64_t dev;	     /* struct device */
	uint64_t iommu;	     /* its struct dev_iommu */
	unsigned source_id;  /* bus and function */
	unsigned unit;	     /* which one serves it */
};

struct big_vendor {
	const char *name, *names_sym;
	/* The units, before there is a device. */
	void (*make_units)(struct big_host *host);
	/* A domain that devices of that unit can be attached to: a table of three levels whose top maps a gigabyte. */
	void (*make_domain)(struct big_host *host, const struct host_device *first, struct host_domain *ret);
	void (*attach)(struct big_host *host, const struct host_device *device, const struct host_domain *domain);
	/* When all devices are there, of which pci_devs has the struct pci_dev by bus and function; NULL: nothing is left. */
	void (*finish)(struct big_host *host, const uint64_t *pci_devs, unsigned nr_irqs);
};

/* Memory that a domain may map: a gigabyte for each, above that of the host. */
uint64_t host_data_pa(unsigned nth);

#endif
