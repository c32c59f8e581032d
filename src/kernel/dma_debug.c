// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The DMA API's own account of mappings (Linux kernel/dma/debug.c). A hash table of lists: an entry is in the bucket
 * that the bits of its address from 8 KiB on name. There are 1024 buckets up to 5.5, and 16384 later ("dma-debug:
 * increase HASH_SIZE"); no symbol says it, so the buckets themselves are asked: each is the head of a list, which
 * points to itself or is pointed back to.
 */
#include "iommu/dma_debug.h"

#include "iommu/list.h"
#include "iommu/read.h"
#include "iommu/u64map.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FEWEST_BUCKETS 1024u
#define MOST_BUCKETS   (1u << 20)
#define CHUNK_BUCKETS  128u
#define MOST_BYTES     1024u
#define BUCKET_LG2     13u /* HASH_FN_SHIFT */
#define MAX_TYPES      8u  /* kinds of mappings; no kernel has more than five */
#define FRAME_LG2      12u

struct reader {
	struct kernel *k;
	struct dma_debug *ret;
	struct u64map devices; /* struct device * by address */
	struct kva table;
	uint64_t stride, head_offset, nr_buckets;
	const char *types[MAX_TYPES];
	size_t room;
	struct failure table_failure;
};

static void not_all(struct reader *r, struct failure failure)
{
	r->ret->failure = first_failure(r->ret->failure, failure);
}

/* ---- the words ---- */

/* The kernel has its words for the kinds in a table, since the numbers changed more than once: the kind "page" went
 * in 5.0, "resource" became "phy", and "noncoherent" came before that. The words changed too, in their spelling. */
static const char *known_type(const char *word)
{
	static const char *const known[] = { "single", "page", "coherent", "noncoherent", "resource", "phy" };

	if (strcmp(word, "scather-gather") == 0 || strcmp(word, "scatter-gather") == 0)
		return "scatter-gather";
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(word, known[i]) == 0)
			return known[i];
	}
	return NULL;
}

static void read_types(struct reader *r)
{
	struct kva table;

	if (failed(kernel_symbol(r->k, "type2name", &table)))
		return;
	for (unsigned i = 0; i < MAX_TYPES; i++) {
		const char *word;
		uint64_t at;

		/* Behind the last one is something else. */
		if (failed(kernel_read_number(r->k, kva_plus(table, 8 * i), 8, &at)) || !at ||
		    failed(kernel_read_string(r->k, kva_of(at), &word)))
			return;
		r->types[i] = known_type(word);
		if (!r->types[i])
			return;
	}
}

/* enum dma_data_direction, the same in every kernel. */
static const char *direction_of(uint64_t number)
{
	static const char *const words[] = { "both", "to device", "from device", "none" };

	return number < sizeof(words) / sizeof(words[0]) ? words[number] : NULL;
}

/* enum map_err_types, the same since 3.9. */
static enum dma_error_check error_check_of(uint64_t number)
{
	return number < DMA_ERROR_CHECK_UNKNOWN ? (enum dma_error_check)number : DMA_ERROR_CHECK_UNKNOWN;
}

/* ---- an entry ---- */

static struct failure read_pa(struct kernel *k, struct kva at, struct dma_mapping *ret)
{
	uint64_t frame, offset;
	struct failure failure;

	ret->has_pa = true;
	if (kernel_has_member(k, M_DMA_DEBUG_PADDR))
		return kernel_read_member(k, at, M_DMA_DEBUG_PADDR, &ret->pa.v);
	failure = kernel_read_member(k, at, M_DMA_DEBUG_PFN, &frame);
	if (!failed(failure))
		failure = kernel_read_member(k, at, M_DMA_DEBUG_OFFSET, &offset);
	if (!failed(failure))
		ret->pa = pa_of((frame << FRAME_LG2) + offset);
	return failure;
}

/* Not every kernel keeps who mapped it, and nothing rests on it. */
static void read_callers(struct kernel *k, struct kva at, struct dma_mapping *ret)
{
	uint64_t nr, caller;
	struct kva first;

	if (!kernel_has_member(k, M_DMA_DEBUG_STACK_LEN) || !kernel_has_member(k, M_DMA_DEBUG_STACK) ||
	    failed(kernel_read_member(k, at, M_DMA_DEBUG_STACK_LEN, &nr)) ||
	    failed(kernel_member_at(k, at, M_DMA_DEBUG_STACK, &first)))
		return;
	for (unsigned i = 0; i < nr && i < DMA_DEBUG_CALLERS; i++) {
		/* Up to 5.1 a list that is not full ends with an address of all ones. */
		if (failed(kernel_read_number(k, kva_plus(first, 8 * i), 8, &caller)) || !caller ||
		    caller == UINT64_MAX)
			return;
		ret->callers[ret->nr_callers++] = kva_of(caller);
	}
}

static struct failure read_mapping(struct reader *r, struct kva at, struct dma_mapping *ret)
{
	struct kernel *k = r->k;
	uint64_t type, direction, check;
	struct failure failure = kernel_read_pointer(k, at, M_DMA_DEBUG_DEV, &ret->device_at);

	if (!failed(failure))
		failure = kernel_read_member(k, at, M_DMA_DEBUG_ADDR, &ret->iova);
	if (!failed(failure))
		failure = kernel_read_member(k, at, M_DMA_DEBUG_SIZE, &ret->size);
	if (!failed(failure))
		failure = kernel_read_member(k, at, M_DMA_DEBUG_TYPE, &type);
	if (!failed(failure))
		failure = kernel_read_member(k, at, M_DMA_DEBUG_DIRECTION, &direction);
	if (!failed(failure))
		failure = kernel_read_member(k, at, M_DMA_DEBUG_MAP_ERR, &check);
	if (!failed(failure))
		failure = read_pa(k, at, ret);
	if (failed(failure))
		return failure;
	ret->at = at;
	ret->device = u64map_get(&r->devices, ret->device_at.v);
	ret->type = type < MAX_TYPES ? r->types[type] : NULL;
	ret->direction = direction_of(direction);
	ret->error_check = error_check_of(check);
	read_callers(k, at, ret);
	return NO_FAILURE;
}

/* It lies where its address says that it must. */
static bool is_entry(const struct reader *r, const struct dma_mapping *mapping, uint64_t nth)
{
	return mapping->size && mapping->iova <= UINT64_MAX - (mapping->size - 1) &&
	       ((mapping->iova >> BUCKET_LG2) & (r->nr_buckets - 1)) == nth;
}

static void add_mapping(struct reader *r, struct kva at, uint64_t nth)
{
	struct dma_mapping mapping = { 0 };
	struct failure failure = read_mapping(r, at, &mapping);

	if (!failed(failure) && !is_entry(r, &mapping, nth)) {
		failure = failure_at(STATUS_DAMAGED, at.v);
		kernel_leave_unreported(r->k, failure);
	}
	if (failed(failure)) {
		not_all(r, failure);
		return;
	}
	if (r->ret->nr == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		struct dma_mapping *more = arena_alloc(r->k->arena, room * sizeof(*more));

		if (r->ret->nr)
			memcpy(more, r->ret->mappings, r->ret->nr * sizeof(*more));
		r->ret->mappings = more;
		r->room = room;
	}
	r->ret->mappings[r->ret->nr++] = mapping;
}

/* ---- the buckets ---- */

static struct kva head_of(const struct reader *r, uint64_t nth)
{
	return kva_plus(r->table, nth * r->stride + r->head_offset);
}

/* A head that points to itself, or to a node that points back. */
static bool is_head(struct reader *r, uint64_t nth)
{
	struct kva head = head_of(r, nth);
	uint64_t next, back;

	if (target_read_kva(r->k->target, head, &next, 8) != STATUS_OK || !next)
		return false;
	return next == head.v ||
	       (target_read_kva(r->k->target, kva_of(next + 8), &back, 8) == STATUS_OK && back == head.v);
}

/* As many again follow, by three of them, of which one may be damaged. */
static void count_buckets(struct reader *r)
{
	r->nr_buckets = FEWEST_BUCKETS;
	while (r->nr_buckets < MOST_BUCKETS) {
		uint64_t nr = r->nr_buckets;

		if (is_head(r, nr) + is_head(r, nr + 1) + is_head(r, 2 * nr - 1) < 2)
			return;
		r->nr_buckets *= 2;
	}
}

static void read_bucket(struct reader *r, uint64_t nth)
{
	struct ptrs entries = { 0 };

	not_all(r, kernel_list(r->k, head_of(r, nth), M_DMA_DEBUG_LIST, &entries));
	for (size_t i = 0; i < entries.nr; i++)
		add_mapping(r, *(struct kva *)entries.at[i], nth);
}

/* Nearly all are empty: many heads are read at once, and those that point to themselves are done with. */
static void read_buckets(struct reader *r)
{
	uint8_t *chunk = arena_alloc(r->k->arena, CHUNK_BUCKETS * r->stride);

	for (uint64_t first = 0; first < r->nr_buckets && !target_interrupted(r->k->target); first += CHUNK_BUCKETS) {
		enum status status = target_read_kva(r->k->target, kva_plus(r->table, first * r->stride), chunk,
						     CHUNK_BUCKETS * r->stride);

		for (uint64_t i = 0; i < CHUNK_BUCKETS; i++) {
			uint64_t next = 0;

			memcpy(&next, chunk + i * r->stride + r->head_offset, sizeof(next));
			if (status != STATUS_OK || next != head_of(r, first + i).v)
				read_bucket(r, first + i);
		}
	}
}

static struct failure find_buckets(struct reader *r)
{
	struct kva lock = { 0 }, list = { 0 };
	uint64_t size;
	struct failure failure = kernel_member_at(r->k, kva_of(0), M_DMA_DEBUG_BUCKET_LOCK, &lock);

	if (!failed(failure))
		failure = kernel_member_size(r->k, M_DMA_DEBUG_BUCKET_LOCK, &size);
	if (!failed(failure))
		failure = kernel_member_at(r->k, kva_of(0), M_DMA_DEBUG_BUCKET_LIST, &list);
	if (failed(failure))
		return failure;
	r->head_offset = list.v;
	r->stride = (lock.v + size + 7) & ~7ULL;
	/* A lock with all that debugging adds is smaller, and the head lies inside. */
	if (r->stride > MOST_BYTES || r->head_offset > r->stride - 16)
		return failure_missing("the size of a struct hash_bucket");
	count_buckets(r);
	return NO_FAILURE;
}

/* ---- all of it ---- */

static const struct domain *domain_of(const struct dma_mapping *mapping)
{
	return mapping->device ? mapping->device->domain : NULL;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_mappings(const void *a, const void *b)
{
	const struct dma_mapping *x = a, *y = b;
	int order = compare_numbers((uintptr_t)domain_of(x), (uintptr_t)domain_of(y));

	if (!order)
		order = compare_numbers(x->iova, y->iova);
	return order ? order : compare_numbers(x->at.v, y->at.v);
}

static void read_state(struct kernel *k, struct dma_debug *ret)
{
	uint64_t initialized, disabled;

	ret->state_known = !failed(kernel_read_variable(k, "dma_debug_initialized", 1, &initialized)) &&
			   !failed(kernel_read_variable(k, "global_disable", 1, &disabled));
	ret->is_on = ret->state_known && initialized && !disabled;
	ret->has_pool = !failed(kernel_read_variable(k, "nr_total_entries", 4, &ret->pool)) &&
			!failed(kernel_read_variable(k, "num_free_entries", 4, &ret->pool_free));
}

static void know_devices(struct reader *r)
{
	const struct inventory *inv = kernel_inventory(r->k);

	for (size_t i = 0; i < inv->devices.nr; i++) {
		struct device *dev = inv->devices.at[i];

		if (!u64map_get(&r->devices, dev->at.v))
			u64map_add(r->k->arena, &r->devices, dev->at.v, dev);
	}
}

struct failure kernel_dma_debug(struct kernel *k, struct dma_debug *ret)
{
	struct reader reader = { .k = k, .ret = ret };
	struct failure failure;

	*ret = (struct dma_debug){ 0 };
	if (failed(kernel_symbol(k, "dma_entry_hash", &reader.table)))
		return failure_of(STATUS_ABSENT);
	read_state(k, ret);
	/* Then its heads are no lists yet, or nobody takes away what drivers gave back. */
	if (ret->state_known && !ret->is_on)
		return NO_FAILURE;
	failure = find_buckets(&reader);
	if (failed(failure))
		return failure;
	read_types(&reader);
	know_devices(&reader);
	read_buckets(&reader);
	if (target_interrupted(k->target))
		not_all(&reader, failure_of(STATUS_INTERRUPTED));
	if (ret->nr)
		qsort(ret->mappings, ret->nr, sizeof(*ret->mappings), compare_mappings);
	return ret->failure;
}

const struct dma_mapping *dma_debug_of_domain(const struct dma_debug *debug, const struct domain *domain, size_t *nr)
{
	size_t low = 0, high = debug->nr, first;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((uintptr_t)domain_of(&debug->mappings[middle]) < (uintptr_t)domain)
			low = middle + 1;
		else
			high = middle;
	}
	first = low;
	while (low < debug->nr && domain_of(&debug->mappings[low]) == domain)
		low++;
	*nr = low - first;
	return debug->mappings + first;
}

const char *kernel_code_name(struct kernel *k, struct kva at)
{
	uint64_t offset;
	const char *name = target_symbol_around(k->target, at, &offset);

	return name ? arena_printf(k->arena, "%s+0x%" PRIx64, name, offset) :
		      arena_printf(k->arena, "%" PRIx64, at.v);
}
