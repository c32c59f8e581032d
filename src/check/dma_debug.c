// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The DMA API's own account of what drivers have mapped, against the allocator of the domain and its page table: what a
 * driver has not given back is allocated and mapped, and what is mapped for a device is some driver's.
 */
#include "check.h"

#include <inttypes.h>

/* ---- stretches of what is accounted for ---- */

static struct iova_span pages_of(const struct dma_mapping *mapping, uint64_t granule)
{
	return (struct iova_span){ mapping->iova & ~(granule - 1), dma_mapping_last(mapping) | (granule - 1) };
}

void dma_debug_use_start(struct kernel *k, const struct dma_debug *debug, const struct domain *domain,
			 uint64_t granule, struct dma_debug_use *ret)
{
	*ret = (struct dma_debug_use){ .debug = debug };
	ret->mappings = dma_debug_of_domain(debug, domain, &ret->nr);
	ret->spans = arena_alloc(k->arena, (ret->nr + 1) * sizeof(*ret->spans));
	ret->span_of = arena_alloc(k->arena, (ret->nr + 1) * sizeof(*ret->span_of));
	for (size_t i = 0; i < ret->nr; i++) {
		struct iova_span pages = pages_of(&ret->mappings[i], granule);
		struct iova_span *last = ret->nr_spans ? &ret->spans[ret->nr_spans - 1] : NULL;

		if (!last || pages.first > last->last)
			ret->spans[ret->nr_spans++] = pages;
		else if (pages.last > last->last)
			last->last = pages.last;
		ret->span_of[i] = ret->nr_spans - 1;
	}
}

uint64_t dma_mapping_mapped(const struct dma_debug_use *use, size_t nth)
{
	return use->use.of_span[use->span_of[nth]];
}

bool dma_mapping_is_mapped(const struct dma_debug_use *use, size_t nth)
{
	const struct iova_span *span = &use->spans[use->span_of[nth]];

	return dma_mapping_mapped(use, nth) == span->last - span->first + 1;
}

/* ---- what disagrees ---- */

struct subject {
	struct kernel *k;
	const char *name;
	const struct iova_allocator *allocator;
	const struct iova_use *of_ranges;
	const struct dma_debug_use *use;
	struct findings *ret;
};

static const char *is_are(uint64_t nr)
{
	return nr == 1 ? " is" : "s are";
}

static const struct iova_range *range_of(const struct subject *s, const struct dma_mapping *mapping)
{
	return iova_find(s->allocator, iova_granule_of(s->allocator, mapping->iova));
}

static bool is_given_out(const struct subject *s, const struct dma_mapping *mapping)
{
	const struct iova_range *range = range_of(s, mapping);

	return range && range->holder != IOVA_CACHED && range->holder != IOVA_PENDING;
}

/* Memory of another device is reached at its address on the bus, which no allocator gives out: it reserves what host
 * bridges have. */
static bool is_on_the_bus(const struct subject *s, const struct dma_mapping *mapping)
{
	const struct iova_range *range = range_of(s, mapping);

	return mapping->has_pa && mapping->pa.v == mapping->iova &&
	       (!range || range->holder == IOVA_RESERVED || failed(s->allocator->reserved_failure));
}

static void rest_on(const struct subject *s, struct finding *finding, const struct dma_mapping *mapping)
{
	finding_rests_on(s->k, finding, "dma_debug's entry", place_kva(mapping->at), "%" PRIx64 " to %" PRIx64,
			 mapping->iova, dma_mapping_last(mapping));
}

static void find_not_allocated(const struct subject *s)
{
	const struct dma_mapping *first = NULL;
	struct finding *finding;
	uint64_t nr = 0;

	if (failed(s->allocator->ranges_failure))
		return;
	for (size_t i = 0; i < s->use->nr; i++) {
		const struct dma_mapping *mapping = &s->use->mappings[i];

		if (is_given_out(s, mapping) || is_on_the_bus(s, mapping))
			continue;
		first = first ? first : mapping;
		nr++;
	}
	if (!first)
		return;
	finding = finding_add(s->k, s->ret, FINDING_WARNING, "dma-debug-not-allocated",
			      "%s: %" PRIu64 " mapping%s a driver's by dma_debug, and the allocator has it %s, the first at "
			      "%" PRIx64 " (%s): it was given back by half, or just then", s->name, nr, is_are(nr),
			      range_of(s, first) ? "freed" : "not given out", first->iova,
			      first->device ? first->device->name : "?");
	rest_on(s, finding, first);
}

static void find_not_mapped(const struct subject *s)
{
	const struct dma_mapping *first = NULL;
	struct finding *finding;
	uint64_t nr = 0;

	if (!s->use->use.known)
		return;
	for (size_t i = 0; i < s->use->nr; i++) {
		const struct dma_mapping *mapping = &s->use->mappings[i];

		if (dma_mapping_is_mapped(s->use, i) || is_on_the_bus(s, mapping))
			continue;
		first = first ? first : mapping;
		nr++;
	}
	if (!first)
		return;
	finding = finding_add(s->k, s->ret, FINDING_WARNING, "dma-debug-not-mapped",
			      "%s: %" PRIu64 " mapping%s a driver's by dma_debug and not mapped, or not all of it, the first at "
			      "%" PRIx64 " (%s): the device is refused what its driver gave it, if it was not being given "
			      "back just then", s->name, nr, is_are(nr), first->iova,
			      first->device ? first->device->name : "?");
	rest_on(s, finding, first);
}

/* Some mapping of the account lies in that range; both go up. */
static bool is_accounted_for(const struct subject *s, const struct iova_range *range, size_t *nth)
{
	const struct iova_span *spans = s->use->spans;

	while (*nth < s->use->nr_spans && spans[*nth].last < iova_first_byte(s->allocator, range->first))
		++*nth;
	return *nth < s->use->nr_spans && spans[*nth].first <= iova_last_byte(s->allocator, range->last);
}

static void find_unknown(const struct subject *s)
{
	const struct iova_allocator *a = s->allocator;
	const struct iova_range *first = NULL;
	struct finding *finding;
	uint64_t nr = 0;
	size_t nth = 0;

	/* What is not in use, and what somebody keeps account of, is known only when all could be read. */
	if (failed(s->use->debug->failure) || failed(a->cached_failure) || failed(a->queued_failure) ||
	    failed(a->reserved_failure))
		return;
	for (size_t i = 0; i < a->nr_ranges; i++) {
		const struct iova_range *range = &a->ranges[i];

		if (range->holder != IOVA_IN_USE || !s->of_ranges->of_span[i] || is_accounted_for(s, range, &nth))
			continue;
		first = first ? first : range;
		nr++;
	}
	if (!first)
		return;
	finding = finding_add(s->k, s->ret, FINDING_INFO, "dma-debug-unknown",
			      "%s: %" PRIu64 " range%s mapped that no mapping of dma_debug's is in, the first at %" PRIx64
			      ": mapped through an interface that it does not follow, or lost by a driver", s->name, nr,
			      is_are(nr), iova_first_byte(a, first->first));
	finding_rests_on(s->k, finding, "the range", place_kva(first->at), "%" PRIx64 " to %" PRIx64,
			 iova_first_byte(a, first->first), iova_last_byte(a, first->last));
}

void check_dma_debug(struct kernel *k, const char *name, const struct iova_allocator *allocator,
		     const struct iova_use *of_ranges, const struct dma_debug_use *use, struct findings *ret)
{
	const struct subject subject = { k, name, allocator, of_ranges, use, ret };

	if (!use->debug->is_on)
		return;
	find_not_allocated(&subject);
	find_not_mapped(&subject);
	find_unknown(&subject);
}
