// SPDX-License-Identifier: GPL-2.0-or-later
/* Failures that no sentence has spoken of yet. An answer that was given without something that could not be
 * read says so at its end. */
#include "iommu/read.h"

#include <string.h>

static bool is_same(struct failure a, struct failure b)
{
	if (a.status != b.status)
		return false;
	switch (a.status) {
	case STATUS_INTERRUPTED:
		return true;
	case STATUS_MISSING:
		return a.missing && b.missing && strcmp(a.missing, b.missing) == 0;
	default:
		return a.at == b.at;
	}
}

static unsigned nr_kept(const struct unreported *list)
{
	return list->nr < MAX_UNREPORTED ? list->nr : MAX_UNREPORTED;
}

void kernel_leave_unreported(struct kernel *k, struct failure failure)
{
	struct unreported *list = &k->unreported;

	for (unsigned i = 0; i < nr_kept(list); i++) {
		if (is_same(list->at[i], failure))
			return;
	}
	if (list->nr < MAX_UNREPORTED)
		list->at[list->nr] = failure;
	list->nr++;
}

void kernel_reported(struct kernel *k, struct failure failure)
{
	struct unreported *list = &k->unreported;
	unsigned nr = nr_kept(list);

	for (unsigned i = 0; i < nr; i++) {
		if (!is_same(list->at[i], failure))
			continue;
		memmove(&list->at[i], &list->at[i + 1], (nr - i - 1) * sizeof(list->at[0]));
		list->nr--;
		return;
	}
}
