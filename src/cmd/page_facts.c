// SPDX-License-Identifier: GPL-2.0-or-later
/* What a physical page is, as members of a document and in words: the end of every walk, the start of who. */
#include "cmd.h"

#include "iommu/page.h"

#include <inttypes.h>

/* Why it is not known what the page is, or how often it is mapped; NULL: it is. */
static const char *page_problem(struct context *ctx, struct failure failure)
{
	if (!failed(failure))
		return NULL;
	kernel_reported(ctx->k, failure);
	if (failure.missing)
		return arena_printf(&ctx->session->arena, "%s not found", failure.missing);
	return status_text(failure.status);
}

/* User memory is what makedumpfile leaves out first: whether the bytes themselves can be looked at. */
static bool was_filtered(struct context *ctx, struct pa pa)
{
	char byte;

	return target_read_pa(ctx->session->target, pa, &byte, 1) == STATUS_NOT_IN_DUMP;
}

static void put_target(struct context *ctx, const char *key, const struct page_fact *fact,
		       const char *problem, const char *not_counted, bool filtered)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, key);
	sink_string(sink, "resource", fact->resource);
	if (problem && !fact->resource)
		sink_null(sink, "ram"); /* what lies there could not be read */
	else
		sink_bool(sink, "ram", fact->is_ram);
	sink_string(sink, "use", fact->state);
	if (filtered)
		sink_string(sink, "contents", status_text(STATUS_NOT_IN_DUMP));
	if (fact->has_iommu_count)
		sink_count(sink, "iommu_mappings", fact->iommu_count);
	else if (not_counted)
		sink_null(sink, "iommu_mappings");
	if (problem || not_counted)
		sink_string(sink, "problem", problem ? problem : not_counted);
	if (fact->has_task) {
		sink_count(sink, "pid", (uint64_t)fact->pid);
		sink_string(sink, "comm", fact->comm);
		sink_hex(sink, "vaddr", fact->vaddr);
	}
	sink_end(sink);
}

/* "RAM, in use, anonymous memory of pid 817 "qemu-kvm" at 7ff986880010" */
static const char *page_words(struct context *ctx, const struct page_fact *fact,
			      const char *problem, const char *not_counted, bool filtered)
{
	struct arena *arena = &ctx->session->arena;
	const char *task = "", *counted = "", *state;

	if (problem && !fact->resource)
		return arena_printf(arena, "what is there is not known: %s", problem);
	if (!fact->resource)
		return "outside any memory or device";
	if (!fact->is_ram)
		return arena_printf(arena, "not RAM: %s", fact->resource);
	state = fact->state ? fact->state :
			      arena_printf(arena, "its struct page: %s", problem ? problem : "not known");
	if (fact->has_task)
		task = arena_printf(arena, " of pid %" PRId64 " \"%s\" at %" PRIx64, fact->pid,
				    fact->comm ? fact->comm : "?", fact->vaddr);
	if (fact->has_iommu_count)
		counted = arena_printf(arena, "; mapped by IOMMUs %" PRIu64 " time%s, as the kernel counts (iommu.debug_pagealloc)",
				       fact->iommu_count, fact->iommu_count == 1 ? "" : "s");
	else if (not_counted)
		counted = arena_printf(arena, "; how often IOMMUs map it is not known: %s", not_counted);
	return arena_printf(arena, "RAM, %s%s%s%s", state, task, counted,
			    filtered ? "; its contents are not in the dump" : "");
}

const char *put_page(struct context *ctx, const char *key, struct pa pa, struct page_fact *ret)
{
	const char *problem, *not_counted;
	bool filtered;

	kernel_describe_page(ctx->k, pa, ret);
	problem = page_problem(ctx, ret->failure);
	not_counted = page_problem(ctx, ret->iommu_count_failure);
	filtered = ret->is_ram && was_filtered(ctx, pa);
	put_target(ctx, key, ret, problem, not_counted, filtered);
	return page_words(ctx, ret, problem, not_counted, filtered);
}
