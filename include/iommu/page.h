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
	bool has_iommu_count;	/* the kernel counts how often IOMMUs map it (iommu/dma_debug.h): */
	uint64_t iommu_count;
	struct failure iommu_count_failure; /* it counts, and this is why the number is not known */
};

void kernel_describe_page(struct kernel *k, struct pa at, struct page_fact *ret);

/* The page whose struct page is at that address. ABSENT: none is. */
struct failure kernel_page_of_struct(struct kernel *k, struct kva at, struct pa *ret);

/* The memory at a kernel address, by the kernel's own page table: what crash makes of an address is arithmetic for the kernel's
 * image and the direct map, whether a page is there or not. Where that table is not known, or could not be read, it is
 * taken. ABSENT: no page is there. */
struct failure kernel_kernel_address(struct kernel *k, struct kva at, struct pa *ret);

/* Where the process of that pid (of its first thread) has an address of its own. ABSENT, with *has_task set or not:
 * it has no page there, or there is no such process. */
struct failure kernel_user_address(struct kernel *k, int64_t pid, uint64_t address, bool *has_task,
				   struct pa *ret);

/* Where the code of the kernel itself is, less that of modules. */
struct failure kernel_text_range(struct kernel *k, struct pa_range *ret);

/* What the resource tree (/proc/iomem) has at an address. */
struct iomem_fact {
	const char *name; /* of the innermost resource; NULL: there is none */
	bool is_ram;	  /* ordinary memory: the kernel hands it out */
	bool is_reserved; /* memory that it does not hand out: firmware said so, or it was reserved at boot */
	uint64_t first, last; /* from here to there the same holds */
};

struct failure kernel_iomem(struct kernel *k, struct pa at, struct iomem_fact *ret);

/* Who has a page of ordinary memory. */
struct page_use {
	enum page_kind {
		PAGE_OTHER,  /* somebody, or nobody can tell */
		PAGE_FREE,   /* the page allocator, on its lists of free blocks */
		PAGE_UNHELD, /* nobody holds a reference to it */
		PAGE_SLAB,   /* objects of the kernel's own: */
		PAGE_TABLE,  /* it is a page table of a process */
	} kind;
	const char *cache; /* SLAB: of which cache; NULL: not known */
	struct kva page;   /* struct page */
};

struct failure kernel_page_use(struct kernel *k, struct pa at, struct page_use *ret);

#endif
