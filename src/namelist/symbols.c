// SPDX-License-Identifier: GPL-2.0-or-later
/* A list of symbols: which are kept, sorted by address, and found by name. */
#include "symbols.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void *grow(void *p, size_t *room, size_t need, size_t size)
{
	if (need <= *room)
		return p;
	*room = need + need / 2 + 1024;
	p = reallocarray(p, *room, size);
	if (!p)
		err(EXIT_FAILURE, "symbols");
	return p;
}

void symbols_init(struct symbols *symbols)
{
	*symbols = (struct symbols){ 0 };
	symbols->names = grow(NULL, &symbols->names_room, 1, 1);
	symbols->names[0] = '\0';
	symbols->names_size = 1;
}

void symbols_release(struct symbols *symbols)
{
	free(symbols->v);
	free(symbols->by_name);
	free(symbols->names);
	*symbols = (struct symbols){ 0 };
}

/*
 * Marks that the build leaves for itself, one or two for each function or export; nobody asks a
 * crash session for them. crash's time to start grows with the square of the number of symbols:
 * without the 90,000 of Debian's 7.3 (of 209,000) it is a fifth.
 */
static bool is_mark_of_build(const char *name, size_t len)
{
	static const char *const prefixes[] = { "__pfx_",     "__UNIQUE_ID_", "__flags_",
						"__ksymtab_", "__kstrtab_",   "__kstrtabns_" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t n = strlen(prefixes[i]);

		if (len > n && memcmp(name, prefixes[i], n) == 0)
			return true;
	}
	return false;
}

void symbols_add(struct symbols *symbols, uint64_t addr, char type, const char *name, size_t len)
{
	size_t at = symbols->names_size;

	if (is_mark_of_build(name, len))
		return;
	symbols->v = grow(symbols->v, &symbols->room, symbols->nr + 1, sizeof(*symbols->v));
	symbols->names = grow(symbols->names, &symbols->names_room, at + len + 1, 1);
	memcpy(symbols->names + at, name, len);
	symbols->names[at + len] = '\0';
	symbols->names_size = at + len + 1;
	symbols->v[symbols->nr++] = (struct symbol){ .addr = addr, .name = at, .type = type };
}

static const char *name_of(const struct symbols *symbols, size_t nth)
{
	return symbols->names + symbols->v[nth].name;
}

/* The first of those of that name, by halves. */
static const struct symbol *find_in_index(const struct symbols *symbols, const char *name)
{
	size_t low = 0, high = symbols->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(name_of(symbols, symbols->by_name[middle]), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == symbols->nr || strcmp(name_of(symbols, symbols->by_name[low]), name))
		return NULL;
	return &symbols->v[symbols->by_name[low]];
}

const struct symbol *symbols_find(const struct symbols *symbols, const char *name)
{
	if (symbols->by_name)
		return find_in_index(symbols, name);
	for (size_t i = 0; i < symbols->nr; i++)
		if (!strcmp(name_of(symbols, i), name))
			return &symbols->v[i];
	return NULL;
}

static int compare_symbols(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static int compare_names(const void *a, const void *b, void *ctx)
{
	const struct symbols *symbols = ctx;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int order = strcmp(name_of(symbols, x), name_of(symbols, y));

	return order ? order : (x > y) - (x < y);
}

/* There are as many questions as the BTF has variables, thousands in some kernels. */
static void make_index(struct symbols *symbols)
{
	if (symbols->nr > UINT32_MAX)
		errx(EXIT_FAILURE, "too many symbols");
	symbols->by_name = reallocarray(NULL, symbols->nr + 1, sizeof(*symbols->by_name));
	if (!symbols->by_name)
		err(EXIT_FAILURE, "symbols");
	for (size_t i = 0; i < symbols->nr; i++)
		symbols->by_name[i] = (uint32_t)i;
	qsort_r(symbols->by_name, symbols->nr, sizeof(*symbols->by_name), compare_names, symbols);
}

void symbols_finish(const struct vmlinux *vmlinux, struct symbols *symbols)
{
	uint64_t next = 0, last = 0;

	qsort(symbols->v, symbols->nr, sizeof(*symbols->v), compare_symbols);
	for (size_t i = symbols->nr; i-- > 0;) {
		struct symbol *s = &symbols->v[i];
		uint64_t end = vmlinux_section_end(vmlinux, s->addr);

		if (i + 1 < symbols->nr && s->addr != last)
			next = last;
		last = s->addr;
		if (next > s->addr && next < end)
			end = next;
		s->size = end - s->addr;
	}
	make_index(symbols);
}
