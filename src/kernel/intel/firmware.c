// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The firmware's description of VT-d units (DMAR) as the seam wants it: blocks and device scopes to be shown, and what
 * Linux makes of them: the units, whom each serves, and which memory is to be mapped one to one.
 */
#include "dmar.h"

#include "format/intel/records.h"
#include "kernel/pieces.h"

#include <string.h>

struct dmar {
	struct kernel *k;
	struct dmar_table table;
	struct dmar_places places;
	struct dmar_units *units;
	struct firmware *firmware;
};

static const char *fault_words(struct kernel *k, enum dmar_fault fault)
{
	return fault ? arena_printf(k->arena, "<%s>", dmar_fault_text(fault)) : "";
}

/* What is wrong; NULL: nothing, though its type may not be known. */
static const char *damage_text(enum dmar_fault fault)
{
	return fault == DMAR_UNKNOWN_TYPE ? NULL : dmar_fault_text(fault);
}

/* The names of the flags that are set. */
static const char *flag_words(struct kernel *k, const struct record *record, const uint64_t *words)
{
	const char *line = "";

	for (unsigned i = 0; i < record->nr_fields; i++) {
		const struct field *field = &record->fields[i];

		if (field->kind == FIELD_FLAG && field_get(field, words))
			line = joined(k, line, field->name);
	}
	return line;
}

/* ---- one device scope ---- */

/* "1c.0/00.0": the steps of the path. */
static const char *path_words(struct kernel *k, const struct dmar_scope *scope)
{
	const char *line = "";

	for (unsigned i = 0; i < scope->nr_path; i++) {
		uint8_t devfn = intel_dmar_path_devfn(scope, i);

		line = arena_printf(k->arena, "%s%s%02x.%x", line, i ? "/" : "", devfn >> 3, devfn & 7);
	}
	return line;
}

/* The id that a path of a single step says by itself. */
static uint32_t first_id(const struct dmar_block *block, const struct dmar_scope *scope)
{
	return intel_id(block->segment, (uint32_t)scope->start_bus << 8 | intel_dmar_path_devfn(scope, 0));
}

static bool names_pci(const struct dmar_scope *scope)
{
	return scope->type == DMAR_SCOPE_ENDPOINT || scope->type == DMAR_SCOPE_BRIDGE;
}

/* An id that stands there, whether or not the kernel has a device of that id; NULL: none without the tree of buses. */
static const char *device_word(const struct dmar *dmar, const struct dmar_block *block,
			       const struct dmar_scope *scope, const struct dmar_place *place)
{
	if (place)
		return place->dev->name;
	return scope->nr_path == 1 ? sbdf_word(dmar->k, first_id(block, scope)) : NULL;
}

/* The same, and for a longer path that leads nowhere the path. */
static const char *devices_word(const struct dmar *dmar, const struct dmar_block *block,
				const struct dmar_scope *scope, const char *device)
{
	if (device || !scope->nr_path)
		return device ? device : "-";
	return arena_printf(dmar->k->arena, "%s/%s", sbdf_word(dmar->k, first_id(block, scope)),
			    path_words(dmar->k, scope) + strlen("00.0/"));
}

static const char *acpi_name(const struct dmar *dmar, uint8_t number)
{
	struct dmar_block block = { 0 };

	while (intel_dmar_next_block(&dmar->table, &block)) {
		if (block.type == DMAR_ANDD && block.record && block.acpi_device == number)
			return arena_strdup(dmar->k->arena, block.acpi_name);
	}
	return NULL;
}

static const char *acpi_words(const struct dmar *dmar, const struct dmar_scope *scope)
{
	const char *name = acpi_name(dmar, scope->enumeration_id);

	if (!dmar->table.bytes) /* nobody keeps the ANDDs */
		return arena_printf(dmar->k->arena, "number %u", scope->enumeration_id);
	return name ? arena_printf(dmar->k->arena, "number %u, %s", scope->enumeration_id, name) :
		      arena_printf(dmar->k->arena, "number %u, which no ANDD names", scope->enumeration_id);
}

static const char *pci_words(const struct dmar *dmar, const struct dmar_scope *scope,
			     const struct dmar_place *place)
{
	if (!place)
		return failed(dmar->firmware->places) ? "whether it is there is not known" :
							"no such device now";
	if (scope->type != DMAR_SCOPE_BRIDGE)
		return "";
	return arena_printf(dmar->k->arena, "and %zu behind it", intel_nr_behind(&dmar->places, place));
}

static const char *what_words(const struct dmar *dmar, const struct dmar_scope *scope,
			      const struct dmar_place *place)
{
	struct kernel *k = dmar->k;
	const char *line = "";

	if (!scope->record)
		return fault_words(k, scope->fault);
	if (scope->type == DMAR_SCOPE_IOAPIC)
		line = arena_printf(k->arena, "id %u", scope->enumeration_id);
	else if (scope->type == DMAR_SCOPE_HPET)
		line = arena_printf(k->arena, "number %u", scope->enumeration_id);
	else if (scope->type == DMAR_SCOPE_ACPI)
		line = acpi_words(dmar, scope);
	else if (names_pci(scope) && scope->nr_path)
		line = pci_words(dmar, scope, place);
	line = joined(k, line, flag_words(k, scope->record, scope->words));
	line = joined(k, line, fault_words(k, scope->fault));
	return *line ? line : "-";
}

static void add_scope_values(const struct dmar *dmar, const struct dmar_scope *scope,
			     const struct dmar_place *place, struct ptrs *ret)
{
	struct kernel *k = dmar->k;

	add_value(k, ret, (struct named_value){ "path", VALUE_TEXT, 0, path_words(k, scope) });
	if (names_pci(scope) && !failed(dmar->firmware->places))
		add_value(k, ret, (struct named_value){ "found", VALUE_FLAG, place != NULL, NULL });
	if (scope->type == DMAR_SCOPE_ACPI)
		add_value(k, ret, (struct named_value){ "name", VALUE_TEXT, 0,
							acpi_name(dmar, scope->enumeration_id) });
}

static void add_scope(const struct dmar *dmar, const struct dmar_block *block,
		      const struct dmar_scope *scope, struct firmware_block *ret)
{
	struct kernel *k = dmar->k;
	struct firmware_entry *item = arena_alloc(k->arena, sizeof(*item));
	const struct dmar_place *place =
		scope->record && (names_pci(scope) || scope->nr_path > 1) ?
			intel_place_of_scope(&dmar->places, block->segment, scope) : NULL;

	item->type_name = scope->name;
	item->type = scope->name ? scope->name : arena_printf(k->arena, "0x%x", scope->type);
	item->type_number = scope->type;
	item->offset = scope->offset;
	item->damage = damage_text(scope->fault);
	item->unknown = scope->fault == DMAR_UNKNOWN_TYPE;
	if (scope->record)
		item->device = device_word(dmar, block, scope, place);
	item->devices = devices_word(dmar, block, scope, item->device);
	item->what = what_words(dmar, scope, place);
	item->view = (struct record_view){
		.record = scope->record,
		.place = { SPACE_FILE, scope->offset },
		.words = { scope->words[0] },
		.nr_words = 1,
	};
	if (scope->record)
		add_scope_values(dmar, scope, place, &item->values);
	ptrs_push(k->arena, &ret->entries, item);
}

/* ---- one block ---- */

static const char *unit_words(const struct dmar *dmar, const struct dmar_block *block)
{
	return arena_printf(dmar->k->arena, "registers %llx  segment %x", (unsigned long long)block->mmio_pa,
			    block->segment);
}

static const char *own_words(const struct dmar *dmar, const struct dmar_block *block)
{
	struct arena *arena = dmar->k->arena;

	switch (block->type) {
	case DMAR_DRHD:
		return unit_words(dmar, block);
	case DMAR_RMRR:
		return arena_printf(arena, "%llx to %llx  segment %x", (unsigned long long)block->start,
				    (unsigned long long)block->last, block->segment);
	case DMAR_RHSA:
		return arena_printf(arena, "registers %llx  near to proximity domain %u",
				    (unsigned long long)block->mmio_pa, block->proximity_domain);
	case DMAR_ANDD:
		return arena_printf(arena, "number %u is %s", block->acpi_device, block->acpi_name);
	default:
		return arena_printf(arena, "segment %x", block->segment);
	}
}

static const char *block_words(const struct dmar *dmar, const struct dmar_block *block)
{
	struct kernel *k = dmar->k;
	const char *line = "", *flags;

	if (block->record) {
		line = own_words(dmar, block);
		flags = flag_words(k, block->record, block->words);
		line = arena_printf(k->arena, "%s%s%s%s", line, *flags ? "  " : "", flags,
				    intel_reads_type(k, block->type) ? "" : "  (not read by this kernel)");
	}
	return arena_printf(k->arena, "%s%s%s", line, *line && block->fault ? "  " : "",
			    fault_words(k, block->fault));
}

static void add_fields(struct kernel *k, const struct dmar_block *block, struct ptrs *ret)
{
	struct record_view *view;

	if (!block->record)
		return;
	view = arena_alloc(k->arena, sizeof(*view));
	*view = (struct record_view){
		.key = "fields",
		.record = block->record,
		.place = { SPACE_FILE, block->offset },
		.nr_words = (uint8_t)((block->record->nr_bits + 63u) / 64),
	};
	memcpy(view->words, block->words, view->nr_words * sizeof(*view->words));
	ptrs_push(k->arena, ret, view);
}

static struct firmware_block *add_block(const struct dmar *dmar, const struct dmar_block *block)
{
	struct kernel *k = dmar->k;
	struct firmware_block *item = arena_alloc(k->arena, sizeof(*item));
	struct dmar_scope scope = { 0 };

	item->type_name = block->name;
	item->type_number = block->type;
	item->offset = block->offset;
	item->length = block->length;
	item->words = block_words(dmar, block);
	item->damage = damage_text(block->fault);
	item->unknown = block->fault == DMAR_UNKNOWN_TYPE;
	if (block->record)
		add_value(k, &item->values,
			  (struct named_value){ "used", VALUE_FLAG, intel_reads_type(k, block->type), NULL });
	if (block->record && block->type == DMAR_ANDD)
		add_value(k, &item->values, (struct named_value){ "name", VALUE_TEXT, 0,
								  arena_strdup(k->arena, block->acpi_name) });
	add_fields(k, block, &item->views);
	while (intel_dmar_next_scope(block, &scope) && !target_interrupted(k->target))
		add_scope(dmar, block, &scope, item);
	ptrs_push(k->arena, &dmar->firmware->blocks, item);
	return item;
}

/* ---- what it means ---- */

static bool is_told_already(const struct firmware *firmware, uint64_t mmio_pa)
{
	for (size_t i = 0; i < firmware->units.nr; i++) {
		if (((const struct firmware_unit *)firmware->units.at[i])->mmio_pa == mmio_pa)
			return true;
	}
	return false;
}

static void add_unit(const struct dmar *dmar, const struct dmar_block *block)
{
	struct firmware_unit *unit;

	if (block->type != DMAR_DRHD || !block->record || is_told_already(dmar->firmware, block->mmio_pa))
		return;
	unit = arena_alloc(dmar->k->arena, sizeof(*unit));
	*unit = (struct firmware_unit){ .block = "DRHD", .offset = block->offset, .mmio_pa = block->mmio_pa };
	ptrs_push(dmar->k->arena, &dmar->firmware->units, unit);
}

/* Linux drivers/iommu/intel/iommu.c, rmrr_sanity_check(), warns of the first three. */
static const char *odd_words(const struct dmar_block *block, const struct firmware_range *range)
{
	if (block->last < block->start)
		return "ends before it starts";
	if (!range_has_pages(range))
		return "is less than a page, so that nothing of it is mapped";
	if (range->first_page != block->start || range->last_page != block->last)
		return "is no whole pages";
	return block->start ? NULL : "starts at address 0, where a device that was given no address reads and writes";
}

/* The devices that an RMRR names. */
static struct ptrs *named_places(const struct dmar *dmar, const struct dmar_block *block)
{
	struct ptrs *ret = arena_alloc(dmar->k->arena, sizeof(*ret));
	struct dmar_scope scope = { 0 };

	while (intel_dmar_next_scope(block, &scope)) {
		struct dmar_place *place =
			scope.record && names_pci(&scope) ?
				intel_place_of_scope(&dmar->places, block->segment, &scope) : NULL;

		if (place)
			ptrs_push(dmar->k->arena, ret, place);
	}
	return ret;
}

static void add_range(const struct dmar *dmar, const struct dmar_block *block)
{
	struct firmware_range *range;

	if (block->type != DMAR_RMRR || !block->record)
		return;
	range = arena_alloc(dmar->k->arena, sizeof(*range));
	*range = (struct firmware_range){
		.block = "RMRR",
		.offset = block->offset,
		.start = block->start,
		.last = block->last,
		.read = true,
		.write = true,
		.of_vendor = named_places(dmar, block),
	};
	intel_rmrr_pages(block->start, block->last, &range->first_page, &range->last_page);
	range->odd = odd_words(block, range);
	ptrs_push(dmar->k->arena, &dmar->firmware->ranges, range);
}

static bool has_range(const struct firmware *firmware, const struct firmware_range *range,
		      const struct device *dev)
{
	const struct dmar *dmar = firmware->of_vendor;
	const struct ptrs *named = range->of_vendor;
	const struct dmar_place *place = dev->is_pci ? intel_place_of(&dmar->places, dev) : NULL;

	for (size_t i = 0; place && i < named->nr; i++) {
		if (intel_is_under(place, named->at[i]))
			return true;
	}
	return false;
}

/* NULL: it remaps DMA, or the driver does not run it at all. */
static const char *why_left_out(const struct dmar *dmar, uint64_t mmio_pa)
{
	const struct ptrs *units = &intel_machine(kernel_inventory(dmar->k))->units;

	for (size_t i = 0; i < units->nr; i++) {
		const struct intel_unit *unit = units->at[i];

		if (!unit->unit->has_mmio || unit->unit->mmio.v != mmio_pa)
			continue;
		if (unit->ignored)
			return "the driver leaves their unit out";
		return !failed(unit->failure) && kva_is_null(unit->root) ? "their unit has no root table" : NULL;
	}
	return NULL;
}

static void covers(const struct firmware *firmware, const struct device *dev, struct firmware_coverage *ret)
{
	const struct dmar *dmar = firmware->of_vendor;
	uint32_t offset = intel_dmar_serves(dmar->units, &dmar->places, dev);

	*ret = (struct firmware_coverage){ .unit = offset ? firmware_unit_at(firmware, offset) : NULL };
	ret->covered = ret->unit != NULL;
	if (ret->covered)
		ret->left_out = why_left_out(dmar, ret->unit->mmio_pa);
}

/* ---- the table ---- */

static void read_header(const struct dmar *dmar, struct firmware *ret)
{
	const struct dmar_table *table = &dmar->table;
	struct kernel *k = dmar->k;
	const char *flags = flag_words(k, &intel_dmar_record, &table->header);

	ret->name = "DMAR";
	ret->key = "dmar";
	ret->unit_block = "DRHD";
	ret->range_block = "RMRR";
	ret->entries_key = "scope";
	ret->range_word = "reserved memory";
	firmware_header(k, &table->acpi, ret);
	ret->flags = (struct record_view){
		.key = "fields",
		.record = &intel_dmar_record,
		.words = { table->header },
		.nr_words = 1,
	};
	ret->words = arena_printf(k->arena, "host address width %u  %s", table->host_address_bits,
				  *flags ? flags : "no flags");
	add_value(k, &ret->values, (struct named_value){ "host_address_width", VALUE_COUNT,
							 table->host_address_bits, NULL });
	add_value(k, &ret->values, (struct named_value){ "flags", VALUE_COUNT, table->flags, NULL });
}

static const struct firmware_difference no_aliases = {
	.code = "alias-differs", .text = "this table of firmware gives no device an alias",
};

struct failure intel_read_firmware(struct kernel *k, const struct acpi_table *table, struct firmware *ret)
{
	struct dmar *dmar = arena_alloc(k->arena, sizeof(*dmar));
	struct dmar_block block = { 0 };

	memset(ret, 0, sizeof(*ret));
	if (intel_dmar_open(table->bytes, table->length, &dmar->table) == DMAR_NO_HEADER)
		return failure_at(STATUS_DAMAGED, table->at.v);
	dmar->k = k;
	dmar->firmware = ret;
	read_header(dmar, ret);
	ptrs_push(k->arena, &ret->idle, (void *)(uintptr_t)&no_aliases);
	ret->places = intel_places(k, &dmar->places);
	dmar->units = intel_dmar_units(k, &dmar->table, &dmar->places);
	ret->covers = covers;
	ret->has_range = has_range;
	ret->of_vendor = dmar;
	while (intel_dmar_next_block(&dmar->table, &block) && !target_interrupted(k->target)) {
		add_block(dmar, &block);
		add_unit(dmar, &block);
		add_range(dmar, &block);
	}
	intel_compare_copies(k, &dmar->table, &dmar->places, ret);
	return NO_FAILURE;
}

/* ---- without the table ---- */

static void add_kept_device(struct kernel *k, struct kva at, struct firmware_block *ret)
{
	struct firmware_entry *entry = arena_alloc(k->arena, sizeof(*entry));
	const struct device *dev = u64map_get(&kernel_inventory(k)->device_at, at.v);

	entry->kept = true;
	entry->type = "device";
	entry->device = dev ? dev->name : NULL;
	entry->devices = dev ? dev->name : arena_printf(k->arena, "at %llx", (unsigned long long)at.v);
	entry->what = "-";
	ptrs_push(k->arena, &ret->entries, entry);
}

/* A block that is not at hand itself: of an RMRR the driver copied what it goes by, of the others which devices of it
 * are there. */
static struct firmware_block *add_lost_block(const struct dmar *dmar, const struct dmar_list *list,
					     const struct dmar_copy *copy)
{
	struct kernel *k = dmar->k;
	struct firmware_block *item = arena_alloc(k->arena, sizeof(*item));
	struct ptrs devices = { 0 };
	struct failure failure = intel_scope_devices(k, list, copy->at, &devices);

	if (failed(failure))
		kernel_leave_unreported(k, failure);
	item->type_name = list->name;
	item->type_number = (uint16_t)list->type;
	item->words = !copy->has_range ? "the block itself could not be read" :
		      arena_printf(k->arena, "%llx to %llx  the block itself could not be read",
				   (unsigned long long)copy->base, (unsigned long long)copy->last);
	if (copy->has_range) {
		add_value(k, &item->values, (struct named_value){ "start", VALUE_HEX, copy->base, NULL });
		add_value(k, &item->values, (struct named_value){ "last", VALUE_HEX, copy->last, NULL });
	}
	for (size_t i = 0; i < devices.nr; i++)
		add_kept_device(k, *(const struct kva *)devices.at[i], item);
	ptrs_push(k->arena, &dmar->firmware->blocks, item);
	return item;
}

static void add_kept_list(const struct dmar *dmar, const struct dmar_list *list)
{
	struct ptrs copies = { 0 };
	struct failure failure = intel_copies(dmar->k, list, &copies);

	if (failed(failure))
		kernel_leave_unreported(dmar->k, failure);
	for (size_t i = 0; i < copies.nr && !target_interrupted(dmar->k->target); i++) {
		const struct dmar_copy *copy = copies.at[i];
		struct firmware_block *item = copy->has_block ? add_block(dmar, &copy->block) :
								add_lost_block(dmar, list, copy);

		item->kept = true;
		item->kept_at = copy->has_block ? copy->block_at : copy->at;
	}
}

void intel_kept_firmware(struct kernel *k, struct firmware *ret)
{
	struct dmar *dmar = arena_alloc(k->arena, sizeof(*dmar));

	memset(ret, 0, sizeof(*ret));
	dmar->k = k;
	dmar->firmware = ret;
	ret->name = "DMAR";
	ret->key = "dmar";
	ret->entries_key = "scope";
	ret->places = intel_places(k, &dmar->places);
	for (const struct dmar_list *list = intel_dmar_lists; list->symbol; list++) {
		if (intel_reads_type(k, list->type))
			add_kept_list(dmar, list);
	}
}
