// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line: every verb and option, devices, addresses, ranges, expressions, and anything else that is typed,
 * on three kernels made of text, in one session each. Words end at a blank; a blank inside a word is a tab, as crash
 * hands over what stood in quotes. Verbs that write files are left to their own targets.
 */
#include "command.h"
#include "input.h"

static struct {
	const char *mem, *sym;
	struct text_kernel kernel;
} kernels[] = {
	{ .mem = "unity.mem", .sym = "v6.1.sym" },
	{ .mem = "guest.mem", .sym = "guest.sym" },
	{ .mem = "vtd-scalable.mem", .sym = "vtd-7.2.sym" },
};

#define NR_KERNELS (sizeof(kernels) / sizeof(kernels[0]))

/* The last one has 65,536 entries of interrupts, which are a second under the sanitizers: it is not asked for them. */
static bool is_slow(unsigned kernel, const char *verb)
{
	return kernel + 1 == NR_KERNELS && *verb && (strncmp(verb, "irt", strlen(verb)) == 0 ||
						      strncmp(verb, "check", strlen(verb)) == 0);
}

/* What most lines start with: without them half of all inputs would be a verb that there is not. */
static const char *const verbs[] = {
	"", "status", "devices", "dte", "groups", "domains", "owner", "walk", "map", "iova", "who", "irt", "units", "commands",
	"events", "ppr", "galog", "fault", "acpi", "check", "graph", "help",
};

#define NR_VERBS (sizeof(verbs) / sizeof(verbs[0]))

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	for (unsigned i = 0; i < NR_KERNELS; i++) {
		text_kernel_open(&kernels[i].kernel, kernels[i].mem, kernels[i].sym);
		kernels[i].kernel.mem->knobs.is_dump = true;
	}
	return 0;
}

/* The beginnings of names that stand for one of these verbs: the files they read and write are not the fuzzer's. */
static bool uses_files(const char *verb)
{
	static const char *const names[] = { "record", "snapshot", "report", "diff" };

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (*verb && strncmp(verb, names[i], strlen(verb)) == 0)
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	unsigned nth = input_below(&in, NR_KERNELS), verb = input_below(&in, NR_VERBS);
	char *argv[MAX_COMMAND_WORDS + 1], *text = input_text(&in), *rest = text, *word;
	int argc = 0;

	argv[argc++] = (char[]){ "iommu" };
	if (*verbs[verb])
		argv[argc++] = (char *)(uintptr_t)verbs[verb];
	while (argc < MAX_COMMAND_WORDS && (word = strsep(&rest, " "))) {
		for (char *c = word; *c; c++)
			*c = *c == '\t' ? ' ' : *c;
		if (*word)
			argv[argc++] = word;
	}
	argv[argc] = NULL;
	if (argc < 2 || (!uses_files(argv[1]) && !is_slow(nth, argv[1])))
		text_kernel_run(&kernels[nth].kernel, argc, argv);
	free(text);
	return 0;
}
