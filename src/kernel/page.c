// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a physical page is: by the resource tree (the tree behind /proc/iomem), by its struct page,
 * and for anonymous memory by the process that maps it. A process address is reported only when
 * that process's own page table maps it to the very page that was asked for.
 */
#include "iommu/page.h"

#include "iommu/arch.h"
#include "iommu/dma_debug.h"
#include "iommu/read.h"
#include "iommu/steps.h"
#include "iommu/task.h"
#include "page.h"

#include <string.h>

#define MAX_RESOURCE_DEPTH 16
#define MAX_RESOURCES	   65536
#define MAX_VMAS	   64 /* of one anon_vma: forks that share the page */

/* Linux include/linux/page-flags.h: the low bits of page->mapping. */
#define MAPPING_FLAGS 3
#define MAPPING_ANON  1
#define MAPPING_KSM   3

/* page->page_type up to 6.11: inverted flags below a fixed top; not enumerators, so not in types. */
#define PAGE_TYPE_BASE 0xf0000000u
#define PAGE_TYPE_BUDDY_FLAG 0x00000080u
#define PAGE_TYPE_TABLE_FLAG 0x00000200u
#define PAGE_TYPE_TABLE_FLAG_5_10 0x00000400u

static const char anonymous_memory[] = "in use, anonymous memory";

/* ---- the resource tree ---- */

struct resource {
	uint64_t start, end;
	struct kva child, sibling;
};

static struct failure read_resource(struct kernel *k, struct kva at, struct resource *ret)
{
	struct failure failure = kernel_read_member(k, at, M_RESOURCE_START, &ret->start);

	if (!failed(failure))
		failure = kernel_read_member(k, at, M_RESOURCE_END, &ret->end);
	if (!failed(failure))
		failure = kernel_read_pointer(k, at, M_RESOURCE_CHILD, &ret->child);
	if (!failed(failure))
		failure = kernel_read_pointer(k, at, M_RESOURCE_SIBLING, &ret->sibling);
	return failure;
}

/* Addresses of which the same holds, both ends in it. */
struct same {
	uint64_t first, last;
};

static void cut_to(struct same *same, uint64_t first, uint64_t last)
{
	same->first = first > same->first ? first : same->first;
	same->last = last < same->last ? last : same->last;
}

/* The child of `at` that holds the address: OK, ABSENT, or why it cannot be told. Whatever it is, *same is cut
 * where another child lies. */
static struct failure find_child(struct kernel *k, struct steps *steps, struct kva at, uint64_t address,
				 struct kva *ret, struct resource *resource, struct same *same)
{
	while (!kva_is_null(at)) {
		struct failure failure = steps_take(steps, at.v);

		if (!failed(failure))
			failure = read_resource(k, at, resource);
		if (failed(failure))
			return failure;
		if (address >= resource->start && address <= resource->end) {
			*ret = at;
			return NO_FAILURE;
		}
		if (resource->start > address)
			cut_to(same, 0, resource->start - 1);
		else if (resource->end < address)
			cut_to(same, resource->end + 1, UINT64_MAX);
		at = resource->sibling;
	}
	return failure_of(STATUS_ABSENT);
}

static struct failure read_name(struct kernel *k, struct kva at, const char **ret)
{
	struct kva name_at;
	struct failure failure = kernel_read_pointer(k, at, M_RESOURCE_NAME, &name_at);

	return failed(failure) ? failure : kernel_read_string(k, name_at, ret);
}

/* What is made of one resource on the way down. ABSENT ends the way, and is no failure. */
typedef struct failure note_resource(struct kernel *k, struct kva at, const struct resource *resource, void *ctx);

/* The way from the top of the tree to the innermost resource that holds the address. Siblings are sorted and do not
 * overlap, so there is one. *same is cut to where what was found holds. */
static struct failure descend(struct kernel *k, struct pa pa, note_resource *note, void *ctx, struct same *same)
{
	struct steps steps = steps_through_tree(k->target, k->arena, MAX_RESOURCES);
	struct resource resource;
	struct kva at;
	struct failure failure = kernel_symbol(k, "iomem_resource", &at);

	if (!failed(failure))
		failure = read_resource(k, at, &resource);
	for (unsigned depth = 0; !failed(failure); depth++) {
		failure = find_child(k, &steps, resource.child, pa.v, &at, &resource, same);
		if (!failed(failure))
			cut_to(same, resource.start, resource.end);
		if (!failed(failure) && depth >= MAX_RESOURCE_DEPTH)
			failure = failure_at(STATUS_DAMAGED, at.v);
		if (!failed(failure))
			failure = note(k, at, &resource, ctx);
	}
	return failure.status == STATUS_ABSENT ? NO_FAILURE : failure;
}

/* The innermost so far; a name that is not to be had ends the way. */
static struct failure note_page(struct kernel *k, struct kva at, const struct resource *resource, void *ctx)
{
	struct page_fact *ret = ctx;
	const char *name;

	(void)resource;
	if (failed(read_name(k, at, &name)))
		return failure_of(STATUS_ABSENT);
	ret->resource = name;
	ret->is_ram |= strcmp(name, "System RAM") == 0;
	return NO_FAILURE;
}

static struct failure describe_resource(struct kernel *k, struct pa pa, struct page_fact *ret)
{
	struct same same = { 0, UINT64_MAX };
	struct failure failure = descend(k, pa, note_page, ret, &same);

	if (failure.status == STATUS_MISSING)
		kernel_leave_unreported(k, failure);
	return failure;
}

/* Linux arch/x86/kernel/e820.c, e820_type_to_string(), of types that are no RAM and no device; arm64 spells its
 * own reservations "reserved". */
static bool is_reserved_name(const char *name)
{
	static const char *const names[] = { "Reserved", "reserved", "ACPI Tables",
					     "ACPI Non-volatile Storage", "Unusable memory",
					     "Soft Reserved" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static struct failure note_iomem(struct kernel *k, struct kva at, const struct resource *resource, void *ctx)
{
	struct iomem_fact *ret = ctx;
	struct failure failure = read_name(k, at, &ret->name);

	(void)resource;
	if (failed(failure))
		return failure;
	ret->is_ram |= strcmp(ret->name, "System RAM") == 0;
	ret->is_reserved |= is_reserved_name(ret->name);
	return NO_FAILURE;
}

struct failure kernel_iomem(struct kernel *k, struct pa pa, struct iomem_fact *ret)
{
	struct same same = { 0, UINT64_MAX };
	struct failure failure;

	*ret = (struct iomem_fact){ 0 };
	failure = descend(k, pa, note_iomem, ret, &same);
	ret->first = same.first;
	ret->last = same.last;
	return failure;
}

/* ---- struct page ---- */

/* Debian 7.2: compound_info of a tail may be no pointer but the mask that makes its own address the
 * head's (Linux include/linux/page-flags.h, compound_info_has_mask()). Every such mask lies in the
 * last 4 GiB, where no struct page is. */
#define FIRST_HEAD_MASK 0xffffffff00000000u

/* The head of a compound page; order pages are counted from it. */
static struct failure head_page(struct kernel *k, struct kva page, struct kva *ret)
{
	uint64_t head;
	struct failure failure = kernel_read_member(k, page, M_PAGE_COMPOUND_HEAD, &head);

	if (failed(failure))
		return failure;
	if (!(head & 1))
		*ret = page;
	else if (head >= FIRST_HEAD_MASK)
		*ret = kva_of(page.v & head);
	else
		*ret = kva_of(head - 1);
	return NO_FAILURE;
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

/* Up to 6.11 a type is a flag that is zero below a fixed top. */
static bool is_old_type(struct kernel *k, uint32_t page_type, uint32_t flag)
{
	int64_t type;

	return layout_enumerator(k->layout, k->target, E_PGTY_BUDDY, &type) != STATUS_OK &&
	       (page_type & (PAGE_TYPE_BASE | flag)) == PAGE_TYPE_BASE;
}

bool page_is_buddy(struct kernel *k, const struct page_words *page)
{
	uint32_t type = (uint32_t)page->type;

	return type_is(k, type, E_PGTY_BUDDY) || is_old_type(k, type, PAGE_TYPE_BUDDY_FLAG);
}

bool page_is_slab(struct kernel *k, const struct page_words *page)
{
	return flag_is_set(k, page->flags, E_PG_SLAB) || type_is(k, (uint32_t)page->type, E_PGTY_SLAB);
}

/* Up to 5.10 the flag for tables stood behind one for pages that are accounted to a memory cgroup, which then became
 * one of MEMCG_DATA's (commit 18b2db3b0385, 5.11). */
static uint32_t old_table_flag(struct kernel *k)
{
	int64_t flag;

	return layout_enumerator(k->layout, k->target, E_MEMCG_DATA_KMEM, &flag) == STATUS_OK ?
		       PAGE_TYPE_TABLE_FLAG : PAGE_TYPE_TABLE_FLAG_5_10;
}

bool page_is_table(struct kernel *k, const struct page_words *page)
{
	uint32_t type = (uint32_t)page->type;

	return type_is(k, type, E_PGTY_TABLE) || is_old_type(k, type, old_table_flag(k));
}

/* Without a type the word counts mappings, from -1 on. */
bool page_has_no_type(const struct page_words *page)
{
	return (uint32_t)page->type == UINT32_MAX;
}

/* ---- the process behind anonymous memory ---- */

struct anon_search {
	struct kernel *k;
	struct page_fact *fact;
	struct pa pa;		/* the byte asked for */
	uint64_t index;		/* of the head page in its object */
	uint64_t offset;	/* of the byte from the head page's start */
	struct steps steps;	/* areas that were looked at */
};

/* Whether the process's own page table has that address at the byte asked for. */
static bool maps_here(struct anon_search *s, struct kva mm, uint64_t vaddr)
{
	struct kernel *k = s->k;
	struct pt_translation translation;
	struct failure failure;
	struct pt_root root;
	struct kva pgd;

	if (!kernel_arch(k)->process_table || failed(kernel_read_pointer(k, mm, M_MM_PGD, &pgd)))
		return false;
	failure = kernel_arch(k)->process_table(k, pgd, &root);
	if (failed(failure)) {
		kernel_leave_unreported(k, failure);
		return false;
	}
	pt_translate(k->target, &root, iova_of(vaddr), &translation);
	if (translation.result == PT_UNREADABLE) {
		const struct pt_step *last = &translation.steps[translation.nr_steps - 1];

		kernel_leave_unreported(k, failure_at(last->status, last->entry_pa.v));
	}
	return translation.result == PT_MAPPED && translation.pa.v == s->pa.v;
}

static bool report_task(struct anon_search *s, struct kva mm, uint64_t vaddr)
{
	struct kernel *k = s->k;
	struct kva task;

	if (failed(kernel_mm_owner(k, mm, &task)) ||
	    failed(kernel_read_task(k, task, &s->fact->pid, &s->fact->comm)))
		return false;
	s->fact->has_task = true;
	s->fact->has_vaddr = true;
	s->fact->vaddr = vaddr;
	return true;
}

/* What page->index of an area's first anonymous page is. Up to 7.2 the area's offset; 7.3 (seen on
 * Debian's) keeps it apart, which differs in private mappings of files and of huge pages. */
static struct failure anon_pgoff(struct kernel *k, struct kva vma, uint64_t *ret)
{
	uint64_t low, high;
	struct failure failure;

	if (!kernel_has_member(k, M_VMA_ANON_PGOFF_LO) ||
	    !kernel_has_member(k, M_VMA_ANON_PGOFF_HI))
		return kernel_read_member(k, vma, M_VMA_PGOFF, ret);
	failure = kernel_read_member(k, vma, M_VMA_ANON_PGOFF_LO, &low);
	if (!failed(failure))
		failure = kernel_read_member(k, vma, M_VMA_ANON_PGOFF_HI, &high);
	if (!failed(failure))
		*ret = high << 32 | low;
	return failure;
}

static bool try_vma(struct anon_search *s, struct kva vma)
{
	struct kernel *k = s->k;
	uint64_t start, end, pgoff;
	struct kva mm;
	const uint8_t *page_lg2 = kernel_arch(k)->page_lg2;

	if (failed(kernel_read_member(k, vma, M_VMA_START, &start)) ||
	    failed(kernel_read_member(k, vma, M_VMA_END, &end)) ||
	    failed(anon_pgoff(k, vma, &pgoff)) ||
	    failed(kernel_read_pointer(k, vma, M_VMA_MM, &mm)))
		return false;
	/* page->index counts page frames, but pages of their own size for hugetlb memory before
	 * v6.7: the process's page table tells which was meant. */
	for (const uint8_t *unit_lg2 = page_lg2; *unit_lg2; unit_lg2++) {
		uint64_t vaddr = start + (s->index << *unit_lg2) - (pgoff << page_lg2[0]) + s->offset;

		if (vaddr >= start && vaddr < end && maps_here(s, mm, vaddr))
			return report_task(s, mm, vaddr);
	}
	return false;
}

/* The interval tree of an anon_vma, in order. */
static bool search_tree(struct anon_search *s, struct kva node)
{
	struct kernel *k = s->k;
	struct kva left, right, chain, vma;

	if (kva_is_null(node) || failed(steps_take(&s->steps, node.v)))
		return false;
	if (failed(kernel_container_of(k, node, M_AVC_RB, &chain)) ||
	    failed(kernel_read_pointer(k, chain, M_AVC_VMA, &vma)))
		return false;
	if (try_vma(s, vma))
		return true;
	if (!failed(kernel_read_pointer(k, node, M_RB_LEFT, &left)) && search_tree(s, left))
		return true;
	return !failed(kernel_read_pointer(k, node, M_RB_RIGHT, &right)) &&
	       search_tree(s, right);
}

struct failure kernel_read_page_words(struct kernel *k, struct pa pa, struct page_words *ret)
{
	const struct {
		unsigned member;
		uint64_t *value;
	} words[] = {
		{ M_PAGE_FLAGS, &ret->flags },
		{ M_PAGE_REFCOUNT, &ret->refcount },
		{ M_PAGE_TYPE, &ret->type },
		{ M_PAGE_MAPPING, &ret->mapping },
	};
	const struct arch *arch = kernel_arch(k);
	struct failure failure = failure_missing("struct page");

	if (arch->page_struct)
		failure = arch->page_struct(k, pa.v >> arch->page_lg2[0], &ret->page);
	if (!failed(failure))
		failure = head_page(k, ret->page, &ret->head);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !failed(failure); i++)
		failure = kernel_read_member(k, ret->head, words[i].member, words[i].value);
	return failure;
}

static void describe_anonymous(struct kernel *k, struct pa pa, const struct page_words *page,
			       struct page_fact *ret)
{
	struct anon_search search = {
		.k = k,
		.fact = ret,
		.pa = pa,
		.steps = steps_through_tree(k->target, k->arena, MAX_VMAS),
	};
	uint64_t page_bytes = 1ULL << kernel_arch(k)->page_lg2[0];
	struct kva root;
	uint64_t struct_bytes;

	if (failed(kernel_type_size(k, T_PAGE, &struct_bytes)) || !struct_bytes ||
	    failed(kernel_read_member(k, page->head, M_PAGE_INDEX, &search.index)) ||
	    failed(kernel_read_pointer(k, kva_of(page->mapping & ~(uint64_t)MAPPING_FLAGS),
				M_ANON_VMA_ROOT_NODE, &root)))
		return;
	search.offset = (page->page.v - page->head.v) / struct_bytes * page_bytes + pa.v % page_bytes;
	search_tree(&search, root);
}

static bool is_anonymous(const struct page_words *page)
{
	return (page->mapping & MAPPING_FLAGS) != MAPPING_KSM && (page->mapping & MAPPING_ANON);
}

static const char *state_of(struct kernel *k, const struct page_words *page)
{
	if (flag_is_set(k, page->flags, E_PG_RESERVED))
		return "reserved";
	/* First: newer kernels (seen on 7.2) count no references to slab, which is in use all the same. */
	if (page_is_slab(k, page))
		return "in use, slab";
	if (page_is_buddy(k, page) || !page->refcount)
		return "free";
	if ((page->mapping & MAPPING_FLAGS) == MAPPING_KSM)
		return "in use, anonymous memory shared by KSM";
	if (is_anonymous(page))
		return anonymous_memory;
	return page->mapping ? "in use, page cache" : "in use";
}

static struct failure describe_struct_page(struct kernel *k, struct pa pa, struct page_fact *ret)
{
	struct page_words page;
	struct failure failure = kernel_read_page_words(k, pa, &page);

	if (failed(failure))
		return failure;
	ret->state = state_of(k, &page);
	if (ret->state == anonymous_memory)
		describe_anonymous(k, pa, &page, ret);
	return NO_FAILURE;
}

void kernel_describe_page(struct kernel *k, struct pa at, struct page_fact *ret)
{
	struct failure failure;

	memset(ret, 0, sizeof(*ret));
	ret->failure = describe_resource(k, at, ret);
	if (failed(ret->failure) || !ret->is_ram)
		return;
	ret->failure = describe_struct_page(k, at, ret);
	failure = kernel_iommu_page_count(k, at, &ret->iommu_count);
	ret->has_iommu_count = !failed(failure);
	if (failure.status != STATUS_ABSENT)
		ret->iommu_count_failure = failure;
}
