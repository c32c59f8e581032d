// SPDX-License-Identifier: GPL-2.0-or-later
/* What became of one address, as far as memory tells: given out, reserved, freed and where it is kept, or never
 * given out; and whether it is mapped. */
#include "iova.h"

#include <inttypes.h>

static const char *words(struct context *ctx, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *words(struct context *ctx, const char *format, ...)
{
	va_list args;
	const char *text;

	va_start(args, format);
	text = arena_vprintf(&ctx->session->arena, format, args);
	va_end(args);
	return text;
}

/* ---- whether it is mapped ---- */

/* How many pages of IOMMUs lead there, in kernels that count them. */
static const char *count_words(struct context *ctx, struct pa pa)
{
	uint64_t nr;
	struct failure failure = kernel_iommu_page_count(ctx->k, pa, &nr);

	if (failure.status == STATUS_ABSENT)
		return "";
	say_if_not_all(ctx, "read how often the page is mapped", failure);
	if (failed(failure)) {
		sink_null(ctx->sink, "iommu_mappings");
		return "";
	}
	sink_count(ctx->sink, "iommu_mappings", nr);
	return words(ctx, ", which the kernel counts as mapped %" PRIu64 " time%s", nr, nr == 1 ? "" : "s");
}

static const char *mapped_words(struct context *ctx, const struct iova_subject *subject, uint64_t iova)
{
	struct sink *sink = ctx->sink;
	struct pt_translation t;
	struct route route;

	route_of_domain(ctx->k, subject->domain, &route);
	if (!route.space.has_table || route.space.guest) {
		sink_null(sink, "mapped");
		return "";
	}
	pt_translate(route.space.memory, &route.space.root, iova_of(iova), &t);
	switch (t.result) {
	case PT_MAPPED:
		sink_bool(sink, "mapped", true);
		sink_hex(sink, "pa", t.pa.v);
		return words(ctx, "; mapped to %" PRIx64 " %s%s", t.pa.v, word_perm(t.read, t.write),
			     count_words(ctx, t.pa));
	case PT_NOT_MAPPED:
	case PT_BEYOND:
		sink_bool(sink, "mapped", false);
		return "; not mapped";
	case PT_UNREADABLE:
	case PT_BAD_TABLE:
		break;
	}
	sink_null(sink, "mapped");
	could_not_fully(ctx, "tell whether it is mapped",
			failure_of(t.result == PT_UNREADABLE ? t.steps[t.nr_steps - 1].status : STATUS_DAMAGED));
	return "; whether it is mapped is not known: see iommu walk";
}

/* ---- a range ---- */

static void put_range_of(struct context *ctx, const struct iova_allocator *a, const struct iova_range *range)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, "range");
	sink_hex(sink, "iova", iova_first_byte(a, range->first));
	sink_hex(sink, "end", iova_last_byte(a, range->last));
	sink_hex(sink, "address", range->at.v);
	sink_end(sink);
}

static const char *range_words(struct context *ctx, const struct iova_allocator *a,
			       const struct iova_range *range)
{
	return words(ctx, "%" PRIx64 " to %" PRIx64, iova_first_byte(a, range->first),
		     iova_last_byte(a, range->last));
}

static const char *queued_words(struct context *ctx, const struct iova_allocator *a,
				const struct iova_queued *queued)
{
	const char *whose = a->is_single_queue ? "" : words(ctx, " of CPU %u", queued->cpu);

	if (!queued->has_counter || !a->flushes_known)
		return words(ctx, "freed, in the flush queue%s (entry %" PRIx64 "): whether the IOMMU was flushed since is not "
			     "known", whose, queued->at.v);
	if (queued->counter < a->flushes_finished)
		return words(ctx, "freed, in the flush queue%s (entry %" PRIx64 "): the IOMMU was flushed since, so it is "
			     "given back when the queue is next looked at", whose, queued->at.v);
	return words(ctx, "freed, waits in the flush queue%s (entry %" PRIx64 "): queued after %" PRIu64
		     " flushes were started, of which %" PRIu64 " are finished; the device may still reach it", whose,
		     queued->at.v, queued->counter, a->flushes_finished);
}

static void put_place(struct context *ctx, const struct iova_allocator *a, const struct iova_range *range)
{
	struct sink *sink = ctx->sink;

	if (range->holder == IOVA_CACHED) {
		const struct iova_cached *cached = &a->cached[range->nth];
		static const char *const shelves[] = { "loaded", "previous", "depot" };

		sink_string(sink, "shelf", shelves[cached->shelf]);
		if (cached->shelf == SHELF_DEPOT)
			sink_null(sink, "cpu");
		else
			sink_count(sink, "cpu", cached->cpu);
		sink_hex(sink, "magazine", cached->magazine.v);
	} else if (range->holder == IOVA_PENDING) {
		const struct iova_queued *queued = &a->queued[range->nth];

		if (a->is_single_queue)
			sink_null(sink, "cpu");
		else
			sink_count(sink, "cpu", queued->cpu);
		sink_hex(sink, "entry", queued->at.v);
		if (queued->has_counter)
			sink_count(sink, "counter", queued->counter);
		else
			sink_null(sink, "counter");
	}
}

static const char *holder_words(struct context *ctx, const struct iova_allocator *a,
				const struct iova_range *range)
{
	switch (range->holder) {
	case IOVA_RESERVED:
		return "reserved: never given to a driver";
	case IOVA_CACHED:
		return words(ctx, "freed, kept by %s for the next request of its size",
			     iova_shelf_words(ctx, &a->cached[range->nth]));
	case IOVA_PENDING:
		return queued_words(ctx, a, &a->queued[range->nth]);
	case IOVA_IN_USE:
		break;
	}
	if (failed(a->cached_failure) || failed(a->queued_failure))
		return "allocated; whether it was freed since is not known";
	return "allocated, and not freed";
}

/* ---- no range ---- */

static const char *around(struct context *ctx, const struct iova_allocator *a, uint64_t granule)
{
	const struct iova_range *below = NULL, *above = NULL;

	for (size_t i = 0; i < a->nr_ranges && !above; i++) {
		if (a->ranges[i].last < granule)
			below = &a->ranges[i];
		else
			above = &a->ranges[i];
	}
	return words(ctx, "%s%s%s%s", below ? "; below: " : "", below ? range_words(ctx, a, below) : "",
		     above ? "; above: " : "", above ? range_words(ctx, a, above) : "");
}

/* A word for programs, and the rest in words. */
static const char *state_of(struct context *ctx, const struct iova_allocator *a, uint64_t granule,
			    const struct iova_range *range, const char **text)
{
	if (range) {
		*text = words(ctx, "%s, %s", range_words(ctx, a, range), holder_words(ctx, a, range));
		return iova_state(a, range);
	}
	if (granule < a->start) {
		*text = words(ctx, "never given out: the lowest address is %" PRIx64, iova_first_byte(a, a->start));
		return "below-first";
	}
	if (a->has_last && granule > a->last) {
		*text = words(ctx, "beyond what is given out now: the highest address is %" PRIx64, iova_last_byte(a, a->last));
		return "beyond-last";
	}
	if (failed(a->ranges_failure)) {
		*text = "in no range that could be read";
		return "not-known";
	}
	*text = words(ctx, "free: never given out, or given back for good%s", around(ctx, a, granule));
	return "free";
}

const char *put_iova_state(struct context *ctx, const struct iova_allocator *a, uint64_t iova,
			   const struct iova_range **ret)
{
	struct sink *sink = ctx->sink;
	uint64_t granule = iova_granule_of(a, iova);
	const char *text;

	*ret = iova_find(a, granule);
	sink_string(sink, "state", state_of(ctx, a, granule, *ret, &text));
	if (*ret) {
		put_range_of(ctx, a, *ret);
		put_place(ctx, a, *ret);
	} else {
		sink_null(sink, "range");
	}
	return text;
}

static void put_allocator_address(struct context *ctx, const struct iova_subject *subject, uint64_t iova)
{
	const struct iova_range *range;
	const char *text = put_iova_state(ctx, &subject->allocator, iova, &range);
	const char *mapped = mapped_words(ctx, subject, iova);

	sink_heading(ctx->sink, "%" PRIx64 "  %s%s", iova, text, mapped);
}

/* ---- VFIO ---- */

static const struct vfio_area *area_at(const struct vfio_holder *holder, uint64_t iova)
{
	for (size_t i = 0; i < holder->areas.nr; i++) {
		const struct vfio_area *area = holder->areas.at[i];

		if (area->iova <= iova && iova - area->iova < area->size)
			return area;
	}
	return NULL;
}

const char *put_iova_area(struct context *ctx, const struct vfio_holder *holder, uint64_t iova,
			  const struct vfio_area **ret)
{
	struct sink *sink = ctx->sink;
	const struct vfio_area *area = area_at(holder, iova);
	bool is_known = area || !failed(holder->areas_failure);

	*ret = area;
	sink_string(sink, "state", area ? "area" : is_known ? "free" : "not-known");
	if (!area) {
		sink_null(sink, "range");
		return is_known ? "in no area of the process" : "in no area of the process that could be read";
	}
	sink_begin(sink, "range");
	sink_hex(sink, "iova", area->iova);
	sink_hex(sink, "end", area->iova + (area->size - 1));
	sink_end(sink);
	return words(ctx, "%" PRIx64 " to %" PRIx64 ", an area that the process mapped at its %" PRIx64, area->iova,
		     area->iova + (area->size - 1), area->vaddr);
}

static void put_area_address(struct context *ctx, const struct iova_subject *subject, uint64_t iova)
{
	const struct vfio_area *area;
	const char *text = put_iova_area(ctx, &subject->holder, iova, &area);
	const char *mapped = mapped_words(ctx, subject, iova);

	sink_heading(ctx->sink, "%" PRIx64 "  %s%s", iova, text, mapped);
}

/* No allocator, or none that could be read, and nobody in user space whose areas are known. */
static void put_unknown_address(struct context *ctx, const struct iova_subject *subject, uint64_t iova)
{
	const char *who = "nothing that was read tells whether it is given out", *mapped;

	if (subject->domain->type == DOMAIN_IDENTITY)
		who = "a physical address: nobody gives it out here";
	else if (subject->domain->type == DOMAIN_BLOCKED)
		who = "the domain blocks every request: nobody gives addresses out here";
	sink_string(ctx->sink, "state", "not-known");
	sink_null(ctx->sink, "range");
	mapped = mapped_words(ctx, subject, iova);
	sink_heading(ctx->sink, "%" PRIx64 "  %s%s", iova, who, mapped);
}

void put_iova_address(struct context *ctx, const struct iova_subject *subject, uint64_t iova)
{
	sink_begin(ctx->sink, NULL);
	sink_hex(ctx->sink, "iova", iova);
	if (subject->has_allocator && subject->allocator.is_set_up)
		put_allocator_address(ctx, subject, iova);
	else if (subject->held)
		put_area_address(ctx, subject, iova);
	else
		put_unknown_address(ctx, subject, iova);
	if (subject->debug)
		put_dma_mappings_at(ctx, subject->debug, subject->domain, iova);
	sink_end(ctx->sink);
}
