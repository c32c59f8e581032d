// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that a page table maps in a range.
 *
 * The depth of the recursion is the number of levels: decode() accepts only tables of a lower
 * level. That bounds depth but not work (all entries may point to one table, at every level),
 * so tables are counted against the number of page frames that the machine has.
 */
#include "pt_address.h"
#include "pt_block.h"
#include "pt_touched.h"
#include "pt_wanted.h"

#include <string.h>

/* Blocks between two calls of along(): some 100 us of reading, 1.5 ms of decompressing. */
#define BLOCKS_PER_CALL 64

/* How far the table of a level has come, of what it has in the range. */
struct progress {
	unsigned nr_blocks, blocks_done;
	unsigned present; /* entries of the block that are not empty */
	unsigned passed;  /* ... and how many of them are behind us */
};

struct scan {
	struct target *target;
	const struct pt_root *root;
	const struct pt_visitor *visitor;
	uint64_t first, last; /* these and `base` below: linear, see pt_address.h */
	uint64_t lower_last;  /* the last address that is its own IOVA */
	struct pt_totals *totals;
	uint64_t nr_tables, nr_blocks; /* that reading was tried of */
	bool stop;
	enum status status;
	struct pa path[PT_MAX_LEVELS + 1];		  /* by level: the table being scanned */
	uint64_t (*block)[BLOCK_ENTRIES];		  /* by level: the block being scanned */
	struct progress progress[PT_MAX_LEVELS + 1];	  /* by level */
};

/* A table at its place in the IOVA space. */
struct place {
	struct pa table;
	unsigned level, nr_entries;
	unsigned span_lg2;	/* of an entry */
	uint64_t base;		/* IOVA of entry 0 */
	bool read, write, user; /* of the path so far */
};

/* What became of the blocks of a table. It counts once, however many they are. */
struct fate {
	bool read, missing, lost;
};

static void set_level(const struct scan *s, unsigned level, struct place *at)
{
	at->level = level;
	at->nr_entries = pt_nr_entries(s->root, level);
	at->span_lg2 = pt_span_lg2(s->root->format, level);
}

static uint64_t entry_iova(const struct place *at, unsigned index)
{
	return at->base + ((uint64_t)index << at->span_lg2);
}

/* The last address that an entry spans. */
static uint64_t entry_last(const struct place *at, unsigned index)
{
	return entry_iova(at, index) + ((1ULL << at->span_lg2) - 1);
}

static struct iova iova_at(const struct scan *s, uint64_t linear)
{
	return linear <= s->lower_last ? iova_of(linear) : pt_iova(s->root, linear);
}

static uint64_t raw_entry(const struct scan *s, const struct place *at, unsigned index)
{
	return s->block[at->level][index % BLOCK_ENTRIES];
}

/* What could not be read says more of what is missing than what was read and is damaged. */
static struct failure graver(struct failure before, struct failure failure)
{
	return !failed(before) || (before.status == STATUS_DAMAGED && failure.status != STATUS_DAMAGED) ? failure : before;
}

static void note_failure(struct scan *s, const struct pt_damage *damage)
{
	enum status status = damage->kind == PT_DAMAGE_UNREADABLE ? damage->status : STATUS_DAMAGED;

	s->totals->failure = graver(s->totals->failure, failure_at(status, damage->table.v));
}

void pt_add_trouble(struct pt_totals *sum, const struct pt_totals *other)
{
	sum->tables_missing += other->tables_missing;
	sum->tables_lost += other->tables_lost;
	sum->damaged += other->damaged;
	sum->cut |= other->cut;
	sum->failure = graver(sum->failure, other->failure);
}

static void report_damage(struct scan *s, struct pt_damage *damage)
{
	note_failure(s, damage);
	if (damage->first.v < s->first)
		damage->first.v = s->first;
	if (damage->last.v > s->last)
		damage->last.v = s->last;
	damage->first = iova_at(s, damage->first.v);
	damage->last = iova_at(s, damage->last.v);
	if (damage->kind != PT_DAMAGE_UNREADABLE)
		s->totals->damaged++;
	if (s->visitor->damage && !s->visitor->damage(s->visitor->ctx, damage))
		s->stop = true;
}

static void entry_damage(struct scan *s, const struct place *at, unsigned index,
			 enum pt_damage_kind kind, const struct pt_entry *entry, uint8_t loop_level)
{
	struct pt_damage damage = {
		.kind = kind,
		.first = iova_of(entry_iova(at, index)),
		.last = iova_of(entry_last(at, index)),
		.level = (uint8_t)at->level,
		.table = at->table,
		.index = index,
		.raw = raw_entry(s, at, index),
		.entry = *entry,
		.loop_level = loop_level,
	};

	report_damage(s, &damage);
}

/* False: there were more tables than the machine can have. That ends the scan. */
static bool may_read_another(struct scan *s, const struct place *at)
{
	struct pt_damage damage = {
		.kind = PT_DAMAGE_LIMIT,
		.first = iova_of(at->base),
		.last = iova_of(s->last),
		.level = (uint8_t)at->level,
		.table = at->table,
	};

	if (s->nr_tables++ < s->root->max_tables)
		return true;
	s->totals->cut = true;
	report_damage(s, &damage);
	s->stop = true;
	return false;
}

static void count_once(uint64_t *total, bool *counted)
{
	*total += !*counted;
	*counted = true;
}

static void report_unreadable(struct scan *s, const struct place *at, unsigned index,
			      enum status status, struct fate *fate)
{
	struct pt_damage damage = {
		.kind = PT_DAMAGE_UNREADABLE,
		.status = status,
		.first = iova_of(entry_iova(at, index - index % BLOCK_ENTRIES)),
		.last = iova_of(entry_last(at, pt_block_end(index, at->nr_entries) - 1)),
		.level = (uint8_t)at->level,
		.table = at->table,
	};

	if (status == STATUS_NOT_IN_DUMP)
		count_once(&s->totals->tables_missing, &fate->missing);
	else
		count_once(&s->totals->tables_lost, &fate->lost);
	report_damage(s, &damage);
}

static bool read_block(struct scan *s, const struct place *at, unsigned index, struct fate *fate)
{
	enum status status =
		pt_read_block(s->target, at->table, index, at->nr_entries, s->block[at->level]);

	s->nr_blocks++;
	if (status == STATUS_INTERRUPTED || target_interrupted(s->target)) {
		s->status = STATUS_INTERRUPTED;
		s->stop = true;
		return false;
	}
	if (status != STATUS_OK) {
		report_unreadable(s, at, index, status, fate);
		return false;
	}
	if (!fate->read && s->visitor->table)
		s->visitor->table(s->visitor->ctx, at->table);
	count_once(&s->totals->tables, &fate->read);
	return true;
}

static void report_progress(const struct scan *s)
{
	double part = 0, share = 1000;

	for (unsigned level = s->root->levels; level > 1; level--) {
		const struct progress *p = &s->progress[level];

		if (!p->present)
			continue;
		share /= p->nr_blocks;
		part += share * p->blocks_done;
		part += share * p->passed / p->present;
		share /= p->present;
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
	run->iova = iova_at(s, run->iova.v);
	if (s->visitor->wanted && run->contiguous &&
	    !pt_wants(s->visitor->wanted, run->pa, pa_of(run->pa.v + (run->bytes - 1))))
		return;
	if (s->visitor->run && !s->visitor->run(s->visitor->ctx, run))
		s->stop = true;
}

static void emit_leaf(struct scan *s, const struct place *at, unsigned index,
		      const struct pt_entry *entry)
{
	struct pt_leaf leaf = {
		.iova = iova_at(s, entry_iova(at, index)),
		.last = iova_at(s, entry_last(at, index)),
		.entry_pa = pa_of(at->table.v + index * sizeof(uint64_t)),
		.level = (uint8_t)at->level,
		.index = index,
		.raw = raw_entry(s, at, index),
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
	uint64_t raw = raw_entry(s, at, other);
	struct pt_entry e;

	if (raw == raw_entry(s, at, index))
		return true;
	pt_decode(s->root, raw, at->level, &e);
	return e.kind == PT_LEAF && e.size_lg2 == entry->size_lg2 && e.address == entry->address &&
	       e.read == entry->read && e.write == entry->write && e.user == entry->user;
}

/* A page larger than one entry spans stands in each entry that it covers (AMD, NextLevel 7); a
 * short top table may end before the page does. Returns how many of them, from this one on, are
 * there; *whole: all of them are, also those before this one (a scan may start in the middle of a
 * page). */
static unsigned count_replicas(const struct scan *s, const struct place *at, unsigned index,
			       const struct pt_entry *entry, bool *whole)
{
	unsigned copies = 1u << (entry->size_lg2 - at->span_lg2);
	unsigned first = index & ~(copies - 1), end = first + copies;
	unsigned next = index + 1;

	*whole = true;
	if (copies == 1)
		return 1;
	if (end > at->nr_entries)
		end = at->nr_entries;
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
		.bytes = (uint64_t)nr << at->span_lg2,
		.pa = pa_of(entry->address + (iova & ((1ULL << entry->size_lg2) - 1))),
		.page_lg2 = entry->size_lg2,
		.read = at->read && entry->read,
		.write = at->write && entry->write,
		.user = at->user && entry->user,
		.contiguous = true,
	};

	if (s->visitor->touched)
		pt_touch(s->visitor->touched, run.pa, run.bytes);
	emit_run(s, &run);
}

/* Returns how many entries were dealt with. */
static unsigned scan_leaf(struct scan *s, const struct place *at, unsigned index, unsigned end,
			  const struct pt_entry *entry)
{
	bool whole;
	unsigned nr = count_replicas(s, at, index, entry, &whole);

	if (nr > end - index)
		nr = end - index;
	if (!whole)
		entry_damage(s, at, index, PT_DAMAGE_REPLICA, entry, 0);
	if (!s->visitor->leaf) {
		if (!s->stop)
			emit_large_run(s, at, index, nr, entry);
		return nr;
	}
	for (unsigned i = 0; i < nr && !s->stop; i++)
		emit_leaf(s, at, index + i, entry);
	return nr;
}

/* False only when that plain leaf, of the level's own size, leads to nothing that was asked for. */
static bool may_be_wanted(const struct scan *s, uint64_t raw, unsigned page_lg2)
{
	uint64_t page = 1ULL << page_lg2, address = raw & s->root->format->leaf_address & ~s->root->enc_mask & -page;

	return !s->visitor->wanted || !s->root->format->leaf_address ||
	       pt_wants(s->visitor->wanted, pa_of(address), pa_of(address + (page - 1)));
}

/* A run that is not contiguous, page by page. */
static void emit_pages(struct scan *s, const struct place *at, const uint64_t *raw,
		       const struct pt_run *run)
{
	for (uint64_t i = 0; i < run->nr_pages && !s->stop; i++) {
		struct pt_run page = *run;
		struct pt_entry entry;

		if (!may_be_wanted(s, raw[i], run->page_lg2))
			continue;
		pt_decode(s->root, raw[i], at->level, &entry);
		page.iova.v += i << run->page_lg2;
		page.bytes = 1ULL << run->page_lg2;
		page.nr_pages = 1;
		page.pa = pa_of(entry.address);
		page.contiguous = true;
		if (page.iova.v <= s->last && page.iova.v + (page.bytes - 1) >= s->first)
			emit_run(s, &page);
	}
}

/* Where an entry has to be taken apart for it. */
static void touch_each(struct scan *s, const struct pt_run *run, const uint64_t *raw)
{
	unsigned level = 1;
	struct pt_entry entry;

	while (level < s->root->levels && pt_span_lg2(s->root->format, level) < run->page_lg2)
		level++;
	for (uint64_t i = 0; i < run->nr_pages; i++) {
		pt_decode(s->root, raw[i], level, &entry);
		pt_touch(s->visitor->touched, pa_of(entry.address), 1ULL << run->page_lg2);
	}
}

static bool is_taken_apart(const struct scan *s)
{
	return s->visitor->wanted || (s->visitor->apart && *s->visitor->apart);
}

/* Marks what pages of one size lead to: those of a run that is contiguous in one piece. */
static void touch_plain(struct scan *s, const struct pt_run *run, const uint64_t *raw)
{
	struct pt_touched *touched = s->visitor->touched;

	if (!touched)
		return;
	if (run->contiguous)
		pt_touch(touched, run->pa, run->bytes);
	else if (s->root->format->leaf_address && run->page_lg2 <= touched->lg2)
		pt_touch_entries(touched, s->root, raw, (unsigned)run->nr_pages);
	else
		touch_each(s, run, raw);
}

/* Leaves of the level's own page size, as many as are alike. Returns how many. */
static unsigned scan_plain_leaves(struct scan *s, const struct place *at, unsigned index,
				  unsigned end)
{
	struct pt_entry entry;
	struct pt_run run;
	const struct pt_format *format = s->root->format;
	const uint64_t *raw = &s->block[at->level][index % BLOCK_ENTRIES];
	unsigned nr = format->plain_leaves(format, raw, end - index, at->level, s->root->enc_mask,
					   &run.contiguous);

	if (!nr)
		return 0;
	pt_decode(s->root, *raw, at->level, &entry);
	run.iova = iova_of(entry_iova(at, index));
	run.bytes = (uint64_t)nr << at->span_lg2;
	run.pa = pa_of(entry.address);
	run.page_lg2 = (uint8_t)at->span_lg2;
	run.read = at->read && entry.read;
	run.write = at->write && entry.write;
	run.user = at->user && entry.user;
	run.nr_pages = nr;
	touch_plain(s, &run, raw);
	if (is_taken_apart(s) && !run.contiguous)
		emit_pages(s, at, raw, &run);
	else
		emit_run(s, &run);
	return nr;
}

static void scan_table(struct scan *s, const struct place *at);

static void scan_lower_table(struct scan *s, const struct place *at, unsigned index,
			     const struct pt_entry *entry)
{
	struct place below = {
		.table = pa_of(entry->address),
		.base = entry_iova(at, index),
		.read = at->read && entry->read,
		.write = at->write && entry->write,
		.user = at->user && entry->user,
	};

	set_level(s, entry->next_level, &below);
	for (unsigned level = at->level; level <= s->root->levels; level++) {
		if (s->path[level].v == below.table.v) {
			entry_damage(s, at, index, PT_DAMAGE_LOOP, entry, (uint8_t)level);
			return;
		}
	}
	/* A table that skips levels spans less than its entry: it may end before the range. */
	if (entry_last(&below, below.nr_entries - 1) >= s->first)
		scan_table(s, &below);
}

/* Returns how many entries were dealt with. */
static unsigned scan_entry(struct scan *s, const struct place *at, unsigned index, unsigned end)
{
	struct pt_entry entry;
	unsigned nr;

	if (!s->visitor->leaf) {
		nr = scan_plain_leaves(s, at, index, end);
		if (nr)
			return nr;
	}
	pt_decode(s->root, raw_entry(s, at, index), at->level, &entry);
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

/* Nothing but the blocks is asked for, and the bits of an address stand in their own place in every leaf. */
static bool is_only_touched(const struct scan *s)
{
	return s->visitor->touched && !s->visitor->run && !s->visitor->leaf && s->root->format->leaf_address &&
	       s->root->format->page_lg2 <= s->visitor->touched->lg2;
}

static void scan_entries(struct scan *s, const struct place *at, unsigned index, unsigned end)
{
	const uint64_t *raw = &s->block[at->level][index % BLOCK_ENTRIES];
	unsigned nr_entries = end - index, nr;

	if (at->level == 1 && !s->visitor->leaf && s->visitor->wanted &&
	    !pt_wants_some(s->visitor->wanted, s->root, raw, nr_entries))
		return;
	if (at->level == 1 && is_only_touched(s)) {
		pt_touch_entries(s->visitor->touched, s->root, raw, nr_entries);
		return;
	}
	for (unsigned i = 0; !s->stop; i += nr) {
		while (i < nr_entries && !raw[i])
			i++;
		if (i == nr_entries)
			break;
		nr = scan_entry(s, at, index + i, end);
		s->progress[at->level].passed += nr;
	}
}

static void start_counting(struct scan *s, unsigned level, unsigned index, unsigned end)
{
	const uint64_t *raw = &s->block[level][index % BLOCK_ENTRIES];
	unsigned present = 0;

	for (unsigned i = 0; i < end - index; i++)
		present += raw[i] != 0;
	s->progress[level].present = present;
	s->progress[level].passed = 0;
}

/* The entry with which the upper half of the address space begins, when it is far from what is
 * before it: no run goes on from the one half to the other. Else 0. */
static unsigned upper_half_entry(const struct scan *s, const struct place *at)
{
	return s->root->sign_extended && at->level == s->root->levels ? at->nr_entries / 2 : 0;
}

/* Entries of one block, which has been read. */
static void scan_block(struct scan *s, const struct place *at, unsigned index, unsigned end)
{
	unsigned half = upper_half_entry(s, at);

	if (at->level > 1)
		start_counting(s, at->level, index, end);
	if (s->visitor->along && s->nr_blocks % BLOCKS_PER_CALL == 0)
		report_progress(s);
	for (unsigned stretch_end; index < end; index = stretch_end) {
		stretch_end = index < half && half < end ? half : end;
		scan_entries(s, at, index, stretch_end);
	}
	s->progress[at->level].present = 0;
}

/* The entries [*index, *end) of a table are those that the range touches. */
static void entries_in_range(const struct scan *s, const struct place *at, unsigned *index,
			     unsigned *end)
{
	*index = 0;
	*end = at->nr_entries;
	if (s->first > at->base && (s->first - at->base) >> at->span_lg2 < *end)
		*index = (unsigned)((s->first - at->base) >> at->span_lg2);
	if (s->last >= at->base && (s->last - at->base) >> at->span_lg2 < *end)
		*end = (unsigned)((s->last - at->base) >> at->span_lg2) + 1;
}

static void scan_table(struct scan *s, const struct place *at)
{
	struct progress *progress = &s->progress[at->level];
	struct fate fate = { 0 };
	unsigned index, end, block_end;

	if (!may_read_another(s, at))
		return;
	entries_in_range(s, at, &index, &end);
	s->path[at->level] = at->table;
	progress->blocks_done = 0;
	progress->nr_blocks = (end - 1) / BLOCK_ENTRIES - index / BLOCK_ENTRIES + 1;
	for (; index < end && !s->stop; index = block_end) {
		block_end = pt_block_end(index, end);
		if (read_block(s, at, index, &fate))
			scan_block(s, at, index, block_end);
		progress->blocks_done++;
	}
	s->path[at->level] = pa_of(UINT64_MAX);
}

enum status pt_scan(struct target *target, const struct pt_root *root, struct iova first,
		    struct iova last, const struct pt_visitor *visitor, struct pt_totals *ret)
{
	/* Not cleared: most tables of a host with many devices are smaller than this. */
	uint64_t block[PT_MAX_LEVELS + 1][BLOCK_ENTRIES];
	struct scan s = {
		.target = target,
		.root = root,
		.visitor = visitor,
		.block = block,
		.lower_last = root->sign_extended ? pt_upper_half(root) - 1 : UINT64_MAX,
		.totals = ret,
		.status = STATUS_OK,
	};
	struct place top = {
		.table = root->table,
		.read = true,
		.write = true,
		.user = true,
	};

	memset(ret, 0, sizeof(*ret));
	for (unsigned level = 0; level <= PT_MAX_LEVELS; level++)
		s.path[level] = pa_of(UINT64_MAX);
	set_level(&s, root->levels, &top);
	if (pt_clip(root, first, last, &s.first, &s.last))
		scan_table(&s, &top);
	return s.status;
}
