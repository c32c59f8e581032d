// SPDX-License-Identifier: GPL-2.0-or-later
/* What Linux makes of the firmware's IVRS: which of several descriptions it takes, whom they serve, how it rounds
 * memory. */
#include "amd.h"

#include "ivrs.h"

#define KERNEL_PAGE_BYTES 4096u /* x86-64's PAGE_SIZE */

static bool is_ivhd_type(uint64_t type)
{
	return type == IVHD_10 || type == IVHD_11 || type == IVHD_40;
}

/* The id that stands in every block, whatever it means there. */
static uint32_t id_of_block(const struct ivrs_block *block)
{
	const uint8_t *bytes = block->table->bytes + block->offset;

	return block->end - block->offset < 6 ? 0 : bytes[4] | (uint32_t)bytes[5] << 8;
}

/* Linux drivers/iommu/amd/init.c, get_highest_supported_ivhd_type(): up to the first block of a type above 40h, the
 * last one with the id of the first block. */
static uint8_t last_type_of_first(const struct ivrs_table *table)
{
	struct ivrs_block block = { 0 };
	uint32_t first_id = 0;
	uint8_t type = 0;

	while (amd_ivrs_next_block(table, &block) && block.type <= IVHD_40) {
		if (!type)
			first_id = id_of_block(&block);
		if (id_of_block(&block) == first_id)
			type = block.type;
	}
	return is_ivhd_type(type) ? type : 0;
}

uint8_t amd_ivhd_type_used(struct kernel *k, const struct ivrs_table *table)
{
	uint64_t type;

	if (!failed(kernel_read_variable(k, "amd_iommu_target_ivhd_type", 4, &type)) &&
	    is_ivhd_type(type))
		return (uint8_t)type;
	return last_type_of_first(table);
}

/* ---- whom the blocks of a type serve ---- */

/* What goes from one entry to the next: Linux ends a range with whatever start, and whatever alias, stood last. */
struct open_range {
	uint32_t first;
	bool aliased;
	uint16_t alias;
};

struct serving {
	const struct ivrs_block *block;
	uint16_t id; /* of the device that was asked for */
	struct ivrs_service *service;
};

static void name_devices(struct serving *s, uint32_t first, uint32_t last)
{
	if (s->id < first || s->id > last)
		return;
	s->service->covered = true;
	s->service->block = s->block->offset;
}

static void give_alias(struct serving *s, uint32_t first, uint32_t last, uint16_t alias)
{
	if (first > last)
		return;
	name_devices(s, alias, alias); /* the id that stands in for others belongs to the same unit */
	if (s->id >= first && s->id <= last)
		s->service->alias = alias;
}

/* Linux drivers/iommu/amd/init.c, init_iommu_from_acpi(). An entry without an alias leaves the one that stands in
 * the table. An ACPI device is taken from a block of type 40h alone. */
static void take_entry(struct serving *s, const struct ivrs_entry *entry, struct open_range *range)
{
	const struct field *device_id = record_field(entry->record, "device_id");
	uint32_t id = device_id ? (uint32_t)field_get(device_id, entry->words) : 0;

	switch (entry->type) {
	case IVRS_ALL:
		name_devices(s, 0, UINT16_MAX);
		break;
	case IVRS_SELECT:
	case IVRS_EXT_SELECT:
		name_devices(s, id, id);
		break;
	case IVRS_ALIAS:
		range->alias = (uint16_t)record_get(entry->record, "source_id", entry->words);
		name_devices(s, id, id);
		give_alias(s, id, id, range->alias);
		break;
	case IVRS_ALIAS_RANGE:
		range->alias = (uint16_t)record_get(entry->record, "source_id", entry->words);
		range->aliased = true;
		range->first = id;
		break;
	case IVRS_RANGE_START:
	case IVRS_EXT_RANGE:
		range->aliased = false;
		range->first = id;
		break;
	case IVRS_RANGE_END:
		name_devices(s, range->first, id);
		if (range->aliased)
			give_alias(s, range->first, id, range->alias);
		break;
	case IVRS_SPECIAL:
		id = (uint32_t)record_get(entry->record, "source_id", entry->words);
		name_devices(s, id, id);
		break;
	case IVRS_ACPI_HID:
		if (s->block->type == IVHD_40 && *entry->hid)
			name_devices(s, id, id);
		break;
	}
}

void amd_ivrs_serve(const struct ivrs_table *table, uint8_t used, uint32_t sbdf,
		    struct ivrs_service *ret)
{
	struct ivrs_block block = { 0 };
	struct serving serving = { .block = &block, .id = (uint16_t)sbdf, .service = ret };

	*ret = (struct ivrs_service){ .alias = (uint16_t)sbdf };
	while (amd_ivrs_next_block(table, &block)) {
		struct ivrs_entry entry = { 0 };
		struct open_range range = { 0 };

		if (!block.is_ivhd || !block.record || block.type != used ||
		    block.segment != amd_segment_of(sbdf))
			continue;
		while (amd_ivrs_next_entry(&block, &entry)) {
			if (entry.record)
				take_entry(&serving, &entry, &range);
		}
	}
}

/* ---- memory ---- */

static uint64_t page_align(uint64_t bytes)
{
	return (bytes + KERNEL_PAGE_BYTES - 1) / KERNEL_PAGE_BYTES * KERNEL_PAGE_BYTES;
}

/* Linux drivers/iommu/amd/init.c, init_unity_map_range(). */
void amd_ivmd_pages(const struct ivrs_block *block, uint64_t *first, uint64_t *last)
{
	*first = page_align(block->start);
	*last = *first + page_align(block->bytes) - 1;
}
