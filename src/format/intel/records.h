/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every record of the VT-d specification that this plugin decodes; see iommu/record.h for how to add one. */
#ifndef IOMMU_FORMAT_INTEL_RECORDS_H
#define IOMMU_FORMAT_INTEL_RECORDS_H

#include "iommu/record.h"

extern const struct record intel_root_record;
extern const struct record intel_sm_root_record;
extern const struct record intel_context_record;
extern const struct record intel_sm_context_record;
extern const struct record intel_pasid_dir_record;
extern const struct record intel_pasid_record;
extern const struct record intel_ss_pte_record;
extern const struct record intel_ss_pde_record;
extern const struct record intel_cap_record;
extern const struct record intel_ecap_record;
extern const struct record intel_vccap_record;
extern const struct record intel_ecmdcap_record;
extern const struct record intel_gcmd_record;
extern const struct record intel_gsts_record;
extern const struct record intel_rtaddr_record;
extern const struct record intel_fsts_record;
extern const struct record intel_iqercd_record;
extern const struct record intel_frcd_record;
extern const struct record intel_irte_record;
extern const struct record intel_irte_posted_record;
extern const struct record intel_pid_record;
extern const struct record intel_qi_context_record;
extern const struct record intel_qi_context_wide_record;
extern const struct record intel_qi_iotlb_record;
extern const struct record intel_qi_iotlb_wide_record;
extern const struct record intel_qi_device_tlb_record;
extern const struct record intel_qi_device_tlb_wide_record;
extern const struct record intel_qi_interrupt_record;
extern const struct record intel_qi_interrupt_wide_record;
extern const struct record intel_qi_wait_record;
extern const struct record intel_qi_wait_wide_record;
extern const struct record intel_qi_pasid_iotlb_record;
extern const struct record intel_qi_pasid_iotlb_wide_record;
extern const struct record intel_qi_pasid_cache_record;
extern const struct record intel_qi_pasid_cache_wide_record;
extern const struct record intel_qi_pasid_device_tlb_record;
extern const struct record intel_qi_pasid_device_tlb_wide_record;
extern const struct record intel_qi_response_record;
extern const struct record intel_qi_response_wide_record;
extern const struct record intel_page_request_record;
extern const struct record intel_dmar_record;
extern const struct record intel_drhd_record;
extern const struct record intel_rmrr_record;
extern const struct record intel_atsr_record;
extern const struct record intel_rhsa_record;
extern const struct record intel_andd_record;
extern const struct record intel_satc_record;
extern const struct record intel_sidp_record;
extern const struct record intel_dmar_scope_record;

/* All of them, NULL at the end: what the lint goes through. */
extern const struct record *const intel_records[];

#endif
