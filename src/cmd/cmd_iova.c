// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu iova: who keeps account of a domain's IOVAs, what of them is taken, and what became of an address. Of a domain
 * of type DMA that is the DMA layer's allocator; on one that VFIO made a process chooses them.
 */
#include "iova.h"

#include <inttypes.h>

/* ---- which domains ---- */

static struct domain *domain_of_device(struct context *ctx)
{
	const struct device *dev;
	uint32_t sbdf;

	if (!parse_bdf(ctx, ctx->opt.device, &sbdf))
		return NULL;
	dev = kernel_find_device(ctx->k, sbdf);
	if (!dev)
		complain_no_device(ctx, sbdf);
	else if (!device_domain(dev))
		complain(ctx, "no-domain", "%s is on no domain that is known", dev->name);
	else
		return device_domain(dev);
	return NULL;
}

static struct domain *domain_of_group(struct context *ctx)
{
	const struct group *group = find_group(ctx, ctx->opt.group);

	if (group && !group->domain)
		complain(ctx, "no-domain", "group %" PRId64 " has no domain", group->id);
	return group ? group->domain : NULL;
}

static struct domain *domain_named(struct context *ctx)
{
	struct ptrs found = { 0 };
	uint64_t wanted;

	if (!parse_id_or_address(ctx, ctx->opt.domain, &wanted))
		return NULL;
	kernel_find_domains(ctx->k, wanted, &found);
	if (is_ambiguous(ctx, wanted, &found))
		return NULL;
	if (!found.nr)
		complain(ctx, "no-such-domain", "no domain with id or address 0x%" PRIx64 ": see 'iommu domains'",
			 wanted);
	return found.nr ? found.at[0] : NULL;
}

static bool has_selection(const struct options *opt)
{
	return opt->device || opt->group || opt->domain;
}

static struct domain *select_domain(struct context *ctx)
{
	if (ctx->opt.device)
		return domain_of_device(ctx);
	return ctx->opt.group ? domain_of_group(ctx) : domain_named(ctx);
}

/* ---- what is known of one ---- */

/* VFIO's objects of the group on a domain that is no driver's and no default one. */
static void find_holder(struct context *ctx, struct iova_subject *subject)
{
	const struct ptrs *groups = &subject->domain->groups;

	for (size_t i = 0; i < groups->nr && !subject->held; i++) {
		struct failure failure = kernel_vfio_holder(ctx->k, groups->at[i], &subject->holder);

		if (!failed(failure))
			subject->held = groups->at[i];
		else if (failure.status != STATUS_ABSENT)
			subject->holder_failure = first_failure(subject->holder_failure, failure);
	}
}

static void learn(struct context *ctx, struct domain *domain, struct iova_subject *ret)
{
	struct arena *arena = &ctx->session->arena;
	uint32_t id;

	*ret = (struct iova_subject){ .domain = domain };
	ret->what = domain_id_on(domain, NULL, &id) ? arena_printf(arena, "domain 0x%x", id) :
						      arena_printf(arena, "domain %" PRIx64, domain->at.v);
	ret->failure = kernel_iova_allocator(ctx->k, domain, &ret->allocator);
	ret->has_allocator = !failed(ret->failure);
	if (domain->type == DOMAIN_UNMANAGED)
		find_holder(ctx, ret);
}

/* ---- one domain ---- */

static const char *users(struct context *ctx, const struct domain *domain)
{
	struct arena *arena = &ctx->session->arena;
	const struct ptrs *groups = domain->groups.nr ? &domain->groups : &domain->default_of;
	const char *line = "";

	for (size_t i = 0; i < groups->nr && i < 4; i++)
		line = arena_printf(arena, "%s%s%" PRId64, line, i ? ", " : "",
				    ((const struct group *)groups->at[i])->id);
	if (!groups->nr)
		return "";
	return arena_printf(arena, "%s%s %s%s%s%s", domain->groups.nr ? ", group" : ", left for another one, group",
			    groups->nr == 1 ? "" : "s", line, groups->nr > 4 ? ", ..." : "",
			    domain->devices.nr ? ": " : "",
			    !domain->devices.nr ? "" :
			    domain->devices.nr == 1 ? ((const struct device *)domain->devices.at[0])->name :
			    arena_printf(arena, "%s and %zu more", ((const struct device *)domain->devices.at[0])->name,
					 domain->devices.nr - 1));
}

static void put_heading(struct context *ctx, const struct iova_subject *subject)
{
	struct sink *sink = ctx->sink;
	const struct domain *domain = subject->domain;

	put_domain_id(ctx, "domain_id", domain, NULL);
	sink_hex(sink, "address", domain->at.v);
	sink_string(sink, "type", word_domain_type(domain));
	sink_list(sink, "groups");
	for (size_t i = 0; i < domain->groups.nr; i++)
		sink_count(sink, NULL, (uint64_t)((const struct group *)domain->groups.at[i])->id);
	sink_list_end(sink);
	sink_heading(sink, "%s, %s%s", subject->what, word_domain_type(domain), users(ctx, domain));
}

/* Nobody keeps account: why not. */
static void say_none(struct context *ctx, const struct iova_subject *subject)
{
	switch (subject->domain->type) {
	case DOMAIN_IDENTITY:
		sink_say(ctx->sink, "  tree", "none: the device's addresses are physical ones");
		break;
	case DOMAIN_BLOCKED:
		sink_say(ctx->sink, "  tree", "none: the device reaches nothing");
		break;
	case DOMAIN_DMA:
	case DOMAIN_DMA_FQ:
		sink_say(ctx->sink, "  tree", "none yet");
		break;
	default:
		sink_say(ctx->sink, "  tree", "none of the DMA layer: whoever made the domain chooses its addresses");
	}
}

static void put_allocator(struct context *ctx, struct iova_subject *subject)
{
	const struct iova_allocator *a = &subject->allocator;

	put_address(ctx, "allocator", a->at);
	put_address(ctx, "cookie", a->cookie);
	sink_bool(ctx->sink, "is_set_up", a->is_set_up);
	if (a->is_set_up)
		put_iova_domain(ctx, subject);
	else
		sink_say(ctx->sink, "  tree", "%" PRIx64 ": not set up yet, nothing was mapped through it", a->at.v);
}

static void put_subject(struct context *ctx, struct iova_subject *subject)
{
	sink_begin(ctx->sink, NULL);
	put_heading(ctx, subject);
	if (subject->has_allocator) {
		put_allocator(ctx, subject);
	} else {
		sink_null(ctx->sink, "allocator");
		if (subject->held)
			put_iova_vfio(ctx, subject);
		else if (subject->failure.status == STATUS_ABSENT)
			say_none(ctx, subject);
	}
	sink_end(ctx->sink);
	say_if_not_all(ctx, arena_printf(&ctx->session->arena, "tell whether %s is VFIO's", subject->what),
		       subject->holder_failure);
	if (failed(subject->failure) && subject->failure.status != STATUS_ABSENT)
		cannot(ctx, arena_printf(&ctx->session->arena, "read the allocator of %s", subject->what),
		       subject->failure);
}

static void put_addresses(struct context *ctx, const struct iova_subject *subject, const uint64_t *addresses)
{
	if (!ctx->opt.nr_words)
		return;
	sink_list(ctx->sink, "addresses");
	for (int i = 0; i < ctx->opt.nr_words; i++)
		put_iova_address(ctx, subject, addresses[i]);
	sink_list_end(ctx->sink);
}

/* ---- all of them ---- */

static void put_selected(struct context *ctx, const uint64_t *addresses)
{
	struct domain *domain = select_domain(ctx);
	struct iova_subject subject;
	struct dma_debug debug;

	if (!domain)
		return;
	learn(ctx, domain, &subject);
	sink_list(ctx->sink, "domains");
	put_subject(ctx, &subject);
	sink_list_end(ctx->sink);
	if (read_dma_debug(ctx, &debug)) {
		subject.debug = &debug;
		put_dma_debug(ctx, &debug, domain);
	}
	put_addresses(ctx, &subject, addresses);
}

/* A line a domain: more is told of one that is named, or with -v. */
static const struct column overview[] = {
	{ .key = "domain", .head = "DOMAIN", .width = 8 },
	{ .key = "type", .head = "TYPE", .width = 9 },
	{ .key = "used", .head = "IN USE", .right = true, .width = 9 },
	{ .key = "freed", .head = "FREED", .right = true, .width = 9 },
	{ .key = "free", .head = "FREE < 4G", .right = true, .width = 9 },
	{ .key = "fits", .head = "FITS < 4G", .right = true, .width = 9 },
	{ .key = "users", .head = "GROUPS: DEVICES" },
};

static const char *amount_of(char buf[WORD_MAX], const struct iova_allocator *a, uint64_t granules)
{
	return granules ? word_amount(buf, iova_bytes(a, granules)) : "-";
}

static void put_allocator_cells(struct context *ctx, const struct iova_allocator *a)
{
	struct sink *sink = ctx->sink;
	char word[WORD_MAX];
	struct iova_sum sum;
	uint64_t at, last = a->has_last && a->last < a->end32 ? a->last : a->end32 - 1;
	bool holders_known = !failed(a->ranges_failure) && !failed(a->cached_failure) && !failed(a->queued_failure);

	if (!a->is_set_up) {
		sink_cell(sink, "used", "not set up");
		return;
	}
	iova_sum_up(a, a->start, iova_end(a), &sum);
	if (failed(a->ranges_failure))
		sink_cell(sink, "used", "?");
	else
		sink_cell(sink, "used", "%s%s", holders_known ? "" : "<=", amount_of(word, a, sum.held[IOVA_IN_USE]));
	if (!holders_known && !(sum.held[IOVA_CACHED] + sum.held[IOVA_PENDING]))
		sink_cell(sink, "freed", "?");
	else
		sink_cell(sink, "freed", "%s%s", holders_known ? "" : ">=",
			  amount_of(word, a, sum.held[IOVA_CACHED] + sum.held[IOVA_PENDING]));
	if (failed(a->ranges_failure))
		return;
	iova_sum_up(a, a->start, last, &sum);
	sink_cell(sink, "free", "%s", amount_of(word, a, sum.free));
	sink_cell(sink, "fits", "%s", amount_of(word, a, iova_largest_fit(a, last, false, &at)));
}

static void put_area_cells(struct context *ctx, const struct iova_subject *subject)
{
	const struct ptrs *areas = &subject->holder.areas;
	uint64_t bytes = 0;
	char word[WORD_MAX];

	for (size_t i = 0; i < areas->nr; i++)
		bytes += ((const struct vfio_area *)areas->at[i])->size;
	sink_cell(ctx->sink, "used", "%s%s", failed(subject->holder.areas_failure) ? ">=" : "",
		  bytes ? word_amount(word, bytes) : "-");
}

static void put_line(struct context *ctx, struct iova_subject *subject)
{
	struct sink *sink = ctx->sink;
	const struct domain *domain = subject->domain;
	const char *line = users(ctx, domain);
	uint32_t id;

	sink_row(sink);
	if (domain_id_on(domain, NULL, &id))
		sink_cell(sink, "domain", "0x%x", id);
	else
		sink_cell(sink, "domain", "%" PRIx64, domain->at.v);
	sink_cell(sink, "type", "%s", word_domain_type(domain));
	if (subject->has_allocator)
		put_allocator_cells(ctx, &subject->allocator);
	else if (subject->held)
		put_area_cells(ctx, subject);
	sink_cell(sink, "users", "%s", *line ? line + 2 : "-");
	sink_row_end(sink);
	say_allocator_failures(ctx, &subject->allocator);
}

/* Domains of which somebody keeps account. */
static void put_all(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	bool in_full = ctx->opt.json || ctx->opt.verbose, any = false;
	struct failure holders = NO_FAILURE;
	struct iova_subject subject;
	struct dma_debug debug;

	sink_list(ctx->sink, "domains");
	for (size_t i = 0; i < inv->domains.nr && !target_interrupted(ctx->session->target); i++) {
		learn(ctx, inv->domains.at[i], &subject);
		holders = first_failure(holders, subject.holder_failure);
		if (subject.failure.status == STATUS_ABSENT && !subject.held)
			continue;
		if (!any && !in_full)
			sink_table(ctx->sink, overview, sizeof(overview) / sizeof(overview[0]));
		any = true;
		if (in_full || (failed(subject.failure) && subject.failure.status != STATUS_ABSENT))
			put_subject(ctx, &subject);
		else
			put_line(ctx, &subject);
	}
	sink_list_end(ctx->sink);
	if (!any && !failed(inv->domains_failure))
		sink_heading(ctx->sink, "no domain has an allocator of IOVAs: none is of type DMA%s",
			     failed(holders) ? "" : ", and VFIO has none");
	say_if_not_all(ctx, "tell which domains are VFIO's", holders);
	say_if_not_all(ctx, "list domains", inv->domains_failure);
	put_bounce_buffers(ctx);
	if (read_dma_debug(ctx, &debug))
		put_dma_debug(ctx, &debug, NULL);
}

void cmd_iova(struct context *ctx)
{
	const uint64_t *addresses = parse_addresses(ctx, 0);

	if (!addresses)
		return;
	if (has_selection(&ctx->opt))
		put_selected(ctx, addresses);
	else
		put_all(ctx);
}
