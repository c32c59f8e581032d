// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu map -a: every address space of the machine, each once, with its users: the stretches of each and, with
 * -v, what is physically contiguous. What a snapshot has of the mappings.
 */
#include "map_rows.h"

#include <inttypes.h>

#include "who.h" /* space_words() */

static void put_user(struct context *ctx, const struct space_user *user)
{
	struct sink *sink = ctx->sink;
	char bdf[WORD_MAX];

	sink_row(sink);
	if (user->device)
		sink_string(sink, "device", word_bdf(bdf, user->device->sbdf));
	else
		sink_null(sink, "device");
	put_group_of(ctx, user->device);
	if (user->has_pasid)
		sink_count(sink, "pasid", user->pasid);
	else
		sink_null(sink, "pasid");
	put_pasid_process(ctx, user->pasid_user);
	sink_bool(sink, "read", user->read);
	sink_bool(sink, "write", user->write);
	sink_row_end(sink);
}

/* "0000:a1:00.0, 0000:a1:00.1 PASID 0x5"; "no device" */
static const char *users_words(struct context *ctx, const struct space *space)
{
	struct arena *arena = &ctx->session->arena;
	const char **words = arena_alloc(arena, (space->users.nr + 1) * sizeof(*words));
	char bdf[WORD_MAX];

	for (size_t i = 0; i < space->users.nr; i++) {
		const struct space_user *user = space->users.at[i];

		words[i] = arena_strdup(arena, user->device ? word_bdf(bdf, user->device->sbdf) : "an id without a device");
		if (user->has_pasid)
			words[i] = arena_printf(arena, "%s PASID 0x%x", words[i], user->pasid);
	}
	return space->users.nr ? arena_join(arena, words, space->users.nr, ", ") : "no device";
}

static void put_whose(struct context *ctx, const struct space *space)
{
	struct sink *sink = ctx->sink;
	const struct domain *domain = space->is_of_domain ? space->domain : NULL;
	char word[WORD_MAX];

	if (domain)
		put_domain_id(ctx, "domain_id", domain, NULL);
	else
		sink_null(sink, "domain_id");
	sink_string(sink, "type", domain ? word_domain_type(domain) : NULL);
	if (domain)
		put_address(ctx, "domain_address", domain_address(domain));
	else
		sink_null(sink, "domain_address");
	sink_list(sink, "users");
	for (size_t i = 0; i < space->users.nr; i++)
		put_user(ctx, space->users.at[i]);
	sink_list_end(sink);
	if (!space->has_table) {
		sink_string(sink, "format", space->ranges ? space->ranges->name : NULL);
		sink_heading(sink, "%s  of %s", space_words(ctx, space), users_words(ctx, space));
		return;
	}
	sink_string(sink, "format", space->root.format->name);
	sink_count(sink, "levels", space->root.levels);
	sink_hex(sink, "root", space->root.table.v);
	sink_bool(sink, "of_guest", space->guest != NULL);
	put_host_table(ctx, space->guest ? &space->guest->host : NULL);
	sink_heading(sink, "%s  of %s  %s  root %s%" PRIx64, space_words(ctx, space), users_words(ctx, space),
		     word_table(word, &space->root), space->guest ? "guest " : "", space->root.table.v);
}

static void put_rows(struct context *ctx, const struct space *space, const char *key, bool by_range)
{
	struct map m = {
		.ctx = ctx,
		.what = space_words(ctx, space),
		.by_range = by_range,
		.of_many = true,
		.to = { UINT64_MAX },
		.masked_read = true,
		.masked_write = true,
		.has_user = space->has_table && space->root.format->has_user,
		.of_guest = space->guest != NULL,
	};
	struct pt_totals totals = { 0 };

	sink_list(ctx->sink, key);
	map_scan(&m, space, &totals);
	sink_list_end(ctx->sink);
	if (by_range == (ctx->opt.verbose != 0))
		put_totals(&m, &totals);
}

static void put_space(struct context *ctx, const struct space *space)
{
	sink_begin(ctx->sink, NULL);
	put_whose(ctx, space);
	/* On screen -v has the ranges in the place of the stretches; a document has both. */
	if (ctx->opt.json || !ctx->opt.verbose)
		put_rows(ctx, space, "stretches", false);
	if (ctx->opt.verbose)
		put_rows(ctx, space, "mappings", true);
	sink_end(ctx->sink);
}

void map_all(struct context *ctx)
{
	struct ptrs spaces = { 0 };
	struct failure failure;

	if (!need_iommu(ctx, "see 'iommu status'"))
		return;
	failure = kernel_spaces(ctx->k, &spaces);
	sink_list(ctx->sink, "spaces");
	for (size_t i = 0; i < spaces.nr && !ctx->interrupted; i++)
		put_space(ctx, spaces.at[i]);
	sink_list_end(ctx->sink);
	if (!spaces.nr)
		sink_heading(ctx->sink, "no page table of any domain or device was found");
	say_if_not_all(ctx, "find every table", failure);
}
