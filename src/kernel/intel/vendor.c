// SPDX-License-Identifier: GPL-2.0-or-later
/* The VT-d driver (drivers/iommu/intel/, drivers/iommu/intel-iommu.c before v5.9) as a vendor. */
#include "intel.h"

#include "format/intel/fault_line.h"
#include "format/intel/pt.h"
#include "format/intel/records.h"

/* Linux drivers/iommu/intel/dmar.c: iommu_device_sysfs_add(..., "%s", iommu->name), "dmar%d". */
static const char *const unit_names[] = { "dmar", NULL };

static const struct pt_format *const formats[] = { &vtdss_of_any.format, NULL };

static const struct pasid_format *const pasid_formats[] = { &intel_pasid_tables, NULL };

const struct vendor intel_vendor = {
	.name = "VT-d",
	.unit_struct = "intel_iommu",
	.domain_struct = "dmar_domain",
	.unit_names = unit_names,
	.driver_symbol = "dmar_drhd_units",
	.layout = &intel_layout,
	.records = intel_records,
	.formats = formats,
	.pasid_formats = pasid_formats,
	.is_active = intel_is_active,
	.collect_units = intel_collect_units,
	.core_of_unit = intel_core_of_unit,
	.unit_facts = intel_unit_facts,
	.unit_features = intel_unit_features,
	.device_facts = intel_device_facts,
	.stream_of_pci = intel_stream_of_pci,
	.driver_facts = intel_driver_facts,
	.driver_pasids = intel_driver_pasids,
	.read_entry = intel_read_entry,
	.entry_tables = intel_entry_tables,
	.scan_entries = intel_scan_entries,
	.tells_inherited = true,
	.domain_facts = intel_domain_facts,
	.iova_domain = intel_iova_domain,
	.reserved_iovas = "reserved_iova_list",
	.queues = intel_queues,
	.fault_line = intel_fault_line,
	.command_words = intel_command_words,
	.dma_is_off = intel_dma_is_off,
	.flushes_lazily = intel_flushes_lazily,
	.mode_reasons = intel_mode_reasons,
	.reserved_regions = intel_reserved_regions,
	.firmware_signature = "DMAR",
	.read_firmware = intel_read_firmware,
	.kept_firmware = intel_kept_firmware,
	.special_streams = intel_special_streams,
	.irq_domain = intel_irq_domain,
	.irq_use = intel_irq_use,
	.irq_entry_bytes = intel_irq_entry_bytes,
	.irq_table = intel_irq_table,
	.irq_table_of_unit = intel_irq_table_of_unit,
	.decode_irq_entry = intel_decode_irq_entry,
	.irq_entry_takes = intel_irq_entry_takes,
	.irq_entry_takers = intel_irq_entry_takers,
	.posted_to = intel_posted_to,
	.more_domains = intel_more_domains,
	.id_allocators = intel_id_allocators,
};
