// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu fault`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape others_members[] = {
	MAYBE(FACT, TEXT, "source"),
	MAYBE(LOOSE, TEXT, "time"),
	MEMBER(FACT, COUNT, "count"),
	MAYBE(NAME, TEXT, "device"),
	MAYBE(NAME, HEX, "iova"),
	MAYBE(NAME, TEXT, "reason"),
};
static const struct shape others = {
	MEMBERS(others_members),
};

static const struct member_shape allocator_range_members[] = {
	MAYBE(NAME, HEX, "iova"),
	MEMBER(NAME, HEX, "end"),
	MAYBE(LOOSE, HEX, "address"),
};
static const struct shape allocator_range = {
	MEMBERS(allocator_range_members),
};

static const struct member_shape steps_members[] = {
	MEMBER(FACT, COUNT, "level"),
	MEMBER(FACT, COUNT, "index"),
	MAYBE(LOOSE, HEX, "entry_pa"),
	MAYBE(LOOSE, HEX, "entry"),
	MAYBE(FACT, TEXT, "kind"),
};
static const struct shape steps = {
	MEMBERS(steps_members),
};

static const struct member_shape walk_members[] = {
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, ID, "domain_id"),
	MAYBE(FACT, ID, "pasid"),
	MAYBE(FACT, TEXT, "format"),
	MAYBE(LOOSE, HEX, "root"),
	MAYBE(FACT, COUNT, "levels"),
	MAYBE(FACT, FLAG, "entry_illegal"),
	MAYBE(FACT, TEXT, "illegal_because"),
	MAYBE(LOOSE, HEX, "iova"),
	MAYBE(FACT, FLAG, "mapped"),
	MAYBE(FACT, TEXT, "state"),
	MAYBE(LOOSE, HEX, "pa"),
	MAYBE(LOOSE, HEX, "page_size"),
	MEMBER_OF(FACT, LIST, "steps", steps),
	MEMBER(LOOSE, HEX, "nearest_below"),
	MAYBE(FACT, FLAG, "read"),
	MAYBE_OF(FACT, OBJECT, "target", page_shape),
	MEMBER(FACT, FLAG, "write"),
	MEMBER(LOOSE, HEX, "nearest_above"),
	MEMBER(FACT, FLAG, "user"),
};
static const struct shape walk = {
	MEMBERS(walk_members),
};

static const struct member_shape allocator_members[] = {
	MAYBE(FACT, TEXT, "state"),
	MAYBE_OF(FACT, OBJECT, "range", allocator_range),
};
static const struct shape allocator = {
	MEMBERS(allocator_members),
};

static const struct member_shape range_members[] = {
	MAYBE(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
};
static const struct shape range = {
	MEMBERS(range_members),
};

static const struct member_shape held_members[] = {
	MAYBE(FACT, TEXT, "comm"),
	MAYBE(FACT, TEXT, "state"),
	MAYBE_OF(FACT, OBJECT, "range", range),
};
static const struct shape held = {
	MEMBERS(held_members),
};

static const struct member_shape commands_members[] = {
	MAYBE(FACT, TEXT, "where"),
	MAYBE(LOOSE, HEXES, "words"),
	MAYBE(FACT, TEXT, "text"),
};
static const struct shape commands = {
	MEMBERS(commands_members),
};

static const struct member_shape entries_members[] = {
	MAYBE(FACT, FLAG, "changed"),
	MAYBE(FACT, TEXT, "entry"),
	MAYBE(LOOSE, HEXES, "words"),
};
static const struct shape entries = {
	MEMBERS(entries_members),
};

static const struct member_shape levels_members[] = {
	MEMBER(FACT, COUNT, "level"),
	MAYBE(LOOSE, HEX, "entry"),
};
static const struct shape levels = {
	MEMBERS(levels_members),
};

static const struct member_shape then_members[] = {
	MEMBER_OF(FACT, LIST, "commands", commands),
	MEMBER(FACT, FLAG, "ends"),
	MAYBE_OF(FACT, LIST, "entries", entries),
	MAYBE_OF(FACT, LIST, "levels", levels),
};
static const struct shape then = {
	MEMBERS(then_members),
};

static const struct member_shape faults_members[] = {
	MAYBE(LOOSE, TEXT, "source"),
	MAYBE(LOOSE, TEXT, "time"),
	MAYBE(LOOSE, TEXT, "first_time"),
	MEMBER(FACT, COUNT, "count"),
	MAYBE(TOLD, TEXT, "vendor"),
	MAYBE(NAME, TEXT, "event"),
	MAYBE(TOLD, TEXT, "unit"),
	MAYBE(NAME, TEXT, "device"),
	MAYBE(TOLD, TEXT, "driver"),
	MAYBE(TOLD, COUNT, "group"),
	MAYBE(LOOSE, ID, "domain_id"),
	MAYBE(FACT, ID, "pasid"),
	MAYBE(NAME, HEX, "iova"),
	MAYBE(NAME, TEXT, "access"),
	MAYBE(NAME, TEXT, "reason"),
	MAYBE(LOOSE, COUNT, "code"),
	MAYBE(LOOSE, TEXT, "raw"),
	MAYBE(LOOSE, HEXES, "words"),
	MAYBE(TOLD, TEXT, "translation"),
	MEMBER(LOOSE, ID, "domain_id_now"),
	MAYBE(TOLD, FLAG, "entry_illegal"),
	MAYBE(TOLD, TEXT, "illegal_because"),
	MAYBE_OF(LOOSE, OBJECT, "walk", walk),
	MAYBE_OF(LOOSE, OBJECT, "as_physical", page_shape),
	MAYBE_OF(LOOSE, OBJECT, "allocator", allocator),
	MEMBER_OF(LOOSE, OBJECT, "held", held),
	MAYBE(FACT, TEXT, "state"),
	MAYBE(FACT, TEXT, "verdict"),
	MAYBE(FACT, TEXT, "sure"),
	MAYBE(LOOSE, FLAG, "entry_changed"),
	MAYBE(LOOSE, HEXES, "entry_then"),
	MEMBER_OF(LOOSE, OBJECT, "then", then),
	MEMBER(LOOSE, HEX, "address_pa"),
};
static const struct shape faults = {
	.noun = "fault",
	.says = "count verdict",
	MEMBERS(faults_members),
};

static const struct member_shape fault_members[] = {
	MEMBER_OF(FACT, LIST, "faults", faults),
	MAYBE_OF(FACT, LIST, "others", others),
	MAYBE(LOOSE, COUNT, "log_records"),
	MEMBER(LOOSE, COUNT, "queues"),
	MEMBER(FACT, COUNT, "suppressed"),
};
const struct shape fault_shape = {
	MEMBERS(fault_members),
};
