/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds groups for user space, in a line each: for `iommu status`. */
#ifndef IOMMU_CMD_OWNERS_H
#define IOMMU_CMD_OWNERS_H

#include "cmd.h"

void put_owners(struct context *ctx, const struct inventory *inv);

#endif
