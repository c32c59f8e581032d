// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows of `iommu map`: neighbours that are alike become one row, which is printed as soon as it ends. */
#include "map_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "iommu/digits.h"

static const struct column stretch_columns[] = {
	{ .key = "iova", .head = "IOVA", .width = 12 },
	{ .key = "end", .head = "END", .width = 12 },
	{ .key = "bytes", .head = "SIZE", .right = true, .width = 6 },
	{ .key = "perm", .head = "PERM" },
	{ .key = "pages", .head = "PAGES", .width = 10 },
	{ .key = "memory", .head = "MEMORY" },
};

static const struct column range_columns[] = {
	{ .key = "iova", .head = "IOVA", .width = 12 },
	{ .key = "end", .head = "END", .width = 12 },
	{ .key = "pa", .head = "PHYSICAL", .width = 12 },
	{ .key = "bytes", .head = "SIZE", .right = true, .width = 6 },
	{ .key = "perm", .head = "PERM" },
	{ .key = "pages", .head = "PAGES", .width = 10 },
	{ .key = "damage" },
};

/* Through a guest's table and the host's. */
static const struct column guest_columns[] = {
	{ .key = "iova", .head = "IOVA", .width = 12 },
	{ .key = "end", .head = "END", .width = 12 },
	{ .key = "gpa", .head = "GUEST", .width = 12 },
	{ .key = "pa", .head = "PHYSICAL", .width = 12 },
	{ .key = "bytes", .head = "SIZE", .right = true, .width = 6 },
	{ .key = "perm", .head = "PERM" },
	{ .key = "pages", .head = "PAGES", .width = 10 },
	{ .key = "damage" },
};

static const struct column entry_columns[] = {
	{ .key = "iova", .head = "IOVA", .width = 12 },
	{ .key = "pa", .head = "PHYSICAL", .width = 12 },
	{ .key = "page_size", .head = "PAGE", .right = true, .width = 4 },
	{ .key = "perm", .head = "PERM" },
	{ .key = "level", .head = "LEVEL" },
	{ .key = "entry_pa", .head = "ENTRY AT", .width = 12 },
	{ .key = "entry", .head = "ENTRY", .width = 16, .right = true },
	{ .key = "damage" },
};

void begin_rows(const struct map *m)
{
	unsigned verbose = m->by_range ? m->ctx->opt.verbose : 0;
	struct sink *sink = m->ctx->sink;

#define COLUMNS(array) (array), sizeof(array) / sizeof((array)[0])
	if (verbose && m->of_guest)
		sink_table(sink, COLUMNS(guest_columns));
	else if (verbose > 1)
		sink_table(sink, COLUMNS(entry_columns));
	else if (verbose)
		sink_table(sink, COLUMNS(range_columns));
	else
		sink_table(sink, COLUMNS(stretch_columns));
#undef COLUMNS
}

void write_pages(char *buf, size_t size, const uint64_t pages[NR_SIZES])
{
	size_t at = 0;

	buf[0] = '\0';
	for (unsigned lg2 = 0; lg2 < NR_SIZES; lg2++) {
		char word[WORD_MAX];
		int wrote;

		if (!pages[lg2] || at >= size)
			continue;
		wrote = snprintf(buf + at, size - at, "%s%s x %" PRIu64, at ? ", " : "",
				 word_size(word, 1ULL << lg2), pages[lg2]);
		at += wrote > 0 ? (size_t)wrote : 0;
	}
}

/* "4K x 512" */
static void write_pages_of_a_size(char buf[2 * WORD_MAX], unsigned lg2, uint64_t nr)
{
	size_t len = strlen(word_size(buf, 1ULL << lg2));

	memcpy(buf + len, " x ", 3);
	len += 3;
	buf[len + digits_decimal(buf + len, nr)] = '\0';
}

/* A row of many page sizes says only their span; the totals have them all. */
static void write_pages_short(char *buf, size_t size, const struct stretch *s)
{
	unsigned nr_sizes = 0;
	char low_word[WORD_MAX], high_word[WORD_MAX];
	uint64_t nr_pages = 0;

	for (unsigned lg2 = s->low_lg2; lg2 <= s->high_lg2; lg2++) {
		nr_sizes += s->pages[lg2] != 0;
		nr_pages += s->pages[lg2];
	}
	if (s->low_lg2 == s->high_lg2)
		write_pages_of_a_size(buf, s->low_lg2, nr_pages);
	else if (nr_sizes < 3)
		write_pages(buf, size, s->pages);
	else
		snprintf(buf, size, "%s..%s x %" PRIu64, word_size(low_word, 1ULL << s->low_lg2),
			 word_size(high_word, 1ULL << s->high_lg2), nr_pages);
}

void put_pages(struct sink *sink, const uint64_t pages[NR_SIZES])
{
	sink_begin(sink, "pages");
	for (unsigned lg2 = 0; lg2 < NR_SIZES; lg2++) {
		char key[24];

		if (!pages[lg2])
			continue;
		snprintf(key, sizeof(key), "0x%" PRIx64, (uint64_t)1 << lg2);
		sink_count(sink, key, pages[lg2]);
	}
	sink_end(sink);
}

static void put_json_values(struct map *m, const struct stretch *s)
{
	struct sink *sink = m->ctx->sink;

	if (m->by_range) {
		sink_hex(sink, "page_size", 1ULL << s->page_lg2);
	} else {
		sink_count(sink, "bytes", s->bytes);
		put_pages(sink, s->pages);
		sink_bool(sink, "contiguous", s->contiguous);
	}
	sink_bool(sink, "read", s->read);
	sink_bool(sink, "write", s->write);
	if (m->has_user)
		sink_bool(sink, "user", s->user);
}

static void put_range_row(struct map *m, const struct stretch *s)
{
	struct sink *sink = m->ctx->sink;
	char pages[PAGES_MAX], size[WORD_MAX];

	sink_row(sink);
	sink_hex(sink, "iova", s->first.v);
	sink_hex(sink, "end", s->first.v + (s->bytes - 1));
	if (m->of_guest && m->by_range)
		sink_hex(sink, "gpa", s->gpa.v);
	if (m->by_range)
		sink_hex(sink, "pa", s->pa.v);
	if (m->ctx->opt.json) {
		put_json_values(m, s);
	} else {
		write_pages_short(pages, sizeof(pages), s);
		sink_cell_text(sink, "bytes", word_size(size, s->bytes));
		sink_cell_text(sink, "perm", word_access(s->read, s->write, s->user));
		sink_cell_text(sink, "pages", pages);
		sink_cell_text(sink, "memory", s->contiguous ? "contiguous" : "scattered");
	}
	sink_row_end(sink);
}

static void put_hole_row(struct map *m, struct iova first, struct iova next)
{
	struct sink *sink = m->ctx->sink;
	char size[WORD_MAX];

	if (next.v <= first.v || m->by_range || m->ctx->opt.json)
		return;
	sink_row(sink);
	sink_hex(sink, "iova", first.v);
	sink_hex(sink, "end", next.v - 1);
	sink_cell(sink, "bytes", "%s", word_size(size, next.v - first.v));
	sink_cell(sink, "perm", "%s", "");
	sink_cell(sink, "pages", "hole");
	sink_row_end(sink);
}

bool is_asked_for(const struct map *m, struct iova first, uint64_t bytes)
{
	return !m->one_address || (m->address.v >= first.v && m->address.v - first.v < bytes);
}

/* Takes a row that nobody asked for out of the totals again. */
static void drop_stretch(struct map *m)
{
	struct stretch *s = &m->now;

	m->bytes -= s->bytes;
	for (unsigned lg2 = s->low_lg2; lg2 <= s->high_lg2; lg2++) {
		m->pages[lg2] -= s->pages[lg2];
		s->pages[lg2] = 0;
	}
	s->open = false;
}

void close_stretch(struct map *m)
{
	struct stretch *s = &m->now;

	if (!s->open)
		return;
	if (!is_asked_for(m, s->first, s->bytes)) {
		drop_stretch(m);
		return;
	}
	if (m->any)
		put_hole_row(m, m->end, s->first);
	put_range_row(m, s);
	m->any = true;
	m->end = iova_of(s->first.v + s->bytes);
	m->nr_rows++;
	memset(&s->pages[s->low_lg2], 0, (s->high_lg2 - s->low_lg2 + 1u) * sizeof(s->pages[0]));
	s->open = false;
}

static void open_stretch(struct stretch *s, const struct pt_run *run, struct gpa gpa)
{
	s->open = true;
	s->first = run->iova;
	s->bytes = 0;
	s->pa = run->pa;
	s->gpa = gpa;
	s->read = run->read;
	s->write = run->write;
	s->user = run->user;
	s->contiguous = true;
	s->page_lg2 = s->low_lg2 = s->high_lg2 = run->page_lg2;
}

static bool continues(const struct map *m, const struct pt_run *run, bool pa_follows)
{
	const struct stretch *s = &m->now;

	if (!s->open || s->first.v + s->bytes != run->iova.v || s->read != run->read ||
	    s->write != run->write || s->user != run->user)
		return false;
	if (m->by_piece)
		return false;
	return !m->by_range || (pa_follows && s->page_lg2 == run->page_lg2);
}

void add_part(struct map *m, const struct pt_run *run, struct gpa gpa)
{
	struct stretch *s = &m->now;
	bool pa_follows = s->open && s->pa.v + s->bytes == run->pa.v &&
			  (!m->of_guest || s->gpa.v + s->bytes == gpa.v);

	if (!continues(m, run, pa_follows)) {
		close_stretch(m);
		open_stretch(s, run, gpa);
		pa_follows = true;
	}
	if (run->page_lg2 < s->low_lg2)
		s->low_lg2 = run->page_lg2;
	if (run->page_lg2 > s->high_lg2)
		s->high_lg2 = run->page_lg2;
	s->contiguous &= pa_follows && run->contiguous;
	s->bytes += run->bytes;
	s->pages[run->page_lg2] += run->nr_pages;
	m->bytes += run->bytes;
	m->pages[run->page_lg2] += run->nr_pages;
}
