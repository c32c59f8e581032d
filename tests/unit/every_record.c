// SPDX-License-Identifier: GPL-2.0-or-later
/* The lists of records, of every vendor and of none, as one. */
#include "every_record.h"

static const struct record *nth_of(const struct record *const *list, unsigned *nth)
{
	for (; list && *list; list++) {
		if ((*nth)-- == 0)
			return *list;
	}
	return NULL;
}

const struct record *record_nth(unsigned nth)
{
	const struct record *record = nth_of(common_records, &nth);

	for (unsigned v = 0; !record && nth_vendor(v); v++)
		record = nth_of(nth_vendor(v)->records, &nth);
	return record;
}

bool record_is_listed(const struct record *record)
{
	FOR_EACH_RECORD(listed)
	{
		if (listed == record)
			return true;
	}
	return false;
}
