// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu status: the first question. Is there an IOMMU, in which mode, who decided, who owns what. */
#include "cmd.h"

#include "iommu/version.h"
#include "iova.h"
#include "mode.h"
#include "owners.h"

#include <inttypes.h>

/* ---- no IOMMU ---- */

/* Such as amd_iommu=off. */
static void say_options(struct context *ctx)
{
	struct kernel_mode mode;

	kernel_mode(ctx->k, &mode);
	sink_string(ctx->sink, "options", mode.options);
	if (mode.options)
		sink_say(ctx->sink, "OPTIONS", "%s", mode.options);
}

/* What switched a driver off that would have run, as far as it says. */
static void say_who_switched_off(struct context *ctx)
{
	const struct vendor *vendor;
	struct dma_off off;
	bool any = false;

	for (unsigned nth = 0; (vendor = nth_vendor(nth)); nth++) {
		if (!kernel_has_driver(ctx->k, vendor) || !vendor->dma_is_off ||
		    !vendor->dma_is_off(ctx->k, &off) || !off.words)
			continue;
		if (!any)
			sink_list(ctx->sink, "off");
		any = true;
		sink_row(ctx->sink);
		sink_string(ctx->sink, "vendor", vendor->name);
		sink_string(ctx->sink, "by", off.words);
		sink_row_end(ctx->sink);
		sink_say(ctx->sink, "", "%s is off, by %s", vendor->name, off.words);
	}
	if (any)
		sink_list_end(ctx->sink);
}

/* " AMD-Vi and VT-d": the drivers that this kernel was built with, as far as this plugin knows them. */
static const char *built_in_drivers(struct context *ctx)
{
	const char *line = "";
	const struct vendor *vendor;

	for (unsigned nth = 0; (vendor = nth_vendor(nth)); nth++) {
		if (kernel_has_driver(ctx->k, vendor))
			line = arena_printf(&ctx->session->arena, "%s%s %s", line, *line ? " and" : "",
					    vendor->name);
	}
	return line;
}

static void say_no_iommu(struct context *ctx, const struct inventory *inv)
{
	const char *drivers = built_in_drivers(ctx);

	sink_null(ctx->sink, "vendor");
	if (failed(inv->units_failure)) {
		sink_say(ctx->sink, "IOMMU", "not known: none was found, and the kernel's list of IOMMUs "
			 "could not be read");
		say_if_not_all(ctx, "list units", inv->units_failure);
	} else if (*drivers) {
		sink_say(ctx->sink, "IOMMU", "none active: the kernel has a driver for%s, but it uses no "
			 "unit (it found none, could make nothing of it, or was told not to)", drivers);
		say_who_switched_off(ctx);
		say_options(ctx);
	} else {
		sink_say(ctx->sink, "IOMMU", "none: no IOMMU is registered, and this kernel was built "
			 "without a driver that this plugin knows, or its namelist lacks the symbols");
	}
}

/* ---- what there is ---- */

#define MAX_NAMED_UNITS 4

static const char *unit_words(struct context *ctx, const struct unit *unit)
{
	struct arena *arena = &ctx->session->arena;
	const char *features = unit->vendor && unit->vendor->unit_features ?
				       unit->vendor->unit_features(ctx->k, unit) : NULL;
	char word[WORD_MAX];
	const char *line = arena_printf(arena, "%s", word_unit(word, unit));

	if (unit->has_mmio)
		line = arena_printf(arena, "%s at %" PRIx64, line, unit->mmio.v);
	if (features && *features)
		line = arena_printf(arena, "%s (%s)", line, features);
	if (!unit->vendor && unit->driver)
		line = arena_printf(arena, "%s (driver %s)", line, unit->driver);
	return line;
}

/* The units of one vendor, or of none that this plugin decodes. */
static void put_units_of(struct context *ctx, const struct vendor *vendor, bool first)
{
	const struct ptrs *units = &kernel_inventory(ctx->k)->units;
	const char *line = "";
	size_t nr = 0;

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];

		if (unit->vendor != vendor)
			continue;
		if (nr < MAX_NAMED_UNITS)
			line = arena_printf(&ctx->session->arena, "%s%s%s", line, nr ? ", " : ": ",
					    unit_words(ctx, unit));
		nr++;
	}
	if (vendor || nr)
		sink_say(ctx->sink, first ? "IOMMU" : "", "%s, %zu unit%s%s%s",
			 vendor ? vendor->name : "not decoded by this plugin", nr, nr == 1 ? "" : "s",
			 line, nr > MAX_NAMED_UNITS ? ", ..." : "");
}

static void put_units(struct context *ctx, const struct inventory *inv)
{
	const struct vendor *first = inv->vendors.nr ? inv->vendors.at[0] : NULL;

	sink_string(ctx->sink, "vendor", first ? first->name : NULL);
	for (size_t i = 0; i < inv->vendors.nr; i++)
		put_units_of(ctx, inv->vendors.at[i], i == 0);
	put_units_of(ctx, NULL, !first);
}

struct type_count {
	int64_t type;
	unsigned nr;
};

/* "8 identity, 2 unmanaged": by the domain that each device is attached to. */
static const char *types_of_devices(struct context *ctx, const struct inventory *inv)
{
	struct type_count counts[16];
	size_t nr = 0;
	const char *line = "";

	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];
		const struct domain *domain = dev->domain ? dev->domain :
					      dev->group  ? dev->group->domain :
							    NULL;
		size_t at = 0;

		if (!domain)
			continue;
		while (at < nr && counts[at].type != domain->type)
			at++;
		if (at == nr && nr == sizeof(counts) / sizeof(counts[0]))
			continue;
		if (at == nr)
			counts[nr++] = (struct type_count){ domain->type, 0 };
		counts[at].nr++;
	}
	for (size_t i = 0; i < nr; i++)
		line = arena_printf(&ctx->session->arena, "%s%s%u %s", line, i ? ", " : ": ",
				    counts[i].nr, domain_type_name(counts[i].type));
	return line;
}

static unsigned nr_in_groups(const struct inventory *inv)
{
	unsigned nr = 0;

	for (size_t i = 0; i < inv->devices.nr; i++)
		nr += ((const struct device *)inv->devices.at[i])->group != NULL;
	return nr;
}

static bool groups_are_whole(const struct inventory *inv)
{
	bool whole = !failed(inv->groups_failure);

	for (size_t i = 0; i < inv->groups.nr; i++)
		whole &= !failed(((const struct group *)inv->groups.at[i])->failure);
	return whole;
}

/* No device without a group has a unit, by nobody's word. */
static bool all_without_unit(const struct inventory *inv)
{
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (!dev->group && (device_server(dev) || !kva_is_null(dev->unknown_unit)))
			return false;
	}
	return true;
}

static void put_counts(struct context *ctx, const struct inventory *inv)
{
	struct sink *sink = ctx->sink;
	unsigned nr = nr_in_groups(inv);

	sink_begin(sink, "counts");
	sink_count(sink, "units", inv->units.nr);
	sink_count(sink, "groups", inv->groups.nr);
	sink_count(sink, "devices", nr);
	sink_count(sink, "devices_without_group", inv->devices.nr - nr);
	sink_count(sink, "domains", inv->domains.nr);
	sink_end(sink);
	if (failed(inv->groups_failure) && !inv->groups.nr)
		sink_say(sink, "DEVICES", "%zu found; their groups could not be read",
			 inv->devices.nr);
	else
		sink_say(sink, "DEVICES", "%u in %zu group%s%s", nr, inv->groups.nr,
			 inv->groups.nr == 1 ? "" : "s",
			 types_of_devices(ctx, inv));
	if (inv->devices.nr != nr && inv->groups.nr)
		sink_say(sink, "", "%zu more in no group%s", inv->devices.nr - nr,
			 !groups_are_whole(inv)	      ? " that could be read" :
			 all_without_unit(inv)	      ? ", served by no IOMMU" : "");
}

/* ---- ids ---- */

static void put_accounts(struct context *ctx, const struct id_accounts *acc, const char *start,
			 bool first)
{
	char unit[WORD_MAX];

	sink_say(ctx->sink, first ? "DOMAINS" : "", "%s%s%s%" PRIu64 " id%s allocated of %u (%s)%s",
		 start, acc->ids.unit ? word_unit(unit, acc->ids.unit) : "", acc->ids.unit ? ": " : "",
		 acc->ids.nr_allocated, acc->ids.nr_allocated == 1 ? "" : "s", acc->ids.nr_ids - acc->ids.reserved, acc->ids.symbol,
		 id_accounts_balance(acc) ? ", all accounted for" : "");
}

static void put_domains(struct context *ctx, const struct inventory *inv, struct findings *all)
{
	const char *start = arena_printf(&ctx->session->arena, "%zu found", inv->domains.nr);
	struct findings findings = { 0 };
	struct ptrs accounts = { 0 };
	struct failure failure = check_id_accounts(ctx->k, &accounts);

	if (!accounts.nr)
		sink_say(ctx->sink, "DOMAINS", "%s", start);
	for (size_t i = 0; i < accounts.nr; i++) {
		put_accounts(ctx, accounts.at[i], i ? "" : arena_printf(&ctx->session->arena, "%s; ",
									start), i == 0);
		check_ids(ctx->k, accounts.at[i], &findings);
	}
	put_findings(ctx, &findings);
	all->nr_wrong += findings.nr_wrong;
	if (failed(failure) && failure.status != STATUS_ABSENT)
		could_not_fully(ctx, "read the allocator of domain ids", failure);
}

/* ---- what else knows of mappings ---- */

/* Nothing where the kernel was built without. */
static void put_debug(struct context *ctx)
{
	struct dma_debug debug;

	if (kernel_dma_debug_state(ctx->k, &debug).status == STATUS_ABSENT)
		return;
	sink_string(ctx->sink, "dma_debug", word_dma_debug(&debug));
	sink_say(ctx->sink, "DEBUG", "DMA API debugging: %s: see iommu iova", words_dma_debug(&debug));
	say_if_not_all(ctx, "tell whether DMA API debugging is on", debug.state_failure);
}

/* ---- the check ---- */

/* "; 2 things could not be read: see the warnings". Whatever could not be read may hide something wrong. */
static const char *incomplete_words(struct context *ctx, unsigned nr_unread, unsigned unsure)
{
	struct arena *arena = &ctx->session->arena;
	const char *words = "";

	if (nr_unread)
		words = arena_printf(arena, "; %u thing%s could not be read", nr_unread,
				     nr_unread == 1 ? "" : "s");
	if (unsure)
		words = arena_printf(arena, "%s; %u finding%s not sure", words, unsure,
				     unsure == 1 ? " is" : "s are");
	if (ctx->interrupted || target_interrupted(ctx->session->target))
		words = arena_printf(arena, "%s; it was interrupted", words);
	return *words ? arena_printf(arena, "%s: see the warnings", words) : words;
}

/* Comes last of what reads: then it is known how much could not be looked at. */
static void put_check(struct context *ctx, unsigned nr)
{
	unsigned unread = nr_not_read(ctx), unsure = ctx->nr_unsure;
	const char *incomplete = incomplete_words(ctx, unread, unsure);

	if (nr || decodes_entries(ctx))
		sink_count(ctx->sink, "findings", nr);
	else
		sink_null(ctx->sink, "findings");
	sink_count(ctx->sink, "findings_unsure", unsure);
	sink_count(ctx->sink, "not_read", unread);
	if (nr)
		sink_say(ctx->sink, "CHECK", "%u finding%s%s", nr, nr == 1 ? "" : "s",
			 *incomplete ? incomplete : ": see the warnings");
	else if (!decodes_entries(ctx))
		sink_say(ctx->sink, "CHECK", "none made: the tables of this hardware are not decoded%s",
			 incomplete);
	else if (*incomplete)
		sink_say(ctx->sink, "CHECK", "no findings in what could be read%s", incomplete);
	else
		sink_say(ctx->sink, "CHECK", "no findings");
}

void cmd_status(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	struct findings findings = { 0 };
	const char *library;
	size_t nr_read;

	if (ctx->opt.verbose)
		sink_say(ctx->sink, "PLUGIN", "%s", iommu_release);
	if (!inv->vendors.nr && !inv->units.nr) {
		say_no_iommu(ctx, inv);
		return;
	}
	put_units(ctx, inv);
	put_mode(ctx, inv, &findings);
	put_counts(ctx, inv);
	put_domains(ctx, inv, &findings);
	put_owners(ctx, inv);
	put_debug(ctx);
	check_links(ctx->k, &findings);
	check_owners(ctx->k, &findings);
	check_entries(ctx->k, &findings, &nr_read);
	check_group_types(ctx->k, &findings);
	put_findings(ctx, &findings);
	say_if_not_all(ctx, "list units", inv->units_failure);
	say_if_not_all(ctx, "list groups", inv->groups_failure);
	say_if_not_all(ctx, "list devices", inv->devices_failure);
	say_if_not_all(ctx, "list domains", inv->domains_failure);
	put_check(ctx, findings.nr_wrong);
	if (inv->vendors.nr)
		note_not_decoded(ctx);
	library = words_btf_library(layout_btf_library(ctx->k->layout, ctx->k->target));
	if (library)
		sink_note(ctx->sink, NOTE_WARNING, "no-library", "%s", library);
}
