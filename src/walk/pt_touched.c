// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which memory a table leads to, in blocks: a question that costs little more than reading the table, after which few
 * blocks are left to be looked at entry by entry. A block that is not marked is not reached; one that is may be.
 */
#include "pt_touched.h"

#include "pt_block.h"
#include "pt_lanes.h"

#include <string.h>

/* So many blocks cost little to keep; above 16 TiB memory is one block. */
#define FEW_BLOCKS  (1ULL << 21)
#define MOST_BLOCKS (1ULL << 23)

void pt_touched_fit(struct pt_touched *touched, uint64_t end)
{
	unsigned lg2 = PT_TOUCHED_LG2_MIN;

	while (lg2 < PT_TOUCHED_LG2_MAX && end >> lg2 >= FEW_BLOCKS)
		lg2++;
	touched->lg2 = lg2;
	touched->nr = (end >> lg2) + 1 < MOST_BLOCKS ? (end >> lg2) + 1 : MOST_BLOCKS;
}

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
	const unsigned lg2 = touched->lg2;

#pragma GCC unroll 8
	for (unsigned i = 0; i < nr; i++)
		blocks[(raw[i] & mask) >> lg2] = 1;
}

static void touch_any(struct pt_touched *touched, const uint64_t *raw, unsigned nr, uint64_t mask)
{
	for (unsigned i = 0; i < nr; i++) {
		uint64_t block = (raw[i] & mask) >> touched->lg2;

		touched->blocks[block < above(touched) ? block : above(touched)] = 1;
	}
}

/* A page of several entries of the lowest level lies in one block: the bits of its size, in its address, do not matter. */
static bool has_each_page(const struct pt_touched *touched, const struct pt_format *format)
{
	return touched->lg2 >= format->page_lg2 + PT_MAX_COPIES_LG2;
}

/* Where pages of several entries may be larger than a block. An entry that is no leaf marks what it would lead to. */
static void touch_sized(struct pt_touched *touched, const struct pt_root *root, const uint64_t *raw, unsigned nr,
			uint64_t mask)
{
	for (unsigned i = 0; i < nr; i++) {
		struct pt_entry entry;

		if (i && raw[i] == raw[i - 1])
			continue;
		pt_decode(root, raw[i], 1, &entry);
		if (entry.kind == PT_LEAF)
			pt_touch(touched, pa_of(entry.address), 1ULL << entry.size_lg2);
		else
			pt_touch(touched, pa_of(raw[i] & mask), 1);
	}
}

/* Entries often lead to one block all. The bits of all of them together tell whether one may lead above the last, and
 * whether one may have a page of several entries. */
void pt_touch_entries(struct pt_touched *touched, const struct pt_root *root, const uint64_t *raw, unsigned nr)
{
	const uint64_t mask = root->format->leaf_address & ~root->enc_mask, sized = root->format->leaf_sized;
	uint64_t first, differ;

	if (!nr)
		return;
	first = raw[0];
	differ = pt_differ(raw, nr);
	if (sized && ((first | differ) & sized) == sized && !has_each_page(touched, root->format)) {
		touch_sized(touched, root, raw, nr, mask);
		return;
	}
	first &= mask;
	differ &= mask;
	if ((first | differ) >> touched->lg2 >= above(touched))
		touch_any(touched, raw, nr, mask);
	else if (differ >> touched->lg2)
		touch_below(touched, raw, nr, mask);
	else
		touched->blocks[first >> touched->lg2] = 1;
}

void pt_touch(struct pt_touched *touched, struct pa first, uint64_t bytes)
{
	uint64_t block = first.v >> touched->lg2, end = (first.v + (bytes - 1)) >> touched->lg2;

	if (end >= above(touched)) {
		touched->blocks[above(touched)] = 1;
		end = above(touched) - 1;
	}
	if (block <= end)
		memset(touched->blocks + block, 1, (size_t)(end - block) + 1);
}

bool pt_is_touched(const struct pt_touched *touched, struct pa first, struct pa last)
{
	uint64_t block = first.v >> touched->lg2, end = last.v >> touched->lg2;

	if (!block || (end >= above(touched) && touched->blocks[above(touched)]))
		return true;
	for (; block <= end && block < touched->nr; block++) {
		if (touched->blocks[block])
			return true;
	}
	return false;
}
