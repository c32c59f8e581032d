/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Linux makes of the firmware's DMAR: which devices its blocks mean, and what it copies of them. */
#ifndef IOMMU_KERNEL_INTEL_DMAR_H
#define IOMMU_KERNEL_INTEL_DMAR_H

#include "format/intel/dmar.h"
#include "intel.h"

#include "iommu/firmware.h"

/* ---- place.c: where the PCI devices of the machine are ---- */

/* A device in the tree of buses. */
struct dmar_place {
	const struct device *dev;
	struct dmar_place *bridge;   /* to the bus that it is on; NULL: a root bus */
	struct dmar_place *physical; /* a virtual function: whose; NULL: it is none */
	bool is_bridge;		     /* some device is behind it, on this bus: */
	uint8_t bus_behind;
	const void *named_by;	     /* the unit whose scope names it, for the one who asks */
};

struct dmar_places {
	struct ptrs all;	     /* struct dmar_place */
	struct u64map by_id, by_dev; /* by PCI address, by struct device of the model */
};

struct failure intel_places(struct kernel *k, struct dmar_places *ret);

/* NULL: it is no PCI device. */
struct dmar_place *intel_place_of(const struct dmar_places *places, const struct device *dev);

/* The device that a scope names, as Linux finds it: the start bus is a root bus, and each step of the path is on the
 * bus behind the step before. A path of a single step is taken on any bus. NULL: there is none. */
struct dmar_place *intel_place_of_scope(const struct dmar_places *places, uint16_t segment,
					const struct dmar_scope *scope);

/* It is that bridge, or on a bus behind it. */
bool intel_is_under(const struct dmar_place *place, const struct dmar_place *bridge);

size_t intel_nr_behind(const struct dmar_places *places, const struct dmar_place *bridge);

/* ---- dmar.c: whom the blocks serve, how memory is rounded ---- */

struct dmar_units;

/* Goes over the blocks of a table once. */
struct dmar_units *intel_dmar_units(struct kernel *k, const struct dmar_table *table,
				    const struct dmar_places *places);

/* The offset of the DRHD whose unit the device is; 0: none. */
uint32_t intel_dmar_serves(const struct dmar_units *units, const struct dmar_places *places,
			   const struct device *dev);

/* What Linux maps of an RMRR: whole pages, first to last byte; the first is above the last: nothing. */
void intel_rmrr_pages(uint64_t base, uint64_t last, uint64_t *first_page, uint64_t *last_page);

/* ---- copies.c: what the driver keeps of the blocks ---- */

struct dmar_copy {
	struct kva at;		/* of the driver's struct */
	struct kva block_at;	/* of the block itself; null: it keeps none */
	bool has_block;		/* that could be read: */
	const uint8_t *bytes;
	struct dmar_block block;
	struct failure block_failure; /* RMRR: why it could not, which takes nothing from what follows */
	bool has_range;		/* RMRR, and read: what the driver goes by */
	uint64_t base, last;
};

/* A list of the driver's; NULL at the end. */
struct dmar_list {
	enum dmar_type type;
	const char *name;	/* "RMRR" */
	const char *symbol;
	unsigned link, header, devices, nr_devices; /* members */
};

extern const struct dmar_list intel_dmar_lists[];

/* NULL: the driver has no list of that type. */
const struct dmar_list *intel_dmar_list(unsigned type);

/* This kernel takes blocks of that type out of the table. */
bool intel_reads_type(struct kernel *k, unsigned type);

/* struct dmar_copy in ret, in the order of the list. For a type that this kernel reads. */
struct failure intel_copies(struct kernel *k, const struct dmar_list *list, struct ptrs *ret);

/* The devices that the scopes of a block name and that are there, by the driver: struct kva * in ret, of struct
 * device. at: the driver's struct. */
struct failure intel_scope_devices(struct kernel *k, const struct dmar_list *list, struct kva at,
				   struct ptrs *ret);

/* ---- kept.c: the copies against the table ---- */

/* Differences in ret->differs. ret->places says whether the devices are known. */
void intel_compare_copies(struct kernel *k, const struct dmar_table *table, const struct dmar_places *places,
			  struct firmware *ret);

#endif
