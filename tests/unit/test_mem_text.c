// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory as text: whatever bytes are known, in whatever pieces, the reader of the language (tests/mem)
 * finds these bytes there and no others. And what a recording says when it was too much.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "iommu/known_bytes.h"
#include "iommu/mem_text.h"
#include "iommu/recording.h"
#include "mem_files.h"
#include "mem_target.h"

#define BASE	 0xffff888100000000ULL
#define NR_PAGES 4u
#define BYTES	 (NR_PAGES * KNOWN_PAGE_BYTES)
#define ROUNDS	 300u

static uint64_t seed = 20261125;

/* xorshift64 */
static uint64_t next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static size_t below(size_t limit)
{
	return (size_t)(next_random() % limit);
}

static char folder[] = "/tmp/iommu-test-XXXXXX";

/* A name in a folder of its own. */
static const char *a_path(void)
{
	static char path[64];

	if (strcmp(folder + strlen(folder) - 6, "XXXXXX") == 0 && !mkdtemp(folder))
		fail_msg("no folder in /tmp");
	snprintf(path, sizeof(path), "%s/text.mem", folder);
	unlink(path);
	return path;
}

/* Fails when something was left in it. */
static void remove_folder(void)
{
	assert_int_equal(rmdir(folder), 0);
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

/* What memory looks like: noise, letters, words that repeat, entries of a table, zeros. */
static void fill_piece(unsigned char *at, size_t len)
{
	static const char letters[] = "add end fill x \"#_$*+-b:w:";
	uint64_t words[4] = { next_random(), 0, below(3), next_random() };
	uint64_t value = next_random(), step = below(3) ? 0x1000 : (uint64_t)0 - 8;
	size_t kind = below(6), period = 1 + below(4);

	for (size_t i = 0; i < len; i++) {
		if (kind == 0)
			at[i] = (unsigned char)next_random();
		else if (kind == 1)
			at[i] = (unsigned char)(below(12) ? letters[below(sizeof(letters) - 1)] : 0);
		else if (kind == 2)
			at[i] = (unsigned char)(words[i / 8 % period] >> i % 8 * 8);
		else if (kind == 3)
			at[i] = (unsigned char)((value + i / 8 * step) >> i % 8 * 8);
		else if (kind == 4)
			at[i] = (unsigned char)((i / 8 % 3 ? 0xaddULL : 5) >> i % 8 * 8);
		else
			at[i] = 0;
	}
}

struct memory {
	unsigned char bytes[BYTES];
	bool is_known[BYTES];
};

static void know(struct memory *m, struct known_bytes *known, size_t from, size_t len)
{
	known_bytes_put(known, BASE + from, m->bytes + from, len);
	memset(m->is_known + from, true, len);
}

static void know_pieces(struct memory *m, struct known_bytes *known)
{
	size_t nr = 1 + below(30);

	for (size_t from = 0; from < BYTES;) {
		size_t len = 1 + below(700);

		len = len > BYTES - from ? BYTES - from : len;
		fill_piece(m->bytes + from, len);
		from += len;
	}
	for (size_t i = 0; i < nr; i++) {
		size_t from = below(BYTES), len = below(4) ? 1 + below(40) : 1 + below(3000);

		if (below(2))
			from -= from % 8;
		know(m, known, from, len > BYTES - from ? BYTES - from : len);
	}
	if (below(2))
		know(m, known, KNOWN_PAGE_BYTES, KNOWN_PAGE_BYTES);
}

static struct mem_target *write_and_read(struct known_bytes *known)
{
	const char *path = a_path();
	struct mem_target *mem;
	struct new_file file;

	assert_int_equal(new_file_create(&file, path), 0);
	mem_text_write(&file, "kva", known);
	assert_int_equal(new_file_finish(&file), 0);
	mem = mem_target_open(path, NULL);
	unlink(path);
	return mem;
}

static void check_bytes(const struct memory *m, const struct mem_target *mem)
{
	for (size_t i = 0; i < BYTES; i++) {
		unsigned char byte = 0;
		bool known = store_knows(&mem->files->virtual, BASE + i, 1);

		if (known != m->is_known[i])
			fail_msg("byte %zx is%s in the text", i, known ? "" : " not");
		if (known)
			store_read(&mem->files->virtual, BASE + i, &byte, 1);
		if (known && byte != m->bytes[i])
			fail_msg("byte %zx is %02x, was %02x", i, byte, m->bytes[i]);
	}
}

static void test_round_trip(void **state)
{
	struct memory *m = malloc(sizeof(*m));

	(void)state;
	assert_non_null(m);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct arena arena = { 0 };
		struct known_bytes known;
		struct mem_target *mem;

		memset(m, 0, sizeof(*m));
		known_bytes_init(&known, &arena, NR_PAGES);
		know_pieces(m, &known);
		mem = write_and_read(&known);
		check_bytes(m, mem);
		mem_target_close(mem);
		arena_release(&arena);
	}
	free(m);
	remove_folder();
}

/* A table of equal entries is a line, not a megabyte. */
static void test_tables_are_short(void **state)
{
	struct arena arena = { 0 };
	struct known_bytes known;
	struct new_file file;
	uint64_t entries[512 * 64];

	(void)state;
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		entries[i] = i % 4 ? 0 : 3;
	known_bytes_init(&known, &arena, 64);
	known_bytes_put(&known, BASE, entries, sizeof(entries));
	assert_int_equal(new_file_create(&file, a_path()), 0);
	mem_text_write(&file, "pa", &known);
	assert_true(file.nr_bytes < 100);
	new_file_drop(&file);
	arena_release(&arena);
	remove_folder();
}

static void test_padding(void **state)
{
	static const char name[] = "name", late[] = "later";
	struct arena arena = { 0 };
	struct known_bytes known;
	unsigned char byte = 1;

	(void)state;
	known_bytes_init(&known, &arena, 2);
	known_bytes_put(&known, BASE, name, sizeof(name));
	known_bytes_put_padding(&known, BASE, 64);
	assert_int_equal(known_bytes_count(&known), sizeof(name));
	assert_true(known_bytes_get(&known, BASE, &byte) && byte == 'n');
	assert_true(known_bytes_get(&known, BASE + 63, &byte) && byte == 0);
	assert_false(known_bytes_get(&known, BASE + 64, &byte));
	/* what is read after all takes its place, and is no change */
	known_bytes_put(&known, BASE + 32, late, sizeof(late));
	assert_true(known_bytes_get(&known, BASE + 32, &byte) && byte == 'l');
	assert_int_equal(known.nr_changed, 0);
	known_bytes_put(&known, BASE, late, 1);
	assert_true(known_bytes_get(&known, BASE, &byte) && byte == 'n');
	assert_int_equal(known.nr_changed, 1);
	arena_release(&arena);
}

static void test_too_much(void **state)
{
	struct mem_target *mem =
		mem_target_open("tests/mem/debian-6.1-after.mem", "tests/mem/v6.1.sym");
	struct arena arena = { 0 };
	struct recording *recording = recording_new(&arena, &mem->target, 1, false);
	struct target *target = recording_target(recording);
	struct kva at;
	char byte;

	(void)state;
	assert_int_equal(target_symbol(target, "max_pfn", &at), STATUS_OK);
	assert_int_equal(target_read_kva(target, at, &byte, 1), STATUS_OK);
	assert_true(recording_is_whole(recording));
	assert_int_equal(target_symbol(target, "amd_iommu_list", &at), STATUS_OK);
	assert_int_equal(target_read_kva(target, at, &byte, 1), STATUS_OK);
	assert_false(recording_is_whole(recording));
	recording_release(recording);
	arena_release(&arena);
	mem_target_close(mem);
}

/* A second one of the name: whoever comes first has it. */
static void test_nothing_is_replaced(void **state)
{
	const char *path = a_path();
	struct new_file first, second;

	(void)state;
	assert_int_equal(new_file_create(&first, path), 0);
	assert_int_equal(new_file_create(&second, path), 0);
	assert_int_equal(access(path, F_OK), -1);
	new_file_write(&first, "1", 1);
	new_file_write(&second, "22", 2);
	assert_int_equal(new_file_finish(&first), 0);
	assert_int_equal(new_file_finish(&second), EEXIST);
	assert_int_equal(new_file_create(&second, path), EEXIST);
	new_file_drop(&second);
	unlink(path);
	remove_folder();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_tables_are_short),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_nothing_is_replaced),
	};

	return cmocka_run_group_tests_name("memory as text", tests, NULL, NULL);
}
