/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Physical memory of an ELF vmcore: what its PT_LOAD segments hold, by p_paddr. */
#ifndef IOMMU_TESTS_ELF_DUMP_H
#define IOMMU_TESTS_ELF_DUMP_H

#include "iommu/addr.h"
#include "iommu/status.h"

#include <stddef.h>
#include <stdint.h>

#define MAX_DROPPED 16

struct elf_segment {
	uint64_t pa, nr_bytes; /* of memory */
	uint64_t in_file;      /* of them in the file */
	size_t offset;
};

struct elf_dump {
	unsigned char *bytes; /* the file, mapped private: what is changed here stays here */
	size_t size;
	struct elf_segment *segments;
	size_t nr_segments;
	char *vmcoreinfo; /* NUL-terminated; NULL: the dump has no such note */
	struct {
		uint64_t first, last;
	} dropped[MAX_DROPPED]; /* as if makedumpfile had left these out */
	size_t nr_dropped;
};

/* Says on stderr what is wrong and returns false. elf_dump_close() is for both. */
bool elf_dump_open(struct elf_dump *dump, const char *path);
void elf_dump_close(struct elf_dump *dump);

/* OK; BAD_ADDRESS: the machine had no memory there; NOT_IN_DUMP: it had, but the file has not. */
enum status elf_dump_read(const struct elf_dump *dump, struct pa at, void *buf, size_t len);

/* The byte of a physical address, or NULL. */
unsigned char *elf_dump_at(const struct elf_dump *dump, struct pa at);

/* "KEY=value" of VMCOREINFO as a number; false: no such key. */
bool elf_dump_number(const struct elf_dump *dump, const char *key, int base, int64_t *ret);

#endif
