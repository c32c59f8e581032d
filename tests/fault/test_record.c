// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A `record` that is left by a longjmp() wherever it prints, as a pager that is quit leaves it: the next
 * command runs, and nothing of the file stays. And one that ^C ends after any poll.
 */
#include "fault.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

struct broken_output {
	jmp_buf out;
	unsigned nr_writes, leave_at;
};

static void write_or_leave(void *ctx, const char *bytes, size_t len)
{
	struct broken_output *output = ctx;

	(void)bytes;
	(void)len;
	if (++output->nr_writes == output->leave_at)
		longjmp(output->out, 1);
}

static unsigned nr_files(const char *folder)
{
	DIR *dir = opendir(folder);
	unsigned nr = 0;

	assert_non_null(dir);
	while (readdir(dir))
		nr++;
	closedir(dir);
	return nr - 2; /* . and .. */
}

static void run_line(struct session *session, const char *path)
{
	char command[128], *argv[8], *rest = NULL;
	int argc = 0;

	snprintf(command, sizeof(command), "iommu record %s status, owner", path);
	for (char *word = strtok_r(command, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	argv[argc] = NULL;
	iommu_command(session, argc, argv);
}

static void test_left_by_a_jump(void **state)
{
	static struct broken_output output;
	static struct session session;
	char folder[] = "/tmp/iommu-test-XXXXXX", path[64];
	struct mem_target *mem = mem_target_open(MEM_DIR "vfio.mem", MEM_DIR "v6.1-vfio.sym");
	char *status[] = { (char *)(uintptr_t)"iommu", NULL };
	volatile bool ended = false;
	volatile unsigned nr_left = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/record.mem", folder);
	session.out = (struct output){ write_or_leave, &output };
	for (volatile unsigned at = 1; !ended; at++) {
		session.target = &mem->target;
		output.nr_writes = 0;
		output.leave_at = at;
		if (setjmp(output.out) == 0) {
			run_line(&session, path);
			ended = true;
		} else {
			nr_left++;
			/* what was said last may be that it is written */
			unlink(path);
		}
		output.leave_at = 0;
		session.target = &mem->target;
		assert_int_equal(iommu_command(&session, 1, status), 0);
		assert_int_equal(nr_files(folder), ended ? 1 : 0);
	}
	assert_true(nr_left > 10);
	session_release(&session);
	mem_target_close(mem);
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
}

static void test_interrupted(void **state)
{
	struct mem_target *mem = mem_target_open(MEM_DIR "vfio.mem", MEM_DIR "v6.1-vfio.sym");
	char folder[] = "/tmp/iommu-test-XXXXXX", line[128], path[64];
	struct mem_run run;
	unsigned nr = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/record.mem", folder);
	snprintf(line, sizeof(line), "iommu record %s status, owner", path);
	mem_run_init(&run, mem);
	for (uint64_t polls = 1;; polls += 3) {
		mem->knobs.interrupt_after = polls;
		mem_run_afresh(&run, line);
		if (nr_files(folder))
			break;
		assert_non_null(strstr(run.out, "iommu: interrupted: no record was written"));
		assert_true(run.failed);
		nr++;
	}
	assert_true(nr > 3);
	assert_null(strstr(run.out, "iommu: "));
	mem_run_release(&run);
	mem_target_close(mem);
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_left_by_a_jump),
		cmocka_unit_test(test_interrupted),
	};

	return cmocka_run_group_tests_name("records that do not end", tests, NULL, NULL);
}
