/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds page tables from the words of the specifications. It shares no code and no constants with
 * src/format/ and src/walk/: what it builds, they must read back.
 */
#ifndef TESTS_TABLE_BUILDER_H
#define TESTS_TABLE_BUILDER_H

#include "iommu/pt_walk.h"
#include "more_formats.h"
#include "pages_target.h"
#include "rng.h"

/* One mapping, as it was asked for: the truth that a walk is compared with. */
struct mapping {
	uint64_t iova, pa;
	unsigned lg2;
	bool read, write;
};

struct dialect; /* what the builder knows of a format */

struct builder {
	const struct dialect *dialect;
	struct pages *pages;
	struct pt_root root;
	unsigned page_lg2; /* the smallest page */
	uint64_t page;	   /* ... in bytes */
	unsigned pa_lg2;   /* physical addresses are below 2^this */
	bool is_amd;	/* v1: page sizes and permissions of its own */
	bool is_pasids; /* GCR3: valid, address, and nothing else */
	struct mapping *made;
	size_t nr_made, cap_made;
	size_t nr_tables;
};

void builder_init(struct builder *b, const struct pt_format *format, unsigned levels);
void builder_init_shape(struct builder *b, const struct shape *shape);
void builder_release(struct builder *b);

/* The words: an entry that points to a table, a page of the level's own size, and (AMD, NextLevel
 * 7) a page of another size. */
uint64_t builder_table_word(const struct builder *b, uint64_t pa, unsigned level);
uint64_t builder_leaf_word(const struct builder *b, uint64_t pa, unsigned level, bool read,
			   bool write);
uint64_t builder_sized_word(uint64_t pa, unsigned lg2, bool read, bool write);

/* log2 of the bytes that an entry of that level spans, and the number of entries of a table. */
unsigned builder_span_lg2(const struct builder *b, unsigned level);
uint64_t builder_nr_entries(const struct builder *b, unsigned level);

/* The level that holds pages of 2^lg2 bytes, and how many levels from the first up hold pages. */
unsigned builder_level_of(const struct builder *b, unsigned lg2);
unsigned builder_page_levels(const struct builder *b);

/* The entry for an IOVA in a table of that level. */
uint64_t *builder_entry(struct builder *b, uint64_t table, unsigned level, uint64_t iova);

/* The address of the table of that level that serves an IOVA, made with all above it. */
uint64_t builder_table(struct builder *b, uint64_t iova, unsigned level);

/* Hangs a new table of level `child` into the entry of the table of level `parent` that serves an
 * IOVA: levels in between are skipped when child < parent - 1. Returns its address. */
uint64_t builder_hang(struct builder *b, uint64_t iova, unsigned parent, unsigned child);

/* A page of 2^lg2 bytes at the level that has to hold it, in as many entries as it needs. False,
 * and nothing is done, when something else is in its place. */
bool builder_map(struct builder *b, uint64_t iova, uint64_t pa, unsigned lg2, bool read,
		 bool write);

/* The smallest pages: the first, the last and the first of the upper half of what the table
 * reaches, as far as those are different ones. */
void builder_map_ends(struct builder *b);

/* Pages of all sizes and permissions at random places, close enough together to share tables;
 * some tables skip levels where the format can. Fewer than nr when they get in each other's way. */
void builder_fill(struct builder *b, struct rng *rng, unsigned nr);

/* The last IOVA that a table of its levels reaches. */
uint64_t builder_last(const struct builder *b);

/* log2 of a page size that the format has and that fits the table. */
unsigned builder_random_size(const struct builder *b, struct rng *rng);

/* What was mapped around an IOVA, or NULL. */
const struct mapping *builder_find(const struct builder *b, uint64_t iova);

#endif
