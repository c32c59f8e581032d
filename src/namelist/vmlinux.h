/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sections of a kernel's ELF file that it has in memory, with every size checked against the
 * file's.
 */
#ifndef NAMELIST_VMLINUX_H
#define NAMELIST_VMLINUX_H

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image.h"

struct section {
	const char *name;
	GElf_Shdr header;
	uint8_t *data; /* header.sh_size bytes of the image; NULL where the section has none */
};

struct vmlinux {
	const char *path; /* for messages */
	Elf *elf;
	GElf_Ehdr header;
	struct section *sections; /* [0] is the null section */
	size_t nr_sections;
};

/*
 * Opens @image, which must outlive @ret, as what @path names. The caller releases @ret. Exits with
 * a message when it is not a 64-bit x86 ELF file with sections that lie inside it.
 */
void vmlinux_open(const char *path, struct image *image, struct vmlinux *ret);
void vmlinux_release(struct vmlinux *vmlinux);

/* Returns the section called @name, which has bytes in the file, or NULL. */
struct section *vmlinux_section(const struct vmlinux *vmlinux, const char *name);

/*
 * Returns the index of the section that a symbol at @addr belongs to: the one around it, or else
 * the nearest one ending at or below it (symbols like _etext name an end); SHN_ABS if none does.
 */
size_t vmlinux_section_at(const struct vmlinux *vmlinux, uint64_t addr);

/* Returns where the section around @addr ends; @addr itself if there is none. */
uint64_t vmlinux_section_end(const struct vmlinux *vmlinux, uint64_t addr);

/* Reads the 8 bytes that the kernel file has for @addr. Returns false if it has none. */
bool vmlinux_read_u64(const struct vmlinux *vmlinux, uint64_t addr, uint64_t *ret);

/* Returns the address of the first byte of the kernel's text, as linked. Exits when it has no text.
 */
uint64_t vmlinux_text_addr(const struct vmlinux *vmlinux);

#endif
