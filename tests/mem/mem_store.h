/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of the memory target: sparse pages, physical or (outside every `map`) virtual. */
#ifndef IOMMU_TESTS_MEM_STORE_H
#define IOMMU_TESTS_MEM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu/status.h"

#define STORE_PAGE 4096u

struct store_page;

/* What a test wrote, in the order it was written, and in one piece where it goes on in a page: what a bit flip can pick
 * from. */
struct store_write {
	uint64_t at;
	size_t len;
};

struct store {
	struct store_page **pages; /* hash table of nr_buckets chains */
	struct store_write *writes;
	size_t nr_writes, cap_writes;
};

void store_init(struct store *store);
void store_release(struct store *store);

/* The page comes to life, full of zeros, with its first byte. */
void store_write(struct store *store, uint64_t at, const void *bytes, size_t len);

/* Every byte was written by somebody: none of them is a zero that a page came to life with. */
bool store_knows(const struct store *store, uint64_t at, size_t len);

/* OK, or BAD_ADDRESS where no page is. May cross pages. */
enum status store_read(const struct store *store, uint64_t at, void *buf, size_t len);

/* Flips one bit in place; the page must exist. */
void store_flip(struct store *store, uint64_t at, unsigned bit);

/* Writes an aligned word in place; the page must exist. Returns what was there. */
uint64_t store_poke(struct store *store, uint64_t at, uint64_t word);

#endif
