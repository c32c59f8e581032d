/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changed between two snapshots: found by the shapes of the verbs' documents (iommu/shape.h), and told as text or
 * JSON. Nothing here asks a dump: the programs of src/case/ use it where there is none.
 */
#ifndef IOMMU_DIFF_H
#define IOMMU_DIFF_H

#include "iommu/shape.h"
#include "iommu/arena.h"
#include "iommu/json_tree.h"
#include "iommu/sink.h"

/* One side, and what it is called. */
struct diff_side {
	const char *name;	 /* "before.json", "this dump" */
	const struct json *root; /* a snapshot: see diff_why_no_snapshot() */
};

/* A row that is named by what it is, inside another: "stretch 0 to fff" of "space of 0000:a1:00.1". */
struct diff_row {
	const struct diff_row *outer; /* NULL: the document of a verb */
	const struct shape *shape;
	const char *names; /* what identifies it, in words */
};

enum diff_kind { IS_NEW, IS_GONE, IS_OTHER };

struct change {
	const char *section;
	const struct diff_row *row;
	enum diff_kind kind;
	const char *member;	      /* of IS_OTHER: "driver", "entry.read" */
	const struct member_shape *shape; /* the same; NULL: a field of a hardware record */
	const struct json *before, *after; /* the member's, or the row's; NULL: it has none */
};

struct diff {
	struct arena *arena;
	bool all; /* what differs on every boot too, and what is told twice */
	struct ptrs changes; /* struct change */
	uint64_t nr_rows, nr_left_out; /* rows compared; members that were not since they differ on every boot */
	const char *unknown;	       /* members and sections that only one side has a shape for, or none: not compared */
};

/* NULL when it is a snapshot of which this program knows the form, at least in parts; else why not, in words. */
const char *diff_why_no_snapshot(struct arena *arena, const struct json *root);

/* A side out of a file, in the arena, under its path's name (not copied). NULL; else why it is none, in words. */
const char *diff_read(struct arena *arena, const char *path, struct diff_side *ret);

/* arena and all are set; the rest is filled. */
void diff_compare(struct diff *diff, const struct json *before, const struct json *after);

/* Into a sink that is open: both sides, the changes, what was not compared. */
void diff_tell(struct sink *sink, const struct diff *diff, const struct diff_side *before, const struct diff_side *after);

/* A value in words, as screens show it. */
const char *diff_words(struct arena *arena, const struct member_shape *shape, const struct json *value);

#endif
