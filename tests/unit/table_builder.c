// SPDX-License-Identifier: GPL-2.0-or-later
#include "table_builder.h"

#include <stdlib.h>
#include <string.h>

/* Level n holds pages of 4 KiB * 512^(n-1). */
static const unsigned level_lg2[] = { 0, 12, 21, 30, 39, 48, 57 };

void builder_init(struct builder *b, const struct pt_format *format, unsigned levels)
{
	memset(b, 0, sizeof(*b));
	b->pages = pages_new();
	b->is_amd = strcmp(format->name, "amdv1") == 0;
	b->is_pasids = strcmp(format->name, "gcr3") == 0;
	b->root = (struct pt_root){
		.format = format,
		.table = pa_of(pages_add(b->pages)),
		.levels = (uint8_t)levels,
		.max_tables = 1000000,
	};
}

void builder_release(struct builder *b)
{
	pages_free(b->pages);
	free(b->made);
}

/* AMD: PR 0, NextLevel 11:9, address 51:12, IR 61, IW 62. x86: P 0, RW 1, US 2, PS 7. GCR3: V 0. */
uint64_t builder_table_word(const struct builder *b, uint64_t pa, unsigned level)
{
	if (b->is_amd)
		return 0x6000000000000001ULL | (uint64_t)level << 9 | pa;
	return (b->is_pasids ? 0x1 : 0x7) | pa;
}

uint64_t builder_leaf_word(const struct builder *b, uint64_t pa, unsigned level, bool read,
			   bool write)
{
	if (b->is_amd)
		return 0x1 | (uint64_t)read << 61 | (uint64_t)write << 62 | pa;
	if (b->is_pasids)
		return 0x1 | pa;
	return 0x5 | (uint64_t)write << 1 | (level > 1 ? 0x80 : 0) | pa;
}

/* The size is one bit above a run of ones that starts at bit 12: 8K 0, 16K 01, 32K 011, ... */
uint64_t builder_sized_word(uint64_t pa, unsigned lg2, bool read, bool write)
{
	uint64_t ones = 0;

	for (unsigned bit = 12; bit + 1 < lg2; bit++)
		ones |= 1ULL << bit;
	return 0xe01 | (uint64_t)read << 61 | (uint64_t)write << 62 | pa | ones;
}

uint64_t *builder_entry(struct builder *b, uint64_t table, unsigned level, uint64_t iova)
{
	return &pages_words(b->pages, table)[(iova >> level_lg2[level]) % 512];
}

static uint64_t address_in(uint64_t word)
{
	return word & 0x000ffffffffff000ULL;
}

/* Follows entries that are there, which may skip levels; makes the others. */
uint64_t builder_table(struct builder *b, uint64_t iova, unsigned level)
{
	uint64_t table = b->root.table.v;
	unsigned at = b->root.levels;

	while (at > level) {
		uint64_t *entry = builder_entry(b, table, at, iova);

		if (!*entry)
			*entry = builder_table_word(b, pages_add(b->pages), at - 1);
		at = b->is_amd ? (unsigned)(*entry >> 9) % 8 : at - 1;
		table = address_in(*entry);
	}
	return table;
}

uint64_t builder_hang(struct builder *b, uint64_t iova, unsigned parent, unsigned child)
{
	uint64_t table = pages_add(b->pages);

	*builder_entry(b, builder_table(b, iova, parent), parent, iova) =
		builder_table_word(b, table, child);
	return table;
}

static void remember(struct builder *b, const struct mapping *mapping)
{
	if (b->nr_made == b->cap_made) {
		b->cap_made = b->cap_made ? 2 * b->cap_made : 64;
		b->made = realloc(b->made, b->cap_made * sizeof(*b->made));
		if (!b->made)
			abort();
	}
	b->made[b->nr_made++] = *mapping;
}

static bool is_leaf(const struct builder *b, uint64_t word, unsigned level)
{
	if (b->is_amd)
		return (word >> 9) % 8 == 0 || (word >> 9) % 8 == 7;
	return level == 1 || word & 0x80;
}

/* No page above the place, no table or page in it, and no bits set that a table skips. */
static bool is_free(struct builder *b, uint64_t iova, unsigned level, uint64_t nr)
{
	uint64_t table = b->root.table.v;
	unsigned at = b->root.levels;

	while (at > level) {
		uint64_t word = *builder_entry(b, table, at, iova);
		unsigned next = b->is_amd ? (unsigned)(word >> 9) % 8 : at - 1;

		if (!word)
			return true;
		if (is_leaf(b, word, at) || next < level)
			return false;
		for (unsigned skipped = next + 1; skipped < at; skipped++) {
			if ((iova >> level_lg2[skipped]) % 512)
				return false;
		}
		table = address_in(word);
		at = next;
	}
	for (uint64_t i = 0; i < nr; i++) {
		if (*builder_entry(b, table, level, iova + (i << level_lg2[level])))
			return false;
	}
	return true;
}

bool builder_map(struct builder *b, uint64_t iova, uint64_t pa, unsigned lg2, bool read, bool write)
{
	struct mapping mapping = { iova, pa, lg2, read || !b->is_amd, write || b->is_pasids };
	unsigned level = (lg2 - 12) / 9 + 1;
	bool plain = lg2 == level_lg2[level];
	uint64_t nr = 1ULL << (lg2 - level_lg2[level]);
	uint64_t table;

	if (!is_free(b, iova, level, nr))
		return false;
	table = builder_table(b, iova, level);
	for (uint64_t i = 0; i < nr; i++)
		*builder_entry(b, table, level, iova + (i << level_lg2[level])) =
			plain ? builder_leaf_word(b, pa, level, read, write)
			      : builder_sized_word(pa, lg2, read, write);
	remember(b, &mapping);
	return true;
}

/* A GCR3 table has entries for 20 bits of PASID: its third level is not full. */
uint64_t builder_last(const struct builder *b)
{
	unsigned lg2 = b->root.levels == 6 ? 64 : level_lg2[b->root.levels] + 9;

	if (b->is_pasids && lg2 > 32)
		lg2 = 32;
	return lg2 == 64 ? UINT64_MAX : (1ULL << lg2) - 1;
}

unsigned builder_random_size(const struct builder *b, struct rng *rng)
{
	unsigned top = b->root.levels, lg2;

	if (b->is_pasids || rng_below(rng, 3) == 0)
		return 12;
	if (b->is_amd) {
		lg2 = 12 + rng_below(rng, 9 * (top < 4 ? top : 4));
		return lg2;
	}
	return level_lg2[1 + rng_below(rng, top < 3 ? top : 3)];
}

/* A new table that skips levels, if its place is free. */
static void hang_somewhere(struct builder *b, struct rng *rng, uint64_t iova)
{
	unsigned parent = 3 + rng_below(rng, b->root.levels - 2u);
	unsigned child = 1 + rng_below(rng, parent - 2);

	if (is_free(b, iova, parent, 1))
		builder_hang(b, iova, parent, child);
}

void builder_fill(struct builder *b, struct rng *rng, unsigned nr)
{
	uint64_t near = 0;

	for (unsigned i = 0; i < nr; i++) {
		unsigned lg2 = builder_random_size(b, rng);
		uint64_t size = 1ULL << lg2;
		uint64_t pa = rng_next(rng) >> 12 & ~(size - 1);

		if (rng_below(rng, 4) == 0)
			near = rng_next(rng) & builder_last(b);
		if (b->is_amd && b->root.levels >= 3 && rng_below(rng, 6) == 0)
			hang_somewhere(b, rng, near);
		near = (near + size * rng_below(rng, 3)) & builder_last(b) & ~(size - 1);
		/* Often the page that physically follows the one before. */
		if (b->nr_made && rng_below(rng, 2))
			pa = (b->made[b->nr_made - 1].pa + size) & ~(size - 1) & ((1ULL << 52) - 1);
		builder_map(b, near, pa, lg2, rng_below(rng, 4), rng_below(rng, 2));
	}
}

const struct mapping *builder_find(const struct builder *b, uint64_t iova)
{
	for (size_t i = 0; i < b->nr_made; i++) {
		if (iova - b->made[i].iova < 1ULL << b->made[i].lg2)
			return &b->made[i];
	}
	return NULL;
}
