// SPDX-License-Identifier: GPL-2.0-or-later
/* One session, a thousand commands: no memory stays behind, and each answer is that of a first. */
#include "fault.h"

#include <stdlib.h>

/* sanitizer/allocator_interface.h, which not every compiler package brings. NULL in a build without
 * the address sanitizer, as one for an emulated processor is. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

#define NR_COMMANDS 1000
#define WARM_UP	    50

static void test_memory(void **state)
{
	const struct fault_case *c = &fault_cases[1];
	struct mem_target *mem = mem_target_open(c->mem, c->sym);
	struct mem_run run;
	char line[128];
	size_t after_warm_up = 0;

	(void)state;
	if (!__sanitizer_get_current_allocated_bytes) {
		mem_target_close(mem);
		skip();
	}
	mem_run_init(&run, mem);
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		/* What a command needed it gives back when the next one starts: compare after the
		 * smallest one. */
		mem_run(&run, fault_command(line, c, i % (2 * NR_FAULT_COMMANDS)));
		mem_run(&run, "iommu nonsense");
		if (i == WARM_UP)
			after_warm_up = __sanitizer_get_current_allocated_bytes();
	}
	assert_int_equal(__sanitizer_get_current_allocated_bytes(), after_warm_up);
	mem_run_release(&run);
	mem_target_close(mem);
}

static void test_answers(void **state)
{
	const struct fault_case *c = *state;
	struct mem_target *mem = mem_target_open(c->mem, c->sym);
	struct mem_run first, later;

	mem_run_init(&first, mem);
	mem_run_init(&later, mem);
	for (size_t i = 0; i < 4 * NR_FAULT_COMMANDS; i++) {
		char line[128];

		fault_command(line, c, i * 5 % (2 * NR_FAULT_COMMANDS));
		assert_string_equal(mem_run(&later, line), mem_run_afresh(&first, line));
	}
	mem_run_release(&first);
	mem_run_release(&later);
	mem_target_close(mem);
}

typedef const char *(*run_fn)(struct mem_run *run, const char *line);

/* Polls at which a command is interrupted; with FAULT=ALL in the environment. */
#define NR_INTERRUPTS	  4
#define NR_ALL_INTERRUPTS 40

/* A command interrupted at polls all along says so, and the next one answers as if nothing had
 * happened. run_it: in a session that knows the layout by then, or that has still to learn it. Where it starts
 * differs from command to command. */
static void interrupt(struct mem_run *run, const char *line, const char *good, size_t start, run_fn run_it)
{
	struct mem_knobs *knobs = &run->mem->knobs;
	uint64_t nr_polls, stride;

	run_it(run, line);
	nr_polls = knobs->nr_polls;
	stride = 1 + nr_polls / (tries_all() ? NR_ALL_INTERRUPTS : NR_INTERRUPTS);
	for (uint64_t nth = tries_all() ? 1 : 1 + start % stride; nth < nr_polls; nth += stride) {
		knobs->interrupt_after = nth;
		run_it(run, line);
		knobs->interrupt_after = 0;
		if (!strstr(run->out, "interrupted"))
			fail_msg("%s: ended at poll %lu, and does not say so:\n%s", line,
				 (unsigned long)nth, run->out);
		if (strstr(line, " -j"))
			assert_true(mem_run_is_json(run));
		if (run_it == mem_run_afresh)
			assert_string_equal(mem_run(run, line), good);
	}
	assert_string_equal(mem_run(run, line), good);
}

static void test_interrupts(void **state)
{
	const struct fault_case *c = *state;
	struct mem_target *mem = mem_target_open(c->mem, c->sym);
	struct mem_run run;
	char line[128], *good;

	mem_run_init(&run, mem);
	for (size_t i = 0; i < 2 * NR_FAULT_COMMANDS; i++) {
		fault_command(line, c, i);
		good = strdup(mem_run(&run, line));
		interrupt(&run, line, good, i, mem_run);
		interrupt(&run, line, good, i / 2, mem_run_afresh);
		free(good);
	}
	mem_run_release(&run);
	mem_target_close(mem);
}

int main(void)
{
	struct CMUnitTest tests[1 + 2 * NR_FAULT_CASES] = { cmocka_unit_test(test_memory) };
	size_t nr_left_out = 0;

	for (size_t i = 0; i < NR_FAULT_CASES; i++) {
		void *c = (void *)(uintptr_t)&fault_cases[i];

		tests[1 + 2 * i] = (struct CMUnitTest){ "answers", test_answers, NULL, NULL, c };
		tests[2 + 2 * i] =
			(struct CMUnitTest){ "interrupts", test_interrupts, NULL, NULL, c };
	}
	if (!__sanitizer_get_current_allocated_bytes) {
		print_message("# memory is not counted without the address sanitizer\n");
		nr_left_out = 1;
	}
	return _cmocka_run_group_tests("a long session", tests + nr_left_out,
				       1 + 2 * NR_FAULT_CASES - nr_left_out, NULL, NULL);
}
