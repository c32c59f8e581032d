// SPDX-License-Identifier: GPL-2.0-or-later
/* Which mode, who decided it, what overrode that, and what it means for a device today. */
#include "mode.h"

#include "iommu/device_facts.h"

#include <inttypes.h>

#define MAX_NAMED 6

static const char *mode_words(int64_t type)
{
	switch (type) {
	case DOMAIN_IDENTITY:
		return "passthrough";
	case DOMAIN_DMA:
	case DOMAIN_DMA_FQ:
		return "translation";
	default:
		return domain_type_name(type);
	}
}

/* Decided by other options than translation is. */
static const char *flush_words(int64_t type)
{
	switch (type) {
	case DOMAIN_DMA:
		return "strict (TLB flushed at each unmap); ";
	case DOMAIN_DMA_FQ:
		return "lazy (TLB flushed in batches); ";
	default:
		return "";
	}
}

/* Whether interrupts are checked is known of hardware that is decoded. */
static const char *passthrough_meaning(struct context *ctx, const struct inventory *inv)
{
	if (!inv->vendors.nr)
		return "a device reaches all memory, at physical addresses";
	switch (kernel_irq_remapping(ctx->k)) {
	case IRQ_REMAPPING_OFF:
		return "a device reaches all memory, at physical addresses; its interrupts are not checked either";
	case IRQ_REMAPPING_ON:
		return "a device reaches all memory, at physical addresses; only its interrupts are checked";
	case IRQ_REMAPPING_UNKNOWN:
		break;
	}
	return "a device reaches all memory, at physical addresses; whether its interrupts are checked is not known";
}

static const char *meaning(struct context *ctx, const struct inventory *inv, int64_t type)
{
	switch (type) {
	case DOMAIN_IDENTITY:
		return passthrough_meaning(ctx, inv);
	case DOMAIN_DMA:
		return "a device reaches what its driver has mapped, and nothing once it is unmapped";
	case DOMAIN_DMA_FQ:
		return "a device reaches what its driver has mapped, and for some milliseconds what it "
		       "has just unmapped";
	default:
		return "";
	}
}

/* Groups of which it is known whether they are on their default, and those that are not. */
struct off_default {
	unsigned known, nr;
	bool all_known;
	bool defaults_read; /* of all groups, whatever they are on now */
};

static struct off_default count_off_default(const struct inventory *inv)
{
	struct off_default ret = { .defaults_read = !failed(inv->groups_failure) };

	for (size_t i = 0; i < inv->groups.nr; i++) {
		ret.defaults_read &= group_default_is_read(inv->groups.at[i]);
		ret.known += group_knows_default(inv->groups.at[i]);
		ret.nr += group_is_off_default(inv->groups.at[i]);
	}
	ret.all_known = !failed(inv->groups_failure) && ret.known == inv->groups.nr;
	return ret;
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

static bool is_translated(int64_t type)
{
	return type == DOMAIN_DMA || type == DOMAIN_DMA_FQ;
}

/* drivers/iommu/iommu.c, iommu_subsys_init(): "Memory encryption detected", where the command line asks for nothing; Linux
 * 2cc13bb4f59f (5.4). */
static void put_encryption(struct context *ctx, const struct kernel_mode *mode)
{
	if (!ctx->k->enc_mask || !is_translated(mode->default_type))
		return;
	put_override(ctx, "memory-encryption", "kernel: memory encryption is on: passthrough is given only where the command "
		     "line asks for it");
}

/* A group may have another default than the kernel's: by its driver, a quirk, or through sysfs. */
static void put_other_defaults(struct context *ctx, const struct inventory *inv,
			       const struct kernel_mode *mode)
{
	const char *line = "";
	unsigned nr = 0;

	for (size_t i = 0; i < inv->groups.nr; i++) {
		const struct group *group = inv->groups.at[i];

		if (!group->default_domain || group->default_domain->type < 0 ||
		    is_same_mode(group->default_domain->type, mode->default_type))
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

/* agrees: some group has the default type of the kernel, so that the others have one of their own. */
static void put_overrides(struct context *ctx, const struct inventory *inv,
			  const struct kernel_mode *mode, bool agrees)
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
		put_override(ctx, "kdump", "this is a crash kernel (kdump): where the IOMMU was "
			     "translating, it goes on with the tables of the kernel that died until its drivers take the "
			     "devices over");
	put_untrusted(ctx, inv);
	if (agrees)
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
static const char *differ_words(struct context *ctx, const struct off_default *off)
{
	if (!off->all_known && !off->known)
		return "whether groups differ now is not known";
	return arena_printf(&ctx->session->arena, "%u group%s now%s", off->nr,
			    off->nr == 1 ? " differs" : "s differ",
			    off->all_known ? "" : ", of those that could be read");
}

/* NULL: not known. */
static const char *decider_word(enum mode_decider decider)
{
	switch (decider) {
	case DECIDED_BY_COMMAND_LINE:
		return "command line";
	case DECIDED_BY_DEFAULT:
		return "kernel default";
	case DECIDED_BY_FIRMWARE:
		return "firmware";
	case DECIDER_UNKNOWN:
		break;
	}
	return NULL;
}

/* "passthrough, by the command line (iommu=pt); 1 group differs now" */
static void say_mode(struct context *ctx, const struct inventory *inv, const struct kernel_mode *mode,
		     int64_t how, bool agrees)
{
	const struct off_default off = count_off_default(inv);
	const char *who = decider_word(mode->decider);

	sink_say(ctx->sink, "MODE", "%s%s, by %s%s%s%s%s; %s%s", agrees ? "" : "not known: asked for is ",
		 mode_words(how), who ? "the " : "whose word is not known", who ? who : "",
		 mode->options ? " (" : "", mode->options ? mode->options : "",
		 mode->options ? ")" : "", flush_words(how),
		 agrees		   ? differ_words(ctx, &off) :
		 off.defaults_read ? "no group has it by default" :
				     "no group whose default could be read has it by default");
	if (agrees)
		sink_say(ctx->sink, "", "%s", meaning(ctx, inv, how));
}

/* No vendor's unit remaps DMA: then no domain has a type, and what the kernel would make of one does not matter. */
static bool dma_is_off(struct context *ctx, const struct inventory *inv, struct dma_off *ret)
{
	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];

		if (!vendor->dma_is_off || !vendor->dma_is_off(ctx->k, ret))
			return false;
	}
	return inv->vendors.nr;
}

static void put_off(struct context *ctx, const struct inventory *inv, const struct kernel_mode *mode,
		    const struct dma_off *off)
{
	struct sink *sink = ctx->sink;
	bool irqs = kernel_irq_remapping(ctx->k) == IRQ_REMAPPING_ON;

	sink_null(sink, "default_type");
	sink_string(sink, "decided_by", decider_word(off->decider));
	sink_string(sink, "options", mode->options);
	sink_string(sink, "meaning", passthrough_meaning(ctx, inv));
	sink_null(sink, "groups_not_default");
	sink_say(sink, "MODE", "no DMA remapping, by %s%s",
		 off->words ? off->words : "whose word is not known",
		 irqs ? "; interrupts are remapped all the same" : "");
	sink_say(sink, "", "%s", passthrough_meaning(ctx, inv));
	put_overrides(ctx, inv, mode, false);
}

void put_mode(struct context *ctx, const struct inventory *inv, struct findings *all)
{
	struct sink *sink = ctx->sink;
	const struct off_default off = count_off_default(inv);
	struct findings findings = { 0 };
	struct kernel_mode mode;
	struct failure failure = kernel_mode(ctx->k, &mode);
	int64_t how = mode.default_type; /* as the newer kernels call it */
	struct dma_off dma_off;
	bool agrees;

	if (dma_is_off(ctx, inv, &dma_off)) {
		put_off(ctx, inv, &mode, &dma_off);
		return;
	}
	if (failed(failure)) {
		sink_null(sink, "default_type");
		sink_null(sink, "decided_by");
		could_not_fully(ctx, "tell the default mode", failure);
		return;
	}
	if (mode.default_type == DOMAIN_DMA && flushes_lazily(ctx, inv))
		how = DOMAIN_DMA_FQ;
	agrees = check_mode(ctx->k, &mode, &findings);
	sink_string(sink, "default_type", domain_type_name(mode.default_type));
	sink_string(sink, "decided_by", decider_word(mode.decider));
	sink_string(sink, "options", mode.options);
	sink_string(sink, "meaning", agrees ? meaning(ctx, inv, how) : NULL);
	if (off.known || off.all_known)
		sink_count(sink, "groups_not_default", off.nr);
	else
		sink_null(sink, "groups_not_default");
	say_mode(ctx, inv, &mode, how, agrees);
	put_overrides(ctx, inv, &mode, agrees);
	put_findings(ctx, &findings);
	all->nr_wrong += findings.nr_wrong;
	if (mode.decider == DECIDER_UNKNOWN && failed(mode.options_failure))
		could_not_fully(ctx, "tell who decided the mode", mode.options_failure);
}
