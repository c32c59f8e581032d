// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel memory in a session with --minimal, by the kernel's own page table: crash_minimal.h says
 * what crash leaves out there.
 */
#include <defs.h>

#include "crash_minimal.h"

#include "iommu/pt_walk.h"

#define QUIETLY (RETURN_ON_ERROR | QUIET)

bool crash_is_minimal(void)
{
	return (pc->flags & MINIMAL_MODE) != 0;
}

static bool address_of(const char *name, uint64_t *ret)
{
	const struct syment *sym = symbol_search((char *)name);

	if (sym)
		*ret = sym->value;
	return sym != NULL;
}

/* A variable of the kernel image, which is where its symbol and phys_base say. */
static bool read_variable(const char *name, uint64_t *ret)
{
	uint64_t at;

	return address_of(name, &at) && readmem(at, KVADDR, ret, sizeof(*ret), "iommu", QUIETLY);
}

static bool in_kernel_image(uint64_t va)
{
	uint64_t first, end;

	return address_of("_text", &first) && address_of("_end", &end) && va >= first && va < end;
}

/* The kernel's map of all memory. Where it starts and what comes next is random (Linux
 * arch/x86/mm/kaslr.c), and fixed in kernels built without CONFIG_DYNAMIC_MEMORY_LAYOUT. */
static bool in_linear_map(uint64_t va)
{
	uint64_t first, next;

	if (!read_variable("page_offset_base", &first) || !read_variable("vmalloc_base", &next)) {
		first = machdep->machspec->page_offset;
		next = machdep->machspec->vmalloc_start_addr;
	}
	return va >= first && va < next;
}

static bool init_table(struct target *target, struct pt_root *ret)
{
	uint64_t top, sme_mask = 0;
	physaddr_t pa;

	(void)target;
	if (!address_of("init_top_pgt", &top) || !kvtop(NULL, top, &pa, 0))
		return false;
	read_variable("sme_me_mask", &sme_mask);
	*ret = (struct pt_root){
		.format = &x86_64_format,
		.table = pa_of(pa),
		.levels = machdep->flags & VM_5LEVEL ? 5 : 4,
		.enc_mask = sme_mask,
	};
	return true;
}

static enum status walk_kernel_table(struct target *target, uint64_t va, struct pa *ret)
{
	struct pt_translation found;
	struct pt_root root;
	uint64_t reach;

	if (!init_table(target, &root))
		return STATUS_BAD_ADDRESS;
	reach = (1ULL << pt_reach_lg2(&root)) - 1;
	pt_translate(target, &root, iova_of(va & reach), &found);
	if (found.result == PT_UNREADABLE)
		return found.steps[found.nr_steps - 1].status;
	if (found.result != PT_MAPPED)
		return STATUS_BAD_ADDRESS;
	*ret = found.pa;
	return STATUS_OK;
}

enum status minimal_to_pa(struct target *target, struct kva at, struct pa *ret)
{
	physaddr_t pa;

	if (!(at.v >> 63))
		return STATUS_BAD_ADDRESS;
	if (!in_kernel_image(at.v) && !in_linear_map(at.v))
		return walk_kernel_table(target, at.v, ret);
	if (!kvtop(NULL, at.v, &pa, 0))
		return STATUS_BAD_ADDRESS;
	ret->v = pa;
	return STATUS_OK;
}

bool minimal_is_memory(uint64_t pa)
{
	uint64_t max_pfn;

	return !read_variable("max_pfn", &max_pfn) || pa / PAGESIZE() < max_pfn;
}
