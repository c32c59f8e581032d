// SPDX-License-Identifier: GPL-2.0-or-later
/* A snapshot's text as it stands in the page of `iommu report`: src/report/embedded.js reads it back. */
#include "iommu/report_page.h"

#include <stdbool.h>
#include <string.h>

#include "iommu/new_file.h"

/* The two line ends that JSON allows in a string differ in their last byte. */
static const char line_end[] = "\xe2\x80";

static const char *escape_of(char byte)
{
	switch (byte) {
	case '<':
		return "\\u003c";
	case '>':
		return "\\u003e";
	case '&':
		return "\\u0026";
	default:
		return NULL;
	}
}

static void put(struct report_text *text, const char *bytes, size_t len)
{
	if (len)
		new_file_write(text->file, bytes, len);
}

/* The bytes that were held are those of line_end; true when this one makes an escape of them. */
static bool ends_line(struct report_text *text, char byte)
{
	if (text->nr_held != 2 || (byte != '\xa8' && byte != '\xa9'))
		return false;
	put(text, byte == '\xa8' ? "\\u2028" : "\\u2029", 6);
	text->nr_held = 0;
	return true;
}

void report_text_end(struct report_text *text)
{
	put(text, text->held, text->nr_held);
	text->nr_held = 0;
}

void report_text_put(struct report_text *text, const char *bytes, size_t len)
{
	size_t from = 0; /* what stands before it is written, held or escaped */

	for (size_t i = 0; i < len; i++) {
		const char *escape = escape_of(bytes[i]);
		bool is_held = text->nr_held < 2 && bytes[i] == line_end[text->nr_held];

		if (!is_held && text->nr_held && ends_line(text, bytes[i])) {
			from = i + 1;
			continue;
		}
		if (!is_held && text->nr_held) {
			report_text_end(text);
			is_held = bytes[i] == line_end[0];
		}
		if (!is_held && !escape)
			continue;
		put(text, bytes + from, i - from);
		from = i + 1;
		if (is_held)
			text->held[text->nr_held++] = bytes[i];
		else
			put(text, escape, strlen(escape));
	}
	put(text, bytes + from, len - from);
}
