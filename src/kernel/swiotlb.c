// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pools of bounce buffers (Linux kernel/dma/swiotlb.c). Four shapes, told apart by the members that exist:
 *
 *   io_tlb_mem.defpool		6.6 and later	pools, of which the first is inside; more where they are a list
 *   io_tlb_default_mem		5.15 to 6.5	one pool, a struct
 *   io_tlb_default_mem		5.13, 5.14	a pointer to it, with the slots behind it
 *   io_tlb_start, ...		up to 5.12	variables
 *
 * Each slot has how many free ones follow from it on, within its segment; 0 is one that is taken.
 */
#include "iommu/swiotlb.h"

#include "iommu/read.h"

#define CHUNK_SLOTS 256u

#define OLD_FORCE 1u /* enum swiotlb_force, SWIOTLB_FORCE, up to 5.18 */

/* ---- slots ---- */

/* Where the number is that each slot has of the free ones behind it. */
struct slots {
	struct kva at;
	uint64_t bytes;		/* of a slot */
	uint64_t offset, size;	/* of that number in it */
};

struct count {
	struct bounce_pool *pool;
	uint64_t area_slots; /* 0: no areas */
	uint64_t run;
};

static void count_slot(struct count *count, uint64_t nth, bool is_free)
{
	struct bounce_pool *pool = count->pool;
	uint64_t area = count->area_slots ? nth / count->area_slots : 0;

	if (nth % SWIOTLB_SEGMENT_SLOTS == 0)
		count->run = 0;
	count->run = is_free ? count->run + 1 : 0;
	if (count->run > pool->longest_run)
		pool->longest_run = count->run;
	pool->taken += !is_free;
	if (!is_free && count->area_slots && area < pool->areas.nr)
		((struct bounce_area *)pool->areas.at[area])->counted++;
}

static struct failure count_slots(struct kernel *k, const struct slots *slots, struct bounce_pool *pool,
				  uint64_t area_slots)
{
	struct count count = { pool, area_slots, 0 };
	uint8_t *chunk = arena_alloc(k->arena, CHUNK_SLOTS * slots->bytes);

	for (uint64_t nth = 0; nth < pool->slots; nth += CHUNK_SLOTS) {
		uint64_t nr = pool->slots - nth < CHUNK_SLOTS ? pool->slots - nth : CHUNK_SLOTS;
		struct failure failure = target_interrupted(k->target) ?
						 failure_of(STATUS_INTERRUPTED) :
						 kernel_read(k, kva_plus(slots->at, nth * slots->bytes), chunk,
							     nr * slots->bytes);

		if (failed(failure))
			return failure;
		for (uint64_t i = 0; i < nr; i++) {
			bool is_free = false;

			for (uint64_t byte = 0; byte < slots->size; byte++)
				is_free |= chunk[i * slots->bytes + slots->offset + byte] != 0;
			count_slot(&count, nth + i, is_free);
		}
	}
	return NO_FAILURE;
}

/* ---- a pool ---- */

static struct failure read_bounds(struct kernel *k, struct bounce_pool *pool)
{
	struct failure failure = kernel_read_member(k, pool->at, M_POOL_START, &pool->start.v);

	if (!failed(failure))
		failure = kernel_read_member(k, pool->at, M_POOL_END, &pool->end.v);
	if (!failed(failure))
		failure = kernel_read_member(k, pool->at, M_POOL_NR_SLOTS, &pool->slots);
	return failure;
}

/* The number of slots is that of the memory: else it is no pool. */
static struct failure check_bounds(struct kernel *k, const struct bounce_pool *pool)
{
	struct failure failure;

	if (pool->end.v - pool->start.v == pool->slots * SWIOTLB_SLOT_BYTES &&
	    pool->slots <= UINT64_MAX / SWIOTLB_SLOT_BYTES && pool->slots / 2 <= k->nr_frames)
		return NO_FAILURE;
	failure = failure_at(STATUS_DAMAGED, pool->at.v);
	kernel_leave_unreported(k, failure);
	return failure;
}

static struct failure read_areas(struct kernel *k, struct bounce_pool *pool, uint64_t *area_slots)
{
	struct kva areas;
	uint64_t nr, bytes;
	struct failure failure = kernel_read_member(k, pool->at, M_POOL_NR_AREAS, &nr);

	if (!failed(failure))
		failure = kernel_read_member(k, pool->at, M_POOL_AREA_SLOTS, area_slots);
	if (!failed(failure))
		failure = kernel_read_pointer(k, pool->at, M_POOL_AREAS, &areas);
	if (!failed(failure))
		failure = kernel_type_size(k, T_TLB_AREA, &bytes);
	if (!failed(failure) && (!*area_slots || nr > pool->slots || nr * *area_slots > pool->slots)) {
		failure = failure_at(STATUS_DAMAGED, pool->at.v);
		kernel_leave_unreported(k, failure);
		*area_slots = 0;
	}
	for (uint64_t i = 0; i < nr && !failed(failure); i++) {
		struct bounce_area *area = arena_alloc(k->arena, sizeof(*area));

		area->slots = *area_slots;
		failure = kernel_read_member(k, kva_plus(areas, i * bytes), M_TLB_AREA_USED, &area->used);
		if (!failed(failure))
			ptrs_push(k->arena, &pool->areas, area);
	}
	return failure;
}

static struct failure find_slots(struct kernel *k, const struct bounce_pool *pool, struct slots *ret)
{
	uint64_t size;
	struct kva list = { 0 };
	struct failure failure = kernel_member_size(k, M_POOL_SLOTS, &size);

	if (!failed(failure))
		failure = size == 8 ? kernel_read_pointer(k, pool->at, M_POOL_SLOTS, &ret->at) :
				      kernel_member_at(k, pool->at, M_POOL_SLOTS, &ret->at);
	if (!failed(failure))
		failure = kernel_type_size(k, T_TLB_SLOT, &ret->bytes);
	if (!failed(failure))
		failure = kernel_member_at(k, kva_of(0), M_TLB_SLOT_LIST, &list);
	if (!failed(failure))
		failure = kernel_member_size(k, M_TLB_SLOT_LIST, &ret->size);
	ret->offset = list.v;
	if (!failed(failure) && ret->offset + ret->size > ret->bytes)
		failure = failure_missing("the size of a struct io_tlb_slot");
	return failure;
}

static void add_pool(struct kernel *k, struct kva at, struct bounce_buffers *ret)
{
	struct bounce_pool *pool = arena_alloc(k->arena, sizeof(*pool));
	struct slots slots = { 0 };
	uint64_t area_slots = 0;

	pool->at = at;
	pool->failure = read_bounds(k, pool);
	pool->has_bounds = !failed(pool->failure);
	if (!failed(pool->failure) && !pool->slots)
		return; /* given back */
	ptrs_push(k->arena, &ret->pools, pool);
	if (!failed(pool->failure))
		pool->failure = check_bounds(k, pool);
	if (failed(pool->failure))
		return;
	if (kernel_has_member(k, M_POOL_NR_AREAS))
		pool->areas_failure = read_areas(k, pool, &area_slots);
	pool->failure = find_slots(k, pool, &slots);
	if (!failed(pool->failure))
		pool->failure = count_slots(k, &slots, pool, area_slots);
}

/* ---- pools ---- */

static struct failure read_list(struct kernel *k, struct bounce_buffers *ret)
{
	struct ptrs pools = { 0 };
	struct kva head;
	struct failure failure = kernel_member_at(k, ret->at, M_TLB_POOLS, &head);

	if (!failed(failure))
		failure = kernel_list(k, head, M_POOL_NODE, &pools);
	for (size_t i = 0; i < pools.nr; i++)
		add_pool(k, *(struct kva *)pools.at[i], ret);
	return failure;
}

static void read_counters(struct kernel *k, struct bounce_buffers *ret)
{
	uint64_t forced;

	if (kernel_has_member(k, M_TLB_FORCED))
		ret->has_forced = !failed(kernel_read_member(k, ret->at, M_TLB_FORCED, &forced));
	ret->forced = ret->has_forced && forced;
	if (kernel_has_member(k, M_TLB_TOTAL_USED))
		ret->has_used = !failed(kernel_read_member(k, ret->at, M_TLB_TOTAL_USED, &ret->used));
	if (kernel_has_member(k, M_TLB_HIGH_WATER))
		ret->has_high_water = !failed(kernel_read_member(k, ret->at, M_TLB_HIGH_WATER,
								 &ret->high_water));
	if (kernel_has_member(k, M_TLB_TRANSIENT))
		ret->has_transient = !failed(kernel_read_member(k, ret->at, M_TLB_TRANSIENT, &ret->transient));
}

static struct failure read_mem(struct kernel *k, struct bounce_buffers *ret)
{
	struct kva pool = ret->at;
	struct failure failure = NO_FAILURE;

	read_counters(k, ret);
	ret->is_dynamic = kernel_has_member(k, M_TLB_POOLS);
	if (ret->is_dynamic)
		return read_list(k, ret);
	if (kernel_has_member(k, M_TLB_DEFPOOL))
		failure = kernel_member_at(k, ret->at, M_TLB_DEFPOOL, &pool);
	if (!failed(failure))
		add_pool(k, pool, ret);
	return failure;
}

/* ---- variables ---- */

static struct failure read_variables(struct kernel *k, struct bounce_buffers *ret)
{
	struct bounce_pool *pool = arena_alloc(k->arena, sizeof(*pool));
	struct slots slots = { .bytes = 4, .size = 4 };
	uint64_t value;
	struct failure failure = kernel_read_variable(k, "io_tlb_start", 8, &pool->start.v);

	/* A kernel that has the structs has them in a variable; one without either was built without. */
	if (failure.status == STATUS_MISSING)
		return kernel_has_member(k, M_POOL_NR_SLOTS) ? failure_missing("io_tlb_default_mem") :
							       failure_of(STATUS_ABSENT);
	if (!failed(failure))
		failure = kernel_read_variable(k, "io_tlb_end", 8, &pool->end.v);
	if (!failed(failure))
		failure = kernel_read_variable(k, "io_tlb_nslabs", 8, &pool->slots);
	if (!failed(kernel_read_variable(k, "swiotlb_force", 4, &value))) {
		ret->has_forced = true;
		ret->forced = value == OLD_FORCE;
	}
	if (failed(failure) || !pool->slots)
		return failure;
	ptrs_push(k->arena, &ret->pools, pool);
	ret->has_used = !failed(kernel_read_variable(k, "io_tlb_used", 8, &ret->used));
	pool->failure = check_bounds(k, pool);
	if (!failed(pool->failure))
		pool->failure = kernel_read_variable(k, "io_tlb_list", 8, &slots.at.v);
	if (!failed(pool->failure))
		pool->failure = count_slots(k, &slots, pool, 0);
	return NO_FAILURE;
}

struct failure kernel_bounce_buffers(struct kernel *k, struct bounce_buffers *ret)
{
	struct failure failure;
	uint64_t slots_size;

	*ret = (struct bounce_buffers){ 0 };
	failure = kernel_symbol(k, "io_tlb_default_mem", &ret->at);
	if (failed(failure))
		return read_variables(k, ret);
	failure = kernel_member_size(k, M_POOL_SLOTS, &slots_size);
	ret->by_device = !failed(failure) && slots_size == 8;
	if (!failed(failure) && slots_size != 8)
		failure = kernel_read_number(k, ret->at, 8, &ret->at.v);
	if (failed(failure) || kva_is_null(ret->at))
		return failure;
	return read_mem(k, ret);
}

struct failure kernel_device_bounce(struct kernel *k, const struct device *dev, struct kva *ret)
{
	return kernel_read_pointer(k, dev->at, M_DEVICE_TLB, ret);
}
