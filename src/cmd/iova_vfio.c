// SPDX-License-Identifier: GPL-2.0-or-later
/* A domain whose IOVAs a process chooses: VFIO's areas, how many more it may have, and whether the table agrees. */
#include "iova.h"

#include <inttypes.h>

static void put_limit(struct context *ctx, const struct iova_subject *subject)
{
	struct sink *sink = ctx->sink;
	struct vfio_limit limit = { 0 };
	size_t nr = subject->holder.areas.nr;

	if (!kva_is_null(subject->holder.iommu))
		kernel_vfio_limit(ctx->k, subject->holder.iommu, &limit);
	if (limit.has_left)
		sink_count(sink, "dma_avail", limit.left);
	else
		sink_null(sink, "dma_avail");
	if (limit.has_limit)
		sink_count(sink, "dma_entry_limit", limit.limit);
	else
		sink_null(sink, "dma_entry_limit");
	sink_count(sink, "areas", nr);
	sink_say(sink, "  areas", "%zu%s; %s%s", nr, failed(subject->holder.areas_failure) ? " that could be read" : "",
		 !limit.has_left ? "how many more there can be is not known" :
		 limit.left	 ? arena_printf(&ctx->session->arena, "%" PRIu64 " more can be mapped", limit.left) :
				   "no more can be mapped: VFIO_IOMMU_MAP_DMA fails with ENOSPC",
		 limit.has_limit ? arena_printf(&ctx->session->arena, " (dma_entry_limit %" PRIu64 ")", limit.limit) : "");
	if (limit.has_left && limit.has_limit && !failed(subject->holder.areas_failure) &&
	    limit.left + nr != limit.limit)
		sink_note(sink, NOTE_INFO, "dma-avail-differs", "%zu areas and %" PRIu64 " more are not the limit of %" PRIu64
			  ": the limit was changed since the container was opened", nr, limit.left, limit.limit);
}

static void compare(struct context *ctx, struct iova_subject *subject, struct findings *findings)
{
	check_area_use(ctx->k, subject->domain, &subject->holder.areas, &subject->use);
	ctx->interrupted |= subject->use.interrupted;
	check_areas(ctx->k, subject->what, &subject->holder, &subject->use, findings);
}

static uint64_t bytes_of_areas(const struct ptrs *areas)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < areas->nr; i++)
		bytes += ((const struct vfio_area *)areas->at[i])->size;
	return bytes;
}

void put_iova_vfio(struct context *ctx, struct iova_subject *subject)
{
	struct sink *sink = ctx->sink;
	struct findings findings = { 0 };
	char areas[WORD_MAX], mapped[WORD_MAX];
	uint64_t bytes = bytes_of_areas(&subject->holder.areas);

	compare(ctx, subject, &findings);
	sink_begin(sink, "vfio");
	sink_count(sink, "group", (uint64_t)subject->held->id);
	put_limit(ctx, subject);
	sink_count(sink, "area_bytes", bytes);
	sink_count(sink, "mapped_bytes", subject->use.mapped);
	sink_bool(sink, "mapped_bytes_complete", subject->use.known);
	sink_count(sink, "outside_bytes", subject->use.outside);
	sink_end(sink);
	sink_say(sink, "  table", "%s%s mapped, of %s in areas", subject->use.known ? "" : "at least ",
		 word_amount(mapped, subject->use.mapped), word_amount(areas, bytes));
	say_if_not_all(ctx, "read the page table", subject->use.failure);
	say_if_not_all(ctx, "list the areas", subject->holder.areas_failure);
	put_findings(ctx, &findings);
}
