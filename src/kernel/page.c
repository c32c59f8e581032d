// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a physical page is: by the resource tree (the tree behind /proc/iomem), by its struct page,
 * and for anonymous memory by the process that maps it. A process address is reported only when
 * that process's own page table maps it to the very page that was asked for.
 */
#include "iommu/kernel.h"

#include <string.h>

#define KERNEL_PAGE_BYTES 4096u /* x86-64's PAGE_SIZE */

#define MAX_RESOURCE_DEPTH 16
#define MAX_SIBLINGS	   65536
#define MAX_VMAS	   64 /* of one anon_vma: forks that share the page */

/* Linux include/linux/page-flags.h: the low bits of page->mapping. */
#define MAPPING_FLAGS 3
#define MAPPING_ANON  1
#define MAPPING_KSM   3

/* page->page_type up to 6.11: inverted flags below a fixed top; not enumerators, so not in types. */
#define PAGE_TYPE_BASE 0xf0000000u
#define PAGE_TYPE_BUDDY_FLAG 0x00000080u

/* ---- the resource tree ---- */

struct resource {
	uint64_t start, end;
	struct kva child, sibling;
};

static enum status read_resource(struct kernel *k, struct kva at, struct resource *ret)
{
	enum status status = kernel_read_member(k, at, M_RESOURCE_START, &ret->start);

	if (status == STATUS_OK)
		status = kernel_read_member(k, at, M_RESOURCE_END, &ret->end);
	if (status == STATUS_OK)
		status = kernel_read_pointer(k, at, M_RESOURCE_CHILD, &ret->child);
	if (status == STATUS_OK)
		status = kernel_read_pointer(k, at, M_RESOURCE_SIBLING, &ret->sibling);
	return status;
}

static const char *resource_name(struct kernel *k, struct kva at)
{
	struct kva name_at;
	const char *name;

	if (kernel_read_pointer(k, at, M_RESOURCE_NAME, &name_at) != STATUS_OK ||
	    kernel_read_string(k, name_at, &name) != STATUS_OK)
		return NULL;
	return name;
}

/* The child of `at` that holds the address: OK, ABSENT, or why it cannot be told. */
static enum status find_child(struct kernel *k, struct kva first, uint64_t address,
			      struct kva *ret, struct resource *resource)
{
	struct kva at = first;

	for (unsigned i = 0; !kva_is_null(at); i++) {
		enum status status = read_resource(k, at, resource);

		if (status != STATUS_OK)
			return status;
		if (i == MAX_SIBLINGS)
			return STATUS_DAMAGED;
		if (address >= resource->start && address <= resource->end) {
			*ret = at;
			return STATUS_OK;
		}
		at = resource->sibling;
	}
	return STATUS_ABSENT;
}

/* Siblings are sorted and do not overlap, so the way down is unique. */
static void describe_resource(struct kernel *k, struct pa pa, struct page_fact *ret)
{
	struct resource resource;
	struct kva at;

	ret->status = kernel_symbol(k, "iomem_resource", &at);
	if (ret->status == STATUS_MISSING)
		kernel_remember(k, ret->status, k->missing, 0);
	if (ret->status == STATUS_OK)
		ret->status = read_resource(k, at, &resource);
	for (unsigned depth = 0; ret->status == STATUS_OK; depth++) {
		const char *name;
		enum status status = find_child(k, resource.child, pa.v, &at, &resource);

		if (status == STATUS_ABSENT)
			return;
		ret->status = depth < MAX_RESOURCE_DEPTH ? status : STATUS_DAMAGED;
		if (ret->status != STATUS_OK)
			return;
		name = resource_name(k, at);
		if (!name)
			return;
		ret->resource = name;
		ret->is_ram |= strcmp(name, "System RAM") == 0;
	}
}

/* ---- struct page ---- */

static enum status page_struct_of(struct kernel *k, uint64_t pfn, struct kva *ret)
{
	uint64_t vmemmap, size;
	enum status status = kernel_read_variable(k, "vmemmap_base", 8, &vmemmap);

	if (status == STATUS_OK) {
		status = layout_type(k->layout, k->target, T_PAGE, &size);
		if (status == STATUS_MISSING)
			k->missing = "struct page";
	}
	if (status == STATUS_MISSING)
		kernel_remember(k, status, k->missing, 0);
	if (status == STATUS_OK)
		*ret = kva_of(vmemmap + pfn * size);
	return status;
}

/* Debian 7.2: compound_info of a tail may be no pointer but the mask that makes its own address the
 * head's (Linux include/linux/page-flags.h, compound_info_has_mask()). Every such mask lies in the
 * last 4 GiB, where no struct page is. */
#define FIRST_HEAD_MASK 0xffffffff00000000u

/* The head of a compound page; order pages are counted from it. */
static enum status head_page(struct kernel *k, struct kva page, struct kva *ret)
{
	uint64_t head;
	enum status status = kernel_read_member(k, page, M_PAGE_COMPOUND_HEAD, &head);

	if (status != STATUS_OK)
		return status;
	if (!(head & 1))
		*ret = page;
	else if (head >= FIRST_HEAD_MASK)
		*ret = kva_of(page.v & head);
	else
		*ret = kva_of(head - 1);
	return STATUS_OK;
}

static bool flag_is_set(struct kernel *k, uint64_t flags, enum enumerator_id id)
{
	int64_t bit;

	return layout_enumerator(k->layout, k->target, id, &bit) == STATUS_OK && bit >= 0 &&
	       bit < 64 && (flags >> bit & 1);
}

static bool type_is(struct kernel *k, uint32_t page_type, enum enumerator_id id)
{
	int64_t type;

	/* 6.12 and later: the top byte, with enumerators (enum pagetype). */
	return layout_enumerator(k->layout, k->target, id, &type) == STATUS_OK &&
	       page_type >> 24 == (uint32_t)type;
}

static bool is_buddy(struct kernel *k, uint32_t page_type)
{
	int64_t type;

	if (layout_enumerator(k->layout, k->target, E_PGTY_BUDDY, &type) == STATUS_OK)
		return page_type >> 24 == (uint32_t)type;
	return (page_type & (PAGE_TYPE_BASE | PAGE_TYPE_BUDDY_FLAG)) == PAGE_TYPE_BASE;
}

/* ---- the process behind anonymous memory ---- */

struct anon_search {
	struct kernel *k;
	struct page_fact *fact;
	struct pa pa;		/* the byte asked for */
	uint64_t index;		/* of the head page in its object */
	uint64_t offset;	/* of the byte from the head page's start */
	unsigned budget;
};

static unsigned cpu_levels(struct kernel *k)
{
	uint64_t pgdir_shift;

	if (kernel_read_variable(k, "pgdir_shift", 4, &pgdir_shift) == STATUS_OK &&
	    pgdir_shift == pt_span_lg2(&x86_64_format, 5))
		return 5;
	return 4;
}

/* Whether the process's own page table has that address at the byte asked for. */
static bool maps_here(struct anon_search *s, struct kva mm, uint64_t vaddr)
{
	struct kernel *k = s->k;
	struct pt_translation translation;
	struct pt_root root = { .format = &x86_64_format,
				.levels = (uint8_t)cpu_levels(k),
				.enc_mask = k->enc_mask };
	struct kva pgd;

	if (kernel_read_pointer(k, mm, M_MM_PGD, &pgd) != STATUS_OK ||
	    target_to_pa(k->target, pgd, &root.table) != STATUS_OK)
		return false;
	pt_translate(k->target, &root, iova_of(vaddr), &translation);
	if (translation.result == PT_UNREADABLE) {
		const struct pt_step *last = &translation.steps[translation.nr_steps - 1];

		kernel_remember(k, last->status, NULL, last->entry_pa.v);
	}
	return translation.result == PT_MAPPED && translation.pa.v == s->pa.v;
}

static bool report_task(struct anon_search *s, struct kva mm, uint64_t vaddr)
{
	struct kernel *k = s->k;
	struct kva task;

	if (kernel_read_pointer(k, mm, M_MM_OWNER, &task) != STATUS_OK || kva_is_null(task) ||
	    kernel_read_task(k, task, &s->fact->pid, &s->fact->comm) != STATUS_OK)
		return false;
	s->fact->has_task = true;
	s->fact->has_vaddr = true;
	s->fact->vaddr = vaddr;
	return true;
}

/* What page->index of an area's first anonymous page is. Up to 7.2 the area's offset; 7.3 (seen on
 * Debian's) keeps it apart, which differs in private mappings of files and of huge pages. */
static enum status anon_pgoff(struct kernel *k, struct kva vma, uint64_t *ret)
{
	uint64_t low, high;
	enum status status;

	if (!kernel_has_member(k, M_VMA_ANON_PGOFF_LO) ||
	    !kernel_has_member(k, M_VMA_ANON_PGOFF_HI))
		return kernel_read_member(k, vma, M_VMA_PGOFF, ret);
	status = kernel_read_member(k, vma, M_VMA_ANON_PGOFF_LO, &low);
	if (status == STATUS_OK)
		status = kernel_read_member(k, vma, M_VMA_ANON_PGOFF_HI, &high);
	if (status == STATUS_OK)
		*ret = high << 32 | low;
	return status;
}

static bool try_vma(struct anon_search *s, struct kva vma)
{
	struct kernel *k = s->k;
	uint64_t start, end, pgoff;
	struct kva mm;
	/* page->index counts base pages, but pages of their own size for hugetlb memory before
	 * v6.7: the process's page table tells which was meant. */
	static const unsigned unit_lg2[] = { 12, 21, 30 };

	if (kernel_read_member(k, vma, M_VMA_START, &start) != STATUS_OK ||
	    kernel_read_member(k, vma, M_VMA_END, &end) != STATUS_OK ||
	    anon_pgoff(k, vma, &pgoff) != STATUS_OK ||
	    kernel_read_pointer(k, vma, M_VMA_MM, &mm) != STATUS_OK)
		return false;
	for (size_t i = 0; i < sizeof(unit_lg2) / sizeof(unit_lg2[0]); i++) {
		uint64_t vaddr = start + (s->index << unit_lg2[i]) - (pgoff << 12) + s->offset;

		if (vaddr >= start && vaddr < end && maps_here(s, mm, vaddr))
			return report_task(s, mm, vaddr);
	}
	return false;
}

/* The interval tree of an anon_vma, in order; the budget bounds a tree that is none. */
static bool search_tree(struct anon_search *s, struct kva node)
{
	struct kernel *k = s->k;
	struct kva left, right, chain, vma;

	if (kva_is_null(node) || !s->budget)
		return false;
	s->budget--;
	if (kernel_container_of(k, node, M_AVC_RB, &chain) != STATUS_OK ||
	    kernel_read_pointer(k, chain, M_AVC_VMA, &vma) != STATUS_OK)
		return false;
	if (try_vma(s, vma))
		return true;
	if (kernel_read_pointer(k, node, M_RB_LEFT, &left) == STATUS_OK && search_tree(s, left))
		return true;
	return kernel_read_pointer(k, node, M_RB_RIGHT, &right) == STATUS_OK &&
	       search_tree(s, right);
}

static void describe_anonymous(struct kernel *k, struct pa pa, struct kva page, struct kva head,
			       uint64_t mapping, struct page_fact *ret)
{
	struct anon_search search = { .k = k, .fact = ret, .pa = pa, .budget = MAX_VMAS };
	struct kva root;
	uint64_t page_size;

	if (layout_type(k->layout, k->target, T_PAGE, &page_size) != STATUS_OK || !page_size ||
	    kernel_read_member(k, head, M_PAGE_INDEX, &search.index) != STATUS_OK ||
	    kernel_read_pointer(k, kva_of(mapping & ~(uint64_t)MAPPING_FLAGS),
				M_ANON_VMA_ROOT_NODE, &root) != STATUS_OK)
		return;
	search.offset = (page.v - head.v) / page_size * KERNEL_PAGE_BYTES +
			(pa.v & (KERNEL_PAGE_BYTES - 1));
	search_tree(&search, root);
}

static void describe_struct_page(struct kernel *k, struct pa pa, struct page_fact *ret)
{
	struct kva page, head;
	uint64_t flags, refcount, type, mapping;

	ret->status = page_struct_of(k, pa.v / KERNEL_PAGE_BYTES, &page);
	if (ret->status == STATUS_OK)
		ret->status = head_page(k, page, &head);
	if (ret->status == STATUS_OK)
		ret->status = kernel_read_member(k, head, M_PAGE_FLAGS, &flags);
	if (ret->status == STATUS_OK)
		ret->status = kernel_read_member(k, head, M_PAGE_REFCOUNT, &refcount);
	if (ret->status == STATUS_OK)
		ret->status = kernel_read_member(k, head, M_PAGE_TYPE, &type);
	if (ret->status == STATUS_OK)
		ret->status = kernel_read_member(k, head, M_PAGE_MAPPING, &mapping);
	if (ret->status != STATUS_OK)
		return;
	if (flag_is_set(k, flags, E_PG_RESERVED)) {
		ret->state = "reserved";
	} else if (is_buddy(k, (uint32_t)type) || !refcount) {
		ret->state = "free";
	} else if (flag_is_set(k, flags, E_PG_SLAB) || type_is(k, (uint32_t)type, E_PGTY_SLAB)) {
		ret->state = "in use, slab";
	} else if ((mapping & MAPPING_FLAGS) == MAPPING_KSM) {
		ret->state = "in use, anonymous memory shared by KSM";
	} else if (mapping & MAPPING_ANON) {
		ret->state = "in use, anonymous memory";
		describe_anonymous(k, pa, page, head, mapping, ret);
	} else if (mapping) {
		ret->state = "in use, page cache";
	} else {
		ret->state = "in use";
	}
}

void kernel_describe_page(struct kernel *k, struct pa at, struct page_fact *ret)
{
	memset(ret, 0, sizeof(*ret));
	describe_resource(k, at, ret);
	if (ret->status == STATUS_OK && ret->is_ram)
		describe_struct_page(k, at, ret);
}
