/* SPDX-License-Identifier: GPL-2.0-or-later */
/* As much of crash's header as src/crash/screen.c needs, so that a test can be its host. */
#ifndef TESTS_DEFS_H
#define TESTS_DEFS_H

#include <stdio.h>

struct program_context {
	FILE *stdpipe; /* to the pager */
};

extern struct program_context *pc;
extern FILE *fp;

#endif
