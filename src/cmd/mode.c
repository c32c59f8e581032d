// SPDX-License-Identifier: GPL-2.0-or-later
/* Which mode, who decided it, what overrode that, and what it means for a device today. */
#include "mode.h"

#include "iommu/device_facts.h"

#include <inttypes.h>
#include <string.h>

#define MAX_NAMED 6

static const char *mode_words(int64_t type)
{
	switch (type) {
	case DOMAIN_IDENTITY:
		return "passthrough";
	case DOMAIN_DMA:
		return "translation, strict (TLB flushed at each unmap)";
	case DOMAIN_DMA_FQ:
		return "translation, lazy (TLB flushed in batches)";
	default:
		return domain_type_name(type);
	}
}

/* Whether interrupts are checked is known of hardware that is decoded. */
static const char *meaning(const struct inventory *inv, int64_t type)
{
	switch (type) {
	case DOMAIN_IDENTITY:
		return inv->vendors.nr ? "a device reaches all memory, at physical addresses; only its "
					 "interrupts are checked" :
					 "a device reaches all memory, at physical addresses";
	case DOMAIN_DMA:
		return "a device reaches what its driver has mapped, and nothing once it is unmapped";
	case DOMAIN_DMA_FQ:
		return "a device reaches what its driver has mapped, and for some milliseconds what it "
		       "has just unmapped";
	default:
		return "";
	}
}

static unsigned nr_not_default(const struct inventory *inv)
{
	unsigned nr = 0;

	for (size_t i = 0; i < inv->groups.nr; i++)
		nr += group_is_off_default(inv->groups.at[i]);
	return nr;
}

/* ---- what overrode it ---- */

static void put_override(struct context *ctx, const char *code, const char *text)
{
	sink_row(ctx->sink);
	sink_string(ctx->sink, "code", code);
	sink_string(ctx->sink, "text", text);
	sink_row_end(ctx->sink);
	sink_say(ctx->sink, "", "%s", text);
}

static bool has_word(const char *options, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = options; at && (at = strstr(at, word)); at++) {
		if ((at == options || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' '))
			return true;
	}
	return false;
}

static bool asked_for_passthrough(const struct kernel_mode *mode)
{
	return has_word(mode->options, "iommu=pt") || has_word(mode->options, "iommu.passthrough=1");
}

static bool is_translated(int64_t type)
{
	return type == DOMAIN_DMA || type == DOMAIN_DMA_FQ;
}

/* drivers/iommu/iommu.c, iommu_subsys_init(): "Memory encryption detected" */
static void put_encryption(struct context *ctx, const struct kernel_mode *mode)
{
	if (!ctx->k->enc_mask || !is_translated(mode->default_type))
		return;
	put_override(ctx, "memory-encryption", asked_for_passthrough(mode) ?
		     "kernel: memory encryption is on, so the passthrough that was asked for is not given" :
		     "kernel: memory encryption is on: passthrough would not be given by default");
}

static bool same_kind(int64_t a, int64_t b)
{
	return a == b || (is_translated(a) && is_translated(b));
}

/* A group may have another default than the kernel's: by its driver, a quirk, or through sysfs. */
static void put_other_defaults(struct context *ctx, const struct inventory *inv,
			       const struct kernel_mode *mode)
{
	const char *line = "";
	unsigned nr = 0;

	for (size_t i = 0; i < inv->groups.nr; i++) {
		const struct group *group = inv->groups.at[i];

		if (!group->default_domain ||
		    same_kind(group->default_domain->type, mode->default_type))
			continue;
		if (nr++ < MAX_NAMED)
			line = arena_printf(&ctx->session->arena, "%s%s%" PRId64 " (%s)", line,
					    *line ? ", " : "", group->id,
					    word_domain_type(group->default_domain));
	}
	if (nr)
		put_override(ctx, "other-default",
			     arena_printf(&ctx->session->arena, "%u group%s another default, by a driver "
					  "or through sysfs: %s%s", nr, nr == 1 ? " has" : "s have", line,
					  nr > MAX_NAMED ? ", ..." : ""));
}

static void put_untrusted(struct context *ctx, const struct inventory *inv)
{
	const char *line = "";
	unsigned nr = 0;

	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (!kernel_is_untrusted(ctx->k, dev))
			continue;
		if (nr++ < MAX_NAMED)
			line = arena_printf(&ctx->session->arena, "%s %s", line, dev->name);
	}
	if (nr)
		put_override(ctx, "untrusted",
			     arena_printf(&ctx->session->arena, "kernel: %u device%s behind an external "
					  "port, which always get a strict translated domain:%s%s", nr,
					  nr == 1 ? "" : "s", line, nr > MAX_NAMED ? " ..." : ""));
}

static void put_overrides(struct context *ctx, const struct inventory *inv,
			  const struct kernel_mode *mode)
{
	struct ptrs reasons = { 0 };

	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];

		if (vendor->mode_reasons)
			vendor->mode_reasons(ctx->k, &reasons);
	}
	sink_list(ctx->sink, "overrides");
	put_encryption(ctx, mode);
	for (size_t i = 0; i < reasons.nr; i++) {
		const struct mode_reason *reason = reasons.at[i];

		put_override(ctx, reason->code, reason->text);
	}
	if (kernel_is_kdump(ctx->k))
		put_override(ctx, "kdump", "this is a crash kernel (kdump): it goes on with the tables of "
			     "the kernel that died until its drivers take the devices over");
	put_untrusted(ctx, inv);
	put_other_defaults(ctx, inv, mode);
	sink_list_end(ctx->sink);
}

/* Whether a driver flushes domains of type DMA in batches by its own decision: their type does not say so. */
static bool flushes_lazily(struct context *ctx, const struct inventory *inv)
{
	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];

		if (vendor->flushes_lazily && vendor->flushes_lazily(ctx->k))
			return true;
	}
	return false;
}

/* "1 group differs now": from the default that the line is about. */
static const char *differ_words(struct context *ctx, const struct inventory *inv, unsigned nr)
{
	if (failed(inv->groups_failure) && !inv->groups.nr)
		return "whether groups differ now is not known";
	return arena_printf(&ctx->session->arena, "%u group%s now%s", nr,
			    nr == 1 ? " differs" : "s differ",
			    failed(inv->groups_failure) ? ", of those that could be read" : "");
}

void put_mode(struct context *ctx, const struct inventory *inv)
{
	struct sink *sink = ctx->sink;
	struct kernel_mode mode;
	struct failure failure = kernel_mode(ctx->k, &mode);
	unsigned differ = nr_not_default(inv);
	const char *who;
	int64_t how = mode.default_type; /* as the newer kernels call it */

	if (failed(failure)) {
		sink_null(sink, "default_type");
		sink_null(sink, "decided_by");
		could_not_fully(ctx, "tell the default mode", failure);
		return;
	}
	if (mode.default_type == DOMAIN_DMA && flushes_lazily(ctx, inv))
		how = DOMAIN_DMA_FQ;
	who = mode.by_command_line ? "command line" : "kernel default";
	sink_string(sink, "default_type", domain_type_name(mode.default_type));
	sink_string(sink, "decided_by", who);
	sink_string(sink, "options", mode.options);
	sink_string(sink, "meaning", meaning(inv, how));
	if (inv->groups.nr || !failed(inv->groups_failure))
		sink_count(sink, "groups_not_default", differ);
	else
		sink_null(sink, "groups_not_default");
	sink_say(sink, "MODE", "%s, by the %s%s%s%s; %s", mode_words(how), who,
		 mode.options ? " (" : "", mode.options ? mode.options : "",
		 mode.options ? ")" : "", differ_words(ctx, inv, differ));
	sink_say(sink, "", "%s", meaning(inv, how));
	put_overrides(ctx, inv, &mode);
}
