// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON documents as trees: what is read is what was written, in whatever pieces it comes; what is no document says so. */
#include "unit.h"

#include <string.h>

#include "iommu/json_tree.h"

static struct arena arena;

static const struct json *read_in_pieces(const char *text, size_t len, size_t piece, const char **problem)
{
	struct json_reader *reader = json_reader_new(&arena);

	for (size_t at = 0; at < len; at += piece) {
		if (!json_reader_feed(reader, text + at, len - at < piece ? len - at : piece))
			break;
	}
	return json_reader_finish(reader, problem);
}

static const struct json *read_all(const char *text, const char **problem)
{
	return read_in_pieces(text, strlen(text), strlen(text) + 1, problem);
}

static void test_every_kind(void **state)
{
	static const char text[] = "{\"a\":null,\"b\":[true,false,18446744073709551615,\"0x12\"],"
				   "\"c\":{\"\":{},\"d\":[]},\"e\":\"\\u0041\\\"\"}";
	const char *problem;

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		const struct json *root = read_in_pieces(text, sizeof(text) - 1, piece, &problem), *b;

		assert_non_null(root);
		assert_null(problem);
		assert_int_equal(root->kind, JSON_OBJECT);
		assert_int_equal(root->nr, 4);
		assert_int_equal(json_member(root, "a")->kind, JSON_NULL);
		b = json_member(root, "b");
		assert_int_equal(b->nr, 4);
		assert_true(b->items[0]->truth);
		assert_false(b->items[1]->truth);
		assert_string_equal(b->items[2]->text, "18446744073709551615");
		assert_string_equal(b->items[3]->text, "0x12");
		assert_int_equal(json_member(json_member(root, "c"), "")->kind, JSON_OBJECT);
		assert_string_equal(json_text(root, "e"), "A\"");
		assert_null(json_text(root, "a"));
		assert_null(json_member(root, "f"));
		assert_null(json_member(b, "a"));
		arena_reset(&arena);
	}
}

static void test_many_members(void **state)
{
	static char text[200000];
	const char *problem;
	const struct json *root;
	char *at = text;

	(void)state;
	*at++ = '[';
	for (unsigned i = 0; i < 20000; i++)
		at += sprintf(at, "%s%u", i ? "," : "", i);
	strcpy(at, "]");
	root = read_all(text, &problem);
	assert_int_equal(root->nr, 20000);
	for (unsigned i = 0; i < 20000; i++)
		assert_int_equal(strtoul(root->items[i]->text, NULL, 10), i);
	arena_reset(&arena);
}

static void test_what_is_no_document(void **state)
{
	static const char *const texts[] = { "", " ", "{", "{\"a\":1", "[1,2", "{\"a\"}", "{} {}", "nul", ("\x7f" "ELF"), "[1,]",
					     "\"a", "[\"\xff\"]", "{1:2}", "}" };
	char deep[JSON_DEPTH_MAX + 3];
	const char *problem;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		check(!read_all(texts[i], &problem) && problem && *problem, "'%s' is taken for a document", texts[i]);
		check(!strchr(problem, '\n'), "'%s': more than a line", texts[i]);
		arena_reset(&arena);
	}
	memset(deep, '[', sizeof(deep));
	deep[JSON_DEPTH_MAX + 1] = '\0';
	assert_null(read_all(deep, &problem));
	assert_non_null(strstr(problem, "deep"));
	arena_reset(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind),
		cmocka_unit_test(test_many_members),
		cmocka_unit_test(test_what_is_no_document),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_release(&arena);
	return failed;
}
