/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A walk from one thing in the dump to the next, which may be damaged: it counts steps, not what the steps
 * found, against a limit that follows from what is walked; it ends at ^C; and in a tree it takes nothing a
 * second time. Every loop over dump memory whose length the dump decides goes by steps: lists through
 * iommu/list.h, trees and arrays with these.
 */
#ifndef IOMMU_STEPS_H
#define IOMMU_STEPS_H

#include "iommu/failure.h"
#include "iommu/target.h"
#include "iommu/u64map.h"

struct steps {
	struct target *target;
	uint64_t nr, max;
	struct arena *arena; /* NULL: what was seen is not remembered */
	struct u64map seen;
};

/* max: more steps than that are damage. */
static inline struct steps steps_of(struct target *target, uint64_t max)
{
	return (struct steps){ .target = target, .max = max };
}

/* The same for a graph in which each thing is reached once: a second way to it is damage. */
static inline struct steps steps_through_tree(struct target *target, struct arena *arena, uint64_t max)
{
	return (struct steps){ .target = target, .max = max, .arena = arena };
}

/* Whether the walk may step to the thing at that address. DAMAGED: it was there before, or there were more
 * steps than there can be. */
struct failure steps_take(struct steps *steps, uint64_t at);

/* After such a failure: whether a walk that could go on beside it has to end all the same. */
static inline bool steps_have_to_end(const struct steps *steps, struct failure failure)
{
	return failure.status == STATUS_INTERRUPTED || steps->nr > steps->max;
}

#endif
