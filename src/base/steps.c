// SPDX-License-Identifier: GPL-2.0-or-later
/* The count of a walk through the dump. */
#include "iommu/steps.h"

struct failure steps_take(struct steps *steps, uint64_t at)
{
	if (target_interrupted(steps->target))
		return failure_of(STATUS_INTERRUPTED);
	if (steps->nr++ >= steps->max)
		return failure_at(STATUS_DAMAGED, at);
	if (!steps->arena)
		return NO_FAILURE;
	if (u64map_get(&steps->seen, at))
		return failure_at(STATUS_DAMAGED, at);
	u64map_add(steps->arena, &steps->seen, at, steps);
	return NO_FAILURE;
}
