// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages found by their addresses, each with a bit for every byte that was read. */
#include "iommu/known_bytes.h"

#include <stdlib.h>
#include <string.h>

#define BITS_BYTES (KNOWN_PAGE_BYTES / 8)

static bool has_bit(const unsigned char *bits, size_t nth)
{
	return bits[nth / 8] >> nth % 8 & 1;
}

static void set_bit(unsigned char *bits, size_t nth, bool value)
{
	unsigned char bit = (unsigned char)(1u << nth % 8);

	bits[nth / 8] = (unsigned char)(value ? bits[nth / 8] | bit : bits[nth / 8] & ~bit);
}

void known_bytes_init(struct known_bytes *known, struct arena *arena, size_t max_pages)
{
	*known = (struct known_bytes){ .arena = arena, .max_pages = max_pages };
}

static struct known_page *find_page(const struct known_bytes *known, uint64_t at)
{
	return u64map_get(&known->by_address, at / KNOWN_PAGE_BYTES);
}

static struct known_page *make_page(struct known_bytes *known, uint64_t at)
{
	struct known_page *page = find_page(known, at);

	if (page)
		return page;
	if (known->pages.nr == known->max_pages) {
		known->is_full = true;
		return NULL;
	}
	page = arena_alloc(known->arena, sizeof(*page));
	page->at = at - at % KNOWN_PAGE_BYTES;
	page->bytes = arena_alloc(known->arena, KNOWN_PAGE_BYTES);
	u64map_add(known->arena, &known->by_address, at / KNOWN_PAGE_BYTES, page);
	ptrs_push(known->arena, &known->pages, page);
	return page;
}

bool known_page_has(const struct known_page *page, size_t offset)
{
	return page->whole || (page->is_known && has_bit(page->is_known, offset));
}

static bool is_padding(const struct known_page *page, size_t offset)
{
	return page->is_padding && has_bit(page->is_padding, offset);
}

static void know(struct known_bytes *known, struct known_page *page, size_t offset)
{
	if (page->whole)
		return;
	if (!page->is_known)
		page->is_known = arena_alloc(known->arena, BITS_BYTES);
	set_bit(page->is_known, offset, true);
}

static void put_byte(struct known_bytes *known, struct known_page *page, size_t offset,
		     unsigned char byte)
{
	if (is_padding(page, offset)) {
		set_bit(page->is_padding, offset, false);
		page->bytes[offset] = byte;
	} else if (!known_page_has(page, offset)) {
		know(known, page, offset);
		page->bytes[offset] = byte;
	} else if (page->bytes[offset] != byte) {
		known->nr_changed++;
	}
}

static void put_in_page(struct known_bytes *known, struct known_page *page, size_t offset,
			const unsigned char *bytes, size_t len)
{
	/* Tables are read whole: they cost no bits. */
	if (len == KNOWN_PAGE_BYTES && !page->whole && !page->is_known) {
		memcpy(page->bytes, bytes, len);
		page->whole = true;
		return;
	}
	if (page->whole && memcmp(page->bytes + offset, bytes, len) == 0)
		return;
	for (size_t i = 0; i < len; i++)
		put_byte(known, page, offset + i, bytes[i]);
	page->whole |= len == KNOWN_PAGE_BYTES;
}

void known_bytes_put(struct known_bytes *known, uint64_t at, const void *bytes, size_t len)
{
	const unsigned char *from = bytes;

	while (len) {
		size_t offset = at % KNOWN_PAGE_BYTES, part = KNOWN_PAGE_BYTES - offset;
		struct known_page *page = make_page(known, at);

		if (part > len)
			part = len;
		if (!page)
			return;
		put_in_page(known, page, offset, from, part);
		at += part;
		from += part;
		len -= part;
	}
}

void known_bytes_put_padding(struct known_bytes *known, uint64_t at, size_t len)
{
	for (; len; len--, at++) {
		struct known_page *page = make_page(known, at);
		size_t offset = at % KNOWN_PAGE_BYTES;

		if (!page)
			return;
		if (known_page_has(page, offset))
			continue;
		know(known, page, offset);
		if (!page->is_padding)
			page->is_padding = arena_alloc(known->arena, BITS_BYTES);
		set_bit(page->is_padding, offset, true);
	}
}

bool known_bytes_get(const struct known_bytes *known, uint64_t at, unsigned char *ret)
{
	const struct known_page *page = find_page(known, at);

	if (!page || !known_page_has(page, at % KNOWN_PAGE_BYTES))
		return false;
	*ret = page->bytes[at % KNOWN_PAGE_BYTES];
	return true;
}

bool known_bytes_has_page(const struct known_bytes *known, uint64_t at)
{
	const struct known_page *page = find_page(known, at);

	return page && page->whole;
}

void known_bytes_replace(struct known_bytes *known, uint64_t at, unsigned char byte)
{
	struct known_page *page = find_page(known, at);

	if (page && known_page_has(page, at % KNOWN_PAGE_BYTES))
		page->bytes[at % KNOWN_PAGE_BYTES] = byte;
}

static int compare_pages(const void *a, const void *b)
{
	const struct known_page *const *left = a, *const *right = b;

	return ((*left)->at > (*right)->at) - ((*left)->at < (*right)->at);
}

void known_bytes_sort(struct known_bytes *known)
{
	if (known->pages.nr)
		qsort(known->pages.at, known->pages.nr, sizeof(*known->pages.at), compare_pages);
}

static uint64_t count_in_page(const struct known_page *page)
{
	uint64_t nr = 0;

	for (size_t i = 0; i < KNOWN_PAGE_BYTES; i++)
		nr += known_page_has(page, i) && !is_padding(page, i);
	return nr;
}

uint64_t known_bytes_count(const struct known_bytes *known)
{
	uint64_t nr = 0;

	for (size_t i = 0; i < known->pages.nr; i++)
		nr += count_in_page(known->pages.at[i]);
	return nr;
}
