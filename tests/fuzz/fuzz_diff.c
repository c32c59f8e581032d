// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files of snapshots as `iommu diff`, `iommu-diff` and `iommu-report` read them: two documents, or one and the same
 * with another one's members, in pieces of any length. What is no snapshot has a reason in words; what is one is
 * compared as text and as JSON, does not differ from itself, and stands in the page without ending it.
 */
#include "answer.h"
#include "input.h"

#include "iommu/diff.h"

#include <unistd.h>

static struct arena arena;

static const struct json *read_document(struct input *in, size_t nr, const char **problem)
{
	struct json_reader *reader = json_reader_new(&arena);
	size_t piece = 1 + input_byte(in) % 64u;
	uint8_t *bytes;
	bool good = true;

	nr = nr < in->left ? nr : in->left;
	bytes = malloc(nr ? nr : 1);
	if (!bytes)
		abort();
	input_bytes(in, bytes, nr);
	for (size_t at = 0; at < nr && good; at += piece)
		good = json_reader_feed(reader, (const char *)bytes + at, nr - at < piece ? nr - at : piece);
	free(bytes);
	return json_reader_finish(reader, problem);
}

static void compare(const struct json *before, const struct json *after, bool all)
{
	const struct diff_side sides[] = { { "before", before }, { "after", after } };

	for (unsigned is_json = 0; is_json < 2; is_json++) {
		struct diff diff = { .arena = &arena, .all = all };
		struct sink *sink;

		answer_begin();
		diff_compare(&diff, before, after);
		must(before != after || !diff.changes.nr, "a document differs from itself in %zu places", diff.changes.nr);
		sink = is_json ? sink_new_json(&arena, answer_output()) : sink_new_text(&arena, answer_output());
		sink_open(sink, "diff");
		diff_tell(sink, &diff, &sides[0], &sides[1]);
		sink_close(sink);
		answer_check(is_json, "diff");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t how = input_byte(&in);
	size_t nr = how & 1 ? in.left : (size_t)input_number(&in, 2);
	const char *problem = NULL, *why;
	const struct json *before, *after;

	arena_reset(&arena);
	before = read_document(&in, nr, &problem);
	must(before || (problem && *problem), "no document, and nothing is said of it");
	after = how & 1 ? before : read_document(&in, in.left, &problem);
	if (!before || !after)
		return 0;
	for (unsigned side = 0; side < 2; side++) {
		why = diff_why_no_snapshot(&arena, side ? after : before);
		must(!why || *why, "no snapshot, and nothing is said of it");
		if (why)
			return 0;
	}
	compare(before, after, how & 2);
	return 0;
}
