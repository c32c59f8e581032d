// SPDX-License-Identifier: GPL-2.0-or-later
/* One address through all levels of a page table. */
#include "pt_address.h"
#include "pt_block.h"

#include <string.h>

struct iova pt_last_iova(const struct pt_root *root)
{
	return pt_iova(root, pt_last_linear(root));
}

bool pt_reaches(const struct pt_root *root, struct iova iova)
{
	return pt_iova(root, pt_linear(root, iova)).v == iova.v;
}

/* Levels between an entry's and that of the table it points to translate no bits: those bits of the
 * address must be zero (AMD: "skipped levels"). offset: of the address, in what the entry spans. */
static bool skips_set_bits(const struct pt_format *format, uint64_t offset, unsigned next_level)
{
	return offset >> pt_span_lg2(format, next_level + 1) != 0;
}

/* ret: a step of zeros, to be filled. */
static enum status read_step(struct target *target, const struct pt_root *root, struct pa table,
			     unsigned level, uint64_t index, struct pt_step *ret)
{
	ret->level = (uint8_t)level;
	ret->index = (uint32_t)index;
	ret->table = table;
	ret->entry_pa = pa_of(table.v + ret->index * sizeof(ret->raw));
	ret->status = target_read_pa(target, ret->entry_pa, &ret->raw, sizeof(ret->raw));
	if (ret->status == STATUS_OK)
		pt_decode(root, ret->raw, level, &ret->entry);
	return ret->status;
}

/* offset: of the address, in what the table spans that the leaf is in. */
static void finish_at_leaf(const struct pt_entry *leaf, uint64_t offset, struct pt_translation *ret)
{
	ret->result = PT_MAPPED;
	ret->pa = pa_of(leaf->address + (offset & ((1ULL << leaf->size_lg2) - 1)));
	ret->size_lg2 = leaf->size_lg2;
}

void pt_translate(struct target *target, const struct pt_root *root, struct iova iova,
		  struct pt_translation *ret)
{
	struct pa table = root->table;
	unsigned level = root->levels;
	uint64_t offset = pt_linear(root, iova); /* in what a table spans, the top one first */

	memset(ret, 0, sizeof(*ret));
	if (!pt_reaches(root, iova)) {
		ret->result = PT_BEYOND;
		return;
	}
	ret->read = ret->write = ret->user = true;
	/* A table's level is lower than that of the entry it came from (decode() sees to it), so
	 * this ends after root->levels steps. */
	for (;;) {
		struct pt_step *step = &ret->steps[ret->nr_steps++];
		const struct pt_entry *entry = &step->entry;
		unsigned span_lg2 = pt_span_lg2(root->format, level);

		if (read_step(target, root, table, level, offset >> span_lg2, step) != STATUS_OK) {
			ret->result = PT_UNREADABLE;
			return;
		}
		ret->read &= entry->read;
		ret->write &= entry->write;
		ret->user &= entry->user;
		switch (entry->kind) {
		case PT_EMPTY:
			ret->result = PT_NOT_MAPPED;
			return;
		case PT_BAD:
			ret->result = PT_BAD_TABLE;
			return;
		case PT_LEAF:
			finish_at_leaf(entry, offset, ret);
			return;
		case PT_TABLE:
			break;
		}
		offset &= (1ULL << span_lg2) - 1;
		if (skips_set_bits(root->format, offset, entry->next_level)) {
			ret->skipped_bits = true;
			ret->result = PT_NOT_MAPPED;
			return;
		}
		table = pa_of(entry->address);
		level = entry->next_level;
	}
}
