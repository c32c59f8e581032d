/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's symbols, as kallsyms knows them, by address. */
#ifndef NAMELIST_SYMBOLS_H
#define NAMELIST_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include "vmlinux.h"

struct symbol {
	uint64_t addr; /* as linked: before KASLR; per-cpu symbols as the kernel numbers them */
	size_t name;   /* offset into struct symbols.names */
	uint64_t size; /* up to the next symbol, or the end of its section: kallsyms has no sizes */
	char type;     /* letter as printed by nm(1): uppercase is global */
};

struct symbols {
	struct symbol *v;
	size_t nr, room;
	uint32_t *by_name; /* indices into v by name, then by address; NULL until they are finished */
	char *names; /* an ELF string table: starts with the empty string */
	size_t names_size, names_room;
};

void symbols_init(struct symbols *symbols);
void symbols_release(struct symbols *symbols);

/* Appends a symbol; @name is @len bytes, copied. */
void symbols_add(struct symbols *symbols, uint64_t addr, char type, const char *name, size_t len);

/* Sorts the symbols by address and works out their sizes. */
void symbols_finish(const struct vmlinux *vmlinux, struct symbols *symbols);

/* Returns the symbol called @name (the one at the lowest address), or NULL. Before symbols_finish() it looks
 * at each, and of several returns the one that was added first. */
const struct symbol *symbols_find(const struct symbols *symbols, const char *name);

/*
 * Both fill and finish @ret, which the caller releases, and exit with a message when they cannot.
 * symbols_from_image() decodes the tables that the kernel itself prints /proc/kallsyms from;
 * symbols_from_text() reads such a text (or a System.map), leaves out symbols of modules, and takes
 * away the shift that KASLR gave the addresses.
 */
void symbols_from_image(const struct vmlinux *vmlinux, struct symbols *ret);
void symbols_from_text(const struct vmlinux *vmlinux, const char *path, struct symbols *ret);

#endif
