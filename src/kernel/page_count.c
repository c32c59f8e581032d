// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many pages of IOMMUs lead to a page of memory (Linux drivers/iommu/iommu-debug-pagealloc.c, 7.2 and later,
 * CONFIG_IOMMU_DEBUG_PAGEALLOC): an atomic_t in what mm/page_ext.c keeps beside each struct page. A section of memory
 * has an array of these; the pointer to it is that of page frame 0.
 */
#include "iommu/dma_debug.h"

#include "iommu/arch.h"
#include "iommu/read.h"

#define PAGE_LG2	 12u
#define SECTION_LG2	 27u /* SECTION_SIZE_BITS of x86_64, and of arm64 with pages of 4 KiB */
#define PAGE_EXT_INVALID 1u
#define MAX_EXT_BYTES	 4096u /* all that the kernel's clients of page_ext ask for is some hundred */

/* The static key: struct static_key {atomic_t enabled; ...} */
static struct failure is_counting(struct kernel *k)
{
	uint64_t enabled;
	struct failure failure = kernel_read_variable(k, "iommu_debug_initialized", 4, &enabled);

	return !failed(failure) && !enabled ? failure_of(STATUS_ABSENT) : failure;
}

/* mem_section[pfn / roots][...], with SPARSEMEM_EXTREME a pointer to pages of them. Null: no memory there. */
static struct failure find_section(struct kernel *k, uint64_t nth, struct kva *ret)
{
	struct kva roots, root = { 0 };
	uint64_t bytes, per_root;
	struct failure failure = kernel_read_variable(k, "mem_section", 8, &roots.v);

	*ret = kva_of(0);
	if (!failed(failure))
		failure = kernel_type_size(k, T_MEM_SECTION, &bytes);
	if (failed(failure) || kva_is_null(roots) || !bytes || bytes > 1U << PAGE_LG2)
		return failure;
	per_root = (1U << PAGE_LG2) / bytes;
	failure = kernel_read_number(k, kva_plus(roots, nth / per_root * 8), 8, &root.v);
	if (!failed(failure) && !kva_is_null(root))
		*ret = kva_plus(root, nth % per_root * bytes);
	return failure;
}

/* What the kernel keeps beside that page, a struct iommu_debug_metadata: null where it has none. */
static struct failure find_counter(struct kernel *k, struct kva ops, struct pa at, struct kva *ret)
{
	struct kva section, base;
	uint64_t bytes = 0, offset = 0;
	struct failure failure = kernel_read_member(k, ops, M_PAGE_EXT_OFFSET, &offset);

	*ret = kva_of(0);
	if (!failed(failure))
		failure = kernel_read_variable(k, "page_ext_size", 8, &bytes);
	if (!failed(failure) && (!bytes || bytes > MAX_EXT_BYTES || offset >= bytes))
		failure = failure_at(STATUS_DAMAGED, ops.v);
	if (!failed(failure))
		failure = find_section(k, at.v >> SECTION_LG2, &section);
	if (failed(failure) || kva_is_null(section))
		return failure;
	failure = kernel_read_pointer(k, section, M_SECTION_PAGE_EXT, &base);
	if (!failed(failure) && !kva_is_null(base) && !(base.v & PAGE_EXT_INVALID))
		*ret = kva_plus(base, (at.v >> PAGE_LG2) * bytes + offset);
	return failure;
}

/* ABSENT: it was built without; neither the variable nor the struct is there. */
static struct failure find_ops(struct kernel *k, struct kva *ret)
{
	struct failure failure = kernel_symbol(k, "page_iommu_debug_ops", ret);

	if (failed(failure) && !kernel_has_member(k, M_IOMMU_DEBUG_REF))
		return failure_of(STATUS_ABSENT);
	return first_failure(is_counting(k), failure);
}

struct failure kernel_iommu_page_count(struct kernel *k, struct pa at, uint64_t *ret)
{
	const struct arch *arch = kernel_arch(k);
	struct kva ops, counter;
	struct failure failure = find_ops(k, &ops);

	if (failure.status == STATUS_ABSENT || !arch->page_lg2 || arch->page_lg2[0] != PAGE_LG2 ||
	    at.v >> PAGE_LG2 >= k->nr_frames)
		return failure_of(STATUS_ABSENT);
	if (!failed(failure))
		failure = find_counter(k, ops, at, &counter);
	if (!failed(failure) && kva_is_null(counter))
		return failure_of(STATUS_ABSENT);
	if (!failed(failure))
		failure = kernel_read_member(k, counter, M_IOMMU_DEBUG_REF, ret);
	if (!failed(failure) && *ret > INT32_MAX) {
		failure = failure_at(STATUS_DAMAGED, counter.v);
		kernel_leave_unreported(k, failure);
	}
	return failure;
}
