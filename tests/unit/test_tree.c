// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Xarrays (Linux lib/xarray.c) in a few nodes of 64 slots: entries come in ascending order with their indices, and
 * a node that has entries beyond the last index there can be is damage.
 */
#include "unit.h"

#include "iommu/bare_target.h"
#include "kernel/tree.h"

#define BASE	   0xffff888000000000ULL
#define NODE_WORDS 80u /* from one node to the next */
#define NR_NODES   4u
#define MAX_SEEN   16u

struct memory {
	struct target target;
	uint64_t word[NR_NODES * NODE_WORDS];
};

static enum status read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	struct memory *m = (struct memory *)target;

	if (at.v < BASE || at.v - BASE + len > sizeof(m->word))
		return STATUS_BAD_ADDRESS;
	memcpy(buf, (char *)m->word + (at.v - BASE), len);
	return STATUS_OK;
}

static enum status read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	(void)at;
	return bare_read_kva(target, kva_of(0), buf, len);
}

static enum status member(struct target *target, const char *type, const char *path, struct member *ret)
{
	(void)target;
	if (strcmp(type, "xa_node") != 0)
		return STATUS_MISSING;
	*ret = strcmp(path, "shift") == 0 ? (struct member){ .offset = 0, .size = 1 } :
					    (struct member){ .offset = 8, .size = 512 };
	return STATUS_OK;
}

static const struct target_ops ops = {
	.read_pa = read_pa,
	.read_kva = read_kva,
	.to_pa = bare_to_pa,
	.symbol = bare_symbol,
	.symbol_name = bare_symbol_name,
	.member = member,
	.type_size = bare_type_size,
	.enumerator = bare_enumerator,
	.interrupted = bare_no,
	.zeroes_missing = bare_no,
};

/* As it stands in a slot, or in xa_head. */
static uint64_t node_entry(unsigned nth)
{
	return BASE + 8ULL * nth * NODE_WORDS + 2;
}

static void put_node(struct memory *m, unsigned nth, uint64_t shift)
{
	m->word[nth * NODE_WORDS] = shift;
}

static void put_slot(struct memory *m, unsigned nth, unsigned slot, uint64_t entry)
{
	m->word[nth * NODE_WORDS + 1 + slot] = entry;
}

struct seen {
	uint64_t index[MAX_SEEN], entry[MAX_SEEN];
	unsigned nr;
};

static bool see(void *ctx, uint64_t index, uint64_t entry)
{
	struct seen *seen = ctx;

	assert_true(seen->nr < MAX_SEEN);
	seen->index[seen->nr] = index;
	seen->entry[seen->nr++] = entry;
	return true;
}

static struct failure walk(struct memory *m, struct seen *seen)
{
	struct layout layout = { 0 };
	struct kept kept = { 0 };
	struct budget budget = { 0 };
	struct arena arena = { 0 };
	struct kernel k;
	struct failure failure;

	m->target.ops = &ops;
	*seen = (struct seen){ 0 };
	kernel_init(&k, &m->target, &arena, &layout, &kept, &budget);
	failure = kernel_xarray(&k, node_entry(0), see, seen);
	layout_release(&layout);
	arena_release(&arena);
	return failure;
}

static void test_two_levels(void **state)
{
	struct memory m = { 0 };
	struct seen seen;

	(void)state;
	put_node(&m, 0, 6);
	put_slot(&m, 0, 0, node_entry(1));
	put_slot(&m, 0, 63, node_entry(2));
	put_node(&m, 1, 0);
	put_slot(&m, 1, 5, 0x1000);
	put_node(&m, 2, 0);
	put_slot(&m, 2, 0, 0x2000);
	put_slot(&m, 2, 63, 0x3000);
	assert_false(failed(walk(&m, &seen)));
	assert_int_equal(seen.nr, 3);
	assert_true(seen.index[0] == 5 && seen.entry[0] == 0x1000);
	assert_true(seen.index[1] == 63 * 64 && seen.entry[1] == 0x2000);
	assert_true(seen.index[2] == 64 * 64 - 1 && seen.entry[2] == 0x3000);
}

/* 64 slots of 2^60 indices each would be more than 64 bits: 16 of them can be in use. */
static void test_more_than_all_indices(void **state)
{
	struct memory m = { 0 };
	struct seen seen;
	struct failure failure;

	(void)state;
	put_node(&m, 0, 60);
	put_slot(&m, 0, 1, 0x1000);
	put_slot(&m, 0, 15, 0x2000);
	assert_false(failed(walk(&m, &seen)));
	assert_int_equal(seen.nr, 2);
	assert_true(seen.index[0] == 1ULL << 60 && seen.index[1] == 15ULL << 60);
	put_slot(&m, 0, 16, 0x3000);
	failure = walk(&m, &seen);
	assert_true(failure.status == STATUS_DAMAGED && failure.at == BASE);
	assert_int_equal(seen.nr, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_levels),
		cmocka_unit_test(test_more_than_all_indices),
	};

	return cmocka_run_group_tests_name("xarrays", tests, NULL, NULL);
}
