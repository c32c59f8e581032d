// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each pointer that a verb reads leads elsewhere: to itself, into another list, to nowhere, a bit beside its
 * object. And each page that it reads is not in the dump. Each in a session of its own: whatever is answered,
 * it ends, costs little, is a document, and says what it could not read.
 *
 * FAULT=ALL in the environment tries every pointer with every value: minutes. Without it a sample that is
 * the same in every run.
 */
#include "fault.h"

#include <stdlib.h>

#include "../unit/rng.h"
#include "mem_files.h"

/* Runs in a sample, for each kernel. */
#define NR_SPOILED 100u
#define NR_HIDDEN  20u

/* Of kernels that are a few pages of text. */
#define ENOUGH_READS 300000u
#define ENOUGH_BYTES ((size_t)48 << 20)
#define NEVER_READS  2000000u

#define MAX_WORDS 60000u

/* A word of kernel memory that looks like a pointer, and which commands read it: a bit each. */
struct word {
	uint64_t at, value;
	uint32_t commands;
};

struct words {
	struct mem_target *mem;
	struct word word[MAX_WORDS];
	size_t nr;
	unsigned command; /* that runs now */
};

static struct words words; /* too large for the stack */

static bool is_pointer(uint64_t value)
{
	return value >> 47 == 0x1ffff;
}

static void add_word(uint64_t at, uint64_t value)
{
	for (size_t i = words.nr; i-- > 0;) {
		if (words.word[i].at != at)
			continue;
		words.word[i].commands |= 1u << words.command;
		return;
	}
	if (words.nr < MAX_WORDS)
		words.word[words.nr++] = (struct word){ at, value, 1u << words.command };
}

static void on_read(void *ctx, uint64_t kva, size_t len)
{
	void (*watch)(void *, uint64_t, size_t) = words.mem->knobs.on_read_kva;

	(void)ctx;
	words.mem->knobs.on_read_kva = NULL; /* not while we read */
	for (uint64_t at = (kva + 7) & ~7ULL; at + 8 <= kva + len; at += 8) {
		uint64_t value;

		if (target_read_kva(&words.mem->target, kva_of(at), &value, 8) == STATUS_OK &&
		    is_pointer(value))
			add_word(at, value);
	}
	words.mem->knobs.on_read_kva = watch;
}

static void collect_words(struct mem_run *run, const struct fault_case *c)
{
	char line[128];

	words.mem = run->mem;
	words.nr = 0;
	for (words.command = 0; words.command < NR_FAULT_COMMANDS; words.command++) {
		run->mem->knobs = (struct mem_knobs){ .on_read_kva = on_read };
		mem_run_afresh(run, fault_command(line, c, 2 * words.command));
	}
	run->mem->knobs = (struct mem_knobs){ .max_reads = NEVER_READS };
}

/* ---- one command on what was spoiled ---- */

static const char *const unread[] = { "not in the dump", "no memory at that address", NULL };
static const char *const not_in_dump[] = { "not in dump", "not in the dump", "not-in-dump", NULL };

static void check_answer(const struct mem_run *run, const char *line, const char *how)
{
	const struct budget *budget = &run->session.budget;
	uint64_t reads = budget->object_reads + budget->table_reads;
	size_t bytes = run->session.arena.used + run->session.kept.arena.used;

	if (run->mem->knobs.over_max_reads || reads > ENOUGH_READS || bytes > ENOUGH_BYTES)
		fail_msg("%s: %s: %lu reads and %zu KiB", line, how, (unsigned long)reads, bytes >> 10);
	if (strstr(line, " -j") && !mem_run_is_json(run))
		fail_msg("%s: %s: not one JSON document:\n%s", line, how, run->out);
	if (strstr(run->out, "CHECK       no findings\n") && contains_any(run->out, unread))
		fail_msg("%s: %s: not all was read, and no doubt is said:\n%s", line, how, run->out);
}

static unsigned nth_set(uint32_t set, unsigned nth)
{
	for (unsigned bit = 0;; bit = (bit + 1) % 32) {
		if ((set >> bit & 1) && nth-- == 0)
			return bit;
	}
}

static const char *line_of(char buf[128], const struct fault_case *c, const struct word *word,
			   struct rng *rng)
{
	unsigned nr = (unsigned)__builtin_popcount(word->commands);

	return fault_command(buf, c, 2 * nth_set(word->commands, rng_below(rng, nr)) + rng_below(rng, 2));
}

/* ---- pointers ---- */

enum {
	BITS = 45,
	TO_ITSELF = BITS,
	TO_NOTHING,
	TO_ZERO,
	TO_AN_OBJECT,
	TO_A_MEMBER,
	TO_A_MAZE = TO_A_MEMBER + 6,
	NR_WAYS = TO_A_MAZE + 12
};

/* Memory that any pointer can be followed in: two words a node, the next node and one that is `back` before it.
 * With 1 it is a list by all signs. */
#define MAZE	   0xffffc90000000000ULL
#define MAZE_NODES 65536ULL

static void make_maze(struct mem_target *mem, uint64_t back)
{
	for (uint64_t i = 0; i < MAZE_NODES; i++) {
		const uint64_t node[2] = { MAZE + 16 * ((i + 1) % MAZE_NODES),
					   MAZE + 16 * ((i + MAZE_NODES - back) % MAZE_NODES) };

		store_write(&mem->files->virtual, MAZE + 16 * i, node, sizeof(node));
	}
}

static uint64_t spoiled(const struct word *word, unsigned way, struct rng *rng)
{
	const struct word *other = &words.word[rng_below(rng, (unsigned)words.nr)];

	if (way < BITS)
		return word->value ^ 8ULL << way;
	switch (way) {
	case TO_ITSELF:
		return word->at;
	case TO_NOTHING:
		return 0xffff00000dead000ULL + 8 * rng_below(rng, 512);
	case TO_ZERO:
		return 0;
	case TO_AN_OBJECT:
		return other->value;
	case TO_A_MEMBER ... TO_A_MAZE - 1:
		return rng_below(rng, 2) ? other->at : other->value;
	default:
		return MAZE + 8ULL * rng_below(rng, 2 * MAZE_NODES);
	}
}

static void spoil(struct mem_run *run, const struct fault_case *c, const struct word *word, unsigned way,
		  struct rng *rng)
{
	uint64_t value = spoiled(word, way, rng), before = mem_target_poke(run->mem, word->at, value);
	char line[128], how[96];

	snprintf(how, sizeof(how), "%llx is %llx instead of %llx", (unsigned long long)word->at,
		 (unsigned long long)value, (unsigned long long)before);
	mem_run_afresh(run, line_of(line, c, word, rng));
	check_answer(run, line, how);
	mem_target_poke(run->mem, word->at, before);
}

/* ---- pages ---- */

static void hide(struct mem_run *run, const struct fault_case *c, const struct word *word, struct rng *rng)
{
	struct mem_knobs *knobs = &run->mem->knobs;
	char line[128], how[96], *good;

	good = strdup(mem_run_afresh(run, line_of(line, c, word, rng)));
	knobs->hides_page = true;
	knobs->hidden_page = mem_target_page_of(run->mem, word->at);
	mem_run_afresh(run, line);
	snprintf(how, sizeof(how), "page %llx is not in the dump", (unsigned long long)knobs->hidden_page);
	check_answer(run, line, how);
	if (strcmp(good, run->out) != 0 && !contains_any(run->out, not_in_dump) && !c->has_btf)
		fail_msg("%s: %s: not said:\n%s", line, how, run->out);
	knobs->hides_page = false;
	free(good);
}

static void test_case(void **state)
{
	const struct fault_case *c = *state;
	struct mem_target *mem = mem_target_open(c->mem, c->sym);
	struct rng rng = { 20261125 };
	struct mem_run run;
	bool all = tries_all();

	mem_run_init(&run, mem);
	collect_words(&run, c);
	assert_true(words.nr > 10 && words.nr < MAX_WORDS);
	make_maze(mem, 2);
	for (size_t i = 0; i < words.nr && all; i++) {
		for (unsigned way = 0; way < NR_WAYS; way++)
			spoil(&run, c, &words.word[i], way, &rng);
		hide(&run, c, &words.word[i], &rng);
	}
	for (unsigned i = 0; i < NR_SPOILED; i++)
		spoil(&run, c, &words.word[rng_below(&rng, (unsigned)words.nr)], rng_below(&rng, NR_WAYS),
		      &rng);
	for (unsigned i = 0; i < NR_HIDDEN; i++)
		hide(&run, c, &words.word[rng_below(&rng, (unsigned)words.nr)], &rng);
	mem_run_release(&run);
	mem_target_close(mem);
}

/* ---- what no list can tell ---- */

/* A pointer to a list leads to another one, which is whole and endless by the measure of this machine: the
 * command's budget ends it, in an orderly way and with words for it. */
static void test_the_budget(void **state)
{
	static const char *const lines[] = { "iommu groups", "iommu status -j" };
	const struct fault_case *c = &fault_cases[2];
	struct mem_target *mem = mem_target_open(c->mem, c->sym);
	struct mem_run run;
	struct kva kset;

	(void)state;
	mem_run_init(&run, mem);
	make_maze(mem, 1);
	assert_int_equal(target_symbol(&mem->target, "iommu_group_kset", &kset), STATUS_OK);
	mem_target_poke(mem, kset.v, MAZE + 0x8000);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct budget *budget = &run.session.budget;

		mem_run_afresh(&run, lines[i]);
		assert_true(budget->is_spent);
		assert_true(run.session.arena.used + run.session.kept.arena.used <
			    budget->max_bytes + ENOUGH_BYTES);
		if (!strstr(run.out, "more than can be true"))
			fail_msg("%s: says nothing of the budget:\n%.2000s", lines[i], run.out);
		assert_null(strstr(run.out, "interrupted"));
		assert_true(!strstr(lines[i], "-j") || mem_run_is_json(&run));
	}
	mem_run_release(&run);
	mem_target_close(mem);
}

int main(void)
{
	const struct CMUnitTest budget = cmocka_unit_test(test_the_budget);

	return run_fault_cases_and("pointers that lead elsewhere, pages that are not there", test_case,
				   &budget);
}
