// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which memory a table leads to, in blocks: a question that costs little more than reading the table, after which few
 * blocks are left to be looked at entry by entry. A block that is not marked is not reached; one that is may be.
 */
#include "pt_touched.h"

/* Behind the last block: what lies above them all. */
static uint64_t above(const struct pt_touched *touched)
{
	return touched->nr;
}

size_t pt_touched_bytes(uint64_t nr)
{
	return (size_t)nr + 1;
}

/* No entry leads above the last block: bits of all of them together tell. */
static bool all_are_below(const struct pt_touched *touched, const uint64_t *raw, unsigned nr, uint64_t mask)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < nr; i++)
		all |= raw[i];
	return (all & mask) >> PT_TOUCHED_LG2 < above(touched);
}

/* Without a branch: empty entries mark the first block, which is always taken to be reached. */
void pt_touch_entries(struct pt_touched *touched, const struct pt_root *root, const uint64_t *raw, unsigned nr)
{
	const uint64_t mask = root->format->leaf_address & ~root->enc_mask, last = above(touched);
	uint8_t *const blocks = touched->blocks;

	if (all_are_below(touched, raw, nr, mask)) {
		for (unsigned i = 0; i < nr; i++)
			blocks[(raw[i] & mask) >> PT_TOUCHED_LG2] = 1;
		return;
	}
	for (unsigned i = 0; i < nr; i++) {
		uint64_t block = (raw[i] & mask) >> PT_TOUCHED_LG2;

		blocks[block < last ? block : last] = 1;
	}
}

void pt_touch(struct pt_touched *touched, struct pa first, uint64_t bytes)
{
	uint64_t block = first.v >> PT_TOUCHED_LG2, end = (first.v + (bytes - 1)) >> PT_TOUCHED_LG2;

	if (end >= above(touched))
		touched->blocks[above(touched)] = 1;
	for (; block <= end && block < touched->nr; block++)
		touched->blocks[block] = 1;
}

bool pt_is_touched(const struct pt_touched *touched, struct pa first, struct pa last)
{
	uint64_t block = first.v >> PT_TOUCHED_LG2, end = last.v >> PT_TOUCHED_LG2;

	if (!block || (end >= above(touched) && touched->blocks[above(touched)]))
		return true;
	for (; block <= end && block < touched->nr; block++) {
		if (touched->blocks[block])
			return true;
	}
	return false;
}
