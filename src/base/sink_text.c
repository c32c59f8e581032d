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
#define CELL_MAX    256
#define LINE_MAX_   (MAX_COLUMNS * (CELL_MAX + 2))

struct row_cells {
	char *cell[MAX_COLUMNS];
	size_t len[MAX_COLUMNS]; /* less than CELL_MAX */
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

static size_t append_padded(char *line, size_t at, const char *text, size_t width, bool right)
{
	int wrote = snprintf(line + at, LINE_MAX_ - at, right ? "%*s" : "%-*s", (int)width, text);

	return wrote < 0 || at + (size_t)wrote >= LINE_MAX_ ? at : at + (size_t)wrote;
}

/* Cells are clean already, and no wider than CELL_MAX. */
static void print_cells(struct text_sink *t, const struct row_cells *row)
{
	char line[LINE_MAX_ + 2];
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

static size_t width_of(const char *text)
{
	size_t len = strlen(text);

	return len < CELL_MAX ? len : CELL_MAX - 1;
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
		heads.len[i] = width_of(heads.cell[i]);
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

/* The cell for a value of the row being filled, or NULL when no column shows it. */
static char *cell_for(struct text_sink *t, const char *key, bool wins, size_t **len)
{
	if (!key || !t->in_row || t->nested)
		return NULL;
	for (size_t nth = 0, i = t->next_column; nth < t->nr_columns; nth++, i++) {
		const char *column;

		if (i >= t->nr_columns)
			i = 0;
		column = t->columns[i].key;
		if (!column || column[0] != key[0] || strcmp(column, key) != 0)
			continue;
		if (t->set[i] && !wins)
			return NULL;
		t->set[i] = wins;
		t->next_column = i + 1;
		*len = &t->row->len[i];
		return t->row->cell[i];
	}
	return NULL;
}

static void set_cell(struct text_sink *t, const char *key, const char *text, bool wins)
{
	size_t *len;
	char *cell = cell_for(t, key, wins, &len);

	if (!cell)
		return;
	*len = width_of(text);
	memcpy(cell, text, *len);
	clean(cell, *len);
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
		widen(t, i, width_of(heading_of(&columns[i])));
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
	size_t *len;
	char *cell = cell_for(text_of(sink), key, false, &len);

	if (cell)
		*len = digits_decimal(cell, value);
}

static void text_hex(struct sink *sink, const char *key, uint64_t value)
{
	size_t *len;
	char *cell = cell_for(text_of(sink), key, false, &len);

	if (cell)
		*len = digits_hex(cell, value);
}

static void text_string(struct sink *sink, const char *key, const char *value)
{
	set_cell(text_of(sink), key, value ? value : "-", false);
}

static void text_cell(struct sink *sink, const char *key, const char *text)
{
	set_cell(text_of(sink), key, text, true);
}

static void text_say(struct sink *sink, const char *label, const char *text)
{
	struct text_sink *t = text_of(sink);
	char line[LINE_MAX_ + 2];

	flush_rows(t);
	snprintf(line, sizeof(line) - 2, "%-10s  %s", label, text);
	put_line(t, line);
}

static void text_heading(struct sink *sink, const char *text)
{
	struct text_sink *t = text_of(sink);
	char line[LINE_MAX_ + 2];

	flush_rows(t);
	snprintf(line, sizeof(line) - 2, "%s", text);
	put_line(t, line);
}

static void print_field(struct text_sink *t, const struct record *record, size_t index,
			const uint64_t *words, uint64_t enc_mask, int width)
{
	const struct field *field = &record->fields[index];
	uint64_t value = field_value(field, words, enc_mask);
	char text[FIELD_VALUE_MAX], bits[FIELD_BITS_MAX], words_of[FIELD_MEANING_MAX];
	const char *meaning = field_meaning(record, field, words, enc_mask, words_of);
	char line[LINE_MAX_ + 2];
	const char *name = field->name;

	if (field->kind == FIELD_RESERVED || field->kind == FIELD_IGNORED) {
		if (!value)
			return;
		name = field->kind == FIELD_RESERVED ? "<reserved>" : "(ignored)";
		meaning = field->kind == FIELD_RESERVED ? "these bits must be zero" : "not used by hardware";
	}
	field_format(field, value, text);
	snprintf(line, sizeof(line) - 2, "    %-*s  %-12s  %-19s  %s", width, name, text,
		 field_bits(field, bits), meaning);
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

static void text_words(struct sink *sink, const char *key, const uint64_t *words, size_t nr_words,
		       bool on_screen)
{
	struct text_sink *t = text_of(sink);
	char line[LINE_MAX_ + 2];
	size_t at;

	if (!on_screen || t->in_row)
		return;
	flush_rows(t);
	at = append_padded(line, 0, "  ", 0, false);
	at = append_padded(line, at, key, 0, false);
	for (size_t i = 0; i < nr_words; i++) {
		char word[24];

		snprintf(word, sizeof(word), "  %016" PRIx64, words[i]);
		at = append_padded(line, at, word, 0, false);
	}
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
	char line[LINE_MAX_ + 2];

	(void)code;
	flush_rows(t);
	snprintf(line, sizeof(line) - 2, "%s%s", label[severity], text);
	put_line(t, line);
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
		for (size_t i = 0; i < MAX_COLUMNS; i++)
			t->held[row].cell[i] = arena_alloc(arena, CELL_MAX);
	}
	return &t->sink;
}
