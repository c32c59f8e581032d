/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where answers go in a fuzz target, and what must be true of each. */
#ifndef TESTS_FUZZ_ANSWER_H
#define TESTS_FUZZ_ANSWER_H

#include "iommu/sink.h"

/* For a sink: what is written to it is kept until the next answer_begin(). */
struct output answer_output(void);
void answer_begin(void);

/* What was written, with a NUL behind it. */
const char *answer_text(size_t *len);

/* JSON: one document and a newline. Text: nothing but what a terminal shows, and lines. In both no byte that
 * a terminal would obey; ends the process where it is not so. */
void answer_check(bool is_json, const char *of_what);

/* The same of a text from elsewhere. */
void answer_check_text(const char *text, size_t len, bool is_json, const char *of_what);

#endif
