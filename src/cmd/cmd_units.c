// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu units: the hardware, what it can do, which tables and queues it has, whom it serves. */
#include "cmd.h"

#include <inttypes.h>

static const struct column columns[] = {
	{ .key = "device", .head = "UNIT", .width = 12 },
	{ .key = "mmio_pa", .head = "REGISTERS", .width = 9 },
	{ .key = "irq_mode", .head = "INTERRUPTS", .width = 12 },
	{ .key = "nr_devices", .head = "SERVES", .right = true },
	{ .key = "names", .head = "FEATURES" },
};

static void put_features(struct context *ctx, const struct unit_facts *facts)
{
	struct sink *sink = ctx->sink;
	const char *line = "";

	if (!facts->has_features) {
		sink_null(sink, "features");
		sink_cell(sink, "names", "<not known in this kernel>");
		return;
	}
	sink_begin(sink, "features");
	put_values(ctx, &facts->values);
	sink_list(sink, "names");
	for (size_t i = 0; i < facts->features.nr; i++) {
		const char *name = facts->features.at[i];

		sink_string(sink, NULL, name);
		line = arena_printf(&ctx->session->arena, "%s%s%s", line, i ? " " : "", name);
	}
	sink_list_end(sink);
	sink_end(sink);
	sink_cell(sink, "names", "%s", line);
}

/* ---- queues ---- */

static void put_queue(struct context *ctx, const struct unit *unit, const struct queue_kind *kind)
{
	struct sink *sink = ctx->sink;
	struct queue queue;
	struct failure failure = kind->read(ctx->k, unit, &queue);

	if (failed(failure) || kva_is_null(queue.at)) {
		sink_null(sink, kind->key);
		if (ctx->opt.verbose)
			sink_say(sink, "  ring", "%-14s  %s", kind->key,
				 failed(failure) ? word_no_value(failure.status) : "not set up");
		return;
	}
	sink_begin(sink, kind->key);
	sink_hex(sink, "address", queue.at.v);
	sink_count(sink, "bytes", queue.bytes);
	sink_end(sink);
	if (ctx->opt.verbose)
		sink_say(sink, "  ring", "%-14s  %" PRIx64 ", %u entries of %u bytes", kind->key,
			 queue.at.v, queue.bytes / queue.entry_bytes, queue.entry_bytes);
}

/* ---- whom it serves ---- */

static bool are_devices_known(struct context *ctx, const struct unit *unit)
{
	return (unit->vendor && unit->vendor->device_facts) || kernel_inventory(ctx->k)->tells_servers;
}

static void put_served(struct context *ctx, const struct unit *unit)
{
	const struct ptrs *devices = &kernel_inventory(ctx->k)->devices;
	size_t nr = 0;

	if (!are_devices_known(ctx, unit)) {
		sink_null(ctx->sink, "nr_devices");
		sink_null(ctx->sink, "devices");
		if (ctx->opt.verbose)
			sink_say(ctx->sink, "  serves", "not known: this kernel does not say whom");
		return;
	}
	for (size_t i = 0; i < devices->nr; i++)
		nr += device_server(devices->at[i]) == unit;
	sink_count(ctx->sink, "nr_devices", nr);
	sink_list(ctx->sink, "devices");
	for (size_t i = 0; i < devices->nr; i++) {
		const struct device *dev = devices->at[i];

		if (device_server(dev) != unit)
			continue;
		sink_string(ctx->sink, NULL, dev->name);
		if (ctx->opt.verbose)
			sink_say(ctx->sink, "  serves", "%s  driver %s", dev->name, word_driver(dev));
	}
	sink_list_end(ctx->sink);
}

/* ---- what firmware says of it ---- */

static void put_block(struct context *ctx, const struct unit_block *block)
{
	struct sink *sink = ctx->sink;
	const char *line = block->words;

	sink_begin(sink, NULL);
	sink_string(sink, "type", block->type);
	sink_hex(sink, "address", block->at.v);
	put_values(ctx, &block->values);
	sink_list(sink, "devices");
	for (size_t i = 0; i < block->devices.nr; i++) {
		const struct device *dev = block->devices.at[i];

		sink_string(sink, NULL, dev->name);
		line = arena_printf(&ctx->session->arena, "%s%s%s", line, !*line ? "" : i ? " " : "  ", dev->name);
	}
	sink_list_end(sink);
	sink_end(sink);
	if (ctx->opt.verbose)
		sink_say(sink, arena_printf(&ctx->session->arena, "  %s", block->type), "%s  at %" PRIx64,
			 *line ? line : "no device of it is there", block->at.v);
}

/* The blocks of the firmware's table that are about the unit, as its driver keeps them. */
static void put_blocks(struct context *ctx, const struct unit_facts *facts)
{
	if (!facts->has_blocks)
		return;
	sink_list(ctx->sink, "blocks");
	for (size_t i = 0; i < facts->blocks.nr; i++)
		put_block(ctx, facts->blocks.at[i]);
	sink_list_end(ctx->sink);
}

/* ---- one unit ---- */

static void say_verbose(struct context *ctx, const struct unit *unit,
			const struct unit_facts *facts)
{
	struct sink *sink = ctx->sink;

	if (!ctx->opt.verbose)
		return;
	if (unit->has_bdf)
		sink_say(sink, "  segment", "%04x", unit->sbdf >> 16);
	if (unit->has_mmio)
		sink_say(sink, "  MMIO", "registers at %" PRIx64, unit->mmio.v);
	if (facts->irqs_pass)
		sink_say(sink, "  irqs", "not remapped");
	else
		sink_say(sink, "  irqs", "%s entries", facts->irq_mode ? facts->irq_mode : "unknown");
	for (size_t i = 0; i < facts->lines.nr; i++) {
		const struct named_line *line = facts->lines.at[i];

		sink_say(sink, arena_printf(&ctx->session->arena, "  %s", line->label), "%s",
			 line->words);
	}
}

static void put_name(struct context *ctx, const struct unit *unit)
{
	struct sink *sink = ctx->sink;
	char word[WORD_MAX];

	sink_string(sink, "vendor", unit->vendor ? unit->vendor->name : NULL);
	sink_string(sink, "device", unit->has_bdf ? word_bdf(word, unit->sbdf) : NULL);
	if (unit->name)
		sink_string(sink, "name", unit->name);
	sink_cell(sink, "device", "%s", word_unit(word, unit));
	sink_hex(sink, "address", kva_is_null(unit->at) ? unit->core_at.v : unit->at.v);
	if (unit->has_mmio)
		sink_hex(sink, "mmio_pa", unit->mmio.v);
	else
		sink_null(sink, "mmio_pa");
}

/* What only its vendor knows. */
static void put_vendor_facts(struct context *ctx, const struct unit *unit)
{
	struct unit_facts facts = { 0 };
	struct sink *sink = ctx->sink;

	unit->vendor->unit_facts(ctx->k, unit, &facts);
	put_features(ctx, &facts);
	sink_string(sink, "irq_mode", facts.irqs_pass ? "not remapped" : facts.irq_mode);
	put_values(ctx, &facts.more);
	say_verbose(ctx, unit, &facts);
	for (size_t i = 0; i < facts.registers.nr; i++)
		put_register(ctx, facts.registers.at[i]);
	for (const struct queue_kind *kind = unit->vendor->queues; kind && kind->verb; kind++) {
		if (!kind->no_memory)
			put_queue(ctx, unit, kind);
	}
	put_blocks(ctx, &facts);
}

/* What its driver keeps of it is not decoded: that is all there is to say. */
static void put_undecoded(struct context *ctx, const struct unit *unit)
{
	struct sink *sink = ctx->sink;
	const char *driver = unit->driver ? arena_printf(&ctx->session->arena, "driver %s", unit->driver) :
					    "its driver is not known";

	sink_string(sink, "driver", unit->driver);
	sink_null(sink, "features");
	sink_null(sink, "irq_mode");
	sink_cell(sink, "names", "not decoded: %s", driver);
	if (ctx->opt.verbose)
		sink_say(sink, "  driver", "%s; this plugin does not decode its registers, tables and queues",
			 unit->driver ? unit->driver : "not known");
}

static bool is_decoded(const struct unit *unit)
{
	return unit->vendor && unit->vendor->unit_facts && !kva_is_null(unit->at);
}

static void put_unit(struct context *ctx, const struct unit *unit)
{
	char word[WORD_MAX];

	if (ctx->opt.verbose && is_decoded(unit))
		sink_heading(ctx->sink, "unit %s  struct %s at %" PRIx64, word_unit(word, unit),
			     unit->vendor->unit_struct ? unit->vendor->unit_struct : "?", unit->at.v);
	else if (ctx->opt.verbose)
		sink_heading(ctx->sink, "unit %s  struct iommu_device at %" PRIx64,
			     word_unit(word, unit), unit->core_at.v);
	sink_row(ctx->sink);
	put_name(ctx, unit);
	if (is_decoded(unit))
		put_vendor_facts(ctx, unit);
	else
		put_undecoded(ctx, unit);
	put_served(ctx, unit);
	sink_row_end(ctx->sink);
}

void cmd_units(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);

	sink_list(ctx->sink, "units");
	if (!ctx->opt.verbose)
		sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < inv->units.nr; i++)
		put_unit(ctx, inv->units.at[i]);
	sink_list_end(ctx->sink);
	if (!inv->units.nr && !failed(inv->units_failure))
		complain_no_unit(ctx, inv->vendors.at[0]);
	say_if_not_all(ctx, "list units", inv->units_failure);
}
