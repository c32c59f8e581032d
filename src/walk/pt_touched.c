// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which memory a table leads to, in blocks: a question that costs little more than reading the table, after which few
 * blocks are left to be looked at entry by entry. A block that is not marked is not reached; one that is may be.
 */
#include "pt_touched.h"

/* Behind the last block: what lies above them all, and where empty entries go. */
static uint64_t above(const struct pt_touched *touched)
{
	return touched->nr;
}

static uint64_t nowhere(const struct pt_touched *touched)
{
	return touched->nr + 1;
}

size_t pt_touched_bytes(uint64_t nr)
{
	return (size_t)nr + 2;
}

void pt_touch_entries(struct pt_touched *touched, const struct pt_root *root, const uint64_t *raw, unsigned nr)
{
	const uint64_t mask = root->format->leaf_address & ~root->enc_mask;
	const uint64_t last = above(touched), none = nowhere(touched);
	uint8_t *const blocks = touched->blocks;

	for (unsigned i = 0; i < nr; i++) {
		uint64_t block = (raw[i] & mask) >> PT_TOUCHED_LG2;

		block = block < last ? block : last;
		blocks[raw[i] ? block : none] = 1;
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

	if (end >= above(touched) && touched->blocks[above(touched)])
		return true;
	for (; block <= end && block < touched->nr; block++) {
		if (touched->blocks[block])
			return true;
	}
	return false;
}
