// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who has a page, for those who look at very many: whether it is free, an object of the kernel's own, or a page table.
 * Less than kernel_describe_page() tells, and no process is searched for.
 */
#include "iommu/page.h"

#include "iommu/arch.h"
#include "iommu/read.h"
#include "page.h"

/* Linux mm/page_alloc.c: blocks of up to 2^10 pages. */
#define MAX_ORDER 10u

/* A free block is marked at its first page alone: of the others the mark is before them. */
static bool is_inside_free_block(struct kernel *k, struct pa pa)
{
	uint8_t page_lg2 = kernel_arch(k)->page_lg2[0];
	uint64_t pfn = pa.v >> page_lg2;

	for (unsigned order = 1; order <= MAX_ORDER; order++) {
		uint64_t first = pfn >> order << order, its_order;
		struct page_words block;
		struct failure failure;

		if (first == pfn)
			continue;
		failure = kernel_read_page_words(k, pa_of(first << page_lg2), &block);
		if (failed(failure)) {
			kernel_reported(k, failure);
			return false; /* no page of a free block lacks its struct */
		}
		if (page_is_buddy(k, &block) &&
		    !failed(kernel_read_member(k, block.page, M_PAGE_PRIVATE, &its_order)) &&
		    its_order >= order && its_order <= MAX_ORDER)
			return true;
	}
	return false;
}

static const char *cache_name(struct kernel *k, struct kva head)
{
	struct kva cache, name_at;
	const char *name;

	if (failed(kernel_read_pointer(k, head, M_SLAB_CACHE, &cache)) || kva_is_null(cache) ||
	    failed(kernel_read_pointer(k, cache, M_KMEM_CACHE_NAME, &name_at)) ||
	    failed(kernel_read_string(k, name_at, &name)))
		return NULL;
	return name;
}

struct failure kernel_page_use(struct kernel *k, struct pa at, struct page_use *ret)
{
	struct page_words page;
	struct failure failure = kernel_read_page_words(k, at, &page);

	*ret = (struct page_use){ 0 };
	if (failed(failure))
		return failure;
	ret->page = page.page;
	ret->kind = PAGE_OTHER;
	if (page_is_slab(k, &page)) {
		ret->kind = PAGE_SLAB;
		ret->cache = cache_name(k, page.head);
	} else if (page_is_table(k, &page)) {
		ret->kind = PAGE_TABLE;
	} else if (page_is_buddy(k, &page)) {
		ret->kind = PAGE_FREE;
	} else if (!page.refcount && page_has_no_type(&page)) {
		ret->kind = is_inside_free_block(k, at) ? PAGE_FREE : PAGE_UNHELD;
	}
	return NO_FAILURE;
}
