/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every hardware record that this plugin decodes; see iommu/record.h for how to add one. */
#ifndef IOMMU_RECORDS_H
#define IOMMU_RECORDS_H

#include "iommu/record.h"

extern const struct record amd_dte_record;
extern const struct record amd_pte_record;
extern const struct record amd_pde_record;
extern const struct record x86_pte_record;

/* NULL at the end; what the lint and the field manual go through. */
extern const struct record *const all_records[];

#endif
