/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page of `iommu report`, made of src/report/ by the Makefile, and how a snapshot gets into it.
 */
#ifndef IOMMU_REPORT_PAGE_H
#define IOMMU_REPORT_PAGE_H

#include <stddef.h>

/* What stands before the snapshot, and after it. Both are NULL in a plugin that was built without npm
 * (`make deps-report`). */
extern const char *const report_page_before, *const report_page_after;

struct new_file;

/* The text of a JSON document on its way into the element of the page that holds it. It comes in pieces,
 * which may end within a letter. */
struct report_text {
	struct new_file *file;
	char held[2]; /* what may become U+2028 or U+2029 with the next piece */
	size_t nr_held;
};

/* Every `<`, `>`, `&`, U+2028 and U+2029 as the escape that JSON has for it, so that no string can end the
 * element or begin another. In JSON they stand in strings only. */
void report_text_put(struct report_text *text, const char *bytes, size_t len);

/* Nothing comes any more. */
void report_text_end(struct report_text *text);

#endif
