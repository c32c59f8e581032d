// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu dte`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape records_members[] = {
	MEMBER(LOOSE, HEX, "address"),
	MEMBER(FACT, RECORD, "fields"),
	MEMBER(LOOSE, HEXES, "raw"),
	MEMBER(NAME, TEXT, "record"),
};
static const struct shape records = {
	MEMBERS(records_members),
};

static const struct member_shape entries_members[] = {
	MEMBER(LOOSE, HEX, "address"),
	MAYBE(TOLD, TEXT, "alias"),
	MEMBER(NAME, TEXT, "device"),
	MAYBE(TOLD, FLAG, "dma_legal"),
	MAYBE(TOLD, ID, "domain_id"),
	MAYBE(TOLD, TEXT, "domain_type"),
	MAYBE(FACT, TEXT, "doubt"),
	MAYBE(TOLD, TEXT, "driver"),
	MEMBER(TOLD, RECORD, "fields"),
	MAYBE(TOLD, COUNT, "group"),
	MAYBE(FACT, TEXT, "illegal_because"),
	MAYBE(TOLD, FLAG, "interrupts_legal"),
	MAYBE(TOLD, FLAG, "legal"),
	MEMBER(TOLD, COUNT, "levels"),
	MEMBER(LOOSE, HEXES, "raw"),
	MEMBER(TOLD, TEXTS, "rests_on"),
	MAYBE(LOOSE, HEX, "root"),
	MEMBER(TOLD, TEXT, "translation"),
	MEMBER(FACT, COUNT, "nr_pasids"),
	MEMBER(FACT, IDS, "pasids"),
	MEMBER(FACT, TEXT, "pasids_problem"),
	MEMBER_OF(FACT, LIST, "records", records),
	MEMBER(FACT, TEXT, "host_format"),
	MEMBER(FACT, COUNT, "host_levels"),
	MEMBER(LOOSE, HEX, "host_root"),
	MEMBER(NAME, ID, "pasid"),
	MEMBER(NAME, TEXT, "special"),
	MEMBER(FACT, FLAG, "inherited"),
};
static const struct shape entries = {
	.noun = "entry of",
	MEMBERS(entries_members),
};

static const struct member_shape differences_members[] = {
	MEMBER(FACT, TEXT, "a"),
	MEMBER(FACT, TEXT, "b"),
	MEMBER(NAME, TEXT, "field"),
	MEMBER(FACT, TEXT, "key"),
	MEMBER(NAME, TEXT, "record"),
};
static const struct shape differences = {
	MEMBERS(differences_members),
};

static const struct member_shape dte_members[] = {
	MEMBER_OF(FACT, LIST, "entries", entries),
	MEMBER_OF(FACT, LIST, "differences", differences),
};
const struct shape dte_shape = {
	MEMBERS(dte_members),
};
