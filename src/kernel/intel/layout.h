/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which members of the VT-d driver's structs the plugin uses; see iommu/layout.h. */
#ifndef IOMMU_KERNEL_INTEL_LAYOUT_H
#define IOMMU_KERNEL_INTEL_LAYOUT_H

#include "iommu/layout.h"

#define INTEL_FIRST_MEMBER (2 * LAYOUT_RANGE)

enum intel_member_id {
	M_INTEL_DRHD_LIST = INTEL_FIRST_MEMBER,
	M_INTEL_DRHD_SEGMENT,
	M_INTEL_DRHD_IGNORED,
	M_INTEL_DRHD_IOMMU,
	M_INTEL_DRHD_HDR,	/* the driver's copy of the firmware's block */
	M_INTEL_DRHD_DEVICES,	/* struct dmar_dev_scope: those of its devices that are there */
	M_INTEL_DRHD_NR,
	M_INTEL_RMRR_LIST,
	M_INTEL_RMRR_HDR,	/* the block where the kernel has the table mapped */
	M_INTEL_RMRR_BASE,
	M_INTEL_RMRR_END,
	M_INTEL_RMRR_DEVICES,
	M_INTEL_RMRR_NR,
	M_INTEL_ATSR_LIST,
	M_INTEL_ATSR_HDR,
	M_INTEL_ATSR_DEVICES,
	M_INTEL_ATSR_NR,
	M_INTEL_SATC_LIST,
	M_INTEL_SATC_HDR,
	M_INTEL_SATC_DEVICES,
	M_INTEL_SATC_NR,
	M_INTEL_SCOPE_DEV,	/* of struct dmar_dev_scope */
	M_INTEL_SCOPE_DEVFN,
	M_INTEL_IOMMU_REG_PHYS,
	M_INTEL_IOMMU_CAP,
	M_INTEL_IOMMU_ECAP,
	M_INTEL_IOMMU_VCCAP,
	M_INTEL_IOMMU_ECMDCAP,
	M_INTEL_IOMMU_GCMD,
	M_INTEL_IOMMU_SEQ_ID,
	M_INTEL_IOMMU_NODE,	/* the memory node that it is near to, by an RHSA */
	M_INTEL_IOMMU_NAME,
	M_INTEL_IOMMU_ROOT,
	M_INTEL_IOMMU_DOMAIN_IDS,
	M_INTEL_IOMMU_DOMAIN_IDA,
	M_INTEL_IOMMU_DOMAINS,
	M_INTEL_IOMMU_CORE,	/* its struct iommu_device */
	M_INTEL_IOMMU_COPIED,	/* copied_tables */
	M_INTEL_IOMMU_FLAGS,
	M_INTEL_IOMMU_QI,
	M_INTEL_IOMMU_PRQ,
	M_INTEL_IOMMU_PRQ_NUMBER,
	M_INTEL_QI_DESC,	/* of struct q_inval */
	M_INTEL_QI_STATUS,
	M_INTEL_QI_FREE_HEAD,
	M_INTEL_QI_FREE_TAIL,
	M_INTEL_QI_FREE_COUNT,
	M_INTEL_INFO_SEGMENT,
	M_INTEL_INFO_BUS,
	M_INTEL_INFO_DEVFN,
	M_INTEL_INFO_IOMMU,
	M_INTEL_INFO_DOMAIN,
	M_INTEL_INFO_ATTACHED,
	M_INTEL_INFO_ATS,
	M_INTEL_INFO_ATS_QDEP,
	M_INTEL_INFO_PRI,
	M_INTEL_INFO_PASID,
	M_INTEL_INFO_PASID_TABLE,
	M_INTEL_PASID_TABLE_TABLE, /* its directory */
	M_INTEL_PASID_TABLE_MAX,
	M_INTEL_OPS_IDENTITY,	/* of struct iommu_ops: the driver's static domains */
	M_INTEL_OPS_BLOCKED,
	M_INTEL_DOMAIN_DOMAIN,
	M_INTEL_DOMAIN_PGD,
	M_INTEL_DOMAIN_AGAW,
	M_INTEL_DOMAIN_FLAGS,
	M_INTEL_DOMAIN_FIRST_LEVEL,
	M_INTEL_DOMAIN_SECOND_TOP, /* top_of_table of the generic page table, vtdss */
	M_INTEL_DOMAIN_FIRST_TOP,  /* the same, x86_64 */
	M_INTEL_DOMAIN_UNITS,	   /* an xarray by the unit's number */
	M_INTEL_DOMAIN_DIDS,	   /* before it: an array by the unit's number */
	M_INTEL_DOMAIN_REFCNTS,
	M_INTEL_DOMAIN_INFO_IOMMU,
	M_INTEL_DOMAIN_INFO_DID,
	M_IOMMU_DOMAIN_OPS,
	M_INTEL_DOMAIN_IOVAD,
	M_INTEL_IOMMU_IR_DOMAIN,
	M_INTEL_IOMMU_IR_TABLE,
	M_INTEL_IR_TABLE_BASE,
	M_INTEL_IR_TABLE_BITMAP,
	M_INTEL_IR_DATA_INDEX,
	M_INTEL_IR_DATA_SUB_HANDLE,
	M_INTEL_IR_DATA_MASK,	/* log2 of the slots that were handed out together */
	M_INTEL_IR_DATA_ENTRY,	/* what the driver made of the entry */
	M_INTEL_IOAPIC_IOMMU,
	M_INTEL_IOAPIC_ID,
	M_INTEL_IOAPIC_BUS,
	M_INTEL_IOAPIC_DEVFN,
	M_INTEL_HPET_IOMMU,
	M_INTEL_HPET_ID,
	M_INTEL_HPET_BUS,
	M_INTEL_HPET_DEVFN,
	M_INTEL_VCPU_VCPU,	/* struct kvm_vcpu in kvm_intel's struct vcpu_vmx */
	M_INTEL_VCPU_DESCRIPTOR,
	M_INTEL_VM_TYPE,	/* of a struct kvm; from v6.8 on */
	M_INTEL_TDX_VCPU,	/* as of struct vcpu_vmx, for the virtual CPUs of trust domains: struct vcpu_tdx, from
				 * v6.16 on */
	M_INTEL_TDX_DESCRIPTOR,
};

extern const struct layout_table intel_layout;

#endif
