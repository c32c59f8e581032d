// SPDX-License-Identifier: GPL-2.0-or-later
/* The verbs, the one table that dispatches and documents them. */
#include "cmd.h"

#include "iommu/btf_types.h"

#include <stdio.h>
#include <string.h>

const struct verb verbs[] = {
	{ "status", "which IOMMU, in which mode, who decided, anything wrong", "[-v|-vv] [-j]", "jv",
	  cmd_status, NEEDS_NOTHING, 0, NULL, NULL,
	  .in_snapshot = "" },
	{ "devices", "one line a device: group, driver, domain, unit, state; -v: all of one",
	  "[-v|-vv] [-j] [-g GROUP | BDF...]", "jvd:g:", cmd_devices, NEEDS_IOMMU,
	  MANY_WORDS, "dg g.", NULL,
	  .in_snapshot = "-v" },
	{ "dte", "what the hardware's tables hold for a device, decoded", "[-p PASID] [-v|-vv] [-j] [BDF... | -a]",
	  "jvad:p:", cmd_dte, NEEDS_VENDOR, MANY_WORDS, "ad a. ap", NULL,
	  .in_snapshot = "-a" },
	{ "groups", "groups: devices, default and current domain, owner", "[-v] [-j] [GROUP...]",
	  "jvg:", cmd_groups, NEEDS_IOMMU, MANY_WORDS, NULL, NULL,
	  .in_snapshot = "" },
	{ "domains", "every domain, and the id allocator against what is in use",
	  "[-v] [-j] [ID|ADDRESS...]", "jvD:", cmd_domains, NEEDS_IOMMU, MANY_WORDS, NULL, NULL,
	  .in_snapshot = "" },
	{ "owner", "who holds a device for user space: process, areas, its own addresses",
	  "[[-d] BDF | -g GROUP] [-j]", "@jd:g:", cmd_owner, NEEDS_IOMMU, 0, "dg", NULL,
	  .in_snapshot = "" },
	{ "walk", "translate addresses: every level, the page, what the page is",
	  "([-d] BDF | -g GROUP | -D DOMAIN | -r ROOT -l LEVELS [-f FORMAT]) [-p PASID] [-v|-vv] [-j] IOVA...",
	  "@jvd:g:D:r:l:f:p:", cmd_walk, NEEDS_NOTHING,
	  MANY_WORDS, "dgDr", "lr fr pdr",
	  .in_snapshot = NULL },
	{ "map", "everything that is mapped, with totals",
	  "([-d] BDF | -g GROUP | -D DOMAIN | -r ROOT -l LEVELS [-f FORMAT] | -a) [-p PASID] [-v|-vv] [-j] [ADDRESS | FIRST-LAST]",
	  "@jvad:g:D:r:l:f:p:", cmd_map, NEEDS_NOTHING,
	  1, "adgDr a.", "lr fr pdr",
	  .in_snapshot = "-a" },
	{ "iova", "the allocator of IOVAs: what is taken, freed, free; bounce buffers",
	  "[[-d] BDF | -g GROUP | -D DOMAIN] [-v] [-j] [IOVA...]", "@jvd:g:D:", cmd_iova, NEEDS_NOTHING,
	  MANY_WORDS, "dgD", ".dgD",
	  .in_snapshot = "" },
	{ "who", "which devices reach an address of memory, and by which IOVA",
	  "[-s | -k | -u PID] [-v] [-j] ADDRESS|FIRST-LAST...", "jvsku:", cmd_who, NEEDS_VENDOR,
	  MANY_WORDS, "sku", NULL,
	  .in_snapshot = NULL },
	{ "irt", "interrupt remapping: entry to irq, vector and CPU, and back",
	  "[-v|-vv] [-j] [[-a] [BDF...] | -q IRQ]", "jvad:q:", cmd_irt, NEEDS_VENDOR,
	  MANY_WORDS, "qd q. qa", NULL,
	  .in_snapshot = "" },
	{ "units", "the IOMMUs: where, what they can do, their rings, whom they serve", "[-v] [-j]",
	  "jv", cmd_units, NEEDS_IOMMU, 0, NULL, NULL,
	  .in_snapshot = "" },
	{ "commands", "the last commands, the pending ones, what is waited for",
	  "[-a] [-v|-vv] [-j]", "jva", cmd_queue, NEEDS_VENDOR, 0, NULL, NULL,
	  .in_snapshot = "" },
	{ "events", "faults that the driver had not consumed", "[-v|-vv] [-j]", "jv",
	  cmd_queue, NEEDS_VENDOR, 0, NULL, NULL,
	  .in_snapshot = "" },
	{ "ppr", "page requests that the driver had not consumed", "[-v|-vv] [-j]", "jv",
	  cmd_queue, NEEDS_VENDOR, 0, NULL, NULL,
	  .in_snapshot = "" },
	{ "galog", "log of interrupts for virtual CPUs that did not run", "[-v|-vv] [-j]",
	  "jv", cmd_queue, NEEDS_VENDOR, 0, NULL, NULL,
	  .in_snapshot = "" },
	{ "fault", "each fault explained: what was asked, what the tables say, a verdict",
	  "[-v|-vv] [-a] [-j] [BDF IOVA [r|w|x] [-p PASID] | LOG-LINE]", "jvap:", cmd_fault, NEEDS_IOMMU,
	  MANY_WORDS, NULL, NULL,
	  .in_snapshot = "" },
	{ "acpi", "the firmware's description of the IOMMUs, compared with run time",
	  "[-v|-vv] [-j]", "jv", cmd_acpi, NEEDS_NOTHING, 0, NULL, NULL,
	  .in_snapshot = "" },
	{ "check", "every rule on the whole host: findings, and rules that could not look",
	  "[-v] [-j] [RULE...]", "jv", cmd_check, NEEDS_VENDOR, MANY_WORDS, NULL, NULL,
	  .in_snapshot = "" },
	{ "record", "runs verbs and keeps what they read of the dump, to be replayed",
	  "[-s] [-a] [-j] [-i LIST] FILE VERB [options] [what] [, VERB...]", "+sji:a", cmd_record,
	  NEEDS_NO_KERNEL, MANY_WORDS, NULL, NULL,
	  .in_snapshot = NULL },
	{ "snapshot", "everything that every verb answers, as one JSON document in a file", "[-v] [-j] FILE", "jv",
	  cmd_snapshot, NEEDS_NOTHING, 1, NULL, NULL,
	  .in_snapshot = NULL },
	{ "report", "the same as a page to read in a browser, in one file", "[-v] [-j] FILE.html", "jv",
	  cmd_report, NEEDS_NOTHING, 1, NULL, NULL,
	  .in_snapshot = NULL },
	{ "diff", "what changed between two snapshots, or since one", "[-v] [-j] FILE [FILE]", "jv", cmd_diff,
	  NEEDS_NOTHING, 2, NULL, NULL, .in_snapshot = NULL },
	{ "graph", "units, devices, groups, domains and owners as a picture, in DOT", "[-d BDF | -g GROUP | -D DOMAIN] [-j]",
	  "jd:g:D:", cmd_graph, NEEDS_IOMMU, 0, "dgD", NULL, .in_snapshot = NULL },
	{ "help", "the page of a verb", "[-j] [VERB]", "j", cmd_help, NEEDS_NOTHING, 1, NULL, NULL,
	  .in_snapshot = NULL },
	{ 0 },
};

const char *iommu_lacks(void)
{
	return words_btf_library(btf_types_library_here());
}

const char *iommu_verb_name(unsigned nth)
{
	return nth < sizeof(verbs) / sizeof(verbs[0]) ? verbs[nth].name : NULL;
}

const char *iommu_verb_purpose(unsigned nth)
{
	return nth < sizeof(verbs) / sizeof(verbs[0]) ? verbs[nth].purpose : NULL;
}

const struct verb *verb_by_prefix(const char *word, unsigned *nr)
{
	const struct verb *found = NULL;

	*nr = 0;
	for (const struct verb *verb = verbs; verb->name; verb++) {
		if (strcmp(verb->name, word) == 0) {
			*nr = 1;
			return verb;
		}
		if (strncmp(verb->name, word, strlen(word)) == 0) {
			found = verb;
			(*nr)++;
		}
	}
	return *nr == 1 ? found : NULL;
}

void complain_of_verb(struct context *ctx, const char *word, unsigned nr)
{
	const char *list = "";

	for (const struct verb *verb = verbs; verb->name; verb++) {
		if (nr < 2 || strncmp(verb->name, word, strlen(word)) == 0)
			list = arena_printf(&ctx->session->arena, "%s%s%s", list,
					    *list ? ", " : "", verb->name);
	}
	complain(ctx, "bad-verb", nr < 2 ? "no verb '%s'; there are: %s" : "'%s' could be: %s",
		 word, list);
}

bool asks_for_json(const struct verb *verb, int argc, char **argv)
{
	if (verb && verb->run == cmd_record)
		return record_asks_for_json(argc, argv);
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1] != '-' && strchr(argv[i], 'j'))
			return true;
	}
	return false;
}

/* Every struct member was found somewhere: in the namelist, or in the BTF of the dump. */
static void say_sources(struct context *ctx)
{
	const struct layout *layout = &ctx->session->layout;
	unsigned namelist = 0, vmlinux = 0, modules = 0;

	for (unsigned id = 0; id < LAYOUT_IDS; id++) {
		if (!layout->member[id].found)
			continue;
		if (layout->member[id].source == FROM_NAMELIST)
			namelist++;
		else if (layout->member[id].module)
			modules++;
		else
			vmlinux++;
	}
	sink_note(ctx->sink, NOTE_INFO, "type-sources",
		  "struct members known so far: %u from the namelist, %u from the dump's BTF of "
		  "vmlinux, %u from that of modules", namelist, vmlinux, modules);
}

/* Many members are missing when nobody knows any struct at all: say so once, and why. */
static void say_no_types(struct context *ctx)
{
	const char *problem = layout_btf_problem(ctx->k->layout);

	if (problem && layout_knows_nothing(ctx->k->layout))
		sink_note(ctx->sink, NOTE_WARNING, "no-types",
			  "the namelist has no types of kernel structs, and %s", problem);
}

/* False, after a sentence, when the machine has not what the verb needs. */
static bool has_needs(struct context *ctx)
{
	if (ctx->verb->needs == NEEDS_NOTHING)
		return true;
	if (!need_iommu(ctx, "see 'iommu status'"))
		return false;
	if (ctx->verb->needs == NEEDS_VENDOR && !kernel_inventory(ctx->k)->vendors.nr) {
		complain_not_decoded(ctx, NULL);
		return false;
	}
	return true;
}

/* What holds for the whole answer. */
static void say_about_sources(struct context *ctx)
{
	struct target *target = ctx->session->target;

	say_no_types(ctx);
	/* What is known depends on the commands before: no part of any other answer. */
	if (ctx->opt.verbose > 1 && ctx->verb->run == cmd_status)
		say_sources(ctx);
	if (target->ops->zeroes_missing(target))
		sink_note(ctx->sink, NOTE_WARNING, "zero-excluded",
			  "crash reads pages that are not in the dump as zeros (set "
			  "zero_excluded off): a table that looks empty may be one that "
			  "was not saved");
}

static void run_verb(struct context *ctx)
{
	struct kernel kernel;
	bool can_run;

	if (ctx->verb->needs == NEEDS_NO_KERNEL) {
		ctx->verb->run(ctx);
		return;
	}
	kernel_init(&kernel, ctx->session->target, &ctx->session->arena, &ctx->session->layout,
		    &ctx->session->kept, &ctx->session->budget);
	ctx->k = &kernel;
	if (!kernel_fits_namelist(&kernel))
		sink_note(ctx->sink, NOTE_WARNING, "wrong-namelist",
			  "the namelist is not of this kernel: no banner at its linux_banner; believe "
			  "nothing below");
	can_run = has_needs(ctx);
	if (can_run)
		ctx->verb->run(ctx);
	if (can_run && ctx->verb->needs == NEEDS_VENDOR)
		note_not_decoded(ctx);
	say_unreported(ctx);
	if (can_run)
		say_about_sources(ctx);
	ctx->k = NULL;
}

/* Words that make no sense are refused before the dump is asked anything. */
static void answer(struct context *ctx, const char *word, unsigned nr_verbs)
{
	if (ctx->session->line_is_cut)
		complain(ctx, "line-cut", "the command line is as long as crash reads one: what stood "
			 "behind '%s' is missing, or may be", ctx->session->line_is_cut);
	else if (!ctx->verb)
		complain_of_verb(ctx, word, nr_verbs);
	else if (ctx->misuse)
		misuse(ctx, ctx->misuse_code, "%s", ctx->misuse);
	else
		run_verb(ctx);
}

int run_command(struct session *session, int argc, char **argv, struct sink *around, const char *key)
{
	struct context ctx = { .session = session };
	const char *word;
	int nr_before; /* words before those that are the verb's */
	unsigned nr = 1;
	bool is_json;

	argv = words_of_help(&session->arena, &argc, argv);
	word = argc > 1 && argv[1][0] != '-' ? argv[1] : NULL;
	nr_before = word ? 2 : 1;
	ctx.verb = word ? verb_by_prefix(word, &nr) : &verbs[0];
	if (argc >= nr_before)
		options_read(&ctx, argc - nr_before, argv + nr_before);
	is_json = ctx.opt.json || (ctx.verb && ctx.verb->run == cmd_record && record_asks_for_json(argc, argv));
	if (!is_json)
		ctx.sink = sink_new_text(&session->arena, session->out);
	else if (around)
		ctx.sink = sink_new_json_inside(&session->arena, around, key);
	else
		ctx.sink = sink_new_json(&session->arena, session->out);
	sink_open(ctx.sink, ctx.verb ? ctx.verb->name : word);
	answer(&ctx, word, nr);
	sink_close(ctx.sink);
	return ctx.failed;
}

void drop_unfinished(struct session *session)
{
	if (session->unfinished.drop)
		session->unfinished.drop(session);
}

int run_fresh_command(struct session *session, int argc, char **argv, struct sink *around, const char *key)
{
	struct target *host = session->target;
	int failed;

	drop_unfinished(session);
	arena_reset(&session->arena);
	session->budget = (struct budget){ .of_command = &session->arena,
					   .of_inventory = &session->kept.arena };
	session->below = host;
	session->target = target_cached(&session->arena, host, &session->budget);
	failed = run_command(session, argc, argv, around, key);
	session->target = host;
	return failed;
}

int iommu_command(struct session *session, int argc, char **argv)
{
	return run_fresh_command(session, argc, argv, NULL, NULL);
}

void session_release(struct session *session)
{
	drop_unfinished(session);
	layout_release(&session->layout);
	kept_release(&session->kept);
	arena_release(&session->arena);
}
