/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where answers go. A command describes its answer once; the text sink and the JSON sink print it
 * from the same calls. Text knows two shapes, a table (columns) and a record (name, value,
 * meaning); a third shape is added here, never to a command.
 *
 * What each call means to the two sinks:
 *
 *   call            text                                JSON
 *   sink_begin/end  nothing                             an object
 *   sink_list/end   nothing; ends the table inside it   an array
 *   sink_table      columns of the rows that follow     nothing
 *   sink_row/end    a line of the table                 an object in the list
 *   sink_bool ...   the cell of the column with         a member of the object
 *                   that key, if there is one
 *   sink_cell       the same, but wins over it          nothing
 *   sink_say        "  LABEL  words": a record's line   nothing
 *   sink_heading    a line                              nothing
 *   sink_record     a block of name, value, meaning     an object of the record's fields
 *   sink_note       a line, in its place                an entry of "notes" at the end
 *
 * Inside a row, text ignores nested objects and lists: their story is told by a cell.
 * A JSON sink writes exactly one document between sink_open() and sink_close(), row by row: its
 * memory does not grow with the number of rows.
 */
#ifndef IOMMU_SINK_H
#define IOMMU_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu/arena.h"
#include "iommu/record_view.h"

/* Where bytes go. write() may not return (crash's pager was quit). */
struct output {
	void (*write)(void *ctx, const char *bytes, size_t len);
	void *ctx;
};

enum severity {
	NOTE_INFO,    /* worth knowing: how to read the answer */
	NOTE_WARNING, /* part of the answer is missing or damaged */
	NOTE_ERROR,   /* there is no answer */
};

struct column {
	const char *key;  /* of the value that fills it */
	const char *head; /* heading; NULL in every column: no heading line */
	bool right;	  /* align to the right */
	uint8_t width;	  /* at least; rows seen before the first line is printed widen it */
};

struct sink;

/* Both live in the arena and are never freed by hand. */
struct sink *sink_new_text(struct arena *arena, struct output stream);
struct sink *sink_new_json(struct arena *arena, struct output stream);

/* A document of its own, with its own notes, inside a JSON sink that is open: under that key of an object, or
 * for NULL as the next item of a list. */
struct sink *sink_new_json_inside(struct arena *arena, struct sink *around, const char *key);

/* command: the verb, for "command" in JSON. */
void sink_open(struct sink *sink, const char *command);
void sink_close(struct sink *sink);

/* key NULL: an object in a list. */
void sink_begin(struct sink *sink, const char *key);
void sink_end(struct sink *sink);
void sink_list(struct sink *sink, const char *key);
void sink_list_end(struct sink *sink);

void sink_table(struct sink *sink, const struct column *columns, size_t nr_columns);
void sink_row(struct sink *sink);
void sink_row_end(struct sink *sink);

void sink_bool(struct sink *sink, const char *key, bool value);
void sink_count(struct sink *sink, const char *key, uint64_t value); /* decimal */
void sink_hex(struct sink *sink, const char *key, uint64_t value);   /* JSON: "0x..." */
void sink_string(struct sink *sink, const char *key, const char *value); /* NULL: null */
void sink_null(struct sink *sink, const char *key);
void sink_cell(struct sink *sink, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void sink_cell_text(struct sink *sink, const char *key, const char *text); /* unformatted */

void sink_say(struct sink *sink, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void sink_heading(struct sink *sink, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Every field of the record under `key`. Text shows it when on_screen: each field with its value
 * and meaning, reserved bits only when they are set, then as damage. JSON: numbers, with
 * "<key>_name" where a value has a name; addresses and raw bits as "0x..."; flags as booleans. */
void sink_record(struct sink *sink, const char *key, const struct record *record,
		 const uint64_t *words, bool on_screen);
/* The same of a record whose physical addresses may have the bit in them that marks encrypted memory: it is
 * taken out and named beside them (JSON: "<key>_encrypted", on a machine that has such a bit). */
void sink_view(struct sink *sink, const char *key, const struct record_view *view, bool on_screen);

/* The raw words as a list of "0x..." in JSON; text shows them when on_screen. */
void sink_words(struct sink *sink, const char *key, const uint64_t *words, size_t nr_words,
		bool on_screen);

/* code: stable lower-kebab word for programs. The text starts lower case, has no full stop. */
void sink_note(struct sink *sink, enum severity severity, const char *code, const char *format,
	       ...) __attribute__((format(printf, 4, 5)));

/* For src/base/sink_*.c alone. A new sink fills every function; NULL where it shows nothing. */
struct sink_ops {
	void (*open)(struct sink *sink, const char *command);
	void (*close)(struct sink *sink);
	void (*begin)(struct sink *sink, const char *key);
	void (*end)(struct sink *sink);
	void (*list)(struct sink *sink, const char *key);
	void (*list_end)(struct sink *sink);
	void (*table)(struct sink *sink, const struct column *columns, size_t nr_columns);
	void (*row)(struct sink *sink);
	void (*row_end)(struct sink *sink);
	void (*boolean)(struct sink *sink, const char *key, bool value);
	void (*count)(struct sink *sink, const char *key, uint64_t value);
	void (*hex)(struct sink *sink, const char *key, uint64_t value);
	void (*string)(struct sink *sink, const char *key, const char *value);
	void (*cell)(struct sink *sink, const char *key, const char *text);
	void (*say)(struct sink *sink, const char *label, const char *text);
	void (*heading)(struct sink *sink, const char *text);
	void (*record)(struct sink *sink, const char *key, const struct record *record,
		       const uint64_t *words, uint64_t enc_mask, bool on_screen);
	void (*words)(struct sink *sink, const char *key, const uint64_t *words, size_t nr_words,
		      bool on_screen);
	void (*note)(struct sink *sink, enum severity severity, const char *code,
		     const char *text);
};

struct sink {
	const struct sink_ops *ops;
	struct arena *arena;
	struct output stream;
	/* Before each note in text, where the answer is in a language that has nothing but this for other words:
	 * "// ". NULL: nothing. */
	const char *comment;
};

#endif
