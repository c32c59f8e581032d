// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands on kernels made of text, each with its bounds. */
#include "command.h"

#include "answer.h"
#include "input.h"
#include "mem_files.h"

/* Of kernels that are some pages of text; half the least budget that a machine gets. */
#define ENOUGH_READS 4000000u
#define ENOUGH_BYTES ((size_t)160 << 20)

/* More than most commands need: so that they use one block of each arena, which stays. A block that each command
 * allocates and frees costs the sanitizer more than the command. */
#define ARENA_BYTES ((size_t)1 << 20)

/* Freed memory that is kept to catch late uses of it: the default is a quarter of what a target may take in all. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=32";
}

#define MEM_DIR "tests/mem/"

static void warm(struct arena *arena)
{
	arena_alloc(arena, ARENA_BYTES);
	arena_reset(arena);
}

void text_kernel_open(struct text_kernel *kernel, const char *mem, const char *sym)
{
	char mem_path[200], sym_path[200];

	setenv("IOMMU_PCI_IDS", "", 1); /* not that of the machine on which the fuzzer runs */
	snprintf(mem_path, sizeof(mem_path), MEM_DIR "%s", mem);
	snprintf(sym_path, sizeof(sym_path), MEM_DIR "%s", sym);
	memset(kernel, 0, sizeof(*kernel));
	kernel->mem = mem_target_open(mem_path, sym_path);
	kernel->session.target = &kernel->mem->target;
	kernel->session.out = answer_output();
	warm(&kernel->session.arena);
	warm(&kernel->session.kept.arena);
}

/* By an option of its own; "--" ends the options. */
static bool asks_for_json_alone(int argc, char **argv)
{
	for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "-j") == 0)
			return true;
	}
	return false;
}

static void check_bounds(const struct text_kernel *kernel, const char *verb)
{
	const struct session *session = &kernel->session;
	uint64_t reads = session->budget.object_reads + session->budget.table_reads;
	size_t bytes = session->arena.used + session->kept.arena.used;

	must(!kernel->mem->knobs.over_max_reads && reads <= ENOUGH_READS, "%s: %lu reads", verb, (unsigned long)reads);
	must(bytes <= ENOUGH_BYTES, "%s: %zu KiB", verb, bytes >> 10);
}

void text_kernel_run(struct text_kernel *kernel, int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	const char *text;
	size_t len;

	kernel->mem->knobs.nr_reads = 0;
	kernel->mem->knobs.max_reads = ENOUGH_READS;
	kernel->mem->knobs.over_max_reads = false;
	answer_begin();
	iommu_command(&kernel->session, argc, argv);
	check_bounds(kernel, verb);
	text = answer_text(&len);
	must(len, "%s: no word", verb);
	answer_check(text[0] == '{' || asks_for_json_alone(argc, argv), verb);
}

void text_kernel_run_line(struct text_kernel *kernel, const char *line)
{
	char *argv[MAX_COMMAND_WORDS + 1], *words = strdup(line);
	int argc = 0;

	if (!words)
		abort();
	for (char *word = strtok(words, " \t"); word && argc < MAX_COMMAND_WORDS; word = strtok(NULL, " \t"))
		argv[argc++] = word;
	argv[argc] = NULL;
	text_kernel_run(kernel, argc, argv);
	free(words);
}

bool text_kernel_word(struct text_kernel *kernel, uint64_t kva, uint64_t *ret)
{
	return target_read_kva(&kernel->mem->target, kva_of(kva), ret, sizeof(*ret)) == STATUS_OK;
}
