// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu groups: who is in them, which domain they should have and which they have. */
#include "cmd.h"

#include <inttypes.h>
#include <string.h>

static const struct column columns[] = {
	{ .key = "id", .head = "GROUP", .right = true },
	{ .key = "default_type", .head = "DEFAULT", .width = 8 },
	{ .key = "type", .head = "NOW", .width = 9 },
	{ .key = "domain_id", .head = "DOMAIN" },
	{ .key = "owner", .head = "OWNER", .width = 5 },
	{ .key = "members", .head = "DEVICES (DRIVER)" },
};

/* What holds the group for user space, as far as the core tells. */
static const char *owner_word(struct context *ctx, const struct group *group)
{
	return kernel_is_claimed_by_vfio(ctx->k, group) ? "VFIO" : "user";
}

static void put_owner(struct context *ctx, const struct group *group)
{
	struct sink *sink = ctx->sink;
	const char *who;

	if (!group->is_claimed) {
		sink_null(sink, "owner");
		if (!group->tells_owner)
			sink_cell(sink, "owner", "?");
		return;
	}
	who = owner_word(ctx, group);
	sink_begin(sink, "owner");
	sink_string(sink, "kind", who);
	put_owner_address(ctx, "address", group);
	sink_end(sink);
	sink_cell(sink, "owner", "%s", who);
	if (ctx->opt.verbose)
		sink_say(sink, "  owner", "%s  at %s", who,
			 word_address(ctx, group->owner));
}

static void put_members(struct context *ctx, const struct group *group)
{
	struct sink *sink = ctx->sink;
	const char *line = "";

	sink_list(sink, "devices");
	for (size_t i = 0; i < group->devices.nr; i++) {
		const struct device *dev = group->devices.at[i];

		sink_row(sink);
		sink_string(sink, "device", dev->name);
		sink_string(sink, "driver", dev->driver);
		sink_row_end(sink);
		if (i < 2)
			line = arena_printf(&ctx->session->arena, "%s%s%s (%s)", line, i ? ", " : "",
					    dev->name, word_driver(dev));
	}
	sink_list_end(sink);
	if (group->devices.nr > 2)
		line = arena_printf(&ctx->session->arena, "%s, %zu more", line,
				    group->devices.nr - 2);
	if (failed(group->failure))
		line = arena_printf(&ctx->session->arena, "%s %s", line,
				    word_no_value(group->failure.status));
	sink_cell(sink, "members", "%s", *line ? line : "none");
}

/* The numbers of the types in the kernel, which order regions that start alike. */
static int type_order(const struct reserved_region *region)
{
	static const char *const types[] = { "direct", "direct-relaxable", "reserved", "msi" };
	int i = 0;

	while (i < 4 && strcmp(region->type, types[i]) != 0)
		i++;
	return i;
}

static bool is_before(const struct reserved_region *a, const struct reserved_region *b)
{
	return a->start != b->start ? a->start < b->start : type_order(a) < type_order(b);
}

/* A region that goes on where another one of its type is, or ends, is one with it. */
static bool is_joined(const struct ptrs *list, const struct reserved_region *region)
{
	for (size_t i = 0; i < list->nr; i++) {
		struct reserved_region *item = list->at[i];

		if (strcmp(item->type, region->type) != 0 || region->last < region->start ||
		    item->last < item->start || region->start < item->start ||
		    (region->start > item->last && region->start - item->last > 1))
			continue;
		if (region->last > item->last)
			item->last = region->last;
		return true;
	}
	return false;
}

static void sort_regions(const struct ptrs *list)
{
	for (size_t i = 1; i < list->nr; i++) {
		for (size_t j = i; j && is_before(list->at[j], list->at[j - 1]); j--) {
			void *later = list->at[j - 1];

			list->at[j - 1] = list->at[j];
			list->at[j] = later;
		}
	}
}

/* The regions of all devices of the group, sorted by address and joined, as the kernel's file
 * /sys/kernel/iommu_groups/N/reserved_regions lists them (drivers/iommu/iommu.c, iommu_insert_resv_region()). */
static struct failure collect_regions(struct context *ctx, const struct group *group, struct ptrs *ret)
{
	struct ptrs all = { 0 };
	struct failure failure = NO_FAILURE;

	for (size_t i = 0; i < group->devices.nr; i++) {
		const struct device *dev = group->devices.at[i];
		const struct vendor *vendor = kernel_vendor_of_device(ctx->k, dev);

		if (vendor && vendor->reserved_regions)
			failure = first_failure(failure, vendor->reserved_regions(ctx->k, dev, &all));
	}
	sort_regions(&all);
	for (size_t i = 0; i < all.nr; i++) {
		if (!is_joined(ret, all.at[i]))
			ptrs_push(&ctx->session->arena, ret, all.at[i]);
	}
	return failure;
}

/* Every device is known, and its vendor tells them. */
static bool are_regions_known(struct context *ctx, const struct group *group)
{
	for (size_t i = 0; i < group->devices.nr; i++) {
		const struct vendor *vendor = kernel_vendor_of_device(ctx->k, group->devices.at[i]);

		if (!vendor || !vendor->reserved_regions)
			return false;
	}
	return !failed(group->failure);
}

/* The failure is of the list not being whole: devices, and groups, share what it is read from. */
static struct failure put_regions(struct context *ctx, const struct group *group)
{
	struct ptrs regions = { 0 };
	struct sink *sink = ctx->sink;
	struct failure failure;

	if (!are_regions_known(ctx, group)) {
		sink_null(sink, "reserved_regions");
		return NO_FAILURE;
	}
	failure = collect_regions(ctx, group, &regions);
	sink_list(sink, "reserved_regions");
	for (size_t i = 0; i < regions.nr; i++) {
		const struct reserved_region *region = regions.at[i];

		sink_row(sink);
		sink_hex(sink, "start", region->start);
		sink_hex(sink, "end", region->last);
		sink_string(sink, "type", region->type);
		if (region->unsure)
			sink_string(sink, "unsure", region->unsure);
		sink_row_end(sink);
		if (ctx->opt.verbose)
			sink_say(sink, "  reserved", "%12" PRIx64 " - %-12" PRIx64 "  %s%s%s",
				 region->start, region->last, region->type, region->unsure ? ", " : "",
				 region->unsure ? region->unsure : "");
	}
	sink_list_end(sink);
	return failure;
}

static const char *group_domain(struct context *ctx, const struct domain *domain, struct failure failure)
{
	if (failed(failure))
		return word_no_value(failure.status);
	return word_domain(ctx, domain, domain ? domain->at : kva_of(0));
}

static void say_verbose(struct context *ctx, const struct group *group)
{
	struct sink *sink = ctx->sink;

	if (!ctx->opt.verbose)
		return;
	sink_heading(sink, "group %" PRId64 "%s%s  at %" PRIx64, group->id, group->name ? "  " : "",
		     group->name ? group->name : "", group->at.v);
	for (size_t i = 0; i < group->devices.nr; i++) {
		const struct device *dev = group->devices.at[i];

		sink_say(sink, "  device", "%s  driver %s", dev->name, word_driver(dev));
	}
	sink_say(sink, "  default", "%s", group_domain(ctx, group->default_domain, group->default_failure));
	sink_say(sink, "  now", "%s", group_domain(ctx, group->domain, group->domain_failure));
	if (group->blocking_domain)
		sink_say(sink, "  blocking", "%s", group_domain(ctx, group->blocking_domain, NO_FAILURE));
}

static struct failure put_group(struct context *ctx, const struct group *group)
{
	struct sink *sink = ctx->sink;
	const struct domain *domain = group->domain;
	struct failure failure;

	say_verbose(ctx, group);
	sink_row(sink);
	sink_count(sink, "id", (uint64_t)group->id);
	sink_hex(sink, "address", group->at.v);
	sink_string(sink, "name", group->name);
	sink_string(sink, "default_type",
		    group->default_domain ? word_domain_type(group->default_domain) : NULL);
	sink_string(sink, "type", domain ? word_domain_type(domain) : NULL);
	if (failed(group->default_failure))
		sink_cell(sink, "default_type", "?");
	if (failed(group->domain_failure))
		sink_cell(sink, "type", "?");
	else if (group_is_off_default(group))
		sink_cell(sink, "type", "%s *", word_domain_type(domain));
	put_domain_id(ctx, "domain_id", domain, NULL);
	put_members(ctx, group);
	put_owner(ctx, group);
	failure = put_regions(ctx, group);
	sink_row_end(sink);
	return failure;
}

static bool is_among(const struct ptrs *groups, const struct group *group)
{
	for (size_t i = 0; i < groups->nr; i++) {
		if (groups->at[i] == group)
			return true;
	}
	return false;
}

/* The groups that were named and that there are. */
static void find_named(struct context *ctx, struct ptrs *ret)
{
	for (int i = -1; i < ctx->opt.nr_words; i++) {
		const char *word = i < 0 ? ctx->opt.group : ctx->opt.words[i];
		const struct group *group = word ? find_group(ctx, word) : NULL;

		if (group)
			ptrs_push(&ctx->session->arena, ret, (void *)group);
	}
}

void cmd_groups(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	struct findings findings = { 0 };
	struct failure regions_failure = NO_FAILURE;
	unsigned nr_differ = 0;
	bool all = !ctx->opt.group && !ctx->opt.nr_words, owner_unknown = false;
	struct ptrs named = { 0 };

	find_named(ctx, &named);
	if (ctx->usage_shown)
		return;
	sink_list(ctx->sink, "groups");
	if (!ctx->opt.verbose)
		sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < inv->groups.nr; i++) {
		const struct group *group = inv->groups.at[i];

		if (!all && !is_among(&named, group))
			continue;
		regions_failure = first_failure(regions_failure, put_group(ctx, group));
		check_owner(ctx->k, group, &findings);
		for (size_t j = 0; j < group->devices.nr; j++)
			check_device_links(ctx->k, group->devices.at[j], &findings);
		owner_unknown |= !group->tells_owner;
		nr_differ += group_is_off_default(group);
	}
	sink_list_end(ctx->sink);
	say_if_not_all(ctx, "list reserved regions", regions_failure);
	for (size_t i = 0; i < inv->groups.nr; i++) {
		if (all || is_among(&named, inv->groups.at[i]))
			say_refused(ctx, &((const struct group *)inv->groups.at[i])->devices);
	}
	check_group_types(ctx->k, &findings);
	put_findings(ctx, &findings);
	if (owner_unknown)
		note_owner_unknown(ctx);
	if (nr_differ)
		sink_note(ctx->sink, NOTE_INFO, "not-default",
			  "%u group%s not on %s default domain now (marked *); sysfs shows at most the "
			  "default", nr_differ, nr_differ == 1 ? " is" : "s are",
			  nr_differ == 1 ? "its" : "their");
	if (failed(inv->groups_failure) && inv->groups.nr)
		could_not_fully(ctx, "list groups", inv->groups_failure);
	else if (failed(inv->groups_failure))
		cannot(ctx, "list groups", inv->groups_failure);
	else if (!inv->groups.nr)
		sink_note(ctx->sink, NOTE_INFO, "no-groups", "there are no groups");
}
