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
	M_INTEL_IOMMU_REG_PHYS,
	M_INTEL_IOMMU_CAP,
	M_INTEL_IOMMU_ECAP,
	M_INTEL_IOMMU_VCCAP,
	M_INTEL_IOMMU_ECMDCAP,
	M_INTEL_IOMMU_GCMD,
	M_INTEL_IOMMU_SEQ_ID,
	M_INTEL_IOMMU_NAME,
	M_INTEL_IOMMU_ROOT,
	M_INTEL_IOMMU_CORE,	/* its struct iommu_device */
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
};

extern const struct layout_table intel_layout;

#endif
