// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ranges of an allocator of IOVAs that no driver was ever given. The DMA layer takes them when it makes the allocator,
 * since a request there is no access to memory, or is one that firmware asks for: what the vendor keeps out of DMA,
 * interrupts, and what the host bridge hands to the devices below it (Linux drivers/iommu/dma-iommu.c,
 * iova_reserve_iommu_regions()). A driver with an allocator of its own has a list of them.
 *
 * The tree does not say which they are, and where two overlap it has one range. So a range is taken for reserved when
 * all of it is.
 */
#include "iova.h"

#include "iommu/arch.h"
#include "iommu/vendor.h"

#include <stdlib.h>

/* Linux include/linux/ioport.h */
#define RESOURCE_TYPE_MASK 0x1f00u
#define RESOURCE_MEMORY	   0x200u

#define MAX_BUS_DEPTH 256u

struct stretch {
	uint64_t first, last; /* granules */
};

struct search {
	struct kernel *k;
	struct iova_allocator *allocator;
	struct stretch *at;
	size_t nr;
	struct u64map bridges; /* those that were looked at */
};

static void add_stretch(struct search *s, uint64_t first, uint64_t last)
{
	s->at = iova_grow(s->k, s->at, s->nr, sizeof(*s->at));
	s->at[s->nr++] = (struct stretch){ first, last };
}

static void add_bytes(struct search *s, uint64_t first, uint64_t last)
{
	add_stretch(s, first >> s->allocator->granule_lg2, last >> s->allocator->granule_lg2);
}

static void note_failure(struct search *s, struct failure failure)
{
	struct failure *first = &s->allocator->reserved_failure;

	if (failure.status != STATUS_ABSENT)
		*first = first_failure(*first, failure);
}

/* ---- what the vendor and the architecture keep out of DMA ---- */

static void add_regions(struct search *s, const struct device *dev)
{
	const struct vendor *vendor = kernel_vendor_of_device(s->k, dev);
	struct ptrs regions = { 0 };

	if (!vendor || !vendor->reserved_regions)
		return;
	note_failure(s, vendor->reserved_regions(s->k, dev, &regions));
	for (size_t i = 0; i < regions.nr; i++) {
		const struct reserved_region *region = regions.at[i];

		add_bytes(s, region->start, region->last);
	}
}

/* ---- what a host bridge hands on ---- */

static struct failure add_window(struct search *s, struct kva entry)
{
	uint64_t flags, start, end, offset;
	struct kva res;
	struct failure failure = kernel_read_pointer(s->k, entry, M_RESOURCE_ENTRY_RES, &res);

	if (!failed(failure))
		failure = kernel_read_member(s->k, entry, M_RESOURCE_ENTRY_OFFSET, &offset);
	if (!failed(failure))
		failure = kernel_read_member(s->k, res, M_RESOURCE_FLAGS, &flags);
	if (!failed(failure))
		failure = kernel_read_member(s->k, res, M_RESOURCE_START, &start);
	if (!failed(failure))
		failure = kernel_read_member(s->k, res, M_RESOURCE_END, &end);
	if (!failed(failure) && (flags & RESOURCE_TYPE_MASK) == RESOURCE_MEMORY)
		add_bytes(s, start - offset, end - offset);
	return failure;
}

static struct failure find_root_bus(struct search *s, const struct device *dev, struct kva *ret)
{
	struct kva above;
	struct failure failure = kernel_container_of(s->k, dev->at, M_PCI_DEV_DEV, &above);

	if (!failed(failure))
		failure = kernel_read_pointer(s->k, above, M_PCI_DEV_BUS, &above);
	for (unsigned depth = 0; !failed(failure) && !kva_is_null(above); depth++) {
		*ret = above;
		failure = depth < MAX_BUS_DEPTH ?
				  kernel_read_pointer(s->k, above, M_PCI_BUS_PARENT, &above) :
				  failure_at(STATUS_DAMAGED, above.v);
	}
	return failure;
}

static struct failure add_windows_of(struct search *s, struct kva root_bus)
{
	struct kva bridge_dev, bridge, head;
	struct ptrs entries = { 0 };
	struct failure failure = kernel_read_pointer(s->k, root_bus, M_PCI_BUS_BRIDGE, &bridge_dev);

	if (!failed(failure))
		failure = kernel_container_of(s->k, bridge_dev, M_HOST_BRIDGE_DEV, &bridge);
	if (!failed(failure))
		failure = kernel_member_at(s->k, bridge, M_HOST_BRIDGE_WINDOWS, &head);
	if (!failed(failure))
		failure = kernel_list(s->k, head, M_RESOURCE_ENTRY_NODE, &entries);
	for (size_t i = 0; i < entries.nr; i++)
		failure = first_failure(failure, add_window(s, *(struct kva *)entries.at[i]));
	return failure;
}

static void add_bridge(struct search *s, const struct device *dev)
{
	struct kva bus = { 0 };
	struct failure failure;

	if (!dev->is_pci)
		return;
	failure = find_root_bus(s, dev, &bus);
	if (!failed(failure) && !u64map_get(&s->bridges, bus.v)) {
		u64map_add(s->k->arena, &s->bridges, bus.v, s);
		failure = add_windows_of(s, bus);
	}
	note_failure(s, failure);
}

/* ---- the list of a driver ---- */

static void add_list(struct search *s, const struct vendor *vendor)
{
	struct iova_range *ranges;
	struct kva list;
	size_t nr;

	if (!vendor || !vendor->reserved_iovas || failed(kernel_symbol(s->k, vendor->reserved_iovas, &list)))
		return;
	note_failure(s, iova_read_tree(s->k, list, &ranges, &nr));
	for (size_t i = 0; i < nr; i++)
		add_stretch(s, ranges[i].first, ranges[i].last);
}

/* ---- whose they are ---- */

static void add_device(struct search *s, const struct device *dev)
{
	add_regions(s, dev);
	if (!kva_is_null(s->allocator->cookie))
		add_bridge(s, dev);
}

/* A domain that was left for another one has no device: it was made for those of its groups. */
static void add_groups(struct search *s, const struct ptrs *groups)
{
	for (size_t i = 0; i < groups->nr; i++) {
		const struct group *group = groups->at[i];

		for (size_t j = 0; j < group->devices.nr && !target_interrupted(s->k->target); j++)
			add_device(s, group->devices.at[j]);
	}
}

static int compare(const void *a, const void *b)
{
	const struct stretch *left = a, *right = b;

	return left->first < right->first ? -1 : left->first > right->first;
}

/* Sorted, and those that touch made one. */
static void merge(struct search *s)
{
	size_t nr = 0;

	if (s->nr)
		qsort(s->at, s->nr, sizeof(*s->at), compare);
	for (size_t i = 0; i < s->nr; i++) {
		struct stretch *last = nr ? &s->at[nr - 1] : NULL;

		if (last && (last->last == UINT64_MAX || s->at[i].first <= last->last + 1))
			last->last = s->at[i].last > last->last ? s->at[i].last : last->last;
		else
			s->at[nr++] = s->at[i];
	}
	s->nr = nr;
}

static void mark(struct search *s)
{
	struct iova_allocator *a = s->allocator;
	size_t i = 0;

	for (size_t nth = 0; nth < a->nr_ranges; nth++) {
		struct iova_range *range = &a->ranges[nth];

		while (i < s->nr && s->at[i].last < range->first)
			i++;
		if (i < s->nr && range->holder == IOVA_IN_USE && s->at[i].first <= range->first &&
		    s->at[i].last >= range->last)
			range->holder = IOVA_RESERVED;
	}
}

void iova_mark_reserved(struct kernel *k, const struct domain *domain, struct iova_allocator *allocator)
{
	struct search search = { .k = k, .allocator = allocator };
	const struct special_range *interrupts = kernel_arch(k)->interrupts;

	if (interrupts)
		add_bytes(&search, interrupts->first, interrupts->last);
	add_groups(&search, &domain->groups);
	add_groups(&search, &domain->default_of);
	if (kva_is_null(allocator->cookie))
		add_list(&search, domain->vendor);
	merge(&search);
	mark(&search);
}
