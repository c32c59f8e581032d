// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu record: runs verbs on a target that keeps what they ask (iommu/recording.h), shows their
 * answers, and writes what was kept: a file that answers the same verbs without the dump.
 *
 * Each verb runs as the first one of a session would, so that it asks for all that it needs.
 */
#include "cmd.h"

#include "iommu/new_file.h"
#include "iommu/recording.h"
#include "iommu/version.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of physical memory, and as many of the kernel's: twice 128 MiB. */
#define MAX_PAGES 32768u

/* One of the command lines that are run; argv[0] is "iommu". */
struct line {
	char **argv;
	int argc;
};

/* It hangs on the session: a print may not return. */
struct record_work {
	struct session session; /* of the verbs that are run */
	struct recording *recording;
	struct new_file file;
	struct ptrs lines; /* struct line * */
	bool is_list;	   /* each answer needs a line that says what was asked */
	bool is_json;
};

static struct record_work *work_of(const struct session *session)
{
	return session->unfinished.work;
}

static void record_drop(struct session *session)
{
	struct record_work *work = work_of(session);

	session->unfinished = (struct unfinished){ 0 };
	session_release(&work->session);
	if (work->recording)
		recording_release(work->recording);
	new_file_drop(&work->file);
}

/* ---- which verbs ---- */

static struct line *new_line(struct arena *arena, struct record_work *work, int max_words)
{
	struct line *line = arena_alloc(arena, sizeof(*line));

	line->argv = arena_alloc(arena, ((size_t)max_words + 3) * sizeof(*line->argv));
	line->argv[line->argc++] = arena_strdup(arena, "iommu");
	ptrs_push(arena, &work->lines, line);
	return line;
}

/* A comma ends a command line: as a word of its own, or at the end of one. Returns how many letters of
 * the word stand before it. */
static size_t before_comma(const char *word)
{
	size_t len = strlen(word);

	return len && word[len - 1] == ',' ? len - 1 : len;
}

static void take_words(struct arena *arena, struct record_work *work, char **words, int nr)
{
	struct line *line = NULL;

	for (int i = 0; i < nr; i++) {
		size_t len = before_comma(words[i]);

		if (len && !line)
			line = new_line(arena, work, nr);
		if (len)
			line->argv[line->argc++] =
				arena_printf(arena, "%.*s", (int)len, words[i]);
		if (words[i][len])
			line = NULL;
	}
}

/* A line of LIST: words between blanks, with or without "iommu" before them; # starts a comment. */
static void take_text(struct arena *arena, struct record_work *work, const char *text)
{
	char *copy = arena_strdup(arena, text), *rest = NULL;
	int max_words = (int)(strlen(text) / 2 + 1);
	struct line *line = NULL;

	for (char *word = strtok_r(copy, " \t\r\n", &rest); word && *word != '#';
	     word = strtok_r(NULL, " \t\r\n", &rest)) {
		if (!line && strcmp(word, "iommu") == 0)
			continue;
		if (!line)
			line = new_line(arena, work, max_words);
		line->argv[line->argc++] = word;
	}
}

static bool take_list(struct context *ctx, struct record_work *work, const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file) {
		complain(ctx, "bad-list", "cannot read %s: %s", path, strerror(errno));
		return false;
	}
	while (getline(&text, &size, file) > 0)
		take_text(&ctx->session->arena, work, text);
	free(text);
	fclose(file);
	return true;
}

/* False, after a sentence, for a line that no session would run. */
static bool is_command(struct context *ctx, const struct line *line)
{
	const struct verb *verb = &verbs[0];
	unsigned nr = 1;

	if (line->argc > 1 && line->argv[1][0] != '-')
		verb = verb_by_prefix(line->argv[1], &nr);
	if (!verb)
		complain_of_verb(ctx, line->argv[1], nr);
	else if (verb->run == cmd_record)
		complain(ctx, "bad-verb", "a record of 'record' would hold nothing");
	else
		return true;
	return false;
}

static bool are_commands(struct context *ctx, const struct record_work *work)
{
	for (size_t i = 0; i < work->lines.nr; i++) {
		if (!is_command(ctx, work->lines.at[i]))
			return false;
	}
	return true;
}

static bool all_ask_for_json(const struct record_work *work)
{
	for (size_t i = 0; i < work->lines.nr; i++) {
		const struct line *line = work->lines.at[i];

		if (!asks_for_json(NULL, line->argc, line->argv))
			return false;
	}
	return work->lines.nr != 0;
}

/* As getopt takes them: -i has a value, in the same word or the next. Returns where the first word stands
 * that is no option. */
static int skip_options(int argc, char **argv, bool *has_j, bool *has_list)
{
	int i;

	*has_j = *has_list = false;
	for (i = 2; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		size_t before_i = strcspn(argv[i], "i");

		*has_j |= memchr(argv[i], 'j', before_i) != NULL;
		*has_list |= argv[i][before_i] != '\0';
		if (argv[i][before_i] && !argv[i][before_i + 1])
			i++;
	}
	return i;
}

bool record_asks_for_json(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct record_work work = { 0 };
	bool has_j, has_list;
	int file = skip_options(argc, argv, &has_j, &has_list);

	if (has_j || has_list || file >= argc)
		return has_j;
	take_words(&arena, &work, argv + file + 1, argc - file - 1);
	has_j = all_ask_for_json(&work);
	arena_release(&arena);
	return has_j;
}

/* With -j of its own the answers are one document, so each of them is. */
static void ask_all_for_json(struct arena *arena, struct record_work *work)
{
	for (size_t i = 0; i < work->lines.nr; i++) {
		struct line *line = work->lines.at[i];

		if (!asks_for_json(NULL, line->argc, line->argv))
			line->argv[line->argc++] = arena_strdup(arena, "-j");
	}
}

/* ---- the head of the file: comments, and the command lines ---- */

__attribute__((format(printf, 2, 3))) static void put_line(struct context *ctx, const char *format,
							   ...)
{
	struct arena *arena = &ctx->session->arena;
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	new_file_write(&work_of(ctx->session)->file, text, strlen(text));
	new_file_write(&work_of(ctx->session)->file, "\n", 1);
}

static const char *words_of(struct arena *arena, const struct line *line)
{
	const char *text = "iommu";

	for (int i = 1; i < line->argc; i++)
		text = arena_printf(arena, "%s %s", text, line->argv[i]);
	return text;
}

static void put_head(struct context *ctx)
{
	const char *release = recording_release_of_kernel(work_of(ctx->session)->recording);
	const struct session *session = ctx->session;

	put_line(ctx, "# What commands of %s asked of %s of Linux %s%s%s.", iommu_release,
		 target_is_live(session->target) ? "the memory" : "a dump",
		 release ? release : "(release not known)", session->host ? ", in " : "",
		 session->host ? session->host : "");
	put_line(ctx, "# tests/mem/README.md of the plugin's source has the language, and how to replay it.");
	put_line(ctx, "#");
	put_line(ctx, "# It may contain: addresses in the kernel and in physical memory; names of devices, drivers,");
	put_line(ctx, "# modules and symbols; page tables, device tables, interrupt tables, rings of the IOMMU, the");
	put_line(ctx, "# firmware's table; kernel structs, entries of struct page among them; names and pids of");
	put_line(ctx, "# processes, and the kernel's command line.");
	if (ctx->opt.s)
		put_line(ctx, "# Names of processes are replaced by x, and so are words of the command line, but for "
			 "those that\n# speak of an IOMMU (-s).");
	if (ctx->opt.all)
		put_line(ctx, "# It has all of each page that was asked for in part, whatever stands there, and members that\n"
			 "# no command asked for (-a).");
	else
		put_line(ctx, "# It has the bytes that were asked for and none around them: no page of a process or of a "
			 "file,\n# unless a command took one for a table.");
}

static void put_commands(struct context *ctx)
{
	const struct record_work *work = work_of(ctx->session);

	for (size_t i = 0; i < work->lines.nr; i++) {
		const char *words = words_of(&ctx->session->arena, work->lines.at[i]);

		/* the language has no way to write a quotation mark */
		put_line(ctx, strchr(words, '"') ? "# command: %s" : "command \"%s\"", words);
	}
}

/* ---- running them ---- */

static void run_line(struct context *ctx, const struct line *line)
{
	struct record_work *work = work_of(ctx->session);

	session_release(&work->session);
	work->session = (struct session){
		.target = recording_target(work->recording),
		.out = ctx->session->out,
		.progress = ctx->session->progress,
	};
	work->session.budget = (struct budget){ .of_command = &work->session.arena,
						.of_inventory = &work->session.kept.arena };
	if (work->is_list && !work->is_json)
		sink_heading(ctx->sink, "iommu> %s", words_of(&ctx->session->arena, line));
	if (run_command(&work->session, line->argc, line->argv, work->is_json ? ctx->sink : NULL, NULL))
		ctx->failed = true;
}

static void run_lines(struct context *ctx)
{
	const struct record_work *work = work_of(ctx->session);

	sink_list(ctx->sink, "answers");
	for (size_t i = 0; i < work->lines.nr && !target_interrupted(ctx->session->target); i++)
		run_line(ctx, work->lines.at[i]);
	sink_list_end(ctx->sink);
	if (ctx->opt.all)
		layout_ask_all(&work_of(ctx->session)->session.layout,
			       recording_target(work->recording));
}

/* ---- what came of it ---- */

static void say_written(struct context *ctx, const char *path, uint64_t file_bytes)
{
	struct recording_counts counts;

	recording_count(work_of(ctx->session)->recording, &counts);
	sink_say(ctx->sink, "RECORD", "%s: %llu bytes of memory in %llu reads, %llu other answers",
		 path, (unsigned long long)counts.bytes, (unsigned long long)counts.reads,
		 (unsigned long long)counts.answers);
	sink_string(ctx->sink, "file", path);
	sink_count(ctx->sink, "file_bytes", file_bytes);
	sink_count(ctx->sink, "memory_bytes", counts.bytes);
	sink_count(ctx->sink, "reads", counts.reads);
	sink_count(ctx->sink, "failed_reads", counts.failed);
	sink_count(ctx->sink, "other_answers", counts.answers);
	sink_bool(ctx->sink, "texts_replaced", ctx->opt.s);
	if (counts.changed)
		sink_note(ctx->sink, NOTE_WARNING, "changed",
			  "%llu bytes were others when they were read again: the file has the first, and what it "
			  "answers may differ from the answer above", (unsigned long long)counts.changed);
}

static void write_record(struct context *ctx, const char *path)
{
	struct record_work *work = work_of(ctx->session);
	uint64_t nr_bytes;
	int error;

	put_head(ctx);
	put_commands(ctx);
	if (ctx->opt.s)
		recording_hide_texts(work->recording);
	recording_write(work->recording, &work->file);
	nr_bytes = work->file.nr_bytes;
	error = new_file_finish(&work->file);
	if (error)
		complain(ctx, "no-record", "no record: cannot write %s: %s", path, strerror(error));
	else
		say_written(ctx, path, nr_bytes);
}

static bool create(struct context *ctx, const char *path)
{
	int error = new_file_create(&work_of(ctx->session)->file, path);

	if (error == EEXIST)
		complain(ctx, "file-exists", "%s is there already: a record replaces nothing", path);
	else if (error)
		complain(ctx, "no-record", "cannot write %s: %s", path, strerror(error));
	return !error;
}

static bool find_lines(struct context *ctx, struct record_work *work)
{
	if (!ctx->opt.nr_words) {
		complain(ctx, "bad-word", "expected a file to write, and a verb");
		return false;
	}
	take_words(&ctx->session->arena, work, ctx->opt.words + 1, ctx->opt.nr_words - 1);
	if (ctx->opt.list && !take_list(ctx, work, ctx->opt.list))
		return false;
	if (!work->lines.nr) {
		complain(ctx, "bad-word", "expected a verb behind the file '%s'", ctx->opt.words[0]);
		return false;
	}
	return are_commands(ctx, work);
}

void cmd_record(struct context *ctx)
{
	struct arena *arena = &ctx->session->arena;
	struct record_work *work = arena_alloc(arena, sizeof(*work));
	const char *path;

	work->file.fd = -1;
	ctx->session->unfinished = (struct unfinished){ record_drop, work };
	if (!find_lines(ctx, work))
		return;
	path = ctx->opt.words[0];
	work->is_list = ctx->opt.list || work->lines.nr > 1;
	if (ctx->opt.json)
		ask_all_for_json(arena, work);
	work->is_json = ctx->opt.json || (!ctx->opt.list && all_ask_for_json(work));
	if (!create(ctx, path))
		return;
	work->recording = recording_new(arena, ctx->session->target, MAX_PAGES, ctx->opt.all);
	run_lines(ctx);
	if (target_interrupted(ctx->session->target))
		complain(ctx, "no-record", "interrupted: no record was written");
	else if (!recording_is_whole(work->recording))
		complain(ctx, "no-record", "no record: more than 128 MiB of memory were asked for; ask for less, such as "
			 "one device or a range of IOVAs");
	else
		write_record(ctx, path);
	record_drop(ctx->session);
}
