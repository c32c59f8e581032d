// SPDX-License-Identifier: GPL-2.0-or-later
/* The records of src/format/amd, and those of no vendor, against tests/spec/amd.def: see spec_sheet.h. */
#include "spec_sheet.h"

#include "format/amd/records.h"
#include "iommu/records.h"

static const struct row rows[] = {
#include "../spec/amd.def"
};

static const struct sheet sheet = { rows, sizeof(rows) / sizeof(rows[0]) };

/* ---- words that others published, with what they mean ---- */

static const struct known_word known[] = {
	/* The device of the reference case: domain 0x79, 3 levels, table 688294000, 256 interrupts.
	 */
	{ &amd_dte_record, { 0x6000000688294603, 0x79, 0x2000000819256011 }, "mode", 3 },
	{ &amd_dte_record, { 0x6000000688294603, 0x79, 0x2000000819256011 }, "root", 0x688294000 },
	{ &amd_dte_record, { 0x6000000688294603, 0x79, 0x2000000819256011 }, "domain_id", 0x79 },
	{ &amd_dte_record, { 0x6000000688294603, 0x79, 0x2000000819256011 }, "int_tab_len", 8 },
	/* "Extended features (0x58f77ef22294ade, 0x0): PPR X2APIC NX GT IA GA PC GA_vAPIC" */
	{ &amd_efr_record, { 0x58f77ef22294ade }, "pref_sup", 0 },
	{ &amd_efr_record, { 0x58f77ef22294ade }, "ppr_sup", 1 },
	{ &amd_efr_record, { 0x58f77ef22294ade }, "xt_sup", 1 },
	{ &amd_efr_record, { 0x58f77ef22294ade }, "gt_sup", 1 },
	{ &amd_efr_record, { 0x58f77ef22294ade }, "he_sup", 0 },
	{ &amd_efr_record, { 0x58f77ef22294ade }, "pc_sup", 1 },
	{ &amd_efr_record, { 0x58f77ef22294ade }, "gam_sup", 1 },
	{ &amd_efr_record, { 0x58f77ef22294ade }, "snp_sup", 0 },
	/* INVALID_DEVICE_REQUEST with flags 0x0a00 is of type 5. */
	{ &amd_event_invalid_device_record, { 0x8a00000000000010, 0xfee00000 }, "type", 5 },
};

static void test_the_sheet_names_every_bit_once(void **state)
{
	(void)state;
	check_sheet_names_every_bit_once(&sheet);
}

static void test_every_record_is_in_the_sheet(void **state)
{
	(void)state;
	check_sheet_has_every_record(&sheet, amd_records);
	check_sheet_has_every_record(&sheet, common_records);
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
	check_fields_hold_all_words(amd_records);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
