/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware's description of VT-d units, the ACPI table DMAR: a header, blocks of several types, and in
 * most of them device scopes that say for whom the block is.
 *
 * The table is read as bytes that somebody else wrote: lengths may be anything. Whatever they are, the two
 * iterators end, stay inside the bytes that were given, and say what is wrong with what they return.
 */
#ifndef IOMMU_FORMAT_INTEL_DMAR_H
#define IOMMU_FORMAT_INTEL_DMAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu/acpi.h"
#include "records.h"

enum dmar_fault {
	DMAR_OK,
	DMAR_NO_HEADER,	   /* fewer bytes than a header has, or another signature */
	DMAR_BAD_LENGTH,   /* table: its length is not that of the bytes at hand */
	DMAR_BAD_CHECKSUM, /* table: its bytes do not add up to zero */
	DMAR_UNKNOWN_TYPE, /* skipped by its length */
	DMAR_LENGTH_ZERO,  /* the end; nobody knows where the next one starts */
	DMAR_TOO_SHORT,	   /* block: shorter than the fixed part of its type */
	DMAR_PAST_BLOCK,   /* scope: goes on past the end of its block */
	DMAR_PAST_TABLE,   /* block: goes on past the end of the table */
	DMAR_NO_PATH,	   /* scope: no device and function in it */
	DMAR_ODD_PATH,	   /* scope: half a device and function at its end */
	DMAR_OPEN_NAME,	   /* ANDD: a name that does not end */
};

/* A few words for a fault; NULL: none. */
const char *dmar_fault_text(enum dmar_fault fault);

struct dmar_table {
	const uint8_t *bytes; /* the caller's; the iterators read them */
	struct acpi_header acpi; /* nr_bytes of it are what may be looked at */
	uint64_t header;      /* intel_dmar_record */
	uint8_t host_address_bits;
	uint8_t flags;        /* the byte of the header */
	enum dmar_fault fault; /* the first */
};

/* bytes: nr_bytes of them, which stay the caller's. NO_HEADER: nothing else in ret means anything; with any
 * other fault the blocks can still be gone through. */
enum dmar_fault intel_dmar_open(const void *bytes, size_t nr_bytes, struct dmar_table *ret);

enum dmar_type {
	DMAR_DRHD,
	DMAR_RMRR,
	DMAR_ATSR,
	DMAR_RHSA,
	DMAR_ANDD,
	DMAR_SATC,
	DMAR_SIDP,
};

#define DMAR_BLOCK_WORDS 3 /* of the largest fixed part: 24 bytes */
#define DMAR_NAME_MAX	 255

struct dmar_block {
	const uint8_t *bytes;	     /* of the table, or of the block alone */
	uint32_t offset;	     /* in the table */
	uint32_t end;		     /* offset of the first byte behind what can be looked at */
	uint32_t next;		     /* offset of the next block; 0: none */
	uint16_t type, length;	     /* as the block says */
	const char *name;	     /* "DRHD"; NULL: unknown */
	const struct record *record; /* fixed part; NULL: unknown type, or too short */
	uint64_t words[DMAR_BLOCK_WORDS];
	uint32_t scopes;	     /* offset of the first device scope; 0: this type has none */
	uint16_t segment;	     /* DRHD, RMRR, ATSR, SATC, SIDP */
	bool all;		     /* DRHD: INCLUDE_PCI_ALL; ATSR: ALL_PORTS */
	uint64_t mmio_pa;	     /* DRHD, RHSA: the unit's registers */
	uint64_t start, last;	     /* RMRR: the memory, first and last byte */
	uint32_t proximity_domain;   /* RHSA */
	uint8_t acpi_device;	     /* ANDD: the number that scopes name it by */
	char acpi_name[DMAR_NAME_MAX + 1]; /* ANDD */
	enum dmar_fault fault;
};

/* Start from { 0 }. False: no more. */
bool intel_dmar_next_block(const struct dmar_table *table, struct dmar_block *block);

/* A block without the table around it, as Linux keeps some. False: not even its type and length. */
bool intel_dmar_lone_block(const void *bytes, size_t nr_bytes, struct dmar_block *block);

enum dmar_scope_type {
	DMAR_SCOPE_ENDPOINT = 1,
	DMAR_SCOPE_BRIDGE = 2,
	DMAR_SCOPE_IOAPIC = 3,
	DMAR_SCOPE_HPET = 4,
	DMAR_SCOPE_ACPI = 5,
};

struct dmar_scope {
	uint32_t offset;	     /* in the table */
	uint32_t next;		     /* offset of the next scope; 0: none */
	uint8_t type, length;
	const char *name;	     /* "endpoint"; NULL: unknown */
	const struct record *record; /* NULL: cut off */
	uint64_t words[1];
	uint8_t enumeration_id;	     /* IOAPIC id, HPET number, number of the ANDD */
	uint8_t start_bus;
	uint8_t nr_path;	     /* from the start bus over bridges to the device: */
	const uint8_t *path;	     /* device and function in turns, nr_path of each */
	enum dmar_fault fault;
};

/* Start from { 0 }. False: no more. */
bool intel_dmar_next_scope(const struct dmar_block *block, struct dmar_scope *scope);

/* A step of the path as device << 3 | function: it is on the start bus, or on the bus behind the bridge before
 * it. */
uint8_t intel_dmar_path_devfn(const struct dmar_scope *scope, unsigned step);

#endif
