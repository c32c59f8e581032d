// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every read of every command fails once, in each way a read can fail. By default one in so many reads, in one of the
 * ways, which take turns; with FAULT=ALL in the environment all of them.
 */
#include "fault.h"

#include <stdlib.h>

/* A command that needs many times the reads of the good run does not end by itself. */
#define PATIENCE 100

/* The same reads as for text: every nth of them. */
#define JSON_STRIDE 7

static const char *const not_in_dump[] = { "not in dump", "not in the dump", "not-in-dump", "could not be read", NULL };
static const char *const bad_address[] = { "no memory", "bad-address", "could not be read", NULL };
static const char *const interrupted[] = { "interrupted", "broken off", NULL };
static const char *const not_found[] = { "not found", NULL };

static const struct {
	enum status status;
	const char *const *words;
} failures[] = {
	{ STATUS_NOT_IN_DUMP, not_in_dump },
	{ STATUS_BAD_ADDRESS, bad_address },
	{ STATUS_INTERRUPTED, interrupted },
};

/* Of the reads that are tried one in so many is by default. */
#define SAMPLE 4

/* What was there without the failure is there with it, or the reason why it is not. */
static void check(struct mem_run *run, const struct fault_case *c, const char *line,
		  const char *good, uint64_t nth, size_t how)
{
	const char *out = mem_run_afresh(run, line);
	bool same = strcmp(out, good) == 0;

	if (run->mem->knobs.over_max_reads)
		fail_msg("%s: read %lu failed: does not end", line, (unsigned long)nth);
	if (strstr(line, " -j") && !mem_run_is_json(run))
		fail_msg("%s: read %lu failed: not one JSON document:\n%s", line,
			 (unsigned long)nth, out);
	if (!same && !contains_any(out, failures[how].words) &&
	    !(c->has_btf && contains_any(out, not_found)))
		fail_msg("%s: read %lu failed: not said (%s):\n%s", line, (unsigned long)nth,
			 failures[how].words[0], out);
}

#define NR_WAYS (sizeof(failures) / sizeof(failures[0]))

static void fail_each_read(struct mem_run *run, const struct fault_case *c, size_t command)
{
	char line[128];
	struct mem_knobs *knobs = &run->mem->knobs;
	char *good;
	uint64_t nr_reads, stride;

	fault_command(line, c, command);
	memset(knobs, 0, sizeof(*knobs));
	good = strdup(mem_run_afresh(run, line));
	nr_reads = knobs->nr_reads;
	assert_true(nr_reads > 0);
	knobs->max_reads = PATIENCE * nr_reads;
	stride = strstr(line, " -j") ? c->stride * JSON_STRIDE : c->stride;
	for (uint64_t nth = 1, tried = 0; nth <= nr_reads; nth += stride, tried++) {
		for (size_t how = 0; how < NR_WAYS; how++) {
			if (!is_in_sample(c, command, NR_WAYS * tried + (tried / SAMPLE + how) % NR_WAYS,
					  NR_WAYS * nr_reads, NR_WAYS * SAMPLE))
				continue;
			knobs->fail_read = nth;
			knobs->fail_status = failures[how].status;
			check(run, c, line, good, nth, how);
		}
	}
	memset(knobs, 0, sizeof(*knobs));
	free(good);
}

static void test_case(void **state)
{
	const struct fault_case *c = *state;
	struct mem_target *mem = mem_target_open(c->mem, c->sym);
	struct mem_run run;

	mem_run_init(&run, mem);
	for (size_t i = 0; i < 2 * NR_FAULT_COMMANDS; i++)
		fail_each_read(&run, c, i);
	mem_run_release(&run);
	mem_target_close(mem);
}

int main(void)
{
	return run_fault_cases("each read fails once", test_case);
}
