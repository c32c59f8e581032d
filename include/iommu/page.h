/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a physical page is: to the resource tree, to the page allocator, and to the process that maps it. */
#ifndef IOMMU_PAGE_H
#define IOMMU_PAGE_H

#include "iommu/kernel.h"

struct page_fact {
	struct failure failure;	/* why what follows is not all */
	const char *resource;	/* /proc/iomem's words for what lies there; NULL: nothing */
	bool is_ram;
	const char *state;	/* "free", "reserved", "slab", "anonymous memory", ... or NULL */
	bool has_task;
	int64_t pid;
	const char *comm;
	bool has_vaddr;
	uint64_t vaddr;		/* in that task, of the byte asked for */
};

void kernel_describe_page(struct kernel *k, struct pa at, struct page_fact *ret);

#endif
