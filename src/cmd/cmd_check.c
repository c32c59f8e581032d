// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu check: every rule on the whole host: what was found, by severity, and which rules could not look. */
#include "who.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Findings of one code are listed up to here when nobody asked for all: a table full of garbage has thousands. */
#define LISTED_OF_A_CODE 16u

/* What became of a rule. */
enum outcome { NOT_RUN, NO_CASE, PARTLY, HOLDS };

struct check {
	struct context *ctx;
	struct checking host;
	unsigned nr_wrong, nr_unsure, nr_info, nr_held, nr_partly, nr_no_case, nr_not_run;
};

/* What a vendor calls a block of firmware stands for BLOCK in the code of a rule. */
static bool is_code_of(const char *rule, const char *code)
{
	const char *block = strstr(rule, "BLOCK");
	size_t before, after;

	if (!block)
		return strcmp(rule, code) == 0;
	before = (size_t)(block - rule);
	after = strlen(block + 5);
	return strlen(code) > before + after && strncmp(rule, code, before) == 0 &&
	       strcmp(code + strlen(code) - after, block + 5) == 0;
}

/* Without words every rule was asked for. */
static bool is_asked_for(const struct context *ctx, const char *rule)
{
	for (int i = 0; i < ctx->opt.nr_words; i++) {
		if (strcmp(ctx->opt.words[i], rule) == 0 || is_code_of(rule, ctx->opt.words[i]))
			return true;
	}
	return ctx->opt.nr_words == 0;
}

static bool is_finding_asked_for(const struct context *ctx, const struct finding *finding)
{
	for (int i = 0; i < ctx->opt.nr_words; i++) {
		const char *word = ctx->opt.words[i];

		if (strcmp(word, finding->code) == 0 || is_code_of(word, finding->code))
			return true;
	}
	return ctx->opt.nr_words == 0;
}

static bool are_words_right(struct context *ctx)
{
	for (int i = 0; i < ctx->opt.nr_words; i++) {
		const struct rule *rule = rules;

		while (rule->code && !is_code_of(rule->code, ctx->opt.words[i]) &&
		       strcmp(rule->code, ctx->opt.words[i]) != 0)
			rule++;
		if (rule->code)
			continue;
		misuse(ctx, "no-such-rule", "no rule '%s': iommu check -v lists them", ctx->opt.words[i]);
		return false;
	}
	return true;
}

/* ---- findings ---- */

static const char *severity_word(const struct finding *finding)
{
	return finding->severity == FINDING_INFO ? "info" : "warning";
}

static void put_evidence(struct context *ctx, const struct finding *finding, bool is_said)
{
	struct sink *sink = ctx->sink;

	sink_list(sink, "evidence");
	for (size_t i = 0; i < finding->evidence.nr; i++) {
		const struct evidence *e = finding->evidence.at[i];
		bool has_place = e->place.space != SPACE_NONE;

		sink_begin(sink, NULL);
		sink_string(sink, "what", e->what);
		sink_string(sink, "value", e->value);
		if (has_place)
			sink_hex(sink, "address", e->place.at);
		else
			sink_null(sink, "address");
		sink_end(sink);
		if (!is_said)
			continue;
		if (has_place)
			sink_say(sink, "", "  %s: %s, at %" PRIx64, e->what, e->value, e->place.at);
		else
			sink_say(sink, "", "  %s: %s", e->what, e->value);
	}
	sink_list_end(sink);
}

/* How many of the findings of one code and severity there were so far. */
struct tally {
	const char *code;
	size_t nr;
};

static struct tally *tally_of(struct context *ctx, struct ptrs *tallies, const char *code)
{
	struct tally *tally;

	for (size_t i = 0; i < tallies->nr; i++) {
		tally = tallies->at[i];
		if (strcmp(tally->code, code) == 0)
			return tally;
	}
	tally = arena_alloc(&ctx->session->arena, sizeof(*tally));
	tally->code = code;
	ptrs_push(&ctx->session->arena, tallies, tally);
	return tally;
}

static bool are_all_listed(const struct context *ctx)
{
	return ctx->opt.verbose || ctx->opt.nr_words;
}

static void say_rest(struct context *ctx, const char *label, const struct ptrs *tallies)
{
	for (size_t i = 0; i < tallies->nr; i++) {
		const struct tally *tally = tallies->at[i];

		if (tally->nr > LISTED_OF_A_CODE && !are_all_listed(ctx))
			sink_say(ctx->sink, label, "%s: %zu more; iommu check %s lists them", tally->code,
				 tally->nr - LISTED_OF_A_CODE, tally->code);
	}
}

/* In a document all of it; in text not when it is too much to read. */
static void put_finding(struct context *ctx, const struct finding *finding, const char *label, bool is_said)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	sink_string(sink, "code", finding->code);
	sink_string(sink, "severity", severity_word(finding));
	sink_string(sink, "text", finding->text);
	sink_bool(sink, "unsure", finding->unsure);
	sink_string(sink, "device", finding->device);
	if (finding->has_domain_id)
		sink_count(sink, "domain_id", finding->domain_id);
	else
		sink_null(sink, "domain_id");
	if (is_said)
		sink_say(sink, label, "%s: %s", finding->code, finding->text);
	put_evidence(ctx, finding, is_said);
	sink_end(sink);
}

static unsigned rank(const struct finding *finding)
{
	return finding->severity == FINDING_INFO ? 2 : finding->unsure ? 1 : 0;
}

static void put_findings_of_rank(struct check *check, unsigned wanted)
{
	static const char *const labels[] = { "WARNING", "UNSURE", "INFO" };
	const struct ptrs *list = &check->host.found.list;
	unsigned *nr[] = { &check->nr_wrong, &check->nr_unsure, &check->nr_info };
	struct ptrs tallies = { 0 };

	for (size_t i = 0; i < list->nr; i++) {
		const struct finding *finding = list->at[i];
		struct tally *tally;

		if (rank(finding) != wanted || !is_finding_asked_for(check->ctx, finding))
			continue;
		tally = tally_of(check->ctx, &tallies, finding->code);
		(*nr[wanted])++;
		put_finding(check->ctx, finding, labels[wanted], are_all_listed(check->ctx) || tally->nr < LISTED_OF_A_CODE);
		tally->nr++;
	}
	say_rest(check->ctx, labels[wanted], &tallies);
}

static void put_all_findings(struct check *check)
{
	sink_list(check->ctx->sink, "findings");
	for (unsigned wanted = 0; wanted < 3; wanted++)
		put_findings_of_rank(check, wanted);
	sink_list_end(check->ctx->sink);
}

/* ---- rules ---- */

static bool has_finding(const struct check *check, const struct rule *rule)
{
	const struct ptrs *list = &check->host.found.list;

	for (size_t i = 0; i < list->nr; i++) {
		if (is_code_of(rule->code, ((const struct finding *)list->at[i])->code))
			return true;
	}
	return false;
}

/* Why a rule did not look at everything; NULL: it did. */
static const char *why_not(const struct check *check, const struct rule *rule)
{
	const struct part_result *result = &check->host.of[rule->part];
	const char *idle = why_rule_is_idle(result, rule);

	if (idle)
		return idle;
	if (why_rule_is_blind(result, rule))
		return why_rule_is_blind(result, rule);
	if (result->lacks && !failed(result->failure))
		return result->lacks;
	if (!failed(result->failure))
		return result->looked ? NULL : "there is nothing of that kind here";
	return failure_words(&check->ctx->session->arena, result->failure);
}

static enum outcome outcome_of(const struct part_result *result, const struct rule *rule);

static bool lacks_the_same(const struct check *check, const struct rule *rule, const char *why)
{
	const char *its = why_not(check, rule);

	return outcome_of(&check->host.of[rule->part], rule) == NOT_RUN && is_asked_for(check->ctx, rule->code) && its &&
	       strcmp(its, why) == 0;
}

/* Rules that lack the same: one line for them, at the first. */
static void say_not_run(struct check *check, const struct rule *rule, const char *why)
{
	struct context *ctx = check->ctx;
	const char *line = "";

	for (const struct rule *other = rules; other->code; other++) {
		if (!lacks_the_same(check, other, why))
			continue;
		if (other < rule)
			return;
		line = arena_printf(&ctx->session->arena, "%s%s%s", line, *line ? ", " : "", other->code);
	}
	sink_say(ctx->sink, "NOT RUN", "%s: %s", why, line);
}

static enum outcome outcome_of(const struct part_result *result, const struct rule *rule)
{
	bool is_whole = !failed(result->failure) && !result->lacks;

	if (why_rule_is_idle(result, rule))
		return NO_CASE;
	if (why_rule_is_blind(result, rule))
		return NOT_RUN;
	if (!result->ran)
		return result->nothing ? NO_CASE : NOT_RUN;
	if (!is_whole && !result->looked)
		return result->nothing && !failed(result->failure) ? NO_CASE : NOT_RUN;
	if (!is_whole)
		return PARTLY;
	return result->looked ? HOLDS : NO_CASE;
}

static void say_rule(struct check *check, const struct rule *rule, enum outcome outcome, const char *why)
{
	struct sink *sink = check->ctx->sink;

	if (outcome == NOT_RUN)
		say_not_run(check, rule, why);
	else if (!check->ctx->opt.verbose)
		return;
	else if (outcome == NO_CASE)
		sink_say(sink, "NO CASE", "%s: %s", rule->code, why);
	else if (outcome == PARTLY)
		sink_say(sink, "PARTLY", "%s: %s; not all was seen: %s", rule->code, rule->holds, why);
	else
		sink_say(sink, "HOLDS", "%s: %s", rule->code, rule->holds);
}

static void put_rule(struct check *check, const struct rule *rule)
{
	struct context *ctx = check->ctx;
	const struct part_result *result = &check->host.of[rule->part];
	const char *why = why_not(check, rule);
	enum outcome outcome = outcome_of(result, rule);
	bool found = has_finding(check, rule), ran = outcome == HOLDS || outcome == PARTLY;

	sink_begin(ctx->sink, NULL);
	sink_string(ctx->sink, "code", rule->code);
	sink_string(ctx->sink, "holds", rule->holds);
	sink_bool(ctx->sink, "applies", outcome != NO_CASE || found);
	sink_bool(ctx->sink, "ran", ran || found);
	sink_bool(ctx->sink, "whole", outcome == HOLDS);
	sink_count(ctx->sink, "looked_at", ran ? result->looked : 0);
	sink_string(ctx->sink, "why_not", why);
	sink_end(ctx->sink);
	check->nr_not_run += outcome == NOT_RUN;
	check->nr_no_case += outcome == NO_CASE && !found;
	check->nr_partly += outcome == PARTLY;
	check->nr_held += outcome == HOLDS && !found;
	if (!found)
		say_rule(check, rule, outcome, why);
}

static void put_rules(struct check *check)
{
	sink_list(check->ctx->sink, "rules");
	for (const struct rule *rule = rules; rule->code; rule++) {
		if (is_asked_for(check->ctx, rule->code))
			put_rule(check, rule);
	}
	sink_list_end(check->ctx->sink);
}

/* ---- the verb ---- */

static void say_unread(struct check *check)
{
	const struct ptrs *list = &check->host.found.not_run;

	for (size_t i = 0; i < list->nr; i++) {
		const struct not_run *item = list->at[i];

		could_not_fully(check->ctx, item->doing, item->failure);
	}
	for (unsigned part = 0; part < NR_CHECK_PARTS; part++)
		kernel_reported(check->ctx->k, check->host.of[part].failure);
}

static void put_summary(struct check *check)
{
	struct sink *sink = check->ctx->sink;

	sink_begin(sink, "counts");
	sink_count(sink, "warnings", check->nr_wrong);
	sink_count(sink, "unsure", check->nr_unsure);
	sink_count(sink, "info", check->nr_info);
	sink_count(sink, "held", check->nr_held);
	sink_count(sink, "partly", check->nr_partly);
	sink_count(sink, "not_run", check->nr_not_run);
	sink_count(sink, "not_applicable", check->nr_no_case);
	sink_end(sink);
	sink_say(sink, "CHECK", "%u warning%s, %u unsure, %u info; %u rule%s hold%s, %u saw not everything, %u could "
		 "not run, %u do not apply%s", check->nr_wrong, check->nr_wrong == 1 ? "" : "s", check->nr_unsure, check->nr_info,
		 check->nr_held, check->nr_held == 1 ? "" : "s", check->nr_held == 1 ? "s" : "", check->nr_partly,
		 check->nr_not_run, check->nr_no_case,
		 check->ctx->opt.verbose ? "" : " (-v: which)");
}

static void tell_along(void *ptr, const struct space *space, const struct pt_along *along)
{
	struct check *check = ptr;
	struct context *ctx = check->ctx;
	char line[160];

	if (!progress_due(&ctx->session->progress))
		return;
	snprintf(line, sizeof(line), "%s: %u%% of the table pages looked at, %u warnings so far, ^C ends it",
		 space_words(ctx, space), along->per_mille / 10, check->host.found.nr_wrong);
	ctx->session->progress.show(ctx->session->progress.ctx, line);
}

void cmd_check(struct context *ctx)
{
	struct check *check = arena_alloc(&ctx->session->arena, sizeof(*check));

	check->ctx = ctx;
	if (!are_words_right(ctx))
		return;
	check->host.along = tell_along;
	check->host.ctx = check;
	check->host.in_full = ctx->opt.nr_words != 0;
	for (const struct rule *rule = rules; rule->code; rule++)
		check->host.wanted[rule->part] |= is_asked_for(ctx, rule->code);
	check_host(ctx->k, &check->host);
	ctx->interrupted |= target_interrupted(ctx->session->target);
	put_all_findings(check);
	put_rules(check);
	put_summary(check);
	say_unread(check);
}
