/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that an AMD IOMMU takes for no memory. */
#ifndef IOMMU_FORMAT_AMD_SPECIAL_ADDRESS_H
#define IOMMU_FORMAT_AMD_SPECIAL_ADDRESS_H

#include "iommu/special_range.h"

/* The part of the HyperTransport range around an address; NULL: it is none of it. */
const struct special_range *amd_special_address(uint64_t address);

#endif
