// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu domains: every domain there is, and whether the id allocator agrees. */
#include "cmd.h"

#include <inttypes.h>
#include <string.h>

static const struct column columns[] = {
	{ .key = "id", .head = "ID" },
	{ .key = "type", .head = "TYPE", .width = 9 },
	{ .key = "format", .head = "TABLE", .width = 13 },
	{ .key = "root", .head = "ROOT", .width = 8 },
	{ .key = "mapped_bytes", .head = "MAPPED", .right = true, .width = 9 },
	{ .key = "users", .head = "GROUPS: DEVICES" },
};

struct sum {
	struct context *ctx;
	const char *what; /* "domain 0x9" */
	uint64_t bytes;
};

static bool add_run(void *ctx, const struct pt_run *run)
{
	struct sum *sum = ctx;

	sum->bytes += run->bytes;
	return true;
}

/* The word by which people can ask for it again. */
static const char *name_of(struct context *ctx, const struct domain *domain)
{
	struct arena *arena = &ctx->session->arena;
	uint32_t id;

	return domain_id_on(domain, NULL, &id) ? arena_printf(arena, "0x%x", id) :
						 arena_printf(arena, "%" PRIx64, domain->at.v);
}

static void tell_progress(void *ctx, const struct pt_along *along)
{
	const struct sum *sum = ctx;

	show_progress(sum->ctx, sum->what, along, sum->bytes);
}

/* False: how much is mapped is not known, since there is no table or the user pressed ^C. */
static bool mapped_bytes(struct context *ctx, struct domain *domain, uint64_t *ret,
			 struct pt_totals *totals)
{
	struct sum sum = { .ctx = ctx };
	struct pt_visitor visitor = { .ctx = &sum, .run = add_run, .along = tell_progress };
	struct route route;

	route_of_domain(ctx->k, domain, &route);
	if (!route.space.has_table && !route.space.ranges)
		return false;
	sum.what = arena_printf(&ctx->session->arena, "domain %s", name_of(ctx, domain));
	if (space_scan(ctx->k, &route.space, iova_of(0), iova_of(UINT64_MAX), &visitor, totals) !=
	    STATUS_OK) {
		ctx->interrupted = true;
		return false;
	}
	*ret = sum.bytes;
	return true;
}

static void put_mapped(struct context *ctx, struct domain *domain, struct pt_totals *totals)
{
	struct sink *sink = ctx->sink;
	uint64_t bytes;
	bool whole;
	char word[WORD_MAX];

	memset(totals, 0, sizeof(*totals));
	if (!mapped_bytes(ctx, domain, &bytes, totals)) {
		sink_null(sink, "mapped_bytes");
		return;
	}
	whole = pt_totals_are_whole(totals);
	sink_count(sink, "mapped_bytes", bytes);
	sink_bool(sink, "mapped_bytes_complete", whole);
	sink_cell(sink, "mapped_bytes", "%s%s", whole ? "" : ">=", word_amount(word, bytes));
}

static void note_damage(struct context *ctx, const struct domain *domain,
			const struct pt_totals *totals)
{
	const char *name = name_of(ctx, domain);

	if (totals->tables_missing)
		sink_note(ctx->sink, NOTE_WARNING, "table-not-in-dump",
			  "domain %s: %" PRIu64 " of its tables not in the dump: see iommu map -D "
			  "%s", name, totals->tables_missing, name);
	if (totals->tables_lost)
		sink_note(ctx->sink, NOTE_WARNING, "table-damaged",
			  "domain %s: no memory where %" PRIu64 " of its tables should be: see iommu "
			  "map -D %s", name, totals->tables_lost, name);
	if (totals->damaged)
		sink_note(ctx->sink, NOTE_WARNING, "table-damaged",
			  "domain %s: %" PRIu64 " damaged places in its tables: see iommu map -D %s",
			  name, totals->damaged, name);
}

/* A domain that nothing uses now is kept for a group: say for which. */
static const char *kept_for(struct context *ctx, const struct domain *domain)
{
	const struct ptrs *groups = domain->default_of.nr ? &domain->default_of :
							    &domain->blocking_of;

	if (!groups->nr)
		return "-";
	return arena_printf(&ctx->session->arena, "- (%s of group %" PRId64 "%s)",
			    domain->default_of.nr ? "default" : "blocking",
			    ((const struct group *)groups->at[0])->id,
			    groups->nr > 1 ? ", ..." : "");
}

static void put_users(struct context *ctx, const struct domain *domain)
{
	struct sink *sink = ctx->sink;
	const char *line = "";

	sink_list(sink, "groups");
	for (size_t i = 0; i < domain->groups.nr; i++) {
		const struct group *group = domain->groups.at[i];

		sink_count(sink, NULL, (uint64_t)group->id);
		if (i < 4)
			line = arena_printf(&ctx->session->arena, "%s%s%" PRId64, line,
					    i ? "," : "", group->id);
	}
	sink_list_end(sink);
	if (domain->groups.nr > 4)
		line = arena_printf(&ctx->session->arena, "%s,...", line);
	line = arena_printf(&ctx->session->arena, "%s%s", *line ? line : kept_for(ctx, domain),
			    domain->devices.nr ? ":" : "");
	sink_list(sink, "devices");
	for (size_t i = 0; i < domain->devices.nr; i++) {
		const struct device *dev = domain->devices.at[i];

		sink_string(sink, NULL, dev->name);
		if (i < 2)
			line = arena_printf(&ctx->session->arena, "%s %s", line, dev->name);
	}
	sink_list_end(sink);
	if (domain->devices.nr > 2)
		line = arena_printf(&ctx->session->arena, "%s and %zu more", line,
				    domain->devices.nr - 2);
	sink_cell(sink, "users", "%s", line);
}

static bool is_decoded(const struct domain *domain)
{
	return domain->vendor && domain->vendor->domain_facts;
}

static void put_root(struct context *ctx, const struct domain *domain)
{
	struct sink *sink = ctx->sink;
	char table[WORD_MAX];

	if (!domain->has_table) {
		sink_null(sink, "format");
		if (is_decoded(domain))
			sink_count(sink, "levels", 0);
		else
			sink_null(sink, "levels");
		sink_null(sink, "root");
		if (!is_decoded(domain))
			sink_cell(sink, "format", "not decoded");
		if (failed(domain->failure))
			sink_cell(sink, "format", "%s", word_no_value(domain->failure.status));
		return;
	}
	sink_string(sink, "format", domain->root.format->name);
	sink_cell(sink, "format", "%s", word_table(table, &domain->root));
	sink_count(sink, "levels", domain->root.levels);
	sink_hex(sink, "root", domain->root.table.v);
}

static const char *kind_word(const struct domain *domain)
{
	switch (domain->shape) {
	case DOMAIN_IN_DRIVER_STRUCT:
		return domain->vendor->domain_struct;
	case DOMAIN_BARE:
		return "static";
	case DOMAIN_OF_OTHERS:
		break;
	}
	return "foreign";
}

static const char *driver_struct_words(struct context *ctx, const struct domain *domain)
{
	return kva_is_null(domain->driver_at) ?
		       "" : arena_printf(&ctx->session->arena, " at %" PRIx64, domain->driver_at.v);
}

/* It says nothing of which domain it is. */
static bool has_shared_id(const struct domain *domain)
{
	return domain->ids.nr && ((const struct domain_id *)domain->ids.at[0])->is_shared;
}

/* Where units know the domain by ids of their own. Returns them in words. */
static const char *put_ids(struct context *ctx, const struct domain *domain)
{
	const char *line = "";
	char buf[WORD_MAX];

	if (!domain->ids.nr || !((const struct domain_id *)domain->ids.at[0])->unit)
		return line;
	sink_list(ctx->sink, "ids");
	for (size_t i = 0; i < domain->ids.nr; i++) {
		const struct domain_id *id = domain->ids.at[i];
		const char *unit = word_unit(buf, id->unit);

		sink_begin(ctx->sink, NULL);
		sink_string(ctx->sink, "unit", unit);
		sink_count(ctx->sink, "id", id->id);
		sink_end(ctx->sink);
		line = arena_printf(&ctx->session->arena, "%s%s0x%x on %s", line, i ? ", " : "", id->id, unit);
	}
	sink_list_end(ctx->sink);
	return line;
}

static void put_domain(struct context *ctx, struct domain *domain)
{
	struct sink *sink = ctx->sink;
	struct pt_totals totals;
	const char *ids;

	sink_row(sink);
	put_domain_id(ctx, "id", domain, NULL);
	if (has_shared_id(domain))
		sink_bool(sink, "id_is_shared", true);
	sink_hex(sink, "address", domain->at.v);
	if (is_decoded(domain)) {
		put_address(ctx, "driver_address", domain->driver_at);
		sink_string(sink, "kind", kind_word(domain));
	} else {
		sink_null(sink, "driver_address");
		sink_null(sink, "kind");
	}
	sink_string(sink, "type", word_domain_type(domain));
	put_root(ctx, domain);
	put_mapped(ctx, domain, &totals);
	put_users(ctx, domain);
	ids = put_ids(ctx, domain);
	sink_row_end(sink);
	if (ctx->opt.verbose && *ids && kernel_inventory(ctx->k)->units.nr > 1)
		sink_heading(sink, "      ids: %s", ids);
	if (ctx->opt.verbose && !is_decoded(domain))
		sink_heading(sink, "      struct iommu_domain at %" PRIx64 "; what its driver keeps around it "
			     "is not decoded", domain->at.v);
	else if (ctx->opt.verbose)
		sink_heading(sink, "      struct iommu_domain at %" PRIx64 ", %s%s%s", domain->at.v,
			     kind_word(domain), driver_struct_words(ctx, domain),
			     has_shared_id(domain) ? "; its id is shared by all such domains" : "");
	note_damage(ctx, domain, &totals);
}

/* ---- the allocators ---- */

static void put_allocator(struct context *ctx, const struct id_accounts *acc)
{
	struct sink *sink = ctx->sink;
	char buf[WORD_MAX];
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): each of the list is one */
	const char *unit = acc->ids.unit ? word_unit(buf, acc->ids.unit) : NULL;

	if (unit)
		sink_string(sink, "unit", unit);
	sink_string(sink, "kind", acc->ids.kind);
	sink_string(sink, "symbol", acc->ids.symbol);
	sink_count(sink, "allocated", acc->ids.nr_allocated);
	sink_count(sink, "bits_set", acc->ids.nr_set);
	sink_list(sink, "ids");
	for (uint32_t id = id_next_allocated(&acc->ids, acc->ids.reserved); id < acc->ids.nr_ids;
	     id = id_next_allocated(&acc->ids, id + 1))
		sink_count(sink, NULL, id);
	sink_list_end(sink);
	sink_heading(sink, "%s%s%s: %" PRIu64 " id%s allocated of %u%s", unit ? unit : "",
		     unit ? " " : "", acc->ids.symbol, acc->ids.nr_allocated,
		     acc->ids.nr_allocated == 1 ? "" : "s",
		     acc->ids.nr_ids - acc->ids.reserved,
		     id_accounts_balance(acc) ? ", all accounted for" : "");
}

static void put_unaccounted(struct context *ctx, const struct id_accounts *acc)
{
	sink_list(ctx->sink, "unaccounted_ids");
	for (size_t i = 0; i < acc->nr_unaccounted; i++)
		sink_count(ctx->sink, NULL, acc->unaccounted[i]);
	sink_list_end(ctx->sink);
}

/* In JSON the only allocator is an object "allocator"; several, one for each unit, are a list. */
static void put_allocators(struct context *ctx, const struct ptrs *all)
{
	struct findings findings = { 0 };
	const struct id_accounts *only = all->nr == 1 ? all->at[0] : NULL;

	if (only) {
		sink_begin(ctx->sink, "allocator");
		put_allocator(ctx, only);
		sink_end(ctx->sink);
		put_unaccounted(ctx, only);
	} else {
		sink_list(ctx->sink, "allocators");
		for (size_t i = 0; i < all->nr; i++) {
			sink_begin(ctx->sink, NULL);
			put_allocator(ctx, all->at[i]);
			put_unaccounted(ctx, all->at[i]);
			sink_end(ctx->sink);
		}
		sink_list_end(ctx->sink);
	}
	for (size_t i = 0; i < all->nr; i++)
		check_ids(ctx->k, all->at[i], &findings);
	put_findings(ctx, &findings);
}

static void show_allocators(struct context *ctx)
{
	struct ptrs all = { 0 };
	struct failure failure = check_id_accounts(ctx->k, &all);

	if (failure.status == STATUS_ABSENT)
		sink_note(ctx->sink, NOTE_INFO, "no-allocator",
			  "no allocator of domain ids is known here: which ids are in use cannot be checked");
	else if (failed(failure) && !all.nr)
		cannot(ctx, "read the allocator of domain ids", failure);
	else
		say_if_not_all(ctx, "read the allocators of domain ids", failure);
	if (all.nr)
		put_allocators(ctx, &all);
}

/* ---- which domains ---- */

static bool words_are_domains(struct context *ctx, struct ptrs *ret)
{
	uint64_t wanted;

	for (int i = -1; i < ctx->opt.nr_words; i++) {
		const char *word = i < 0 ? ctx->opt.domain : ctx->opt.words[i];
		size_t before = ret->nr;

		if (!word)
			continue;
		if (!parse_id_or_address(ctx, word, &wanted))
			return false;
		kernel_find_domains(ctx->k, wanted, ret);
		if (ret->nr == before)
			complain(ctx, "no-such-domain", "no domain with id or address 0x%" PRIx64,
				 wanted);
	}
	return true;
}

void cmd_domains(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	bool some = ctx->opt.nr_words || ctx->opt.domain;
	struct ptrs chosen = { 0 };

	if (!words_are_domains(ctx, &chosen))
		return;
	if (!some)
		chosen = inv->domains;
	sink_list(ctx->sink, "domains");
	sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < chosen.nr && !target_interrupted(ctx->session->target); i++)
		put_domain(ctx, chosen.at[i]);
	sink_list_end(ctx->sink);
	for (size_t i = 0; i < chosen.nr; i++)
		say_refused(ctx, &((const struct domain *)chosen.at[i])->devices);
	say_if_not_all(ctx, "list domains", inv->domains_failure);
	if (some)
		return;
	if (ctx->opt.json || ctx->opt.verbose)
		put_other_tables(ctx);
	show_allocators(ctx);
}
