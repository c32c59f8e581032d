/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which mode, who decided it, what overrode that, and what it means for a device today. */
#ifndef IOMMU_CMD_MODE_H
#define IOMMU_CMD_MODE_H

#include "cmd.h"

/* all: findings are counted there, after they are shown here. */
void put_mode(struct context *ctx, const struct inventory *inv, struct findings *all);

#endif
