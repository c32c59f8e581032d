/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions about all entries of a block at once, without a branch and without taking one apart. */
#ifndef IOMMU_PT_LANES_H
#define IOMMU_PT_LANES_H

#include <stdint.h>

/* The bits of an entry in which an address stands, and the addresses [first, last], below 2^63. */
struct pt_search {
	int64_t address, first, last;
};

struct pt_found {
	int64_t apart; /* not below zero: an entry's address is among them */
	int64_t any;   /* the bits that are set in one entry at least */
};

struct pt_found pt_find(const uint64_t *raw, unsigned nr, const struct pt_search *search);

/* The bits that are not the same in all nr entries, of which there is at least one. */
uint64_t pt_differ(const uint64_t *raw, unsigned nr);

#endif
