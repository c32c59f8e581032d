/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of a dump between the commands of a session. */
#ifndef IOMMU_KEPT_H
#define IOMMU_KEPT_H

#include <stdbool.h>

#include "iommu/arena.h"
#include "iommu/failure.h"

struct inventory;

#define MAX_UNREPORTED 16

/* Failures that no sentence has spoken of yet. */
struct unreported {
	struct failure at[MAX_UNREPORTED];
	unsigned nr; /* may be more than are kept */
};

/*
 * What a dump need not be asked twice: the inventory, kept between the commands of a session. It stands in
 * an arena of its own and is published here only when it is complete; a command that was broken off while
 * it built one leaves nothing behind. A live system's is never kept.
 */
struct kept {
	struct arena arena;
	const struct inventory *inventory; /* NULL: none is kept */
	struct unreported unreported;	   /* what failed while it was built */
	unsigned changes;		   /* of the layout, when it was read */
	bool zeroes_missing;		   /* of the target, when it was read */
};

void kept_release(struct kept *kept);

#endif
