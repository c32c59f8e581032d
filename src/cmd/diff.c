// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding what changed. Rows are compared with the rows of the same names, wherever they stand; of several with the
 * same names the first with the first. A member that only one of the two has is compared with null when one plugin
 * wrote both, and not at all otherwise: then it may only not have been told.
 */
#include "iommu/diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fields of one record. A file that is no snapshot may have any number. */
#define MAX_FIELDS 1024

struct search {
	struct diff *diff;
	const char *section;
	bool same_plugin;
};

static void compare_objects(struct search *s, const struct diff_row *row, const char *path, const struct shape *shape,
			    const struct json *a, const struct json *b, bool in_use);

/* ---- names ---- */

static const char *joined(struct arena *arena, const char *words, const char *separator, const char *more)
{
	return *words ? arena_printf(arena, "%s%s%s", words, separator, more) : more;
}

static const char *names_of(struct arena *arena, const struct shape *shape, const struct json *row);

static const char *names_of_list(struct arena *arena, const struct shape *of, const struct json *list)
{
	const char **names = arena_alloc(arena, (list->nr + 1) * sizeof(*names));

	for (size_t i = 0; i < list->nr; i++) {
		const struct json *item = list->items[i];

		names[i] = of ? names_of(arena, of, item) : item->text ? item->text : "?";
	}
	return arena_join(arena, names, list->nr, ", ");
}

/* "0000:a1:00.1 PASID 0x5"; "" when nothing names it. */
static const char *names_of(struct arena *arena, const struct shape *shape, const struct json *row)
{
	const char *words = "";

	for (size_t i = 0; i < shape->nr_members; i++) {
		const struct member_shape *m = &shape->members[i];
		const struct json *value = m->role == NAME ? json_member(row, m->key) : NULL;
		const char *word;

		if (!value || value->kind == JSON_NULL)
			continue;
		if (value->kind == JSON_LIST)
			word = names_of_list(arena, m->of, value);
		else if (m->kind == ID || strcmp(m->key, "irq") == 0)
			word = arena_printf(arena, "%s %s", m->key, diff_words(arena, m, value));
		else
			word = diff_words(arena, m, value);
		if (*word)
			words = joined(arena, words, strcmp(m->key, "end") == 0 || strcmp(m->key, "last") == 0 ? "-" : " ",
				       word);
	}
	return words;
}

/* A row of a list, with its names; of those with the same names each has its number. */
struct named {
	const char *names;
	const struct json *row;
	size_t at, nth;
	struct named *twin; /* of the other list; NULL: none */
};

static int by_names(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(x->names, y->names);

	return order ? order : x->at < y->at ? -1 : x->at > y->at;
}

static int by_place(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static struct named *name_rows(struct arena *arena, const struct shape *shape, const struct json *list, size_t *ret_nr)
{
	size_t nr = list && list->kind == JSON_LIST ? list->nr : 0;
	struct named *rows = arena_alloc(arena, (nr + 1) * sizeof(*rows));

	for (size_t i = 0; i < nr; i++)
		rows[i] = (struct named){ names_of(arena, shape, list->items[i]), list->items[i], i, 0, NULL };
	qsort(rows, nr, sizeof(*rows), by_names);
	for (size_t i = 1; i < nr; i++)
		rows[i].nth = strcmp(rows[i].names, rows[i - 1].names) == 0 ? rows[i - 1].nth + 1 : 0;
	*ret_nr = nr;
	return rows;
}

/* Both in the order of their names. */
static void find_twins(struct named *a, size_t nr_a, struct named *b, size_t nr_b)
{
	size_t i = 0, j = 0;

	while (i < nr_a && j < nr_b) {
		int order = strcmp(a[i].names, b[j].names);

		if (!order)
			order = a[i].nth < b[j].nth ? -1 : a[i].nth > b[j].nth;
		if (!order) {
			a[i].twin = &b[j];
			b[j].twin = &a[i];
		}
		i += order <= 0;
		j += order >= 0;
	}
}

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

static void compare_lists(struct search *s, const struct diff_row *outer, const struct shape *shape,
			  const struct json *a, const struct json *b)
{
	struct arena *arena = s->diff->arena;
	size_t nr_a, nr_b;
	struct named *before = name_rows(arena, shape, a, &nr_a);
	struct named *after = name_rows(arena, shape, b, &nr_b);

	find_twins(before, nr_a, after, nr_b);
	/* Rows move when they are put back in their order: from here on only the twins of `before` lead anywhere. */
	qsort(before, nr_a, sizeof(*before), by_place);
	for (size_t i = 0; i < nr_a; i++) {
		struct diff_row *row = arena_alloc(arena, sizeof(*row));
		const char *names = *before[i].names ? before[i].names : shape->nameless ? shape->nameless : "?";

		*row = (struct diff_row){ outer, shape, names };
		s->diff->nr_rows++;
		if (before[i].twin)
			compare_objects(s, row, "", shape, before[i].row, before[i].twin->row, false);
		else
			add_change(s, row, IS_GONE, NULL, NULL, before[i].row, NULL);
	}
	qsort(after, nr_b, sizeof(*after), by_place);
	for (size_t i = 0; i < nr_b; i++) {
		struct diff_row *row;

		if (after[i].twin)
			continue;
		row = arena_alloc(arena, sizeof(*row));
		*row = (struct diff_row){ outer, shape,
					  *after[i].names ? after[i].names : shape->nameless ? shape->nameless : "?" };
		s->diff->nr_rows++;
		add_change(s, row, IS_NEW, NULL, NULL, NULL, after[i].row);
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
