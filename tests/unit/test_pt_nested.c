// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two stages, compared with both tables as they were built: a guest whose memory is page frames of a
 * machine, put at random places, and a host's table that knows the places of some of them.
 */
#include "unit.h"

#include "iommu/pt_nested.h"
#include "table_builder.h"

#define MAX_SEEN 20000

struct seen {
	struct pt_piece piece[MAX_SEEN];
	struct pt_gap gap[MAX_SEEN];
	struct pt_damage damage[MAX_SEEN];
	size_t nr_pieces, nr_gaps, nr_damage, nr_by_host;
	size_t stop_after; /* calls; 0: never */
	struct pt_totals totals, host;
	enum status status;
};

static struct seen seen; /* too large for the stack */

struct world {
	struct builder guest; /* as built: tables at guest physical addresses */
	struct builder host;  /* in the machine's memory */
	struct pt_guest view;
};

static bool goes_on(const struct seen *s)
{
	size_t nr = s->nr_pieces + s->nr_gaps + s->nr_damage;

	check(nr < MAX_SEEN, "too many calls");
	check(!s->stop_after || nr <= s->stop_after, "called after it was told to stop");
	return !s->stop_after || nr < s->stop_after;
}

static bool see_piece(void *ctx, const struct pt_piece *piece)
{
	struct seen *s = ctx;

	assert_non_null(piece->guest);
	assert_non_null(piece->host);
	s->piece[s->nr_pieces++] = *piece;
	return goes_on(s);
}

static bool see_gap(void *ctx, const struct pt_gap *gap)
{
	struct seen *s = ctx;

	s->gap[s->nr_gaps++] = *gap;
	return goes_on(s);
}

static bool see_damage(void *ctx, const struct pt_damage *damage, bool by_host)
{
	struct seen *s = ctx;

	s->nr_by_host += by_host;
	s->damage[s->nr_damage++] = *damage;
	return goes_on(s);
}

static void scan(struct world *w, uint64_t first, uint64_t last)
{
	const struct pt_nested_visitor visitor = { &seen, see_piece, see_gap, see_damage,
						     NULL };
	size_t stop_after = seen.stop_after;

	memset(&seen, 0, sizeof(seen));
	seen.stop_after = stop_after;
	seen.status = pt_nested_scan(&w->view, &w->guest.root, iova_of(first), iova_of(last),
				     &visitor, &seen.totals, &seen.host);
}

/* Every page of the guest's tables gets a frame of the machine, and the host's table says where. */
static void place_tables(struct world *w)
{
	for (size_t i = 0; i < w->guest.pages->nr_frames; i++) {
		uint64_t gpa = pages_nth(w->guest.pages, i), pa = pages_add(w->host.pages);

		memcpy(pages_words(w->host.pages, pa), pages_words(w->guest.pages, gpa), 4096);
		assert_true(builder_map(&w->host, gpa, pa, 12, true, true));
	}
}

static void world_init(struct world *w, unsigned guest_levels)
{
	builder_init(&w->guest, &amdv2_format, guest_levels);
	builder_init(&w->host, &amdv1_format, 6);
	pt_guest_init(&w->view, &w->host.pages->target, &w->host.root);
}

static void world_release(struct world *w)
{
	builder_release(&w->guest);
	builder_release(&w->host);
}

/* Some of what the guest's pages lead to, in pages of the host's own sizes. */
static void place_some_pages(struct world *w, struct rng *rng)
{
	for (size_t i = 0; i < w->guest.nr_made; i++) {
		const struct mapping *m = &w->guest.made[i];

		for (unsigned n = rng_below(rng, 5); n; n--) {
			unsigned lg2 = 12 + rng_below(rng, m->lg2 - 11 + 4);
			uint64_t gpa = m->pa + (rng_next(rng) & ((1ULL << m->lg2) - 1));
			uint64_t size = 1ULL << lg2;

			builder_map(&w->host, gpa & ~(size - 1), rng_next(rng) >> 12 & ~(size - 1),
				    lg2, rng_below(rng, 4), rng_below(rng, 2));
		}
	}
}

/* What both builders say about a byte. */
static void check_piece_at(const struct world *w, const struct pt_piece *p, uint64_t offset)
{
	const struct mapping *g = builder_find(&w->guest, p->iova.v + offset), *h;
	uint64_t gpa;

	assert_non_null(g);
	gpa = g->pa + (p->iova.v + offset - g->iova);
	h = builder_find(&w->host, gpa);
	assert_non_null(h);
	assert_true(p->gpa.v + offset == gpa);
	assert_true(p->pa.v + offset == h->pa + (gpa - h->iova));
	assert_int_equal(p->read, g->read && h->read);
	assert_int_equal(p->write, g->write && h->write);
	assert_int_equal(p->page_lg2, g->lg2 < h->lg2 ? g->lg2 : h->lg2);
}

static void check_gap_at(const struct world *w, const struct pt_gap *gap, uint64_t offset)
{
	const struct mapping *g = builder_find(&w->guest, gap->first.v + offset);

	assert_non_null(g);
	assert_null(builder_find(&w->host, g->pa + (gap->first.v + offset - g->iova)));
	assert_true(gap->gpa.v + offset == g->pa + (gap->first.v + offset - g->iova));
}

/* Bytes of the guest's mappings in the range. */
static uint64_t guest_bytes(const struct world *w, uint64_t first, uint64_t last)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < w->guest.nr_made; i++) {
		uint64_t from = w->guest.made[i].iova;
		uint64_t to = from + ((1ULL << w->guest.made[i].lg2) - 1);

		from = from > first ? from : first;
		to = to < last ? to : last;
		bytes += from <= to ? to - from + 1 : 0;
	}
	return bytes;
}

/* Pieces and gaps: each as built, in order, and together all that the guest maps. */
static void check_world(struct world *w, struct rng *rng, uint64_t first, uint64_t last)
{
	uint64_t bytes = 0, next = first;
	size_t p = 0, g = 0;

	scan(w, first, last);
	assert_int_equal(seen.status, STATUS_OK);
	assert_int_equal(seen.nr_damage, 0);
	while (p < seen.nr_pieces || g < seen.nr_gaps) {
		bool piece_first = g == seen.nr_gaps ||
				   (p < seen.nr_pieces &&
				    seen.piece[p].iova.v < seen.gap[g].first.v);
		const struct pt_piece *piece = &seen.piece[p];
		const struct pt_gap *gap = &seen.gap[g];
		uint64_t from = piece_first ? piece->iova.v : gap->first.v;
		uint64_t size = piece_first ? piece->bytes : gap->last.v - gap->first.v + 1;

		assert_true(from >= next && from + (size - 1) <= last);
		for (unsigned i = 0; i < 4; i++) {
			uint64_t offset = i == 0 ? 0 : i == 1 ? size - 1 : rng_next(rng) % size;

			if (piece_first)
				check_piece_at(w, piece, offset);
			else
				check_gap_at(w, gap, offset);
		}
		bytes += size;
		next = from + size;
		p += piece_first;
		g += !piece_first;
	}
	assert_true(bytes == guest_bytes(w, first, last));
}

static void test_random_worlds(void **state)
{
	struct rng rng = { 41 };

	(void)state;
	for (unsigned turn = 0; turn < 200; turn++) {
		struct world w;

		world_init(&w, 1 + rng_below(&rng, 5));
		builder_fill(&w.guest, &rng, rng_below(&rng, 20));
		place_tables(&w);
		place_some_pages(&w, &rng);
		check_world(&w, &rng, 0, UINT64_MAX);
		for (unsigned i = 0; i < 8 && w.guest.nr_made; i++) {
			const struct mapping *m =
				&w.guest.made[rng_below(&rng, (unsigned)w.guest.nr_made)];
			uint64_t first = m->iova + (rng_next(&rng) & ((1ULL << m->lg2) - 1));

			check_world(&w, &rng, first, first + (rng_next(&rng) & 0xffffff));
		}
		world_release(&w);
	}
}

/* Pages count once, whatever the stage that is coarser. */
static void test_pages_are_counted(void **state)
{
	struct rng rng = { 43 };
	struct world w;
	uint64_t nr[64] = { 0 };

	(void)state;
	world_init(&w, 4);
	assert_true(builder_map(&w.guest, 0x200000, 0x40000000, 21, true, true));
	assert_true(builder_map(&w.guest, 0x400000, 0x80000000, 12, true, true));
	place_tables(&w);
	for (unsigned i = 0; i < 512; i++) /* all of the 2M, in 4K */
		assert_true(builder_map(&w.host, 0x40000000 + i * 0x1000ULL, 0x100000000 + i * 0x3000ULL,
					12, true, true));
	assert_true(builder_map(&w.host, 0x80000000, 0x200000000, 16, true, true)); /* 64K */
	check_world(&w, &rng, 0, UINT64_MAX);
	for (size_t i = 0; i < seen.nr_pieces; i++)
		nr[seen.piece[i].page_lg2] += seen.piece[i].nr_pages;
	assert_int_equal(nr[12], 513);
	scan(&w, 0x200800, 0x2017ff); /* the halves of two pages */
	assert_int_equal(seen.nr_pieces, 2);
	assert_int_equal(seen.piece[0].nr_pages + seen.piece[1].nr_pages, 2);
	world_release(&w);
}

/* A host's table that is not whole is said with the IOVA that it costs. */
static void test_damaged_host(void **state)
{
	struct world w;
	uint64_t table;

	(void)state;
	world_init(&w, 4);
	assert_true(builder_map(&w.guest, 0x200000, 0x40000000, 21, true, true));
	place_tables(&w);
	assert_true(builder_map(&w.host, 0x40000000, 0x5000, 12, true, true));
	table = builder_table(&w.host, 0x40000000, 1);
	pages_fail(w.host.pages, table, STATUS_NOT_IN_DUMP);
	scan(&w, 0, UINT64_MAX);
	assert_int_equal(seen.nr_damage, 1);
	assert_int_equal(seen.nr_by_host, 1);
	assert_int_equal(seen.nr_pieces + seen.nr_gaps, 0);
	assert_int_equal(seen.damage[0].kind, PT_DAMAGE_UNREADABLE);
	assert_true(seen.damage[0].first.v == 0x200000 && seen.damage[0].last.v == 0x3fffff);
	assert_int_equal(seen.host.tables_missing, 1);
	world_release(&w);
}

/* A guest's table that the host does not map, does not let be read, or whose frame is gone. */
static void test_tables_out_of_reach(void **state)
{
	static const struct {
		bool mapped, readable, saved;
		enum status status;
	} cases[] = {
		{ true, true, true, STATUS_OK },
		{ false, true, true, STATUS_UNMAPPED },
		{ true, false, true, STATUS_UNMAPPED },
		{ true, true, false, STATUS_NOT_IN_DUMP },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world w;
		uint64_t root, pa, word;

		world_init(&w, 3);
		root = w.guest.root.table.v;
		pa = pages_add(w.host.pages);
		if (cases[i].mapped)
			assert_true(builder_map(&w.host, root, pa, 12, cases[i].readable, true));
		if (!cases[i].saved)
			pages_fail(w.host.pages, pa, STATUS_NOT_IN_DUMP);
		assert_int_equal(target_read_pa(&w.view.target, pa_of(root), &word, 8),
				 cases[i].status);
		scan(&w, 0, UINT64_MAX);
		assert_int_equal(seen.nr_damage, cases[i].status != STATUS_OK);
		if (seen.nr_damage)
			assert_int_equal(seen.damage[0].status, cases[i].status);
		assert_int_equal(seen.nr_by_host, 0);
		world_release(&w);
	}
}

/* A read that crosses pages of the guest gets each from its own frame. */
static void test_read_across_pages(void **state)
{
	uint64_t first, second, words[2];
	struct world w;

	(void)state;
	world_init(&w, 1);
	first = pages_add(w.host.pages);
	second = pages_add(w.host.pages);
	assert_true(builder_map(&w.host, 0x7000, first, 12, true, false));
	assert_true(builder_map(&w.host, 0x8000, second, 12, true, false));
	pages_words(w.host.pages, first)[511] = 0x1111;
	pages_words(w.host.pages, second)[0] = 0x2222;
	assert_int_equal(target_read_pa(&w.view.target, pa_of(0x7ff8), words, 16), STATUS_OK);
	assert_true(words[0] == 0x1111 && words[1] == 0x2222);
	assert_int_equal(target_read_pa(&w.view.target, pa_of(0x8ff8), words, 16), STATUS_UNMAPPED);
	world_release(&w);
}

static void world_fill(struct world *w, uint64_t seed)
{
	struct rng rng = { seed };

	world_init(w, 4);
	builder_fill(&w->guest, &rng, 30);
	place_tables(w);
	place_some_pages(w, &rng);
}

static void test_visitor_stops(void **state)
{
	size_t all;
	struct world w;

	(void)state;
	world_fill(&w, 47);
	scan(&w, 0, UINT64_MAX);
	all = seen.nr_pieces + seen.nr_gaps;
	assert_true(all > 10);
	for (size_t stop = 1; stop <= all; stop++) {
		seen.stop_after = stop;
		scan(&w, 0, UINT64_MAX);
		assert_int_equal(seen.nr_pieces + seen.nr_gaps, stop);
		assert_int_equal(seen.status, STATUS_OK);
	}
	seen.stop_after = 0;
	world_release(&w);
}

static void test_interrupted(void **state)
{
	uint64_t reads;
	struct world w;

	(void)state;
	world_fill(&w, 53);
	w.host.pages->nr_reads = 0;
	scan(&w, 0, UINT64_MAX);
	reads = w.host.pages->nr_reads;
	for (uint64_t at = 1; at <= reads; at += 3) {
		w.host.pages->nr_reads = 0;
		w.host.pages->interrupt_at = at;
		scan(&w, 0, UINT64_MAX);
		assert_int_equal(seen.status, STATUS_INTERRUPTED);
	}
	world_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_worlds),
		cmocka_unit_test(test_pages_are_counted),
		cmocka_unit_test(test_damaged_host),
		cmocka_unit_test(test_tables_out_of_reach),
		cmocka_unit_test(test_read_across_pages),
		cmocka_unit_test(test_visitor_stops),
		cmocka_unit_test(test_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
