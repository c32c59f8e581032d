/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The target (iommu/target.h) that asks crash, for the file that registers the command. */
#ifndef IOMMU_CRASH_TARGET_H
#define IOMMU_CRASH_TARGET_H

#include "iommu/target.h"

/* The dump or live system that this crash session has open. One per process. */
struct target *crash_target(void);

#endif
