// SPDX-License-Identifier: GPL-2.0-or-later
/* From a table of PASIDs to the page table that one of them has. */
#include "cmd.h"

#include "kernel/amd/amd.h"

#include <inttypes.h>
#include <string.h>

#define MAX_NAMED 16 /* PASIDs that a sentence names */

/* The last PASID that a table of that many levels reaches. */
static uint32_t pasid_last(const struct pt_root *table)
{
	return pasid_of_iova(pt_last_iova(table));
}

static void enter_guest(struct context *ctx, const struct pasid_translation *pasids,
			const struct pt_root *host, struct selection *ret)
{
	struct target *machine = ctx->session->target;

	ret->memory = ret->pasid_memory = machine;
	if (!pasids->behind_host)
		return;
	ret->guest = arena_alloc(&ctx->session->arena, sizeof(*ret->guest));
	pt_guest_init(ret->guest, machine, host);
	ret->memory = &ret->guest->target;
	if (pasids->table_behind_host)
		ret->pasid_memory = ret->memory;
}

void select_pasid(struct context *ctx, const struct pasid_translation *pasids,
		  const struct pt_root *host, uint32_t pasid, struct selection *ret)
{
	enter_guest(ctx, pasids, host, ret);
	ret->via_pasid = true;
	ret->pasid = pasid;
	ret->pasids = *pasids;
	ret->state = DMA_GUEST;
	pt_translate(ret->pasid_memory, &pasids->table, pasid_to_iova(pasid), &ret->pasid_walk);
	ret->has_table = ret->pasid_walk.result == PT_MAPPED;
	if (!ret->has_table)
		return;
	ret->root = pasids->table;
	ret->root.format = pasids->table.format->of_pasids;
	ret->root.table = ret->pasid_walk.pa;
	ret->root.levels = pasids->levels;
	/* Linux drivers/iommu/amd/iommu.c, amd_iommu_domain_alloc_paging_v2(): "On PASID 0 it has no
	 * sign extension and the full 57/48 bits decode the lower addresses." */
	ret->root.sign_extended = pasid != 0;
}

void put_pasid(struct context *ctx, const struct selection *sel)
{
	if (sel->has_pasid)
		sink_count(ctx->sink, "pasid", sel->pasid);
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

const char *word_pasid(struct context *ctx, const struct selection *sel)
{
	return sel->has_pasid ? arena_printf(&ctx->session->arena, "  PASID 0x%x", sel->pasid) : "";
}

const char *word_process(struct context *ctx, const struct pasid_user *user)
{
	if (!user || !user->has_task)
		return "";
	return arena_printf(&ctx->session->arena, " of pid %" PRId64 " \"%s\"", user->pid,
			    user->comm ? user->comm : "?");
}

const char *word_below(struct context *ctx, const struct selection *sel)
{
	char table[WORD_MAX];

	return sel->guest ? arena_printf(&ctx->session->arena, " over %s",
					 word_table(table, &sel->guest->host)) : "";
}

/* ---- which PASIDs there are ---- */

struct pasid_list {
	uint32_t *at;
	size_t nr, max;
	uint64_t all;
};

static bool add_pasid(void *ctx, const struct pt_leaf *leaf)
{
	struct pasid_list *list = ctx;

	if (list->nr < list->max)
		list->at[list->nr++] = pasid_of_iova(leaf->iova);
	list->all++;
	return true;
}

enum status list_pasids(struct context *ctx, const struct pasid_translation *pasids,
			const struct pt_root *host, uint32_t *ret, size_t max, uint64_t *ret_nr)
{
	struct pasid_list list = { .at = ret, .max = max };
	struct pt_visitor visitor = { .ctx = &list, .leaf = add_pasid };
	struct selection sel = { 0 };
	struct pt_totals totals;
	enum status status;

	enter_guest(ctx, pasids, host, &sel);
	status = pt_scan(sel.pasid_memory, &pasids->table, iova_of(0), iova_of(UINT64_MAX), &visitor,
			 &totals);
	*ret_nr = list.all;
	if (status == STATUS_OK && totals.tables_missing)
		return STATUS_NOT_IN_DUMP;
	return status == STATUS_OK && totals.tables_lost ? STATUS_BAD_ADDRESS : status;
}

const char *word_pasids(struct context *ctx, const struct pasid_translation *pasids,
			const struct pt_root *host)
{
	uint32_t named[MAX_NAMED];
	uint64_t nr;
	enum status status = list_pasids(ctx, pasids, host, named, MAX_NAMED, &nr);
	const char *words = nr ? "" : "none";

	for (size_t i = 0; i < nr && i < MAX_NAMED; i++)
		words = arena_printf(&ctx->session->arena, "%s%s0x%x", words, i ? ", " : "", named[i]);
	if (nr > MAX_NAMED)
		words = arena_printf(&ctx->session->arena, "%s and %" PRIu64 " more", words,
				     nr - MAX_NAMED);
	if (status != STATUS_OK)
		words = arena_printf(&ctx->session->arena, "%s %s", words, in_place(status));
	return words;
}

const char *why_no_pasid(struct context *ctx, const struct selection *sel)
{
	const struct pt_translation *t = &sel->pasid_walk;
	struct arena *arena = &ctx->session->arena;
	const struct pt_step *last;

	if (t->result == PT_BEYOND)
		return arena_printf(arena, "PASID 0x%x is beyond the table: the last it can hold is 0x%x",
				    sel->pasid, pasid_last(&sel->pasids.table));
	last = &t->steps[t->nr_steps - 1];
	if (t->result == PT_UNREADABLE)
		return arena_printf(arena, "the %s table at %s%" PRIx64 ": %s",
				    sel->pasids.table.format->name,
				    sel->pasids.table_behind_host ? "guest " : "", last->table.v,
				    status_text(last->status));
	return arena_printf(arena, "PASID 0x%x has no table; there are: %s", sel->pasid,
			    word_pasids(ctx, &sel->pasids, sel->guest ? &sel->guest->host : NULL));
}
