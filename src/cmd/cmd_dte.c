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
		sink_cell(sink, "translation", "aborted, illegal");
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
	sink_heading(ctx->sink, "%s  %s  driver %s", word_stream(ctx, stream->id),
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

/* True, false, or null where nothing at hand decides it. */
static void put_verdict(struct context *ctx, const char *key, const char *illegal, const char *doubt)
{
	if (!illegal && doubt)
		sink_null(ctx->sink, key);
	else
		sink_bool(ctx->sink, key, !illegal);
}

/* Of the entry as a whole, and of its two halves, for programs. */
static void put_legality(struct context *ctx, const struct entry *entry)
{
	const char *because = entry->illegal_because, *doubt = entry->doubt;
	struct arena *arena = &ctx->session->arena;

	if (entry->irqs_illegal_because)
		because = arena_printf(arena, "%s%sinterrupts: %s", because ? because : "", because ? "; " : "",
				       entry->irqs_illegal_because);
	if (entry->irqs_doubt)
		doubt = arena_printf(arena, "%s%sinterrupts: %s", doubt ? doubt : "", doubt ? "; " : "",
				     entry->irqs_doubt);
	put_verdict(ctx, "legal", because, doubt);
	sink_string(ctx->sink, "illegal_because", because);
	put_verdict(ctx, "dma_legal", entry->illegal_because, entry->doubt);
	put_verdict(ctx, "interrupts_legal", entry->irqs_illegal_because, entry->irqs_doubt);
	sink_string(ctx->sink, "doubt", doubt);
	sink_list(ctx->sink, "rests_on");
	for (size_t i = 0; i < entry->conditions.nr; i++)
		sink_string(ctx->sink, NULL, entry->conditions.at[i]);
	sink_list_end(ctx->sink);
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
	put_legality(ctx, entry);
}

/* Where the hardware reads a chain of records each has its name above its fields. */
static void say_first_of_chain(struct context *ctx, const struct entry *entry)
{
	const struct record_view *first = &entry->views[0];

	if (ctx->opt.verbose && entry->nr_views > 1 && first->record)
		sink_say(ctx->sink, "  record", "%s at %" PRIx64, first->record->name, first->place.at);
}

/* What the entries of one command had in common. */
struct shown {
	struct context *ctx;
	bool without_fields;   /* -v: two entries stand side by side below */
	struct ptrs conditions; /* struct condition */
};

/* What only a register decides, and of how many entries. */
struct condition {
	const char *words, *first;
	unsigned nr;
};

static void remember_condition(struct shown *shown, const char *words, const char *bdf)
{
	struct arena *arena = &shown->ctx->session->arena;
	struct condition *condition;

	for (size_t i = 0; i < shown->conditions.nr; i++) {
		condition = shown->conditions.at[i];
		if (strcmp(condition->words, words) == 0) {
			condition->nr++;
			return;
		}
	}
	condition = arena_alloc(arena, sizeof(*condition));
	*condition = (struct condition){ words, arena_strdup(arena, bdf), 1 };
	ptrs_push(arena, &shown->conditions, condition);
}

static void say_conditions(const struct shown *shown)
{
	for (size_t i = 0; i < shown->conditions.nr; i++) {
		const struct condition *condition = shown->conditions.at[i];
		const char *others = condition->nr > 1 ?
					     arena_printf(&shown->ctx->session->arena, " and %u more",
							  condition->nr - 1) : "";

		sink_note(shown->ctx->sink, NOTE_INFO, "rests-on-register",
			  "%s%s: %s; no dump has that register", condition->first, others,
			  condition->words);
	}
}

/* A pair that is shown side by side has its fields there; in JSON each entry has its own. */
static void put_fields(const struct shown *shown, const struct entry *entry)
{
	struct context *ctx = shown->ctx;
	unsigned verbose = ctx->opt.verbose;

	if (shown->without_fields)
		ctx->opt.verbose = 0;
	say_first_of_chain(ctx, entry);
	put_record(ctx, &entry->views[0], "raw");
	ctx->opt.verbose = verbose;
}

static void put_entry(struct shown *shown, const struct stream *stream, const struct entry *entry)
{
	struct context *ctx = shown->ctx;
	const struct device *dev = kernel_find_device(ctx->k, stream->id);
	const struct record_view *first = &entry->views[0];
	struct findings findings = { 0 };
	char bdf[WORD_MAX];

	say_verbose(ctx, stream, dev, entry);
	sink_row(ctx->sink);
	sink_string(ctx->sink, "device", word_bdf(bdf, stream->id));
	sink_cell_text(ctx->sink, "device", word_stream(ctx, stream->id));
	put_special(ctx, stream->id);
	sink_hex(ctx->sink, "address", first->place.at);
	put_meaning(ctx, entry);
	put_columns(ctx, stream, entry);
	put_fields(shown, entry);
	put_belongings(ctx, dev);
	dump_records(ctx, entry->views, entry->nr_views, 1);
	put_pasids(ctx, dev, &entry->translation);
	sink_row_end(ctx->sink);
	check_entry(ctx->k, stream, entry, dev, &findings);
	put_findings(ctx, &findings);
	for (size_t i = 0; i < entry->conditions.nr; i++)
		remember_condition(shown, entry->conditions.at[i], bdf);
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
static bool show_device(struct shown *shown, uint32_t sbdf)
{
	struct stream stream = { 0 };
	struct entry entry = { 0 };
	enum status status = read_entry(shown->ctx, sbdf, &stream, &entry);

	if (status == STATUS_OK)
		put_entry(shown, &stream, &entry);
	return status != STATUS_MISSING;
}

/* The devices with an id from first to last that a unit serves. False: there is none. */
static bool show_devices(struct shown *shown, uint32_t first, uint32_t last)
{
	const struct inventory *inv = kernel_inventory(shown->ctx->k);
	bool any = false;

	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (target_interrupted(shown->ctx->session->target))
			return true;
		if (!device_unit(dev) || dev->sbdf < first || dev->sbdf > last)
			continue;
		any = true;
		if (!show_device(shown, dev->sbdf))
			return true;
	}
	return any;
}

static void show_known_devices(struct shown *shown)
{
	struct context *ctx = shown->ctx;
	const struct inventory *inv = kernel_inventory(ctx->k);
	bool any = show_devices(shown, 0, UINT32_MAX);

	if (!any && unread_vendor(ctx))
		complain_of_vendor(ctx, unread_vendor(ctx), "entries of devices in memory");
	else if (!any)
		complain(ctx, "no-device", "no device is known to be served by an IOMMU: try -a");
	say_if_not_all(ctx, "list devices", inv->devices_failure);
}

/* ---- -a: every entry that says something ---- */

struct all {
	struct shown *shown;
	bool unreadable;
	bool any; /* something was said */
};

static bool visit_entry(void *ctx, const struct stream *stream, const struct entry *entry)
{
	struct all *all = ctx;

	all->any = true;
	put_entry(all->shown, stream, entry);
	return true;
}

static void visit_remark(void *ctx, const char *code, const char *text)
{
	struct all *all = ctx;

	all->any = true;
	sink_note(all->shown->ctx->sink, NOTE_INFO, code, "%s", text);
}

/* A table that cannot be read as a whole may still be readable entry by entry. */
static void visit_unreadable(void *ctx, const char *doing, struct failure failure, uint32_t first,
			     uint32_t last)
{
	struct all *all = ctx;

	cannot(all->shown->ctx, doing, failure);
	all->unreadable = true;
	show_devices(all->shown, first, last);
}

static void show_all_of(struct shown *shown, const struct vendor *vendor)
{
	struct context *ctx = shown->ctx;
	struct all all = { .shown = shown };
	const struct entry_visitor visitor = {
		.ctx = &all,
		.entry = visit_entry,
		.remark = visit_remark,
		.unreadable = visit_unreadable,
	};
	struct failure failure;

	if (!vendor->scan_entries) {
		complain_of_vendor(ctx, vendor, "entries of devices in memory");
		return;
	}
	failure = vendor->scan_entries(ctx->k, &visitor);
	if (failed(failure))
		cannot(ctx, "find the device tables", failure);
	else if (!all.any && !all.unreadable)
		complain(ctx, "no-entry", "the tables of %s that are known have no entry that says anything",
			 vendor->name);
}

/* ---- two entries, side by side ---- */

/* Shows the fields that differ, or with -v every field of both with the differences marked. Both entries were
 * shown before, so a failure to read one has had its sentence. */
static void compare(struct context *ctx, const uint32_t sbdf[2])
{
	struct compared two[2];
	struct entry entry[2];
	char bdf[WORD_MAX];

	for (unsigned i = 0; i < 2; i++) {
		struct stream stream = { 0 };

		entry[i] = (struct entry){ 0 };
		if (failed(find_entry(ctx, sbdf[i], &stream, &entry[i])))
			return;
		two[i] = (struct compared){
			.name = arena_strdup(&ctx->session->arena, word_bdf(bdf, sbdf[i])),
			.words = entry[i].views[0].words,
			.enc_mask = entry[i].views[0].enc_mask,
		};
	}
	if (entry[0].views[0].record == entry[1].views[0].record)
		compare_records(ctx, entry[0].views[0].record, two);
}

static void show_named_devices(struct shown *shown)
{
	struct context *ctx = shown->ctx;
	uint32_t *sbdf;
	unsigned nr;
	bool understood = parse_devices(ctx, &sbdf, &nr);

	shown->without_fields = nr == 2 && ctx->opt.verbose == 1 && !ctx->opt.json;
	for (unsigned i = 0; understood && i < nr; i++) {
		if (!show_device(shown, sbdf[i]))
			nr = 0;
	}
	sink_list_end(ctx->sink);
	if (understood && nr == 2)
		compare(ctx, sbdf);
}

void cmd_dte(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	const struct vendor *vendor = inv->vendors.nr ? inv->vendors.at[0] : NULL;
	struct shown shown = { .ctx = ctx };

	sink_list(ctx->sink, "entries");
	if (vendor)
		begin_table(ctx, vendor);
	if (ctx->opt.nr_words || ctx->opt.device) {
		show_named_devices(&shown);
		say_conditions(&shown);
		return;
	}
	if (!ctx->opt.all)
		show_known_devices(&shown);
	for (size_t i = 0; i < inv->vendors.nr && ctx->opt.all; i++)
		show_all_of(&shown, inv->vendors.at[i]);
	sink_list_end(ctx->sink);
	say_conditions(&shown);
}
