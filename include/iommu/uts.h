/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kernel this is, and on which host: what uname(2) says (Linux include/linux/utsname.h, init_uts_ns). */
#ifndef IOMMU_UTS_H
#define IOMMU_UTS_H

#include "iommu/kernel.h"

/* Each is NULL where it could not be read; all in the command's arena. */
struct uts {
	const char *host, *release, *machine;
};

/* OK, or why not all of it. Without the struct the release still comes from the kernel's banner. */
struct failure kernel_uts(struct kernel *k, struct uts *ret);

/* "6.1.0-18-amd64" from linux_banner, or NULL. */
const char *kernel_banner_release(struct arena *arena, struct target *target);

#endif
