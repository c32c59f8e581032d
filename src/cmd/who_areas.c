// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What VFIO's own areas say of a page of a process: the IOVA at which it was to be mapped. That is known at once; the
 * table is asked at that one address, and the pass through all tables, which takes long on a large host, says the rest.
 */
#include "who.h"

#include <inttypes.h>

/* Whether the table of the group's domain leads from that IOVA to the page. */
static bool is_mapped(struct context *ctx, const struct group *group, uint64_t iova, struct pa pa)
{
	struct route route;
	struct pt_translation t;

	if (!group->domain)
		return false;
	route_of_domain(ctx->k, group->domain, &route);
	if (!route.space.has_table)
		return false;
	pt_translate(route.space.memory, &route.space.root, iova_of(iova), &t);
	return t.result == PT_MAPPED && t.pa.v == pa.v;
}

static void put_area(struct who *w, const struct group *group, const struct vfio_area *area,
		     struct pa pa, const struct page_fact *fact)
{
	uint64_t iova = area->iova + (fact->vaddr - area->vaddr);
	bool mapped = is_mapped(w->ctx, group, iova, pa);
	struct sink *sink = w->ctx->sink;

	sink_begin(sink, NULL);
	sink_count(sink, "group", (uint64_t)group->id);
	sink_hex(sink, "iova", iova);
	sink_bool(sink, "read", area->read);
	sink_bool(sink, "write", area->write);
	sink_bool(sink, "mapped", mapped);
	sink_say(sink, "VFIO", "group %" PRId64 " has it at IOVA %" PRIx64 " (%s)%s", group->id, iova,
		 word_perm(area->read, area->write),
		 mapped ? "" : ", by its list of areas; its table has not this page there");
	sink_end(sink);
}

static void put_areas_of(struct who *w, const struct group *group, struct pa pa,
			 const struct page_fact *fact)
{
	struct vfio_holder holder;
	struct failure failure = kernel_vfio_holder(w->ctx->k, group, &holder);

	if (!failed(failure))
		failure = holder.areas_failure;
	if (failure.status != STATUS_ABSENT)
		say_if_not_all(w->ctx, arena_printf(&w->ctx->session->arena, "list the areas of group %" PRId64, group->id),
			       failure);
	for (size_t i = 0; i < holder.areas.nr; i++) {
		const struct vfio_area *area = holder.areas.at[i];

		if (area->pid == fact->pid && fact->vaddr >= area->vaddr &&
		    fact->vaddr - area->vaddr < area->size)
			put_area(w, group, area, pa, fact);
	}
}

void who_put_areas(struct who *w, struct pa pa, const struct page_fact *fact)
{
	const struct ptrs *groups = &kernel_inventory(w->ctx->k)->groups;

	/* A page of which is not known whose it is may be in an area all the same. */
	if (!fact->has_vaddr && failed(fact->failure)) {
		sink_null(w->ctx->sink, "vfio_areas");
		return;
	}
	sink_list(w->ctx->sink, "vfio_areas");
	for (size_t i = 0; i < groups->nr && fact->has_vaddr; i++) {
		const struct group *group = groups->at[i];

		if (group->is_claimed || group_has_vfio_driver(group))
			put_areas_of(w, group, pa, fact);
	}
	sink_list_end(w->ctx->sink);
}
