// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu galog`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape vm_members[] = {
	MEMBER(LOOSE, HEX, "address"),
	MEMBER(FACT, COUNT, "avic_vm_id"),
	MEMBER(FACT, TEXT, "comm"),
	MEMBER(FACT, COUNT, "nr_vcpus"),
	MEMBER(FACT, COUNT, "pid"),
};
static const struct shape vm = {
	MEMBERS(vm_members),
};

static const struct member_shape entries_members[] = {
	MEMBER(FACT, COUNT, "code"),
	MAYBE(FACT, TEXT, "device"),
	MEMBER(FACT, RECORD, "fields"),
	MEMBER(LOOSE, HEX, "ga_tag"),
	MEMBER(FACT, COUNT, "index"),
	MAYBE(FACT, TEXT, "name"),
	MEMBER(LOOSE, HEXES, "raw"),
	MEMBER(FACT, TEXT, "summary"),
	MEMBER(FACT, TEXT, "unit"),
	MAYBE(FACT, COUNT, "vcpu"),
	MAYBE_OF(FACT, OBJECT, "vm", vm),
};
static const struct shape entries = {
	MEMBERS(entries_members),
};

static const struct member_shape rings_members[] = {
	MEMBER(LOOSE, HEX, "address"),
	MAYBE(FACT, COUNT, "head"),
	MAYBE(FACT, COUNT, "tail"),
	MEMBER(FACT, TEXT, "unit"),
};
static const struct shape rings = {
	MEMBERS(rings_members),
};

static const struct member_shape galog_members[] = {
	MEMBER_OF(LOOSE, LIST, "entries", entries),
	MAYBE(LOOSE, COUNT, "head"),
	MEMBER_OF(LOOSE, LIST, "rings", rings),
	MAYBE(LOOSE, COUNT, "tail"),
	MEMBER_OF(FACT, LIST, "galog", entries),
};
const struct shape galog_shape = {
	MEMBERS(galog_members),
};
