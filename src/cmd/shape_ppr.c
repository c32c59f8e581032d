// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu ppr`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape requests_members[] = {
	MEMBER(TOLD, COUNT, "code"),
	MAYBE(FACT, TEXT, "device"),
	MAYBE(TOLD, RECORD, "fields"),
	MEMBER(NAME, COUNT, "index"),
	MAYBE(FACT, TEXT, "name"),
	MAYBE(TOLD, HEXES, "raw"),
	MAYBE(FACT, TEXT, "summary"),
	MAYBE(NAME, TEXT, "unit"),
};
static const struct shape requests = {
	.noun = "request",
	.says = "device summary",
	MEMBERS(requests_members),
};

static const struct member_shape rings_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, COUNT, "head"),
	MAYBE(FACT, COUNT, "tail"),
	MAYBE(FACT, TEXT, "unit"),
	MEMBER(FACT, COUNT, "reported"),
};
static const struct shape rings = {
	MEMBERS(rings_members),
};

static const struct member_shape ppr_members[] = {
	MAYBE(LOOSE, COUNT, "head"),
	MEMBER_OF(FACT, LIST, "requests", requests),
	MAYBE_OF(LOOSE, LIST, "rings", rings),
	MAYBE(LOOSE, COUNT, "tail"),
};
const struct shape ppr_shape = {
	MEMBERS(ppr_members),
};
