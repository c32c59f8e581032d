// SPDX-License-Identifier: GPL-2.0-or-later
/* One address through all levels of a page table. */
#include "pt_address.h"

#include <string.h>

static unsigned index_of(struct iova iova, unsigned level)
{
	return (unsigned)(iova.v >> pt_level_lg2(level)) & (PT_ENTRIES - 1);
}

struct iova pt_last_iova(const struct pt_root *root)
{
	return pt_iova(root, pt_last_linear(root));
}

bool pt_reaches(const struct pt_root *root, struct iova iova)
{
	return pt_iova(root, pt_linear(root, iova)).v == iova.v;
}

/* Levels between `level` and the table that the entry points to translate no bits: those bits of
 * the address must be zero (AMD: "skipped levels"). */
static bool skips_set_bits(struct iova iova, unsigned level, unsigned next_level)
{
	uint64_t below = (1ULL << pt_level_lg2(level)) - 1;
	uint64_t translated = (1ULL << pt_level_lg2(next_level + 1)) - 1;

	return (iova.v & below & ~translated) != 0;
}

static enum status read_step(struct target *target, const struct pt_root *root, struct pa table,
			     unsigned level, struct iova iova, struct pt_step *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->level = (uint8_t)level;
	ret->index = (uint16_t)index_of(iova, level);
	ret->entry_pa = pa_of(table.v + ret->index * sizeof(ret->raw));
	ret->status = target_read_pa(target, ret->entry_pa, &ret->raw, sizeof(ret->raw));
	if (ret->status == STATUS_OK)
		root->format->decode(ret->raw, level, root->enc_mask, &ret->entry);
	return ret->status;
}

static void finish_at_leaf(const struct pt_entry *leaf, struct iova iova,
			   struct pt_translation *ret)
{
	uint64_t offset = iova.v & ((1ULL << leaf->size_lg2) - 1);

	ret->result = PT_MAPPED;
	ret->pa = pa_of(leaf->address + offset);
	ret->size_lg2 = leaf->size_lg2;
}

void pt_translate(struct target *target, const struct pt_root *root, struct iova iova,
		  struct pt_translation *ret)
{
	struct pa table = root->table;
	unsigned level = root->levels;

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

		if (read_step(target, root, table, level, iova, step) != STATUS_OK) {
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
			finish_at_leaf(entry, iova, ret);
			return;
		case PT_TABLE:
			break;
		}
		if (skips_set_bits(iova, level, entry->next_level)) {
			ret->skipped_bits = true;
			ret->result = PT_NOT_MAPPED;
			return;
		}
		table = pa_of(entry->address);
		level = entry->next_level;
	}
}
