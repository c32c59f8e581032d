// SPDX-License-Identifier: GPL-2.0-or-later
/* The shapes of all documents, in the order in which one would tell what changed. */
#include "iommu/shape.h"

#include <string.h>

const struct verb_shape verb_shapes[] = {
	{ "status", &status_shape },	 { "check", &check_shape },   { "devices", &devices_shape },
	{ "owner", &owner_shape },	 { "groups", &groups_shape }, { "domains", &domains_shape },
	{ "map", &map_shape },		 { "iova", &iova_shape },     { "dte", &dte_shape },
	{ "irt", &irt_shape },		 { "fault", &fault_shape },   { "events", &events_shape },
	{ "ppr", &ppr_shape },		 { "galog", &galog_shape },   { "commands", &commands_shape },
	{ "units", &units_shape },	 { "acpi", &acpi_shape },     { "walk", &walk_shape },
	{ "who", &who_shape },		 { NULL, NULL },
};

const struct shape *shape_of_verb(const char *verb)
{
	for (const struct verb_shape *v = verb_shapes; v->verb; v++) {
		if (strcmp(v->verb, verb) == 0)
			return v->shape;
	}
	return NULL;
}

const struct member_shape *shape_member(const struct shape *shape, const char *key)
{
	for (size_t i = 0; i < shape->nr_members; i++) {
		if (strcmp(shape->members[i].key, key) == 0)
			return &shape->members[i];
	}
	return NULL;
}
