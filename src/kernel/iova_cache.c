// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ranges that were freed and are kept for the next request of their size (Linux drivers/iommu/iova.c, "Magazine
 * caches"): a cache for each power of two of granules, in which each CPU has two magazines, and all of them a depot of
 * full ones. Three shapes, told apart by the size of the members:
 *
 *   rcaches, 6 caches		4.18, 5.10	inside the allocator
 *   rcaches, a pointer		6.1 and later	to 6 caches; null: nothing was mapped yet
 *
 *   depot, 32 pointers		up to 6.6	of which depot_size are magazines
 *   depot, a pointer		6.7 and later	a list of depot_size magazines; the word that is the size of a magazine on
 *						a CPU links them, since those of the depot are all full
 */
#include "iova.h"

#include "iommu/list.h"

#include "percpu.h"

#define NR_CACHES 6u /* IOVA_RANGE_CACHE_MAX_SIZE */
#define SMALLEST_GRANULE 4096u

struct caches {
	struct kernel *k;
	struct iova_allocator *allocator;
	struct percpu cpus;
	struct kva first;	/* of the caches */
	uint64_t nr, bytes;	/* how many, and of how many bytes each */
	uint64_t magazine_slots;
	bool has_list;		/* the depot is a list */
	uint64_t depot_slots;	/* of an array */
	bool stop;
};

static void trouble(struct caches *c, struct failure failure)
{
	struct failure *first = &c->allocator->cached_failure;

	if (failure.status == STATUS_DAMAGED)
		kernel_leave_unreported(c->k, failure);
	*first = first_failure(*first, failure);
}

static struct failure damage_at(struct kva at)
{
	return failure_at(STATUS_DAMAGED, at.v);
}

/* ---- a magazine ---- */

/* What is the same for all ranges of one. */
struct magazine {
	struct kva at;
	uint64_t nr;	/* full slots */
	uint64_t granules;
	enum iova_shelf shelf;
	uint32_t cpu;
};

/* A range that the allocator gave out: it starts at its first granule or above, within what an address can be. */
static bool can_be_given(const struct iova_allocator *a, uint64_t first)
{
	return first >= a->start && first <= UINT64_MAX / SMALLEST_GRANULE;
}

/* False: they could not be read, or are damaged: the magazine is none, and leads nowhere. */
static bool read_slots(struct caches *c, const struct magazine *magazine)
{
	struct iova_allocator *a = c->allocator;
	uint64_t *firsts = arena_alloc(c->k->arena, (magazine->nr + 1) * sizeof(*firsts));
	struct kva pfns;
	struct failure failure = kernel_member_at(c->k, magazine->at, M_MAGAZINE_PFNS, &pfns);

	if (!failed(failure))
		failure = kernel_read(c->k, pfns, firsts, magazine->nr * sizeof(*firsts));
	for (uint64_t i = 0; i < magazine->nr && !failed(failure); i++) {
		if (!can_be_given(a, firsts[i])) {
			failure = damage_at(kva_plus(pfns, 8 * i));
			break;
		}
		a->cached = iova_grow(c->k, a->cached, a->nr_cached, sizeof(*a->cached));
		a->cached[a->nr_cached++] = (struct iova_cached){
			.first = firsts[i],
			.nr = magazine->granules,
			.shelf = magazine->shelf,
			.cpu = magazine->cpu,
			.magazine = magazine->at,
		};
	}
	trouble(c, failure);
	return !failed(failure);
}

static void read_sized(struct caches *c, struct magazine *magazine)
{
	struct failure failure = kernel_read_member(c->k, magazine->at, M_MAGAZINE_SIZE, &magazine->nr);

	if (!failed(failure) && magazine->nr > c->magazine_slots)
		failure = damage_at(magazine->at);
	trouble(c, failure);
	if (!failed(failure))
		read_slots(c, magazine);
}

/* ---- the two of a CPU ---- */

static void read_cpu(struct caches *c, struct kva cache, uint64_t granules, uint32_t cpu)
{
	static const unsigned members[] = { M_CPU_RCACHE_LOADED, M_CPU_RCACHE_PREV };
	static const enum iova_shelf shelves[] = { SHELF_LOADED, SHELF_PREVIOUS };

	for (size_t i = 0; i < 2; i++) {
		struct magazine magazine = { .granules = granules, .shelf = shelves[i], .cpu = cpu };
		struct failure failure = kernel_read_pointer(c->k, cache, members[i], &magazine.at);

		trouble(c, failure);
		if (!failed(failure) && !kva_is_null(magazine.at))
			read_sized(c, &magazine);
	}
}

static void read_cpus(struct caches *c, struct kva cache, uint64_t granules)
{
	struct kva variable;
	struct failure failure = kernel_read_pointer(c->k, cache, M_RCACHE_CPUS, &variable);

	trouble(c, failure);
	if (failed(failure) || kva_is_null(variable))
		return;
	for (uint32_t cpu = 0; cpu < c->cpus.nr && !c->stop; cpu++) {
		if (c->cpus.possible[cpu])
			read_cpu(c, percpu_copy(&c->cpus, variable, cpu), granules, cpu);
		c->stop = target_interrupted(c->k->target);
	}
}

/* ---- the depot ---- */

static void read_depot_array(struct caches *c, struct kva depot, uint64_t nr, uint64_t granules)
{
	if (nr > c->depot_slots) {
		trouble(c, damage_at(depot));
		return;
	}
	for (uint64_t i = 0; i < nr; i++) {
		struct magazine magazine = { .granules = granules, .shelf = SHELF_DEPOT };
		struct failure failure = kernel_read_number(c->k, kva_plus(depot, 8 * i), 8, &magazine.at.v);

		trouble(c, failure);
		if (!failed(failure))
			read_sized(c, &magazine);
	}
}

static void read_depot_list(struct caches *c, struct kva depot, uint64_t nr, uint64_t granules)
{
	struct list_walk walk = list_walk_of(c->k->target, LIST_LLIST, depot, kernel_max_nodes(c->k));
	struct kva node;
	uint64_t found = 0;

	while (found < nr && list_walk_next(&walk, &node)) {
		struct magazine magazine = {
			.at = node,
			.nr = c->magazine_slots,
			.granules = granules,
			.shelf = SHELF_DEPOT,
		};

		found++;
		if (!read_slots(c, &magazine))
			return;
	}
	trouble(c, walk.failure);
	if (failed(walk.failure))
		kernel_leave_unreported(c->k, walk.failure);
	else if (found < nr || list_walk_next(&walk, &node))
		trouble(c, damage_at(depot));
}

static void read_depot(struct caches *c, struct kva cache, uint64_t granules)
{
	struct kva depot;
	uint64_t nr;
	struct failure failure = kernel_member_at(c->k, cache, M_RCACHE_DEPOT, &depot);

	if (!failed(failure))
		failure = kernel_read_member(c->k, cache, M_RCACHE_DEPOT_SIZE, &nr);
	trouble(c, failure);
	if (failed(failure))
		return;
	if (c->has_list)
		read_depot_list(c, depot, nr, granules);
	else
		read_depot_array(c, depot, nr, granules);
}

/* ---- all of them ---- */

static struct failure learn_shapes(struct caches *c)
{
	uint64_t rcaches = 0, depot = 0, pfns = 0;
	struct failure failure = kernel_member_size(c->k, M_IOVAD_RCACHES, &rcaches);

	if (!failed(failure))
		failure = kernel_member_at(c->k, c->allocator->at, M_IOVAD_RCACHES, &c->first);
	if (!failed(failure))
		failure = kernel_type_size(c->k, T_IOVA_RCACHE, &c->bytes);
	if (!failed(failure))
		failure = kernel_member_size(c->k, M_RCACHE_DEPOT, &depot);
	if (!failed(failure))
		failure = kernel_member_size(c->k, M_MAGAZINE_PFNS, &pfns);
	if (failed(failure))
		return failure;
	c->nr = rcaches > 8 && c->bytes ? rcaches / c->bytes : NR_CACHES;
	c->has_list = depot == 8;
	c->depot_slots = depot / 8;
	c->magazine_slots = pfns / 8;
	return rcaches > 8 ? NO_FAILURE :
			     kernel_read_pointer(c->k, c->allocator->at, M_IOVAD_RCACHES, &c->first);
}

void iova_read_caches(struct kernel *k, struct iova_allocator *allocator)
{
	struct caches caches = { .k = k, .allocator = allocator };
	struct failure failure = learn_shapes(&caches);

	if (!failed(failure) && kva_is_null(caches.first))
		return;
	if (!failed(failure))
		failure = kernel_percpu(k, &caches.cpus);
	trouble(&caches, failure);
	for (uint64_t i = 0; i < caches.nr && !failed(failure) && !caches.stop; i++) {
		struct kva cache = kva_plus(caches.first, i * caches.bytes);

		read_cpus(&caches, cache, 1ULL << i);
		read_depot(&caches, cache, 1ULL << i);
	}
	if (caches.stop)
		allocator->cached_failure = failure_of(STATUS_INTERRUPTED);
}
