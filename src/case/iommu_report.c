// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu-report: a snapshot in the page that shows it, on a machine without crash and without a dump. What `iommu report`
 * writes of a dump, this writes of the file of `iommu snapshot`.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "iommu/diff.h"
#include "iommu/json_file.h"
#include "iommu/new_file.h"
#include "iommu/report_page.h"
#include "iommu/version.h"

static const char usage[] = "usage: iommu-report SNAPSHOT FILE.html\n"
			    "\n"
			    "Puts the file of `iommu snapshot` into a page that shows it, one file for any browser.\n"
			    "FILE.html must not exist yet.\n";

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "iommu-report: %s: %s\n", what, why);
	return 1;
}

/* The bytes as they are: the page gives them back. */
static int copy(FILE *from, struct report_text *text)
{
	char piece[64 * 1024];
	size_t nr;

	while ((nr = fread(piece, 1, sizeof(piece), from)) > 0)
		report_text_put(text, piece, nr);
	report_text_end(text);
	return ferror(from) ? errno : 0;
}

static int write_page(FILE *snapshot, const char *path)
{
	struct new_file file;
	struct report_text text = { .file = &file };
	int error = new_file_create(&file, path);

	if (error)
		return error;
	new_file_write(&file, report_page_before, strlen(report_page_before));
	error = copy(snapshot, &text);
	new_file_write(&file, report_page_after, strlen(report_page_after));
	if (!error)
		return new_file_finish(&file);
	new_file_drop(&file);
	return error;
}

/* NULL, or why the file is no snapshot. */
static const char *why_not(const char *path, struct arena *arena)
{
	const char *problem;
	const struct json *root = json_file_read(arena, path, &problem);

	return root ? diff_why_no_snapshot(arena, root) : problem;
}

static int report(const char *from, const char *to)
{
	struct arena arena = { 0 };
	const char *problem = why_not(from, &arena);
	FILE *snapshot = problem ? NULL : fopen(from, "r");
	int failed = 0;

	if (problem)
		failed = complain(from, problem);
	else if (!snapshot)
		failed = complain(from, strerror(errno));
	arena_release(&arena);
	if (snapshot) {
		int error = write_page(snapshot, to);

		if (error)
			failed = complain(to, error == EEXIST ? "is there already: a report replaces nothing" : strerror(error));
		fclose(snapshot);
	}
	return failed;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts(iommu_release);
		return 0;
	}
	if (argc != 3 || argv[1][0] == '-') {
		fputs(usage, stderr);
		return 2;
	}
	if (!report_page_before)
		return complain("no page", "this program was built without it (`make deps-report` before `make`)");
	return report(argv[1], argv[2]);
}
