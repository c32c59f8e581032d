// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu devices: one line a device. */
#include "cmd.h"

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
	struct translation translation;
	char words[WORD_MAX];
	enum status status;

	if (!dev->unit) {
		sink_null(ctx->sink, "state");
		return;
	}
	status = ctx->k->vendor->device_translation(ctx->k, dev->sbdf, &translation);
	sink_string(ctx->sink, "state", word_dma_state(translation.state));
	if (status != STATUS_OK)
		sink_cell(ctx->sink, "state", "%s", in_place(status));
	else if (translation.state == DMA_TRANSLATED)
		sink_cell(ctx->sink, "state", "%s", word_table(words, &translation.root));
	else if (translation.state == DMA_ILLEGAL)
		sink_cell(ctx->sink, "state", "<illegal entry>");
}

static void put_unit(struct context *ctx, const struct device *dev)
{
	char bdf[WORD_MAX];

	if (dev->unit && dev->unit->has_bdf)
		sink_string(ctx->sink, "unit", word_bdf(bdf, dev->unit->sbdf));
	else if (dev->unit)
		sink_string(ctx->sink, "unit", "?");
	else
		sink_null(ctx->sink, "unit");
}

static void put_row(struct context *ctx, const struct device *dev)
{
	const struct domain *domain = dev->domain;
	struct sink *sink = ctx->sink;
	char bdf[WORD_MAX];

	sink_row(sink);
	sink_string(sink, "device", dev->name);
	if (dev->group)
		sink_count(sink, "group", (uint64_t)dev->group->id);
	else
		sink_null(sink, "group");
	sink_string(sink, "driver", dev->driver);
	if (!domain && dev->group)
		domain = dev->group->domain;
	put_domain_id(ctx, "domain_id", domain && domain->has_id, domain ? domain->id : 0);
	sink_string(sink, "type", domain ? word_domain_type(domain) : NULL);
	put_state(ctx, dev);
	put_unit(ctx, dev);
	sink_string(sink, "alias", dev->has_alias ? word_bdf(bdf, dev->alias_sbdf) : NULL);
	sink_row_end(sink);
}

void cmd_devices(struct context *ctx)
{
	struct inventory *inv = kernel_inventory(ctx->k);
	uint32_t sbdf = 0;
	uint64_t group = 0;
	size_t shown = 0;

	if (ctx->opt.device && !parse_bdf(ctx, ctx->opt.device, &sbdf))
		return;
	if (ctx->opt.group && !parse_count(ctx, ctx->opt.group, "a group", &group))
		return;
	sink_list(ctx->sink, "devices");
	sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (ctx->opt.device && (!device_has_id(dev) || dev->sbdf != sbdf))
			continue;
		if (ctx->opt.group && (!dev->group || (uint64_t)dev->group->id != group))
			continue;
		put_row(ctx, dev);
		shown++;
	}
	sink_list_end(ctx->sink);
	if (!shown && ctx->opt.device)
		complain(ctx, "no-such-device", "the kernel has no device %s", ctx->opt.device);
	else if (!shown && ctx->opt.group)
		complain(ctx, "no-such-group", "no device is in group %s", ctx->opt.group);
	if (inv->devices_status != STATUS_OK)
		not_all_at(ctx, "list devices", inv->devices_status, inv->devices_missing,
			   inv->devices_at);
}
