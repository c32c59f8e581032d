// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables that hardware uses and that no domain has: those of guests and of processes, to which a table of
 * PASIDs leads, and those that an entry was left with.
 */
#include "cmd.h"

#include <inttypes.h>

#define MAX_NAMED 3 /* users on a line, but with -vv */

static const struct column columns[] = {
	{ .key = "format", .head = "  TABLE", .width = 13 },
	{ .key = "root", .head = "ROOT", .width = 8 },
	{ .key = "users", .head = "USED BY" },
};

/* "0000:00:05.0 PASID 0x1 (pid 12 "app")" */
static const char *user_words(struct context *ctx, const struct space_user *user)
{
	struct arena *arena = &ctx->session->arena;
	const char *device = user->device->name;

	if (!user->has_pasid)
		return device;
	return arena_printf(arena, "%s PASID 0x%x%s", device, user->pasid,
			    word_process(ctx, user->pasid_user));
}

static void put_user(struct context *ctx, const struct space_user *user)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	sink_string(sink, "device", user->device->name);
	if (user->has_pasid)
		sink_count(sink, "pasid", user->pasid);
	else
		sink_null(sink, "pasid");
	put_pasid_process(ctx, user->pasid_user);
	sink_end(sink);
}

static void put_users(struct context *ctx, const struct space *space)
{
	struct arena *arena = &ctx->session->arena;
	size_t nr_named = ctx->opt.verbose > 1 ? space->users.nr : MAX_NAMED;
	const char *line = "";

	sink_list(ctx->sink, "users");
	for (size_t i = 0; i < space->users.nr; i++) {
		put_user(ctx, space->users.at[i]);
		if (i < nr_named)
			line = arena_printf(arena, "%s%s%s", line, i ? ", " : "",
					    user_words(ctx, space->users.at[i]));
	}
	sink_list_end(ctx->sink);
	if (space->users.nr > nr_named)
		line = arena_printf(arena, "%s and %zu more", line, space->users.nr - nr_named);
	sink_cell(ctx->sink, "users", "%s", line);
}

static void put_table(struct context *ctx, const struct space *space)
{
	const struct pt_guest *guest = space->guest;
	char table[WORD_MAX], host[WORD_MAX];
	struct sink *sink = ctx->sink;

	sink_row(sink);
	sink_string(sink, "format", space->root.format->name);
	sink_count(sink, "levels", space->root.levels);
	sink_hex(sink, "root", space->root.table.v);
	put_host_table(ctx, guest ? &guest->host : NULL);
	sink_cell(sink, "format", "  %s%s%s", word_table(table, &space->root), guest ? " over " : "",
		  guest ? word_table(host, &guest->host) : "");
	sink_cell_text(sink, "root", word_root(ctx, &space->root, guest ? &guest->host : NULL));
	put_users(ctx, space);
	sink_row_end(sink);
}

void put_other_tables(struct context *ctx)
{
	struct ptrs spaces = { 0 };
	struct failure failure;
	bool any = false;

	if (!decodes_entries(ctx)) {
		sink_null(ctx->sink, "other_tables");
		return;
	}
	failure = kernel_spaces(ctx->k, &spaces);
	sink_list(ctx->sink, "other_tables");
	for (size_t i = 0; i < spaces.nr; i++) {
		const struct space *space = spaces.at[i];

		if (space->is_of_domain)
			continue;
		if (!any)
			sink_heading(ctx->sink, "page tables in use that no domain found here has:");
		if (!any)
			sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
		any = true;
		put_table(ctx, space);
	}
	sink_list_end(ctx->sink);
	say_if_not_all(ctx, "list the tables that hardware uses", failure);
}
