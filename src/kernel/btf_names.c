// SPDX-License-Identifier: GPL-2.0-or-later
/* A hash table of the names of structs and unions in one BTF: the reason stands in btf_names.h. */
#include "btf_names.h"

#include <stdlib.h>
#include <string.h>

#define NO_ENTRY	 0u
#define ENTRIES_AT_FIRST 1024u
#define ENTRIES_A_BUCKET 2u

struct btf_name {
	uint32_t id, hash;
	uint32_t next; /* in the same bucket, by ascending ids: place in entries, plus 1 */
};

/* FNV-1a, 32 bits. */
static uint32_t hash_of(const char *name)
{
	uint32_t hash = 2166136261u;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 16777619u;
	return hash;
}

static bool add(struct btf_names *names, uint32_t *room, uint32_t id, const char *name)
{
	if (names->nr_entries == *room) {
		uint32_t more = *room ? 2 * *room : ENTRIES_AT_FIRST;
		struct btf_name *entries = realloc(names->entries, more * sizeof(*entries));

		if (!entries)
			return false;
		names->entries = entries;
		*room = more;
	}
	names->entries[names->nr_entries++] = (struct btf_name){ id, hash_of(name), NO_ENTRY };
	return true;
}

static bool collect(struct btf_names *names, const struct btf_blob *btf, uint32_t first)
{
	const struct btf_type *type;
	uint32_t id, room = 0;

	for (id = first; (type = btf_blob_type(btf, id)); id++) {
		const char *name;

		if (!btf_blob_is_composite(type))
			continue;
		name = btf_blob_name(btf, type->name_off);
		if (name && *name && !add(names, &room, id, name))
			return false;
	}
	names->end = id;
	return true;
}

/* The last entry comes first, so that each bucket's chain begins with its lowest id. */
static bool chain(struct btf_names *names)
{
	names->nr_buckets = names->nr_entries / ENTRIES_A_BUCKET + 1;
	names->buckets = calloc(names->nr_buckets, sizeof(*names->buckets));
	if (!names->buckets)
		return false;
	for (uint32_t n = names->nr_entries; n; n--) {
		struct btf_name *entry = &names->entries[n - 1];
		uint32_t *bucket = &names->buckets[entry->hash % names->nr_buckets];

		entry->next = *bucket;
		*bucket = n;
	}
	return true;
}

bool btf_names_build(struct btf_names *names, const struct btf_blob *btf, uint32_t first)
{
	if (names->buckets)
		return true;
	if (collect(names, btf, first) && chain(names))
		return true;
	btf_names_release(names);
	return false;
}

static bool has_name(const struct btf_blob *btf, uint32_t id, const char *name)
{
	const struct btf_type *type = btf_blob_type(btf, id);
	const char *found = type ? btf_blob_name(btf, type->name_off) : NULL;

	return found && strcmp(found, name) == 0;
}

uint32_t btf_names_next(const struct btf_names *names, const struct btf_blob *btf, const char *name,
			uint32_t after)
{
	uint32_t hash = hash_of(name);
	uint32_t n = names->buckets ? names->buckets[hash % names->nr_buckets] : NO_ENTRY;

	for (; n != NO_ENTRY; n = names->entries[n - 1].next) {
		const struct btf_name *entry = &names->entries[n - 1];

		if (entry->id > after && entry->hash == hash && has_name(btf, entry->id, name))
			return entry->id;
	}
	return 0;
}

void btf_names_release(struct btf_names *names)
{
	free(names->entries);
	free(names->buckets);
	memset(names, 0, sizeof(*names));
}
