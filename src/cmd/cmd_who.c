// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu who: memory, and who reaches it. However many addresses were asked for, all tables are gone through once.
 * Of one address, or one range, rows are shown as they are found: memory does not depend on how many they are.
 */
#include "who.h"

#include <inttypes.h>
#include <stdlib.h>

#define MAX_NAMED 4	   /* devices on a line, but with -v */
#define MAX_OPEN_NAMED 2 /* of those that reach everything: -v has a row for each */

/* ---- rows ---- */

static const struct column byte_columns[] = {
	{ .key = "device", .head = "DEVICE", .width = 12 },
	{ .key = "iova", .head = "IOVA", .width = 12 },
	{ .key = "perm", .head = "PERM" },
	{ .key = "page_size", .head = "PAGE" },
	{ .key = "domain_id", .head = "DOMAIN", .width = 6 },
	{ .key = "group", .head = "GROUP", .right = true },
	{ .key = "driver", .head = "DRIVER", .width = 8 },
	{ .key = "via", .head = "VIA" },
};

static const struct column range_columns[] = {
	{ .key = "device", .head = "DEVICE", .width = 12 },
	{ .key = "iova", .head = "IOVA", .width = 10 },
	{ .key = "end", .head = "END", .width = 10 },
	{ .key = "pa", .head = "PHYSICAL", .width = 8 },
	{ .key = "perm", .head = "PERM" },
	{ .key = "page_size", .head = "PAGE" },
	{ .key = "domain_id", .head = "DOMAIN" },
	{ .key = "group", .head = "GROUP", .right = true },
	{ .key = "driver", .head = "DRIVER" },
	{ .key = "via", .head = "VIA" },
};

/* "0000:a1:00.1"; of an id that no device has: "0000:a1:00.2 (IO-APIC 34)", "0000:a1:00.2, no device". */
static const char *user_name(struct context *ctx, const struct space_user *user)
{
	if (user->device)
		return user->device->name;
	return arena_printf(&ctx->session->arena, "%s, no device", word_stream(ctx, user->stream->id));
}

static void put_user(struct context *ctx, const struct space_user *user)
{
	const struct device *dev = user->device;
	struct sink *sink = ctx->sink;
	char bdf[WORD_MAX];

	sink_string(sink, "device", dev ? dev->name : word_bdf(bdf, user->stream->id));
	sink_cell_text(sink, "device", user_name(ctx, user));
	put_group_of(ctx, dev);
	sink_string(sink, "driver", dev ? dev->driver : NULL);
	if (user->has_domain_id)
		sink_count(sink, "domain_id", user->domain_id);
	else
		sink_null(sink, "domain_id");
	if (user->has_domain_id)
		sink_cell(sink, "domain_id", "0x%x", user->domain_id);
	if (user->has_pasid)
		sink_count(sink, "pasid", user->pasid);
	else
		sink_null(sink, "pasid");
	put_pasid_process(ctx, user->pasid_user);
	sink_string(sink, "by", user->by_driver ? "driver" : "hardware");
}

static void put_way(struct context *ctx, const struct space_user *user, const char *via)
{
	struct arena *arena = &ctx->session->arena;
	const char *words = via;

	if (user->has_pasid)
		words = arena_printf(arena, "%s, PASID 0x%x%s", words, user->pasid,
				     word_process(ctx, user->pasid_user));
	if (user->by_driver)
		words = arena_printf(arena, "%s, by the driver's word", words);
	sink_string(ctx->sink, "via", via);
	sink_cell_text(ctx->sink, "via", words);
}

static void put_stretch(struct context *ctx, const struct asked *asked, const struct pt_run *run)
{
	sink_hex(ctx->sink, "iova", run->iova.v);
	if (!asked->is_range)
		return;
	sink_hex(ctx->sink, "end", run->iova.v + (run->bytes - 1));
	sink_hex(ctx->sink, "pa", run->pa.v);
}

static void put_permissions(struct context *ctx, bool read, bool write, const char *words)
{
	sink_bool(ctx->sink, "read", read);
	sink_bool(ctx->sink, "write", write);
	sink_cell_text(ctx->sink, "perm", words);
}

/* What a page table leads there for one of its users. */
static void put_mapped_row(struct who *w, const struct asked *asked, const struct space *space, const struct pt_run *run,
			   const struct space_user *user)
{
	struct context *ctx = w->ctx;
	bool read = run->read && user->read, write = run->write && user->write;
	char size[WORD_MAX];

	sink_row(ctx->sink);
	put_user(ctx, user);
	put_stretch(ctx, asked, run);
	put_permissions(ctx, read, write, word_access(read, write, run->user));
	if (space->has_table && space->root.format->has_user)
		sink_bool(ctx->sink, "user", run->user);
	sink_hex(ctx->sink, "page_size", 1ULL << run->page_lg2);
	sink_cell_text(ctx->sink, "page_size", word_size(size, 1ULL << run->page_lg2));
	put_way(ctx, user, "mapped");
	sink_row_end(ctx->sink);
}

static struct pt_run part_of(const struct pt_run *run, struct iova first, struct iova last)
{
	struct pt_run part = *run;

	part.iova = first;
	part.pa = pa_of(run->pa.v + (first.v - run->iova.v));
	part.bytes = last.v - first.v + 1;
	return part;
}

static void put_hit(struct who *w, struct asked *asked, const struct reach_hit *hit)
{
	const struct reach_space *of = hit->of;
	struct iova last = iova_of(hit->run.iova.v + (hit->run.bytes - 1));

	for (size_t i = 0; i < of->users.nr; i++) {
		const struct space_user *user = of->users.at[i];
		struct iova at = hit->run.iova, end;

		for (; reach_next_memory(w->ctx->k, user, &at, last, &end, &w->left_out); at.v = end.v + 1) {
			const struct pt_run part = part_of(&hit->run, at, end);

			put_mapped_row(w, asked, of->space, &part, user);
			asked->nr_mapped++;
			if (end.v == last.v)
				break;
		}
	}
	if (of->users.nr)
		return;
	ptrs_push(&w->ctx->session->arena, &asked->unused, who_copy_hit(w, hit));
}

/* ---- those without a table ---- */

static void put_open_row(struct who *w, const struct asked *asked, const struct reach_open *open, struct iova first,
			 struct iova last)
{
	struct context *ctx = w->ctx;
	const struct space_user *user = &open->user;
	const struct pt_run run = { .iova = first, .pa = pa_of(first.v), .bytes = last.v - first.v + 1 };
	bool shown = ctx->opt.json || ctx->opt.verbose;

	if (!shown)
		return;
	sink_row(ctx->sink);
	put_user(ctx, user);
	if (open->nr_ids > 1) {
		sink_count(ctx->sink, "ids", open->nr_ids);
		sink_cell(ctx->sink, "device", "%zu ids without device", open->nr_ids);
	}
	put_stretch(ctx, asked, &run);
	put_permissions(ctx, user->read, user->write, word_perm(user->read, user->write));
	sink_null(ctx->sink, "page_size");
	put_way(ctx, user, open->unchecked ? "unfiltered" : "passthrough");
	sink_row_end(ctx->sink);
}

/* False: no byte of it is memory to the user. */
static bool put_open_user(struct who *w, const struct asked *asked, const struct reach_open *open)
{
	struct iova at = iova_of(asked->range.first.v), last = iova_of(asked->range.last.v), end;
	bool any = false;

	for (; reach_next_memory(w->ctx->k, &open->user, &at, last, &end, &w->left_out); at.v = end.v + 1) {
		put_open_row(w, asked, open, at, end);
		any = true;
		if (end.v == last.v)
			break;
	}
	return any;
}

/* The row before says already that all memory is reached by that device, with another PASID or none. */
static bool is_named(const struct who *w, size_t nth)
{
	const struct reach_open *open = w->reach.open.at[nth], *before = nth ? w->reach.open.at[nth - 1] : NULL;

	return before && open->user.has_pasid && before->unchecked == open->unchecked &&
	       before->user.device == open->user.device && before->user.stream == open->user.stream &&
	       (before->user.read || before->user.write);
}

static void put_open_rows(struct who *w, struct asked *asked)
{
	for (size_t i = 0; i < w->reach.open.nr; i++) {
		const struct reach_open *open = w->reach.open.at[i];

		if ((open->user.read || open->user.write) && put_open_user(w, asked, open))
			asked->nr_open[open->unchecked] += is_named(w, i) ? 0 : open->nr_ids;
	}
}

/* "0000:00:01.0, 0000:00:02.0 and 5 more" */
static const char *open_names(struct who *w, bool unchecked)
{
	struct context *ctx = w->ctx;
	struct arena *arena = &ctx->session->arena;
	size_t nr = 0, more = 0;
	const char *line = "";

	for (size_t i = 0; i < w->reach.open.nr; i++) {
		const struct reach_open *open = w->reach.open.at[i];

		if (open->unchecked != unchecked || !(open->user.read || open->user.write) || is_named(w, i))
			continue;
		if (nr >= MAX_OPEN_NAMED || open->nr_ids > 1) {
			more += open->nr_ids;
			continue;
		}
		line = arena_printf(arena, "%s%s%s%s%s", line, nr++ ? ", " : "", user_name(ctx, &open->user),
				    open->user.stream ? "" : " (served by no IOMMU)",
				    open->user.has_pasid ? arena_printf(arena, " with PASID 0x%x", open->user.pasid) : "");
	}
	if (!more)
		return line;
	return arena_printf(arena, "%s%s%zu more", line, nr ? " and " : "", more);
}

static void say_open(struct who *w, const struct asked *asked)
{
	static const char *const labels[] = { "PASSTHROUGH", "UNFILTERED" };
	struct sink *sink = w->ctx->sink;

	for (unsigned i = 0; i < 2; i++) {
		uint64_t nr = asked->nr_open[i];

		if (nr)
			sink_say(sink, labels[i], "%" PRIu64 " device%s%s all memory: %s", nr,
				 nr == 1 ? "" : "s", nr == 1 ? " reaches" : " reach", open_names(w, i != 0));
	}
}

/* ---- what else is to be said of one address ---- */

static const char *stretch_words(struct context *ctx, const struct pt_run *run)
{
	struct arena *arena = &ctx->session->arena;

	return run->bytes == 1 ? arena_printf(arena, "%" PRIx64, run->iova.v) :
				 arena_printf(arena, "%" PRIx64 "-%" PRIx64, run->iova.v,
					      run->iova.v + (run->bytes - 1));
}

/* Mappings of a table that no entry of the hardware leads to. */
static void put_unused(struct who *w, const struct asked *asked)
{
	struct context *ctx = w->ctx;
	struct sink *sink = ctx->sink;

	sink_list(sink, "unused");
	for (size_t i = 0; i < asked->unused.nr; i++) {
		const struct reach_hit *hit = asked->unused.at[i];
		const struct pt_run *run = &hit->run;

		sink_begin(sink, NULL);
		sink_string(sink, "space", space_words(ctx, hit->of->space));
		sink_hex(sink, "iova", run->iova.v);
		sink_hex(sink, "end", run->iova.v + (run->bytes - 1));
		sink_bool(sink, "read", run->read);
		sink_bool(sink, "write", run->write);
		sink_say(sink, "UNUSED", "%s maps it at IOVA %s (%s), and no device's entry leads there",
			 space_words(ctx, hit->of->space), stretch_words(ctx, run),
			 word_perm(run->read, run->write));
		sink_end(sink);
	}
	sink_list_end(sink);
}

static int by_first(const void *left, const void *right)
{
	const struct special_range *a = *(const struct special_range *const *)left;
	const struct special_range *b = *(const struct special_range *const *)right;

	return a->first < b->first ? -1 : a->first > b->first;
}

/* Ranges side by side in one line. */
static void say_left_out(struct who *w)
{
	struct ptrs *list = &w->left_out;

	if (list->nr)
		qsort(list->at, list->nr, sizeof(list->at[0]), by_first);
	for (size_t i = 0, nr; i < list->nr; i += nr) {
		const struct special_range *first = list->at[i], *last = first;
		const char *what = first->what;

		for (nr = 1; i + nr < list->nr && ((const struct special_range *)list->at[i + nr])->first == last->last + 1;
		     nr++)
			last = list->at[i + nr];
		if (nr > 1)
			what = arena_printf(&w->ctx->session->arena, "%s, and %zu more such ranges behind it", what, nr - 1);
		sink_say(w->ctx->sink, "NO MEMORY", "IOVA %" PRIx64 "-%" PRIx64 " is %s: what leads there by it is left out",
			 first->first, last->last, what);
	}
}

static void say_result(struct who *w, const struct asked *asked)
{
	struct sink *sink = w->ctx->sink;
	bool open = asked->nr_open[0] || asked->nr_open[1];
	const char *doubt = who_is_whole(w) ? "" : ", as far as it could be read";

	say_left_out(w);
	if (!asked->nr_mapped && !open)
		sink_say(sink, "NOBODY", "no device reaches it%s", doubt);
	else if (!asked->nr_mapped)
		sink_say(sink, "MAPPED", "in no page table that a device uses%s", doubt);
	say_open(w, asked);
}

/* ---- one answer ---- */

static void put_name(struct who *w, const struct asked *asked)
{
	struct sink *sink = w->ctx->sink;

	if (asked->key)
		sink_hex(sink, asked->key, asked->name);
	if (w->ctx->opt.task)
		sink_count(sink, "pid", w->pid);
	if (asked->key)
		sink_say(sink, "ADDRESS", "%" PRIx64 " is a %s%s: at physical %" PRIx64, asked->name, asked->what,
			 w->ctx->opt.task ? w->ctx->opt.task : "", asked->range.first.v);
}

static void put_answer_head(struct who *w, struct asked *asked)
{
	struct sink *sink = w->ctx->sink;
	struct pa first = asked->range.first, last = asked->range.last;
	struct page_fact fact;
	const char *words;

	put_name(w, asked);
	sink_hex(sink, "pa", first.v);
	if (asked->is_range)
		sink_hex(sink, "last", last.v);
	words = put_page(w->ctx, "page", first, &fact);
	if (asked->is_range)
		sink_say(sink, "PHYSICAL", "%" PRIx64 "-%" PRIx64 "  its start: %s", first.v, last.v, words);
	else
		sink_say(sink, "PHYSICAL", "%" PRIx64 "  %s", first.v, words);
	who_put_areas(w, first, &fact);
}

static void begin_table(struct who *w, const struct asked *asked)
{
	if (asked->is_range)
		sink_table(w->ctx->sink, range_columns, sizeof(range_columns) / sizeof(range_columns[0]));
	else
		sink_table(w->ctx->sink, byte_columns, sizeof(byte_columns) / sizeof(byte_columns[0]));
}

static void put_answer(struct who *w, struct asked *asked)
{
	struct sink *sink = w->ctx->sink;

	w->left_out = (struct ptrs){ 0 };
	put_answer_head(w, asked);
	sink_list(sink, "reach");
	begin_table(w, asked);
	if (w->nr_asked == 1)
		who_scan(w, put_hit);
	for (size_t i = 0; i < asked->hits.nr; i++)
		put_hit(w, asked, asked->hits.at[i]);
	put_open_rows(w, asked);
	sink_list_end(sink);
	put_unused(w, asked);
	say_result(w, asked);
}

/* ---- all of them ---- */

static void remember_hit(struct who *w, struct asked *asked, const struct reach_hit *hit)
{
	ptrs_push(&w->ctx->session->arena, &asked->hits, who_copy_hit(w, hit));
}

static void put_answers(struct who *w)
{
	struct sink *sink = w->ctx->sink;

	who_scan(w, remember_hit);
	sink_list(sink, "answers");
	for (size_t i = 0; i < w->nr_asked && !target_interrupted(w->ctx->session->target); i++) {
		if (i)
			sink_heading(sink, "%s", "");
		sink_begin(sink, NULL);
		put_answer(w, &w->asked[i]);
		sink_end(sink);
	}
	sink_list_end(sink);
}

static void put_unknown(struct who *w)
{
	struct context *ctx = w->ctx;
	const struct ptrs *unknown = &w->reach.unknown;
	const char *line = "";

	sink_list(ctx->sink, "unknown");
	for (size_t i = 0; i < unknown->nr; i++) {
		const struct space_user *user = unknown->at[i];
		char bdf[WORD_MAX];

		sink_string(ctx->sink, NULL, user->device ? user->device->name :
							    word_bdf(bdf, user->stream->id));
		if (i < MAX_NAMED || ctx->opt.verbose)
			line = arena_printf(&ctx->session->arena, "%s%s%s", line, i ? ", " : "",
					    user_name(ctx, user));
	}
	sink_list_end(ctx->sink);
	if (unknown->nr > MAX_NAMED && !ctx->opt.verbose)
		line = arena_printf(&ctx->session->arena, "%s and %zu more", line, unknown->nr - MAX_NAMED);
	if (unknown->nr)
		sink_note(ctx->sink, NOTE_WARNING, "reach-unknown", "where the requests of %zu %s go could not be "
			  "read, so they may reach it too: %s", unknown->nr,
			  unknown->nr == 1 ? "device" : "devices", line);
}

static void put_scanned(struct who *w)
{
	const struct pt_totals *t = &w->totals;
	struct sink *sink = w->ctx->sink;

	sink_begin(sink, "scanned");
	sink_count(sink, "spaces", w->nr_scanned);
	sink_count(sink, "tables", t->tables);
	sink_count(sink, "missing", t->tables_missing);
	sink_count(sink, "unreadable", t->tables_lost);
	sink_count(sink, "damaged", t->damaged);
	sink_end(sink);
	sink_say(sink, "SCANNED", "%zu address space%s, %" PRIu64 " table page%s, %" PRIu64 " not in dump, %" PRIu64
		 " unreadable, %" PRIu64 " damaged", w->nr_scanned, w->nr_scanned == 1 ? "" : "s", t->tables,
		 t->tables == 1 ? "" : "s", t->tables_missing, t->tables_lost, t->damaged);
}

void cmd_who(struct context *ctx)
{
	struct who w = { .ctx = ctx };

	if (!who_read_words(&w))
		return;
	if (!decodes_entries(ctx)) {
		complain_of_vendors(ctx, "entries of devices");
		return;
	}
	kernel_reach(ctx->k, &w.reach);
	if (w.nr_asked == 1 && ctx->opt.nr_words == 1)
		put_answer(&w, &w.asked[0]);
	else
		put_answers(&w);
	put_unknown(&w);
	put_scanned(&w);
	who_say_unread(&w);
}
