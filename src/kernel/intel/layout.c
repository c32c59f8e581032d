// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Members of the VT-d driver's structs (drivers/iommu/intel/, drivers/iommu/intel-iommu.c and dmar.c before
 * v5.9), a row each. Kernels named in comments are those in whose type information the row was seen; commit ids
 * are left out where they were not at hand.
 */
#include "layout.h"

#include "iommu/layout_rows.h"

#define ROW(id) ((id) - INTEL_FIRST_MEMBER)

static const struct member_row members[] = {
	[ROW(M_INTEL_DRHD_LIST)] = { REQUIRED, { IN("dmar_drhd_unit", "list") } },
	[ROW(M_INTEL_DRHD_SEGMENT)] = { OPTIONAL, { IN("dmar_drhd_unit", "segment") } },
	[ROW(M_INTEL_DRHD_IGNORED)] = { OPTIONAL, { BITS_IN("dmar_drhd_unit", "ignored") } },
	[ROW(M_INTEL_DRHD_IOMMU)] = { REQUIRED, { IN("dmar_drhd_unit", "iommu") } },
	[ROW(M_INTEL_DRHD_HDR)] = { OPTIONAL, { IN("dmar_drhd_unit", "hdr") } },
	[ROW(M_INTEL_DRHD_DEVICES)] = { OPTIONAL, { IN("dmar_drhd_unit", "devices") } },
	[ROW(M_INTEL_DRHD_NR)] = { OPTIONAL, { IN("dmar_drhd_unit", "devices_cnt") } },
	[ROW(M_INTEL_RMRR_LIST)] = { OPTIONAL, { IN("dmar_rmrr_unit", "list") } },
	[ROW(M_INTEL_RMRR_HDR)] = { OPTIONAL, { IN("dmar_rmrr_unit", "hdr") } },
	[ROW(M_INTEL_RMRR_BASE)] = { OPTIONAL, { IN("dmar_rmrr_unit", "base_address") } },
	[ROW(M_INTEL_RMRR_END)] = { OPTIONAL, { IN("dmar_rmrr_unit", "end_address") } },
	[ROW(M_INTEL_RMRR_DEVICES)] = { OPTIONAL, { IN("dmar_rmrr_unit", "devices") } },
	[ROW(M_INTEL_RMRR_NR)] = { OPTIONAL, { IN("dmar_rmrr_unit", "devices_cnt") } },
	[ROW(M_INTEL_ATSR_LIST)] = { OPTIONAL, { IN("dmar_atsr_unit", "list") } },
	[ROW(M_INTEL_ATSR_HDR)] = { OPTIONAL, { IN("dmar_atsr_unit", "hdr") } },
	[ROW(M_INTEL_ATSR_DEVICES)] = { OPTIONAL, { IN("dmar_atsr_unit", "devices") } },
	[ROW(M_INTEL_ATSR_NR)] = { OPTIONAL, { IN("dmar_atsr_unit", "devices_cnt") } },
	/* 6.1 and later */
	[ROW(M_INTEL_SATC_LIST)] = { OPTIONAL, { IN("dmar_satc_unit", "list") } },
	[ROW(M_INTEL_SATC_HDR)] = { OPTIONAL, { IN("dmar_satc_unit", "hdr") } },
	[ROW(M_INTEL_SATC_DEVICES)] = { OPTIONAL, { IN("dmar_satc_unit", "devices") } },
	[ROW(M_INTEL_SATC_NR)] = { OPTIONAL, { IN("dmar_satc_unit", "devices_cnt") } },
	/* The struct is declared in <linux/dmar.h>: of every kernel. */
	[ROW(M_INTEL_SCOPE_DEV)] = { OPTIONAL, { IN("dmar_dev_scope", "dev") } },
	[ROW(M_INTEL_SCOPE_DEVFN)] = { OPTIONAL, { IN("dmar_dev_scope", "devfn") } },
	[ROW(M_INTEL_IOMMU_REG_PHYS)] = { OPTIONAL, { IN("intel_iommu", "reg_phys") } },
	[ROW(M_INTEL_IOMMU_CAP)] = { REQUIRED, { IN("intel_iommu", "cap") } },
	[ROW(M_INTEL_IOMMU_ECAP)] = { REQUIRED, { IN("intel_iommu", "ecap") } },
	/* 5.10 and later */
	[ROW(M_INTEL_IOMMU_VCCAP)] = { OPTIONAL, { IN("intel_iommu", "vccap") } },
	/* 6.12 and later: four registers */
	[ROW(M_INTEL_IOMMU_ECMDCAP)] = { OPTIONAL, { IN("intel_iommu", "ecmdcap") } },
	[ROW(M_INTEL_IOMMU_GCMD)] = { OPTIONAL, { IN("intel_iommu", "gcmd") } },
	[ROW(M_INTEL_IOMMU_SEQ_ID)] = { OPTIONAL, { IN("intel_iommu", "seq_id") } },
	[ROW(M_INTEL_IOMMU_NODE)] = { OPTIONAL, { IN("intel_iommu", "node") } },
	[ROW(M_INTEL_IOMMU_NAME)] = { OPTIONAL, { IN("intel_iommu", "name") } },
	[ROW(M_INTEL_IOMMU_ROOT)] = { REQUIRED, { IN("intel_iommu", "root_entry") } },
	/* Up to 6.12: a bitmap of the ids in use. */
	[ROW(M_INTEL_IOMMU_DOMAIN_IDS)] = { OPTIONAL, { IN("intel_iommu", "domain_ids") } },
	/* 6.18 and later */
	[ROW(M_INTEL_IOMMU_DOMAIN_IDA)] = { OPTIONAL, { IN("intel_iommu", "domain_ida") } },
	/* Up to 5.10: by the id, in pages of pointers. */
	[ROW(M_INTEL_IOMMU_DOMAINS)] = { OPTIONAL, { IN("intel_iommu", "domains") } },
	/* 6.1 and later: a bit for each bus and function; before, a bit of each context entry */
	[ROW(M_INTEL_IOMMU_COPIED)] = { OPTIONAL, { IN("intel_iommu", "copied_tables") } },
	[ROW(M_INTEL_IOMMU_CORE)] = { OPTIONAL, { IN("intel_iommu", "iommu") } },
	[ROW(M_INTEL_IOMMU_FLAGS)] = { OPTIONAL, { IN("intel_iommu", "flags") } },
	[ROW(M_INTEL_IOMMU_QI)] = { OPTIONAL, { IN("intel_iommu", "qi") } },
	[ROW(M_INTEL_IOMMU_PRQ)] = { OPTIONAL, { IN("intel_iommu", "prq") } },
	/* 6.1 and later (v5.14) */
	[ROW(M_INTEL_IOMMU_PRQ_NUMBER)] = { OPTIONAL, { IN("intel_iommu", "prq_seq_number") } },
	[ROW(M_INTEL_QI_DESC)] = { OPTIONAL, { IN("q_inval", "desc") } },
	[ROW(M_INTEL_QI_STATUS)] = { OPTIONAL, { IN("q_inval", "desc_status") } },
	[ROW(M_INTEL_QI_FREE_HEAD)] = { OPTIONAL, { IN("q_inval", "free_head") } },
	[ROW(M_INTEL_QI_FREE_TAIL)] = { OPTIONAL, { IN("q_inval", "free_tail") } },
	[ROW(M_INTEL_QI_FREE_COUNT)] = { OPTIONAL, { IN("q_inval", "free_cnt") } },
	[ROW(M_INTEL_INFO_SEGMENT)] = { OPTIONAL, { IN("device_domain_info", "segment") } },
	[ROW(M_INTEL_INFO_BUS)] = { REQUIRED, { IN("device_domain_info", "bus") } },
	[ROW(M_INTEL_INFO_DEVFN)] = { REQUIRED, { IN("device_domain_info", "devfn") } },
	[ROW(M_INTEL_INFO_IOMMU)] = { REQUIRED, { IN("device_domain_info", "iommu") } },
	[ROW(M_INTEL_INFO_DOMAIN)] = { REQUIRED, { IN("device_domain_info", "domain") } },
	/* 6.12 and later: a domain that is static leaves `domain` null */
	[ROW(M_INTEL_INFO_ATTACHED)] = { OPTIONAL,
					 { BITS_IN("device_domain_info", "domain_attached") } },
	[ROW(M_INTEL_INFO_ATS)] = { OPTIONAL, { BITS_IN("device_domain_info", "ats_enabled") } },
	[ROW(M_INTEL_INFO_ATS_QDEP)] = { OPTIONAL, { IN("device_domain_info", "ats_qdep") } },
	[ROW(M_INTEL_INFO_PRI)] = { OPTIONAL, { BITS_IN("device_domain_info", "pri_enabled") } },
	[ROW(M_INTEL_INFO_PASID)] = { OPTIONAL, { BITS_IN("device_domain_info", "pasid_enabled") } },
	[ROW(M_INTEL_INFO_PASID_TABLE)] = { OPTIONAL, { IN("device_domain_info", "pasid_table") } },
	[ROW(M_INTEL_PASID_TABLE_TABLE)] = { OPTIONAL, { IN("pasid_table", "table") } },
	[ROW(M_INTEL_PASID_TABLE_MAX)] = { OPTIONAL, { IN("pasid_table", "max_pasid") } },
	[ROW(M_INTEL_OPS_IDENTITY)] = { OPTIONAL, { IN("iommu_ops", "identity_domain") } },
	[ROW(M_INTEL_OPS_BLOCKED)] = { OPTIONAL, { IN("iommu_ops", "blocked_domain") } },
	[ROW(M_INTEL_DOMAIN_DOMAIN)] = { REQUIRED, { IN("dmar_domain", "domain") } },
	/* Up to 6.18: the top table and its width. */
	[ROW(M_INTEL_DOMAIN_PGD)] = { OPTIONAL, { IN("dmar_domain", "pgd") } },
	[ROW(M_INTEL_DOMAIN_AGAW)] = { OPTIONAL, { IN("dmar_domain", "agaw") } },
	/* 5.10 and 6.1; then a bit-field */
	[ROW(M_INTEL_DOMAIN_FLAGS)] = { OPTIONAL, { IN("dmar_domain", "flags") } },
	[ROW(M_INTEL_DOMAIN_FIRST_LEVEL)] = { OPTIONAL,
					      { BITS_IN("dmar_domain", "use_first_level") } },
	/* 7.2, 7.3: the generic page table */
	[ROW(M_INTEL_DOMAIN_SECOND_TOP)] = { OPTIONAL,
					     { IN("dmar_domain",
						  "sspt.vtdss_pt.common.top_of_table") } },
	[ROW(M_INTEL_DOMAIN_FIRST_TOP)] = { OPTIONAL,
					    { IN("dmar_domain",
						 "fspt.x86_64_pt.common.top_of_table") } },
	/* 6.1 and later */
	[ROW(M_INTEL_DOMAIN_UNITS)] = { OPTIONAL, { IN("dmar_domain", "iommu_array.xa_head") } },
	/* 4.18 and 5.10 */
	[ROW(M_INTEL_DOMAIN_DIDS)] = { OPTIONAL, { IN("dmar_domain", "iommu_did") } },
	[ROW(M_INTEL_DOMAIN_REFCNTS)] = { OPTIONAL, { IN("dmar_domain", "iommu_refcnt") } },
	[ROW(M_INTEL_DOMAIN_INFO_IOMMU)] = { OPTIONAL, { IN("iommu_domain_info", "iommu") } },
	[ROW(M_INTEL_DOMAIN_INFO_DID)] = { OPTIONAL, { IN("iommu_domain_info", "did") } },
	/* 4.18 and 5.10 */
	[ROW(M_INTEL_DOMAIN_IOVAD)] = { OPTIONAL, { IN("dmar_domain", "iovad") } },
	[ROW(M_IOMMU_DOMAIN_OPS)] = { OPTIONAL, { IN("iommu_domain", "ops") } },
	/* With CONFIG_IRQ_REMAP */
	[ROW(M_INTEL_IOMMU_IR_DOMAIN)] = { OPTIONAL, { IN("intel_iommu", "ir_domain") } },
	[ROW(M_INTEL_IOMMU_IR_TABLE)] = { OPTIONAL, { IN("intel_iommu", "ir_table") } },
	[ROW(M_INTEL_IR_TABLE_BASE)] = { OPTIONAL, { IN("ir_table", "base") } },
	[ROW(M_INTEL_IR_TABLE_BITMAP)] = { OPTIONAL, { IN("ir_table", "bitmap") } },
	[ROW(M_INTEL_IR_DATA_INDEX)] = { OPTIONAL,
					 { IN("intel_ir_data", "irq_2_iommu.irte_index") } },
	[ROW(M_INTEL_IR_DATA_SUB_HANDLE)] = { OPTIONAL,
					      { IN("intel_ir_data", "irq_2_iommu.sub_handle") } },
	[ROW(M_INTEL_IR_DATA_MASK)] = { OPTIONAL,
					{ IN("intel_ir_data", "irq_2_iommu.irte_mask") } },
	[ROW(M_INTEL_IR_DATA_ENTRY)] = { OPTIONAL, { IN("intel_ir_data", "irte_entry") } },
	[ROW(M_INTEL_IOAPIC_IOMMU)] = { OPTIONAL, { IN("ioapic_scope", "iommu") } },
	[ROW(M_INTEL_IOAPIC_ID)] = { OPTIONAL, { IN("ioapic_scope", "id") } },
	[ROW(M_INTEL_IOAPIC_BUS)] = { OPTIONAL, { IN("ioapic_scope", "bus") } },
	[ROW(M_INTEL_IOAPIC_DEVFN)] = { OPTIONAL, { IN("ioapic_scope", "devfn") } },
	[ROW(M_INTEL_HPET_IOMMU)] = { OPTIONAL, { IN("hpet_scope", "iommu") } },
	[ROW(M_INTEL_HPET_ID)] = { OPTIONAL, { IN("hpet_scope", "id") } },
	[ROW(M_INTEL_HPET_BUS)] = { OPTIONAL, { IN("hpet_scope", "bus") } },
	[ROW(M_INTEL_HPET_DEVFN)] = { OPTIONAL, { IN("hpet_scope", "devfn") } },
	[ROW(M_INTEL_VCPU_VCPU)] = { OPTIONAL, { IN_MODULE("kvm_intel", "vcpu_vmx", "vcpu") } },
	/* 6.18 and later: in a struct that TDX's virtual CPUs have too */
	[ROW(M_INTEL_VCPU_DESCRIPTOR)] = { OPTIONAL,
					   { IN_MODULE("kvm_intel", "vcpu_vmx", "vt.pi_desc"),
					     IN_MODULE("kvm_intel", "vcpu_vmx", "pi_desc") } },
};

const struct layout_table intel_layout = {
	INTEL_FIRST_MEMBER, sizeof(members) / sizeof(members[0]), members,
};
