/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files about physical pages: the words of a struct page, and what its type says. */
#ifndef IOMMU_KERNEL_PAGE_H
#define IOMMU_KERNEL_PAGE_H

#include "iommu/kernel.h"

/* The words by which it is told what a page is used for. */
struct page_words {
	struct kva page, head; /* of the page itself, and of the first one of a compound page */
	uint64_t flags, refcount, type, mapping; /* of the head */
};

struct failure kernel_read_page_words(struct kernel *k, struct pa pa, struct page_words *ret);

/* The first page of a block on the page allocator's lists. */
bool page_is_buddy(struct kernel *k, const struct page_words *page);
/* One of the kernel's own objects are in it. */
bool page_is_slab(struct kernel *k, const struct page_words *page);
/* It is a page table of a process. */
bool page_is_table(struct kernel *k, const struct page_words *page);
/* It has no type, and nothing maps it. */
bool page_has_no_type(const struct page_words *page);

#endif
