// SPDX-License-Identifier: GPL-2.0-or-later
/* The AMD driver (drivers/iommu/amd/, drivers/iommu/amd_iommu*.c before v5.9) as a vendor. */
#include "amd.h"

#include "kernel/idmap.h"
#include "format/amd/features.h"
#include "iommu/device_facts.h"

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

static bool amd_is_active(struct kernel *k)
{
	struct kva head;
	uint64_t next;

	return kernel_symbol(k, "amd_iommu_list", &head) == STATUS_OK &&
	       kernel_read_number(k, head, 8, &next) == STATUS_OK && next && next != head.v;
}

/* amd_iommu.pci_seg is the segment's number in old kernels, a pointer to its struct in newer. */
static enum status unit_segment(struct kernel *k, struct kva unit, uint16_t *ret)
{
	struct member member;
	uint64_t value, id;
	enum status status = kernel_read_member(k, unit, M_AMD_IOMMU_SEG, &value);

	if (status == STATUS_OK)
		status = layout_member(k->layout, k->target, M_AMD_IOMMU_SEG, &member);
	if (status != STATUS_OK)
		return status;
	id = value;
	if (member.size == 8)
		status = kernel_read_member(k, kva_of(value), M_AMD_SEG_ID, &id);
	if (status == STATUS_OK)
		*ret = (uint16_t)id;
	return status;
}

static struct unit *read_unit(struct kernel *k, struct kva at)
{
	struct unit *unit = arena_alloc(k->arena, sizeof(*unit));
	uint64_t devid;
	uint16_t segment;

	unit->at = at;
	if (kernel_read_signed(k, at, M_AMD_IOMMU_INDEX, &unit->index) != STATUS_OK)
		unit->index = -1;
	if (kernel_read_member(k, at, M_AMD_IOMMU_DEVID, &devid) == STATUS_OK &&
	    unit_segment(k, at, &segment) == STATUS_OK) {
		unit->has_bdf = true;
		unit->sbdf = (uint32_t)segment << 16 | (uint32_t)devid;
	}
	unit->has_mmio = kernel_read_member(k, at, M_AMD_IOMMU_MMIO_PHYS, &unit->mmio.v) ==
			 STATUS_OK;
	return unit;
}

static enum status amd_collect_units(struct kernel *k, struct ptrs *ret)
{
	struct ptrs found = { 0 };
	struct kva head;
	enum status status = kernel_symbol(k, "amd_iommu_list", &head);

	if (status == STATUS_OK)
		status = kernel_list(k, head, M_AMD_IOMMU_LIST, &found);
	for (size_t i = 0; i < found.nr; i++)
		ptrs_push(k->arena, ret, read_unit(k, *(struct kva *)found.at[i]));
	return status;
}

static const char *amd_unit_features(struct kernel *k, const struct unit *unit)
{
	const char *names[AMD_MAX_FEATURE_NAMES], *words = "";
	struct amd_unit facts;
	size_t nr;

	amd_read_features(k, unit, &facts);
	if (!facts.has_features)
		return NULL;
	nr = amd_feature_names(facts.features, names);
	for (size_t i = 0; i < nr; i++)
		words = arena_printf(k->arena, "%s%s%s", words, i ? " " : "", names[i]);
	return words;
}

static struct unit *find_unit(struct kernel *k, uint64_t at)
{
	struct ptrs *units = &kernel_inventory(k)->units;

	for (size_t i = 0; i < units->nr; i++) {
		struct unit *unit = units->at[i];

		if (unit->at.v == at)
			return unit;
	}
	return NULL;
}

static void read_unit_and_alias(struct kernel *k, const struct amd_segment *segment,
				struct device *dev)
{
	uint32_t devid = dev->sbdf & 0xffff;
	uint64_t unit, alias;

	if (devid > segment->last_devid)
		return;
	if (!kva_is_null(segment->rlookup_table) &&
	    kernel_read_number(k, kva_plus(segment->rlookup_table, 8ULL * devid), 8, &unit) ==
		    STATUS_OK)
		dev->unit = find_unit(k, unit);
	if (!kva_is_null(segment->alias_table) &&
	    kernel_read_number(k, kva_plus(segment->alias_table, 2ULL * devid), 2, &alias) ==
		    STATUS_OK &&
	    alias != devid) {
		dev->has_alias = true;
		dev->alias_sbdf = (dev->sbdf & 0xffff0000) | (uint32_t)alias;
	}
}

/* The driver's data on a device: dev->iommu->priv, or archdata.iommu before v5.10. Null: none. */
static enum status find_dev_data(struct kernel *k, struct kva dev, struct kva *ret)
{
	struct kva dev_iommu;
	enum status status;

	*ret = kva_of(0);
	if (kernel_has_member(k, M_DEVICE_IOMMU_PRIV) && kernel_has_member(k, M_DEV_IOMMU_PRIV)) {
		status = kernel_read_pointer(k, dev, M_DEVICE_IOMMU_PRIV, &dev_iommu);
		if (status != STATUS_OK || kva_is_null(dev_iommu))
			return status;
		return kernel_read_pointer(k, dev_iommu, M_DEV_IOMMU_PRIV, ret);
	}
	return kernel_read_pointer(k, dev, M_DEVICE_ARCH_IOMMU, ret);
}

/* The unit that serves a device: dev->iommu->iommu_dev is inside it. NULL: not known. */
static enum status find_server(struct kernel *k, struct kva dev, struct unit **ret)
{
	struct kva dev_iommu, core, unit;
	enum status status;

	*ret = NULL;
	if (!kernel_has_member(k, M_DEVICE_IOMMU_PRIV) || !kernel_has_member(k, M_DEV_IOMMU_UNIT) ||
	    !kernel_has_member(k, M_AMD_IOMMU_CORE))
		return STATUS_OK;
	status = kernel_read_pointer(k, dev, M_DEVICE_IOMMU_PRIV, &dev_iommu);
	if (status != STATUS_OK || kva_is_null(dev_iommu))
		return status;
	status = kernel_read_pointer(k, dev_iommu, M_DEV_IOMMU_UNIT, &core);
	if (status != STATUS_OK || kva_is_null(core))
		return status;
	status = kernel_container_of(k, core, M_AMD_IOMMU_CORE, &unit);
	if (status == STATUS_OK)
		*ret = find_unit(k, unit.v);
	return status;
}

/* A device that is not PCI has its id from an ACPI_HID entry of the IVRS (get_acpihid_device_id());
 * the segment is its unit's. */
static enum status read_acpihid(struct kernel *k, struct kva dev_data, struct device *dev)
{
	struct unit *unit;
	uint64_t devid;
	enum status status = find_server(k, dev->at, &unit);

	if (status != STATUS_OK || !unit || !kernel_has_member(k, M_AMD_DEV_DATA_DEVID))
		return status;
	status = kernel_read_member(k, dev_data, M_AMD_DEV_DATA_DEVID, &devid);
	if (status != STATUS_OK)
		return status;
	dev->unit = unit;
	dev->sbdf = (unit->sbdf & 0xffff0000) | (uint32_t)(devid & 0xffff);
	return STATUS_OK;
}

static enum status amd_device_facts(struct kernel *k, struct device *dev, struct kva *domain)
{
	struct amd_segment *segment;
	struct kva dev_data, driver_domain;
	uint64_t own_id;
	enum status status;

	if (dev->is_pci) {
		segment = amd_find_segment(k, (uint16_t)(dev->sbdf >> 16), &status);
		if (segment)
			read_unit_and_alias(k, segment, dev);
	}
	status = find_dev_data(k, dev->at, &dev_data);
	if (status == STATUS_OK && !kva_is_null(dev_data) && !dev->is_pci)
		status = read_acpihid(k, dev_data, dev);
	if (status != STATUS_OK || kva_is_null(dev_data))
		return status;
	if (kernel_has_member(k, M_AMD_DEV_DATA_GCR3_DOMID) &&
	    kernel_read_member(k, dev_data, M_AMD_DEV_DATA_GCR3_DOMID, &own_id) == STATUS_OK)
		dev->own_id = (uint32_t)own_id;
	status = kernel_read_pointer(k, dev_data, M_AMD_DEV_DATA_DOMAIN, &driver_domain);
	if (status != STATUS_OK || kva_is_null(driver_domain))
		return status;
	return kernel_member_at(k, driver_domain, M_AMD_PDOM_DOMAIN, domain);
}

static void amd_driver_facts(struct kernel *k, const struct device *dev, struct driver_facts *ret)
{
	*ret = (struct driver_facts){ 0 };
	if (find_dev_data(k, dev->at, &ret->at) != STATUS_OK || kva_is_null(ret->at))
		return;
	ret->ats = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_ATS);
	ret->ats_qdep = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_ATS_QDEP);
	ret->pri = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_PRI);
	ret->pasid = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_PASID);
	ret->max_pasids = kernel_read_fact(k, ret->at, M_AMD_DEV_DATA_MAX_PASIDS);
}

static enum status amd_id_allocator(struct kernel *k, struct id_allocator *ret)
{
	struct kva at;

	/* 7.2 and later: an IDA; before, a bitmap whose bit 0 is set and never handed out. */
	if (kernel_symbol(k, "pdom_ids", &at) == STATUS_OK)
		return idmap_read_ida(k, "pdom_ids", ret);
	return idmap_read_bitmap(k, "amd_iommu_pd_alloc_bitmap", ret);
}

static struct reserved_region *push_region(struct kernel *k, struct ptrs *ret, uint64_t start,
					   uint64_t last, const char *type)
{
	struct reserved_region *region = arena_alloc(k->arena, sizeof(*region));

	*region = (struct reserved_region){ .start = start, .last = last, .type = type };
	ptrs_push(k->arena, ret, region);
	return region;
}

static enum status push_unity_entry(struct kernel *k, struct kva entry, uint32_t devid,
				    struct ptrs *ret)
{
	uint64_t first, last, start, end, prot = 0;
	struct reserved_region *region;
	enum status status = kernel_read_member(k, entry, M_AMD_UNITY_DEVID_START, &first);

	if (status == STATUS_OK)
		status = kernel_read_member(k, entry, M_AMD_UNITY_DEVID_END, &last);
	if (status == STATUS_OK)
		status = kernel_read_member(k, entry, M_AMD_UNITY_ADDR_START, &start);
	if (status == STATUS_OK)
		status = kernel_read_member(k, entry, M_AMD_UNITY_ADDR_END, &end);
	if (status != STATUS_OK || devid < first || devid > last)
		return status;
	if (kernel_has_member(k, M_AMD_UNITY_PROT))
		status = kernel_read_member(k, entry, M_AMD_UNITY_PROT, &prot);
	if (end <= start)
		return status;
	region = push_region(k, ret, start, end - 1,
			     prot & UNITY_EXCLUSION_RANGE ? "reserved" : "direct");
	region->unity = true;
	region->read = prot & (UNITY_READ | UNITY_EXCLUSION_RANGE);
	region->write = prot & (UNITY_WRITE | UNITY_EXCLUSION_RANGE);
	return status;
}

static enum status unity_list(struct kernel *k, const struct device *dev, struct kva *ret)
{
	enum status status;
	struct amd_segment *segment;

	if (!kernel_has_member(k, M_AMD_SEG_UNITY_MAP))
		return kernel_symbol(k, "amd_iommu_unity_map", ret);
	segment = amd_find_segment(k, (uint16_t)(dev->sbdf >> 16), &status);
	return segment ? kernel_member_at(k, segment->at, M_AMD_SEG_UNITY_MAP, ret) : status;
}

/* Kernels with that function leave the range out where the units do not need it (seen from 6.18 on);
 * older ones always reserve it. */
static bool ht_range_is_ignored(struct kernel *k)
{
	struct kva function;
	uint64_t efr2;

	return kernel_symbol(k, "amd_iommu_ht_range_ignore", &function) == STATUS_OK &&
	       kernel_read_variable(k, "amd_iommu_efr2", 8, &efr2) == STATUS_OK &&
	       amd_ht_range_is_ignored(efr2);
}

static enum status amd_reserved_regions(struct kernel *k, const struct device *dev,
					struct ptrs *ret)
{
	struct ptrs entries = { 0 };
	struct kva head;
	enum status status;

	if (!device_has_id(dev))
		return STATUS_OK;
	status = unity_list(k, dev, &head);
	if (status == STATUS_OK)
		status = kernel_list(k, head, M_AMD_UNITY_LIST, &entries);
	for (size_t i = 0; i < entries.nr; i++) {
		enum status one = push_unity_entry(k, *(struct kva *)entries.at[i],
						   dev->sbdf & 0xffff, ret);

		if (status == STATUS_OK)
			status = one;
	}
	push_region(k, ret, MSI_FIRST, MSI_LAST, "msi");
	if (!ht_range_is_ignored(k))
		push_region(k, ret, HT_FIRST, HT_LAST, "reserved");
	return status;
}

const struct vendor amd_vendor = {
	.name = "AMD-Vi",
	.layout = &amd_layout,
	.is_active = amd_is_active,
	.collect_units = amd_collect_units,
	.unit_features = amd_unit_features,
	.device_facts = amd_device_facts,
	.domain_facts = amd_domain_facts,
	.more_domains = amd_more_domains,
	.device_translation = amd_device_translation,
	.flushes_lazily = amd_flushes_lazily,
	.mode_reasons = amd_mode_reasons,
	.driver_facts = amd_driver_facts,
	.id_allocator = amd_id_allocator,
	.reserved_regions = amd_reserved_regions,
};
