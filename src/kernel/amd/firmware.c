// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The firmware's description of AMD's IOMMUs (IVRS) as the seam wants it: blocks and entries to be shown, and
 * what Linux makes of them: the units, whom each serves, and which memory is to be mapped one to one.
 */
#include "amd.h"

#include "format/amd/ivrs.h"
#include "format/amd/records.h"
#include "ivrs.h"
#include "kernel/pieces.h"

#include <string.h>


struct ivrs {
	struct kernel *k;
	struct ivrs_table table;
	uint8_t used; /* the type of IVHD that Linux takes; 0: not known */
	struct firmware *firmware;
};

static void add_view(struct kernel *k, struct ptrs *list, const char *label, const char *key,
		     const struct record *record, uint32_t offset, const uint64_t *words)
{
	struct record_view *view = arena_alloc(k->arena, sizeof(*view));

	*view = (struct record_view){
		.label = label,
		.key = key,
		.record = record,
		.place = { SPACE_FILE, offset },
		.nr_words = (uint8_t)((record->nr_bits + 63u) / 64),
	};
	memcpy(view->words, words, view->nr_words * sizeof(*words));
	ptrs_push(k->arena, list, view);
}

/* ---- one device entry ---- */

/* The names of the flags that are set, and the fields that are numbers and not zero. */
static const char *settings_words(struct kernel *k, const struct ivrs_entry *entry)
{
	static const char *const keys[] = { "init_pass",  "eint_pass",	"nmi_pass",	"sys_mgt",
					    "lint0_pass", "lint1_pass", "ats_disabled" };
	const char *line = "";

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct field *field = entry->record ? record_field(entry->record, keys[i]) :
							    NULL;
		uint64_t value = field ? field_get(field, entry->words) : 0;

		if (!value)
			continue;
		line = joined(k, line, field->name);
		if (field->kind == FIELD_NUMBER)
			line = arena_printf(k->arena, "%s=%llu", line, (unsigned long long)value);
	}
	return line;
}

static const char *special_words(struct kernel *k, const struct ivrs_entry *entry)
{
	const struct field *variety = record_field(entry->record, "variety");
	unsigned long long value = field_get(variety, entry->words);
	const char *name = field_value_name(variety, value);

	return arena_printf(k->arena, "%s %llu",
			    name ? name : arena_printf(k->arena, "variety %llu", value),
			    (unsigned long long)record_get(entry->record, "handle", entry->words));
}

static const char *hid_words(struct kernel *k, const struct ivrs_entry *entry)
{
	const char *line = arena_printf(k->arena, "%s", entry->hid);

	if (*entry->cid)
		line = arena_printf(k->arena, "%s, %s", line, entry->cid);
	if (entry->uid_format == 1)
		line = arena_printf(k->arena, "%s uid %llu", line,
				    (unsigned long long)entry->uid_number);
	else if (entry->uid_format == 2)
		line = arena_printf(k->arena, "%s uid %s", line, entry->uid);
	return line;
}

static const char *fault_words(struct kernel *k, enum ivrs_fault fault)
{
	return fault ? arena_printf(k->arena, "<%s>", ivrs_fault_text(fault)) : "";
}

/* What is wrong; NULL: nothing, though its type may not be known. */
static const char *damage_text(enum ivrs_fault fault)
{
	return ivrs_is_damage(fault) ? ivrs_fault_text(fault) : NULL;
}

static const char *what_words(struct kernel *k, const struct ivrs_entry *entry)
{
	const char *line = settings_words(k, entry);

	if (entry->record && entry->type == IVRS_SPECIAL)
		line = joined(k, special_words(k, entry), line);
	if (entry->record && entry->type == IVRS_ACPI_HID)
		line = joined(k, hid_words(k, entry), line);
	if (entry->fault)
		line = joined(k, line, fault_words(k, entry->fault));
	return *line ? line : "-";
}

/* The devices that an entry is about. A range stands in two entries, of which the second names them all. */
static const char *devices_words(struct kernel *k, uint16_t segment, const struct ivrs_entry *entry)
{
	if (!entry->record || entry->last < entry->first)
		return "-";
	if (entry->type == IVRS_ALL)
		return "all";
	if (entry->last == entry->first)
		return sbdf_word(k, amd_id(segment, entry->first));
	return arena_printf(k->arena, "%s to %s", sbdf_word(k, amd_id(segment, entry->first)),
			    sbdf_word(k, amd_id(segment, entry->last)));
}

/* The id that stands in the entry itself. */
static uint16_t own_device(const struct ivrs_entry *entry)
{
	return entry->type == IVRS_RANGE_END ? entry->last : entry->first;
}

static void add_hid_values(struct kernel *k, const struct ivrs_entry *entry, struct ptrs *ret)
{
	struct named_value uid = { .key = "uid", .kind = VALUE_NONE };

	if (entry->uid_format == 1)
		uid = (struct named_value){ "uid", VALUE_COUNT, entry->uid_number, NULL };
	else if (entry->uid_format == 2)
		uid = (struct named_value){ "uid", VALUE_TEXT, 0, arena_strdup(k->arena, entry->uid) };
	add_value(k, ret, (struct named_value){ "hid", VALUE_TEXT, 0,
						arena_strdup(k->arena, entry->hid) });
	add_value(k, ret, (struct named_value){ "cid", VALUE_TEXT, 0,
						arena_strdup(k->arena, entry->cid) });
	add_value(k, ret, (struct named_value){ "uid_format", VALUE_COUNT, entry->uid_format, NULL });
	add_value(k, ret, uid);
}

static void add_entry(struct kernel *k, uint16_t segment, const struct ivrs_entry *entry,
		      struct firmware_block *ret)
{
	struct firmware_entry *item = arena_alloc(k->arena, sizeof(*item));

	item->type_name = entry->name;
	item->type = entry->name ? entry->name : arena_printf(k->arena, "0x%x", entry->type);
	item->type_number = entry->type;
	item->offset = entry->offset;
	if (entry->has_device)
		item->device = sbdf_word(k, amd_id(segment, own_device(entry)));
	if (entry->has_alias)
		item->alias = sbdf_word(k, amd_id(segment, entry->alias));
	item->devices = devices_words(k, segment, entry);
	item->what = what_words(k, entry);
	item->damage = damage_text(entry->fault);
	item->unknown = !entry->name;
	item->view = (struct record_view){
		.record = entry->record,
		.place = { SPACE_FILE, entry->offset },
		.words = { entry->words[0] },
		.nr_words = 1,
	};
	if (entry->record && entry->type == IVRS_ACPI_HID)
		add_hid_values(k, entry, &item->values);
	ptrs_push(k->arena, &ret->entries, item);
}

static void add_entries(struct kernel *k, const struct ivrs_block *block,
			struct firmware_block *ret)
{
	struct ivrs_entry entry = { 0 };

	while (amd_ivrs_next_entry(block, &entry) && !target_interrupted(k->target))
		add_entry(k, block->segment, &entry, ret);
	if (entry.range_open)
		ptrs_push(k->arena, &ret->remarks,
			  arena_printf(k->arena, "the range that starts with %s has no end in the IVHD at +%x",
				       sbdf_word(k, amd_id(block->segment, entry.range_first)),
				       block->offset));
}

/* ---- one block ---- */

static const char *ivhd_words(const struct ivrs *ivrs, const struct ivrs_block *block)
{
	struct kernel *k = ivrs->k;
	const char *aside = "";

	if (ivrs->used && ivrs->used != block->type)
		aside = arena_printf(k->arena, "  (Linux uses type %02xh)", ivrs->used);
	return arena_printf(k->arena, "unit %s  registers %llx%s", sbdf_word(k, block->sbdf),
			    (unsigned long long)block->mmio_pa, aside);
}

static const char *perm_word(const struct ivrs_block *block)
{
	bool read = record_get(block->record, "ir", block->words);
	bool write = record_get(block->record, "iw", block->words);

	return read ? write ? "rw" : "r-" : write ? "-w" : "--";
}

/* Linux drivers/iommu/amd/init.c, init_memory_definitions(), goes over every block and leaves out those of other
 * types than these three. */
static bool is_read_by_linux(const struct ivrs_block *ivmd)
{
	return ivmd->type == IVMD_ALL || ivmd->type == IVMD_ONE || ivmd->type == IVMD_RANGE;
}

static const char *ivmd_aside(const struct ivrs *ivrs, const struct ivrs_block *block)
{
	uint32_t twin = amd_ivmd_twin(block);

	if (is_read_by_linux(block))
		return "";
	if (!twin)
		return "  (not read by Linux; in no specification at hand: read here as the IVMD 21h that it repeats in "
		       "tables of other machines)";
	return arena_printf(ivrs->k->arena, "  (not read by Linux; the same as the IVMD 21h at +%x)", twin);
}

static const char *ivmd_words(const struct ivrs *ivrs, const struct ivrs_block *block)
{
	struct kernel *k = ivrs->k;

	return arena_printf(k->arena, "%llx to %llx  %s%s%s  for %s to %s%s",
			    (unsigned long long)block->start,
			    (unsigned long long)(block->start + (block->bytes ? block->bytes - 1 : 0)),
			    perm_word(block), block->unity ? "  unity" : "",
			    block->exclusion ? "  exclusion range" : "", sbdf_word(k, block->first),
			    sbdf_word(k, block->last), ivmd_aside(ivrs, block));
}

static const char *block_words(const struct ivrs *ivrs, const struct ivrs_block *block)
{
	const char *words = !block->record ? "" :
			    block->is_ivhd ? ivhd_words(ivrs, block) :
					     ivmd_words(ivrs, block);

	return arena_printf(ivrs->k->arena, "%s%s%s", words, *words && block->fault ? "  " : "",
			    fault_words(ivrs->k, block->fault));
}

static void add_views(struct kernel *k, const struct ivrs_block *block, struct firmware_block *ret)
{
	if (block->record)
		add_view(k, &ret->views, NULL, "fields", block->record, block->offset, block->words);
	if (!block->has_efr)
		return;
	add_view(k, &ret->views, "EFR", "efr", &amd_efr_record, block->offset, &block->efr);
	add_view(k, &ret->views, "EFR2", "efr2", &amd_efr2_record, block->offset, &block->efr2);
}

static void add_block(const struct ivrs *ivrs, const struct ivrs_block *block)
{
	struct kernel *k = ivrs->k;
	struct firmware_block *item = arena_alloc(k->arena, sizeof(*item));

	item->type_name = block->is_ivhd ? "IVHD" : block->is_ivmd ? "IVMD" : NULL;
	item->type_number = block->type;
	item->offset = block->offset;
	item->length = block->length;
	item->words = block_words(ivrs, block);
	item->damage = damage_text(block->fault);
	item->unknown = block->fault == IVRS_UNKNOWN_TYPE;
	if (block->is_ivhd && ivrs->used)
		add_value(k, &item->values,
			  (struct named_value){ "used", VALUE_FLAG, block->type == ivrs->used, NULL });
	if (block->record && block->is_ivmd && !is_read_by_linux(block))
		add_value(k, &item->values, (struct named_value){ "used", VALUE_FLAG, false, NULL });
	add_views(k, block, item);
	add_entries(k, block, item);
	ptrs_push(k->arena, &ivrs->firmware->blocks, item);
}

/* ---- what it means ---- */

static void add_unit(const struct ivrs *ivrs, const struct ivrs_block *block)
{
	struct firmware_unit *unit;

	if (!block->is_ivhd || !block->record || block->type != ivrs->used)
		return;
	unit = arena_alloc(ivrs->k->arena, sizeof(*unit));
	*unit = (struct firmware_unit){ "IVHD", block->offset, block->mmio_pa, true, block->sbdf };
	ptrs_push(ivrs->k->arena, &ivrs->firmware->units, unit);
}

/* The devices of a range, by PCI address. */
struct ids {
	uint32_t first, last;
};

static bool has_range(const struct firmware *firmware, const struct firmware_range *range,
		      const struct device *dev)
{
	const struct ids *ids = range->of_vendor;

	(void)firmware;
	return dev->sbdf >= ids->first && dev->sbdf <= ids->last;
}

static void add_range(const struct ivrs *ivrs, const struct ivrs_block *block)
{
	struct firmware_range *range;
	struct ids *ids;

	if (!block->is_ivmd || !block->record || !is_read_by_linux(block) || !block->bytes ||
	    !(block->unity || block->exclusion))
		return;
	ids = arena_alloc(ivrs->k->arena, sizeof(*ids));
	*ids = (struct ids){ block->first, block->last };
	range = arena_alloc(ivrs->k->arena, sizeof(*range));
	*range = (struct firmware_range){
		.block = "IVMD",
		.offset = block->offset,
		.start = block->start,
		.last = block->start + block->bytes - 1,
		/* Linux gives an exclusion range both permissions. */
		.read = block->exclusion || record_get(block->record, "ir", block->words),
		.write = block->exclusion || record_get(block->record, "iw", block->words),
		.of_vendor = ids,
	};
	amd_ivmd_pages(block, &range->first_page, &range->last_page);
	ptrs_push(ivrs->k->arena, &ivrs->firmware->ranges, range);
}

static void covers(const struct firmware *firmware, const struct device *dev,
		   struct firmware_coverage *ret)
{
	const struct ivrs *ivrs = firmware->of_vendor;
	struct ivrs_service service;

	amd_ivrs_serve(&ivrs->table, ivrs->used, dev->sbdf, &service);
	*ret = (struct firmware_coverage){ .id = amd_id(amd_segment_of(dev->sbdf), service.alias) };
	if (service.covered)
		ret->unit = firmware_unit_at(firmware, service.block);
	ret->covered = ret->unit != NULL;
}

/* ---- the table ---- */

static void read_header(const struct ivrs *ivrs, struct firmware *ret)
{
	const struct ivrs_table *table = &ivrs->table;

	ret->name = "IVRS";
	ret->key = "ivrs";
	ret->unit_block = "IVHD";
	ret->range_block = "IVMD";
	ret->entries_key = "entries";
	ret->range_word = "unity maps";
	ret->gives_ids = true;
	firmware_header(ivrs->k, &table->acpi, ret);
	ret->flags = (struct record_view){
		.key = "ivinfo",
		.record = &amd_ivinfo_record,
		.words = { table->ivinfo },
		.nr_words = 1,
	};
}

/* What cannot be compared: the driver copies no block, serves with every unit that it has, and rounds ranges to whole
 * pages. */
static void add_idle(struct kernel *k, struct firmware *ret)
{
	static const struct firmware_difference idle[] = {
		{ .code = "copy-differs", .text = "here the driver keeps no copy of the firmware's blocks" },
		{ .code = "block-not-kept", .text = "here the driver keeps no copy of the firmware's blocks" },
		{ .code = "scope-not-kept", .text = "here the driver keeps no copy of the firmware's blocks" },
		{ .code = "scope-without-block", .text = "here the driver keeps no copy of the firmware's blocks" },
		{ .code = "device-left-out", .text = "this driver leaves no unit out by itself" },
		{ .code = "BLOCK-odd", .text = "the form of such memory is not judged here" },
	};

	for (size_t i = 0; i < sizeof(idle) / sizeof(idle[0]); i++)
		ptrs_push(k->arena, &ret->idle, (void *)(uintptr_t)&idle[i]);
}

struct failure amd_read_firmware(struct kernel *k, const struct acpi_table *table,
				 struct firmware *ret)
{
	struct ivrs *ivrs = arena_alloc(k->arena, sizeof(*ivrs));
	struct ivrs_block block = { 0 };

	memset(ret, 0, sizeof(*ret));
	if (amd_ivrs_open(table->bytes, table->length, &ivrs->table) == IVRS_NO_HEADER)
		return failure_at(STATUS_DAMAGED, table->at.v);
	ivrs->k = k;
	ivrs->used = amd_ivhd_type_used(k, &ivrs->table);
	ivrs->firmware = ret;
	read_header(ivrs, ret);
	add_idle(k, ret);
	ret->covers = covers;
	ret->has_range = has_range;
	ret->of_vendor = ivrs;
	while (amd_ivrs_next_block(&ivrs->table, &block) && !target_interrupted(k->target)) {
		add_block(ivrs, &block);
		add_unit(ivrs, &block);
		add_range(ivrs, &block);
	}
	return NO_FAILURE;
}
