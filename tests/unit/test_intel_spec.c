// SPDX-License-Identifier: GPL-2.0-or-later
/* The records of src/format/intel against tests/spec/intel.def: see spec_sheet.h. */
#include "spec_sheet.h"

#include "format/intel/records.h"

static const struct row rows[] = {
#include "../spec/intel.def"
};

static const struct sheet sheet = { rows, sizeof(rows) / sizeof(rows[0]) };

/* ---- words that others published, with what they mean ---- */

/* A graphics device on a real machine (a thread on the iommu list, November 2025, about a non-coherent table
 * walk): first-stage translation of domain 2 below a unit that does not snoop in scalable mode. */
#define REAL_CAP  0xc9de008cee690462
#define REAL_ECAP 0x0012ca9a00f0ef5e

static const struct known_word known[] = {
	{ &intel_cap_record, { REAL_CAP }, "nd", 2 },
	{ &intel_cap_record, { REAL_CAP }, "plmr", 1 },
	{ &intel_cap_record, { REAL_CAP }, "cm", 0 },
	{ &intel_cap_record, { REAL_CAP }, "sagaw", 4 },
	{ &intel_cap_record, { REAL_CAP }, "sslps", 3 },
	{ &intel_cap_record, { REAL_CAP }, "pi", 1 },
	{ &intel_cap_record, { REAL_CAP }, "fs5lp", 0 },
	{ &intel_ecap_record, { REAL_ECAP }, "smpwcs", 0 },
	{ &intel_ecap_record, { REAL_ECAP }, "smts", 1 },
	{ &intel_ecap_record, { REAL_ECAP }, "fsts", 1 },
	{ &intel_pasid_record, { 0x49, 2, 0x1067fc000 }, "pgtt", 1 },
	{ &intel_pasid_record, { 0x49, 2, 0x1067fc000 }, "aw", 2 },
	{ &intel_pasid_record, { 0x49, 2, 0x1067fc000 }, "domain_id", 2 },
	{ &intel_pasid_record, { 0x49, 2, 0x1067fc000 }, "fsptptr", 0x1067fc000 },
	/* What the driver of Linux had written on emulated units, in legacy and in scalable mode. */
	{ &intel_gcmd_record, { 0x86000000 }, "te", 1 },
	{ &intel_gcmd_record, { 0x86000000 }, "qie", 1 },
	{ &intel_gcmd_record, { 0x86000000 }, "ire", 1 },
	{ &intel_gcmd_record, { 0x86000000 }, "srtp", 0 },
	{ &intel_context_record, { 0x3932001, 0x201 }, "ssptptr", 0x3932000 },
	{ &intel_context_record, { 0x3932001, 0x201 }, "aw", 1 },
	{ &intel_context_record, { 0x3932001, 0x201 }, "domain_id", 2 },
	{ &intel_context_record, { 0x9, 0x101 }, "tt", 2 },
	{ &intel_qi_wait_record, { 0x200000025, 0x1234560 }, "type", 5 },
	{ &intel_qi_wait_record, { 0x200000025, 0x1234560 }, "stdata", 2 },
	{ &intel_qi_wait_record, { 0x200000025, 0x1234560 }, "staddr", 0x1234560 },
};

static void test_the_sheet_names_every_bit_once(void **state)
{
	(void)state;
	check_sheet_names_every_bit_once(&sheet);
}

static void test_every_record_is_in_the_sheet(void **state)
{
	(void)state;
	check_sheet_has_every_record(&sheet, intel_records);
}

static void test_every_bit_is_where_the_sheet_has_it(void **state)
{
	(void)state;
	check_every_bit_is_where_the_sheet_has_it(&sheet);
}

static void test_addresses_and_conditions_are_as_in_the_sheet(void **state)
{
	(void)state;
	check_addresses_and_conditions(&sheet);
}

static void test_every_value_is_named_as_in_the_sheet(void **state)
{
	(void)state;
	check_every_value_is_named_as_in_the_sheet(&sheet);
}

static void test_published_words(void **state)
{
	(void)state;
	check_known_words(known, sizeof(known) / sizeof(known[0]));
}

static void test_fields_hold_all_words(void **state)
{
	(void)state;
	check_fields_hold_all_words(intel_records);
}

static void test_lint(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	for (const struct record *const *r = intel_records; *r; r++) {
		const char *wrong = record_lint(*r, &arena);

		check(!wrong, "%s: %s", (*r)->name, wrong);
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_sheet_names_every_bit_once),
		cmocka_unit_test(test_every_record_is_in_the_sheet),
		cmocka_unit_test(test_every_bit_is_where_the_sheet_has_it),
		cmocka_unit_test(test_addresses_and_conditions_are_as_in_the_sheet),
		cmocka_unit_test(test_every_value_is_named_as_in_the_sheet),
		cmocka_unit_test(test_published_words),
		cmocka_unit_test(test_fields_hold_all_words),
		cmocka_unit_test(test_lint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
