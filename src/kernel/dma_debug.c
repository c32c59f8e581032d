// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The DMA API's account of mappings (Linux kernel/dma/debug.c, CONFIG_DMA_API_DEBUG): a hash of lists, each entry on
 * the list of bits 13 and up of its address. All lists are read here, so what the hash function is does not matter;
 * how many lists there are does: 1,024 up to 4.19 at least, 16,384 in 5.10 and later (and in
 * RHEL 8's 4.18).
 */
#include "iommu/dma_debug.h"

#include "iommu/arch.h"
#include "iommu/list.h"
#include "iommu/read.h"

#include <stdlib.h>
#include <string.h>

#define FEW_BUCKETS  1024u
#define MANY_BUCKETS 16384u
#define TRIED	     8u	 /* buckets that are looked at to tell which */
#define CHUNK_BUCKETS 64u /* both are multiples of it */

#define MIN_BUCKET_BYTES 16u  /* a list_head, and a spinlock */
#define MAX_BUCKET_BYTES 512u /* with all that debugging of locks adds */

/* ---- the state ---- */

/* A variable whose name is that of no other file's, too: else ABSENT, which of them it is is not known. */
static struct failure read_static(struct kernel *k, const char *name, uint64_t size, uint64_t *ret)
{
	struct kva other;

	if (k->target->ops->symbol(k->target, name, 1, &other) == STATUS_OK)
		return failure_of(STATUS_ABSENT);
	return kernel_read_variable(k, name, size, ret);
}

/* Each free one is one of them. */
static void read_counters(struct kernel *k, struct dma_debug *ret)
{
	struct kva at;

	ret->numbers_failure = read_static(k, "nr_total_entries", 4, &ret->nr_entries);
	if (!failed(ret->numbers_failure))
		ret->numbers_failure = read_static(k, "num_free_entries", 4, &ret->nr_free);
	if (!failed(ret->numbers_failure) && ret->nr_free > ret->nr_entries) {
		ret->numbers_failure = kernel_symbol(k, "num_free_entries", &at);
		ret->numbers_failure = first_failure(ret->numbers_failure, failure_at(STATUS_DAMAGED, at.v));
	}
}

static void read_state(struct kernel *k, struct dma_debug *ret)
{
	uint64_t disabled = 1, initialized = 0;

	ret->state_failure = read_static(k, "global_disable", 1, &disabled);
	if (ret->state_failure.status == STATUS_ABSENT)
		ret->state_failure = failure_missing("which of several variables global_disable is its own");
	ret->state_failure = first_failure(ret->state_failure, kernel_read_variable(k, "dma_debug_initialized", 1,
										    &initialized));
	ret->is_on = !failed(ret->state_failure) && !disabled && initialized;
	ret->was_on = !failed(ret->state_failure) && disabled && initialized;
	ret->not_begun = !failed(ret->state_failure) && !disabled && !initialized;
	read_counters(k, ret);
	ret->errors_failure = read_static(k, "error_count", 4, &ret->nr_errors);
}

/* ---- an entry ---- */

static const char *type_word(struct kernel *k, uint64_t type)
{
	static const struct {
		enum enumerator_id id;
		const char *word;
	} types[] = {
		{ E_DMA_DEBUG_SINGLE, "single" },	{ E_DMA_DEBUG_PAGE, "page" },
		{ E_DMA_DEBUG_SG, "scatter-gather" },	{ E_DMA_DEBUG_COHERENT, "coherent" },
		{ E_DMA_DEBUG_RESOURCE, "resource" },	{ E_DMA_DEBUG_NONCOHERENT, "noncoherent" },
		{ E_DMA_DEBUG_PHY, "phy" },
	};
	int64_t value;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (layout_enumerator(k->layout, k->target, types[i].id, &value) == STATUS_OK &&
		    value == (int64_t)type)
			return types[i].word;
	}
	return NULL;
}

static struct failure read_pa(struct kernel *k, struct dma_mapping *m)
{
	const uint8_t *page_lg2 = kernel_arch(k)->page_lg2;
	uint64_t pfn = 0, offset = 0;
	struct failure failure;

	if (kernel_has_member(k, M_DMA_ENTRY_PADDR)) {
		failure = kernel_read_member(k, m->at, M_DMA_ENTRY_PADDR, &m->pa.v);
	} else {
		failure = kernel_read_member(k, m->at, M_DMA_ENTRY_PFN, &pfn);
		if (!failed(failure))
			failure = kernel_read_member(k, m->at, M_DMA_ENTRY_OFFSET, &offset);
		if (!failed(failure) && page_lg2)
			m->pa = pa_of((pfn << page_lg2[0]) + offset);
	}
	m->has_pa = !failed(failure) && (page_lg2 || kernel_has_member(k, M_DMA_ENTRY_PADDR));
	return failure;
}

/* More entries than there are places are damage, and none is believed. */
static struct failure read_stack(struct kernel *k, struct dma_mapping *m)
{
	struct kva stack;
	uint64_t nr;
	struct failure failure;

	if (!kernel_has_member(k, M_DMA_ENTRY_STACK_LEN))
		return NO_FAILURE;
	failure = kernel_read_member(k, m->at, M_DMA_ENTRY_STACK_LEN, &nr);
	if (!failed(failure))
		failure = kernel_member_at(k, m->at, M_DMA_ENTRY_STACK, &stack);
	if (!failed(failure) && nr > DMA_DEBUG_STACK) {
		failure = failure_at(STATUS_DAMAGED, m->at.v);
		kernel_leave_unreported(k, failure);
	}
	for (unsigned i = 0; !failed(failure) && i < nr; i++) {
		failure = kernel_read_number(k, kva_plus(stack, 8ULL * i), 8, &m->stack[i].v);
		if (!failed(failure))
			m->nr_stack = i + 1;
	}
	return failure;
}

/* One that the inventory has is told by it; another is asked itself. */
static struct failure name_device(struct kernel *k, const struct inventory *inv, struct dma_mapping *m)
{
	struct kva name, driver;
	struct failure failure;

	m->device = u64map_get(&inv->device_at, m->device_at.v);
	if (m->device) {
		m->device_name = m->device->name;
		m->driver = m->device->driver;
		m->has_no_driver = !m->driver && device_driver_known(m->device);
		return NO_FAILURE;
	}
	failure = kernel_read_pointer(k, m->device_at, M_DEVICE_KOBJ_NAME, &name);
	if (!failed(failure))
		failure = kernel_read_string(k, name, &m->device_name);
	if (!failed(failure))
		failure = kernel_read_pointer(k, m->device_at, M_DEVICE_DRIVER, &driver);
	m->has_no_driver = !failed(failure) && kva_is_null(driver);
	if (failed(failure) || m->has_no_driver)
		return failure;
	failure = kernel_read_pointer(k, driver, M_DRIVER_NAME, &name);
	return failed(failure) ? failure : kernel_read_string(k, name, &m->driver);
}

/* How it was mapped: each of these may be missing without the others. */
static struct failure read_how(struct kernel *k, struct dma_mapping *m)
{
	struct failure failure = kernel_read_member(k, m->at, M_DMA_ENTRY_TYPE, &m->type), more;

	m->has_type = !failed(failure);
	if (m->has_type)
		m->type_name = type_word(k, m->type);
	more = kernel_read_member(k, m->at, M_DMA_ENTRY_DIRECTION, &m->direction);
	m->has_direction = !failed(more);
	failure = first_failure(failure, more);
	more = kernel_read_member(k, m->at, M_DMA_ENTRY_MAP_ERR, &m->check);
	m->has_check = !failed(more);
	failure = first_failure(failure, more);
	failure = first_failure(failure, read_pa(k, m));
	return first_failure(failure, read_stack(k, m));
}

/* No memory is larger: x86_64 and arm64 have physical addresses of 52 bits at most. */
#define MAX_BYTES (1ULL << 52)

static bool is_range(const struct dma_mapping *m)
{
	return !m->size || (m->size <= MAX_BYTES && m->iova + (m->size - 1) >= m->iova);
}

/* Without device, address and size it is none. */
static struct failure read_entry(struct kernel *k, const struct inventory *inv, struct kva at, struct dma_debug *ret)
{
	struct dma_mapping *m = arena_alloc(k->arena, sizeof(*m));
	struct failure failure = kernel_read_pointer(k, at, M_DMA_ENTRY_DEV, &m->device_at);

	m->at = at;
	if (!failed(failure))
		failure = kernel_read_member(k, at, M_DMA_ENTRY_ADDR, &m->iova);
	if (!failed(failure))
		failure = kernel_read_member(k, at, M_DMA_ENTRY_SIZE, &m->size);
	if (!failed(failure) && !is_range(m))
		failure = failure_at(STATUS_DAMAGED, at.v);
	if (failed(failure))
		return failure;
	ptrs_push(k->arena, &ret->mappings, m);
	return first_failure(read_how(k, m), name_device(k, inv, m));
}

/* ---- the hash ---- */

struct hash {
	struct kernel *k;
	const struct inventory *inv;
	struct kva first;	/* list of the first bucket */
	uint64_t bytes;		/* from a bucket to the next one */
	uint64_t link;		/* where an entry has its struct list_head */
};

static struct kva bucket(const struct hash *h, uint64_t nth)
{
	return kva_plus(h->first, nth * h->bytes);
}

/* A list that is closed, as the kernel makes each when it starts. OK: it is one; DAMAGED: it is none. */
static enum status is_bucket(const struct hash *h, uint64_t nth)
{
	struct kva at = bucket(h, nth), next, prev;
	enum status status = target_read_kva(h->k->target, at, &next.v, 8);

	if (status == STATUS_OK)
		status = target_read_kva(h->k->target, kva_plus(next, 8), &prev.v, 8);
	return status == STATUS_OK && prev.v != at.v ? STATUS_DAMAGED : status;
}

/* What lies behind a short array is no list. */
static struct failure count_buckets(const struct hash *h, uint64_t *ret)
{
	const uint64_t step = (MANY_BUCKETS - FEW_BUCKETS) / TRIED;
	struct failure failure = NO_FAILURE;

	*ret = FEW_BUCKETS;
	for (uint64_t nth = FEW_BUCKETS; nth < MANY_BUCKETS; nth += step) {
		enum status status = is_bucket(h, nth);

		if (status == STATUS_OK) {
			*ret = MANY_BUCKETS;
			return NO_FAILURE;
		}
		if (status == STATUS_NOT_IN_DUMP || status == STATUS_INTERRUPTED)
			failure = first_failure(failure, failure_at(status, bucket(h, nth).v));
	}
	return failure;
}

static struct failure read_bucket(const struct hash *h, struct kva head, struct dma_debug *ret)
{
	struct list_walk walk = list_walk_of(h->k->target, LIST_HEAD, head, kernel_max_nodes(h->k));
	struct failure failure = NO_FAILURE;
	struct kva node;

	while (list_walk_next(&walk, &node))
		failure = first_failure(failure, read_entry(h->k, h->inv, kva_of(node.v - h->link), ret));
	if (failed(walk.failure))
		kernel_leave_unreported(h->k, walk.failure);
	return first_failure(walk.failure, failure);
}

/* Some buckets in one read: most are empty. */
static struct failure read_chunk(const struct hash *h, uint64_t first, uint64_t nr, uint8_t *chunk,
				 struct dma_debug *ret)
{
	bool is_read = target_read_kva(h->k->target, bucket(h, first), chunk, nr * h->bytes) == STATUS_OK;
	struct failure failure = NO_FAILURE;

	if (target_interrupted(h->k->target))
		return failure_of(STATUS_INTERRUPTED);
	for (uint64_t i = 0; i < nr; i++) {
		struct kva head = bucket(h, first + i);
		uint64_t links[2];

		memcpy(links, chunk + i * h->bytes, sizeof(links));
		if (!is_read || links[0] != head.v || links[1] != head.v)
			failure = first_failure(failure, read_bucket(h, head, ret));
	}
	return failure;
}

static struct failure find_hash(struct kernel *k, struct kva array, struct hash *ret)
{
	struct kva link = { 0 };
	struct failure failure = kernel_member_at(k, array, M_DMA_BUCKET_LIST, &ret->first);

	if (!failed(failure))
		failure = kernel_type_size(k, T_DMA_BUCKET, &ret->bytes);
	if (!failed(failure))
		failure = kernel_member_at(k, kva_of(0), M_DMA_ENTRY_LINK, &link);
	if (!failed(failure) && (ret->bytes < MIN_BUCKET_BYTES || ret->bytes > MAX_BUCKET_BYTES))
		failure = failure_missing("the size of a struct hash_bucket");
	ret->k = k;
	ret->inv = kernel_inventory(k);
	ret->link = link.v;
	return failure;
}

static struct failure read_hash(const struct hash *h, struct dma_debug *ret)
{
	uint8_t *chunk = arena_alloc(h->k->arena, CHUNK_BUCKETS * h->bytes);
	uint64_t nr;
	struct failure failure = count_buckets(h, &nr);

	for (uint64_t nth = 0; nth < nr && failure.status != STATUS_INTERRUPTED; nth += CHUNK_BUCKETS) {
		struct failure of_chunk = read_chunk(h, nth, CHUNK_BUCKETS, chunk, ret);

		failure = of_chunk.status == STATUS_INTERRUPTED ? of_chunk : first_failure(failure, of_chunk);
	}
	return failure;
}

static int compare(const void *left, const void *right)
{
	const struct dma_mapping *a = *(const struct dma_mapping *const *)left;
	const struct dma_mapping *b = *(const struct dma_mapping *const *)right;

	int names = strcmp(a->device_name ? a->device_name : "~", b->device_name ? b->device_name : "~");

	if (names)
		return names;
	if (a->device_at.v != b->device_at.v)
		return a->device_at.v < b->device_at.v ? -1 : 1;
	if (a->iova != b->iova)
		return a->iova < b->iova ? -1 : 1;
	return a->at.v < b->at.v ? -1 : a->at.v > b->at.v;
}

/* array: dma_entry_hash. A kernel that has its entries and not that name was built with it, and its namelist has not all
 * of its names. */
static struct failure find_state(struct kernel *k, struct kva *array, struct dma_debug *ret)
{
	*ret = (struct dma_debug){ 0 };
	ret->failure = kernel_symbol(k, "dma_entry_hash", array);
	if (!failed(ret->failure)) {
		read_state(k, ret);
	} else if (kernel_has_member(k, M_DMA_ENTRY_DEV)) {
		ret->state_failure = ret->failure;
		ret->numbers_failure = ret->errors_failure = failure_of(STATUS_ABSENT);
	} else {
		return failure_of(STATUS_ABSENT);
	}
	return NO_FAILURE;
}

struct failure kernel_dma_debug_state(struct kernel *k, struct dma_debug *ret)
{
	struct kva array;

	return find_state(k, &array, ret);
}

struct failure kernel_dma_debug(struct kernel *k, struct dma_debug *ret)
{
	struct hash hash = { 0 };
	struct kva array;
	struct failure failure = find_state(k, &array, ret);

	/* Never begun: the lists are not made either. */
	if (failed(failure) || failed(ret->failure) || (!failed(ret->state_failure) && !ret->is_on && !ret->was_on))
		return failure;
	ret->failure = find_hash(k, array, &hash);
	if (!failed(ret->failure))
		ret->failure = read_hash(&hash, ret);
	if (ret->mappings.nr)
		qsort(ret->mappings.at, ret->mappings.nr, sizeof(ret->mappings.at[0]), compare);
	return NO_FAILURE;
}
