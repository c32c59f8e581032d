// SPDX-License-Identifier: GPL-2.0-or-later
/* BTF in memory: where each type is, found in one pass that believes nothing. */
#include "btf.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BETWEEN 32	/* types between a member and what has a size: typedefs, arrays of arrays  \
			 */
#define POINTER_BYTES 8 /* of the kernels that this plugin knows */
#define NO_SIZE	      (-1)

/* Of include/uapi/linux/btf.h: newer than the headers of some distributions that build this. */
enum kind {
	KIND_INT = 1,
	KIND_PTR,
	KIND_ARRAY,
	KIND_STRUCT,
	KIND_UNION,
	KIND_ENUM,
	KIND_FWD,
	KIND_TYPEDEF,
	KIND_VOLATILE,
	KIND_CONST,
	KIND_RESTRICT,
	KIND_FUNC,
	KIND_FUNC_PROTO,
	KIND_VAR,
	KIND_DATASEC,
	KIND_FLOAT,
	KIND_DECL_TAG,
	KIND_TYPE_TAG,
	KIND_ENUM64,
	NR_KINDS
};

struct btf_blob {
	const struct btf_blob *base;
	unsigned char *data;
	const unsigned char *types;
	const char *strings;
	uint32_t types_len, strings_len;
	uint32_t first_id, first_string; /* of its own: those below are the base's */
	uint32_t nr_types;
	uint32_t *at; /* of each own type, from the start of the types */
};

/* What lies behind a type of this kind: so many bytes, and so many for each that it counts. */
static const struct tail {
	unsigned char fixed, each;
} tails[NR_KINDS] = {
	[KIND_INT] = { 4, 0 },
	[KIND_ARRAY] = { sizeof(struct btf_array), 0 },
	[KIND_STRUCT] = { 0, sizeof(struct btf_member) },
	[KIND_UNION] = { 0, sizeof(struct btf_member) },
	[KIND_ENUM] = { 0, sizeof(struct btf_enum) },
	[KIND_FUNC_PROTO] = { 0, sizeof(struct btf_param) },
	[KIND_VAR] = { sizeof(struct btf_var), 0 },
	[KIND_DATASEC] = { 0, sizeof(struct btf_var_secinfo) },
	[KIND_DECL_TAG] = { 4, 0 },
	[KIND_ENUM64] = { 0, 12 },
};

/* ---- taking it apart ---- */

/* The sections lie behind the header, and inside the data. */
static bool find_sections(struct btf_blob *b, size_t size)
{
	struct btf_header header;
	uint64_t behind;

	if (size < sizeof(header))
		return false;
	memcpy(&header, b->data, sizeof(header));
	if (header.magic != BTF_MAGIC || header.hdr_len < sizeof(header) || header.hdr_len > size)
		return false;
	behind = size - header.hdr_len;
	if ((uint64_t)header.type_off + header.type_len > behind ||
	    (uint64_t)header.str_off + header.str_len > behind || header.hdr_len % 4 ||
	    header.type_off % 4)
		return false;
	b->types = b->data + header.hdr_len + header.type_off;
	b->types_len = header.type_len;
	b->strings = (const char *)b->data + header.hdr_len + header.str_off;
	b->strings_len = header.str_len;
	return true;
}

/* The last string has its end here, and the first of vmlinux's is the empty one. */
static bool strings_are_good(const struct btf_blob *b)
{
	if (!b->strings_len)
		return b->base != NULL;
	return !b->strings[b->strings_len - 1] && (b->base || !b->strings[0]);
}

static const struct btf_type *type_at(const struct btf_blob *b, uint32_t at)
{
	return (const struct btf_type *)(const void *)(b->types + at);
}

/* Of the type at this place, with what lies behind it; 0: it is of no known kind, or not whole. */
static uint32_t whole_size(const struct btf_blob *b, uint32_t at)
{
	uint32_t left = b->types_len - at, size = sizeof(struct btf_type);
	const struct btf_type *type = type_at(b, at);
	unsigned kind;

	if (left < size)
		return 0;
	kind = btf_blob_kind(type);
	if (!kind || kind >= NR_KINDS)
		return 0;
	size += tails[kind].fixed + tails[kind].each * btf_blob_count(type);
	return size <= left ? size : 0;
}

/* How many types there are; they fill their section to its end. False: they do not. */
static bool count_types(const struct btf_blob *b, uint32_t *ret)
{
	uint32_t size;

	*ret = 0;
	for (uint32_t at = 0; at < b->types_len; at += size) {
		size = whole_size(b, at);
		if (!size)
			return false;
		++*ret;
	}
	return true;
}

static bool find_types(struct btf_blob *b)
{
	uint32_t at = 0;

	if (!count_types(b, &b->nr_types))
		return false;
	b->at = calloc((size_t)b->nr_types + 1, sizeof(*b->at));
	if (!b->at)
		return false;
	for (uint32_t i = 0; i < b->nr_types; i++) {
		b->at[i] = at;
		at += whole_size(b, at);
	}
	return true;
}

struct btf_blob *btf_blob_new(void *data, size_t size, const struct btf_blob *base)
{
	struct btf_blob *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->base = base;
	b->data = data;
	b->first_id = base ? btf_blob_ids(base) : 1;
	b->first_string = base ? base->strings_len : 0;
	if (find_sections(b, size) && strings_are_good(b) && find_types(b))
		return b;
	free(b);
	return NULL;
}

void btf_blob_free(struct btf_blob *blob)
{
	if (!blob)
		return;
	free(blob->at);
	free(blob->data);
	free(blob);
}

/* ---- what it says ---- */

uint32_t btf_blob_ids(const struct btf_blob *blob)
{
	return blob->first_id + blob->nr_types;
}

const struct btf_type *btf_blob_type(const struct btf_blob *blob, uint32_t id)
{
	if (blob->base && id < blob->first_id)
		return btf_blob_type(blob->base, id);
	if (!id || id >= btf_blob_ids(blob))
		return NULL;
	return type_at(blob, blob->at[id - blob->first_id]);
}

const char *btf_blob_name(const struct btf_blob *blob, uint32_t offset)
{
	if (blob->base && offset < blob->first_string)
		return btf_blob_name(blob->base, offset);
	offset -= blob->first_string;
	return offset < blob->strings_len ? blob->strings + offset : NULL;
}

bool btf_blob_is_composite(const struct btf_type *type)
{
	return btf_blob_kind(type) == KIND_STRUCT || btf_blob_kind(type) == KIND_UNION;
}

bool btf_blob_is_enum(const struct btf_type *type)
{
	return btf_blob_kind(type) == KIND_ENUM;
}

bool btf_blob_is_modifier(const struct btf_type *type)
{
	switch (btf_blob_kind(type)) {
	case KIND_TYPEDEF:
	case KIND_VOLATILE:
	case KIND_CONST:
	case KIND_RESTRICT:
	case KIND_TYPE_TAG:
		return true;
	default:
		return false;
	}
}

const struct btf_member *btf_blob_member(const struct btf_type *type, unsigned nth)
{
	return (const struct btf_member *)(const void *)(type + 1) + nth;
}

/* The flag of a struct says that its members have a size in bits above their place. */
static bool has_bit_fields(const struct btf_type *type)
{
	return type->info >> 31;
}

uint32_t btf_blob_member_bit(const struct btf_type *type, unsigned nth)
{
	uint32_t offset = btf_blob_member(type, nth)->offset;

	return has_bit_fields(type) ? offset & 0xffffff : offset;
}

unsigned btf_blob_member_bits(const struct btf_type *type, unsigned nth)
{
	return has_bit_fields(type) ? btf_blob_member(type, nth)->offset >> 24 : 0;
}

const struct btf_enum *btf_blob_enumerator(const struct btf_type *type, unsigned nth)
{
	return (const struct btf_enum *)(const void *)(type + 1) + nth;
}

/* Of a type that has one itself. */
static int64_t own_size(const struct btf_type *type)
{
	switch (btf_blob_kind(type)) {
	case KIND_INT:
	case KIND_STRUCT:
	case KIND_UNION:
	case KIND_ENUM:
	case KIND_ENUM64:
	case KIND_FLOAT:
	case KIND_DATASEC:
		return type->size;
	case KIND_PTR:
		return POINTER_BYTES;
	default:
		return NO_SIZE;
	}
}

int64_t btf_blob_size(const struct btf_blob *blob, uint32_t id)
{
	uint64_t elements = 1;

	for (unsigned i = 0; i < MAX_BETWEEN; i++) {
		const struct btf_type *type = btf_blob_type(blob, id);
		unsigned kind = type ? btf_blob_kind(type) : 0;

		if (kind == KIND_ARRAY) {
			struct btf_array array;

			memcpy(&array, type + 1, sizeof(array));
			elements *= array.nelems;
			id = array.type;
		} else if (type && (btf_blob_is_modifier(type) || kind == KIND_VAR ||
				    kind == KIND_DECL_TAG)) {
			id = type->type;
		} else {
			int64_t size = type ? own_size(type) : NO_SIZE;

			if (size < 0)
				return NO_SIZE;
			elements *= (uint64_t)size;
			return elements <= UINT32_MAX ? (int64_t)elements : NO_SIZE;
		}
		if (elements > UINT32_MAX)
			return NO_SIZE;
	}
	return NO_SIZE;
}
