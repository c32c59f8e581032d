// SPDX-License-Identifier: GPL-2.0-or-later
/* Page tables of each format built from the specifications' words: see table_builder.h. */
#include "table_builder.h"

#include <stdlib.h>
#include <string.h>

/* Bits 51:12, as x86 and AMD have them. */
#define ADDRESS_51_12 0x000ffffffffff000ULL

struct dialect {
	const char *format;
	unsigned page_lg2, index_lg2;
	unsigned top_index_lg2; /* of a root that says nothing of its own; 0: as any table */
	unsigned address_bits;
	unsigned page_levels; /* levels 1 to this have pages of their own size */
	uint64_t (*table_word)(uint64_t pa, unsigned level);
	uint64_t (*leaf_word)(uint64_t pa, unsigned level, bool read, bool write);
	uint64_t (*address_in)(uint64_t word);
	/* The level that an entry leads to from `level`, 0 for a page. */
	unsigned (*next_level)(uint64_t word, unsigned level);
	bool can_deny_read, can_deny_write;
};

static uint64_t address_51_12(uint64_t word)
{
	return word & ADDRESS_51_12;
}

/* AMD: PR 0, NextLevel 11:9, address 51:12, IR 61, IW 62. */
static uint64_t amd_table(uint64_t pa, unsigned level)
{
	return 0x6000000000000001ULL | (uint64_t)level << 9 | pa;
}

static uint64_t amd_leaf(uint64_t pa, unsigned level, bool read, bool write)
{
	(void)level;
	return 0x1 | (uint64_t)read << 61 | (uint64_t)write << 62 | pa;
}

static unsigned amd_next(uint64_t word, unsigned level)
{
	(void)level;
	return (word >> 9) % 8 == 7 ? 0 : (unsigned)(word >> 9) % 8;
}

/* x86: P 0, RW 1, US 2, PS 7. */
static uint64_t x86_table(uint64_t pa, unsigned level)
{
	(void)level;
	return 0x7 | pa;
}

static uint64_t x86_leaf(uint64_t pa, unsigned level, bool read, bool write)
{
	(void)read;
	return 0x5 | (uint64_t)write << 1 | (level > 1 ? 0x80 : 0) | pa;
}

static unsigned x86_next(uint64_t word, unsigned level)
{
	return level == 1 || word & 0x80 ? 0 : level - 1;
}

/* GCR3: V 0, and nothing else. */
static uint64_t gcr3_table(uint64_t pa, unsigned level)
{
	(void)level;
	return 0x1 | pa;
}

static uint64_t gcr3_leaf(uint64_t pa, unsigned level, bool read, bool write)
{
	(void)level, (void)read, (void)write;
	return 0x1 | pa;
}

static unsigned gcr3_next(uint64_t word, unsigned level)
{
	(void)word;
	return level - 1;
}

/* VT-d, second stage: R 0, W 1, PS 7. */
static uint64_t vtdss_table(uint64_t pa, unsigned level)
{
	(void)level;
	return 0x3 | pa;
}

static uint64_t vtdss_leaf(uint64_t pa, unsigned level, bool read, bool write)
{
	return (uint64_t)read | (uint64_t)write << 1 | (level > 1 ? 0x80 : 0) | pa;
}

/* ARM: valid 0; bit 1 for a table and for a page of the last level, not for a block; AF 10. Stage
 * 1: AP 7:6, where 7 is "read only". Stage 2: 6 read, 7 write. */
static uint64_t arm_table(uint64_t pa, unsigned level)
{
	(void)level;
	return 0x3 | pa;
}

static uint64_t arm_leaf(uint64_t pa, unsigned level, bool read, bool write)
{
	(void)read;
	return 0x441 | (level == 1 ? 2 : 0) | (write ? 0 : 0x80) | pa;
}

static uint64_t arm2_leaf(uint64_t pa, unsigned level, bool read, bool write)
{
	return 0x401 | (level == 1 ? 2 : 0) | (uint64_t)read << 6 | (uint64_t)write << 7 | pa;
}

static uint64_t arm_address(uint64_t word)
{
	return word & 0x0000fffffffff000ULL;
}

static unsigned arm_next(uint64_t word, unsigned level)
{
	return level > 1 && word & 2 ? level - 1 : 0;
}

/* 64 KiB: address bits 51:48 are in bits 15:12 of the entry. */
static uint64_t arm64k_bits(uint64_t pa)
{
	return (pa & 0x0000ffffffffffffULL) | (pa >> 48 & 15) << 12;
}

static uint64_t arm64k_table(uint64_t pa, unsigned level)
{
	return arm_table(arm64k_bits(pa), level);
}

static uint64_t arm64k_leaf(uint64_t pa, unsigned level, bool read, bool write)
{
	return arm_leaf(arm64k_bits(pa), level, read, write);
}

static uint64_t arm64k_address(uint64_t word)
{
	return (word & 0x0000ffffffff0000ULL) | (word >> 12 & 15) << 48;
}

/* RISC-V: V 0, R 1, W 2, X 3, page number from bit 10; a table has neither R nor W nor X. */
static uint64_t sv_table(uint64_t pa, unsigned level)
{
	(void)level;
	return 0x1 | pa >> 2;
}

static uint64_t sv_leaf(uint64_t pa, unsigned level, bool read, bool write)
{
	(void)level;
	return 0x9 | (uint64_t)read << 1 | (uint64_t)write << 2 | pa >> 2;
}

static uint64_t sv_address(uint64_t word)
{
	return word << 2 & ADDRESS_51_12;
}

static unsigned sv_next(uint64_t word, unsigned level)
{
	return word & 0xe ? 0 : level - 1;
}

static const struct dialect dialects[] = {
	{ "amdv1", 12, 9, 0, 64, 5, amd_table, amd_leaf, address_51_12, amd_next, true, true },
	{ "x86_64", 12, 9, 0, 57, 3, x86_table, x86_leaf, address_51_12, x86_next, false, true },
	{ "amdv2", 12, 9, 0, 57, 3, x86_table, x86_leaf, address_51_12, x86_next, false, true },
	{ "gcr3", 12, 9, 0, 32, 1, gcr3_table, gcr3_leaf, address_51_12, gcr3_next, false, false },
	{ "vtdss", 12, 9, 0, 57, 3, vtdss_table, vtdss_leaf, address_51_12, x86_next, true, true },
	{ "lpae4", 12, 9, 0, 48, 3, arm_table, arm_leaf, arm_address, arm_next, false, true },
	{ "lpae16", 14, 11, 0, 48, 2, arm_table, arm_leaf, arm_address, arm_next, false, true },
	{ "lpae64", 16, 13, 0, 52, 3, arm64k_table, arm64k_leaf, arm64k_address, arm_next, false,
	  true },
	{ "lpae4s2", 12, 9, 0, 48, 3, arm_table, arm2_leaf, arm_address, arm_next, true, true },
	{ "svx4", 12, 9, 11, 59, 5, sv_table, sv_leaf, sv_address, sv_next, true, true },
};

static const struct dialect *dialect_of(const struct pt_format *format)
{
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		if (strcmp(dialects[i].format, format->name) == 0)
			return &dialects[i];
	}
	abort(); /* a new format: a row above */
}

unsigned builder_span_lg2(const struct builder *b, unsigned level)
{
	return b->page_lg2 + b->dialect->index_lg2 * (level - 1);
}

/* What the address's bits can select: a GCR3 table has entries for 20 bits of PASID, so that its
 * third level is not full. */
static unsigned top_index_lg2(const struct builder *b)
{
	const struct dialect *d = b->dialect;
	unsigned lg2 = d->top_index_lg2 ? d->top_index_lg2 : d->index_lg2;
	unsigned left = d->address_bits - builder_span_lg2(b, b->root.levels);

	if (b->root.top_index_lg2)
		lg2 = b->root.top_index_lg2;
	return lg2 < left ? lg2 : left;
}

uint64_t builder_nr_entries(const struct builder *b, unsigned level)
{
	return 1ULL << (level == b->root.levels ? top_index_lg2(b) : b->dialect->index_lg2);
}

unsigned builder_level_of(const struct builder *b, unsigned lg2)
{
	return (lg2 - b->page_lg2) / b->dialect->index_lg2 + 1;
}

unsigned builder_page_levels(const struct builder *b)
{
	return b->dialect->page_levels;
}

static uint64_t new_table(struct builder *b, unsigned level)
{
	b->nr_tables++;
	return pages_add_bytes(b->pages, 8 * builder_nr_entries(b, level));
}

static uint64_t new_root(struct builder *b)
{
	/* A table that the format's width ends inside of is a whole one all the same. */
	if (!b->root.top_index_lg2 && b->dialect->index_lg2 == 9 && top_index_lg2(b) <= 9) {
		b->nr_tables++;
		return pages_add(b->pages);
	}
	return new_table(b, b->root.levels);
}

void builder_init_shape(struct builder *b, const struct shape *shape)
{
	memset(b, 0, sizeof(*b));
	b->dialect = dialect_of(shape->format);
	b->page_lg2 = b->dialect->page_lg2;
	b->page = 1ULL << b->page_lg2;
	b->pa_lg2 = b->dialect->address_in == arm_address ? 48 : 52;
	b->pages = pages_new();
	b->is_amd = strcmp(shape->format->name, "amdv1") == 0;
	b->is_pasids = strcmp(shape->format->name, "gcr3") == 0;
	b->root = (struct pt_root){
		.format = shape->format,
		.levels = (uint8_t)shape->levels,
		.top_index_lg2 = (uint8_t)shape->top_index_lg2,
		.max_tables = 1000000,
	};
	b->root.table = pa_of(new_root(b));
}

void builder_init(struct builder *b, const struct pt_format *format, unsigned levels)
{
	builder_init_shape(b, &(struct shape){ format, levels, 0, 0 });
}

void builder_release(struct builder *b)
{
	pages_free(b->pages);
	free(b->made);
}

uint64_t builder_table_word(const struct builder *b, uint64_t pa, unsigned level)
{
	return b->dialect->table_word(pa, level);
}

uint64_t builder_leaf_word(const struct builder *b, uint64_t pa, unsigned level, bool read,
			   bool write)
{
	return b->dialect->leaf_word(pa, level, read, write);
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
	uint64_t index = iova >> builder_span_lg2(b, level);

	return pages_words(b->pages, table + 8 * (index % builder_nr_entries(b, level)));
}

/* Follows entries that are there, which may skip levels; makes the others. */
uint64_t builder_table(struct builder *b, uint64_t iova, unsigned level)
{
	uint64_t table = b->root.table.v;
	unsigned at = b->root.levels;

	while (at > level) {
		uint64_t *entry = builder_entry(b, table, at, iova);

		if (!*entry)
			*entry = builder_table_word(b, new_table(b, at - 1), at - 1);
		at = b->dialect->next_level(*entry, at);
		table = b->dialect->address_in(*entry);
	}
	return table;
}

uint64_t builder_hang(struct builder *b, uint64_t iova, unsigned parent, unsigned child)
{
	uint64_t table = new_table(b, child);

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

/* No page above the place, no table or page in it, and no bits set that a table skips. */
static bool is_free(struct builder *b, uint64_t iova, unsigned level, uint64_t nr)
{
	uint64_t table = b->root.table.v;
	unsigned at = b->root.levels;

	while (at > level) {
		uint64_t word = *builder_entry(b, table, at, iova);
		unsigned next = b->dialect->next_level(word, at);

		if (!word)
			return true;
		if (!next || next < level)
			return false;
		for (unsigned skipped = next + 1; skipped < at; skipped++) {
			if ((iova >> builder_span_lg2(b, skipped)) % 512)
				return false;
		}
		table = b->dialect->address_in(word);
		at = next;
	}
	for (uint64_t i = 0; i < nr; i++) {
		if (*builder_entry(b, table, level, iova + (i << builder_span_lg2(b, level))))
			return false;
	}
	return true;
}

/* VT-d's second stage: an entry with neither permission is empty. */
static bool is_empty_without(const struct builder *b)
{
	return b->dialect->leaf_word == vtdss_leaf;
}

bool builder_map(struct builder *b, uint64_t iova, uint64_t pa, unsigned lg2, bool read, bool write)
{
	bool readable = read || !b->dialect->can_deny_read || (is_empty_without(b) && !write);
	struct mapping mapping = { iova, pa, lg2, readable, write || !b->dialect->can_deny_write };
	unsigned level = builder_level_of(b, lg2), span_lg2 = builder_span_lg2(b, level);
	bool plain = lg2 == span_lg2;
	uint64_t nr = 1ULL << (lg2 - span_lg2);
	uint64_t table;

	if (!is_free(b, iova, level, nr))
		return false;
	table = builder_table(b, iova, level);
	for (uint64_t i = 0; i < nr; i++)
		*builder_entry(b, table, level, iova + (i << span_lg2)) =
			plain ? builder_leaf_word(b, pa, level, readable, write)
			      : builder_sized_word(pa, lg2, read, write);
	remember(b, &mapping);
	return true;
}

uint64_t builder_last(const struct builder *b)
{
	unsigned lg2 = builder_span_lg2(b, b->root.levels) + top_index_lg2(b);

	return lg2 == 64 ? UINT64_MAX : (1ULL << lg2) - 1;
}

void builder_map_ends(struct builder *b)
{
	uint64_t last = builder_last(b) & ~(b->page - 1);

	builder_map(b, 0, 0x123456 * b->page, b->page_lg2, true, true);
	builder_map(b, last, 0xffff * b->page, b->page_lg2, true, false);
	builder_map(b, (last / 2 + b->page) & ~(b->page - 1), 7 * b->page, b->page_lg2, true, true);
}

/* A page fits when the top table has an entry for each part of it, or is above it. */
unsigned builder_random_size(const struct builder *b, struct rng *rng)
{
	unsigned top = b->root.levels, lg2;

	if (top > b->dialect->page_levels)
		top = b->dialect->page_levels;
	if (rng_below(rng, 3) == 0)
		return b->page_lg2;
	if (!b->is_amd)
		return builder_span_lg2(b, 1 + rng_below(rng, top));
	lg2 = 12 + rng_below(rng, 9 * (top < 4 ? top : 4));
	while (lg2 > 12 && (1ULL << lg2) - 1 > builder_last(b))
		lg2--;
	return lg2;
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
		uint64_t pa = rng_next(rng) >> (64 - b->pa_lg2) & ~(size - 1);

		if (rng_below(rng, 4) == 0)
			near = rng_next(rng) & builder_last(b);
		if (b->is_amd && b->root.levels >= 3 && rng_below(rng, 6) == 0)
			hang_somewhere(b, rng, near);
		near = (near + size * rng_below(rng, 3)) & builder_last(b) & ~(size - 1);
		/* Often the page that physically follows the one before. */
		if (b->nr_made && rng_below(rng, 2))
			pa = (b->made[b->nr_made - 1].pa + size) & ~(size - 1) &
			     ((1ULL << b->pa_lg2) - 1);
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
