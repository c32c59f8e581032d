// SPDX-License-Identifier: GPL-2.0-or-later
/* BTF encoded from the lines of a .mem file, byte by byte as the kernel's document describes it. */
#include "mem_btf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Documentation/bpf/btf.rst, "BTF Type and String Encoding". */
#define BTF_MAGIC      0xeb9fu
#define BTF_VERSION    1u
#define HEADER_BYTES   24u
#define KIND_INT       1u
#define KIND_ARRAY     3u
#define KIND_STRUCT    4u
#define KIND_UNION     5u
#define KIND_ENUM      6u
#define KIND_TYPEDEF   8u
#define KIND_SHIFT     24
#define HAS_BIT_FIELDS (1u << 31)
#define BIT_SIZE_SHIFT 24

struct buffer {
	unsigned char *bytes;
	size_t len, cap;
};

struct named_type {
	struct named_type *next;
	char *name;
	uint32_t id;
};

struct mem_btf {
	struct mem_btf *next;
	const struct mem_btf *base;
	char *name;
	struct buffer types, strings;
	struct named_type *named;
	uint32_t first_id, nr_types;
	uint32_t first_string; /* offsets of names count through the base's strings */
	uint32_t int_ids[9];   /* by size in bytes; 0: not needed yet */
	/* The struct or union whose members are being told: written when it ends, behind their
	 * types. */
	struct {
		uint32_t kind; /* 0: none */
		uint32_t name, size, nr_members;
		bool has_bits;
		char *key;
		struct buffer members; /* pairs of name, type, and where it is: see put_member() */
	} open;
};

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static void put(struct buffer *buffer, const void *bytes, size_t len)
{
	if (buffer->len + len > buffer->cap) {
		buffer->cap = 2 * (buffer->cap + len);
		buffer->bytes = must(realloc(buffer->bytes, buffer->cap));
	}
	memcpy(buffer->bytes + buffer->len, bytes, len);
	buffer->len += len;
}

static void put_u32(struct buffer *buffer, uint32_t value)
{
	put(buffer, &value, sizeof(value));
}

/* The offset of a name. "-" and names that start with it are no names in BTF, only in the text. */
static uint32_t put_string(struct mem_btf *btf, const char *text)
{
	uint32_t at = btf->first_string + (uint32_t)btf->strings.len;

	if (*text == '-')
		return 0;
	put(&btf->strings, text, strlen(text) + 1);
	return at;
}

static uint32_t start_type(struct mem_btf *btf, uint32_t name, uint32_t info, uint32_t size_or_type)
{
	put_u32(&btf->types, name);
	put_u32(&btf->types, info);
	put_u32(&btf->types, size_or_type);
	return btf->first_id + btf->nr_types++;
}

static void name_type(struct mem_btf *btf, const char *name, uint32_t id)
{
	struct named_type *named = must(calloc(1, sizeof(*named)));

	*named = (struct named_type){ btf->named, must(strdup(name)), id };
	btf->named = named;
}

/* 0: no such type. */
static uint32_t find_type(const struct mem_btf *btf, const char *name)
{
	for (; btf; btf = btf->base) {
		for (const struct named_type *t = btf->named; t; t = t->next) {
			if (strcmp(t->name, name) == 0)
				return t->id;
		}
	}
	return 0;
}

static bool is_size_of_int(uint64_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

static uint32_t int_type(struct mem_btf *btf, uint32_t size)
{
	static const char *const names[] = { [1] = "u8", [2] = "u16", [4] = "u32", [8] = "u64" };

	if (!btf->int_ids[size]) {
		btf->int_ids[size] =
			start_type(btf, put_string(btf, names[size]), KIND_INT << KIND_SHIFT, size);
		put_u32(&btf->types, size * 8); /* its width in bits; unsigned */
	}
	return btf->int_ids[size];
}

static uint32_t array_of_bytes(struct mem_btf *btf, uint32_t size)
{
	uint32_t element = int_type(btf, 1), index = int_type(btf, 4);
	uint32_t id = start_type(btf, 0, KIND_ARRAY << KIND_SHIFT, 0);

	put_u32(&btf->types, element);
	put_u32(&btf->types, index);
	put_u32(&btf->types, size);
	return id;
}

/* A size in bytes; the name of a type; or id:NUMBER, which may be one that there is not. 0: neither. */
static uint32_t type_of(struct mem_btf *btf, const char *word)
{
	char *end;
	uint64_t size;

	if (strncmp(word, "id:", 3) == 0)
		return (uint32_t)strtoul(word + 3, NULL, 0);
	size = strtoull(word, &end, 0);
	if (*end || end == word)
		return find_type(btf, word);
	return is_size_of_int(size) ? int_type(btf, (uint32_t)size)
				    : array_of_bytes(btf, (uint32_t)size);
}

static void close_struct(struct mem_btf *btf)
{
	uint32_t id, info;

	if (!btf->open.kind)
		return;
	info = btf->open.kind << KIND_SHIFT | btf->open.nr_members;
	if (btf->open.has_bits)
		info |= HAS_BIT_FIELDS;
	id = start_type(btf, btf->open.name, info, btf->open.size);
	name_type(btf, btf->open.key, id);
	if (btf->open.members.len)
		put(&btf->types, btf->open.members.bytes, btf->open.members.len);
	free(btf->open.members.bytes);
	free(btf->open.key);
	memset(&btf->open, 0, sizeof(btf->open));
}

/* "struct NAME SIZE" or "union NAME SIZE". */
static const char *open_struct(struct mem_btf *btf, uint32_t kind, char **words)
{
	btf->open.kind = kind;
	btf->open.key = must(strdup(words[1]));
	btf->open.name = put_string(btf, words[1]);
	btf->open.size = (uint32_t)strtoul(words[2], NULL, 0);
	return NULL;
}

/* "NAME OFFSET TYPE", or "NAME OFFSET TYPE BIT BITS" for a bit-field in the number that is there.
 */
static const char *put_member(struct mem_btf *btf, char **words, size_t nr)
{
	uint32_t type = type_of(btf, words[2]), bits = 0;
	uint32_t at = (uint32_t)strtoul(words[1], NULL, 0) * 8;

	if (!btf->open.kind)
		return "a member outside of a struct";
	if (!type)
		return "a member of a type that was not told before";
	if (nr == 5) {
		at += (uint32_t)strtoul(words[3], NULL, 0);
		bits = (uint32_t)strtoul(words[4], NULL, 0);
		btf->open.has_bits = true;
	}
	put_u32(&btf->open.members, put_string(btf, words[0]));
	put_u32(&btf->open.members, type);
	put_u32(&btf->open.members, bits << BIT_SIZE_SHIFT | at);
	btf->open.nr_members++;
	return NULL;
}

/* "enum NAME ENUMERATOR VALUE...". */
static const char *put_enum(struct mem_btf *btf, char **words, size_t nr)
{
	uint32_t nr_values = (uint32_t)(nr - 2) / 2;

	start_type(btf, put_string(btf, words[1]), KIND_ENUM << KIND_SHIFT | nr_values, 4);
	for (size_t i = 2; i + 1 < nr; i += 2) {
		put_u32(&btf->types, put_string(btf, words[i]));
		put_u32(&btf->types, (uint32_t)strtol(words[i + 1], NULL, 0));
	}
	return NULL;
}

/* "typedef NAME TYPE". */
static const char *put_typedef(struct mem_btf *btf, char **words)
{
	uint32_t of = type_of(btf, words[2]);

	if (!of)
		return "a typedef of a type that was not told before";
	name_type(btf, words[1],
		  start_type(btf, put_string(btf, words[1]), KIND_TYPEDEF << KIND_SHIFT, of));
	return NULL;
}

const char *mem_btf_line(struct mem_btf *btf, char **words, size_t nr)
{
	bool is_struct = strcmp(words[0], "struct") == 0, is_union = strcmp(words[0], "union") == 0;
	bool is_enum = strcmp(words[0], "enum") == 0, is_typedef = strcmp(words[0], "typedef") == 0;

	if (is_struct || is_union || is_enum || is_typedef)
		close_struct(btf);
	if ((is_struct || is_union) && nr == 3)
		return open_struct(btf, is_struct ? KIND_STRUCT : KIND_UNION, words);
	if (is_enum && nr >= 4 && nr % 2 == 0)
		return put_enum(btf, words, nr);
	if (is_typedef && nr == 3)
		return put_typedef(btf, words);
	if (nr == 3 || nr == 5)
		return put_member(btf, words, nr);
	return "no line of a BTF description";
}

struct mem_btf *mem_btf_new(const char *name, const struct mem_btf *base, struct mem_btf *next)
{
	struct mem_btf *btf = must(calloc(1, sizeof(*btf)));

	btf->name = must(strdup(name));
	btf->base = base;
	btf->next = next;
	/* Type 0 is void, and a BTF without a base starts with the empty name. */
	btf->first_id = base ? base->first_id + base->nr_types : 1;
	if (base)
		btf->first_string = base->first_string + (uint32_t)base->strings.len;
	else
		put(&btf->strings, "", 1);
	return btf;
}

const struct mem_btf *mem_btf_find(const struct mem_btf *list, const char *name)
{
	while (list && strcmp(list->name, name) != 0)
		list = list->next;
	return list;
}

const char *mem_btf_name(const struct mem_btf *btf)
{
	return btf->name;
}

static void put_header(struct buffer *ret, uint32_t types_len, uint32_t strings_len)
{
	put_u32(ret, BTF_MAGIC | BTF_VERSION << 16); /* and flags: 0 */
	put_u32(ret, HEADER_BYTES);
	put_u32(ret, 0); /* the types start behind the header ... */
	put_u32(ret, types_len);
	put_u32(ret, types_len); /* ... and the strings behind them */
	put_u32(ret, strings_len);
}

unsigned char *mem_btf_bytes(struct mem_btf *btf, size_t *len)
{
	struct buffer all = { 0 };

	close_struct(btf);
	put_header(&all, (uint32_t)btf->types.len, (uint32_t)btf->strings.len);
	put(&all, btf->types.bytes, btf->types.len);
	put(&all, btf->strings.bytes, btf->strings.len);
	*len = all.len;
	return all.bytes;
}

static void release(struct mem_btf *btf)
{
	while (btf->named) {
		struct named_type *next = btf->named->next;

		free(btf->named->name);
		free(btf->named);
		btf->named = next;
	}
	free(btf->open.members.bytes);
	free(btf->open.key);
	free(btf->types.bytes);
	free(btf->strings.bytes);
	free(btf->name);
	free(btf);
}

void mem_btf_release_all(struct mem_btf *btf)
{
	while (btf) {
		struct mem_btf *next = btf->next;

		release(btf);
		btf = next;
	}
}
