/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry: every vendor whose folders are in this tree. */
#ifndef IOMMU_KERNEL_VENDORS_H
#define IOMMU_KERNEL_VENDORS_H

#include "iommu/vendor.h"

/* NULL at the end. The one place that names them is vendors.c. */
extern const struct vendor *const vendors[];

/* The tables of struct members: 0 the common one, then that of each vendor. NULL: there is none. */
const struct layout_table *nth_layout_table(unsigned nth);

#endif
