// SPDX-License-Identifier: GPL-2.0-or-later
/* What VT-d's queues hold and what its faults say: words that Linux writes, and every type and reason. */
#include "unit.h"

#include "format/intel/fault.h"
#include "format/intel/queue.h"

static const char *summary(uint64_t lo, uint64_t hi)
{
	static char buf[160];
	const uint64_t words[2] = { lo, hi };

	memset(buf, 0x55, sizeof(buf));
	return intel_qi_summary(words, buf, sizeof(buf));
}

/* As the driver of Linux builds them. */
static void test_what_linux_sends(void **state)
{
	(void)state;
	assert_string_equal(summary(0x200000025, 0x1234560), "store 2 at 1234560");
	assert_string_equal(summary(0x200000065, 0x1234560), "store 2 at 1234560, fence");
	assert_string_equal(summary(0x2000000a5, 0x1234560), "store 2 at 1234560, page requests drained");
	assert_string_equal(summary(0x500f2, 0x7fffe000), "the page at 7fffe000 of domain 0x5");
	assert_string_equal(summary(0x500f2, 0x7fe00009), "2^9 pages at 7fe00000 of domain 0x5");
	/* Seen on 6.1: the address is not aligned to the size; the unit masks it (Linux, iommu_flush_iotlb_psi()). */
	assert_string_equal(summary(0x400f2, 0x180001009), "2^9 pages at 180000000 of domain 0x4");
	assert_string_equal(summary(0x400f2, 0x18000103f), "2^63 pages at 0 of domain 0x4");
	assert_string_equal(summary(0x500e2, 0), "all pages of domain 0x5");
	assert_string_equal(summary(0xd2, 0), "all pages of all domains");
	assert_string_equal(summary(0x50017, 0), "entry of PASID 0x0, domain 0x5");
	assert_string_equal(summary(0x50026, 0), "all pages of PASID 0x0, domain 0x5");
	assert_string_equal(summary(0x2900000014, 0), "interrupt entry 41");
	assert_string_equal(summary(0x2800000014 | 2 << 27, 0), "2^2 interrupt entries from 40");
	assert_string_equal(summary(0x4, 0), "all interrupt entries");
}

static void test_every_summary(void **state)
{
	(void)state;
	assert_string_equal(summary(0x11, 0), "all context entries");
	assert_string_equal(summary(0x50021, 0), "context entries of domain 0x5");
	assert_string_equal(summary(0xa10100050031, 0), "context entry of a1:00.1, domain 0x5");
	assert_string_equal(summary(0x3a10100050031, 0), "context entry of a1:00.1 and its device, domain 0x5");
	assert_string_equal(summary(0x01, 0), "G is 0, which is reserved");
	assert_string_equal(summary(0xa10100000003, 0x5000), "the page at 5000 in the TLB of a1:00.1");
	/* S=1: the size is in the address, up to the first zero from bit 12. */
	assert_string_equal(summary(0xa10100000003, 0x4001), "2^1 pages at 4000 in the TLB of a1:00.1");
	assert_string_equal(summary(0xa10100000003, 0x8ff001), "2^9 pages at 800000 in the TLB of a1:00.1");
	assert_string_equal(summary(0xa10100000003, 0x7ffffffffffff001), "all pages in the TLB of a1:00.1");
	assert_string_equal(summary(0xfffffffffffff003 & ~0xffff00000e00ULL, 0xfffffffffffff001),
			    "all pages in the TLB of 00:00.0");
	assert_string_equal(summary(0x7a1010008, 0x5000), "the page at 5000, PASID 0x7 in the TLB of a1:00.1");
	assert_string_equal(summary(0x7a1010008, 0x7ffffffffffff801),
			    "all pages, all PASIDs in the TLB of a1:00.1");
	assert_string_equal(summary(0x700050036, 0x6000), "the page at 6000 of PASID 0x7, domain 0x5");
	assert_string_equal(summary(0x700050016, 0), "G is 1, which is reserved");
	assert_string_equal(summary(0x50007, 0), "PASID entries of domain 0x5");
	assert_string_equal(summary(0x37, 0), "all PASID entries");
	assert_string_equal(summary(0x27, 0), "G is 2, which is reserved");
	assert_string_equal(summary(0x15, 0), "interrupt");
	assert_string_equal(summary(0x35, 0x40), "store 0 at 40, interrupt");
	assert_string_equal(summary(0x5, 0x40), "nothing");
	assert_string_equal(summary(0xd5, 0x40), "interrupt, fence, page requests drained");
	assert_string_equal(summary(0x7a1010019, 0x18), "success to a1:00.1, PASID 0x7, group 0x3");
	assert_string_equal(summary(0xa101f009, 0x18), "failure to a1:00.1, group 0x3");
	assert_string_equal(summary(0xa1011009, 0x18), "invalid to a1:00.1, group 0x3");
}

static void test_types(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 128; type++) {
		const uint64_t words[4] = { (type & 0xf) | (uint64_t)(type >> 4) << 9 };
		const struct record *narrow = intel_qi_record(words, false);
		const struct record *wide = intel_qi_record(words, true);
		bool known = type >= 1 && type <= 9;

		check(intel_qi_type(words) == type, "%u", type);
		check(known == !!narrow && known == !!wide, "%u", type);
		check(!known || (narrow->nr_bits == 128 && wide->nr_bits == 256), "%u", type);
		check(known || strcmp(summary(words[0], 0), "a type that no specification at hand has") == 0,
		      "%u", type);
	}
}

/* What Linux puts behind what it submits stores a word (SW); the fence that a drain begins with does not. */
static void test_which_wait_ends_a_submission(void **state)
{
	static const uint64_t wait[2] = { 0x200000025, 0x1000 }, fence[2] = { 0x200000045, 0 };

	(void)state;
	assert_true(intel_qi_is_wait(wait));
	assert_false(intel_qi_is_wait(fence));
	for (unsigned type = 0; type < 128; type++) {
		const uint64_t words[2] = { 0x20 | (type & 0xf) | (uint64_t)(type >> 4) << 9 };

		check(intel_qi_is_wait(words) == (type == 5), "%u", type);
	}
}

/* A descriptor of many devices, or of none, has zeros where others name one: those are not 00:00.0. */
static void test_whom_a_descriptor_is_about(void **state)
{
	static const struct {
		uint64_t word;
		bool device;
	} all[] = {
		{ 0xa10100000031, true },  { 0xa10100000011, false }, { 0xa10100050021, false },
		{ 0xa10100000003, true },  { 0x7a1010008, true },     { 0x7a1010019, true },
		{ 0xa10100000004, false }, { 0x200000025, false },    { 0x500e2, false },
		{ 0x50037, false },	   { 0x700050036, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const uint64_t words[2] = { all[i].word };
		uint16_t sid = 0;

		check(intel_qi_device(words, &sid) == all[i].device, "%zu", i);
		check(!all[i].device || sid == 0xa101, "%zu: %x", i, sid);
	}
}

static void test_whom_a_descriptor_needs(void **state)
{
	const uint64_t device[2] = { 0xa10100000003, 0 }, pasid[2] = { 0x7a1010008, 0 };
	const uint64_t iotlb[2] = { 0x500e2, 0 };
	uint16_t sid = 0;

	(void)state;
	assert_true(intel_qi_needs_device(device, &sid));
	assert_int_equal(sid, 0xa101);
	assert_true(intel_qi_needs_device(pasid, &sid));
	assert_int_equal(sid, 0xa101);
	assert_false(intel_qi_needs_device(iotlb, &sid));
}

/* The upper half of a wide descriptor is zero, but for the private data of a response. */
static void test_the_upper_half(void **state)
{
	(void)state;
	for (unsigned type = 1; type <= 9; type++) {
		uint64_t words[4] = { type, 0, 1, 0 };
		int bad = record_reserved_bit(intel_qi_record(words, true), words);

		check(bad == (type == INTEL_QI_PAGE_GROUP_RESPONSE ? -1 : 128), "%u: %d", type, bad);
		check(record_reserved_bit(intel_qi_record(words, false), words) == -1, "%u", type);
	}
}

static void test_any_descriptor(void **state)
{
	struct rng rng = { 5 };

	(void)state;
	for (unsigned round = 0; round < 50000; round++) {
		uint64_t lo = rng_next(&rng), hi = rng_next(&rng);
		const char *words = summary(round % 2 ? (lo & ~0xe0fULL) | (1 + lo % 9) : lo, hi);

		check(strlen(words) > 0 && strlen(words) < 159, "'%s'", words);
	}
}

/* ---- page requests ---- */

static void assert_request(uint64_t lo, uint64_t hi, const char *expected)
{
	const uint64_t words[4] = { lo, hi };
	char buf[160];

	assert_string_equal(intel_prq_summary(words, buf, sizeof(buf)), expected);
}

static void test_page_requests(void **state)
{
	(void)state;
	assert_request(0x7a1010101, 0x7f0000001007, "user asks for read and write in PASID 0x7, group 0x0, the "
			"last of it");
	assert_request(0x7a1010101, 0x7f0000001809, "user asks for read in PASID 0x7, group 0x101");
	assert_request(0x307a1010101 | 3ULL << 52, 0x7f000000100a,
		       "supervisor asks for write and execution in PASID 0x307, group 0x1");
	assert_request(0xa1010001, 0x100d, "user asks for read, group 0x1, the last of it");
	assert_request(0x7a1010101, 0x4, "stop marker in PASID 0x7");
	assert_request(0x7a1010102, 0x4, "a type that no specification at hand has");
	assert_true(intel_prq_is_stop_marker((const uint64_t[4]){ 0x7a1010101, 0x4 }));
	assert_false(intel_prq_is_stop_marker((const uint64_t[4]){ 0x7a1010101, 0x5 }));
	assert_false(intel_prq_is_stop_marker((const uint64_t[4]){ 0x7a1010101, 0 }));
}

/* ---- faults ---- */

/* QEMU's edu device read deadbeef: as its fault record is. */
static void test_a_read_that_is_not_mapped(void **state)
{
	const uint64_t words[2] = { 0xdead000, 0xa101 | 6ULL << 32 | 1ULL << 62 | 1ULL << 63 };
	struct intel_fault fault;

	(void)state;
	intel_fault_decode(words, &fault);
	assert_true(fault.present && !fault.interrupt && !fault.has_pasid);
	assert_int_equal(fault.source_id, 0xa101);
	assert_true(fault.address == 0xdead000);
	assert_int_equal(fault.reason, 6);
	assert_int_equal(fault.request, INTEL_REQUEST_READ);
	assert_string_equal(intel_fault_reason(fault.reason)->words,
			    "the page tables do not allow the read");
}

static void test_requests(void **state)
{
	/* {T1, T2} */
	static const enum intel_request requests[4] = { INTEL_REQUEST_WRITE, INTEL_REQUEST_PAGE,
							INTEL_REQUEST_READ, INTEL_REQUEST_ATOMIC };

	(void)state;
	for (unsigned t = 0; t < 4; t++) {
		const uint64_t words[2] = { 0, (uint64_t)(t >> 1) << 62 | (uint64_t)(t & 1) << 28 };
		struct intel_fault fault;

		intel_fault_decode(words, &fault);
		check(fault.request == requests[t], "%u", t);
	}
}

static void test_a_fault_with_a_pasid(void **state)
{
	const uint64_t words[2] = { 0x7f0000001000,
				    0xa101 | 7ULL << 29 | 0x5dULL << 32 | 0x12345ULL << 40 | 1ULL << 63 };
	struct intel_fault fault;

	(void)state;
	intel_fault_decode(words, &fault);
	assert_true(fault.has_pasid && fault.pasid == 0x12345);
	assert_true(fault.execute && fault.supervisor);
	assert_int_equal(fault.request, INTEL_REQUEST_WRITE);
	assert_int_equal(intel_fault_reason(fault.reason)->at, INTEL_FAULT_AT_PASID);
}

static void test_an_interrupt_fault(void **state)
{
	const uint64_t words[2] = { 0x001f000000000000, 0xf0f8 | 0x26ULL << 32 | 1ULL << 63 };
	struct intel_fault fault;

	(void)state;
	intel_fault_decode(words, &fault);
	assert_true(fault.interrupt);
	assert_int_equal(fault.index, 0x1f);
	assert_true(fault.address == 0);
	assert_string_equal(intel_fault_reason(0x26)->words, "the interrupt entry is not for that device");
}

/* Every code once, in order, with words; those of the two modes and of interrupts in their ranges. */
static void test_reasons(void **state)
{
	/* Which codes the specification's list has, and VirtualBox or Linux describes. */
	static const char described[] = "01-0e 20-29 30-32 38-3a 40-48 50-52 58-5d 70-7d 80-87 90-91";
	unsigned nr = 0;

	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		const struct intel_fault_reason *reason = intel_fault_reason(code);
		bool expected = false;

		for (const char *at = described; *at; at += strcspn(at, " ") + (at[5] == ' ')) {
			unsigned first, last;

			sscanf(at, "%x-%x", &first, &last);
			expected |= code >= first && code <= last;
		}
		check(expected == !!reason, "0x%x", code);
		check(intel_fault_is_interrupt(code) == (code >> 4 == 2), "0x%x", code);
		if (!reason)
			continue;
		nr++;
		check(reason->code == code && *reason->words, "0x%x", code);
		check((reason->at == INTEL_FAULT_AT_INTERRUPT) == (code >> 4 == 2), "0x%x", code);
		check(reason->scalable == (code >= 0x30), "0x%x", code);
		check(!reason->mnemonic == (code >> 4 == 2), "0x%x", code);
	}
	assert_int_equal(nr, 14 + 10 + 3 + 3 + 9 + 3 + 6 + 14 + 8 + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_linux_sends),
		cmocka_unit_test(test_every_summary),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_which_wait_ends_a_submission),
		cmocka_unit_test(test_whom_a_descriptor_is_about),
		cmocka_unit_test(test_whom_a_descriptor_needs),
		cmocka_unit_test(test_the_upper_half),
		cmocka_unit_test(test_any_descriptor),
		cmocka_unit_test(test_page_requests),
		cmocka_unit_test(test_a_read_that_is_not_mapped),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_a_fault_with_a_pasid),
		cmocka_unit_test(test_an_interrupt_fault),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests_name("intel_queue", tests, NULL, NULL);
}
