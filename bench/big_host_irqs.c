// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupts of a big host on VT-d: a struct irq_desc each, found through irq_desc_tree, with the chain of two
 * interrupt domains that an MSI has, an action with a name, and an entry of the unit's table.
 */
#include "big_host_intel.h"

#include <stdio.h>
#include <stdlib.h>

#define UNIT	      0u /* whose table it is */
#define NR_ENTRIES    65536u
#define ENTRY_BYTES   16u
#define NR_CPUS	      64u
#define FIRST_VECTOR  0x30u
#define LAST_VECTOR   0xefu
#define GCMD	      0x86000000u /* TE, QIE, IRE */
#define IRTE_PRESENT  1ULL
#define IRTE_VECTOR   16
#define IRTE_CPU      32
#define IRTE_CHECKED  (1ULL << 18) /* SVT 1, of the upper word: by the id as a whole */
#define NODE_LG2      6		   /* slots of an xa_node */
#define NODE_SLOTS    (1u << NODE_LG2)
#define NODE_BYTES    576u

struct irqs {
	struct big_host *host;
	uint64_t unit, table, domain, msi_domain;
};

/* ---- an xarray ---- */

/* Of values for 0, 1, ... without a gap; the array is used up. */
static uint64_t make_xarray(struct big_host *host, uint64_t *entries, unsigned nr)
{
	unsigned shift = 0;

	do {
		unsigned nr_nodes = (nr + NODE_SLOTS - 1) / NODE_SLOTS;

		for (unsigned i = 0; i < nr_nodes; i++) {
			uint64_t node = host_alloc(host, NODE_BYTES);

			host_set(host, node, "xa_node", "shift", shift);
			for (unsigned j = i * NODE_SLOTS; j < nr && j < (i + 1) * NODE_SLOTS; j++)
				host_put(host, host_member(host, node, "xa_node", "slots") + j % NODE_SLOTS * 8,
					 entries[j], 8);
			entries[i] = node | 2;
		}
		nr = nr_nodes;
		shift += NODE_LG2;
	} while (nr > 1);
	return entries[0];
}

/* ---- one interrupt ---- */

/* Each in turn of the devices on the buses that the unit's bridges lead to. */
static unsigned source_of(unsigned nth)
{
	const unsigned first_bus = 1 + UNIT * HOST_BRIDGES_PER_UNIT;

	return first_bus * HOST_DEVICES_PER_BUS + nth % (HOST_BRIDGES_PER_UNIT * HOST_DEVICES_PER_BUS);
}

static void make_entry(const struct irqs *irqs, unsigned nth, uint64_t chip_data)
{
	unsigned vector = FIRST_VECTOR + nth / NR_CPUS % (LAST_VECTOR - FIRST_VECTOR + 1);
	uint64_t low = IRTE_PRESENT | (uint64_t)vector << IRTE_VECTOR | (uint64_t)(nth % NR_CPUS) << IRTE_CPU;
	uint64_t high = IRTE_CHECKED | source_of(nth), at = irqs->table + 1ULL * nth * ENTRY_BYTES;
	uint64_t copy = host_member(irqs->host, chip_data, "intel_ir_data", "irte_entry");

	host_put(irqs->host, at, low, 8);
	host_put(irqs->host, at + 8, high, 8);
	host_put(irqs->host, copy, low, 8);
	host_put(irqs->host, copy + 8, high, 8);
}

static uint64_t make_chip_data(const struct irqs *irqs, unsigned nth)
{
	uint64_t at = host_alloc(irqs->host, 64);

	host_set(irqs->host, at, "intel_ir_data", "irq_2_iommu.iommu", irqs->unit);
	host_set(irqs->host, at, "intel_ir_data", "irq_2_iommu.irte_index", nth);
	make_entry(irqs, nth, at);
	return at;
}

static uint64_t make_action(const struct irqs *irqs, unsigned nth)
{
	uint64_t at = host_alloc(irqs->host, 128);
	char name[32];

	snprintf(name, sizeof(name), "mlx5_comp%u", nth);
	host_set(irqs->host, at, "irqaction", "name", host_text(irqs->host, name));
	return at;
}

static uint64_t make_irq(const struct irqs *irqs, unsigned nth)
{
	struct big_host *host = irqs->host;
	uint64_t desc = host_alloc(host, 256), data = host_member(host, desc, "irq_desc", "irq_data");
	uint64_t below = host_alloc(host, 64);

	host_set(host, data, "irq_data", "irq", nth);
	host_set(host, data, "irq_data", "domain", irqs->msi_domain);
	host_set(host, data, "irq_data", "parent_data", below);
	host_set(host, below, "irq_data", "irq", nth);
	host_set(host, below, "irq_data", "domain", irqs->domain);
	host_set(host, below, "irq_data", "chip_data", make_chip_data(irqs, nth));
	host_set(host, desc, "irq_desc", "action", make_action(irqs, nth));
	return desc;
}

/* ---- all of them ---- */

static void make_table(struct irqs *irqs, unsigned nr_irqs)
{
	struct big_host *host = irqs->host;
	uint64_t at = host_alloc(host, 64), bitmap = host_alloc(host, NR_ENTRIES / 8);

	irqs->table = host_alloc_pages(host, NR_ENTRIES * ENTRY_BYTES / 4096);
	irqs->domain = host_alloc(host, 64);
	irqs->msi_domain = host_alloc(host, 64);
	host_set(host, at, "ir_table", "base", irqs->table);
	host_set(host, at, "ir_table", "bitmap", bitmap);
	for (unsigned i = 0; i < nr_irqs; i++)
		host_put(host, bitmap + i / 64 * 8, host_get(host, bitmap + i / 64 * 8) | 1ULL << i % 64, 8);
	host_set(host, irqs->unit, "intel_iommu", "gcmd", GCMD);
	host_set(host, irqs->unit, "intel_iommu", "ir_table", at);
	host_set(host, irqs->unit, "intel_iommu", "ir_domain", irqs->domain);
}

static void make_cpus(struct big_host *host)
{
	host_put(host, host_symbol(host, "nr_cpu_ids"), NR_CPUS, 4);
	host_put(host, host_symbol(host, "x2apic_mode"), 1, 4);
	host_put(host, host_symbol(host, "eim_mode"), 1, 4);
	host_put(host, host_symbol(host, "irq_remapping_enabled"), 1, 4);
	for (unsigned i = 0; i < NR_CPUS; i++)
		host_put(host, host_symbol(host, "cpuid_to_apicid") + i * 4ULL, i, 4);
}

void intel_make_irqs(struct big_host *host, unsigned nr_irqs)
{
	struct irqs irqs = { .host = host, .unit = ((const struct intel_units *)host->units)->at[UNIT] };
	uint64_t *descs = calloc(nr_irqs + 1, sizeof(*descs));

	if (!descs || nr_irqs > NR_ENTRIES)
		abort();
	make_cpus(host);
	if (nr_irqs) {
		make_table(&irqs, nr_irqs);
		for (unsigned i = 0; i < nr_irqs; i++)
			descs[i] = make_irq(&irqs, i);
		host_put(host, host_member(host, host_symbol(host, "irq_desc_tree"), "xarray", "xa_head"),
			 make_xarray(host, descs, nr_irqs), 8);
	}
	free(descs);
}
