/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who reaches memory: the other way round than a walk. Every address space with those whose requests go there,
 * and those whose requests pass without any table.
 */
#ifndef IOMMU_REACH_H
#define IOMMU_REACH_H

#include "iommu/space.h"
#include "iommu/special_range.h"

/* One address space. users: struct space_user, each device and PASID once; the device is NULL where the kernel has
 * none of that id. No users: no entry of the hardware leads there. */
struct reach_space {
	const struct space *space;
	struct ptrs users;
};

/* Somebody whose requests reach all memory at its own address, or may. */
struct reach_open {
	struct space_user user; /* stream NULL: it is a device that no IOMMU serves */
	bool unchecked;		/* no permission is looked at either */
	size_t nr_ids;		/* of ids that no device has: so many, of which the stream is one; else 1 */
};

struct reach {
	struct ptrs spaces;  /* struct reach_space */
	struct ptrs open;    /* struct reach_open */
	struct ptrs unknown; /* struct space_user: where their requests go is not known */
	struct failure failure; /* why those lists are not whole */
	struct failure ids_failure; /* why not every id was looked at that no device has */
};

void kernel_reach(struct kernel *k, struct reach *ret);

/* A stretch of one space that leads to memory which was asked for. */
struct reach_hit {
	const struct reach_space *of;
	size_t range;	/* which of those that were asked for */
	struct pt_run run; /* cut to it; contiguous */
};

struct reach_visitor {
	void *ctx;
	bool (*hit)(void *ctx, const struct reach_hit *hit); /* false ends it */
	void (*along)(void *ctx, const struct pt_along *along);
	/* What a table that could not be read, or is damaged, hides; false ends it. */
	bool (*damage)(void *ctx, const struct reach_space *of, const struct pt_damage *damage);
};

/* One pass through a space. OK or INTERRUPTED. */
enum status reach_scan(struct kernel *k, const struct reach_space *of, const struct pt_wanted *wanted,
		       const struct reach_visitor *visitor, struct pt_totals *ret);

/* The next stretch, from *at up to last, of addresses that are memory to requests of that user: *at is where it begins, *end
 * its last byte. False: there is none any more. left_out: struct special_range, each once, that lie in front of it: what
 * requests without a PASID find there is no memory. */
bool reach_next_memory(struct kernel *k, const struct space_user *user, struct iova *at, struct iova last,
		       struct iova *end, struct ptrs *left_out);

#endif
