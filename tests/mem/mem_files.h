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
	NAME_LET,
	/* Of a record alone: */
	NAME_AT,     /* value: an address; text: the symbol that starts there */
	NAME_AROUND, /* value: an address; text: the symbol that it lies in; size: bytes behind its start */
	NAME_OF,     /* a member; type: "MODULE TYPE" */
	NAME_VALUE,  /* text: what a user may type, value: what it is */
	NAME_BTF,    /* a member by BTF; type: "MODULE TYPE", text: "PATH WITNESS" */
	NAME_BTF_TYPE,
	NAME_BTF_ENUM,
	NAME_NO,     /* text: a question that has the answer that there is no such thing */
	NAME_FAILED, /* text: a question that failed; size: its status; value: where, or type: what was missing */
	NAME_GONE,   /* told, and taken back by a `no` */
};

struct name {
	enum name_kind kind;
	char *type; /* MEMBER: the struct; MEANING: the module; else NULL */
	char *text;
	uint32_t hash; /* of text: most names that are not meant differ in it */
	size_t next;   /* in the same bucket: its number counted from 1; 0: none */
	uint64_t value, size;
	uint8_t bit, nr_bits; /* MEMBER that is a bit-field */
	bool untyped;	      /* MEMBER that only the text knows, and not the namelist */
	bool of_module;	      /* BTF: the module's own has it, and not that of vmlinux */
};

struct range {
	uint64_t kva; /* of a map */
	uint64_t pa, size;
};

/* Memory that could not be read, and kernel addresses that lead nowhere. */
struct gap {
	bool physical;
	uint64_t at, size;
	enum status status;
};

struct macro {
	char *name;
	char path[256]; /* where it was defined */
	size_t line;
	char **lines;
	size_t nr_lines;
};

#define NAME_BUCKETS 1024u

/* Numbers of names, counted from 1. */
struct name_bucket {
	size_t first, last;
};

struct mem_files {
	struct name *names;
	size_t nr_names;
	struct name_bucket bucket[NAME_BUCKETS]; /* by the hash of their text */
	struct range *maps, *missing;
	size_t nr_maps, nr_missing;
	bool zeroes_missing;
	/* A record: what the text does not say was not asked, and nobody knows it. */
	bool is_record, is_live, tells_bits;
	uint64_t taken; /* when it was dumped, seconds since 1970; 0: not known */
	char *btf_problem;
	struct gap *gaps;	  /* of memory */
	struct gap *untranslated; /* pages of kernel addresses */
	size_t nr_gaps, nr_untranslated;
	char **commands; /* that were recorded */
	size_t nr_commands;
	struct store physical, virtual;
	struct macro *macros;
	size_t nr_macros;
	struct mem_btf *btfs; /* the last one first */
	uint64_t texts_at;    /* where the next "text" behind a pointer goes */
	uint64_t heap_at;     /* where the next `new` object goes */
};

/* sym_path may be NULL: all stands in the other one. */
struct mem_files *mem_files_read(const char *mem_path, const char *sym_path);
void mem_files_release(struct mem_files *files);

/* The nth of that name (type: of a member), or NULL. */
const struct name *mem_find_name(const struct mem_files *files, enum name_kind kind,
				 const char *type, const char *text, unsigned nth);

/* The record has the answer to that question that there is no such thing. */
bool mem_says_no(const struct mem_files *files, const char *question);

/* Through the maps; false: no map covers it. */
bool mem_kva_to_pa(const struct mem_files *files, uint64_t kva, uint64_t *ret);

#endif
