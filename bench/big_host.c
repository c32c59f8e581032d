// SPDX-License-Identifier: GPL-2.0-or-later
/* The structs of a machine with tens of thousands of devices, laid out in memory. */
#include "big_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MEM "tests/mem/long.mem" /* for its .sym alone */
#define NAMES_SYM "tests/mem/v6.1.sym"

#define DIRECT_MAP   0xffff888000000000ULL
#define SYMBOLS	     0xffffffff82a00000ULL /* of the .sym files */
#define SYMBOL_BYTES 0x10000ULL		   /* the first of the memory */
#define BYTES_EACH   4096ULL		   /* of structs, for every device */
#define TABLES_BYTES (8ULL << 20)
#define DEVICES_PER_BUS 256u

/* ---- the target ---- */

static struct big_host *host_of(struct target *target)
{
	return (struct big_host *)target;
}

static enum status to_pa(struct target *target, struct kva at, struct pa *ret)
{
	struct big_host *host = host_of(target);

	if (at.v >= SYMBOLS && at.v < SYMBOLS + SYMBOL_BYTES)
		ret->v = at.v - SYMBOLS;
	else if (at.v >= DIRECT_MAP && at.v < DIRECT_MAP + host->ram.size)
		ret->v = at.v - DIRECT_MAP;
	else
		return STATUS_BAD_ADDRESS;
	return STATUS_OK;
}

static enum status read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	host_of(target)->nr_reads++;
	return target_read_pa(&host_of(target)->ram.target, at, buf, len);
}

static enum status read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	struct pa pa;

	return to_pa(target, at, &pa) == STATUS_OK ? read_pa(target, pa, buf, len) :
						     STATUS_BAD_ADDRESS;
}

static enum status symbol(struct target *target, const char *name, unsigned nth, struct kva *ret)
{
	struct target *names = &host_of(target)->names->target;

	return names->ops->symbol(names, name, nth, ret);
}

static const char *symbol_name(struct target *target, struct kva at)
{
	struct target *names = &host_of(target)->names->target;

	return names->ops->symbol_name(names, at);
}

static enum status member(struct target *target, const char *type, const char *path,
			  struct member *ret)
{
	struct target *names = &host_of(target)->names->target;

	return names->ops->member(names, type, path, ret);
}

static enum status type_size(struct target *target, const char *type, uint64_t *ret)
{
	struct target *names = &host_of(target)->names->target;

	return names->ops->type_size(names, type, ret);
}

static enum status enumerator(struct target *target, const char *name, int64_t *ret)
{
	struct target *names = &host_of(target)->names->target;

	return names->ops->enumerator(names, name, ret);
}

static bool no(struct target *target)
{
	(void)target;
	return false;
}

static const struct target_ops ops = {
	.read_pa = read_pa,
	.read_kva = read_kva,
	.to_pa = to_pa,
	.symbol = symbol,
	.symbol_name = symbol_name,
	.member = member,
	.type_size = type_size,
	.enumerator = enumerator,
	.interrupted = no,
	.zeroes_missing = no,
};

/* ---- its memory ---- */

static void put(struct big_host *host, uint64_t at, uint64_t value, size_t bytes)
{
	struct pa pa;

	if (to_pa(&host->target, kva_of(at), &pa) != STATUS_OK)
		abort();
	memcpy(host->ram.bytes + pa.v, &value, bytes);
}

static struct member place(struct big_host *host, const char *type, const char *path)
{
	struct member m;

	if (member(&host->target, type, path, &m) != STATUS_OK) {
		fprintf(stderr, "bench: no %s.%s in %s\n", type, path, NAMES_SYM);
		exit(1);
	}
	return m;
}

static uint64_t at_member(struct big_host *host, uint64_t at, const char *type, const char *path)
{
	return at + place(host, type, path).offset;
}

static void set(struct big_host *host, uint64_t at, const char *type, const char *path,
		uint64_t value)
{
	struct member m = place(host, type, path);

	put(host, at + m.offset, value, m.size < 8 ? m.size : 8);
}

static uint64_t address_of(struct big_host *host, const char *name)
{
	struct kva at;

	if (symbol(&host->target, name, 0, &at) != STATUS_OK) {
		fprintf(stderr, "bench: no symbol %s in %s\n", name, NAMES_SYM);
		exit(1);
	}
	return at.v;
}

static uint64_t make(struct big_host *host, uint64_t bytes)
{
	uint64_t at = DIRECT_MAP + host->next_free;

	host->next_free += (bytes + 63) & ~63ULL;
	if (host->next_free > host->ram.size)
		abort();
	return at;
}

static uint64_t get(struct big_host *host, uint64_t at)
{
	uint64_t value = 0;

	read_kva(&host->target, kva_of(at), &value, sizeof(value));
	return value;
}

static void empty_list(struct big_host *host, uint64_t head)
{
	put(host, head, head, 8);
	put(host, head + 8, head, 8);
}

static void add_tail(struct big_host *host, uint64_t head, uint64_t node)
{
	uint64_t last = get(host, head + 8);

	put(host, node, head, 8);
	put(host, node + 8, last, 8);
	put(host, last, node, 8);
	put(host, head + 8, node, 8);
}

struct tables {
	uint64_t segment, unit, dte, rlookup, alias, ids, kset, driver;
};

static void make_tables(struct big_host *host, struct tables *t)
{
	uint64_t name = make(host, 64), list = address_of(host, "amd_iommu_list");

	t->dte = make(host, 65536 * 32);
	t->rlookup = make(host, 65536 * 8);
	t->alias = make(host, 65536 * 2);
	t->ids = make(host, 8192);
	t->segment = make(host, 256);
	t->unit = make(host, 256);
	t->kset = make(host, 256);
	t->driver = make(host, 64);
	empty_list(host, address_of(host, "pci_root_buses"));
	empty_list(host, list);
	empty_list(host, address_of(host, "amd_iommu_pci_seg_list"));
	empty_list(host, at_member(host, t->kset, "kset", "list"));
	empty_list(host, at_member(host, t->segment, "amd_iommu_pci_seg", "unity_map"));
	put(host, address_of(host, "iommu_group_kset"), t->kset, 8);
	put(host, address_of(host, "amd_iommu_pd_alloc_bitmap"), t->ids, 8);
	put(host, address_of(host, "max_pfn"), host->ram.size / 4096, 8);
	set(host, t->segment, "amd_iommu_pci_seg", "last_bdf", 0xffff);
	set(host, t->segment, "amd_iommu_pci_seg", "dev_table", t->dte);
	set(host, t->segment, "amd_iommu_pci_seg", "rlookup_table", t->rlookup);
	set(host, t->segment, "amd_iommu_pci_seg", "alias_table", t->alias);
	add_tail(host, address_of(host, "amd_iommu_pci_seg_list"),
		 at_member(host, t->segment, "amd_iommu_pci_seg", "list"));
	set(host, t->unit, "amd_iommu", "pci_seg", t->segment);
	add_tail(host, list, at_member(host, t->unit, "amd_iommu", "list"));
	put(host, name, 0x6369ULL << 48 | 0x702d6f696676ULL, 8); /* "vfio-pci" */
	set(host, t->driver, "device_driver", "name", name);
}

static uint64_t make_bus(struct big_host *host, unsigned number)
{
	uint64_t bus = make(host, 256), sysdata = make(host, 64);

	set(host, bus, "pci_bus", "sysdata", sysdata);
	set(host, bus, "pci_bus", "number", number);
	empty_list(host, at_member(host, bus, "pci_bus", "devices"));
	empty_list(host, at_member(host, bus, "pci_bus", "children"));
	add_tail(host, address_of(host, "pci_root_buses"), at_member(host, bus, "pci_bus", "node"));
	return bus;
}

static uint64_t make_domain(struct big_host *host, const struct tables *t, unsigned id)
{
	uint64_t domain = make(host, 512), table;
	uint64_t pa;

	/* a table of its own: page-aligned, empty but for one page */
	host->next_free = (host->next_free + 4095) & ~4095ULL;
	table = make(host, 4096);
	pa = table - DIRECT_MAP;
	put(host, table, 0x6000000000000001ULL | pa, 8);
	set(host, domain, "protection_domain", "id", id);
	set(host, domain, "protection_domain", "iop.root", table);
	set(host, domain, "protection_domain", "iop.mode", 1);
	set(host, at_member(host, domain, "protection_domain", "domain"), "iommu_domain", "type", 1);
	put(host, t->ids + id / 64 * 8, get(host, t->ids + id / 64 * 8) | 1ULL << id % 64, 8);
	return domain;
}

static void make_device(struct big_host *host, const struct tables *t, uint64_t bus, unsigned devid)
{
	unsigned id = devid < 65535 ? devid + 1 : 65535;
	uint64_t domain = make_domain(host, t, id);
	uint64_t iommu_domain = at_member(host, domain, "protection_domain", "domain");
	uint64_t pci_dev = make(host, 1024), group = make(host, 256), in_group = make(host, 64);
	uint64_t data = make(host, 64), iommu = make(host, 128);
	uint64_t dev = at_member(host, pci_dev, "pci_dev", "dev");
	uint64_t list;

	set(host, pci_dev, "pci_dev", "bus", bus);
	set(host, pci_dev, "pci_dev", "devfn", devid % DEVICES_PER_BUS);
	add_tail(host, at_member(host, bus, "pci_bus", "devices"),
		 at_member(host, pci_dev, "pci_dev", "bus_list"));
	set(host, dev, "device", "bus", address_of(host, "pci_bus_type"));
	set(host, dev, "device", "driver", t->driver);
	set(host, dev, "device", "iommu", iommu);
	set(host, dev, "device", "iommu_group", group);
	set(host, iommu, "dev_iommu", "priv", data);
	set(host, data, "iommu_dev_data", "domain", domain);
	set(host, data, "iommu_dev_data", "devid", devid);
	list = at_member(host, t->segment, "amd_iommu_pci_seg", "dev_data_list");
	set(host, data, "iommu_dev_data", "dev_data_list", get(host, list));
	put(host, list, at_member(host, data, "iommu_dev_data", "dev_data_list"), 8);

	set(host, group, "iommu_group", "id", devid);
	set(host, group, "iommu_group", "default_domain", iommu_domain);
	set(host, group, "iommu_group", "domain", iommu_domain);
	list = at_member(host, group, "iommu_group", "devices");
	empty_list(host, list);
	add_tail(host, list, at_member(host, in_group, "group_device", "list"));
	set(host, in_group, "group_device", "dev", dev);
	add_tail(host, at_member(host, t->kset, "kset", "list"),
		 at_member(host, group, "kobject", "entry"));

	put(host, t->rlookup + 8 * devid, t->unit, 8);
	put(host, t->alias + 2 * devid, devid, 2);
	put(host, t->dte + 32 * devid, 0x6000000000000203ULL | (get(host, at_member(host, domain,
		"protection_domain", "iop.root")) - DIRECT_MAP), 8);
	put(host, t->dte + 32 * devid + 8, id, 8);
}

void big_host_init(struct big_host *host, unsigned nr_devices)
{
	struct tables tables;
	uint64_t bus = 0;

	memset(host, 0, sizeof(*host));
	host->target.ops = &ops;
	host->names = mem_target_open(NAMES_MEM, NAMES_SYM);
	ram_init(&host->ram, SYMBOL_BYTES + TABLES_BYTES + nr_devices * 3 * BYTES_EACH);
	host->next_free = SYMBOL_BYTES;
	make_tables(host, &tables);
	for (unsigned devid = 0; devid < nr_devices; devid++) {
		if (devid % DEVICES_PER_BUS == 0)
			bus = make_bus(host, devid / DEVICES_PER_BUS);
		make_device(host, &tables, bus, devid);
	}
	host->nr_reads = 0;
}

void big_host_release(struct big_host *host)
{
	ram_release(&host->ram);
	mem_target_close(host->names);
}
