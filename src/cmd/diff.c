// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding what changed. Rows are compared with their twins (diff_rows.c), wherever they stand. A member that only one
 * of the two has is compared with null when one plugin wrote both, and not at all otherwise: then it may only not have
 * been told.
 */
#include "diff_rows.h"

#include <string.h>

#include "iommu/json_file.h"

/* Fields of one record. A file that is no snapshot may have any number. */
#define MAX_FIELDS 1024

struct search {
	struct diff *diff;
	const char *section;
	bool same_plugin;
};

static void compare_objects(struct search *s, const struct diff_row *row, const char *path, const struct shape *shape,
			    const struct json *a, const struct json *b, bool in_use);

/* ---- what is compared ---- */

static bool is_left_out(const struct search *s, const struct member_shape *m, bool in_use)
{
	return !s->diff->all && (m->role == LOOSE || m->role == TOLD || (m->role == IN_USE && in_use));
}

static bool is_same(const struct json *a, const struct json *b)
{
	if (a->kind != b->kind || a->nr != b->nr || a->truth != b->truth)
		return false;
	if (a->text && strcmp(a->text, b->text) != 0)
		return false;
	for (size_t i = 0; i < a->nr; i++) {
		if ((a->keys && strcmp(a->keys[i], b->keys[i]) != 0) || !is_same(a->items[i], b->items[i]))
			return false;
	}
	return true;
}

static void add_change(struct search *s, const struct diff_row *row, enum diff_kind kind, const char *member,
		       const struct member_shape *shape, const struct json *before, const struct json *after)
{
	struct change *change = arena_alloc(s->diff->arena, sizeof(*change));

	*change = (struct change){ s->section, row, kind, member, shape, before, after };
	ptrs_push(s->diff->arena, &s->diff->changes, change);
}

static void note_unknown(struct search *s, const char *what)
{
	const char *word = s->section ? arena_printf(s->diff->arena, "%s.%s", s->section, what) : what;

	if (!s->diff->unknown)
		s->diff->unknown = word;
	else if (strlen(s->diff->unknown) < 300 && !strstr(s->diff->unknown, word))
		s->diff->unknown = arena_printf(s->diff->arena, "%s, %s", s->diff->unknown, word);
}

static const char *path_to(struct search *s, const char *path, const char *key)
{
	return *path ? arena_printf(s->diff->arena, "%s.%s", path, key) : key;
}

/* Addresses in a record are as loose as any; what a number is called comes with the number. */
static void compare_fields(struct search *s, const struct diff_row *row, const char *path, const struct json *a,
			   const struct json *b)
{
	size_t nr = a->nr < MAX_FIELDS ? a->nr : MAX_FIELDS;

	for (size_t i = 0; i < nr; i++) {
		const struct json *other = json_member(b, a->keys[i]);
		bool is_address = a->items[i]->kind == JSON_STRING && strncmp(a->items[i]->text, "0x", 2) == 0;
		size_t len = strlen(a->keys[i]);
		bool is_name = len > 5 && strcmp(a->keys[i] + len - 5, "_name") == 0;

		/* Of several with one key the first is it, on both sides. */
		if (!other || is_name || json_member(a, a->keys[i]) != a->items[i] || is_same(a->items[i], other))
			continue;
		if (is_address && !s->diff->all)
			s->diff->nr_left_out++;
		else
			add_change(s, row, IS_OTHER, path_to(s, path, a->keys[i]), NULL, a->items[i], other);
	}
}

static const struct diff_row *new_row(struct search *s, const struct diff_row *outer, const struct shape *shape,
				      const struct named *named)
{
	struct diff_row *row = arena_alloc(s->diff->arena, sizeof(*row));
	const char *nameless = shape->nameless ? shape->nameless : "?";

	*row = (struct diff_row){ outer, shape, *named->names ? named->names : nameless };
	s->diff->nr_rows++;
	return row;
}

/* What is told of a row that is followed: by its names it stays what it was called before. */
static void add_other_names(struct search *s, const struct diff_row *row, const struct named *before)
{
	static const struct member_shape texts = MEMBER(NAME, TEXTS, "");
	const struct member_shape *member = shape_of_followed(row->shape);
	struct arena *arena = s->diff->arena;

	add_change(s, row, IS_OTHER, member->key, &texts, followed_names(arena, member, before->row),
		   followed_names(arena, member, before->twin->row));
}

static void compare_lists(struct search *s, const struct diff_row *outer, const struct shape *shape,
			  const struct json *a, const struct json *b)
{
	struct arena *arena = s->diff->arena;
	struct named_rows before = name_rows(arena, shape, a), after = name_rows(arena, shape, b);

	find_twins(arena, shape, before, after);
	sort_by_place(before); /* from here on only the twins of `before` lead anywhere */
	for (size_t i = 0; i < before.nr; i++) {
		const struct named *one = &before.at[i];
		const struct diff_row *row = new_row(s, outer, shape, one);

		if (!one->twin) {
			add_change(s, row, IS_GONE, NULL, NULL, one->row, NULL);
			continue;
		}
		if (strcmp(one->names, one->twin->names) != 0)
			add_other_names(s, row, one);
		compare_objects(s, row, "", shape, one->row, one->twin->row, false);
	}
	sort_by_place(after);
	for (size_t i = 0; i < after.nr; i++) {
		const struct named *one = &after.at[i];

		if (!one->twin)
			add_change(s, new_row(s, outer, shape, one), IS_NEW, NULL, NULL, NULL, one->row);
	}
}

static const struct json no_value = { .kind = JSON_NULL };

static bool is_list(const struct json *value)
{
	return value->kind == JSON_LIST;
}

static void compare_member(struct search *s, const struct diff_row *row, const char *path,
			   const struct member_shape *m, const struct json *a, const struct json *b, bool in_use)
{
	if (m->kind == LIST && (is_list(a) || is_list(b))) {
		/* A list that is not known is none that is empty. */
		if (is_list(a) && is_list(b))
			compare_lists(s, row, m->of, a, b);
		else
			add_change(s, row, IS_OTHER, path_to(s, path, m->key), m, a, b);
	} else if (m->kind == OBJECT && a->kind == JSON_OBJECT && b->kind == JSON_OBJECT) {
		compare_objects(s, row, path_to(s, path, m->key), m->of, a, b, in_use);
	} else if (m->kind == RECORD && a->kind == JSON_OBJECT && b->kind == JSON_OBJECT) {
		compare_fields(s, row, path_to(s, path, m->key), a, b);
	} else if (!is_same(a, b)) {
		add_change(s, row, IS_OTHER, path_to(s, path, m->key), m, a, b);
	}
}

static bool is_of_drivers(const struct shape *shape, const struct json *row)
{
	const char *type = shape->in_use_by ? json_text(row, shape->in_use_by) : NULL;

	return type && strncmp(type, "DMA", 3) == 0;
}

/* What every document has. */
static bool is_common(const char *key)
{
	return strcmp(key, "schema") == 0 || strcmp(key, "command") == 0 || strcmp(key, "version") == 0 ||
	       strcmp(key, "notes") == 0;
}

static void note_unknown_members(struct search *s, const struct shape *shape, const struct json *row)
{
	for (size_t i = 0; row->kind == JSON_OBJECT && i < row->nr; i++) {
		const char *key = row->keys[i];

		if (!shape_member(shape, key) && !shape->others && !is_common(key))
			note_unknown(s, key);
	}
}

static void compare_key(struct search *s, const struct diff_row *row, const char *path, const struct member_shape *m,
			const struct json *before, const struct json *after, bool in_use)
{
	if (m->role == NAME || (!before && !after))
		return;
	if ((!before || !after) && !s->same_plugin)
		return;
	if (is_left_out(s, m, in_use))
		s->diff->nr_left_out++;
	else
		compare_member(s, row, path, m, before ? before : &no_value, after ? after : &no_value, in_use);
}

/* Those of a, and those that b alone has. */
static void compare_others(struct search *s, const struct diff_row *row, const char *path, const struct shape *shape,
			   const struct json *a, const struct json *b, bool in_use)
{
	for (unsigned side = 0; side < 2; side++) {
		const struct json *from = side ? b : a;

		for (size_t i = 0; from->kind == JSON_OBJECT && i < from->nr && i < MAX_FIELDS; i++) {
			struct member_shape *m;

			if (shape_member(shape, from->keys[i]) || is_common(from->keys[i]) ||
			    (side && json_member(a, from->keys[i])))
				continue;
			m = arena_alloc(s->diff->arena, sizeof(*m));
			*m = *shape->others;
			m->key = from->keys[i];
			compare_key(s, row, path, m, json_member(a, m->key), json_member(b, m->key), in_use);
		}
	}
}

static void compare_objects(struct search *s, const struct diff_row *row, const char *path, const struct shape *shape,
			    const struct json *a, const struct json *b, bool in_use)
{
	in_use |= is_of_drivers(shape, a) && is_of_drivers(shape, b);
	note_unknown_members(s, shape, a);
	note_unknown_members(s, shape, b);
	for (size_t i = 0; i < shape->nr_members; i++) {
		const struct member_shape *m = &shape->members[i];

		compare_key(s, row, path, m, json_member(a, m->key), json_member(b, m->key), in_use);
	}
	if (shape->others)
		compare_others(s, row, path, shape, a, b, in_use);
}

/* ---- whole snapshots ---- */

const char *diff_why_no_snapshot(struct arena *arena, const struct json *root)
{
	const char *command = json_text(root, "command");
	const struct json *sections = json_member(root, "sections");

	if (command && strcmp(command, "snapshot") != 0)
		return arena_printf(arena, "it is the answer of iommu %s alone, and no snapshot", command);
	if (!command || !sections || sections->kind != JSON_OBJECT)
		return "it is JSON, and no snapshot";
	return NULL;
}

const char *diff_read(struct arena *arena, const char *path, struct diff_side *ret)
{
	const char *problem = NULL;

	*ret = (struct diff_side){ path, json_file_read(arena, path, &problem) };
	return ret->root ? diff_why_no_snapshot(arena, ret->root) : problem;
}

static void note_unknown_sections(struct search *s, const struct json *sections)
{
	for (size_t i = 0; i < sections->nr; i++) {
		if (!shape_of_verb(sections->keys[i]))
			note_unknown(s, sections->keys[i]);
	}
}

void diff_compare(struct diff *diff, const struct json *before, const struct json *after)
{
	const struct json *a = json_member(before, "sections"), *b = json_member(after, "sections");
	const char *version = json_text(before, "version"), *other = json_text(after, "version");
	struct search s = { .diff = diff, .same_plugin = version && other && strcmp(version, other) == 0 };

	note_unknown_sections(&s, a);
	note_unknown_sections(&s, b);
	for (const struct verb_shape *v = verb_shapes; v->verb; v++) {
		const struct json *x = json_member(a, v->verb), *y = json_member(b, v->verb);

		s.section = NULL;
		if (!x != !y)
			note_unknown(&s, v->verb);
		if (!x || !y)
			continue;
		s.section = v->verb;
		compare_objects(&s, NULL, "", v->shape, x, y, false);
	}
}
