// SPDX-License-Identifier: GPL-2.0-or-later
/* Large page tables of each shape that PERFORMANCE.md measures, laid out in memory. */
#include "big_table.h"

#include <stdlib.h>
#include <string.h>

#define GIB	    (1ULL << 30)
#define NR_FRAMES   16384u /* 64 MiB that are mapped again and again */
#define FIRST_FRAME 0x100000000ULL
#define SPARSE_LG2  57

/* The words of the specification: PR 0, NextLevel 11:9, IR 61, IW 62. */
#define LEAF	 0x6000000000000001ULL
#define TABLE(n) (LEAF | (uint64_t)(n) << 9)
#define SIZED	 TABLE(7) /* the size is the run of ones in the address */

static uint64_t next_random(void)
{
	static uint64_t state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* base, base + 4096, ... in random order */
static uint64_t *shuffled_pages(uint64_t base, uint64_t nr)
{
	uint64_t *at = malloc(nr * sizeof(*at));

	if (!at)
		abort();
	for (uint64_t i = 0; i < nr; i++) {
		uint64_t other = next_random() % (i + 1);

		at[i] = at[other];
		at[other] = base + i * PAGE_BYTES;
	}
	return at;
}

static uint64_t *words_at(struct big_table *t, uint64_t pa)
{
	return (uint64_t *)(void *)(t->ram.bytes + pa);
}

static uint64_t new_table(struct big_table *t)
{
	uint64_t pa = t->free_pages[--t->nr_free];

	t->tables[t->nr_tables++] = pa_of(pa);
	return pa;
}

/* The entry of that level for an IOVA, with the tables above it; ascending IOVAs, so that tables
 * are made in the order of a walk. */
static uint64_t *entry_for(struct big_table *t, uint64_t iova, unsigned level)
{
	uint64_t pa = t->root.table.v;

	for (unsigned at = t->root.levels;; at--) {
		uint64_t *entry =
			words_at(t, pa) + (iova >> pt_span_lg2(&amdv1_format, at)) % TABLE_ENTRIES;

		if (at == level)
			return entry;
		if (!*entry)
			*entry = TABLE(at - 1) | new_table(t);
		pa = *entry & 0x000ffffffffff000ULL;
	}
}

/* 1 GiB from iova on, in pages of 2^lg2 bytes at the level that has entries for them. */
static void map_gib(struct big_table *t, uint64_t iova, unsigned lg2, const uint64_t *frames)
{
	unsigned level = 1 + (lg2 - 12) / 9;
	uint64_t step = 1ULL << pt_span_lg2(&amdv1_format, level), page = 1ULL << lg2;
	uint64_t *entry = NULL;

	for (uint64_t at = 0; at < GIB; at += step, entry++) {
		uint64_t pa = FIRST_FRAME + ((iova + at) & ~(page - 1));

		if (!entry || !((iova + at) / step % TABLE_ENTRIES))
			entry = entry_for(t, iova + at, level);
		if (frames)
			*entry = LEAF | frames[(iova + at) / PAGE_BYTES % NR_FRAMES];
		else if (page == step)
			*entry = LEAF | pa;
		else
			*entry = SIZED | pa | ((page / 2 - 1) & ~(uint64_t)(PAGE_BYTES - 1));
	}
	t->bytes += GIB;
}

static void map_all(struct big_table *t, enum shape shape, uint64_t bytes)
{
	static const uint8_t sizes[] = { 12, 21, 12, 30, 16, 12, 24, 13, 12, 20, 22, 21, 12, 28 };
	uint64_t *frames = shuffled_pages(FIRST_FRAME, NR_FRAMES);

	for (uint64_t iova = 0, nth = 0; iova < bytes; iova += GIB, nth++) {
		switch (shape) {
		case MIXED_PAGES:
			map_gib(t, iova, sizes[nth % sizeof(sizes)], NULL);
			break;
		case CONTIGUOUS_PAGES:
			map_gib(t, iova, 12, NULL);
			break;
		default:
			map_gib(t, iova, 12, frames);
		}
	}
	/* A page of memory is mapped once on most hosts. The one in the middle, which `who` is asked about, is so; it
	 * lies beside the others. */
	if (shape == SMALL_PAGES)
		*entry_for(t, bytes / 2, 1) = LEAF | (FIRST_FRAME + NR_FRAMES * PAGE_BYTES);
	free(frames);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void map_sparsely(struct big_table *t, uint64_t nr_pages)
{
	uint64_t *iovas = malloc(nr_pages * sizeof(*iovas));

	if (!iovas)
		abort();
	for (uint64_t i = 0; i < nr_pages; i++)
		iovas[i] = next_random() >> (64 - SPARSE_LG2) & ~(uint64_t)(PAGE_BYTES - 1);
	qsort(iovas, nr_pages, sizeof(*iovas), compare);
	for (uint64_t i = 0; i < nr_pages; i++) {
		uint64_t *entry = entry_for(t, iovas[i], 1);

		t->bytes += *entry ? 0 : PAGE_BYTES;
		*entry = LEAF | (FIRST_FRAME + i * PAGE_BYTES);
	}
	free(iovas);
}

void big_table_init(struct big_table *t, enum shape shape, uint64_t bytes)
{
	uint64_t nr_pages = bytes / PAGE_BYTES;
	/* Each page of its own path, or full tables. */
	uint64_t most =
		shape == SPARSE_PAGES ? 6 * nr_pages : nr_pages / TABLE_ENTRIES * 514 / 512 + 8;

	memset(t, 0, sizeof(*t));
	ram_init(&t->ram, most * PAGE_BYTES);
	t->tables = malloc(most * sizeof(*t->tables));
	if (!t->tables)
		abort();
	t->free_pages = shuffled_pages(0, most);
	t->nr_free = most;
	t->root = (struct pt_root){
		.format = &amdv1_format,
		.levels = shape == SPARSE_PAGES ? 6 : 4,
		.max_tables = most,
	};
	t->root.table = pa_of(new_table(t));
	if (shape == SPARSE_PAGES)
		map_sparsely(t, nr_pages);
	else
		map_all(t, shape, bytes);
	free(t->free_pages);
}

void big_table_release(struct big_table *t)
{
	ram_release(&t->ram);
	free(t->tables);
}
