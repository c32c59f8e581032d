// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON documents taken apart into their leaves, so that two answers can be compared value by
 * value.
 */
#include "json_leaves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_tree.h>

#define MAX_PATH 512

static void add(struct json_leaves *leaves, const char *path, const char *value)
{
	if (leaves->nr == leaves->room) {
		leaves->room = 2 * leaves->room + 64;
		leaves->v = realloc(leaves->v, leaves->room * sizeof(*leaves->v));
	}
	leaves->v[leaves->nr++] = (struct json_leaf){ strdup(path), strdup(value) };
}

static void flatten(struct json_leaves *leaves, yajl_val node, char *path, size_t len);

/* "/3"; an item that has a code is found by that wherever in its list it stands. */
static int write_index(char *path, size_t room, yajl_val item, size_t nth)
{
	const char *key[] = { "code", NULL };
	yajl_val code = YAJL_IS_OBJECT(item) ? yajl_tree_get(item, key, yajl_t_string) : NULL;

	return code ? snprintf(path, room, "/%s", YAJL_GET_STRING(code)) :
		      snprintf(path, room, "/%zu", nth);
}

/* The notes, and the keys that count some of them. */
static bool is_about_notes(const char *path)
{
	return strcmp(path, "/notes") == 0 || strcmp(path, "/not_read") == 0 ||
	       strcmp(path, "/findings_unsure") == 0;
}

static void flatten_children(struct json_leaves *leaves, yajl_val node, char *path, size_t len)
{
	size_t nr = YAJL_IS_OBJECT(node) ? node->u.object.len : node->u.array.len;

	for (size_t i = 0; i < nr; i++) {
		int part = YAJL_IS_OBJECT(node) ? snprintf(path + len, MAX_PATH - len, "/%s",
							   node->u.object.keys[i])
						: write_index(path + len, MAX_PATH - len,
							      node->u.array.values[i], i);

		if (!is_about_notes(path))
			flatten(leaves,
				YAJL_IS_OBJECT(node) ? node->u.object.values[i]
						     : node->u.array.values[i],
				path, len + (size_t)part);
	}
	path[len] = '\0';
}

static void flatten(struct json_leaves *leaves, yajl_val node, char *path, size_t len)
{
	if (YAJL_IS_OBJECT(node) || YAJL_IS_ARRAY(node))
		flatten_children(leaves, node, path, len);
	else if (YAJL_IS_STRING(node))
		add(leaves, path, YAJL_GET_STRING(node));
	else if (YAJL_IS_NUMBER(node))
		add(leaves, path, YAJL_GET_NUMBER(node));
	else
		add(leaves, path,
		    YAJL_IS_TRUE(node)	  ? "true"
		    : YAJL_IS_FALSE(node) ? "false"
					  : "null");
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct json_leaf *)a)->path, ((const struct json_leaf *)b)->path);
}

bool json_leaves_of(const char *text, struct json_leaves *ret)
{
	char path[MAX_PATH] = "", error[256];
	yajl_val tree = yajl_tree_parse(text, error, sizeof(error));

	memset(ret, 0, sizeof(*ret));
	if (!tree)
		return false;
	flatten(ret, tree, path, 0);
	yajl_tree_free(tree);
	if (ret->nr)
		qsort(ret->v, ret->nr, sizeof(*ret->v), compare);
	return true;
}

void json_leaves_release(struct json_leaves *leaves)
{
	for (size_t i = 0; i < leaves->nr; i++) {
		free(leaves->v[i].path);
		free(leaves->v[i].value);
	}
	free(leaves->v);
	memset(leaves, 0, sizeof(*leaves));
}

const char *json_leaves_value(const struct json_leaves *leaves, const char *path)
{
	const struct json_leaf key = { (char *)(size_t)path, NULL };
	const struct json_leaf *found =
		leaves->nr ? bsearch(&key, leaves->v, leaves->nr, sizeof(*leaves->v), compare)
			   : NULL;

	return found ? found->value : NULL;
}
