/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the verbs that make a snapshot of the dump at hand: to write it, to compare it, to show it as a page. */
#ifndef IOMMU_CMD_SNAPSHOT_H
#define IOMMU_CMD_SNAPSHOT_H

#include "cmd.h"

struct new_file;

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

/* A kind of file that has the document in it. */
struct snapshot_kind {
	const char *noun;    /* "snapshot" */
	const char *heading; /* of the line that says what was written */
	const char *code;    /* of the note that says why nothing was */
	bool (*put)(struct context *ctx, struct snapshot *snapshot, struct new_file *file); /* as snapshot_write() */
};

/* Into a file of the name that is the verb's word: there whole, or a line says why it is not. */
void snapshot_to_file(struct context *ctx, const struct snapshot_kind *kind);

#endif
