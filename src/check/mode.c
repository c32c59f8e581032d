// SPDX-License-Identifier: GPL-2.0-or-later
/* The mode that the kernel decided on, against what its groups have. */
#include "check.h"

#include <inttypes.h>

/* One group, or some, may have another default than the kernel's: by a driver, a quirk, or through sysfs. That all
 * of several have says that something else decided. */
#define ENOUGH_GROUPS 2

static bool is_translated(int64_t type)
{
	return type == DOMAIN_DMA || type == DOMAIN_DMA_FQ;
}

bool is_same_mode(int64_t type, int64_t other)
{
	return type == other || (is_translated(type) && is_translated(other));
}

/* Groups by what their default domain says; one that is known to have none is neither. */
struct count {
	unsigned unread, known, same;
	const struct group *other; /* the first that differs */
};

static struct count count_groups(const struct inventory *inv, int64_t type)
{
	struct count count = { 0 };

	for (size_t i = 0; i < inv->groups.nr; i++) {
		const struct group *group = inv->groups.at[i];
		const struct domain *domain = group->default_domain;

		if (!group_default_is_read(group))
			count.unread++;
		if (!domain || domain->type < 0)
			continue;
		count.known++;
		if (is_same_mode(domain->type, type))
			count.same++;
		else if (!count.other)
			count.other = group;
	}
	return count;
}

/* "7 groups", "the 5 of 7 groups whose default could be read" */
static const char *groups_words(struct kernel *k, const struct count *count)
{
	size_t nr = kernel_inventory(k)->groups.nr;

	return count->unread ? arena_printf(k->arena, "the %zu of %zu groups whose default could be read",
					    nr - count->unread, nr) :
			       arena_printf(k->arena, "%zu groups", nr);
}

bool check_mode(struct kernel *k, const struct kernel_mode *mode, struct findings *ret)
{
	const struct inventory *inv = kernel_inventory(k);
	struct count count = count_groups(inv, mode->default_type);
	struct finding *finding;

	if (count.same || count.known < ENOUGH_GROUPS)
		return true;
	finding = finding_add(k, ret, FINDING_WARNING, "mode-differs",
			      "%s says that the default type is %s, and not one of %s has such a default "
			      "domain: group %" PRId64 " has one of type %s", mode->variable,
			      domain_type_name(mode->default_type), groups_words(k, &count), count.other->id,
			      domain_type_name(count.other->default_domain->type));
	finding_rests_on(k, finding, mode->variable, place_kva(mode->variable_at), "%" PRId64,
			 mode->default_type);
	finding_rests_on(k, finding, "the default domain of a group",
			 place_kva(count.other->default_domain->at), "%" PRId64,
			 count.other->default_domain->type);
	if (failed(inv->groups_failure))
		finding_unsure(ret, finding);
	return false;
}
