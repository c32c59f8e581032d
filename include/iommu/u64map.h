/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a number (an address, an id) to a thing: for what a host may have 65,536 of. In an arena. */
#ifndef IOMMU_U64MAP_H
#define IOMMU_U64MAP_H

#include <stddef.h>
#include <stdint.h>

#include "iommu/arena.h"

struct u64map_slot {
	uint64_t key;
	void *value; /* NULL: free */
};

/* Start from { 0 }. */
struct u64map {
	struct u64map_slot *slots;
	size_t nr, nr_slots; /* a power of two of them, or none */
};

/* NULL when the key is not there. */
void *u64map_get(const struct u64map *map, uint64_t key);

/* The key must not be there yet; value must not be NULL. */
void u64map_add(struct arena *arena, struct u64map *map, uint64_t key, void *value);

#endif
