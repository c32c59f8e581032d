// SPDX-License-Identifier: GPL-2.0-or-later
/* Shows memory that firmware wants devices to reach at its own address, and what their page tables make of it. */
#include "firmware.h"

#include <inttypes.h>

static const struct column columns[] = {
	{ .key = "device", .head = "DEVICE", .width = 12 },
	{ .key = "start", .head = "START", .width = 10 },
	{ .key = "end", .head = "END", .width = 10 },
	{ .key = "perm", .head = "PERM" },
	{ .key = "by", .head = "ASKED FOR BY", .width = 12 },
	{ .key = "table", .head = "PAGE TABLE NOW" },
};

static void put_table(struct context *ctx, const struct unity_answer *answer)
{
	struct sink *sink = ctx->sink;
	const char *state = !answer->has_trouble ? "mapped" : answer->good ? "partly" : "missing";

	sink_string(sink, "table", state);
	sink_count(sink, "mapped_bytes", answer->good);
	if (!answer->has_trouble)
		sink_cell(sink, "table", "one to one, all of it");
	else
		sink_cell(sink, "table", "%s: %" PRIx64 " %s", state, answer->trouble, answer->what);
}

static void put_answer(struct context *ctx, const struct unity_answer *answer)
{
	struct sink *sink = ctx->sink;

	if (failed(answer->failure)) {
		sink_null(sink, "table");
		sink_cell(sink, "table", "%s", word_no_value(answer->failure.status));
	} else if (answer->has_table) {
		put_table(ctx, answer);
	} else {
		sink_string(sink, "table", word_dma_state(answer->state));
		sink_cell(sink, "table", "%s%s", word_dma_state(answer->state),
			  answer->has_trouble ? "" : ": reaches it");
	}
}

void put_unity(struct context *ctx, const struct device *dev, const struct unity_range *range,
	       struct unity_rows *rows)
{
	struct sink *sink = ctx->sink;
	struct findings findings = { 0 };
	struct unity_answer answer;

	check_unity(ctx->k, dev, range, &answer, &findings);
	if (!rows->begun)
		sink_table(sink, columns, sizeof(columns) / sizeof(columns[0]));
	rows->begun = true;
	sink_row(sink);
	sink_string(sink, "device", dev->name);
	sink_hex(sink, "start", range->first);
	sink_hex(sink, "end", range->last);
	sink_bool(sink, "read", range->read);
	sink_bool(sink, "write", range->write);
	sink_cell(sink, "perm", "%s", word_perm(range->read, range->write));
	sink_string(sink, "by", range->by);
	put_answer(ctx, &answer);
	sink_row_end(sink);
	put_findings(ctx, &findings);
	rows->findings.nr_wrong += findings.nr_wrong;
	ctx->interrupted |= answer.interrupted;
	if (failed(answer.unread))
		could_not_fully(ctx, arena_printf(&ctx->session->arena, "read the page table of %s",
						  dev->name), answer.unread);
}

static void put_wanted_of(struct context *ctx, const struct firmware *firmware,
			  const struct device *dev, struct unity_rows *rows)
{
	for (size_t i = 0; i < firmware->ranges.nr; i++) {
		const struct firmware_range *wanted = firmware->ranges.at[i];
		struct unity_range range = {
			.first = wanted->first_page,
			.last = wanted->last_page,
			.read = wanted->read,
			.write = wanted->write,
			.by = arena_printf(&ctx->session->arena, "%s +%x", wanted->block,
					   wanted->offset),
		};

		if (dev->sbdf >= wanted->first_id && dev->sbdf <= wanted->last_id)
			put_unity(ctx, dev, &range, rows);
	}
}

void put_wanted_ranges(struct context *ctx, const struct firmware *firmware,
		       struct unity_rows *rows)
{
	const struct inventory *inv = kernel_inventory(ctx->k);

	sink_list(ctx->sink, "unity");
	for (size_t i = 0; i < inv->devices.nr && firmware->ranges.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (target_interrupted(ctx->k->target))
			break;
		if (device_unit(dev))
			put_wanted_of(ctx, firmware, dev, rows);
	}
	sink_list_end(ctx->sink);
}
