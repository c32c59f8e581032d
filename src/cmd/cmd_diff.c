// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu diff: what changed between two snapshots, or between one and the dump at hand. */
#include "snapshot.h"

#include "iommu/diff.h"

static void snapshot_drop(struct session *session)
{
	struct snapshot *work = session->unfinished.work;

	session->unfinished = (struct unfinished){ 0 };
	snapshot_release(work);
}

static void feed(void *ctx, const char *bytes, size_t len)
{
	json_reader_feed(ctx, bytes, len);
}

/* False, after a sentence. */
static bool read_file(struct context *ctx, const char *path, struct diff_side *ret)
{
	const char *problem = diff_read(&ctx->session->arena, path, ret);

	if (problem)
		complain(ctx, "no-snapshot", "cannot compare %s: %s", path, problem);
	return !problem;
}

static bool read_dump(struct context *ctx, struct diff_side *ret)
{
	struct arena *arena = &ctx->session->arena;
	struct snapshot *work = arena_alloc(arena, sizeof(*work));
	struct json_reader *reader = json_reader_new(arena);
	const char *problem;
	bool is_whole;

	ctx->session->unfinished = (struct unfinished){ snapshot_drop, work };
	is_whole = snapshot_write(ctx, work, (struct output){ feed, reader });
	drop_unfinished(ctx->session);
	if (!is_whole) {
		complain(ctx, "interrupted", "interrupted: nothing was compared");
		return false;
	}
	*ret = (struct diff_side){ "this dump", json_reader_finish(reader, &problem) };
	if (!ret->root)
		complain(ctx, "no-snapshot", "cannot compare this dump: %s", problem);
	return ret->root != NULL;
}

void cmd_diff(struct context *ctx)
{
	struct diff diff = { .arena = &ctx->session->arena, .all = ctx->opt.verbose != 0 };
	struct diff_side before, after;

	if (!ctx->opt.nr_words) {
		misuse(ctx, "bad-word", "expected the file of a snapshot");
		return;
	}
	if (!read_file(ctx, ctx->opt.words[0], &before))
		return;
	if (!(ctx->opt.nr_words > 1 ? read_file(ctx, ctx->opt.words[1], &after) : read_dump(ctx, &after)))
		return;
	diff_compare(&diff, before.root, after.root);
	diff_tell(ctx->sink, &diff, &before, &after);
}
