// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu domains`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape allocator_members[] = {
	MEMBER(TOLD, COUNT, "allocated"),
	MEMBER(LOOSE, COUNT, "bits_set"),
	MEMBER(FACT, IDS, "ids"),
	MAYBE(FACT, TEXT, "kind"),
	MAYBE(FACT, TEXT, "symbol"),
	MAYBE(FACT, TEXT, "unit"),
};
static const struct shape allocator = {
	MEMBERS(allocator_members),
};

static const struct member_shape ids_members[] = {
	MAYBE(FACT, ID, "id"),
	MAYBE(NAME, TEXT, "unit"),
};
static const struct shape ids = {
	.noun = "id on",
	MEMBERS(ids_members),
};

static const struct member_shape domains_domains_members[] = {
	MAYBE(NAME, TEXTS, "devices"),
	MAYBE(FACT, TEXT, "type"),
	MAYBE(FACT, ID, "id"),
	MEMBER_OF(FACT, LIST, "ids", ids),
	MAYBE(FACT, TEXT, "format"),
	MAYBE(FACT, COUNT, "levels"),
	MAYBE(IN_USE, BYTES, "mapped_bytes"),
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(LOOSE, HEX, "driver_address"),
	MEMBER(TOLD, NUMBERS, "groups"),
	MAYBE(FACT, TEXT, "kind"),
	MAYBE(LOOSE, HEX, "root"),
	MEMBER(TOLD, FLAG, "mapped_bytes_complete"),
	MEMBER(FACT, FLAG, "id_is_shared"),
};
static const struct shape domains_domains = {
	.noun = "domain of",
	.nameless = "no device",
	.says = "id type format levels mapped_bytes",
	.follows = "type",
	.in_use_by = "type",
	MEMBERS(domains_domains_members),
};

static const struct member_shape users_members[] = {
	MAYBE(NAME, TEXT, "device"),
	MAYBE(NAME, ID, "pasid"),
	MAYBE(FACT, TEXT, "comm"),
	MAYBE(LOOSE, COUNT, "pid"),
};
static const struct shape users = {
	MEMBERS(users_members),
};

static const struct member_shape other_tables_members[] = {
	MAYBE(FACT, TEXT, "format"),
	MAYBE(FACT, COUNT, "levels"),
	MAYBE(LOOSE, HEX, "root"),
	MEMBER_OF(NAME, LIST, "users", users),
	MAYBE(FACT, TEXT, "host_format"),
	MEMBER(FACT, COUNT, "host_levels"),
	MEMBER(LOOSE, HEX, "host_root"),
};
static const struct shape other_tables = {
	.noun = "table of",
	.nameless = "no device",
	.follows = "format",
	MEMBERS(other_tables_members),
};

static const struct member_shape allocators_members[] = {
	MEMBER(TOLD, COUNT, "allocated"),
	MEMBER(LOOSE, COUNT, "bits_set"),
	MEMBER(FACT, IDS, "ids"),
	MAYBE(FACT, TEXT, "kind"),
	MAYBE(FACT, TEXT, "symbol"),
	MAYBE(FACT, IDS, "unaccounted_ids"),
	MAYBE(NAME, TEXT, "unit"),
};
static const struct shape allocators = {
	.noun = "allocator of",
	.nameless = "no device",
	MEMBERS(allocators_members),
};

static const struct member_shape domains_members[] = {
	MAYBE_OF(FACT, OBJECT, "allocator", allocator),
	MEMBER_OF(FACT, LIST, "domains", domains_domains),
	MAYBE_OF(FACT, LIST, "other_tables", other_tables),
	MAYBE(FACT, IDS, "unaccounted_ids"),
	MEMBER_OF(FACT, LIST, "allocators", allocators),
};
const struct shape domains_shape = {
	MEMBERS(domains_members),
};
