/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a walk that goes through whole tables reads them: in blocks of a fixed number of entries, so
 * that its memory does not depend on how large a format's tables are, and that the part of a table
 * which is in the dump is seen though the rest is not. A block is the smallest page that a dump can
 * lack, and with tables of 4 KiB it is the table.
 */
#ifndef IOMMU_PT_BLOCK_H
#define IOMMU_PT_BLOCK_H

#include "iommu/pt_walk.h"

#define BLOCK_ENTRIES 512u

_Static_assert(BLOCK_ENTRIES * sizeof(uint64_t) == SMALLEST_PAGE_BYTES, "a block is such a page");
_Static_assert(BLOCK_ENTRIES == 1u << PT_MAX_COPIES_LG2, "a page's entries are in one block");

/* The entry after the last one of the block that `index` is in, in a table of nr entries. */
static inline unsigned pt_block_end(unsigned index, unsigned nr)
{
	unsigned end = index - index % BLOCK_ENTRIES + BLOCK_ENTRIES;

	return end < nr ? end : nr;
}

/* Reads the block that `index` is in: entry i of the table gets to block[i % BLOCK_ENTRIES]. */
static inline enum status pt_read_block(struct target *target, struct pa table, unsigned index,
					unsigned nr, uint64_t *block)
{
	unsigned first = index - index % BLOCK_ENTRIES;

	return target_read_pa(target, pa_of(table.v + first * sizeof(*block)), block,
			      (pt_block_end(index, nr) - first) * sizeof(*block));
}

static inline void pt_decode(const struct pt_root *root, uint64_t raw, unsigned level,
			     struct pt_entry *ret)
{
	root->format->decode(root->format, raw, level, root->enc_mask, ret);
}

#endif
