/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page-table format: data, and one question asked of an entry: are you empty, a leaf or a table?
 * The walker (iommu/pt_walk.h) knows no format, a format knows nothing of walking.
 *
 * Levels are counted as the AMD specification counts them: level 1 holds the smallest pages, a
 * table of level n is reached through an entry of a higher level. (ARM counts from the other end:
 * its level 3 is level 1 here.) Entries are 64-bit little-endian. How large pages and tables are is
 * data of the format, and iommu/pt_geometry.h computes with it.
 *
 * Adding a format: one file in src/format/VENDOR/ that defines a `const struct pt_format`, its name in the
 * `formats` of that vendor (or, when it is no vendor's own, in pt_formats[], src/format/pt_formats.c), and
 * nothing else: tests/unit checks every format in those lists for the properties that a page table must
 * have (levels tile the address space, what is built is read back).
 */
#ifndef IOMMU_PT_FORMAT_H
#define IOMMU_PT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "iommu/addr.h"
#include "iommu/record.h"

#define PT_MAX_LEVELS 6u

/* A page may be larger than what one entry of its level spans: then it stands in each entry that it
 * covers, 2^9 of them at most. */
#define PT_MAX_COPIES_LG2 9u

/* A table that is indexed by PASID is walked as a page table in which each PASID is a page of this size. */
#define PT_PASID_LG2 12u

enum pt_kind {
	PT_EMPTY, /* nothing is mapped below this entry */
	PT_LEAF,  /* ends the walk: a page */
	PT_TABLE, /* points to a table of a lower level */
	PT_BAD,	  /* the hardware would raise a fault on this entry, whatever is asked of it */
};

enum pt_fault {
	PT_FAULT_NONE,
	PT_FAULT_RESERVED_BIT,	/* a bit that must be zero is set: fault_bit */
	PT_FAULT_LEVEL,		/* next level is not lower than this one, or no such level */
	PT_FAULT_SIZE,		/* the page size that the entry encodes does not fit this level */
};

struct pt_entry {
	enum pt_kind kind;
	enum pt_fault fault;
	uint8_t fault_bit;
	bool read, write;   /* what this entry allows; the walk ANDs them */
	bool user;	    /* to requests without supervisor privilege too; the walk ANDs it */
	uint8_t next_level; /* TABLE: level of the table it points to; BAD: what the entry says */
	uint8_t size_lg2;   /* LEAF: log2 of the page size in bytes; see PT_MAX_COPIES_LG2 */
	uint64_t address;   /* LEAF: start of the page; TABLE: the table. No encryption bit inside */
};

struct pt_format {
	const char *name;	   /* "amdv1": the word for -f and in JSON */
	uint8_t page_lg2;	   /* log2 of the bytes of a page of level 1 */
	uint8_t index_lg2;	   /* log2 of the number of entries of a table */
	uint8_t top_index_lg2;	   /* ... of the top table, whatever its level; 0: as any other's */
	uint8_t max_levels;	   /* a root can have 1..max_levels levels */
	uint8_t address_bits;	   /* of the IOVA: the top table may not be reached to its end */
	bool has_user;		   /* entries tell user from supervisor; else all are for both */
	uint64_t leaf_address;	   /* bits of a leaf in which those of its page's address stand, each in its own
				    * place; what else is in them is smaller than the page. 0: not so */
	uint64_t leaf_sized;	   /* bits that are all set in a leaf whose page is larger than its level's own, and
				    * stands in several entries. 0: there are none */
	const struct record *leaf; /* bits of a leaf, for -v */
	const struct record *table; /* bits of an entry that points to a table */

	/* enc_mask: bits of an address that mark encrypted memory (sme_me_mask), or 0. */
	void (*decode)(const struct pt_format *format, uint64_t raw, unsigned level,
		       uint64_t enc_mask, struct pt_entry *ret);

	/* The fast question of a full scan: how many entries from raw[0] on are leaves of the
	 * level's own page size with the attributes of raw[0]; *contiguous is set to whether each
	 * page follows the one before. Returns 0 when raw[0] is not such a leaf. Everything that
	 * it counts decode() would call PT_LEAF with the same read, write and user. */
	unsigned (*plain_leaves)(const struct pt_format *format, const uint64_t *raw, unsigned nr,
				 unsigned level, uint64_t enc_mask, bool *contiguous);
};

extern const struct pt_format x86_64_format;

/* Units that know other features may read one format in other ways: each is a struct of its own, of the same
 * name. */
static inline bool is_same_format(const struct pt_format *a, const struct pt_format *b)
{
	return a == b || (a && b && !strcmp(a->name, b->name));
}

/* The formats that are no vendor's own, NULL at the end. */
extern const struct pt_format *const pt_formats[];

/* To a walk, a table that is indexed by PASID is one whose pages are one PASID each. */
static inline struct iova pasid_to_iova(uint32_t pasid)
{
	return iova_of((uint64_t)pasid << PT_PASID_LG2);
}

static inline uint32_t pasid_of_iova(struct iova iova)
{
	return (uint32_t)(iova.v >> PT_PASID_LG2);
}

#endif
