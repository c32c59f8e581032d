// SPDX-License-Identifier: GPL-2.0-or-later
/* The way of answers and of progress in crash: a terminal sees both, a file and a pipe never do. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <unistd.h>

#include "../../src/crash/screen.c"

static struct program_context context;
struct program_context *pc = &context;
FILE *fp;

#define LONG_ENOUGH 700000u /* microseconds until the first line is due */

/* What came out at the other end, as far as it is there. */
static const char *read_end(int fd)
{
	static char text[200000];
	size_t len = 0;
	ssize_t got;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (len < sizeof(text) - 1 && (got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	return text;
}

static void put(const char *text)
{
	struct output stream = screen_stream();

	stream.write(stream.ctx, text, strlen(text));
}

static void offer_line(bool expected)
{
	struct progress progress = screen_progress();

	assert_int_equal(progress_due(&progress), expected);
	if (expected)
		progress.show(progress.ctx, "half of it");
}

static void open_terminal(int *there)
{
	int here;

	assert_int_equal(openpty(there, &here, NULL, NULL, NULL), 0);
	fp = fdopen(here, "w");
	context.stdpipe = NULL;
}

static void test_terminal(void **state)
{
	const char *text, *line;
	int there;

	(void)state;
	open_terminal(&there);
	screen_begin();
	put("first\n");
	offer_line(false); /* short work shows none */
	usleep(LONG_ENOUGH);
	offer_line(true);
	offer_line(false); /* not again at once */
	put("second\n");
	screen_end();
	fflush(fp);
	text = read_end(there);
	assert_memory_equal(text, "first\r\n", 7);
	line = strstr(text, "half of it");
	assert_non_null(line);
	/* blanks over it before the row is printed */
	assert_non_null(strstr(line, "\r          \rsecond\r\n"));
	fclose(fp);
	close(there);
}

static void test_line_is_gone_in_the_end(void **state)
{
	const char *text;
	int there;

	(void)state;
	open_terminal(&there);
	screen_begin();
	usleep(LONG_ENOUGH);
	offer_line(true);
	screen_end();
	text = read_end(there);
	assert_string_equal(text + strlen(text) - 12, "\r          \r");
	fclose(fp);
	close(there);
}

static void test_file_and_pipe(void **state)
{
	for (int pipes = 0; pipes < 2; pipes++) {
		int ends[2];
		FILE *file = pipes ? NULL : tmpfile();

		(void)state;
		assert_int_equal(pipe(ends), 0);
		fp = file ? file : fdopen(ends[1], "w");
		setbuf(fp, NULL); /* as crash does */
		context.stdpipe = NULL;
		screen_begin();
		put("one\n");
		usleep(LONG_ENOUGH);
		offer_line(false);
		put("two\n");
		screen_end();
		offer_line(false);
		if (file)
			rewind(file);
		assert_string_equal(read_end(file ? fileno(file) : ends[0]), "one\ntwo\n");
		fclose(fp);
		close(ends[0]);
		if (file)
			close(ends[1]);
	}
}

/* The line stands on the terminal until the pager has something to draw. */
static void test_pager(void **state)
{
	int ends[2], there, here, out = dup(STDOUT_FILENO);
	char block[1000];
	size_t nr = 0;

	(void)state;
	fflush(stdout);
	assert_int_equal(openpty(&there, &here, NULL, NULL, NULL), 0);
	assert_int_equal(pipe(ends), 0);
	dup2(here, STDOUT_FILENO);
	fp = context.stdpipe = fdopen(ends[1], "w");
	setbuf(fp, NULL);
	screen_begin();
	put("heading\n");
	usleep(LONG_ENOUGH);
	offer_line(true);
	assert_string_equal(read_end(ends[0]), "");
	memset(block, 'x', sizeof(block));
	block[sizeof(block) - 1] = '\0';
	for (; nr < 40; nr++)
		put(block);
	usleep(LONG_ENOUGH);
	offer_line(false);
	screen_end();
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	assert_int_equal(strlen(read_end(ends[0])), strlen("heading\n") + nr * 999);
	assert_non_null(strstr(read_end(there), "half of it"));
	fclose(fp);
	close(ends[0]);
	close(there);
	close(here);
}

/* ---- an answer that nobody gets ---- */

/* Runs what a loop over dump data does; true: it was told to end. */
static bool is_told_to_end(void)
{
	for (unsigned i = 0; i < LOOK_EVERY; i++) {
		if (screen_is_lost())
			return true;
	}
	return false;
}

/* What the user reads on stderr meanwhile. */
static int stderr_before, stderr_there;

static void catch_stderr(void)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	fflush(stderr);
	stderr_before = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	stderr_there = ends[0];
}

static const char *caught_stderr(void)
{
	const char *text;

	fflush(stderr);
	dup2(stderr_before, STDERR_FILENO);
	close(stderr_before);
	text = read_end(stderr_there);
	close(stderr_there);
	return text;
}

#define NOT_WRITTEN "iommu: the answer could not be written, or not all of it: No space left on device\n"

/* A short answer fails in the end, a long one on the way, a buffered one when the buffer goes out. */
static void test_full_disk(void **state)
{
	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		fp = fopen("/dev/full", "w");
		assert_non_null(fp);
		if (kind < 2)
			setbuf(fp, NULL); /* as crash does for a file that it opened */
		context.stdpipe = NULL;
		catch_stderr();
		screen_begin();
		put("one\n");
		assert_false(is_told_to_end());
		for (size_t nr = 0; nr < 20000 && kind == 1; nr++)
			put("row\n");
		assert_int_equal(is_told_to_end(), kind == 1);
		screen_end();
		assert_string_equal(caught_stderr(), NOT_WRITTEN);
		fclose(fp);
	}
}

/* The next command has a screen of its own. */
static void test_lost_is_not_kept(void **state)
{
	FILE *file = tmpfile();

	(void)state;
	fp = file;
	setbuf(fp, NULL);
	context.stdpipe = NULL;
	catch_stderr();
	screen_begin();
	assert_false(is_told_to_end());
	put("two\n");
	screen_end();
	assert_string_equal(caught_stderr(), "");
	rewind(file);
	assert_string_equal(read_end(fileno(file)), "two\n");
	fclose(file);
}

/* head -1 gets its line while the command still works, goes away, and then the command ends. It wanted no more,
 * so nobody is told. */
static void test_reader_goes_away(void **state)
{
	for (int pager = 0; pager < 2; pager++) {
		int ends[2];

		(void)state;
		assert_int_equal(pipe(ends), 0);
		fp = fdopen(ends[1], "w");
		setbuf(fp, NULL);
		context.stdpipe = pager ? fp : NULL;
		catch_stderr();
		screen_begin();
		put("first\n");
		assert_false(is_told_to_end());
		usleep(LONG_ENOUGH);
		assert_false(is_told_to_end());
		/* A pager would wipe the line that tells how far it is: it waits for more. */
		assert_string_equal(read_end(ends[0]), pager ? "" : "first\n");
		close(ends[0]);
		assert_true(is_told_to_end());
		for (size_t nr = 0; nr < 20000; nr++)
			put("row\n");
		screen_end();
		assert_string_equal(caught_stderr(), "");
		fclose(fp);
	}
}

/* One that is slow is not gone. */
static void test_slow_reader(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	fp = fdopen(ends[1], "w");
	setbuf(fp, NULL);
	context.stdpipe = NULL;
	screen_begin();
	for (size_t nr = 0; nr < 10000; nr++) /* less than the pipe holds */
		put("row\n");
	assert_false(is_told_to_end());
	screen_end();
	assert_int_equal(strlen(read_end(ends[0])), 40000);
	fclose(fp);
	close(ends[0]);
}

/* In a chroot without /dev/pts there is none: what needs one is skipped. cmocka would write "not ok" for it; tests/run
 * knows these words. */
static bool have_terminal(size_t nr_tests)
{
	int there, here;

	if (openpty(&there, &here, NULL, NULL, NULL) == 0) {
		close(there);
		close(here);
		return true;
	}
	for (size_t i = 0; i < nr_tests; i++)
		print_message("# skipped: no pseudo terminal: %s (is devpts mounted at /dev/pts?)\n", strerror(errno));
	return false;
}

#define NR_AT_A_TERMINAL 3

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_lost_is_not_kept),
		cmocka_unit_test(test_reader_goes_away),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_file_and_pipe),
		/* NR_AT_A_TERMINAL, the last ones */
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_line_is_gone_in_the_end),
		cmocka_unit_test(test_pager),
	};
	const size_t nr = sizeof(tests) / sizeof(tests[0]);

	signal(SIGPIPE, SIG_IGN); /* as crash does */
	return _cmocka_run_group_tests("screen", tests, have_terminal(NR_AT_A_TERMINAL) ? nr : nr - NR_AT_A_TERMINAL,
				       NULL, NULL);
}
