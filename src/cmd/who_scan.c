// SPDX-License-Identifier: GPL-2.0-or-later
/* The one pass of `iommu who` through all address spaces, and what it could not see. */
#include "who.h"

#include <inttypes.h>

struct reach_hit *who_copy_hit(struct who *w, const struct reach_hit *hit)
{
	struct reach_hit *copy = arena_alloc(&w->ctx->session->arena, sizeof(*copy));

	*copy = *hit;
	return copy;
}

const char *space_words(struct context *ctx, const struct space *space)
{
	struct arena *arena = &ctx->session->arena;
	const struct domain *domain = space->is_of_domain ? space->domain : NULL;
	uint32_t id;

	if (domain && domain_id_on(domain, NULL, &id))
		return arena_printf(arena, "domain 0x%x (%s)", id, word_domain_type(domain));
	if (domain)
		return arena_printf(arena, "domain %" PRIx64 " (%s)", domain_address(domain).v,
				    word_domain_type(domain));
	if (space->has_table)
		return arena_printf(arena, "table %s%" PRIx64, space->guest ? "guest " : "",
				    space->root.table.v);
	return space->ranges ? space->ranges->name : "a table";
}

static void close_pending(struct who *w, struct asked *asked)
{
	if (!asked->pending.run.bytes)
		return;
	w->take(w, asked, &asked->pending);
	asked->pending = (struct reach_hit){ 0 };
}

static bool goes_on(const struct pt_run *run, const struct pt_run *next)
{
	return run->bytes && run->iova.v + run->bytes == next->iova.v &&
	       run->pa.v + run->bytes == next->pa.v && run->page_lg2 == next->page_lg2 &&
	       run->read == next->read && run->write == next->write && run->user == next->user;
}

static bool take_hit(void *ctx, const struct reach_hit *hit)
{
	struct who *w = ctx;
	struct asked *asked = &w->asked[hit->range];

	w->bytes_found += hit->run.bytes;
	if (goes_on(&asked->pending.run, &hit->run)) {
		asked->pending.run.bytes += hit->run.bytes;
		return true;
	}
	close_pending(w, asked);
	asked->pending = *hit;
	return true;
}

static void tell_progress(void *ctx, const struct pt_along *along)
{
	struct who *w = ctx;

	show_progress(w->ctx, space_words(w->ctx, w->in->space), along, w->bytes_found);
}

static bool pass_damage(void *ctx, const struct reach_space *of, const struct pt_damage *damage)
{
	(void)ctx;
	(void)of;
	(void)damage;
	return true;
}

static void say_space(struct who *w, const struct reach_space *of, const struct pt_totals *t)
{
	if (pt_totals_are_whole(t))
		return;
	sink_note(w->ctx->sink, NOTE_WARNING,
		  t->tables_lost || t->damaged || t->cut ? "table-damaged" : "table-not-in-dump",
		  "%s: %" PRIu64 " table page%s not in the dump, %" PRIu64 " unreadable, %" PRIu64
		  " damaged entries%s: it may lead there all the same", space_words(w->ctx, of->space),
		  t->tables_missing, t->tables_missing == 1 ? "" : "s", t->tables_lost, t->damaged,
		  t->cut ? ", more tables than the machine has pages" : "");
}

static enum status scan_space(struct who *w, const struct reach_space *of)
{
	const struct reach_visitor visitor = { w, take_hit, tell_progress, pass_damage };
	struct pt_totals t;
	enum status status;

	w->in = of;
	status = reach_scan(w->ctx->k, of, &w->wanted, &visitor, &t);
	for (size_t i = 0; i < w->nr_asked; i++)
		close_pending(w, &w->asked[i]);
	w->totals.tables += t.tables;
	pt_add_trouble(&w->totals, &t);
	w->nr_scanned += status == STATUS_OK;
	say_space(w, of, &t);
	return status;
}

void who_scan(struct who *w, void (*take)(struct who *w, struct asked *asked, const struct reach_hit *hit))
{
	const struct ptrs *spaces = &w->reach.spaces;

	w->take = take;
	for (size_t i = 0; i < spaces->nr; i++) {
		if (scan_space(w, spaces->at[i]) != STATUS_INTERRUPTED)
			continue;
		w->ctx->interrupted = true;
		return;
	}
}

bool who_is_whole(const struct who *w)
{
	const struct ptrs *domains = &kernel_inventory(w->ctx->k)->domains;

	for (size_t i = 0; i < domains->nr; i++) {
		if (failed(((const struct domain *)domains->at[i])->failure))
			return false;
	}
	return pt_totals_are_whole(&w->totals) && !w->reach.unknown.nr && !failed(w->reach.failure) &&
	       !failed(w->reach.ids_failure) && !w->ctx->interrupted &&
	       !target_interrupted(w->ctx->session->target);
}

void who_say_unread(struct who *w)
{
	struct context *ctx = w->ctx;
	const struct ptrs *domains = &kernel_inventory(ctx->k)->domains;

	for (size_t i = 0; i < domains->nr; i++) {
		const struct domain *domain = domains->at[i];

		if (failed(domain->failure))
			could_not_fully(ctx, arena_printf(&ctx->session->arena, "find the page table of the %s "
							  "domain at %" PRIx64, word_domain_type(domain),
							  domain_address(domain).v), domain->failure);
	}
	say_if_not_all(ctx, "list address spaces and their users", w->reach.failure);
	say_if_not_all(ctx, "look at the entries of ids that no device has", w->reach.ids_failure);
}
