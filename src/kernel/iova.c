// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a domain's allocator of IOVAs is, what it starts from, and what is free in it. Where:
 *
 *   iommu_domain.iova_cookie	5.5 and later on AMD, 5.11 and later on VT-d: the core's DMA layer
 *   the driver's own struct	before: see the vendor's iova_domain()
 *
 * A cookie can be another one's, who gives it a type: it says that itself up to 6.12, and the domain from 6.18 on.
 */
#include "iova.h"

#include "iommu/vendor.h"

#include <stdlib.h>

/* Linux include/linux/iommu.h, IOMMU_COOKIE_DMA_IOVA, where the domain says it; drivers/iommu/dma-iommu.c,
 * IOMMU_DMA_IOVA_COOKIE, where the cookie does. */
#define DOMAIN_SAYS_DMA 1
#define COOKIE_SAYS_DMA 0

#define MASK_WITHOUT_ONE 0xffffffffULL /* dma_get_mask() of a device whose driver set none */

#define SMALLEST_GRANULE_LG2 9
#define LARGEST_GRANULE_LG2  30

const char *iova_holder_name(enum iova_holder holder)
{
	static const char *const names[] = { "in use", "reserved", "cached", "pending" };

	return names[holder];
}

const char *iova_state(const struct iova_allocator *a, const struct iova_range *range)
{
	if (range->holder == IOVA_IN_USE && (failed(a->cached_failure) || failed(a->queued_failure)))
		return "allocated";
	return iova_holder_name(range->holder);
}

/* ---- where it is ---- */

static struct failure find_in_cookie(struct kernel *k, const struct domain *domain, struct iova_allocator *ret)
{
	bool domain_says = kernel_has_member(k, M_DOMAIN_COOKIE_TYPE);
	uint64_t type = COOKIE_SAYS_DMA;
	struct failure failure = NO_FAILURE;

	if (domain_says)
		failure = kernel_read_member(k, domain->at, M_DOMAIN_COOKIE_TYPE, &type);
	if (!failed(failure) && domain_says && type != DOMAIN_SAYS_DMA)
		return failure_of(STATUS_ABSENT);
	if (!failed(failure))
		failure = kernel_read_pointer(k, domain->at, M_DOMAIN_COOKIE, &ret->cookie);
	if (!failed(failure) && kva_is_null(ret->cookie))
		return failure_of(STATUS_ABSENT);
	if (!failed(failure) && !domain_says)
		failure = kernel_read_member(k, ret->cookie, M_COOKIE_TYPE, &type);
	if (!failed(failure) && !domain_says && type != COOKIE_SAYS_DMA)
		return failure_of(STATUS_ABSENT);
	return failed(failure) ? failure : kernel_member_at(k, ret->cookie, M_COOKIE_IOVAD, &ret->at);
}

static struct failure find(struct kernel *k, const struct domain *domain, struct iova_allocator *ret)
{
	const struct vendor *vendor = domain->vendor;
	struct failure failure;

	if (domain->type != DOMAIN_DMA && domain->type != DOMAIN_DMA_FQ)
		return domain->type < 0 ? domain->failure : failure_of(STATUS_ABSENT);
	if (vendor && vendor->iova_domain) {
		failure = vendor->iova_domain(k, domain, &ret->at);
		if (failure.status != STATUS_ABSENT)
			return failure;
	}
	return find_in_cookie(k, domain, ret);
}

/* ---- its numbers ---- */

static struct failure read_numbers(struct kernel *k, struct iova_allocator *a)
{
	struct failure failure = kernel_read_member(k, a->at, M_IOVAD_GRANULE, &a->granule);

	if (!failed(failure))
		failure = kernel_read_member(k, a->at, M_IOVAD_START, &a->start);
	if (failed(failure))
		return failure;
	if (kernel_has_member(k, M_IOVAD_DMA32))
		failure = kernel_read_member(k, a->at, M_IOVAD_DMA32, &a->end32);
	else if (a->granule)
		a->end32 = (IOVA_LAST_32 + 1) / a->granule; /* what init_iova_domain() writes there */
	if (failed(failure))
		return failure;
	if (kernel_has_member(k, M_IOVAD_MAX32))
		a->has_refused = !failed(kernel_read_member(k, a->at, M_IOVAD_MAX32, &a->refused));
	/* It is zeroed memory until the first device of the domain gets its DMA operations. */
	a->is_set_up = a->start != 0;
	if (!a->is_set_up)
		return NO_FAILURE;
	for (a->granule_lg2 = SMALLEST_GRANULE_LG2; a->granule_lg2 < LARGEST_GRANULE_LG2; a->granule_lg2++) {
		if (a->granule == 1ULL << a->granule_lg2)
			return NO_FAILURE;
	}
	failure = failure_at(STATUS_DAMAGED, a->at.v);
	kernel_leave_unreported(k, failure);
	return failure;
}

/* ---- how far up it reaches ---- */

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static struct failure read_mask(struct kernel *k, struct kva dev, uint64_t *ret)
{
	struct kva at;
	struct failure failure = kernel_read_pointer(k, dev, M_DEVICE_DMA_MASK, &at);

	*ret = 0;
	if (!failed(failure) && !kva_is_null(at))
		failure = kernel_read_number(k, at, 8, ret);
	if (!*ret)
		*ret = MASK_WITHOUT_ONE;
	return failure;
}

static struct iova_limit *read_limit(struct kernel *k, const struct device *dev)
{
	struct iova_limit *limit = arena_alloc(k->arena, sizeof(*limit));

	limit->device = dev;
	limit->failure = read_mask(k, dev->at, &limit->mask);
	if (!failed(limit->failure) && kernel_has_member(k, M_DEVICE_BUS_LIMIT))
		limit->failure = kernel_read_member(k, dev->at, M_DEVICE_BUS_LIMIT, &limit->bus_limit);
	limit->has_bus_limit = limit->bus_limit != 0;
	limit->last = limit->has_bus_limit ? lower(limit->mask, limit->bus_limit) : limit->mask;
	return limit;
}

/* The highest address that the tables of the domain take. */
static bool read_aperture(struct kernel *k, const struct domain *domain, uint64_t *ret)
{
	uint64_t forced = 0;

	*ret = UINT64_MAX;
	if (failed(kernel_read_member(k, domain->at, M_DOMAIN_APERTURE_FORCED, &forced)))
		return false;
	return !forced || !failed(kernel_read_member(k, domain->at, M_DOMAIN_APERTURE_END, ret));
}

static void read_limits(struct kernel *k, const struct domain *domain, struct iova_allocator *a)
{
	uint64_t aperture, highest = 0;
	bool all_known = read_aperture(k, domain, &aperture);

	for (size_t i = 0; i < domain->devices.nr && !target_interrupted(k->target); i++) {
		struct iova_limit *limit = read_limit(k, domain->devices.at[i]);

		limit->last = lower(limit->last, aperture);
		highest = limit->last > highest ? limit->last : highest;
		all_known &= !failed(limit->failure);
		ptrs_push(k->arena, &a->limits, limit);
	}
	a->has_last = all_known;
	a->last = (domain->devices.nr ? highest : aperture) >> a->granule_lg2;
}

/* ---- which ranges were freed ---- */

static struct iova_range *find_range(const struct iova_allocator *a, uint64_t granule)
{
	size_t below = 0, above = a->nr_ranges;

	while (below < above) {
		size_t middle = below + (above - below) / 2;
		struct iova_range *range = &a->ranges[middle];

		if (granule < range->first)
			above = middle;
		else if (granule > range->last)
			below = middle + 1;
		else
			return range;
	}
	return NULL;
}

const struct iova_range *iova_find(const struct iova_allocator *allocator, uint64_t granule)
{
	return find_range(allocator, granule);
}

/* *again: somebody else has it already. */
static bool take(const struct iova_allocator *a, uint64_t first, enum iova_holder holder, size_t nth, bool *again)
{
	struct iova_range *range = find_range(a, first);

	if (!range || range->first != first)
		return false;
	*again = range->holder != IOVA_IN_USE;
	if (!*again) {
		range->holder = holder;
		range->nth = nth;
	}
	return true;
}

static void mark_freed(struct iova_allocator *a)
{
	for (size_t i = 0; i < a->nr_cached; i++)
		a->cached[i].has_range = take(a, a->cached[i].first, IOVA_CACHED, i, &a->cached[i].again);
	for (size_t i = 0; i < a->nr_queued; i++)
		a->queued[i].has_range = take(a, a->queued[i].first, IOVA_PENDING, i, &a->queued[i].again);
}

struct failure kernel_iova_allocator(struct kernel *k, const struct domain *domain, struct iova_allocator *ret)
{
	struct failure failure;

	*ret = (struct iova_allocator){ 0 };
	failure = find(k, domain, ret);
	if (!failed(failure))
		failure = read_numbers(k, ret);
	if (failed(failure) || !ret->is_set_up)
		return failure;
	read_limits(k, domain, ret);
	ret->ranges_failure = iova_read_tree(k, ret->at, &ret->ranges, &ret->nr_ranges);
	iova_read_caches(k, ret);
	iova_read_queues(k, ret);
	mark_freed(ret);
	iova_mark_reserved(k, domain, ret);
	return NO_FAILURE;
}

struct failure kernel_iova_is_taken(struct kernel *k, const struct domain *domain, uint64_t first, uint64_t last,
				    bool *ret)
{
	struct iova_allocator a = { 0 };
	struct failure failure = find(k, domain, &a);

	*ret = false;
	if (!failed(failure))
		failure = read_numbers(k, &a);
	if (!failed(failure) && !a.is_set_up)
		failure = failure_of(STATUS_ABSENT);
	if (!failed(failure))
		failure = iova_read_tree(k, a.at, &a.ranges, &a.nr_ranges);
	for (size_t i = 0; i < a.nr_ranges && !*ret; i++)
		*ret = a.ranges[i].first <= iova_granule_of(&a, first) && a.ranges[i].last >= iova_granule_of(&a, last);
	return *ret ? NO_FAILURE : failure;
}

/* ---- what is free ---- */

struct hole_visitor {
	void (*hole)(void *ctx, uint64_t first, uint64_t last);
	void *ctx;
};

/* Every hole in [first, last], cut to that; emptied: what is cached is free. */
static void each_hole(const struct iova_allocator *a, uint64_t first, uint64_t last, bool emptied,
		      const struct hole_visitor *visitor)
{
	for (size_t i = 0; i < a->nr_ranges; i++) {
		const struct iova_range *range = &a->ranges[i];

		if (range->last < first || (emptied && range->holder == IOVA_CACHED))
			continue;
		if (range->first > last)
			break;
		if (range->first > first)
			visitor->hole(visitor->ctx, first, range->first - 1);
		if (range->last >= last)
			return;
		first = range->last + 1;
	}
	if (first <= last)
		visitor->hole(visitor->ctx, first, last);
}

static void add_hole(void *ctx, uint64_t first, uint64_t last)
{
	struct iova_sum *sum = ctx;

	sum->free += last - first + 1;
	if (sum->has_hole && last - first <= sum->largest.last - sum->largest.first)
		return;
	sum->has_hole = true;
	sum->largest = (struct iova_hole){ first, last };
}

void iova_sum_up(const struct iova_allocator *a, uint64_t first, uint64_t last, struct iova_sum *ret)
{
	const struct hole_visitor visitor = { add_hole, ret };

	*ret = (struct iova_sum){ 0 };
	if (first > last)
		return;
	for (size_t i = 0; i < a->nr_ranges; i++) {
		const struct iova_range *range = &a->ranges[i];
		uint64_t from = range->first > first ? range->first : first;
		uint64_t to = lower(range->last, last);

		if (from > to)
			continue;
		ret->held[range->holder] += to - from + 1;
		ret->nr_ranges[range->holder]++;
	}
	each_hole(a, first, last, false, &visitor);
}

struct fit {
	uint64_t nr, at;
};

/* The largest request of at most `size` granules, a power of two, that starts at a multiple of it in the hole. */
static void try_size(struct fit *fit, uint64_t first, uint64_t last, uint64_t size)
{
	uint64_t start = (first + (size - 1)) & ~(size - 1), nr;

	if (start < first || start > last)
		return;
	nr = lower(size, last - start + 1);
	if (nr <= fit->nr)
		return;
	fit->nr = nr;
	fit->at = (last + 1 - nr) & ~(size - 1);
}

static void fit_into(void *ctx, uint64_t first, uint64_t last)
{
	struct fit *fit = ctx;

	for (unsigned lg2 = 0; lg2 < 63 && last - first >= fit->nr; lg2++)
		try_size(fit, first, last, 1ULL << lg2);
}

uint64_t iova_largest_fit(const struct iova_allocator *a, uint64_t last, bool emptied, uint64_t *at)
{
	struct fit fit = { 0 };
	const struct hole_visitor visitor = { fit_into, &fit };

	if (a->start <= last)
		each_hole(a, a->start, last, emptied, &visitor);
	*at = fit.at;
	return fit.nr;
}
