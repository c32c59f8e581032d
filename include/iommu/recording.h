/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A target that hands every question on and keeps it with its answer: also what was not found and why.
 * What it kept is written as text in the language of tests/mem/README.md, and a target that is made of
 * that text answers the same questions the same way, and no others.
 *
 * It stands above whatever reads more than it was asked for (target_cached()). BTF is not kept as bytes
 * but as what it said of the members that were asked for: it has megabytes.
 */
#ifndef IOMMU_RECORDING_H
#define IOMMU_RECORDING_H

#include "iommu/new_file.h"
#include "iommu/target.h"

struct recording;

/* In the arena; what is not is given back by recording_release(). max_pages: of physical
 * memory that was asked for, and of the kernel's as much; with more of them the recording is not whole.
 * with_pages: of each page that was asked for a part of, all of it is kept. */
struct recording *recording_new(struct arena *arena, struct target *below, size_t max_pages,
				bool with_pages);
void recording_release(struct recording *recording);

/* The target to ask. */
struct target *recording_target(struct recording *recording);

/* False: more was asked for than is kept. */
bool recording_is_whole(const struct recording *recording);

struct recording_counts {
	uint64_t bytes;	 /* known by now, each once */
	uint64_t reads;	 /* that were asked for */
	uint64_t failed; /* of these */
	uint64_t changed; /* bytes that differed when they were read again: the first stays */
	uint64_t answers; /* about symbols, members and what else is not memory */
};

void recording_count(const struct recording *recording, struct recording_counts *ret);

/* The name of the kernel's release, from its banner, or NULL; in the arena. Not kept as a question. */
const char *recording_release_of_kernel(struct recording *recording);

/* Replaces the names of processes, lines of the log that are of no fault, and the words of the command line that do not speak of an IOMMU: letter
 * by letter, so that lengths stay. */
void recording_hide_texts(struct recording *recording);

void recording_write(struct recording *recording, struct new_file *file);

#endif
