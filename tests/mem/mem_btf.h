/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BTF made of text: what `btf NAME ... end` in a .mem file becomes (README.md has the lines in it).
 * The bytes follow the kernel's Documentation/bpf/btf.rst, so that what reads BTF out of a dump can
 * be tried without a compiler that writes any.
 */
#ifndef IOMMU_TESTS_MEM_BTF_H
#define IOMMU_TESTS_MEM_BTF_H

#include <stddef.h>

struct mem_btf;

/* base: the BTF whose types and names this one continues (a module's that of vmlinux), or NULL.
 * next: the one made before, so that all of them can be found and released. */
struct mem_btf *mem_btf_new(const char *name, const struct mem_btf *base, struct mem_btf *next);
void mem_btf_release_all(struct mem_btf *btf);

/* In a list of those made; NULL: none has that name. */
const struct mem_btf *mem_btf_find(const struct mem_btf *list, const char *name);

const char *mem_btf_name(const struct mem_btf *btf);

/* One line of the description. NULL when it is understood, or what is wrong with it. */
const char *mem_btf_line(struct mem_btf *btf, char **words, size_t nr);

/* After the last line: the bytes, for the caller to free(). */
unsigned char *mem_btf_bytes(struct mem_btf *btf, size_t *len);

#endif
