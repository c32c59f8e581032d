// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu-diff: what changed between two snapshots, on a machine without crash and without a dump. It shares all but
 * these lines with `iommu diff`. Exits with 0 where nothing differs, 1 where something does, 2 in trouble: as diff(1).
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "iommu/diff.h"
#include "iommu/version.h"

static const char usage[] =
	"usage: iommu-diff [-v] [-j] A B\n"
	"\n"
	"What changed from one snapshot of `iommu snapshot` to another. Addresses, pids and counters,\n"
	"which differ on every boot, are left out; -v compares them too. -j: one JSON document.\n"
	"Exit status: 0 nothing differs, 1 something does, 2 trouble.\n";

enum { SAME = 0, DIFFERENT = 1, TROUBLE = 2 };

static void write_out(void *ctx, const char *bytes, size_t len)
{
	fwrite(bytes, 1, len, ctx);
}

static bool read_side(struct arena *arena, const char *path, struct diff_side *ret)
{
	const char *problem = diff_read(arena, path, ret);

	if (problem)
		fprintf(stderr, "iommu-diff: cannot compare %s: %s\n", path, problem);
	return !problem;
}

static int compare(struct arena *arena, char **paths, bool all, bool is_json)
{
	const struct output out = { write_out, stdout };
	struct diff diff = { .arena = arena, .all = all };
	struct diff_side before, after;
	struct sink *sink;

	if (!read_side(arena, paths[0], &before) || !read_side(arena, paths[1], &after))
		return TROUBLE;
	diff_compare(&diff, before.root, after.root);
	sink = is_json ? sink_new_json(arena, out) : sink_new_text(arena, out);
	sink_open(sink, "diff");
	diff_tell(sink, &diff, &before, &after);
	sink_close(sink);
	if (fflush(stdout) || ferror(stdout)) {
		perror("iommu-diff");
		return TROUBLE;
	}
	return diff.changes.nr ? DIFFERENT : SAME;
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	bool all = false, is_json = false;
	int option, status;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return SAME;
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts(iommu_release);
		return SAME;
	}
	while ((option = getopt(argc, argv, "vj")) != -1) {
		if (option == '?')
			goto misuse;
		all |= option == 'v';
		is_json |= option == 'j';
	}
	if (argc - optind != 2)
		goto misuse;
	status = compare(&arena, argv + optind, all, is_json);
	arena_release(&arena);
	return status;
misuse:
	fputs(usage, stderr);
	return TROUBLE;
}
