/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands on a memory target, with what they print. */
#ifndef IOMMU_TESTS_MEM_RUN_H
#define IOMMU_TESTS_MEM_RUN_H

#include <stdbool.h>

#include "iommu/command.h"
#include "mem_target.h"

struct mem_run {
	struct mem_target *mem;
	struct session session;
	char *out; /* of the last command, NUL-terminated */
	char *words; /* of the command line */
	size_t len, cap;
	int failed; /* what iommu_command() returned */
};

void mem_run_init(struct mem_run *run, struct mem_target *mem);
void mem_run_release(struct mem_run *run);

/* A command line as a user types it; the counters of the knobs start from zero. Returns run->out.
 */
const char *mem_run(struct mem_run *run, const char *line);

/* As mem_run() in a session that has run no command before: nothing is remembered of the layout. */
const char *mem_run_afresh(struct mem_run *run, const char *line);

/* One JSON document, with nothing but a newline behind it. */
bool mem_run_is_json(const struct mem_run *run);

#endif
