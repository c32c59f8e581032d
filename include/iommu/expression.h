/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers as a user types them: symbols and arithmetic on 64 bits. It is worked out here and not by the
 * host program: the eval() of crash 8.0.2 writes complaints of its own into the answer and never returns
 * from a division by zero.
 *
 *   expression:  operands and operators with the precedence that they have in C, lowest first:
 *                |   ^   &   << >>   + -   * / %   and before an operand ~
 *   operand:     a number, a symbol, or an expression in parentheses
 *   number:      0x10, or 1f: hexadecimal; 16: decimal, as in crash's own expressions; with k, m or g behind
 *                it (16k, 0x10m) that many KiB, MiB or GiB
 *   symbol:      letters, digits, "_", "." and "$". What is hex digits from end to end is a number.
 *
 * A result that does not fit 64 bits, or is below zero, is refused and not wrapped around: an address that
 * came out so is not what was meant. A shift to the left drops bits, as in C.
 */
#ifndef IOMMU_EXPRESSION_H
#define IOMMU_EXPRESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "iommu/arena.h"

struct expression {
	uint64_t value;
	/* A number of two or more digits was taken as decimal that could be meant as hexadecimal: "16". */
	bool has_decimal;
	const char *problem; /* of one that has no value: "division by zero"; in the arena */
};

/* The address of a symbol; false: there is none of that name. */
typedef bool expression_symbol(void *ctx, const char *name, uint64_t *ret);

/* False, with ret->problem set, when the text has no value. It is bounded in time by its length. */
bool expression_evaluate(struct arena *arena, const char *text, expression_symbol *symbol, void *ctx,
			 struct expression *ret);

/* Hex digits from end to end, of at most 64 bits, with or without 0x. */
bool parse_hex_word(const char *word, uint64_t *ret);
/* The same of decimal digits. */
bool parse_decimal_word(const char *word, uint64_t *ret);

#endif
