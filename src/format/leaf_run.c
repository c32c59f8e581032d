// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A full scan of a large table spends its time here. Entries are compared in blocks, in vectors and
 * without a branch; only the block in which a run ends is looked at entry by entry. The vectors are
 * written out (an extension that gcc and clang share) because gcc makes none of a plain loop at
 * -O2.
 */
#include "leaf_run.h"

#define BLOCK 64u
#define LANES 4u

/* Entries of a table, side by side; aligned as they are. */
typedef uint64_t entries __attribute__((vector_size(LANES * 8), aligned(8), may_alias));

/* The bits in which any entry of a block differs from what a contiguous run would have there. */
static inline __attribute__((always_inline)) uint64_t
differences(uint64_t expected, uint64_t step, const uint64_t *raw)
{
	entries next = { expected, expected + step, expected + 2 * step, expected + 3 * step };
	entries differs = { 0 };

	for (unsigned i = 0; i < BLOCK; i += LANES) {
		differs |= *(const entries *)(raw + i) ^ next;
		next += LANES * step;
	}
	return differs[0] | differs[1] | differs[2] | differs[3];
}

/* The plugin is built for every x86-64 machine and runs on one: those since 2013 have AVX2. */
__attribute__((target("avx2"))) static uint64_t differences_avx2(uint64_t expected, uint64_t step,
								 const uint64_t *raw)
{
	return differences(expected, step, raw);
}

static uint64_t block_differences(bool avx2, uint64_t expected, uint64_t step, const uint64_t *raw)
{
	return avx2 ? differences_avx2(expected, step, raw) : differences(expected, step, raw);
}

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
	const bool avx2 = __builtin_cpu_supports("avx2");
	uint64_t scattered = 0;
	unsigned at = 0;

	if (nr >= BLOCK && stays_in_address(run, raw[0], nr)) {
		for (; nr - at >= BLOCK; at += BLOCK) {
			uint64_t differs = block_differences(avx2, raw[0] + at * run->step,
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
