// SPDX-License-Identifier: GPL-2.0-or-later
/* What is wrong with a page table, and where, in the few words that a note and a finding have in common. */
#include "iommu/pt_walk.h"

#include <inttypes.h>
#include <stdio.h>

const char *pt_fault_words(char buf[PT_WORDS_MAX], const struct pt_entry *entry)
{
	switch (entry->fault) {
	case PT_FAULT_RESERVED_BIT:
		snprintf(buf, PT_WORDS_MAX, "reserved bit %u set", entry->fault_bit);
		break;
	case PT_FAULT_LEVEL:
		snprintf(buf, PT_WORDS_MAX, "next level %u is not lower", entry->next_level);
		break;
	case PT_FAULT_SIZE:
		snprintf(buf, PT_WORDS_MAX, "page size does not fit this level");
		break;
	case PT_FAULT_NONE:
		buf[0] = '\0';
		break;
	}
	return buf;
}

const char *pt_damage_words(char buf[PT_WORDS_MAX], const struct pt_damage *d)
{
	switch (d->kind) {
	case PT_DAMAGE_UNREADABLE:
		buf[0] = '\0';
		break;
	case PT_DAMAGE_ENTRY:
		return pt_fault_words(buf, &d->entry);
	case PT_DAMAGE_LOOP:
		snprintf(buf, PT_WORDS_MAX, "loops to level %u", d->loop_level);
		break;
	case PT_DAMAGE_REPLICA:
		snprintf(buf, PT_WORDS_MAX, "large page fills only some of its entries");
		break;
	case PT_DAMAGE_LIMIT:
		snprintf(buf, PT_WORDS_MAX, "more tables than the machine has pages");
		break;
	}
	return buf;
}

bool pt_damage_is_of_table(const struct pt_damage *d)
{
	return d->kind == PT_DAMAGE_UNREADABLE || d->kind == PT_DAMAGE_LIMIT;
}

const char *pt_damage_place(char buf[PT_WORDS_MAX], const struct pt_damage *d)
{
	if (pt_damage_is_of_table(d))
		snprintf(buf, PT_WORDS_MAX, "the level-%u table %" PRIx64, d->level, d->table.v);
	else
		snprintf(buf, PT_WORDS_MAX, "entry %" PRIu32 " of the level-%u table %" PRIx64, d->index, d->level, d->table.v);
	return buf;
}
