// SPDX-License-Identifier: GPL-2.0-or-later
/* The sections of a kernel's ELF file, read with every offset and size checked against the file. */
#include "vmlinux.h"

#include <endian.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

/* Where the ELF header and the program headers end. The section headers may stand anywhere: they are written anew. */
static uint64_t headers_end(const GElf_Ehdr *header)
{
	uint64_t programs_end = header->e_phoff + (uint64_t)header->e_phnum * header->e_phentsize;
	uint64_t end = sizeof(Elf64_Ehdr);

	return header->e_phnum && programs_end > end ? programs_end : end;
}

/*
 * Reads one section header; libelf has checked the header table itself, not what it points to.
 * Returns whether the section is one that the kernel has in memory.
 */
static bool read_section(Elf_Scn *scn, size_t names, const char *path, const struct image *image,
			 const struct vmlinux *vmlinux, struct section *ret)
{
	Elf *elf = vmlinux->elf;
	GElf_Shdr *h = &ret->header;

	if (!gelf_getshdr(scn, h))
		errx(EXIT_FAILURE, "%s: damaged section headers: %s", path, elf_errmsg(-1));
	if (!(h->sh_flags & SHF_ALLOC) || h->sh_type == SHT_NULL)
		return false;
	ret->name = elf_strptr(elf, names, h->sh_name);
	if (!ret->name)
		ret->name = "";
	ret->data = NULL;
	if (h->sh_type == SHT_NOBITS)
		return true;
	if (h->sh_offset > image->size || h->sh_size > image->size - h->sh_offset)
		errx(EXIT_FAILURE, "%s: truncated: section %s lies outside the file", path,
		     ret->name);
	/* It is written where it was, and would take the place of the headers. */
	if (h->sh_size && h->sh_offset < headers_end(&vmlinux->header))
		errx(EXIT_FAILURE, "%s: damaged section headers: section %s lies over the headers", path, ret->name);
	ret->data = image->data + h->sh_offset;
	return true;
}

void vmlinux_open(const char *path, struct image *image, struct vmlinux *ret)
{
	Elf_Scn *scn = NULL;
	size_t names, nr;

	*ret = (struct vmlinux){ .path = path };
	elf_version(EV_CURRENT);
	ret->elf = elf_memory((char *)image->data, image->size);
	if (!ret->elf || !gelf_getehdr(ret->elf, &ret->header))
		errx(EXIT_FAILURE, "%s: not a kernel image: %s", path, elf_errmsg(-1));
	if (ret->header.e_machine != EM_X86_64 || gelf_getclass(ret->elf) != ELFCLASS64)
		errx(EXIT_FAILURE, "%s: not an x86-64 kernel", path);
	if (elf_getshdrnum(ret->elf, &nr) || elf_getshdrstrndx(ret->elf, &names) || nr < 2)
		errx(EXIT_FAILURE, "%s: no section headers in the kernel", path);
	ret->sections = calloc(nr, sizeof(*ret->sections));
	if (!ret->sections)
		err(EXIT_FAILURE, "%s", path);
	ret->sections[0].name = "";
	ret->nr_sections = 1;
	while (ret->nr_sections < nr && (scn = elf_nextscn(ret->elf, scn)))
		if (read_section(scn, names, path, image, ret,
				 &ret->sections[ret->nr_sections]))
			ret->nr_sections++;
}

void vmlinux_release(struct vmlinux *vmlinux)
{
	free(vmlinux->sections);
	elf_end(vmlinux->elf);
	*vmlinux = (struct vmlinux){ 0 };
}

struct section *vmlinux_section(const struct vmlinux *vmlinux, const char *name)
{
	for (size_t i = 1; i < vmlinux->nr_sections; i++) {
		struct section *s = &vmlinux->sections[i];

		if (s->data && !strcmp(s->name, name))
			return s;
	}
	return NULL;
}

size_t vmlinux_section_at(const struct vmlinux *vmlinux, uint64_t addr)
{
	size_t best = SHN_ABS;
	uint64_t best_end = 0;

	for (size_t i = 1; i < vmlinux->nr_sections; i++) {
		const GElf_Shdr *h = &vmlinux->sections[i].header;
		uint64_t end = h->sh_addr + h->sh_size;

		if (addr < h->sh_addr)
			continue;
		if (addr < end)
			return i;
		if (end >= best_end) {
			best = i;
			best_end = end;
		}
	}
	return best;
}

uint64_t vmlinux_section_end(const struct vmlinux *vmlinux, uint64_t addr)
{
	size_t i = vmlinux_section_at(vmlinux, addr);
	uint64_t end;

	if (i >= vmlinux->nr_sections)
		return addr;
	end = vmlinux->sections[i].header.sh_addr + vmlinux->sections[i].header.sh_size;
	return addr < end ? end : addr;
}

bool vmlinux_read_u64(const struct vmlinux *vmlinux, uint64_t addr, uint64_t *ret)
{
	size_t i = vmlinux_section_at(vmlinux, addr);
	const struct section *s = &vmlinux->sections[i < vmlinux->nr_sections ? i : 0];
	uint64_t at = addr - s->header.sh_addr, le;

	if (!s->data || at >= s->header.sh_size || s->header.sh_size - at < sizeof(le))
		return false;
	memcpy(&le, s->data + at, sizeof(le));
	*ret = le64toh(le);
	return true;
}

uint64_t vmlinux_text_addr(const struct vmlinux *vmlinux)
{
	const struct section *text = vmlinux_section(vmlinux, ".text");

	if (!text)
		errx(EXIT_FAILURE, "%s: not a kernel: no .text in it", vmlinux->path);
	return text->header.sh_addr;
}
