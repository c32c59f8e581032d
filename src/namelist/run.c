// SPDX-License-Identifier: GPL-2.0-or-later
/* Running another program (one that unpacks) with its input and output in memory files. */
#include "run.h"

#include <err.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(char *const argv[], const char *dir, int in, int out, int err_fd)
{
	if ((dir && chdir(dir)) || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(err_fd, STDERR_FILENO) < 0)
		_exit(126);
	execvp(argv[0], argv);
	_exit(127);
}

int run(char *const argv[], const char *dir, int in, int out, int err_fd)
{
	void (*old_int)(int) = signal(SIGINT, SIG_IGN);
	int status;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		err(EXIT_FAILURE, "cannot start %s", argv[0]);
	if (!pid) {
		signal(SIGINT, old_int);
		become(argv, dir, in, out, err_fd);
	}
	if (waitpid(pid, &status, 0) < 0)
		err(EXIT_FAILURE, "cannot wait for %s", argv[0]);
	signal(SIGINT, old_int);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int scratch_file(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0)
		err(EXIT_FAILURE, "cannot make a scratch file");
	return fd;
}
