/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of `iommu acpi`. used: the type of IVHD that Linux takes, 0: not known. */
#ifndef IOMMU_CMD_IVRS_H
#define IOMMU_CMD_IVRS_H

#include "cmd.h"

#include "format/amd/ivrs.h"

/* ivrs_text.c: the table as the object "ivrs", and what is damaged in it. */
void put_ivrs(struct context *ctx, const struct acpi_table *acpi, const struct ivrs_table *table,
	      uint8_t used);

/* ivrs_compare.c: what run time makes of it, as findings. */
void compare_ivrs(struct context *ctx, const struct ivrs_table *table, uint8_t used);

static inline uint32_t sbdf_of(uint16_t segment, uint16_t devid)
{
	return (uint32_t)segment << 16 | devid;
}

/* "a b": a word put behind a line, which may be empty. In the arena. */
const char *join_words(struct context *ctx, const char *line, const char *word);

#endif
