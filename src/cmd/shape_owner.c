// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu owner`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape areas_members[] = {
	MAYBE(NAME, HEX, "iova"),
	MEMBER(NAME, HEX, "end"),
	MAYBE(LOOSE, COUNT, "pid"),
	MAYBE(FACT, FLAG, "read"),
	MEMBER(LOOSE, HEX, "vaddr"),
	MEMBER(FACT, FLAG, "write"),
};
static const struct shape areas = {
	.noun = "area",
	MEMBERS(areas_members),
};

static const struct member_shape vm_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MEMBER(LOOSE, COUNT, "avic_vm_id"),
	MAYBE(FACT, TEXT, "comm"),
	MAYBE(FACT, COUNT, "nr_vcpus"),
	MAYBE(LOOSE, COUNT, "pid"),
};
static const struct shape vm = {
	MEMBERS(vm_members),
};

static const struct member_shape owners_members[] = {
	MAYBE_OF(FACT, LIST, "areas", areas),
	MAYBE(FACT, TEXT, "comm"),
	MAYBE(LOOSE, HEX, "container"),
	MAYBE(FACT, TEXTS, "devices"),
	MAYBE(NAME, COUNT, "group"),
	MAYBE(FACT, TEXT, "kind"),
	MAYBE(LOOSE, HEX, "kvm"),
	MAYBE(LOOSE, COUNT, "pid"),
	MEMBER(LOOSE, HEX, "vfio_group"),
	MAYBE(LOOSE, HEX, "vfio_iommu"),
	MAYBE_OF(FACT, OBJECT, "vm", vm),
	MAYBE(LOOSE, HEX, "owner"),
};
static const struct shape owners = {
	.noun = "owner of group",
	.says = "kind pid comm",
	MEMBERS(owners_members),
};

static const struct member_shape vms_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MEMBER(LOOSE, COUNT, "avic_vm_id"),
	MAYBE(NAME, TEXT, "comm"),
	MEMBER(FACT, NUMBERS, "groups"),
	MAYBE(FACT, COUNT, "nr_vcpus"),
	MAYBE(LOOSE, COUNT, "pid"),
};
static const struct shape vms = {
	.noun = "virtual machine",
	.says = "pid nr_vcpus",
	MEMBERS(vms_members),
};

static const struct member_shape owner_members[] = {
	MEMBER_OF(FACT, LIST, "owners", owners),
	MAYBE_OF(FACT, LIST, "vms", vms),
};
const struct shape owner_shape = {
	MEMBERS(owner_members),
};
