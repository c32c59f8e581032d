// SPDX-License-Identifier: GPL-2.0-or-later
/* What the AMD driver knows of a device: which unit serves it, under which ids, which domain it is on. */
#include "amd.h"

#include "iommu/device_facts.h"

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

struct unit *amd_unit_of(struct kernel *k, const struct inventory *inv, uint32_t id)
{
	struct failure failure;
	const struct amd_segment *segment = amd_find_segment(inv, amd_segment_of(id), &failure);
	struct kva unknown = { 0 };
	uint32_t devid = id & 0xffff;

	return segment && devid <= segment->last_devid ?
		       read_unit(k, inv, segment, devid, &unknown) : NULL;
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

/* False: the driver has freed the device's GCR3 table, and the id with it, which stays in its member (Linux
 * drivers/iommu/amd/iommu.c, free_gcr3_table()). Where that cannot be told the id counts, and it is said. */
static bool has_own_id(struct kernel *k, struct kva dev_data)
{
	struct kva table;

	if (!kernel_has_member(k, M_AMD_DEV_DATA_GCR3_TABLE)) {
		kernel_leave_unreported(k, failure_missing(layout_member_name(M_AMD_DEV_DATA_GCR3_TABLE, k->arena)));
		return true;
	}
	return failed(kernel_read_pointer(k, dev_data, M_AMD_DEV_DATA_GCR3_TABLE, &table)) || !kva_is_null(table);
}

static void read_own_id(struct kernel *k, struct kva dev_data, struct device *dev)
{
	uint64_t id;

	if (kernel_has_member(k, M_AMD_DEV_DATA_GCR3_DOMID) && has_own_id(k, dev_data) &&
	    !failed(kernel_read_member(k, dev_data, M_AMD_DEV_DATA_GCR3_DOMID, &id)))
		dev->device_domain_id = (uint32_t)id;
}

struct failure amd_device_facts(struct kernel *k, const struct inventory *inv, struct device *dev,
				struct kva *domain)
{
	struct kva dev_data, driver_domain;
	struct failure failure;

	if (dev->is_pci)
		read_pci_streams(k, inv, dev);
	failure = kernel_driver_data(k, dev->at, &dev_data);
	if (!failed(failure) && !kva_is_null(dev_data) && !dev->is_pci)
		failure = read_acpihid(k, inv, dev_data, dev);
	if (failed(failure) || kva_is_null(dev_data))
		return failure;
	read_own_id(k, dev_data, dev);
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
	if (failed(kernel_driver_data(k, dev->at, &ret->at)) || kva_is_null(ret->at))
		return;
	ret->ats = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_ATS);
	ret->ats_qdep = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_ATS_QDEP);
	ret->pri = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_PRI);
	ret->pasid = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_PASID);
	ret->max_pasids = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_MAX_PASIDS);
}

/* ---- the GCR3 table that the driver made ---- */

/* Where the pointer and the levels are: in the driver's data on the device (6.12 and later), or in its domain. */
struct gcr3_members {
	struct kva at;
	unsigned table, glx;
};

static struct failure find_gcr3(struct kernel *k, const struct device *dev, struct gcr3_members *ret)
{
	if (kernel_has_member(k, M_AMD_DEV_DATA_GCR3_TABLE)) {
		ret->table = M_AMD_DEV_DATA_GCR3_TABLE;
		ret->glx = M_AMD_DEV_DATA_GCR3_GLX;
		return kernel_driver_data(k, dev->at, &ret->at);
	}
	ret->table = M_AMD_PDOM_GCR3_TABLE;
	ret->glx = M_AMD_PDOM_GLX;
	ret->at = dev->domain ? dev->domain->driver_at : kva_of(0);
	if (!kernel_has_member(k, M_AMD_PDOM_GCR3_TABLE))
		return failure_missing(layout_member_name(M_AMD_DEV_DATA_GCR3_TABLE, k->arena));
	return NO_FAILURE;
}

struct failure amd_driver_pasids(struct kernel *k, const struct device *dev,
				 struct pasid_table *ret, struct kva *at)
{
	struct gcr3_members members = { 0 };
	struct kva table;
	struct pa table_pa;
	uint64_t glx;
	struct failure failure = find_gcr3(k, dev, &members);

	*ret = (struct pasid_table){ 0 };
	*at = members.at;
	if (failed(failure) || kva_is_null(members.at))
		return failure;
	failure = kernel_read_pointer(k, members.at, members.table, &table);
	if (failed(failure) || kva_is_null(table))
		return failure;
	failure = kernel_to_pa(k, table, &table_pa);
	if (failed(failure))
		return failure;
	ret->format = &amd_gcr3_tables;
	ret->table = table_pa.v;
	/* The driver counts as the entry's GLX does: 0 is one level. */
	if (!failed(kernel_read_member(k, members.at, members.glx, &glx)))
		ret->levels = (uint8_t)(glx + 1);
	return NO_FAILURE;
}
