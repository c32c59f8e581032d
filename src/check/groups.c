// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups: are they on domains of a type that the hardware takes? */
#include "check.h"

#include <inttypes.h>

#define MAX_NAMED 8

static const char *why_refused(struct kernel *k, const struct group *group)
{
	const struct vendor *vendor = group->devices.nr ?
					      kernel_vendor_of_device(k, group->devices.at[0]) : NULL;

	if (!vendor || !vendor->refuses_type || !group->domain || group->domain->type < 0)
		return NULL;
	return vendor->refuses_type(k, group->domain->type);
}

/* One finding for all groups: they have one cause. */
void check_group_types(struct kernel *k, struct findings *ret)
{
	const struct ptrs *groups = &kernel_inventory(k)->groups;
	const struct group *first = NULL;
	struct finding *finding;
	const char *names = "";
	unsigned nr = 0;

	for (size_t i = 0; i < groups->nr; i++) {
		const struct group *group = groups->at[i];

		if (!why_refused(k, group))
			continue;
		first = first ? first : group;
		if (nr++ < MAX_NAMED)
			names = arena_printf(k->arena, "%s%s%" PRId64, names, nr > 1 ? ", " : "", group->id);
	}
	if (!first)
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "refused-type",
			      "%s %s%s on %s: %s", nr == 1 ? "group" : "groups", names,
			      nr == 1 ? " is" : nr > MAX_NAMED ? ", ... are" : " are",
			      arena_printf(k->arena, nr == 1 ? "a domain of type %s" :
							       "domains of type %s",
					   domain_type_name(first->domain->type)),
			      why_refused(k, first));
	finding_rests_on(k, finding, "the group's domain", place_kva(first->domain->at), "%s",
			 domain_type_name(first->domain->type));
}
