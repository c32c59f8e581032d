// SPDX-License-Identifier: GPL-2.0-or-later
/* A device's own entry in the device table, as what its requests go through. */
#include "amd.h"

#include "format/amd/pt.h"
#include "format/amd/records.h"

#include <string.h>

const struct entry_column amd_entry_columns[] = {
	{ "v", "V" }, { "tv", "TV" }, { "ir", "IR" }, { "iw", "IW" }, { NULL, NULL },
};

struct failure amd_read_dte(struct kernel *k, uint32_t id, struct amd_dte_place *ret,
			    uint32_t *last_devid)
{
	uint32_t devid = id & 0xffff;
	struct failure failure;
	const struct amd_segment *segment =
		amd_find_segment(kernel_inventory(k), amd_segment_of(id), &failure);

	memset(ret, 0, sizeof(*ret));
	*last_devid = 0;
	if (!segment)
		return failure;
	*last_devid = segment->last_devid;
	if (devid > segment->last_devid)
		return failure_of(STATUS_ABSENT);
	ret->at = kva_plus(segment->dev_table, (uint64_t)devid * AMD_DTE_BYTES);
	failure = kernel_read(k, ret->at, ret->words, sizeof(ret->words));
	if (!failed(failure))
		amd_dte_decode(ret->words, k->enc_mask, &ret->dte);
	return failure;
}

/* With GCR3TRPMode the pointer in the device's entry is guest physical. The mode itself is a bit of a
 * register, which no dump has: Linux sets it on every unit that can (drivers/iommu/amd/init.c,
 * iommu_enable_gt()), and nests on no other (amd_iommu_alloc_domain_nested()). */
static bool pointer_is_guest_physical(struct kernel *k, const struct unit *unit)
{
	struct amd_features features;

	if (!unit)
		return true;
	amd_read_features(k, unit, &features);
	return !features.has_efr2 ||
	       record_get(&amd_efr2_record, "gcr3_trp_mode_sup", &features.efr2);
}

static void read_pasids(struct kernel *k, const struct unit *unit, const struct amd_dte *dte,
			struct pasid_table *ret)
{
	*ret = (struct pasid_table){
		.format = &amd_gcr3_tables,
		.table = dte->gcr3_root.v,
		.levels = dte->gcr3_levels,
		.page_levels = dte->guest_levels,
		.serves_plain = dte->guest_io,
		.enc_mask = k->enc_mask,
		.max_tables = kernel_max_tables(k),
	};
	if (!dte->levels)
		return;
	/* What a guest writes has no encryption bit of the host in it. */
	ret->behind_host = true;
	ret->table_behind_host = pointer_is_guest_physical(k, unit);
	ret->enc_mask = 0;
}

/* because: why the unit does not take the entry; NULL: it does. */
static void translation_of(struct kernel *k, const struct unit *unit, const struct amd_dte *dte,
			   const char *because, struct translation *ret)
{
	*ret = (struct translation){
		.state = because ? DMA_ILLEGAL : dte->state,
		.why = dte->state == DMA_PASSTHROUGH_UNCHECKED ? "V=0" : because,
		.has_domain_id = dte->state != DMA_PASSTHROUGH_UNCHECKED, /* V=0: bits 127:1 mean nothing */
		.domain_id = dte->domain_id,
		.read = dte->read,
		.write = dte->write,
	};
	ret->root = kernel_root(k, &amdv1_format, dte->root, dte->levels);
	if (because)
		return;
	ret->why_no_pasids = dte->guest ? NULL : "GV=0";
	ret->has_table = dte->levels && (dte->state == DMA_TRANSLATED || dte->guest);
	if (dte->guest)
		read_pasids(k, unit, dte, &ret->pasids);
}

static void fill_entry(struct kernel *k, const struct unit *unit, const struct amd_dte_place *place,
		       struct entry *ret)
{
	struct record_view *view = &ret->views[0];

	ret->nr_views = ret->nr_before_pasids = 1;
	view->record = &amd_dte_record;
	view->place = place_kva(place->at);
	view->nr_words = AMD_DTE_WORDS;
	view->enc_mask = k->enc_mask;
	memcpy(view->words, place->words, sizeof(place->words));
	amd_judge_entry(k, unit, place, ret);
	translation_of(k, unit, &place->dte, ret->illegal_because, &ret->translation);
}

/* The unit that reads the stream's entry. */
static const struct unit *reader_of(struct kernel *k, const struct stream *stream)
{
	return stream->unit ? stream->unit : amd_unit_of(k, kernel_inventory(k), stream->id);
}

struct failure amd_read_entry(struct kernel *k, const struct stream *stream, struct entry *ret)
{
	struct amd_dte_place place;
	uint32_t last;
	struct failure failure = amd_read_dte(k, stream->id, &place, &last);

	memset(ret, 0, sizeof(*ret));
	ret->beyond = failure.status == STATUS_ABSENT && last;
	ret->last_id = amd_id(amd_segment_of(stream->id), last);
	if (!kva_is_null(place.at)) {
		ret->views[0] = (struct record_view){
			.record = &amd_dte_record, .place = place_kva(place.at), .failure = failure,
		};
		ret->nr_views = 1;
	}
	if (!failed(failure))
		fill_entry(k, reader_of(k, stream), &place, ret);
	return failure;
}

/* ---- every entry that differs from what most ids have ---- */

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

static void remark_on_the_rest(struct kernel *k, const struct entry_visitor *visitor,
			       const struct amd_segment *segment, size_t nr, const uint64_t *words)
{
	visitor->remark(visitor->ctx, "same-entries",
			arena_printf(k->arena, "segment %04x: the other %zu ids, which have no device, all "
				     "hold %016llx %016llx %016llx %016llx", segment->id, nr,
				     (unsigned long long)words[0], (unsigned long long)words[1],
				     (unsigned long long)words[2], (unsigned long long)words[3]));
}

/* What the entry of the ids that were not visited makes of requests; first: one of them. */
static void judge_the_rest(struct kernel *k, const struct entry_visitor *visitor,
			   const struct stream *first, struct kva at, size_t nr,
			   const uint64_t *words)
{
	struct amd_dte_place place = { .at = at };
	struct entry entry = { 0 };

	if (!nr || !visitor->rest)
		return;
	memcpy(place.words, words, AMD_DTE_BYTES);
	amd_dte_decode(place.words, k->enc_mask, &place.dte);
	fill_entry(k, reader_of(k, first), &place, &entry);
	visitor->rest(visitor->ctx, first, nr, &entry);
}

/* False: the visitor ended it, or the user pressed ^C. */
static bool scan_table(struct kernel *k, const struct entry_visitor *visitor,
		       const struct amd_segment *segment, const uint64_t *table)
{
	size_t nr = segment->last_devid + 1, nr_same = 0;
	uint64_t usual[AMD_DTE_WORDS] = { 0 };
	struct stream first = { &amd_vendor, NULL, 0, NULL };
	struct kva first_at = { 0 };

	find_majority(table, nr, usual);
	for (size_t devid = 0; devid < nr; devid++) {
		uint32_t id = amd_id(segment->id, (uint32_t)devid);
		const uint64_t *words = table + devid * AMD_DTE_WORDS;
		const struct device *dev = kernel_find_device(k, id);
		struct stream stream = { &amd_vendor, dev ? device_unit(dev) : NULL, id, NULL };
		struct amd_dte_place place = {
			.at = kva_plus(segment->dev_table, devid * AMD_DTE_BYTES),
		};
		struct entry entry = { 0 };

		if (target_interrupted(k->target))
			return false;
		if (memcmp(words, usual, AMD_DTE_BYTES) == 0 && !dev) {
			if (!nr_same++) {
				first.id = id;
				first_at = place.at;
			}
			continue;
		}
		memcpy(place.words, words, AMD_DTE_BYTES);
		amd_dte_decode(place.words, k->enc_mask, &place.dte);
		fill_entry(k, reader_of(k, &stream), &place, &entry);
		if (!visitor->entry(visitor->ctx, &stream, &entry))
			return false;
	}
	remark_on_the_rest(k, visitor, segment, nr_same, usual);
	judge_the_rest(k, visitor, &first, first_at, nr_same, usual);
	return true;
}

struct failure amd_scan_entries(struct kernel *k, const struct entry_visitor *visitor)
{
	const struct amd_tables *tables = amd_tables(kernel_inventory(k));

	for (size_t i = 0; i < tables->segments.nr; i++) {
		const struct amd_segment *segment = tables->segments.at[i];
		size_t bytes = (segment->last_devid + 1) * (size_t)AMD_DTE_BYTES;
		uint64_t *table = arena_alloc(k->arena, bytes);
		enum status status = target_read_kva(k->target, segment->dev_table, table, bytes);

		if (status != STATUS_OK)
			visitor->unreadable(visitor->ctx, "read the whole device table",
					    failure_at(status, segment->dev_table.v), NULL,
					    amd_id(segment->id, 0),
					    amd_id(segment->id, segment->last_devid));
		else if (!scan_table(k, visitor, segment, table))
			break;
	}
	return tables->failure;
}

struct failure amd_entry_tables(struct kernel *k, const struct table_visitor *visitor)
{
	const struct amd_tables *tables = amd_tables(kernel_inventory(k));
	struct failure first = tables->failure;

	for (size_t i = 0; i < tables->segments.nr; i++) {
		const struct amd_segment *segment = tables->segments.at[i];
		struct pa at;
		struct failure failure = kernel_to_pa(k, segment->dev_table, &at);

		first = first_failure(first, failure);
		if (!failed(failure))
			visitor->table(visitor->ctx, at, (segment->last_devid + 1) * (uint64_t)AMD_DTE_BYTES,
				       arena_printf(k->arena, "the device table of segment %04x", segment->id));
	}
	return first;
}
