// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu who`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape vfio_areas_members[] = {
	MEMBER(NAME, COUNT, "group"),
	MEMBER(NAME, HEX, "iova"),
	MEMBER(FACT, FLAG, "read"),
	MEMBER(FACT, FLAG, "write"),
	MEMBER(FACT, FLAG, "mapped"),
};
static const struct shape vfio_areas = {
	MEMBERS(vfio_areas_members),
};

static const struct member_shape who_page_members[] = {
	MEMBER(FACT, FLAG, "ram"),
	MAYBE(FACT, TEXT, "resource"),
	MAYBE(FACT, TEXT, "use"),
	MEMBER(FACT, TEXT, "problem"),
};
static const struct shape who_page = {
	MEMBERS(who_page_members),
};

static const struct member_shape who_reach_members[] = {
	MEMBER(FACT, TEXT, "by"),
	MEMBER(FACT, TEXT, "device"),
	MAYBE(FACT, ID, "domain_id"),
	MAYBE(FACT, TEXT, "driver"),
	MAYBE(FACT, COUNT, "group"),
	MEMBER(LOOSE, HEX, "iova"),
	MAYBE(LOOSE, HEX, "page_size"),
	MAYBE(FACT, ID, "pasid"),
	MEMBER(FACT, FLAG, "read"),
	MEMBER(FACT, TEXT, "via"),
	MEMBER(FACT, FLAG, "write"),
	MEMBER(LOOSE, HEX, "end"),
	MEMBER(LOOSE, HEX, "pa"),
	MEMBER(FACT, FLAG, "user"),
	MEMBER(FACT, TEXT, "comm"),
	MEMBER(FACT, COUNT, "pid"),
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
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
	MEMBER(FACT, FLAG, "read"),
	MEMBER(FACT, TEXT, "space"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape who_unused = {
	MEMBERS(who_unused_members),
};

static const struct member_shape page_members[] = {
	MEMBER(FACT, TEXT, "problem"),
	MEMBER(FACT, FLAG, "ram"),
	MEMBER(FACT, TEXT, "resource"),
	MAYBE(FACT, TEXT, "use"),
};
static const struct shape page = {
	MEMBERS(page_members),
};

static const struct member_shape reach_members[] = {
	MEMBER(FACT, TEXT, "by"),
	MEMBER(FACT, TEXT, "device"),
	MEMBER(FACT, ID, "domain_id"),
	MEMBER(FACT, TEXT, "driver"),
	MEMBER(FACT, COUNT, "group"),
	MEMBER(LOOSE, HEX, "iova"),
	MAYBE(LOOSE, HEX, "page_size"),
	MAYBE(FACT, ID, "pasid"),
	MEMBER(FACT, FLAG, "read"),
	MEMBER(FACT, TEXT, "via"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape reach = {
	MEMBERS(reach_members),
};

static const struct member_shape unused_members[] = {
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
	MEMBER(FACT, FLAG, "read"),
	MEMBER(FACT, TEXT, "space"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape unused = {
	MEMBERS(unused_members),
};

static const struct member_shape answers_members[] = {
	MEMBER(LOOSE, HEX, "pa"),
	MEMBER_OF(FACT, OBJECT, "page", page),
	MEMBER_OF(FACT, LIST, "reach", reach),
	MEMBER_OF(FACT, LIST, "unused", unused),
	MEMBER_OF(FACT, LIST, "vfio_areas", vfio_areas),
};
static const struct shape answers = {
	MEMBERS(answers_members),
};

static const struct member_shape who_members[] = {
	MEMBER(LOOSE, HEX, "pa"),
	MEMBER_OF(FACT, OBJECT, "page", who_page),
	MEMBER_OF(FACT, LIST, "reach", who_reach),
	MEMBER_OF(FACT, OBJECT, "scanned", scanned),
	MEMBER(FACT, TEXTS, "unknown"),
	MEMBER_OF(FACT, LIST, "unused", who_unused),
	MEMBER_OF(FACT, LIST, "vfio_areas", vfio_areas),
	MEMBER_OF(FACT, LIST, "answers", answers),
	MEMBER(LOOSE, HEX, "last"),
	MEMBER(LOOSE, HEX, "struct_page"),
	MEMBER(LOOSE, HEX, "kernel_address"),
	MEMBER(FACT, COUNT, "pid"),
	MEMBER(LOOSE, HEX, "user_address"),
};
const struct shape who_shape = {
	MEMBERS(who_members),
};
