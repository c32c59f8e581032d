// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a table of fields is good for: taking a field out of a record's words and putting it in,
 * finding it by its key, naming its value, and checking that the table names every bit of the
 * record once.
 */
#include "iommu/record.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t low_bits(unsigned width)
{
	return width >= 64 ? ~0ULL : (1ULL << width) - 1;
}

/* Bits lo..lo+width-1 of an array of words; a piece may straddle two words. */
static uint64_t bits_get(const uint64_t *words, unsigned lo, unsigned width)
{
	unsigned shift = lo % 64;
	uint64_t value = words[lo / 64] >> shift;

	if (shift + width > 64)
		value |= words[lo / 64 + 1] << (64 - shift);
	return value & low_bits(width);
}

static void bit_set(uint64_t *words, unsigned bit, bool on)
{
	uint64_t mask = 1ULL << (bit % 64);

	if (on)
		words[bit / 64] |= mask;
	else
		words[bit / 64] &= ~mask;
}

uint64_t field_get(const struct field *field, const uint64_t *words)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < FIELD_MAX_PIECES && field->pieces[i].width; i++) {
		const struct piece *p = &field->pieces[i];

		value |= bits_get(words, p->lo, p->width) << p->to;
	}
	return value;
}

void field_set(const struct field *field, uint64_t value, uint64_t *words)
{
	for (unsigned i = 0; i < FIELD_MAX_PIECES && field->pieces[i].width; i++) {
		const struct piece *p = &field->pieces[i];

		for (unsigned bit = 0; bit < p->width; bit++)
			bit_set(words, p->lo + bit, value >> (p->to + bit) & 1);
	}
}

const char *field_format(const struct field *field, uint64_t value, char buf[FIELD_VALUE_MAX])
{
	switch (field->kind) {
	case FIELD_FLAG:
	case FIELD_NUMBER:
		snprintf(buf, FIELD_VALUE_MAX, "%" PRIu64, value);
		break;
	case FIELD_ADDRESS:
		snprintf(buf, FIELD_VALUE_MAX, "%" PRIx64, value);
		break;
	case FIELD_ID:
	case FIELD_RESERVED:
	case FIELD_IGNORED:
		snprintf(buf, FIELD_VALUE_MAX, "0x%" PRIx64, value);
		break;
	}
	return buf;
}

uint64_t field_value(const struct field *field, const uint64_t *words, uint64_t enc_mask)
{
	uint64_t value = field_get(field, words);

	return field->physical ? value & ~enc_mask : value;
}

bool field_is_encrypted(const struct field *field, const uint64_t *words, uint64_t enc_mask)
{
	return field->physical && field_get(field, words) & enc_mask;
}

void record_without_encryption(const struct record *record, const uint64_t *words, uint64_t enc_mask,
			       uint64_t *ret)
{
	memcpy(ret, words, (record->nr_bits + 63u) / 64 * sizeof(*ret));
	for (unsigned i = 0; i < record->nr_fields && enc_mask; i++) {
		const struct field *field = &record->fields[i];

		if (field_is_encrypted(field, words, enc_mask))
			field_set(field, field_value(field, words, enc_mask), ret);
	}
}

const struct field *field_unused_without(const struct record *record, const struct field *field,
					 const uint64_t *words)
{
	const struct field *flag = field->when ? record_field(record, field->when) : NULL;

	if (!flag)
		return NULL;
	return field_get(flag, words) ? field_unused_without(record, flag, words) : flag;
}

const char *field_name_of_value(const struct record *record, const struct field *field,
				const uint64_t *words)
{
	return field_unused_without(record, field, words) ?
		       NULL : field_value_name(field, field_get(field, words));
}

const char *field_meaning(const struct record *record, const struct field *field,
			  const uint64_t *words, uint64_t enc_mask, char buf[FIELD_MEANING_MAX])
{
	const struct field *flag = field_unused_without(record, field, words);
	const char *name = field_name_of_value(record, field, words);
	const char *help = field->help ? field->help : "";

	if (flag)
		snprintf(buf, FIELD_MEANING_MAX, "%s: not used while %s is 0", help, flag->name);
	else if (name)
		snprintf(buf, FIELD_MEANING_MAX, "%s: %s", help, name);
	else if (field_is_encrypted(field, words, enc_mask))
		snprintf(buf, FIELD_MEANING_MAX, "%s; encrypted (bit %d)", help,
			 __builtin_ctzll(field_get(field, words) & enc_mask));
	else
		snprintf(buf, FIELD_MEANING_MAX, "%s", help);
	return buf;
}

const struct field *record_field(const struct record *record, const char *key)
{
	for (unsigned i = 0; i < record->nr_fields; i++) {
		const struct field *field = &record->fields[i];

		/* Most differ in their first letter: a call for each was a quarter of what `check` costs. */
		if (field->key && field->key[0] == key[0] && strcmp(field->key, key) == 0)
			return field;
	}
	return NULL;
}

uint64_t record_get(const struct record *record, const char *key, const uint64_t *words)
{
	return field_get(record_field(record, key), words);
}

const char *field_value_name(const struct field *field, uint64_t value)
{
	return value < field->nr_names ? field->names[value] : NULL;
}

const char *field_bits(const struct field *field, char buf[FIELD_BITS_MAX])
{
	size_t at = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < FIELD_MAX_PIECES && field->pieces[i].width; i++) {
		const struct piece *p = &field->pieces[i];
		const char *gap = i ? " " : "";
		int wrote;

		if (p->width == 1)
			wrote = snprintf(buf + at, FIELD_BITS_MAX - at, "%s%u", gap, p->lo);
		else
			wrote = snprintf(buf + at, FIELD_BITS_MAX - at, "%s%u:%u", gap,
					 p->lo + p->width - 1u, p->lo);
		at += (size_t)wrote;
	}
	return buf;
}

/* An integer of a double, exactly. */
#define JSON_NUMBER_BITS 53

static bool key_is_well_formed(const char *key)
{
	if (!islower((unsigned char)*key))
		return false;
	for (; *key; key++) {
		if (!islower((unsigned char)*key) && !isdigit((unsigned char)*key) && *key != '_')
			return false;
	}
	return true;
}

/* Pieces that field_get() would lay over each other, or not see. */
static const char *pieces_lint(const struct field *field, struct arena *arena)
{
	uint64_t taken = 0;

	for (unsigned i = 0; i < FIELD_MAX_PIECES; i++) {
		const struct piece *p = &field->pieces[i];

		if (!p->width)
			continue;
		if (i && !p[-1].width)
			return arena_printf(arena, "%s: an empty piece before piece %u",
					    field->name, i);
		if (p->to + p->width > 64)
			return arena_printf(arena, "%s: piece %u does not fit 64 bits",
					    field->name, i);
		if (taken & low_bits(p->width) << p->to)
			return arena_printf(arena, "%s: pieces overlap in the value", field->name);
		taken |= low_bits(p->width) << p->to;
	}
	return NULL;
}

static const char *field_lint(const struct field *field, struct arena *arena)
{
	bool named = field->kind != FIELD_RESERVED && field->kind != FIELD_IGNORED;
	unsigned width = 0;

	if (named && (!field->name || !field->key || !field->help))
		return arena_printf(arena, "%s: a name, a key and a help line are required",
				    field->name ? field->name : "?");
	if (named && !key_is_well_formed(field->key))
		return arena_printf(arena, "%s: key '%s' is not lower_snake", field->name,
				    field->key);
	for (unsigned i = 0; i < FIELD_MAX_PIECES; i++)
		width += field->pieces[i].width;
	if (field->physical && field->kind != FIELD_ADDRESS)
		return arena_printf(arena, "%s: a physical address that is no address", field->name);
	/* Numbers of JSON are doubles to most who read them; hex is written as text. */
	if (named && field->kind != FIELD_ADDRESS && width > JSON_NUMBER_BITS)
		return arena_printf(arena, "%s: a number of %u bits, which JSON cannot tell", field->name, width);
	if (field->kind == FIELD_FLAG && width != 1)
		return arena_printf(arena, "%s: a flag of %u bits", field->name, width);
	if (field->nr_names && (uint64_t)field->nr_names - 1 > low_bits(width))
		return arena_printf(arena, "%s: more value names than values", field->name);
	return pieces_lint(field, arena);
}

/* A flag with that key stands before the nth field: so a field goes with none that goes with it. */
static bool is_flag_of(const struct record *record, const char *key, unsigned nth)
{
	for (unsigned i = 0; i < nth; i++) {
		const struct field *field = &record->fields[i];

		if (field->key && strcmp(field->key, key) == 0)
			return field->kind == FIELD_FLAG;
	}
	return false;
}

const char *record_lint(const struct record *record, struct arena *arena)
{
	unsigned char *owner = arena_alloc(arena, record->nr_bits);

	for (unsigned i = 0; i < record->nr_fields; i++) {
		const struct field *field = &record->fields[i];
		const char *wrong = field_lint(field, arena);

		if (wrong)
			return wrong;
		for (unsigned j = 0; j < i; j++) {
			if (field->key && record->fields[j].key &&
			    strcmp(field->key, record->fields[j].key) == 0)
				return arena_printf(arena, "key '%s' twice", field->key);
		}
		if (field->when && !is_flag_of(record, field->when, i))
			return arena_printf(arena, "%s: goes with '%s', which is no flag before it",
					    field->name, field->when);
		for (unsigned p = 0; p < FIELD_MAX_PIECES; p++) {
			for (unsigned b = 0; b < field->pieces[p].width; b++) {
				unsigned bit = field->pieces[p].lo + b;

				if (bit >= record->nr_bits)
					return arena_printf(arena, "%s: bit %u is outside",
							    field->name, bit);
				if (owner[bit]++)
					return arena_printf(arena, "bit %u is named twice (%s)",
							    bit, field->name);
			}
		}
	}
	for (unsigned bit = 0; bit < record->nr_bits; bit++) {
		if (!owner[bit])
			return arena_printf(arena, "bit %u has no name", bit);
	}
	return NULL;
}

int record_next_reserved(const struct record *record, const uint64_t *words, int from)
{
	int found = -1;

	for (unsigned i = 0; i < record->nr_fields; i++) {
		const struct field *field = &record->fields[i];

		if (field->kind != FIELD_RESERVED || !field_get(field, words))
			continue;
		for (unsigned p = 0; p < FIELD_MAX_PIECES; p++) {
			for (unsigned b = 0; b < field->pieces[p].width; b++) {
				int bit = field->pieces[p].lo + (int)b;

				if (bit >= from && (found < 0 || bit < found) &&
				    bits_get(words, (unsigned)bit, 1))
					found = bit;
			}
		}
	}
	return found;
}

int record_reserved_bit(const struct record *record, const uint64_t *words)
{
	return record->unnamed ? -1 : record_next_reserved(record, words, 0);
}
