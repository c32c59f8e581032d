// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which memory a table leads to, in blocks: a question that costs little more than reading the table, after which few
 * blocks are left to be looked at entry by entry. A block that is not marked is not reached; one that is may be.
 */
#include "pt_touched.h"

#include "pt_lanes.h"

/* Behind the last block: what lies above them all. */
static uint64_t above(const struct pt_touched *touched)
{
	return touched->nr;
}

size_t pt_touched_bytes(uint64_t nr)
{
	return (size_t)nr + 1;
}

/* Without a branch: empty entries mark the first block, which is always taken to be reached. */
static void touch_below(struct pt_touched *touched, const uint64_t *raw, unsigned nr, uint64_t mask)
{
	uint8_t *const blocks = touched->blocks;

#pragma GCC unroll 8
	for (unsigned i = 0; i < nr; i++)
		blocks[(raw[i] & mask) >> PT_TOUCHED_LG2] = 1;
}

static void touch_any(struct pt_touched *touched, const uint64_t *raw, unsigned nr, uint64_t mask)
{
	for (unsigned i = 0; i < nr; i++) {
		uint64_t block = (raw[i] & mask) >> PT_TOUCHED_LG2;

		touched->blocks[block < above(touched) ? block : above(touched)] = 1;
	}
}

/* Entries often lead to one block all. The bits of all of them together tell whether one may lead above the last. */
void pt_touch_entries(struct pt_touched *touched, const struct pt_root *root, const uint64_t *raw, unsigned nr)
{
	const uint64_t mask = root->format->leaf_address & ~root->enc_mask;
	uint64_t first, differ;

	if (!nr)
		return;
	first = raw[0] & mask;
	differ = pt_differ(raw, nr) & mask;
	if ((first | differ) >> PT_TOUCHED_LG2 >= above(touched))
		touch_any(touched, raw, nr, mask);
	else if (differ >> PT_TOUCHED_LG2)
		touch_below(touched, raw, nr, mask);
	else
		touched->blocks[first >> PT_TOUCHED_LG2] = 1;
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
