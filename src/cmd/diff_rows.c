// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which row of one snapshot is which of the other. A row is known by its names, wherever it stands. Where the names are
 * a list that may grow and shrink while the row stays what it is (the devices of a domain), rows whose names nobody
 * has are known by the most names in common.
 */
#include "diff_rows.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static const char *joined(struct arena *arena, const char *words, const char *separator, const char *more)
{
	return *words ? arena_printf(arena, "%s%s%s", words, separator, more) : more;
}

static bool is_end(const struct member_shape *member)
{
	return strcmp(member->key, "end") == 0 || strcmp(member->key, "last") == 0;
}

static const char *names_of(struct arena *arena, const struct shape *shape, const struct json *row);

/* An array of as many as the list has items. */
static const char **names_of_items(struct arena *arena, const struct shape *of, const struct json *list)
{
	const char **names = arena_alloc(arena, (list->nr + 1) * sizeof(*names));

	for (size_t i = 0; i < list->nr; i++) {
		const struct json *item = list->items[i];

		names[i] = of ? names_of(arena, of, item) : item->text ? item->text : "?";
	}
	return names;
}

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
			word = arena_join(arena, names_of_items(arena, m->of, value), value->nr, ", ");
		else if (m->kind == ID || strcmp(m->key, "irq") == 0)
			word = arena_printf(arena, "%s %s", m->key, diff_words(arena, m, value));
		else
			word = diff_words(arena, m, value);
		if (*word)
			words = joined(arena, words, is_end(m) ? "-" : " ", word);
	}
	return words;
}

static int names_and_kind(const struct named *x, const struct named *y)
{
	int order = strcmp(x->names, y->names);

	return order ? order : strcmp(x->kind, y->kind);
}

static int by_names(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = names_and_kind(x, y);

	return order ? order : x->at < y->at ? -1 : x->at > y->at;
}

static int by_place(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

struct named_rows name_rows(struct arena *arena, const struct shape *shape, const struct json *list)
{
	size_t nr = list && list->kind == JSON_LIST ? list->nr : 0;
	struct named *rows = arena_alloc(arena, (nr + 1) * sizeof(*rows));

	for (size_t i = 0; i < nr; i++) {
		const char *names = names_of(arena, shape, list->items[i]);
		const char *kind = !*names && shape->follows ? json_text(list->items[i], shape->follows) : NULL;

		rows[i] = (struct named){ names, kind ? kind : "", list->items[i], i, 0, NULL };
	}
	qsort(rows, nr, sizeof(*rows), by_names);
	for (size_t i = 1; i < nr; i++)
		rows[i].nth = names_and_kind(&rows[i], &rows[i - 1]) == 0 ? rows[i - 1].nth + 1 : 0;
	return (struct named_rows){ rows, nr };
}

void sort_by_place(struct named_rows rows)
{
	qsort(rows.at, rows.nr, sizeof(*rows.at), by_place);
}

static void pair_up(struct named *a, struct named *b)
{
	a->twin = b;
	b->twin = a;
}

/* ---- rows of the same names ---- */

static void find_same_names(struct named_rows a, struct named_rows b)
{
	size_t i = 0, j = 0;

	while (i < a.nr && j < b.nr) {
		int order = names_and_kind(&a.at[i], &b.at[j]);

		if (!order)
			order = a.at[i].nth < b.at[j].nth ? -1 : a.at[i].nth > b.at[j].nth;
		if (!order)
			pair_up(&a.at[i], &b.at[j]);
		i += order <= 0;
		j += order >= 0;
	}
}

/* ---- rows of which a name came or went ---- */

const struct member_shape *shape_of_followed(const struct shape *shape)
{
	for (size_t i = 0; i < shape->nr_members; i++) {
		const struct member_shape *m = &shape->members[i];

		if (m->role == NAME && (m->kind == LIST || m->kind == TEXTS))
			return m;
	}
	return NULL;
}

const struct json *followed_names(struct arena *arena, const struct member_shape *member, const struct json *row)
{
	const struct json *value = json_member(row, member->key);
	struct json *list = arena_alloc(arena, sizeof(*list));
	const char **names;

	*list = (struct json){ .kind = JSON_LIST };
	if (!value || value->kind != JSON_LIST)
		return list;
	names = names_of_items(arena, member->of, value);
	list->nr = value->nr;
	list->items = arena_alloc(arena, (value->nr + 1) * sizeof(*list->items));
	for (size_t i = 0; i < value->nr; i++) {
		struct json *item = arena_alloc(arena, sizeof(*item));

		*item = (struct json){ .kind = JSON_STRING, .text = names[i] };
		list->items[i] = item;
	}
	return list;
}

/* One of the names of a row that has no twin yet. */
struct mark {
	const char *name;
	struct named *row;
};

static int by_name(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->row->at < y->row->at ? -1 : x->row->at > y->row->at;
}

/* Sorted, and only those that stand in one place: a name of two rows identifies neither. */
static size_t marks_of(struct arena *arena, const struct member_shape *member, struct named_rows rows,
		       struct mark **ret)
{
	struct mark *marks;
	size_t nr = 0, kept = 0;

	for (size_t i = 0; i < rows.nr; i++) {
		const struct json *list = rows.at[i].twin ? NULL : json_member(rows.at[i].row, member->key);

		nr += list && list->kind == JSON_LIST ? list->nr : 0;
	}
	*ret = marks = arena_alloc(arena, (nr + 1) * sizeof(*marks));
	nr = 0;
	for (size_t i = 0; i < rows.nr; i++) {
		const struct json *list = rows.at[i].twin ? NULL : followed_names(arena, member, rows.at[i].row);

		for (size_t n = 0; list && n < list->nr; n++)
			marks[nr++] = (struct mark){ list->items[n]->text, &rows.at[i] };
	}
	qsort(marks, nr, sizeof(*marks), by_name);
	for (size_t i = 0; i < nr; i++) {
		bool is_alone = (i == 0 || strcmp(marks[i - 1].name, marks[i].name) != 0) &&
				(i + 1 == nr || strcmp(marks[i + 1].name, marks[i].name) != 0);

		if (is_alone && *marks[i].name)
			marks[kept++] = marks[i];
	}
	return kept;
}

/* Two rows, and how many names they have in common. */
struct kin {
	struct named *a, *b;
	size_t nr;
};

static int by_rows(const void *a, const void *b)
{
	const struct kin *x = a, *y = b;
	int order = x->a->at < y->a->at ? -1 : x->a->at > y->a->at;

	return order ? order : x->b->at < y->b->at ? -1 : x->b->at > y->b->at;
}

static int by_most(const void *a, const void *b)
{
	const struct kin *x = a, *y = b;
	int order = x->nr > y->nr ? -1 : x->nr < y->nr;

	return order ? order : by_rows(a, b);
}

static bool is_of_one_kind(const char *key, const struct named *a, const struct named *b)
{
	const char *x = json_text(a->row, key), *y = json_text(b->row, key);

	return x && y && strcmp(x, y) == 0;
}

/* Each name makes one pair at most, so the work is that of sorting the names. */
static size_t kin_of(const char *key, const struct mark *a, size_t nr_a, const struct mark *b, size_t nr_b,
		     struct kin *kin)
{
	size_t i = 0, j = 0, nr = 0, kept = 0;

	while (i < nr_a && j < nr_b) {
		int order = strcmp(a[i].name, b[j].name);

		if (!order && is_of_one_kind(key, a[i].row, b[j].row))
			kin[nr++] = (struct kin){ a[i].row, b[j].row, 1 };
		i += order <= 0;
		j += order >= 0;
	}
	qsort(kin, nr, sizeof(*kin), by_rows);
	for (i = 0; i < nr; i++) {
		if (kept && by_rows(&kin[kept - 1], &kin[i]) == 0)
			kin[kept - 1].nr++;
		else
			kin[kept++] = kin[i];
	}
	return kept;
}

static void find_most_in_common(struct arena *arena, const struct shape *shape, struct named_rows a,
				struct named_rows b)
{
	const struct member_shape *member = shape_of_followed(shape);
	struct mark *before, *after;
	size_t nr_before, nr_after, nr;
	struct kin *kin;

	if (!member)
		return;
	nr_before = marks_of(arena, member, a, &before);
	nr_after = marks_of(arena, member, b, &after);
	kin = arena_alloc(arena, (nr_before + 1) * sizeof(*kin));
	nr = kin_of(shape->follows, before, nr_before, after, nr_after, kin);
	qsort(kin, nr, sizeof(*kin), by_most);
	for (size_t i = 0; i < nr; i++) {
		if (!kin[i].a->twin && !kin[i].b->twin)
			pair_up(kin[i].a, kin[i].b);
	}
}

void find_twins(struct arena *arena, const struct shape *shape, struct named_rows a, struct named_rows b)
{
	find_same_names(a, b);
	if (shape->follows)
		find_most_in_common(arena, shape, a, b);
}
