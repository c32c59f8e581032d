// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu-mem FILE.mem [FILE.sym] < COMMANDS
 * iommu-mem --recorded FILE.mem
 * iommu-mem --serve
 *
 * Runs command lines on a kernel made of text, or those that a record was made with, and prints a
 * transcript. A line that starts with % is for the target, not for the plugin (README.md); it holds for
 * the next command.
 */
#include "mem_files.h"
#include "mem_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ARGS 64

static int split(char *line, char *argv[MAX_ARGS + 1])
{
	int argc = 0;

	for (char *word = strtok(line, " \t\n"); word && argc < MAX_ARGS;
	     word = strtok(NULL, " \t\n"))
		argv[argc++] = word;
	argv[argc] = NULL;
	return argc;
}

static enum status status_of(const char *word)
{
	if (strcmp(word, "not-in-dump") == 0)
		return STATUS_NOT_IN_DUMP;
	if (strcmp(word, "interrupted") == 0)
		return STATUS_INTERRUPTED;
	return STATUS_BAD_ADDRESS;
}

/* Kept until the next line of the same kind. */
static const char *keep(char buf[128], const char *word)
{
	snprintf(buf, 128, "%s", word);
	return buf;
}

static void turn_knob(struct mem_knobs *knobs, int argc, char **argv)
{
	static char member[128], symbol[128];

	if (argc == 3 && strcmp(argv[1], "interrupt-after") == 0) {
		knobs->interrupt_after = strtoull(argv[2], NULL, 10);
	} else if (argc == 3 && strcmp(argv[1], "hide") == 0) {
		knobs->hidden_member = keep(member, argv[2]);
	} else if (argc == 3 && strcmp(argv[1], "hide-symbol") == 0) {
		knobs->hidden_symbol = keep(symbol, argv[2]);
	} else if (argc == 4 && strcmp(argv[1], "fail") == 0) {
		knobs->fail_read = strtoull(argv[2], NULL, 10);
		knobs->fail_status = status_of(argv[3]);
	} else {
		fprintf(stderr, "%% interrupt-after N | hide TYPE.MEMBER | hide-symbol NAME | "
				"fail N STATUS\n");
		exit(99);
	}
}

/* What a record has no answer to is said behind what came out, which is not to be believed. */
static bool has_unanswered(const struct mem_target *mem)
{
	for (size_t i = 0; i < mem->nr_unanswered; i++)
		printf("! the record does not say: %s\n", mem->unanswered[i]);
	return mem->nr_unanswered != 0;
}

static bool run_line(struct mem_run *run, const char *line)
{
	printf("iommu> %s\n", line);
	/* Afresh: what a command before has found could not be hidden from this one. */
	fputs(mem_run_afresh(run, line), stdout);
	memset(&run->mem->knobs, 0, sizeof(run->mem->knobs));
	return !has_unanswered(run->mem);
}

static bool next_line(char **line, size_t *size)
{
	ssize_t len = getline(line, size, stdin);

	if (len > 0 && (*line)[len - 1] == '\n')
		(*line)[len - 1] = '\0';
	return len > 0;
}

/* False: not all that was asked is in the record. */
static bool run_input_line(struct mem_run *run, char *line)
{
	char *words[MAX_ARGS + 1];

	if (line[0] == '%') {
		printf("%s\n", line);
		turn_knob(&run->mem->knobs, split(line, words), words);
	} else if (line[0]) {
		return run_line(run, line);
	}
	return true;
}

static bool run_input(struct mem_run *run)
{
	char *line = NULL;
	bool good = true;
	size_t size = 0;

	while (next_line(&line, &size))
		good &= run_input_line(run, line);
	free(line);
	return good;
}

static bool run_recorded(struct mem_run *run)
{
	const struct mem_files *files = run->mem->files;
	bool good = true;

	for (size_t i = 0; i < files->nr_commands; i++)
		good &= run_line(run, files->commands[i]);
	return good;
}

/* ---- many kernels, one after the other ---- */

struct served {
	struct mem_target *mem; /* NULL: no files were named */
	struct mem_run run;
	bool good;
};

static void leave(struct served *s)
{
	if (!s->mem)
		return;
	mem_run_release(&s->run);
	mem_target_close(s->mem);
	s->mem = NULL;
}

static void serve_line(struct served *s, char *line)
{
	char *words[MAX_ARGS + 1];
	int nr;

	if (strncmp(line, "files ", 6) == 0) {
		leave(s);
		nr = split(line, words);
		s->mem = mem_target_open(words[1], nr > 2 ? words[2] : NULL);
		mem_run_init(&s->run, s->mem);
		s->good = true;
	} else if (strcmp(line, "done") == 0) {
		leave(s);
		printf("done %d\n", s->good ? 0 : 98);
		fflush(stdout);
	} else if (s->mem && line[0]) {
		s->good &= run_input_line(&s->run, line);
	}
}

/* "files FILE.mem [FILE.sym]", what else stands in the input, "done": then "done STATUS" is said. A process costs
 * the address sanitizer more than most of the commands do. */
static int serve(void)
{
	struct served s = { .good = true };
	char *line = NULL;
	size_t size = 0;

	while (next_line(&line, &size))
		serve_line(&s, line);
	leave(&s);
	free(line);
	return 0;
}

int main(int argc, char **argv)
{
	bool recorded = argc == 3 && strcmp(argv[1], "--recorded") == 0, good;
	struct mem_target *mem;
	struct mem_run run;

	if (argc == 2 && strcmp(argv[1], "--serve") == 0)
		return serve();
	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: iommu-mem FILE.mem [FILE.sym] < COMMANDS\n"
				"       iommu-mem --recorded FILE.mem\n"
				"       iommu-mem --serve < \"files FILE.mem [FILE.sym]\", COMMANDS, \"done\", ...\n");
		return 99;
	}
	mem = recorded ? mem_target_open(argv[2], NULL) :
			 mem_target_open(argv[1], argc == 3 ? argv[2] : NULL);
	mem_run_init(&run, mem);
	good = recorded ? run_recorded(&run) : run_input(&run);
	mem_run_release(&run);
	mem_target_close(mem);
	return good ? 0 : 98;
}
