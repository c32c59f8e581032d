// SPDX-License-Identifier: GPL-2.0-or-later
/* The mapped addresses next to one that is not mapped. */
#include "pt_address.h"
#include "pt_block.h"

#include <string.h>

enum { DOWN = -1, UP = 1 };

struct search {
	struct target *target;
	const struct pt_root *root;
	uint64_t from; /* linear, see pt_address.h */
	int direction;
	uint64_t tables;
	bool found, uncertain;
	struct iova at;
	enum status status;
	uint64_t block[PT_MAX_LEVELS + 1][BLOCK_ENTRIES]; /* by level: the one being searched */
};

static uint64_t span_of(const struct search *s, unsigned level)
{
	return 1ULL << pt_span_lg2(s->root->format, level);
}

static bool read_block(struct search *s, struct pa table, unsigned level, unsigned index)
{
	enum status status = pt_read_block(s->target, table, index, pt_nr_entries(s->root, level),
					   s->block[level]);

	if (status == STATUS_INTERRUPTED || target_interrupted(s->target)) {
		s->status = STATUS_INTERRUPTED;
		return false;
	}
	s->uncertain |= status != STATUS_OK;
	return status == STATUS_OK;
}

/* The whole span lies on the far side of where the search started. */
static bool is_behind(const struct search *s, uint64_t first, uint64_t last)
{
	return s->direction == UP ? last < s->from : first > s->from;
}

static void search_table(struct search *s, struct pa table, unsigned level, uint64_t base);

static void search_entry(struct search *s, unsigned level, unsigned index, uint64_t base)
{
	uint64_t first = base + index * span_of(s, level);
	uint64_t last = first + (span_of(s, level) - 1);
	struct pt_entry entry;

	if (is_behind(s, first, last))
		return;
	pt_decode(s->root, s->block[level][index % BLOCK_ENTRIES], level, &entry);
	switch (entry.kind) {
	case PT_EMPTY:
		break;
	case PT_BAD:
		s->uncertain = true;
		break;
	case PT_LEAF:
		s->found = true;
		s->at = pt_iova(s->root, s->direction == UP ? first : last);
		break;
	case PT_TABLE:
		search_table(s, pa_of(entry.address), entry.next_level, first);
		break;
	}
}

static void search_block(struct search *s, struct pa table, unsigned level, uint64_t base,
			 unsigned first)
{
	unsigned nr = pt_block_end(first, pt_nr_entries(s->root, level)) - first;
	uint64_t from = base + first * span_of(s, level);

	if (is_behind(s, from, from + (nr * span_of(s, level) - 1)))
		return;
	if (!read_block(s, table, level, first))
		return;
	for (unsigned i = 0; i < nr && !s->found && s->status == STATUS_OK; i++) {
		unsigned index = s->direction == UP ? i : nr - 1 - i;

		if (s->block[level][index])
			search_entry(s, level, first + index, base);
	}
}

static void search_table(struct search *s, struct pa table, unsigned level, uint64_t base)
{
	unsigned nr = pt_nr_entries(s->root, level);
	unsigned nr_blocks = (nr + BLOCK_ENTRIES - 1) / BLOCK_ENTRIES;

	if (s->tables++ >= s->root->max_tables) {
		s->uncertain = true;
		return;
	}
	for (unsigned i = 0; i < nr_blocks && !s->found && s->status == STATUS_OK; i++) {
		unsigned block = s->direction == UP ? i : nr_blocks - 1 - i;

		search_block(s, table, level, base, block * BLOCK_ENTRIES);
	}
}

static enum status search(struct target *target, const struct pt_root *root, uint64_t from,
			  int direction, struct search *s)
{
	memset(s, 0, sizeof(*s));
	s->target = target;
	s->root = root;
	s->from = from;
	s->direction = direction;
	search_table(s, root->table, root->levels, 0);
	return s->status;
}

enum status pt_find_neighbours(struct target *target, const struct pt_root *root,
			       struct iova iova, struct pt_neighbours *ret)
{
	struct search s;
	uint64_t from, to;

	memset(ret, 0, sizeof(*ret));
	/* An address out of the table's reach has neighbours all the same. */
	if (pt_clip(root, iova_of(0), iova, &from, &to)) {
		if (search(target, root, to, DOWN, &s) != STATUS_OK)
			return s.status;
		ret->below = s.found;
		ret->below_last = s.at;
		ret->uncertain = s.uncertain;
	}
	if (pt_clip(root, iova, iova_of(UINT64_MAX), &from, &to)) {
		if (search(target, root, from, UP, &s) != STATUS_OK)
			return s.status;
		ret->above = s.found;
		ret->above_first = s.at;
		ret->uncertain |= s.uncertain;
	}
	return STATUS_OK;
}
