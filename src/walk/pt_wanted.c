// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which entries lead to memory that was asked for. Of a large table hardly any do, so that a whole block of
 * entries is looked at first, and without a branch: it is read faster than it can be decoded.
 */
#include "pt_wanted.h"

/* So many entries are looked at side by side, in vectors that gcc and clang make on every processor. */
#define LANES 4u

/* With more ranges, the stretch from the first to the last of them is looked for. */
#define MAX_APART 8u

typedef int64_t addresses __attribute__((vector_size(LANES * 8), aligned(8), may_alias));

/* The first range that does not end below an address, of those that are sorted. */
size_t pt_first_wanted(const struct pt_wanted *wanted, struct pa first)
{
	size_t low = 0, high = wanted->sorted ? wanted->nr : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (wanted->ranges[middle].last.v < first.v)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool pt_wants(const struct pt_wanted *wanted, struct pa first, struct pa last)
{
	if (wanted->sorted) {
		size_t nth = pt_first_wanted(wanted, first);

		return nth < wanted->nr && wanted->ranges[nth].first.v <= last.v;
	}
	for (size_t i = 0; i < wanted->nr; i++) {
		if (first.v <= wanted->ranges[i].last.v && last.v >= wanted->ranges[i].first.v)
			return true;
	}
	return false;
}

/* An address is in [first, last] when neither of both differences is below zero. Addresses have fewer than 63
 * bits: the differences do not overflow. */
static inline __attribute__((always_inline)) bool
any_between(const uint64_t *raw, unsigned nr, int64_t mask, int64_t first, int64_t last)
{
	addresses outside = { -1, -1, -1, -1 };
	int64_t rest = -1;
	unsigned at = 0;

	for (; at + LANES <= nr; at += LANES) {
		addresses address = *(const addresses *)(raw + at) & mask;

		outside &= (address - first) | (last - address);
	}
	for (; at < nr; at++) {
		int64_t address = (int64_t)raw[at] & mask;

		rest &= (address - first) | (last - address);
	}
	return (outside[0] & outside[1] & outside[2] & outside[3] & rest) >= 0;
}

#ifdef __x86_64__

__attribute__((target("avx2"))) static bool any_between_avx2(const uint64_t *raw, unsigned nr,
							     int64_t mask, int64_t first,
							     int64_t last)
{
	return any_between(raw, nr, mask, first, last);
}

static bool any_leads_to(const uint64_t *raw, unsigned nr, int64_t mask, int64_t first, int64_t last)
{
	return __builtin_cpu_supports("avx2") ? any_between_avx2(raw, nr, mask, first, last)
					      : any_between(raw, nr, mask, first, last);
}

#else

static bool any_leads_to(const uint64_t *raw, unsigned nr, int64_t mask, int64_t first, int64_t last)
{
	return any_between(raw, nr, mask, first, last);
}

#endif

/* An entry has the address of its page somewhere inside that page: a page that holds any of the range starts less
 * than a page before it, and ends less than a page behind it. */
static bool some_in_range(const struct pt_root *root, const uint64_t *raw, unsigned nr,
			  struct pa first, struct pa last)
{
	const uint64_t mask = root->format->leaf_address & ~root->enc_mask;
	const uint64_t page = 1ULL << (root->format->page_lg2 + PT_MAX_COPIES_LG2);

	if (first.v > mask)
		return false;
	if (last.v > mask)
		last.v = mask;
	return any_leads_to(raw, nr, (int64_t)mask, first.v < page ? 0 : (int64_t)(first.v - page),
			    (int64_t)(last.v + page));
}

/* From the first to the last of them. There is at least one. */
static struct pa_range stretch_of(const struct pt_wanted *wanted)
{
	struct pa_range ret = wanted->ranges[0];

	if (wanted->sorted) {
		ret.last = wanted->ranges[wanted->nr - 1].last;
		return ret;
	}
	for (size_t i = 1; i < wanted->nr; i++) {
		const struct pa_range *range = &wanted->ranges[i];

		ret.first = range->first.v < ret.first.v ? range->first : ret.first;
		ret.last = range->last.v > ret.last.v ? range->last : ret.last;
	}
	return ret;
}

bool pt_wants_some(const struct pt_wanted *wanted, const struct pt_root *root, const uint64_t *raw,
		   unsigned nr)
{
	struct pa_range all;

	if (!root->format->leaf_address)
		return true;
	if (wanted->nr > MAX_APART) {
		all = stretch_of(wanted);
		return some_in_range(root, raw, nr, all.first, all.last);
	}
	for (size_t i = 0; i < wanted->nr; i++) {
		if (some_in_range(root, raw, nr, wanted->ranges[i].first, wanted->ranges[i].last))
			return true;
	}
	return false;
}
