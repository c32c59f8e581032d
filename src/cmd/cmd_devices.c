// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu devices: one line a device; -v: all that is known of one. */
#include "cmd.h"
#include "device_details.h"

#include <inttypes.h>

static const struct column columns[] = {
	{ .key = "device", .head = "DEVICE", .width = 12 },
	{ .key = "group", .head = "GROUP", .right = true },
	{ .key = "driver", .head = "DRIVER", .width = 10 },
	{ .key = "domain_id", .head = "DOMAIN" },
	{ .key = "type", .head = "TYPE", .width = 9 },
	{ .key = "state", .head = "DMA", .width = 11 },
	{ .key = "unit", .head = "UNIT", .width = 12 },
	{ .key = "alias", .head = "ALIAS" },
};

static void put_state(struct context *ctx, const struct device *dev)
{
	const struct unit *unit = device_unit(dev);
	struct entry entry = { 0 };
	const struct translation *t = &entry.translation;
	struct failure failure;

	if (!unit || !unit->vendor->read_entry) {
		put_entry_legality(ctx, DMA_UNKNOWN, NULL, NULL);
		sink_null(ctx->sink, "state");
		if (device_server(dev))
			sink_cell(ctx->sink, "state", "not decoded");
		return;
	}
	failure = unit->vendor->read_entry(ctx->k, dev->streams.at[0], &entry);
	put_entry_legality(ctx, t->state, t->why, entry.doubt);
	sink_string(ctx->sink, "state", word_dma_state(t->state));
	if (failed(failure))
		sink_cell(ctx->sink, "state", "%s", word_no_value(failure.status));
	else if (t->state == DMA_TRANSLATED)
		sink_cell(ctx->sink, "state", "%s", word_tables(ctx, t));
	else if (t->state == DMA_ILLEGAL)
		sink_cell(ctx->sink, "state", "aborted, illegal");
}

static void put_unit(struct context *ctx, const struct device *dev)
{
	const struct unit *unit = device_server(dev);
	char word[WORD_MAX];

	if (unit)
		sink_string(ctx->sink, "unit", word_unit(word, unit));
	else
		sink_null(ctx->sink, "unit");
	if (!unit && !kva_is_null(dev->unknown_unit))
		sink_cell(ctx->sink, "unit", "%s", word_no_value(STATUS_DAMAGED));
}

static void put_row(struct context *ctx, const struct device *dev)
{
	const struct domain *domain = device_domain(dev);
	const struct stream *alias = device_alias(dev);
	struct sink *sink = ctx->sink;
	char bdf[WORD_MAX];

	if (ctx->opt.verbose)
		sink_heading(sink, "%s  driver %s", dev->name, word_driver(dev));
	sink_row(sink);
	sink_string(sink, "device", dev->name);
	put_group_of(ctx, dev);
	sink_string(sink, "driver", dev->driver);
	put_domain_id(ctx, "domain_id", domain, device_unit(dev));
	sink_string(sink, "type", domain ? word_domain_type(domain) : NULL);
	put_state(ctx, dev);
	put_unit(ctx, dev);
	sink_string(sink, "alias", alias ? word_bdf(bdf, alias->id) : NULL);
	if (ctx->opt.verbose)
		put_device_details(ctx, dev);
	sink_row_end(sink);
}

static bool is_among(const struct device *dev, const uint32_t *names, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		if (dev->has_sbdf && dev->sbdf == names[i])
			return true;
	}
	return false;
}

static void complain_of_strangers(struct context *ctx, const uint32_t *names, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		if (!kernel_find_device(ctx->k, names[i]))
			complain_no_device(ctx, names[i]);
	}
}

void cmd_devices(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	unsigned nr_names;
	uint32_t *names;
	const struct group *group = NULL;
	struct findings findings = { 0 };
	struct ptrs shown = { 0 };
	bool owner_unknown = false;

	if (!parse_devices(ctx, &names, &nr_names))
		return;
	if (ctx->opt.group && !(group = find_group(ctx, ctx->opt.group)))
		return;
	sink_list(ctx->sink, "devices");
	if (!ctx->opt.verbose)
		sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (target_interrupted(ctx->session->target))
			break;
		if (nr_names && !is_among(dev, names, nr_names))
			continue;
		if (group && dev->group != group)
			continue;
		put_row(ctx, dev);
		check_device_links(ctx->k, dev, &findings);
		owner_unknown |= dev->group && !dev->group->tells_owner;
		ptrs_push(&ctx->session->arena, &shown, inv->devices.at[i]);
	}
	sink_list_end(ctx->sink);
	put_findings(ctx, &findings);
	if (owner_unknown && ctx->opt.verbose)
		note_owner_unknown(ctx);
	complain_of_strangers(ctx, names, nr_names);
	say_refused(ctx, &shown);
	if (!shown.nr && group)
		sink_heading(ctx->sink, "no device is in group %" PRId64, group->id);
	say_if_not_all(ctx, "list devices", inv->devices_failure);
}
