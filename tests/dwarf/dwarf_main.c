// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu-dwarf FILE
 *
 * Prints the rows of the layout tables as libdwarf finds them in FILE (rows.h has the lines). All
 * of its units are read: a name that several structs have, and not alike, gets one more line that
 * ends in "differs". A debug vmlinux takes half a minute and a gigabyte.
 */
#include "dwarf_types.h"
#include "rows.h"

#include <inttypes.h>
#include <string.h>

static struct dwarf_rows rows;

static bool same_witness(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool look_up(void *ctx, const char *type, const char *path, const char *witness,
		    struct member *ret)
{
	(void)ctx;
	for (size_t i = 0; i < rows.nr; i++) {
		const struct dwarf_row *row = &rows.row[i];

		if (strcmp(row->type, type) == 0 && strcmp(row->path, path) == 0 &&
		    same_witness(row->witness, witness) && row->found) {
			*ret = row->member;
			return true;
		}
	}
	return false;
}

static void print_differing(void)
{
	for (size_t i = 0; i < rows.nr; i++) {
		if (rows.row[i].differs)
			printf("%s %s differs\n", rows.row[i].type, rows.row[i].path);
	}
}

int main(int argc, char **argv)
{
	const char *problem;

	if (argc != 2) {
		fprintf(stderr, "usage: iommu-dwarf FILE\n");
		return 99;
	}
	dwarf_rows_init(&rows);
	problem = dwarf_rows_read(&rows, argv[1]);
	if (problem) {
		fprintf(stderr, "%s: %s\n", argv[1], problem);
		return 1;
	}
	rows_print(stdout, look_up, NULL);
	print_differing();
	fprintf(stderr, "%" PRIu64 " units, %" PRIu64 " definitions of the structs asked for\n",
		rows.nr_units, rows.nr_definitions);
	return 0;
}
