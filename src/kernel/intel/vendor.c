// SPDX-License-Identifier: GPL-2.0-or-later
/* The VT-d driver (drivers/iommu/intel/, drivers/iommu/intel-iommu.c before v5.9) as a vendor. */
#include "intel.h"

#include "format/intel/pt.h"
#include "format/intel/records.h"

/* Linux drivers/iommu/intel/dmar.c: iommu_device_sysfs_add(..., "%s", iommu->name), "dmar%d". */
static const char *const unit_names[] = { "dmar", NULL };

static const struct pt_format *const formats[] = { &vtdss_of_any.format, NULL };

const struct vendor intel_vendor = {
	.name = "VT-d",
	.unit_struct = "intel_iommu",
	.domain_struct = "dmar_domain",
	.unit_names = unit_names,
	.driver_symbol = "dmar_drhd_units",
	.layout = &intel_layout,
	.records = intel_records,
	.formats = formats,
	.is_active = intel_is_active,
	.collect_units = intel_collect_units,
	.core_of_unit = intel_core_of_unit,
	.unit_facts = intel_unit_facts,
	.unit_features = intel_unit_features,
	.device_facts = intel_device_facts,
	.stream_of_pci = intel_stream_of_pci,
	.driver_facts = intel_driver_facts,
	.read_entry = intel_read_entry,
	.scan_entries = intel_scan_entries,
	.domain_facts = intel_domain_facts,
	.iova_domain = intel_iova_domain,
	.reserved_iovas = "reserved_iova_list",
};
