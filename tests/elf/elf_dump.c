// SPDX-License-Identifier: GPL-2.0-or-later
/* Physical memory read out of an ELF vmcore by its program headers. */
#include "elf_dump.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct elf_segment *segment_of(const struct elf_dump *dump, uint64_t pa)
{
	for (size_t i = 0; i < dump->nr_segments; i++) {
		const struct elf_segment *s = &dump->segments[i];

		if (pa >= s->pa && pa - s->pa < s->nr_bytes)
			return s;
	}
	return NULL;
}

static bool is_dropped(const struct elf_dump *dump, uint64_t pa)
{
	for (size_t i = 0; i < dump->nr_dropped; i++) {
		if (pa >= dump->dropped[i].first && pa <= dump->dropped[i].last)
			return true;
	}
	return false;
}

/* How far one piece of the file serves; 0 with the reason why not. */
static size_t span_at(const struct elf_dump *dump, uint64_t pa, const struct elf_segment **segment,
		      enum status *why)
{
	const struct elf_segment *s = segment_of(dump, pa);
	uint64_t span, to_page_end = 4096 - (pa & 4095);

	*segment = s;
	*why = s ? STATUS_NOT_IN_DUMP : STATUS_BAD_ADDRESS;
	if (!s || pa - s->pa >= s->in_file || is_dropped(dump, pa))
		return 0;
	span = s->in_file - (pa - s->pa);
	/* Pages are dropped, not bytes. */
	return dump->nr_dropped && span > to_page_end ? to_page_end : span;
}

enum status elf_dump_read(const struct elf_dump *dump, struct pa at, void *buf, size_t len)
{
	unsigned char *to = buf;

	while (len) {
		const struct elf_segment *s;
		enum status why;
		size_t part = span_at(dump, at.v, &s, &why);

		if (!part)
			return why;
		if (part > len)
			part = len;
		memcpy(to, dump->bytes + s->offset + (at.v - s->pa), part);
		at.v += part;
		to += part;
		len -= part;
	}
	return STATUS_OK;
}

unsigned char *elf_dump_at(const struct elf_dump *dump, struct pa at)
{
	const struct elf_segment *s;
	enum status why;

	return span_at(dump, at.v, &s, &why) ? dump->bytes + s->offset + (at.v - s->pa) : NULL;
}

bool elf_dump_number(const struct elf_dump *dump, const char *key, int base, int64_t *ret)
{
	size_t len = strlen(key);

	for (const char *line = dump->vmcoreinfo; line && *line; line++) {
		if (strncmp(line, key, len) == 0 && line[len] == '=') {
			/* phys_base is printed signed, KERNELOFFSET may have its top bit set. */
			*ret = line[len + 1] == '-' ? strtoll(line + len + 1, NULL, base)
						    : (int64_t)strtoull(line + len + 1, NULL, base);
			return true;
		}
		line = strchr(line, '\n');
		if (!line)
			break;
	}
	return false;
}

static void add_segment(struct elf_dump *dump, const GElf_Phdr *ph)
{
	struct elf_segment *s = &dump->segments[dump->nr_segments];
	uint64_t there = ph->p_offset < dump->size ? dump->size - ph->p_offset : 0;

	*s = (struct elf_segment){
		.pa = ph->p_paddr,
		.nr_bytes = ph->p_memsz,
		/* A file that was cut short ends earlier than its headers say. */
		.in_file = ph->p_filesz < there ? ph->p_filesz : there,
		.offset = ph->p_offset,
	};
	if (s->nr_bytes)
		dump->nr_segments++;
}

static void look_for_vmcoreinfo(struct elf_dump *dump, Elf *elf, const GElf_Phdr *ph)
{
	Elf_Data *data = elf_getdata_rawchunk(elf, (int64_t)ph->p_offset, ph->p_filesz, ELF_T_NHDR);
	size_t at = 0, next, name, desc;
	GElf_Nhdr note;

	while (data && !dump->vmcoreinfo && (next = gelf_getnote(data, at, &note, &name, &desc))) {
		const char *bytes = data->d_buf;

		if (note.n_namesz >= 10 && memcmp(bytes + name, "VMCOREINFO", 10) == 0)
			dump->vmcoreinfo = strndup(bytes + desc, note.n_descsz);
		at = next;
	}
}

static bool learn(struct elf_dump *dump, Elf *elf)
{
	size_t nr;

	if (!elf || elf_getphdrnum(elf, &nr) || gelf_getclass(elf) != ELFCLASS64)
		return false;
	dump->segments = calloc(nr + 1, sizeof(*dump->segments));
	if (!dump->segments)
		return false;
	for (size_t i = 0; i < nr; i++) {
		GElf_Phdr ph;

		if (!gelf_getphdr(elf, (int)i, &ph))
			continue;
		if (ph.p_type == PT_LOAD)
			add_segment(dump, &ph);
		else if (ph.p_type == PT_NOTE)
			look_for_vmcoreinfo(dump, elf, &ph);
	}
	return dump->nr_segments > 0;
}

bool elf_dump_open(struct elf_dump *dump, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;
	bool good = false;

	memset(dump, 0, sizeof(*dump));
	if (size > 0) {
		dump->size = (size_t)size;
		dump->bytes = mmap(NULL, dump->size, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_NORESERVE, fd, 0);
		if (dump->bytes == MAP_FAILED)
			dump->bytes = NULL;
	}
	if (dump->bytes) {
		Elf *elf = elf_begin(fd, ELF_C_READ, NULL);

		good = learn(dump, elf);
		elf_end(elf);
	}
	if (fd >= 0)
		close(fd);
	if (!good)
		fprintf(stderr, "%s: not an ELF vmcore\n", path);
	return good;
}

void elf_dump_close(struct elf_dump *dump)
{
	if (dump->bytes)
		munmap(dump->bytes, dump->size);
	free(dump->segments);
	free(dump->vmcoreinfo);
	memset(dump, 0, sizeof(*dump));
}
