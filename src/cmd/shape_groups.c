// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu groups`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape devices_members[] = {
	MAYBE(NAME, TEXT, "device"),
	MAYBE(TOLD, TEXT, "driver"),
};
static const struct shape devices = {
	MEMBERS(devices_members),
};

static const struct member_shape owner_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, TEXT, "kind"),
};
static const struct shape owner = {
	MEMBERS(owner_members),
};

static const struct member_shape reserved_regions_members[] = {
	MEMBER(NAME, HEX, "start"),
	MEMBER(NAME, HEX, "end"),
	MAYBE(FACT, TEXT, "type"),
	MAYBE(LOOSE, TEXT, "unsure"),
};
static const struct shape reserved_regions = {
	.noun = "reserved region",
	MEMBERS(reserved_regions_members),
};

static const struct member_shape groups_groups_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, TEXT, "default_type"),
	MAYBE_OF(TOLD, LIST, "devices", devices),
	MAYBE(TOLD, ID, "domain_id"),
	MAYBE(NAME, COUNT, "id"),
	MAYBE(FACT, TEXT, "name"),
	MAYBE_OF(FACT, OBJECT, "owner", owner),
	MAYBE_OF(FACT, LIST, "reserved_regions", reserved_regions),
	MAYBE(TOLD, TEXT, "type"),
};
static const struct shape groups_groups = {
	.noun = "group",
	MEMBERS(groups_groups_members),
};

static const struct member_shape groups_members[] = {
	MEMBER_OF(FACT, LIST, "groups", groups_groups),
};
const struct shape groups_shape = {
	MEMBERS(groups_members),
};
