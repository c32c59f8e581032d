// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that a page table maps in a range.
 *
 * The depth of the recursion is the number of levels: decode() accepts only tables of a lower
 * level. That bounds depth but not work (512 entries may all point to one table, at every level),
 * so tables are counted against the number of page frames that the machine has.
 */
#include "pt_address.h"

#include <string.h>

/* Tables between two calls of along(): some 100 us of reading, 1.5 ms of decompressing. */
#define TABLES_PER_CALL 64

struct scan {
	struct target *target;
	const struct pt_root *root;
	const struct pt_visitor *visitor;
	uint64_t first, last; /* these and `base` below: linear, see pt_address.h */
	struct pt_totals *totals;
	bool stop;
	enum status status;
	struct pa path[PT_MAX_LEVELS + 1];		/* by level: the table being scanned */
	uint64_t page[PT_MAX_LEVELS + 1][PT_ENTRIES];	/* by level: its contents */
	unsigned present[PT_MAX_LEVELS + 1];		/* by level: its entries that are not empty */
	unsigned passed[PT_MAX_LEVELS + 1];		/* ... and how many of them are behind us */
};

/* A table at its place in the IOVA space. */
struct place {
	struct pa table;
	unsigned level;
	uint64_t base;	    /* IOVA of entry 0 */
	bool read, write, user; /* of the path so far */
};

static uint64_t entry_iova(const struct place *at, unsigned index)
{
	return at->base + ((uint64_t)index << pt_level_lg2(at->level));
}

static uint64_t span_last(uint64_t first, unsigned lg2)
{
	return lg2 >= 64 ? UINT64_MAX : first + ((1ULL << lg2) - 1);
}

/* Entries of a table that can matter: a top level may be narrower than 9 bits. */
static unsigned nr_entries(const struct scan *s, unsigned level)
{
	unsigned bits = s->root->format->address_bits - pt_level_lg2(level);

	return level == s->root->levels && bits < PT_INDEX_LG2 ? 1u << bits : PT_ENTRIES;
}

static void report_damage(struct scan *s, struct pt_damage *damage)
{
	if (damage->first.v < s->first)
		damage->first.v = s->first;
	if (damage->last.v > s->last)
		damage->last.v = s->last;
	damage->first = pt_iova(s->root, damage->first.v);
	damage->last = pt_iova(s->root, damage->last.v);
	if (damage->kind == PT_DAMAGE_UNREADABLE && damage->status == STATUS_NOT_IN_DUMP)
		s->totals->tables_missing++;
	else if (damage->kind == PT_DAMAGE_UNREADABLE)
		s->totals->tables_lost++;
	else
		s->totals->damaged++;
	if (s->visitor->damage && !s->visitor->damage(s->visitor->ctx, damage))
		s->stop = true;
}

static void entry_damage(struct scan *s, const struct place *at, unsigned index,
			 enum pt_damage_kind kind, const struct pt_entry *entry, uint8_t loop_level)
{
	uint64_t first = entry_iova(at, index);
	struct pt_damage damage = {
		.kind = kind,
		.first = iova_of(first),
		.last = iova_of(span_last(first, pt_level_lg2(at->level))),
		.level = (uint8_t)at->level,
		.table = at->table,
		.index = (uint16_t)index,
		.raw = s->page[at->level][index],
		.entry = *entry,
		.loop_level = loop_level,
	};

	report_damage(s, &damage);
}

static bool read_table(struct scan *s, const struct place *at)
{
	struct pt_damage damage = {
		.kind = PT_DAMAGE_UNREADABLE,
		.first = iova_of(at->base),
		.last = iova_of(span_last(at->base, pt_level_lg2(at->level + 1))),
		.level = (uint8_t)at->level,
		.table = at->table,
	};

	if (s->totals->tables + s->totals->tables_missing + s->totals->tables_lost >=
	    s->root->max_tables) {
		damage.kind = PT_DAMAGE_LIMIT;
		damage.last.v = s->last;
		s->totals->cut = true;
		report_damage(s, &damage);
		s->stop = true;
		return false;
	}
	damage.status = target_read_pa(s->target, at->table, s->page[at->level], PT_PAGE_SIZE);
	if (damage.status == STATUS_INTERRUPTED || target_interrupted(s->target)) {
		s->status = STATUS_INTERRUPTED;
		s->stop = true;
		return false;
	}
	if (damage.status != STATUS_OK) {
		report_damage(s, &damage);
		return false;
	}
	s->totals->tables++;
	return true;
}

static void tell_along(const struct scan *s)
{
	double part = 0, share = 1000;

	for (unsigned level = s->root->levels; level > 1; level--) {
		if (!s->present[level])
			continue;
		part += share * s->passed[level] / s->present[level];
		share /= s->present[level];
	}
	s->visitor->along(s->visitor->ctx, &(struct pt_along){ .tables = s->totals->tables,
							       .per_mille = (unsigned)part });
}

/* Cuts a run to the range that was asked for. */
static void emit_run(struct scan *s, struct pt_run *run)
{
	uint64_t last = run->iova.v + (run->bytes - 1);

	if (run->iova.v < s->first) {
		uint64_t cut = s->first - run->iova.v;

		run->pa.v += cut;
		run->bytes -= cut;
		run->iova.v = s->first;
	}
	if (last > s->last)
		run->bytes -= last - s->last;
	last = run->iova.v + (run->bytes - 1);
	run->nr_pages = (last >> run->page_lg2) - (run->iova.v >> run->page_lg2) + 1;
	run->iova = pt_iova(s->root, run->iova.v);
	if (s->visitor->run && !s->visitor->run(s->visitor->ctx, run))
		s->stop = true;
}

static void emit_leaf(struct scan *s, const struct place *at, unsigned index,
		      const struct pt_entry *entry)
{
	struct pt_leaf leaf = {
		.iova = pt_iova(s->root, entry_iova(at, index)),
		.entry_pa = pa_of(at->table.v + index * sizeof(uint64_t)),
		.level = (uint8_t)at->level,
		.index = (uint16_t)index,
		.raw = s->page[at->level][index],
		.entry = *entry,
		.read = at->read && entry->read,
		.write = at->write && entry->write,
		.user = at->user && entry->user,
	};

	if (!s->visitor->leaf(s->visitor->ctx, &leaf))
		s->stop = true;
}

/* Hardware marks accessed and dirty in the one entry that it used, so that entries of one page may
 * differ in bits that only the format knows: what they mean decides. */
static bool is_same_page(const struct scan *s, const struct place *at, unsigned index,
			 unsigned other, const struct pt_entry *entry)
{
	const uint64_t *raw = s->page[at->level];
	struct pt_entry e;

	if (raw[index] == raw[other])
		return true;
	s->root->format->decode(raw[other], at->level, s->root->enc_mask, &e);
	return e.kind == PT_LEAF && e.size_lg2 == entry->size_lg2 && e.address == entry->address &&
	       e.read == entry->read && e.write == entry->write && e.user == entry->user;
}

/* A page larger than one entry spans stands in each entry that it covers (AMD, NextLevel 7).
 * Returns how many of them, from this one on, are there; *whole: all of them are, also those
 * before this one (a scan may start in the middle of a page). */
static unsigned count_replicas(const struct scan *s, const struct place *at, unsigned index,
			       const struct pt_entry *entry, bool *whole)
{
	unsigned copies = 1u << (entry->size_lg2 - pt_level_lg2(at->level));
	unsigned first = index & ~(copies - 1), end = first + copies;
	unsigned next = index + 1;

	while (next < end && is_same_page(s, at, index, next, entry))
		next++;
	while (first < index && is_same_page(s, at, index, first, entry))
		first++;
	*whole = next == end && first == index;
	return next - index;
}

static void emit_large_run(struct scan *s, const struct place *at, unsigned index, unsigned nr,
			   const struct pt_entry *entry)
{
	uint64_t iova = entry_iova(at, index);
	struct pt_run run = {
		.iova = iova_of(iova),
		.bytes = (uint64_t)nr << pt_level_lg2(at->level),
		.pa = pa_of(entry->address + (iova & ((1ULL << entry->size_lg2) - 1))),
		.page_lg2 = entry->size_lg2,
		.read = at->read && entry->read,
		.write = at->write && entry->write,
		.user = at->user && entry->user,
		.contiguous = true,
	};

	emit_run(s, &run);
}

/* Returns how many entries were dealt with. */
static unsigned scan_leaf(struct scan *s, const struct place *at, unsigned index, unsigned end,
			  const struct pt_entry *entry)
{
	bool whole;
	unsigned nr = count_replicas(s, at, index, entry, &whole);

	if (!whole)
		entry_damage(s, at, index, PT_DAMAGE_REPLICA, entry, 0);
	if (!s->visitor->leaf && !s->stop)
		emit_large_run(s, at, index, nr, entry);
	for (unsigned i = index; s->visitor->leaf && i < index + nr && i < end && !s->stop; i++)
		emit_leaf(s, at, i, entry);
	return nr;
}

/* Leaves of the level's own page size, as many as are alike. Returns how many. */
static unsigned scan_plain_leaves(struct scan *s, const struct place *at, unsigned index,
				  unsigned end)
{
	struct pt_entry entry;
	struct pt_run run;
	unsigned nr = s->root->format->plain_leaves(&s->page[at->level][index], end - index,
						    at->level, s->root->enc_mask, &run.contiguous);

	if (!nr)
		return 0;
	s->root->format->decode(s->page[at->level][index], at->level, s->root->enc_mask, &entry);
	run.iova = iova_of(entry_iova(at, index));
	run.bytes = (uint64_t)nr << pt_level_lg2(at->level);
	run.pa = pa_of(entry.address);
	run.page_lg2 = (uint8_t)pt_level_lg2(at->level);
	run.read = at->read && entry.read;
	run.write = at->write && entry.write;
	run.user = at->user && entry.user;
	emit_run(s, &run);
	return nr;
}

static void scan_table(struct scan *s, const struct place *at);

static void scan_lower_table(struct scan *s, const struct place *at, unsigned index,
			     const struct pt_entry *entry)
{
	struct place below = {
		.table = pa_of(entry->address),
		.level = entry->next_level,
		.base = entry_iova(at, index),
		.read = at->read && entry->read,
		.write = at->write && entry->write,
		.user = at->user && entry->user,
	};

	for (unsigned level = at->level; level <= s->root->levels; level++) {
		if (s->path[level].v == below.table.v) {
			entry_damage(s, at, index, PT_DAMAGE_LOOP, entry, (uint8_t)level);
			return;
		}
	}
	/* A table that skips levels spans less than its entry: it may end before the range. */
	if (span_last(below.base, pt_level_lg2(below.level + 1)) >= s->first)
		scan_table(s, &below);
}

/* Returns how many entries were dealt with. */
static unsigned scan_entry(struct scan *s, const struct place *at, unsigned index, unsigned end)
{
	uint64_t raw = s->page[at->level][index];
	struct pt_entry entry;
	unsigned nr;

	if (!s->visitor->leaf) {
		nr = scan_plain_leaves(s, at, index, end);
		if (nr)
			return nr;
	}
	s->root->format->decode(raw, at->level, s->root->enc_mask, &entry);
	switch (entry.kind) {
	case PT_EMPTY:
		break;
	case PT_BAD:
		entry_damage(s, at, index, PT_DAMAGE_ENTRY, &entry, 0);
		break;
	case PT_TABLE:
		scan_lower_table(s, at, index, &entry);
		break;
	case PT_LEAF:
		return scan_leaf(s, at, index, end, &entry);
	}
	return 1;
}

static void start_counting(struct scan *s, unsigned level, unsigned index, unsigned end)
{
	s->passed[level] = s->present[level] = 0;
	for (; index < end; index++)
		s->present[level] += s->page[level][index] != 0;
}

/* Where a run that starts at an entry has to end: the two halves of a sign-extended table are far
 * from each other. */
static unsigned run_end(const struct scan *s, const struct place *at, unsigned index, unsigned end)
{
	unsigned half = nr_entries(s, at->level) / 2;

	if (s->root->sign_extended && at->level == s->root->levels && index < half && half < end)
		return half;
	return end;
}

static void scan_table(struct scan *s, const struct place *at)
{
	unsigned lg2 = pt_level_lg2(at->level);
	unsigned index = 0, end = nr_entries(s, at->level);
	const uint64_t *raw = s->page[at->level];

	if (!read_table(s, at))
		return;
	s->path[at->level] = at->table;
	if (s->first > at->base && (s->first - at->base) >> lg2 < end)
		index = (unsigned)((s->first - at->base) >> lg2);
	if (s->last >= at->base && (s->last - at->base) >> lg2 < end)
		end = (unsigned)((s->last - at->base) >> lg2) + 1;
	if (at->level > 1)
		start_counting(s, at->level, index, end);
	if (s->visitor->along && s->totals->tables % TABLES_PER_CALL == 0)
		tell_along(s);
	while (index < end && !s->stop) {
		unsigned nr = raw[index] ? scan_entry(s, at, index, run_end(s, at, index, end)) : 0;

		s->passed[at->level] += nr;
		index += nr ? nr : 1;
	}
	s->present[at->level] = 0;
	s->path[at->level] = pa_of(UINT64_MAX);
}

/* The part of [first, last] that the table reaches; false when there is none. Between the halves of
 * a sign-extended table there is nothing. */
static bool clip(const struct pt_root *root, struct iova first, struct iova last,
		 uint64_t *ret_first, uint64_t *ret_last)
{
	uint64_t half = pt_upper_half(root), end = pt_last_linear(root);

	if (first.v > last.v || (!root->sign_extended && first.v > end))
		return false;
	*ret_first = pt_reaches(root, first) ? pt_linear(root, first) : half;
	if (pt_reaches(root, last))
		*ret_last = pt_linear(root, last);
	else
		*ret_last = root->sign_extended ? half - 1 : end;
	return *ret_first <= *ret_last;
}

enum status pt_scan(struct target *target, const struct pt_root *root, struct iova first,
		    struct iova last, const struct pt_visitor *visitor, struct pt_totals *ret)
{
	struct scan s = {
		.target = target,
		.root = root,
		.visitor = visitor,
		.totals = ret,
		.status = STATUS_OK,
	};
	struct place top = {
		.table = root->table,
		.level = root->levels,
		.read = true,
		.write = true,
		.user = true,
	};

	memset(ret, 0, sizeof(*ret));
	for (unsigned level = 0; level <= PT_MAX_LEVELS; level++)
		s.path[level] = pa_of(UINT64_MAX);
	if (clip(root, first, last, &s.first, &s.last))
		scan_table(&s, &top);
	return s.status;
}
