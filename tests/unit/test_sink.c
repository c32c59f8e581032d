// SPDX-License-Identifier: GPL-2.0-or-later
/* Both sinks, fed by the same calls. JSON is read back by yajl's own parser. */
#include "unit.h"

#include <ctype.h>
#include <yajl/yajl_tree.h>

#include "format/amd/records.h"
#include "iommu/records.h"
#include "iommu/sink.h"

#define NR_ROWS 100000

/* What a sink wrote. */
struct written {
	char *text;
	size_t len, cap;
	size_t nr_bytes; /* also those that were not kept */
	bool keep;
};

static void keep_bytes(void *ctx, const char *bytes, size_t len)
{
	struct written *out = ctx;

	out->nr_bytes += len;
	if (!out->keep)
		return;
	if (out->len + len + 1 > out->cap) {
		out->cap = 2 * (out->len + len + 1);
		out->text = realloc(out->text, out->cap);
		assert_non_null(out->text);
	}
	memcpy(out->text + out->len, bytes, len);
	out->len += len;
	out->text[out->len] = '\0';
}

struct fixture {
	struct arena arena;
	struct written out;
	struct sink *sink;
};

static void begin(struct fixture *f, bool json, bool keep)
{
	struct output output = { keep_bytes, &f->out };

	memset(f, 0, sizeof(*f));
	f->out.keep = keep;
	f->sink = json ? sink_new_json(&f->arena, output) : sink_new_text(&f->arena, output);
	sink_open(f->sink, "test");
}

static void finish(struct fixture *f)
{
	free(f->out.text);
	arena_release(&f->arena);
}

static const char *text_of(struct fixture *f)
{
	sink_close(f->sink);
	return f->out.text ? f->out.text : "";
}

static yajl_val json_of(struct fixture *f)
{
	char error[256] = "";
	yajl_val tree;

	sink_close(f->sink);
	tree = yajl_tree_parse(f->out.text, error, sizeof(error));
	check(tree && YAJL_IS_OBJECT(tree), "%s in %s", error, f->out.text);
	return tree;
}

/* By path, for example "rows", "0", "name" would be too clever: one key at a time. */
static yajl_val get(yajl_val object, const char *key)
{
	const char *path[] = { key, NULL };
	yajl_val value = yajl_tree_get(object, path, yajl_t_any);

	check(value, "no member %s", key);
	return value;
}

static yajl_val at(yajl_val array, size_t index)
{
	assert_true(YAJL_IS_ARRAY(array));
	assert_true(index < YAJL_GET_ARRAY(array)->len);
	return YAJL_GET_ARRAY(array)->values[index];
}

static size_t length(yajl_val array)
{
	assert_true(YAJL_IS_ARRAY(array));
	return YAJL_GET_ARRAY(array)->len;
}

static const char *string(yajl_val value)
{
	assert_true(YAJL_IS_STRING(value));
	return YAJL_GET_STRING(value);
}

#define TABLE(sink, columns) sink_table(sink, columns, sizeof(columns) / sizeof((columns)[0]))

/* ---- text: tables ---- */

static const struct column named[] = {
	{ .key = "name", .head = "NAME" },
	{ .key = "size", .head = "SIZE", .right = true, .width = 6 },
	{ .key = "what", .head = "WHAT" },
};

static void put_row(struct sink *sink, const char *name, uint64_t size, const char *what)
{
	sink_row(sink);
	sink_string(sink, "name", name);
	sink_count(sink, "size", size);
	sink_string(sink, "what", what);
	sink_row_end(sink);
}

static void test_table_widths(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, false, true);
	sink_list(f.sink, "rows");
	TABLE(f.sink, named);
	put_row(f.sink, "a", 1, "short");
	put_row(f.sink, "a long name", 1234567890, NULL);
	sink_list_end(f.sink);
	assert_string_equal(text_of(&f), "NAME               SIZE  WHAT\n"
					 "a                     1  short\n"
					 "a long name  1234567890  -\n");
	finish(&f);
}

static void test_table_without_heads(void **state)
{
	static const struct column bare[] = { { .key = "name" }, { .key = "size", .right = true } };
	struct fixture f;

	(void)state;
	begin(&f, false, true);
	TABLE(f.sink, bare);
	put_row(f.sink, "a", 1, "");
	put_row(f.sink, "bb", 22, "");
	assert_string_equal(text_of(&f), "a    1\nbb  22\n");
	finish(&f);
}

static void test_table_without_rows_prints_nothing(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, false, true);
	sink_list(f.sink, "rows");
	TABLE(f.sink, named);
	sink_list_end(f.sink);
	put_row(f.sink, "after", 0, "the table ended");
	assert_string_equal(text_of(&f), "");
	finish(&f);
}

/* Rows that come after the widths were fixed overflow, and lose nothing. */
static void test_late_wide_row(void **state)
{
	struct fixture f;
	const char *text;
	unsigned lines = 0;

	(void)state;
	begin(&f, false, true);
	TABLE(f.sink, named);
	for (unsigned i = 0; i < 500; i++)
		put_row(f.sink, "n", i, "w");
	put_row(f.sink, "much wider than any before", 1, "w");
	text = text_of(&f);
	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 502);
	assert_non_null(strstr(text, "much wider than any before       1  w\n"));
	assert_non_null(strstr(text, "\nn        499  w\n"));
	finish(&f);
}

static void test_cell_wins(void **state)
{
	struct fixture f;

	(void)state;
	for (unsigned cell_first = 0; cell_first < 2; cell_first++) {
		begin(&f, false, true);
		TABLE(f.sink, named);
		sink_row(f.sink);
		if (cell_first)
			sink_cell(f.sink, "size", "%s", "4K");
		sink_hex(f.sink, "size", 4096);
		if (!cell_first)
			sink_cell(f.sink, "size", "%s", "4K");
		sink_bool(f.sink, "name", true);
		sink_string(f.sink, "no such column", "x");
		sink_row_end(f.sink);
		assert_string_equal(text_of(&f), "NAME    SIZE  WHAT\n1         4K\n");
		finish(&f);
	}
}

/* What a row holds inside is told by its cells. */
static void test_nested_in_row_is_ignored_by_text(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, false, true);
	TABLE(f.sink, named);
	sink_row(f.sink);
	sink_string(f.sink, "name", "outer");
	sink_begin(f.sink, "inner");
	sink_string(f.sink, "name", "inner");
	sink_list(f.sink, "list");
	TABLE(f.sink, named);
	put_row(f.sink, "row in a row", 5, "x");
	sink_list_end(f.sink);
	sink_end(f.sink);
	sink_string(f.sink, "what", "still outer");
	sink_row_end(f.sink);
	put_row(f.sink, "second", 2, "");
	assert_string_equal(text_of(&f), "NAME      SIZE  WHAT\n"
					 "outer           still outer\n"
					 "second       2\n");
	finish(&f);
}

static void test_long_cells_and_many_columns(void **state)
{
	struct column columns[40];
	char keys[40][8], *words;
	struct fixture f;

	(void)state;
	begin(&f, false, true);
	words = malloc(5000);
	memset(words, 'w', 4999);
	words[4999] = '\0';
	for (unsigned i = 0; i < 40; i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%u", i);
		columns[i] = (struct column){ .key = keys[i], .head = "HEAD" };
	}
	TABLE(f.sink, columns);
	for (unsigned row = 0; row < 300; row++) {
		sink_row(f.sink);
		for (unsigned i = 0; i < 40; i++)
			sink_cell(f.sink, keys[i], "%s", words);
		sink_row_end(f.sink);
	}
	sink_words(f.sink, words, (uint64_t[400]){ 1 }, 400, true);
	sink_say(f.sink, words, "%s", words);
	sink_heading(f.sink, "%s", words);
	sink_note(f.sink, NOTE_INFO, "code", "%s", words);
	assert_true(strlen(text_of(&f)) > 300 * 1000);
	free(words);
	finish(&f);
}

/* Around every size that a buffer could have: what goes in comes out whole, in both forms. */
static const size_t long_sizes[] = { 63, 64, 65, 254, 255, 256, 257, 511, 512, 1021, 1022, 1023, 1024, 1025,
	2047, 2048, 4095, 4096, 4127, 4128, 4129, 4130, 5000, 100000 };

#define NR_LONG (sizeof(long_sizes) / sizeof(long_sizes[0]))

/* "<wwww...w>" of that many bytes */
static char *long_words(size_t size)
{
	char *words = malloc(size + 1);

	assert_non_null(words);
	memset(words, 'w', size);
	words[0] = '<';
	words[size - 1] = '>';
	words[size] = '\0';
	return words;
}

static void put_long(struct sink *sink, const char *words)
{
	sink_list(sink, "rows");
	TABLE(sink, named);
	put_row(sink, words, 1, words);
	put_row(sink, "short", 2, "too");
	sink_row(sink);
	sink_string(sink, "name", "formatted");
	sink_cell(sink, "what", "%s", words);
	sink_row_end(sink);
	sink_list_end(sink);
	sink_say(sink, "SAID", "%s", words);
	sink_say(sink, words, "under a long label");
	sink_heading(sink, "%s", words);
	sink_note(sink, NOTE_WARNING, "name", "%s is not a name", words);
}

static void test_text_is_never_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_LONG; i++) {
		char *words = long_words(long_sizes[i]);
		size_t nr = 0;
		struct fixture f;

		begin(&f, false, true);
		put_long(f.sink, words);
		text_of(&f);
		for (const char *at = f.out.text; (at = strstr(at, words)); at++)
			nr++;
		check(nr == 7, "%zu bytes: %zu of 7 came out whole", long_sizes[i], nr);
		check(strstr(f.out.text, "> is not a name\n"), "%zu bytes: the rest of the line is gone",
		      long_sizes[i]);
		finish(&f);
		free(words);
	}
}

static void test_json_is_never_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_LONG; i++) {
		char *words = long_words(long_sizes[i]);
		struct fixture f;
		yajl_val tree;

		begin(&f, true, true);
		put_long(f.sink, words);
		tree = json_of(&f);
		assert_string_equal(string(get(at(get(tree, "rows"), 0), "name")), words);
		assert_string_equal(string(get(at(get(tree, "rows"), 1), "name")), "short");
		check(strlen(string(get(at(get(tree, "notes"), 0), "text"))) ==
			      long_sizes[i] + strlen(" is not a name"), "%zu bytes", long_sizes[i]);
		yajl_tree_free(tree);
		finish(&f);
		free(words);
	}
}

/* ---- text: order ---- */

static void test_notes_stand_in_place(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, false, true);
	TABLE(f.sink, named);
	put_row(f.sink, "one", 1, "");
	sink_note(f.sink, NOTE_WARNING, "damaged", "entry %d", 7);
	put_row(f.sink, "two", 2, "");
	sink_heading(f.sink, "%s", "total");
	sink_note(f.sink, NOTE_INFO, "hint", "a hint");
	sink_note(f.sink, NOTE_ERROR, "bad", "no answer");
	sink_say(f.sink, "LABEL", "%s", "words");
	assert_string_equal(text_of(&f), "NAME    SIZE  WHAT\n"
					 "one        1\n"
					 "warning: entry 7\n"
					 "two        2\n"
					 "total\n"
					 "note: a hint\n"
					 "iommu: no answer\n"
					 "LABEL       words\n");
	finish(&f);
}

/* Layout apart: runs of spaces become one. */
static void squeeze(char *text)
{
	char *to = text;

	for (const char *c = text; *c; c++) {
		if (*c != ' ' || to == text || to[-1] != ' ')
			*to++ = *c;
	}
	*to = '\0';
}

static void test_record_on_screen(void **state)
{
	static const uint64_t words[4] = { 0x6000000688294603 | 1 << 2, 0x79, 0x2000000819256011,
					   0 };
	struct fixture f;

	(void)state;
	begin(&f, false, true);
	sink_record(f.sink, "fields", &amd_dte_record, words, true);
	sink_words(f.sink, "data", words, 4, true);
	text_of(&f);
	squeeze(f.out.text);
	assert_non_null(strstr(f.out.text, "\n Mode 3 11:9 host paging mode: 3-level\n"));
	assert_non_null(strstr(f.out.text, "\n HostPTRoot 688294000 51:12 "));
	assert_non_null(strstr(f.out.text, "\n DomainID 0x79 79:64 "));
	assert_non_null(strstr(f.out.text, "\n GLX 0 57:56 GCR3 table levels: not used while GV is 0\n"));
	assert_non_null(strstr(f.out.text, "\n <reserved> 0x1 6:2 these bits must be zero\n"));
	assert_non_null(strstr(f.out.text, "\n data 6000000688294607 0000000000000079 "
					   "2000000819256011 0000000000000000\n"));
	finish(&f);
	begin(&f, false, true);
	sink_record(f.sink, "fields", &amd_dte_record, words, false);
	sink_words(f.sink, "data", words, 4, false);
	assert_string_equal(text_of(&f), "");
	finish(&f);
}

/* sme_me_mask of a machine with memory encryption stands in addresses of the machine's memory alone: it is taken
 * out of them and named, in text and in JSON. */
static void test_encryption_bit(void **state)
{
	struct record_view view = {
		.record = &amd_dte_record,
		.words = { 0x6000000688294603 | 1ULL << 47, 0x79, 0x2008000100258013, 0 },
		.nr_words = 4,
		.enc_mask = 1ULL << 51,
	};
	struct fixture f;
	yajl_val tree, dte;

	(void)state;
	begin(&f, false, true);
	sink_view(f.sink, "fields", &view, true);
	text_of(&f);
	squeeze(f.out.text);
	assert_non_null(strstr(f.out.text, "\n IntTabRoot 100258000 179:134 physical address of the "
					   "interrupt table; encrypted (bit 51)\n"));
	assert_non_null(strstr(f.out.text, "\n HostPTRoot 800688294000 51:12 physical address of the host "
					   "page table\n"));
	finish(&f);
	begin(&f, true, true);
	sink_view(f.sink, "dte", &view, false);
	view.enc_mask = 0;
	sink_view(f.sink, "plain", &view, false);
	tree = json_of(&f);
	dte = get(tree, "dte");
	assert_string_equal(string(get(dte, "int_tab_root")), "0x100258000");
	assert_true(YAJL_IS_TRUE(get(dte, "int_tab_root_encrypted")));
	assert_string_equal(string(get(dte, "root")), "0x800688294000");
	assert_true(YAJL_IS_FALSE(get(dte, "root_encrypted")));
	assert_null(yajl_tree_get(dte, (const char *[]){ "glx_name", NULL }, yajl_t_any));
	dte = get(tree, "plain");
	assert_string_equal(string(get(dte, "int_tab_root")), "0x8000100258000");
	assert_null(yajl_tree_get(dte, (const char *[]){ "int_tab_root_encrypted", NULL }, yajl_t_any));
	yajl_tree_free(tree);
	finish(&f);
}

/* ---- JSON ---- */

static void test_json_empty(void **state)
{
	struct fixture f;
	yajl_val tree;

	(void)state;
	begin(&f, true, true);
	tree = json_of(&f);
	assert_int_equal(YAJL_GET_INTEGER(get(tree, "schema")), 1);
	assert_string_equal(string(get(tree, "command")), "test");
	assert_int_equal(length(get(tree, "notes")), 0);
	assert_int_equal(f.out.text[f.out.len - 1], '\n');
	yajl_tree_free(tree);
	finish(&f);
}

static void test_json_shapes(void **state)
{
	struct fixture f;
	yajl_val tree, row;

	(void)state;
	begin(&f, true, true);
	sink_list(f.sink, "rows");
	TABLE(f.sink, named);
	for (unsigned i = 0; i < 3; i++) {
		sink_row(f.sink);
		sink_count(f.sink, "nth", i);
		sink_hex(f.sink, "address", UINT64_MAX);
		sink_bool(f.sink, "yes", true);
		sink_bool(f.sink, "no", false);
		sink_null(f.sink, "nothing");
		sink_string(f.sink, "null", NULL);
		sink_cell(f.sink, "cell", "only text has %s", "cells");
		sink_list(f.sink, "inner");
		sink_begin(f.sink, NULL);
		sink_string(f.sink, "deep", "value");
		sink_end(f.sink);
		sink_list_end(f.sink);
		sink_row_end(f.sink);
	}
	sink_list_end(f.sink);
	sink_heading(f.sink, "only text has headings");
	sink_say(f.sink, "LABEL", "only text says");
	tree = json_of(&f);
	assert_int_equal(length(get(tree, "rows")), 3);
	row = at(get(tree, "rows"), 2);
	assert_int_equal(YAJL_GET_OBJECT(row)->len, 7);
	assert_int_equal(YAJL_GET_INTEGER(get(row, "nth")), 2);
	assert_string_equal(string(get(row, "address")), "0xffffffffffffffff");
	assert_true(YAJL_IS_TRUE(get(row, "yes")) && YAJL_IS_FALSE(get(row, "no")));
	assert_true(YAJL_IS_NULL(get(row, "nothing")) && YAJL_IS_NULL(get(row, "null")));
	assert_string_equal(string(get(at(get(row, "inner"), 0), "deep")), "value");
	assert_null(strstr(f.out.text, "only text"));
	yajl_tree_free(tree);
	finish(&f);
}

static void test_json_large_count(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, true, true);
	sink_count(f.sink, "bytes", UINT64_MAX);
	sink_close(f.sink);
	assert_non_null(strstr(f.out.text, "\"bytes\":18446744073709551615"));
	finish(&f);
}

static void test_json_record(void **state)
{
	static const uint64_t words[4] = { 0x6000000688294603, 0x79, 0x2000000819256011, 0 };
	static const uint64_t bad[4] = { 0x6000000688294603 | 1 << 3, 0, 0, 0 };
	struct fixture f;
	yajl_val tree, dte;

	(void)state;
	begin(&f, true, true);
	sink_record(f.sink, "dte", &amd_dte_record, words, false);
	sink_words(f.sink, "raw", words, 4, false);
	sink_record(f.sink, "bad", &amd_dte_record, bad, true);
	tree = json_of(&f);
	dte = get(tree, "dte");
	assert_true(YAJL_IS_TRUE(get(dte, "v")) && YAJL_IS_FALSE(get(dte, "gv")));
	assert_int_equal(YAJL_GET_INTEGER(get(dte, "mode")), 3);
	assert_string_equal(string(get(dte, "mode_name")), "3-level");
	assert_string_equal(string(get(dte, "root")), "0x688294000");
	assert_int_equal(YAJL_GET_INTEGER(get(dte, "domain_id")), 121);
	for (unsigned i = 0; i < amd_dte_record.nr_fields; i++) {
		if (amd_dte_record.fields[i].key)
			get(dte, amd_dte_record.fields[i].key);
	}
	assert_null(yajl_tree_get(dte, (const char *[]){ "reserved_bit_set", NULL }, yajl_t_any));
	assert_int_equal(YAJL_GET_INTEGER(get(get(tree, "bad"), "reserved_bit_set")), 3);
	assert_string_equal(string(at(get(tree, "raw"), 2)), "0x2000000819256011");
	yajl_tree_free(tree);
	finish(&f);
}

/* A register that has a bit which nobody has a name for: no damage, and no word of what must be. */
static void test_unnamed_bits(void **state)
{
	static const uint64_t efr = 1ULL << 53 | 1ULL << 47 | 1;
	static const uint64_t block[3] = { 0x8011, 0, 0x20000000000 };
	struct fixture f;
	yajl_val tree;

	(void)state;
	begin(&f, true, true);
	sink_record(f.sink, "efr", &amd_efr_record, &efr, true);
	tree = json_of(&f);
	assert_null(yajl_tree_get(get(tree, "efr"), (const char *[]){ "reserved_bit_set", NULL }, yajl_t_any));
	assert_int_equal(YAJL_GET_INTEGER(at(get(get(tree, "efr"), "unnamed_bits_set"), 0)), 47);
	assert_int_equal(YAJL_GET_INTEGER(at(get(get(tree, "efr"), "unnamed_bits_set"), 1)), 53);
	yajl_tree_free(tree);
	finish(&f);
	begin(&f, false, true);
	sink_record(f.sink, "efr", &amd_efr_record, &efr, true);
	sink_record(f.sink, "block", &amd_ivhd11_record, block, true);
	text_of(&f);
	squeeze(f.out.text);
	assert_non_null(strstr(f.out.text, "\n (reserved) 0x1 53 a bit without a known name\n"));
	assert_non_null(strstr(f.out.text, "\n (reserved) 0x2 15:14 reserved; commonly set by firmware, not read by Linux\n"));
	assert_null(strstr(f.out.text, "must be zero"));
	finish(&f);
}

static void test_json_notes_at_the_end(void **state)
{
	struct fixture f;
	yajl_val tree, note;

	(void)state;
	begin(&f, true, true);
	sink_note(f.sink, NOTE_WARNING, "first", "entry %d", 7);
	sink_list(f.sink, "rows");
	put_row(f.sink, "one", 1, "");
	sink_note(f.sink, NOTE_ERROR, "second", "inside of a row's list");
	put_row(f.sink, "two", 2, "");
	sink_list_end(f.sink);
	sink_note(f.sink, NOTE_INFO, "third", "info");
	tree = json_of(&f);
	assert_int_equal(length(get(tree, "rows")), 2);
	assert_int_equal(length(get(tree, "notes")), 3);
	note = at(get(tree, "notes"), 0);
	assert_string_equal(string(get(note, "severity")), "warning");
	assert_string_equal(string(get(note, "code")), "first");
	assert_string_equal(string(get(note, "text")), "entry 7");
	assert_string_equal(string(get(at(get(tree, "notes"), 1), "severity")), "error");
	assert_string_equal(string(get(at(get(tree, "notes"), 2), "severity")), "info");
	yajl_tree_free(tree);
	finish(&f);
}

/* A hostile dump can cause a note per entry. */
static void test_json_notes_are_limited(void **state)
{
	struct fixture f;
	yajl_val tree;
	size_t used = 0;

	(void)state;
	begin(&f, true, true);
	for (unsigned i = 0; i < NR_ROWS; i++) {
		sink_note(f.sink, NOTE_WARNING, "same", "note %u", i);
		if (i == 2000)
			used = f.arena.used;
	}
	assert_int_equal(f.arena.used, used);
	tree = json_of(&f);
	assert_int_equal(length(get(tree, "notes")), 1001);
	assert_string_equal(string(get(at(get(tree, "notes"), 999), "text")), "note 999");
	assert_string_equal(string(get(at(get(tree, "notes"), 1000), "code")), "notes-cut");
	assert_string_equal(string(get(at(get(tree, "notes"), 1000), "text")),
			    "99000 more notes are not listed");
	yajl_tree_free(tree);
	finish(&f);
}

/* ---- names out of a dump ---- */

static const char *const hostile[] = {
	"\"quoted\" \\ back",
	"\xff\xfe\x80 not UTF-8 \xc3",
	"line\nline\r\ttab",
	"\x1b[31mred\x1b]0;title\x07",
	"\x01\x7f",
	"</script>",
	"%s%n%x",
	"",
};

#define NR_HOSTILE (sizeof(hostile) / sizeof(hostile[0]))

static void put_hostile(struct sink *sink)
{
	char *longest = malloc(100000);

	memset(longest, '\xee', 99999);
	longest[99999] = '\0';
	sink_list(sink, "rows");
	TABLE(sink, named);
	for (size_t i = 0; i < NR_HOSTILE; i++)
		put_row(sink, hostile[i], i, hostile[i]);
	put_row(sink, longest, 0, longest);
	sink_list_end(sink);
	for (size_t i = 0; i < NR_HOSTILE; i++) {
		sink_say(sink, "NAME", "%s", hostile[i]);
		sink_heading(sink, "%s", hostile[i]);
		sink_note(sink, NOTE_WARNING, "name", "driver '%s'", hostile[i]);
	}
	sink_note(sink, NOTE_WARNING, "name", "%s", longest);
	free(longest);
}

static void test_json_survives_hostile_strings(void **state)
{
	struct fixture f;
	yajl_val tree;

	(void)state;
	begin(&f, true, true);
	put_hostile(f.sink);
	tree = json_of(&f);
	assert_int_equal(length(get(tree, "rows")), NR_HOSTILE + 1);
	assert_string_equal(string(get(at(get(tree, "rows"), 0), "name")), hostile[0]);
	assert_string_equal(string(get(at(get(tree, "rows"), 6), "name")), hostile[6]);
	for (size_t i = 0; i + 1 < f.out.len; i++)
		check(isprint((unsigned char)f.out.text[i]), "byte %zu", i);
	yajl_tree_free(tree);
	finish(&f);
}

/* No escape sequence of a dump reaches the terminal, and no name makes a line of its own. */
static void test_text_survives_hostile_strings(void **state)
{
	struct fixture f;
	size_t lines = 0;

	(void)state;
	begin(&f, false, true);
	put_hostile(f.sink);
	text_of(&f);
	for (size_t i = 0; i < f.out.len; i++) {
		unsigned char c = (unsigned char)f.out.text[i];

		check(c == '\n' || isprint(c), "byte %zu is %x", i, c);
		lines += c == '\n';
	}
	assert_int_equal(lines, 1 + NR_HOSTILE + 1 + 3 * NR_HOSTILE + 1);
	finish(&f);
}

/* ---- memory ---- */

static void put_many_rows(struct sink *sink, unsigned from, unsigned nr)
{
	for (unsigned i = from; i < from + nr; i++) {
		sink_row(sink);
		sink_hex(sink, "name", i);
		sink_cell(sink, "size", "%uK", i);
		sink_string(sink, "what", "a name");
		sink_list(sink, "list");
		sink_begin(sink, NULL);
		sink_bool(sink, "flag", i & 1);
		sink_end(sink);
		sink_list_end(sink);
		sink_row_end(sink);
	}
}

static void test_memory_does_not_grow_with_rows(void **state)
{
	(void)state;
	for (unsigned json = 0; json < 2; json++) {
		struct fixture f;
		size_t used, bytes;

		begin(&f, json, false);
		sink_list(f.sink, "rows");
		TABLE(f.sink, named);
		put_many_rows(f.sink, 0, 10);
		used = f.arena.used;
		bytes = f.out.nr_bytes;
		put_many_rows(f.sink, 10, NR_ROWS);
		assert_int_equal(f.arena.used, used);
		assert_true(f.out.nr_bytes > bytes + NR_ROWS * 10);
		sink_list_end(f.sink);
		sink_close(f.sink);
		finish(&f);
	}
}

static void test_memory_does_not_grow_with_records(void **state)
{
	static const uint64_t words[4] = { 0x6000000688294603, 0x79, 0x2000000819256011, 0 };

	(void)state;
	for (unsigned json = 0; json < 2; json++) {
		struct fixture f;
		size_t used = 0;

		begin(&f, json, false);
		sink_list(f.sink, "rows");
		for (unsigned i = 0; i < 2000; i++) {
			sink_begin(f.sink, NULL);
			sink_record(f.sink, "fields", &amd_dte_record, words, true);
			sink_end(f.sink);
			used = i ? used : f.arena.used;
		}
		assert_int_equal(f.arena.used, used);
		sink_list_end(f.sink);
		sink_close(f.sink);
		finish(&f);
	}
}

/* Written as it comes, not at the end. */
static void test_rows_are_streamed(void **state)
{
	(void)state;
	for (unsigned json = 0; json < 2; json++) {
		struct fixture f;
		size_t before;

		begin(&f, json, false);
		sink_list(f.sink, "rows");
		TABLE(f.sink, named);
		put_many_rows(f.sink, 0, 200);
		before = f.out.nr_bytes;
		/* Text row by row, JSON in blocks. */
		put_many_rows(f.sink, 0, json ? 2000 : 1);
		assert_true(f.out.nr_bytes > before);
		sink_list_end(f.sink);
		sink_close(f.sink);
		finish(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_widths),
		cmocka_unit_test(test_table_without_heads),
		cmocka_unit_test(test_table_without_rows_prints_nothing),
		cmocka_unit_test(test_late_wide_row),
		cmocka_unit_test(test_cell_wins),
		cmocka_unit_test(test_nested_in_row_is_ignored_by_text),
		cmocka_unit_test(test_long_cells_and_many_columns),
		cmocka_unit_test(test_text_is_never_cut),
		cmocka_unit_test(test_json_is_never_cut),
		cmocka_unit_test(test_notes_stand_in_place),
		cmocka_unit_test(test_record_on_screen),
		cmocka_unit_test(test_encryption_bit),
		cmocka_unit_test(test_json_empty),
		cmocka_unit_test(test_json_shapes),
		cmocka_unit_test(test_json_large_count),
		cmocka_unit_test(test_json_record),
		cmocka_unit_test(test_unnamed_bits),
		cmocka_unit_test(test_json_notes_at_the_end),
		cmocka_unit_test(test_json_notes_are_limited),
		cmocka_unit_test(test_json_survives_hostile_strings),
		cmocka_unit_test(test_text_survives_hostile_strings),
		cmocka_unit_test(test_memory_does_not_grow_with_rows),
		cmocka_unit_test(test_memory_does_not_grow_with_records),
		cmocka_unit_test(test_rows_are_streamed),
	};

	return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
