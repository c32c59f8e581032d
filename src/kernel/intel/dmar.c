// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What Linux makes of the firmware's DMAR: in which order it asks its units whether a device is theirs, and which pages
 * it maps of the memory in an RMRR.
 */
#include "dmar.h"

#define KERNEL_PAGE_BYTES 4096u /* x86-64's PAGE_SIZE */

/* A DRHD, with what its scopes name. */
struct dmar_unit {
	uint32_t offset;
	uint16_t segment;
	bool all;
	uint64_t mmio_pa;
	struct ptrs places;	/* struct dmar_place */
	struct ptrs acpi;	/* uint32_t: ids of devices that are known to ACPI alone */
};

struct dmar_units {
	struct ptrs list; /* struct dmar_unit, in the order of the driver's list */
};

static void add_scope(struct kernel *k, const struct dmar_places *places, const struct dmar_scope *scope,
		      struct dmar_unit *unit)
{
	struct dmar_place *place;
	uint32_t *id;

	if (scope->type == DMAR_SCOPE_ACPI && scope->nr_path) {
		id = arena_alloc(k->arena, sizeof(*id));
		*id = intel_id(unit->segment,
			       (uint32_t)scope->start_bus << 8 | intel_dmar_path_devfn(scope, 0));
		ptrs_push(k->arena, &unit->acpi, id);
	}
	if (unit->all || (scope->type != DMAR_SCOPE_ENDPOINT && scope->type != DMAR_SCOPE_BRIDGE))
		return;
	place = intel_place_of_scope(places, unit->segment, scope);
	if (place)
		ptrs_push(k->arena, &unit->places, place);
}

static bool is_told_already(const struct dmar_units *units, const struct dmar_block *block)
{
	for (size_t i = 0; i < units->list.nr; i++) {
		const struct dmar_unit *unit = units->list.at[i];

		if (unit->segment == block->segment && unit->mmio_pa == block->mmio_pa)
			return true;
	}
	return false;
}

/* Linux drivers/iommu/intel/dmar.c, dmar_register_drhd_unit(): those that serve what is left stand at the end, each
 * other one before all that came before it. */
static void insert(struct kernel *k, struct dmar_units *units, struct dmar_unit *unit)
{
	struct ptrs *list = &units->list;

	ptrs_push(k->arena, list, unit);
	for (size_t i = list->nr - 1; i && !unit->all; i--) {
		list->at[i] = list->at[i - 1];
		list->at[i - 1] = unit;
	}
}

static void add_unit(struct kernel *k, const struct dmar_places *places, const struct dmar_block *block,
		     struct dmar_units *ret)
{
	struct dmar_unit *unit = arena_alloc(k->arena, sizeof(*unit));
	struct dmar_scope scope = { 0 };

	unit->offset = block->offset;
	unit->segment = block->segment;
	unit->all = block->all;
	unit->mmio_pa = block->mmio_pa;
	while (intel_dmar_next_scope(block, &scope)) {
		if (scope.record)
			add_scope(k, places, &scope, unit);
	}
	insert(k, ret, unit);
}

/* A device that several units name belongs to the first of them in the list. */
static void name_places(struct dmar_units *units)
{
	for (size_t i = 0; i < units->list.nr; i++) {
		struct dmar_unit *unit = units->list.at[i];

		for (size_t j = 0; j < unit->places.nr; j++) {
			struct dmar_place *place = unit->places.at[j];

			if (!place->named_by)
				place->named_by = unit;
		}
	}
}

struct dmar_units *intel_dmar_units(struct kernel *k, const struct dmar_table *table,
				    const struct dmar_places *places)
{
	struct dmar_units *ret = arena_alloc(k->arena, sizeof(*ret));
	struct dmar_block block = { 0 };

	while (intel_dmar_next_block(table, &block)) {
		if (block.type == DMAR_DRHD && block.record && !is_told_already(ret, &block))
			add_unit(k, places, &block, ret);
	}
	name_places(ret);
	return ret;
}

static bool names(const struct dmar_unit *unit, const struct dmar_place *place)
{
	for (size_t i = 0; i < unit->places.nr; i++) {
		const struct dmar_place *named = unit->places.at[i];

		if (named->named_by == unit && intel_is_under(place, named))
			return true;
	}
	return false;
}

static bool names_acpi(const struct dmar_unit *unit, uint32_t id)
{
	for (size_t i = 0; i < unit->acpi.nr; i++) {
		if (*(const uint32_t *)unit->acpi.at[i] == id)
			return true;
	}
	return false;
}

/* Linux drivers/iommu/intel/iommu.c, device_to_iommu() (device_lookup_iommu() in later kernels). */
uint32_t intel_dmar_serves(const struct dmar_units *units, const struct dmar_places *places,
			   const struct device *dev)
{
	const struct dmar_place *place = dev->is_pci ? intel_place_of(places, dev) : NULL;

	if (place && place->physical)
		place = place->physical;
	for (size_t i = 0; i < units->list.nr; i++) {
		const struct dmar_unit *unit = units->list.at[i];

		if (unit->segment != intel_segment_of(dev->sbdf))
			continue;
		if (place ? unit->all || names(unit, place) : names_acpi(unit, dev->sbdf))
			return unit->offset;
	}
	return 0;
}

/* Linux drivers/iommu/iommu.c, iommu_create_device_direct_mappings(): both ends are rounded up. */
void intel_rmrr_pages(uint64_t base, uint64_t last, uint64_t *first_page, uint64_t *last_page)
{
	const uint64_t below = KERNEL_PAGE_BYTES - 1;

	*first_page = 1;
	*last_page = 0;
	if (last < base || base > UINT64_MAX - below || last > UINT64_MAX - KERNEL_PAGE_BYTES)
		return;
	*first_page = (base + below) & ~below;
	*last_page = ((last + 1 + below) & ~below) - 1;
}
