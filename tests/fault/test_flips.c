// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory with one wrong bit, anywhere: an answer, perhaps a wrong one, and the prompt again. FAULT=ALL in the
 * environment flips more of them.
 */
#include "fault.h"

#include <stdlib.h>

#define NR_FLIPS      60
#define NR_ALL_FLIPS  1000
#define COMMANDS_EACH 3
#define SEED	      20200428u
/* Of the longest loops: a list of every device id that a damaged link may stretch. */
#define ENOUGH_READS 1000000u

/* Marsaglia's xorshift: the same flips on every machine. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void run_some(struct mem_run *run, const struct fault_case *c, uint64_t *random, size_t nth,
		     uint64_t bit)
{
	char line[128];

	for (unsigned i = 0; i < COMMANDS_EACH; i++) {
		fault_command(line, c, next_random(random) % (2 * NR_FAULT_COMMANDS));
		mem_run_afresh(run, line);
		if (run->mem->knobs.over_max_reads)
			fail_msg("%s: write %zu bit %lu flipped: does not end", line, nth,
				 (unsigned long)bit);
		if (strstr(line, " -j") && !mem_run_is_json(run))
			fail_msg("%s: write %zu bit %lu flipped: not one JSON document:\n%s", line,
				 nth, (unsigned long)bit, run->out);
	}
}

static void test_case(void **state)
{
	const struct fault_case *c = *state;
	struct mem_target *mem = mem_target_open(c->mem, c->sym);
	unsigned nr_flips = tries_all() ? NR_ALL_FLIPS : NR_FLIPS;
	uint64_t random = SEED;
	struct mem_run run;

	mem_run_init(&run, mem);
	mem->knobs.max_reads = ENOUGH_READS;
	for (unsigned i = 0; i < nr_flips; i++) {
		size_t nth = (size_t)(next_random(&random) % mem_target_nr_writes(mem));
		uint64_t bit = next_random(&random);

		mem_target_flip(mem, nth, bit);
		run_some(&run, c, &random, nth, bit);
		mem_target_flip(mem, nth, bit);
	}
	mem_run_release(&run);
	mem_target_close(mem);
}

int main(void)
{
	return run_fault_cases("flipped bits", test_case);
}
