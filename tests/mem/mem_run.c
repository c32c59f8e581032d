// SPDX-License-Identifier: GPL-2.0-or-later
/* Command lines run on a kernel made of text, with what they print kept for the test. */
#include "mem_run.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#define MAX_ARGS 64

/* More than a command on a kernel made of text needs: so all of them use one block of each
 * arena, which stays. A block that each command allocates and frees costs the sanitizer more than the
 * command. */
#define ARENA_BYTES ((size_t)4 << 20)

static void collect(void *ctx, const char *bytes, size_t len)
{
	struct mem_run *run = ctx;

	while (run->len + len + 1 > run->cap) {
		run->cap = run->cap ? 2 * run->cap : 65536;
		run->out = realloc(run->out, run->cap);
		if (!run->out)
			abort();
	}
	memcpy(run->out + run->len, bytes, len);
	run->len += len;
	run->out[run->len] = '\0';
}

void mem_run_init(struct mem_run *run, struct mem_target *mem)
{
	setenv("IOMMU_PCI_IDS", "", 0); /* not that of the machine on which the test runs */
	memset(run, 0, sizeof(*run));
	run->mem = mem;
	run->session.target = &mem->target;
	run->session.out = (struct output){ collect, run };
	arena_alloc(&run->session.arena, ARENA_BYTES);
	arena_reset(&run->session.arena);
	arena_alloc(&run->session.kept.arena, ARENA_BYTES);
	arena_reset(&run->session.kept.arena);
	collect(run, "", 0);
}

void mem_run_release(struct mem_run *run)
{
	session_release(&run->session);
	free(run->out);
	free(run->words);
	memset(run, 0, sizeof(*run));
}

const char *mem_run(struct mem_run *run, const char *line)
{
	char *argv[MAX_ARGS + 1];
	int argc = 0;

	free(run->words); /* the last command may have been left in its midst */
	run->words = strdup(line);
	if (!run->words)
		abort();
	run->len = 0;
	run->out[0] = '\0';
	run->mem->knobs.nr_reads = run->mem->knobs.nr_polls = run->mem->knobs.reads_at_poll = 0;
	run->mem->knobs.over_max_reads = run->mem->knobs.asked_for_hidden = false;
	mem_target_forget_asked(run->mem);
	mem_target_forget_unanswered(run->mem);
	for (char *word = strtok(run->words, " \t"); word && argc < MAX_ARGS; word = strtok(NULL, " \t"))
		argv[argc++] = word;
	argv[argc] = NULL;
	run->failed = iommu_command(&run->session, argc, argv);
	return run->out;
}

const char *mem_run_afresh(struct mem_run *run, const char *line)
{
	struct arena arena = run->session.arena, kept = run->session.kept.arena;

	layout_release(&run->session.layout);
	arena_reset(&arena);
	arena_reset(&kept);
	run->session = (struct session){ .target = &run->mem->target,
					 .out = { collect, run },
					 .arena = arena,
					 .kept = { .arena = kept } };
	return mem_run(run, line);
}

bool mem_run_is_json(const struct mem_run *run)
{
	yajl_handle parser = yajl_alloc(NULL, NULL, NULL);
	bool good =
		run->len && run->out[run->len - 1] == '\n' &&
		yajl_parse(parser, (const unsigned char *)run->out, run->len) == yajl_status_ok &&
		yajl_complete_parse(parser) == yajl_status_ok;

	yajl_free(parser);
	return good;
}
