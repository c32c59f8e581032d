/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Struct members of an ELF file as libdwarf reads them. */
#ifndef IOMMU_TESTS_DWARF_TYPES_H
#define IOMMU_TESTS_DWARF_TYPES_H

#include "iommu/layout.h"

#include <stddef.h>

#define MAX_ROWS 1024

/* A spelling of a member. The first definition of its struct in the file answers; all others must
 * agree: two structs of one name that differ are a trap for every user of debuginfo. */
struct dwarf_row {
	const char *type, *path;
	const char *witness; /* a struct without this member is another one; NULL: there is none */
	bool defined; /* the struct was seen */
	bool found;   /* and has the member */
	bool differs; /* another struct of that name says otherwise */
	struct member member;
};

struct dwarf_rows {
	struct dwarf_row row[MAX_ROWS];
	size_t nr;
	uint64_t nr_units, nr_definitions; /* that were read */
	char error[160];		   /* what libdwarf complained of first */
};

/* All rows of the layout table that are of vmlinux. */
void dwarf_rows_init(struct dwarf_rows *rows);

/* Looks through all units of a file. NULL, or words for what is wrong. */
const char *dwarf_rows_read(struct dwarf_rows *rows, const char *path);

#endif
