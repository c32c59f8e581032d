/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the verbs that make a snapshot of the dump at hand: to write it, to compare it, to show it as a page. */
#ifndef IOMMU_CMD_SNAPSHOT_H
#define IOMMU_CMD_SNAPSHOT_H

#include "cmd.h"

/* Zeros at first. It must hang on session->unfinished while it is written: a read may not return. */
struct snapshot {
	struct session session; /* of the verbs that are run; each empties it for the next */
	struct sink *sink;
	const char *unanswered; /* verbs that had no answer: "ppr, galog" */
	unsigned nr_sections;
};

/* The whole document, in pieces. False when the user broke it off: then it is not whole. */
bool snapshot_write(struct context *ctx, struct snapshot *snapshot, struct output out);
void snapshot_release(struct snapshot *snapshot);

#endif
