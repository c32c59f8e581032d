/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target that is page frames at physical addresses and nothing else: no symbols, no types. */
#ifndef TESTS_PAGES_TARGET_H
#define TESTS_PAGES_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "iommu/target.h"

#define PAGES_WORDS 512

struct page_frame;

struct pages {
	struct target target;
	struct page_frame **slots; /* open addressing, by physical address */
	size_t nr_frames;
	uint64_t nr_reads;
	uint64_t interrupt_at; /* that read and those after it are interrupted; 0: never */
};

struct pages *pages_new(void);
void pages_free(struct pages *pages);

/* A zeroed page at an address of its own (scattered, below 2^46). Returns the address. */
uint64_t pages_add(struct pages *pages);
/* At this address, which must be free. Returns its words. */
uint64_t *pages_add_at(struct pages *pages, uint64_t pa);

/* The address of the nth page, in no special order. */
uint64_t pages_nth(const struct pages *pages, size_t nth);

/* That many bytes, in pages that follow each other, at an address that is a multiple of as many. A
 * power of two; less than a page is the last part of one whose other words are all ones. */
uint64_t pages_add_bytes(struct pages *pages, uint64_t nr_bytes);

/* The words from that address on, to the end of its page, which must exist. */
uint64_t *pages_words(struct pages *pages, uint64_t pa);

/* From now on reads of that page answer `status`. */
void pages_fail(struct pages *pages, uint64_t pa, enum status status);

#endif
