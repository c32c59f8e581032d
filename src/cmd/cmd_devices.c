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

	if (ctx->opt.verbose)
		sink_heading(sink, "%s  driver %s", dev->name, dev->driver ? dev->driver : "-");
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
	if (ctx->opt.verbose)
		put_device_details(ctx, dev);
	sink_row_end(sink);
}

/* The devices that were named, -d among them; false, after a sentence, when one is no name. */
static bool named_devices(struct context *ctx, uint32_t *ret, unsigned *nr)
{
	*nr = 0;
	if (ctx->opt.device && !parse_bdf(ctx, ctx->opt.device, &ret[(*nr)++]))
		return false;
	for (int i = 0; i < ctx->opt.nr_words; i++) {
		if (!parse_bdf(ctx, ctx->opt.words[i], &ret[(*nr)++]))
			return false;
	}
	return true;
}

static bool is_among(const struct device *dev, const uint32_t *names, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		if (device_has_id(dev) && dev->sbdf == names[i])
			return true;
	}
	return false;
}

static void complain_of_strangers(struct context *ctx, const uint32_t *names, unsigned nr)
{
	char bdf[WORD_MAX];

	for (unsigned i = 0; i < nr; i++) {
		if (!kernel_find_device(ctx->k, names[i]))
			complain(ctx, "no-such-device", "the kernel has no device %s",
				 word_bdf(bdf, names[i]));
	}
}

void cmd_devices(struct context *ctx)
{
	struct inventory *inv = kernel_inventory(ctx->k);
	uint32_t *names = arena_alloc(&ctx->session->arena,
				      ((unsigned)ctx->opt.nr_words + 1) * sizeof(*names));
	unsigned nr_names;
	uint64_t group = 0;
	size_t shown = 0;

	if (!named_devices(ctx, names, &nr_names))
		return;
	if (ctx->opt.group && !parse_count(ctx, ctx->opt.group, "a group", &group))
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
		if (ctx->opt.group && (!dev->group || (uint64_t)dev->group->id != group))
			continue;
		put_row(ctx, dev);
		shown++;
	}
	sink_list_end(ctx->sink);
	complain_of_strangers(ctx, names, nr_names);
	if (!shown && ctx->opt.group)
		complain(ctx, "no-such-group", "no device is in group %s", ctx->opt.group);
	if (inv->devices_status != STATUS_OK)
		not_all_at(ctx, "list devices", inv->devices_status, inv->devices_missing,
			   inv->devices_at);
}
