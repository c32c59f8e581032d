/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every record of AMD's specification that this plugin decodes; see iommu/record.h for how to add one. */
#ifndef IOMMU_FORMAT_AMD_RECORDS_H
#define IOMMU_FORMAT_AMD_RECORDS_H

#include "iommu/record.h"

extern const struct record amd_dte_record;
extern const struct record amd_pte_record;
extern const struct record amd_pde_record;
extern const struct record amd_gcr3_record;
extern const struct record amd_cap_record;
extern const struct record amd_efr_record;
extern const struct record amd_efr2_record;
extern const struct record amd_irte32_record;
extern const struct record amd_irte128_record;
extern const struct record amd_irte_vapic_record;
extern const struct record amd_event_illegal_dte_record;
extern const struct record amd_event_page_fault_record;
extern const struct record amd_event_guest_page_fault_record;
extern const struct record amd_event_dev_tab_error_record;
extern const struct record amd_event_page_tab_error_record;
extern const struct record amd_event_illegal_command_record;
extern const struct record amd_event_command_error_record;
extern const struct record amd_event_iotlb_timeout_record;
extern const struct record amd_event_invalid_device_record;
extern const struct record amd_event_invalid_translation_record; /* TR=1 */
extern const struct record amd_event_invalid_ppr_record;
extern const struct record amd_event_counter_zero_record;
extern const struct record amd_event_guest_event_record;
extern const struct record amd_event_viommu_error_record;
extern const struct record amd_event_rmp_fault_record;
extern const struct record amd_event_rmp_error_record;
extern const struct record amd_command_completion_wait_record;
extern const struct record amd_command_invalidate_dte_record;
extern const struct record amd_command_invalidate_pages_record;
extern const struct record amd_command_invalidate_iotlb_record;
extern const struct record amd_command_invalidate_irt_record;
extern const struct record amd_command_prefetch_record;
extern const struct record amd_command_complete_ppr_record;
extern const struct record amd_command_invalidate_all_record;
extern const struct record amd_command_guest_event_record;
extern const struct record amd_command_reset_vmmio_record;
extern const struct record amd_ppr_page_request_record;
extern const struct record amd_ga_log_not_running_record;
extern const struct record amd_ivinfo_record;
extern const struct record amd_ivhd10_record;
extern const struct record amd_ivhd11_record;
extern const struct record amd_ivmd_record;
extern const struct record amd_ivrs_pad4_record;
extern const struct record amd_ivrs_pad8_record;
extern const struct record amd_ivrs_device4_record;
extern const struct record amd_ivrs_range_end_record;
extern const struct record amd_ivrs_alias_record;
extern const struct record amd_ivrs_extended_record;
extern const struct record amd_ivrs_special_record;

/* All of them, NULL at the end: what the lint goes through. */
extern const struct record *const amd_records[];

#endif
