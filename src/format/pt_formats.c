// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of page-table formats that are no vendor's own: those of processors. */
#include "iommu/pt_format.h"

const struct pt_format *const pt_formats[] = {
	&x86_64_format,
	NULL,
};
