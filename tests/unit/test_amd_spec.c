// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The records of src/format/amd against tests/spec/amd.def, a second table of the same bits that
 * was typed from other people's reading of the specification. Bit by bit: a record in which that
 * one bit is set must show it in the field that the second table has there, at the place that it
 * has there, and in no other field. So two bits that are swapped, a field that is one bit too wide
 * and a piece that lands at the wrong place of a value all fail here, and so does a name of a
 * value.
 */
#include "unit.h"

#include "format/amd/records.h"
#include "iommu/records.h"

#define MAX_WORDS  4
#define MAX_VALUES 16

enum row_kind {
	ROW_RECORD,
	ROW_FIELD,
	ROW_RESERVED,
	ROW_IGNORED,
	ROW_UNKNOWN,
	ROW_PHYSICAL,
	ROW_WHEN
};

struct row {
	enum row_kind kind;
	const struct record *record; /* of ROW_RECORD */
	unsigned nr_bits;
	bool given; /* of ROW_RECORD: hardware or firmware writes it */
	const char *spelled, *key, *bits;
	const char *values[MAX_VALUES];
};

#define RECORD(name, nr) { .kind = ROW_RECORD, .record = &name, .nr_bits = (nr) },
#define GIVEN_RECORD(name, nr) { .kind = ROW_RECORD, .record = &name, .nr_bits = (nr), .given = true },
#define FIELD(name, word, where, ...)                                                              \
	{ .kind = ROW_FIELD,                                                                       \
	  .spelled = name,                                                                         \
	  .key = word,                                                                             \
	  .bits = where,                                                                           \
	  .values = { __VA_ARGS__ } },
#define RESERVED(where)	    { .kind = ROW_RESERVED, .bits = where },
#define IGNORED(where)	    { .kind = ROW_IGNORED, .bits = where },
#define UNKNOWN(where, why) { .kind = ROW_UNKNOWN, .bits = where, .spelled = why },
#define PHYSICAL(word)	    { .kind = ROW_PHYSICAL, .key = word, .bits = "" },
#define WHEN(word, flag)    { .kind = ROW_WHEN, .key = word, .spelled = flag, .bits = "" },

static const struct row rows[] = {
#include "../spec/amd.def"
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

/* One piece of a row's bits: "high:low@to", "high:low" or "bit". */
struct bits {
	unsigned low, high, to;
};

/* Takes the next piece off *text; false when there is none. A piece without "@to" starts at bit 0
 * of the value. */
static bool next_bits(const char **text, struct bits *ret)
{
	int used = 0;

	while (**text == ' ')
		++*text;
	if (!**text)
		return false;
	ret->to = 0;
	if (sscanf(*text, "%u:%u@%u%n", &ret->high, &ret->low, &ret->to, &used) != 3 &&
	    sscanf(*text, "%u:%u%n", &ret->high, &ret->low, &used) != 2) {
		check(sscanf(*text, "%u%n", &ret->high, &used) == 1, "cannot read '%s'", *text);
		ret->low = ret->high;
	}
	check(ret->high >= ret->low, "'%s' is upside down", *text);
	*text += used;
	return true;
}

static const struct row *row_of_bit(const struct row *record, unsigned bit, unsigned *to)
{
	for (const struct row *row = record + 1; row < rows + NR_ROWS && row->kind != ROW_RECORD;
	     row++) {
		const char *text = row->bits;
		struct bits bits;

		while (next_bits(&text, &bits)) {
			if (bit < bits.low || bit > bits.high)
				continue;
			*to = bits.to + (bit - bits.low);
			return row;
		}
	}
	return NULL;
}

/* ---- the second table by itself ---- */

static void test_the_sheet_names_every_bit_once(void **state)
{
	(void)state;
	for (const struct row *record = rows; record < rows + NR_ROWS; record++) {
		unsigned seen[64 * MAX_WORDS] = { 0 };

		if (record->kind != ROW_RECORD)
			continue;
		for (const struct row *row = record + 1;
		     row < rows + NR_ROWS && row->kind != ROW_RECORD; row++) {
			const char *text = row->bits;
			struct bits bits;

			while (next_bits(&text, &bits)) {
				check(bits.high < record->nr_bits, "%s %s", record->record->name,
				      row->bits);
				for (unsigned bit = bits.low; bit <= bits.high; bit++)
					seen[bit]++;
			}
		}
		for (unsigned bit = 0; bit < record->nr_bits; bit++)
			check(seen[bit] == 1, "%s: bit %u is named %u times", record->record->name,
			      bit, seen[bit]);
	}
}

static bool is_in_the_sheet(const struct record *record)
{
	for (size_t i = 0; i < NR_ROWS; i++) {
		if (rows[i].kind == ROW_RECORD && rows[i].record == record)
			return true;
	}
	return false;
}

static void test_every_record_is_in_the_sheet(void **state)
{
	(void)state;
	for (const struct record *const *r = amd_records; *r; r++)
		check(is_in_the_sheet(*r), "%s", (*r)->name);
	for (const struct record *const *r = common_records; *r; r++)
		check(is_in_the_sheet(*r), "%s", (*r)->name);
}

/* ---- the plugin's records against it ---- */

static void check_field_of_bit(const struct record *record, const struct row *row, unsigned bit,
			       unsigned to, const uint64_t *words)
{
	const struct field *field = record_field(record, row->key);

	check(field, "%s has no %s", record->name, row->key);
	check(strcmp(field->name, row->spelled) == 0, "%s.%s is spelled %s", record->name, row->key,
	      field->name);
	check(field_get(field, words) == 1ULL << to, "%s.%s: bit %u gives %llx", record->name,
	      row->key, bit, (unsigned long long)field_get(field, words));
}

/* No other field may see the bit; and one that must be zero is told of, as others are not. Of a record that hardware or
 * firmware writes no bit must be zero, and one without a name is found all the same. */
static void check_rest(const struct row *of, const struct row *row, unsigned bit, const uint64_t *words)
{
	const struct record *record = of->record;

	for (unsigned i = 0; i < record->nr_fields; i++) {
		const struct field *field = &record->fields[i];

		if (field->key && (row->kind != ROW_FIELD || strcmp(field->key, row->key) != 0))
			check(field_get(field, words) == 0, "%s.%s: has bit %u", record->name,
			      field->key, bit);
	}
	if (row->kind == ROW_RESERVED)
		check(record_next_reserved(record, words, 0) == (int)bit && !record->unnamed != of->given,
		      "%s: bit %u has no name", record->name, bit);
	if (row->kind == ROW_RESERVED && !of->given)
		check(record_reserved_bit(record, words) == (int)bit, "%s: bit %u is reserved",
		      record->name, bit);
	else if (row->kind != ROW_UNKNOWN)
		check(record_reserved_bit(record, words) == -1, "%s: bit %u is not reserved",
		      record->name, bit);
}

static void check_record(const struct row *record)
{
	check(record->record->nr_bits == record->nr_bits, "%s", record->record->name);
	for (unsigned bit = 0; bit < record->nr_bits; bit++) {
		uint64_t words[MAX_WORDS] = { 0 };
		unsigned to = 0;
		const struct row *row = row_of_bit(record, bit, &to);

		words[bit / 64] = 1ULL << bit % 64;
		check(row, "%s: bit %u", record->record->name, bit);
		if (row->kind == ROW_FIELD)
			check_field_of_bit(record->record, row, bit, to, words);
		check_rest(record, row, bit, words);
	}
}

static void test_every_bit_is_where_the_sheet_has_it(void **state)
{
	unsigned nr_bits = 0, nr_records = 0;

	(void)state;
	for (size_t i = 0; i < NR_ROWS; i++) {
		if (rows[i].kind != ROW_RECORD)
			continue;
		check_record(&rows[i]);
		nr_records++;
		nr_bits += rows[i].nr_bits;
	}
	print_message("%u records, %u bits\n", nr_records, nr_bits);
}

/* What the sheet says of a field beside its bits; NULL: nothing. */
static const struct row *remark_on(const struct row *record, enum row_kind kind, const char *key)
{
	for (const struct row *row = record + 1; row < rows + NR_ROWS && row->kind != ROW_RECORD;
	     row++) {
		if (row->kind == kind && strcmp(row->key, key) == 0)
			return row;
	}
	return NULL;
}

/* In which addresses an encryption bit may stand, and which values go with a flag. */
static void test_addresses_and_conditions_are_as_in_the_sheet(void **state)
{
	(void)state;
	for (const struct row *row = rows; row < rows + NR_ROWS; row++) {
		if (row->kind != ROW_RECORD)
			continue;
		for (unsigned i = 0; i < row->record->nr_fields; i++) {
			const struct field *field = &row->record->fields[i];
			const struct row *when;

			if (!field->key)
				continue;
			when = remark_on(row, ROW_WHEN, field->key);
			check(field->physical == !!remark_on(row, ROW_PHYSICAL, field->key),
			      "%s.%s: a physical address, or not", row->record->name, field->key);
			check(!field->when == !when && (!when || strcmp(field->when, when->spelled) == 0),
			      "%s.%s goes with %s", row->record->name, field->key,
			      field->when ? field->when : "nothing");
		}
	}
}

/* A value that the sheet names has that name, and one that it does not name has none beyond it. */
static void test_every_value_is_named_as_in_the_sheet(void **state)
{
	const struct record *record = NULL;

	(void)state;
	for (const struct row *row = rows; row < rows + NR_ROWS; row++) {
		if (row->kind == ROW_RECORD)
			record = row->record;
		if (row->kind != ROW_FIELD || (!row->values[0] && !row->values[2]))
			continue;
		for (uint64_t value = 0; value < MAX_VALUES; value++) {
			const char *name = field_value_name(record_field(record, row->key), value);
			const char *expected = row->values[value];

			check(!name == !expected && (!name || strcmp(name, expected) == 0),
			      "%s.%s %u: '%s', not '%s'", record->name, row->key, (unsigned)value,
			      name ? name : "", expected ? expected : "");
		}
	}
}

/* ---- words that others published, with what they mean ---- */

static const struct known {
	const struct record *record;
	uint64_t words[MAX_WORDS];
	const char *key;
	uint64_t value;
} known[] = {
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

static void test_published_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct field *field = record_field(known[i].record, known[i].key);

		check(field_get(field, known[i].words) == known[i].value, "%s.%s",
		      known[i].record->name, known[i].key);
	}
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
