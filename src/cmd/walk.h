/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files that show where one address of a device leads. */
#ifndef IOMMU_CMD_WALK_H
#define IOMMU_CMD_WALK_H

#include "cmd.h"

#include "iommu/page.h"

/* What came out of it, for those who draw conclusions. */
struct walk_outcome {
	const struct special_range *special; /* not NULL: the address is no memory to the device */
	bool has_result;	  /* a page table was asked: */
	enum pt_result result;	  /* of the last table on the way */
	bool read, write;	  /* MAPPED, or passing untranslated: what is allowed */
	unsigned unit_bits;	  /* BEYOND: not the table but the unit, which reaches so many; else 0 */
	bool has_near;		  /* NOT_MAPPED: what is mapped on both sides */
	struct pt_neighbours near;
};

/* cmd_walk.c: the whole way, as an object. */
void put_walk(struct context *ctx, const char *key, const struct selection *sel, struct iova iova,
	      struct walk_outcome *ret);

/* The JSON contract's word for it. */
const char *walk_state(const struct selection *sel, const struct walk_outcome *outcome);

#endif
