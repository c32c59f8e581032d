// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * struct device_domain_info: what the VT-d driver knows of a device: which unit serves it, under which id, which
 * domain it is on.
 */
#include "intel.h"

/* Linux drivers/iommu/intel-iommu.c up to v5.10, in place of a pointer. -1, DUMMY_DEVICE_DOMAIN_INFO: the unit of
 * the device is not used. -2, DEFER_DEVICE_DOMAIN_INFO: in a kernel that a crashed one started, the device is left
 * on the entry of the crashed kernel until its driver maps something. */
#define DEFERRED (UINT64_MAX - 1)

static bool is_struct(struct kva info)
{
	return !kva_is_null(info) && info.v < DEFERRED;
}

static struct failure read_stream(struct kernel *k, const struct inventory *inv, struct kva info,
				  struct device *dev)
{
	struct stream *stream;
	const struct intel_unit *unit;
	uint64_t bus, devfn, segment = 0;
	struct kva at;
	struct failure failure = kernel_read_member(k, info, M_INTEL_INFO_BUS, &bus);

	if (!failed(failure))
		failure = kernel_read_member(k, info, M_INTEL_INFO_DEVFN, &devfn);
	if (!failed(failure))
		failure = kernel_read_pointer(k, info, M_INTEL_INFO_IOMMU, &at);
	if (!failed(failure) && kernel_has_member(k, M_INTEL_INFO_SEGMENT))
		failure = kernel_read_member(k, info, M_INTEL_INFO_SEGMENT, &segment);
	if (failed(failure))
		return failure;
	unit = intel_unit_at(inv, at.v);
	if (!unit)
		dev->unknown_unit = at;
	stream = arena_alloc(k->arena, sizeof(*stream));
	*stream = (struct stream){ &intel_vendor, unit ? unit->unit : NULL,
				   intel_id((uint32_t)segment, (uint32_t)(bus << 8 | devfn)), NULL };
	ptrs_push(k->arena, &dev->streams, stream);
	/* A device that is not PCI has its id from a scope of the firmware's table. */
	if (!dev->has_sbdf) {
		dev->has_sbdf = true;
		dev->sbdf = stream->id;
	}
	return NO_FAILURE;
}

/* 6.12 and later: a device on one of the driver's static domains has no domain of its own struct. */
static struct failure static_domain(struct kernel *k, struct kva info, struct kva *ret)
{
	uint64_t attached;
	struct failure failure;

	*ret = kva_of(0);
	if (!kernel_has_member(k, M_INTEL_INFO_ATTACHED))
		return NO_FAILURE;
	failure = kernel_read_member(k, info, M_INTEL_INFO_ATTACHED, &attached);
	if (!failed(failure) && attached)
		*ret = intel_static_domain(k, M_INTEL_OPS_IDENTITY);
	return failure;
}

static struct failure attached_domain(struct kernel *k, struct kva info, struct kva *ret)
{
	struct kva own;
	struct failure failure = kernel_read_pointer(k, info, M_INTEL_INFO_DOMAIN, &own);

	if (failed(failure))
		return failure;
	if (kva_is_null(own))
		return static_domain(k, info, ret);
	return kernel_member_at(k, own, M_INTEL_DOMAIN_DOMAIN, ret);
}

static bool serves_segment(struct kernel *k, const struct intel_unit *unit, uint16_t segment)
{
	uint64_t of_unit = 0;

	return !kernel_has_member(k, M_INTEL_DRHD_SEGMENT) ||
	       (!failed(kernel_read_member(k, unit->drhd, M_INTEL_DRHD_SEGMENT, &of_unit)) &&
		of_unit == segment);
}

/* Which unit serves an id of which the driver has no struct is decided by the scopes of the firmware's table;
 * where a segment has one unit alone, it is that. */
static struct failure stream_by_segment(struct kernel *k, const struct inventory *inv, uint32_t sbdf,
					struct stream *ret)
{
	const struct ptrs *units = &intel_machine(inv)->units;
	unsigned nr = 0;

	*ret = (struct stream){ .vendor = &intel_vendor, .id = sbdf };
	for (size_t i = 0; i < units->nr; i++) {
		const struct intel_unit *unit = units->at[i];

		if (!serves_segment(k, unit, intel_segment_of(sbdf)))
			continue;
		ret->unit = unit->unit;
		nr++;
	}
	if (nr != 1)
		ret->unit = NULL;
	return nr ? NO_FAILURE : failure_of(STATUS_ABSENT);
}

static struct failure deferred_facts(struct kernel *k, const struct inventory *inv, struct device *dev)
{
	struct stream *stream = arena_alloc(k->arena, sizeof(*stream));
	struct failure failure = stream_by_segment(k, inv, dev->sbdf, stream);

	if (!failed(failure) && dev->has_sbdf)
		ptrs_push(k->arena, &dev->streams, stream);
	return failure;
}

struct failure intel_device_facts(struct kernel *k, const struct inventory *inv, struct device *dev,
				  struct kva *domain)
{
	struct kva info;
	struct failure failure = kernel_driver_data(k, dev->at, &info);

	if (!failed(failure) && info.v == DEFERRED)
		return deferred_facts(k, inv, dev);
	if (failed(failure) || !is_struct(info))
		return failure;
	failure = read_stream(k, inv, info, dev);
	return first_failure(failure, attached_domain(k, info, domain));
}

struct failure intel_stream_of_pci(struct kernel *k, uint32_t sbdf, struct stream *ret)
{
	return stream_by_segment(k, kernel_inventory(k), sbdf, ret);
}

struct failure intel_device_data(struct kernel *k, const struct device *dev, struct kva *ret)
{
	struct failure failure = kernel_driver_data(k, dev->at, ret);

	if (failed(failure) || !is_struct(*ret))
		*ret = kva_of(0);
	return failure;
}

void intel_driver_facts(struct kernel *k, const struct device *dev, struct driver_facts *ret)
{
	struct kva table, info;

	*ret = (struct driver_facts){ 0 };
	if (failed(intel_device_data(k, dev, &info)) || kva_is_null(info))
		return;
	ret->at = info;
	ret->ats = kernel_read_fact(k, ret->at, M_INTEL_INFO_ATS);
	ret->ats_qdep = kernel_read_fact(k, ret->at, M_INTEL_INFO_ATS_QDEP);
	ret->pri = kernel_read_fact(k, ret->at, M_INTEL_INFO_PRI);
	ret->pasid = kernel_read_fact(k, ret->at, M_INTEL_INFO_PASID);
	/* The table has room for PASIDs also where the device takes none. */
	if (!ret->pasid.known || !ret->pasid.value || !kernel_has_member(k, M_INTEL_INFO_PASID_TABLE) ||
	    failed(kernel_read_pointer(k, ret->at, M_INTEL_INFO_PASID_TABLE, &table)) ||
	    kva_is_null(table))
		return;
	ret->max_pasids = kernel_read_fact(k, table, M_INTEL_PASID_TABLE_MAX);
}
