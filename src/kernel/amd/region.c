// SPDX-License-Identifier: GPL-2.0-or-later
/* What the AMD driver keeps out of DMA: fixed windows, and the memory that firmware wants one to one. */
#include "amd.h"

#include "format/amd/efr.h"
#include "format/amd/special_address.h"
#include "kernel/pieces.h"

/* Linux amd_iommu_types.h: unity_map_entry.prot, an exclusion range made into a unity map. */
#define UNITY_READ	      1
#define UNITY_WRITE	      2
#define UNITY_EXCLUSION_RANGE 4

/* Linux drivers/iommu/amd/iommu.c, amd_iommu_get_resv_regions(): fixed windows of x86 and of
 * HyperTransport that are no memory to a device. */
#define MSI_FIRST 0xfee00000ULL
#define MSI_LAST  0xfeefffffULL
#define HT_FIRST  0xfd00000000ULL
#define HT_LAST	  0xffffffffffULL

static struct failure push_unity_entry(struct kernel *k, struct kva entry, uint32_t devid,
				       struct ptrs *ret)
{
	uint64_t first, last, start, end, prot = 0;
	struct reserved_region *region;
	struct failure failure = kernel_read_member(k, entry, M_AMD_UNITY_DEVID_START, &first);

	if (!failed(failure))
		failure = kernel_read_member(k, entry, M_AMD_UNITY_DEVID_END, &last);
	if (!failed(failure))
		failure = kernel_read_member(k, entry, M_AMD_UNITY_ADDR_START, &start);
	if (!failed(failure))
		failure = kernel_read_member(k, entry, M_AMD_UNITY_ADDR_END, &end);
	if (failed(failure) || devid < first || devid > last)
		return failure;
	if (kernel_has_member(k, M_AMD_UNITY_PROT))
		failure = kernel_read_member(k, entry, M_AMD_UNITY_PROT, &prot);
	if (end <= start)
		return failure;
	region = add_region(k, ret, start, end - 1,
			     prot & UNITY_EXCLUSION_RANGE ? "reserved" : "direct");
	region->unity = true;
	region->first_page = region->start;
	region->last_page = region->last;
	region->read = prot & (UNITY_READ | UNITY_EXCLUSION_RANGE);
	region->write = prot & (UNITY_WRITE | UNITY_EXCLUSION_RANGE);
	return failure;
}

static struct failure unity_list(struct kernel *k, const struct device *dev, struct kva *ret)
{
	struct failure failure;
	const struct amd_segment *segment;

	if (!kernel_has_member(k, M_AMD_SEG_UNITY_MAP))
		return kernel_symbol(k, "amd_iommu_unity_map", ret);
	segment = amd_find_segment(kernel_inventory(k), amd_segment_of(dev->sbdf), &failure);
	return segment ? kernel_member_at(k, segment->at, M_AMD_SEG_UNITY_MAP, ret) : failure;
}

/* Kernels with that function leave the range out where the units do not need it (seen from 6.18 on);
 * older ones always reserve it. */
static bool ht_range_is_ignored(struct kernel *k)
{
	struct kva function;
	uint64_t efr2;

	return !failed(kernel_symbol(k, "amd_iommu_ht_range_ignore", &function)) &&
	       !failed(kernel_read_variable(k, "amd_iommu_efr2", 8, &efr2)) &&
	       amd_ht_range_is_ignored(efr2);
}

struct failure amd_reserved_regions(struct kernel *k, const struct device *dev, struct ptrs *ret)
{
	struct ptrs entries = { 0 };
	struct kva head;
	struct failure failure;

	if (!dev->has_sbdf)
		return NO_FAILURE;
	failure = unity_list(k, dev, &head);
	if (!failed(failure))
		failure = kernel_list(k, head, M_AMD_UNITY_LIST, &entries);
	for (size_t i = 0; i < entries.nr; i++)
		failure = first_failure(failure, push_unity_entry(k, *(struct kva *)entries.at[i],
								  dev->sbdf & 0xffff, ret));
	add_region(k, ret, MSI_FIRST, MSI_LAST, "msi");
	if (!ht_range_is_ignored(k))
		add_region(k, ret, HT_FIRST, HT_LAST, "reserved");
	return failure;
}

/* A unit whose second features say so takes the range for memory. Of a unit that is not known no feature is. */
const struct special_range *amd_special_range(struct kernel *k, const struct unit *unit,
					      struct iova iova)
{
	struct amd_features features = { 0 };

	if (unit)
		amd_read_features(k, unit, &features);
	if (features.has_efr2 && amd_ht_range_is_ignored(features.efr2))
		return NULL;
	return amd_special_address(iova.v);
}
