// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of records that are no vendor's own: what an IOMMU shares with the processor. */
#include "iommu/records.h"

const struct record *const common_records[] = {
	&x86_pte_record,
	NULL,
};
