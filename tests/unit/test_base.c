// SPDX-License-Identifier: GPL-2.0-or-later
/* Digits against printf()'s, the map against an array. */
#include "unit.h"

#include <inttypes.h>

#include "iommu/bare_target.h"
#include "iommu/digits.h"
#include "iommu/target.h"
#include "iommu/u64map.h"

static void check_digits(uint64_t value)
{
	char expected[32], buf[DIGITS_MAX];
	size_t len;

	len = digits_hex(buf, value);
	snprintf(expected, sizeof(expected), "%" PRIx64, value);
	check(len == strlen(expected) && !memcmp(buf, expected, len), "hex %s", expected);
	len = digits_decimal(buf, value);
	snprintf(expected, sizeof(expected), "%" PRIu64, value);
	check(len == strlen(expected) && !memcmp(buf, expected, len), "decimal %s", expected);
}

static void test_digits(void **state)
{
	struct rng rng = { 1 };

	(void)state;
	check_digits(0);
	for (unsigned lg2 = 0; lg2 < 64; lg2++) {
		check_digits(1ULL << lg2);
		check_digits((1ULL << lg2) - 1);
		check_digits(UINT64_MAX >> lg2);
	}
	for (unsigned i = 0; i < 100000; i++)
		check_digits(rng_next(&rng) >> (i % 64));
}

static void test_map(void **state)
{
	enum { NR = 20000 };
	struct arena arena = { 0 };
	struct u64map map = { 0 };
	static int value[NR];

	(void)state;
	assert_null(u64map_get(&map, 0));
	for (uint64_t i = 0; i < NR; i++) {
		/* 0, and addresses as the kernel's allocator hands them out */
		u64map_add(&arena, &map, i * 0x400, &value[i]);
		assert_null(u64map_get(&map, (i + 1) * 0x400));
	}
	for (uint64_t i = 0; i < NR; i++) {
		check(u64map_get(&map, i * 0x400) == &value[i], "key %" PRIu64, i);
		assert_null(u64map_get(&map, i * 0x400 + 1));
	}
	arena_release(&arena);
}

/* ---- the cache of pages ---- */

/* Every byte of it is the number of its page, or of the read when it changes. */
struct counting_target {
	struct target target;
	unsigned nr_reads;
	bool changes; /* a live system */
	enum status status;
	uint64_t end; /* memory ends here */
};

static enum status count_read(struct target *target, struct pa at, void *buf, size_t len)
{
	struct counting_target *c = (struct counting_target *)target;

	c->nr_reads++;
	if (c->status != STATUS_OK)
		return c->status;
	if (c->end && at.v + len > c->end)
		return STATUS_BAD_ADDRESS;
	memset(buf, (int)(c->changes ? c->nr_reads : at.v / 4096), len);
	return STATUS_OK;
}

static enum status count_read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	return count_read(target, pa_of(at.v ^ 0x5a000), buf, len);
}

static const struct target_ops counting_ops = {
	.read_pa = count_read,
	.read_kva = count_read_kva,
	BARE_NO_KERNEL,
	.interrupted = bare_no,
	.zeroes_missing = bare_no,
};

static void check_read(struct target *target, uint64_t at, size_t len)
{
	unsigned char buf[3 * 4096];

	assert_int_equal(target_read_pa(target, pa_of(at), buf, len), STATUS_OK);
	check(buf[0] == (unsigned char)(at / 4096), "pa %" PRIx64, at);
	assert_int_equal(target_read_kva(target, kva_of(at), buf, len), STATUS_OK);
	check(buf[0] == (unsigned char)((at ^ 0x5a000) / 4096), "kva %" PRIx64, at);
}

static void test_cache_answers_as_memory_does(void **state)
{
	struct counting_target below = { .target = { &counting_ops } };
	struct arena arena = { 0 };
	struct target *cached = target_cached(&arena, &below.target, NULL);
	struct rng rng = { 3 };

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		uint64_t at = rng_below(&rng, 2000) * 4096ULL + rng_below(&rng, 512) * 8;

		check_read(cached, at, rng_below(&rng, 4) ? 8 : 4096 * (1 + rng_below(&rng, 2)));
	}
	/* 1 MiB of pages, and what manages them */
	check(arena.used < (1 << 20) + (1 << 15), "%zu bytes", arena.used);
	arena_release(&arena);
}

static void test_cache_reads_a_page_once(void **state)
{
	struct counting_target below = { .target = { &counting_ops } };
	struct arena arena = { 0 };
	struct target *cached = target_cached(&arena, &below.target, NULL);
	unsigned char buf[4096];

	(void)state;
	for (uint64_t at = 0; at < 4096; at += 8)
		target_read_pa(cached, pa_of(0x7000 + at), buf, 8);
	assert_int_equal(below.nr_reads, 1);
	target_read_pa(cached, pa_of(0x7000), buf, 4096);
	assert_int_equal(below.nr_reads, 1);
	/* whole pages that nobody read in part are not kept */
	for (unsigned i = 0; i < 5; i++)
		target_read_pa(cached, pa_of(0x9000), buf, 4096);
	assert_int_equal(below.nr_reads, 6);
	arena_release(&arena);
}

static void test_cache_keeps_no_failure(void **state)
{
	struct counting_target below = { .target = { &counting_ops }, .end = 0x7100 };
	struct arena arena = { 0 };
	struct target *cached = target_cached(&arena, &below.target, NULL);
	unsigned char buf[8];

	(void)state;
	/* memory may end within a page */
	assert_int_equal(target_read_pa(cached, pa_of(0x70f8), buf, 8), STATUS_OK);
	assert_int_equal(target_read_pa(cached, pa_of(0x7100), buf, 8), STATUS_BAD_ADDRESS);
	below.status = STATUS_NOT_IN_DUMP;
	assert_int_equal(target_read_pa(cached, pa_of(0x3000), buf, 8), STATUS_NOT_IN_DUMP);
	below.status = STATUS_INTERRUPTED;
	assert_int_equal(target_read_pa(cached, pa_of(0x3000), buf, 8), STATUS_INTERRUPTED);
	below.status = STATUS_OK;
	assert_int_equal(target_read_pa(cached, pa_of(0x3000), buf, 8), STATUS_OK);
	assert_int_equal(buf[0], 3);
	arena_release(&arena);
}

/* ---- symbols ---- */

struct named_target {
	struct target target;
	unsigned nr_asked;
	enum status status;
};

/* There are those with two letters, at addresses of their own; of each there is a second one. */
static enum status find_symbol(struct target *target, const char *name, unsigned nth, struct kva *ret)
{
	struct named_target *n = (struct named_target *)target;

	n->nr_asked++;
	if (n->status != STATUS_OK)
		return n->status;
	if (strlen(name) != 2 || nth > 1)
		return STATUS_MISSING;
	*ret = kva_of((uint64_t)name[0] << 16 | (uint64_t)name[1] << 8 | nth);
	return STATUS_OK;
}

static void test_cache_asks_for_a_symbol_once(void **state)
{
	struct target_ops ops = counting_ops;
	struct named_target below = { .target = { &ops } };
	struct arena arena = { 0 };
	struct target *cached;
	struct kva at = { 0 };
	char name[3] = { 0 }; /* its letters change: what is remembered is not where they stood */

	(void)state;
	ops.symbol = find_symbol;
	cached = target_cached(&arena, &below.target, NULL);
	for (unsigned turn = 0; turn < 3; turn++) {
		for (name[0] = 'a'; name[0] <= 'z'; name[0]++) {
			for (name[1] = 'a'; name[1] <= 'z'; name[1]++) {
				assert_int_equal(target_symbol(cached, name, &at), STATUS_OK);
				assert_int_equal(at.v, (uint64_t)name[0] << 16 | (uint64_t)name[1] << 8);
			}
		}
		assert_int_equal(target_symbol(cached, "none", &at), STATUS_MISSING);
		assert_int_equal(below.nr_asked, 26 * 26 + 1);
	}
	assert_int_equal(cached->ops->symbol(cached, "ab", 1, &at), STATUS_OK);
	assert_int_equal(at.v & 0xff, 1);
	assert_int_equal(cached->ops->symbol(cached, "ab", 2, &at), STATUS_MISSING);
	assert_int_equal(target_symbol(cached, "ab", &at), STATUS_OK);
	assert_int_equal(at.v & 0xff, 0);
	arena_release(&arena);
}

/* Two names of one hash (FNV-1a of 64 bits), and an answer that is none. */
static void test_cache_mistakes_no_symbol(void **state)
{
	static const char one[] = "8yn0iYCKYHlIj4-BwPqk", other[] = "GReLUrM4wMqfg9yzV3KQ";
	struct target_ops ops = counting_ops;
	struct named_target below = { .target = { &ops } };
	struct arena arena = { 0 };
	struct target *cached;
	struct kva at = { 0 };

	(void)state;
	ops.symbol = find_symbol;
	cached = target_cached(&arena, &below.target, NULL);
	for (unsigned turn = 0; turn < 3; turn++) {
		assert_int_equal(target_symbol(cached, one, &at), STATUS_MISSING);
		assert_int_equal(target_symbol(cached, other, &at), STATUS_MISSING);
		assert_int_equal(below.nr_asked, 2 + turn);
	}
	below.status = STATUS_INTERRUPTED;
	assert_int_equal(target_symbol(cached, "ab", &at), STATUS_INTERRUPTED);
	below.status = STATUS_OK;
	assert_int_equal(target_symbol(cached, "ab", &at), STATUS_OK);
	arena_release(&arena);
}

/* One for every command: what has changed by then is seen. */
static void test_next_cache_reads_anew(void **state)
{
	struct counting_target below = { .target = { &counting_ops }, .changes = true };
	struct arena arena = { 0 };
	unsigned char first, again, later;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct target *cached = target_cached(&arena, &below.target, NULL);

		target_read_pa(cached, pa_of(0x7000), i ? &later : &first, 1);
		target_read_pa(cached, pa_of(0x7000), i ? &later : &again, 1);
		arena_reset(&arena);
	}
	assert_int_equal(first, again);
	assert_int_not_equal(first, later);
	arena_release(&arena);
}

/* A walk through a tree keeps a map, and a large host has a small tree for each of its domains. */
static void test_map_of_one_is_small(void **state)
{
	struct arena arena = { 0 };
	struct u64map map = { 0 };

	(void)state;
	u64map_add(&arena, &map, 0x400, &map);
	assert_in_range(arena.used, 1, 128);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_map_of_one_is_small),
		cmocka_unit_test(test_cache_answers_as_memory_does),
		cmocka_unit_test(test_cache_reads_a_page_once),
		cmocka_unit_test(test_cache_keeps_no_failure),
		cmocka_unit_test(test_next_cache_reads_anew),
		cmocka_unit_test(test_cache_asks_for_a_symbol_once),
		cmocka_unit_test(test_cache_mistakes_no_symbol),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
