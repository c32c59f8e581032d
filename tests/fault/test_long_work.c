// SPDX-License-Identifier: GPL-2.0-or-later
/* Long work: its progress goes another way than the answer, and ^C is looked for all the time. */
#include "fault.h"

#include <stdlib.h>

/* A page that crash has to decompress takes 25 to 85 us: some 40 ms. */
#define MAX_READS_BETWEEN_POLLS 512

struct watcher {
	char lines[100][160];
	unsigned nr;
};

static bool always(void *ctx)
{
	(void)ctx;
	return true;
}

static void keep_line(void *ctx, const char *line)
{
	struct watcher *watcher = ctx;

	assert_null(strchr(line, '\n'));
	snprintf(watcher->lines[watcher->nr++ % 100], sizeof(watcher->lines[0]), "%s", line);
}

static void test_progress(void **state)
{
	static const char *const lines[] = { "iommu map -r 1000000 -l 2",
					     "iommu map -v -r 1000000 -l 2",
					     "iommu map -j -r 1000000 -l 2" };
	struct mem_target *mem = mem_target_open(MEM_DIR "long.mem", MEM_DIR "no-driver.sym");
	struct mem_run run;

	(void)state;
	mem_run_init(&run, mem);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct watcher watcher = { .nr = 0 };
		char *unwatched = strdup(mem_run_afresh(&run, lines[i]));

		run.session.progress = (struct progress){ always, keep_line, &watcher };
		assert_string_equal(mem_run(&run, lines[i]), unwatched);
		run.session.progress = (struct progress){ 0 };
		/* 201 tables; the 64th is the 63rd of 200 below the first */
		assert_int_equal(watcher.nr, 3);
		assert_string_equal(watcher.lines[0], "table 1000000: 31% of the table pages, "
						      "124.0 MiB mapped so far, ^C ends it");
		assert_string_equal(watcher.lines[2], "table 1000000: 95% of the table pages, "
						      "380.0 MiB mapped so far, ^C ends it");
		free(unwatched);
	}
	mem_run_release(&run);
	mem_target_close(mem);
}

static void test_polls(void **state)
{
	const struct fault_case *c = *state;
	struct mem_target *mem = mem_target_open(c->mem, c->sym);
	struct mem_run run;
	char line[128];

	mem_run_init(&run, mem);
	for (size_t i = 0; i < 2 * NR_FAULT_COMMANDS; i++) {
		fault_command(line, c, i);
		mem->knobs.max_reads_between_polls = 0;
		mem_run_afresh(&run, line);
		if (mem->knobs.max_reads_between_polls > MAX_READS_BETWEEN_POLLS)
			fail_msg("%s: reads %lu times without looking for ^C", line,
				 (unsigned long)mem->knobs.max_reads_between_polls);
	}
	mem_run_release(&run);
	mem_target_close(mem);
}

int main(void)
{
	const struct CMUnitTest progress = cmocka_unit_test(test_progress);

	return run_fault_cases_and("looks for ^C, and says how far it is", test_polls, &progress);
}
