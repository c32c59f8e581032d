// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tree of PCI buses, by which firmware names devices: a scope of the DMAR starts on a root bus and goes down over
 * bridges. Linux numbers buses as it likes, so what such a path means is known only from the kernel's own tree.
 */
#include "dmar.h"

#include "iommu/device_facts.h"

#define MAX_DEPTH 256 /* there are no more bus numbers */

struct dmar_place *intel_place_of(const struct dmar_places *places, const struct device *dev)
{
	return u64map_get(&places->by_dev, dev->at.v);
}

static struct dmar_place *place_at(const struct dmar_places *places, uint32_t id)
{
	return u64map_get(&places->by_id, id);
}

static void add_place(struct kernel *k, const struct device *dev, struct dmar_places *ret)
{
	struct dmar_place *place = arena_alloc(k->arena, sizeof(*place));

	place->dev = dev;
	ptrs_push(k->arena, &ret->all, place);
	u64map_add(k->arena, &ret->by_dev, dev->at.v, place);
	if (!place_at(ret, dev->sbdf))
		u64map_add(k->arena, &ret->by_id, dev->sbdf, place);
}

static struct failure link_place(struct kernel *k, const struct dmar_places *places, struct dmar_place *place)
{
	struct kva bridge, physical;
	struct failure failure = kernel_pci_bridge(k, place->dev->at, &bridge);

	if (!failed(failure))
		failure = kernel_pci_physfn(k, place->dev->at, &physical);
	if (failed(failure))
		return failure;
	place->physical = u64map_get(&places->by_dev, physical.v);
	place->bridge = u64map_get(&places->by_dev, bridge.v);
	/* A bridge that no bus has told of: where the device is cannot be told. */
	if (!kva_is_null(bridge) && !place->bridge)
		return failure_at(STATUS_DAMAGED, bridge.v);
	if (place->bridge) {
		place->bridge->is_bridge = true;
		place->bridge->bus_behind = (uint8_t)(place->dev->sbdf >> 8);
	}
	return NO_FAILURE;
}

struct failure intel_places(struct kernel *k, struct dmar_places *ret)
{
	const struct inventory *inv = kernel_inventory(k);
	struct failure failure = inv->devices_failure;

	*ret = (struct dmar_places){ 0 };
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (dev->is_pci)
			add_place(k, dev, ret);
	}
	for (size_t i = 0; i < ret->all.nr && !target_interrupted(k->target); i++)
		failure = first_failure(failure, link_place(k, ret, ret->all.at[i]));
	return failure;
}

bool intel_is_under(const struct dmar_place *place, const struct dmar_place *bridge)
{
	for (unsigned depth = 0; place && depth < MAX_DEPTH; depth++) {
		if (place == bridge)
			return true;
		place = place->bridge;
	}
	return false;
}

size_t intel_nr_behind(const struct dmar_places *places, const struct dmar_place *bridge)
{
	size_t nr = 0;

	for (size_t i = 0; i < places->all.nr; i++)
		nr += places->all.at[i] != bridge && intel_is_under(places->all.at[i], bridge);
	return nr;
}

/* Linux drivers/iommu/intel/dmar.c, dmar_match_pci_path(). */
struct dmar_place *intel_place_of_scope(const struct dmar_places *places, uint16_t segment,
					const struct dmar_scope *scope)
{
	struct dmar_place *place;
	uint8_t bus = scope->start_bus;

	if (!scope->nr_path)
		return NULL;
	place = place_at(places, intel_id(segment, (uint32_t)bus << 8 | intel_dmar_path_devfn(scope, 0)));
	if (scope->nr_path > 1 && place && place->bridge)
		return NULL;
	for (unsigned step = 1; place && step < scope->nr_path; step++) {
		uint32_t id = intel_id(segment, (uint32_t)place->bus_behind << 8 |
							intel_dmar_path_devfn(scope, step));

		place = place->is_bridge ? place_at(places, id) : NULL;
	}
	return place;
}
