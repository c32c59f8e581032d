// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rings: each kind of event, command, page request and guest log entry is told from its code, and
 * its words say what the specification says. The words are put together here from bit numbers, not
 * from the tables under test.
 */
#include "unit.h"

#include "format/amd/irte.h"
#include "format/amd/log.h"

#define BIT(n) (1ULL << (n))
#define CODE(c) ((uint64_t)(c) << 60)

static uint64_t value(const struct record *record, const char *key, const uint64_t *words)
{
	const struct field *field = record_field(record, key);

	if (!field)
		fail_msg("%s has no field '%s'", record->name, key);
	return field_get(field, words);
}

static void test_every_event_code_has_its_record(void **state)
{
	static const char *const names[16] = {
		[1] = "ILLEGAL_DEV_TABLE_ENTRY", [2] = "IO_PAGE_FAULT",
		[3] = "DEV_TAB_HARDWARE_ERROR",	 [4] = "PAGE_TAB_HARDWARE_ERROR",
		[5] = "ILLEGAL_COMMAND_ERROR",	 [6] = "COMMAND_HARDWARE_ERROR",
		[7] = "IOTLB_INV_TIMEOUT",	 [8] = "INVALID_DEVICE_REQUEST",
		[9] = "INVALID_PPR_REQUEST",	 [10] = "EVENT_COUNTER_ZERO",
		[11] = "GUEST_EVENT_FAULT",	 [12] = "VIOMMU_HARDWARE_ERROR",
		[13] = "RMP_PAGE_FAULT",	 [14] = "RMP_HARDWARE_ERROR",
	};

	(void)state;
	for (unsigned code = 0; code < 16; code++) {
		uint64_t words[2] = { CODE(code), 0 };
		const struct record *record = amd_event_record(words);

		assert_int_equal(amd_log_code(words), code);
		if (names[code])
			assert_string_equal(record->name, names[code]);
		else
			assert_null(record);
	}
}

/* The kernel's "IO_PAGE_FAULT domain=0x000d address=0xcff49550 flags=0x0070" of device 01:00.0:
 * flags bit n is bit 48 + n; 0x70 is PR, RW, PE. */
static void test_page_fault_of_a_published_log(void **state)
{
	const uint64_t words[2] = { CODE(2) | 0x070ULL << 48 | 0x000dULL << 32 | 0x0100, 0xcff49550 };
	const struct record *record = amd_event_record(words);
	char text[160];

	(void)state;
	assert_int_equal(value(record, "device_id", words), 0x100);
	assert_int_equal(value(record, "domain_id", words), 0xd);
	assert_int_equal(value(record, "address", words), 0xcff49550);
	assert_true(value(record, "pr", words) && value(record, "rw", words) &&
		    value(record, "pe", words));
	assert_false(value(record, "gn", words) || value(record, "tr", words));
	assert_string_equal(amd_event_summary(words, NULL, text, sizeof(text)),
			    "write without permission");
}

static void test_page_fault_words(void **state)
{
	static const struct {
		unsigned flags;
		const char *words;
	} cases[] = {
		{ 0x000, "read of an address that is not mapped" },
		{ 0x020, "write to an address that is not mapped" },
		{ 0x050, "read without permission" },
		{ 0x090, "read: a reserved bit is set in a table on the way" },
		{ 0x0f0, "write without permission, and a reserved bit is set in a table on the way" },
		{ 0x010, "read: the level or the page size in an entry on the way is not valid, or the "
			 "address has bits that the levels of its table do not cover" },
		{ 0x008, "interrupt: its remapping entry is disabled (RemapEn=0), or it has none" },
		{ 0x018, "interrupt: its remapping entry is enabled, and its type, its index or "
			 "something else about it is not valid" },
		{ 0x098, "interrupt: a reserved bit of its remapping entry is set" },
		{ 0x100, "translation request (ATS) that failed: its flags do not say why" },
		{ 0x001, "privileged read of an address that is not mapped, or whose PASID has no table" },
		{ 0x057, "read for execution without permission" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint64_t words[2] = { CODE(2) | (uint64_t)cases[i].flags << 48, 0 };
		char text[200];

		assert_string_equal(amd_event_summary(words, NULL, text, sizeof(text)),
				    cases[i].words);
	}
}

static bool says(const char *text, const char *words)
{
	return strstr(text, words) != NULL;
}

/* Of every combination of flags, as the specification's table of them has it: each cause is named when its
 * flags say so, and only then; flags that leave several causes open are told as an "or". */
static void test_every_combination_of_page_fault_flags(void **state)
{
	(void)state;
	for (unsigned flags = 0; flags < 0x200; flags++) {
		const uint64_t words[2] = { CODE(2) | (uint64_t)flags << 48, 0x1000 };
		bool gn = flags & 0x001, nx = flags & 0x002, us = flags & 0x004, i = flags & 0x008,
		     pr = flags & 0x010, rw = flags & 0x020, pe = flags & 0x040, rz = flags & 0x080,
		     tr = flags & 0x100;
		bool plain = !i && !tr;
		char text[200];

		amd_event_summary(words, NULL, text, sizeof(text));
		assert_true(strlen(text) < sizeof(text) - 1);
		assert_int_equal(says(text, "interrupt"), i);
		assert_int_equal(says(text, "(ATS)"), tr && !i);
		assert_int_equal(says(text, "write"), plain && rw);
		assert_int_equal(says(text, "read"), plain && !rw);
		assert_int_equal(says(text, "privileged"), plain && gn && !us);
		assert_int_equal(says(text, "for execution"), plain && gn && nx);
		assert_int_equal(says(text, "not mapped"), plain && !pr);
		assert_int_equal(says(text, "PASID"), plain && !pr && gn);
		assert_int_equal(says(text, "without permission"), plain && pr && pe);
		assert_int_equal(says(text, "reserved bit"), (i || plain) && pr && rz);
		assert_int_equal(says(text, "disabled"), i && !pr);
		assert_int_equal(says(text, "level"), plain && pr && !pe && !rz);
		assert_int_equal(says(text, " or "), i ? !pr || !rz : plain && (pr ? !pe && !rz : gn));
	}
}

/* A published event of a disk controller: domain 0x27, flags 0x010, fffffffffffc0000. */
static void test_an_address_beyond_the_levels(void **state)
{
	const uint64_t words[2] = { 0x2010002700002300, 0xfffffffffffc0000 };
	const uint64_t within[2] = { 0x2010002700002300, 0x7ffffff000 };
	const struct amd_event_now now = { .levels = 3, .last_iova = 0x7fffffffff };
	const struct amd_event_now blocked = { .blocked = true };
	char text[200];

	(void)state;
	assert_true(says(amd_event_summary(words, NULL, text, sizeof(text)), "or the address has bits"));
	assert_string_equal(amd_event_summary(words, &now, text, sizeof(text)),
			    "read beyond the 3 levels that its table has now");
	assert_true(says(amd_event_summary(within, &now, text, sizeof(text)), "level that is skipped"));
	assert_false(says(text, "beyond"));
	assert_true(says(amd_event_summary((uint64_t[2]){ CODE(2), 0 }, &blocked, text, sizeof(text)),
			 "blocks every request"));
}

/* Events of published logs; the entries that they are about are told by the data of the message. */
static void test_which_interrupt(void **state)
{
	static const struct {
		uint64_t words[2];
		int index;
	} cases[] = {
		{ { 0x2008005e00004200, 0xfffffffdf8030000 }, 3 },
		{ { 0x2008005e0000c810, 0xfffffffdf8020000 }, 2 },
		{ { 0x20080000000000a0, 0xfffffffdf8020200 }, 2 },
		{ { 0x8a00000000000001, 0xfffffffdf8140200 }, 20 },
		{ { 0x20080000000000a0, 0x000000fdf8020200 }, 2 },
		{ { 0x20000000000000a0, 0xfffffffdf8020200 }, -1 }, /* I=0 */
		{ { 0x8b00000000000001, 0xfffffffdf8140200 }, -1 }, /* TR=1 */
		{ { 0x20080000000000a0, 0x00000000fee00000 }, -1 },
		{ { 0x20080000000000a0, 0x0000abfdf8020200 }, -1 },
		{ { 0xf0080000000000a0, 0xfffffffdf8020200 }, -1 },
		{ { 0xa0080000000000a0, 0xfffffffdf8020200 }, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t index;
		bool tells = amd_event_irq_index(cases[i].words, &index);

		assert_int_equal(tells ? index : -1, cases[i].index);
	}
}

/* GN=1: bits 47:32 are PASID 15:0, bits 19:16 its upper part; there is no domain id. */
static void test_guest_page_fault_has_a_pasid(void **state)
{
	const uint64_t words[2] = { CODE(2) | BIT(48) | 0x2345ULL << 32 | 0x1ULL << 16 | 0xa101, 0 };
	const struct record *record = amd_event_record(words);

	(void)state;
	assert_int_equal(value(record, "pasid", words), 0x12345);
	assert_null(record_field(record, "domain_id"));
}

static void test_error_types(void **state)
{
	const uint64_t words[2] = { CODE(4) | 2ULL << 57, 0x12345678 };
	const struct record *record = amd_event_record(words);
	char text[200];

	(void)state;
	assert_int_equal(value(record, "type", words), 2);
	assert_int_equal(value(record, "address", words), 0x12345678);
	assert_string_equal(amd_event_summary(words, NULL, text, sizeof(text)),
			    "its page table could not be read (target abort), for a read");
}

/* A published field log of an NVMe device: INVALID_DEVICE_REQUEST, flags 0x0a00: type 5. */
static void test_invalid_device_request(void **state)
{
	const uint64_t words[2] = { CODE(8) | 0x0a00ULL << 48, 0xfee00000 };
	char text[160];

	(void)state;
	assert_int_equal(value(amd_event_record(words), "type", words), 5);
	assert_string_equal(amd_event_summary(words, NULL, text, sizeof(text)),
			    "posted write to the interrupt range while IntCtl is abort");
}

/* With TR=1 the values of Type mean something else, and most of them nothing. */
static void test_invalid_translation_request(void **state)
{
	char text[200];

	(void)state;
	for (unsigned type = 0; type < 8; type++) {
		const uint64_t words[2] = { CODE(8) | 0x0100ULL << 48 | (uint64_t)type << 57, 0 };

		amd_event_summary(words, NULL, text, sizeof(text));
		assert_int_equal(says(text, "translation request (ATS)"), type < 2);
		if (type > 1)
			assert_string_equal(text, "reserved");
	}
}

static void test_illegal_entries_and_page_requests(void **state)
{
	static const struct {
		uint64_t word;
		const char *words;
	} cases[] = {
		{ CODE(1) | 0x0a0ULL << 48, "its device table entry has a reserved bit set, seen for a "
					    "write" },
		{ CODE(1) | 0x028ULL << 48, "its device table entry has a level or a length that is not "
					    "valid, seen for an interrupt" },
		{ CODE(1) | 0x108ULL << 48, "its device table entry has a level or a length that is not "
					    "valid, seen for a translation request (ATS)" },
		{ CODE(9), "a page request (PRI) that is malformed or not allowed" },
		{ CODE(9) | 0x001ULL << 48, "a response to a page request (PRI), or its stop marker, "
					    "that is malformed or not allowed" },
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(amd_event_summary((uint64_t[2]){ cases[i].word, 0 }, NULL, text,
						      sizeof(text)),
				    cases[i].words);
}

static void test_unknown_codes_are_said(void **state)
{
	const uint64_t event[2] = { CODE(15), 0 }, command[2] = { CODE(11), 0 };
	char text[160];

	(void)state;
	assert_non_null(strstr(amd_event_summary(event, NULL, text, sizeof(text)), "no specification"));
	assert_non_null(strstr(amd_command_summary(command, text, sizeof(text)),
			       "no specification"));
	assert_null(amd_ppr_record((uint64_t[2]){ CODE(7), 0 }));
	assert_null(amd_ga_log_record((uint64_t[1]){ CODE(2) }));
}

/* The first two are words of a real ring (6.1, emulated AMD-Vi). */
static void test_commands(void **state)
{
	static const struct {
		uint64_t words[2];
		const char *name, *summary;
	} cases[] = {
		{ { 0x10000000049c2001, 0x8a8 }, "COMPLETION_WAIT", "store 8a8 at 49c2000" },
		{ { 0x500000000000a100, 0 }, "INVALIDATE_INTERRUPT_TABLE", "of device a1:00.0" },
		{ { CODE(2) | 0x0020, 0 }, "INVALIDATE_DEVTAB_ENTRY", "of device 00:04.0" },
		{ { CODE(3) | 9ULL << 32, 0x140000000 }, "INVALIDATE_IOMMU_PAGES",
		  "page 140000000 of domain 0x9" },
		/* S=1: ones from bit 12 up, a zero at bit 20: 2^21 bytes */
		{ { CODE(3) | 9ULL << 32, 0x1000ff000 | 1 }, "INVALIDATE_IOMMU_PAGES",
		  "100000000 and 2^21 bytes on of domain 0x9" },
		{ { CODE(3) | 9ULL << 32, 0x7ffffffffffff000 | 3 }, "INVALIDATE_IOMMU_PAGES",
		  "all pages of domain 0x9" },
		{ { CODE(4) | 0xa101, 0x5000 }, "INVALIDATE_IOTLB_PAGES",
		  "page 5000 of device a1:00.1" },
		{ { CODE(6) | 0xa101, 0 }, "PREFETCH_IOMMU_PAGES", "of device a1:00.1" },
		{ { CODE(7) | 0xa101, 0 }, "COMPLETE_PPR_REQUEST", "of device a1:00.1" },
		{ { CODE(8), 0 }, "INVALIDATE_IOMMU_ALL", "" },
		{ { CODE(9), 0 }, "INSERT_GUEST_EVENT", "" },
		{ { CODE(10), 0 }, "RESET_VMMIO", "" },
	};
	char text[160];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(amd_command_record(cases[i].words)->name, cases[i].name);
		assert_string_equal(amd_command_summary(cases[i].words, text, sizeof(text)),
				    cases[i].summary);
	}
}

/* The PASID of INVALIDATE_IOTLB_PAGES stands in three places: 7:0 at 55:48, 15:8 at 23:16, 19:16 at
 * 59:56. */
static void test_pasid_in_three_places(void **state)
{
	const uint64_t words[2] = { CODE(4) | 0x1ULL << 56 | 0x45ULL << 48 | 0x23ULL << 16, 0 };

	(void)state;
	assert_int_equal(value(amd_command_record(words), "pasid", words), 0x12345);
}

static void test_page_request(void **state)
{
	char text[200];
	const uint64_t words[2] = { CODE(1) | 1ULL << 53 | 1ULL << 42 | 1ULL << 41 | 0x1ffULL << 32 |
					    0x2345ULL << 16 | 0xa100, 0x7f0000001000 };
	const struct record *record = amd_ppr_record(words);

	(void)state;
	assert_int_equal(value(record, "device_id", words), 0xa100);
	assert_int_equal(value(record, "pasid", words), 0x12345);
	assert_int_equal(value(record, "ppr_tag", words), 0x1ff);
	assert_true(value(record, "last", words) && value(record, "rw", words));
	assert_int_equal(value(record, "address", words), 0x7f0000001000);
	/* GN=0: the PASID means nothing; US=0 */
	assert_string_equal(amd_ppr_summary(words, text, sizeof(text)),
			    "supervisor asks for write, group 0x1ff, the last of it");
}

static void test_ga_log_entry(void **state)
{
	const uint64_t words[1] = { CODE(1) | 0xa100ULL << 32 | 0x01000003 };
	const struct record *record = amd_ga_log_record(words);

	(void)state;
	assert_int_equal(value(record, "ga_tag", words), 0x01000003);
	assert_int_equal(value(record, "device_id", words), 0xa100);
}

/* ---- interrupt entries ---- */

static void test_narrow_entry(void **state)
{
	/* RemapEn, DM logical, destination 0x02, vector 0x26 */
	const uint64_t words[1] = { 1 | 1 << 6 | 0x02 << 8 | 0x26 << 16 };
	struct amd_irte irte;

	(void)state;
	amd_irte_decode(words, false, &irte);
	assert_true(irte.used && irte.enabled && irte.logical && !irte.guest);
	assert_int_equal(irte.vector, 0x26);
	assert_int_equal(irte.destination, 2);
	assert_int_equal(irte.bad_bit, -1);
	/* Bits 31:24 must be zero, and so must GuestMode in this size. */
	amd_irte_decode((uint64_t[2]){ 0x04260241, 0 }, false, &irte);
	assert_int_equal(irte.bad_bit, 26);
	amd_irte_decode((uint64_t[2]){ 0x002602c1, 0 }, false, &irte);
	assert_int_equal(irte.bad_bit, 7);
}

static void test_wide_entry(void **state)
{
	/* words of a real table (6.1): enabled, logical, destination 2, vector 0x27 */
	const uint64_t real[2] = { 0x241, 0x27 };
	/* x2APIC: destination 0x12345678 in two places, physical */
	const uint64_t x2apic[2] = { 1 | 0x345678ULL << 8, 0x12ULL << 56 | 0x30 };
	/* handed out and not in use: vector 0xff, nothing else (Linux) */
	const uint64_t allocated[2] = { 0, 0xff };
	struct amd_irte irte;

	(void)state;
	amd_irte_decode(real, true, &irte);
	assert_true(irte.enabled && irte.logical);
	assert_int_equal(irte.destination, 2);
	assert_int_equal(irte.vector, 0x27);
	amd_irte_decode(x2apic, true, &irte);
	assert_int_equal(irte.destination, 0x12345678);
	assert_false(irte.logical);
	amd_irte_decode(allocated, true, &irte);
	assert_true(irte.used && irte.only_allocated && !irte.enabled);
	amd_irte_decode((uint64_t[2]){ 0, 0 }, true, &irte);
	assert_false(irte.used);
}

static void test_vapic_entry(void **state)
{
	/* RemapEn, GALogIntr, IsRun, GuestMode; tag; vector; APIC page 0x1234567000 */
	const uint64_t words[2] = { 1 | BIT(2) | BIT(6) | BIT(7) | 5ULL << 8 | 0x00000102ULL << 32,
				    0x41 | 0x1234567ULL << 12 };
	struct amd_irte irte;

	(void)state;
	amd_irte_decode(words, true, &irte);
	assert_true(irte.guest && irte.enabled && irte.running);
	assert_int_equal(irte.ga_root.v, 0x1234567000);
	assert_int_equal(irte.ga_tag, 0x102);
	assert_int_equal(irte.vector, 0x41);
	assert_int_equal(irte.destination, 5);
	assert_int_equal(value(irte.record, "ga_root", words), 0x1234567000);
	assert_true(value(irte.record, "is_run", words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_event_code_has_its_record),
		cmocka_unit_test(test_page_fault_of_a_published_log),
		cmocka_unit_test(test_page_fault_words),
		cmocka_unit_test(test_every_combination_of_page_fault_flags),
		cmocka_unit_test(test_an_address_beyond_the_levels),
		cmocka_unit_test(test_which_interrupt),
		cmocka_unit_test(test_guest_page_fault_has_a_pasid),
		cmocka_unit_test(test_error_types),
		cmocka_unit_test(test_invalid_device_request),
		cmocka_unit_test(test_invalid_translation_request),
		cmocka_unit_test(test_illegal_entries_and_page_requests),
		cmocka_unit_test(test_unknown_codes_are_said),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_pasid_in_three_places),
		cmocka_unit_test(test_page_request),
		cmocka_unit_test(test_ga_log_entry),
		cmocka_unit_test(test_narrow_entry),
		cmocka_unit_test(test_wide_entry),
		cmocka_unit_test(test_vapic_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
