/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's types: from its BTF to DWARF, which is what crash's gdb reads. */
#ifndef NAMELIST_TYPES_H
#define NAMELIST_TYPES_H

#include <bpf/btf.h>
#include <stdint.h>

#include "dwarf.h"
#include "symbols.h"
#include "vmlinux.h"

struct types {
	const char *path; /* of the kernel, for messages */
	struct btf *btf;
	uint32_t nr;	   /* ids are below this; 0 is void */
	uint32_t *place;   /* by id: of its entry in .debug_info; 0 while unknown */
	bool signed_enums; /* the BTF does not tell signed enums from others */
	struct dwarf dwarf;
};

/*
 * Turns the types of @vmlinux into ret->dwarf, and behind them those variables of @symbols whose
 * type is known. The caller releases @ret. Exits with a message on errors.
 */
void types_from_btf(const struct vmlinux *vmlinux, const struct symbols *symbols,
		    struct types *ret);
void types_release(struct types *types);

/* For variables.c: a reference to type @id; none to void. */
struct attr types_ref(const struct types *types, uint32_t id);

/* For variables.c: the name at @offset of the BTF's strings; none if it is empty. */
struct attr types_name(const struct types *types, uint32_t offset);

#endif
