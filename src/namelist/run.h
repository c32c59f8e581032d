/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running another program with its input and output in files. */
#ifndef NAMELIST_RUN_H
#define NAMELIST_RUN_H

/*
 * Runs argv[0] (looked up in $PATH) in directory @dir (NULL: the current one) with standard input,
 * output and error on the descriptors @in, @out and @err, and waits for it. ^C is left to the
 * program meanwhile, so that the caller always gets to clean up. Returns its exit status; 127 if
 * it could not be started (as the shell does), 128 if a signal ended it.
 */
int run(char *const argv[], const char *dir, int in, int out, int err);

/*
 * Returns an anonymous file in memory, closed on exec; the caller closes it. Exits when there is
 * none.
 */
int scratch_file(const char *name);

#endif
