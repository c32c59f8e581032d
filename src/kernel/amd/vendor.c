// SPDX-License-Identifier: GPL-2.0-or-later
/* The AMD driver (drivers/iommu/amd/, drivers/iommu/amd_iommu*.c before v5.9) as a vendor. */
#include "amd.h"

#include "format/amd/fault_line.h"
#include "format/amd/pt.h"
#include "format/amd/records.h"

/* Linux drivers/iommu/amd/init.c: iommu_device_sysfs_add(..., "ivhd%d", iommu->index). */
static const char *const unit_names[] = { "ivhd", NULL };

static const char *const command_line_words[] = { "ivrs_", NULL };
static const char *const log_words[] = { "amd_iommu_dump", NULL };

static const struct pt_format *const formats[] = { &amdv1_format, &amdv2_format, NULL };
static const struct pasid_format *const pasid_formats[] = { &amd_gcr3_tables, NULL };

static bool is_active(struct kernel *k)
{
	struct kva head;
	uint64_t next;

	return !failed(kernel_symbol(k, "amd_iommu_list", &head)) &&
	       !failed(kernel_read_number(k, head, 8, &next)) && next && next != head.v;
}

const struct vendor amd_vendor = {
	.name = "AMD-Vi",
	.unit_struct = "amd_iommu",
	.domain_struct = "protection_domain",
	.unit_names = unit_names,
	.command_line_words = command_line_words,
	.log_words = log_words,
	.driver_symbol = "amd_iommu_list",
	.layout = &amd_layout,
	.records = amd_records,
	.formats = formats,
	.pasid_formats = pasid_formats,
	.is_active = is_active,
	.collect_units = amd_collect_units,
	.core_of_unit = amd_core_of_unit,
	.unit_facts = amd_unit_facts,
	.unit_features = amd_unit_features,
	.device_facts = amd_device_facts,
	.stream_of_pci = amd_stream_of_pci,
	.special_streams = amd_special_streams,
	.driver_facts = amd_driver_facts,
	.driver_pasids = amd_driver_pasids,
	.read_entry = amd_read_entry,
	.entry_tables = amd_entry_tables,
	.scan_entries = amd_scan_entries,
	.special_range = amd_special_range,
	.entry_columns = amd_entry_columns,
	.entries_say_irqs = true,
	.entries_say_permissions = true,
	.domain_facts = amd_domain_facts,
	.more_domains = amd_more_domains,
	.iova_domain = amd_iova_domain,
	.reserved_iovas = "reserved_iova_ranges",
	.id_allocators = amd_id_allocators,
	.reserved_regions = amd_reserved_regions,
	.irq_domain = amd_irq_domain,
	.irq_use = amd_irq_use,
	.irq_entry_bytes = amd_irq_entry_bytes,
	.irq_table = amd_irq_table,
	.decode_irq_entry = amd_decode_irq_entry,
	.posted_to = amd_posted_to,
	.vm_facts = amd_vm_facts,
	.queues = amd_queues,
	.fault_line = amd_fault_line,
	.command_words = amd_command_words,
	.firmware_signature = "IVRS",
	.read_firmware = amd_read_firmware,
	.flushes_lazily = amd_flushes_lazily,
	.refuses_type = amd_refuses_type,
	.mode_reasons = amd_mode_reasons,
};
