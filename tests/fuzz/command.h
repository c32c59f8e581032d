/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole commands on a kernel made of text (tests/mem), and what must be true of each of them. */
#ifndef TESTS_FUZZ_COMMAND_H
#define TESTS_FUZZ_COMMAND_H

#include "iommu/command.h"
#include "mem_target.h"

struct text_kernel {
	struct mem_target *mem;
	struct session session; /* one for all inputs, as in crash */
};

#define MAX_COMMAND_WORDS 64

/* The files are those of tests/mem, by their names. */
void text_kernel_open(struct text_kernel *kernel, const char *mem, const char *sym);

/* Runs a command line of words. Ends the process where the command read or remembered more than so small a machine
 * can need, where what it wrote is neither whole JSON nor plain text, or where it has no answer and says nothing. */
void text_kernel_run(struct text_kernel *kernel, int argc, char **argv);

/* The same of a line, which is taken apart at blanks. */
void text_kernel_run_line(struct text_kernel *kernel, const char *line);

/* What stands in memory there; false: it cannot be read. */
bool text_kernel_word(struct text_kernel *kernel, uint64_t kva, uint64_t *ret);

#endif
