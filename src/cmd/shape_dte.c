// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu dte`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape records_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, RECORD, "fields"),
	MAYBE(LOOSE, HEXES, "raw"),
	MAYBE(NAME, TEXT, "record"),
};
static const struct shape records = {
	MEMBERS(records_members),
};

static const struct member_shape entries_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(TOLD, TEXT, "alias"),
	MAYBE(NAME, TEXT, "device"),
	MAYBE(TOLD, FLAG, "dma_legal"),
	MAYBE(TOLD, ID, "domain_id"),
	MAYBE(TOLD, TEXT, "domain_type"),
	MAYBE(FACT, TEXT, "doubt"),
	MAYBE(TOLD, TEXT, "driver"),
	MAYBE(TOLD, RECORD, "fields"),
	MAYBE(TOLD, COUNT, "group"),
	MAYBE(FACT, TEXT, "illegal_because"),
	MAYBE(TOLD, FLAG, "interrupts_legal"),
	MAYBE(TOLD, FLAG, "legal"),
	MAYBE(TOLD, COUNT, "levels"),
	MAYBE(LOOSE, HEXES, "raw"),
	MEMBER(TOLD, TEXTS, "rests_on"),
	MAYBE(LOOSE, HEX, "root"),
	MAYBE(TOLD, TEXT, "translation"),
	MEMBER(FACT, COUNT, "nr_pasids"),
	MEMBER(FACT, IDS, "pasids"),
	MAYBE(FACT, TEXT, "pasids_problem"),
	MEMBER_OF(FACT, LIST, "records", records),
	MAYBE(FACT, TEXT, "host_format"),
	MEMBER(FACT, COUNT, "host_levels"),
	MEMBER(LOOSE, HEX, "host_root"),
	MAYBE(NAME, ID, "pasid"),
	MAYBE(NAME, TEXT, "special"),
	MEMBER(FACT, FLAG, "inherited"),
};
static const struct shape entries = {
	.noun = "entry of",
	MEMBERS(entries_members),
};

static const struct member_shape differences_members[] = {
	MAYBE(FACT, TEXT, "a"),
	MAYBE(FACT, TEXT, "b"),
	MAYBE(NAME, TEXT, "field"),
	MAYBE(FACT, TEXT, "key"),
	MAYBE(NAME, TEXT, "record"),
};
static const struct shape differences = {
	MEMBERS(differences_members),
};

static const struct member_shape dte_members[] = {
	MAYBE_OF(FACT, LIST, "entries", entries),
	MEMBER_OF(FACT, LIST, "differences", differences),
};
const struct shape dte_shape = {
	MEMBERS(dte_members),
};
