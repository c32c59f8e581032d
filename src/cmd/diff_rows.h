/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which row of one snapshot is which of the other: what iommu/diff.h compares. */
#ifndef IOMMU_CMD_DIFF_ROWS_H
#define IOMMU_CMD_DIFF_ROWS_H

#include "iommu/diff.h"

/* A row of a list, with its names; of those with the same names each has its number. */
struct named {
	const char *names; /* "0000:a1:00.1 PASID 0x5"; "": nothing names it */
	const char *kind;  /* what tells rows without names apart (shape.follows); "" for the others */
	const struct json *row;
	size_t at, nth;
	struct named *twin; /* of the other list; NULL: none */
};

struct named_rows {
	struct named *at;
	size_t nr;
};

/* The rows of a list, in the order of their names; of anything that is no list, none. Owned by the arena. */
struct named_rows name_rows(struct arena *arena, const struct shape *shape, const struct json *list);

/*
 * Finds each row's twin in the other list: the row of the same names, of several the one of the same number (of rows
 * without names, among those of its kind); and for what is left, where the shape follows its rows (shape.follows), the
 * row with which it has most names in common. Both lists are in the order of their names, before and after.
 */
void find_twins(struct arena *arena, const struct shape *shape, struct named_rows a, struct named_rows b);

/* Back into the order of the document. The twins of the other list's rows lead nowhere from then on. */
void sort_by_place(struct named_rows rows);

/* The member by whose items a row is followed: the first list among its names. NULL: it has none. */
const struct member_shape *shape_of_followed(const struct shape *shape);
/* The names of its items in a row, as a list of texts. */
const struct json *followed_names(struct arena *arena, const struct member_shape *member, const struct json *row);

#endif
