/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page-table formats that the plugin does not have (yet), so that the walker is held to geometries
 * that no x86 IOMMU has: pages of 16 and 64 KiB, tables of up to 8192 entries, top tables that are
 * short, that are several tables side by side, or that the format itself makes wider than others.
 */
#ifndef TESTS_MORE_FORMATS_H
#define TESTS_MORE_FORMATS_H

#include "format/amd/pt.h"
#include "iommu/pt_walk.h"
#include "iommu/vendor.h"

extern const struct pt_format lpae4_format;   /* ARM stage 1, granule of 4 KiB */
extern const struct pt_format lpae16_format;  /* ... 16 KiB */
extern const struct pt_format lpae64_format;  /* ... 64 KiB, 52 bits */
extern const struct pt_format lpae4s2_format; /* ARM stage 2, 4 KiB */
extern const struct pt_format svx4_format;    /* RISC-V second stage: a top table of 2048 entries */

/* A root without its address: of every format, with every number of levels that it can have, then
 * those whose top table is not the format's own. */
struct shape {
	const struct pt_format *format;
	unsigned levels;
	unsigned top_index_lg2; /* as in struct pt_root */
	unsigned nth;
};

/* From a zeroed one to the first, and so on; false after the last. */
bool shape_next(struct shape *shape);

#define FOR_EACH_SHAPE(shape) for (struct shape shape = { 0 }; shape_next(&shape);)

/* The plugin's formats, then those above. */
const struct pt_format *format_nth(unsigned nth);

#define FOR_EACH_FORMAT(format)                                                                    \
	for (unsigned nth_ = 0; nth_ < 100; nth_++)                                                \
		for (const struct pt_format *format = format_nth(nth_); format; format = NULL)

#endif
