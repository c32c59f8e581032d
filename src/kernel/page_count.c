// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many IOMMU mappings the kernel counts of a page (CONFIG_IOMMU_DEBUG_PAGEALLOC, 7.0 and later: Linux
 * drivers/iommu/iommu-debug-pagealloc.c). The count is in the page extension (mm/page_ext.c): an array of structs of
 * page_ext_size bytes beside that of struct page, one array for each section of memory, whose address is kept less that
 * of the section's first page.
 */
#include "iommu/page.h"

#include "iommu/arch.h"
#include "iommu/read.h"

#define EXTENSION_INVALID 1u /* PAGE_EXT_INVALID: the section is being taken away */

/* On x86 and arm64 sections are found through a table of pages that are full of them (SPARSEMEM_EXTREME). */
static struct failure find_section(struct kernel *k, uint64_t nth, uint64_t page_bytes, struct kva *ret)
{
	uint64_t table, root, size;
	struct failure failure = kernel_read_variable(k, "mem_section", 8, &table);

	if (!failed(failure))
		failure = kernel_type_size(k, T_MEM_SECTION, &size);
	if (failed(failure))
		return failure;
	if (!table || !size || size > page_bytes)
		return failure_of(STATUS_ABSENT);
	failure = kernel_read_number(k, kva_of(table + nth / (page_bytes / size) * 8), 8, &root);
	if (failed(failure))
		return failure;
	if (!root)
		return failure_of(STATUS_ABSENT);
	*ret = kva_of(root + nth % (page_bytes / size) * size);
	return NO_FAILURE;
}

/* Whether the kernel was told to count (iommu.debug_pagealloc): else the page extension has no place for it. */
static struct failure find_counts(struct kernel *k, struct kva *operations)
{
	uint64_t enabled;
	struct failure failure = kernel_symbol(k, "page_iommu_debug_ops", operations);

	if (failed(failure))
		return failure_of(STATUS_ABSENT);
	/* struct static_key begins with how often it was switched on. */
	failure = kernel_read_variable(k, "iommu_debug_initialized", 4, &enabled);
	if (!failed(failure) && !enabled)
		failure = failure_of(STATUS_ABSENT);
	return failure;
}

bool kernel_counts_mappings(struct kernel *k)
{
	struct kva operations;

	return !failed(find_counts(k, &operations));
}

static struct failure read_count(struct kernel *k, struct kva operations, struct pa at, uint64_t *ret)
{
	const struct arch *arch = kernel_arch(k);
	uint64_t frame, extension, offset, size;
	struct kva section;
	struct failure failure;

	if (!arch->page_lg2 || !arch->section_lg2)
		return failure_missing("where this architecture keeps sections of memory");
	frame = at.v >> arch->page_lg2[0];
	failure = find_section(k, at.v >> arch->section_lg2, 1ULL << arch->page_lg2[0], &section);
	if (!failed(failure))
		failure = kernel_read_member(k, section, M_MEM_SECTION_PAGE_EXT, &extension);
	if (!failed(failure) && (!extension || (extension & EXTENSION_INVALID)))
		failure = failure_of(STATUS_ABSENT);
	if (!failed(failure))
		failure = kernel_read_variable(k, "page_ext_size", 8, &size);
	if (!failed(failure))
		failure = kernel_read_member(k, operations, M_PAGE_EXT_OPS_OFFSET, &offset);
	return failed(failure) ? failure : kernel_read_number(k, kva_of(extension + size * frame + offset), 4, ret);
}

struct failure kernel_iommu_mappings(struct kernel *k, struct pa at, uint64_t *ret)
{
	struct kva operations;
	struct failure failure = find_counts(k, &operations);

	if (!failed(failure))
		failure = read_count(k, operations, at, ret);
	if (failed(failure) && failure.status != STATUS_ABSENT)
		kernel_leave_unreported(k, failure);
	return failure;
}
