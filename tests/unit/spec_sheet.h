/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A second table of a vendor's bits, typed from other people's reading of its specification (tests/spec), and
 * the checks that hold the plugin's records against it. Bit by bit: a record in which that one bit is set must
 * show it in the field that the second table has there, at the place that it has there, and in no other field.
 * So two bits that are swapped, a field that is one bit too wide and a piece that lands at the wrong place of a
 * value all fail here, and so does a name of a value.
 *
 * The words of such a table are explained at the top of tests/spec/amd.def.
 */
#ifndef TESTS_SPEC_SHEET_H
#define TESTS_SPEC_SHEET_H

#include "unit.h"

#include "iommu/record.h"

#define SHEET_MAX_WORDS	 8
#define SHEET_MAX_VALUES 16

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
	const struct record *like;   /* of ROW_RECORD: another one, whose rows it has before its own */
	unsigned nr_bits;
	bool given; /* of ROW_RECORD: hardware or firmware writes it */
	const char *spelled, *key, *bits;
	const char *values[SHEET_MAX_VALUES];
};

#define RECORD(name, nr) { .kind = ROW_RECORD, .record = &name, .nr_bits = (nr) },
#define GIVEN_RECORD(name, nr) { .kind = ROW_RECORD, .record = &name, .nr_bits = (nr), .given = true },
#define RECORD_LIKE(name, nr, other)                                                               \
	{ .kind = ROW_RECORD, .record = &name, .nr_bits = (nr), .like = &other },
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

/* What the published words of a record mean. */
struct known_word {
	const struct record *record;
	uint64_t words[SHEET_MAX_WORDS];
	const char *key;
	uint64_t value;
};

struct sheet {
	const struct row *rows;
	size_t nr_rows;
};

void check_sheet_names_every_bit_once(const struct sheet *sheet);
void check_sheet_has_every_record(const struct sheet *sheet, const struct record *const *records);
void check_every_bit_is_where_the_sheet_has_it(const struct sheet *sheet);
/* In which addresses an encryption bit may stand, and which values go with a flag. */
void check_addresses_and_conditions(const struct sheet *sheet);
void check_every_value_is_named_as_in_the_sheet(const struct sheet *sheet);
void check_known_words(const struct known_word *known, size_t nr);

/* Beside any sheet: a record of random words is the sum of its fields, and they can be put back. */
void check_fields_hold_all_words(const struct record *const *records);

#endif
