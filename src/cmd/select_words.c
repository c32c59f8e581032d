// SPDX-License-Identifier: GPL-2.0-or-later
/* What rows and headings say of a selection whose way led through a table of PASIDs. */
#include "cmd.h"

#include <inttypes.h>

#define MAX_NAMED 16 /* PASIDs that a sentence names */

void put_pasid(struct context *ctx, const struct selection *sel)
{
	if (sel->route.has_pasid)
		sink_count(ctx->sink, "pasid", sel->route.pasid);
	else
		sink_null(ctx->sink, "pasid");
}

void put_pasid_process(struct context *ctx, const struct pasid_user *user)
{
	if (!user || !user->has_task)
		return;
	sink_count(ctx->sink, "pid", (uint64_t)user->pid);
	sink_string(ctx->sink, "comm", user->comm);
}

void put_host_table(struct context *ctx, const struct pt_root *host)
{
	struct sink *sink = ctx->sink;

	if (!host)
		return;
	sink_string(sink, "host_format", host->format->name);
	sink_hex(sink, "host_root", host->table.v);
	sink_count(sink, "host_levels", host->levels);
}

const char *word_pasid(struct context *ctx, const struct selection *sel)
{
	return sel->route.has_pasid ?
		       arena_printf(&ctx->session->arena, "  PASID 0x%x", sel->route.pasid) : "";
}

const char *word_below(struct context *ctx, const struct selection *sel)
{
	const struct pt_guest *guest = sel->route.space.guest;
	char table[WORD_MAX];

	return guest ? arena_printf(&ctx->session->arena, " over %s",
				    word_table(table, &guest->host)) : "";
}

bool complained_of_no_pasids(struct context *ctx, const char *what, const struct translation *t)
{
	const char *why = t->why_no_pasids ?
				  arena_printf(&ctx->session->arena, " (%s)", t->why_no_pasids) : "";

	if (t->pasids.format && !t->pasids.plain_only)
		return false;
	if (t->pasids.format)
		complain(ctx, "no-pasids", "%s may send no request with a PASID%s: it is aborted", what, why);
	else
		complain(ctx, "no-pasids", "%s has no table of PASIDs%s: a request with a PASID finds no "
			 "page table", what, why);
	return true;
}

const char *word_pasids(struct context *ctx, const struct pasid_table *pasids,
			const struct pt_root *host)
{
	struct arena *arena = &ctx->session->arena;
	uint32_t named[MAX_NAMED];
	uint64_t nr;
	struct failure failure = route_list_pasids(ctx->k, pasids, host, named, MAX_NAMED, &nr);
	const char *words = nr ? "" : failed(failure) ? "not known:" : "none";

	for (size_t i = 0; i < nr && i < MAX_NAMED; i++)
		words = arena_printf(arena, "%s%s0x%x", words, i ? ", " : "", named[i]);
	if (nr > MAX_NAMED)
		words = arena_printf(arena, "%s and %" PRIu64 " more", words, nr - MAX_NAMED);
	if (failed(failure))
		words = arena_printf(arena, "%s %s", words, word_no_value(failure.status));
	return words;
}

const char *why_no_pasid(struct context *ctx, const struct selection *sel)
{
	const struct route *route = &sel->route;
	const struct pasid_table *pasids = &route->pasids;
	const struct pt_guest *guest = route->space.guest;
	struct arena *arena = &ctx->session->arena;
	const struct pasid_step *last;

	if (route->way.result == PT_BEYOND)
		return arena_printf(arena, "PASID 0x%x is beyond the table: the last it can hold is 0x%x",
				    route->pasid, pasids->format->last(pasids));
	last = &route->way.steps[route->way.nr_steps - 1];
	if (route->way.result == PT_UNREADABLE)
		return arena_printf(arena, "the %s table at %s%" PRIx64 ": %s", pasids->format->name,
				    pasids->table_behind_host ? "guest " : "",
				    last->table,
				    status_text(last->view.failure.status));
	return arena_printf(arena, "PASID 0x%x has no %s; there are: %s", route->pasid,
			    pasids->format->lacks,
			    word_pasids(ctx, pasids, guest ? &guest->host : NULL));
}
