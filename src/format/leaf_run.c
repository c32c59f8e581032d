// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long a run of entries is that are alike. Whole blocks are compared first (leaf_block.h); only
 * the block in which a run ends is looked at entry by entry.
 */
#include "leaf_run.h"

#include "leaf_block.h"

/* Whether counting up through nr pages changes address bits alone: a carry into the bits above, or
 * into the encryption bit, would look like another attribute. */
static bool stays_in_address(const struct leaf_run *run, uint64_t first, unsigned nr)
{
	uint64_t start = first & run->address & ~(run->step - 1);
	uint64_t changes = start ^ (start + (nr - 1) * run->step);

	if (!changes)
		return true;
	changes = (2ULL << (63 - __builtin_clzll(changes))) - run->step;
	return !(changes & ~run->address);
}

unsigned leaf_run_length(const struct leaf_run *run, const uint64_t *raw, unsigned nr,
			 bool *contiguous)
{
	const uint64_t start = raw[0] & run->address;
	uint64_t scattered = 0;
	unsigned at = 0;

	if (nr >= LEAF_BLOCK && stays_in_address(run, raw[0], nr)) {
		for (; nr - at >= LEAF_BLOCK; at += LEAF_BLOCK) {
			uint64_t differs = leaf_block_differences(raw[0] + at * run->step,
								  run->step, raw + at);

			if (differs & run->same)
				break;
			scattered |= differs & run->address;
		}
	}
	for (; at < nr && !((raw[at] ^ raw[0]) & run->same); at++)
		scattered |= (raw[at] & run->address) ^ (start + at * run->step);
	*contiguous = !scattered;
	return at;
}
