// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu-report: the page of `iommu report` around a snapshot that was written earlier, on a machine without crash and
 * without a dump.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "iommu/diff.h"
#include "iommu/new_file.h"
#include "iommu/report_page.h"
#include "iommu/version.h"

static const char usage[] =
	"usage: iommu-report SNAPSHOT FILE.html\n"
	"\n"
	"Writes a page that shows a snapshot of `iommu snapshot`, in one file, as `iommu report` does.\n"
	"FILE.html must not exist yet. Exit status: 0 it was written, 2 trouble.\n";

enum { WRITTEN = 0, TROUBLE = 2 };

static int complain(const char *what, const char *path, const char *problem)
{
	fprintf(stderr, "iommu-report: cannot %s %s: %s\n", what, path, problem);
	return TROUBLE;
}

/* The page relies on it: only within the strings of a JSON document can a character be written as an escape. */
static bool is_snapshot(const char *path)
{
	struct arena arena = { 0 };
	struct diff_side side;
	const char *problem = diff_read(&arena, path, &side);

	if (problem)
		complain("show", path, problem);
	arena_release(&arena);
	return !problem;
}

/* 0, or errno. */
static int put_page(struct new_file *file, FILE *snapshot)
{
	struct report_text text = { .file = file };
	char bytes[65536];
	size_t len;

	new_file_write(file, report_page_before, strlen(report_page_before));
	while ((len = fread(bytes, 1, sizeof(bytes), snapshot)))
		report_text_put(&text, bytes, len);
	if (ferror(snapshot))
		return EIO;
	report_text_end(&text);
	new_file_write(file, report_page_after, strlen(report_page_after));
	return new_file_finish(file);
}

static int write_page(const char *from, const char *to)
{
	FILE *snapshot = fopen(from, "r");
	struct new_file file;
	int error;

	if (!snapshot)
		return complain("read", from, strerror(errno));
	error = new_file_create(&file, to);
	if (!error) {
		error = put_page(&file, snapshot);
		new_file_drop(&file);
	}
	fclose(snapshot);
	return error ? complain("write", to, strerror(error)) : WRITTEN;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return WRITTEN;
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts(iommu_release);
		return WRITTEN;
	}
	if (argc != 3) {
		fputs(usage, stderr);
		return TROUBLE;
	}
	if (!report_page_before) {
		fputs("iommu-report: this program was built without the page ('make deps-report' before 'make' builds it in)\n",
		      stderr);
		return TROUBLE;
	}
	return is_snapshot(argv[1]) ? write_page(argv[1], argv[2]) : TROUBLE;
}
