/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of `iommu acpi`. */
#ifndef IOMMU_CMD_FIRMWARE_H
#define IOMMU_CMD_FIRMWARE_H

#include "cmd.h"

#include "iommu/firmware.h"

/* firmware_text.c: the table as an object under its own key, and what is damaged in it. */
void put_firmware(struct context *ctx, const struct acpi_table *acpi,
		  const struct firmware *firmware);

/* The list "blocks" alone, of what a driver keeps of the table, and what is damaged in it. */
void put_kept_blocks(struct context *ctx, const struct firmware *firmware);

/* ---- unity.c ---- */

/* Asks whether the table that the device is on now maps the range one to one, with these permissions; the answer is
 * one more struct unity_row of the list. */
void ask_unity(struct context *ctx, const struct device *dev, const struct unity_range *range,
	       struct ptrs *rows);

struct unity_result {
	unsigned nr_wrong;
	bool whole; /* everything that was asked could be answered */
};

/* The list "unity" of such answers, and behind it what is wrong with them. On screen, without -v, devices for which
 * all is alike share a row. */
struct unity_result put_unity_rows(struct context *ctx, const struct ptrs *rows);

/* The same of every range that firmware wants for every device. */
struct unity_result put_wanted_ranges(struct context *ctx, const struct firmware *firmware);

#endif
