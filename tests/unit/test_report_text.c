// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A snapshot in the page of `iommu report`: whatever it holds and in whatever pieces it comes, no byte of it can
 * end the element that it stands in, and with the five escapes taken back it is what it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "iommu/new_file.h"
#include "iommu/report_page.h"

#define MOST_BYTES 4096u

static const struct escape {
	const char *text, *stands_for;
} escapes[] = {
	{ "\\u003c", "<" }, { "\\u003e", ">" }, { "\\u0026", "&" },
	{ "\\u2028", "\xe2\x80\xa8" }, { "\\u2029", "\xe2\x80\xa9" },
};

#define NR_ESCAPES (sizeof(escapes) / sizeof(escapes[0]))

static char path[64];

/* What is written when the bytes come in two pieces. */
static size_t in_page(const char *bytes, size_t len, size_t split, char *ret)
{
	struct new_file file;
	struct report_text text = { .file = &file };
	FILE *written;
	size_t nr;

	unlink(path);
	assert_int_equal(new_file_create(&file, path), 0);
	report_text_put(&text, bytes, split);
	report_text_put(&text, bytes + split, len - split);
	report_text_end(&text);
	assert_int_equal(new_file_finish(&file), 0);
	new_file_drop(&file);
	written = fopen(path, "r");
	assert_non_null(written);
	nr = fread(ret, 1, MOST_BYTES, written);
	fclose(written);
	unlink(path);
	return nr;
}

/* As the page reads it: an escape is taken as a whole, so that a doubled backslash begins none. */
static size_t taken_back(const char *bytes, size_t len, char *ret)
{
	size_t nr = 0;

	for (size_t i = 0; i < len;) {
		const struct escape *found = NULL;

		for (size_t e = 0; e < NR_ESCAPES; e++) {
			if (len - i >= 6 && memcmp(bytes + i, escapes[e].text, 6) == 0)
				found = &escapes[e];
		}
		if (found) {
			memcpy(ret + nr, found->stands_for, strlen(found->stands_for));
			nr += strlen(found->stands_for);
			i += 6;
		} else if (bytes[i] == '\\' && i + 1 < len) {
			ret[nr++] = bytes[i++];
			ret[nr++] = bytes[i++];
		} else {
			ret[nr++] = bytes[i++];
		}
	}
	return nr;
}

static void assert_safe(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		assert_int_not_equal(bytes[i], '<');
		assert_int_not_equal(bytes[i], '>');
		assert_int_not_equal(bytes[i], '&');
		if (i + 2 < len && memcmp(bytes + i, "\xe2\x80", 2) == 0)
			assert_true(bytes[i + 2] != '\xa8' && bytes[i + 2] != '\xa9');
	}
}

/* For each place where it can be cut. */
static void check_text(const char *bytes, size_t len)
{
	char written[MOST_BYTES], back[MOST_BYTES];

	for (size_t split = 0; split <= len; split++) {
		size_t nr = in_page(bytes, len, split, written);

		assert_safe(written, nr);
		assert_int_equal(taken_back(written, nr, back), len);
		assert_memory_equal(back, bytes, len);
	}
}

static void known_texts(void **state)
{
	static const char *const texts[] = {
		"", "{\"comm\":\"qemu-kvm\"}", "\"</script><img src=x onerror=hit()>\"", "\"<!--<script>&lt;\"",
		"\"\\\\u003c\"", "\"\\\\\\\\<\"", "\"a\xe2\x80\xa8" "b\xe2\x80\xa9" "c\"", "\"\xe2\xe2\x80\xa8\"",
		"\"\xe2\x80\xe2\x80\xa9\"", "\"\xe2\x80<\xe2>\"", "\"\xe2\x80\xa6\"", "\xe2", "\xe2\x80",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_text(texts[i], strlen(texts[i]));
}

/* Texts of the letters that matter, in every order that comes. */
static void random_texts(void **state)
{
	static const char letters[] = "<>&a\xe2\x80\xa8\xa9\xe2\x80";
	uint64_t seed = 20261126;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		char text[16];

		for (size_t i = 0; i < sizeof(text); i++) {
			seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
			text[i] = letters[(seed >> 33) % (sizeof(letters) - 1)];
		}
		check_text(text, sizeof(text));
	}
}

/* What the page is made of has its place for a snapshot once. */
static void page_is_whole(void **state)
{
	(void)state;
	assert_non_null(strstr(report_page_before, "Content-Security-Policy"));
	assert_string_equal(report_page_before + strlen(report_page_before) - strlen("id=\"snapshot\">"), "id=\"snapshot\">");
	assert_memory_equal(report_page_after, "</script>", strlen("</script>"));
}

/* Of a plugin that was built without the page. */
static void page_is_left_out(void **state)
{
	(void)state;
	assert_null(report_page_after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_texts),
		cmocka_unit_test(random_texts),
		report_page_before ? (struct CMUnitTest)cmocka_unit_test(page_is_whole)
				   : (struct CMUnitTest)cmocka_unit_test(page_is_left_out),
	};
	char folder[] = "/tmp/iommu-test-XXXXXX";
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/report", folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
