// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu dte: what the hardware's own tables hold for a device, decoded, with whom it belongs to. */
#include "cmd.h"

#include <inttypes.h>
#include <string.h>

/* A table of PASIDs may hold 2^20 of them; a document names this many. */
#define MAX_PASIDS 1024

#define MAX_COLUMNS 16

/* What the entries of one command had in common. */
struct shown {
	struct context *ctx;
	bool of_pasid;	       /* of requests with this PASID */
	uint32_t pasid;
	bool without_fields;   /* -v: two entries stand side by side below */
	struct ptrs conditions; /* struct condition */
};

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

	if (pasids->format && !pasids->serves_plain && !pasids->plain_only && !ctx->opt.pasid)
		beside = arena_printf(&ctx->session->arena, " + %s", pasids->format->label);
	sink_cell(sink, "root", "-");
	switch (t->state) {
	case DMA_TRANSLATED:
		sink_cell(sink, "translation", "%s%s", word_tables(ctx, t), beside);
		sink_cell_text(sink, "root", word_root(ctx, &t->root, t->is_nested ? &t->host : NULL));
		break;
	case DMA_BY_PASID:
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): by PASID is by their table */
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
		if (t->root.format)
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
	else if (failed(failure))
		sink_cell(ctx->sink, "irq_table", "not known");
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

/* The driver's domain of the requests that are shown. NULL: none, or not known. */
static const struct domain *domain_of(const struct shown *shown, const struct device *dev)
{
	const struct pasid_user *user;

	if (!shown->of_pasid)
		return dev ? dev->domain : NULL;
	user = group_pasid_user(dev ? dev->group : NULL, shown->pasid);
	return user ? user->domain : NULL;
}

/* An id that several domains share says nothing of which it is. */
static const char *shared_id_words(struct context *ctx, const struct domain *domain,
				   const struct translation *t)
{
	const char *what = t->state == DMA_PASSTHROUGH ? "that pass" : "that are a process's";

	return arena_printf(&ctx->session->arena, "0x%x, the id of all requests %s%s%s", t->domain_id, what,
			    domain ? "; the driver's is " : "",
			    domain ? word_domain(ctx, domain, domain_address(domain)) : "");
}

/* The id is one that the crashed kernel gave; this one may have the same for another domain. */
static const char *inherited_words(struct context *ctx, const struct domain *domain,
				   const struct translation *t)
{
	struct arena *arena = &ctx->session->arena;
	const char *id = t->has_domain_id ? arena_printf(arena, "0x%x, as the crashed kernel gave it", t->domain_id) :
					    "none in this entry, which the crashed kernel left";

	if (!domain)
		return id;
	return arena_printf(arena, "%s; the driver has the device on the %s domain at %" PRIx64
			    ", which is not set up in it", id, word_domain_type(domain), domain_address(domain).v);
}

/* The domain id in the hardware's entry, and the domain that the driver has attached the device to. */
static const char *domain_words(const struct shown *shown, const struct device *dev,
				const struct entry *entry)
{
	struct context *ctx = shown->ctx;
	const struct translation *t = &entry->translation;
	const struct domain *domain = domain_of(shown, dev);
	struct arena *arena = &ctx->session->arena;
	uint32_t driver_id, id = t->domain_id;

	if (entry->is_inherited)
		return inherited_words(ctx, domain, t);
	if (!t->has_domain_id)
		return domain ? arena_printf(arena, "none in this entry; the driver's is the %s domain at %"
					     PRIx64, word_domain_type(domain), domain_address(domain).v) :
				"none in this entry";
	if (t->shared_id)
		return shared_id_words(ctx, domain, t);
	if (!domain && shown->of_pasid)
		return arena_printf(arena, "0x%x; the kernel does not say to what the PASID is attached", id);
	if (!domain)
		return arena_printf(arena, "0x%x, which no device of this id is attached to", id);
	if (dev->device_domain_id == id && id)
		return arena_printf(arena, "0x%x, the device's own, in %s domain at %" PRIx64, id,
				    word_domain_type(domain), domain_address(domain).v);
	if (!domain_id_on(domain, device_unit(dev), &driver_id))
		return arena_printf(arena, "0x%x; the driver's id is not known", id);
	if (driver_id != id)
		return arena_printf(arena, "0x%x, but the driver's is 0x%x", id, driver_id);
	return arena_printf(arena, "0x%x (%s) at %" PRIx64, id, word_domain_type(domain),
			    domain_address(domain).v);
}

static void say_verbose(const struct shown *shown, const struct stream *stream,
			const struct device *dev, const struct entry *entry)
{
	struct context *ctx = shown->ctx;
	const struct stream *alias = dev ? device_alias(dev) : NULL;
	char bdf[WORD_MAX];

	if (!ctx->opt.verbose)
		return;
	sink_heading(ctx->sink, "%s%s  %s  driver %s", word_stream(ctx, stream->id),
		     shown->of_pasid ? arena_printf(&ctx->session->arena, "  PASID 0x%x", shown->pasid) : "",
		     dev && dev->group ? arena_printf(&ctx->session->arena, "group %" PRId64,
						      dev->group->id) : "no group",
		     word_driver(dev));
	sink_say(ctx->sink, "  domain", "%s", domain_words(shown, dev, entry));
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

	if (!t->pasids.format || t->pasids.plain_only || !(ctx->opt.verbose || ctx->opt.json))
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

	put_group_of(ctx, dev);
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
	if (entry->says_irqs)
		put_verdict(ctx, "interrupts_legal", entry->irqs_illegal_because, entry->irqs_doubt);
	else
		sink_null(ctx->sink, "interrupts_legal");
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
	put_host_table(ctx, t->is_nested ? &t->host : NULL);
	put_legality(ctx, entry);
}

/* Where the hardware reads a chain of records each has its name above its fields. */
static void say_first_of_chain(struct context *ctx, const struct entry *entry)
{
	const struct record_view *first = &entry->views[0];

	if (ctx->opt.verbose && entry->nr_views > 1 && first->record)
		sink_say(ctx->sink, "  record", "%s at %" PRIx64, first->record->name, first->place.at);
}

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

	say_verbose(shown, stream, dev, entry);
	sink_row(ctx->sink);
	sink_string(ctx->sink, "device", word_bdf(bdf, stream->id));
	sink_cell_text(ctx->sink, "device", word_stream(ctx, stream->id));
	if (shown->of_pasid)
		sink_count(ctx->sink, "pasid", shown->pasid);
	put_special(ctx, stream->id);
	sink_hex(ctx->sink, "address", first->place.at);
	put_meaning(ctx, entry);
	if (entry->is_inherited)
		sink_bool(ctx->sink, "inherited", true);
	put_columns(ctx, stream, entry);
	put_fields(shown, entry);
	put_belongings(ctx, dev);
	dump_records(ctx, entry->views, entry->nr_views, 1);
	put_pasids(ctx, dev, &entry->translation);
	sink_row_end(ctx->sink);
	if (shown->of_pasid)
		check_pasid_entry(ctx->k, entry, dev, bdf, shown->pasid, &findings);
	else
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

/* That of the requests that were asked about. ABSENT too: it has no table of PASIDs. */
static struct failure find_shown(const struct shown *shown, uint32_t sbdf, struct stream *stream,
				 struct entry *ret)
{
	struct failure failure = find_entry(shown->ctx, sbdf, stream, ret);
	struct entry plain = *ret;

	if (failed(failure) || !shown->of_pasid)
		return failure;
	if (!plain.translation.pasids.format || plain.translation.pasids.plain_only)
		return failure_of(STATUS_ABSENT);
	entry_of_pasid(shown->ctx->k, &plain, kernel_find_device(shown->ctx->k, sbdf), shown->pasid, ret);
	return NO_FAILURE;
}

/* OK; or, after a sentence, why the entry could not be read. */
static enum status read_entry(const struct shown *shown, uint32_t sbdf, struct stream *stream,
			      struct entry *ret)
{
	struct context *ctx = shown->ctx;
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
	else if (shown->of_pasid && complained_of_no_pasids(ctx, bdf, &ret->translation))
		return STATUS_ABSENT;
	else
		find_shown(shown, sbdf, stream, ret);
	return failure.status;
}

/* False: what was missing is missing for every other device too. */
static bool show_device(struct shown *shown, uint32_t sbdf)
{
	struct stream stream = { 0 };
	struct entry entry = { 0 };
	enum status status = read_entry(shown, sbdf, &stream, &entry);

	if (status == STATUS_OK)
		put_entry(shown, &stream, &entry);
	return status != STATUS_MISSING;
}

/* The devices with an id from first to last that the unit serves (NULL: any unit). False: there is none. */
static bool show_devices(struct shown *shown, const struct unit *unit, uint32_t first, uint32_t last)
{
	const struct inventory *inv = kernel_inventory(shown->ctx->k);
	bool any = false;

	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (target_interrupted(shown->ctx->session->target))
			return true;
		if (!device_unit(dev) || (unit && device_unit(dev) != unit) || dev->sbdf < first ||
		    dev->sbdf > last)
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
	bool any = show_devices(shown, NULL, 0, UINT32_MAX);

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
static void visit_unreadable(void *ctx, const char *doing, struct failure failure,
			     const struct unit *unit, uint32_t first, uint32_t last)
{
	struct all *all = ctx;

	cannot(all->shown->ctx, doing, failure);
	all->unreadable = true;
	show_devices(all->shown, unit, first, last);
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

	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): each of the list is one */
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

/* Where one of the chains has another record than the other, or none. */
static void say_chains_part(struct context *ctx, const struct entry entry[2], const char *const names[2])
{
	unsigned i = 0, longer;

	while (i < entry[0].nr_views && i < entry[1].nr_views &&
	       entry[0].views[i].record == entry[1].views[i].record)
		i++;
	if (i == entry[0].nr_views && i == entry[1].nr_views)
		return;
	longer = entry[1].nr_views > i;
	if (i && (i == entry[0].nr_views || i == entry[1].nr_views))
		sink_heading(ctx->sink, "%s: the %s is the last that is read", names[!longer],
			     entry[!longer].views[i - 1].record->name);
	else if (i)
		sink_heading(ctx->sink, "what is read behind the %s is not of one kind",
			     entry[0].views[i - 1].record->name);
}

/* The records that both chains have, one after the other. */
static void compare_chains(struct context *ctx, const struct entry entry[2], const char *const names[2])
{
	bool chain = entry[0].nr_views > 1 || entry[1].nr_views > 1;
	unsigned nr_differ = 0;

	begin_comparison(ctx, names[0], names[1]);
	for (unsigned i = 0; i < entry[0].nr_views && i < entry[1].nr_views; i++) {
		const struct record_view *a = &entry[0].views[i], *b = &entry[1].views[i];
		const struct compared two[2] = { { a->words, a->enc_mask }, { b->words, b->enc_mask } };

		if (a->record != b->record)
			break;
		if (!failed(a->failure) && !failed(b->failure))
			nr_differ += compare_records(ctx, a->record, chain ? a->record->name : NULL, two);
	}
	sink_list_end(ctx->sink);
	if (!nr_differ)
		sink_heading(ctx->sink, "no field differs");
	say_chains_part(ctx, entry, names);
}

/* Shows the fields that differ, or with -v every field of both with the differences marked. Both entries were
 * shown before, so a failure to read one has had its sentence. */
static void compare(const struct shown *shown, const uint32_t sbdf[2])
{
	struct context *ctx = shown->ctx;
	const char *names[2];
	struct entry entry[2];
	char bdf[WORD_MAX];

	for (unsigned i = 0; i < 2; i++) {
		struct stream stream = { 0 };

		entry[i] = (struct entry){ 0 };
		if (failed(find_shown(shown, sbdf[i], &stream, &entry[i])))
			return;
		names[i] = arena_strdup(&ctx->session->arena, word_bdf(bdf, sbdf[i]));
	}
	if (entry[0].views[0].record == entry[1].views[0].record)
		compare_chains(ctx, entry, names);
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
		compare(shown, sbdf);
}

void cmd_dte(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	const struct vendor *vendor = inv->vendors.nr ? inv->vendors.at[0] : NULL;
	struct shown shown = { .ctx = ctx, .of_pasid = ctx->opt.pasid != NULL };
	uint64_t pasid = 0;

	if (ctx->opt.pasid && !parse_pasid(ctx, ctx->opt.pasid, &pasid))
		return;
	shown.pasid = (uint32_t)pasid;
	sink_list(ctx->sink, "entries");
	if (vendor)
		begin_table(ctx, vendor);
	if (ctx->opt.nr_words || ctx->opt.device) {
		show_named_devices(&shown);
		say_conditions(&shown);
		return;
	}
	if (shown.of_pasid)
		misuse(ctx, "no-device", "-p needs a device: the requests of that PASID are its own");
	else if (!ctx->opt.all)
		show_known_devices(&shown);
	for (size_t i = 0; i < inv->vendors.nr && ctx->opt.all; i++)
		show_all_of(&shown, inv->vendors.at[i]);
	sink_list_end(ctx->sink);
	say_conditions(&shown);
}
