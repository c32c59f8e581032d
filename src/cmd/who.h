/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of `iommu who`: what was asked (who_words.c), the pass through all tables (who_scan.c), and what
 * is shown of it (cmd_who.c). */
#ifndef IOMMU_WHO_H
#define IOMMU_WHO_H

#include "cmd.h"
#include "iommu/reach.h"

/* One of the words: memory, and what was found of it. */
struct asked {
	struct pa_range range;
	bool is_range;	  /* else it is one byte */
	const char *key;  /* by which name it was asked for: "struct_page"; NULL: by its own */
	const char *what; /* the same in words */
	uint64_t name;
	struct ptrs hits; /* struct reach_hit: only where several were asked for */
	struct ptrs unused;
	struct reach_hit pending; /* it may go on; bytes 0: there is none */
	uint64_t nr_mapped, nr_open[2];
};

struct who {
	struct context *ctx;
	struct asked *asked;
	size_t nr_asked;
	uint64_t pid;		 /* -u */
	struct reach reach;
	struct pt_wanted wanted; /* the ranges, in the order of asked */
	struct pt_totals totals; /* of all spaces */
	size_t nr_scanned;
	uint64_t bytes_found;	 /* for the progress line */
	const struct reach_space *in; /* where the pass is */
	void (*take)(struct who *w, struct asked *asked, const struct reach_hit *hit);
	struct ptrs left_out; /* struct special_range: why something was left out of an answer */
};

/* who_words.c: the words of the command line into w->asked. False, after a sentence, when there is nothing to do. */
bool who_read_words(struct who *w);

/* who_scan.c: the one pass; take() is given every stretch, as long as it goes on. */
void who_scan(struct who *w, void (*take)(struct who *w, struct asked *asked, const struct reach_hit *hit));
struct reach_hit *who_copy_hit(struct who *w, const struct reach_hit *hit);
/* Everything was read that there is. */
bool who_is_whole(const struct who *w);
/* What was not. */
void who_say_unread(struct who *w);
/* "domain 0x9 (DMA)", "table 3558000" */
const char *space_words(struct context *ctx, const struct space *space);

/* who_areas.c: the IOVA at which VFIO was told to map the page of a process, before any table is asked. */
void who_put_areas(struct who *w, struct pa pa, const struct page_fact *fact);

#endif
