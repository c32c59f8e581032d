/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an AMD IOMMU can do, in the short words of the kernel's boot line. */
#ifndef IOMMU_AMD_FEATURES_H
#define IOMMU_AMD_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "iommu/records.h"

#define AMD_MAX_FEATURE_NAMES 16

/* Fills ret with constant words; returns how many. */
size_t amd_feature_names(uint64_t efr, const char *ret[AMD_MAX_FEATURE_NAMES]);

#endif
