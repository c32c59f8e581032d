// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables of every shape in memory of any words. What a scan says in runs and entry by entry, what one
 * address is translated to and what stands beside a hole agree with each other; so do both stages of a nested
 * walk with each stage. Every walk reads no more tables than it may.
 */
#include "input.h"
#include "more_formats.h"

#include "iommu/bare_target.h"
#include "iommu/pt_nested.h"

#define BASE	   0x100000ULL
#define PAGE	   4096u
#define NR_PAGES   16u
#define NR_WORDS   (NR_PAGES * PAGE / 8)
#define MAX_SHAPES 400
#define MAX_SEEN   600u
#define MAX_TABLES 48u

static struct shape shapes[MAX_SHAPES];
static unsigned nr_shapes;

/* ---- memory ---- */

static uint64_t memory[NR_WORDS];
static uint16_t written[4096];
static unsigned nr_written, nr_reads, missing_page;

static enum status read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	(void)target;
	nr_reads++;
	if (at.v < BASE || at.v - BASE >= sizeof(memory) || len > sizeof(memory) - (at.v - BASE))
		return STATUS_BAD_ADDRESS;
	if ((at.v - BASE) / PAGE == missing_page)
		return STATUS_NOT_IN_DUMP;
	memcpy(buf, (const char *)memory + (at.v - BASE), len);
	return STATUS_OK;
}

static const struct target_ops ops = {
	.read_pa = read_pa,
	.read_kva = bare_read_kva,
	BARE_NO_KERNEL,
	.interrupted = bare_no,
	.zeroes_missing = bare_no,
};
static struct target machine = { &ops };

static void put(unsigned at, uint64_t word)
{
	if (nr_written == sizeof(written) / sizeof(written[0]))
		return;
	memory[at % NR_WORDS] = word;
	written[nr_written++] = (uint16_t)(at % NR_WORDS);
}

static void forget_memory(void)
{
	for (unsigned i = 0; i < nr_written; i++)
		memory[written[i]] = 0;
	nr_written = 0;
}

/* The index of an entry: one of the first, one of the last, or any. */
static unsigned take_index(struct input *in)
{
	uint8_t byte = input_byte(in);

	if (byte < 96)
		return byte;
	return byte < 192 ? PAGE / 8 - 1 - (byte - 96u) : (unsigned)input_number(in, 2) % (PAGE / 8);
}

/* Bits that most formats look at below and above the address. */
static uint64_t take_attributes(struct input *in)
{
	uint64_t low = input_number(in, 2), high = input_byte(in);

	return (low & 0xfff) | ((low >> 12) | (high << 4)) << 52;
}

/* A word, or a run of words each a step above the one before, in one of the pages. */
static void write_some(struct input *in)
{
	uint8_t how = input_byte(in);
	unsigned at = input_byte(in) % NR_PAGES * (PAGE / 8) + take_index(in), nr = 1;
	uint64_t word = 0, step = 0;

	switch (how & 3) {
	case 0:
		word = input_number(in, 8);
		break;
	case 1: /* leads into the memory */
		word = (BASE + PAGE * (uint64_t)(input_byte(in) % (NR_PAGES + 2))) | take_attributes(in);
		break;
	default:
		word = input_number(in, 3) << (12 + (how >> 2 & 3) * 9) | take_attributes(in);
		nr = 1 + input_byte(in) * (how & 1u);
		step = 1ULL << (12 + (how >> 4 & 3) * 9);
		if (how & 0x40)
			step = 0;
	}
	for (unsigned i = 0; i < nr; i++)
		put(at + i, (word & ~0x000ffffffffff000ULL) | ((word + i * step) & 0x000ffffffffff000ULL));
}

/* ---- what a scan says ---- */

struct seen {
	struct pt_run run[MAX_SEEN];
	struct pt_leaf leaf[MAX_SEEN];
	struct pt_damage damage[MAX_SEEN];
	unsigned nr_runs, nr_leaves, nr_damage;
	bool stopped;
	struct pt_totals totals;
};

static struct seen seen;

static bool see_run(void *ctx, const struct pt_run *run)
{
	(void)ctx;
	if (seen.nr_runs == MAX_SEEN) {
		seen.stopped = true;
		return false;
	}
	seen.run[seen.nr_runs++] = *run;
	return true;
}

static bool see_leaf(void *ctx, const struct pt_leaf *leaf)
{
	(void)ctx;
	if (seen.nr_leaves == MAX_SEEN) {
		seen.stopped = true;
		return false;
	}
	seen.leaf[seen.nr_leaves++] = *leaf;
	return true;
}

static bool see_damage(void *ctx, const struct pt_damage *damage)
{
	(void)ctx;
	must(damage->first.v <= damage->last.v, "damage from %lx to %lx", (unsigned long)damage->first.v,
	     (unsigned long)damage->last.v);
	if (seen.nr_damage == MAX_SEEN) {
		seen.stopped = true;
		return false;
	}
	seen.damage[seen.nr_damage++] = *damage;
	return true;
}

/* False: not all was seen, and nothing can be said of the rest. */
static bool scan(struct target *target, const struct pt_root *root, uint64_t first, uint64_t last)
{
	struct pt_visitor visitor = { .run = see_run, .damage = see_damage };
	struct pt_totals again;

	seen.nr_runs = seen.nr_leaves = seen.nr_damage = 0;
	seen.stopped = false;
	must(pt_scan(target, root, iova_of(first), iova_of(last), &visitor, &seen.totals) == STATUS_OK, "no OK");
	must(seen.totals.tables <= root->max_tables, "%lu tables", (unsigned long)seen.totals.tables);
	if (seen.stopped || seen.totals.cut)
		return false;
	visitor = (struct pt_visitor){ .leaf = see_leaf };
	must(pt_scan(target, root, iova_of(first), iova_of(last), &visitor, &again) == STATUS_OK, "no OK");
	must(seen.stopped || again.tables == seen.totals.tables, "%lu tables and then %lu",
	     (unsigned long)seen.totals.tables, (unsigned long)again.tables);
	return !seen.stopped;
}

static const struct pt_run *run_at(uint64_t iova)
{
	for (unsigned i = 0; i < seen.nr_runs; i++) {
		if (iova - seen.run[i].iova.v < seen.run[i].bytes)
			return &seen.run[i];
	}
	return NULL;
}

static bool is_damaged(uint64_t iova, enum pt_damage_kind kind)
{
	for (unsigned i = 0; i < seen.nr_damage; i++) {
		if (seen.damage[i].kind == kind && iova >= seen.damage[i].first.v && iova <= seen.damage[i].last.v)
			return true;
	}
	return false;
}

static bool any_damage(enum pt_damage_kind kind, bool other)
{
	for (unsigned i = 0; i < seen.nr_damage; i++) {
		if ((seen.damage[i].kind == kind) != other)
			return true;
	}
	return false;
}

/* ---- one address against the scan ---- */

static void check_address(struct target *target, const struct pt_root *root, uint64_t iova)
{
	const struct pt_run *run = run_at(iova);
	unsigned long at = iova;
	struct pt_translation t;

	pt_translate(target, root, iova_of(iova), &t);
	must((t.result == PT_BEYOND) == !pt_reaches(root, iova_of(iova)), "%lx", at);
	must(!run || t.result != PT_BEYOND, "%lx is in a run", at);
	/* Hardware knows no loops: it follows them until the levels end. */
	if (t.result == PT_BEYOND || is_damaged(iova, PT_DAMAGE_LOOP))
		return;
	must(!!run == (t.result == PT_MAPPED), "%lx: %d", at, t.result);
	must(is_damaged(iova, PT_DAMAGE_UNREADABLE) == (t.result == PT_UNREADABLE), "%lx: %d", at, t.result);
	must(is_damaged(iova, PT_DAMAGE_ENTRY) == (t.result == PT_BAD_TABLE), "%lx: %d", at, t.result);
	if (!run)
		return;
	must(run->read == t.read && run->write == t.write && run->user == t.user && run->page_lg2 == t.size_lg2, "%lx",
	     at);
	if (run->contiguous || iova == run->iova.v)
		must(t.pa.v == run->pa.v + (iova - run->iova.v), "%lx is %lx", at, (unsigned long)t.pa.v);
}

static void check_scan(struct target *target, const struct pt_root *root)
{
	uint64_t bytes = 0, in_leaves = 0, next = 0;

	for (unsigned i = 0; i < seen.nr_runs; i++) {
		const struct pt_run *run = &seen.run[i];

		must(run->bytes && (!i || run->iova.v >= next), "run %u", i);
		next = run->iova.v + run->bytes;
		bytes += run->bytes;
		if (i % 16 == 0) {
			check_address(target, root, run->iova.v);
			check_address(target, root, run->iova.v + run->bytes / 2);
			check_address(target, root, next - 1);
			check_address(target, root, next);
		}
	}
	for (unsigned i = 0; i < seen.nr_leaves; i++) {
		must(!i || seen.leaf[i].iova.v > seen.leaf[i - 1].last.v, "leaf %u", i);
		in_leaves += seen.leaf[i].last.v - seen.leaf[i].iova.v + 1;
	}
	must(bytes == in_leaves, "%lx bytes in runs, %lx in leaves", (unsigned long)bytes, (unsigned long)in_leaves);
	for (unsigned i = 0; i < seen.nr_damage && i < 8; i++) {
		check_address(target, root, seen.damage[i].first.v);
		check_address(target, root, seen.damage[i].last.v);
	}
}

static void check_neighbours(struct target *target, const struct pt_root *root, uint64_t iova)
{
	struct pt_neighbours n;
	const struct pt_run *below = NULL, *above = NULL;

	if (run_at(iova) || any_damage(PT_DAMAGE_LOOP, false))
		return;
	must(pt_find_neighbours(target, root, iova_of(iova), &n) == STATUS_OK, "no OK");
	must(!n.uncertain || any_damage(PT_DAMAGE_REPLICA, true), "%lx", (unsigned long)iova);
	for (unsigned i = 0; i < seen.nr_runs; i++) {
		if (seen.run[i].iova.v < iova)
			below = &seen.run[i];
		else if (!above)
			above = &seen.run[i];
	}
	must(n.below == !!below && n.above == !!above, "%lx", (unsigned long)iova);
	must(!below || n.below_last.v == below->iova.v + (below->bytes - 1), "below %lx: %lx", (unsigned long)iova,
	     (unsigned long)n.below_last.v);
	must(!above || n.above_first.v == above->iova.v, "above %lx: %lx", (unsigned long)iova,
	     (unsigned long)n.above_first.v);
}

static uint64_t take_iova(struct input *in, const struct pt_root *root)
{
	uint64_t iova = input_number(in, 6) << (root->format->page_lg2 & 15);

	return iova & pt_last_iova(root).v;
}

static bool add_bytes(void *ctx, const struct pt_run *run)
{
	*(uint64_t *)ctx += run->bytes;
	return true;
}

/* Of a part of the addresses a scan says what it says of all. */
static void check_part(struct target *target, const struct pt_root *root, uint64_t first, uint64_t last)
{
	uint64_t bytes = 0, expected = 0;
	struct pt_visitor visitor = { .ctx = &bytes, .run = add_bytes };
	struct pt_totals totals;

	must(pt_scan(target, root, iova_of(first), iova_of(last), &visitor, &totals) == STATUS_OK, "no OK");
	for (unsigned i = 0; i < seen.nr_runs; i++) {
		uint64_t from = seen.run[i].iova.v, to = from + (seen.run[i].bytes - 1);

		from = from > first ? from : first;
		to = to < last ? to : last;
		expected += from <= to ? to - from + 1 : 0;
	}
	must(bytes == expected, "%lx-%lx: %lx bytes, not %lx", (unsigned long)first, (unsigned long)last,
	     (unsigned long)bytes, (unsigned long)expected);
}

static void check_table(struct target *target, const struct pt_root *root, struct input *in)
{
	uint64_t first, last;

	if (!scan(target, root, 0, UINT64_MAX))
		return;
	check_scan(target, root);
	first = take_iova(in, root);
	last = take_iova(in, root);
	check_address(target, root, first);
	check_neighbours(target, root, first);
	check_part(target, root, first, last);
	if (seen.nr_runs)
		check_neighbours(target, root, seen.run[seen.nr_runs / 2].iova.v - 1);
}

/* ---- both stages ---- */

struct both {
	const struct pt_root *root;
	struct pt_guest guest;
	uint64_t before;
	bool any;
	unsigned nr;
};

static bool see_piece(void *ctx, const struct pt_piece *piece)
{
	struct both *both = ctx;
	struct pt_translation guest, host;
	uint64_t last = piece->iova.v + (piece->bytes - 1);

	must(piece->bytes && (!both->any || piece->iova.v > both->before), "a piece at %lx",
	     (unsigned long)piece->iova.v);
	both->any = true;
	both->before = last;
	pt_translate(&both->guest.target, both->root, iova_of(last), &guest);
	must(guest.result == PT_MAPPED && guest.pa.v == piece->gpa.v + (piece->bytes - 1), "%lx", (unsigned long)last);
	pt_guest_translate(&both->guest, pt_guest_address(guest.pa), &host);
	must(host.result == PT_MAPPED && host.pa.v == piece->pa.v + (piece->bytes - 1), "%lx", (unsigned long)last);
	must(piece->read == (guest.read && host.read) && piece->write == (guest.write && host.write) &&
		     piece->user == (guest.user && host.user), "%lx", (unsigned long)last);
	return ++both->nr < MAX_SEEN;
}

static bool see_gap(void *ctx, const struct pt_gap *gap)
{
	struct both *both = ctx;
	struct pt_translation guest;

	must(gap->first.v <= gap->last.v, "a gap from %lx to %lx", (unsigned long)gap->first.v,
	     (unsigned long)gap->last.v);
	pt_translate(&both->guest.target, both->root, gap->first, &guest);
	must(guest.result == PT_MAPPED && guest.pa.v == gap->gpa.v, "%lx", (unsigned long)gap->first.v);
	return ++both->nr < MAX_SEEN;
}

static bool see_damage_of_both(void *ctx, const struct pt_damage *damage, bool by_host)
{
	struct both *both = ctx;

	(void)by_host;
	must(damage->first.v <= damage->last.v, "damage from %lx to %lx", (unsigned long)damage->first.v,
	     (unsigned long)damage->last.v);
	return ++both->nr < MAX_SEEN;
}

static void check_both(const struct pt_root *root, const struct pt_root *host, struct input *in)
{
	struct both both = { .root = root };
	const struct pt_nested_visitor visitor = { .ctx = &both, .piece = see_piece, .gap = see_gap,
						   .damage = see_damage_of_both };
	struct pt_totals totals, of_host;

	pt_guest_init(&both.guest, &machine, host);
	must(pt_nested_scan(&both.guest, root, iova_of(0), iova_of(UINT64_MAX), &visitor, &totals, &of_host) ==
		     STATUS_OK, "no OK");
	must(totals.tables <= root->max_tables, "%lu tables", (unsigned long)totals.tables);
	check_table(&both.guest.target, root, in);
}

/* ---- one input ---- */

static bool is_of_processor(const struct pt_format *format)
{
	return strcmp(format->name, "x86_64") == 0 || strcmp(format->name, "amdv2") == 0;
}

static struct pt_root take_root(struct input *in, uint8_t how)
{
	const struct shape *shape = &shapes[input_below(in, nr_shapes)];
	struct pt_root root = {
		.format = shape->format,
		.levels = (uint8_t)shape->levels,
		.top_index_lg2 = (uint8_t)shape->top_index_lg2,
		.table = pa_of(BASE + PAGE * (uint64_t)(input_byte(in) % NR_PAGES)),
		.enc_mask = how & 1 ? 1ULL << 47 : 0,
		.max_tables = MAX_TABLES,
	};

	root.sign_extended = how & 2 && shape->levels >= 4 && is_of_processor(shape->format);
	return root;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	FOR_EACH_SHAPE(shape)
	{
		must(nr_shapes < MAX_SHAPES, "more shapes than %d", MAX_SHAPES);
		shapes[nr_shapes++] = shape;
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t how = input_byte(&in);
	struct pt_root root = take_root(&in, how), host;

	missing_page = how & 4 ? input_byte(&in) % NR_PAGES : NR_PAGES;
	if (how & 8)
		host = take_root(&in, how >> 4);
	for (unsigned nr = input_byte(&in) % 64; nr && in.left > 12; nr--)
		write_some(&in);
	if (how & 8)
		check_both(&root, &host, &in);
	else
		check_table(&machine, &root, &in);
	forget_memory();
	return 0;
}
