/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A JSON document as a sorted list of its leaves: "/groups/3/devices/0/driver" and "\"nvme\"". */
#ifndef IOMMU_TESTS_JSON_LEAVES_H
#define IOMMU_TESTS_JSON_LEAVES_H

#include <stdbool.h>
#include <stddef.h>

struct json_leaf {
	char *path, *value;
};

struct json_leaves {
	struct json_leaf *v;
	size_t nr, room;
};

/* Without the list of notes, and the keys of status that count them. False: no JSON. The caller releases it in any case. */
bool json_leaves_of(const char *text, struct json_leaves *ret);
void json_leaves_release(struct json_leaves *leaves);

/* NULL: no such path. */
const char *json_leaves_value(const struct json_leaves *leaves, const char *path);

#endif
