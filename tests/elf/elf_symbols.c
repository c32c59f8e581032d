// SPDX-License-Identifier: GPL-2.0-or-later
/* Symbols of a namelist by name and address, moved by the offset of KASLR that the dump tells. */
#include "elf_symbols.h"

#include "elf_target.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare_values(const void *a, const void *b)
{
	const struct elf_symbol *x = a, *y = b;

	return x->value < y->value ? -1 : x->value > y->value;
}

static int compare_names(const void *a, const void *b)
{
	const struct elf_symbol *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : compare_values(a, b);
}

/* Per-cpu and absolute symbols are small numbers, no addresses: KASLR does not move them. */
static uint64_t moved(uint64_t value, uint64_t kaslr)
{
	return value >= START_KERNEL_MAP ? value + kaslr : value;
}

static void take_symbols(struct elf_symbols *ret, Elf_Data *data, size_t nr, size_t names_size,
			 uint64_t kaslr)
{
	for (size_t i = 0; i < nr; i++) {
		GElf_Sym sym;
		unsigned type;

		if (!gelf_getsym(data, (int)i, &sym))
			continue;
		type = GELF_ST_TYPE(sym.st_info);
		if (type == STT_SECTION || type == STT_FILE || sym.st_shndx == SHN_UNDEF ||
		    sym.st_name >= names_size)
			continue;
		ret->by_name[ret->nr++] = (struct elf_symbol){
			ret->names + sym.st_name,
			moved(sym.st_value, kaslr),
		};
	}
}

static bool copy_names(struct elf_symbols *ret, Elf *elf, size_t section, size_t *size)
{
	Elf_Scn *scn = elf_getscn(elf, section);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;

	if (!data || !data->d_size)
		return false;
	*size = data->d_size;
	ret->names = malloc(data->d_size + 1);
	if (!ret->names)
		return false;
	memcpy(ret->names, data->d_buf, data->d_size);
	ret->names[data->d_size] = '\0';
	return true;
}

static bool take_table(struct elf_symbols *ret, Elf *elf, Elf_Scn *scn, const GElf_Shdr *sh,
		       uint64_t kaslr)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t nr = sh->sh_entsize ? sh->sh_size / sh->sh_entsize : 0, names_size;

	if (!data || !nr || !copy_names(ret, elf, sh->sh_link, &names_size))
		return false;
	ret->by_name = calloc(nr, sizeof(*ret->by_name));
	ret->by_value = calloc(nr, sizeof(*ret->by_value));
	if (!ret->by_name || !ret->by_value)
		return false;
	take_symbols(ret, data, nr, names_size, kaslr);
	memcpy(ret->by_value, ret->by_name, ret->nr * sizeof(*ret->by_name));
	qsort(ret->by_name, ret->nr, sizeof(*ret->by_name), compare_names);
	qsort(ret->by_value, ret->nr, sizeof(*ret->by_value), compare_values);
	return ret->nr > 0;
}

bool elf_symbols_open(struct elf_symbols *symbols, const char *path, uint64_t kaslr)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ_MMAP, NULL) : NULL;
	Elf_Scn *scn = NULL;
	bool good = false;

	memset(symbols, 0, sizeof(*symbols));
	while (elf && !good && (scn = elf_nextscn(elf, scn))) {
		GElf_Shdr sh;

		if (gelf_getshdr(scn, &sh) && sh.sh_type == SHT_SYMTAB) {
			good = take_table(symbols, elf, scn, &sh, kaslr);
			break;
		}
	}
	elf_end(elf);
	if (fd >= 0)
		close(fd);
	if (!good)
		fprintf(stderr, "%s: no symbol table\n", path);
	return good;
}

void elf_symbols_close(struct elf_symbols *symbols)
{
	free(symbols->by_name);
	free(symbols->by_value);
	free(symbols->names);
	memset(symbols, 0, sizeof(*symbols));
}

const struct elf_symbol *elf_symbols_find(const struct elf_symbols *symbols, const char *name,
					  unsigned nth)
{
	size_t low = 0, high = symbols->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(symbols->by_name[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (nth >= symbols->nr - low || strcmp(symbols->by_name[low + nth].name, name) != 0)
		return NULL;
	return &symbols->by_name[low + nth];
}

const struct elf_symbol *elf_symbols_at(const struct elf_symbols *symbols, uint64_t value)
{
	const struct elf_symbol key = { NULL, value };

	return bsearch(&key, symbols->by_value, symbols->nr, sizeof(key), compare_values);
}
