// SPDX-License-Identifier: GPL-2.0-or-later
/* The registry of vendors. Adding one is a folder in src/format/, a folder here, and a line below. */
#include "vendors.h"

#include "kernel/amd/amd.h"
#include "kernel/intel/intel.h"

const struct vendor *const vendors[] = {
	&amd_vendor,
	&intel_vendor,
	NULL,
};
