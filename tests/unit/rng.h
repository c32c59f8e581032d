/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that are random but the same in every run. */
#ifndef TESTS_RNG_H
#define TESTS_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state;
};

/* splitmix64: every seed is a good one, 0 included. */
static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline unsigned rng_below(struct rng *rng, unsigned bound)
{
	return (unsigned)(rng_next(rng) % bound);
}

#endif
