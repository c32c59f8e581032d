// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which address space the options -d, -g, -D or -r chose. The words are parsed here, src/kernel finds what they
 * lead to (iommu/space.h), and then this file says what was met on the way.
 */
#include "cmd.h"

#include <inttypes.h>
#include <string.h>

static const char *copy_of(struct context *ctx, const char *text)
{
	return arena_strdup(&ctx->session->arena, text);
}

/* ---- a device ---- */

/* The hardware's entry for the id that was named. */
static bool find_entry(struct context *ctx, const struct selection *sel, struct stream *stream,
		       struct entry *ret)
{
	struct failure failure = kernel_find_stream(ctx->k, sel->sbdf, stream);
	char bdf[WORD_MAX];

	if (complained_of_undecoded(ctx, sel->sbdf, stream))
		return false;
	if (!failed(failure))
		failure = stream->vendor->read_entry(ctx->k, stream, ret);
	if (failure.status == STATUS_ABSENT && ret->beyond)
		complain(ctx, "beyond-table", "no entry for %s: the last one of the device table is %s",
			 sel->what, word_bdf(bdf, ret->last_id));
	else if (failure.status == STATUS_ABSENT)
		complain_no_segment(ctx, sel->what);
	else if (failed(failure))
		cannot(ctx, "read the device's translation entry", failure);
	return !failed(failure);
}

/* What is worth knowing about the device, whatever its table says. */
static void say_about_device(struct context *ctx, const struct selection *sel)
{
	const struct stream *alias = sel->device ? device_alias(sel->device) : NULL;
	char bdf[WORD_MAX];

	if (!sel->device)
		sink_note(ctx->sink, NOTE_INFO, "no-such-device", "%s %s; this is what its id's entry says",
			  failed(kernel_inventory(ctx->k)->devices_failure) ?
				  "the devices that could be listed have no" : "the kernel has no device",
			  word_stream(ctx, sel->sbdf));
	else if (!device_unit(sel->device) && !kva_is_null(sel->device->unknown_unit))
		sink_note(ctx->sink, NOTE_WARNING, "unknown-unit",
			  "what the driver has as the IOMMU that serves %s is none of its units", sel->what);
	else if (!device_unit(sel->device))
		sink_note(ctx->sink, NOTE_WARNING, "no-unit",
			  "the driver knows no IOMMU that serves %s: its entry may mean nothing",
			  sel->what);
	if (alias)
		sink_note(ctx->sink, NOTE_INFO, "alias", "requests of %s carry the id of %s",
			  sel->what, word_bdf(bdf, alias->id));
}

static void say_driver_table(struct context *ctx, const struct selection *sel)
{
	const struct route *route = &sel->route;

	if (route->driver_table)
		sink_note(ctx->sink, NOTE_WARNING, "driver-table",
			  "the %s table of %s: %s; shown is the driver's table for requests without PASID",
			  route->pasids.format->name, sel->what, status_text(route->failure.status));
}

/* A PASID may have an entry of its own. */
static const char *whose_entry(struct context *ctx, const struct selection *sel)
{
	if (!sel->route.by_pasid || !sel->route.pasids.format->own_ids)
		return sel->what;
	return arena_printf(&ctx->session->arena, "%s PASID 0x%x", sel->what, sel->route.pasid);
}

/* Facts that should agree: what the hardware walks, what the driver or the process works on. */
void say_about_route(struct context *ctx, const struct selection *sel, const struct stream *stream,
		     const struct entry *entry)
{
	struct entry said = *entry;
	struct findings findings = { 0 };

	check_inherited(ctx->k, sel->what, entry, &findings);
	if (!sel->route.driver_table && !entry->is_inherited)
		check_route(ctx->k, sel->what, &sel->route, &findings);
	said.doubt = sel->route.doubt;
	check_doubt(ctx->k, whose_entry(ctx, sel), &said, &findings);
	if (sel->device)
		check_alias_legality(ctx->k, sel->device, &findings);
	if (sel->device && !sel->route.by_pasid && !entry->is_inherited) {
		check_passes_as_type(ctx->k, entry, sel->device, &findings);
		check_domain_id(ctx->k, stream, entry, sel->device, &findings);
	}
	put_findings(ctx, &findings);
	if (findings_have(&findings, "root-differs"))
		sink_note(ctx->sink, NOTE_INFO, "hardware-shown", "shown is the hardware's table");
}

static bool select_device(struct context *ctx, struct selection *ret)
{
	struct stream stream = { 0 };
	struct entry entry = { 0 };
	uint64_t pasid = 0;
	uint32_t number;
	char bdf[WORD_MAX];

	if (!parse_bdf(ctx, ctx->opt.device, &ret->sbdf))
		return false;
	ret->what = copy_of(ctx, word_bdf(bdf, ret->sbdf));
	ret->is_device = true;
	ret->device = kernel_find_device(ctx->k, ret->sbdf);
	if (!find_entry(ctx, ret, &stream, &entry))
		return false;
	say_about_device(ctx, ret);
	if (ctx->opt.pasid && !parse_pasid(ctx, ctx->opt.pasid, &pasid))
		return false;
	if (ctx->opt.pasid && complained_of_no_pasids(ctx, ret->what, &entry.translation))
		return false;
	number = (uint32_t)pasid;
	route_of_entry(ctx->k, &entry, ret->device, ctx->opt.pasid ? &number : NULL, &ret->route);
	say_driver_table(ctx, ret);
	say_about_route(ctx, ret, &stream, &entry);
	return true;
}

/* ---- a group or a domain ---- */

const struct group *find_group(struct context *ctx, const char *word)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	const struct group *group;
	uint64_t id;

	if (!parse_count(ctx, word, "a group", &id))
		return NULL;
	group = id <= INT64_MAX ? kernel_find_group(ctx->k, (int64_t)id) : NULL;
	if (!group && failed(inv->groups_failure))
		cannot(ctx, arena_printf(&ctx->session->arena, "tell whether there is a group %s", word),
		       inv->groups_failure);
	else if (!group)
		complain(ctx, "no-such-group", "no group %s; there are %zu", word, inv->groups.nr);
	return group;
}

/* The unit that a domain is of, by the devices of its groups. */
static const char *whose_domain(struct context *ctx, const struct domain *domain)
{
	const struct group *group = domain->groups.nr	  ? domain->groups.at[0] :
				    domain->default_of.nr ? domain->default_of.at[0] : NULL;
	const struct unit *unit = group && group->devices.nr ? device_server(group->devices.at[0]) : NULL;

	if (unit && unit->vendor)
		return unit->vendor->name;
	if (unit)
		return word_undecoded(ctx, unit);
	return *words_undecoded(ctx) ? words_undecoded(ctx) : "domains of that driver";
}

static bool take_domain(struct context *ctx, struct domain *domain, struct selection *ret)
{
	route_of_domain(ctx->k, domain, &ret->route);
	if (ret->route.state != DMA_UNKNOWN)
		return true;
	if (failed(domain->failure))
		cannot(ctx, "find the domain's page table", domain->failure);
	else if (!domain->vendor || !domain->vendor->domain_facts)
		complain(ctx, "not-decoded", "%s is of type %s, and its page table is its driver's: this "
			 "plugin does not decode those of %s", ret->what, word_domain_type(domain),
			 whose_domain(ctx, domain));
	else
		complain(ctx, "no-table", "%s (%s) has no page table of the IOMMU driver", ret->what,
			 word_domain_type(domain));
	return false;
}

static bool select_group(struct context *ctx, struct selection *ret)
{
	const struct group *group = find_group(ctx, ctx->opt.group);

	if (!group)
		return false;
	ret->what = arena_printf(&ctx->session->arena, "group %" PRId64, group->id);
	if (!group->domain)
		complain(ctx, "no-domain", "%s has no domain", ret->what);
	return group->domain && take_domain(ctx, group->domain, ret);
}

/* True, after a sentence: units know different domains by that id. */
bool is_ambiguous(struct context *ctx, uint64_t wanted, const struct ptrs *found)
{
	const char *names = "";

	if (found->nr < 2)
		return false;
	for (size_t i = 0; i < found->nr; i++) {
		const struct domain *domain = found->at[i];

		names = arena_printf(&ctx->session->arena, "%s%s%" PRIx64 " (%s)", names, i ? ", " : "",
				     domain_address(domain).v, word_domain_type(domain));
	}
	complain(ctx, "ambiguous-domain", "%zu domains have the id 0x%" PRIx64 ": name one by its address: %s",
		 found->nr, wanted, names);
	return true;
}

static bool select_domain(struct context *ctx, struct selection *ret)
{
	struct arena *arena = &ctx->session->arena;
	struct ptrs found = { 0 };
	struct domain *domain;
	uint64_t wanted;
	uint32_t id;
	bool has_id;

	if (!parse_id_or_address(ctx, ctx->opt.domain, &wanted))
		return false;
	kernel_find_domains(ctx->k, wanted, &found);
	if (is_ambiguous(ctx, wanted, &found))
		return false;
	domain = found.nr ? found.at[0] : NULL;
	if (!domain) {
		complain(ctx, "no-such-domain", "no domain with id or address 0x%" PRIx64
			 ": see 'iommu domains'", wanted);
		return false;
	}
	has_id = domain_id_on(domain, NULL, &id);
	if (has_id && wanted <= UINT16_MAX && !domain_has_id(domain, (uint32_t)wanted))
		sink_note(ctx->sink, NOTE_INFO, "id-of-device",
			  "0x%" PRIx64 " is the id that the hardware has for a device of domain 0x%x",
			  wanted, id);
	ret->what = has_id ? arena_printf(arena, "domain 0x%x", id) :
			     arena_printf(arena, "domain %" PRIx64, domain->at.v);
	return take_domain(ctx, domain, ret);
}

/* ---- a bare table: needs no kernel struct at all ---- */

static const char *format_names(struct context *ctx)
{
	struct arena *arena = &ctx->session->arena;
	const struct pasid_format *of_pasids;
	const struct pt_format *format;
	const char *names = "";

	for (unsigned nth = 0; (format = kernel_nth_format(nth)); nth++)
		names = arena_printf(arena, "%s%s%s", names, nth ? ", " : "", format->name);
	for (unsigned nth = 0; (of_pasids = kernel_nth_pasid_format(nth)); nth++)
		names = arena_printf(arena, "%s, %s", names, of_pasids->name);
	return names;
}

static bool are_levels(struct context *ctx, const char *format, unsigned max, uint64_t levels)
{
	if (levels >= 1 && levels <= max)
		return true;
	misuse(ctx, "bad-levels", "%s tables have 1 to %u levels, not %" PRIu64, format, max, levels);
	return false;
}

/* The words that a bare table needs beside its format. */
static bool parse_root(struct context *ctx, unsigned max_levels, uint64_t *table, uint64_t *levels,
		       uint64_t *levels_below, struct selection *ret)
{
	if (!ctx->opt.levels) {
		misuse(ctx, "no-levels", "-r needs the number of levels too: -l 1 to %u", max_levels);
		return false;
	}
	if (!parse_address(ctx, ctx->opt.root, table) ||
	    !parse_levels(ctx, ctx->opt.levels, levels, levels_below))
		return false;
	ret->what = arena_printf(&ctx->session->arena, "table %" PRIx64, *table);
	return true;
}

static bool is_aligned(struct context *ctx, unsigned page_lg2, uint64_t table)
{
	if (table % (1ULL << page_lg2) == 0)
		return true;
	misuse(ctx, "bad-root", "root %" PRIx64 " is not page-aligned", table);
	return false;
}

/* A table of PASIDs, and the page table that one of them has. */
static bool select_pasid_root(struct context *ctx, const struct pasid_format *format,
			      struct selection *ret)
{
	uint64_t table, levels, pasid, page_levels = format->page_levels;
	struct pasid_table pasids = { .format = format, .enc_mask = ctx->k->enc_mask };

	if (!parse_root(ctx, format->max_levels, &table, &levels, format->pages ? &page_levels : NULL,
			ret) ||
	    !are_levels(ctx, format->name, format->max_levels, levels) ||
	    !is_aligned(ctx, PT_PASID_LG2, table))
		return false;
	pasids.table = table;
	pasids.levels = (uint8_t)levels;
	pasids.max_tables = kernel_max_tables(ctx->k);
	if (!ctx->opt.pasid) {
		complain(ctx, "no-pasid", "%s holds the tables of PASIDs: -p says whose; there are: %s",
			 ret->what, word_pasids(ctx, &pasids, NULL));
		return false;
	}
	if ((format->pages &&
	     !are_levels(ctx, format->pages->name, format->pages->max_levels, page_levels)) ||
	    !parse_pasid(ctx, ctx->opt.pasid, &pasid))
		return false;
	pasids.page_levels = (uint8_t)page_levels;
	route_of_pasid_table(ctx->k, &pasids, (uint32_t)pasid, &ret->route);
	return true;
}

static bool select_page_root(struct context *ctx, const struct pt_format *format,
			     struct selection *ret)
{
	uint64_t table, levels;
	struct pt_root root;

	if (!parse_root(ctx, format->max_levels, &table, &levels, NULL, ret) ||
	    !are_levels(ctx, format->name, format->max_levels, levels) ||
	    !is_aligned(ctx, format->page_lg2, table))
		return false;
	if (ctx->opt.pasid) {
		misuse(ctx, "no-pasid", "%s tables know no PASID: -p goes with -d, or with -r and a "
			 "format that does", format->name);
		return false;
	}
	root = kernel_root(ctx->k, format, pa_of(table), (uint8_t)levels);
	route_of_root(ctx->k, &root, &ret->route);
	return true;
}

/* That of the vendor whose driver runs; where no IOMMU is known, that of the first vendor that has one; ""
 * where there is one that nobody decodes, or may be. */
static const char *default_format(struct context *ctx)
{
	const struct vendor *vendor = ctx->k->active[0];

	if (!vendor && (*words_undecoded(ctx) || failed(kernel_inventory(ctx->k)->units_failure)))
		return "";
	for (unsigned nth = 0; !vendor && nth_vendor(nth); nth++)
		vendor = nth_vendor(nth)->formats ? nth_vendor(nth) : NULL;
	return vendor && vendor->formats && vendor->formats[0] ? vendor->formats[0]->name : "";
}

static bool select_root(struct context *ctx, struct selection *ret)
{
	const char *name = ctx->opt.format ? ctx->opt.format : default_format(ctx);
	const struct pasid_format *of_pasids = kernel_pasid_format(name);
	const struct pt_format *format = kernel_format(name);

	if (!*name) {
		misuse(ctx, "no-format", "-f has to say of which format the table is: no IOMMU of this "
			 "machine is known that this plugin decodes; there are: %s", format_names(ctx));
		return false;
	}
	if (of_pasids)
		return select_pasid_root(ctx, of_pasids, ret);
	if (format)
		return select_page_root(ctx, format, ret);
	misuse(ctx, "bad-format", "no page-table format '%s'; there are: %s", name, format_names(ctx));
	return false;
}

/* ---- which of them ---- */

bool select_space(struct context *ctx, struct selection *ret)
{
	const struct options *opt = &ctx->opt;

	memset(ret, 0, sizeof(*ret));
	if (!opt->device && !opt->group && !opt->domain && !opt->root) {
		misuse(ctx, "no-selection", "expected one of -d, -g, -D and -r to say whose table");
		return false;
	}
	if (opt->root)
		return select_root(ctx, ret);
	if (!need_iommu(ctx, "only -r works"))
		return false;
	if (opt->device)
		return select_device(ctx, ret);
	return opt->group ? select_group(ctx, ret) : select_domain(ctx, ret);
}
