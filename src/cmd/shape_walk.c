// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu walk`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape steps_members[] = {
	MAYBE(LOOSE, HEX, "entry"),
	MAYBE(LOOSE, HEX, "entry_pa"),
	MEMBER(FACT, COUNT, "index"),
	MAYBE(FACT, TEXT, "kind"),
	MEMBER(FACT, COUNT, "level"),
	MAYBE(FACT, TEXT, "stage"),
	MEMBER(LOOSE, HEX, "entry_gpa"),
	MAYBE(FACT, TEXT, "problem"),
	MAYBE(LOOSE, HEXES, "raw"),
	MAYBE(FACT, TEXT, "entry_pa_problem"),
};
static const struct shape steps = {
	MEMBERS(steps_members),
};

static const struct member_shape special_range_members[] = {
	MAYBE(FACT, TEXT, "decided_by"),
	MEMBER(LOOSE, HEX, "first"),
	MEMBER(FACT, FLAG, "interrupt"),
	MAYBE(LOOSE, HEX, "last"),
	MAYBE(FACT, TEXT, "what"),
};
static const struct shape special_range = {
	MEMBERS(special_range_members),
};

static const struct member_shape results_members[] = {
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, ID, "domain_id"),
	MAYBE(FACT, FLAG, "entry_illegal"),
	MAYBE(FACT, TEXT, "format"),
	MAYBE(FACT, TEXT, "illegal_because"),
	MAYBE(LOOSE, HEX, "iova"),
	MAYBE(FACT, COUNT, "levels"),
	MAYBE(FACT, FLAG, "mapped"),
	MAYBE(LOOSE, HEX, "pa"),
	MAYBE(LOOSE, HEX, "page_size"),
	MAYBE(FACT, ID, "pasid"),
	MAYBE(LOOSE, HEX, "root"),
	MAYBE(FACT, TEXT, "state"),
	MEMBER_OF(FACT, LIST, "steps", steps),
	MAYBE(FACT, FLAG, "read"),
	MAYBE_OF(FACT, OBJECT, "target", page_shape),
	MEMBER(FACT, FLAG, "write"),
	MEMBER(LOOSE, HEX, "gpa"),
	MAYBE(FACT, TEXT, "host_format"),
	MEMBER(FACT, COUNT, "host_levels"),
	MEMBER(LOOSE, HEX, "host_root"),
	MEMBER(FACT, FLAG, "user"),
	MEMBER(LOOSE, HEX, "nearest_above"),
	MEMBER(LOOSE, HEX, "nearest_below"),
	MAYBE(FACT, TEXT, "special"),
	MEMBER_OF(FACT, OBJECT, "special_range", special_range),
	MAYBE(FACT, TEXT, "comm"),
	MAYBE(FACT, COUNT, "pid"),
	MEMBER(FACT, COUNT, "address_bits"),
};
static const struct shape results = {
	MEMBERS(results_members),
};

static const struct member_shape walk_members[] = {
	MEMBER_OF(FACT, LIST, "results", results),
};
const struct shape walk_shape = {
	MEMBERS(walk_members),
};
