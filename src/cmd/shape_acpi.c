// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu acpi`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape entries_members[] = {
	MAYBE(FACT, TEXT, "alias"),
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, RECORD, "fields"),
	MEMBER(NAME, COUNT, "offset"),
	MEMBER(TOLD, HEXES, "raw"),
	MEMBER(TOLD, COUNT, "type"),
	MAYBE(NAME, TEXT, "type_name"),
	MEMBER(FACT, TEXT, "cid"),
	MEMBER(FACT, TEXT, "hid"),
	MEMBER(FACT, TEXT, "uid"),
	MEMBER(FACT, COUNT, "uid_format"),
	MEMBER(FACT, TEXT, "damage"),
	MEMBER(FACT, FLAG, "unknown"),
};
static const struct shape entries = {
	MEMBERS(entries_members),
};

static const struct member_shape table_scope_members[] = {
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, RECORD, "fields"),
	MEMBER(FACT, FLAG, "found"),
	MEMBER(NAME, COUNT, "offset"),
	MEMBER(FACT, TEXT, "path"),
	MEMBER(TOLD, HEXES, "raw"),
	MEMBER(TOLD, COUNT, "type"),
	MAYBE(NAME, TEXT, "type_name"),
	MEMBER(FACT, TEXT, "damage"),
	MEMBER(FACT, FLAG, "unknown"),
	MEMBER(FACT, TEXT, "name"),
};
static const struct shape table_scope = {
	MEMBERS(table_scope_members),
};

static const struct member_shape table_blocks_members[] = {
	MEMBER_OF(FACT, LIST, "entries", entries),
	MAYBE(FACT, RECORD, "fields"),
	MEMBER(TOLD, COUNT, "length"),
	MEMBER(NAME, COUNT, "offset"),
	MEMBER(TOLD, HEXES, "raw"),
	MEMBER(TOLD, COUNT, "type"),
	MAYBE(NAME, TEXT, "type_name"),
	MEMBER(FACT, FLAG, "used"),
	MEMBER(FACT, RECORD, "efr"),
	MEMBER(FACT, RECORD, "efr2"),
	MEMBER(FACT, FLAG, "unknown"),
	MEMBER(FACT, TEXT, "damage"),
	MEMBER_OF(FACT, LIST, "scope", table_scope),
	MEMBER(FACT, TEXT, "name"),
};
static const struct shape table_blocks = {
	.noun = "block",
	MEMBERS(table_blocks_members),
};

static const struct member_shape table_members[] = {
	MEMBER(LOOSE, HEX, "address"),
	MEMBER(FACT, FLAG, "checksum_ok"),
	MEMBER(FACT, RECORD, "ivinfo"),
	MEMBER(TOLD, COUNT, "length"),
	MEMBER(FACT, TEXT, "oem_id"),
	MEMBER(FACT, COUNT, "oem_revision"),
	MEMBER(FACT, TEXT, "oem_table_id"),
	MEMBER(FACT, COUNT, "revision"),
	MEMBER(FACT, RECORD, "fields"),
	MEMBER(FACT, COUNT, "flags"),
	MEMBER(FACT, COUNT, "host_address_width"),
	MEMBER_OF(FACT, LIST, "blocks", table_blocks),
};
static const struct shape table = {
	MEMBERS(table_members),
};

static const struct member_shape acpi_unity_members[] = {
	MEMBER(FACT, TEXT, "by"),
	MEMBER(NAME, TEXT, "device"),
	MEMBER(NAME, HEX, "start"),
	MEMBER(NAME, HEX, "end"),
	MEMBER(FACT, FLAG, "read"),
	MEMBER(FACT, TEXT, "table"),
	MEMBER(FACT, FLAG, "write"),
	MEMBER(FACT, BYTES, "mapped_bytes"),
};
static const struct shape acpi_unity = {
	.noun = "unity range",
	MEMBERS(acpi_unity_members),
};

static const struct member_shape devices_members[] = {
	MAYBE(FACT, TEXT, "alias"),
	MEMBER(NAME, TEXT, "device"),
	MEMBER(FACT, TEXT, "unit"),
};
static const struct shape devices = {
	MEMBERS(devices_members),
};

static const struct member_shape unity_members[] = {
	MEMBER(FACT, TEXT, "by"),
	MEMBER(NAME, TEXT, "device"),
	MEMBER(NAME, HEX, "start"),
	MEMBER(NAME, HEX, "end"),
	MEMBER(FACT, BYTES, "mapped_bytes"),
	MEMBER(FACT, FLAG, "read"),
	MEMBER(FACT, TEXT, "table"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape unity = {
	.noun = "unity range",
	MEMBERS(unity_members),
};

static const struct member_shape scope_members[] = {
	MEMBER(FACT, TEXT, "device"),
	MAYBE(FACT, RECORD, "fields"),
	MEMBER(FACT, FLAG, "found"),
	MAYBE(NAME, COUNT, "offset"),
	MEMBER(FACT, TEXT, "path"),
	MEMBER(TOLD, HEXES, "raw"),
	MAYBE(TOLD, COUNT, "type"),
	MAYBE(NAME, TEXT, "type_name"),
	MAYBE(FACT, TEXT, "name"),
};
static const struct shape scope = {
	MEMBERS(scope_members),
};

static const struct member_shape blocks_members[] = {
	MEMBER(LOOSE, HEX, "address"),
	MAYBE(FACT, RECORD, "fields"),
	MAYBE(TOLD, COUNT, "length"),
	MAYBE(TOLD, COUNT, "offset"),
	MEMBER(TOLD, HEXES, "raw"),
	MEMBER_OF(FACT, LIST, "scope", scope),
	MEMBER(TOLD, COUNT, "type"),
	MEMBER(NAME, TEXT, "type_name"),
	MEMBER(FACT, FLAG, "used"),
	MEMBER(NAME, HEX, "start"),
	MEMBER(NAME, HEX, "last"),
};
static const struct shape blocks = {
	.noun = "block",
	MEMBERS(blocks_members),
};

static const struct member_shape driver_members[] = {
	MEMBER_OF(FACT, LIST, "devices", devices),
	MEMBER(FACT, COUNT, "units"),
	MEMBER_OF(FACT, LIST, "unity", unity),
	MEMBER_OF(FACT, LIST, "blocks", blocks),
};
static const struct shape driver = {
	MEMBERS(driver_members),
};

static const struct member_shape acpi_members[] = {
	MEMBER(TOLD, COUNT, "findings"),
	MEMBER_OF(FACT, LIST, "unity", acpi_unity),
	MEMBER_OF(FACT, OBJECT, "driver", driver),
};
/* Each under its signature in lower case; null: the dump has it not. */
static const struct member_shape firmware_table = MAYBE_OF(FACT, OBJECT, "table", table);

const struct shape acpi_shape = {
	.others = &firmware_table,
	MEMBERS(acpi_members),
};
