// SPDX-License-Identifier: GPL-2.0-or-later
/* What every Linux has of a machine with tens of thousands of devices: buses, devices and groups. */
#include "big_host_parts.h"

#include <stdlib.h>
#include <string.h>

#define GIB	   (1ULL << 30)
#define FIRST_DATA (64 * GIB) /* above the memory of any host here */
#define MEMORY	   (1024 * GIB) /* what the machine says that it has: of a dump only what is filled is there */
#define DOMAIN_DMA 3	      /* Linux include/linux/iommu.h: __IOMMU_DOMAIN_PAGING | __IOMMU_DOMAIN_DMA_API */

/* Linux drivers/iommu/iommu.c: iommu_def_domain_type, iommu_cmd_line. */
#define DEFAULT_DOMAIN	 DOMAIN_DMA
#define BY_NOBODY	 0

const char *big_vendor_name(const struct big_vendor *vendor)
{
	return vendor->name;
}

uint64_t host_data_pa(unsigned nth)
{
	return FIRST_DATA + nth * GIB;
}

/* ---- the machine ---- */

struct machine {
	uint64_t buses[256], kset, driver;
	uint64_t *pci_devs; /* by bus and function */
	uint64_t group;	    /* the last one, */
	struct host_domain domain; /* and what it is on */
};

static uint64_t make_resource(struct big_host *host, uint64_t start, uint64_t bytes, const char *name)
{
	uint64_t at = host_alloc(host, 128);

	host_set(host, at, "resource", "start", start);
	host_set(host, at, "resource", "end", start + bytes - 1);
	host_set(host, at, "resource", "name", host_text(host, name));
	return at;
}

static void make_memory_map(struct big_host *host)
{
	uint64_t root = host_symbol(host, "iomem_resource"), ram = make_resource(host, 0, host->ram.size, "System RAM");

	host_set(host, root, "resource", "end", UINT64_MAX);
	host_set(host, root, "resource", "child", ram);
	host_set(host, ram, "resource", "sibling",
		 make_resource(host, HOST_RESERVED, HOST_RESERVED_BYTES, "Reserved"));
}

static void make_machine(struct big_host *host, struct machine *m)
{
	m->kset = host_alloc(host, 256);
	m->driver = host_alloc(host, 64);
	host_empty_list(host, host_symbol(host, "pci_root_buses"));
	host_empty_list(host, host_symbol(host, "modules"));
	host_empty_list(host, host_member(host, m->kset, "kset", "list"));
	host_put(host, host_symbol(host, "iommu_group_kset"), m->kset, 8);
	host_put(host, host_symbol(host, "iommu_def_domain_type"), DEFAULT_DOMAIN, 4);
	host_put(host, host_symbol(host, "iommu_cmd_line"), BY_NOBODY, 4);
	host_put(host, host_symbol(host, "saved_command_line"), host_text(host, "BOOT_IMAGE=/vmlinuz"), 8);
	host_put(host, host_symbol(host, "max_pfn"), MEMORY / 4096, 8);
	make_memory_map(host);
	host_set(host, m->driver, "device_driver", "name", host_text(host, "mlx5_core"));
}

/* ---- buses ---- */

/* The bus that the bridge to this one is on, and where it is there: see big_host_parts.h. */
static unsigned bus_above(unsigned bus)
{
	return bus <= HOST_NR_BRIDGES ? 0 : 1 + (bus - 1) % HOST_NR_BRIDGES;
}

static unsigned bridge_to(unsigned bus)
{
	return bus <= HOST_NR_BRIDGES ? bus : (bus - 1) / HOST_NR_BRIDGES;
}

static unsigned unit_of(unsigned source_id)
{
	unsigned bus = source_id / HOST_DEVICES_PER_BUS;
	/* A bridge of bus 0 and the bus behind it have the same number. */
	unsigned bridge = bus > HOST_NR_BRIDGES ? bus_above(bus) : bus ? bus : source_id;

	return bridge && bridge <= HOST_NR_BRIDGES ? (bridge - 1) / HOST_BRIDGES_PER_UNIT : HOST_NR_UNITS - 1;
}

static void make_bus(struct big_host *host, struct machine *m, unsigned number)
{
	uint64_t bus = host_alloc(host, 256), sysdata = host_alloc(host, 64), head;

	m->buses[number] = bus;
	host_set(host, bus, "pci_bus", "sysdata", sysdata);
	host_set(host, bus, "pci_bus", "number", number);
	host_empty_list(host, host_member(host, bus, "pci_bus", "devices"));
	host_empty_list(host, host_member(host, bus, "pci_bus", "children"));
	if (number) {
		head = host_member(host, m->buses[bus_above(number)], "pci_bus", "children");
		host_set(host, bus, "pci_bus", "self",
			 m->pci_devs[bus_above(number) * HOST_DEVICES_PER_BUS + bridge_to(number)]);
	} else {
		head = host_symbol(host, "pci_root_buses");
	}
	host_add_tail(host, head, host_member(host, bus, "pci_bus", "node"));
}

/* ---- devices and groups ---- */

static uint64_t make_pci_dev(struct big_host *host, struct machine *m, unsigned source_id)
{
	uint64_t at = host_alloc(host, 1024), bus = m->buses[source_id / HOST_DEVICES_PER_BUS];
	uint64_t dev = host_member(host, at, "pci_dev", "dev");

	m->pci_devs[source_id] = at;
	host_set(host, at, "pci_dev", "bus", bus);
	host_set(host, at, "pci_dev", "devfn", source_id % HOST_DEVICES_PER_BUS);
	host_set(host, at, "pci_dev", "class", 0x20000);
	host_add_tail(host, host_member(host, bus, "pci_bus", "devices"),
		      host_member(host, at, "pci_dev", "bus_list"));
	host_set(host, dev, "device", "bus", host_symbol(host, "pci_bus_type"));
	host_set(host, dev, "device", "driver", m->driver);
	return dev;
}

static void make_group(struct big_host *host, struct machine *m, const struct host_device *first)
{
	host->vendor->make_domain(host, first, &m->domain);
	host_set(host, m->domain.at, "iommu_domain", "type", DOMAIN_DMA);
	m->group = host_alloc(host, 256);
	host_set(host, m->group, "iommu_group", "id", first->source_id);
	host_set(host, m->group, "iommu_group", "default_domain", m->domain.at);
	host_set(host, m->group, "iommu_group", "domain", m->domain.at);
	host_empty_list(host, host_member(host, m->group, "iommu_group", "devices"));
	host_add_tail(host, host_member(host, m->kset, "kset", "list"),
		      host_member(host, m->group, "kobject", "entry"));
}

static void join_group(struct big_host *host, const struct machine *m, uint64_t dev)
{
	uint64_t member = host_alloc(host, 64);

	host_set(host, dev, "device", "iommu_group", m->group);
	host_set(host, member, "group_device", "dev", dev);
	host_add_tail(host, host_member(host, m->group, "iommu_group", "devices"),
		      host_member(host, member, "group_device", "list"));
}

/* The first two devices share a group: AMD-Vi has 65,535 ids for domains. */
static void make_device(struct big_host *host, struct machine *m, unsigned source_id)
{
	struct host_device device = {
		.dev = make_pci_dev(host, m, source_id),
		.iommu = host_alloc(host, 128),
		.source_id = source_id,
		.unit = unit_of(source_id),
	};

	host_set(host, device.dev, "device", "iommu", device.iommu);
	if (source_id != 1)
		make_group(host, m, &device);
	join_group(host, m, device.dev);
	host->vendor->attach(host, &device, &m->domain);
}

/* ---- all of it ---- */

void big_host_init(struct big_host *host, const struct big_vendor *vendor, unsigned nr_devices, unsigned nr_irqs)
{
	struct machine m = { .pci_devs = calloc(nr_devices, sizeof(uint64_t)) };

	if (!m.pci_devs)
		abort();
	memset(host, 0, sizeof(*host));
	host->vendor = vendor;
	host_memory_init(host, vendor->names_sym, nr_devices, nr_irqs);
	make_machine(host, &m);
	vendor->make_units(host);
	for (unsigned source_id = 0; source_id < nr_devices; source_id++) {
		if (source_id % HOST_DEVICES_PER_BUS == 0)
			make_bus(host, &m, source_id / HOST_DEVICES_PER_BUS);
		make_device(host, &m, source_id);
	}
	if (vendor->finish)
		vendor->finish(host, m.pci_devs, nr_irqs);
	free(m.pci_devs);
	host->nr_reads = 0;
}

void big_host_release(struct big_host *host)
{
	free(host->units);
	ram_release(&host->ram);
	mem_target_close(host->names);
}
