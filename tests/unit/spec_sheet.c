// SPDX-License-Identifier: GPL-2.0-or-later
/* A second table of a vendor's bits, and the plugin's records held against it. */
#include "spec_sheet.h"

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

static const struct row *row_of_record(const struct sheet *sheet, const struct record *record)
{
	for (size_t i = 0; i < sheet->nr_rows; i++) {
		if (sheet->rows[i].kind == ROW_RECORD && sheet->rows[i].record == record)
			return &sheet->rows[i];
	}
	return NULL;
}

/* The rows of a record in order, those of another that it is like first. Start from the record's row and
 * NULL; NULL: no more. */
static const struct row *next_row(const struct sheet *sheet, const struct row *record,
				  const struct row *row)
{
	const struct row *end = sheet->rows + sheet->nr_rows;
	const struct row *like = record->like ? row_of_record(sheet, record->like) : NULL;

	check(!record->like || (like && !like->like), "%s", record->record->name);
	if (!row)
		row = like ? like : record;
	row++;
	if (row < end && row->kind != ROW_RECORD)
		return row;
	if (!like || row > record)
		return NULL;
	row = record + 1;
	return row < end && row->kind != ROW_RECORD ? row : NULL;
}

static const struct row *row_of_bit(const struct sheet *sheet, const struct row *record, unsigned bit,
				    unsigned *to)
{
	const struct row *row = NULL;

	while ((row = next_row(sheet, record, row))) {
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

static void check_record_of_the_sheet(const struct sheet *sheet, const struct row *record)
{
	unsigned seen[64 * SHEET_MAX_WORDS] = { 0 };
	const struct row *row = NULL;

	while ((row = next_row(sheet, record, row))) {
		const char *text = row->bits;
		struct bits bits;

		while (next_bits(&text, &bits)) {
			check(bits.high < record->nr_bits, "%s %s", record->record->name, row->bits);
			for (unsigned bit = bits.low; bit <= bits.high; bit++)
				seen[bit]++;
		}
	}
	for (unsigned bit = 0; bit < record->nr_bits; bit++)
		check(seen[bit] == 1, "%s: bit %u is named %u times", record->record->name, bit,
		      seen[bit]);
}

void check_sheet_names_every_bit_once(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->nr_rows; i++) {
		if (sheet->rows[i].kind == ROW_RECORD)
			check_record_of_the_sheet(sheet, &sheet->rows[i]);
	}
}

void check_sheet_has_every_record(const struct sheet *sheet, const struct record *const *records)
{
	for (const struct record *const *r = records; *r; r++)
		check(row_of_record(sheet, *r), "%s", (*r)->name);
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

static void check_record(const struct sheet *sheet, const struct row *record)
{
	check(record->record->nr_bits == record->nr_bits, "%s", record->record->name);
	for (unsigned bit = 0; bit < record->nr_bits; bit++) {
		uint64_t words[SHEET_MAX_WORDS] = { 0 };
		unsigned to = 0;
		const struct row *row = row_of_bit(sheet, record, bit, &to);

		words[bit / 64] = 1ULL << bit % 64;
		check(row, "%s: bit %u", record->record->name, bit);
		if (row->kind == ROW_FIELD)
			check_field_of_bit(record->record, row, bit, to, words);
		check_rest(record, row, bit, words);
	}
}

void check_every_bit_is_where_the_sheet_has_it(const struct sheet *sheet)
{
	unsigned nr_bits = 0, nr_records = 0;

	for (size_t i = 0; i < sheet->nr_rows; i++) {
		if (sheet->rows[i].kind != ROW_RECORD)
			continue;
		check_record(sheet, &sheet->rows[i]);
		nr_records++;
		nr_bits += sheet->rows[i].nr_bits;
	}
	print_message("%u records, %u bits\n", nr_records, nr_bits);
}

/* What the sheet says of a field beside its bits; NULL: nothing. */
static const struct row *remark_on(const struct sheet *sheet, const struct row *record, enum row_kind kind,
				   const char *key)
{
	const struct row *row = NULL;

	while ((row = next_row(sheet, record, row))) {
		if (row->kind == kind && strcmp(row->key, key) == 0)
			return row;
	}
	return NULL;
}

static void check_remarks(const struct sheet *sheet, const struct row *record)
{
	for (unsigned i = 0; i < record->record->nr_fields; i++) {
		const struct field *field = &record->record->fields[i];
		const struct row *when;

		if (!field->key)
			continue;
		when = remark_on(sheet, record, ROW_WHEN, field->key);
		check(field->physical == !!remark_on(sheet, record, ROW_PHYSICAL, field->key),
		      "%s.%s: a physical address, or not", record->record->name, field->key);
		check(!field->when == !when && (!when || strcmp(field->when, when->spelled) == 0),
		      "%s.%s goes with %s", record->record->name, field->key,
		      field->when ? field->when : "nothing");
	}
}

void check_addresses_and_conditions(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->nr_rows; i++) {
		if (sheet->rows[i].kind == ROW_RECORD)
			check_remarks(sheet, &sheet->rows[i]);
	}
}

static bool names_values(const struct row *row)
{
	for (unsigned value = 0; value < SHEET_MAX_VALUES; value++) {
		if (row->values[value])
			return true;
	}
	return false;
}

static void check_values(const struct record *record, const struct row *row)
{
	for (uint64_t value = 0; value < SHEET_MAX_VALUES; value++) {
		const char *name = field_value_name(record_field(record, row->key), value);
		const char *expected = row->values[value];

		check(!name == !expected && (!name || strcmp(name, expected) == 0),
		      "%s.%s %u: '%s', not '%s'", record->name, row->key, (unsigned)value,
		      name ? name : "", expected ? expected : "");
	}
}

/* A value that the sheet names has that name, and one that it does not name has none beyond it. */
void check_every_value_is_named_as_in_the_sheet(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->nr_rows; i++) {
		const struct row *record = &sheet->rows[i], *row = NULL;

		while (record->kind == ROW_RECORD && (row = next_row(sheet, record, row))) {
			if (row->kind == ROW_FIELD && names_values(row))
				check_values(record->record, row);
		}
	}
}

void check_known_words(const struct known_word *known, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct field *field = record_field(known[i].record, known[i].key);

		check(field, "%s has no %s", known[i].record->name, known[i].key);
		check(field_get(field, known[i].words) == known[i].value, "%s.%s is %llx",
		      known[i].record->name, known[i].key,
		      (unsigned long long)field_get(field, known[i].words));
	}
}

/* ---- properties ---- */

static void check_random_words(const struct record *record, struct rng *rng)
{
	unsigned nr_words = (record->nr_bits + 63u) / 64;
	uint64_t words[SHEET_MAX_WORDS] = { 0 }, again[SHEET_MAX_WORDS] = { 0 };

	for (unsigned i = 0; i < nr_words; i++)
		words[i] = rng_next(rng);
	if (record->nr_bits % 64)
		words[nr_words - 1] &= (1ULL << record->nr_bits % 64) - 1;
	for (unsigned i = 0; i < record->nr_fields; i++) {
		const struct field *field = &record->fields[i];

		field_set(field, field_get(field, words), again);
	}
	for (unsigned i = 0; i < SHEET_MAX_WORDS; i++)
		check(again[i] == words[i], "%s: word %u", record->name, i);
}

void check_fields_hold_all_words(const struct record *const *records)
{
	struct rng rng = { 11 };

	for (const struct record *const *r = records; *r; r++) {
		for (unsigned round = 0; round < 100; round++)
			check_random_words(*r, &rng);
	}
}
