// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu map`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape mappings_members[] = {
	MAYBE(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
	MAYBE(LOOSE, HEX, "pa"),
	MAYBE(LOOSE, HEX, "page_size"),
	MAYBE(FACT, FLAG, "read"),
	MEMBER(FACT, FLAG, "write"),
	MEMBER(FACT, FLAG, "user"),
	MEMBER(LOOSE, HEX, "gpa"),
};
static const struct shape mappings = {
	MEMBERS(mappings_members),
};

static const struct member_shape map_totals_members[] = {
	MAYBE(FACT, BYTES, "bytes"),
	MEMBER(FACT, COUNT, "damaged"),
	MAYBE(FACT, PAGES, "pages"),
	MEMBER(FACT, COUNT, "tables"),
	MEMBER(FACT, COUNT, "tables_not_in_dump"),
	MEMBER(FACT, COUNT, "tables_unreadable"),
};
static const struct shape map_totals = {
	MEMBERS(map_totals_members),
};

static const struct member_shape asked_members[] = {
	MAYBE(LOOSE, HEX, "iova"),
	MAYBE(LOOSE, HEX, "pa"),
};
static const struct shape asked = {
	MEMBERS(asked_members),
};

static const struct member_shape users_members[] = {
	MAYBE(NAME, TEXT, "device"),
	MAYBE(TOLD, COUNT, "group"),
	MAYBE(NAME, ID, "pasid"),
	MAYBE(FACT, FLAG, "read"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape users = {
	MEMBERS(users_members),
};

static const struct member_shape stretches_members[] = {
	MAYBE(NAME, HEX, "iova"),
	MEMBER(NAME, HEX, "end"),
	MAYBE(TOLD, BYTES, "bytes"),
	MAYBE(FACT, PAGES, "pages"),
	MEMBER(LOOSE, FLAG, "contiguous"),
	MAYBE(FACT, FLAG, "read"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape stretches = {
	.noun = "stretch",
	.says = "bytes read write",
	MEMBERS(stretches_members),
};

static const struct member_shape totals_members[] = {
	MAYBE(FACT, BYTES, "bytes"),
	MAYBE(FACT, PAGES, "pages"),
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
	MAYBE(TOLD, TEXT, "type"),
	MAYBE(LOOSE, HEX, "domain_address"),
	MEMBER_OF(NAME, LIST, "users", users),
	MAYBE(TOLD, TEXT, "format"),
	MAYBE(TOLD, COUNT, "levels"),
	MAYBE(LOOSE, HEX, "root"),
	MEMBER(FACT, FLAG, "of_guest"),
	MAYBE_OF(IN_USE, LIST, "stretches", stretches),
	MEMBER_OF(IN_USE, OBJECT, "totals", totals),
};
static const struct shape spaces = {
	.noun = "space of",
	.nameless = "no device",
	.says = "totals",
	.follows = "type",
	.in_use_by = "type",
	MEMBERS(spaces_members),
};

static const struct member_shape map_members[] = {
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, ID, "domain_id"),
	MAYBE(FACT, FLAG, "entry_illegal"),
	MAYBE(FACT, TEXT, "illegal_because"),
	MAYBE_OF(FACT, LIST, "mappings", mappings),
	MAYBE(FACT, TEXT, "state"),
	MEMBER_OF(FACT, OBJECT, "totals", map_totals),
	MEMBER_OF(FACT, OBJECT, "asked", asked),
	MAYBE(FACT, ID, "pasid"),
	MEMBER_OF(FACT, LIST, "spaces", spaces),
};
const struct shape map_shape = {
	MEMBERS(map_members),
};
