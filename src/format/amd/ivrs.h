/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware's description of AMD IOMMUs, the ACPI table IVRS: a header, blocks that describe an
 * IOMMU (IVHD) or a stretch of memory (IVMD), and in each IVHD entries that say for whom it works.
 *
 * The table is read as bytes that somebody else wrote: lengths may be anything. Whatever they are,
 * the two iterators end, stay inside the bytes that were given, and say what is wrong with what
 * they return.
 */
#ifndef IOMMU_FORMAT_AMD_IVRS_H
#define IOMMU_FORMAT_AMD_IVRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu/acpi.h"
#include "records.h"

enum ivrs_fault {
	IVRS_OK,
	IVRS_NO_HEADER,	     /* fewer bytes than a header has, or another signature */
	IVRS_BAD_LENGTH,     /* table: its length is not that of the bytes at hand */
	IVRS_BAD_CHECKSUM,   /* table: its bytes do not add up to zero */
	IVRS_UNKNOWN_TYPE,   /* skipped by its length: not understood, which is no damage */
	IVRS_UNKNOWN_LENGTH, /* entry: of an unknown type, so its length is too: the end of its block */
	IVRS_LENGTH_ZERO,    /* block: the end; nobody knows where the next one starts */
	IVRS_TOO_SHORT,	     /* block: shorter than the fixed part of its type */
	IVRS_PAST_BLOCK,     /* entry: goes on past the end of its block */
	IVRS_PAST_TABLE,     /* block: goes on past the end of the table */
	IVRS_RANGE_OPEN,     /* entry: a range that does not end where it must */
	IVRS_RANGE_NOT_OPEN, /* entry: the end of a range that did not start */
};

/* A few words for a fault; NULL: none. */
const char *ivrs_fault_text(enum ivrs_fault fault);

/* Something is wrong with it, other than that its type is a new one. */
bool ivrs_is_damage(enum ivrs_fault fault);

struct ivrs_table {
	const uint8_t *bytes; /* the caller's; the iterators read them */
	struct acpi_header acpi; /* nr_bytes of it are what may be looked at */
	uint64_t ivinfo;      /* amd_ivinfo_record */
	enum ivrs_fault fault; /* the first */
};

/* bytes: nr_bytes of them, which stay the caller's. NO_HEADER: nothing else in ret means anything;
 * with any other fault the blocks can still be gone through. */
enum ivrs_fault amd_ivrs_open(const void *bytes, size_t nr_bytes, struct ivrs_table *ret);

enum ivrs_block_type {
	IVHD_10 = 0x10,
	IVHD_11 = 0x11,
	IVMD_ALL = 0x20,
	IVMD_ONE = 0x21,
	IVMD_RANGE = 0x22,
	IVHD_40 = 0x40,
	IVMD_ONE_AGAIN = 0x51, /* by its content, see ivrs.c */
};

#define IVRS_BLOCK_WORDS 5 /* of the largest fixed part: 40 bytes */

struct ivrs_block {
	const struct ivrs_table *table;
	uint32_t offset;	     /* in the table */
	uint32_t end;		     /* offset of the first byte behind what can be looked at */
	uint32_t next;		     /* offset of the next block; 0: none */
	uint16_t length;	     /* as the block says */
	uint8_t type;
	bool is_ivhd, is_ivmd;
	uint32_t entries;	     /* offset of the first device entry; 0: none */
	const struct record *record; /* fixed part; NULL: unknown type, or too short */
	uint64_t words[IVRS_BLOCK_WORDS];
	bool has_efr;		     /* 11h, 40h: the registers' images */
	uint64_t efr, efr2;
	uint16_t segment;
	uint32_t sbdf;		     /* IVHD: the IOMMU's own function */
	uint64_t mmio_pa;	     /* IVHD: its registers */
	uint32_t first, last;	     /* IVMD: segment and device ids that it is about */
	uint64_t start, bytes;	     /* IVMD: the memory */
	bool unity, exclusion;	     /* IVMD: to be mapped one to one; not to be translated */
	enum ivrs_fault fault;
};

/* An IVHD's first word with nothing but these flags in it: drivers keep the byte alone. */
uint64_t amd_ivhd_flags_word(uint64_t flags);

/* For a block of type 51h: the offset of the IVMD 21h that has the same bytes; 0: there is none. */
uint32_t amd_ivmd_twin(const struct ivrs_block *block);

/* Start from { 0 }. False: no more. */
bool amd_ivrs_next_block(const struct ivrs_table *table, struct ivrs_block *block);

enum ivrs_entry_type {
	IVRS_PAD4 = 0x00,
	IVRS_ALL = 0x01,
	IVRS_SELECT = 0x02,
	IVRS_RANGE_START = 0x03,
	IVRS_RANGE_END = 0x04,
	IVRS_PAD8 = 0x40,
	IVRS_ALIAS = 0x42,
	IVRS_ALIAS_RANGE = 0x43,
	IVRS_EXT_SELECT = 0x46,
	IVRS_EXT_RANGE = 0x47,
	IVRS_SPECIAL = 0x48,
	IVRS_ACPI_HID = 0xf0,
};

#define IVRS_UID_MAX 255

struct ivrs_entry {
	uint32_t offset;	     /* in the table */
	uint32_t next;		     /* offset of the next entry; 0: none */
	uint8_t type;
	const char *name;	     /* "SELECT"; NULL: unknown */
	const struct record *record; /* NULL: unknown, or cut off */
	uint64_t words[1];
	bool has_device;	     /* `first` is the device that stands in it */
	uint16_t first, last;	     /* device ids it is about; last < first: none */
	bool has_alias;
	uint16_t alias;		     /* the id that those devices are seen with */
	uint8_t settings;	     /* data setting, amd_ivrs_settings_record */
	bool has_settings;
	char hid[9], cid[9];	     /* ACPI_HID */
	uint8_t uid_format;	     /* ACPI_HID: 0 none, 1 a number, 2 a text */
	uint64_t uid_number;
	char uid[IVRS_UID_MAX + 1];
	enum ivrs_fault fault;
	/* The range that is open: between its start and its end. */
	bool range_open, range_has_alias;
	uint16_t range_first, range_alias;
};

/* Start from { 0 }. False: no more. What a range is about is said by its end: the start has none. */
bool amd_ivrs_next_entry(const struct ivrs_block *block, struct ivrs_entry *entry);

#endif
