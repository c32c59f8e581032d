/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the benchmarks of the pure rooms share. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#include "iommu/command.h"

/* Seconds of the processor, of this process. */
double bench_now(void);

/* Memory of this process: what it takes now, and the most since bench_memory_kib() was last asked. */
long bench_memory_kib(void);
long bench_peak_kib(void);

/* Sorts them. */
double bench_median(double *values, size_t nr);

/* Runs a command line, its answer thrown away into /dev/null; ends the process when it has none. */
void bench_command(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* In a process of its own: peak memory is that case's alone. False when it failed. */
bool bench_in_a_child(void (*run)(const void *arg), const void *arg);

#endif
