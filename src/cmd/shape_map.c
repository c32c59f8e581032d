// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu map`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape mappings_members[] = {
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
	MEMBER(LOOSE, HEX, "pa"),
	MEMBER(LOOSE, HEX, "page_size"),
	MEMBER(FACT, FLAG, "read"),
	MEMBER(FACT, FLAG, "write"),
	MEMBER(FACT, FLAG, "user"),
	MEMBER(LOOSE, HEX, "gpa"),
};
static const struct shape mappings = {
	MEMBERS(mappings_members),
};

static const struct member_shape map_totals_members[] = {
	MEMBER(FACT, BYTES, "bytes"),
	MEMBER(FACT, COUNT, "damaged"),
	MEMBER(FACT, PAGES, "pages"),
	MEMBER(FACT, COUNT, "tables"),
	MEMBER(FACT, COUNT, "tables_not_in_dump"),
	MEMBER(FACT, COUNT, "tables_unreadable"),
};
static const struct shape map_totals = {
	MEMBERS(map_totals_members),
};

static const struct member_shape asked_members[] = {
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "pa"),
};
static const struct shape asked = {
	MEMBERS(asked_members),
};

static const struct member_shape users_members[] = {
	MEMBER(NAME, TEXT, "device"),
	MEMBER(TOLD, COUNT, "group"),
	MAYBE(NAME, ID, "pasid"),
	MEMBER(FACT, FLAG, "read"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape users = {
	MEMBERS(users_members),
};

static const struct member_shape stretches_members[] = {
	MEMBER(NAME, HEX, "iova"),
	MEMBER(NAME, HEX, "end"),
	MEMBER(TOLD, BYTES, "bytes"),
	MEMBER(FACT, PAGES, "pages"),
	MEMBER(LOOSE, FLAG, "contiguous"),
	MEMBER(FACT, FLAG, "read"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape stretches = {
	.noun = "stretch",
	.says = "bytes read write",
	MEMBERS(stretches_members),
};

static const struct member_shape totals_members[] = {
	MEMBER(FACT, BYTES, "bytes"),
	MEMBER(FACT, PAGES, "pages"),
	MEMBER(LOOSE, COUNT, "tables"),
	MEMBER(FACT, COUNT, "tables_not_in_dump"),
	MEMBER(FACT, COUNT, "tables_unreadable"),
	MEMBER(FACT, COUNT, "damaged"),
};
static const struct shape totals = {
	.says = "bytes",
	MEMBERS(totals_members),
};

static const struct member_shape spaces_members[] = {
	MAYBE(TOLD, ID, "domain_id"),
	MEMBER(TOLD, TEXT, "type"),
	MEMBER(LOOSE, HEX, "domain_address"),
	MEMBER_OF(NAME, LIST, "users", users),
	MEMBER(TOLD, TEXT, "format"),
	MEMBER(TOLD, COUNT, "levels"),
	MEMBER(LOOSE, HEX, "root"),
	MEMBER(FACT, FLAG, "of_guest"),
	MEMBER_OF(IN_USE, LIST, "stretches", stretches),
	MEMBER_OF(IN_USE, OBJECT, "totals", totals),
};
static const struct shape spaces = {
	.noun = "space of",
	.nameless = "no device",
	.says = "totals",
	.in_use_by = "type",
	MEMBERS(spaces_members),
};

static const struct member_shape map_members[] = {
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, ID, "domain_id"),
	MAYBE(FACT, FLAG, "entry_illegal"),
	MAYBE(FACT, TEXT, "illegal_because"),
	MEMBER_OF(FACT, LIST, "mappings", mappings),
	MEMBER(FACT, TEXT, "state"),
	MEMBER_OF(FACT, OBJECT, "totals", map_totals),
	MEMBER_OF(FACT, OBJECT, "asked", asked),
	MAYBE(FACT, ID, "pasid"),
	MEMBER_OF(FACT, LIST, "spaces", spaces),
};
const struct shape map_shape = {
	MEMBERS(map_members),
};
