// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text sink. A table's first rows are held back until their widths are known (HELD_ROWS of
 * them, or less when the table ends); then every row is printed as it comes.
 */
#include "iommu/digits.h"
#include "iommu/sink.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_COLUMNS 16
#define HELD_ROWS   128
#define CELL_ROOM   64	 /* bytes to start with; a cell grows with what it has to hold */
#define LINE_ROOM   1024 /* likewise, of a line */

struct row_cells {
	char *cell[MAX_COLUMNS]; /* not NUL-terminated */
	size_t len[MAX_COLUMNS];
	size_t room[MAX_COLUMNS];
};

struct text_sink {
	struct sink sink;
	const struct column *columns; /* NULL: no table is open */
	size_t nr_columns;
	size_t width[MAX_COLUMNS];
	struct row_cells *held; /* HELD_ROWS rows of cells, memory reused by every table */
	size_t nr_held;
	bool streaming;	    /* widths are fixed, the heading is printed */
	bool in_row;	    /* a row is being filled */
	unsigned nested;    /* objects and lists opened inside the row */
	bool set[MAX_COLUMNS]; /* by sink_cell(), which wins */
	size_t next_column; /* after the last one that was filled: rows fill them in order */
	struct row_cells *row; /* the row being filled */
	char *line;	       /* the line being put together: used again for each */
	size_t line_room;
};

static struct text_sink *text_of(struct sink *sink)
{
	return (struct text_sink *)sink;
}

/* Names come out of a dump: what is not printable ASCII could drive the user's terminal. */
static void clean(char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (line[i] < ' ' || line[i] > '~')
			line[i] = '?';
	}
}

/* A buffer that holds so many bytes and is good until the next line is put together. */
static char *line_with_room(struct text_sink *t, size_t bytes)
{
	if (bytes > t->line_room) {
		t->line_room = 2 * bytes;
		t->line = arena_alloc(t->sink.arena, t->line_room);
	}
	return t->line;
}

/* line has room for one byte more than its text. */
static void put_line(struct text_sink *t, char *line)
{
	size_t len = strlen(line);

	while (len && line[len - 1] == ' ')
		len--;
	clean(line, len);
	line[len++] = '\n';
	t->sink.stream.write(t->sink.stream.ctx, line, len);
}

/* Two pieces and what is between them. */
static void put_pieces(struct text_sink *t, const char *first, const char *between, const char *second)
{
	size_t bytes = strlen(first) + strlen(between) + strlen(second) + 2;
	char *line = line_with_room(t, bytes);

	snprintf(line, bytes, "%s%s%s", first, between, second);
	put_line(t, line);
}

static size_t bytes_of_row(const struct text_sink *t, const struct row_cells *row)
{
	size_t bytes = 2;

	for (size_t i = 0; i < t->nr_columns; i++)
		bytes += (row->len[i] > t->width[i] ? row->len[i] : t->width[i]) + 2;
	return bytes;
}

/* Cells are clean already. */
static void print_cells(struct text_sink *t, const struct row_cells *row)
{
	char *line = line_with_room(t, bytes_of_row(t, row));
	char *at = line;

	for (size_t i = 0; i < t->nr_columns; i++) {
		size_t len = row->len[i];
		size_t pad = t->width[i] > len ? t->width[i] - len : 0;

		if (i) {
			*at++ = ' ';
			*at++ = ' ';
		}
		if (t->columns[i].right) {
			memset(at, ' ', pad);
			at += pad;
		}
		memcpy(at, row->cell[i], len);
		at += len;
		if (!t->columns[i].right) {
			memset(at, ' ', pad);
			at += pad;
		}
	}
	while (at > line && at[-1] == ' ')
		at--;
	*at++ = '\n';
	t->sink.stream.write(t->sink.stream.ctx, line, (size_t)(at - line));
}

static const char *heading_of(const struct column *column)
{
	return column->head ? column->head : "";
}

static void print_heading_line(struct text_sink *t)
{
	struct row_cells heads;
	bool any = false;

	for (size_t i = 0; i < t->nr_columns; i++) {
		heads.cell[i] = (char *)heading_of(&t->columns[i]);
		heads.len[i] = strlen(heads.cell[i]);
		any |= t->columns[i].head != NULL;
	}
	if (any)
		print_cells(t, &heads);
}

static void flush_rows(struct text_sink *t)
{
	if (!t->columns)
		return;
	if (!t->streaming && t->nr_held)
		print_heading_line(t);
	t->streaming |= t->nr_held > 0;
	for (size_t i = 0; i < t->nr_held; i++)
		print_cells(t, &t->held[i]);
	if (t->in_row && t->row != &t->held[0]) { /* a note: the row being filled moves up */
		struct row_cells printed = t->held[0];

		t->held[0] = *t->row;
		*t->row = printed;
		t->row = &t->held[0];
	}
	t->nr_held = 0;
}

static void widen(struct text_sink *t, size_t column, size_t len)
{
	if (!t->streaming && len > t->width[column])
		t->width[column] = len;
}

/* True, with the column whose cell a value of the row being filled goes to; false: none shows it. */
static bool find_column(struct text_sink *t, const char *key, bool wins, size_t *ret)
{
	if (!key || !t->in_row || t->nested)
		return false;
	for (size_t nth = 0, i = t->next_column; nth < t->nr_columns; nth++, i++) {
		const char *column;

		if (i >= t->nr_columns)
			i = 0;
		column = t->columns[i].key;
		if (!column || column[0] != key[0] || strcmp(column, key) != 0)
			continue;
		if (t->set[i] && !wins)
			return false;
		t->set[i] = wins;
		t->next_column = i + 1;
		*ret = i;
		return true;
	}
	return false;
}

static void set_cell(struct text_sink *t, const char *key, const char *text, bool wins)
{
	struct row_cells *row = t->row;
	size_t len = strlen(text), i;

	if (!find_column(t, key, wins, &i))
		return;
	if (len > row->room[i]) {
		row->room[i] = 2 * len;
		row->cell[i] = arena_alloc(t->sink.arena, row->room[i]);
	}
	row->len[i] = len;
	memcpy(row->cell[i], text, len);
	clean(row->cell[i], len);
}

static void text_open(struct sink *sink, const char *command)
{
	(void)sink;
	(void)command;
}

static void text_close(struct sink *sink)
{
	flush_rows(text_of(sink));
}

static void text_nest(struct sink *sink, const char *key)
{
	struct text_sink *t = text_of(sink);

	(void)key;
	if (t->in_row)
		t->nested++;
}

static void text_unnest(struct sink *sink)
{
	struct text_sink *t = text_of(sink);

	if (t->in_row)
		t->nested--;
}

static void text_list_end(struct sink *sink)
{
	struct text_sink *t = text_of(sink);

	if (t->in_row) {
		t->nested--;
		return;
	}
	flush_rows(t);
	t->columns = NULL;
}

static void text_table(struct sink *sink, const struct column *columns, size_t nr_columns)
{
	struct text_sink *t = text_of(sink);

	if (t->in_row)
		return;
	flush_rows(t);
	t->columns = columns;
	t->nr_columns = nr_columns < MAX_COLUMNS ? nr_columns : MAX_COLUMNS;
	t->streaming = false;
	for (size_t i = 0; i < t->nr_columns; i++) {
		t->width[i] = columns[i].width;
		widen(t, i, strlen(heading_of(&columns[i])));
	}
}

static void text_row(struct sink *sink)
{
	struct text_sink *t = text_of(sink);

	if (!t->columns || t->in_row) {
		t->nested += t->in_row;
		return;
	}
	t->in_row = true;
	t->nested = 0;
	t->next_column = 0;
	t->row = &t->held[t->nr_held];
	for (size_t i = 0; i < t->nr_columns; i++) {
		t->row->len[i] = 0;
		t->set[i] = false;
	}
}

static void text_row_end(struct sink *sink)
{
	struct text_sink *t = text_of(sink);

	if (!t->in_row)
		return;
	if (t->nested) {
		t->nested--;
		return;
	}
	t->in_row = false;
	for (size_t i = 0; i < t->nr_columns; i++)
		widen(t, i, t->row->len[i]);
	t->nr_held++;
	if (t->streaming || t->nr_held == HELD_ROWS)
		flush_rows(t);
}

static void text_bool(struct sink *sink, const char *key, bool value)
{
	set_cell(text_of(sink), key, value ? "1" : "0", false);
}

static void text_count(struct sink *sink, const char *key, uint64_t value)
{
	struct text_sink *t = text_of(sink);
	size_t i;

	if (find_column(t, key, false, &i))
		t->row->len[i] = digits_decimal(t->row->cell[i], value);
}

static void text_hex(struct sink *sink, const char *key, uint64_t value)
{
	struct text_sink *t = text_of(sink);
	size_t i;

	if (find_column(t, key, false, &i))
		t->row->len[i] = digits_hex(t->row->cell[i], value);
}

static void text_string(struct sink *sink, const char *key, const char *value)
{
	set_cell(text_of(sink), key, value ? value : "-", false);
}

static void text_cell(struct sink *sink, const char *key, const char *text)
{
	set_cell(text_of(sink), key, text, true);
}

/* Between a label and its text: two blanks at least, and all texts start in one column. */
#define LABEL_WIDTH 10
#define BLANKS	    "            "

static void text_say(struct sink *sink, const char *label, const char *text)
{
	struct text_sink *t = text_of(sink);
	size_t len = strlen(label);

	flush_rows(t);
	put_pieces(t, label, len < LABEL_WIDTH ? &BLANKS[len] : "  ", text);
}

static void text_heading(struct sink *sink, const char *text)
{
	struct text_sink *t = text_of(sink);

	flush_rows(t);
	put_pieces(t, text, "", "");
}

static void print_field(struct text_sink *t, const struct record *record, size_t index,
			const uint64_t *words, uint64_t enc_mask, int width)
{
	const struct field *field = &record->fields[index];
	uint64_t value = field_value(field, words, enc_mask);
	char value_text[FIELD_VALUE_MAX], bits[FIELD_BITS_MAX], words_of[FIELD_MEANING_MAX];
	const char *meaning = field_meaning(record, field, words, enc_mask, words_of);
	const char *name = field->name;
	size_t bytes;
	char *line;

	if ((field->kind == FIELD_RESERVED || field->kind == FIELD_IGNORED) && !value)
		return;
	if (field->kind == FIELD_IGNORED) {
		name = "(ignored)";
		meaning = "not used by hardware";
	} else if (field->kind == FIELD_RESERVED) {
		name = record->unnamed ? "(reserved)" : "<reserved>";
		meaning = !record->unnamed ? "these bits must be zero" :
			  field->help	   ? field->help : record->unnamed;
	}
	field_format(field, value, value_text);
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a field of another kind has a name */
	bytes = 64 + (size_t)width + strlen(name) + sizeof(value_text) + sizeof(bits) + strlen(meaning);
	line = line_with_room(t, bytes);
	snprintf(line, bytes, "    %-*s  %-12s  %-19s  %s", width, name, value_text, field_bits(field, bits),
		 meaning);
	put_line(t, line);
}

static void text_record(struct sink *sink, const char *key, const struct record *record,
			const uint64_t *words, uint64_t enc_mask, bool on_screen)
{
	struct text_sink *t = text_of(sink);
	int width = 10;

	(void)key;
	if (!on_screen || t->in_row)
		return;
	flush_rows(t);
	for (size_t i = 0; i < record->nr_fields; i++) {
		const char *name = record->fields[i].name;

		if (name && (int)strlen(name) > width)
			width = (int)strlen(name);
	}
	for (size_t i = 0; i < record->nr_fields; i++)
		print_field(t, record, i, words, enc_mask, width);
}

#define WORD_BYTES 18 /* two blanks and 16 digits */

static void text_words(struct sink *sink, const char *key, const uint64_t *words, size_t nr_words,
		       bool on_screen)
{
	struct text_sink *t = text_of(sink);
	size_t bytes = strlen(key) + nr_words * WORD_BYTES + 4;
	char *line;
	int at;

	if (!on_screen || t->in_row)
		return;
	flush_rows(t);
	line = line_with_room(t, bytes);
	at = snprintf(line, bytes, "  %s", key);
	for (size_t i = 0; i < nr_words; i++)
		at += snprintf(line + at, bytes - (size_t)at, "  %016" PRIx64, words[i]);
	put_line(t, line);
}

static void text_note(struct sink *sink, enum severity severity, const char *code,
		      const char *text)
{
	static const char *const label[] = {
		[NOTE_INFO] = "note: ",
		[NOTE_WARNING] = "warning: ",
		[NOTE_ERROR] = "iommu: ",
	};
	struct text_sink *t = text_of(sink);

	(void)code;
	flush_rows(t);
	put_pieces(t, sink->comment ? sink->comment : "", label[severity], text);
}

static const struct sink_ops text_ops = {
	.open = text_open,
	.close = text_close,
	.begin = text_nest,
	.end = text_unnest,
	.list = text_nest,
	.list_end = text_list_end,
	.table = text_table,
	.row = text_row,
	.row_end = text_row_end,
	.boolean = text_bool,
	.count = text_count,
	.hex = text_hex,
	.string = text_string,
	.cell = text_cell,
	.say = text_say,
	.heading = text_heading,
	.record = text_record,
	.words = text_words,
	.note = text_note,
};

struct sink *sink_new_text(struct arena *arena, struct output stream)
{
	struct text_sink *t = arena_alloc(arena, sizeof(*t));

	t->sink = (struct sink){ .ops = &text_ops, .arena = arena, .stream = stream };
	t->held = arena_alloc(arena, HELD_ROWS * sizeof(*t->held));
	for (size_t row = 0; row < HELD_ROWS; row++) {
		for (size_t i = 0; i < MAX_COLUMNS; i++) {
			t->held[row].cell[i] = arena_alloc(arena, CELL_ROOM);
			t->held[row].room[i] = CELL_ROOM;
		}
	}
	line_with_room(t, LINE_ROOM);
	return &t->sink;
}
