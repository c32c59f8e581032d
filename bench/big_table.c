// SPDX-License-Identifier: GPL-2.0-or-later
#include "big_table.h"

#include <stdlib.h>
#include <string.h>

#define LEVELS	  4
#define NR_FRAMES 16384u /* 64 MiB */
#define FIRST_PA  0x100000000ULL

/* The words of the specification: PR 0, NextLevel 11:9, IR 61, IW 62. */
#define LEAF	 0x6000000000000001ULL
#define TABLE(n) (LEAF | (uint64_t)(n) << 9)

struct making {
	struct big_table *table;
	uint64_t *free_pages; /* addresses, out of order */
	uint64_t *frames;     /* of the memory that is mapped */
	uint64_t nr_mapped;
	bool contiguous;
};

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
		at[other] = base + i * PT_PAGE_SIZE;
	}
	return at;
}

static uint64_t next_leaf(struct making *m)
{
	uint64_t nth = m->nr_mapped++;

	if (m->contiguous)
		return LEAF | (FIRST_PA + nth * PT_PAGE_SIZE);
	return LEAF | m->frames[nth % NR_FRAMES];
}

static uint64_t make_table(struct making *m, unsigned level)
{
	struct big_table *t = m->table;
	uint64_t pa = m->free_pages[t->nr_tables];
	uint64_t *words = (uint64_t *)(void *)(t->ram.bytes + pa);

	t->tables[t->nr_tables++] = pa_of(pa);
	for (unsigned i = 0; i < PT_ENTRIES && m->nr_mapped < t->nr_mappings; i++)
		words[i] = level == 1 ? next_leaf(m) : TABLE(level - 1) | make_table(m, level - 1);
	return pa;
}

void big_table_init(struct big_table *t, uint64_t nr_mappings, bool contiguous)
{
	uint64_t most = nr_mappings / PT_ENTRIES + nr_mappings / PT_ENTRIES / PT_ENTRIES + LEVELS;
	struct making m = { .table = t, .contiguous = contiguous };

	memset(t, 0, sizeof(*t));
	ram_init(&t->ram, most * PT_PAGE_SIZE);
	t->nr_mappings = nr_mappings;
	t->tables = malloc(most * sizeof(*t->tables));
	if (!t->tables)
		abort();
	m.free_pages = shuffled_pages(0, most);
	m.frames = shuffled_pages(FIRST_PA, NR_FRAMES);
	t->root = (struct pt_root){ .format = &amdv1_format, .levels = LEVELS, .max_tables = most };
	t->root.table = pa_of(make_table(&m, LEVELS));
	free(m.free_pages);
	free(m.frames);
}

void big_table_release(struct big_table *t)
{
	ram_release(&t->ram);
	free(t->tables);
}
