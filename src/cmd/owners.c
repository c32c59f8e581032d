// SPDX-License-Identifier: GPL-2.0-or-later
/* Who holds groups for user space: by VFIO's own objects where their types are known, else by the memory
 * that the group's page table maps. */
#include "owners.h"

#include "iommu/page.h"

#include <inttypes.h>

/* Runs to look at before giving up: a guest's first pages may be firmware or a BAR. */
#define RUNS_TO_TRY 16

struct search {
	struct context *ctx;
	unsigned nr_tries;
	struct page_fact fact; /* has_task when a process was found */
};

static bool look_at_run(void *ctx, const struct pt_run *run)
{
	struct search *search = ctx;

	kernel_describe_page(search->ctx->k, run->pa, &search->fact);
	return !search->fact.has_task && ++search->nr_tries < RUNS_TO_TRY;
}

/* Whose memory the group's domain maps. */
static bool find_process_by_memory(struct context *ctx, const struct group *group,
				   struct page_fact *ret)
{
	struct search search = { .ctx = ctx };
	struct pt_visitor visitor = { .ctx = &search, .run = look_at_run };
	struct pt_totals totals;
	struct route route;

	if (!group->domain)
		return false;
	route_of_domain(ctx->k, group->domain, &route);
	space_scan(ctx->k, &route.space, iova_of(0), iova_of(UINT64_MAX), &visitor, &totals);
	*ret = search.fact;
	return search.fact.has_task;
}

/* The process that holds it, and how that is known. */
struct process {
	bool by_vfio;
	int64_t pid;
	const char *comm; /* NULL: not readable */
};

static bool find_process(struct context *ctx, const struct group *group, struct process *ret)
{
	const struct vfio_area *area = NULL;
	struct vfio_holder holder;
	struct page_fact fact;

	if (!failed(kernel_vfio_holder(ctx->k, group, &holder)))
		area = vfio_process(&holder);
	if (area) {
		*ret = (struct process){ true, area->pid, area->comm };
		return true;
	}
	if (!find_process_by_memory(ctx, group, &fact))
		return false;
	*ret = (struct process){ false, fact.pid, fact.comm };
	return true;
}

static const char *claiming_driver(const struct group *group)
{
	const struct device *dev = group->devices.nr ? group->devices.at[0] : NULL;

	return dev && dev->driver ? dev->driver : "?";
}

static const char *holder_words(struct context *ctx, const struct group *group,
				const struct process *process)
{
	struct arena *arena = &ctx->session->arena;
	const char *who = "";

	if (process)
		who = arena_printf(arena, "pid %" PRId64 " \"%s\"", process->pid,
				   process->comm ? process->comm : "?");
	if (process && process->by_vfio)
		return arena_printf(arena, "VFIO, %s", who);
	return arena_printf(arena, "user space, by %s%s%s", claiming_driver(group),
			    process ? "; maps memory of " : "", who);
}

const char *owner_words(struct context *ctx, const struct group *group)
{
	struct process process;

	return holder_words(ctx, group, find_process(ctx, group, &process) ? &process : NULL);
}

static void put_owner(struct context *ctx, const struct group *group, bool first)
{
	struct sink *sink = ctx->sink;
	struct process process;
	bool known = find_process(ctx, group, &process);

	sink_row(sink);
	sink_count(sink, "group", (uint64_t)group->id);
	put_owner_address(ctx, "owner", group);
	sink_string(sink, "driver", claiming_driver(group));
	if (known) {
		sink_count(sink, "pid", (uint64_t)process.pid);
		sink_string(sink, "comm", process.comm);
	}
	sink_say(sink, first ? "OWNERS" : "", "group %" PRId64 ": %s", group->id,
		 holder_words(ctx, group, known ? &process : NULL));
	sink_row_end(sink);
}

void put_owners(struct context *ctx, const struct inventory *inv)
{
	struct sink *sink = ctx->sink;
	unsigned nr = 0;
	bool known = false;

	sink_list(sink, "owners");
	for (size_t i = 0; i < inv->groups.nr; i++) {
		const struct group *group = inv->groups.at[i];

		known |= group->tells_owner;
		if (group->is_claimed)
			put_owner(ctx, group, nr++ == 0);
	}
	sink_list_end(sink);
	if (nr || !inv->groups.nr)
		return;
	if (!known) {
		sink_say(sink, "OWNERS", "not known");
		note_owner_unknown(ctx);
	} else if (failed(inv->groups_failure)) {
		sink_say(sink, "OWNERS", "none among the groups that could be read");
	} else {
		sink_say(sink, "OWNERS", "none: no group is claimed for user space");
	}
}
