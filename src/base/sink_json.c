// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON sink, on yajl's generator: a well-formed document written as it grows, with its
 * memory on the command's arena, since a print may not return (see arena.h). Notes wait in the
 * arena until the document closes.
 */
#include "iommu/digits.h"
#include "iommu/sink.h"
#include "iommu/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>

#define SCHEMA 1

/* A hostile dump can cause a note per table entry; what is over this is counted. */
#define NOTES_MAX 1000

/* The generator prints a few bytes at a time. A document that is broken off (a print that does not
 * return) is no document anyway: nothing is lost with what is held back here. */
#define HELD_BYTES ((size_t)32 * 1024)

struct note {
	struct note *next;
	enum severity severity;
	const char *code, *text;
};

struct json_sink {
	struct sink sink;
	struct json_sink *around; /* the document that this one stands in, or NULL */
	const char *key;	  /* under which it stands there; NULL: in a list */
	yajl_gen gen;
	char *held; /* HELD_BYTES */
	size_t nr_held;
	char *clean; /* a string being cleaned; grows, and is used again */
	size_t clean_room;
	struct note *first_note, **last_note;
	size_t nr_notes;
};

static struct json_sink *json_of(struct sink *sink)
{
	return (struct json_sink *)sink;
}

static void put_string(struct json_sink *j, const char *text)
{
	yajl_gen_string(j->gen, (const unsigned char *)text, strlen(text));
}

static void put_key(struct json_sink *j, const char *key)
{
	if (key)
		put_string(j, key);
}

/* The generator prints a "number" as it comes, without looking for what must be escaped. */
static void put_hex(struct json_sink *j, uint64_t value)
{
	char text[4 + DIGITS_MAX] = { '"', '0', 'x' };
	size_t len = 3 + digits_hex(text + 3, value);

	text[len++] = '"';
	yajl_gen_number(j->gen, text, len);
}

static void json_begin(struct sink *sink, const char *key)
{
	put_key(json_of(sink), key);
	yajl_gen_map_open(json_of(sink)->gen);
}

static void json_end(struct sink *sink)
{
	yajl_gen_map_close(json_of(sink)->gen);
}

static void json_list(struct sink *sink, const char *key)
{
	put_key(json_of(sink), key);
	yajl_gen_array_open(json_of(sink)->gen);
}

static void json_list_end(struct sink *sink)
{
	yajl_gen_array_close(json_of(sink)->gen);
}

static void json_row(struct sink *sink)
{
	json_begin(sink, NULL);
}

static void json_bool(struct sink *sink, const char *key, bool value)
{
	put_key(json_of(sink), key);
	yajl_gen_bool(json_of(sink)->gen, value);
}

static void json_count(struct sink *sink, const char *key, uint64_t value)
{
	char digits[DIGITS_MAX];

	put_key(json_of(sink), key);
	yajl_gen_number(json_of(sink)->gen, digits, digits_decimal(digits, value));
}

static void json_hex(struct sink *sink, const char *key, uint64_t value)
{
	put_key(json_of(sink), key);
	put_hex(json_of(sink), value);
}

/* Names come out of a dump: what is not printable ASCII would make the document invalid. */
static void put_foreign_string(struct json_sink *j, const char *text)
{
	size_t len = strlen(text);

	if (len > j->clean_room) {
		j->clean_room = 2 * len;
		j->clean = arena_alloc(j->sink.arena, j->clean_room);
	}
	for (size_t i = 0; i < len; i++)
		j->clean[i] = (char)(text[i] >= ' ' && text[i] <= '~' ? text[i] : '?');
	yajl_gen_string(j->gen, (const unsigned char *)j->clean, len);
}

static void json_string(struct sink *sink, const char *key, const char *value)
{
	put_key(json_of(sink), key);
	if (value)
		put_foreign_string(json_of(sink), value);
	else
		yajl_gen_null(json_of(sink)->gen);
}

static void json_encryption(struct sink *sink, const struct field *field, const uint64_t *words,
			    uint64_t enc_mask)
{
	char key[64];

	if (!field->physical || !enc_mask)
		return;
	snprintf(key, sizeof(key), "%s_encrypted", field->key);
	json_bool(sink, key, field_is_encrypted(field, words, enc_mask));
}

static void json_field(struct sink *sink, const struct record *record, const struct field *field,
		       const uint64_t *words, uint64_t enc_mask)
{
	const char *name = field_name_of_value(record, field, words);
	uint64_t value = field_value(field, words, enc_mask);
	char name_key[64];

	switch (field->kind) {
	case FIELD_FLAG:
		json_bool(sink, field->key, value != 0);
		break;
	case FIELD_NUMBER:
	case FIELD_ID:
		json_count(sink, field->key, value);
		break;
	case FIELD_ADDRESS:
		json_hex(sink, field->key, value);
		json_encryption(sink, field, words, enc_mask);
		break;
	case FIELD_RESERVED:
	case FIELD_IGNORED:
		return;
	}
	if (name && field->kind != FIELD_FLAG) {
		snprintf(name_key, sizeof(name_key), "%s_name", field->key);
		json_string(sink, name_key, name);
	}
}

static void put_unnamed_bits(struct sink *sink, const struct record *record, const uint64_t *words)
{
	int bit = record_next_reserved(record, words, 0);

	if (bit < 0)
		return;
	json_list(sink, "unnamed_bits_set");
	for (; bit >= 0; bit = record_next_reserved(record, words, bit + 1))
		json_count(sink, NULL, (uint64_t)bit);
	json_list_end(sink);
}

static void json_record(struct sink *sink, const char *key, const struct record *record,
			const uint64_t *words, uint64_t enc_mask, bool on_screen)
{
	int reserved = record_reserved_bit(record, words);

	(void)on_screen;
	json_begin(sink, key);
	for (size_t i = 0; i < record->nr_fields; i++)
		json_field(sink, record, &record->fields[i], words, enc_mask);
	if (reserved >= 0)
		json_count(sink, "reserved_bit_set", (uint64_t)reserved);
	if (record->unnamed)
		put_unnamed_bits(sink, record, words);
	json_end(sink);
}

static void json_words(struct sink *sink, const char *key, const uint64_t *words, size_t nr_words,
		       bool on_screen)
{
	(void)on_screen;
	json_list(sink, key);
	for (size_t i = 0; i < nr_words; i++)
		put_hex(json_of(sink), words[i]);
	json_list_end(sink);
}

static void json_note(struct sink *sink, enum severity severity, const char *code,
		      const char *text)
{
	struct json_sink *j = json_of(sink);
	struct note *note;

	if (j->nr_notes++ >= NOTES_MAX)
		return;
	note = arena_alloc(sink->arena, sizeof(*note));
	note->severity = severity;
	note->code = arena_strdup(sink->arena, code);
	note->text = arena_strdup(sink->arena, text);
	*j->last_note = note;
	j->last_note = &note->next;
}

static void put_note(struct sink *sink, enum severity severity, const char *code, const char *text)
{
	static const char *const severity_name[] = {
		[NOTE_INFO] = "info",
		[NOTE_WARNING] = "warning",
		[NOTE_ERROR] = "error",
	};

	json_begin(sink, NULL);
	json_string(sink, "severity", severity_name[severity]);
	json_string(sink, "code", code);
	json_string(sink, "text", text);
	json_end(sink);
}

static void flush(struct json_sink *j)
{
	j->sink.stream.write(j->sink.stream.ctx, j->held, j->nr_held);
	j->nr_held = 0;
}

static void hold_bytes(void *ctx, const char *bytes, size_t len)
{
	struct json_sink *j = ctx;

	if (len > HELD_BYTES - j->nr_held)
		flush(j);
	if (len > HELD_BYTES) {
		j->sink.stream.write(j->sink.stream.ctx, bytes, len);
		return;
	}
	if (len == 1)
		j->held[j->nr_held] = *bytes; /* most of them: quotes, colons, commas */
	else
		memcpy(j->held + j->nr_held, bytes, len);
	j->nr_held += len;
}

static void json_open(struct sink *sink, const char *command)
{
	json_begin(sink, json_of(sink)->key);
	json_count(sink, "schema", SCHEMA);
	json_string(sink, "command", command);
	json_string(sink, "version", iommu_version);
}

static void json_close(struct sink *sink)
{
	struct json_sink *j = json_of(sink);
	char more[80];

	json_list(sink, "notes");
	for (struct note *note = j->first_note; note; note = note->next)
		put_note(sink, note->severity, note->code, note->text);
	if (j->nr_notes > NOTES_MAX) {
		snprintf(more, sizeof(more), "%zu more notes are not listed",
			 j->nr_notes - NOTES_MAX);
		put_note(sink, NOTE_WARNING, "notes-cut", more);
	}
	json_list_end(sink);
	json_end(sink);
	if (j->around)
		return;
	hold_bytes(j, "\n", 1);
	flush(j);
}

static const struct sink_ops json_ops = {
	.open = json_open,
	.close = json_close,
	.begin = json_begin,
	.end = json_end,
	.list = json_list,
	.list_end = json_list_end,
	.row = json_row,
	.row_end = json_end,
	.boolean = json_bool,
	.count = json_count,
	.hex = json_hex,
	.string = json_string,
	.record = json_record,
	.words = json_words,
	.note = json_note,
};

static void *arena_malloc(void *ctx, size_t size)
{
	return arena_alloc(ctx, size);
}

/* yajl allocates its handle once and, with a print callback, never again: there is no size to
 * copy from because nothing grows. */
static void *arena_realloc(void *ctx, void *old, size_t size)
{
	(void)ctx;
	(void)size;
	return old;
}

static void arena_keep(void *ctx, void *memory)
{
	(void)ctx;
	(void)memory;
}

struct sink *sink_new_json(struct arena *arena, struct output stream)
{
	struct json_sink *j = arena_alloc(arena, sizeof(*j));
	yajl_alloc_funcs funcs = { arena_malloc, arena_realloc, arena_keep, arena };

	j->sink = (struct sink){ .ops = &json_ops, .arena = arena, .stream = stream };
	j->last_note = &j->first_note;
	j->gen = yajl_gen_alloc(&funcs);
	j->held = arena_alloc(arena, HELD_BYTES);
	j->clean_room = 1024;
	j->clean = arena_alloc(arena, j->clean_room);
	yajl_gen_config(j->gen, yajl_gen_print_callback, hold_bytes, j);
	return &j->sink;
}

struct sink *sink_new_json_inside(struct arena *arena, struct sink *around, const char *key)
{
	struct json_sink *j = arena_alloc(arena, sizeof(*j));

	j->sink = (struct sink){ .ops = &json_ops, .arena = arena, .stream = around->stream };
	j->last_note = &j->first_note;
	j->around = json_of(around);
	j->key = key;
	j->gen = j->around->gen;
	return &j->sink;
}
