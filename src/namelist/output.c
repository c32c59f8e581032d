// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The namelist as an ELF file: the kernel's sections without their contents, its symbols and its
 * types.
 */
#include "output.h"

#include <ctype.h>
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct names {
	char *p;
	size_t size;
};

struct output {
	Elf *elf;
	struct names names; /* of sections */
	Elf64_Sym *symbols;
	uint64_t end; /* of the file so far */
};

static void check(const void *ok)
{
	if (!ok)
		errx(EXIT_FAILURE, "cannot make the namelist: %s", elf_errmsg(-1));
}

/* Removes a half-written file when the program ends early. */
static char *unfinished;

static void remove_unfinished(void)
{
	if (unfinished)
		unlink(unfinished);
}

static uint64_t align_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

static uint32_t add_name(struct names *names, const char *name)
{
	size_t at = names->size ? names->size : 1, len = strlen(name) + 1;

	names->p = realloc(names->p, at + len);
	if (!names->p)
		err(EXIT_FAILURE, "section names");
	names->p[0] = '\0';
	memcpy(names->p + at, name, len);
	names->size = at + len;
	return (uint32_t)at;
}

/*
 * Keeps what crash 8 reads of a namelist file's contents: the banner, to check that dump and
 * namelist are of the same kernel (kernel.c, verify_namelist()), and the notes (they hold the
 * build-id).
 */
static void zero_contents(struct vmlinux *vmlinux, const struct symbols *symbols)
{
	const struct symbol *banner = symbols_find(symbols, "linux_banner");

	if (!banner)
		errx(EXIT_FAILURE,
		     "%s: no symbols of data (kernel built without CONFIG_KALLSYMS_ALL)",
		     vmlinux->path);
	for (size_t i = 1; i < vmlinux->nr_sections; i++) {
		struct section *s = &vmlinux->sections[i];
		uint64_t at = banner->addr - s->header.sh_addr;
		size_t keep = 0;

		if (!s->data || s->header.sh_type == SHT_NOTE)
			continue;
		if (banner->addr >= s->header.sh_addr && at < s->header.sh_size) {
			keep = strnlen((const char *)s->data + at, s->header.sh_size - at);
			memset(s->data, 0, at);
			memset(s->data + at + keep, 0, s->header.sh_size - at - keep);
		} else {
			memset(s->data, 0, s->header.sh_size);
		}
	}
}

static Elf_Scn *add_section(struct output *out, const char *name, GElf_Shdr *h, void *data)
{
	Elf_Scn *scn = elf_newscn(out->elf);
	Elf_Data *d;

	check(scn);
	h->sh_name = add_name(&out->names, name);
	d = elf_newdata(scn);
	check(d);
	d->d_buf = data;
	d->d_size = h->sh_size;
	d->d_type = h->sh_type == SHT_SYMTAB ? ELF_T_SYM : ELF_T_BYTE;
	d->d_align = 1;
	d->d_version = EV_CURRENT;
	check(gelf_update_shdr(scn, h) ? scn : NULL);
	return scn;
}

/* Adds a section behind all others. */
static Elf_Scn *append_section(struct output *out, const char *name, GElf_Shdr *h, void *data)
{
	h->sh_offset = align_up(out->end, h->sh_addralign ? h->sh_addralign : 1);
	out->end = h->sh_offset + h->sh_size;
	return add_section(out, name, h, data);
}

/*
 * The kernel's own sections keep their address and their place in the file, but not what they refer
 * to.
 */
static void add_kernel_sections(struct output *out, struct vmlinux *vmlinux)
{
	for (size_t i = 1; i < vmlinux->nr_sections; i++) {
		struct section *s = &vmlinux->sections[i];
		uint64_t end = s->header.sh_offset + (s->data ? s->header.sh_size : 0);

		s->header.sh_link = s->header.sh_info = 0;
		s->header.sh_flags &= ~(GElf_Xword)(SHF_LINK_ORDER | SHF_INFO_LINK);
		add_section(out, s->name, &s->header, s->data);
		if (end > out->end)
			out->end = end;
	}
}

/*
 * Functions are what is in sections of code; v7.2 has marked .data executable, too. Everything a
 * kernel symbol points to lies in a section, or right at the end of one, but for true absolutes.
 */
static unsigned char symbol_type(const struct vmlinux *vmlinux, size_t section)
{
	if (section >= vmlinux->nr_sections)
		return STT_NOTYPE;
	if ((vmlinux->sections[section].header.sh_flags & (SHF_EXECINSTR | SHF_WRITE)) ==
	    SHF_EXECINSTR)
		return STT_FUNC;
	return STT_OBJECT;
}

static GElf_Sym elf_symbol(const struct vmlinux *vmlinux, const struct symbol *symbol)
{
	size_t index = vmlinux_section_at(vmlinux, symbol->addr);
	bool weak = strchr("wWvV", symbol->type), global = isupper((unsigned char)symbol->type);
	unsigned char bind = weak ? STB_WEAK : global ? STB_GLOBAL : STB_LOCAL;
	unsigned char type = symbol_type(vmlinux, index);

	return (GElf_Sym){ .st_name = (GElf_Word)symbol->name,
			   .st_info = (unsigned char)GELF_ST_INFO(bind, type),
			   .st_shndx = (GElf_Half)index,
			   .st_value = symbol->addr,
			   .st_size = symbol->size };
}

static bool is_local(const GElf_Sym *sym)
{
	return GELF_ST_BIND(sym->st_info) == STB_LOCAL;
}

/*
 * Fills the table: the null symbol, one for each section (crash finds .rodata by it), then local
 * symbols before the others, as ELF wants it. Returns the index of the first that is not local.
 */
static size_t fill_symbols(const struct vmlinux *vmlinux, const struct symbols *symbols,
			   Elf64_Sym *table)
{
	size_t nr = vmlinux->nr_sections, first_global = 0;

	for (size_t i = 1; i < vmlinux->nr_sections; i++)
		table[i] = (Elf64_Sym){ .st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION),
					.st_shndx = (Elf64_Section)i,
					.st_value = vmlinux->sections[i].header.sh_addr };
	for (int local = 1; local >= 0; local--) {
		for (size_t i = 0; i < symbols->nr; i++) {
			GElf_Sym sym = elf_symbol(vmlinux, &symbols->v[i]);

			if (is_local(&sym) == local)
				table[nr++] = sym;
		}
		if (local)
			first_global = nr;
	}
	return first_global;
}

static void add_symbols(struct output *out, const struct vmlinux *vmlinux,
			const struct symbols *symbols)
{
	size_t nr = vmlinux->nr_sections + symbols->nr;
	Elf64_Sym *table = calloc(nr, sizeof(*table));
	GElf_Shdr symtab = { .sh_type = SHT_SYMTAB,
			     .sh_entsize = sizeof(*table),
			     .sh_addralign = 8 };
	GElf_Shdr strtab = { .sh_type = SHT_STRTAB,
			     .sh_size = symbols->names_size,
			     .sh_addralign = 1 };

	if (!table)
		err(EXIT_FAILURE, "symbols");
	out->symbols = table;
	symtab.sh_size = nr * sizeof(*table);
	symtab.sh_info = (GElf_Word)fill_symbols(vmlinux, symbols, table);
	symtab.sh_link = (GElf_Word)vmlinux->nr_sections + 1;
	append_section(out, ".symtab", &symtab, table);
	append_section(out, ".strtab", &strtab, symbols->names);
}

static void add_debug_section(struct output *out, const char *name, const struct bytes *contents)
{
	GElf_Shdr h = { .sh_type = SHT_PROGBITS, .sh_size = contents->size, .sh_addralign = 1 };

	append_section(out, name, &h, contents->p);
}

static void add_debug_sections(struct output *out, const struct dwarf *dwarf)
{
	add_debug_section(out, ".debug_info", &dwarf->info);
	add_debug_section(out, ".debug_abbrev", &dwarf->abbrev);
	add_debug_section(out, ".debug_str", &dwarf->str);
}

/* The names are complete only when the last one, its own, has been added. */
static void add_section_names(struct output *out, GElf_Ehdr *header)
{
	GElf_Shdr h = { .sh_type = SHT_STRTAB, .sh_addralign = 1 };
	Elf_Scn *scn;
	Elf_Data *d;

	scn = append_section(out, ".shstrtab", &h, NULL);
	h.sh_size = out->names.size;
	out->end = h.sh_offset + h.sh_size;
	d = elf_getdata(scn, NULL);
	check(d);
	d->d_buf = out->names.p;
	d->d_size = out->names.size;
	check(gelf_update_shdr(scn, &h) ? scn : NULL);
	header->e_shstrndx = (GElf_Half)elf_ndxscn(scn);
}

static void copy_program_headers(struct output *out, const struct vmlinux *vmlinux)
{
	GElf_Phdr h;
	size_t nr;

	if (elf_getphdrnum(vmlinux->elf, &nr) || !nr)
		return;
	check(gelf_newphdr(out->elf, nr));
	for (size_t i = 0; i < nr; i++)
		check(gelf_getphdr(vmlinux->elf, (int)i, &h) &&
				      gelf_update_phdr(out->elf, (int)i, &h)
			      ? &h
			      : NULL);
}

static void build(struct output *out, struct vmlinux *vmlinux, const struct symbols *symbols,
		  const struct dwarf *dwarf)
{
	GElf_Ehdr header;

	check(gelf_newehdr(out->elf, ELFCLASS64));
	elf_flagelf(out->elf, ELF_C_SET, ELF_F_LAYOUT);
	copy_program_headers(out, vmlinux);
	add_kernel_sections(out, vmlinux);
	add_symbols(out, vmlinux, symbols);
	add_debug_sections(out, dwarf);
	header = vmlinux->header;
	add_section_names(out, &header);
	header.e_shoff = align_up(out->end, 8);
	check(gelf_update_ehdr(out->elf, &header) ? out : NULL);
}

/* Gives what is zero back to the file system: 65 MB of 71. No harm where it cannot. */
static void punch_holes(int fd, uint64_t size)
{
	static char block[65536];
	ssize_t n;

	for (uint64_t at = 0; at < size; at += (uint64_t)n) {
		n = pread(fd, block, sizeof(block), (off_t)at);
		if (n <= 0)
			return;
		if (!block[0] && !memcmp(block, block + 1, (size_t)n - 1))
			fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at, n);
	}
}

void output_write(const char *path, struct vmlinux *vmlinux, const struct symbols *symbols,
		  const struct dwarf *dwarf)
{
	struct output out = { 0 };
	int fd;

	zero_contents(vmlinux, symbols);
	if (asprintf(&unfinished, "%s.XXXXXX", path) < 0)
		err(EXIT_FAILURE, "%s", path);
	fd = mkstemp(unfinished);
	if (fd < 0)
		err(EXIT_FAILURE, "%s", path);
	atexit(remove_unfinished);
	out.elf = elf_begin(fd, ELF_C_WRITE, NULL);
	check(out.elf);
	build(&out, vmlinux, symbols, dwarf);
	if (elf_update(out.elf, ELF_C_WRITE) < 0)
		errx(EXIT_FAILURE, "%s: %s", path, elf_errmsg(-1));
	elf_end(out.elf);
	free(out.names.p);
	free(out.symbols);
	punch_holes(fd, out.end);
	if (fchmod(fd, 0644) || close(fd) || rename(unfinished, path))
		err(EXIT_FAILURE, "%s", path);
	free(unfinished);
	unfinished = NULL;
}
