// SPDX-License-Identifier: GPL-2.0-or-later
/* Bounce buffers: how full the pools are, the largest buffer that still finds place, and which devices have to use
 * them. */
#include "iova.h"

#include "iommu/device_facts.h"
#include "iommu/swiotlb.h"

#include <inttypes.h>

static const struct column columns[] = {
	{ .key = "start_pa", .head = "  POOL AT", .width = 12 },
	{ .key = "end_pa", .head = "END", .width = 12 },
	{ .key = "bytes", .head = "SIZE", .right = true, .width = 6 },
	{ .key = "used_bytes", .head = "USED", .right = true, .width = 6 },
	{ .key = "longest_free_bytes", .head = "LARGEST FIT", .right = true },
	{ .key = "areas", .head = "AREAS: USED OF EACH" },
};

static const char *slots(struct context *ctx, uint64_t nr)
{
	char word[WORD_MAX];

	return arena_strdup(&ctx->session->arena, word_size(word, nr * SWIOTLB_SLOT_BYTES));
}

static void put_areas(struct context *ctx, const struct bounce_pool *pool)
{
	struct sink *sink = ctx->sink;
	const char *line = "";

	sink_list(sink, "areas");
	for (size_t i = 0; i < pool->areas.nr; i++) {
		const struct bounce_area *area = pool->areas.at[i];

		sink_begin(sink, NULL);
		sink_count(sink, "bytes", area->slots * SWIOTLB_SLOT_BYTES);
		sink_count(sink, "used_bytes", area->used * SWIOTLB_SLOT_BYTES);
		sink_end(sink);
		if (i < 8)
			line = arena_printf(&ctx->session->arena, "%s %s", line, slots(ctx, area->used));
	}
	sink_list_end(sink);
	sink_cell(sink, "areas", "%s", !pool->areas.nr ? "-" :
		  arena_printf(&ctx->session->arena, "%zu:%s%s", pool->areas.nr, line,
			       pool->areas.nr > 8 ? " ..." : ""));
}

static void put_bounds(struct context *ctx, const struct bounce_pool *pool)
{
	struct sink *sink = ctx->sink;

	if (!pool->has_bounds) {
		sink_null(sink, "start_pa");
		sink_cell(sink, "start_pa", "  %s", word_no_value(pool->failure.status));
		sink_null(sink, "end_pa");
		sink_null(sink, "bytes");
		sink_cell(sink, "bytes", "?");
		return;
	}
	sink_hex(sink, "start_pa", pool->start.v);
	sink_cell(sink, "start_pa", "  %" PRIx64, pool->start.v);
	sink_hex(sink, "end_pa", pool->end.v - 1);
	sink_count(sink, "bytes", pool->slots * SWIOTLB_SLOT_BYTES);
	sink_cell(sink, "bytes", "%s", slots(ctx, pool->slots));
}

static void put_pool(struct context *ctx, const struct bounce_pool *pool)
{
	struct sink *sink = ctx->sink;

	sink_row(sink);
	put_address(ctx, "address", pool->at);
	put_bounds(ctx, pool);
	if (failed(pool->failure)) {
		sink_null(sink, "used_bytes");
		sink_cell(sink, "used_bytes", "%s", word_no_value(pool->failure.status));
		sink_null(sink, "longest_free_bytes");
	} else {
		sink_count(sink, "used_bytes", pool->taken * SWIOTLB_SLOT_BYTES);
		sink_cell(sink, "used_bytes", "%s", slots(ctx, pool->taken));
		sink_count(sink, "longest_free_bytes", pool->longest_run * SWIOTLB_SLOT_BYTES);
		sink_cell(sink, "longest_free_bytes", "%s", slots(ctx, pool->longest_run));
	}
	put_areas(ctx, pool);
	sink_row_end(sink);
}

static void put_counter(struct context *ctx, const char *key, bool has, uint64_t nr)
{
	if (has)
		sink_count(ctx->sink, key, nr * SWIOTLB_SLOT_BYTES);
	else
		sink_null(ctx->sink, key);
}

static const char *counter_words(struct context *ctx, const char *before, bool has, uint64_t nr)
{
	return has ? arena_printf(&ctx->session->arena, "%s%s", before, slots(ctx, nr)) : "";
}

/* ---- who has to use them ---- */

static void add_device(struct context *ctx, const struct device *dev, const char *why)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	sink_string(sink, "device", dev->name);
	sink_string(sink, "why", why);
	sink_end(sink);
	sink_say(sink, "  bounced", "%s: %s", dev->name, why);
}

/* A pool of its own is in the firmware's description of some machines (restricted DMA). */
static struct failure put_device(struct context *ctx, const struct bounce_buffers *buffers, const struct device *dev)
{
	struct kva own = { 0 };
	struct failure failure = buffers->by_device ? kernel_device_bounce(ctx->k, dev, &own) : NO_FAILURE;

	if (!failed(failure) && !kva_is_null(own) && own.v != buffers->at.v)
		add_device(ctx, dev, arena_printf(&ctx->session->arena, "it has a pool of its own, io_tlb_mem %" PRIx64,
						  own.v));
	else if (kernel_is_untrusted(ctx->k, dev))
		add_device(ctx, dev, "it is not trusted: what does not fill a page is bounced");
	return failure;
}

static void put_devices(struct context *ctx, const struct bounce_buffers *buffers)
{
	const struct ptrs *devices = &kernel_inventory(ctx->k)->devices;
	struct failure failure = NO_FAILURE;

	sink_list(ctx->sink, "devices");
	for (size_t i = 0; i < devices->nr && !target_interrupted(ctx->session->target); i++)
		failure = first_failure(failure, put_device(ctx, buffers, devices->at[i]));
	sink_list_end(ctx->sink);
	say_if_not_all(ctx, "tell which devices have bounce buffers of their own", failure);
}

/* ---- all of it ---- */

static void put_pools(struct context *ctx, const struct bounce_buffers *buffers)
{
	struct sink *sink = ctx->sink;

	sink_list(sink, "pools");
	if (buffers->pools.nr)
		sink_table(sink, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < buffers->pools.nr; i++)
		put_pool(ctx, buffers->pools.at[i]);
	sink_list_end(sink);
	for (size_t i = 0; i < buffers->pools.nr; i++) {
		const struct bounce_pool *pool = buffers->pools.at[i];

		say_if_not_all(ctx, "read the slots of a pool of bounce buffers", pool->failure);
		say_if_not_all(ctx, "read the areas of a pool of bounce buffers", pool->areas_failure);
	}
}

static void put_state(struct context *ctx, const struct bounce_buffers *buffers)
{
	struct sink *sink = ctx->sink;

	put_address(ctx, "address", buffers->at);
	if (buffers->has_forced)
		sink_bool(sink, "forced", buffers->forced);
	else
		sink_null(sink, "forced");
	put_counter(ctx, "used_bytes", buffers->has_used, buffers->used);
	put_counter(ctx, "high_water_bytes", buffers->has_high_water, buffers->high_water);
	put_counter(ctx, "transient_bytes", buffers->has_transient, buffers->transient);
	if (!buffers->pools.nr)
		sink_heading(sink, "bounce buffers (swiotlb): none%s%s", buffers->forced ? ", though forced" : "",
			     counter_words(ctx, "; most ever used: ", buffers->has_high_water && buffers->high_water,
					   buffers->high_water));
	else
		sink_heading(sink, "bounce buffers (swiotlb)%s: %zu pool%s%s%s%s",
			     buffers->forced ? ", forced on every device" :
			     buffers->has_forced ? "" : ", whether forced on every device is not known",
			     buffers->pools.nr,
			     buffers->pools.nr == 1 ? "" : "s",
			     counter_words(ctx, ", in use: ", buffers->has_used, buffers->used),
			     counter_words(ctx, ", most ever used: ", buffers->has_high_water, buffers->high_water),
			     buffers->is_dynamic ? ", more can be added" : "");
}

void put_bounce_buffers(struct context *ctx)
{
	struct bounce_buffers buffers;
	struct failure failure = kernel_bounce_buffers(ctx->k, &buffers);

	if (failed(failure) && !buffers.pools.nr) {
		sink_null(ctx->sink, "swiotlb");
		if (failure.status == STATUS_ABSENT)
			sink_heading(ctx->sink, "bounce buffers (swiotlb): this kernel has none");
		else
			could_not_fully(ctx, "read the bounce buffers", failure);
		return;
	}
	sink_begin(ctx->sink, "swiotlb");
	put_state(ctx, &buffers);
	put_pools(ctx, &buffers);
	put_devices(ctx, &buffers);
	sink_end(ctx->sink);
	say_if_not_all(ctx, "read the bounce buffers", failure);
}
