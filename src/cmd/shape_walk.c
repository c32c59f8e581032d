// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu walk`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape steps_members[] = {
	MAYBE(LOOSE, HEX, "entry"),
	MAYBE(LOOSE, HEX, "entry_pa"),
	MEMBER(FACT, COUNT, "index"),
	MEMBER(FACT, TEXT, "kind"),
	MEMBER(FACT, COUNT, "level"),
	MEMBER(FACT, TEXT, "stage"),
	MEMBER(LOOSE, HEX, "entry_gpa"),
	MEMBER(FACT, TEXT, "problem"),
	MEMBER(LOOSE, HEXES, "raw"),
	MEMBER(FACT, TEXT, "entry_pa_problem"),
};
static const struct shape steps = {
	MEMBERS(steps_members),
};

static const struct member_shape target_members[] = {
	MAYBE(FACT, FLAG, "ram"),
	MAYBE(FACT, TEXT, "resource"),
	MAYBE(FACT, TEXT, "use"),
	MEMBER(FACT, TEXT, "problem"),
	MEMBER(FACT, TEXT, "comm"),
	MEMBER(FACT, COUNT, "pid"),
	MEMBER(LOOSE, HEX, "vaddr"),
	MEMBER(FACT, TEXT, "contents"),
};
static const struct shape target = {
	MEMBERS(target_members),
};

static const struct member_shape special_range_members[] = {
	MAYBE(FACT, TEXT, "decided_by"),
	MEMBER(LOOSE, HEX, "first"),
	MEMBER(FACT, FLAG, "interrupt"),
	MEMBER(LOOSE, HEX, "last"),
	MEMBER(FACT, TEXT, "what"),
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
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(FACT, COUNT, "levels"),
	MEMBER(FACT, FLAG, "mapped"),
	MAYBE(LOOSE, HEX, "pa"),
	MAYBE(LOOSE, HEX, "page_size"),
	MAYBE(FACT, ID, "pasid"),
	MAYBE(LOOSE, HEX, "root"),
	MEMBER(FACT, TEXT, "state"),
	MEMBER_OF(FACT, LIST, "steps", steps),
	MEMBER(FACT, FLAG, "read"),
	MEMBER_OF(FACT, OBJECT, "target", target),
	MEMBER(FACT, FLAG, "write"),
	MEMBER(LOOSE, HEX, "gpa"),
	MEMBER(FACT, TEXT, "host_format"),
	MEMBER(FACT, COUNT, "host_levels"),
	MEMBER(LOOSE, HEX, "host_root"),
	MEMBER(FACT, FLAG, "user"),
	MEMBER(LOOSE, HEX, "nearest_above"),
	MEMBER(LOOSE, HEX, "nearest_below"),
	MEMBER(FACT, TEXT, "special"),
	MEMBER_OF(FACT, OBJECT, "special_range", special_range),
	MEMBER(FACT, TEXT, "comm"),
	MEMBER(FACT, COUNT, "pid"),
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
