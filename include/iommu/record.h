/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hardware record, described once as a table of fields. Text, JSON and the field manual of
 * `iommu help` are all printed from that table, and record_lint() requires every bit of the record
 * to be named exactly once, reserved bits included.
 *
 * Adding a record:
 *   1. a file in src/format/VENDOR/ that opens with the specification's title, revision and section
 *      and defines a `const struct record`;
 *   2. its name in the list of that vendor, src/format/VENDOR/records.c (in src/format/records.c when it
 *      is no vendor's own), so that the lint sees it;
 *   3. its bits a second time, from another source than the code, in the vendor's sheet in tests/spec:
 *      its test there (tests/unit/test_amd_spec, test_intel_spec) fails for a record without rows;
 *   4. a unit test that decodes a known word.
 *
 * A record whose meaning depends on a mode is several records and one selector function.
 */
#ifndef IOMMU_RECORD_H
#define IOMMU_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu/arena.h"

enum field_kind {
	FIELD_FLAG,	/* one bit: true or false */
	FIELD_NUMBER,	/* a count, an id, a level: decimal in JSON */
	FIELD_ID,	/* a number that people read in hex: a domain id */
	FIELD_ADDRESS,	/* bits that stand at their own place in an address */
	FIELD_RESERVED, /* without a name: shown only when it is not zero; as damage, see struct record */
	FIELD_IGNORED,	/* hardware does not look at it: shown, as raw, only when it is not zero */
};

#define FIELD_MAX_PIECES 3

/* Bits hi:lo of the record (counted over the whole record, as the specification counts) which
 * stand at bit `to` and up in the field's value. width 0: no piece. */
struct piece {
	uint16_t lo;
	uint8_t width;
	uint8_t to;
};

#define PIECE(hi, lo_, to_)                                                                        \
	{                                                                                          \
		.lo = (lo_), .width = (hi) - (lo_) + 1, .to = (to_)                                \
	}
#define BITS_AT(hi, lo_)                                                                              \
	{                                                                                          \
		PIECE(hi, lo_, 0)                                                                  \
	}
#define BIT_AT(bit) BITS_AT(bit, bit)

/* The rows of a table that name bits without a meaning. */
#define RESERVED_BITS(hi, lo_)                                                                     \
	{                                                                                          \
		.name = "reserved", .kind = FIELD_RESERVED, .pieces = BITS_AT(hi, lo_)                \
	}
#define IGNORED_BITS(hi, lo_)                                                                      \
	{                                                                                          \
		.name = "ignored", .kind = FIELD_IGNORED, .pieces = BITS_AT(hi, lo_)                  \
	}

struct field {
	const char *name; /* as the specification spells it */
	const char *key;  /* stable lower_snake name in JSON; NULL for reserved and ignored */
	enum field_kind kind;
	struct piece pieces[FIELD_MAX_PIECES];
	const char *const *names; /* meaning of each value, or NULL; names[v] may be NULL */
	uint8_t nr_names;
	const char *help; /* one line: what it means */
	bool physical;	  /* ADDRESS: of the machine's memory, so that the bit that marks encrypted memory may stand
			   * in it; else an address of a device, or a number in hex */
	const char *when; /* the key of a flag of the same record, without which the value means nothing */
};

struct record {
	const char *name;   /* "Device Table Entry" */
	const char *source; /* specification and section */
	uint16_t nr_bits;   /* a multiple of 32 */
	uint16_t nr_fields;
	const struct field *fields;
	/* Software writes the record and hardware wants its reserved bits to be zero: NULL. Hardware or firmware
	 * wrote it: such a bit that is set is no damage, and this is said of it, unless its field has a help line. */
	const char *unnamed;
};

/* What is said of bits of a register, or of an entry of a log, that no specification at hand names. */
#define UNNAMED_BITS "a bit without a known name"

#define NAMES(array) .names = (array), .nr_names = sizeof(array) / sizeof((array)[0])
#define FIELDS(array) .fields = (array), .nr_fields = sizeof(array) / sizeof((array)[0])

/* words[]: the record as 64-bit little-endian words, nr_bits / 64 of them, rounded up. */
uint64_t field_get(const struct field *field, const uint64_t *words);

/* Puts a value into its pieces: the inverse of field_get(), for tests and test data. */
void field_set(const struct field *field, uint64_t value, uint64_t *words);

/* The value without the bits that mark encrypted memory, where it is a physical address. */
uint64_t field_value(const struct field *field, const uint64_t *words, uint64_t enc_mask);

/* Such a bit stands in it. */
bool field_is_encrypted(const struct field *field, const uint64_t *words, uint64_t enc_mask);

/* The words without such bits: for sentences that are made of them. ret: as many words as the record has. */
void record_without_encryption(const struct record *record, const uint64_t *words, uint64_t enc_mask,
			       uint64_t *ret);

/* NULL: the value means something; else the flag that it goes with, which is not set. */
const struct field *field_unused_without(const struct record *record, const struct field *field,
					 const uint64_t *words);

/* The name of the value, where the value means something and has one; else NULL. */
const char *field_name_of_value(const struct record *record, const struct field *field,
				const uint64_t *words);

/* What the value says: the field's meaning, the value's name, "not used while GV is 0", "encrypted (bit 51)". */
#define FIELD_MEANING_MAX 200
const char *field_meaning(const struct record *record, const struct field *field,
			  const uint64_t *words, uint64_t enc_mask, char buf[FIELD_MEANING_MAX]);

/* A value as text spells it: addresses in hex, ids in hex with 0x, numbers in decimal. Returns buf. */
#define FIELD_VALUE_MAX 32
const char *field_format(const struct field *field, uint64_t value, char buf[FIELD_VALUE_MAX]);

/* The field with that key, or NULL. */
const struct field *record_field(const struct record *record, const char *key);

/* The value of the field with that key, which the record must have: for keys that are constants. */
uint64_t record_get(const struct record *record, const char *key, const uint64_t *words);

/* The name of a value, or NULL when the table gives none. */
const char *field_value_name(const struct field *field, uint64_t value);

/* "51:12", "60:58 95:80 127:107": where the field's bits are, most significant piece last. */
#define FIELD_BITS_MAX 48
const char *field_bits(const struct field *field, char buf[FIELD_BITS_MAX]);

/* NULL when every bit is named exactly once and every field is well formed, or what is wrong. */
const char *record_lint(const struct record *record, struct arena *arena);

/* A bit that must be zero and is not: its number, or -1. */
int record_reserved_bit(const struct record *record, const uint64_t *words);

/* The next bit from `from` on that is set and reserved, whether or not it must be zero; -1: none. */
int record_next_reserved(const struct record *record, const uint64_t *words, int from);

#endif
