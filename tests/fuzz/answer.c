// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers kept in memory, and the properties of each. */
#include "answer.h"

#include <yajl/yajl_parse.h>

#include "input.h"

/* More than any answer about the small machines of the targets. */
#define ANSWER_MAX ((size_t)64 << 20)

static struct {
	char *text;
	size_t len, cap;
} answer;

static void collect(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	must(len < ANSWER_MAX && answer.len + len < ANSWER_MAX, "the answer is longer than %zu bytes", ANSWER_MAX);
	while (answer.len + len + 1 > answer.cap) {
		answer.cap = answer.cap ? 2 * answer.cap : 65536;
		answer.text = realloc(answer.text, answer.cap);
		if (!answer.text)
			abort();
	}
	if (len)
		memcpy(answer.text + answer.len, bytes, len);
	answer.len += len;
	answer.text[answer.len] = '\0';
}

struct output answer_output(void)
{
	return (struct output){ collect, NULL };
}

void answer_begin(void)
{
	answer.len = 0;
	collect(NULL, "", 0);
}

const char *answer_text(size_t *len)
{
	*len = answer.len;
	return answer.text;
}

static bool is_one_document(const char *text, size_t len)
{
	yajl_handle parser = yajl_alloc(NULL, NULL, NULL);
	bool good = len && text[len - 1] == '\n' &&
		    yajl_parse(parser, (const unsigned char *)text, len) == yajl_status_ok &&
		    yajl_complete_parse(parser) == yajl_status_ok;

	yajl_free(parser);
	return good;
}

void answer_check_text(const char *text, size_t len, bool is_json, const char *of_what)
{
	must(!is_json || is_one_document(text, len), "%s: not one JSON document:\n%.4000s", of_what, text);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		must((c >= ' ' && c != 0x7f) || c == '\n', "%s: byte %02x at %zu of:\n%.4000s", of_what, c, i, text);
	}
}

void answer_check(bool is_json, const char *of_what)
{
	answer_check_text(answer.text, answer.len, is_json, of_what);
}
