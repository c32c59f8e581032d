/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records that are no vendor's own; those of a vendor stand in its folder (src/format/VENDOR/records.h).
 * See iommu/record.h for how to add one.
 */
#ifndef IOMMU_RECORDS_H
#define IOMMU_RECORDS_H

#include "iommu/record.h"

extern const struct record x86_pte_record;

/* All of them, NULL at the end: what the lint goes through. */
extern const struct record *const common_records[];

#endif
