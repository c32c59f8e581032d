/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seam of iommu/target.h over an ELF vmcore and a symbol table, without crash: the kernel's own
 * page tables say where an address is. It knows no types at all: every struct has to come from the
 * BTF in the dump.
 */
#ifndef IOMMU_TESTS_ELF_TARGET_H
#define IOMMU_TESTS_ELF_TARGET_H

#include "elf_dump.h"
#include "elf_symbols.h"

#include "iommu/pt_walk.h"
#include "iommu/target.h"

/* Where x86-64 links its image: Documentation/arch/x86/x86_64/mm.rst */
#define START_KERNEL_MAP 0xffffffff80000000ULL

struct elf_target {
	struct target target;
	struct elf_dump dump;
	struct elf_symbols symbols;
	struct pt_root kernel; /* init_top_pgt */
};

/* Says on stderr what is wrong and returns false. elf_target_close() is for both. */
bool elf_target_open(struct elf_target *t, const char *vmcore, const char *namelist);
void elf_target_close(struct elf_target *t);

/* "SYMBOL", "SYMBOL+0xOFFSET" or a kernel address in hex. */
bool elf_target_address(struct elf_target *t, const char *word, struct kva *ret);

/* Takes the pages of a range out of the dump. */
bool elf_target_drop(struct elf_target *t, struct kva at, uint64_t nr_bytes);

/* Flips nr bits of a range; which ones depends on the seed alone. */
bool elf_target_flip(struct elf_target *t, struct kva at, uint64_t nr_bytes, unsigned nr,
		     uint64_t seed);

/* Takes the first node off a kernel list, as the module that came last does when it goes; and puts that
 * node back, as one that comes does (list_add() adds at the head). */
bool elf_target_unlist(struct elf_target *t, struct kva head, struct kva *ret);
bool elf_target_relist(struct elf_target *t, struct kva head, struct kva node);

#endif
