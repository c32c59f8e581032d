/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A JSON document as a tree, for the few places that read one: snapshots that were written earlier. It comes from a
 * file that anybody may have written, so its depth is bounded, and what is wrong with it is said with its place.
 */
#ifndef IOMMU_JSON_TREE_H
#define IOMMU_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "iommu/arena.h"

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_LIST, JSON_OBJECT };

struct json {
	enum json_kind kind;
	bool truth;	       /* of a BOOL */
	const char *text;      /* of a STRING, and of a NUMBER as it was written */
	size_t nr;	       /* of a LIST and of an OBJECT: */
	struct json **items;
	const char **keys;     /* of an OBJECT, beside its items */
};

#define JSON_DEPTH_MAX 64

struct json_reader;

/* All in the arena. Bytes may come in pieces of any length. */
struct json_reader *json_reader_new(struct arena *arena);
/* False when the document is wrong: then more of it is not looked at. */
bool json_reader_feed(struct json_reader *reader, const char *bytes, size_t len);
/* The tree; NULL when the document is wrong or does not end, with the reason in words. */
const struct json *json_reader_finish(struct json_reader *reader, const char **ret_problem);

/* The member of that key; NULL: there is none, or it is no object. The first of several. */
const struct json *json_member(const struct json *object, const char *key);
/* The text of a string member; NULL where there is none. */
const char *json_text(const struct json *object, const char *key);

#endif
