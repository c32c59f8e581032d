/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes of an address space that somebody has read, and which they are: of a page that was read in part
 * the rest is not known. For records of what a command asked of a dump.
 */
#ifndef IOMMU_KNOWN_BYTES_H
#define IOMMU_KNOWN_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu/u64map.h"

#define KNOWN_PAGE_BYTES 4096u

struct known_page {
	uint64_t at;
	bool whole;		   /* every byte is known: the two below need not be asked */
	unsigned char *bytes;	   /* KNOWN_PAGE_BYTES of them */
	unsigned char *is_known;   /* a bit a byte */
	unsigned char *is_padding; /* known as zeros that stand for what was read and not needed; may be NULL */
};

/* All in the arena. Start from known_bytes_init(). */
struct known_bytes {
	struct arena *arena;
	struct u64map by_address;
	struct ptrs pages; /* struct known_page * */
	size_t max_pages;
	bool is_full;	     /* a byte was not kept: there would have been more than max_pages */
	uint64_t nr_changed; /* bytes that were other when they were read again; the first stays */
};

void known_bytes_init(struct known_bytes *known, struct arena *arena, size_t max_pages);

void known_bytes_put(struct known_bytes *known, uint64_t at, const void *bytes, size_t len);
/* Zeros, where nothing better is or becomes known. */
void known_bytes_put_padding(struct known_bytes *known, uint64_t at, size_t len);

/* One byte: false when it is not known. Padding is. */
bool known_bytes_get(const struct known_bytes *known, uint64_t at, unsigned char *ret);
/* All of the page around it is known. */
bool known_bytes_has_page(const struct known_bytes *known, uint64_t at);
/* In place of one that is known. */
void known_bytes_replace(struct known_bytes *known, uint64_t at, unsigned char byte);

/* Brings `pages` into the order of their addresses. */
void known_bytes_sort(struct known_bytes *known);
bool known_page_has(const struct known_page *page, size_t offset);

/* How many bytes are known, without the padding. */
uint64_t known_bytes_count(const struct known_bytes *known);

#endif
