// SPDX-License-Identifier: GPL-2.0-or-later
/* What of a page table the hardware cannot have been given so: entries that it refuses, tables where there is no
 * memory or that stand on the path to themselves, large pages of which entries are missing. What the dump does not have
 * is no damage. */
#include "check.h"

#include <inttypes.h>

static bool is_damage(const struct pt_damage *d)
{
	return d->kind != PT_DAMAGE_UNREADABLE || d->status == STATUS_BAD_ADDRESS;
}

void damage_take(struct table_damage *ret, const struct pt_damage *d)
{
	if (is_damage(d) && ret->nr++ < DAMAGE_NAMED)
		ret->first[ret->nr - 1] = *d;
}

static const char *fault_words(struct kernel *k, const struct pt_entry *entry)
{
	switch (entry->fault) {
	case PT_FAULT_RESERVED_BIT:
		return arena_printf(k->arena, "bit %u must be zero and is set", entry->fault_bit);
	case PT_FAULT_LEVEL:
		return arena_printf(k->arena, "it leads to level %u, which cannot follow", entry->next_level);
	case PT_FAULT_SIZE:
		return "it says a size of page that its level cannot have";
	case PT_FAULT_NONE:
		break;
	}
	return "the hardware refuses it";
}

static const char *what_of(struct kernel *k, const struct pt_damage *d)
{
	switch (d->kind) {
	case PT_DAMAGE_UNREADABLE:
		return "there is no memory where the table should be";
	case PT_DAMAGE_ENTRY:
		return fault_words(k, &d->entry);
	case PT_DAMAGE_LOOP:
		return arena_printf(k->arena, "it leads back to the table of level %u above it", d->loop_level);
	case PT_DAMAGE_REPLICA:
		return "other entries of the same large page do not have it";
	case PT_DAMAGE_LIMIT:
		break;
	}
	return "there are more tables than the machine has pages: the rest was not looked at";
}

/* No entry of it is to blame. */
static bool is_of_whole_table(const struct pt_damage *d)
{
	return d->kind == PT_DAMAGE_UNREADABLE || d->kind == PT_DAMAGE_LIMIT;
}

/* "entry 5 of the level-1 table 355c000" */
static const char *where_of(struct kernel *k, const struct pt_damage *d)
{
	if (is_of_whole_table(d))
		return arena_printf(k->arena, "the level-%u table %" PRIx64, d->level, d->table.v);
	return arena_printf(k->arena, "entry %" PRIu32 " of the level-%u table %" PRIx64, d->index, d->level, d->table.v);
}

static void rest_on(struct kernel *k, struct finding *finding, const struct pt_damage *d)
{
	const char *what = arena_printf(k->arena, "%s, for IOVA %" PRIx64 " to %" PRIx64, where_of(k, d), d->first.v,
					d->last.v);

	if (is_of_whole_table(d))
		finding_rests_on(k, finding, what, place_pa(d->table), "%s", what_of(k, d));
	else
		finding_rests_on(k, finding, what, place_pa(pa_of(d->table.v + d->index * sizeof(uint64_t))),
				 "%" PRIx64 ": %s", d->raw, what_of(k, d));
}

void damage_tell(struct kernel *k, const struct space *space, const struct table_damage *damage, struct findings *ret)
{
	struct finding *finding;

	if (!damage->nr)
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "damaged-table", "%s: its page tables are damaged at %" PRIu64
			      " place%s, first where IOVA %" PRIx64 " is looked up", space_name(k, space), damage->nr,
			      damage->nr == 1 ? "" : "s", damage->first[0].first.v);
	for (uint64_t i = 0; i < damage->nr && i < DAMAGE_NAMED; i++)
		rest_on(k, finding, &damage->first[i]);
}
