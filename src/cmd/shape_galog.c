// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu galog`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape vm_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MEMBER(FACT, COUNT, "avic_vm_id"),
	MAYBE(FACT, TEXT, "comm"),
	MAYBE(FACT, COUNT, "nr_vcpus"),
	MAYBE(FACT, COUNT, "pid"),
};
static const struct shape vm = {
	MEMBERS(vm_members),
};

static const struct member_shape entries_members[] = {
	MEMBER(FACT, COUNT, "code"),
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, RECORD, "fields"),
	MEMBER(LOOSE, HEX, "ga_tag"),
	MEMBER(FACT, COUNT, "index"),
	MAYBE(FACT, TEXT, "name"),
	MAYBE(LOOSE, HEXES, "raw"),
	MAYBE(FACT, TEXT, "summary"),
	MAYBE(FACT, TEXT, "unit"),
	MAYBE(FACT, COUNT, "vcpu"),
	MAYBE_OF(FACT, OBJECT, "vm", vm),
};
static const struct shape entries = {
	MEMBERS(entries_members),
};

static const struct member_shape rings_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, COUNT, "head"),
	MAYBE(FACT, COUNT, "tail"),
	MAYBE(FACT, TEXT, "unit"),
};
static const struct shape rings = {
	MEMBERS(rings_members),
};

static const struct member_shape galog_members[] = {
	MAYBE_OF(LOOSE, LIST, "entries", entries),
	MAYBE(LOOSE, COUNT, "head"),
	MAYBE_OF(LOOSE, LIST, "rings", rings),
	MAYBE(LOOSE, COUNT, "tail"),
	MEMBER_OF(FACT, LIST, "galog", entries),
};
const struct shape galog_shape = {
	MEMBERS(galog_members),
};
