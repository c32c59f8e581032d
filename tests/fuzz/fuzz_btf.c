// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The BTF in a dump and the list of modules that have some: the memory of tests/mem/btf-types.mem with up to 32 bytes
 * of it changed. Every question ends with an answer or a failure, within a
 * number of reads; what is found lies in a struct.
 */
#include "input.h"
#include "mem_files.h"
#include "mem_target.h"

#include "iommu/btf_types.h"

#define MAX_BYTES  65536u
#define MAX_CHANGE 32u
#define ENOUGH_READS 50000u

static struct mem_target *mem;

/* Every byte that the text wrote. */
static struct place {
	struct store *store;
	uint64_t at;
} places[MAX_BYTES];
static size_t nr_places;

static const struct {
	const char *module, *type, *path, *witness;
} questions[] = {
	{ NULL, "bits", "plain", NULL },	 { NULL, "bits", "low", NULL },	  { NULL, "outer", "bits.plain", NULL },
	{ NULL, "outer", "inner", NULL },	 { NULL, "outer", "name.first", NULL }, { NULL, "number", "word", NULL },
	{ "a", "outer", "name", NULL },		 { "a", "only_here", "of_vmlinux.low", NULL }, { "b", "holds_nothing", "gone", NULL },
	{ "c", "outer", "name", "inner" },	 { "a", "outer", "name", "whole" }, { NULL, "outer", "whole", "name" },
};

#define NR_QUESTIONS (sizeof(questions) / sizeof(questions[0]))

static void add_places(struct store *store)
{
	for (size_t i = 0; i < store->nr_writes; i++) {
		for (size_t n = 0; n < store->writes[i].len && nr_places < MAX_BYTES; n++)
			places[nr_places++] = (struct place){ store, store->writes[i].at + n };
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem = mem_target_open("tests/mem/btf-types.mem", "tests/mem/btf-types.sym");
	add_places(&mem->files->physical);
	add_places(&mem->files->virtual);
	must(nr_places > 100, "%zu bytes", nr_places);
	return 0;
}

static void ask(struct btf_types **types, unsigned nth)
{
	const struct btf_wanted wanted = { questions[nth].module, questions[nth].type, questions[nth].path,
					   questions[nth].witness };
	struct member member = { 0 };
	const char *module = NULL;

	if (failed(btf_types_member(types, &mem->target, &wanted, &member, &module)))
		return;
	must(!module || (wanted.module && strcmp(module, wanted.module) == 0), "a member of another module");
	must(member.size && member.nr_bits <= 8 * member.size && member.bit < 8 * member.size, "%s.%s: %lu bytes, %u bits",
	     wanted.type, wanted.path, (unsigned long)member.size, member.nr_bits);
}

static void ask_all(void)
{
	struct btf_types *types = NULL;
	uint64_t size;
	int64_t value;

	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < NR_QUESTIONS; i++)
			ask(&types, i);
		btf_types_size(&types, &mem->target, "outer", &size);
		btf_types_enumerator(&types, &mem->target, "FIRST", &value);
		btf_types_changed(types, &mem->target);
	}
	btf_types_problem(types);
	must(!mem->knobs.over_max_reads, "more than %u reads", ENOUGH_READS);
	btf_types_release(&types);
}

static uint8_t put(const struct place *place, uint8_t byte)
{
	uint64_t at = place->at & ~7ULL, word = 0;
	unsigned shift = 8 * (place->at & 7);

	must(store_read(place->store, at, &word, 8) == STATUS_OK, "no memory at %lx", (unsigned long)at);
	store_poke(place->store, at, (word & ~(0xffULL << shift)) | (uint64_t)byte << shift);
	return (uint8_t)(word >> shift);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const struct place *changed[MAX_CHANGE];
	uint8_t before[MAX_CHANGE];
	unsigned nr = 0;

	mem->knobs.nr_reads = 0;
	mem->knobs.max_reads = ENOUGH_READS;
	mem->knobs.over_max_reads = false;
	while (in.left > 2 && nr < MAX_CHANGE) {
		const struct place *place = &places[input_number(&in, 2) % nr_places];

		changed[nr] = place;
		before[nr++] = put(place, input_byte(&in));
	}
	ask_all();
	while (nr--)
		put(changed[nr], before[nr]);
	return 0;
}
