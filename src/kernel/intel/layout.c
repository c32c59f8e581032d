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
	[ROW(M_INTEL_IOMMU_REG_PHYS)] = { OPTIONAL, { IN("intel_iommu", "reg_phys") } },
	[ROW(M_INTEL_IOMMU_CAP)] = { REQUIRED, { IN("intel_iommu", "cap") } },
	[ROW(M_INTEL_IOMMU_ECAP)] = { REQUIRED, { IN("intel_iommu", "ecap") } },
	/* 5.10 and later */
	[ROW(M_INTEL_IOMMU_VCCAP)] = { OPTIONAL, { IN("intel_iommu", "vccap") } },
	/* 6.12 and later: four registers */
	[ROW(M_INTEL_IOMMU_ECMDCAP)] = { OPTIONAL, { IN("intel_iommu", "ecmdcap") } },
	[ROW(M_INTEL_IOMMU_GCMD)] = { OPTIONAL, { IN("intel_iommu", "gcmd") } },
	[ROW(M_INTEL_IOMMU_SEQ_ID)] = { OPTIONAL, { IN("intel_iommu", "seq_id") } },
	[ROW(M_INTEL_IOMMU_NAME)] = { OPTIONAL, { IN("intel_iommu", "name") } },
	[ROW(M_INTEL_IOMMU_ROOT)] = { REQUIRED, { IN("intel_iommu", "root_entry") } },
	[ROW(M_INTEL_IOMMU_CORE)] = { OPTIONAL, { IN("intel_iommu", "iommu") } },
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
};

const struct layout_table intel_layout = {
	INTEL_FIRST_MEMBER, sizeof(members) / sizeof(members[0]), members,
};
