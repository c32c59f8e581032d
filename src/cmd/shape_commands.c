// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu commands`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape commands_commands_members[] = {
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, FLAG, "done"),
	MAYBE(FACT, RECORD, "fields"),
	MEMBER(FACT, COUNT, "index"),
	MAYBE(FACT, TEXT, "name"),
	MEMBER(FACT, COUNT, "opcode"),
	MAYBE(LOOSE, HEXES, "raw"),
	MAYBE(FACT, TEXT, "summary"),
	MAYBE(FACT, TEXT, "unit"),
	MAYBE(FACT, TEXT, "mark"),
};
static const struct shape commands_commands = {
	MEMBERS(commands_commands_members),
};

static const struct member_shape semaphore_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(LOOSE, COUNT, "open"),
	MEMBER(LOOSE, HEX, "value"),
	MEMBER(LOOSE, HEX, "expected"),
	MEMBER(LOOSE, COUNT, "wait"),
	MEMBER(LOOSE, HEX, "waits_store_at"),
};
static const struct shape semaphore = {
	MEMBERS(semaphore_members),
};

static const struct member_shape rings_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(LOOSE, COUNT, "head"),
	MEMBER_OF(FACT, OBJECT, "semaphore", semaphore),
	MAYBE(LOOSE, COUNT, "tail"),
	MAYBE(NAME, TEXT, "unit"),
	MEMBER(LOOSE, COUNT, "free_count"),
	MEMBER(LOOSE, COUNT, "free_tail"),
	MEMBER(LOOSE, COUNT, "waits_for"),
	MEMBER(FACT, TEXTS, "waits_for_devices"),
};
static const struct shape rings = {
	.noun = "ring of",
	MEMBERS(rings_members),
};

static const struct member_shape commands_members[] = {
	MEMBER_OF(LOOSE, LIST, "commands", commands_commands),
	MAYBE(LOOSE, COUNT, "head"),
	MAYBE_OF(FACT, LIST, "rings", rings),
	MAYBE(LOOSE, COUNT, "tail"),
};
const struct shape commands_shape = {
	MEMBERS(commands_members),
};
