// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random memory, and everything that the plugin can say about it held against everything else: what
 * pt_scan() reports, entry by entry and in runs, what pt_translate() finds for an address, what
 * pt_find_neighbours() finds beside it, and what both make of it behind a second stage. For tables
 * of every shape, damaged ones among them. Which addresses exist at all is computed here.
 */
#include "unit.h"

#include "iommu/pt_nested.h"
#include "table_builder.h"

#define MAX_SEEN    40000
#define NR_TABLES   24u
#define NR_POINTERS 3u /* from a table to tables: more would make scans long */
#define MAX_TABLES  4000

/* ---- random memory ---- */

struct world {
	struct builder b;
	uint64_t table[NR_TABLES];
	unsigned level[NR_TABLES];
};

static unsigned below(struct rng *rng, uint64_t bound)
{
	return rng_below(rng, (unsigned)bound);
}

/* Where something is likely to go wrong: at the ends, in the middle, at the ends of a block. */
static uint64_t random_index(struct rng *rng, uint64_t nr)
{
	const uint64_t likely[] = { 0, nr / 2, nr - 1, 511, 512 };
	uint64_t index = rng_next(rng);

	if (rng_below(rng, 3))
		index = likely[rng_below(rng, 5)] + rng_below(rng, 9) - 4;
	return index % nr;
}

static uint64_t random_pa(const struct builder *b, struct rng *rng, unsigned lg2)
{
	return rng_next(rng) & ((1ULL << b->pa_lg2) - 1) & ~((1ULL << lg2) - 1);
}

static void put(struct world *w, unsigned nth, uint64_t index, uint64_t word)
{
	*pages_words(w->b.pages, w->table[nth] + 8 * index) = word;
}

/* Pages of the level's own size, often contiguous. */
static void put_pages(struct world *w, struct rng *rng, unsigned nth, uint64_t nr)
{
	unsigned level = w->level[nth], lg2 = builder_span_lg2(&w->b, level);
	bool read = rng_below(rng, 4), write = rng_below(rng, 2), contiguous = rng_below(rng, 2);
	uint64_t index = random_index(rng, nr), pa = random_pa(&w->b, rng, lg2);

	for (unsigned left = 1 + rng_below(rng, 40); left && index < nr; left--, index++) {
		put(w, nth, index, builder_leaf_word(&w->b, pa, level, read, write));
		pa = contiguous ? pa + (1ULL << lg2) : random_pa(&w->b, rng, lg2);
		pa &= (1ULL << w->b.pa_lg2) - 1;
	}
}

/* A page in several entries (AMD), some of them perhaps not there. */
static void put_large_page(struct world *w, struct rng *rng, unsigned nth, uint64_t nr)
{
	unsigned copies_lg2 = 1 + rng_below(rng, 6);
	unsigned lg2 = builder_span_lg2(&w->b, w->level[nth]) + copies_lg2;
	uint64_t word =
		builder_sized_word(random_pa(&w->b, rng, lg2), lg2, true, rng_below(rng, 2));
	uint64_t index = random_index(rng, nr) >> copies_lg2 << copies_lg2;
	unsigned lost = rng_below(rng, 200);

	for (unsigned i = 0; i < 1u << copies_lg2 && index + i < nr; i++) {
		if (i != lost)
			put(w, nth, index + i, word);
	}
}

/* To a table of a lower level, most of them of the next one; now and then to anything. */
static void put_pointer(struct world *w, struct rng *rng, unsigned nth, uint64_t nr)
{
	unsigned to = rng_below(rng, NR_TABLES);

	for (unsigned i = 0; i < 200; i++, to = (to + 1) % NR_TABLES) {
		bool fits = w->b.is_amd ? w->level[to] < w->level[nth]
					: w->level[to] + 1 == w->level[nth];

		if (w->table[to] % w->b.page == 0 && (fits || rng_below(rng, 200) == 0))
			break;
	}
	put(w, nth, random_index(rng, nr),
	    builder_table_word(&w->b, w->table[to], w->level[nth] > 1 ? w->level[to] : 1));
}

static void fill_table(struct world *w, struct rng *rng, unsigned nth, bool damaged)
{
	unsigned level = w->level[nth];
	uint64_t nr = builder_nr_entries(&w->b, level);

	for (unsigned i = rng_below(rng, 4); i && level <= builder_page_levels(&w->b); i--) {
		if (w->b.is_amd && rng_below(rng, 2))
			put_large_page(w, rng, nth, nr);
		else
			put_pages(w, rng, nth, nr);
	}
	for (unsigned i = 0; damaged && i < 3; i++)
		put(w, nth, random_index(rng, nr), rng_next(rng));
	for (unsigned i = 0; i < NR_POINTERS && level > 1; i++)
		put_pointer(w, rng, nth, nr);
}

static void world_init(struct world *w, struct rng *rng, const struct shape *shape, bool damaged)
{
	builder_init_shape(&w->b, shape);
	w->b.root.max_tables = MAX_TABLES;
	w->table[0] = w->b.root.table.v;
	w->level[0] = shape->levels;
	for (unsigned i = 1; i < NR_TABLES; i++) {
		/* The same table is read as one of several levels when the words say so. */
		w->level[i] = shape->levels > 1 ? 1 + below(rng, shape->levels - 1) : 1;
		w->table[i] = pages_add_bytes(w->b.pages, 8ULL << shape->format->index_lg2);
	}
	for (unsigned i = 0; i < NR_TABLES; i++) {
		if (shape->levels > 1 || i == 0)
			fill_table(w, rng, i, damaged);
	}
	if (damaged && rng_below(rng, 2))
		pages_fail(w->b.pages, w->table[rng_below(rng, NR_TABLES)], STATUS_NOT_IN_DUMP);
}

/* ---- what a scan says ---- */

struct seen {
	struct pt_run run[MAX_SEEN];
	struct pt_leaf leaf[MAX_SEEN];
	struct pt_damage damage[MAX_SEEN];
	size_t nr_runs, nr_leaves, nr_damage;
	struct pt_totals totals;
};

static struct seen seen; /* too large for the stack */

static bool see_run(void *ctx, const struct pt_run *run)
{
	(void)ctx;
	check(seen.nr_runs < MAX_SEEN, "too many runs");
	seen.run[seen.nr_runs++] = *run;
	return true;
}

static bool see_leaf(void *ctx, const struct pt_leaf *leaf)
{
	(void)ctx;
	check(seen.nr_leaves < MAX_SEEN, "too many leaves");
	seen.leaf[seen.nr_leaves++] = *leaf;
	return true;
}

static bool see_damage(void *ctx, const struct pt_damage *damage)
{
	(void)ctx;
	check(seen.nr_damage < MAX_SEEN, "too many damages");
	seen.damage[seen.nr_damage++] = *damage;
	return true;
}

/* False: more tables than allowed, and nothing is said of the rest. */
static bool scan(struct target *target, const struct pt_root *root, uint64_t first, uint64_t last)
{
	struct pt_visitor visitor = { .run = see_run, .damage = see_damage };
	struct pt_totals again;

	seen.nr_runs = seen.nr_leaves = seen.nr_damage = 0;
	assert_int_equal(
		pt_scan(target, root, iova_of(first), iova_of(last), &visitor, &seen.totals),
		STATUS_OK);
	visitor = (struct pt_visitor){ .leaf = see_leaf };
	assert_int_equal(pt_scan(target, root, iova_of(first), iova_of(last), &visitor, &again),
			 STATUS_OK);
	assert_int_equal(again.tables, seen.totals.tables);
	return !seen.totals.cut;
}

/* ---- which addresses there are ---- */

static uint64_t last_of(uint64_t first, uint64_t bytes)
{
	return first + (bytes - 1);
}

/* An address that the table can be asked for: within its bits, which are repeated above when it is
 * sign-extended. */
static bool exists(const struct world *w, uint64_t iova)
{
	unsigned above = (unsigned)__builtin_clzll(builder_last(&w->b));

	if (!w->b.root.sign_extended)
		return iova <= builder_last(&w->b);
	return (uint64_t)((int64_t)(iova << above) >> above) == iova;
}

/* ---- scan against translate ---- */

static const struct pt_run *run_at(uint64_t iova)
{
	for (size_t i = 0; i < seen.nr_runs; i++) {
		if (iova - seen.run[i].iova.v < seen.run[i].bytes)
			return &seen.run[i];
	}
	return NULL;
}

static bool is_damaged(uint64_t iova, enum pt_damage_kind kind)
{
	for (size_t i = 0; i < seen.nr_damage; i++) {
		if (seen.damage[i].kind == kind && iova >= seen.damage[i].first.v &&
		    iova <= seen.damage[i].last.v)
			return true;
	}
	return false;
}

static void check_address(const struct world *w, uint64_t iova)
{
	const struct pt_run *run = run_at(iova);
	struct pt_translation t;
	bool same;

	pt_translate(&w->b.pages->target, &w->b.root, iova_of(iova), &t);
	check((t.result == PT_BEYOND) == !exists(w, iova), "%llx", (unsigned long long)iova);
	check(!run || exists(w, iova), "%llx is in a run", (unsigned long long)iova);
	/* Hardware knows no loops: it follows them until the levels end. */
	if (t.result == PT_BEYOND || is_damaged(iova, PT_DAMAGE_LOOP))
		return;
	check(!!run == (t.result == PT_MAPPED), "%llx", (unsigned long long)iova);
	check(is_damaged(iova, PT_DAMAGE_UNREADABLE) == (t.result == PT_UNREADABLE), "%llx",
	      (unsigned long long)iova);
	check(is_damaged(iova, PT_DAMAGE_ENTRY) == (t.result == PT_BAD_TABLE), "%llx",
	      (unsigned long long)iova);
	if (!run)
		return;
	same = run->read == t.read && run->write == t.write && run->user == t.user;
	check(same && run->page_lg2 == t.size_lg2, "%llx", (unsigned long long)iova);
	if (run->contiguous || iova == run->iova.v)
		check(t.pa.v == run->pa.v + (iova - run->iova.v), "%llx", (unsigned long long)iova);
}

static void check_leaf(const struct world *w, const struct pt_leaf *leaf)
{
	/* A page may be larger than a table of few entries: what is above the table is no offset.
	 */
	uint64_t page = 1ULL << leaf->entry.size_lg2;
	uint64_t offset = leaf->iova.v & builder_last(&w->b) & (page - 1);
	struct pt_translation t;

	pt_translate(&w->b.pages->target, &w->b.root, leaf->iova, &t);
	check(t.result == PT_MAPPED && t.pa.v == leaf->entry.address + offset, "%llx",
	      (unsigned long long)leaf->iova.v);
	check(t.steps[t.nr_steps - 1].entry_pa.v == leaf->entry_pa.v &&
		      t.steps[t.nr_steps - 1].raw == leaf->raw,
	      "%llx", (unsigned long long)leaf->iova.v);
	check(t.read == leaf->read && t.write == leaf->write && t.user == leaf->user, "%llx",
	      (unsigned long long)leaf->iova.v);
}

/* An address near the ends of what was seen, or anywhere. */
static uint64_t random_iova(const struct world *w, struct rng *rng)
{
	uint64_t at = rng_next(rng) & builder_last(&w->b);
	uint64_t nudge = rng_below(rng, 3) - 1ULL;

	if (seen.nr_runs && rng_below(rng, 2)) {
		const struct pt_run *run = &seen.run[below(rng, seen.nr_runs)];

		at = rng_below(rng, 2) ? run->iova.v : last_of(run->iova.v, run->bytes);
	} else if (seen.nr_damage && rng_below(rng, 3)) {
		const struct pt_damage *damage = &seen.damage[below(rng, seen.nr_damage)];

		at = rng_below(rng, 2) ? damage->first.v : damage->last.v;
	}
	if (rng_below(rng, 4) == 0)
		at ^= 1ULL << rng_below(rng, 64);
	return at + nudge;
}

static void check_scan(const struct world *w, struct rng *rng)
{
	uint64_t bytes = 0, in_leaves = 0, next = 0;

	for (size_t i = 0; i < seen.nr_runs; i++) {
		const struct pt_run *run = &seen.run[i];

		check(!i || run->iova.v >= next, "run %zu", i);
		next = run->iova.v + run->bytes;
		bytes += run->bytes;
		check_address(w, run->iova.v);
		check_address(w, next - 1);
		for (unsigned n = 0; n < 4; n++)
			check_address(w, run->iova.v + rng_next(rng) % run->bytes);
	}
	for (size_t i = 0; i < seen.nr_leaves; i++) {
		check(!i || seen.leaf[i].iova.v > seen.leaf[i - 1].last.v, "leaf %zu", i);
		check_leaf(w, &seen.leaf[i]);
		in_leaves += seen.leaf[i].last.v - seen.leaf[i].iova.v + 1;
	}
	check(bytes == in_leaves, "%llx bytes in runs, %llx in leaves", (unsigned long long)bytes,
	      (unsigned long long)in_leaves);
	for (unsigned i = 0; i < 200; i++)
		check_address(w, random_iova(w, rng));
}

/* ---- a scan of a part against that of the whole ---- */

static uint64_t bytes_between(uint64_t first, uint64_t last)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < seen.nr_runs; i++) {
		uint64_t from = seen.run[i].iova.v, to = last_of(from, seen.run[i].bytes);

		from = from > first ? from : first;
		to = to < last ? to : last;
		bytes += from <= to ? to - from + 1 : 0;
	}
	return bytes;
}

static bool add_bytes(void *ctx, const struct pt_run *run)
{
	*(uint64_t *)ctx += run->bytes;
	return true;
}

static void check_part(const struct world *w, struct rng *rng)
{
	uint64_t first = random_iova(w, rng), last = random_iova(w, rng), bytes = 0;
	struct pt_visitor visitor = { .ctx = &bytes, .run = add_bytes };
	struct pt_totals totals;

	pt_scan(&w->b.pages->target, &w->b.root, iova_of(first), iova_of(last), &visitor, &totals);
	check(bytes == bytes_between(first, last), "%llx-%llx", (unsigned long long)first,
	      (unsigned long long)last);
}

/* ---- scan against neighbours ---- */

static bool any_loop(void)
{
	for (size_t i = 0; i < seen.nr_damage; i++) {
		if (seen.damage[i].kind == PT_DAMAGE_LOOP)
			return true;
	}
	return false;
}

static bool any_doubt(void)
{
	for (size_t i = 0; i < seen.nr_damage; i++) {
		if (seen.damage[i].kind != PT_DAMAGE_REPLICA)
			return true;
	}
	return false;
}

static void check_neighbours(const struct world *w, uint64_t iova)
{
	struct pt_neighbours n, expected = { 0 };

	if (run_at(iova))
		return;
	assert_int_equal(pt_find_neighbours(&w->b.pages->target, &w->b.root, iova_of(iova), &n),
			 STATUS_OK);
	check(!n.uncertain || any_doubt(), "%llx", (unsigned long long)iova);
	for (size_t i = 0; i < seen.nr_runs; i++) {
		uint64_t first = seen.run[i].iova.v;

		if (first < iova) {
			expected.below = true;
			expected.below_last = iova_of(last_of(first, seen.run[i].bytes));
		} else if (!expected.above) {
			expected.above = true;
			expected.above_first = iova_of(first);
		}
	}
	check(n.below == expected.below && n.above == expected.above, "%llx",
	      (unsigned long long)iova);
	check(!n.below || n.below_last.v == expected.below_last.v, "below %llx: %llx",
	      (unsigned long long)iova, (unsigned long long)n.below_last.v);
	check(!n.above || n.above_first.v == expected.above_first.v, "above %llx: %llx",
	      (unsigned long long)iova, (unsigned long long)n.above_first.v);
}

struct count {
	unsigned worlds, runs, damages;
};

static void check_world(const struct world *w, struct rng *rng, struct count *count)
{
	if (!scan(&w->b.pages->target, &w->b.root, 0, UINT64_MAX))
		return;
	check_scan(w, rng);
	for (unsigned i = 0; i < 20; i++)
		check_part(w, rng);
	for (unsigned i = 0; i < 30 && !any_loop(); i++)
		check_neighbours(w, random_iova(w, rng));
	count->worlds++;
	count->runs += (unsigned)seen.nr_runs;
	count->damages += (unsigned)seen.nr_damage;
}

static void test_scan_translate_and_neighbours_agree(void **state)
{
	struct rng rng = { 61 };
	struct count count = { 0 };

	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		for (unsigned turn = 0; turn < 8; turn++) {
			struct world w;

			world_init(&w, &rng, &shape, turn & 2);
			w.b.root.sign_extended = turn & 1;
			check_world(&w, &rng, &count);
			builder_release(&w.b);
		}
	}
	assert_true(count.worlds > 250 && count.runs > 10000 && count.damages > 1000);
}

/* ---- both stages against each stage ---- */

struct both {
	const struct world *guest;
	struct builder host;
	struct pt_guest view;
};

static struct {
	struct pt_piece piece[MAX_SEEN];
	struct pt_gap gap[MAX_SEEN];
	size_t nr_pieces, nr_gaps;
} nested;

static bool see_piece(void *ctx, const struct pt_piece *piece)
{
	(void)ctx;
	check(nested.nr_pieces < MAX_SEEN, "too many pieces");
	nested.piece[nested.nr_pieces++] = *piece;
	return true;
}

static bool add_piece(void *ctx, const struct pt_piece *piece)
{
	*(uint64_t *)ctx += piece->bytes;
	return true;
}

static bool see_gap(void *ctx, const struct pt_gap *gap)
{
	(void)ctx;
	check(nested.nr_gaps < MAX_SEEN, "too many gaps");
	nested.gap[nested.nr_gaps++] = *gap;
	return true;
}

/* The host's table knows most of the guest's tables, and pages near some of what those lead to. */
static void both_init(struct both *both, struct rng *rng, const struct world *guest,
		      const struct shape *host)
{
	both->guest = guest;
	builder_init_shape(&both->host, host);
	for (size_t i = 0; i < guest->b.pages->nr_frames; i++) {
		uint64_t gpa = pages_nth(guest->b.pages, i), pa = pages_add(both->host.pages);

		memcpy(pages_words(both->host.pages, pa), pages_words(guest->b.pages, gpa), 4096);
		if (rng_below(rng, 40))
			builder_map(&both->host, gpa, pa, 12, true, true);
	}
	for (size_t i = 0; i < seen.nr_leaves && i < 60; i++) {
		const struct pt_leaf *leaf = &seen.leaf[below(rng, seen.nr_leaves)];
		uint64_t lg2 = builder_random_size(&both->host, rng), page = 1ULL << lg2;
		uint64_t gpa = leaf->entry.address & ~(page - 1);

		if (gpa <= builder_last(&both->host))
			builder_map(&both->host, gpa, random_pa(&both->host, rng, (unsigned)lg2),
				    (unsigned)lg2, rng_below(rng, 4), rng_below(rng, 2));
	}
	pt_guest_init(&both->view, &both->host.pages->target, &both->host.root);
}

static const struct pt_piece *piece_at(uint64_t iova)
{
	for (size_t i = 0; i < nested.nr_pieces; i++) {
		if (iova - nested.piece[i].iova.v < nested.piece[i].bytes)
			return &nested.piece[i];
	}
	return NULL;
}

static bool is_in_gap(uint64_t iova)
{
	for (size_t i = 0; i < nested.nr_gaps; i++) {
		if (iova >= nested.gap[i].first.v && iova <= nested.gap[i].last.v)
			return true;
	}
	return false;
}

/* One stage after the other is what both say. */
static void check_both_at(struct both *both, uint64_t iova)
{
	const struct pt_piece *piece = piece_at(iova);
	struct pt_translation guest, host;

	pt_translate(&both->view.target, &both->guest->b.root, iova_of(iova), &guest);
	if (guest.result != PT_MAPPED) {
		check(!piece && !is_in_gap(iova), "%llx", (unsigned long long)iova);
		return;
	}
	pt_guest_translate(&both->view, pt_guest_address(guest.pa), &host);
	check(is_in_gap(iova) == (host.result != PT_MAPPED), "%llx", (unsigned long long)iova);
	check(!!piece == (host.result == PT_MAPPED), "%llx", (unsigned long long)iova);
	if (!piece)
		return;
	check(piece->gpa.v + (iova - piece->iova.v) == guest.pa.v, "%llx",
	      (unsigned long long)iova);
	check(piece->pa.v + (iova - piece->iova.v) == host.pa.v, "%llx", (unsigned long long)iova);
	check(piece->read == (guest.read && host.read) &&
		      piece->write == (guest.write && host.write) &&
		      piece->user == (guest.user && host.user),
	      "%llx", (unsigned long long)iova);
}

/* Of a part of the addresses both stages say what they say of all. */
static void check_both_part(struct both *both, struct rng *rng)
{
	uint64_t first = random_iova(both->guest, rng), last = random_iova(both->guest, rng);
	uint64_t bytes = 0, expected = 0;
	const struct pt_nested_visitor visitor = { .ctx = &bytes, .piece = add_piece };
	struct pt_totals totals, host;

	assert_int_equal(pt_nested_scan(&both->view, &both->guest->b.root, iova_of(first), iova_of(last),
					&visitor, &totals, &host),
			 STATUS_OK);
	for (size_t i = 0; i < nested.nr_pieces; i++) {
		uint64_t from = nested.piece[i].iova.v, to = last_of(from, nested.piece[i].bytes);

		from = from > first ? from : first;
		to = to < last ? to : last;
		expected += from <= to ? to - from + 1 : 0;
	}
	check(bytes == expected, "%llx-%llx", (unsigned long long)first, (unsigned long long)last);
}

/* The nearest mapped addresses of a guest's table as it is seen through the host's. */
static void check_both_neighbours(struct both *both, uint64_t iova)
{
	struct pt_neighbours n;
	uint64_t below = 0, above = 0;
	bool has_below = false, has_above = false;

	if (run_at(iova) || any_doubt())
		return;
	assert_int_equal(pt_find_neighbours(&both->view.target, &both->guest->b.root, iova_of(iova), &n),
			 STATUS_OK);
	for (size_t i = 0; i < seen.nr_runs; i++) {
		if (seen.run[i].iova.v < iova) {
			has_below = true;
			below = last_of(seen.run[i].iova.v, seen.run[i].bytes);
		} else if (!has_above) {
			has_above = true;
			above = seen.run[i].iova.v;
		}
	}
	check(n.below == has_below && (!has_below || n.below_last.v == below), "below %llx",
	      (unsigned long long)iova);
	check(n.above == has_above && (!has_above || n.above_first.v == above), "above %llx",
	      (unsigned long long)iova);
}

static void check_both(struct both *both, struct rng *rng)
{
	const struct pt_nested_visitor visitor = { .piece = see_piece, .gap = see_gap };
	struct pt_totals totals, host;

	/* As the guest's addresses are seen through the host: for random_iova(). */
	if (!scan(&both->view.target, &both->guest->b.root, 0, UINT64_MAX) || any_loop())
		return;
	nested.nr_pieces = nested.nr_gaps = 0;
	assert_int_equal(pt_nested_scan(&both->view, &both->guest->b.root, iova_of(0),
					iova_of(UINT64_MAX), &visitor, &totals, &host),
			 STATUS_OK);
	for (size_t i = 0; i < nested.nr_pieces; i++) {
		check_both_at(both, nested.piece[i].iova.v);
		check_both_at(both, last_of(nested.piece[i].iova.v, nested.piece[i].bytes));
	}
	for (unsigned i = 0; i < 100; i++)
		check_both_at(both, random_iova(both->guest, rng));
	for (unsigned i = 0; i < 10; i++)
		check_both_part(both, rng);
	for (unsigned i = 0; i < 20; i++)
		check_both_neighbours(both, random_iova(both->guest, rng));
}

static void test_both_stages_are_one_after_the_other(void **state)
{
	static const struct shape hosts[] = {
		{ &amdv1_format, 6, 0, 0 },
		{ &lpae4s2_format, 4, 0, 0 },
		{ &svx4_format, 5, 0, 0 },
		{ &lpae4s2_format, 3, 13, 0 },
	};
	struct rng rng = { 67 };
	unsigned nr_pieces = 0;

	(void)state;
	FOR_EACH_SHAPE(shape)
	{
		for (unsigned turn = 0; turn < 4; turn++) {
			struct world w;
			struct both both;

			world_init(&w, &rng, &shape, turn & 2);
			w.b.root.sign_extended = turn & 1;
			if (w.b.pages->nr_frames < 500 &&
			    scan(&w.b.pages->target, &w.b.root, 0, UINT64_MAX)) {
				both_init(&both, &rng, &w, &hosts[rng_below(&rng, 4)]);
				check_both(&both, &rng);
				nr_pieces += (unsigned)nested.nr_pieces;
				builder_release(&both.host);
			}
			builder_release(&w.b);
		}
	}
	assert_true(nr_pieces > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan_translate_and_neighbours_agree),
		cmocka_unit_test(test_both_stages_are_one_after_the_other),
	};

	return cmocka_run_group_tests_name("pt_agreement", tests, NULL, NULL);
}
