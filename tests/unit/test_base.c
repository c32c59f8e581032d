// SPDX-License-Identifier: GPL-2.0-or-later
/* Digits against printf()'s, the map against an array. */
#include "unit.h"

#include <inttypes.h>

#include "iommu/digits.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_map),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
