// SPDX-License-Identifier: GPL-2.0-or-later
/* What changed, in words and as JSON. */
#include "iommu/diff.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "iommu/amounts.h"

/* Lines about rows that came or went, of one kind in one place. */
#define MAX_LINES 16

/* ---- values ---- */

static uint64_t number_of(const struct json *value)
{
	return value && value->text ? strtoull(value->text, NULL, 0) : 0;
}

static const char *page_words(struct arena *arena, const struct json *pages)
{
	const char *words = "";
	char word[WORD_MAX];

	for (size_t i = 0; i < pages->nr; i++) {
		uint64_t size = strtoull(pages->keys[i], NULL, 0);

		words = arena_printf(arena, "%s%s%s x %s", words, *words ? ", " : "", word_size(word, size),
				     pages->items[i]->text ? pages->items[i]->text : "?");
	}
	return *words ? words : "none";
}

static const char *list_words(struct arena *arena, enum member_kind kind, const struct json *list)
{
	const struct member_shape item = { FACT, kind == IDS ? ID : kind == NUMBERS ? COUNT : kind == HEXES ? HEX : TEXT,
					   false, "", NULL };
	const char *words = "";

	for (size_t i = 0; i < list->nr && i < MAX_LINES; i++)
		words = arena_printf(arena, "%s%s%s", words, *words ? ", " : "", diff_words(arena, &item, list->items[i]));
	if (list->nr > MAX_LINES)
		words = arena_printf(arena, "%s and %zu more", words, list->nr - MAX_LINES);
	return *words ? words : "none";
}

static const char *object_words(struct arena *arena, const struct shape *shape, const struct json *object);

const char *diff_words(struct arena *arena, const struct member_shape *shape, const struct json *value)
{
	enum member_kind kind = shape ? shape->kind : TEXT;
	char word[WORD_MAX];

	if (!value || value->kind == JSON_NULL) /* there is none, or it is not known: null does not say which */
		return "-";
	if (value->kind == JSON_BOOL)
		return value->truth ? "yes" : "no";
	if (value->kind == JSON_OBJECT)
		return kind == PAGES ? page_words(arena, value) :
		       shape && shape->of ? object_words(arena, shape->of, value) : "a record";
	if (value->kind == JSON_LIST)
		return shape && shape->of ? arena_printf(arena, "%zu", value->nr) : list_words(arena, kind, value);
	if (value->kind == JSON_NUMBER && kind == ID)
		return arena_printf(arena, "0x%" PRIx64, number_of(value));
	if (value->kind == JSON_NUMBER && kind == BYTES)
		return arena_strdup(arena, word_amount(word, number_of(value)));
	if (value->kind == JSON_STRING && (kind == HEX || !shape) && strncmp(value->text, "0x", 2) == 0)
		return value->text + 2;
	return value->text;
}

/* "entry.domain_id": "entry domain id"; of bytes: "mapped". */
static const char *member_words(struct arena *arena, const char *member)
{
	char *words = arena_strdup(arena, member);
	size_t len = strlen(words);

	if (len > 6 && strcmp(words + len - 6, "_bytes") == 0)
		words[len - 6] = '\0';
	for (char *c = words; *c; c++) {
		if (*c == '_' || *c == '.')
			*c = ' ';
	}
	return words;
}

/* ---- rows that are new or gone ---- */

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += len) {
		if ((at == words || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	}
	return false;
}

/* "type unmanaged", "20.1 MiB", "read", "no write" */
static const char *named_words(struct arena *arena, const struct member_shape *m, const struct json *value)
{
	const char *name = member_words(arena, m->key);

	if (value->kind == JSON_BOOL)
		return value->truth ? name : arena_printf(arena, "no %s", name);
	if (strcmp(name, "bytes") == 0)
		return diff_words(arena, m, value);
	return arena_printf(arena, "%s %s", name, diff_words(arena, m, value));
}

/* What a row says of itself: "type unmanaged, format amdv1, mapped 20.1 MiB". A text or verdict stands alone. */
static const char *object_words(struct arena *arena, const struct shape *shape, const struct json *object)
{
	const char *words = "";

	for (size_t i = 0; i < shape->nr_members; i++) {
		const struct member_shape *m = &shape->members[i];
		const struct json *value = json_member(object, m->key);
		bool is_told = shape->says ? has_word(shape->says, m->key) : m->role == FACT && m->kind < PAGES;
		bool alone = m->kind == TEXT && (strcmp(m->key, "text") == 0 || strcmp(m->key, "verdict") == 0 ||
						 strcmp(m->key, "summary") == 0);

		if (!is_told || !value || value->kind == JSON_NULL)
			continue;
		words = arena_printf(arena, "%s%s%s", words, *words ? ", " : "",
				     alone || m->kind == OBJECT ? diff_words(arena, m, value) :
								  named_words(arena, m, value));
	}
	return words;
}

/* ---- changes as lines ---- */

static const char *row_words(struct arena *arena, const struct diff_row *row)
{
	const char *words = "";

	for (; row; row = row->outer)
		words = arena_printf(arena, "%s%s%s%s%s", row->shape->noun ? row->shape->noun : "",
				     row->shape->noun ? " " : "", row->names, *words ? ", " : "", words);
	return words;
}

/* Of two lists of plain values: what came, and what went. */
static const char *set_words(struct arena *arena, const struct change *c)
{
	struct json more = { .kind = JSON_LIST }, less = { .kind = JSON_LIST };
	struct json *const lists[2] = { &less, &more };
	const struct json *const from[2] = { c->before, c->after };
	const char *words = "";

	for (unsigned side = 0; side < 2; side++) {
		lists[side]->items = arena_alloc(arena, (from[side]->nr + 1) * sizeof(*lists[side]->items));
		for (size_t i = 0; i < from[side]->nr; i++) {
			const struct json *other = from[!side];
			size_t j = 0;

			while (j < other->nr && !(other->items[j]->text && from[side]->items[i]->text &&
						  strcmp(other->items[j]->text, from[side]->items[i]->text) == 0))
				j++;
			if (j == other->nr)
				lists[side]->items[lists[side]->nr++] = from[side]->items[i];
		}
	}
	if (more.nr)
		words = arena_printf(arena, "%s came", list_words(arena, c->shape->kind, &more));
	if (less.nr)
		words = arena_printf(arena, "%s%s%s went", words, *words ? ", " : "",
				     list_words(arena, c->shape->kind, &less));
	return *words ? words : "in another order";
}

/* A row without names cannot be followed: of its kind there is one more, or one less. */
static const char *word_of_kind(const struct change *c)
{
	bool is_nameless = c->row->names == c->row->shape->nameless;

	if (c->kind == IS_NEW)
		return is_nameless ? "one more" : "new";
	return is_nameless ? "one less" : "gone";
}

static const char *change_words(struct arena *arena, const struct change *c)
{
	const char *before, *after;

	if (c->kind == IS_NEW || c->kind == IS_GONE) {
		const char *says = object_words(arena, c->row->shape, c->kind == IS_NEW ? c->after : c->before);

		return arena_printf(arena, "%s%s%s", word_of_kind(c), *says ? ": " : "", says);
	}
	if (c->before->kind == JSON_LIST && c->after->kind == JSON_LIST && c->shape && !c->shape->of)
		return arena_printf(arena, "%s %s", member_words(arena, c->member), set_words(arena, c));
	before = diff_words(arena, c->shape, c->before);
	after = diff_words(arena, c->shape, c->after);
	if (strcmp(before, after) == 0 && c->before->text && c->after->text) { /* amounts that are rounded alike */
		before = c->before->text;
		after = c->after->text;
	}
	return arena_printf(arena, "%s %s, now %s", member_words(arena, c->member), before, after);
}

static const char *label_of(struct arena *arena, const char *section)
{
	char *label = arena_strdup(arena, section);

	for (char *c = label; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return label;
}

static bool is_same_row(const struct change *a, const struct change *b)
{
	return a->row == b->row && a->section == b->section;
}

/* Rows that came or went beside each other, of one shape in one row. */
static bool is_same_kind(const struct change *a, const struct change *b)
{
	return a->kind == b->kind && a->kind != IS_OTHER && a->section == b->section && a->row->shape == b->row->shape &&
	       a->row->outer == b->row->outer;
}

static void say_changes(struct sink *sink, const struct diff *diff)
{
	struct arena *arena = diff->arena;
	const struct change *last = NULL;
	size_t alike = 0;

	for (size_t i = 0; i < diff->changes.nr;) {
		const struct change *c = diff->changes.at[i];
		const char *whose = row_words(arena, c->row), *words = "";
		const char *label = !last || last->section != c->section ? label_of(arena, c->section) : "";
		size_t next = i;

		alike = last && is_same_kind(last, c) ? alike + 1 : 0;
		for (; next < diff->changes.nr && is_same_row(c, diff->changes.at[next]); next++)
			words = arena_printf(arena, "%s%s%s", words, *words ? "; " : "",
					     change_words(arena, diff->changes.at[next]));
		last = c;
		i = next;
		if (alike < MAX_LINES) {
			sink_say(sink, label, "%s%s%s", whose, *whose ? ": " : "", words);
			continue;
		}
		while (i < diff->changes.nr && is_same_kind(last, diff->changes.at[i]))
			i++, alike++;
		sink_say(sink, "", "and %zu more that are %s", alike - MAX_LINES + 1,
			 c->kind == IS_NEW ? "new" : "gone");
		last = diff->changes.at[i - 1];
	}
}

/* ---- JSON ---- */

/* A key comes out of a file that anybody may have written: as in strings, what is not printable ASCII is not shown. */
static const char *clean_key(struct arena *arena, const char *key)
{
	char *clean = arena_strdup(arena, key);

	for (char *c = clean; *c; c++)
		*c = *c >= ' ' && *c <= '~' ? *c : '?';
	return clean;
}

static void put_value(struct sink *sink, const char *key, const struct json *value)
{
	if (!value || value->kind == JSON_NULL) {
		sink_null(sink, key);
	} else if (value->kind == JSON_BOOL) {
		sink_bool(sink, key, value->truth);
	} else if (value->kind == JSON_NUMBER) {
		sink_count(sink, key, number_of(value));
	} else if (value->kind == JSON_STRING) {
		sink_string(sink, key, value->text);
	} else if (value->kind == JSON_LIST) {
		sink_list(sink, key);
		for (size_t i = 0; i < value->nr; i++)
			put_value(sink, NULL, value->items[i]);
		sink_list_end(sink);
	} else {
		sink_begin(sink, key);
		for (size_t i = 0; i < value->nr; i++)
			put_value(sink, clean_key(sink->arena, value->keys[i]), value->items[i]);
		sink_end(sink);
	}
}

static void put_change(struct sink *sink, const struct diff *diff, const struct change *c)
{
	static const char *const kinds[] = { [IS_NEW] = "new", [IS_GONE] = "gone", [IS_OTHER] = "changed" };

	sink_row(sink);
	sink_string(sink, "section", c->section);
	sink_string(sink, "what", c->row && c->row->shape->noun ? c->row->shape->noun : NULL);
	sink_string(sink, "key", c->row ? c->row->names : NULL);
	sink_string(sink, "of", c->row && c->row->outer ? row_words(diff->arena, c->row->outer) : NULL);
	sink_string(sink, "change", kinds[c->kind]);
	sink_string(sink, "member", c->member);
	put_value(sink, "before", c->before);
	put_value(sink, "after", c->after);
	sink_row_end(sink);
}

/* ---- all of it ---- */

static const char *time_words(struct arena *arena, const struct json *root)
{
	const struct json *taken = json_member(root, "taken");
	time_t at = (time_t)number_of(taken);
	char words[40];
	struct tm tm;

	if (!taken || taken->kind != JSON_NUMBER || !gmtime_r(&at, &tm) ||
	    !strftime(words, sizeof(words), "%Y-%m-%d %H:%M:%S UTC", &tm))
		return "at a time that is not known";
	return arena_strdup(arena, words);
}

/* By the notes of a verb's document: part of what it looked for was not there to be read. */
static bool is_not_whole(const struct json *document)
{
	static const char *const codes[] = { "not-in-dump", "bad-address", "unmapped", "interrupted", "missing", "damaged",
					     "too-much", "more-failures", "table-not-in-dump", "table-damaged", "no-types",
					     "wrong-namelist", "zero-excluded", "no-library", "not-mapped-by-host",
					     "entry-not-read", "owner-not-known", "illegible", "suppressed", "overflow",
					     "log-begins-late" };
	const struct json *notes = json_member(document, "notes");

	for (size_t i = 0; notes && notes->kind == JSON_LIST && i < notes->nr; i++) {
		const char *code = json_text(notes->items[i], "code");

		for (size_t c = 0; code && c < sizeof(codes) / sizeof(codes[0]); c++) {
			if (strcmp(codes[c], code) == 0)
				return true;
		}
	}
	return false;
}

/* Rows that were not read are told as new or gone: which verbs that may be true of. */
static void put_not_whole(struct sink *sink, struct arena *arena, const struct json *root)
{
	const struct json *sections = json_member(root, "sections");
	const char *words = "";

	sink_list(sink, "not_whole");
	for (const struct verb_shape *v = verb_shapes; v->verb; v++) {
		if (!is_not_whole(json_member(sections, v->verb)))
			continue;
		sink_string(sink, NULL, v->verb);
		words = arena_printf(arena, "%s%s%s", words, *words ? ", " : "", v->verb);
	}
	sink_list_end(sink);
	if (*words)
		sink_say(sink, "", "not all could be read of %s: what differs there may be only that", words);
}

static void put_side(struct sink *sink, struct arena *arena, const char *key, const char *label,
		     const struct diff_side *side)
{
	const struct json *kernel = json_member(side->root, "kernel");
	const char *release = json_text(kernel, "release"), *host = json_text(kernel, "host");
	const char *plugin = json_text(side->root, "plugin");

	sink_begin(sink, key);
	sink_string(sink, "name", side->name);
	sink_string(sink, "release", release);
	sink_string(sink, "host", host);
	put_value(sink, "taken", json_member(side->root, "taken"));
	sink_string(sink, "plugin", plugin);
	sink_say(sink, label, "%s: Linux %s%s%s, %s, by %s", side->name, release ? release : "of a release not known",
		 host ? " on " : "", host ? host : "", time_words(arena, side->root), plugin ? plugin : "?");
	put_not_whole(sink, arena, side->root);
	sink_end(sink);
}

void diff_tell(struct sink *sink, const struct diff *diff, const struct diff_side *before, const struct diff_side *after)
{
	put_side(sink, diff->arena, "a", "A", before);
	put_side(sink, diff->arena, "b", "B", after);
	sink_list(sink, "changes");
	for (size_t i = 0; i < diff->changes.nr; i++)
		put_change(sink, diff, diff->changes.at[i]);
	sink_list_end(sink);
	say_changes(sink, diff);
	sink_count(sink, "compared", diff->nr_rows);
	sink_count(sink, "left_out", diff->nr_left_out);
	sink_heading(sink, "%zu difference%s in %" PRIu64 " rows%s", diff->changes.nr,
		     diff->changes.nr == 1 ? "" : "s", diff->nr_rows,
		     diff->all ? "" : "; addresses, pids and counters are not compared (-v does)");
	if (diff->unknown)
		sink_note(sink, NOTE_WARNING, "not-compared",
			  "not compared, since only one of the two has it or this plugin does not know it: %s",
			  diff->unknown);
}
