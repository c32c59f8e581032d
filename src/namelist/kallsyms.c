// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Symbols from the tables in the kernel's own .rodata, written by Linux scripts/kallsyms.c.
 *
 * Nothing points to the tables, and their order has changed: up to v6.3 it is
 *	offsets, relative_base, num_syms, names, markers, [seqs_of_names,] token_table, token_index
 * and since Linux commit 404bad70fcf7 ("scripts/kallsyms: change the output order") (in v6.4)
 *	num_syms, names, markers, token_table, token_index, offsets, relative_base, seqs_of_names;
 * 7.2 has the latter without relative_base.
 * So they are found by what only they can be, starting from the most conspicuous one, the token
 * index, and each guess is proved by what it predicts: the tokens by the index, the names by the
 * markers, the addresses by their order and by _text.
 */
#include "symbols.h"

#include <endian.h>
#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	NR_TOKENS = 256,
	TOKEN_INDEX_SIZE = NR_TOKENS * 2,
	SYMS_PER_MARKER = 256,
	MAX_TOKEN = 512, /* longer than any symbol name may be */
	MAX_NAME = 1024, /* KSYM_NAME_LEN is 512 since v6.1 */
	MIN_SYMBOLS = 1000,
	MAX_SYMBOLS = 4000000,
};

/*
 * How many places and names may be looked at in all while guessing. A kernel needs about a million
 * (a quarter of its .rodata, and each name once).
 */
#define GUESS_BUDGET 50000000UL

struct area {
	const uint8_t *p;
	size_t size;
	uint64_t addr;
};

struct tables {
	struct area area; /* the section they are all in; the rest are offsets into it */
	size_t token_table, token_index;
	size_t num_syms, names, names_end;
	uint32_t nr_syms;
};

/* What a 32-bit entry of the address table means; Linux kernel/kallsyms.c, kallsyms_sym_address().
 */
enum coding {
	/* Not negative: an absolute per-cpu symbol; the others count down from -1 at the base. */
	ABSOLUTE_PERCPU,
	/* An unsigned distance from the base: since the per-cpu section starts at zero no more
	 * (v6.15). */
	FROM_BASE,
	/* A signed distance from the entry itself: no base; seen in 7.2. */
	FROM_ENTRY,
	NR_CODINGS,
};

struct address_table {
	size_t offsets;
	uint64_t base; /* not with FROM_ENTRY */
	enum coding coding;
};

static uint16_t get_u16(const struct area *b, size_t at)
{
	uint16_t le;

	memcpy(&le, b->p + at, sizeof(le));
	return le16toh(le);
}

static uint32_t get_u32(const struct area *b, size_t at)
{
	uint32_t le;

	memcpy(&le, b->p + at, sizeof(le));
	return le32toh(le);
}

static uint64_t get_u64(const struct area *b, size_t at)
{
	uint64_t le;

	memcpy(&le, b->p + at, sizeof(le));
	return le64toh(le);
}

static size_t align_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

/* The index of the tokens: 256 offsets from 0 on, each beyond the one before. */
static bool is_token_index(const struct area *b, size_t at)
{
	unsigned int last = 0;

	if (get_u16(b, at))
		return false;
	for (size_t i = 1; i < NR_TOKENS; i++) {
		unsigned int offset = get_u16(b, at + 2 * i);

		if (offset <= last || offset - last > MAX_TOKEN)
			return false;
		last = offset;
	}
	return true;
}

/*
 * Token @i of a table at @table, as the index at @index says. The caller knows that the table ends
 * before the index.
 */
static const char *token(const struct area *b, size_t table, size_t index, size_t i)
{
	return (const char *)b->p + table + get_u16(b, index + 2 * i);
}

/*
 * Whether the strings at @table are what the index says: each ends right before the next starts.
 * Every kernel has digits in its symbols, and a character in use is its own token.
 */
static bool is_token_table(const struct area *b, size_t table, size_t index)
{
	for (size_t i = 0; i + 1 < NR_TOKENS; i++) {
		size_t len = (size_t)(get_u16(b, index + 2 * i + 2) - get_u16(b, index + 2 * i));

		if (strnlen(token(b, table, index, i), len) != len - 1)
			return false;
	}
	for (size_t i = '0'; i <= '9'; i++) {
		const char *digit = token(b, table, index, i);

		if ((unsigned char)digit[0] != i || digit[1])
			return false;
	}
	return true;
}

/* The table ends right before the index: the last token, its zero, and up to 7 bytes of padding. */
static bool find_token_table(const struct area *b, size_t index, size_t *ret)
{
	size_t last = get_u16(b, index + 2 * (NR_TOKENS - 1));

	for (size_t len = 1; len < MAX_TOKEN + 8; len++) {
		if (index < last + len)
			return false;
		if (is_token_table(b, index - last - len, index)) {
			*ret = index - last - len;
			return true;
		}
	}
	return false;
}

/*
 * Reads the length in front of a name, which has taken two bytes for long ones since Linux commit
 * 73bbb94466fd ("kallsyms: support "big" kernel symbols") (in v6.1), and steps to the name.
 * Returns 0 where there is none before @end.
 */
static size_t read_length(const struct area *b, size_t *at, size_t end)
{
	size_t len;

	if (*at >= end)
		return 0;
	len = b->p[(*at)++];
	if (len & 0x80) {
		if (*at >= end)
			return 0;
		len = (len & 0x7f) | (size_t)b->p[(*at)++] << 7;
	}
	return len <= end - *at ? len : 0;
}

/* Those of nm(1). It has a question mark for a symbol of a section without contents, such as .data_nosave of a kernel
 * without hibernation. */
static bool starts_with_type_letter(const struct tables *t, size_t at)
{
	char letter = *token(&t->area, t->token_table, t->token_index, t->area.p[at]);

	return letter && strchr("aAbBdDrRtTvVwWuUnNgGsSiI?", letter);
}

/*
 * The markers follow the names: the offset of every 256th name. They were 8 bytes wide before
 * v4.20.
 */
static bool are_markers(const struct tables *t, size_t at, size_t width, const uint32_t *markers,
			size_t nr)
{
	if (at + nr * width > t->token_table)
		return false;
	for (size_t i = 0; i < nr; i++) {
		uint64_t v =
			width == 8 ? get_u64(&t->area, at + 8 * i) : get_u32(&t->area, at + 4 * i);

		if (v != markers[i])
			return false;
	}
	return true;
}

static bool find_markers(const struct tables *t, const uint32_t *markers, size_t nr)
{
	size_t end = t->names_end;

	return are_markers(t, align_up(end, 4), 4, markers, nr) ||
	       are_markers(t, align_up(end, 8), 4, markers, nr) ||
	       are_markers(t, align_up(end, 8), 8, markers, nr);
}

/* Whether the names of all t->nr_syms symbols start at t->names. Says where they end. */
static bool are_names(struct tables *t, uint32_t *markers, unsigned long *budget)
{
	size_t at = t->names, nr = 0;

	for (uint32_t i = 0; i < t->nr_syms; i++) {
		size_t len;

		if (!*budget)
			return false;
		--*budget;
		if (i % SYMS_PER_MARKER == 0)
			markers[nr++] = (uint32_t)(at - t->names);
		len = read_length(&t->area, &at, t->token_table);
		if (!len || !starts_with_type_letter(t, at))
			return false;
		at += len;
	}
	t->names_end = at;
	return find_markers(t, markers, nr);
}

/* Going back from the token table: a plausible count, right before that many names. */
static bool find_names(struct tables *t, unsigned long *budget)
{
	uint32_t *markers = calloc(MAX_SYMBOLS / SYMS_PER_MARKER + 1, sizeof(*markers));
	bool found = false;

	if (!markers)
		err(EXIT_FAILURE, "symbols");
	for (size_t at = t->token_table & ~(size_t)3; at >= 4 && *budget && !found;) {
		--*budget;
		at -= 4;
		t->num_syms = at;
		t->nr_syms = get_u32(&t->area, at);
		if (t->nr_syms < MIN_SYMBOLS || t->nr_syms > MAX_SYMBOLS ||
		    (size_t)t->nr_syms * 2 > t->token_table - at)
			continue;
		for (size_t gap = 4; gap <= 8 && !found; gap += 4) {
			t->names = at + gap;
			found = are_names(t, markers, budget);
		}
	}
	free(markers);
	return found;
}

static bool find_tables(const struct area *area, struct tables *ret)
{
	unsigned long budget = GUESS_BUDGET;

	*ret = (struct tables){ .area = *area };
	for (size_t at = 0; at + TOKEN_INDEX_SIZE <= area->size; at += 2) {
		if (!is_token_index(area, at) || !find_token_table(area, at, &ret->token_table))
			continue;
		ret->token_index = at;
		if (find_names(ret, &budget))
			return true;
	}
	return false;
}

static uint64_t symbol_address(const struct tables *t, const struct address_table *a, size_t i)
{
	size_t entry = a->offsets + 4 * i;
	uint32_t raw = get_u32(&t->area, entry);

	switch (a->coding) {
	case ABSOLUTE_PERCPU:
		return raw <= INT32_MAX ? raw : a->base + (uint32_t)~raw;
	case FROM_BASE:
		return a->base + raw;
	default:
		return t->area.addr + entry + (uint64_t)(int32_t)raw;
	}
}

/* The symbols are sorted by address, and one of the first ones is that of the text. */
static bool are_addresses(const struct tables *t, const struct address_table *a, uint64_t text_addr)
{
	uint64_t last = 0;
	bool text_seen = false;

	for (size_t i = 0; i < t->nr_syms; i++) {
		uint64_t addr = symbol_address(t, a, i);

		if (addr < last)
			return false;
		last = addr;
		text_seen |= addr == text_addr;
	}
	return text_seen;
}

static bool try_addresses(const struct tables *t, size_t offsets, size_t base, uint64_t text_addr,
			  struct address_table *ret)
{
	if (base + 8 > t->area.size || offsets + 4 * (size_t)t->nr_syms > base)
		return false;
	*ret = (struct address_table){ .offsets = offsets, .base = get_u64(&t->area, base) };
	for (ret->coding = 0; ret->coding < NR_CODINGS; ret->coding++)
		if (are_addresses(t, ret, text_addr))
			return true;
	return false;
}

static bool find_addresses(const struct tables *t, uint64_t text_addr, struct address_table *ret)
{
	size_t size = 4 * (size_t)t->nr_syms;
	size_t after = t->token_index + TOKEN_INDEX_SIZE;

	for (size_t align = 4; align <= 8; align += 4) {
		size_t base = (t->num_syms & ~(size_t)7) - 8;
		size_t padded = align_up(size, align);

		after = align_up(after, align);
		if (try_addresses(t, after, align_up(after + size, 8), text_addr, ret))
			return true;
		if (t->num_syms >= padded + 8 && base >= padded &&
		    try_addresses(t, base - padded, base, text_addr, ret))
			return true;
	}
	return false;
}

/*
 * Unpacks the name of @len tokens at @at: its first letter is the symbol's type. Returns its
 * length, 0 if too long.
 */
static size_t unpack_name(const struct tables *t, size_t at, size_t len, char *ret)
{
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		const char *tok =
			token(&t->area, t->token_table, t->token_index, t->area.p[at + i]);
		size_t n = strnlen(tok, MAX_TOKEN);

		if (used + n > MAX_NAME)
			return 0;
		memcpy(ret + used, tok, n);
		used += n;
	}
	return used;
}

static bool unpack_symbols(const struct tables *t, const struct address_table *a,
			   struct symbols *ret)
{
	char name[MAX_NAME];
	size_t at = t->names;

	for (uint32_t i = 0; i < t->nr_syms; i++) {
		size_t packed = read_length(&t->area, &at, t->names_end);
		size_t len = unpack_name(t, at, packed, name);

		if (len < 2)
			return false;
		symbols_add(ret, symbol_address(t, a, i), name[0], name + 1, len - 1);
		at += packed;
	}
	return true;
}

void symbols_from_image(const struct vmlinux *vmlinux, struct symbols *ret)
{
	const struct section *rodata = vmlinux_section(vmlinux, ".rodata");
	struct address_table addresses;
	const struct symbol *text;
	struct tables tables;
	struct area area;

	if (!rodata)
		errx(EXIT_FAILURE, "%s: not a kernel: no .rodata in it", vmlinux->path);
	area = (struct area){ .p = rodata->data,
			      .size = rodata->header.sh_size,
			      .addr = rodata->header.sh_addr };
	if (!find_tables(&area, &tables))
		errx(EXIT_FAILURE, "%s: no kallsyms tables found in it (give its symbols with -s)",
		     vmlinux->path);
	if (!find_addresses(&tables, vmlinux_text_addr(vmlinux), &addresses))
		errx(EXIT_FAILURE,
		     "%s: kallsyms names found, but no addresses (give its symbols with -s)",
		     vmlinux->path);
	symbols_init(ret);
	if (!unpack_symbols(&tables, &addresses, ret))
		errx(EXIT_FAILURE, "%s: damaged kallsyms tables (give its symbols with -s)",
		     vmlinux->path);
	symbols_finish(vmlinux, ret);
	text = symbols_find(ret, "_text");
	if (!text || text->addr != vmlinux_text_addr(vmlinux))
		errx(EXIT_FAILURE,
		     "%s: kallsyms tables do not fit .text (give its symbols with -s)",
		     vmlinux->path);
}
