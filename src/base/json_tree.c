// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON documents as trees, read by yajl. */
#include "iommu/json_tree.h"

#include <string.h>
#include <yajl/yajl_parse.h>

struct level {
	struct json *node;
	const char *key; /* of the next member of an object */
	size_t room;
};

struct json_reader {
	struct arena *arena;
	yajl_handle parser;
	struct json *root;
	struct level levels[JSON_DEPTH_MAX];
	unsigned depth;
	const char *problem;
	size_t nr_bytes;
};

/* Room for one more; what was outgrown stays in the arena, and is as much as what it grew to at most. */
static void make_room(struct json_reader *r, struct level *level)
{
	struct json *node = level->node;
	size_t room = level->room ? 2 * level->room : 4;
	struct json **items;
	const char **keys;

	if (node->nr < level->room)
		return;
	items = arena_alloc(r->arena, room * sizeof(*items));
	if (node->nr)
		memcpy(items, node->items, node->nr * sizeof(*items));
	node->items = items;
	if (node->kind == JSON_OBJECT) {
		keys = arena_alloc(r->arena, room * sizeof(*keys));
		if (node->nr)
			memcpy(keys, node->keys, node->nr * sizeof(*keys));
		node->keys = keys;
	}
	level->room = room;
}

static struct json *add(struct json_reader *r, enum json_kind kind)
{
	struct json *node = arena_alloc(r->arena, sizeof(*node));
	struct level *level = r->depth ? &r->levels[r->depth - 1] : NULL;

	node->kind = kind;
	if (!level) {
		r->root = node;
		return node;
	}
	make_room(r, level);
	if (level->node->kind == JSON_OBJECT)
		level->node->keys[level->node->nr] = level->key;
	level->node->items[level->node->nr++] = node;
	return node;
}

static const char *copy(struct json_reader *r, const unsigned char *bytes, size_t len)
{
	char *text = arena_alloc(r->arena, len + 1);

	memcpy(text, bytes, len);
	return text;
}

static int on_null(void *ctx)
{
	add(ctx, JSON_NULL);
	return 1;
}

static int on_bool(void *ctx, int value)
{
	add(ctx, JSON_BOOL)->truth = value != 0;
	return 1;
}

static int on_number(void *ctx, const char *digits, size_t len)
{
	add(ctx, JSON_NUMBER)->text = copy(ctx, (const unsigned char *)digits, len);
	return 1;
}

static int on_string(void *ctx, const unsigned char *text, size_t len)
{
	add(ctx, JSON_STRING)->text = copy(ctx, text, len);
	return 1;
}

static int on_key(void *ctx, const unsigned char *text, size_t len)
{
	struct json_reader *r = ctx;

	r->levels[r->depth - 1].key = copy(r, text, len);
	return 1;
}

static int open_level(struct json_reader *r, enum json_kind kind)
{
	struct json *node = add(r, kind);

	if (r->depth == JSON_DEPTH_MAX) {
		r->problem = arena_printf(r->arena, "nested more than %u deep", JSON_DEPTH_MAX);
		return 0;
	}
	r->levels[r->depth++] = (struct level){ .node = node };
	return 1;
}

static int on_object(void *ctx)
{
	return open_level(ctx, JSON_OBJECT);
}

static int on_list(void *ctx)
{
	return open_level(ctx, JSON_LIST);
}

static int on_end(void *ctx)
{
	struct json_reader *r = ctx;

	r->depth--;
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_bool,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_object,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_list,
	.yajl_end_array = on_end,
};

/* yajl's own buffers live in the arena too, each with its size before it. */
#define BEFORE 16

static void *arena_malloc(void *ctx, size_t size)
{
	char *block = arena_alloc(ctx, size + BEFORE);

	memcpy(block, &size, sizeof(size));
	return block + BEFORE;
}

static void *arena_realloc(void *ctx, void *old, size_t size)
{
	char *block = arena_malloc(ctx, size);
	size_t old_size;

	if (!old)
		return block;
	memcpy(&old_size, (char *)old - BEFORE, sizeof(old_size));
	memcpy(block, old, old_size < size ? old_size : size);
	return block;
}

static void arena_keep(void *ctx, void *memory)
{
	(void)ctx;
	(void)memory;
}

struct json_reader *json_reader_new(struct arena *arena)
{
	struct json_reader *r = arena_alloc(arena, sizeof(*r));
	yajl_alloc_funcs funcs = { arena_malloc, arena_realloc, arena_keep, arena };

	r->arena = arena;
	r->parser = yajl_alloc(&callbacks, &funcs, r);
	return r;
}

static const char *words_of_error(struct json_reader *r, yajl_status status, const char *bytes, size_t len)
{
	size_t at = r->nr_bytes + yajl_get_bytes_consumed(r->parser);
	unsigned char *why;

	if (status == yajl_status_client_canceled)
		return arena_printf(r->arena, "%s, at byte %zu", r->problem, at);
	why = yajl_get_error(r->parser, 0, (const unsigned char *)bytes, len);
	return arena_printf(r->arena, "%.*s, at byte %zu", (int)strcspn((const char *)why, "\n"), (const char *)why, at);
}

bool json_reader_feed(struct json_reader *r, const char *bytes, size_t len)
{
	yajl_status status;

	if (r->problem)
		return false;
	status = yajl_parse(r->parser, (const unsigned char *)bytes, len);
	if (status != yajl_status_ok)
		r->problem = words_of_error(r, status, bytes, len);
	r->nr_bytes += len;
	return status == yajl_status_ok;
}

const struct json *json_reader_finish(struct json_reader *r, const char **ret_problem)
{
	if (!r->problem && yajl_complete_parse(r->parser) != yajl_status_ok)
		r->problem = arena_printf(r->arena, "it ends before its end, after %zu bytes", r->nr_bytes);
	if (!r->problem && !r->root)
		r->problem = "it is empty";
	*ret_problem = r->problem;
	return r->problem ? NULL : r->root;
}

const struct json *json_member(const struct json *object, const char *key)
{
	if (!object || object->kind != JSON_OBJECT)
		return NULL;
	for (size_t i = 0; i < object->nr; i++) {
		if (strcmp(object->keys[i], key) == 0)
			return object->items[i];
	}
	return NULL;
}

const char *json_text(const struct json *object, const char *key)
{
	const struct json *member = json_member(object, key);

	return member && member->kind == JSON_STRING ? member->text : NULL;
}
