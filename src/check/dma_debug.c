// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What drivers mapped by the DMA API's own account, against the page tables: the DMA layer maps before it enters a
 * mapping, and removes it after it was unmapped (Linux kernel/dma/mapping.c), so all of an entry is mapped but for the
 * moment when it is undone.
 */
#include "check.h"

static bool count_run(void *ctx, const struct pt_run *run)
{
	*(uint64_t *)ctx += run->bytes;
	return true;
}

struct failure check_mapping_use(struct kernel *k, const struct dma_mapping *mapping, uint64_t *ret)
{
	const struct group *group = mapping->device ? mapping->device->group : NULL;
	struct domain *domain = mapping->device ? device_dma_domain(mapping->device) : NULL;
	struct pt_visitor visitor = { .ctx = ret, .run = count_run };
	uint64_t last = mapping->iova + (mapping->size - 1);
	struct pt_totals totals = { 0 };
	struct route route;

	*ret = 0;
	if (group && !group->default_domain && failed(group->default_failure))
		return group->default_failure;
	if (!domain || !mapping->size || last < mapping->iova)
		return failure_of(STATUS_ABSENT);
	route_of_domain(k, domain, &route);
	if (!route.space.has_table || route.space.guest)
		return failure_of(STATUS_ABSENT);
	if (pt_scan(route.space.memory, &route.space.root, iova_of(mapping->iova), iova_of(last), &visitor, &totals) !=
	    STATUS_OK)
		return failure_of(STATUS_INTERRUPTED);
	return pt_totals_are_whole(&totals) ? NO_FAILURE : totals.failure;
}
