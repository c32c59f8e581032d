// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Second-stage entries of VT-d as units read them that differ in what they can. What every format must do is
 * tested with the others (test_pt_*.c); here are the words of this one.
 */
#include "unit.h"

#include "format/intel/pt.h"

#define R   1ULL
#define W   2ULL
#define X   4ULL
#define PS  0x80ULL
#define SNP 0x800ULL
#define TM  (1ULL << 62)

/* SSLPS is 37:34 of CAP; SC is bit 7 and DT bit 2 of ECAP. */
static struct intel_caps unit(unsigned sslps, bool sc, bool dt)
{
	return (struct intel_caps){ true, (uint64_t)sslps << 34, (uint64_t)sc << 7 | (uint64_t)dt << 2, 0 };
}

static struct pt_entry decode(const struct pt_format *format, uint64_t raw, unsigned level)
{
	struct pt_entry entry;

	memset(&entry, 0xaa, sizeof(entry));
	format->decode(format, raw, level, 0, &entry);
	return entry;
}

static const struct pt_format *any(void)
{
	return &vtdss_of_any.format;
}

static void test_pages(void **state)
{
	static const unsigned lg2[] = { 0, 12, 21, 30 };

	(void)state;
	for (unsigned level = 1; level <= 3; level++) {
		for (unsigned perm = 1; perm < 4; perm++) {
			uint64_t pa = 5ULL << lg2[level];
			struct pt_entry e = decode(any(), pa | perm | (level > 1 ? PS : 0), level);

			check(e.kind == PT_LEAF && e.size_lg2 == lg2[level] && e.address == pa,
			      "level %u", level);
			check(e.read == (perm & 1) && e.write == perm >> 1 && e.user, "level %u", level);
		}
	}
	/* PS means nothing in a 4K entry. */
	assert_int_equal(decode(any(), 0x5000 | PS | R, 1).kind, PT_LEAF);
}

static void test_tables(void **state)
{
	(void)state;
	for (unsigned level = 2; level <= 5; level++) {
		struct pt_entry e = decode(any(), 0x123456789000 | R | W, level);

		check(e.kind == PT_TABLE && e.next_level == level - 1 && e.address == 0x123456789000,
		      "level %u", level);
		e = decode(any(), 0x5000 | R, level);
		check(e.kind == PT_TABLE && e.read && !e.write, "level %u", level);
	}
}

/* Present is R or W: X alone is ignored, whatever else the entry has. */
static void test_empty(void **state)
{
	(void)state;
	for (unsigned level = 1; level <= 5; level++) {
		assert_int_equal(decode(any(), 0, level).kind, PT_EMPTY);
		assert_int_equal(decode(any(), ~(R | W), level).kind, PT_EMPTY);
		assert_int_equal(decode(any(), X | 0x5000, level).kind, PT_EMPTY);
	}
}

static void assert_reserved(struct pt_entry e, unsigned bit)
{
	check(e.kind == PT_BAD && e.fault == PT_FAULT_RESERVED_BIT && e.fault_bit == bit,
	      "bit %u: kind %d, fault %d, bit %u", bit, e.kind, e.fault, e.fault_bit);
}

/* PS is reserved where no page is so large, by the level or by the unit. */
static void test_large_pages_that_the_unit_knows(void **state)
{
	(void)state;
	for (unsigned sslps = 0; sslps < 4; sslps++) {
		struct intel_caps caps = unit(sslps, true, true);
		const struct pt_format *format = intel_second_stage(&caps);

		for (unsigned level = 2; level <= 3; level++) {
			struct pt_entry e = decode(format, R | W | PS, level);

			if (sslps >> (level - 2) & 1)
				check(e.kind == PT_LEAF, "SSLPS %u level %u", sslps, level);
			else
				assert_reserved(e, 7);
		}
		assert_reserved(decode(format, R | W | PS, 4), 7);
		assert_reserved(decode(format, R | W | PS, 5), 7);
	}
}

static void test_features_of_the_unit(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		bool sc = i & 1, dt = i & 2;
		struct intel_caps caps = unit(3, sc, dt);
		const struct pt_format *format = intel_second_stage(&caps);

		for (unsigned level = 1; level <= 3; level++) {
			uint64_t page = R | W | (level > 1 ? PS : 0);

			if (sc)
				assert_int_equal(decode(format, page | SNP, level).kind, PT_LEAF);
			else
				assert_reserved(decode(format, page | SNP, level), 11);
			if (dt)
				assert_int_equal(decode(format, page | TM, level).kind, PT_LEAF);
			else
				assert_reserved(decode(format, page | TM, level), 62);
		}
		/* An entry that leads to a table has neither. */
		assert_reserved(decode(format, R | W | 0x5000 | SNP, 2), 11);
		assert_reserved(decode(format, R | W | 0x5000 | TM, 4), 62);
	}
}

/* Linux sets SNP on units with scalable mode and without snoop control, and they translate. */
static void test_snoop_of_scalable_mode(void **state)
{
	const unsigned smts = 43; /* in ECAP */
	struct intel_caps caps = unit(3, false, false);

	(void)state;
	caps.ecap |= 1ULL << smts;
	assert_int_equal(decode(intel_second_stage(&caps), R | W | SNP, 1).kind, PT_LEAF);
	assert_reserved(decode(intel_second_stage(&caps), R | W | 0x5000 | SNP, 2), 11);
	assert_reserved(decode(intel_second_stage(&caps), R | W | TM, 1), 62);
}

static void test_bits_below_a_large_page(void **state)
{
	(void)state;
	for (unsigned bit = 12; bit < 21; bit++)
		assert_reserved(decode(any(), R | W | PS | 1ULL << bit, 2), bit);
	for (unsigned bit = 12; bit < 30; bit++)
		assert_reserved(decode(any(), R | W | PS | 1ULL << bit, 3), bit);
}

static void test_ignored_bits(void **state)
{
	/* EMT, IPAT, A, D, bit 10, 61:52, 63 */
	const uint64_t ignored = 0x78 | 0x700 | 0xbff0000000000000ULL;

	(void)state;
	for (unsigned level = 1; level <= 5; level++) {
		struct pt_entry e = decode(any(), 0x5000 | R | ignored, level);

		check(e.kind == (level == 1 ? PT_LEAF : PT_TABLE) && e.address == 0x5000, "level %u", level);
	}
}

static void test_the_unit_is_not_known(void **state)
{
	const struct intel_caps unknown = { 0 };

	(void)state;
	assert_ptr_equal(intel_second_stage(&unknown), any());
	assert_string_equal(any()->name, "vtdss");
}

/* plain_leaves() counts what decode() would call pages alike, in every shape and in tables that are nearly
 * uniform. */
static void check_run(const struct pt_format *format, const uint64_t *table, unsigned nr, unsigned level)
{
	bool contiguous = false;
	unsigned length = format->plain_leaves(format, table, nr, level, 0, &contiguous);
	struct pt_entry first = decode(format, table[0], level);
	bool follows = true;

	check(length <= nr, "%u of %u", length, nr);
	check(!length || first.kind == PT_LEAF, "level %u %llx", level, (unsigned long long)table[0]);
	for (unsigned i = 0; i < length; i++) {
		struct pt_entry e = decode(format, table[i], level);

		check(e.kind == PT_LEAF && e.read == first.read && e.write == first.write &&
			      e.size_lg2 == first.size_lg2, "level %u entry %u %llx", level, i,
		      (unsigned long long)table[i]);
		follows = follows && e.address == first.address + ((uint64_t)i << first.size_lg2);
	}
	check(!length || contiguous == follows, "level %u", level);
}

static void test_runs(void **state)
{
	static const uint64_t odd[] = { SNP, TM, PS, X, R, W, 1ULL << 12, 1ULL << 52, 1ULL << 40, 0x100 };
	struct rng rng = { 3 };
	uint64_t table[200];

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		const struct pt_format *format = &vtdss_shapes[rng_below(&rng, VTDSS_NR_SHAPES)].format;
		unsigned level = 1 + rng_below(&rng, 5), nr = 1 + rng_below(&rng, 200);
		uint64_t step = 1ULL << (12 + 9 * (level - 1));
		uint64_t word = (rng_next(&rng) & 3) | (level > 1 ? PS : 0) |
				(rng_next(&rng) & 0x000fffff00000000ULL & ~(step - 1));

		for (unsigned i = 0; i < nr; i++)
			table[i] = word + i * step;
		for (unsigned i = rng_below(&rng, 3); i; i--)
			table[rng_below(&rng, nr)] ^= odd[rng_below(&rng, sizeof(odd) / sizeof(odd[0]))];
		check_run(format, table, nr, level);
	}
}

/* A run of pages that a unit takes is found whole, or a full scan would be slow. */
static void test_whole_tables_are_one_run(void **state)
{
	uint64_t table[512];
	bool contiguous;

	(void)state;
	for (unsigned level = 1; level <= 3; level++) {
		for (uint64_t i = 0; i < 512; i++)
			table[i] = (i << (12 + 9 * (level - 1))) | R | W | SNP | (level > 1 ? PS : 0);
		assert_int_equal(any()->plain_leaves(any(), table, 512, level, 0, &contiguous), 512);
		assert_true(contiguous);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_large_pages_that_the_unit_knows),
		cmocka_unit_test(test_features_of_the_unit),
		cmocka_unit_test(test_snoop_of_scalable_mode),
		cmocka_unit_test(test_bits_below_a_large_page),
		cmocka_unit_test(test_ignored_bits),
		cmocka_unit_test(test_the_unit_is_not_known),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_whole_tables_are_one_run),
	};

	return cmocka_run_group_tests_name("intel_pt", tests, NULL, NULL);
}
