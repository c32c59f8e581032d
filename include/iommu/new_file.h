/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that appears under its name when it is whole, and not at all otherwise. Until then it stands
 * beside it. What exists is never replaced.
 */
#ifndef IOMMU_NEW_FILE_H
#define IOMMU_NEW_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct new_file {
	char *path, *part_path; /* malloc()ed: they are needed when the command has not ended */
	int fd;			/* -1: there is none */
	int error;		/* errno of the first thing that failed; nothing is written after it */
	uint64_t nr_bytes;
	char *held;
	size_t nr_held;
};

/* 0, or errno: EEXIST where something has the name already. */
int new_file_create(struct new_file *file, const char *path);

void new_file_write(struct new_file *file, const char *bytes, size_t len);

/* It gets its name. 0, or errno of what failed since it was created: then there is no file. */
int new_file_finish(struct new_file *file);

/* Nothing of it stays. Also after new_file_finish(), and for one that is all zeros: then it does nothing. */
void new_file_drop(struct new_file *file);

#endif
