// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu-elf [-d AT:BYTES] [-f AT:BYTES:BITS:SEED] VMCORE NAMELIST < COMMANDS
 * iommu-elf -l VMCORE NAMELIST
 *
 * Runs command lines of the plugin on an ELF vmcore, with no crash and no types: NAMELIST is only
 * asked for symbols. `COMMAND > FILE` writes a file, as in crash. `unlist SYMBOL` takes the first
 * node off the list at SYMBOL, `relist SYMBOL` puts the one that was taken last back. -d takes a
 * range out of the dump, -f flips bits of it; AT is a symbol, SYMBOL+0xOFFSET or a kernel address.
 * -l prints the rows of the layout tables as the dump's BTF of vmlinux has them
 * (tests/dwarf/rows.h).
 */
#include "../dwarf/rows.h"
#include "elf_target.h"

#include "iommu/command.h"

#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ARGS  512
#define MAX_TAKEN 64

static FILE *out;

static void write_out(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	fwrite(bytes, 1, len, out);
}

/* The file of "COMMAND > FILE", cut off the line; NULL: none. */
static const char *redirection(char *line)
{
	char *sign = strstr(line, " > ");

	if (!sign)
		return NULL;
	*sign = '\0';
	return sign + 3;
}

/* Another line than one for the plugin: what happens to the kernel between two commands. */
static bool change_list(struct elf_target *t, int argc, char **argv)
{
	static struct kva taken[MAX_TAKEN];
	static unsigned nr_taken;
	bool takes = argc == 2 && strcmp(argv[0], "unlist") == 0;
	bool gives = argc == 2 && strcmp(argv[0], "relist") == 0;
	struct kva head;

	if (!takes && !gives)
		return false;
	if (!elf_target_address(t, argv[1], &head) || (takes && nr_taken == MAX_TAKEN) ||
	    (gives && nr_taken == 0) ||
	    !(takes ? elf_target_unlist(t, head, &taken[nr_taken])
		    : elf_target_relist(t, head, taken[nr_taken - 1]))) {
		fprintf(stderr, "cannot %s %s\n", argv[0], argv[1]);
		exit(99);
	}
	nr_taken = takes ? nr_taken + 1 : nr_taken - 1;
	return true;
}

static void run_line(struct session *session, char *line)
{
	const char *file = redirection(line);
	char *argv[MAX_ARGS + 1];
	int argc = 0;

	if (!file)
		printf("iommu> %s\n", line);
	for (char *word = strtok(line, " \t"); word && argc < MAX_ARGS; word = strtok(NULL, " \t"))
		argv[argc++] = word;
	argv[argc] = NULL;
	out = file ? fopen(file, "w") : stdout;
	if (!out) {
		perror(file);
		exit(99);
	}
	if (argc && !change_list((struct elf_target *)session->target, argc, argv))
		iommu_command(session, argc, argv);
	if (file)
		fclose(out);
}

static void run_lines(struct session *session)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, stdin)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		run_line(session, line);
	}
	free(line);
}

struct btf_lookup {
	struct btf_types *types;
	struct target *target;
};

static bool look_up(void *ctx, const char *type, const char *path, const char *witness,
		    struct member *ret)
{
	const struct btf_wanted wanted = { .type = type, .path = path, .witness = witness };
	struct btf_lookup *lookup = ctx;
	const char *module;

	return !failed(btf_types_member(&lookup->types, lookup->target, &wanted, ret, &module));
}

static int list_rows(struct elf_target *t)
{
	struct btf_lookup lookup = { NULL, &t->target };
	const char *problem;

	rows_print(stdout, look_up, &lookup);
	problem = btf_types_problem(lookup.types);
	fflush(stdout); /* both may be one file */
	if (problem)
		fprintf(stderr, "%s\n", problem);
	btf_types_release(&lookup.types);
	return problem ? 1 : 0;
}

/* AT:BYTES, or AT:BYTES:BITS:SEED */
static bool damage(struct elf_target *t, bool drop, char *word)
{
	char *colon = strchr(word, ':');
	uint64_t number[3] = { 0 };
	struct kva at;

	if (!colon)
		return false;
	*colon++ = '\0';
	for (int i = 0; colon && i < 3; i++) {
		number[i] = strtoull(colon, NULL, 0);
		colon = strchr(colon, ':');
		colon = colon ? colon + 1 : NULL;
	}
	if (!elf_target_address(t, word, &at))
		return false;
	return drop ? elf_target_drop(t, at, number[0])
		    : elf_target_flip(t, at, number[0], (unsigned)number[1], number[2]);
}

static int work(struct elf_target *t, int argc, char **argv)
{
	struct session session = { .target = &t->target, .out = { write_out, NULL } };
	bool rows = false;

	optind = 1;
	for (int c; (c = getopt(argc, argv, "ld:f:")) != -1;) {
		if (c == 'l') {
			rows = true;
		} else if (!damage(t, c == 'd', optarg)) {
			fprintf(stderr, "cannot damage %s\n", optarg);
			return 99;
		}
	}
	if (rows)
		return list_rows(t);
	run_lines(&session);
	session_release(&session);
	return 0;
}

int main(int argc, char **argv)
{
	struct elf_target t;
	bool usable = true;
	int result;

	for (int c; (c = getopt(argc, argv, "ld:f:")) != -1;)
		usable &= c != '?';
	if (!usable || argc - optind != 2) {
		fprintf(stderr, "usage: iommu-elf [-l] [-d AT:BYTES] [-f AT:BYTES:BITS:SEED] "
				"VMCORE NAMELIST < COMMANDS\n");
		return 99;
	}
	elf_version(EV_CURRENT);
	result = elf_target_open(&t, argv[optind], argv[optind + 1]) ? work(&t, argc, argv) : 98;
	elf_target_close(&t);
	return result;
}
