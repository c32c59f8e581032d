// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu dte: AMD device table entries, decoded, with whom they belong to. */
#include "cmd.h"

#include "format/amd/records.h"
#include "kernel/amd/amd.h"
#include "device_details.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A GCR3 table may hold 2^20 PASIDs; a document names this many of them. */
#define MAX_PASIDS 1024

static const struct column columns[] = {
	{ .key = "device", .head = "DEVICE", .width = 12 },
	{ .key = "v", .head = "V" },
	{ .key = "tv", .head = "TV" },
	{ .key = "ir", .head = "IR" },
	{ .key = "iw", .head = "IW" },
	{ .key = "translation", .head = "TRANSLATION", .width = 13 },
	{ .key = "root", .head = "ROOT", .width = 8 },
	{ .key = "domain_id", .head = "DOMAIN" },
	{ .key = "irq_table", .head = "IRQ TABLE", .width = 15 },
	{ .key = "group", .head = "GROUP", .right = true },
	{ .key = "driver", .head = "DRIVER" },
};

/* Of requests without a PASID; a GCR3 table that serves only those with one is named beside. */
static void put_translation(struct context *ctx, const struct amd_dte *dte)
{
	struct sink *sink = ctx->sink;
	const char *beside = dte->guest && !dte->guest_io ? " + GCR3" : "";

	switch (dte->state) {
	case DMA_TRANSLATED:
		sink_cell(sink, "translation", "amdv1 %u-level%s", dte->levels, beside);
		sink_cell(sink, "root", "%" PRIx64, dte->root.v);
		break;
	case DMA_GUEST:
		sink_cell(sink, "translation", "GCR3 %u-level%s", dte->gcr3_levels,
			  dte->levels ? " over amdv1" : "");
		sink_cell(sink, "root", "%" PRIx64, dte->gcr3_root.v);
		break;
	case DMA_UNFILTERED:
		sink_cell(sink, "translation", "off (V=0)");
		sink_cell(sink, "root", "-");
		break;
	case DMA_ILLEGAL:
		sink_cell(sink, "translation", "<illegal entry>");
		sink_cell(sink, "root", "%" PRIx64, dte->root.v);
		break;
	default:
		sink_cell(sink, "translation", "%s%s", word_dma_state(dte->state), beside);
		sink_cell(sink, "root", "-");
	}
}

static void put_irq_table(struct context *ctx, const struct amd_dte *dte)
{
	if (!dte->irq_valid)
		sink_cell(ctx->sink, "irq_table", "not remapped");
	else if (!dte->irq_table.v)
		sink_cell(ctx->sink, "irq_table", "none");
	else
		sink_cell(ctx->sink, "irq_table", "%" PRIx64 " (%u)", dte->irq_table.v,
			  dte->irq_entries);
}

/* The columns of the default depth; JSON has them inside "fields". */
static void put_summary(struct context *ctx, const struct amd_dte_place *place)
{
	struct sink *sink = ctx->sink;
	static const char *const flags[] = { "v", "tv", "ir", "iw" };

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		sink_cell(sink, flags[i], "%u",
			  (unsigned)field_get(record_field(&amd_dte_record, flags[i]),
					      place->words));
	put_translation(ctx, &place->dte);
	sink_cell(sink, "domain_id", "0x%x", place->dte.domain_id);
	put_irq_table(ctx, &place->dte);
}

static const char *domain_words(char buf[WORD_MAX * 2], const struct device *dev, uint32_t id)
{
	const struct domain *domain = dev ? dev->domain : NULL;

	if (!domain)
		snprintf(buf, WORD_MAX * 2, "0x%x, which no device of this id is attached to", id);
	else if (dev->own_id == id && id)
		snprintf(buf, WORD_MAX * 2, "0x%x, the device's own (GCR3), in %s domain at %" PRIx64,
			 id, word_domain_type(domain), domain->driver_at.v);
	else if (domain->has_id && domain->id == id)
		snprintf(buf, WORD_MAX * 2, "0x%x (%s) at %" PRIx64, id, word_domain_type(domain),
			 domain->driver_at.v);
	else if (domain->has_id)
		snprintf(buf, WORD_MAX * 2, "0x%x, but the driver's is 0x%x", id, domain->id);
	else
		snprintf(buf, WORD_MAX * 2, "0x%x; the driver's id is not known", id);
	return buf;
}

static void put_belongings(struct context *ctx, const struct device *dev)
{
	struct sink *sink = ctx->sink;
	char bdf[WORD_MAX];

	if (dev && dev->group)
		sink_count(sink, "group", (uint64_t)dev->group->id);
	else
		sink_null(sink, "group");
	sink_string(sink, "driver", dev ? dev->driver : NULL);
	sink_string(sink, "alias",
		    dev && dev->has_alias ? word_bdf(bdf, dev->alias_sbdf) : NULL);
	if (dev && dev->domain)
		sink_string(sink, "domain_type", word_domain_type(dev->domain));
	else
		sink_null(sink, "domain_type");
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
static void put_pasids(struct context *ctx, uint32_t sbdf, const struct amd_dte *dte)
{
	struct translation t;
	uint32_t pasids[MAX_PASIDS];
	uint64_t nr;
	enum status status;

	if (!dte->guest || !(ctx->opt.verbose || ctx->opt.json) ||
	    ctx->k->vendor->device_translation(ctx->k, sbdf, &t) != STATUS_OK || !t.pasids.valid)
		return;
	sink_say(ctx->sink, "  PASIDs", "%s", word_pasids(ctx, &t.pasids, &t.root));
	say_pasid_users(ctx, kernel_find_device(ctx->k, sbdf));
	status = list_pasids(ctx, &t.pasids, &t.root, pasids, MAX_PASIDS, &nr);
	sink_count(ctx->sink, "nr_pasids", nr);
	if (status != STATUS_OK)
		sink_string(ctx->sink, "pasids_problem", status_text(status));
	sink_list(ctx->sink, "pasids");
	for (size_t i = 0; i < nr && i < MAX_PASIDS; i++)
		sink_count(ctx->sink, NULL, pasids[i]);
	sink_list_end(ctx->sink);
}

static void say_verbose(struct context *ctx, uint32_t sbdf, const struct device *dev,
			const struct amd_dte_place *place)
{
	char bdf[WORD_MAX], words[WORD_MAX * 2];

	if (!ctx->opt.verbose)
		return;
	sink_heading(ctx->sink, "%s  %s  driver %s", word_bdf(bdf, sbdf),
		     dev && dev->group ? arena_printf(&ctx->session->arena, "group %" PRId64,
						      dev->group->id) : "no group",
		     dev && dev->driver ? dev->driver : "-");
	sink_say(ctx->sink, "  domain", "%s",
		 domain_words(words, dev, place->dte.domain_id));
	if (dev && dev->has_alias)
		sink_say(ctx->sink, "  alias", "%s: the id that its requests carry",
			 word_bdf(bdf, dev->alias_sbdf));
	if (ctx->opt.verbose > 1)
		sink_say(ctx->sink, "  entry at", "%" PRIx64, place->at.v);
}

static void note_oddities(struct context *ctx, uint32_t sbdf, const struct device *dev,
			  const struct amd_dte *dte)
{
	char bdf[WORD_MAX], alias[WORD_MAX];

	if (dte->reserved_bit >= 0)
		sink_note(ctx->sink, NOTE_WARNING, "reserved-bit",
			  "%s: reserved bit %d of its entry is set", word_bdf(bdf, sbdf),
			  dte->reserved_bit);
	if (dte->state == DMA_ILLEGAL)
		sink_note(ctx->sink, NOTE_WARNING, "illegal-entry",
			  "%s: the IOMMU reports ILLEGAL_DEV_TABLE_ENTRY for this entry",
			  word_bdf(bdf, sbdf));
	if (dev && dev->has_alias && alias_entry_differs(ctx, sbdf, dev->alias_sbdf))
		sink_note(ctx->sink, NOTE_WARNING, "alias-entry-differs",
			  "%s: its requests carry the id %s, and the entry of that one is not the same",
			  word_bdf(bdf, sbdf), word_bdf(alias, dev->alias_sbdf));
	if (dev && dev->domain && dev->domain->has_id && dev->domain->id != dte->domain_id &&
	    dte->state != DMA_GUEST)
		sink_note(ctx->sink, NOTE_WARNING, "domain-id-differs",
			  "%s: its entry has domain id 0x%x, the driver attached it to 0x%x",
			  word_bdf(bdf, sbdf), dte->domain_id, dev->domain->id);
}

static void put_entry(struct context *ctx, uint32_t sbdf, const struct amd_dte_place *place)
{
	const struct device *dev = kernel_find_device(ctx->k, sbdf);
	struct sink *sink = ctx->sink;
	char bdf[WORD_MAX];

	say_verbose(ctx, sbdf, dev, place);
	sink_row(sink);
	sink_string(sink, "device", word_bdf(bdf, sbdf));
	sink_hex(sink, "address", place->at.v);
	put_summary(ctx, place);
	sink_words(sink, "raw", place->words, AMD_DTE_WORDS, ctx->opt.verbose > 1);
	sink_record(sink, "fields", &amd_dte_record, place->words, ctx->opt.verbose > 0);
	put_belongings(ctx, dev);
	put_pasids(ctx, sbdf, &place->dte);
	sink_row_end(sink);
	note_oddities(ctx, sbdf, dev, &place->dte);
}

static bool show_device(struct context *ctx, uint32_t sbdf)
{
	struct amd_dte_place place;
	char bdf[WORD_MAX], last_bdf[WORD_MAX];
	uint32_t last;
	enum status status = amd_read_dte(ctx->k, sbdf, &place, &last);

	switch (status) {
	case STATUS_OK:
		put_entry(ctx, sbdf, &place);
		return true;
	case STATUS_ABSENT:
		if (last)
			complain(ctx, "beyond-table",
				 "no entry for %s: the last one of the device table is %s",
				 word_bdf(bdf, sbdf),
				 word_bdf(last_bdf, (sbdf & 0xffff0000) | last));
		else
			complain(ctx, "no-segment", "no IOMMU serves the PCI segment of %s",
				 word_bdf(bdf, sbdf));
		return true;
	case STATUS_MISSING:
		cannot(ctx, "read device table entries", status, ctx->k->missing);
		return false;
	default:
		cannot(ctx, arena_printf(&ctx->session->arena, "read the entry of %s",
					 word_bdf(bdf, sbdf)), status, NULL);
		return true;
	}
}

static void show_known_devices(struct context *ctx)
{
	struct inventory *inv = kernel_inventory(ctx->k);
	bool any = false;

	for (size_t i = 0; i < inv->devices.nr; i++) {
		struct device *dev = inv->devices.at[i];

		if (target_interrupted(ctx->session->target))
			return;
		if (!dev->unit)
			continue;
		any = true;
		if (!show_device(ctx, dev->sbdf))
			return;
	}
	if (!any)
		complain(ctx, "no-device", "no device is known to be served by an IOMMU: try -a");
	if (inv->devices_status != STATUS_OK)
		not_all_at(ctx, "list devices", inv->devices_status, inv->devices_missing,
			   inv->devices_at);
}

/* ---- -a: every entry that is not like the untouched ones ---- */

/* The entry that most ids have (Boyer and Moore): what the driver filled the table with. */
static void find_majority(const uint64_t *table, size_t nr, uint64_t ret[AMD_DTE_WORDS])
{
	size_t votes = 0;

	for (size_t i = 0; i < nr; i++) {
		const uint64_t *entry = table + i * AMD_DTE_WORDS;

		if (!votes)
			memcpy(ret, entry, AMD_DTE_BYTES);
		votes += memcmp(ret, entry, AMD_DTE_BYTES) == 0 ? 1 : (size_t)-1;
	}
}

static void show_segment(struct context *ctx, const struct amd_segment *segment)
{
	size_t nr = segment->last_devid + 1, same = 0;
	uint64_t *table = arena_alloc(&ctx->session->arena, nr * AMD_DTE_BYTES);
	uint64_t usual[AMD_DTE_WORDS] = { 0 };
	enum status status = target_read_kva(ctx->session->target, segment->dev_table, table,
					     nr * AMD_DTE_BYTES);

	if (status != STATUS_OK) {
		ctx->k->failed_at = segment->dev_table.v;
		cannot(ctx, "read the whole device table", status, NULL);
		show_known_devices(ctx);
		return;
	}
	find_majority(table, nr, usual);
	for (size_t devid = 0; devid < nr; devid++) {
		uint32_t sbdf = (uint32_t)segment->id << 16 | (uint32_t)devid;
		const uint64_t *words = table + devid * AMD_DTE_WORDS;
		struct amd_dte_place place = {
			.at = kva_plus(segment->dev_table, devid * AMD_DTE_BYTES),
		};

		if (target_interrupted(ctx->session->target))
			return;
		if (memcmp(words, usual, AMD_DTE_BYTES) == 0 &&
		    !kernel_find_device(ctx->k, sbdf)) {
			same++;
			continue;
		}
		memcpy(place.words, words, AMD_DTE_BYTES);
		amd_dte_decode(place.words, ctx->k->enc_mask, &place.dte);
		put_entry(ctx, sbdf, &place);
	}
	sink_note(ctx->sink, NOTE_INFO, "same-entries",
		  "segment %04x: the other %zu ids, which have no device, all hold %016" PRIx64
		  " %016" PRIx64 " %016" PRIx64 " %016" PRIx64,
		  segment->id, same, usual[0], usual[1], usual[2], usual[3]);
}

static void show_all_entries(struct context *ctx)
{
	struct ptrs segments = { 0 };
	enum status status = amd_segments(ctx->k, &segments);

	for (size_t i = 0; i < segments.nr; i++)
		show_segment(ctx, segments.at[i]);
	if (status != STATUS_OK)
		cannot(ctx, "find the device tables", status, ctx->k->missing);
}

/* Two entries: what differs, or with -v every field of both, differences marked. */
static void compare(struct context *ctx, const uint32_t sbdf[2])
{
	struct compared two[2];
	struct amd_dte_place place[2];
	char bdf[WORD_MAX];
	uint32_t last;

	for (unsigned i = 0; i < 2; i++) {
		if (amd_read_dte(ctx->k, sbdf[i], &place[i], &last) != STATUS_OK)
			return; /* show_device() has said why */
		two[i] = (struct compared){
			.name = arena_strdup(&ctx->session->arena, word_bdf(bdf, sbdf[i])),
			.words = place[i].words,
		};
	}
	compare_records(ctx, &amd_dte_record, two);
}

/* The devices that were named, in their order; returns how many, at most max. */
static unsigned named_devices(struct context *ctx, uint32_t *ret, unsigned max)
{
	unsigned nr = 0;

	if (ctx->opt.device && nr < max && parse_bdf(ctx, ctx->opt.device, &ret[nr]))
		nr++;
	for (int i = 0; i < ctx->opt.nr_words && nr < max; i++)
		nr += parse_bdf(ctx, ctx->opt.words[i], &ret[nr]);
	return nr;
}

static void show_named_devices(struct context *ctx)
{
	unsigned max = (unsigned)ctx->opt.nr_words + 1;
	uint32_t *sbdf = arena_alloc(&ctx->session->arena, max * sizeof(*sbdf));
	unsigned nr = named_devices(ctx, sbdf, max);
	bool side_by_side = nr == 2 && ctx->opt.verbose == 1 && !ctx->opt.json;

	for (unsigned i = 0; i < nr && !side_by_side; i++) {
		if (!show_device(ctx, sbdf[i]))
			nr = 0;
	}
	sink_list_end(ctx->sink);
	if (nr == 2)
		compare(ctx, sbdf);
}

void cmd_dte(struct context *ctx)
{
	sink_list(ctx->sink, "entries");
	if (!ctx->opt.verbose)
		sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	if (ctx->opt.nr_words || ctx->opt.device) {
		show_named_devices(ctx);
		return;
	}
	if (ctx->opt.all)
		show_all_entries(ctx);
	else
		show_known_devices(ctx);
	sink_list_end(ctx->sink);
}
