/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shape of a page table, and the only place that computes with it: what an entry of a level
 * spans, how many entries a table has, what the whole table reaches.
 *
 * A format (iommu/pt_format.h) says how large its smallest page and its tables are. At which level a
 * table starts is said by its root, and the top table need not be one whole table: ARM puts up to 16
 * of them side by side for a few more bits of address, and for a few less the top table is only that
 * part of one which can be reached.
 */
#ifndef IOMMU_PT_GEOMETRY_H
#define IOMMU_PT_GEOMETRY_H

#include "iommu/pt_format.h"

/* A page table: everything that a walk needs to know. */
struct pt_root {
	const struct pt_format *format;
	struct pa table;	/* the top table */
	uint8_t levels;		/* 1..format->max_levels */
	uint8_t top_index_lg2;	/* log2 of the top table's number of entries; 0: as the format has it */
	bool sign_extended;	/* IOVA bits above the table repeat its highest one, as a CPU's do. Such a
				 * table has two entries at the top, one for each half, or more. */
	uint64_t enc_mask;	/* address bits that mark encrypted memory, or 0 */
	uint64_t max_tables;	/* more tables than the machine has page frames is a broken graph */
};

/* log2 of the bytes that one entry of a level spans: with pages of 4 KiB and tables of 512 entries,
 * 12 at level 1 and 21 at level 2. */
static inline unsigned pt_span_lg2(const struct pt_format *format, unsigned level)
{
	return format->page_lg2 + format->index_lg2 * (level - 1);
}

/* log2 of the bytes that the whole table reaches, at most the format's width. */
static inline unsigned pt_reach_lg2(const struct pt_root *root)
{
	const struct pt_format *format = root->format;
	unsigned index_lg2 = root->top_index_lg2 ? root->top_index_lg2 : format->top_index_lg2;
	unsigned lg2 =
		pt_span_lg2(format, root->levels) + (index_lg2 ? index_lg2 : format->index_lg2);

	return lg2 < format->address_bits ? lg2 : format->address_bits;
}

/* log2 of the number of entries that a table of a level has. Of the top table: that an address can
 * select, since the format's width may end inside it. */
static inline unsigned pt_index_lg2(const struct pt_root *root, unsigned level)
{
	if (level == root->levels)
		return pt_reach_lg2(root) - pt_span_lg2(root->format, level);
	return root->format->index_lg2;
}

static inline unsigned pt_nr_entries(const struct pt_root *root, unsigned level)
{
	return 1u << pt_index_lg2(root, level);
}

#endif
