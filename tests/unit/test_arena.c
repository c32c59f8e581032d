// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The arena: memory is zeroed and aligned, and what a command took is given back at the next
 * reset.
 */
#include "unit.h"

#include <stdalign.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#include "iommu/arena.h"

static bool is_zero(const unsigned char *memory, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (memory[i])
			return false;
	}
	return true;
}

static void test_memory_is_aligned_and_zero(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		for (size_t size = 0; size < 3000; size += 7) {
			unsigned char *memory = arena_alloc(&arena, size);

			check((uintptr_t)memory % alignof(max_align_t) == 0, "size %zu", size);
			check(is_zero(memory, size), "round %u, size %zu", round, size);
			memset(memory, 0xff, size);
		}
		arena_reset(&arena);
	}
	arena_release(&arena);
}

static void test_memory_is_not_shared(void **state)
{
	struct arena arena = { 0 };
	unsigned char *memory[200];

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		memory[i] = arena_alloc(&arena, 1000 * (i + 1));
		memset(memory[i], (int)i, 1000 * (i + 1));
	}
	for (unsigned i = 0; i < 200; i++) {
		for (size_t at = 0; at < 1000 * (i + 1); at++)
			check(memory[i][at] == i, "allocation %u, byte %zu", i, at);
	}
	arena_release(&arena);
}

static void test_used_counts_since_the_reset(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	assert_int_equal(arena.used, 0);
	arena_alloc(&arena, 64);
	assert_int_equal(arena.used, 64);
	arena_alloc(&arena, 1);
	assert_in_range(arena.used, 65, 64 + alignof(max_align_t));
	arena_alloc(&arena, 1000000);
	assert_in_range(arena.used, 1000065, 1000100);
	arena_reset(&arena);
	assert_int_equal(arena.used, 0);
	assert_non_null(arena.blocks);
	arena_release(&arena);
	assert_null(arena.blocks);
	arena_release(&arena);
}

static void test_text(void **state)
{
	struct arena arena = { 0 };
	char original[] = "a name";
	char *copy = arena_strdup(&arena, original);
	char *text;

	(void)state;
	original[0] = 'x';
	assert_string_equal(copy, "a name");
	assert_string_equal(arena_printf(&arena, "%s %d", "level", 3), "level 3");
	assert_string_equal(arena_strdup(&arena, ""), "");
	text = arena_printf(&arena, "%0*d", 400000, 7);
	assert_int_equal(strlen(text), 400000);
	assert_int_equal(text[399999], '7');
	arena_release(&arena);
}

static void test_ptrs_keep_their_order(void **state)
{
	struct arena arena = { 0 };
	struct ptrs ptrs = { 0 };
	int items[5000];

	(void)state;
	for (size_t i = 0; i < 5000; i++)
		ptrs_push(&arena, &ptrs, &items[i]);
	assert_int_equal(ptrs.nr, 5000);
	for (size_t i = 0; i < 5000; i++)
		check(ptrs.at[i] == &items[i], "item %zu", i);
	arena_release(&arena);
}

/* A size out of a damaged dump must not wrap around to a small allocation. */
static void test_absurd_sizes_end_the_process(void **state)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 3, SIZE_MAX - 20, SIZE_MAX - 40,
					SIZE_MAX / 2 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		pid_t child = fork();
		int status;

		if (child == 0) {
			struct arena arena = { 0 };

			if (!freopen("/dev/null", "w", stderr))
				_exit(2);
			signal(SIGABRT, SIG_DFL);
			arena_alloc(&arena, sizes[i]);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		check(!WIFEXITED(status) || WEXITSTATUS(status) != 0, "%zx bytes were given out",
		      sizes[i]);
	}
}

#if defined(__SANITIZE_ADDRESS__)
/* Under the sanitizer: what lies behind a piece, and what a reset has taken back, is nobody's. */
static void test_the_sanitizer_sees_the_ends(void **state)
{
	struct arena arena = { 0 };
	char *first = arena_alloc(&arena, 5), *second = arena_alloc(&arena, 64);

	(void)state;
	assert_false(__asan_address_is_poisoned(first) || __asan_address_is_poisoned(first + 4));
	assert_true(__asan_address_is_poisoned(first + 5));
	assert_false(__asan_address_is_poisoned(second) || __asan_address_is_poisoned(second + 63));
	assert_true(__asan_address_is_poisoned(second + 64));
	arena_reset(&arena);
	assert_true(__asan_address_is_poisoned(first) && __asan_address_is_poisoned(second + 63));
	assert_ptr_equal(arena_alloc(&arena, 16), first);
	assert_false(__asan_address_is_poisoned(first + 15));
	arena_release(&arena);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_aligned_and_zero),
		cmocka_unit_test(test_memory_is_not_shared),
		cmocka_unit_test(test_used_counts_since_the_reset),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_ptrs_keep_their_order),
		cmocka_unit_test(test_absurd_sizes_end_the_process),
#if defined(__SANITIZE_ADDRESS__)
		cmocka_unit_test(test_the_sanitizer_sees_the_ends),
#endif
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
