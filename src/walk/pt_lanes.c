// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries of a table side by side, in vectors that gcc and clang make on every processor. */
#include "pt_lanes.h"

#define LANES 4u

typedef int64_t lanes __attribute__((vector_size(LANES * 8), aligned(8), may_alias));

#define ON_ANY_PROCESSOR static inline __attribute__((always_inline))

ON_ANY_PROCESSOR int64_t all_of(lanes l)
{
	return l[0] & l[1] & l[2] & l[3];
}

ON_ANY_PROCESSOR int64_t any_of(lanes l)
{
	return l[0] | l[1] | l[2] | l[3];
}

/* An address is in [first, last] when neither of both differences is below zero: they do not overflow. */
ON_ANY_PROCESSOR struct pt_found find(const uint64_t *raw, unsigned nr, const struct pt_search *search)
{
	const int64_t mask = search->address, first = search->first, last = search->last;
	lanes apart = { -1, -1, -1, -1 }, any = { 0 };
	struct pt_found ret = { -1, 0 };
	unsigned at = 0;

	for (; at + LANES <= nr; at += LANES) {
		lanes entry = *(const lanes *)(raw + at), address = entry & mask;

		apart &= (address - first) | (last - address);
		any |= entry;
	}
	for (; at < nr; at++) {
		int64_t entry = (int64_t)raw[at], address = entry & mask;

		ret.apart &= (address - first) | (last - address);
		ret.any |= entry;
	}
	ret.apart &= all_of(apart);
	ret.any |= any_of(any);
	return ret;
}

ON_ANY_PROCESSOR uint64_t differ(const uint64_t *raw, unsigned nr)
{
	const int64_t first = (int64_t)raw[0];
	lanes side_by_side = { 0 };
	int64_t ret = 0;
	unsigned at = 0;

	for (; at + LANES <= nr; at += LANES)
		side_by_side |= *(const lanes *)(raw + at) ^ first;
	for (; at < nr; at++)
		ret |= (int64_t)raw[at] ^ first;
	return (uint64_t)(ret | any_of(side_by_side));
}

#ifdef __x86_64__

/* Twice as wide as what every x86-64 has. */
#define WIDE __attribute__((target("avx2")))

WIDE static struct pt_found find_wide(const uint64_t *raw, unsigned nr, const struct pt_search *search)
{
	return find(raw, nr, search);
}

WIDE static uint64_t differ_wide(const uint64_t *raw, unsigned nr)
{
	return differ(raw, nr);
}

struct pt_found pt_find(const uint64_t *raw, unsigned nr, const struct pt_search *search)
{
	return __builtin_cpu_supports("avx2") ? find_wide(raw, nr, search) : find(raw, nr, search);
}

uint64_t pt_differ(const uint64_t *raw, unsigned nr)
{
	return __builtin_cpu_supports("avx2") ? differ_wide(raw, nr) : differ(raw, nr);
}

#else

struct pt_found pt_find(const uint64_t *raw, unsigned nr, const struct pt_search *search)
{
	return find(raw, nr, search);
}

uint64_t pt_differ(const uint64_t *raw, unsigned nr)
{
	return differ(raw, nr);
}

#endif
