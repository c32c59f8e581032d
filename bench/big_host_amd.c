// SPDX-License-Identifier: GPL-2.0-or-later
/* A big host on AMD-Vi: one PCI segment, whose tables its eight units share. */
#include "big_host_parts.h"

#include <stdlib.h>

#define NR_IDS	    65536u
#define DTE_BYTES   32u
#define FIRST_MMIO  0xf0000000ULL
#define PAGE	    0x6000000000000001ULL /* PR 0, IR 61, IW 62, NextLevel 0: of the level's own size */
#define DTE	    0x6000000000000003ULL /* V 0, TV 1, IR 61, IW 62 */
#define DTE_LEVELS  (3ULL << 9)		  /* Mode 11:9 */
#define LEVELS	    3u

struct units {
	uint64_t at[HOST_NR_UNITS], segment, dte, rlookup, alias, ids;
	unsigned nr_domains;
};

static void make_units(struct big_host *host)
{
	struct units *u = calloc(1, sizeof(*u));
	uint64_t list = host_symbol(host, "amd_iommu_list");

	if (!u)
		abort();
	host->units = u;
	u->dte = host_alloc_pages(host, NR_IDS * DTE_BYTES / 4096);
	u->rlookup = host_alloc(host, NR_IDS * 8);
	u->alias = host_alloc(host, NR_IDS * 2);
	u->ids = host_alloc(host, NR_IDS / 8);
	u->segment = host_alloc(host, 256);
	host_empty_list(host, list);
	host_empty_list(host, host_symbol(host, "amd_iommu_pci_seg_list"));
	host_empty_list(host, host_member(host, u->segment, "amd_iommu_pci_seg", "unity_map"));
	host_put(host, host_symbol(host, "amd_iommu_pd_alloc_bitmap"), u->ids, 8);
	host_put(host, u->ids, 1, 8); /* id 0 is never handed out */
	host_set(host, u->segment, "amd_iommu_pci_seg", "last_bdf", NR_IDS - 1);
	host_set(host, u->segment, "amd_iommu_pci_seg", "dev_table", u->dte);
	host_set(host, u->segment, "amd_iommu_pci_seg", "rlookup_table", u->rlookup);
	host_set(host, u->segment, "amd_iommu_pci_seg", "alias_table", u->alias);
	host_add_tail(host, host_symbol(host, "amd_iommu_pci_seg_list"),
		      host_member(host, u->segment, "amd_iommu_pci_seg", "list"));
	for (unsigned i = 0; i < HOST_NR_UNITS; i++) {
		u->at[i] = host_alloc(host, 256);
		host_set(host, u->at[i], "amd_iommu", "index", i);
		host_set(host, u->at[i], "amd_iommu", "mmio_phys", FIRST_MMIO + i * 0x100000ULL);
		host_set(host, u->at[i], "amd_iommu", "pci_seg", u->segment);
		host_add_tail(host, list, host_member(host, u->at[i], "amd_iommu", "list"));
	}
}

static void make_domain(struct big_host *host, const struct host_device *first, struct host_domain *ret)
{
	struct units *u = host->units;
	uint64_t at = host_alloc(host, 512);
	unsigned id = ++u->nr_domains;

	(void)first; /* ids are the host's */
	*ret = (struct host_domain){
		.at = host_member(host, at, "protection_domain", "domain"),
		.driver_at = at,
		.table = host_alloc_pages(host, 1),
		.id = id,
	};
	host_put(host, ret->table, PAGE | host_data_pa(id), 8);
	host_set(host, at, "protection_domain", "id", id);
	host_set(host, at, "protection_domain", "iop.root", ret->table);
	host_set(host, at, "protection_domain", "iop.mode", LEVELS);
	host_put(host, u->ids + id / 64 * 8, host_get(host, u->ids + id / 64 * 8) | 1ULL << id % 64, 8);
}

static void attach(struct big_host *host, const struct host_device *device, const struct host_domain *domain)
{
	struct units *u = host->units;
	uint64_t data = host_alloc(host, 64), list;
	unsigned id = device->source_id;

	host_set(host, device->iommu, "dev_iommu", "priv", data);
	host_set(host, data, "iommu_dev_data", "domain", domain->driver_at);
	host_set(host, data, "iommu_dev_data", "devid", id);
	list = host_member(host, u->segment, "amd_iommu_pci_seg", "dev_data_list");
	host_set(host, data, "iommu_dev_data", "dev_data_list", host_get(host, list));
	host_put(host, list, host_member(host, data, "iommu_dev_data", "dev_data_list"), 8);
	host_put(host, u->rlookup + 8ULL * id, u->at[device->unit], 8);
	host_put(host, u->alias + 2ULL * id, id, 2);
	host_put(host, u->dte + 1ULL * DTE_BYTES * id, DTE | DTE_LEVELS | host_pa(domain->table), 8);
	host_put(host, u->dte + 1ULL * DTE_BYTES * id + 8, domain->id, 8);
}

const struct big_vendor big_amd = {
	.name = "AMD-Vi",
	.names_sym = "tests/mem/v6.1.sym",
	.make_units = make_units,
	.make_domain = make_domain,
	.attach = attach,
};
