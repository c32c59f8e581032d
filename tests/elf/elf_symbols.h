/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The symbol table of a vmlinux (or a small namelist), as addresses of the running kernel. */
#ifndef IOMMU_TESTS_ELF_SYMBOLS_H
#define IOMMU_TESTS_ELF_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_symbol {
	const char *name;
	uint64_t value;
};

struct elf_symbols {
	struct elf_symbol *by_name; /* then by value */
	struct elf_symbol *by_value;
	size_t nr;
	char *names;
};

/* kaslr: what the running kernel was moved by. Says on stderr what is wrong and returns false. */
bool elf_symbols_open(struct elf_symbols *symbols, const char *path, uint64_t kaslr);
void elf_symbols_close(struct elf_symbols *symbols);

/* NULL: no such symbol. */
const struct elf_symbol *elf_symbols_find(const struct elf_symbols *symbols, const char *name,
					  unsigned nth);
const struct elf_symbol *elf_symbols_at(const struct elf_symbols *symbols, uint64_t value);

#endif
