// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where answers go in crash, and the line that tells how far long work has come.
 *
 * crash sets its redirected output to be unbuffered (cmdline.c, setup_redirect()): a system call
 * for every row. Answers for a file or a pipe are held back here and written in blocks; a command
 * that crash breaks off (a longjmp() to its prompt) loses what is held at that moment.
 *
 * A reader that waits for the first line (head -1) gets what is held after half a second. When the reader
 * is gone, or the disk is full, nothing more is written, and the command is told to end as by ^C: there is
 * nobody to work for. A reader that went away had what it wanted; of a failure the user is told, since the
 * answer is not in the file where it will be looked for.
 *
 * A terminal gets every row at once. With crash's pager the user sees a terminal too: until the
 * pager was given something it has drawn nothing, and the line can stand there.
 */
#include <defs.h>

#include "screen.h"

#include <errno.h>
#include <poll.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define HELD_BYTES    32768u
#define LINE_BYTES    256u
#define FIRST_SECONDS 0.5
#define EVERY_SECONDS 0.2
#define HOLD_SECONDS  0.5
#define LOOK_EVERY    256u /* questions whether to go on: they are asked in tight loops */

static char held[HELD_BYTES];
static size_t nr_held;
static double held_since;
static int lost;	  /* the errno of a write that failed; 0: none did */
static bool is_terminal;  /* fp itself */
static bool is_pipe, is_pager;
static FILE *watched;	  /* the terminal that shows progress, or NULL */
static size_t line_width; /* of the line that stands there now */
static double next_line;  /* when one is due */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void draw(const char *text, size_t width)
{
	size_t pad = line_width > width ? line_width - width : 0;

	fprintf(watched, "\r%.*s%*s", (int)width, text, (int)pad, "");
	fflush(watched);
	line_width = width;
}

static void wipe(void)
{
	if (!line_width)
		return;
	fprintf(watched, "\r%*s\r", (int)line_width, "");
	fflush(watched);
	line_width = 0;
}

static void write_out(const char *bytes, size_t len)
{
	if (lost)
		return;
	errno = 0;
	if (fwrite(bytes, 1, len, fp) != len)
		lost = errno ? errno : EIO;
}

static void flush_held(void)
{
	if (!nr_held)
		return;
	wipe();
	watched = NULL; /* the screen is the pager's from here on */
	write_out(held, nr_held);
	nr_held = 0;
}

static void write_bytes(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	if (is_terminal) {
		wipe();
		write_out(bytes, len);
		return;
	}
	if (len > HELD_BYTES - nr_held)
		flush_held();
	if (len > HELD_BYTES) {
		write_out(bytes, len);
		return;
	}
	if (!nr_held)
		held_since = now();
	memcpy(held + nr_held, bytes, len);
	nr_held += len;
}

static bool is_due(void *ctx)
{
	(void)ctx;
	return watched && now() >= next_line;
}

static void show(void *ctx, const char *line)
{
	struct winsize size = { 0 };
	size_t width = strlen(line), columns = 80;

	(void)ctx;
	if (ioctl(fileno(watched), TIOCGWINSZ, &size) == 0 && size.ws_col)
		columns = size.ws_col;
	if (width >= columns)
		width = columns - 1;
	draw(line, width < LINE_BYTES ? width : LINE_BYTES);
	next_line = now() + EVERY_SECONDS;
}

static void look_at_reader(void)
{
	struct pollfd out = { .fd = fileno(fp) };

	if (is_pipe && poll(&out, 1, 0) > 0 && (out.revents & POLLERR))
		lost = EPIPE;
	else if (nr_held && !is_pager && now() - held_since >= HOLD_SECONDS)
		flush_held();
}

bool screen_is_lost(void)
{
	static unsigned nr_asked;

	if (!lost && ++nr_asked % LOOK_EVERY == 0)
		look_at_reader();
	return lost != 0;
}

void screen_begin(void)
{
	nr_held = 0;
	line_width = 0;
	lost = 0;
	is_terminal = isatty(fileno(fp));
	is_pipe = fcntl(fileno(fp), F_GETPIPE_SZ) > 0;
	is_pager = pc->stdpipe && fp == pc->stdpipe;
	watched = NULL;
	if (is_terminal)
		watched = fp;
	else if (is_pager && isatty(STDOUT_FILENO))
		watched = stdout;
	next_line = now() + FIRST_SECONDS;
}

void screen_end(void)
{
	if (watched)
		wipe();
	flush_held();
	watched = NULL;
	if (!lost && fflush(fp))
		lost = errno;
	if (lost && lost != EPIPE)
		fprintf(stderr, "iommu: the answer could not be written, or not all of it: %s\n",
			strerror(lost));
}

struct output screen_stream(void)
{
	return (struct output){ .write = write_bytes };
}

struct progress screen_progress(void)
{
	return (struct progress){ .due = is_due, .show = show };
}
