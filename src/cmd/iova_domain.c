// SPDX-License-Identifier: GPL-2.0-or-later
/* The allocator of a domain's IOVAs: how full it is, what it could still give, what its ranges are. */
#include "iova.h"

#include <inttypes.h>

/* ---- sizes ---- */

static uint64_t bytes_of(const struct iova_allocator *a, uint64_t granules)
{
	return iova_bytes(a, granules);
}

static const char *amount(struct context *ctx, uint64_t bytes)
{
	char word[WORD_MAX];

	return arena_strdup(&ctx->session->arena, bytes ? word_amount(word, bytes) : "-");
}

static const char *exact(struct context *ctx, uint64_t bytes)
{
	char word[WORD_MAX];

	return arena_strdup(&ctx->session->arena, word_size(word, bytes));
}

static const char *plural(uint64_t nr)
{
	return nr == 1 ? "" : "s";
}

/* ---- how full it is ---- */

static const struct column zone_columns[] = {
	{ .key = "zone", .head = "  ADDRESSES", .width = 12 },
	{ .key = "in_use_bytes", .head = "IN USE", .right = true, .width = 9 },
	{ .key = "reserved_bytes", .head = "RESERVED", .right = true, .width = 9 },
	{ .key = "cached_bytes", .head = "CACHED", .right = true, .width = 9 },
	{ .key = "pending_bytes", .head = "PENDING", .right = true, .width = 9 },
	{ .key = "free_bytes", .head = "FREE", .right = true, .width = 9 },
	{ .key = "largest_hole", .head = "LARGEST HOLE" },
};

static void put_bytes(struct context *ctx, const char *key, const struct iova_allocator *a, uint64_t granules,
		      struct failure failure)
{
	if (failed(failure))
		sink_null(ctx->sink, key);
	else
		sink_count(ctx->sink, key, bytes_of(a, granules));
	if (failed(failure) && !granules)
		sink_cell(ctx->sink, key, "?");
	else
		sink_cell(ctx->sink, key, "%s%s", failed(failure) ? ">=" : "", amount(ctx, bytes_of(a, granules)));
}

/* Some of what nobody is seen to keep may be kept where nothing could be read: then it is less. */
static void put_in_use(struct context *ctx, const struct iova_allocator *a, uint64_t granules, struct failure failure)
{
	put_bytes(ctx, "in_use_bytes", a, granules, failure);
	if (failed(a->ranges_failure))
		sink_cell(ctx->sink, "in_use_bytes", "?");
	else if (failed(failure))
		sink_cell(ctx->sink, "in_use_bytes", "<=%s", amount(ctx, bytes_of(a, granules)));
}

/* Which ranges are in use is known when those that are not are. */
static struct failure holders_failure(const struct iova_allocator *a)
{
	struct failure failure = first_failure(a->ranges_failure, a->cached_failure);

	failure = first_failure(failure, a->queued_failure);
	return first_failure(failure, a->reserved_failure);
}

/* end_known: where the addresses end. */
static void put_hole(struct context *ctx, const struct iova_allocator *a, const struct iova_sum *sum, bool end_known)
{
	struct sink *sink = ctx->sink;

	if (failed(a->ranges_failure) || !end_known || !sum->has_hole) {
		sink_null(sink, "largest_hole");
		sink_cell(sink, "largest_hole", "%s",
			  failed(a->ranges_failure) ? word_no_value(a->ranges_failure.status) :
			  end_known		    ? "none" : "?");
		return;
	}
	sink_begin(sink, "largest_hole");
	sink_hex(sink, "iova", iova_first_byte(a, sum->largest.first));
	sink_hex(sink, "end", iova_last_byte(a, sum->largest.last));
	sink_end(sink);
	sink_cell(sink, "largest_hole", "%" PRIx64 " to %" PRIx64, iova_first_byte(a, sum->largest.first),
		  iova_last_byte(a, sum->largest.last));
}

static void put_sum(struct context *ctx, const struct iova_allocator *a, const struct iova_sum *sum, bool end_known)
{
	struct sink *sink = ctx->sink;
	struct failure holders = holders_failure(a);

	put_in_use(ctx, a, sum->held[IOVA_IN_USE], holders);
	put_bytes(ctx, "reserved_bytes", a, sum->held[IOVA_RESERVED],
		  first_failure(a->ranges_failure, a->reserved_failure));
	put_bytes(ctx, "cached_bytes", a, sum->held[IOVA_CACHED],
		  first_failure(a->ranges_failure, a->cached_failure));
	put_bytes(ctx, "pending_bytes", a, sum->held[IOVA_PENDING],
		  first_failure(a->ranges_failure, a->queued_failure));
	if (failed(a->ranges_failure) || !end_known) {
		sink_null(sink, "free_bytes");
		sink_cell(sink, "free_bytes", "?");
	} else {
		sink_count(sink, "free_bytes", bytes_of(a, sum->free));
		sink_cell(sink, "free_bytes", "%s", amount(ctx, bytes_of(a, sum->free)));
	}
	put_hole(ctx, a, sum, end_known);
}

static void put_zone(struct context *ctx, const struct iova_allocator *a, const char *zone, uint64_t first,
		     uint64_t last, bool end_known)
{
	struct iova_sum sum;

	if (first > last)
		return;
	iova_sum_up(a, first, last, &sum);
	sink_row(ctx->sink);
	sink_string(ctx->sink, "zone", zone);
	sink_cell(ctx->sink, "zone", "  %s", zone);
	sink_hex(ctx->sink, "first", iova_first_byte(a, first));
	if (end_known)
		sink_hex(ctx->sink, "last", iova_last_byte(a, last));
	else
		sink_null(ctx->sink, "last");
	put_sum(ctx, a, &sum, end_known);
	sink_row_end(ctx->sink);
}

static uint64_t last_granule(const struct iova_allocator *a)
{
	return a->has_last ? a->last : iova_end(a);
}

static void put_zones(struct context *ctx, const struct iova_allocator *a)
{
	uint64_t last = last_granule(a), below = a->end32 - 1;

	sink_list(ctx->sink, "zones");
	sink_table(ctx->sink, zone_columns, sizeof(zone_columns) / sizeof(zone_columns[0]));
	put_zone(ctx, a, "below 4 GiB", a->start, last < below ? last : below, true);
	put_zone(ctx, a, "above", a->start > a->end32 ? a->start : a->end32, last, a->has_last);
	sink_list_end(ctx->sink);
}

/* ---- what it could still give ---- */

static const char *pages(struct context *ctx, const struct iova_allocator *a, uint64_t nr)
{
	return arena_printf(&ctx->session->arena, "%" PRIu64 " page%s (%s)", nr, plural(nr),
			    exact(ctx, bytes_of(a, nr)));
}

static const char *emptied_words(struct context *ctx, const struct iova_allocator *a, uint64_t fit,
				 uint64_t emptied)
{
	return emptied == fit ? "" :
				arena_printf(&ctx->session->arena, ", and of %s once the caches are given back",
					     pages(ctx, a, emptied));
}

/* A request of more finds no hole; what a cache has of its size is not asked for. */
static void put_fit(struct context *ctx, const struct iova_allocator *a, const char *whom, uint64_t last_byte)
{
	struct sink *sink = ctx->sink;
	uint64_t last = iova_last_whole(a, last_byte), at, at_emptied;
	uint64_t fit = iova_largest_fit(a, last, false, &at);
	uint64_t emptied = iova_largest_fit(a, last, true, &at_emptied);

	sink_begin(sink, NULL);
	sink_string(sink, "whom", whom);
	sink_hex(sink, "last", last_byte);
	sink_count(sink, "pages", fit);
	if (fit)
		sink_hex(sink, "iova", iova_first_byte(a, at));
	else
		sink_null(sink, "iova");
	sink_count(sink, "pages_emptied", emptied);
	sink_end(sink);
	if (fit)
		sink_say(sink, "  fits", "%s: a request of up to %s, at %" PRIx64 "%s; more fails: no hole holds it at a "
			 "multiple of its size", whom, pages(ctx, a, fit), iova_first_byte(a, at),
			 emptied_words(ctx, a, fit, emptied));
	else
		sink_say(sink, "  fits", "%s: nothing, every request fails%s", whom,
			 emptied ? arena_printf(&ctx->session->arena, " until the caches are given back: then one of "
						"%s fits", pages(ctx, a, emptied)) : "");
}

static void put_limits_that_differ(struct context *ctx, const struct iova_allocator *a)
{
	uint64_t told = IOVA_LAST_32;

	for (size_t i = 0; i < a->limits.nr; i++) {
		const struct iova_limit *limit = a->limits.at[i];

		if (failed(limit->failure) || limit->last == IOVA_LAST_32 || limit->last == told)
			continue;
		told = limit->last;
		put_fit(ctx, a, limit->device->name, limit->last);
	}
}

/* Requests for devices of more than 32 bits are tried below 4 GiB first; each device has its own end besides. */
static void put_fits(struct context *ctx, const struct iova_allocator *a)
{
	if (failed(a->ranges_failure)) {
		sink_null(ctx->sink, "fits");
		return;
	}
	sink_list(ctx->sink, "fits");
	put_fit(ctx, a, "below 4 GiB", IOVA_LAST_32);
	put_limits_that_differ(ctx, a);
	sink_list_end(ctx->sink);
}

static void put_refused(struct context *ctx, const struct iova_allocator *a)
{
	struct sink *sink = ctx->sink;

	if (!a->has_refused || a->refused >= a->end32) {
		sink_null(sink, "refused_from_pages");
		return;
	}
	sink_count(sink, "refused_from_pages", a->refused);
	sink_say(sink, "  refused", "one of %s failed below 4 GiB: any as large is refused there without a search until "
		 "something below is given back", pages(ctx, a, a->refused));
}

/* ---- what was freed ---- */

/* Ranges of one size, where they are. */
static void put_cache(struct context *ctx, const struct iova_allocator *a, uint64_t granules)
{
	struct sink *sink = ctx->sink;
	uint64_t on_cpus = 0, in_depot = 0, last_cpu = UINT64_MAX, nr_cpus = 0;

	for (size_t i = 0; i < a->nr_cached; i++) {
		const struct iova_cached *cached = &a->cached[i];

		if (cached->nr != granules)
			continue;
		if (cached->shelf == SHELF_DEPOT) {
			in_depot++;
			continue;
		}
		on_cpus++;
		nr_cpus += cached->cpu != last_cpu; /* a CPU's magazines follow each other */
		last_cpu = cached->cpu;
	}
	if (!on_cpus && !in_depot)
		return;
	sink_begin(sink, NULL);
	sink_count(sink, "pages", granules);
	sink_count(sink, "on_cpus", on_cpus);
	sink_count(sink, "in_depot", in_depot);
	sink_end(sink);
	sink_say(sink, "  cached", "%" PRIu64 " of %s: %" PRIu64 " on %" PRIu64 " CPU%s, %" PRIu64 " in the depot",
		 on_cpus + in_depot, exact(ctx, bytes_of(a, granules)), on_cpus, nr_cpus, plural(nr_cpus), in_depot);
}

static void put_caches(struct context *ctx, const struct iova_allocator *a)
{
	uint64_t largest = 0;

	for (size_t i = 0; i < a->nr_cached; i++)
		largest = a->cached[i].nr > largest ? a->cached[i].nr : largest;
	sink_list(ctx->sink, "caches");
	for (uint64_t granules = 1; granules <= largest; granules *= 2)
		put_cache(ctx, a, granules);
	sink_list_end(ctx->sink);
}

static void put_flushes(struct sink *sink, const struct iova_allocator *a)
{
	if (!a->flushes_known) {
		sink_null(sink, "flushes_started");
		sink_null(sink, "flushes_finished");
		return;
	}
	sink_count(sink, "flushes_started", a->flushes_started);
	sink_count(sink, "flushes_finished", a->flushes_finished);
}

static void put_queue(struct context *ctx, const struct iova_allocator *a)
{
	struct sink *sink = ctx->sink;

	if (!a->has_queue) {
		sink_null(sink, "queue");
		if (!failed(a->queued_failure))
			sink_say(sink, "  queue", "none: what is unmapped is flushed at once");
		return;
	}
	sink_begin(sink, "queue");
	sink_bool(sink, "single", a->is_single_queue);
	sink_count(sink, "queues", a->nr_queues);
	sink_count(sink, "slots", a->queue_slots);
	if (failed(a->queued_failure))
		sink_null(sink, "entries");
	else
		sink_count(sink, "entries", a->nr_queued);
	put_flushes(sink, a);
	sink_end(sink);
	sink_say(sink, "  queue", "%" PRIu64 " of %" PRIu64 " entries%s: %zu waiting; flushes: %s", a->nr_queues, a->queue_slots,
		 failed(a->queued_failure) ? " that could be read" : "", a->nr_queued,
		 !a->flushes_known ? "not known" :
				     arena_printf(&ctx->session->arena, "%" PRIu64 " started, %" PRIu64 " finished",
						  a->flushes_started, a->flushes_finished));
}

/* ---- against the table ---- */

static void put_use(struct context *ctx, const struct iova_subject *subject)
{
	struct sink *sink = ctx->sink;
	const struct iova_allocator *a = &subject->allocator;
	const struct iova_use *use = &subject->use;
	struct iova_unmapped unmapped;

	check_unmapped(a, use, &unmapped);
	say_if_not_all(ctx, "read the page table", use->failure);
	sink_count(sink, "mapped_bytes", use->mapped);
	sink_bool(sink, "mapped_bytes_complete", use->known);
	if (failed(a->ranges_failure))
		sink_null(sink, "outside_bytes");
	else
		sink_count(sink, "outside_bytes", use->outside);
	if (use->known && !failed(holders_failure(a))) {
		sink_count(sink, "unmapped_ranges", unmapped.nr);
		sink_count(sink, "unmapped_bytes", bytes_of(a, unmapped.granules));
	} else {
		sink_null(sink, "unmapped_ranges");
		sink_null(sink, "unmapped_bytes");
	}
	if (!use->mapped) {
		sink_say(sink, "  table", "nothing mapped%s", use->known ? "" : " in what could be read");
		return;
	}
	sink_say(sink, "  table", "%s%s mapped, %s", use->known ? "" : "at least ", amount(ctx, use->mapped),
		 use->outside ? arena_printf(&ctx->session->arena, "%s of it in no range %s", amount(ctx, use->outside),
					     failed(a->ranges_failure) ? "that could be read" :
									 "of the allocator") :
				"all of it in ranges of the allocator");
}

/* ---- ranges ---- */

static const struct column range_columns[] = {
	{ .key = "iova", .head = "  IOVA", .width = 14 },
	{ .key = "end", .head = "END", .width = 12 },
	{ .key = "bytes", .head = "SIZE", .right = true, .width = 6 },
	{ .key = "state", .head = "STATE", .width = 8 },
	{ .key = "mapped_bytes", .head = "MAPPED", .right = true },
	{ .key = "where", .head = "WHERE" },
};

const char *iova_shelf_words(struct context *ctx, const struct iova_cached *cached)
{
	struct arena *arena = &ctx->session->arena;

	if (cached->shelf == SHELF_DEPOT)
		return arena_printf(arena, "the depot (magazine %" PRIx64 ")", cached->magazine.v);
	return arena_printf(arena, "CPU %u (%s magazine %" PRIx64 ")", cached->cpu,
			    cached->shelf == SHELF_LOADED ? "loaded" : "previous", cached->magazine.v);
}

static void put_holder_of_range(struct context *ctx, const struct iova_allocator *a,
				const struct iova_range *range)
{
	struct sink *sink = ctx->sink;
	struct arena *arena = &ctx->session->arena;
	const char *where = "-";

	if (range->holder == IOVA_CACHED) {
		where = iova_shelf_words(ctx, &a->cached[range->nth]);
	} else if (range->holder == IOVA_PENDING) {
		const struct iova_queued *queued = &a->queued[range->nth];

		where = arena_printf(arena, "the queue%s (entry %" PRIx64 ")",
				     a->is_single_queue ? "" : arena_printf(arena, " of CPU %u", queued->cpu),
				     queued->at.v);
	}
	sink_cell(sink, "where", "%s", where);
}

static void put_range(struct context *ctx, const struct iova_subject *subject, size_t nth)
{
	struct sink *sink = ctx->sink;
	const struct iova_allocator *a = &subject->allocator;
	const struct iova_range *range = &a->ranges[nth];
	uint64_t mapped = subject->use.of_span[nth];
	uint64_t bytes = bytes_of(a, range->last - range->first + 1);

	sink_row(sink);
	sink_hex(sink, "iova", iova_first_byte(a, range->first));
	sink_cell(sink, "iova", "  %" PRIx64, iova_first_byte(a, range->first));
	sink_hex(sink, "end", iova_last_byte(a, range->last));
	sink_cell(sink, "bytes", "%s", exact(ctx, bytes));
	sink_string(sink, "state", iova_state(a, range));
	sink_count(sink, "mapped_bytes", mapped);
	sink_cell(sink, "mapped_bytes", "%s%s", subject->use.known ? "" : ">=",
		  mapped == bytes ? "all" : mapped ? exact(ctx, mapped) : "-");
	sink_hex(sink, "address", range->at.v);
	put_holder_of_range(ctx, a, range);
	sink_row_end(sink);
}

static void put_ranges(struct context *ctx, const struct iova_subject *subject)
{
	const struct iova_allocator *a = &subject->allocator;

	if (!ctx->opt.json && !ctx->opt.verbose)
		return;
	sink_list(ctx->sink, "allocated");
	sink_table(ctx->sink, range_columns, sizeof(range_columns) / sizeof(range_columns[0]));
	for (size_t i = 0; i < a->nr_ranges && !target_interrupted(ctx->session->target); i++)
		put_range(ctx, subject, i);
	sink_list_end(ctx->sink);
}

/* ---- the domain ---- */

static void put_limit(struct context *ctx, const struct iova_limit *limit)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	sink_string(sink, "device", limit->device->name);
	if (failed(limit->failure)) {
		sink_null(sink, "dma_mask");
		sink_null(sink, "last");
		sink_say(sink, "  limit", "%s: DMA mask %s", limit->device->name,
			 word_no_value(limit->failure.status));
	} else {
		sink_hex(sink, "dma_mask", limit->mask);
		if (limit->has_bus_limit)
			sink_hex(sink, "bus_dma_limit", limit->bus_limit);
		sink_hex(sink, "last", limit->last);
		sink_say(sink, "  limit", "%s: DMA mask %" PRIx64 "%s: addresses up to %" PRIx64, limit->device->name,
			 limit->mask, limit->has_bus_limit ?
					      arena_printf(&ctx->session->arena, ", its bus's limit %" PRIx64,
							   limit->bus_limit) : "", limit->last);
	}
	sink_end(sink);
}

static void put_limits(struct context *ctx, const struct iova_allocator *a)
{
	sink_list(ctx->sink, "devices");
	for (size_t i = 0; i < a->limits.nr; i++)
		put_limit(ctx, a->limits.at[i]);
	sink_list_end(ctx->sink);
}

static void put_totals(struct context *ctx, const struct iova_allocator *a)
{
	struct iova_sum sum;
	uint64_t all;

	iova_sum_up(a, 0, iova_end(a), &sum);
	all = sum.held[IOVA_IN_USE] + sum.held[IOVA_RESERVED] + sum.held[IOVA_CACHED] + sum.held[IOVA_PENDING];
	put_bytes(ctx, "allocated_bytes", a, all, a->ranges_failure);
	iova_sum_up(a, a->start, last_granule(a), &sum);
	put_sum(ctx, a, &sum, a->has_last);
}

static void put_numbers(struct context *ctx, const struct iova_allocator *a)
{
	struct sink *sink = ctx->sink;

	sink_count(sink, "granule", a->granule);
	sink_hex(sink, "first", iova_first_byte(a, a->start));
	if (a->has_last)
		sink_hex(sink, "last", iova_last_byte(a, a->last));
	else
		sink_null(sink, "last");
	sink_say(sink, "  tree", "%zu range%s%s of pages of %s, from %" PRIx64 " to %s; struct iova_domain %" PRIx64,
		 a->nr_ranges, plural(a->nr_ranges), failed(a->ranges_failure) ? " that could be read," : "", exact(ctx, a->granule), iova_first_byte(a, a->start),
		 a->has_last ? arena_printf(&ctx->session->arena, "%" PRIx64, iova_last_byte(a, a->last)) :
			       "an end that is not known", a->at.v);
}

void say_allocator_failures(struct context *ctx, const struct iova_allocator *a)
{
	say_if_not_all(ctx, "read the tree of ranges", a->ranges_failure);
	say_if_not_all(ctx, "read the caches of ranges that were freed", a->cached_failure);
	say_if_not_all(ctx, "read the flush queues", a->queued_failure);
	say_if_not_all(ctx, "tell which freed ranges were flushed", a->flushes_failure);
	say_if_not_all(ctx, "tell reserved ranges from those in use", a->reserved_failure);
	for (size_t i = 0; i < a->limits.nr; i++)
		say_if_not_all(ctx, "read the DMA mask of a device",
			       ((const struct iova_limit *)a->limits.at[i])->failure);
}

void put_iova_domain(struct context *ctx, struct iova_subject *subject)
{
	struct iova_allocator *a = &subject->allocator;
	struct findings findings = { 0 };

	check_allocator_use(ctx->k, subject->domain, a, &subject->use);
	ctx->interrupted |= subject->use.interrupted;
	put_numbers(ctx, a);
	put_limits(ctx, a);
	put_totals(ctx, a);
	put_zones(ctx, a);
	put_fits(ctx, a);
	put_refused(ctx, a);
	put_caches(ctx, a);
	put_queue(ctx, a);
	put_use(ctx, subject);
	put_ranges(ctx, subject);
	say_allocator_failures(ctx, a);
	check_iova(ctx->k, subject->what, a, &subject->use, &findings);
	put_findings(ctx, &findings);
}
