// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A full scan of a large table spends its time here, so that entries are compared in blocks of a
 * fixed size and without a branch, which compilers turn into vector instructions at -O2. Only the
 * block in which a run ends is looked at entry by entry.
 */
#include "leaf_run.h"

#define BLOCK 64u

/* Bits that are set where an entry is not like the first, or its address is not the expected one. */
struct difference {
	uint64_t same, address;
};

static struct difference compare_block(const struct leaf_run *run, uint64_t first,
				       uint64_t expected, const uint64_t *raw)
{
	const uint64_t same_bits = run->same, address_bits = run->address, step = run->step;
	uint64_t same = 0, address = 0;

	for (unsigned i = 0; i < BLOCK; i++) {
		same |= (raw[i] ^ first) & same_bits;
		address |= (raw[i] & address_bits) ^ expected;
		expected += step;
	}
	return (struct difference){ same, address };
}

unsigned leaf_run_length(const struct leaf_run *run, const uint64_t *raw, unsigned nr,
			 bool *contiguous)
{
	const uint64_t start = raw[0] & run->address;
	uint64_t scattered = 0;
	unsigned at = 0;

	for (; nr - at >= BLOCK; at += BLOCK) {
		struct difference d = compare_block(run, raw[0], start + at * run->step,
						    raw + at);

		if (d.same)
			break;
		scattered |= d.address;
	}
	for (; at < nr && !((raw[at] ^ raw[0]) & run->same); at++)
		scattered |= (raw[at] & run->address) ^ (start + at * run->step);
	*contiguous = !scattered;
	return at;
}
