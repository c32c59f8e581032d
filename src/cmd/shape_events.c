// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu events`: its members, what identifies its rows, and what differs on every boot. */
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

static const struct member_shape interrupts_members[] = {
	MAYBE(FACT, TEXT, "cpus"),
	MEMBER(FACT, COUNT, "index"),
	MAYBE(FACT, COUNT, "irq"),
	MAYBE(FACT, TEXT, "mode"),
	MAYBE(FACT, TEXT, "name"),
	MEMBER(FACT, COUNT, "vector"),
	MAYBE(FACT, TEXT, "problem"),
	MEMBER(LOOSE, HEX, "ga_tag"),
	MAYBE(FACT, COUNT, "vcpu"),
	MAYBE_OF(FACT, OBJECT, "vm", vm),
};
static const struct shape interrupts = {
	MEMBERS(interrupts_members),
};

static const struct member_shape events_events_members[] = {
	MEMBER(TOLD, COUNT, "code"),
	MAYBE(FACT, TEXT, "device"),
	MAYBE(TOLD, RECORD, "fields"),
	MEMBER(NAME, COUNT, "index"),
	MEMBER_OF(TOLD, LIST, "interrupts", interrupts),
	MAYBE(FACT, TEXT, "name"),
	MAYBE(TOLD, HEXES, "raw"),
	MAYBE(FACT, TEXT, "special"),
	MAYBE(FACT, TEXT, "summary"),
	MAYBE(NAME, TEXT, "unit"),
};
static const struct shape events_events = {
	.noun = "event",
	.says = "name device summary",
	MEMBERS(events_events_members),
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

static const struct member_shape events_members[] = {
	MAYBE_OF(FACT, LIST, "events", events_events),
	MAYBE_OF(LOOSE, LIST, "rings", rings),
	MAYBE(FACT, COUNT, "head"),
	MAYBE(FACT, COUNT, "tail"),
};
const struct shape events_shape = {
	MEMBERS(events_members),
};
