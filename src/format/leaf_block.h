/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A block of page-table entries beside what a contiguous run would have in its place. This is where
 * a full scan of a large table spends its time, and the only file that knows what the processor can
 * do on which the plugin itself runs.
 *
 * Entries are compared in vectors and without a branch. The vectors are written out, in an
 * extension that gcc and clang share on every processor, because gcc makes none of a plain loop at
 * -O2.
 */
#ifndef IOMMU_FORMAT_LEAF_BLOCK_H
#define IOMMU_FORMAT_LEAF_BLOCK_H

#include <stdint.h>

#define LEAF_BLOCK 64u /* entries */
#define LEAF_LANES 4u  /* entries that are compared at once */

/* Entries of a table, side by side; aligned as they are. */
typedef uint64_t leaf_entries __attribute__((vector_size(LEAF_LANES * 8), aligned(8), may_alias));

/* The bits in which any entry of a block differs from the row expected, expected + step, ... */
static inline __attribute__((always_inline)) uint64_t
leaf_block_in_vectors(uint64_t expected, uint64_t step, const uint64_t *raw)
{
	leaf_entries next = { expected, expected + step, expected + 2 * step, expected + 3 * step };
	leaf_entries differs = { 0 };

	for (unsigned i = 0; i < LEAF_BLOCK; i += LEAF_LANES) {
		differs |= *(const leaf_entries *)(raw + i) ^ next;
		next += LEAF_LANES * step;
	}
	return differs[0] | differs[1] | differs[2] | differs[3];
}

#ifdef __x86_64__

/* The plugin is built to run on any x86-64 machine; whether that has AVX2 (those since 2013 do) is asked
 * when it runs. */
__attribute__((target("avx2"))) static uint64_t leaf_block_avx2(uint64_t expected, uint64_t step,
								const uint64_t *raw)
{
	return leaf_block_in_vectors(expected, step, raw);
}

static inline uint64_t leaf_block_differences(uint64_t expected, uint64_t step, const uint64_t *raw)
{
	return __builtin_cpu_supports("avx2") ? leaf_block_avx2(expected, step, raw)
					      : leaf_block_in_vectors(expected, step, raw);
}

#else

/* On other processors every machine has the vectors that the compiler uses: there is nothing to ask. */
static inline uint64_t leaf_block_differences(uint64_t expected, uint64_t step, const uint64_t *raw)
{
	return leaf_block_in_vectors(expected, step, raw);
}

#endif
#endif
