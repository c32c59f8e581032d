// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ^C during a command. crash's own handler leaves the command where it stands, at the first ^C
 * (8.0.2), so that half an answer looks like a whole one; and a program that asks received_SIGINT()
 * is told once, for crash forgets it then.
 *
 * While a command runs, the first ^C only marks that it came, as crash's own flag does; the command
 * sees it within microseconds, ends its answer and says so. The second one is crash's again, and gets
 * the user out of whatever does not look. Should a command be left by a longjmp(), the handler
 * stays until the next one: other commands of crash see the flag first then, too.
 *
 * Every question to gdb ends in gdb_interface(), which leaves crash's handler in place of ours, and some
 * questions are several of gdb's. So SIGINT is blocked while one is asked, and our handler is put back
 * before it may come. Should such a call not return, the next command takes the block away.
 */
#include <defs.h>

#include "interrupt.h"

#include <signal.h>
#include <string.h>

static struct sigaction of_crash;
static bool installed;
static volatile sig_atomic_t seen;

static void on_interrupt(int signal)
{
	if (seen && of_crash.sa_handler != SIG_DFL && of_crash.sa_handler != SIG_IGN) {
		of_crash.sa_handler(signal);
		return;
	}
	seen = 1;
	pc->flags |= _SIGINT_;
}

/*
 * A write that waits for the terminal goes on, else stdio drops what it had and the answer is cut within a
 * line. crash's handler leaves by longjmp().
 */
static const struct sigaction ours = { .sa_handler = on_interrupt, .sa_flags = SA_NODEFER | SA_RESTART };

static void mask(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(how, &set, NULL);
}

void interrupt_begin(void)
{
	struct sigaction before;
	int error = sigaction(SIGINT, &ours, &before);

	seen = 0;
	mask(SIG_UNBLOCK);
	if (error || before.sa_handler == on_interrupt)
		return; /* left behind by a command that did not end */
	of_crash = before;
	installed = true;
}

void interrupt_hold(void)
{
	mask(SIG_BLOCK);
}

void interrupt_release(void)
{
	if (installed)
		sigaction(SIGINT, &ours, NULL);
	mask(SIG_UNBLOCK);
}

void interrupt_end(void)
{
	if (installed)
		sigaction(SIGINT, &of_crash, NULL);
	installed = false;
	if (seen)
		received_SIGINT(); /* told: the next command has not been interrupted */
}

bool interrupt_seen(void)
{
	return seen;
}
