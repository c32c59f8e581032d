// SPDX-License-Identifier: GPL-2.0-or-later
#include "iommu/pt_format.h"

#include <string.h>

const struct pt_format *const pt_formats[] = {
	&amdv1_format,
	&x86_64_format,
	&amdv2_format,
	&gcr3_format,
	NULL,
};

const struct pt_format *pt_format_by_name(const char *name)
{
	for (size_t i = 0; pt_formats[i]; i++) {
		if (strcmp(pt_formats[i]->name, name) == 0)
			return pt_formats[i];
	}
	return NULL;
}
