// SPDX-License-Identifier: GPL-2.0-or-later
/* The mapped addresses next to one that is not mapped. */
#include "pt_address.h"

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
	uint64_t page[PT_MAX_LEVELS + 1][PT_ENTRIES];
};

static uint64_t span_of(unsigned level)
{
	return pt_level_lg2(level) >= 64 ? 0 : 1ULL << pt_level_lg2(level);
}

static bool read_table(struct search *s, struct pa table, unsigned level)
{
	enum status status;

	if (s->tables++ >= s->root->max_tables) {
		s->uncertain = true;
		return false;
	}
	status = target_read_pa(s->target, table, s->page[level], PT_PAGE_SIZE);
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
	uint64_t first = base + index * span_of(level);
	uint64_t last = first + (span_of(level) - 1);
	struct pt_entry entry;

	if (is_behind(s, first, last))
		return;
	s->root->format->decode(s->page[level][index], level, s->root->enc_mask, &entry);
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

static void search_table(struct search *s, struct pa table, unsigned level, uint64_t base)
{
	unsigned nr = PT_ENTRIES;

	if (!read_table(s, table, level))
		return;
	if (level == s->root->levels && s->root->format->address_bits < pt_level_lg2(level + 1))
		nr = 1u << (s->root->format->address_bits - pt_level_lg2(level));
	for (unsigned i = 0; i < nr && !s->found && s->status == STATUS_OK; i++) {
		unsigned index = s->direction == UP ? i : nr - 1 - i;

		if (s->page[level][index])
			search_entry(s, level, index, base);
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
	uint64_t from = pt_linear(root, iova);

	memset(ret, 0, sizeof(*ret));
	if (search(target, root, from, DOWN, &s) != STATUS_OK)
		return s.status;
	ret->below = s.found;
	ret->below_last = s.at;
	ret->uncertain = s.uncertain;
	if (search(target, root, from, UP, &s) != STATUS_OK)
		return s.status;
	ret->above = s.found;
	ret->above_first = s.at;
	ret->uncertain |= s.uncertain;
	return STATUS_OK;
}
