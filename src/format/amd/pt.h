/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page-table formats of AMD's IOMMU: see iommu/pt_format.h. */
#ifndef IOMMU_FORMAT_AMD_PT_H
#define IOMMU_FORMAT_AMD_PT_H

#include "iommu/pt_format.h"

extern const struct pt_format amdv1_format; /* host translation */
extern const struct pt_format amdv2_format; /* guest translation: the processor's own format */
/* A table that is indexed by PASID: to a walk, a page table whose pages are one PASID each (see
 * pasid_to_iova()) and are top tables of amdv2_format. */
extern const struct pt_format gcr3_format;

#endif
