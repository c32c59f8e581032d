/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every unit test starts with: cmocka, and numbers that are random but always the same. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A check inside a loop: says at which turn it failed. */
#define check(condition, ...)                                                                      \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			print_error("%s:%d: %s: ", __FILE__, __LINE__, #condition);               \
			print_error(__VA_ARGS__);                                                  \
			print_error("\n");                                                        \
			fail();                                                                    \
		}                                                                                  \
	} while (0)

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
