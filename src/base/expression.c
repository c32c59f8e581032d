// SPDX-License-Identifier: GPL-2.0-or-later
/* Evaluates what a user typed for a number, by operator precedence. The grammar stands in the header. */
#include "iommu/expression.h"

#include "iommu/digits.h"

#include <ctype.h>
#include <string.h>

#define DEEPEST	     64 /* parentheses and ~ inside each other */
#define NR_LEVELS    6	/* of precedence */
#define DECIMAL_FROM 2	/* digits: one alone means the same in both bases */

/* ---- whole words ---- */

/* All of the digits; false on anything else, none, or more than 64 bits. */
static bool digits_in(const char *digits, size_t len, unsigned base, uint64_t *ret)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned digit = digit_value(digits[i]);

		if (digit >= base || value > (UINT64_MAX - digit) / base)
			return false;
		value = value * base + digit;
	}
	*ret = value;
	return len != 0;
}

bool parse_hex_word(const char *word, uint64_t *ret)
{
	word += has_0x(word) ? 2 : 0;
	return digits_in(word, strlen(word), 16, ret);
}

bool parse_decimal_word(const char *word, uint64_t *ret)
{
	return digits_in(word, strlen(word), 10, ret);
}

/* ---- an expression being read ---- */

struct reader {
	struct arena *arena;
	const char *at;
	expression_symbol *symbol;
	void *ctx;
	unsigned depth;
	struct expression *result;
};

static bool refuse(struct reader *r, const char *problem)
{
	r->result->problem = problem;
	return false;
}

static void skip_blanks(struct reader *r)
{
	while (*r->at == ' ' || *r->at == '\t')
		r->at++;
}

/* ---- operands ---- */

static bool is_of_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

static unsigned suffix_lg2(char c)
{
	switch (tolower((unsigned char)c)) {
	case 'k':
		return 10;
	case 'm':
		return 20;
	case 'g':
		return 30;
	default:
		return 0;
	}
}

static bool refuse_wide(struct reader *r, const char *word, size_t len)
{
	return refuse(r, arena_printf(r->arena, "%.*s is more than 64 bits", (int)len, word));
}

/* Not a number: false without a problem; a number that is none that can be had: with one. */
static bool number_of(struct reader *r, const char *word, size_t len, uint64_t *ret)
{
	bool hex = has_0x(word);
	unsigned lg2 = isdigit((unsigned char)word[0]) ? suffix_lg2(word[len - 1]) : 0;
	size_t nr = len - (lg2 != 0), skip = hex ? 2 : 0;
	size_t nr_decimal = strspn(word, "0123456789");
	uint64_t value;

	if (nr <= skip)
		return false;
	if (!hex && nr_decimal >= nr) {
		if (!digits_in(word, nr, 10, &value))
			return refuse_wide(r, word, len);
		r->result->has_decimal |= nr >= DECIMAL_FROM;
	} else {
		for (size_t i = skip; i < nr; i++) {
			if (digit_value(word[i]) == NO_DIGIT)
				return false;
		}
		if (!digits_in(word + skip, nr - skip, 16, &value))
			return refuse_wide(r, word, len);
	}
	if (value > UINT64_MAX >> lg2)
		return refuse_wide(r, word, len);
	*ret = value << lg2;
	return true;
}

static bool read_word(struct reader *r, uint64_t *ret)
{
	const char *word = r->at;
	size_t len = 0;
	char *name;

	while (is_of_word(word[len]))
		len++;
	r->at += len;
	if (number_of(r, word, len, ret))
		return true;
	if (r->result->problem)
		return false;
	name = arena_printf(r->arena, "%.*s", (int)len, word);
	if (r->symbol(r->ctx, name, ret))
		return true;
	return refuse(r, arena_printf(r->arena, "%s is no symbol and no number", name));
}

static bool read_level(struct reader *r, unsigned level, uint64_t *ret);

static bool read_parentheses(struct reader *r, uint64_t *ret)
{
	r->at++;
	if (!read_level(r, 0, ret))
		return false;
	skip_blanks(r);
	if (!*r->at)
		return refuse(r, "a ')' is missing");
	if (*r->at != ')')
		return refuse(r, arena_printf(r->arena, "an operator is missing before %s", r->at));
	r->at++;
	return true;
}

static bool read_operand(struct reader *r, uint64_t *ret)
{
	bool good;

	skip_blanks(r);
	if (is_of_word(*r->at))
		return read_word(r, ret);
	if (*r->at != '(' && *r->at != '~')
		return refuse(r, *r->at ? arena_printf(r->arena, "a number or a symbol is missing before %s",
						       r->at) :
					  "a number or a symbol is missing at the end");
	if (r->depth == DEEPEST)
		return refuse(r, "too many parentheses inside each other");
	r->depth++;
	if (*r->at == '(') {
		good = read_parentheses(r, ret);
	} else {
		r->at++;
		good = read_operand(r, ret);
		if (good)
			*ret = ~*ret;
	}
	r->depth--;
	return good;
}

/* ---- operators ---- */

enum operation { OR, XOR, AND, LEFT, RIGHT, PLUS, MINUS, TIMES, DIVIDE, REST };

static const struct operator {
	const char *text;
	unsigned level; /* of precedence, lowest first */
	enum operation operation;
} operators[] = {
	{ "|", 0, OR },	   { "^", 1, XOR },   { "&", 2, AND },	  { "<<", 3, LEFT },  { ">>", 3, RIGHT },
	{ "+", 4, PLUS },  { "-", 4, MINUS }, { "*", 5, TIMES }, { "/", 5, DIVIDE }, { "%", 5, REST },
};

static const struct operator *next_operator(struct reader *r, unsigned level)
{
	skip_blanks(r);
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		const struct operator *op = &operators[i];

		if (op->level == level && strncmp(r->at, op->text, strlen(op->text)) == 0)
			return op;
	}
	return NULL;
}

static bool apply(struct reader *r, enum operation operation, uint64_t right, uint64_t *left)
{
	uint64_t value = *left;
	bool over = false;

	switch (operation) {
	case OR:
		value |= right;
		break;
	case XOR:
		value ^= right;
		break;
	case AND:
		value &= right;
		break;
	case LEFT:
	case RIGHT:
		if (right > 63)
			return refuse(r, "a shift by more than 63 bits");
		value = operation == LEFT ? value << right : value >> right;
		break;
	case PLUS:
		over = __builtin_add_overflow(value, right, &value);
		break;
	case MINUS:
		if (right > value)
			return refuse(r, "it is below zero");
		value -= right;
		break;
	case TIMES:
		over = __builtin_mul_overflow(value, right, &value);
		break;
	case DIVIDE:
	case REST:
		if (!right)
			return refuse(r, "a division by zero");
		value = operation == DIVIDE ? value / right : value % right;
		break;
	}
	if (over)
		return refuse(r, "it is more than 64 bits");
	*left = value;
	return true;
}

/* Operands that are joined by operators of this level of precedence or a higher one. */
static bool read_level(struct reader *r, unsigned level, uint64_t *ret)
{
	const struct operator *op;
	uint64_t right;

	if (level == NR_LEVELS)
		return read_operand(r, ret);
	if (!read_level(r, level + 1, ret))
		return false;
	while ((op = next_operator(r, level))) {
		r->at += strlen(op->text);
		if (!read_level(r, level + 1, &right) || !apply(r, op->operation, right, ret))
			return false;
	}
	return true;
}

bool expression_evaluate(struct arena *arena, const char *text, expression_symbol *symbol, void *ctx,
			 struct expression *ret)
{
	struct reader r = { .arena = arena, .at = text, .symbol = symbol, .ctx = ctx, .result = ret };

	*ret = (struct expression){ 0 };
	if (!read_level(&r, 0, &ret->value))
		return false;
	skip_blanks(&r);
	if (*r.at == ')')
		return refuse(&r, "a ')' is too many");
	if (*r.at)
		return refuse(&r, arena_printf(arena, "an operator is missing before %s", r.at));
	return true;
}
