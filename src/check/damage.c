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

static void rest_on(struct kernel *k, struct finding *finding, const struct pt_damage *d)
{
	char words[PT_WORDS_MAX], place[PT_WORDS_MAX];
	const char *what = arena_printf(k->arena, "%s, for IOVA %" PRIx64 " to %" PRIx64, pt_damage_place(place, d),
					d->first.v, d->last.v);

	pt_damage_words(words, d);
	if (pt_damage_is_of_table(d))
		finding_rests_on(k, finding, what, place_pa(d->table), "%s",
				 d->kind == PT_DAMAGE_UNREADABLE ? "no memory there" : words);
	else
		finding_rests_on(k, finding, what, place_pa(pa_of(d->table.v + d->index * sizeof(uint64_t))),
				 "%" PRIx64 ": %s", d->raw, words);
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
