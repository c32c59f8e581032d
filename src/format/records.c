// SPDX-License-Identifier: GPL-2.0-or-later
#include "iommu/records.h"

const struct record *const all_records[] = {
	&amd_dte_record,
	&amd_pte_record,
	&amd_pde_record,
	&x86_pte_record,
	NULL,
};
