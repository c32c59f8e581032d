// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu check: every rule on the whole host: what was found, by severity, and which rules could not look. */
#include "cmd.h"

#include <inttypes.h>
#include <string.h>

struct check {
	struct context *ctx;
	struct findings of[NR_CHECK_PARTS];
	struct part_result results[NR_CHECK_PARTS];
	struct ptrs said; /* const char: why rules did not run, as far as that was said */
	unsigned nr_wrong, nr_unsure, nr_info, nr_held, nr_partly, nr_not_run, nr_idle;
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

static void put_evidence(struct context *ctx, const struct finding *finding)
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
		if (has_place)
			sink_say(sink, "", "  %s: %s, at %" PRIx64, e->what, e->value, e->place.at);
		else
			sink_say(sink, "", "  %s: %s", e->what, e->value);
	}
	sink_list_end(sink);
}

static void put_finding(struct context *ctx, const struct finding *finding)
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
	sink_say(sink, finding->severity == FINDING_INFO ? "INFO" : finding->unsure ? "UNSURE" : "WARNING",
		 "%s: %s", finding->code, finding->text);
	put_evidence(ctx, finding);
	sink_end(sink);
}

static unsigned rank(const struct finding *finding)
{
	return finding->severity == FINDING_INFO ? 2 : finding->unsure ? 1 : 0;
}

static void put_all_findings(struct check *check)
{
	unsigned *nr[] = { &check->nr_wrong, &check->nr_unsure, &check->nr_info };

	sink_list(check->ctx->sink, "findings");
	for (unsigned wanted = 0; wanted < 3; wanted++) {
		for (unsigned part = 0; part < NR_CHECK_PARTS; part++) {
			const struct ptrs *list = &check->of[part].list;

			for (size_t i = 0; i < list->nr; i++) {
				const struct finding *finding = list->at[i];

				if (rank(finding) != wanted || !is_finding_asked_for(check->ctx, finding))
					continue;
				(*nr[wanted])++;
				put_finding(check->ctx, finding);
			}
		}
	}
	sink_list_end(check->ctx->sink);
}

/* ---- rules ---- */

static bool has_finding(const struct check *check, const struct rule *rule)
{
	const struct ptrs *list = &check->of[rule->part].list;

	for (size_t i = 0; i < list->nr; i++) {
		if (is_code_of(rule->code, ((const struct finding *)list->at[i])->code))
			return true;
	}
	return false;
}

/* What became of a rule. */
struct outcome {
	bool idle;	 /* it means nothing on this host */
	bool ran, found;
	const char *why; /* it is idle, did not run, or did not look at everything; NULL: it did */
};

static const char *why_not(const struct check *check, const struct part_result *result)
{
	struct arena *arena = &check->ctx->session->arena;
	const struct failure *failure = &result->failure;

	if (result->lacks)
		return result->lacks;
	if (!failed(*failure))
		return result->ran ? NULL : "not known why";
	if (failure->status == STATUS_MISSING)
		return arena_printf(arena, "%s not found", failure->missing);
	return arena_printf(arena, "%s, at %" PRIx64, status_text(failure->status), failure->at);
}

static struct outcome outcome_of(const struct check *check, const struct rule *rule)
{
	const struct part_result *result = &check->results[rule->part];
	struct outcome ret = { .found = has_finding(check, rule) };
	const char *idle = why_rule_is_idle(result, rule);

	ret.idle = idle && !ret.found;
	ret.ran = result->ran && !ret.idle;
	ret.why = ret.idle ? idle : why_not(check, result);
	return ret;
}

static bool was_said(const struct check *check, const char *why)
{
	for (size_t i = 0; i < check->said.nr; i++) {
		if (strcmp(check->said.at[i], why) == 0)
			return true;
	}
	return false;
}

/* Several rules have one reason: one line for them, at the first. */
static void say_not_run(struct check *check, const struct rule *rule, const struct outcome *outcome)
{
	struct context *ctx = check->ctx;
	const char *line = "";

	if (was_said(check, outcome->why))
		return;
	ptrs_push(&ctx->session->arena, &check->said, (void *)(uintptr_t)outcome->why);
	for (; rule->code; rule++) {
		struct outcome other = outcome_of(check, rule);

		if (!other.ran && is_asked_for(ctx, rule->code) && strcmp(other.why, outcome->why) == 0)
			line = arena_printf(&ctx->session->arena, "%s%s%s", line, *line ? ", " : "", rule->code);
	}
	sink_say(ctx->sink, outcome->idle ? "NO CASE" : "NOT RUN", "%s: %s", outcome->why, line);
}

static void say_outcome(struct check *check, const struct rule *rule, const struct outcome *outcome)
{
	struct context *ctx = check->ctx;

	if (!outcome->ran && (!outcome->idle || ctx->opt.verbose))
		say_not_run(check, rule, outcome);
	else if (outcome->ran && !outcome->found && ctx->opt.verbose && outcome->why)
		sink_say(ctx->sink, "PARTLY", "%s: %s; not all was seen: %s", rule->code, rule->holds,
			 outcome->why);
	else if (outcome->ran && !outcome->found && ctx->opt.verbose)
		sink_say(ctx->sink, "HOLDS", "%s: %s", rule->code, rule->holds);
}

static void put_rule(struct check *check, const struct rule *rule)
{
	struct sink *sink = check->ctx->sink;
	struct outcome outcome = outcome_of(check, rule);

	sink_begin(sink, NULL);
	sink_string(sink, "code", rule->code);
	sink_string(sink, "holds", rule->holds);
	sink_bool(sink, "applies", !outcome.idle);
	sink_bool(sink, "ran", outcome.ran);
	sink_bool(sink, "whole", outcome.ran && !outcome.why);
	sink_string(sink, "why_not", outcome.why);
	sink_end(sink);
	check->nr_idle += outcome.idle;
	check->nr_not_run += !outcome.ran && !outcome.idle;
	check->nr_partly += outcome.ran && outcome.why;
	check->nr_held += outcome.ran && !outcome.why && !outcome.found;
	say_outcome(check, rule, &outcome);
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
	for (unsigned part = 0; part < NR_CHECK_PARTS; part++) {
		const struct findings *of = &check->of[part];

		for (size_t i = 0; i < of->not_run.nr; i++) {
			const struct not_run *item = of->not_run.at[i];

			could_not_fully(check->ctx, item->doing, item->failure);
		}
		kernel_reported(check->ctx->k, check->results[part].failure);
	}
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
	sink_count(sink, "not_applicable", check->nr_idle);
	sink_end(sink);
	sink_say(sink, "CHECK", "%u warning%s, %u unsure, %u info; %u rules hold, %u saw not everything, %u could not "
		 "run, %u do not apply%s", check->nr_wrong, check->nr_wrong == 1 ? "" : "s", check->nr_unsure, check->nr_info,
		 check->nr_held, check->nr_partly, check->nr_not_run, check->nr_idle,
		 check->ctx->opt.verbose ? "" : " (-v: which)");
}

void cmd_check(struct context *ctx)
{
	struct check *check = arena_alloc(&ctx->session->arena, sizeof(*check));
	bool wanted[NR_CHECK_PARTS] = { false };

	check->ctx = ctx;
	if (!are_words_right(ctx))
		return;
	for (const struct rule *rule = rules; rule->code; rule++)
		wanted[rule->part] |= is_asked_for(ctx, rule->code);
	for (unsigned part = 0; part < NR_CHECK_PARTS; part++) {
		if (wanted[part])
			check_part(ctx->k, (enum check_part)part, &check->of[part], &check->results[part]);
	}
	put_all_findings(check);
	put_rules(check);
	put_summary(check);
	say_unread(check);
}
