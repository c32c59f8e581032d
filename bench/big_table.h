/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Large AMD v1 tables in memory, made from the words of the specification. The pages of the table
 * lie out of order, as they do in a kernel that has run for a while.
 */
#ifndef BENCH_BIG_TABLE_H
#define BENCH_BIG_TABLE_H

#include "format/amd/pt.h"
#include "iommu/pt_walk.h"
#include "ram_target.h"

/* Of AMD v1 tables. */
#define PAGE_BYTES    4096u
#define TABLE_ENTRIES 512u

enum shape {
	SMALL_PAGES,	  /* 4 KiB, frames out of order: a guest's memory as VFIO pins it */
	CONTIGUOUS_PAGES, /* 4 KiB, each frame after the one before */
	MIXED_PAGES,	  /* 4 KiB, 2 MiB, 1 GiB, and NextLevel 7: 8 KiB to 1 MiB, 4 MiB to 256 MiB */
	SPARSE_PAGES,	  /* single pages of 4 KiB, all over 57 bits of address */
};

struct big_table {
	struct ram ram;
	struct pt_root root;
	uint64_t bytes;	      /* mapped */
	uint64_t nr_tables;
	struct pa *tables;    /* in the order in which a walk comes to them */
	uint64_t *free_pages; /* for more tables, out of order */
	uint64_t nr_free;
};

/* bytes: a multiple of 1 GiB, or of 4 KiB when the shape is SPARSE_PAGES. */
void big_table_init(struct big_table *t, enum shape shape, uint64_t bytes);
void big_table_release(struct big_table *t);

#endif
