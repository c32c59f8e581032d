// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The allocator of a domain's IOVAs against its page table: what is mapped was allocated and not freed, what was freed
 * was so once, and what is allocated is mapped. The DMA layer allocates before it maps, and unmaps before it frees.
 */
#include "check.h"

#include <inttypes.h>

/* ---- what is mapped of each stretch ---- */

static void add_outside(struct iova_use *use, uint64_t first, uint64_t last)
{
	if (!use->outside)
		use->first_outside = iova_of(first);
	use->outside += last - first + 1;
}

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* A part of what is mapped: in one stretch, or in none. Returns its last byte. */
static uint64_t add_part(struct iova_comparison *c, uint64_t first, uint64_t last)
{
	const struct iova_span *span;

	while (c->nth < c->nr && c->spans[c->nth].last < first)
		c->nth++;
	span = c->nth < c->nr ? &c->spans[c->nth] : NULL;
	if (span && span->first <= first) {
		last = lower(last, span->last);
		c->use->of_span[c->nth] += last - first + 1;
		return last;
	}
	if (span)
		last = lower(last, span->first - 1);
	add_outside(c->use, first, last);
	return last;
}

void iova_comparison_take(struct iova_comparison *c, const struct pt_run *run)
{
	uint64_t first = run->iova.v, last = first + (run->bytes - 1), end;

	c->use->mapped += run->bytes;
	do {
		end = add_part(c, first, last);
		first = end + 1;
	} while (end < last);
}

static bool add_run(void *ctx, const struct pt_run *run)
{
	iova_comparison_take(ctx, run);
	return true;
}

void iova_comparison_start(struct kernel *k, const struct iova_span *spans, size_t nr, struct iova_use *use,
			   struct iova_comparison *ret)
{
	*ret = (struct iova_comparison){ spans, nr, use, 0 };
	*use = (struct iova_use){ .of_span = arena_alloc(k->arena, (nr + 1) * sizeof(*use->of_span)) };
}

void check_iova_use(struct kernel *k, struct domain *domain, const struct iova_span *spans, size_t nr,
		    struct iova_use *ret)
{
	struct iova_comparison comparison;
	const struct pt_visitor visitor = { .ctx = &comparison, .run = add_run };
	struct pt_totals totals = { 0 };
	struct route route;

	iova_comparison_start(k, spans, nr, ret, &comparison);
	route_of_domain(k, domain, &route);
	ret->failure = route.failure;
	if (!route.space.has_table && !route.space.ranges)
		return;
	ret->interrupted = space_scan(k, &route.space, iova_of(0), iova_of(UINT64_MAX), &visitor, &totals) !=
			   STATUS_OK;
	ret->known = !ret->interrupted && pt_totals_are_whole(&totals);
	ret->failure = first_failure(ret->failure, totals.failure);
}

struct iova_span *allocator_spans(struct kernel *k, const struct iova_allocator *allocator)
{
	struct iova_span *spans = arena_alloc(k->arena, (allocator->nr_ranges + 1) * sizeof(*spans));

	for (size_t i = 0; i < allocator->nr_ranges; i++)
		spans[i] = (struct iova_span){ iova_first_byte(allocator, allocator->ranges[i].first),
					       iova_last_byte(allocator, allocator->ranges[i].last) };
	return spans;
}

void check_allocator_use(struct kernel *k, struct domain *domain, const struct iova_allocator *allocator,
			 struct iova_use *ret)
{
	check_iova_use(k, domain, allocator_spans(k, allocator), allocator->nr_ranges, ret);
}

struct iova_span *area_spans(struct kernel *k, const struct ptrs *areas)
{
	struct iova_span *spans = arena_alloc(k->arena, (areas->nr + 1) * sizeof(*spans));

	for (size_t i = 0; i < areas->nr; i++) {
		const struct vfio_area *area = areas->at[i];

		spans[i] = (struct iova_span){ area->iova, area->iova + (area->size - 1) };
	}
	return spans;
}

void check_area_use(struct kernel *k, struct domain *domain, const struct ptrs *areas, struct iova_use *ret)
{
	check_iova_use(k, domain, area_spans(k, areas), areas->nr, ret);
}

void check_unmapped(const struct iova_allocator *a, const struct iova_use *use, struct iova_unmapped *ret)
{
	*ret = (struct iova_unmapped){ 0 };
	for (size_t i = 0; i < a->nr_ranges; i++) {
		const struct iova_range *range = &a->ranges[i];

		if (range->holder != IOVA_IN_USE || use->of_span[i])
			continue;
		if (!ret->nr++)
			ret->first = range;
		ret->granules += range->last - range->first + 1;
	}
}

/* ---- what disagrees ---- */

struct subject {
	struct kernel *k;
	const char *name;
	const struct iova_allocator *allocator;
	const struct iova_use *use;
	struct findings *ret;
};

static struct failure freed_failure(const struct iova_allocator *a)
{
	return first_failure(a->cached_failure, a->queued_failure);
}

static void find_outside(const struct subject *s)
{
	struct finding *finding;

	/* It may be in a range that could not be read. */
	if (!s->use->outside || failed(s->allocator->ranges_failure))
		return;
	finding = finding_add(s->k, s->ret, FINDING_WARNING, "iova-not-allocated",
			      "%s: %" PRIu64 " bytes are mapped that its allocator has not given out, the first at "
			      "%" PRIx64, s->name, s->use->outside, s->use->first_outside.v);
	finding_rests_on(s->k, finding, "the allocator", place_kva(s->allocator->at), "%zu ranges",
			 s->allocator->nr_ranges);
}

static bool is_freed(const struct iova_range *range)
{
	return range->holder == IOVA_CACHED || range->holder == IOVA_PENDING;
}

static void find_freed_mapped(const struct subject *s)
{
	const struct iova_range *first = NULL;
	struct finding *finding;
	uint64_t nr = 0;

	for (size_t i = 0; i < s->allocator->nr_ranges; i++) {
		const struct iova_range *range = &s->allocator->ranges[i];

		if (!is_freed(range) || !s->use->of_span[i])
			continue;
		first = first ? first : range;
		nr++;
	}
	if (!first)
		return;
	finding = finding_add(s->k, s->ret, FINDING_WARNING, "iova-freed-mapped",
			      "%s: %" PRIu64 " range%s freed and still mapped, the first at %" PRIx64 " (%s): it may be "
			      "given to another driver while the device still reaches what it was mapped to", s->name,
			      nr, nr == 1 ? " is" : "s are", iova_first_byte(s->allocator, first->first),
			      iova_holder_name(first->holder));
	finding_rests_on(s->k, finding, "the range", place_kva(first->at), "%" PRIx64 " to %" PRIx64,
			 iova_first_byte(s->allocator, first->first), iova_last_byte(s->allocator, first->last));
}

/* One that stands for all of its kind. */
struct freed {
	uint64_t nr, first;
	struct kva at;
};

static void count_freed(struct freed *freed, bool is_one, uint64_t first, struct kva at)
{
	if (!is_one)
		return;
	if (!freed->nr++) {
		freed->first = first;
		freed->at = at;
	}
}

static void find_freed_twice(const struct subject *s)
{
	const struct iova_allocator *a = s->allocator;
	struct freed freed = { 0 };
	struct finding *finding;

	for (size_t i = 0; i < a->nr_cached; i++)
		count_freed(&freed, a->cached[i].again, a->cached[i].first, a->cached[i].magazine);
	for (size_t i = 0; i < a->nr_queued; i++)
		count_freed(&freed, a->queued[i].again, a->queued[i].first, a->queued[i].at);
	if (!freed.nr)
		return;
	finding = finding_add(s->k, s->ret, FINDING_WARNING, "iova-freed-twice",
			      "%s: %" PRIu64 " address%s freed twice, the first %" PRIx64 ": two drivers may be given it",
			      s->name, freed.nr, freed.nr == 1 ? " was" : "es were", iova_first_byte(a, freed.first));
	finding_rests_on(s->k, finding, "where it is the second time", place_kva(freed.at), "%" PRIx64, freed.first);
}

static void find_freed_unknown(const struct subject *s)
{
	const struct iova_allocator *a = s->allocator;
	struct freed freed = { 0 };
	struct finding *finding;

	for (size_t i = 0; i < a->nr_cached; i++)
		count_freed(&freed, !a->cached[i].has_range, a->cached[i].first, a->cached[i].magazine);
	for (size_t i = 0; i < a->nr_queued; i++)
		count_freed(&freed, !a->queued[i].has_range, a->queued[i].first, a->queued[i].at);
	if (!freed.nr || failed(a->ranges_failure))
		return;
	finding = finding_add(s->k, s->ret, FINDING_WARNING, "iova-freed-unknown",
			      "%s: %" PRIu64 " address%s freed that %s not allocated, the first %" PRIx64, s->name,
			      freed.nr, freed.nr == 1 ? " was" : "es were", freed.nr == 1 ? "is" : "are",
			      iova_first_byte(a, freed.first));
	finding_rests_on(s->k, finding, "where it is kept", place_kva(freed.at), "%" PRIx64, freed.first);
}

static void find_unmapped(const struct subject *s)
{
	const struct iova_allocator *a = s->allocator;
	struct iova_unmapped unmapped;
	struct finding *finding;

	check_unmapped(a, s->use, &unmapped);
	if (!unmapped.nr || failed(freed_failure(a)) || failed(a->reserved_failure) || !s->use->known)
		return;
	finding = finding_add(s->k, s->ret, FINDING_INFO, "iova-not-mapped",
			      "%s: %" PRIu64 " range%s allocated, not mapped and not freed, the first at %" PRIx64
			      ": about to be mapped or freed, kept out of use, or lost", s->name, unmapped.nr,
			      unmapped.nr == 1 ? " is" : "s are", iova_first_byte(a, unmapped.first->first));
	finding_rests_on(s->k, finding, "the range", place_kva(unmapped.first->at), "%" PRIx64 " to %" PRIx64,
			 iova_first_byte(a, unmapped.first->first), iova_last_byte(a, unmapped.first->last));
}

void check_iova(struct kernel *k, const char *name, const struct iova_allocator *allocator,
		const struct iova_use *use, struct findings *ret)
{
	const struct subject subject = { k, name, allocator, use, ret };

	find_outside(&subject);
	find_freed_mapped(&subject);
	find_freed_twice(&subject);
	find_freed_unknown(&subject);
	find_unmapped(&subject);
}

/* ---- VFIO ---- */

static void find_area(struct kernel *k, const char *name, const struct vfio_holder *holder,
		      const struct iova_use *use, struct findings *ret)
{
	const struct vfio_area *first = NULL;
	struct finding *finding;
	uint64_t nr = 0, missing = 0;

	for (size_t i = 0; i < holder->areas.nr; i++) {
		const struct vfio_area *area = holder->areas.at[i];

		if (use->of_span[i] == area->size)
			continue;
		first = first ? first : area;
		nr++;
		missing += area->size - use->of_span[i];
	}
	if (!nr || !use->known)
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "area-not-mapped",
			      "%s: %" PRIu64 " bytes of %" PRIu64 " of the process's areas are not mapped, the first of "
			      "them is that at %" PRIx64, name, missing, nr, first->iova);
	finding_rests_on(k, finding, "VFIO's areas", place_kva(holder->iommu), "%zu", holder->areas.nr);
}

void check_areas(struct kernel *k, const char *name, const struct vfio_holder *holder,
		 const struct iova_use *use, struct findings *ret)
{
	struct finding *finding;

	/* In no container: VFIO has the group, and another one maps for it (iommufd). */
	if (kva_is_null(holder->iommu))
		return;
	find_area(k, name, holder, use, ret);
	if (!use->outside || failed(holder->areas_failure))
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "mapped-outside-areas",
			      "%s: %" PRIu64 " bytes are mapped that are in none of the process's areas, the first at "
			      "%" PRIx64, name, use->outside, use->first_outside.v);
	finding_rests_on(k, finding, "VFIO's areas", place_kva(holder->iommu), "%zu", holder->areas.nr);
}
