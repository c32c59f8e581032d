// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupt entries of VT-d in both formats, the check of the source, messages, descriptors of posted ones. */
#include "unit.h"

#include "format/intel/irte.h"

static struct intel_irte decode(uint64_t lo, uint64_t hi, bool x2apic)
{
	const uint64_t words[INTEL_IRTE_WORDS] = { lo, hi };
	struct intel_irte irte;

	intel_irte_decode(words, x2apic, &irte);
	return irte;
}

/* As Linux 6.1 writes it for the IO-APIC at ff:00.0: logical, CPU 0, one may be picked, edge. */
static void test_remapped(void **state)
{
	struct intel_irte irte = decode(0x0000010000220000 | 0xd, 0x4ff00, false);

	(void)state;
	assert_true(irte.present && !irte.posted && !irte.silent);
	assert_int_equal(irte.vector, 0x22);
	assert_int_equal(irte.destination, 1);
	assert_true(irte.logical && irte.redirected && !irte.level);
	assert_string_equal(irte.delivery, "fixed");
	assert_int_equal(irte.source_id, 0xff00);
	assert_int_equal(irte.bad_bit, -1);
	assert_false(irte.bad_source);
	irte = decode(0x0000000000ef0000 | 0x91, 0x40010, false);
	assert_true(irte.level && !irte.logical && !irte.redirected);
	assert_string_equal(irte.delivery, "NMI");
}

/* Bits 11:8 are left to software: an entry with one of them, and nothing else, means what an empty one does. */
static void test_empty(void **state)
{
	(void)state;
	for (int x2apic = 0; x2apic < 2; x2apic++) {
		struct intel_irte empty = decode(0, 0, x2apic), other = decode(0x100, 0, x2apic);

		assert_false(empty.present || empty.silent || empty.posted || empty.logical || empty.redirected);
		assert_false(empty.level || empty.urgent || empty.checks_source || empty.has_source || empty.bad_source);
		assert_ptr_equal(empty.record, other.record);
		assert_string_equal(empty.delivery, other.delivery);
		assert_int_equal(empty.bad_bit, other.bad_bit);
		assert_int_equal(empty.destination, other.destination);
		assert_int_equal(empty.vector, other.vector);
		assert_int_equal(empty.source_id, other.source_id);
		assert_int_equal(empty.descriptor.v, other.descriptor.v);
		assert_int_equal(empty.has_source, other.has_source);
		assert_int_equal(empty.checks_source, other.checks_source);
	}
}

static void test_destinations(void **state)
{
	/* In xAPIC mode the id is in 47:40, and the rest of the field is reserved. */
	struct intel_irte irte = decode(0x0000ab0000000001, 0, false);

	(void)state;
	assert_int_equal(irte.destination, 0xab);
	assert_int_equal(irte.bad_bit, -1);
	irte = decode(0x0000ab0000000001, 0, true);
	assert_int_equal(irte.destination, 0xab00);
	assert_int_equal(irte.bad_bit, -1);
	irte = decode(0x0000000300000001, 0, true);
	assert_int_equal(irte.destination, 3);
	irte = decode(0x0000000300000001, 0, false);
	assert_int_equal(irte.bad_bit, 32);
	irte = decode(0x8000000000000001, 0, false);
	assert_int_equal(irte.bad_bit, 63);
	irte = decode(0x8000000000000001, 0, true);
	assert_int_equal(irte.bad_bit, -1);
	assert_true(irte.destination == 0x80000000);
	/* The lowest wrong bit is told, whichever rule it breaks. */
	irte = decode(0x0000000100001001, 0, false);
	assert_int_equal(irte.bad_bit, 12);
	irte = decode(0x0000000100000001, 1ULL << 20, false);
	assert_int_equal(irte.bad_bit, 32);
}

static void test_reserved_bits(void **state)
{
	static const uint8_t remapped[] = { 12, 13, 14, 24, 31, 84, 127 };
	static const uint8_t posted[] = { 2, 7, 12, 13, 24, 37, 84, 95 };

	(void)state;
	for (size_t i = 0; i < sizeof(remapped); i++) {
		uint64_t bit = 1ULL << remapped[i] % 64;
		bool low = remapped[i] < 64;

		check(decode(1 | (low ? bit : 0), low ? 0 : bit, true).bad_bit == remapped[i], "%u",
		      remapped[i]);
		/* Nobody looks at an entry that is not present. */
		check(decode(low ? bit : 0, low ? 0 : bit, true).bad_bit == -1, "%u", remapped[i]);
	}
	for (size_t i = 0; i < sizeof(posted); i++) {
		uint64_t bit = 1ULL << posted[i] % 64;
		bool low = posted[i] < 64;

		check(decode(0x8001 | (low ? bit : 0), low ? 0 : bit, true).bad_bit == posted[i], "%u",
		      posted[i]);
	}
}

static void test_posted(void **state)
{
	/* Descriptor 0x12_3456_7880, vector 0x41 in the guest, urgent, from 05:00.1. */
	struct intel_irte irte = decode(0x345678800041c001, 0x0000001200040501, true);

	(void)state;
	assert_true(irte.present && irte.posted && irte.urgent);
	assert_int_equal(irte.vector, 0x41);
	assert_true(irte.descriptor.v == 0x1234567880);
	assert_int_equal(irte.source_id, 0x0501);
	assert_int_equal(irte.bad_bit, -1);
	assert_ptr_equal(irte.record, &intel_irte_posted_record);
}

/* ---- the check of the source ---- */

#define SVT(n) ((uint64_t)(n) << 18)
#define SQ(n)  ((uint64_t)(n) << 16)

static void assert_source(uint64_t hi, const char *words)
{
	const uint64_t irte[INTEL_IRTE_WORDS] = { 1, hi };
	char buf[80];

	assert_string_equal(intel_irte_source_words(irte, buf, sizeof(buf)), words);
}

static bool accepts(uint64_t hi, uint16_t source_id)
{
	const uint64_t irte[INTEL_IRTE_WORDS] = { 1, hi };

	return intel_irte_accepts(irte, source_id);
}

static void test_sources(void **state)
{
	(void)state;
	assert_source(0xa101, "anyone");
	assert_true(accepts(0xa101, 0x1234));
	assert_source(SVT(1) | 0xa101, "only a1:00.1");
	assert_true(accepts(SVT(1) | 0xa101, 0xa101));
	assert_false(accepts(SVT(1) | 0xa101, 0xa100));
	/* SQ 1 leaves out bit 2 of the function, 2 bits 2:1, 3 all three. */
	assert_true(accepts(SVT(1) | SQ(1) | 0xa101, 0xa105));
	assert_false(accepts(SVT(1) | SQ(1) | 0xa101, 0xa103));
	assert_true(accepts(SVT(1) | SQ(2) | 0xa101, 0xa107));
	assert_false(accepts(SVT(1) | SQ(2) | 0xa101, 0xa100));
	assert_true(accepts(SVT(1) | SQ(3) | 0xa101, 0xa100));
	assert_false(accepts(SVT(1) | SQ(3) | 0xa101, 0xa109));
	assert_source(SVT(1) | SQ(3) | 0xa101, "functions of a1:00 that are 0 but for bits 7");
	assert_source(SVT(1) | SQ(2) | 0xa101, "functions of a1:00 that are 1 but for bits 6");
	assert_source(SVT(2) | 0x050a, "buses 05 to 0a");
	assert_true(accepts(SVT(2) | 0x050a, 0x0500) && accepts(SVT(2) | 0x050a, 0x0aff));
	assert_false(accepts(SVT(2) | 0x050a, 0x04ff) || accepts(SVT(2) | 0x050a, 0x0b00));
	assert_source(SVT(3) | 0xa101, "nobody: SVT is 3, which is reserved");
	assert_false(accepts(SVT(3) | 0xa101, 0xa101));
	assert_true(decode(1, SVT(3), true).bad_source);
	assert_false(decode(0, SVT(3), true).bad_source);
}

/* ---- messages ---- */

static void test_messages(void **state)
{
	uint32_t index = 0;

	(void)state;
	/* Index 5 in 19:5, the format bit, SHV with sub-handle 3. */
	assert_true(intel_msi_index(0xfee000b0, 0, &index));
	assert_int_equal(index, 5);
	assert_true(intel_msi_index(0xfee000b8, 3, &index));
	assert_int_equal(index, 8);
	/* Without SHV the data is no part of it. */
	assert_true(intel_msi_index(0xfee000b0, 3, &index));
	assert_int_equal(index, 5);
	/* Bit 15 of the index is bit 2 of the address. */
	assert_true(intel_msi_index(0xfee000b4, 0, &index));
	assert_int_equal(index, 0x8005);
	assert_true(intel_msi_index(0xfeeffff4, 0, &index));
	assert_int_equal(index, 0xffff);
	assert_true(intel_msi_index(0xfee00010, 0, &index));
	assert_int_equal(index, 0);
	assert_false(intel_msi_index(0xfee00000, 0x4041, &index));
	assert_false(intel_msi_index(0xfee00020, 0x4041, &index));
	assert_false(intel_msi_index(0xfed000b0, 0, &index));
	assert_false(intel_msi_index(0x1fee000b0, 0, &index));
	assert_false(intel_msi_index(0xfee000b8, 0x10000, &index));
}

/* ---- posted-interrupt descriptors ---- */

static void test_descriptors(void **state)
{
	uint64_t words[INTEL_PID_WORDS] = { 0x2, 0x8000000000000000, 0, 0x1, 0 };
	struct intel_pid pid;

	(void)state;
	words[4] = 1 | 0xf2ULL << 16 | 7ULL << 40; /* ON, NV f2, CPU 7 */
	intel_pid_decode(words, false, &pid);
	assert_int_equal(pid.nr_pending, 3);
	assert_true(pid.outstanding && !pid.suppressed);
	assert_int_equal(pid.vector, 0xf2);
	assert_int_equal(pid.destination, 7);
	assert_int_equal(pid.bad_bit, -1);
	intel_pid_decode(words, true, &pid);
	assert_int_equal(pid.destination, 0x700);
	words[4] = 2 | 0xf1ULL << 16 | 5ULL << 32;
	intel_pid_decode(words, true, &pid);
	assert_true(!pid.outstanding && pid.suppressed);
	assert_int_equal(pid.destination, 5);
	intel_pid_decode(words, false, &pid);
	assert_int_equal(pid.bad_bit, 288);
	words[4] = 4;
	intel_pid_decode(words, true, &pid);
	assert_int_equal(pid.bad_bit, 258);
	words[4] = 0;
	words[7] = 1;
	intel_pid_decode(words, true, &pid);
	assert_int_equal(pid.bad_bit, 448);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_remapped),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_destinations),
		cmocka_unit_test(test_reserved_bits),
		cmocka_unit_test(test_posted),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_descriptors),
	};

	return cmocka_run_group_tests_name("intel_irte", tests, NULL, NULL);
}
