/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of src/kernel/layout.c as text, every alternative of each, so that what different
 * sources answer can be compared line by line:
 *
 *   TYPE PATH OFFSET SIZE       bytes, decimal
 *   TYPE PATH -                 the source does not have it
 *   TYPE PATH module NAME       of a module: not asked, vmlinux has nothing of it
 */
#ifndef IOMMU_TESTS_ROWS_H
#define IOMMU_TESTS_ROWS_H

#include "iommu/target.h"

#include <stdio.h>

/* witness: a member that the struct must have to be the one that is meant, or NULL. */
typedef bool rows_lookup(void *ctx, const char *type, const char *path, const char *witness,
			 struct member *ret);

void rows_print(FILE *out, rows_lookup *look_up, void *ctx);

#endif
