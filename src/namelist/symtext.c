// SPDX-License-Identifier: GPL-2.0-or-later
/* Symbols from a text: /proc/kallsyms, or a System.map. */
#include "symbols.h"

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Reads "ADDRESS TYPE NAME" and, for symbols of modules, "\t[MODULE]" after it. BPF programs and
 * trampolines are printed like modules' symbols, in [bpf] and such. Returns whether it is such a
 * line.
 */
static bool read_line(char *line, struct symbols *symbols)
{
	char *end, *name;
	uint64_t addr;
	size_t len;
	char type;

	errno = 0;
	addr = strtoull(line, &end, 16);
	if (errno || end == line || end[0] != ' ' || !isgraph((unsigned char)end[1]) ||
	    end[2] != ' ')
		return false;
	type = end[1];
	name = end + 3;
	len = strcspn(name, " \t\r\n");
	if (!len)
		return false;
	if (name[len + strspn(name + len, " \t\r\n")] != '[')
		symbols_add(symbols, addr, type, name, len);
	return true;
}

static void read_text(const char *path, struct symbols *symbols)
{
	FILE *f = fopen(path, "re");
	unsigned long line_nr = 0;
	char *line = NULL;
	size_t room = 0;

	if (!f)
		err(EXIT_FAILURE, "%s", path);
	while (getline(&line, &room, f) >= 0) {
		line_nr++;
		if (!read_line(line, symbols))
			errx(EXIT_FAILURE, "%s:%lu: not a line of /proc/kallsyms or System.map",
			     path, line_nr);
	}
	if (ferror(f))
		err(EXIT_FAILURE, "%s", path);
	free(line);
	fclose(f);
}

/*
 * KASLR shifts the whole image up by one distance, except the per-cpu symbols of kernels that
 * number these from zero (before v6.15).
 */
static void unshift(const struct vmlinux *vmlinux, uint64_t shift, struct symbols *symbols)
{
	uint64_t lowest = vmlinux_text_addr(vmlinux);

	for (size_t i = 0; i < symbols->nr; i++)
		if (symbols->v[i].addr >= lowest)
			symbols->v[i].addr -= shift;
}

void symbols_from_text(const struct vmlinux *vmlinux, const char *path, struct symbols *ret)
{
	const struct symbol *text;

	symbols_init(ret);
	read_text(path, ret);
	text = symbols_find(ret, "_text");
	if (!text)
		errx(EXIT_FAILURE, "%s: no kernel symbols in it (_text is missing)", path);
	if (!text->addr)
		errx(EXIT_FAILURE,
		     "%s: the addresses are all zero (hidden by kptr_restrict: read it as root)",
		     path);
	if (text->addr & 0xfff || text->addr < vmlinux_text_addr(vmlinux))
		errx(EXIT_FAILURE, "%s: not of this kernel (_text is %#" PRIx64 ")", path,
		     text->addr);
	unshift(vmlinux, text->addr - vmlinux_text_addr(vmlinux), ret);
	symbols_finish(vmlinux, ret);
}
