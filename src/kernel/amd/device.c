// SPDX-License-Identifier: GPL-2.0-or-later
/* What the AMD driver knows of a device: which unit serves it, under which ids, which domain it is on. */
#include "amd.h"

static struct unit *find_unit(const struct inventory *inv, uint64_t at)
{
	for (size_t i = 0; i < inv->units.nr; i++) {
		struct unit *unit = inv->units.at[i];

		if (unit->vendor == &amd_vendor && unit->at.v == at)
			return unit;
	}
	return NULL;
}

static void add_stream(struct kernel *k, struct device *dev, struct unit *unit, uint32_t id,
		       const char *given_by)
{
	struct stream *stream = arena_alloc(k->arena, sizeof(*stream));

	*stream = (struct stream){ &amd_vendor, unit, id, given_by };
	ptrs_push(k->arena, &dev->streams, stream);
}

/* The id that the IVRS gives the device's requests; the device's own where it has no other. */
static uint32_t read_alias(struct kernel *k, const struct amd_segment *segment, uint32_t devid)
{
	uint64_t alias;

	if (kva_is_null(segment->alias_table) ||
	    failed(kernel_read_number(k, kva_plus(segment->alias_table, 2ULL * devid), 2, &alias)))
		return devid;
	return (uint32_t)alias;
}

/* NULL: none, or, when *unknown is not null, one that is not among the units. */
static struct unit *read_unit(struct kernel *k, const struct inventory *inv,
			      const struct amd_segment *segment, uint32_t devid, struct kva *unknown)
{
	struct unit *unit;
	uint64_t at;

	if (kva_is_null(segment->rlookup_table) ||
	    failed(kernel_read_number(k, kva_plus(segment->rlookup_table, 8ULL * devid), 8, &at)))
		return NULL;
	unit = find_unit(inv, at);
	if (!unit)
		*unknown = kva_of(at);
	return unit;
}

/* The unit that serves a device: dev->iommu->iommu_dev is inside it. NULL: not known. */
static struct failure find_server(struct kernel *k, const struct inventory *inv, struct kva dev,
				  struct unit **ret)
{
	struct kva dev_iommu, core, unit;
	struct failure failure;

	*ret = NULL;
	if (!kernel_has_member(k, M_DEVICE_IOMMU_PRIV) || !kernel_has_member(k, M_DEV_IOMMU_UNIT) ||
	    !kernel_has_member(k, M_AMD_IOMMU_CORE))
		return NO_FAILURE;
	failure = kernel_read_pointer(k, dev, M_DEVICE_IOMMU_PRIV, &dev_iommu);
	if (failed(failure) || kva_is_null(dev_iommu))
		return failure;
	failure = kernel_read_pointer(k, dev_iommu, M_DEV_IOMMU_UNIT, &core);
	if (failed(failure) || kva_is_null(core))
		return failure;
	failure = kernel_container_of(k, core, M_AMD_IOMMU_CORE, &unit);
	if (!failed(failure))
		*ret = find_unit(inv, unit.v);
	return failure;
}

static void read_pci_streams(struct kernel *k, const struct inventory *inv, struct device *dev)
{
	struct failure failure;
	const struct amd_segment *segment =
		amd_find_segment(inv, amd_segment_of(dev->sbdf), &failure);
	uint32_t devid = dev->sbdf & 0xffff, alias;
	struct unit *unit;

	if (!segment || devid > segment->last_devid)
		return;
	unit = read_unit(k, inv, segment, devid, &dev->unknown_unit);
	/* The core knows it too, on kernels that have it do so. */
	find_server(k, inv, dev->at, &dev->by_core);
	if (!unit && !kva_is_null(dev->unknown_unit))
		unit = dev->by_core;
	alias = read_alias(k, segment, devid);
	if (unit || alias != devid || !kva_is_null(dev->unknown_unit))
		add_stream(k, dev, unit, dev->sbdf, NULL);
	if (alias != devid)
		add_stream(k, dev, unit, amd_id(segment->id, alias), "firmware");
}

/* The driver's data on a device: dev->iommu->priv, or archdata.iommu before v5.10. Null: none. */
static struct failure find_dev_data(struct kernel *k, struct kva dev, struct kva *ret)
{
	struct kva dev_iommu;
	struct failure failure;

	*ret = kva_of(0);
	if (kernel_has_member(k, M_DEVICE_IOMMU_PRIV) && kernel_has_member(k, M_DEV_IOMMU_PRIV)) {
		failure = kernel_read_pointer(k, dev, M_DEVICE_IOMMU_PRIV, &dev_iommu);
		if (failed(failure) || kva_is_null(dev_iommu))
			return failure;
		return kernel_read_pointer(k, dev_iommu, M_DEV_IOMMU_PRIV, ret);
	}
	return kernel_read_pointer(k, dev, M_DEVICE_ARCH_IOMMU, ret);
}

/* A device that is not PCI has its id from an ACPI_HID entry of the IVRS (get_acpihid_device_id());
 * the segment is its unit's. */
static struct failure read_acpihid(struct kernel *k, const struct inventory *inv,
				   struct kva dev_data, struct device *dev)
{
	struct unit *unit;
	uint64_t devid;
	struct failure failure = find_server(k, inv, dev->at, &unit);

	if (failed(failure) || !unit || !kernel_has_member(k, M_AMD_DEV_DATA_DEVID))
		return failure;
	failure = kernel_read_member(k, dev_data, M_AMD_DEV_DATA_DEVID, &devid);
	if (failed(failure))
		return failure;
	dev->sbdf = amd_id(amd_segment_of(unit->sbdf), (uint32_t)devid);
	dev->has_sbdf = true;
	add_stream(k, dev, unit, dev->sbdf, NULL);
	return NO_FAILURE;
}

struct failure amd_device_facts(struct kernel *k, const struct inventory *inv, struct device *dev,
				struct kva *domain)
{
	struct kva dev_data, driver_domain;
	uint64_t id;
	struct failure failure;

	if (dev->is_pci)
		read_pci_streams(k, inv, dev);
	failure = find_dev_data(k, dev->at, &dev_data);
	if (!failed(failure) && !kva_is_null(dev_data) && !dev->is_pci)
		failure = read_acpihid(k, inv, dev_data, dev);
	if (failed(failure) || kva_is_null(dev_data))
		return failure;
	if (kernel_has_member(k, M_AMD_DEV_DATA_GCR3_DOMID) &&
	    !failed(kernel_read_member(k, dev_data, M_AMD_DEV_DATA_GCR3_DOMID, &id)))
		dev->device_domain_id = (uint32_t)id;
	failure = kernel_read_pointer(k, dev_data, M_AMD_DEV_DATA_DOMAIN, &driver_domain);
	if (failed(failure) || kva_is_null(driver_domain))
		return failure;
	return kernel_member_at(k, driver_domain, M_AMD_PDOM_DOMAIN, domain);
}

/* Any id of a segment that has tables is a stream: the hardware obeys its entry whether or not the kernel has
 * such a device. */
struct failure amd_stream_of_pci(struct kernel *k, uint32_t sbdf, struct stream *ret)
{
	(void)k;
	*ret = (struct stream){ .vendor = &amd_vendor, .id = sbdf };
	return NO_FAILURE;
}

void amd_driver_facts(struct kernel *k, const struct device *dev, struct driver_facts *ret)
{
	*ret = (struct driver_facts){ 0 };
	if (failed(find_dev_data(k, dev->at, &ret->at)) || kva_is_null(ret->at))
		return;
	ret->ats = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_ATS);
	ret->ats_qdep = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_ATS_QDEP);
	ret->pri = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_PRI);
	ret->pasid = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_PASID);
	ret->max_pasids = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_MAX_PASIDS);
}
