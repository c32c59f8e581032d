// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu-schema: the JSON Schema (draft 7, json-schema.org) of the document that a verb prints with -j, out of the
 * table that the comparison of two such documents uses (iommu/shape.h).
 */
#include <stdio.h>
#include <string.h>
#include <yajl/yajl_gen.h>

#include "iommu/shape.h"

static void put_text(yajl_gen gen, const char *text)
{
	yajl_gen_string(gen, (const unsigned char *)text, strlen(text));
}

static void put_pair(yajl_gen gen, const char *key, const char *text)
{
	put_text(gen, key);
	put_text(gen, text);
}

static const char hex_pattern[] = "^0x[0-9a-f]+$";

static const char *const types[] = {
	[FLAG] = "boolean", [COUNT] = "integer", [ID] = "integer",   [BYTES] = "integer", [HEX] = "string",
	[TEXT] = "string",  [TEXTS] = "array",	 [NUMBERS] = "array", [IDS] = "array",	   [HEXES] = "array",
	[PAGES] = "object", [RECORD] = "object", [OBJECT] = "object", [LIST] = "array",
};

static void put_type(yajl_gen gen, const char *type, bool may_be_null)
{
	put_text(gen, "type");
	if (!may_be_null) {
		put_text(gen, type);
		return;
	}
	yajl_gen_array_open(gen);
	put_text(gen, type);
	put_text(gen, "null");
	yajl_gen_array_close(gen);
}

/* The items of a list of plain values. A word among others may be one that is not known. */
static void put_items(yajl_gen gen, const char *type, bool is_hex)
{
	put_text(gen, "items");
	yajl_gen_map_open(gen);
	put_type(gen, type, is_hex);
	if (is_hex)
		put_pair(gen, "pattern", hex_pattern);
	yajl_gen_map_close(gen);
}

static void put_members(yajl_gen gen, const struct shape *shape, const char *verb);

/* The fields of a record: what they are called is the hardware's business. */
static void put_fields(yajl_gen gen)
{
	static const char *const kinds[] = { "boolean", "integer", "string", "array" };

	put_text(gen, "additionalProperties");
	yajl_gen_map_open(gen);
	put_text(gen, "type");
	yajl_gen_array_open(gen);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		put_text(gen, kinds[i]);
	yajl_gen_array_close(gen);
	yajl_gen_map_close(gen);
}

static void put_pages(yajl_gen gen)
{
	put_text(gen, "patternProperties");
	yajl_gen_map_open(gen);
	put_text(gen, hex_pattern);
	yajl_gen_map_open(gen);
	put_pair(gen, "type", "integer");
	yajl_gen_map_close(gen);
	yajl_gen_map_close(gen);
	put_text(gen, "additionalProperties");
	yajl_gen_bool(gen, 0);
}

static void put_kind(yajl_gen gen, const struct member_shape *m)
{
	switch (m->kind) {
	case HEX:
		put_pair(gen, "pattern", hex_pattern);
		break;
	case TEXTS:
		put_items(gen, "string", false);
		break;
	case NUMBERS:
	case IDS:
		put_items(gen, "integer", false);
		break;
	case HEXES:
		put_items(gen, "string", true);
		break;
	case PAGES:
		put_pages(gen);
		break;
	case RECORD:
		put_fields(gen);
		break;
	case OBJECT:
		put_members(gen, m->of, NULL);
		break;
	case LIST:
		put_text(gen, "items");
		yajl_gen_map_open(gen);
		put_pair(gen, "type", "object");
		put_members(gen, m->of, NULL);
		yajl_gen_map_close(gen);
		break;
	default:
		break;
	}
}

static const struct member_shape note_members[] = {
	MEMBER(FACT, TEXT, "severity"),
	MEMBER(FACT, TEXT, "code"),
	MEMBER(FACT, TEXT, "text"),
};
static const struct shape note = { MEMBERS(note_members) };

/* What every document has. */
static const struct member_shape common[] = {
	MEMBER(FACT, COUNT, "schema"),
	MEMBER(NAME, TEXT, "command"),
	MEMBER(FACT, TEXT, "version"),
	MEMBER_OF(FACT, LIST, "notes", note),
};
#define NR_COMMON (sizeof(common) / sizeof(common[0]))

static void put_value_of(yajl_gen gen, const struct member_shape *m)
{
	yajl_gen_map_open(gen);
	put_type(gen, types[m->kind], m->may_be_null);
	put_kind(gen, m);
	yajl_gen_map_close(gen);
}

static void put_member(yajl_gen gen, const struct member_shape *m, const char *verb)
{
	put_text(gen, m->key);
	yajl_gen_map_open(gen);
	put_type(gen, types[m->kind], m->may_be_null);
	if (verb && m->role == NAME) { /* "command" */
		put_text(gen, "const");
		put_text(gen, verb);
	}
	put_kind(gen, m);
	yajl_gen_map_close(gen);
}

/* verb: of the document itself; NULL: of an object inside it. */
static void put_members(yajl_gen gen, const struct shape *shape, const char *verb)
{
	put_text(gen, "properties");
	yajl_gen_map_open(gen);
	for (size_t i = 0; verb && i < NR_COMMON; i++)
		put_member(gen, &common[i], verb);
	for (size_t i = 0; i < shape->nr_members; i++)
		put_member(gen, &shape->members[i], NULL);
	yajl_gen_map_close(gen);
	if (verb) {
		put_text(gen, "required");
		yajl_gen_array_open(gen);
		for (size_t i = 0; i < NR_COMMON; i++)
			put_text(gen, common[i].key);
		yajl_gen_array_close(gen);
	}
	put_text(gen, "additionalProperties");
	if (shape->others)
		put_value_of(gen, shape->others);
	else
		yajl_gen_bool(gen, 0);
}

static void write_out(void *ctx, const char *bytes, size_t len)
{
	fwrite(bytes, 1, len, ctx);
}

static int put_schema(const char *verb)
{
	const struct shape *shape = shape_of_verb(verb);
	yajl_gen gen = yajl_gen_alloc(NULL);

	if (!shape) {
		fprintf(stderr, "iommu-schema: no document of a verb '%s' is described\n", verb);
		yajl_gen_free(gen);
		return 2;
	}
	yajl_gen_config(gen, yajl_gen_print_callback, write_out, stdout);
	yajl_gen_config(gen, yajl_gen_beautify, 1);
	yajl_gen_config(gen, yajl_gen_indent_string, "\t");
	yajl_gen_map_open(gen);
	put_pair(gen, "$schema", "http://json-schema.org/draft-07/schema#");
	put_pair(gen, "title", verb);
	put_pair(gen, "type", "object");
	put_members(gen, shape, verb);
	yajl_gen_map_close(gen);
	yajl_gen_free(gen);
	return fflush(stdout) || ferror(stdout) ? 2 : 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "-l") == 0) {
		for (const struct verb_shape *v = verb_shapes; v->verb; v++)
			puts(v->verb);
		return 0;
	}
	if (argc == 2 && argv[1][0] != '-')
		return put_schema(argv[1]);
	fputs("usage: iommu-schema VERB\n       iommu-schema -l\n\n"
	      "The JSON Schema of what `iommu VERB -j` prints; -l lists the verbs that have one.\n", stderr);
	return 2;
}
