/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traversal of page tables of any format: one address through all levels, or every mapping of a
 * range. Tables are read a block of entries at a time; empty subtrees cost nothing. Memory does not
 * depend on the size of the table. What is damaged is reported in its place, and the walk goes on
 * beside it.
 */
#ifndef IOMMU_PT_WALK_H
#define IOMMU_PT_WALK_H

#include "iommu/pt_geometry.h"
#include "iommu/target.h"

/* The last IOVA that the table can translate. */
struct iova pt_last_iova(const struct pt_root *root);

/* Whether the table can translate that IOVA at all: it is not above what the levels reach, nor (in
 * a sign-extended one) between the two halves. */
bool pt_reaches(const struct pt_root *root, struct iova iova);

enum pt_result {
	PT_MAPPED,
	PT_NOT_MAPPED,
	PT_BEYOND,	/* not in what the table's levels reach: see pt_reaches() */
	PT_UNREADABLE,	/* a table on the way could not be read: last step's status */
	PT_BAD_TABLE,	/* an entry on the way is illegal: last step's entry */
};

struct pt_step {
	uint8_t level;
	uint32_t index;		/* of the entry in its table */
	struct pa table;	/* where that starts */
	struct pa entry_pa;	/* where the entry was read, or should have been */
	enum status status;	/* of that read */
	uint64_t raw;
	struct pt_entry entry;
};

struct pt_translation {
	enum pt_result result;
	struct pa pa;		/* MAPPED: of the byte asked for */
	uint8_t size_lg2;	/* MAPPED: page size */
	bool read, write, user;	/* MAPPED: what the whole path allows */
	bool skipped_bits;	/* NOT_MAPPED because address bits of a skipped level are set */
	uint8_t nr_steps;
	struct pt_step steps[PT_MAX_LEVELS];
};

void pt_translate(struct target *target, const struct pt_root *root, struct iova iova,
		  struct pt_translation *ret);

/* Consecutive pages of one size with the same effective permissions. */
struct pt_run {
	struct iova iova;
	uint64_t bytes;
	uint64_t nr_pages;
	struct pa pa;		/* of the first page */
	uint8_t page_lg2;
	bool read, write, user;
	bool contiguous;	/* physically: pa + offset holds throughout */
};

enum pt_damage_kind {
	PT_DAMAGE_UNREADABLE,	/* the table, or a part of it: see status */
	PT_DAMAGE_ENTRY,	/* the entry is illegal: see entry.fault */
	PT_DAMAGE_LOOP,		/* the entry points to a table that is on the path to it */
	PT_DAMAGE_REPLICA,	/* not all entries that a large page needs are there */
	PT_DAMAGE_LIMIT,	/* max_tables was reached; the walk ended */
};

struct pt_damage {
	enum pt_damage_kind kind;
	enum status status;
	struct iova first, last;	/* what can not be told because of it */
	uint8_t level;			/* of the table */
	struct pa table;
	uint32_t index; /* ENTRY, LOOP, REPLICA: the entry */
	uint64_t raw;
	struct pt_entry entry;
	uint8_t loop_level;		/* LOOP: level at which the table stands on the path */
};

#define PT_WORDS_MAX 80

/* Why the hardware refuses the entry: "reserved bit 52 set"; "": it does not. */
const char *pt_fault_words(char buf[PT_WORDS_MAX], const struct pt_entry *entry);
/* What is wrong: "loops to level 2"; "" of what could not be read, of which the status says why. */
const char *pt_damage_words(char buf[PT_WORDS_MAX], const struct pt_damage *d);
/* "entry 5 of the level-1 table 355c000"; of damage for which no entry of the table is to blame the table alone. */
const char *pt_damage_place(char buf[PT_WORDS_MAX], const struct pt_damage *d);
bool pt_damage_is_of_table(const struct pt_damage *d);

/* One leaf entry, for those who ask for entries rather than runs. */
struct pt_leaf {
	struct iova iova, last; /* what the entry spans: a part of a page that stands in several */
	struct pa entry_pa;
	uint8_t level;
	uint32_t index;
	uint64_t raw;
	struct pt_entry entry;
	bool read, write, user;	/* of the whole path */
};

/* How far a scan has come. */
struct pt_along {
	uint64_t tables;     /* read so far */
	unsigned per_mille;  /* of the tables there are, by the entries of those above them */
};

/* A stretch of physical memory, both ends in it. */
struct pa_range {
	struct pa first, last;
};

/* The memory that a scan is about. */
struct pt_wanted {
	const struct pa_range *ranges; /* in any order; they may overlap */
	size_t nr;
	bool sorted; /* in ascending order and apart: then there may be very many */
};

/* The first range that does not end below that address; the first of all where they are not sorted. */
size_t pt_first_wanted(const struct pt_wanted *wanted, struct pa first);

/* The memory that tables lead to, in blocks of 2^lg2 bytes: one that is not marked is not reached. Of the first block
 * that is never said. The smaller they are, the fewer neighbours share one. */
#define PT_TOUCHED_LG2_MIN 12u
#define PT_TOUCHED_LG2_MAX 21u

struct pt_touched {
	uint8_t *blocks; /* a byte of each: pt_touched_bytes(), zeros */
	uint64_t nr;	 /* blocks that are told apart; all above them are one */
	unsigned lg2;
};

/* As many blocks as tell memory below that address apart, and the smallest ones of which there are not too many: 2 MiB
 * of marks up to 4 TiB. The caller gives it room for the marks. */
void pt_touched_fit(struct pt_touched *touched, uint64_t end);
size_t pt_touched_bytes(uint64_t nr);
void pt_touch(struct pt_touched *touched, struct pa first, uint64_t bytes);
bool pt_is_touched(const struct pt_touched *touched, struct pa first, struct pa last);

/* Each function may be NULL. Returning false ends the scan. */
struct pt_visitor {
	void *ctx;
	/* Not NULL: blocks that leaves lead to are marked here, those of illegal entries of the lowest level too. A scan
	 * without run() and leaf() takes no entry of that level apart. */
	struct pt_touched *touched;
	/* Each run is contiguous. It is looked at before each stretch: a visitor may change its mind. */
	const bool *apart;
	/* Every table that is read, once each time it is come to. */
	void (*table)(void *ctx, struct pa table);
	/* Not NULL: a scan by run() may leave out what leads to none of this memory, without a word of entries of the
	 * lowest level that are illegal; and each run that it hands over is contiguous. */
	const struct pt_wanted *wanted;
	bool (*run)(void *ctx, const struct pt_run *run);
	bool (*leaf)(void *ctx, const struct pt_leaf *leaf); /* in place of run(), when set */
	bool (*damage)(void *ctx, const struct pt_damage *damage);
	void (*along)(void *ctx, const struct pt_along *along); /* now and then */
};

struct pt_totals {
	uint64_t tables;	 /* read, or a part of them */
	uint64_t tables_missing; /* not in the dump, or a part of them */
	uint64_t tables_lost;	 /* that could not be read for another reason, all or a part */
	uint64_t damaged;	 /* other damage */
	bool cut;		 /* max_tables was reached */
	struct failure failure;	 /* why not all was seen: of the first table that could not be read, else of the first
				  * damage, with the table that it is in */
};

/* Nothing was missing, damaged or too much. */
static inline bool pt_totals_are_whole(const struct pt_totals *totals)
{
	return !totals->tables_missing && !totals->tables_lost && !totals->damaged && !totals->cut;
}

/* Adds what was wrong with other tables that the same answer rests on; how many were read stays as it is. */
void pt_add_trouble(struct pt_totals *sum, const struct pt_totals *other);

/*
 * Visits what is mapped in [first, last], in ascending order. Returns OK (also when a visitor
 * ended it) or INTERRUPTED; ret is filled in any case. Runs are cut at the range, at tables and
 * at the blocks in which those are read: the visitor merges them as it likes.
 */
enum status pt_scan(struct target *target, const struct pt_root *root, struct iova first,
		    struct iova last, const struct pt_visitor *visitor, struct pt_totals *ret);

struct pt_neighbours {
	bool below, above;		/* found */
	struct iova below_last;		/* last mapped byte below */
	struct iova above_first;	/* first mapped byte above */
	bool uncertain;			/* something in between is damaged, or could not be read */
};

/* What is mapped next to an address that is not. OK or INTERRUPTED. */
enum status pt_find_neighbours(struct target *target, const struct pt_root *root,
			       struct iova iova, struct pt_neighbours *ret);

#endif
