/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far long work has come, for somebody who watches. It is no part of an answer and goes another
 * way than one (see sink.h): a host that has a terminal shows it there; a file or a pipe never sees
 * it. The host decides when: commands ask whether a line is due before they make one.
 */
#ifndef IOMMU_PROGRESS_H
#define IOMMU_PROGRESS_H

#include <stdbool.h>

/* Zeroed: nobody watches. */
struct progress {
	bool (*due)(void *ctx);			   /* cheap; NULL: nobody watches */
	void (*show)(void *ctx, const char *line); /* in place of the line before; no newline */
	void *ctx;
};

static inline bool progress_due(const struct progress *progress)
{
	return progress->due && progress->due(progress->ctx);
}

#endif
