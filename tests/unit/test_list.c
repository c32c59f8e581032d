// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists with damage of every kind: nothing is given that is not on the list, one wrong word costs no node and
 * is named, and no walk is longer than it may be.
 */
#include "unit.h"

#include "iommu/bare_target.h"
#include "iommu/budget.h"
#include "iommu/list.h"

#define NR_WORDS  4096u /* of memory, from BASE on: in pages of 512 */
#define BASE	  0xffff888000000000ULL
#define MAX_NODES 40u
#define PER_PAGE  512u

struct memory {
	struct target target;
	uint64_t word[NR_WORDS];
	bool hidden[NR_WORDS / PER_PAGE];
	unsigned long nr_polls, interrupt_after, nr_reads;
};

static enum status read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	struct memory *m = (struct memory *)target;
	uint64_t first = (at.v - BASE) / 8, last = (at.v + len - 1 - BASE) / 8;

	m->nr_reads++;
	if (at.v < BASE || at.v % 8 || last >= NR_WORDS)
		return STATUS_BAD_ADDRESS;
	if (m->hidden[first / PER_PAGE] || m->hidden[last / PER_PAGE])
		return STATUS_NOT_IN_DUMP;
	memcpy(buf, &m->word[first], len);
	return STATUS_OK;
}

static enum status read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	return read_kva(target, kva_of(at.v), buf, len);
}

static bool interrupted(struct target *target)
{
	struct memory *m = (struct memory *)target;

	return ++m->nr_polls > m->interrupt_after && m->interrupt_after;
}

static const struct target_ops ops = {
	.read_pa = read_pa,
	.read_kva = read_kva,
	BARE_NO_KERNEL,
	.interrupted = interrupted,
	.zeroes_missing = bare_no,
};

/* A list whose head is node[0], at places in no order, some of them in one page, and another beside it. */
struct list {
	struct memory m;
	uint64_t node[MAX_NODES + 1];
	unsigned nr;
	uint64_t other_head;
};

static uint64_t *word_at(struct list *l, uint64_t at)
{
	return &l->m.word[(at - BASE) / 8];
}

static void link_nodes(struct list *l, const uint64_t *node, unsigned nr)
{
	for (unsigned i = 0; i <= nr; i++) {
		uint64_t next = node[(i + 1) % (nr + 1)];

		*word_at(l, node[i]) = next;
		*word_at(l, next + 8) = node[i];
	}
}

static void list_init(struct list *l, struct rng *rng, unsigned nr)
{
	unsigned stride = NR_WORDS / (MAX_NODES + 4), turn = rng_below(rng, MAX_NODES);
	uint64_t other[3];

	memset(l, 0, sizeof(*l));
	l->m.target.ops = &ops;
	l->nr = nr;
	/* what is no node points to none, or luck would make it one */
	for (unsigned i = 0; i < NR_WORDS; i++) {
		unsigned to = rng_below(rng, NR_WORDS - 1);

		l->m.word[i] = rng_below(rng, 2) ? rng_next(rng) : BASE + 8ULL * (to + (to % stride == 0));
	}
	for (unsigned i = 0; i <= nr; i++)
		l->node[i] = BASE + 8ULL * stride * ((i * 7 + turn) % (MAX_NODES + 1));
	for (unsigned i = 0; i < 3; i++)
		other[i] = BASE + 8ULL * stride * (MAX_NODES + 1 + i);
	l->other_head = other[0];
	link_nodes(l, l->node, nr);
	link_nodes(l, other, 2);
}

static unsigned place_of(const struct list *l, uint64_t node)
{
	for (unsigned i = 1; i <= l->nr; i++) {
		if (l->node[i] == node)
			return i;
	}
	return 0;
}

/* What a walk gave, and whether that was a node of the list, once. */
struct given {
	struct failure failure;
	unsigned nr, nr_strangers, nr_twice;
	bool in_order;
};

static struct given walk(struct list *l, enum list_kind kind, uint64_t max)
{
	struct list_walk w = list_walk_of(&l->m.target, kind, kva_of(l->node[0]), max);
	struct given given = { .in_order = true };
	bool seen[MAX_NODES + 1] = { false };
	unsigned before = 0;
	struct kva node;

	while (list_walk_next(&w, &node)) {
		unsigned place = place_of(l, node.v);

		check(given.nr++ <= 2 * max, "%u nodes given", given.nr);
		given.nr_strangers += !place;
		given.nr_twice += seen[place];
		seen[place] = true;
		/* forwards each is behind the one before, backwards before it */
		if (before)
			given.in_order &= w.backwards ? place < before || place_of(l, w.last_forward.v) == before :
							place == before + 1;
		before = place;
	}
	given.failure = w.failure;
	check(!list_walk_next(&w, &node), "it goes on after its end");
	return given;
}

static void test_whole_lists(void **state)
{
	struct rng rng = { 5 };
	struct list l;

	(void)state;
	for (unsigned nr = 0; nr <= MAX_NODES; nr++) {
		struct given given;

		list_init(&l, &rng, nr);
		given = walk(&l, LIST_HEAD, MAX_NODES);
		assert_false(failed(given.failure));
		assert_int_equal(given.nr, nr);
		assert_int_equal(given.nr_strangers + given.nr_twice, 0);
		assert_true(given.in_order);
	}
}

static uint64_t any_value(const struct list *l, struct rng *rng, uint64_t right)
{
	switch (rng_below(rng, 7)) {
	case 0:
		return right ^ 1ULL << rng_below(rng, 64);
	case 1:
		return 0;
	case 2:
		return l->other_head;
	case 3:
		return rng_next(rng);
	case 4:
		return BASE + 8ULL * rng_below(rng, NR_WORDS);
	default:
		return l->node[rng_below(rng, l->nr + 1)];
	}
}

/* Not a word beside a node's first: as a list_head that would have a word of the node as its own. */
static uint64_t wild_value(const struct list *l, struct rng *rng, uint64_t right)
{
	for (;;) {
		uint64_t value = any_value(l, rng, right);

		if (!place_of(l, value - 8) && !place_of(l, value + 8) && value - 8 != l->node[0] &&
		    value + 8 != l->node[0])
			return value;
	}
}

/* Whichever word it is, and whatever is in it: every node is given, and the word is named. */
static void test_one_wrong_word(void **state)
{
	struct rng rng = { 7 };
	unsigned nr_checked = 0;
	struct list l;

	(void)state;
	for (unsigned turn = 0; turn < 20000; turn++) {
		uint64_t at, right, wrong;
		struct given given;

		list_init(&l, &rng, 1 + rng_below(&rng, MAX_NODES));
		at = l.node[rng_below(&rng, l.nr + 1)] + 8 * rng_below(&rng, 2);
		right = *word_at(&l, at);
		wrong = wild_value(&l, &rng, right);
		if (wrong == right)
			continue;
		*word_at(&l, at) = wrong;
		given = walk(&l, LIST_HEAD, MAX_NODES);
		check(given.nr == l.nr && !given.nr_strangers && !given.nr_twice,
		      "turn %u: %u of %u nodes, %u strangers; word %llx is %llx instead of %llx", turn, given.nr,
		      l.nr, given.nr_strangers, (unsigned long long)at, (unsigned long long)wrong,
		      (unsigned long long)right);
		check(given.failure.status == STATUS_DAMAGED && given.failure.at == at,
		      "turn %u: status %d at %llx, not %llx", turn, given.failure.status,
		      (unsigned long long)given.failure.at, (unsigned long long)at);
		check(given.in_order, "turn %u", turn);
		nr_checked++;
	}
	assert_true(nr_checked > 15000);
}

/* Many: whatever is given is of the list, and given once. Two wrong words may agree with each other, and cut the
 * list short. */
static void test_many_wrong_words(void **state)
{
	struct rng rng = { 11 };
	unsigned nr_silent = 0;
	struct list l;

	(void)state;
	for (unsigned turn = 0; turn < 20000; turn++) {
		unsigned nr_wrong = 0;
		struct given given;

		list_init(&l, &rng, 1 + rng_below(&rng, MAX_NODES));
		for (unsigned i = 0; i < 4; i++) {
			uint64_t at = l.node[rng_below(&rng, l.nr + 1)] + 8 * rng_below(&rng, 2);
			uint64_t wrong = wild_value(&l, &rng, *word_at(&l, at));

			nr_wrong += wrong != *word_at(&l, at);
			*word_at(&l, at) = wrong;
		}
		given = walk(&l, LIST_HEAD, MAX_NODES);
		check(!given.nr_strangers && !given.nr_twice, "turn %u: %u strangers, %u twice", turn,
		      given.nr_strangers, given.nr_twice);
		check(nr_wrong || !failed(given.failure), "turn %u", turn);
		nr_silent += nr_wrong && !failed(given.failure);
	}
	check(nr_silent < 20, "%u", nr_silent);
}

static bool is_in_page(uint64_t node, unsigned page)
{
	uint64_t first = (node - BASE) / 8;

	return first / PER_PAGE == page || (first + 1) / PER_PAGE == page;
}

/* A page that is not in the dump: the nodes in it whose neighbours are known are given, and all others. */
static void test_a_missing_page(void **state)
{
	struct rng rng = { 13 };
	struct list l;

	(void)state;
	for (unsigned turn = 0; turn < 4000; turn++) {
		unsigned page = rng_below(&rng, NR_WORDS / PER_PAGE), nr_hidden = 0;
		struct given given;

		list_init(&l, &rng, 1 + rng_below(&rng, MAX_NODES));
		l.m.hidden[page] = true;
		for (unsigned i = 1; i <= l.nr; i++)
			nr_hidden += is_in_page(l.node[i], page);
		given = walk(&l, LIST_HEAD, MAX_NODES);
		check(!given.nr_strangers && !given.nr_twice, "turn %u", turn);
		if (is_in_page(l.node[0], page)) {
			assert_int_equal(given.failure.status, STATUS_NOT_IN_DUMP);
			assert_int_equal(given.failure.at, l.node[0]);
			continue;
		}
		check(given.nr == l.nr || nr_hidden > 1, "turn %u: %u of %u", turn, given.nr, l.nr);
		check((given.failure.status == STATUS_NOT_IN_DUMP) == (nr_hidden > 0), "turn %u", turn);
	}
}

/* Of things that prove themselves those are given too that do not point back; and it ends. */
static void test_a_loose_list(void **state)
{
	struct rng rng = { 17 };
	struct list l;

	(void)state;
	for (unsigned turn = 0; turn < 4000; turn++) {
		unsigned nth;
		struct given given;

		list_init(&l, &rng, 1 + rng_below(&rng, MAX_NODES));
		nth = 1 + rng_below(&rng, l.nr);
		*word_at(&l, l.node[nth] + 8) = l.other_head;
		given = walk(&l, LIST_LOOSE, MAX_NODES);
		check(given.nr == l.nr && given.failure.status == STATUS_DAMAGED, "turn %u", turn);
		/* into another list, which never comes back */
		*word_at(&l, l.node[nth]) = l.other_head;
		given = walk(&l, LIST_LOOSE, 1000);
		check(given.failure.status == STATUS_DAMAGED && given.nr < 200, "turn %u", turn);
	}
}

static void test_llists(void **state)
{
	struct rng rng = { 19 };
	struct list l;

	(void)state;
	for (unsigned turn = 0; turn < 4000; turn++) {
		struct given given;

		list_init(&l, &rng, 1 + rng_below(&rng, MAX_NODES));
		*word_at(&l, l.node[l.nr]) = 0;
		given = walk(&l, LIST_LLIST, MAX_NODES);
		check(given.nr == l.nr && !failed(given.failure), "turn %u", turn);
		check(l.nr < 4 || failed(walk(&l, LIST_LLIST, l.nr / 4).failure), "turn %u", turn);
		/* its tail in its mouth */
		*word_at(&l, l.node[l.nr]) = l.node[1 + rng_below(&rng, l.nr)];
		given = walk(&l, LIST_LLIST, 100000);
		check(given.failure.status == STATUS_DAMAGED && given.nr < 4 * MAX_NODES, "turn %u: %u", turn,
		      given.nr);
	}
}

static void test_interrupted(void **state)
{
	struct rng rng = { 23 };
	struct list l;

	(void)state;
	for (unsigned after = 1; after < 20; after++) {
		struct given given;

		list_init(&l, &rng, 20);
		l.m.interrupt_after = after;
		given = walk(&l, LIST_HEAD, MAX_NODES);
		assert_int_equal(given.failure.status, STATUS_INTERRUPTED);
		assert_int_equal(given.nr, after);
	}
}

/* ---- trees ---- */

static void test_steps_through_a_tree(void **state)
{
	struct list l = { .m.target.ops = &ops };
	struct arena arena = { 0 };
	struct steps steps = steps_through_tree(&l.m.target, &arena, 1000);
	struct failure failure;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		assert_false(failed(steps_take(&steps, 64 * i)));
	failure = steps_take(&steps, 64 * 1000);
	assert_int_equal(failure.status, STATUS_DAMAGED);
	assert_true(steps_have_to_end(&steps, failure));
	steps = steps_through_tree(&l.m.target, &arena, 1000);
	assert_false(failed(steps_take(&steps, 64)));
	assert_false(failed(steps_take(&steps, 128)));
	failure = steps_take(&steps, 64);
	assert_int_equal(failure.status, STATUS_DAMAGED);
	assert_int_equal(failure.at, 64);
	assert_false(steps_have_to_end(&steps, failure));
	l.m.interrupt_after = 1;
	failure = steps_take(&steps, 192);
	assert_int_equal(failure.status, STATUS_INTERRUPTED);
	assert_true(steps_have_to_end(&steps, failure));
	arena_release(&arena);
}

/* ---- the budget ---- */

static void test_reads_end_with_the_budget(void **state)
{
	struct list l = { .m.target.ops = &ops };
	struct arena arena = { 0 };
	struct budget budget = { .max_object_reads = 10, .max_table_reads = 3 };
	struct target *target = target_cached(&arena, &l.m.target, &budget);
	unsigned char page[4096];
	uint64_t word;

	(void)state;
	for (unsigned i = 0; i < 10; i++) /* what is remembered counts too: it is a loop */
		assert_int_equal(target_read_kva(target, kva_of(BASE), &word, 8), STATUS_OK);
	assert_false(target_interrupted(target));
	assert_int_equal(target_read_kva(target, kva_of(BASE), &word, 8), STATUS_INTERRUPTED);
	assert_true(target_interrupted(target));
	assert_int_equal(target_read_pa(target, pa_of(BASE), &word, 8), STATUS_INTERRUPTED);

	/* tables are counted apart, by pages */
	budget = (struct budget){ .max_object_reads = 10, .max_table_reads = 3 };
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(target_read_pa(target, pa_of(BASE), page, 4096), STATUS_OK);
	assert_int_equal(target_read_pa(target, pa_of(BASE), page, 4096), STATUS_INTERRUPTED);
	assert_int_equal(budget.last_read, BASE);

	/* and memory by what is in either arena */
	budget = (struct budget){ .max_bytes = arena.used + 1000, .of_command = &arena };
	assert_false(target_interrupted(target));
	arena_alloc(&arena, 2000);
	assert_true(target_interrupted(target));
	assert_int_equal(target_read_kva(target, kva_of(BASE), &word, 8), STATUS_INTERRUPTED);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_lists),
		cmocka_unit_test(test_one_wrong_word),
		cmocka_unit_test(test_many_wrong_words),
		cmocka_unit_test(test_a_missing_page),
		cmocka_unit_test(test_a_loose_list),
		cmocka_unit_test(test_llists),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_steps_through_a_tree),
		cmocka_unit_test(test_reads_end_with_the_budget),
	};

	return cmocka_run_group_tests_name("lists, steps and the budget", tests, NULL, NULL);
}
