/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that firmware wants a device to reach at its own address, against the device's table. */
#ifndef IOMMU_CMD_UNITY_H
#define IOMMU_CMD_UNITY_H

#include "cmd.h"

struct unity_range {
	uint64_t first, last;
	bool read, write;
	const char *by; /* who asks for it: "IVMD +df", "the driver" */
};

/* Between sink_list() and sink_list_end(): columns of the rows. */
void unity_table(struct context *ctx);

/* A row: does the table that the device is on now map the range one to one, with these permissions?
 * Returns whether that is a finding, after the sentence that says so. */
bool put_unity(struct context *ctx, const struct device *dev, const struct unity_range *range);

#endif
