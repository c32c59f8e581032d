/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that an AMD IOMMU takes for no memory. */
#ifndef IOMMU_FORMAT_AMD_SPECIAL_ADDRESS_H
#define IOMMU_FORMAT_AMD_SPECIAL_ADDRESS_H

#include "iommu/special_range.h"

/* The part of the HyperTransport range that has the address, or else the first one above it; NULL: there is none. */
const struct special_range *amd_special_address(uint64_t address);

#endif
