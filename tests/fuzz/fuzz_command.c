// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every verb on the kernels of the fault tests, with words of their memory spoiled as the input says: a bit, nothing,
 * all ones, a small number, its own address, the value or the address of another word, any number. Page tables,
 * device tables, list heads, trees, names, BTF: whatever the text of such a kernel put into its memory.
 */
#include "command.h"
#include "input.h"
#include "mem_files.h"

#include "../fault/fault.h"

#define MAX_SPOILED 8u

/* Beside those of the fault tests. %1$s: the device, %2$s: the address. */
static const char *const more_commands[] = {
	"iommu check -j", "iommu map -a -j", "iommu who 1000 -j", "iommu graph", "iommu check", "iommu domains -v -j",
	"iommu who -k %1$s -j", "iommu status -vv", "iommu dte -a -vv -j", "iommu walk -vv -d %1$s %2$s",
	"iommu irt -vv -a", "iommu groups -v", "iommu owner -j", "iommu map -v -d %1$s -j",
};

#define NR_MORE	    (sizeof(more_commands) / sizeof(more_commands[0]))
#define NR_COMMANDS (2 * NR_FAULT_COMMANDS + NR_MORE)

/* A word that the text of a kernel wrote. */
struct word {
	struct store *store;
	uint64_t at, value;
	uint64_t kva; /* where the kernel has it; 0: nowhere */
};

static struct machine {
	struct text_kernel kernel;
	struct word *words;
	size_t nr, cap;
} machines[NR_FAULT_CASES];

static void add_word(struct machine *m, struct store *store, uint64_t at, uint64_t kva)
{
	struct word word = { store, at, 0, kva };

	if (store_read(store, at, &word.value, 8) != STATUS_OK)
		return;
	if (m->nr == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 1024;
		m->words = realloc(m->words, m->cap * sizeof(*m->words));
		if (!m->words)
			abort();
	}
	m->words[m->nr++] = word;
}

/* Physical memory stands at the kernel's address of the first map that has it. */
static uint64_t kva_of_pa(const struct mem_files *files, uint64_t pa)
{
	for (size_t i = 0; i < files->nr_maps; i++) {
		if (pa - files->maps[i].pa < files->maps[i].size)
			return files->maps[i].kva + (pa - files->maps[i].pa);
	}
	return 0;
}

static void add_words(struct machine *m, struct store *store, bool physical)
{
	for (size_t i = 0; i < store->nr_writes; i++) {
		const struct store_write *write = &store->writes[i];

		for (uint64_t at = write->at & ~7ULL; at < write->at + write->len; at += 8)
			add_word(m, store, at, physical ? kva_of_pa(m->kernel.mem->files, at) : at);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	for (unsigned i = 0; i < NR_FAULT_CASES; i++) {
		struct machine *m = &machines[i];

		text_kernel_open(&m->kernel, strrchr(fault_cases[i].mem, '/') + 1, strrchr(fault_cases[i].sym, '/') + 1);
		add_words(m, &m->kernel.mem->files->physical, true);
		add_words(m, &m->kernel.mem->files->virtual, false);
		must(m->nr, "%s has no memory", fault_cases[i].mem);
	}
	return 0;
}

static uint64_t spoiled(const struct machine *m, const struct word *word, struct input *in)
{
	uint8_t how = input_byte(in);
	const struct word *other;

	if (how < 128)
		return word->value ^ 1ULL << (how & 63);
	switch (how & 7) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2:
		return word->kva;
	case 3:
		return input_byte(in);
	case 4:
		return input_number(in, 8);
	case 5:
		return word->value + 8ULL * (how >> 3 & 15);
	default:
		other = &m->words[input_number(in, 2) % m->nr];
		return how & 1 ? other->value : other->kva + 8ULL * (how >> 3 & 3);
	}
}

/* A table of 65,536 interrupts is gone through entry by entry, which is a second under the sanitizers: those are left
 * to the fault tests. */
static bool is_slow(const char *mem, const char *line)
{
	return (strstr(mem, "vtd") || strstr(mem, "iova") || strstr(mem, "dmar")) &&
	       (strstr(line, " irt ") || strstr(line, " check"));
}

static void run(struct machine *m, const struct fault_case *c, unsigned nth)
{
	char line[256];

	if (nth < 2 * NR_FAULT_COMMANDS)
		fault_command(line, c, nth);
	else
		snprintf(line, sizeof(line), more_commands[nth - 2 * NR_FAULT_COMMANDS], c->device, c->iova);
	text_kernel_run_line(&m->kernel, is_slow(c->mem, line) ? "iommu status -j" : line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	unsigned nth = input_below(&in, NR_FAULT_CASES), command = input_below(&in, NR_COMMANDS), nr = 0;
	struct machine *m = &machines[nth];
	struct word *changed[MAX_SPOILED];
	uint64_t before[MAX_SPOILED];

	while (in.left > 2 && nr < MAX_SPOILED) {
		struct word *word = &m->words[input_number(&in, 2) % m->nr];

		before[nr] = store_poke(word->store, word->at, spoiled(m, word, &in));
		changed[nr++] = word;
	}
	if (fault_cases[nth].has_btf) /* what was learnt of its structs came out of this memory */
		layout_release(&m->kernel.session.layout);
	run(m, &fault_cases[nth], command);
	while (nr--)
		store_poke(changed[nr]->store, changed[nr]->at, before[nr]);
	if (fault_cases[nth].has_btf)
		layout_release(&m->kernel.session.layout);
	return 0;
}
