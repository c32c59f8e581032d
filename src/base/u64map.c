// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A hash table from a number to a pointer, with open addressing: finding a device or a domain by
 * its address must not take longer on a host that has tens of thousands of them.
 */
#include "iommu/u64map.h"

#define FIRST_SLOTS 4u /* a host with many domains has as many maps of one thing */

/* Where the key is, or where it belongs. At least one slot is free. */
static struct u64map_slot *find(const struct u64map *map, uint64_t key)
{
	size_t mask = map->nr_slots - 1;
	/* Knuth's multiplicative hash: addresses differ in their middle bits. */
	size_t at = (size_t)((key * 0x9e3779b97f4a7c15ULL) >> 32) & mask;

	while (map->slots[at].value && map->slots[at].key != key)
		at = (at + 1) & mask;
	return &map->slots[at];
}

static void grow(struct arena *arena, struct u64map *map)
{
	struct u64map old = *map;

	map->nr_slots = old.nr_slots ? 2 * old.nr_slots : FIRST_SLOTS;
	map->slots = arena_alloc(arena, map->nr_slots * sizeof(*map->slots));
	for (size_t i = 0; i < old.nr_slots; i++) {
		if (old.slots[i].value)
			*find(map, old.slots[i].key) = old.slots[i];
	}
}

void *u64map_get(const struct u64map *map, uint64_t key)
{
	return map->nr ? find(map, key)->value : NULL;
}

void u64map_add(struct arena *arena, struct u64map *map, uint64_t key, void *value)
{
	if (2 * map->nr >= map->nr_slots)
		grow(arena, map);
	*find(map, key) = (struct u64map_slot){ key, value };
	map->nr++;
}
