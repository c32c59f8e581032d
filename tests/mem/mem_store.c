// SPDX-License-Identifier: GPL-2.0-or-later
/* The bytes of a kernel made of text: pages that exist only where the text wrote something. */
#include "mem_store.h"

#include <stdlib.h>
#include <string.h>

#define NR_BUCKETS 4096u

struct store_page {
	struct store_page *next;
	uint64_t at;
	unsigned char bytes[STORE_PAGE];
	unsigned char written[STORE_PAGE / 8]; /* a bit a byte */
};

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static size_t bucket_of(uint64_t page_at)
{
	return (size_t)((page_at / STORE_PAGE * 0x9e3779b97f4a7c15ULL) >> 32) % NR_BUCKETS;
}

static struct store_page *find_page(const struct store *store, uint64_t at)
{
	uint64_t page_at = at & ~(uint64_t)(STORE_PAGE - 1);
	struct store_page *page = store->pages[bucket_of(page_at)];

	while (page && page->at != page_at)
		page = page->next;
	return page;
}

static struct store_page *make_page(struct store *store, uint64_t at)
{
	struct store_page *page = find_page(store, at);
	struct store_page **bucket;

	if (page)
		return page;
	page = must(calloc(1, sizeof(*page)));
	page->at = at & ~(uint64_t)(STORE_PAGE - 1);
	bucket = &store->pages[bucket_of(page->at)];
	page->next = *bucket;
	*bucket = page;
	return page;
}

void store_init(struct store *store)
{
	memset(store, 0, sizeof(*store));
	store->pages = must(calloc(NR_BUCKETS, sizeof(struct store_page *)));
}

void store_release(struct store *store)
{
	for (size_t i = 0; i < NR_BUCKETS; i++) {
		struct store_page *page = store->pages[i];

		while (page) {
			struct store_page *next = page->next;

			free(page);
			page = next;
		}
	}
	free(store->pages);
	free(store->writes);
	memset(store, 0, sizeof(*store));
}

/* What goes on in the same page is the same write: a text fills whole tables word by word. */
static bool goes_on(struct store *store, uint64_t at, size_t len)
{
	struct store_write *last = store->nr_writes ? &store->writes[store->nr_writes - 1] : NULL;

	if (!last || last->at + last->len != at || last->at / STORE_PAGE != (at + len - 1) / STORE_PAGE)
		return false;
	last->len += len;
	return true;
}

static void remember(struct store *store, uint64_t at, size_t len)
{
	if (goes_on(store, at, len))
		return;
	if (store->nr_writes == store->cap_writes) {
		store->cap_writes = store->cap_writes ? 2 * store->cap_writes : 256;
		store->writes =
			must(realloc(store->writes, store->cap_writes * sizeof(*store->writes)));
	}
	store->writes[store->nr_writes++] = (struct store_write){ at, len };
}

/* Bytes from `at` to the end of its page, at most len. */
static size_t part_of_page(uint64_t at, size_t len)
{
	size_t rest = STORE_PAGE - (size_t)(at & (STORE_PAGE - 1));

	return len < rest ? len : rest;
}

/* The bits of bytes [from, to), eight at a time where they are. */
static void mark_written(struct store_page *page, size_t from, size_t to)
{
	for (; from < to && from % 8; from++)
		page->written[from / 8] |= (unsigned char)(1u << from % 8);
	memset(page->written + from / 8, 0xff, (to - from) / 8);
	for (from += (to - from) / 8 * 8; from < to; from++)
		page->written[from / 8] |= (unsigned char)(1u << from % 8);
}

static void write_in_page(struct store_page *page, size_t offset, const unsigned char *from,
			  size_t len)
{
	memcpy(page->bytes + offset, from, len);
	mark_written(page, offset, offset + len);
}

void store_write(struct store *store, uint64_t at, const void *bytes, size_t len)
{
	const unsigned char *from = bytes;

	remember(store, at, len);
	while (len) {
		size_t part = part_of_page(at, len);

		write_in_page(make_page(store, at), at & (STORE_PAGE - 1), from, part);
		from += part;
		at += part;
		len -= part;
	}
}

static bool page_knows(const struct store_page *page, size_t offset, size_t len)
{
	for (size_t i = offset; i < offset + len; i++) {
		if (!(page->written[i / 8] >> i % 8 & 1))
			return false;
	}
	return true;
}

bool store_knows(const struct store *store, uint64_t at, size_t len)
{
	while (len) {
		size_t part = part_of_page(at, len);
		const struct store_page *page = find_page(store, at);

		if (!page || !page_knows(page, at & (STORE_PAGE - 1), part))
			return false;
		at += part;
		len -= part;
	}
	return true;
}

enum status store_read(const struct store *store, uint64_t at, void *buf, size_t len)
{
	unsigned char *to = buf;

	while (len) {
		size_t part = part_of_page(at, len);
		const struct store_page *page = find_page(store, at);

		if (!page)
			return STATUS_BAD_ADDRESS;
		memcpy(to, page->bytes + (at & (STORE_PAGE - 1)), part);
		to += part;
		at += part;
		len -= part;
	}
	return STATUS_OK;
}

void store_flip(struct store *store, uint64_t at, unsigned bit)
{
	struct store_page *page = find_page(store, at);

	if (!page)
		abort();
	page->bytes[at & (STORE_PAGE - 1)] ^= (unsigned char)(1u << bit);
}

uint64_t store_poke(struct store *store, uint64_t at, uint64_t word)
{
	struct store_page *page = find_page(store, at);
	uint64_t before;

	if (!page || at % sizeof(word))
		abort();
	memcpy(&before, page->bytes + (at & (STORE_PAGE - 1)), sizeof(before));
	memcpy(page->bytes + (at & (STORE_PAGE - 1)), &word, sizeof(word));
	return before;
}
