/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds groups for user space, in a line each: for `iommu status` and `iommu graph`. */
#ifndef IOMMU_CMD_OWNERS_H
#define IOMMU_CMD_OWNERS_H

#include "cmd.h"

/* Who holds a group that is claimed: "VFIO, pid 817 \"qemu-kvm\"". */
const char *owner_words(struct context *ctx, const struct group *group);

void put_owners(struct context *ctx, const struct inventory *inv);

#endif
