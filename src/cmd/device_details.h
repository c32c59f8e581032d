/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything on one device in one place. */
#ifndef IOMMU_CMD_DEVICE_DETAILS_H
#define IOMMU_CMD_DEVICE_DETAILS_H

#include "cmd.h"

/* As the object "details" of the row that is open; in text, lines below a heading. */
void put_device_details(struct context *ctx, const struct device *dev);

#endif
