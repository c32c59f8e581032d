// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries of page tables of every format, the plugin's and those of tests/unit/more_formats.c: whatever the word
 * is, the answer is one that a walker can act on without a further check, and the fast question of a scan agrees
 * with it entry by entry.
 */
#include "input.h"
#include "more_formats.h"

#include "iommu/pt_geometry.h"

#define MAX_FORMATS 100
#define MAX_ENTRIES 16u

static const struct pt_format *formats[MAX_FORMATS];
static unsigned nr_formats;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	while ((formats[nr_formats] = format_nth(nr_formats)))
		must(++nr_formats < MAX_FORMATS, "more formats than %d", MAX_FORMATS);
	return 0;
}

static unsigned copies_lg2(const struct pt_format *format)
{
	return format->index_lg2 < PT_MAX_COPIES_LG2 ? format->index_lg2 : PT_MAX_COPIES_LG2;
}

static void check_entry(const struct pt_format *format, unsigned level, uint64_t enc, uint64_t raw,
			const struct pt_entry *e)
{
	unsigned own = pt_span_lg2(format, level);
	unsigned long long word = raw;

	switch (e->kind) {
	case PT_EMPTY:
		break;
	case PT_LEAF:
		must(e->size_lg2 >= own && e->size_lg2 < own + copies_lg2(format), "%s level %u %llx: 2^%u bytes",
		     format->name, level, word, e->size_lg2);
		must(e->size_lg2 <= 52 && !(e->address & ((1ULL << e->size_lg2) - 1)), "%s level %u %llx: %llx",
		     format->name, level, word, (unsigned long long)e->address);
		break;
	case PT_TABLE:
		must(e->next_level >= 1 && e->next_level < level, "%s level %u %llx: next level %u", format->name,
		     level, word, e->next_level);
		must(!(e->address & ((1ULL << format->page_lg2) - 1)), "%s %llx", format->name, word);
		break;
	case PT_BAD:
		must(e->fault != PT_FAULT_NONE, "%s level %u %llx", format->name, level, word);
		must(e->fault != PT_FAULT_RESERVED_BIT || (raw >> e->fault_bit & 1), "%s %llx: bit %u", format->name,
		     word, e->fault_bit);
		return;
	}
	must(!(e->address & enc) && e->address < 1ULL << 52, "%s %llx", format->name, word);
}

static void check_plain_leaves(const struct pt_format *format, const uint64_t *raw, unsigned nr, unsigned level,
			       uint64_t enc, const struct pt_entry *first)
{
	bool contiguous = true, said = false;
	unsigned got = format->plain_leaves(format, raw, nr, level, enc, &said);

	must(got <= nr, "%s: %u of %u", format->name, got, nr);
	for (unsigned i = 0; i < got; i++) {
		struct pt_entry entry;

		format->decode(format, raw[i], level, enc, &entry);
		must(entry.kind == PT_LEAF && entry.size_lg2 == pt_span_lg2(format, level) &&
			     entry.read == first->read && entry.write == first->write && entry.user == first->user,
		     "%s level %u: %llx, %u after %llx", format->name, level, (unsigned long long)raw[i], i,
		     (unsigned long long)raw[0]);
		contiguous &= entry.address == first->address + ((uint64_t)i << pt_span_lg2(format, level));
	}
	must(!got || said == contiguous, "%s level %u: %u from %llx", format->name, level, got,
	     (unsigned long long)raw[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const struct pt_format *format = formats[input_below(&in, nr_formats)];
	uint8_t how = input_byte(&in);
	unsigned level = 1 + (how & 15) % format->max_levels;
	uint64_t enc = how & 0x40 ? 1ULL << (how & 0x20 ? 47 : 51) : 0, step = how & 0x80 ? 1ULL << 12 : 0;
	unsigned nr = 1 + input_below(&in, MAX_ENTRIES);
	uint64_t *raw = malloc(nr * sizeof(*raw)); /* exactly: what reads one more is seen */
	struct pt_entry first;

	if (!raw)
		abort();
	/* What the input does not tell goes on from the entry before. */
	for (unsigned i = 0; i < nr; i++)
		raw[i] = in.left || !i ? input_number(&in, 8) : raw[i - 1] + (step << format->index_lg2 * (level - 1));
	format->decode(format, raw[0], level, enc, &first);
	check_entry(format, level, enc, raw[0], &first);
	check_plain_leaves(format, raw, nr, level, enc, &first);
	free(raw);
	return 0;
}
