/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of `iommu acpi`. */
#ifndef IOMMU_CMD_FIRMWARE_H
#define IOMMU_CMD_FIRMWARE_H

#include "cmd.h"

#include "iommu/firmware.h"

/* firmware_text.c: the table as an object under its own key, and what is damaged in it. */
void put_firmware(struct context *ctx, const struct acpi_table *acpi,
		  const struct firmware *firmware);

/* ---- unity.c ---- */

/* Rows of ranges that devices should reach at their own addresses. Start from { 0 }. */
struct unity_rows {
	bool begun; /* the columns have been announced */
	struct findings findings;
};

/* Between sink_list() and sink_list_end(): does the table that the device is on now map the range one to
 * one, with these permissions? The finding, if it is one, is a note behind the row. */
void put_unity(struct context *ctx, const struct device *dev, const struct unity_range *range,
	       struct unity_rows *rows);

/* The list "unity": every range that firmware wants for every device. */
void put_wanted_ranges(struct context *ctx, const struct firmware *firmware,
		       struct unity_rows *rows);

#endif
