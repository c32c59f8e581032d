/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two text files say: mem_parse.c fills it, mem_target.c answers from it. */
#ifndef IOMMU_TESTS_MEM_FILES_H
#define IOMMU_TESTS_MEM_FILES_H

#include <stdbool.h>

#include "iommu/target.h"
#include "mem_btf.h"
#include "mem_store.h"

enum name_kind {
	NAME_SYMBOL,
	NAME_MEMBER,
	NAME_TYPE,
	NAME_ENUM,
	NAME_MEANING, /* type: a module; value: which struct of the name in text its code means */
	NAME_LET
};

struct name {
	enum name_kind kind;
	char *type; /* MEMBER: the struct; MEANING: the module; else NULL */
	char *text;
	uint32_t hash; /* of text: most names that are not meant differ in it */
	uint64_t value, size;
	uint8_t bit, nr_bits; /* MEMBER that is a bit-field */
	bool untyped;	      /* MEMBER that only the text knows, and not the namelist */
};

struct range {
	uint64_t kva; /* of a map */
	uint64_t pa, size;
};

struct macro {
	char *name;
	char path[256]; /* where it was defined */
	size_t line;
	char **lines;
	size_t nr_lines;
};

struct mem_files {
	struct name *names;
	size_t nr_names;
	struct range *maps, *missing;
	size_t nr_maps, nr_missing;
	bool zeroes_missing;
	struct store physical, virtual;
	struct macro *macros;
	size_t nr_macros;
	struct mem_btf *btfs; /* the last one first */
	uint64_t texts_at;    /* where the next "text" behind a pointer goes */
	uint64_t heap_at;     /* where the next `new` object goes */
};

struct mem_files *mem_files_read(const char *mem_path, const char *sym_path);
void mem_files_release(struct mem_files *files);

/* The nth of that name (type: of a member), or NULL. */
const struct name *mem_find_name(const struct mem_files *files, enum name_kind kind,
				 const char *type, const char *text, unsigned nth);

/* Through the maps; false: no map covers it. */
bool mem_kva_to_pa(const struct mem_files *files, uint64_t kva, uint64_t *ret);

#endif
