// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that firmware wants a device to reach at its own address (IVMD with unity, and exclusion ranges,
 * which Linux maps too), against the page table that the device is on now. Linux maps such ranges in
 * default domains; a domain of user space (VFIO) does not have them.
 */
#include "unity.h"

#include <inttypes.h>

static const struct column columns[] = {
	{ .key = "device", .head = "DEVICE", .width = 12 },
	{ .key = "start", .head = "START", .width = 10 },
	{ .key = "end", .head = "END", .width = 10 },
	{ .key = "perm", .head = "PERM" },
	{ .key = "by", .head = "ASKED FOR BY", .width = 12 },
	{ .key = "table", .head = "PAGE TABLE NOW" },
};

struct check {
	const struct unity_range *range;
	uint64_t next;	    /* first byte not looked at yet */
	uint64_t good;	    /* bytes as they should be */
	bool has_trouble;
	uint64_t trouble;   /* the first byte that is not */
	const char *what;   /* is wrong there */
	enum status unread; /* of the first table that could not be read */
	struct pa unread_pa;
};

static void trouble_at(struct check *check, uint64_t at, const char *what)
{
	if (check->has_trouble)
		return;
	check->has_trouble = true;
	check->trouble = at;
	check->what = what;
}

static bool visit_run(void *ctx, const struct pt_run *run)
{
	struct check *check = ctx;
	const struct unity_range *range = check->range;

	if (run->iova.v > check->next)
		trouble_at(check, check->next, "is not mapped");
	if (run->pa.v != run->iova.v || (!run->contiguous && run->nr_pages > 1))
		trouble_at(check, run->iova.v, "leads to another address");
	else if ((range->read && !run->read) || (range->write && !run->write))
		trouble_at(check, run->iova.v, "lacks a permission");
	else
		check->good += run->bytes;
	check->next = run->iova.v + run->bytes;
	return true;
}

static bool visit_damage(void *ctx, const struct pt_damage *damage)
{
	struct check *check = ctx;

	if (damage->status != STATUS_OK && check->unread == STATUS_OK) {
		check->unread = damage->status;
		check->unread_pa = damage->table;
	}
	trouble_at(check, damage->first.v, damage->status == STATUS_OK ?
						 "is behind a damaged entry" :
						 "is behind a table that could not be read");
	return true;
}

static void check_table(struct context *ctx, const struct pt_root *root, struct check *check)
{
	struct pt_visitor visitor = { .ctx = check, .run = visit_run, .damage = visit_damage };
	struct pt_totals totals;

	check->next = check->range->first;
	if (pt_scan(ctx->session->target, root, iova_of(check->range->first),
		    iova_of(check->range->last), &visitor, &totals) != STATUS_OK) {
		ctx->interrupted = true;
		trouble_at(check, check->next, "was not looked at: interrupted");
	}
	if (check->next <= check->range->last && check->next >= check->range->first)
		trouble_at(check, check->next, "is not mapped");
}

/* Guest-translated kernel domains have their table with the driver, not in the entry. */
static const struct pt_root *root_of(const struct device *dev, const struct translation *t)
{
	if (t->state == DMA_GUEST)
		return dev->domain && dev->domain->has_table ? &dev->domain->root : NULL;
	return t->has_table ? &t->root : NULL;
}

static void tell(struct context *ctx, const struct device *dev, const struct check *check,
		 bool expected)
{
	const struct unity_range *range = check->range;

	sink_note(ctx->sink, expected ? NOTE_WARNING : NOTE_INFO,
		  check->good ? "unity-partly-mapped" : "unity-not-mapped",
		  "%s: %s asks for %" PRIx64 " to %" PRIx64 " one to one, but %" PRIx64 " %s%s",
		  dev->name, range->by, range->first, range->last, check->trouble, check->what,
		  expected ? "" : " (it is not on its default domain: user space decides what is "
				  "mapped)");
}

/* What comes after the row: on its default domain a device should have the range. */
static bool is_expected(const struct device *dev)
{
	return !dev->group || !group_is_off_default(dev->group);
}

static bool put_checked(struct context *ctx, const struct device *dev, const struct translation *t,
			const struct pt_root *root, const struct unity_range *range)
{
	struct check check = { .range = range };
	const char *state;

	if ((range->read && !t->read) || (range->write && !t->write))
		trouble_at(&check, range->first, "lacks a permission in the device's entry");
	check_table(ctx, root, &check);
	state = !check.has_trouble ? "mapped" : check.good ? "partly" : "missing";
	sink_string(ctx->sink, "table", state);
	sink_count(ctx->sink, "mapped_bytes", check.good);
	if (!check.has_trouble)
		sink_cell(ctx->sink, "table", "one to one, all of it");
	else
		sink_cell(ctx->sink, "table", "%s: %" PRIx64 " %s", state, check.trouble,
			  check.what);
	sink_row_end(ctx->sink);
	if (check.has_trouble)
		tell(ctx, dev, &check, is_expected(dev));
	if (check.unread != STATUS_OK) {
		ctx->k->failed_at = check.unread_pa.v;
		not_all(ctx, arena_printf(&ctx->session->arena, "read the page table of %s", dev->name),
			check.unread, NULL);
	}
	return check.has_trouble && is_expected(dev);
}

/* No table: all or nothing. */
static bool put_state(struct context *ctx, const struct device *dev, const struct translation *t,
		      const struct unity_range *range)
{
	bool reaches = t->state == DMA_PASSTHROUGH || t->state == DMA_UNFILTERED;
	struct check check = { .range = range };

	sink_string(ctx->sink, "table", word_dma_state(t->state));
	sink_cell(ctx->sink, "table", "%s%s", word_dma_state(t->state),
		  reaches ? ": reaches it" : "");
	sink_row_end(ctx->sink);
	if (reaches)
		return false;
	trouble_at(&check, range->first, "cannot be reached: the device's entry lets nothing through");
	tell(ctx, dev, &check, is_expected(dev));
	return is_expected(dev);
}

void unity_table(struct context *ctx)
{
	sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
}

bool put_unity(struct context *ctx, const struct device *dev, const struct unity_range *range)
{
	struct sink *sink = ctx->sink;
	struct translation t;
	enum status status = ctx->k->vendor->device_translation(ctx->k, dev->sbdf, &t);
	const struct pt_root *root = root_of(dev, &t);

	sink_row(sink);
	sink_string(sink, "device", dev->name);
	sink_hex(sink, "start", range->first);
	sink_hex(sink, "end", range->last);
	sink_bool(sink, "read", range->read);
	sink_bool(sink, "write", range->write);
	sink_cell(sink, "perm", "%s", word_perm(range->read, range->write));
	sink_string(sink, "by", range->by);
	if (status == STATUS_OK && root)
		return put_checked(ctx, dev, &t, root, range);
	if (status == STATUS_OK)
		return put_state(ctx, dev, &t, range);
	sink_null(sink, "table");
	sink_cell(sink, "table", "%s", in_place(status));
	sink_row_end(sink);
	return false;
}
