// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu acpi`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape entries_members[] = {
	MAYBE(FACT, TEXT, "alias"),
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, RECORD, "fields"),
	MAYBE(NAME, COUNT, "offset"),
	MAYBE(TOLD, HEXES, "raw"),
	MAYBE(TOLD, COUNT, "type"),
	MAYBE(NAME, TEXT, "type_name"),
	MAYBE(FACT, TEXT, "cid"),
	MAYBE(FACT, TEXT, "hid"),
	MAYBE(FACT, TEXT, "uid"),
	MEMBER(FACT, COUNT, "uid_format"),
	MAYBE(FACT, TEXT, "damage"),
	MEMBER(FACT, FLAG, "unknown"),
};
static const struct shape entries = {
	MEMBERS(entries_members),
};

static const struct member_shape table_scope_members[] = {
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, RECORD, "fields"),
	MEMBER(FACT, FLAG, "found"),
	MAYBE(NAME, COUNT, "offset"),
	MAYBE(FACT, TEXT, "path"),
	MAYBE(TOLD, HEXES, "raw"),
	MAYBE(TOLD, COUNT, "type"),
	MAYBE(NAME, TEXT, "type_name"),
	MAYBE(FACT, TEXT, "damage"),
	MEMBER(FACT, FLAG, "unknown"),
	MAYBE(FACT, TEXT, "name"),
};
static const struct shape table_scope = {
	MEMBERS(table_scope_members),
};

static const struct member_shape table_blocks_members[] = {
	MAYBE_OF(FACT, LIST, "entries", entries),
	MAYBE(FACT, RECORD, "fields"),
	MAYBE(TOLD, COUNT, "length"),
	MAYBE(NAME, COUNT, "offset"),
	MAYBE(TOLD, HEXES, "raw"),
	MAYBE(TOLD, COUNT, "type"),
	MAYBE(NAME, TEXT, "type_name"),
	MEMBER(FACT, FLAG, "used"),
	MEMBER(FACT, RECORD, "efr"),
	MEMBER(FACT, RECORD, "efr2"),
	MEMBER(FACT, FLAG, "unknown"),
	MAYBE(FACT, TEXT, "damage"),
	MEMBER_OF(FACT, LIST, "scope", table_scope),
	MAYBE(FACT, TEXT, "name"),
};
static const struct shape table_blocks = {
	.noun = "block",
	MEMBERS(table_blocks_members),
};

static const struct member_shape table_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MEMBER(FACT, FLAG, "checksum_ok"),
	MEMBER(FACT, RECORD, "ivinfo"),
	MAYBE(TOLD, COUNT, "length"),
	MAYBE(FACT, TEXT, "oem_id"),
	MEMBER(FACT, COUNT, "oem_revision"),
	MAYBE(FACT, TEXT, "oem_table_id"),
	MEMBER(FACT, COUNT, "revision"),
	MAYBE(FACT, RECORD, "fields"),
	MEMBER(FACT, COUNT, "flags"),
	MEMBER(FACT, COUNT, "host_address_width"),
	MAYBE_OF(FACT, LIST, "blocks", table_blocks),
};
static const struct shape table = {
	MEMBERS(table_members),
};

static const struct member_shape acpi_unity_members[] = {
	MAYBE(FACT, TEXT, "by"),
	MAYBE(NAME, TEXT, "device"),
	MEMBER(NAME, HEX, "start"),
	MEMBER(NAME, HEX, "end"),
	MAYBE(FACT, FLAG, "read"),
	MAYBE(FACT, TEXT, "table"),
	MEMBER(FACT, FLAG, "write"),
	MAYBE(FACT, BYTES, "mapped_bytes"),
};
static const struct shape acpi_unity = {
	.noun = "unity range",
	MEMBERS(acpi_unity_members),
};

static const struct member_shape devices_members[] = {
	MAYBE(FACT, TEXT, "alias"),
	MAYBE(NAME, TEXT, "device"),
	MAYBE(FACT, TEXT, "unit"),
};
static const struct shape devices = {
	MEMBERS(devices_members),
};

static const struct member_shape unity_members[] = {
	MAYBE(FACT, TEXT, "by"),
	MAYBE(NAME, TEXT, "device"),
	MEMBER(NAME, HEX, "start"),
	MEMBER(NAME, HEX, "end"),
	MAYBE(FACT, BYTES, "mapped_bytes"),
	MAYBE(FACT, FLAG, "read"),
	MAYBE(FACT, TEXT, "table"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape unity = {
	.noun = "unity range",
	MEMBERS(unity_members),
};

static const struct member_shape scope_members[] = {
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, RECORD, "fields"),
	MEMBER(FACT, FLAG, "found"),
	MAYBE(NAME, COUNT, "offset"),
	MAYBE(FACT, TEXT, "path"),
	MAYBE(TOLD, HEXES, "raw"),
	MAYBE(TOLD, COUNT, "type"),
	MAYBE(NAME, TEXT, "type_name"),
	MAYBE(FACT, TEXT, "name"),
};
static const struct shape scope = {
	MEMBERS(scope_members),
};

static const struct member_shape blocks_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, RECORD, "fields"),
	MAYBE(TOLD, COUNT, "length"),
	MAYBE(TOLD, COUNT, "offset"),
	MAYBE(TOLD, HEXES, "raw"),
	MEMBER_OF(FACT, LIST, "scope", scope),
	MAYBE(TOLD, COUNT, "type"),
	MAYBE(NAME, TEXT, "type_name"),
	MEMBER(FACT, FLAG, "used"),
	MEMBER(NAME, HEX, "start"),
	MAYBE(NAME, HEX, "last"),
};
static const struct shape blocks = {
	.noun = "block",
	MEMBERS(blocks_members),
};

static const struct member_shape driver_members[] = {
	MAYBE_OF(FACT, LIST, "devices", devices),
	MEMBER(FACT, COUNT, "units"),
	MEMBER_OF(FACT, LIST, "unity", unity),
	MAYBE_OF(FACT, LIST, "blocks", blocks),
};
static const struct shape driver = {
	MEMBERS(driver_members),
};

static const struct member_shape acpi_members[] = {
	MAYBE(TOLD, COUNT, "findings"),
	MEMBER_OF(FACT, LIST, "unity", acpi_unity),
	MEMBER_OF(FACT, OBJECT, "driver", driver),
};
/* Each under its signature in lower case; null: the dump has it not. */
static const struct member_shape firmware_table = MAYBE_OF(FACT, OBJECT, "table", table);

const struct shape acpi_shape = {
	.others = &firmware_table,
	MEMBERS(acpi_members),
};
