// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu fault: which faults are told, how many of them in full, and what cannot be known of others. */
#include "fault.h"

#include <stdio.h>
#include <string.h>

#include <inttypes.h>

/* How many are explained; the others are a line each. */
#define MAX_EXPLAINED 8

static const struct column other_columns[] = {
	{ .key = "time", .head = "TIME", .right = true },
	{ .key = "count", .head = "TIMES", .right = true },
	{ .key = "event", .head = "FAULT" },
	{ .key = "device", .head = "DEVICE", .width = 12 },
	{ .key = "what", .head = "WHAT" },
};

/* ---- all of them ---- */

static void put_other(struct context *ctx, const struct told_fault *told)
{
	const struct fault *fault = &told->fault;
	struct sink *sink = ctx->sink;
	const char *address = fault_address_words(ctx, fault);
	char bdf[WORD_MAX];

	sink_row(sink);
	sink_string(sink, "source", fault_source_word(told->source));
	sink_string(sink, "time", told->has_time ? fault_time_word(ctx, told->last_ns) : NULL);
	sink_count(sink, "count", told->count);
	sink_string(sink, "event", fault->name);
	sink_string(sink, "device", fault->has_stream ? word_bdf(bdf, fault->stream_id) : NULL);
	fault_put_address(sink, fault);
	sink_string(sink, "reason", fault->words);
	sink_cell(sink, "what", "%s%s%s", address, *address ? ": " : "", fault->words);
	sink_row_end(sink);
}

static void put_others(struct context *ctx, const struct fault_list *list, size_t first)
{
	sink_list(ctx->sink, "others");
	if (first < list->faults.nr) {
		sink_heading(ctx->sink, "%s", "");
		sink_heading(ctx->sink, "%zu more, older (-a explains all):", list->faults.nr - first);
		sink_table(ctx->sink, other_columns, sizeof(other_columns) / sizeof(other_columns[0]));
	}
	for (size_t i = first; i < list->faults.nr; i++)
		put_other(ctx, list->faults.at[i]);
	sink_list_end(ctx->sink);
}

static void put_faults(struct context *ctx, const struct fault_list *list)
{
	struct fault_known *known = arena_alloc(&ctx->session->arena, sizeof(*known));
	size_t nr = list->faults.nr;

	if (nr > MAX_EXPLAINED && !ctx->opt.all)
		nr = MAX_EXPLAINED;
	sink_list(ctx->sink, "faults");
	for (size_t i = 0; i < nr && !target_interrupted(ctx->session->target); i++) {
		if (i)
			sink_heading(ctx->sink, "%s", "");
		fault_explain(ctx, list->faults.at[i], known);
	}
	sink_list_end(ctx->sink);
	put_others(ctx, list, nr);
}

/* What the log cannot tell, beside the faults in it. */
static void say_gaps(struct context *ctx, const struct fault_list *list)
{
	struct sink *sink = ctx->sink;

	if (failed(list->log_failure))
		could_not_fully(ctx, "read the kernel's log", list->log_failure);
	else if (list->log.nr_unread)
		could_not_fully(ctx, arena_printf(&ctx->session->arena, "read %" PRIu64 " of the log's records",
						  list->log.nr_unread), list->log.unread);
	if (list->nr_illegible)
		sink_note(sink, NOTE_WARNING, "illegible", "%s damaged, and what was refused is not known; %s no possible value "
			  "behind '%s': %s", list->nr_illegible == 1 ? "a line of the log tells of a fault and is" :
			  arena_printf(&ctx->session->arena, "%" PRIu64 " lines of the log tell of faults and are",
				       list->nr_illegible),
			  list->nr_illegible == 1 ? "it has" : "the first has", list->illegible_part, list->illegible_line);
	if (list->nr_suppressed)
		sink_note(sink, NOTE_WARNING, "suppressed", "the kernel held back %" PRIu64 " more lines about faults "
			  "(\"callbacks suppressed\")", list->nr_suppressed);
	if (list->others_lost)
		sink_note(sink, NOTE_WARNING, "overflow", "an IOMMU had more faults than it can record: others happened that "
			  "nobody knows of");
	if (list->log_read && list->log.nr_overwritten)
		sink_note(sink, NOTE_INFO, "log-begins-late", "the log begins%s: %" PRIu64 " older records were overwritten",
			  list->oldest_ns ? arena_printf(&ctx->session->arena, " at %s seconds",
							 fault_time_word(ctx, list->oldest_ns)) : " late",
			  list->log.nr_overwritten);
}

/* Where it was looked, and what no dump has. */
static void say_none(struct context *ctx, const struct fault_list *list)
{
	struct arena *arena = &ctx->session->arena;
	const char *queues = "no IOMMU of this machine has a queue of faults in memory";

	if (list->nr_queues)
		queues = arena_printf(arena, "%u queue%s of faults in memory, of which %u could be read", list->nr_queues,
				      list->nr_queues == 1 ? "" : "s", list->nr_queues - list->nr_unread_queues);
	sink_heading(ctx->sink, "no %sfault in %" PRIu64 " records of the kernel's log; %s",
		     list->nr_illegible ? "legible " : "", list->log.nr, queues);
	sink_note(ctx->sink, NOTE_INFO, "registers", "faults that an IOMMU keeps in its registers, and what it had not "
		  "written to memory yet, are in no dump");
}

static void put_looked_at(struct context *ctx, const struct fault_list *list)
{
	sink_count(ctx->sink, "log_records", list->log.nr);
	sink_count(ctx->sink, "queues", list->nr_queues);
	sink_count(ctx->sink, "suppressed", list->nr_suppressed);
}

static void fault_all(struct context *ctx)
{
	struct fault_list list;

	fault_gather(ctx, &list);
	put_looked_at(ctx, &list);
	put_faults(ctx, &list);
	if (!list.faults.nr)
		say_none(ctx, &list);
	say_gaps(ctx, &list);
}

/* ---- what the user named ---- */

static bool parse_access(struct context *ctx, const char *word, enum fault_access *ret)
{
	static const char *const words[] = {
		[FAULT_READ] = "r",
		[FAULT_WRITE] = "w",
		[FAULT_EXECUTE] = "x",
	};

	for (unsigned i = FAULT_READ; word && i <= FAULT_EXECUTE; i++) {
		if (strcmp(word, words[i]) == 0) {
			*ret = (enum fault_access)i;
			return true;
		}
	}
	if (word)
		misuse(ctx, "bad-access", "expected r, w or x behind the address, found '%s'", word);
	return !word;
}

static void fault_request(struct context *ctx, const char *const words[3])
{
	struct told_fault *told = arena_alloc(&ctx->session->arena, sizeof(*told));
	struct fault *fault = &told->fault;
	struct fault_list list = { 0 };
	uint64_t pasid;

	*told = (struct told_fault){ .source = FAULT_FROM_ARGUMENT, .count = 1 };
	if (!parse_bdf(ctx, words[0], &fault->stream_id) || !parse_address(ctx, words[1], &fault->address) ||
	    !parse_access(ctx, words[2], &fault->access))
		return;
	if (ctx->opt.pasid && !parse_pasid(ctx, ctx->opt.pasid, &pasid))
		return;
	fault->has_pasid = ctx->opt.pasid != NULL;
	fault->pasid = fault->has_pasid ? (uint32_t)pasid : 0;
	fault->has_stream = fault->has_segment = true;
	fault->space = FAULT_AT_IOVA;
	snprintf(fault->name, sizeof(fault->name), "request");
	snprintf(fault->words, sizeof(fault->words), "%s that you name",
		 fault->access == FAULT_READ ? "a read" : fault->access == FAULT_WRITE ? "a write" :
		 fault->access == FAULT_EXECUTE ? "an execution" : "a request");
	told->line = arena_printf(&ctx->session->arena, "%s %s%s%s", words[0], words[1], words[2] ? " " : "",
				  words[2] ? words[2] : "");
	ptrs_push(&ctx->session->arena, &list.faults, told);
	put_faults(ctx, &list);
}

/* Without the quotes that a shell would have taken. */
static const char *joined(struct context *ctx)
{
	struct arena *arena = &ctx->session->arena;
	const char *line = "";
	char *text;
	size_t len;

	for (int i = 0; i < ctx->opt.nr_words; i++)
		line = arena_printf(arena, "%s%s%s", line, i ? " " : "", ctx->opt.words[i]);
	text = arena_strdup(arena, line + (strspn(line, "'\"") > 0));
	len = strlen(text);
	if (len && strchr("'\"", text[len - 1]))
		text[len - 1] = '\0';
	return text;
}

static void fault_line(struct context *ctx)
{
	const char *line = joined(ctx);
	struct fault_list list;

	if (fault_of_line(ctx, line, &list))
		put_faults(ctx, &list);
	else if (list.illegible_part)
		misuse(ctx, "illegible", "that line of a fault is damaged: it has no possible value behind '%s': %s",
		       list.illegible_part, line);
	else if (list.is_beside)
		misuse(ctx, "no-fault-line", "a line like '%s' stands beside a line about a fault and tells of none itself", line);
	else
		misuse(ctx, "no-fault-line", "no driver of an IOMMU prints a fault like '%s'; expected a line of the kernel's "
		       "log, or a device and an address", line);
}

static bool is_request(const struct options *opt)
{
	return opt->nr_words >= 2 && opt->nr_words <= 3 && strchr(opt->words[0], ':') &&
	       opt->words[0][strcspn(opt->words[0], ":")] && !strchr(opt->words[1], ':') &&
	       opt->words[0][strlen(opt->words[0]) - 1] != ':' && !strchr(opt->words[1], '[');
}

void cmd_fault(struct context *ctx)
{
	const struct options *opt = &ctx->opt;

	if (!opt->nr_words && opt->pasid) {
		misuse(ctx, "bad-option", "-p goes with a device and an address");
	} else if (!opt->nr_words) {
		fault_all(ctx);
	} else if (is_request(opt)) {
		const char *const words[3] = { opt->words[0], opt->words[1],
					       opt->nr_words > 2 ? opt->words[2] : NULL };

		fault_request(ctx, words);
	} else {
		fault_line(ctx);
	}
}
