/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the JSON document of a verb is made of, as data: every member, its type, and what it is for somebody who
 * compares two machines. The JSON Schema of a verb and the comparison of two snapshots come from the same tables, so
 * neither can know a member that the other does not. Each verb's table is src/cmd/shape_VERB.c; shapes.c lists
 * them. The members that every document has (schema, command, version, notes) are in none of them.
 *
 * Adding a member to a document: a row here. The tests hold every document of theirs to these tables.
 */
#ifndef IOMMU_SHAPE_H
#define IOMMU_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

enum member_kind {
	FLAG,	 /* true or false */
	COUNT,	 /* a number */
	ID,	 /* a number that people write in hex */
	BYTES,	 /* a number of bytes */
	HEX,	 /* "0x..." */
	TEXT,
	TEXTS,	 /* lists of these */
	NUMBERS,
	IDS,
	HEXES,
	PAGES,	 /* numbers of pages under their size: {"0x1000": 12} */
	RECORD,	 /* the fields of a hardware record, under the keys of its table (iommu/record.h) */
	OBJECT,	 /* of a shape */
	LIST,	 /* of objects of a shape */
};

enum member_role {
	FACT,	/* two machines, or two boots of one, that differ in it differ */
	NAME,	/* identifies the row: rows are compared with those that have the same names */
	LOOSE,	/* differs on every boot: addresses, pids, counters */
	IN_USE,	/* the same where drivers map and unmap as they work; a fact where somebody else does (in_use_by) */
	TOLD,	/* a fact that another member, or another verb, tells already */
};

struct shape;

struct member_shape {
	enum member_role role;
	enum member_kind kind;
	bool may_be_null;
	const char *key;
	const struct shape *of; /* of an OBJECT or a LIST */
};

#define MEMBER(role_, kind_, key_)	       { role_, kind_, false, key_, NULL }
#define MAYBE(role_, kind_, key_)	       { role_, kind_, true, key_, NULL }
#define MEMBER_OF(role_, kind_, key_, of_)     { role_, kind_, false, key_, &(of_) }
#define MAYBE_OF(role_, kind_, key_, of_)      { role_, kind_, true, key_, &(of_) }
#define MEMBERS(array_) .members = (array_), .nr_members = sizeof(array_) / sizeof((array_)[0])

struct shape {
	const char *noun;      /* what a row is: "domain of"; NULL: its names say it */
	const char *nameless;  /* stands for the names of a row that has none; NULL: "?" */
	const char *says;      /* the keys that tell of a row which is new or gone; NULL: all its facts */
	/*
	 * A row whose names are a list stays the same row when some of them come or go. This member says what cannot
	 * change while it does (the type of a domain): of rows that are alike in it, those with most names in common
	 * are compared. NULL: rows of other names are other rows.
	 */
	const char *follows;
	const char *in_use_by; /* the member that decides on IN_USE ones: the type of a domain */
	const struct member_shape *members;
	size_t nr_members;
	/* What a member is whose key is in no row, since a vendor gives it; NULL: there is none such. */
	const struct member_shape *others;
};

/* Of a page of memory, wherever a document has one. */
extern const struct shape page_shape;

extern const struct shape acpi_shape, check_shape, commands_shape, devices_shape, domains_shape, dte_shape,
	events_shape, fault_shape, galog_shape, groups_shape, iova_shape, irt_shape, map_shape, owner_shape, ppr_shape,
	status_shape, units_shape, walk_shape, who_shape;

/* The verbs in the order in which one would tell what changed. NULL name: the end. */
struct verb_shape {
	const char *verb;
	const struct shape *shape;
};
extern const struct verb_shape verb_shapes[];

/* NULL: the verb has no shape. */
const struct shape *shape_of_verb(const char *verb);
const struct member_shape *shape_member(const struct shape *shape, const char *key);

#endif
