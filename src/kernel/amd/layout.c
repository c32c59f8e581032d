// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Members of the AMD driver's structs (drivers/iommu/amd/, drivers/iommu/amd_iommu*.c before v5.9), a row
 * each. Kernels named in comments are those in whose type information the row was seen; commit ids are
 * left out where they were not at hand.
 */
#include "layout.h"

#include "iommu/layout_rows.h"

#define ROW(id) ((id) - AMD_FIRST_MEMBER)

static const struct member_row members[] = {
	[ROW(M_AMD_IOMMU_LIST)] = { REQUIRED, { IN("amd_iommu", "list") } },
	[ROW(M_AMD_IOMMU_CORE)] = { OPTIONAL, { IN("amd_iommu", "iommu") } },
	[ROW(M_AMD_IOMMU_INDEX)] = { OPTIONAL, { IN("amd_iommu", "index") } },
	[ROW(M_AMD_IOMMU_MMIO_PHYS)] = { OPTIONAL, { IN("amd_iommu", "mmio_phys") } },
	[ROW(M_AMD_IOMMU_DEVID)] = { OPTIONAL, { IN("amd_iommu", "devid") } },
	/* A number of 2 bytes in 4.18 and early 5.10, later a pointer: told apart by its size. */
	[ROW(M_AMD_IOMMU_SEG)] = { OPTIONAL, { IN("amd_iommu", "pci_seg") } },
	[ROW(M_AMD_IOMMU_FEATURES)] = { OPTIONAL, { IN("amd_iommu", "features") } },
	/* 6.1 and later */
	[ROW(M_AMD_IOMMU_FEATURES2)] = { OPTIONAL, { IN("amd_iommu", "features2") } },
	[ROW(M_AMD_IOMMU_CAP)] = { OPTIONAL, { IN("amd_iommu", "cap") } },
	[ROW(M_AMD_IOMMU_CAP_PTR)] = { OPTIONAL, { IN("amd_iommu", "cap_ptr") } },
	[ROW(M_AMD_IOMMU_ACPI_FLAGS)] = { OPTIONAL, { IN("amd_iommu", "acpi_flags") } },
	[ROW(M_AMD_IOMMU_CMD_BUF)] = { REQUIRED, { IN("amd_iommu", "cmd_buf") } },
	[ROW(M_AMD_IOMMU_CMD_BUF_HEAD)] = { OPTIONAL, { IN("amd_iommu", "cmd_buf_head") } },
	[ROW(M_AMD_IOMMU_CMD_BUF_TAIL)] = { OPTIONAL, { IN("amd_iommu", "cmd_buf_tail") } },
	/* 4.18: the semaphore itself; 5.10 and later: a pointer to it, and the value beside it */
	[ROW(M_AMD_IOMMU_CMD_SEM)] = { OPTIONAL, { IN("amd_iommu", "cmd_sem") } },
	[ROW(M_AMD_IOMMU_CMD_SEM_VAL)] = { OPTIONAL, { IN("amd_iommu", "cmd_sem_val") } },
	[ROW(M_AMD_IOMMU_EVT_BUF)] = { REQUIRED, { IN("amd_iommu", "evt_buf") } },
	[ROW(M_AMD_IOMMU_PPR_LOG)] = { REQUIRED, { IN("amd_iommu", "ppr_log") } },
	[ROW(M_AMD_IOMMU_GA_LOG)] = { OPTIONAL, { IN("amd_iommu", "ga_log") } },
	/* Tables per segment: 6.1 and later. Late 5.10 stable kernels have the struct, but only
	 * list and id in it: dev_table decides. */
	[ROW(M_AMD_SEG_LIST)] = { OPTIONAL, { IN("amd_iommu_pci_seg", "list") } },
	[ROW(M_AMD_SEG_ID)] = { OPTIONAL, { IN("amd_iommu_pci_seg", "id") } },
	[ROW(M_AMD_SEG_LAST_BDF)] = { OPTIONAL, { IN("amd_iommu_pci_seg", "last_bdf") } },
	[ROW(M_AMD_SEG_DEV_TABLE)] = { OPTIONAL, { IN("amd_iommu_pci_seg", "dev_table") } },
	[ROW(M_AMD_SEG_ALIAS_TABLE)] = { OPTIONAL, { IN("amd_iommu_pci_seg", "alias_table") } },
	[ROW(M_AMD_SEG_RLOOKUP_TABLE)] = { OPTIONAL, { IN("amd_iommu_pci_seg", "rlookup_table") } },
	[ROW(M_AMD_SEG_DEV_DATA_LIST)] = { OPTIONAL, { IN("amd_iommu_pci_seg", "dev_data_list") } },
	[ROW(M_AMD_SEG_UNITY_MAP)] = { OPTIONAL, { IN("amd_iommu_pci_seg", "unity_map") } },
	[ROW(M_AMD_UNITY_LIST)] = { REQUIRED, { IN("unity_map_entry", "list") } },
	[ROW(M_AMD_UNITY_DEVID_START)] = { REQUIRED, { IN("unity_map_entry", "devid_start") } },
	[ROW(M_AMD_UNITY_DEVID_END)] = { REQUIRED, { IN("unity_map_entry", "devid_end") } },
	[ROW(M_AMD_UNITY_ADDR_START)] = { REQUIRED, { IN("unity_map_entry", "address_start") } },
	[ROW(M_AMD_UNITY_ADDR_END)] = { REQUIRED, { IN("unity_map_entry", "address_end") } },
	[ROW(M_AMD_UNITY_PROT)] = { OPTIONAL, { IN("unity_map_entry", "prot") } },
	[ROW(M_AMD_DEV_DATA_NODE)] = { REQUIRED, { IN("iommu_dev_data", "dev_data_list") } },
	[ROW(M_AMD_DEV_DATA_DOMAIN)] = { REQUIRED, { IN("iommu_dev_data", "domain") } },
	[ROW(M_AMD_DEV_DATA_DEVID)] = { OPTIONAL, { IN("iommu_dev_data", "devid") } },
	/* 6.12 and later: behind a GCR3 table a device has an id of its own, not its domain's */
	[ROW(M_AMD_DEV_DATA_GCR3_DOMID)] = { OPTIONAL, { IN("iommu_dev_data", "gcr3_info.domid") } },
	[ROW(M_AMD_DEV_DATA_GCR3_TABLE)] = { OPTIONAL, { IN("iommu_dev_data", "gcr3_info.gcr3_tbl") } },
	[ROW(M_AMD_DEV_DATA_GCR3_GLX)] = { OPTIONAL, { IN("iommu_dev_data", "gcr3_info.glx") } },
	/* 6.12 and later; up to 6.1 a struct of its own, and no word on PRI and PASID: those went with
	 * domains of the iommu_v2 driver */
	[ROW(M_AMD_DEV_DATA_ATS)] = { OPTIONAL,
				 { BITS_IN("iommu_dev_data", "ats_enabled"),
				   IN("iommu_dev_data", "ats.enabled") } },
	[ROW(M_AMD_DEV_DATA_ATS_QDEP)] = { OPTIONAL,
				      { IN("iommu_dev_data", "ats_qdep"),
					IN("iommu_dev_data", "ats.qdep") } },
	[ROW(M_AMD_DEV_DATA_PRI)] = { OPTIONAL, { BITS_IN("iommu_dev_data", "pri_enabled") } },
	[ROW(M_AMD_DEV_DATA_PASID)] = { OPTIONAL, { BITS_IN("iommu_dev_data", "pasid_enabled") } },
	[ROW(M_AMD_DEV_DATA_MAX_PASIDS)] = { OPTIONAL, { IN("iommu_dev_data", "max_pasids") } },
	[ROW(M_AMD_PDOM_DOMAIN)] = { REQUIRED, { IN("protection_domain", "domain") } },
	[ROW(M_AMD_PDOM_ID)] = { REQUIRED, { IN("protection_domain", "id") } },
	[ROW(M_AMD_PDOM_DEV_LIST)] = { OPTIONAL, { IN("protection_domain", "dev_list") } },
	/* 7.2, 7.3: the generic page table */
	[ROW(M_AMD_PDOM_V1_TOP)] = { OPTIONAL,
				{ IN("protection_domain", "amdv1.amdpt.common.top_of_table") } },
	[ROW(M_AMD_PDOM_V2_TOP)] = { OPTIONAL,
				{ IN("protection_domain",
				     "amdv2.x86_64_pt.common.top_of_table") } },
	/* 6.1, 6.12: struct amd_io_pgtable */
	[ROW(M_AMD_PDOM_IOP_ROOT)] = { OPTIONAL, { IN("protection_domain", "iop.root") } },
	[ROW(M_AMD_PDOM_IOP_MODE)] = { OPTIONAL, { IN("protection_domain", "iop.mode") } },
	[ROW(M_AMD_PDOM_IOP_PGD)] = { OPTIONAL, { IN("protection_domain", "iop.pgd") } },
	/* RHEL 8.2: a pointer, and `mode` beside it; RHEL 8.3 and 5.10: an atomic64_t with the
	 * mode in its low bits, and no `mode` */
	[ROW(M_AMD_PDOM_PT_ROOT)] = { OPTIONAL, { IN("protection_domain", "pt_root") } },
	[ROW(M_AMD_PDOM_PT_PACKED)] = { OPTIONAL, { IN("protection_domain", "pt_root.counter") } },
	[ROW(M_AMD_PDOM_MODE)] = { OPTIONAL, { IN("protection_domain", "mode") } },
	/* 6.12 and later */
	[ROW(M_AMD_PDOM_PD_MODE)] = { OPTIONAL, { IN("protection_domain", "pd_mode") } },
	/* up to 6.1 */
	[ROW(M_AMD_PDOM_GCR3_TABLE)] = { OPTIONAL, { IN("protection_domain", "gcr3_tbl") } },
	[ROW(M_AMD_PDOM_GLX)] = { OPTIONAL, { IN("protection_domain", "glx") } },
	[ROW(M_AMD_IOMMU_IR_DOMAIN)] = { REQUIRED, { IN("amd_iommu", "ir_domain") } },
	[ROW(M_AMD_IR_DATA_DEVID)] = { REQUIRED, { IN("amd_ir_data", "irq_2_irte.devid") } },
	[ROW(M_AMD_IR_DATA_INDEX)] = { REQUIRED, { IN("amd_ir_data", "irq_2_irte.index") } },
	[ROW(M_AMD_DEVID_MAP_LIST)] = { OPTIONAL, { IN("devid_map", "list") } },
	[ROW(M_AMD_DEVID_MAP_ID)] = { OPTIONAL, { IN("devid_map", "id") } },
	/* 2 bytes up to 5.10; later 4, with the segment in them */
	[ROW(M_AMD_DEVID_MAP_DEVID)] = { OPTIONAL, { IN("devid_map", "devid") } },
	[ROW(M_AMD_KVM_SVM_KVM)] = { OPTIONAL, { IN_MODULE("kvm_amd", "kvm_svm", "kvm") } },
	[ROW(M_AMD_KVM_SVM_VM_ID)] = { OPTIONAL, { IN_MODULE("kvm_amd", "kvm_svm", "avic_vm_id") } },
	/* RHEL 8.1, 8.2 */
	[ROW(M_AMD_DMA_OPS_DOMAIN)] = { OPTIONAL, { IN("dma_ops_domain", "domain") } },
	[ROW(M_AMD_DMA_OPS_IOVAD)] = { OPTIONAL, { IN("dma_ops_domain", "iovad") } },
};

const struct layout_table amd_layout = {
	AMD_FIRST_MEMBER, sizeof(members) / sizeof(members[0]), members,
};
