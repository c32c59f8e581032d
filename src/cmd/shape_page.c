// SPDX-License-Identifier: GPL-2.0-or-later
/* What put_page() writes of a page of memory, in every document that has one. */
#include "iommu/shape.h"

static const struct member_shape page_members[] = {
	MAYBE(FACT, FLAG, "ram"),
	MAYBE(FACT, TEXT, "resource"),
	MAYBE(FACT, TEXT, "use"),
	MAYBE(LOOSE, COUNT, "iommu_mappings"),
	MAYBE(FACT, TEXT, "problem"),
	MAYBE(FACT, TEXT, "comm"),
	MAYBE(FACT, COUNT, "pid"),
	MEMBER(LOOSE, HEX, "vaddr"),
	MAYBE(FACT, TEXT, "contents"),
};
const struct shape page_shape = {
	MEMBERS(page_members),
};
