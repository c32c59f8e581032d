// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu devices`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape ats_members[] = {
	MAYBE(FACT, FLAG, "by_driver"),
	MAYBE(FACT, COUNT, "capability"),
	MAYBE(FACT, FLAG, "enabled"),
};
static const struct shape ats = {
	MEMBERS(ats_members),
};

static const struct member_shape entry_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(TOLD, ID, "domain_id"),
	MAYBE(TOLD, FLAG, "entry_illegal"),
	MAYBE(TOLD, TEXT, "illegal_because"),
	MAYBE(FACT, FLAG, "read"),
	MAYBE(LOOSE, HEX, "root"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape entry = {
	MEMBERS(entry_members),
};

static const struct member_shape owner_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, COUNT, "pid"),
	MAYBE(FACT, TEXT, "comm"),
};
static const struct shape owner = {
	MEMBERS(owner_members),
};

static const struct member_shape pasid_members[] = {
	MAYBE(FACT, FLAG, "by_driver"),
	MAYBE(FACT, COUNT, "capability"),
	MAYBE(FACT, FLAG, "enabled"),
};
static const struct shape pasid = {
	MEMBERS(pasid_members),
};

static const struct member_shape pri_members[] = {
	MAYBE(FACT, FLAG, "by_driver"),
	MAYBE(FACT, COUNT, "capability"),
	MAYBE(FACT, FLAG, "enabled"),
};
static const struct shape pri = {
	MEMBERS(pri_members),
};

static const struct member_shape aliases_members[] = {
	MAYBE(FACT, TEXT, "by"),
	MAYBE(NAME, TEXT, "device"),
	MEMBER(FACT, FLAG, "entry_differs"),
};
static const struct shape aliases = {
	.noun = "alias",
	MEMBERS(aliases_members),
};

static const struct member_shape interrupt_table_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, COUNT, "length"),
};
static const struct shape interrupt_table = {
	MEMBERS(interrupt_table_members),
};

static const struct member_shape details_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE_OF(FACT, OBJECT, "ats", ats),
	MAYBE(FACT, COUNT, "ats_queue_depth"),
	MAYBE(FACT, HEX, "class"),
	MAYBE(TOLD, TEXT, "class_name"),
	MAYBE(TOLD, TEXT, "default_type"),
	MAYBE(FACT, HEX, "device_id"),
	MAYBE(TOLD, TEXT, "device_name"),
	MAYBE(LOOSE, HEX, "domain_address"),
	MAYBE_OF(FACT, OBJECT, "entry", entry),
	MAYBE(FACT, COUNT, "max_pasids"),
	MAYBE_OF(TOLD, OBJECT, "owner", owner),
	MAYBE_OF(FACT, OBJECT, "pasid", pasid),
	MAYBE_OF(FACT, OBJECT, "pri", pri),
	MAYBE(FACT, FLAG, "untrusted"),
	MAYBE(FACT, HEX, "vendor_id"),
	MAYBE(TOLD, TEXT, "vendor_name"),
	MEMBER_OF(FACT, LIST, "aliases", aliases),
	MAYBE_OF(FACT, OBJECT, "interrupt_table", interrupt_table),
};
static const struct shape details = {
	MEMBERS(details_members),
};

static const struct member_shape devices_devices_members[] = {
	MAYBE(FACT, TEXT, "alias"),
	MAYBE(NAME, TEXT, "device"),
	MAYBE(FACT, ID, "domain_id"),
	MAYBE(FACT, TEXT, "driver"),
	MAYBE(FACT, FLAG, "entry_illegal"),
	MAYBE(FACT, COUNT, "group"),
	MAYBE(FACT, TEXT, "illegal_because"),
	MAYBE(FACT, TEXT, "state"),
	MAYBE(FACT, TEXT, "type"),
	MAYBE(FACT, TEXT, "unit"),
	MEMBER_OF(FACT, OBJECT, "details", details),
};
static const struct shape devices_devices = {
	MEMBERS(devices_devices_members),
};

static const struct member_shape devices_members[] = {
	MAYBE_OF(FACT, LIST, "devices", devices_devices),
};
const struct shape devices_shape = {
	MEMBERS(devices_members),
};
