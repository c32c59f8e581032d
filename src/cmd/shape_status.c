// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu status`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape counts_members[] = {
	MAYBE(FACT, COUNT, "devices"),
	MEMBER(FACT, COUNT, "devices_without_group"),
	MEMBER(FACT, COUNT, "domains"),
	MEMBER(FACT, COUNT, "groups"),
	MEMBER(FACT, COUNT, "units"),
};
static const struct shape counts = {
	MEMBERS(counts_members),
};

static const struct member_shape overrides_members[] = {
	MAYBE(NAME, TEXT, "code"),
	MAYBE(FACT, TEXT, "text"),
};
static const struct shape overrides = {
	.noun = "override",
	.says = "text",
	MEMBERS(overrides_members),
};

static const struct member_shape owners_members[] = {
	MAYBE(FACT, TEXT, "driver"),
	MAYBE(NAME, COUNT, "group"),
	MAYBE(LOOSE, HEX, "owner"),
	MAYBE(FACT, TEXT, "comm"),
	MAYBE(FACT, COUNT, "pid"),
};
static const struct shape owners = {
	MEMBERS(owners_members),
};

static const struct member_shape off_members[] = {
	MAYBE(FACT, TEXT, "by"),
	MAYBE(NAME, TEXT, "vendor"),
};
static const struct shape off = {
	MEMBERS(off_members),
};

static const struct member_shape status_members[] = {
	MEMBER_OF(TOLD, OBJECT, "counts", counts),
	MAYBE(FACT, TEXT, "dma_debug"),
	MAYBE(FACT, TEXT, "decided_by"),
	MAYBE(FACT, TEXT, "default_type"),
	MAYBE(TOLD, COUNT, "findings"),
	MEMBER(TOLD, COUNT, "findings_unsure"),
	MAYBE(FACT, COUNT, "groups_not_default"),
	MAYBE(TOLD, TEXT, "meaning"),
	MEMBER(FACT, COUNT, "not_read"),
	MAYBE(FACT, TEXT, "options"),
	MEMBER_OF(FACT, LIST, "overrides", overrides),
	MEMBER_OF(TOLD, LIST, "owners", owners),
	MAYBE(FACT, TEXT, "vendor"),
	MEMBER_OF(FACT, LIST, "off", off),
};
const struct shape status_shape = {
	MEMBERS(status_members),
};
