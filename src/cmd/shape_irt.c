// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu irt`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape descriptor_fields_members[] = {
	MEMBER(FACT, COUNT, "ndst"),
	MEMBER(FACT, COUNT, "nv"),
	MEMBER(FACT, FLAG, "on"),
	MEMBER(LOOSE, HEX, "pir0"),
	MEMBER(LOOSE, HEX, "pir1"),
	MEMBER(LOOSE, HEX, "pir2"),
	MEMBER(LOOSE, HEX, "pir3"),
	MEMBER(FACT, FLAG, "sn"),
};
static const struct shape descriptor_fields = {
	MEMBERS(descriptor_fields_members),
};

static const struct member_shape vm_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, TEXT, "comm"),
	MAYBE(FACT, COUNT, "nr_vcpus"),
	MAYBE(FACT, COUNT, "pid"),
	MEMBER(FACT, COUNT, "avic_vm_id"),
};
static const struct shape vm = {
	MEMBERS(vm_members),
};

static const struct member_shape entries_members[] = {
	MAYBE(LOOSE, TEXT, "cpus"),
	MAYBE(LOOSE, COUNT, "destination"),
	MAYBE(NAME, TEXT, "device"),
	MAYBE(LOOSE, RECORD, "fields"),
	MEMBER(LOOSE, COUNT, "index"),
	MAYBE(NAME, COUNT, "irq"),
	MAYBE(FACT, TEXT, "mode"),
	MAYBE(FACT, TEXT, "name"),
	MEMBER(TOLD, TEXTS, "names"),
	MAYBE(LOOSE, HEXES, "raw"),
	MAYBE(NAME, TEXT, "special"),
	MAYBE(FACT, TEXT, "takes"),
	MAYBE(FACT, TEXT, "unit"),
	MEMBER(LOOSE, COUNT, "vector"),
	MEMBER(LOOSE, HEX, "descriptor"),
	MAYBE_OF(LOOSE, OBJECT, "descriptor_fields", descriptor_fields),
	MAYBE(LOOSE, HEXES, "descriptor_raw"),
	MAYBE(LOOSE, FLAG, "running"),
	MAYBE(FACT, COUNT, "vcpu"),
	MAYBE_OF(FACT, OBJECT, "vm", vm),
	MAYBE(LOOSE, COUNT, "cpu"),
	MEMBER(LOOSE, HEX, "ga_tag"),
	MEMBER(FACT, FLAG, "inherited"),
};
static const struct shape entries = {
	.noun = "interrupt of",
	.says = "mode name",
	MEMBERS(entries_members),
};

static const struct member_shape tables_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(NAME, TEXT, "device"),
	MAYBE(FACT, COUNT, "disabled"),
	MAYBE(FACT, COUNT, "disabled_without_irq"),
	MAYBE(FACT, COUNT, "enabled"),
	MEMBER(FACT, BYTES, "entry_bytes"),
	MAYBE(FACT, COUNT, "length"),
	MAYBE(NAME, TEXT, "unit"),
	MEMBER(LOOSE, COUNT, "unread"),
	MAYBE(NAME, TEXT, "special"),
	MEMBER(FACT, COUNT, "inherited"),
};
static const struct shape tables = {
	.noun = "interrupt table of",
	MEMBERS(tables_members),
};

static const struct member_shape irt_members[] = {
	MAYBE_OF(FACT, LIST, "entries", entries),
	MEMBER_OF(FACT, LIST, "tables", tables),
};
const struct shape irt_shape = {
	MEMBERS(irt_members),
};
