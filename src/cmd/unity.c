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
	const char *state = !answer->has_trouble ? "mapped" :
			    answer->not_known	 ? "not-known" :
			    answer->good	 ? "partly" : "missing";

	sink_string(sink, "table", state);
	sink_count(sink, "mapped_bytes", answer->good);
	if (!answer->has_trouble)
		sink_cell(sink, "table", "one to one, all of it");
	else
		sink_cell(sink, "table", "%s: %" PRIx64 " %s", answer->not_known ? "not known" : state,
			  answer->trouble, answer->what);
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

/* ---- rows ---- */

void ask_unity(struct context *ctx, const struct device *dev, const struct unity_range *range,
	       struct ptrs *rows)
{
	struct unity_row *row = arena_alloc(&ctx->session->arena, sizeof(*row));

	row->dev = dev;
	row->range = *range;
	check_unity(ctx->k, dev, range, &row->answer);
	ctx->interrupted |= row->answer.interrupted;
	ptrs_push(&ctx->session->arena, rows, row);
}

static void put_row(struct context *ctx, const struct unity_row *row, size_t nr_others)
{
	const struct unity_range *range = &row->range;
	struct sink *sink = ctx->sink;

	sink_row(sink);
	sink_string(sink, "device", row->dev->name);
	if (nr_others)
		sink_cell(sink, "device", "%s and %zu more", row->dev->name, nr_others);
	sink_hex(sink, "start", range->first);
	sink_hex(sink, "end", range->last);
	sink_bool(sink, "read", range->read);
	sink_bool(sink, "write", range->write);
	sink_cell(sink, "perm", "%s", word_perm(range->read, range->write));
	sink_string(sink, "by", range->by);
	put_answer(ctx, &row->answer);
	sink_row_end(sink);
}

/* Rows that differ in the device alone. */
struct alike {
	const struct unity_row *first;
	size_t nr;
};

static bool is_alike(const struct unity_row *a, const struct unity_row *b)
{
	const struct unity_answer *x = &a->answer, *y = &b->answer;

	return is_same_unity_range(&a->range, &b->range) && x->failure.status == y->failure.status &&
	       x->has_table == y->has_table && x->state == y->state && x->good == y->good &&
	       x->has_trouble == y->has_trouble && x->trouble == y->trouble && x->what == y->what;
}

static void add_alike(struct context *ctx, struct ptrs *list, const struct unity_row *row)
{
	struct alike *item;

	for (size_t i = 0; i < list->nr; i++) {
		item = list->at[i];
		if (is_alike(item->first, row)) {
			item->nr++;
			return;
		}
	}
	item = arena_alloc(&ctx->session->arena, sizeof(*item));
	*item = (struct alike){ row, 1 };
	ptrs_push(&ctx->session->arena, list, item);
}

static void put_alike(struct context *ctx, const struct ptrs *rows)
{
	struct ptrs list = { 0 }; /* struct alike */

	for (size_t i = 0; i < rows->nr; i++)
		add_alike(ctx, &list, rows->at[i]);
	for (size_t i = 0; i < list.nr; i++) {
		const struct alike *item = list.at[i];

		put_row(ctx, item->first, item->nr - 1);
	}
}

/* ---- what could not be read ---- */

/* A table is shared by devices: one sentence for each failure. */
struct unread {
	struct failure failure;
	const char *first;
	size_t nr;
};

static void add_unread(struct context *ctx, struct ptrs *list, const struct unity_row *row)
{
	struct failure failure = row->answer.unread;
	struct unread *item;

	for (size_t i = 0; i < list->nr; i++) {
		item = list->at[i];
		if (item->failure.status == failure.status && item->failure.at == failure.at) {
			item->nr++;
			return;
		}
	}
	item = arena_alloc(&ctx->session->arena, sizeof(*item));
	*item = (struct unread){ failure, row->dev->name, 1 };
	ptrs_push(&ctx->session->arena, list, item);
}

static void say_unread(struct context *ctx, const struct ptrs *rows)
{
	struct arena *arena = &ctx->session->arena;
	struct ptrs list = { 0 }; /* struct unread */

	for (size_t i = 0; i < rows->nr; i++) {
		if (failed(((const struct unity_row *)rows->at[i])->answer.unread))
			add_unread(ctx, &list, rows->at[i]);
	}
	for (size_t i = 0; i < list.nr; i++) {
		const struct unread *item = list.at[i];
		const char *others = item->nr == 1 ? "" :
						     arena_printf(arena, " (and for %zu more ranges)", item->nr - 1);

		could_not_fully(ctx, arena_printf(arena, "read the page table of %s%s", item->first, others),
				item->failure);
	}
}

static bool is_whole(const struct ptrs *rows)
{
	for (size_t i = 0; i < rows->nr; i++) {
		const struct unity_answer *answer = &((const struct unity_row *)rows->at[i])->answer;

		if (failed(answer->failure) || failed(answer->unread) || answer->interrupted)
			return false;
	}
	return true;
}

struct unity_result put_unity_rows(struct context *ctx, const struct ptrs *rows)
{
	struct findings findings = { 0 };

	sink_list(ctx->sink, "unity");
	if (rows->nr)
		sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	if (!ctx->opt.json && !ctx->opt.verbose)
		put_alike(ctx, rows);
	else
		for (size_t i = 0; i < rows->nr; i++)
			put_row(ctx, rows->at[i], 0);
	sink_list_end(ctx->sink);
	check_unity_rows(ctx->k, rows, &findings);
	put_findings(ctx, &findings);
	say_unread(ctx, rows);
	return (struct unity_result){ findings.nr_wrong, is_whole(rows) };
}

/* ---- every range for every device ---- */

static void ask_wanted_of(struct context *ctx, const struct firmware *firmware,
			  const struct device *dev, struct ptrs *rows)
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

		if (range_has_pages(wanted) && firmware->has_range(firmware, wanted, dev))
			ask_unity(ctx, dev, &range, rows);
	}
}

/* What the driver maps of its own accord, in the same way. False, after a sentence: it could not be read. */
static bool ask_drivers_of(struct context *ctx, const struct device *dev, struct ptrs *rows)
{
	const struct vendor *vendor = device_unit(dev)->vendor;
	struct ptrs regions = { 0 };
	struct failure failure = vendor->reserved_regions ?
					 vendor->reserved_regions(ctx->k, dev, &regions) : NO_FAILURE;

	for (size_t i = 0; i < regions.nr && !failed(failure); i++) {
		const struct reserved_region *region = regions.at[i];
		struct unity_range range = { region->first_page, region->last_page, region->read,
					     region->write, "the driver" };

		if (region->unity && region->by_driver && !region->unsure)
			ask_unity(ctx, dev, &range, rows);
	}
	return !failed(failure);
}

struct unity_result put_wanted_ranges(struct context *ctx, const struct firmware *firmware)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	struct ptrs rows = { 0 };
	bool drivers_known = true; /* where it is not, the comparison said so */

	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (target_interrupted(ctx->k->target))
			break;
		if (!device_unit(dev))
			continue;
		if (!failed(firmware->places))
			ask_wanted_of(ctx, firmware, dev, &rows);
		drivers_known = drivers_known && ask_drivers_of(ctx, dev, &rows);
	}
	return put_unity_rows(ctx, &rows);
}
