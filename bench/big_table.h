/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A large AMD v1 table as a guest's memory pinned by VFIO makes it: 64 MiB of memory whose frames
 * are out of order, mapped again and again at successive IOVAs in pages of 4 KiB. The table's own
 * pages lie out of order too, as they do in a kernel that has run for a while.
 */
#ifndef BENCH_BIG_TABLE_H
#define BENCH_BIG_TABLE_H

#include <stdbool.h>

#include "iommu/pt_walk.h"
#include "ram_target.h"

struct big_table {
	struct ram ram;
	struct pt_root root;
	uint64_t nr_mappings;
	uint64_t nr_tables;
	struct pa *tables; /* in the order in which a walk comes to them */
};

/* nr_mappings: a multiple of 512. contiguous: each frame follows the one before. */
void big_table_init(struct big_table *t, uint64_t nr_mappings, bool contiguous);
void big_table_release(struct big_table *t);

#endif
