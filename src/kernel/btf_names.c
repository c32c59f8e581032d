// SPDX-License-Identifier: GPL-2.0-or-later
/* A hash table of the names of structs and unions in one BTF: the reason stands in btf_names.h. */
#include "btf_names.h"

#include <stdlib.h>
#include <string.h>

#define NO_ENTRY	 0u
#define ENTRIES_AT_FIRST 1024u
#define ENTRIES_A_BUCKET 2u

struct btf_name {
	__u32 id, hash;
	__u32 next; /* in the same bucket, by ascending ids: place in entries, plus 1 */
};

/* FNV-1a, 32 bits. */
static __u32 hash_of(const char *name)
{
	__u32 hash = 2166136261u;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 16777619u;
	return hash;
}

static bool add(struct btf_names *names, __u32 *room, __u32 id, const char *name)
{
	if (names->nr_entries == *room) {
		__u32 more = *room ? 2 * *room : ENTRIES_AT_FIRST;
		struct btf_name *entries = realloc(names->entries, more * sizeof(*entries));

		if (!entries)
			return false;
		names->entries = entries;
		*room = more;
	}
	names->entries[names->nr_entries++] = (struct btf_name){ id, hash_of(name), NO_ENTRY };
	return true;
}

static bool collect(struct btf_names *names, const struct libbpf *lib, const struct btf *btf,
		    __u32 first)
{
	const struct btf_type *type;
	__u32 id, room = 0;

	for (id = first; (type = lib->type_by_id(btf, id)); id++) {
		const char *name;

		if (!btf_is_composite(type))
			continue;
		name = lib->name_by_offset(btf, type->name_off);
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
	for (__u32 n = names->nr_entries; n; n--) {
		struct btf_name *entry = &names->entries[n - 1];
		__u32 *bucket = &names->buckets[entry->hash % names->nr_buckets];

		entry->next = *bucket;
		*bucket = n;
	}
	return true;
}

bool btf_names_build(struct btf_names *names, const struct libbpf *lib, const struct btf *btf,
		     __u32 first)
{
	if (names->buckets)
		return true;
	if (collect(names, lib, btf, first) && chain(names))
		return true;
	btf_names_release(names);
	return false;
}

static bool has_name(const struct libbpf *lib, const struct btf *btf, __u32 id, const char *name)
{
	const struct btf_type *type = lib->type_by_id(btf, id);
	const char *found = type ? lib->name_by_offset(btf, type->name_off) : NULL;

	return found && strcmp(found, name) == 0;
}

__u32 btf_names_next(const struct btf_names *names, const struct libbpf *lib, const struct btf *btf,
		     const char *name, __u32 after)
{
	__u32 hash = hash_of(name);
	__u32 n = names->buckets ? names->buckets[hash % names->nr_buckets] : NO_ENTRY;

	for (; n != NO_ENTRY; n = names->entries[n - 1].next) {
		const struct btf_name *entry = &names->entries[n - 1];

		if (entry->id > after && entry->hash == hash && has_name(lib, btf, entry->id, name))
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
