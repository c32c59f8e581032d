// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the benchmarks share: the clock, memory in use, medians, and runs of commands in processes
 * of their own.
 */
#include "bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_WORDS 16

double bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long status_line(const char *name)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];
	long kib = 0;

	while (status && fgets(line, sizeof(line), status)) {
		if (strncmp(line, name, strlen(name)) == 0)
			kib = strtol(line + strlen(name), NULL, 10);
	}
	if (status)
		fclose(status);
	return kib;
}

long bench_memory_kib(void)
{
	FILE *peak = fopen("/proc/self/clear_refs", "w");

	if (peak) {
		fputs("5", peak); /* proc(5): the peak is what it is now */
		fclose(peak);
	}
	return status_line("VmRSS:");
}

long bench_peak_kib(void)
{
	return status_line("VmHWM:");
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(double *values, size_t nr)
{
	qsort(values, nr, sizeof(*values), compare);
	return values[nr / 2];
}

static void write_out(void *ctx, const char *bytes, size_t len)
{
	fwrite(bytes, 1, len, ctx);
}

void bench_command(struct session *session, const char *format, ...)
{
	static FILE *null;
	char line[256], *argv[MAX_WORDS + 1];
	int argc = 0;
	va_list args;

	if (!null)
		null = fopen("/dev/null", "w");
	if (!null)
		abort();
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	for (char *word = strtok(line, " "); word && argc < MAX_WORDS; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	session->out = (struct output){ write_out, null };
	if (iommu_command(session, argc, argv)) {
		fprintf(stderr, "bench: no answer to 'iommu %s'\n", argc > 1 ? argv[1] : "");
		exit(1);
	}
	/* What is measured here is real: no limit may be near to it. */
	if (budget_share(&session->budget) > 50) {
		fprintf(stderr, "bench: 'iommu %s' takes %u%% of its budget\n", argc > 1 ? argv[1] : "",
			budget_share(&session->budget));
		exit(1);
	}
}

bool bench_in_a_child(void (*run)(const void *arg), const void *arg)
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		run(arg);
		fflush(stdout);
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}
