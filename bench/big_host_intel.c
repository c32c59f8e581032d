// SPDX-License-Identifier: GPL-2.0-or-later
/* A big host on VT-d in legacy mode: eight units, each with ids of its own for the domains that are used on it. */
#include "big_host_intel.h"

#include <stdio.h>
#include <stdlib.h>

#define NR_IDS	    65536u
#define ENTRY_BYTES 16u /* of root and context tables */
#define FIRST_ID    2u	/* 0 and 1 are never handed out */

/* CAP and ECAP as in tests/mem/vtd-legacy.mem, less CM: 39 bits, pages of 2M and 1G, 65,536 ids; queued invalidation,
 * interrupt remapping. */
#define CAP  0x00d2008c22260206ULL
#define ECAP 0xf00f5aULL
#define GCMD 0x84000000u /* TE, QIE */

#define PRESENT	   1ULL
#define PAGE	   0x83ULL /* R 0, W 1, PS 7 */
#define AW_39	   1ULL	   /* of a context entry: three levels */
#define AGAW	   1u	   /* the driver's: levels less two */
#define DID_SHIFT  8
#define QUEUE_DESCRIPTORS 256u

uint64_t intel_registers_of(unsigned unit)
{
	return 0xfed90000ULL + unit * 0x1000ULL;
}

/* ---- units ---- */

/* Empty: all descriptors are free. */
static uint64_t make_queue(struct big_host *host)
{
	uint64_t at = host_alloc(host, 64);

	host_set(host, at, "q_inval", "desc", host_alloc_pages(host, 1));
	host_set(host, at, "q_inval", "desc_status", host_alloc(host, QUEUE_DESCRIPTORS * 4));
	host_set(host, at, "q_inval", "free_cnt", QUEUE_DESCRIPTORS);
	return at;
}

static void make_unit(struct big_host *host, struct intel_units *u, unsigned nth)
{
	uint64_t at = host_alloc(host, 512), drhd = host_alloc(host, 64);
	char name[16];

	u->at[nth] = at;
	u->drhd[nth] = drhd;
	u->root[nth] = host_alloc_pages(host, 1);
	u->ids[nth] = host_alloc(host, NR_IDS / 8);
	u->nr_ids[nth] = FIRST_ID;
	host_put(host, u->ids[nth], (1u << FIRST_ID) - 1, 8);
	host_set(host, at, "intel_iommu", "reg_phys", intel_registers_of(nth));
	host_set(host, at, "intel_iommu", "cap", CAP);
	host_set(host, at, "intel_iommu", "ecap", ECAP);
	host_set(host, at, "intel_iommu", "gcmd", GCMD);
	host_set(host, at, "intel_iommu", "seq_id", nth);
	host_set(host, at, "intel_iommu", "node", UINT32_MAX);
	host_set(host, at, "intel_iommu", "root_entry", u->root[nth]);
	host_set(host, at, "intel_iommu", "domain_ids", u->ids[nth]);
	host_set(host, at, "intel_iommu", "qi", make_queue(host));
	snprintf(name, sizeof(name), "dmar%u", nth);
	for (unsigned i = 0; name[i]; i++)
		host_put(host, host_member(host, at, "intel_iommu", "name") + i, (unsigned char)name[i], 1);
	host_set(host, drhd, "dmar_drhd_unit", "reg_base_addr", intel_registers_of(nth));
	host_set(host, drhd, "dmar_drhd_unit", "iommu", at);
	host_add_tail(host, host_symbol(host, "dmar_drhd_units"),
		      host_member(host, drhd, "dmar_drhd_unit", "list"));
}

static void make_units(struct big_host *host)
{
	static const char *const lists[] = { "dmar_drhd_units", "dmar_rmrr_units", "dmar_atsr_units",
					     "dmar_satc_units", "amd_iommu_list" };
	struct intel_units *u = calloc(1, sizeof(*u));

	if (!u)
		abort();
	host->units = u;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		host_empty_list(host, host_symbol(host, lists[i]));
	host_put(host, host_symbol(host, "intel_iommu_enabled"), 1, 4);
	/* The list has what was told last first, and the one that serves the rest at its end. */
	for (unsigned i = HOST_NR_UNITS - 1; i--;)
		make_unit(host, u, i);
	make_unit(host, u, HOST_NR_UNITS - 1);
}

/* ---- domains and devices ---- */

/* An xarray by the unit's number: of one entry for 0 it is that entry. */
static uint64_t xarray_of_one(struct big_host *host, unsigned index, uint64_t entry)
{
	uint64_t node;

	if (!index)
		return entry;
	node = host_alloc(host, 576);
	host_put(host, host_member(host, node, "xa_node", "slots") + 8ULL * index, entry, 8);
	return node | 2;
}

static void make_domain(struct big_host *host, const struct host_device *first, struct host_domain *ret)
{
	struct intel_units *u = host->units;
	uint64_t at = host_alloc(host, 256), on_unit = host_alloc(host, 64), word;
	unsigned id = u->nr_ids[first->unit]++;

	*ret = (struct host_domain){
		.at = host_member(host, at, "dmar_domain", "domain"),
		.driver_at = at,
		.table = host_alloc_pages(host, 1),
		.id = id,
	};
	host_put(host, ret->table, PAGE | host_data_pa(++u->nr_domains), 8);
	host_set(host, on_unit, "iommu_domain_info", "iommu", u->at[first->unit]);
	host_set(host, on_unit, "iommu_domain_info", "did", id);
	host_set(host, at, "dmar_domain", "iommu_array.xa_head", xarray_of_one(host, first->unit, on_unit));
	host_set(host, at, "dmar_domain", "pgd", ret->table);
	host_set(host, at, "dmar_domain", "agaw", AGAW);
	word = u->ids[first->unit] + id / 64 * 8;
	host_put(host, word, host_get(host, word) | 1ULL << id % 64, 8);
}

static uint64_t context_of(struct big_host *host, const struct host_device *device)
{
	struct intel_units *u = host->units;
	unsigned bus = device->source_id / HOST_DEVICES_PER_BUS;
	uint64_t *contexts = &u->contexts[device->unit][bus];

	if (!*contexts) {
		*contexts = host_alloc_pages(host, 1);
		host_put(host, u->root[device->unit] + 1ULL * bus * ENTRY_BYTES, PRESENT | host_pa(*contexts), 8);
	}
	return *contexts + 1ULL * device->source_id % HOST_DEVICES_PER_BUS * ENTRY_BYTES;
}

static void attach(struct big_host *host, const struct host_device *device, const struct host_domain *domain)
{
	struct intel_units *u = host->units;
	uint64_t info = host_alloc(host, 128), context = context_of(host, device);

	host_set(host, device->iommu, "dev_iommu", "priv", info);
	host_set(host, device->iommu, "dev_iommu", "iommu_dev",
		 host_member(host, u->at[device->unit], "intel_iommu", "iommu"));
	host_set(host, info, "device_domain_info", "bus", device->source_id / HOST_DEVICES_PER_BUS);
	host_set(host, info, "device_domain_info", "devfn", device->source_id % HOST_DEVICES_PER_BUS);
	host_set(host, info, "device_domain_info", "dev", device->dev);
	host_set(host, info, "device_domain_info", "iommu", u->at[device->unit]);
	host_set(host, info, "device_domain_info", "domain", domain->driver_at);
	host_put(host, context, PRESENT | host_pa(domain->table), 8);
	host_put(host, context + 8, AW_39 | (uint64_t)domain->id << DID_SHIFT, 8);
}

static void finish(struct big_host *host, const uint64_t *pci_devs, unsigned nr_irqs)
{
	intel_make_dmar(host, pci_devs);
	intel_make_irqs(host, nr_irqs);
}

const struct big_vendor big_intel = {
	.name = "VT-d",
	.names_sym = "tests/mem/vtd-irt.sym",
	.make_units = make_units,
	.make_domain = make_domain,
	.attach = attach,
	.finish = finish,
};
