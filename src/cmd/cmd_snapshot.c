// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu snapshot: what every verb answers on the whole host, as one JSON document in a file. Each answer is the
 * document of its verb, as -j prints it, under its verb's name in "sections": the file grows as they come, and
 * each verb's memory goes before the next one runs. The same dump gives the same bytes.
 */
#include "snapshot.h"

#include "iommu/new_file.h"
#include "iommu/uts.h"
#include "iommu/version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* It hangs on the session: a print, and a read of memory, may not return. */
struct snapshot_file {
	struct snapshot snapshot;
	struct new_file file;
};

static void snapshot_file_drop(struct session *session)
{
	struct snapshot_file *work = session->unfinished.work;

	session->unfinished = (struct unfinished){ 0 };
	snapshot_release(&work->snapshot);
	new_file_drop(&work->file);
}

static void write_to_file(void *ctx, const char *bytes, size_t len)
{
	new_file_write(ctx, bytes, len);
}

static void put_head(struct context *ctx, struct sink *sink)
{
	uint64_t taken = target_taken(ctx->session->target);
	struct uts uts;

	say_if_not_all(ctx, "tell which kernel this is", kernel_uts(ctx->k, &uts));
	sink_begin(sink, "kernel");
	sink_string(sink, "release", uts.release);
	sink_string(sink, "machine", uts.machine);
	sink_string(sink, "host", uts.host);
	sink_bool(sink, "live", target_is_live(ctx->session->target));
	sink_end(sink);
	if (taken)
		sink_count(sink, "taken", taken);
	else
		sink_null(sink, "taken");
	sink_string(sink, "plugin", iommu_release);
	sink_string(sink, "in", ctx->session->host);
}

static void put_section(struct context *ctx, struct snapshot *work, const struct verb *verb)
{
	struct arena *arena = &ctx->session->arena;
	char *argv[6] = { arena_strdup(arena, "iommu"), arena_strdup(arena, verb->name), arena_strdup(arena, "-j") };
	int argc = 3;

	if (*verb->in_snapshot)
		argv[argc++] = arena_strdup(arena, verb->in_snapshot);
	if (ctx->opt.verbose && verb->run == cmd_map)
		argv[argc++] = arena_strdup(arena, "-v");
	if (run_fresh_command(&work->session, argc, argv, work->sink, verb->name))
		work->unanswered = arena_printf(arena, "%s%s%s", work->unanswered ? work->unanswered : "",
						work->unanswered ? ", " : "", verb->name);
	work->nr_sections++;
}

static void put_sections(struct context *ctx, struct snapshot *work)
{
	sink_begin(work->sink, "sections");
	for (const struct verb *verb = verbs; verb->name; verb++) {
		if (target_interrupted(ctx->session->target))
			break;
		if (verb->in_snapshot)
			put_section(ctx, work, verb);
	}
	sink_end(work->sink);
}

void snapshot_release(struct snapshot *work)
{
	session_release(&work->session);
}

bool snapshot_write(struct context *ctx, struct snapshot *work, struct output out)
{
	work->session = (struct session){
		.target = ctx->session->below,
		.out = ctx->session->out,
		.progress = ctx->session->progress,
		.host = ctx->session->host,
	};
	work->sink = sink_new_json(&ctx->session->arena, out);
	sink_open(work->sink, "snapshot");
	put_head(ctx, work->sink);
	put_sections(ctx, work);
	sink_close(work->sink);
	snapshot_release(work);
	return !target_interrupted(ctx->session->target);
}

/* ---- into a file ---- */

static void say_written(struct context *ctx, const struct snapshot_kind *kind, const struct snapshot *work,
			const char *path, uint64_t bytes)
{
	struct sink *sink = ctx->sink;
	char amount[WORD_MAX];

	sink_string(sink, "file", path);
	sink_count(sink, "file_bytes", bytes);
	sink_count(sink, "sections", work->nr_sections);
	sink_string(sink, "unanswered", work->unanswered);
	sink_say(sink, kind->heading, "%s: %s, the answers of %u verbs", path, word_amount(amount, bytes),
		 work->nr_sections);
	if (work->unanswered)
		sink_say(sink, "", "without an answer here: %s", work->unanswered);
}

static bool create(struct context *ctx, const struct snapshot_kind *kind, struct new_file *file, const char *path)
{
	int error = new_file_create(file, path);

	if (error == EEXIST)
		complain(ctx, "file-exists", "%s is there already: a %s replaces nothing", path, kind->noun);
	else if (error)
		complain(ctx, kind->code, "cannot write %s: %s", path, strerror(error));
	return !error;
}

void snapshot_to_file(struct context *ctx, const struct snapshot_kind *kind)
{
	struct snapshot_file *work = arena_alloc(&ctx->session->arena, sizeof(*work));
	const char *path = ctx->opt.nr_words ? ctx->opt.words[0] : NULL;
	uint64_t bytes;
	int error;

	if (!path) {
		misuse(ctx, "bad-word", "expected a file to write");
		return;
	}
	work->file.fd = -1;
	ctx->session->unfinished = (struct unfinished){ snapshot_file_drop, work };
	if (!create(ctx, kind, &work->file, path))
		return;
	if (!kind->put(ctx, &work->snapshot, &work->file)) {
		complain(ctx, kind->code, "interrupted: no %s was written", kind->noun);
		drop_unfinished(ctx->session);
		return;
	}
	bytes = work->file.nr_bytes;
	error = new_file_finish(&work->file);
	if (error)
		complain(ctx, kind->code, "no %s: cannot write %s: %s", kind->noun, path, strerror(error));
	else
		say_written(ctx, kind, &work->snapshot, path, bytes);
	drop_unfinished(ctx->session);
}

/* ---- the verb ---- */

static bool put_alone(struct context *ctx, struct snapshot *work, struct new_file *file)
{
	return snapshot_write(ctx, work, (struct output){ write_to_file, file });
}

void cmd_snapshot(struct context *ctx)
{
	snapshot_to_file(ctx, &(struct snapshot_kind){ "snapshot", "SNAPSHOT", "no-snapshot", put_alone });
}
