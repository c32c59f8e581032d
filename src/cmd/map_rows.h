/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of `iommu map`: what was found, and the rows that say it. */
#ifndef IOMMU_CMD_MAP_ROWS_H
#define IOMMU_CMD_MAP_ROWS_H

#include "cmd.h"

#define NR_SIZES 64 /* by log2 of the page size */

struct stretch {
	bool open;
	struct iova first;
	uint64_t bytes;
	struct pa pa;
	struct gpa gpa; /* of_guest */
	bool read, write, user, contiguous;
	uint8_t page_lg2;	      /* of the first page */
	uint8_t low_lg2, high_lg2;    /* of all its pages */
	uint64_t pages[NR_SIZES];     /* between these two; zero when no stretch is open */
};

struct map {
	struct context *ctx;
	const char *what;
	struct stretch now;
	bool by_range;		/* one row per contiguous range of one page size */
	bool by_piece;		/* one row per pair of entries */
	bool has_user, of_guest;
	bool of_many;		/* one of several tables that are listed: a note says which */
	uint64_t nr_rows, bytes;
	uint64_t pages[NR_SIZES];
	bool any;
	struct iova end;	/* first IOVA after the last row */
	struct iova from, to;	/* the range that was asked for */
	bool one_address;	/* the row around this one alone: */
	struct iova address;
	bool masked_read, masked_write; /* the device's own entry allows them */
};

/* The columns of the depth that was asked for. */
void begin_rows(const struct map *m);

/* What comes next in ascending order: it continues the open row, or closes it and opens one. gpa:
 * where a guest has it. */
void add_part(struct map *m, const struct pt_run *run, struct gpa gpa);

/* A row of those bytes is to be shown. */
bool is_asked_for(const struct map *m, struct iova first, uint64_t bytes);

/* Prints the open row, if there is one, and the hole before it. */
void close_stretch(struct map *m);

/* Every row of a space, of which the rows and totals are in m. ret: what was met. */
void map_scan(struct map *m, const struct space *space, struct pt_totals *ret);

/* "totals" in JSON, and the lines below the rows. */
void put_totals(struct map *m, const struct pt_totals *totals);

/* map_all.c: every space of the machine. */
void map_all(struct context *ctx);

#define PAGES_MAX (NR_SIZES * 40) /* bytes of the words for all sizes at once */

/* "pages": how many of each size, in JSON. */
void put_pages(struct sink *sink, const uint64_t pages[NR_SIZES]);

/* "4K x 512, 2M x 1" */
void write_pages(char *buf, size_t size, const uint64_t pages[NR_SIZES]);

#endif
