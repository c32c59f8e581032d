// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu dte: what the hardware's own tables hold for a device, decoded, with whom it belongs to. */
#include "cmd.h"

#include <inttypes.h>
#include <string.h>

/* A table of PASIDs may hold 2^20 of them; a document names this many. */
#define MAX_PASIDS 1024

#define MAX_COLUMNS 16

/* ---- columns: a few fields of the first record, as the vendor chose, and what every vendor has ---- */

static const struct column common_columns[] = {
	{ .key = "translation", .head = "TRANSLATION", .width = 13 },
	{ .key = "root", .head = "ROOT", .width = 8 },
	{ .key = "domain_id", .head = "DOMAIN" },
	{ .key = "irq_table", .head = "IRQ TABLE", .width = 15 },
	{ .key = "group", .head = "GROUP", .right = true },
	{ .key = "driver", .head = "DRIVER" },
};

static void begin_table(struct context *ctx, const struct vendor *vendor)
{
	struct column *columns = arena_alloc(&ctx->session->arena, MAX_COLUMNS * sizeof(*columns));
	size_t nr = 0;

	if (ctx->opt.verbose)
		return;
	columns[nr++] = (struct column){ .key = "device", .head = "DEVICE", .width = 12 };
	for (const struct entry_column *c = vendor->entry_columns; c && c->key && nr < 8; c++)
		columns[nr++] = (struct column){ .key = c->key, .head = c->head };
	memcpy(columns + nr, common_columns, sizeof(common_columns));
	nr += sizeof(common_columns) / sizeof(common_columns[0]);
	sink_table(ctx->sink, columns, nr);
}

/* ---- the columns of the default depth; JSON has them inside "fields" ---- */

static void put_field_columns(struct context *ctx, const struct vendor *vendor,
			      const struct entry *entry)
{
	const struct record_view *view = &entry->views[0];

	for (const struct entry_column *c = vendor->entry_columns; c && c->key; c++)
		sink_cell(ctx->sink, c->key, "%u", (unsigned)view_get(view, c->key));
}

/* The columns TRANSLATION and ROOT: where requests without a PASID go. A table of PASIDs that serves only
 * requests with one is named beside that. */
static void put_translation(struct context *ctx, const struct translation *t)
{
	struct sink *sink = ctx->sink;
	const struct pasid_table *pasids = &t->pasids;
	const char *beside = "";
	char table[WORD_MAX];

	if (pasids->format && !pasids->serves_plain)
		beside = arena_printf(&ctx->session->arena, " + %s", pasids->format->label);
	sink_cell(sink, "root", "-");
	switch (t->state) {
	case DMA_TRANSLATED:
		sink_cell(sink, "translation", "%s%s", word_table(table, &t->root), beside);
		sink_cell(sink, "root", "%" PRIx64, t->root.table.v);
		break;
	case DMA_BY_PASID:
		sink_cell(sink, "translation", "%s %u-level%s%s", pasids->format->label, pasids->levels,
			  t->has_table ? " over " : "", t->has_table ? t->root.format->name : "");
		sink_cell(sink, "root", "%" PRIx64, pasids->table);
		break;
	case DMA_PASSTHROUGH_UNCHECKED:
		sink_cell(sink, "translation", "off%s", t->why ?
			  arena_printf(&ctx->session->arena, " (%s)", t->why) : "");
		break;
	case DMA_ILLEGAL:
		sink_cell(sink, "translation", "<illegal entry>");
		sink_cell(sink, "root", "%" PRIx64, t->root.table.v);
		break;
	case DMA_UNKNOWN:
		sink_cell(sink, "translation", "unknown%s", t->why ?
			  arena_printf(&ctx->session->arena, " (%s)", t->why) : "");
		break;
	case DMA_PASSTHROUGH:
	case DMA_BLOCKED:
		sink_cell(sink, "translation", "%s%s", word_dma_state(t->state), beside);
		break;
	}
}

static void put_irq_table(struct context *ctx, const struct stream *stream)
{
	struct irq_table table;
	struct failure failure;

	if (!stream->vendor->irq_table) {
		sink_cell(ctx->sink, "irq_table", "not decoded");
		return;
	}
	failure = stream->vendor->irq_table(ctx->k, stream, &table);
	if (failure.status == STATUS_ABSENT)
		sink_cell(ctx->sink, "irq_table", "not remapped");
	else if (!table.at.v)
		sink_cell(ctx->sink, "irq_table", "none");
	else
		sink_cell(ctx->sink, "irq_table", "%" PRIx64 " (%u)", table.at.v, table.nr);
}

static void put_columns(struct context *ctx, const struct stream *stream, const struct entry *entry)
{
	put_field_columns(ctx, stream->vendor, entry);
	put_translation(ctx, &entry->translation);
	if (entry->translation.has_domain_id)
		sink_cell(ctx->sink, "domain_id", "0x%x", entry->translation.domain_id);
	put_irq_table(ctx, stream);
}

/* ---- with -v ---- */

/* The domain id in the hardware's entry, and the domain that the driver has attached the device to. */
static const char *domain_words(struct context *ctx, const struct device *dev,
				const struct translation *t)
{
	const struct domain *domain = dev ? dev->domain : NULL;
	struct arena *arena = &ctx->session->arena;
	uint32_t driver_id, id = t->domain_id;

	if (!t->has_domain_id)
		return domain ? arena_printf(arena, "none in this entry; the driver's is the %s domain at %"
					     PRIx64, word_domain_type(domain), domain->driver_at.v) :
				"none in this entry";
	if (!domain)
		return arena_printf(arena, "0x%x, which no device of this id is attached to", id);
	if (dev->device_domain_id == id && id)
		return arena_printf(arena, "0x%x, the device's own, in %s domain at %" PRIx64, id,
				    word_domain_type(domain), domain->driver_at.v);
	if (!domain_id_on(domain, device_unit(dev), &driver_id))
		return arena_printf(arena, "0x%x; the driver's id is not known", id);
	if (driver_id != id)
		return arena_printf(arena, "0x%x, but the driver's is 0x%x", id, driver_id);
	return arena_printf(arena, "0x%x (%s) at %" PRIx64, id, word_domain_type(domain),
			    domain->driver_at.v);
}

static void say_verbose(struct context *ctx, const struct stream *stream, const struct device *dev,
			const struct entry *entry)
{
	const struct stream *alias = dev ? device_alias(dev) : NULL;
	char bdf[WORD_MAX];

	if (!ctx->opt.verbose)
		return;
	sink_heading(ctx->sink, "%s  %s  driver %s", word_bdf(bdf, stream->id),
		     dev && dev->group ? arena_printf(&ctx->session->arena, "group %" PRId64,
						      dev->group->id) : "no group",
		     word_driver(dev));
	sink_say(ctx->sink, "  domain", "%s",
		 domain_words(ctx, dev, &entry->translation));
	if (alias)
		sink_say(ctx->sink, "  alias", "%s: the id that its requests carry",
			 word_bdf(bdf, alias->id));
	if (ctx->opt.verbose > 1)
		sink_say(ctx->sink, "  entry at", "%" PRIx64, entry->views[0].place.at);
}

/* What the kernel has attached to the device's PASIDs. */
static void say_pasid_users(struct context *ctx, const struct device *dev)
{
	for (size_t i = 0; dev && dev->group && i < dev->group->pasids.nr; i++) {
		const struct pasid_user *user = dev->group->pasids.at[i];

		sink_say(ctx->sink, "  PASID", "0x%x  %s domain at %" PRIx64 "%s", user->pasid,
			 word_domain_type(user->domain), user->domain->at.v,
			 word_process(ctx, user));
	}
}

/* Which PASIDs have a table: on screen with -v. */
static void put_pasids(struct context *ctx, const struct device *dev, const struct translation *t)
{
	uint32_t pasids[MAX_PASIDS];
	struct failure failure;
	uint64_t nr;

	if (!t->pasids.format || !(ctx->opt.verbose || ctx->opt.json))
		return;
	sink_say(ctx->sink, "  PASIDs", "%s", word_pasids(ctx, &t->pasids, &t->root));
	say_pasid_users(ctx, dev);
	failure = route_list_pasids(ctx->k, &t->pasids, &t->root, pasids, MAX_PASIDS, &nr);
	sink_count(ctx->sink, "nr_pasids", nr);
	if (failed(failure))
		sink_string(ctx->sink, "pasids_problem", status_text(failure.status));
	sink_list(ctx->sink, "pasids");
	for (size_t i = 0; i < nr && i < MAX_PASIDS; i++)
		sink_count(ctx->sink, NULL, pasids[i]);
	sink_list_end(ctx->sink);
}

/* ---- one entry ---- */

static void put_belongings(struct context *ctx, const struct device *dev)
{
	const struct stream *alias = dev ? device_alias(dev) : NULL;
	struct sink *sink = ctx->sink;
	char bdf[WORD_MAX];

	if (dev && dev->group)
		sink_count(sink, "group", (uint64_t)dev->group->id);
	else
		sink_null(sink, "group");
	sink_string(sink, "driver", dev ? dev->driver : NULL);
	sink_string(sink, "alias", alias ? word_bdf(bdf, alias->id) : NULL);
	sink_string(sink, "domain_type",
		    dev && dev->domain ? word_domain_type(dev->domain) : NULL);
}

/* What the chain makes of DMA, the same keys for every vendor. */
static void put_meaning(struct context *ctx, const struct entry *entry)
{
	const struct translation *t = &entry->translation;
	struct sink *sink = ctx->sink;

	sink_string(sink, "translation", word_dma_state(t->state));
	if (t->has_domain_id)
		sink_count(sink, "domain_id", t->domain_id);
	else
		sink_null(sink, "domain_id");
	if (t->has_table)
		sink_hex(sink, "root", t->root.table.v);
	else
		sink_null(sink, "root");
	sink_count(sink, "levels", t->has_table ? t->root.levels : 0);
	sink_bool(sink, "legal", entry->legal);
	sink_string(sink, "illegal_because", entry->illegal_because);
}

/* Where the hardware reads a chain of records each has its name above its fields. */
static void say_first_of_chain(struct context *ctx, const struct entry *entry)
{
	const struct record_view *first = &entry->views[0];

	if (ctx->opt.verbose && entry->nr_views > 1 && first->record)
		sink_say(ctx->sink, "  record", "%s at %" PRIx64, first->record->name, first->place.at);
}

static void put_entry(struct context *ctx, const struct stream *stream, const struct entry *entry)
{
	const struct device *dev = kernel_find_device(ctx->k, stream->id);
	const struct record_view *first = &entry->views[0];
	struct findings findings = { 0 };
	char bdf[WORD_MAX];

	say_verbose(ctx, stream, dev, entry);
	sink_row(ctx->sink);
	sink_string(ctx->sink, "device", word_bdf(bdf, stream->id));
	sink_hex(ctx->sink, "address", first->place.at);
	put_meaning(ctx, entry);
	put_columns(ctx, stream, entry);
	say_first_of_chain(ctx, entry);
	put_record(ctx, first, "raw");
	put_belongings(ctx, dev);
	dump_records(ctx, entry->views, entry->nr_views, 1);
	put_pasids(ctx, dev, &entry->translation);
	sink_row_end(ctx->sink);
	check_entry(ctx->k, stream, entry, dev, &findings);
	put_findings(ctx, &findings);
}

static struct failure find_entry(struct context *ctx, uint32_t sbdf, struct stream *stream,
				 struct entry *ret)
{
	struct failure failure = kernel_find_stream(ctx->k, sbdf, stream);

	if (failed(failure) || !stream->vendor->read_entry)
		return failed(failure) ? failure : failure_of(STATUS_ABSENT);
	return stream->vendor->read_entry(ctx->k, stream, ret);
}

/* OK; or, after a sentence, why the entry could not be read. */
static enum status read_entry(struct context *ctx, uint32_t sbdf, struct stream *stream,
			      struct entry *ret)
{
	struct failure failure = find_entry(ctx, sbdf, stream, ret);
	char bdf[WORD_MAX], last_bdf[WORD_MAX];

	word_bdf(bdf, sbdf);
	if (complained_of_undecoded(ctx, sbdf, stream))
		return STATUS_ABSENT;
	if (failure.status == STATUS_ABSENT && ret->beyond)
		complain(ctx, "beyond-table", "no entry for %s: the last one of the device table is %s",
			 bdf, word_bdf(last_bdf, ret->last_id));
	else if (failure.status == STATUS_ABSENT)
		complain_no_segment(ctx, bdf);
	else if (failure.status == STATUS_MISSING)
		cannot(ctx, "read device table entries", failure);
	else if (failed(failure))
		cannot(ctx, arena_printf(&ctx->session->arena, "read the entry of %s", bdf), failure);
	return failure.status;
}

/* False: what was missing is missing for every other device too. */
static bool show_device(struct context *ctx, uint32_t sbdf)
{
	struct stream stream = { 0 };
	struct entry entry = { 0 };
	enum status status = read_entry(ctx, sbdf, &stream, &entry);

	if (status == STATUS_OK)
		put_entry(ctx, &stream, &entry);
	return status != STATUS_MISSING;
}

static void show_known_devices(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	bool any = false;

	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (target_interrupted(ctx->session->target))
			return;
		if (!device_unit(dev))
			continue;
		any = true;
		if (!show_device(ctx, dev->sbdf))
			return;
	}
	if (!any && unread_vendor(ctx))
		complain_of_vendor(ctx, unread_vendor(ctx), "entries of devices in memory");
	else if (!any)
		complain(ctx, "no-device", "no device is known to be served by an IOMMU: try -a");
	say_if_not_all(ctx, "list devices", inv->devices_failure);
}

/* ---- -a: every entry that says something ---- */

struct all {
	struct context *ctx;
	bool unreadable;
	bool any; /* something was said */
};

static bool visit_entry(void *ctx, const struct stream *stream, const struct entry *entry)
{
	struct all *all = ctx;

	all->any = true;
	put_entry(all->ctx, stream, entry);
	return true;
}

static void visit_remark(void *ctx, const char *code, const char *text)
{
	struct all *all = ctx;

	all->any = true;
	sink_note(all->ctx->sink, NOTE_INFO, code, "%s", text);
}

static void visit_unreadable(void *ctx, const char *doing, struct failure failure)
{
	struct all *all = ctx;

	cannot(all->ctx, doing, failure);
	all->unreadable = true;
}

static void show_all_of(struct context *ctx, const struct vendor *vendor)
{
	struct all all = { .ctx = ctx };
	const struct entry_visitor visitor = { &all, visit_entry, visit_remark, visit_unreadable };
	struct failure failure;

	if (!vendor->scan_entries) {
		complain_of_vendor(ctx, vendor, "entries of devices in memory");
		return;
	}
	failure = vendor->scan_entries(ctx->k, &visitor);
	/* A table that cannot be read as a whole may still be readable entry by entry. */
	if (all.unreadable)
		show_known_devices(ctx);
	if (failed(failure))
		cannot(ctx, "find the device tables", failure);
	else if (!all.any && !all.unreadable)
		complain(ctx, "no-entry", "the tables of %s that are known have no entry that says anything",
			 vendor->name);
}

/* ---- two entries, side by side ---- */

/* Shows the fields that differ, or with -v every field of both with the differences marked. shown: both
 * entries were shown before, so a failure to read one has had its sentence. */
static void compare(struct context *ctx, const uint32_t sbdf[2], bool shown)
{
	struct compared two[2];
	struct entry entry[2];
	char bdf[WORD_MAX];

	for (unsigned i = 0; i < 2; i++) {
		struct stream stream = { 0 };

		entry[i] = (struct entry){ 0 };
		if (shown ? failed(find_entry(ctx, sbdf[i], &stream, &entry[i])) :
			    read_entry(ctx, sbdf[i], &stream, &entry[i]) != STATUS_OK)
			return;
		two[i] = (struct compared){
			.name = arena_strdup(&ctx->session->arena, word_bdf(bdf, sbdf[i])),
			.words = entry[i].views[0].words,
		};
	}
	if (entry[0].views[0].record == entry[1].views[0].record)
		compare_records(ctx, entry[0].views[0].record, two);
}

static void show_named_devices(struct context *ctx)
{
	uint32_t *sbdf;
	unsigned nr;
	bool understood = parse_devices(ctx, &sbdf, &nr);
	bool side_by_side = nr == 2 && ctx->opt.verbose == 1 && !ctx->opt.json;

	for (unsigned i = 0; understood && i < nr && !side_by_side; i++) {
		if (!show_device(ctx, sbdf[i]))
			nr = 0;
	}
	sink_list_end(ctx->sink);
	if (understood && nr == 2)
		compare(ctx, sbdf, !side_by_side);
}

void cmd_dte(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	const struct vendor *vendor = inv->vendors.nr ? inv->vendors.at[0] : NULL;

	sink_list(ctx->sink, "entries");
	if (vendor)
		begin_table(ctx, vendor);
	if (ctx->opt.nr_words || ctx->opt.device) {
		show_named_devices(ctx);
		return;
	}
	if (!ctx->opt.all)
		show_known_devices(ctx);
	for (size_t i = 0; i < inv->vendors.nr && ctx->opt.all; i++)
		show_all_of(ctx, inv->vendors.at[i]);
	sink_list_end(ctx->sink);
}
