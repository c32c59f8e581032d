/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What firmware says of the IOMMUs: the ACPI table of a vendor as blocks and entries to be shown, and what
 * it means: which units there are, whom each serves under which id, which memory a device wants mapped one
 * to one. The vendors read their table; the verb that shows it and the comparison with run time know none.
 */
#ifndef IOMMU_FIRMWARE_H
#define IOMMU_FIRMWARE_H

#include "iommu/kernel.h"
#include "iommu/record_view.h"

/* A table as the kernel's list of tables has it. */
struct acpi_table {
	struct pa at;
	uint32_t length;	/* as the list says */
	const uint8_t *bytes;	/* `length` of them; NULL when `failure` says why they could not be read */
	struct failure failure;
};

/* The first ACPI table of that signature ("IVRS"). OK, also when the table itself cannot be read: see its
 * failure. ABSENT: the firmware gave none. Anything else: the list cannot be read. */
struct failure kernel_acpi_table(struct kernel *k, const char *signature, struct acpi_table *ret);

/* An entry of a block. */
struct firmware_entry {
	const char *type;	/* "SELECT", "0x7f" */
	const char *type_name;	/* the same; NULL for a type that no specification at hand knows */
	uint8_t type_number;
	uint32_t offset;	/* in the table, or in the driver's copy of the block */
	bool kept;		/* the device is one that the driver keeps; what names it is not at hand */
	const char *device;	/* the id that stands in it, as text; NULL: none */
	const char *devices;	/* whom it is about: "0000:00:01.0 to 0000:00:1f.7", "all", "-" */
	const char *alias;	/* the id that those are seen with; NULL: none */
	const char *what;	/* its flags and names in words, or "-" */
	const char *damage;	/* what is wrong with it; NULL: nothing */
	bool unknown;		/* of a type that no specification at hand has: not understood, which is no damage */
	struct record_view view; /* record NULL: unknown, or cut off */
	struct ptrs values;	/* struct named_value: what is in no record, for programs */
};

struct firmware_block {
	const char *type_name;	/* "IVHD"; NULL: unknown */
	uint16_t type_number;
	uint32_t offset, length; /* in the table; length 0: not known */
	bool kept;		/* not of the table, but what the driver keeps of it: */
	struct kva kept_at;
	const char *words;	/* the block in a line */
	const char *damage;	/* what is wrong with it; NULL: nothing */
	bool unknown;		/* as of an entry */
	struct ptrs views;	/* struct record_view: the fixed part ("fields") and what else it holds; none:
				 * unknown, or too short */
	struct ptrs values;	/* struct named_value */
	struct ptrs entries;	/* struct firmware_entry */
	struct ptrs remarks;	/* const char: further damage, in words */
};

/* An IOMMU that firmware describes. */
struct firmware_unit {
	const char *block;	/* "IVHD" */
	uint32_t offset;	/* of that block */
	uint64_t mmio_pa;	/* its registers */
	bool has_bdf;		/* it is known by its own PCI function; else by the address of its registers */
	uint32_t sbdf;		/* has_bdf: that function */
};

/* What firmware says of one device. */
struct firmware_coverage {
	bool covered;
	const struct firmware_unit *unit; /* covered: whose */
	const char *left_out;	/* covered: why the driver lets that unit serve nobody; NULL: it does not do so */
	uint32_t id;		/* where firmware gives ids: the one that its requests carry */
};

/* A stretch of memory that firmware wants some devices to reach at its own address. */
struct firmware_range {
	const char *block;	/* "IVMD" */
	uint32_t offset;	/* of that block */
	uint64_t start, last;	/* as it stands there */
	uint64_t first_page, last_page; /* what Linux maps of it: first and last byte */
	bool read, write;
	const char *odd;	/* what is wrong with it as it stands there: "is no whole pages"; NULL: nothing */
	const void *of_vendor;	/* for has_range() */
};

/* Linux maps something of it. */
static inline bool range_has_pages(const struct firmware_range *range)
{
	return range->first_page <= range->last_page;
}

/* One side of a difference: what it is, where it was read, its value. */
struct firmware_side {
	const char *what;
	struct place place;
	const char *value;
};

/* What the driver keeps of the table, and what the table has, are not the same. */
struct firmware_difference {
	const char *code;	/* for programs: "copy-differs" */
	const char *text;	/* a sentence: starts lower case, has no full stop */
	const char *device;	/* whom it is about; NULL: no single device */
	struct ptrs sides;	/* struct firmware_side */
};

struct firmware {
	const char *name;	/* "IVRS" */
	const char *key;	/* of its object in JSON: "ivrs" */
	const char *unit_block;	/* what its blocks for a unit are called: "IVHD" */
	const char *range_block; /* ... and for a range: "IVMD" */
	const char *entries_key; /* of the list of a block's entries in JSON: "entries" */
	const char *range_word;	/* what its vendor calls what the driver keeps of the ranges: "unity maps" */
	bool gives_ids;		/* it says which id a device's requests carry: it knows aliases */
	uint8_t revision;
	uint32_t length;	/* as its own header says */
	bool checksum_ok;
	const char *oem_id, *oem_table_id;
	uint32_t oem_revision;
	struct record_view flags; /* the fields of the table itself ("ivinfo") */
	const char *words;	/* the same in a line; NULL: they are shown with -v alone */
	struct ptrs values;	/* struct named_value: of the table itself, for programs */
	bool length_differs;	/* its header and the kernel's list of tables disagree */
	struct ptrs blocks;	/* struct firmware_block */
	struct ptrs units;	/* struct firmware_unit: those that Linux takes */
	struct ptrs ranges;	/* struct firmware_range */
	struct ptrs differs;	/* struct firmware_difference */
	struct ptrs idle;	/* struct firmware_difference: what cannot differ, since the table or the driver has
				 * no such thing, and why */
	struct failure kept;	/* why not all that the driver keeps of the table was compared with it */
	struct failure places;	/* why it is not known which devices its blocks mean: then neither of the two
				 * functions tells anything */
	/* What it says of a device that has an id. */
	void (*covers)(const struct firmware *firmware, const struct device *dev,
		       struct firmware_coverage *ret);
	bool (*has_range)(const struct firmware *firmware, const struct firmware_range *range,
			  const struct device *dev);
	void *of_vendor;	/* for covers() and has_range() */
};

struct acpi_header;

/* Fills what the header of every ACPI table says. */
void firmware_header(struct kernel *k, const struct acpi_header *header, struct firmware *ret);

/* The unit whose block starts at this offset of the table. NULL: none that Linux takes. */
const struct firmware_unit *firmware_unit_at(const struct firmware *firmware, uint32_t offset);

#endif
