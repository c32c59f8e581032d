// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Known bytes in as few letters as their language has for them. A run of known bytes is cut into
 * texts, words of 8 bytes and what is left beside those; of words that repeat or go up by a step
 * (page tables are such) only the first is written.
 */
#include "iommu/mem_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_CHARS 96u
#define LINE_WORDS 100u /* a reader may have a limit */
#define MIN_TEXT   4u	/* letters that are worth a text */
#define MAX_TEXT   64u
#define MAX_SKIP   64u /* bytes between two runs of one statement */
#define MAX_PERIOD 4u  /* words that repeat together: an entry of a table */
#define RUN_BYTES  ((size_t)256 * 1024)

struct writer {
	struct new_file *file;
	const char *space;
	uint64_t at; /* where the next word goes */
	bool started;
	unsigned nr_chars, nr_words; /* of the line */
};

static void put(struct writer *w, const char *text)
{
	size_t len = strlen(text);

	if (w->nr_words && (w->nr_chars + len >= LINE_CHARS || w->nr_words == LINE_WORDS)) {
		new_file_write(w->file, "\n", 1);
		w->nr_chars = w->nr_words = 0;
	}
	if (w->nr_words++)
		new_file_write(w->file, " ", 1);
	new_file_write(w->file, text, len);
	w->nr_chars += (unsigned)len + 1;
}

static void end_line(struct writer *w)
{
	if (w->nr_words)
		new_file_write(w->file, "\n", 1);
	w->nr_chars = w->nr_words = 0;
}

__attribute__((format(printf, 2, 3))) static void put_word(struct writer *w, const char *format,
							   ...)
{
	char word[80];
	va_list args;

	va_start(args, format);
	vsnprintf(word, sizeof(word), format, args);
	va_end(args);
	put(w, word);
}

/* The address of what follows; a short way on from what was written last, only how far. */
static void go_to(struct writer *w, uint64_t at)
{
	if (w->started && at == w->at)
		return;
	if (w->started && at > w->at && at - w->at <= MAX_SKIP) {
		put_word(w, "_%u", (unsigned)(at - w->at));
	} else {
		end_line(w);
		put_word(w, "@%s %llx", w->space, (unsigned long long)at);
	}
	w->started = true;
	w->at = at;
}

/* Bytes known without a gap. */
struct run {
	const unsigned char *bytes;
	size_t len;
};

static uint64_t number(const struct run *run, size_t len)
{
	uint64_t value = 0;

	memcpy(&value, run->bytes, len); /* little-endian, as every machine that this plugin reads */
	return value;
}

static void take(struct writer *w, struct run *run, size_t len)
{
	run->bytes += len;
	run->len -= len;
	w->at += len;
}

/* How many letters stand before a NUL here; 0: it is no text that can be written as one. */
static size_t text_length(const struct run *run)
{
	size_t len = 0;

	while (len < run->len && len <= MAX_TEXT && run->bytes[len]) {
		if (run->bytes[len] < ' ' || run->bytes[len] > '~' || run->bytes[len] == '"')
			return 0;
		len++;
	}
	return len < run->len && len >= MIN_TEXT && len <= MAX_TEXT ? len : 0;
}

static void put_text(struct writer *w, struct run *run, size_t len)
{
	put_word(w, "\"%.*s\"", (int)len, (const char *)run->bytes);
	take(w, run, len + 1);
}

/* How many words from here on go up by one step, which may be 0. */
static size_t series(const struct run *run, uint64_t *step)
{
	struct run at = { run->bytes + 8, run->len - 8 };
	uint64_t last = number(run, 8);
	size_t nr = 1;

	*step = 0;
	while (at.len >= 8) {
		uint64_t value = number(&at, 8);

		if (nr == 1)
			*step = value - last;
		else if (value - last != *step)
			break;
		last = value;
		nr++;
		at.bytes += 8;
		at.len -= 8;
	}
	return nr;
}

/* How often the first `period` words stand here, one behind the other. */
static size_t repeats(const struct run *run, size_t period)
{
	size_t len = 8 * period, nr = 1;

	while ((nr + 1) * len <= run->len &&
	       memcmp(run->bytes, run->bytes + nr * len, len) == 0)
		nr++;
	return nr;
}

/* "fill COUNT WORD...", a statement of its own. False: nothing repeats here. */
static bool put_repeats(struct writer *w, struct run *run)
{
	size_t period = 2, nr = 1;

	for (; period <= MAX_PERIOD && nr < 3; period++)
		nr = repeats(run, period);
	if (nr < 3)
		return false;
	period--;
	end_line(w);
	put_word(w, "fill %zu", nr);
	for (size_t i = 0; i < period; i++) {
		struct run word = { run->bytes + 8 * i, 8 };

		put_word(w, "%llx", (unsigned long long)number(&word, 8));
	}
	end_line(w);
	take(w, run, nr * 8 * period);
	return true;
}

static void put_words(struct writer *w, struct run *run)
{
	uint64_t step;
	size_t nr = series(run, &step);
	unsigned long long first = number(run, 8);

	if (nr < 8 && put_repeats(w, run))
		return;
	if (nr < 3 && !(nr == 2 && !step)) {
		nr = 1;
		/* "add" is a statement of the language, too */
		put_word(w, first == 0xadd ? "0%llx" : "%llx", first);
	} else if (step) {
		put_word(w, "%llx*%zu+%llx", first, nr, (unsigned long long)step);
	} else {
		put_word(w, "%llx*%zu", first, nr);
	}
	take(w, run, 8 * nr);
}

static void put_small(struct writer *w, struct run *run)
{
	size_t len = run->len >= 4 && w->at % 4 == 0 ? 4 : run->len >= 2 && w->at % 2 == 0 ? 2 : 1;

	put_word(w, "%c:%llx", len == 4 ? 'w' : len == 2 ? 'h' : 'b',
		 (unsigned long long)number(run, len));
	take(w, run, len);
}

static void put_run(struct writer *w, uint64_t at, struct run run)
{
	go_to(w, at);
	while (run.len) {
		size_t letters = text_length(&run);

		if (letters)
			put_text(w, &run, letters);
		else if (run.len >= 8 && w->at % 8 == 0)
			put_words(w, &run);
		else
			put_small(w, &run);
	}
}

/* Runs go on from page to page: they are put together here. */
struct joined {
	unsigned char *bytes; /* RUN_BYTES */
	uint64_t at;
	size_t len;
};

static void put_joined(struct writer *w, struct joined *joined)
{
	if (joined->len)
		put_run(w, joined->at, (struct run){ joined->bytes, joined->len });
	joined->len = 0;
}

static void join(struct writer *w, struct joined *joined, uint64_t at, const unsigned char *bytes,
		 size_t len)
{
	if (at != joined->at + joined->len || joined->len + len > RUN_BYTES)
		put_joined(w, joined);
	if (!joined->len)
		joined->at = at;
	memcpy(joined->bytes + joined->len, bytes, len);
	joined->len += len;
}

static void join_page(struct writer *w, struct joined *joined, const struct known_page *page)
{
	size_t end;

	for (size_t from = 0; from < KNOWN_PAGE_BYTES; from = end) {
		bool has = known_page_has(page, from);

		end = from + 1;
		while (end < KNOWN_PAGE_BYTES && known_page_has(page, end) == has)
			end++;
		if (has)
			join(w, joined, page->at + from, page->bytes + from, end - from);
	}
}

void mem_text_write(struct new_file *file, const char *space, struct known_bytes *known)
{
	struct writer w = { .file = file, .space = space };
	struct joined joined = { .bytes = arena_alloc(known->arena, RUN_BYTES) };

	known_bytes_sort(known);
	for (size_t i = 0; i < known->pages.nr; i++)
		join_page(&w, &joined, known->pages.at[i]);
	put_joined(&w, &joined);
	end_line(&w);
}
