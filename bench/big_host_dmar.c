// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The DMAR of a big host: units that name the bridges above their devices, and a last one that serves the rest; memory
 * for two devices of bus 0 (RMRR). Bytes by the specification, chapter 8.
 */
#include "big_host_intel.h"

#include <stdlib.h>
#include <string.h>

#define DRHD		16u /* bytes of each structure, without scopes */
#define RMRR		24u
#define SCOPE		8u
#define HEADER		48u
#define TYPE_DRHD	0u
#define TYPE_RMRR	1u
#define SCOPE_ENDPOINT	1u
#define SCOPE_BRIDGE	2u
#define INCLUDE_PCI_ALL 1u
#define WIDTH_BITS	46u
#define NR_RMRRS	2u
#define FIRST_RMRR	HOST_RESERVED /* one to one, in the second gigabyte of the device's table */
#define RMRR_BYTES	0x10000ULL
#define FIRST_RMRR_DEVICE 0xa0u	      /* 00:14.0 and 00:14.1 */
#define GIB		(1ULL << 30)
#define PAGE		0x83ULL
#define MAX_BYTES	2048u

struct table {
	unsigned char bytes[MAX_BYTES];
	size_t nr;
	uint64_t at;
};

static void add(struct table *t, uint64_t value, size_t bytes)
{
	if (t->nr + bytes > MAX_BYTES)
		abort();
	memcpy(t->bytes + t->nr, &value, bytes);
	t->nr += bytes;
}

static void add_scope(struct table *t, unsigned type, unsigned devfn)
{
	add(t, type, 1);
	add(t, SCOPE, 1);
	add(t, 0, 3); /* reserved, enumeration id */
	add(t, 0, 1); /* the bus on which it starts */
	add(t, devfn >> 3, 1);
	add(t, devfn & 7, 1);
}

/* ---- what the driver has of a structure ---- */

static void add_devices(struct big_host *host, uint64_t at, const char *type, const uint64_t *pci_devs, unsigned first,
			unsigned nr)
{
	uint64_t scopes = host_alloc(host, nr * 16ULL); /* sizeof(struct dmar_dev_scope) */

	for (unsigned i = 0; i < nr; i++) {
		uint64_t scope = scopes + i * 16ULL, dev = host_member(host, pci_devs[first + i], "pci_dev", "dev");

		host_set(host, scope, "dmar_dev_scope", "dev", dev);
		host_set(host, scope, "dmar_dev_scope", "devfn", first + i);
	}
	host_set(host, at, type, "devices", scopes);
	host_set(host, at, type, "devices_cnt", nr);
}

static void add_drhd(struct big_host *host, struct table *t, unsigned unit, const uint64_t *pci_devs)
{
	const struct intel_units *u = host->units;
	bool all = unit == HOST_NR_UNITS - 1;
	unsigned nr = all ? 0 : HOST_BRIDGES_PER_UNIT, first = 1 + unit * HOST_BRIDGES_PER_UNIT;

	host_set(host, u->drhd[unit], "dmar_drhd_unit", "hdr", t->at + t->nr);
	if (all)
		host_set(host, u->drhd[unit], "dmar_drhd_unit", "include_all", 2); /* a bit of its byte */
	else
		add_devices(host, u->drhd[unit], "dmar_drhd_unit", pci_devs, first, nr);
	add(t, TYPE_DRHD, 2);
	add(t, DRHD + nr * SCOPE, 2);
	add(t, all ? INCLUDE_PCI_ALL : 0, 2);
	add(t, 0, 2); /* segment */
	add(t, intel_registers_of(unit), 8);
	for (unsigned i = 0; i < nr; i++)
		add_scope(t, SCOPE_BRIDGE, first + i);
}

/* The table of the device on which it is one to one: its domain is that of nobody else. */
static uint64_t table_of(struct big_host *host, unsigned devfn)
{
	const struct intel_units *u = host->units;
	uint64_t context = u->contexts[HOST_NR_UNITS - 1][0] + devfn * 16ULL;

	return host_get(host, context) & ~0xfffULL;
}

static void add_rmrr(struct big_host *host, struct table *t, unsigned nth, const uint64_t *pci_devs)
{
	uint64_t at = host_alloc(host, 64), base = FIRST_RMRR + nth * RMRR_BYTES, last = base + RMRR_BYTES - 1;
	unsigned devfn = FIRST_RMRR_DEVICE + nth;

	host_set(host, at, "dmar_rmrr_unit", "hdr", t->at + t->nr);
	host_set(host, at, "dmar_rmrr_unit", "base_address", base);
	host_set(host, at, "dmar_rmrr_unit", "end_address", last);
	add_devices(host, at, "dmar_rmrr_unit", pci_devs, devfn, 1);
	host_add_tail(host, host_symbol(host, "dmar_rmrr_units"), host_member(host, at, "dmar_rmrr_unit", "list"));
	memcpy(host->ram.bytes + table_of(host, devfn) + base / GIB * 8, &(uint64_t){ PAGE | base / GIB * GIB }, 8);
	add(t, TYPE_RMRR, 2);
	add(t, RMRR + SCOPE, 2);
	add(t, 0, 2);
	add(t, 0, 2); /* segment */
	add(t, base, 8);
	add(t, last, 8);
	add_scope(t, SCOPE_ENDPOINT, devfn);
}

/* ---- the table ---- */

static void begin(struct table *t)
{
	memcpy(t->bytes, "DMAR", 4);
	t->bytes[8] = 1; /* revision */
	memcpy(t->bytes + 10, "BENCH BIGHOST ", 14);
	t->bytes[36] = WIDTH_BITS - 1;
	t->nr = HEADER;
}

static void end(struct table *t)
{
	const uint32_t nr = (uint32_t)t->nr;
	unsigned sum = 0;

	memcpy(t->bytes + 4, &nr, 4);
	for (size_t i = 0; i < t->nr; i++)
		sum += t->bytes[i];
	t->bytes[9] = (unsigned char)(0u - sum);
}

/* The table where it is found: acpi_gbl_root_table_list. */
static void list_table(struct big_host *host, const struct table *t)
{
	uint64_t list = host_symbol(host, "acpi_gbl_root_table_list"), desc = host_alloc(host, 64);
	uint32_t signature;

	memcpy(&signature, t->bytes, sizeof(signature));
	host_set(host, list, "acpi_table_list", "tables", desc);
	host_set(host, list, "acpi_table_list", "current_table_count", 1);
	host_set(host, desc, "acpi_table_desc", "address", host_pa(t->at));
	host_set(host, desc, "acpi_table_desc", "length", t->nr);
	host_set(host, desc, "acpi_table_desc", "signature", signature);
}

void intel_make_dmar(struct big_host *host, const uint64_t *pci_devs)
{
	struct table t = { .at = host_alloc(host, MAX_BYTES) };

	begin(&t);
	for (unsigned i = 0; i < HOST_NR_UNITS; i++)
		add_drhd(host, &t, i, pci_devs);
	for (unsigned i = 0; i < NR_RMRRS; i++)
		add_rmrr(host, &t, i, pci_devs);
	end(&t);
	memcpy(host->ram.bytes + host_pa(t.at), t.bytes, t.nr);
	list_table(host, &t);
}
