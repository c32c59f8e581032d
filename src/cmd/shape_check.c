// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu check`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape counts_members[] = {
	MEMBER(LOOSE, COUNT, "held"),
	MEMBER(TOLD, COUNT, "info"),
	MEMBER(LOOSE, COUNT, "not_applicable"),
	MEMBER(FACT, COUNT, "not_run"),
	MEMBER(FACT, COUNT, "partly"),
	MEMBER(TOLD, COUNT, "unsure"),
	MEMBER(TOLD, COUNT, "warnings"),
};
static const struct shape counts = {
	MEMBERS(counts_members),
};

static const struct member_shape evidence_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, TEXT, "value"),
	MAYBE(FACT, TEXT, "what"),
};
static const struct shape evidence = {
	MEMBERS(evidence_members),
};

static const struct member_shape findings_members[] = {
	MAYBE(NAME, TEXT, "code"),
	MAYBE(NAME, TEXT, "device"),
	MAYBE(LOOSE, ID, "domain_id"),
	MEMBER_OF(LOOSE, LIST, "evidence", evidence),
	MAYBE(FACT, TEXT, "severity"),
	MAYBE(LOOSE, TEXT, "text"),
	MEMBER(FACT, FLAG, "unsure"),
};
static const struct shape findings = {
	.noun = "finding",
	.says = "severity text",
	MEMBERS(findings_members),
};

static const struct member_shape rules_members[] = {
	MEMBER(FACT, FLAG, "applies"),
	MAYBE(NAME, TEXT, "code"),
	MAYBE(LOOSE, TEXT, "holds"),
	MEMBER(LOOSE, COUNT, "looked_at"),
	MEMBER(FACT, FLAG, "ran"),
	MEMBER(FACT, FLAG, "whole"),
	MAYBE(FACT, TEXT, "why_not"),
};
static const struct shape rules = {
	.noun = "rule",
	MEMBERS(rules_members),
};

static const struct member_shape check_members[] = {
	MEMBER_OF(FACT, OBJECT, "counts", counts),
	MAYBE_OF(FACT, LIST, "findings", findings),
	MAYBE_OF(TOLD, LIST, "rules", rules),
};
const struct shape check_shape = {
	MEMBERS(check_members),
};
