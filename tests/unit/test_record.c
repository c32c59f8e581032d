// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of fields: properties that every record has, and what the lint says of broken ones. */
#include "unit.h"

#include "every_record.h"
#include "format/amd/records.h"

#define MAX_WORDS 8

/* ---- every record that there is ---- */

static void test_every_record_passes_the_lint(void **state)
{
	struct arena arena = { 0 };
	unsigned nr = 0;

	(void)state;
	FOR_EACH_RECORD(record)
	{
		const char *wrong = record_lint(record, &arena);

		nr++;
		check(!wrong, "%s: %s", record->name, wrong);
		check(record->nr_bits % 32 == 0 && record->nr_bits <= 64 * MAX_WORDS, "%s", record->name);
		check(record->source, "%s names no specification", record->name);
	}
	assert_true(nr >= 4);
	arena_release(&arena);
}

/* The bits of a field, from its pieces, one by one. */
static void mark_bits(const struct field *field, uint64_t *words)
{
	for (unsigned p = 0; p < FIELD_MAX_PIECES; p++) {
		for (unsigned b = 0; b < field->pieces[p].width; b++) {
			unsigned bit = field->pieces[p].lo + b;

			words[bit / 64] |= 1ULL << bit % 64;
		}
	}
}

static uint64_t values_of(const struct field *field)
{
	uint64_t mask = 0;

	for (unsigned p = 0; p < FIELD_MAX_PIECES; p++) {
		for (unsigned b = 0; b < field->pieces[p].width; b++)
			mask |= 1ULL << (field->pieces[p].to + b);
	}
	return mask;
}

static void check_inverse(const struct record *record, const struct field *field, struct rng *rng)
{
	uint64_t words[MAX_WORDS], before[MAX_WORDS], own[MAX_WORDS] = { 0 };
	uint64_t value = rng_next(rng) & values_of(field);

	mark_bits(field, own);
	for (unsigned i = 0; i < MAX_WORDS; i++)
		words[i] = before[i] = rng_next(rng);
	field_set(field, value, words);
	check(field_get(field, words) == value, "%s.%s %llx", record->name, field->name,
	      (unsigned long long)value);
	for (unsigned i = 0; i < MAX_WORDS; i++)
		check(((words[i] ^ before[i]) & ~own[i]) == 0, "%s.%s touches other bits",
		      record->name, field->name);
}

static void test_get_and_set_are_inverse(void **state)
{
	struct rng rng = { 1 };

	(void)state;
	FOR_EACH_RECORD(record)
	{
		for (unsigned i = 0; i < record->nr_fields; i++) {
			for (unsigned turn = 0; turn < 200; turn++)
				check_inverse(record, &record->fields[i], &rng);
		}
	}
}

static void test_record_of_all_fields_is_the_words(void **state)
{
	struct rng rng = { 2 };

	(void)state;
	FOR_EACH_RECORD(record)
	{
		uint64_t words[MAX_WORDS], again[MAX_WORDS] = { 0 };

		for (unsigned i = 0; i < MAX_WORDS; i++)
			words[i] = rng_next(&rng);
		for (unsigned i = 0; i < record->nr_fields; i++)
			field_set(&record->fields[i], field_get(&record->fields[i], words), again);
		for (unsigned bit = 0; bit < record->nr_bits; bit++)
			check(!((words[bit / 64] ^ again[bit / 64]) >> bit % 64 & 1), "%s bit %u",
			      record->name, bit);
	}
}

static void test_reserved_bits_are_found(void **state)
{
	(void)state;
	FOR_EACH_RECORD(record)
	{
		uint64_t reserved[MAX_WORDS] = { 0 };

		for (unsigned i = 0; i < record->nr_fields; i++) {
			if (record->fields[i].kind == FIELD_RESERVED)
				mark_bits(&record->fields[i], reserved);
		}
		for (unsigned bit = 0; bit < record->nr_bits; bit++) {
			uint64_t words[MAX_WORDS] = { 0 };
			bool is = reserved[bit / 64] >> bit % 64 & 1;

			words[bit / 64] = 1ULL << bit % 64;
			check(record_next_reserved(record, words, 0) == (is ? (int)bit : -1), "%s bit %u",
			      record->name, bit);
			/* Only software can do wrong with them. */
			check(record_reserved_bit(record, words) ==
				      (is && !record->unnamed ? (int)bit : -1), "%s bit %u",
			      record->name, bit);
			check(record_next_reserved(record, words, (int)bit + 1) == -1, "%s bit %u",
			      record->name, bit);
		}
	}
}

static void test_fields_are_found_by_key(void **state)
{
	(void)state;
	FOR_EACH_RECORD(record)
	{
		for (unsigned i = 0; i < record->nr_fields; i++) {
			const struct field *field = &record->fields[i];

			if (field->key)
				check(record_field(record, field->key) == field, "%s.%s", record->name,
				      field->key);
		}
	}
	assert_null(record_field(&amd_dte_record, "no_such_field"));
}

/* ---- pieces ---- */

/* Linux drivers/iommu/amd/amd_iommu_types.h, DTE_GCR3_14_12, _30_15, _51_31: address bits 14:12
 * stand in bits 60:58 of word 0, 30:15 in 31:16 of word 1, 51:31 in 63:43 of word 1. */
static void test_gcr3_root_in_three_pieces(void **state)
{
	const struct field *gcr3 = record_field(&amd_dte_record, "gcr3_root");
	uint64_t address = 0x000a5c3e7912d000ULL, words[4] = { 0 };
	char buf[FIELD_BITS_MAX];

	(void)state;
	words[0] = (address >> 12 & 0x7) << 58;
	words[1] = (address >> 15 & 0xffff) << 16 | (address >> 31 & 0x1fffff) << 43;
	assert_true(field_get(gcr3, words) == address);
	assert_string_equal(field_bits(gcr3, buf), "60:58 95:80 127:107");
	assert_string_equal(field_bits(record_field(&amd_dte_record, "v"), buf), "0");
}

static void test_piece_across_words(void **state)
{
	static const struct field field = { "F", "f", FIELD_NUMBER, BITS_AT(70, 60), .help = "" };
	uint64_t words[2] = { 0xa000000000000000ULL, 0x0000000000000055ULL };

	(void)state;
	assert_int_equal(field_get(&field, words), 0x55a);
	field_set(&field, 0x2a5, words);
	assert_true(words[0] == 0x5000000000000000ULL && words[1] == 0x2a);
}

static void test_whole_word(void **state)
{
	static const struct field field = { "F", "f", FIELD_NUMBER, BITS_AT(63, 0), .help = "" };
	uint64_t word = 0xfedcba9876543210ULL;

	(void)state;
	assert_true(field_get(&field, &word) == 0xfedcba9876543210ULL);
	field_set(&field, 0x0123456789abcdefULL, &word);
	assert_true(word == 0x0123456789abcdefULL);
}

static void test_value_names(void **state)
{
	static const char *const names[] = { "zero", NULL, "two" };
	static const struct field field = { "F",	   "f",		 FIELD_NUMBER,
					    BITS_AT(1, 0), NAMES(names), .help = "" };

	(void)state;
	assert_string_equal(field_value_name(&field, 0), "zero");
	assert_null(field_value_name(&field, 1));
	assert_string_equal(field_value_name(&field, 2), "two");
	assert_null(field_value_name(&field, 3));
	assert_null(field_value_name(&field, UINT64_MAX));
}

/* A value goes with a flag, that flag with another; an encryption bit stands in physical addresses alone. */
static void test_what_a_value_says(void **state)
{
	static const char *const names[] = { "none", "one" };
	static const struct field fields[] = {
		{ "V", "v", FIELD_FLAG, BIT_AT(0), .help = "valid" },
		{ "GV", "gv", FIELD_FLAG, BIT_AT(1), .help = "guest", .when = "v" },
		{ "GLX", "glx", FIELD_NUMBER, BITS_AT(3, 2), NAMES(names), .help = "levels", .when = "gv" },
		RESERVED_BITS(11, 4),
		{ "Root", "root", FIELD_ADDRESS, { PIECE(31, 12, 12) }, .help = "table", .physical = true },
		{ "IOVA", "iova", FIELD_ADDRESS, { PIECE(63, 32, 0) }, .help = "asked for" },
	};
	static const struct record record = { .name = "R", .nr_bits = 64, FIELDS(fields) };
	struct arena arena = { 0 };
	char buf[FIELD_MEANING_MAX];
	uint64_t word = 0x7 | 0x80012000 | 1ULL << 63, plain;

	(void)state;
	assert_null(record_lint(&record, &arena));
	assert_string_equal(field_meaning(&record, &fields[2], &word, 0, buf), "levels: one");
	word &= ~1ULL;
	assert_string_equal(field_meaning(&record, &fields[2], &word, 0, buf),
			    "levels: not used while V is 0");
	assert_null(field_name_of_value(&record, &fields[2], &word));
	word = (word | 1) & ~2ULL;
	assert_string_equal(field_meaning(&record, &fields[2], &word, 0, buf),
			    "levels: not used while GV is 0");
	assert_string_equal(field_meaning(&record, &fields[4], &word, 1U << 31, buf),
			    "table; encrypted (bit 31)");
	assert_string_equal(field_meaning(&record, &fields[4], &word, 1U << 30, buf), "table");
	assert_true(field_value(&fields[4], &word, 1U << 31) == 0x12000);
	assert_true(field_value(&fields[5], &word, 1U << 31) == 1U << 31);
	record_without_encryption(&record, &word, 1U << 31, &plain);
	assert_true(plain == (word & ~(1ULL << 31)));
	arena_release(&arena);
}

/* ---- what the lint must catch, each in a record that is otherwise whole ---- */

#define LOW_HALF                                                                                   \
	{                                                                                          \
		"Low", "low", FIELD_NUMBER, BITS_AT(31, 0), .help = "help"                         \
	}
#define HIGH_HALF                                                                                  \
	{                                                                                          \
		"High", "high", FIELD_NUMBER, BITS_AT(63, 32), .help = "help"                      \
	}

static void assert_lint(const struct field *fields, unsigned nr, const char *expected)
{
	struct record record = { .name = "Test", .source = "none", .nr_bits = 64, .nr_fields = (uint16_t)nr,
				 .fields = fields };
	struct arena arena = { 0 };
	const char *wrong = record_lint(&record, &arena);

	if (!expected)
		check(!wrong, "the lint says: %s", wrong);
	else
		check(wrong && strstr(wrong, expected), "expected '%s', the lint says: %s",
		      expected, wrong ? wrong : "nothing");
	arena_release(&arena);
}

#define ASSERT_LINT(expected, ...)                                                                 \
	do {                                                                                       \
		const struct field fields_[] = { __VA_ARGS__ };                                    \
		assert_lint(fields_, sizeof(fields_) / sizeof(fields_[0]), expected);              \
	} while (0)

static void test_lint_accepts_a_whole_record(void **state)
{
	(void)state;
	ASSERT_LINT(NULL, LOW_HALF, HIGH_HALF);
	ASSERT_LINT(NULL, RESERVED_BITS(31, 0), IGNORED_BITS(62, 32),
		    { "Top", "top", FIELD_FLAG, BIT_AT(63), .help = "help" });
}

static void test_lint_catches_bits(void **state)
{
	(void)state;
	ASSERT_LINT("bit 32 has no name", LOW_HALF,
		    { "High", "high", FIELD_NUMBER, BITS_AT(63, 33), .help = "help" });
	ASSERT_LINT("bit 63 has no name", LOW_HALF, RESERVED_BITS(62, 32));
	ASSERT_LINT("bit 31 is named twice", LOW_HALF, RESERVED_BITS(63, 31));
	ASSERT_LINT("bit 64 is outside", LOW_HALF, RESERVED_BITS(64, 32));
	ASSERT_LINT("does not fit 64 bits", LOW_HALF,
		    { "High", "high", FIELD_ADDRESS, { PIECE(63, 32, 33) }, .help = "help" });
}

static void test_lint_catches_keys(void **state)
{
	static const char *const bad[] = { "High",  "hiGh", "high-half", "_high",
					   "1high", "",	    "high half" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ASSERT_LINT("is not lower_snake", LOW_HALF,
			    { "High", bad[i], FIELD_NUMBER, BITS_AT(63, 32), .help = "help" });
	ASSERT_LINT("key 'low' twice", LOW_HALF,
		    { "High", "low", FIELD_NUMBER, BITS_AT(63, 32), .help = "help" });
}

static void test_lint_catches_what_is_not_said(void **state)
{
	(void)state;
	ASSERT_LINT("are required", LOW_HALF,
		    { NULL, "high", FIELD_NUMBER, BITS_AT(63, 32), .help = "help" });
	ASSERT_LINT("are required", LOW_HALF,
		    { "High", NULL, FIELD_NUMBER, BITS_AT(63, 32), .help = "help" });
	ASSERT_LINT("are required", LOW_HALF,
		    { "High", "high", FIELD_NUMBER, BITS_AT(63, 32), .help = NULL });
}

static void test_lint_catches_kinds(void **state)
{
	static const char *const names[] = { "a", "b", "c" };

	(void)state;
	ASSERT_LINT("a flag of 32 bits", LOW_HALF,
		    { "High", "high", FIELD_FLAG, BITS_AT(63, 32), .help = "help" });
	ASSERT_LINT("more value names than values", LOW_HALF, RESERVED_BITS(62, 32),
		    { "Top", "top", FIELD_NUMBER, BIT_AT(63), NAMES(names), .help = "help" });
}

static void test_lint_catches_conditions(void **state)
{
	(void)state;
	ASSERT_LINT("which is no flag before it", LOW_HALF,
		    { "High", "high", FIELD_NUMBER, BITS_AT(63, 32), .help = "help", .when = "low" });
	ASSERT_LINT("which is no flag before it", LOW_HALF, RESERVED_BITS(62, 32),
		    { "Top", "top", FIELD_FLAG, BIT_AT(63), .help = "help", .when = "top" });
	ASSERT_LINT("a physical address that is no address", LOW_HALF,
		    { "High", "high", FIELD_NUMBER, BITS_AT(63, 32), .help = "help", .physical = true });
}

/* Pieces that field_get() would lay over each other, or not look at. */
static void test_lint_catches_pieces(void **state)
{
	(void)state;
	ASSERT_LINT("overlap", LOW_HALF,
		    { "High",
		      "high",
		      FIELD_ADDRESS,
		      { PIECE(47, 32, 0), PIECE(63, 48, 15) },
		      .help = "help" });
	ASSERT_LINT("empty piece", LOW_HALF,
		    { "High", "high", FIELD_NUMBER, { { 0 }, PIECE(63, 32, 0) }, .help = "help" });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_record_passes_the_lint),
		cmocka_unit_test(test_get_and_set_are_inverse),
		cmocka_unit_test(test_record_of_all_fields_is_the_words),
		cmocka_unit_test(test_reserved_bits_are_found),
		cmocka_unit_test(test_fields_are_found_by_key),
		cmocka_unit_test(test_gcr3_root_in_three_pieces),
		cmocka_unit_test(test_piece_across_words),
		cmocka_unit_test(test_whole_word),
		cmocka_unit_test(test_value_names),
		cmocka_unit_test(test_what_a_value_says),
		cmocka_unit_test(test_lint_catches_conditions),
		cmocka_unit_test(test_lint_accepts_a_whole_record),
		cmocka_unit_test(test_lint_catches_bits),
		cmocka_unit_test(test_lint_catches_keys),
		cmocka_unit_test(test_lint_catches_what_is_not_said),
		cmocka_unit_test(test_lint_catches_kinds),
		cmocka_unit_test(test_lint_catches_pieces),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
