// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which entries lead to memory that was asked for. Of a large table hardly any do, so that a whole block of
 * entries is looked at first, and without a branch: it is read faster than it can be decoded.
 */
#include "pt_lanes.h"
#include "pt_wanted.h"

/* With more ranges, the stretch from the first to the last of them is looked for. */
#define MAX_APART 8u

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

/* An entry has the address of its page somewhere inside that page: a page of 2^page_lg2 bytes that holds any of the
 * range starts less than that before it, and ends less than that behind it. */
static struct pt_search search_around(const struct pt_root *root, struct pa first, struct pa last, unsigned page_lg2)
{
	const uint64_t mask = root->format->leaf_address & ~root->enc_mask, page = 1ULL << page_lg2;

	return (struct pt_search){
		.address = (int64_t)mask,
		.first = first.v < page ? 0 : (int64_t)(first.v - page),
		.last = (int64_t)((last.v < mask ? last.v : mask) + page),
	};
}

/* Most blocks have only pages of the level's own size: then no entry has the bits of another. */
static bool some_in_range(const struct pt_root *root, const uint64_t *raw, unsigned nr, struct pa first, struct pa last)
{
	const struct pt_format *format = root->format;
	const int64_t sized = (int64_t)format->leaf_sized;
	const struct pt_search own_size = search_around(root, first, last, format->page_lg2);
	const struct pt_search any_size = search_around(root, first, last, format->page_lg2 + PT_MAX_COPIES_LG2);
	struct pt_found found;

	if (first.v > (uint64_t)own_size.address)
		return false;
	found = pt_find(raw, nr, &own_size);
	if (found.apart >= 0)
		return true;
	return sized && (found.any & sized) == sized && pt_find(raw, nr, &any_size).apart >= 0;
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
