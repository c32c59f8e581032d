// SPDX-License-Identifier: GPL-2.0-or-later
/* The calls that commands make: each formats its words and hands them to the sink's own ops. */
#include "iommu/sink.h"

#include <stdarg.h>
#include <stdio.h>

/* Words of ordinary length are formatted on the stack: an answer of millions of rows must not grow in
 * memory. Longer ones, which stand in few lines, go to the arena; none is cut. */
#define WORDS_MAX 1024

__attribute__((format(printf, 3, 0)))
static const char *format_words(struct sink *sink, char buf[WORDS_MAX], const char *format, va_list args)
{
	va_list again;
	const char *words = buf;
	int len;

	va_copy(again, args);
	len = vsnprintf(buf, WORDS_MAX, format, args);
	if (len >= WORDS_MAX)
		words = arena_vprintf(sink->arena, format, again);
	va_end(again);
	return words;
}

#define FORMAT_WORDS(words, sink, buf, format)                                                     \
	do {                                                                                       \
		va_list args_;                                                                     \
		va_start(args_, format);                                                           \
		(words) = format_words(sink, buf, format, args_);                                    \
		va_end(args_);                                                                     \
	} while (0)

void sink_open(struct sink *sink, const char *command)
{
	sink->ops->open(sink, command);
}

void sink_close(struct sink *sink)
{
	sink->ops->close(sink);
}

void sink_begin(struct sink *sink, const char *key)
{
	sink->ops->begin(sink, key);
}

void sink_end(struct sink *sink)
{
	sink->ops->end(sink);
}

void sink_list(struct sink *sink, const char *key)
{
	sink->ops->list(sink, key);
}

void sink_list_end(struct sink *sink)
{
	sink->ops->list_end(sink);
}

void sink_table(struct sink *sink, const struct column *columns, size_t nr_columns)
{
	if (sink->ops->table)
		sink->ops->table(sink, columns, nr_columns);
}

void sink_row(struct sink *sink)
{
	sink->ops->row(sink);
}

void sink_row_end(struct sink *sink)
{
	sink->ops->row_end(sink);
}

void sink_bool(struct sink *sink, const char *key, bool value)
{
	sink->ops->boolean(sink, key, value);
}

void sink_count(struct sink *sink, const char *key, uint64_t value)
{
	sink->ops->count(sink, key, value);
}

void sink_hex(struct sink *sink, const char *key, uint64_t value)
{
	sink->ops->hex(sink, key, value);
}

void sink_string(struct sink *sink, const char *key, const char *value)
{
	sink->ops->string(sink, key, value);
}

void sink_null(struct sink *sink, const char *key)
{
	sink->ops->string(sink, key, NULL);
}

void sink_cell(struct sink *sink, const char *key, const char *format, ...)
{
	char buf[WORDS_MAX];
	const char *words;

	if (!sink->ops->cell)
		return;
	FORMAT_WORDS(words, sink, buf, format);
	sink->ops->cell(sink, key, words);
}

void sink_cell_text(struct sink *sink, const char *key, const char *text)
{
	if (sink->ops->cell)
		sink->ops->cell(sink, key, text);
}

void sink_say(struct sink *sink, const char *label, const char *format, ...)
{
	char buf[WORDS_MAX];
	const char *words;

	if (!sink->ops->say)
		return;
	FORMAT_WORDS(words, sink, buf, format);
	sink->ops->say(sink, label, words);
}

void sink_heading(struct sink *sink, const char *format, ...)
{
	char buf[WORDS_MAX];
	const char *words;

	if (!sink->ops->heading)
		return;
	FORMAT_WORDS(words, sink, buf, format);
	sink->ops->heading(sink, words);
}

void sink_record(struct sink *sink, const char *key, const struct record *record,
		 const uint64_t *words, bool on_screen)
{
	sink->ops->record(sink, key, record, words, 0, on_screen);
}

void sink_view(struct sink *sink, const char *key, const struct record_view *view, bool on_screen)
{
	sink->ops->record(sink, key, view->record, view->words, view->enc_mask, on_screen);
}

void sink_words(struct sink *sink, const char *key, const uint64_t *words, size_t nr_words,
		bool on_screen)
{
	sink->ops->words(sink, key, words, nr_words, on_screen);
}

void sink_note(struct sink *sink, enum severity severity, const char *code, const char *format,
	       ...)
{
	char buf[WORDS_MAX];
	const char *words;

	FORMAT_WORDS(words, sink, buf, format);
	sink->ops->note(sink, severity, code, words);
}
