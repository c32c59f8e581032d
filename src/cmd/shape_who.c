// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu who`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape vfio_areas_members[] = {
	MAYBE(NAME, COUNT, "group"),
	MAYBE(NAME, HEX, "iova"),
	MAYBE(FACT, FLAG, "read"),
	MEMBER(FACT, FLAG, "write"),
	MAYBE(FACT, FLAG, "mapped"),
};
static const struct shape vfio_areas = {
	MEMBERS(vfio_areas_members),
};

static const struct member_shape who_reach_members[] = {
	MAYBE(FACT, TEXT, "by"),
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, ID, "domain_id"),
	MAYBE(FACT, TEXT, "driver"),
	MAYBE(FACT, COUNT, "group"),
	MAYBE(LOOSE, HEX, "iova"),
	MAYBE(LOOSE, HEX, "page_size"),
	MAYBE(FACT, ID, "pasid"),
	MAYBE(FACT, FLAG, "read"),
	MAYBE(FACT, TEXT, "via"),
	MEMBER(FACT, FLAG, "write"),
	MEMBER(LOOSE, HEX, "end"),
	MAYBE(LOOSE, HEX, "pa"),
	MEMBER(FACT, FLAG, "user"),
	MAYBE(FACT, TEXT, "comm"),
	MAYBE(FACT, COUNT, "pid"),
};
static const struct shape who_reach = {
	MEMBERS(who_reach_members),
};

static const struct member_shape scanned_members[] = {
	MEMBER(FACT, COUNT, "damaged"),
	MEMBER(FACT, COUNT, "missing"),
	MEMBER(FACT, COUNT, "spaces"),
	MEMBER(FACT, COUNT, "tables"),
	MEMBER(FACT, COUNT, "unreadable"),
};
static const struct shape scanned = {
	MEMBERS(scanned_members),
};

static const struct member_shape who_unused_members[] = {
	MAYBE(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
	MAYBE(FACT, FLAG, "read"),
	MAYBE(FACT, TEXT, "space"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape who_unused = {
	MEMBERS(who_unused_members),
};

static const struct member_shape reach_members[] = {
	MAYBE(FACT, TEXT, "by"),
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, ID, "domain_id"),
	MAYBE(FACT, TEXT, "driver"),
	MAYBE(FACT, COUNT, "group"),
	MAYBE(LOOSE, HEX, "iova"),
	MAYBE(LOOSE, HEX, "page_size"),
	MAYBE(FACT, ID, "pasid"),
	MAYBE(FACT, FLAG, "read"),
	MAYBE(FACT, TEXT, "via"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape reach = {
	MEMBERS(reach_members),
};

static const struct member_shape unused_members[] = {
	MAYBE(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
	MAYBE(FACT, FLAG, "read"),
	MAYBE(FACT, TEXT, "space"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape unused = {
	MEMBERS(unused_members),
};

static const struct member_shape answers_members[] = {
	MAYBE(LOOSE, HEX, "pa"),
	MAYBE_OF(FACT, OBJECT, "page", page_shape),
	MEMBER_OF(FACT, LIST, "reach", reach),
	MEMBER_OF(FACT, LIST, "unused", unused),
	MAYBE_OF(FACT, LIST, "vfio_areas", vfio_areas),
};
static const struct shape answers = {
	MEMBERS(answers_members),
};

static const struct member_shape who_members[] = {
	MAYBE(LOOSE, HEX, "pa"),
	MAYBE_OF(FACT, OBJECT, "page", page_shape),
	MEMBER_OF(FACT, LIST, "reach", who_reach),
	MEMBER_OF(FACT, OBJECT, "scanned", scanned),
	MEMBER(FACT, TEXTS, "unknown"),
	MEMBER_OF(FACT, LIST, "unused", who_unused),
	MAYBE_OF(FACT, LIST, "vfio_areas", vfio_areas),
	MEMBER_OF(FACT, LIST, "answers", answers),
	MAYBE(LOOSE, HEX, "last"),
	MEMBER(LOOSE, HEX, "struct_page"),
	MEMBER(LOOSE, HEX, "kernel_address"),
	MAYBE(FACT, COUNT, "pid"),
	MEMBER(LOOSE, HEX, "user_address"),
};
const struct shape who_shape = {
	MEMBERS(who_members),
};
