/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an AMD IOMMU can do, in the short words of the kernel's boot line. */
#ifndef IOMMU_FORMAT_AMD_EFR_H
#define IOMMU_FORMAT_AMD_EFR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "records.h"

#define AMD_MAX_FEATURE_NAMES 16

/* Fills ret with constant words; returns how many. */
size_t amd_feature_names(uint64_t efr, const char *ret[AMD_MAX_FEATURE_NAMES]);

/* fd00000000 to ffffffffff is memory like any other: HyperTransport's special range does not apply. */
bool amd_ht_range_is_ignored(uint64_t efr2);

/* EFR: memory of confidential guests is kept from devices (SNP). */
bool amd_supports_snp(uint64_t efr);

#endif
