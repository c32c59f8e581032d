// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu snapshot: what every verb answers on the whole host, as one JSON document in a file. Each answer is the
 * document of its verb, as -j prints it, under its verb's name in "sections": the file grows as they come, and
 * each verb's memory goes before the next one runs. The same dump gives the same bytes.
 *
 * iommu report: the same document in a page that shows it.
 */
#include "cmd.h"

#include "iommu/new_file.h"
#include "iommu/uts.h"
#include "iommu/version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "report_page.h"

/* It hangs on the session: a print, and a read of memory, may not return. */
struct snapshot_work {
	struct session session; /* of the verbs that are run */
	struct new_file file;
	const char *noun; /* "snapshot", "report" */
	struct report_text text; /* of a report */
	struct sink *sink;
	const char *unanswered; /* verbs that had no answer, "ppr, galog" */
	unsigned nr_sections;
};

static void snapshot_drop(struct session *session)
{
	struct snapshot_work *work = session->unfinished.work;

	session->unfinished = (struct unfinished){ 0 };
	session_release(&work->session);
	new_file_drop(&work->file);
}

static void write_to_file(void *ctx, const char *bytes, size_t len)
{
	new_file_write(ctx, bytes, len);
}

static void write_to_page(void *ctx, const char *bytes, size_t len)
{
	report_text_put(ctx, bytes, len);
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

static void put_section(struct context *ctx, struct snapshot_work *work, const struct verb *verb)
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

static void put_sections(struct context *ctx, struct snapshot_work *work)
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

static void say_written(struct context *ctx, const struct snapshot_work *work, const char *path, uint64_t bytes)
{
	struct sink *sink = ctx->sink;
	char amount[WORD_MAX];

	sink_string(sink, "file", path);
	sink_count(sink, "file_bytes", bytes);
	sink_count(sink, "sections", work->nr_sections);
	sink_string(sink, "unanswered", work->unanswered);
	sink_say(sink, work->text.file ? "REPORT" : "SNAPSHOT", "%s: %s, the answers of %u verbs", path,
		 word_amount(amount, bytes), work->nr_sections);
	if (work->unanswered)
		sink_say(sink, "", "without an answer here: %s", work->unanswered);
}

static bool create(struct context *ctx, struct snapshot_work *work, const char *path)
{
	int error = new_file_create(&work->file, path);

	if (error == EEXIST)
		complain(ctx, "file-exists", "%s is there already: a %s replaces nothing", path, work->noun);
	else if (error)
		complain(ctx, "no-snapshot", "cannot write %s: %s", path, strerror(error));
	return !error;
}

static void finish(struct context *ctx, struct snapshot_work *work, const char *path)
{
	uint64_t bytes = work->file.nr_bytes;
	int error;

	if (target_interrupted(ctx->session->target)) {
		complain(ctx, "no-snapshot", "interrupted: no %s was written", work->noun);
		return;
	}
	error = new_file_finish(&work->file);
	if (error)
		complain(ctx, "no-snapshot", "no %s: cannot write %s: %s", work->noun, path, strerror(error));
	else
		say_written(ctx, work, path, bytes);
}

static void put_document(struct context *ctx, struct snapshot_work *work, struct output output)
{
	work->sink = sink_new_json(&ctx->session->arena, output);
	sink_open(work->sink, "snapshot");
	put_head(ctx, work->sink);
	put_sections(ctx, work);
	sink_close(work->sink);
}

static void put_in_page(struct context *ctx, struct snapshot_work *work)
{
	new_file_write(&work->file, report_page_before, strlen(report_page_before));
	work->text.file = &work->file;
	put_document(ctx, work, (struct output){ write_to_page, &work->text });
	report_text_end(&work->text);
	new_file_write(&work->file, report_page_after, strlen(report_page_after));
}

static void write_snapshot(struct context *ctx, const char *noun, bool in_page)
{
	struct snapshot_work *work = arena_alloc(&ctx->session->arena, sizeof(*work));
	const char *path = ctx->opt.nr_words ? ctx->opt.words[0] : NULL;

	if (!path) {
		misuse(ctx, "bad-word", "expected a file to write");
		return;
	}
	work->file.fd = -1;
	work->noun = noun;
	ctx->session->unfinished = (struct unfinished){ snapshot_drop, work };
	if (!create(ctx, work, path))
		return;
	work->session = (struct session){
		.target = ctx->session->below,
		.out = ctx->session->out,
		.progress = ctx->session->progress,
		.host = ctx->session->host,
	};
	if (in_page)
		put_in_page(ctx, work);
	else
		put_document(ctx, work, (struct output){ write_to_file, &work->file });
	finish(ctx, work, path);
	snapshot_drop(ctx->session);
}

void cmd_snapshot(struct context *ctx)
{
	write_snapshot(ctx, "snapshot", false);
}

void cmd_report(struct context *ctx)
{
	if (report_page_before)
		write_snapshot(ctx, "report", true);
	else
		complain(ctx, "no-page", "this plugin was built without the page of a report, which npm is needed for "
			 "(make deps-report); 'iommu snapshot FILE' writes what it would hold");
}
