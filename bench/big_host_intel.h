/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of a big host on VT-d. */
#ifndef BENCH_BIG_HOST_INTEL_H
#define BENCH_BIG_HOST_INTEL_H

#include "big_host_parts.h"

struct intel_units {
	uint64_t at[HOST_NR_UNITS];   /* struct intel_iommu */
	uint64_t drhd[HOST_NR_UNITS]; /* struct dmar_drhd_unit */
	uint64_t root[HOST_NR_UNITS], ids[HOST_NR_UNITS];
	uint64_t contexts[HOST_NR_UNITS][256]; /* tables of context entries, by bus */
	unsigned nr_domains, nr_ids[HOST_NR_UNITS];
};

uint64_t intel_registers_of(unsigned unit);

/* ---- big_host_dmar.c: the firmware's table, and what the driver has of it ---- */

void intel_make_dmar(struct big_host *host, const uint64_t *pci_devs);

/* ---- big_host_irqs.c ---- */

/* The first unit remaps so many interrupts, of the devices that it serves; 0: none does. */
void intel_make_irqs(struct big_host *host, unsigned nr_irqs);

#endif
