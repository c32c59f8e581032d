/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel variables whose type is known, so that crash and gdb can ask for it. */
#ifndef NAMELIST_VARIABLES_H
#define NAMELIST_VARIABLES_H

#include <stddef.h>
#include <stdint.h>

#include "symbols.h"
#include "vmlinux.h"

struct types;

struct variable {
	const struct symbol *symbol;
	uint32_t name; /* place in .debug_str */
	uint32_t type; /* id */
	unsigned int stars;
	uint32_t count; /* of an array; 0: none */
};

struct variables {
	struct variable *v;
	size_t nr;
	/* A function that shows gdb the kernel's HZ; none if its size is 0. Places in .debug_str.
	 */
	uint64_t scope_va, scope_size;
	uint32_t scope_name, hz_name, hz_type;
	unsigned int hz;
};

/*
 * Finds the variables: those that the BTF itself knows (the per-cpu ones, so far), and those whose
 * type crash asks for. Appends names to the strings of @types. The caller releases @ret; @symbols
 * must outlive it.
 */
void variables_init(struct variables *ret, const struct vmlinux *vmlinux,
		    const struct symbols *symbols, struct types *types);
void variables_release(struct variables *variables);

/* Appends their entries to the debug information of @types. */
void variables_put(const struct variables *variables, struct types *types);

#endif
