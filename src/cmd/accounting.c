// SPDX-License-Identifier: GPL-2.0-or-later
#include "accounting.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Ids that a note spells out; the rest is in "unaccounted_ids". */
#define NAMED_IDS 8

bool accounting_is_allocated(const struct accounting *acc, uint32_t id)
{
	return id_is_allocated(&acc->ids, id);
}

enum status accounting_make(struct context *ctx, struct accounting *ret)
{
	struct inventory *inv = kernel_inventory(ctx->k);
	struct arena *arena = &ctx->session->arena;
	bool *has_domain;

	memset(ret, 0, sizeof(*ret));
	ret->status = ctx->k->vendor->id_allocator(ctx->k, &ret->ids);
	ret->missing = ctx->k->missing;
	if (ret->status != STATUS_OK)
		return ret->status;
	ret->unsure = inv->groups_status != STATUS_OK || inv->devices_status != STATUS_OK ||
		      inv->domains_status != STATUS_OK;
	has_domain = arena_alloc(arena, ret->ids.nr_ids * sizeof(*has_domain));
	ret->unallocated = arena_alloc(arena, inv->domains.nr * sizeof(uint32_t) + 1);
	ret->unaccounted = arena_alloc(arena, ret->ids.nr_ids * sizeof(uint32_t));
	for (size_t i = 0; i < inv->domains.nr; i++) {
		const struct domain *domain = inv->domains.at[i];

		if (!domain->has_id) {
			ret->unsure |= domain->status != STATUS_OK;
			continue;
		}
		if (domain->id < ret->ids.nr_ids)
			has_domain[domain->id] = true;
		if (!accounting_is_allocated(ret, domain->id))
			ret->unallocated[ret->nr_unallocated++] = domain->id;
	}
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (dev->own_id < ret->ids.nr_ids)
			has_domain[dev->own_id] = true;
	}
	for (uint32_t id = ret->ids.reserved; id < ret->ids.nr_ids; id++) {
		if (accounting_is_allocated(ret, id) && !has_domain[id])
			ret->unaccounted[ret->nr_unaccounted++] = id;
	}
	return STATUS_OK;
}

static const char *name_ids(struct context *ctx, const uint32_t *ids, size_t nr)
{
	const char *words = "";

	for (size_t i = 0; i < nr && i < NAMED_IDS; i++)
		words = arena_printf(&ctx->session->arena, "%s%s0x%x", words, i ? ", " : "", ids[i]);
	return nr > NAMED_IDS ? arena_printf(&ctx->session->arena, "%s, ...", words) : words;
}

void accounting_note(struct context *ctx, const struct accounting *acc)
{
	if (acc->nr_unaccounted)
		sink_note(ctx->sink, NOTE_WARNING, "unaccounted-ids",
			  "%zu id%s allocated that no domain found here has: %s%s",
			  acc->nr_unaccounted, acc->nr_unaccounted == 1 ? " is" : "s are",
			  name_ids(ctx, acc->unaccounted, acc->nr_unaccounted),
			  acc->unsure ? " (but not every domain could be read)" : "");
	if (acc->nr_unallocated)
		sink_note(ctx->sink, NOTE_WARNING, "unallocated-ids",
			  "%zu domain%s an id that is not allocated: %s", acc->nr_unallocated,
			  acc->nr_unallocated == 1 ? " has" : "s have",
			  name_ids(ctx, acc->unallocated, acc->nr_unallocated));
}
