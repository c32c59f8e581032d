// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expressions of a command line. Known ones are worked out by hand; random ones are made as text together
 * with their value in 128 bits, which nothing of them can exceed.
 */
#include "unit.h"

#include "iommu/expression.h"

static struct arena arena;

/* The kernel of these tests has three symbols. */
static bool find_symbol(void *ctx, const char *name, uint64_t *ret)
{
	(void)ctx;
	if (strcmp(name, "linux_banner") == 0)
		*ret = 0xffffffff82000060;
	else if (strcmp(name, "a.b$1") == 0)
		*ret = 7;
	else if (strcmp(name, "fee") == 0)
		*ret = 1; /* not what is meant by fee: hex digits are a number */
	else
		return false;
	return true;
}

static bool evaluate(const char *text, struct expression *ret)
{
	return expression_evaluate(&arena, text, find_symbol, NULL, ret);
}

static void test_known(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
		bool has_decimal;
	} known[] = {
		{ "(0x40000000+0x80010)", 0x40080010, false },
		{ "( 0x10 + 0x20 )", 0x30, false },
		{ "(16+1)", 17, true },
		{ "(1+2)", 3, false },
		{ "(fee+1)", 0xfef, false },
		{ "(0xfee+1)", 0xfef, false },
		{ "(16k)", 16384, true },
		{ "(0x10m)", 0x1000000, false },
		{ "(3G)", 0xc0000000, false },
		{ "(linux_banner)", 0xffffffff82000060, false },
		{ "(linux_banner-0xffffffff80000000)", 0x2000060, false },
		{ "(a.b$1*2)", 14, false },
		{ "(1+2*3)", 7, false },
		{ "((1+2)*3)", 9, false },
		{ "(9-4-3)", 2, false },
		{ "(8/4/2)", 1, false },
		{ "(9%4)", 1, false },
		{ "(1<<2+1)", 8, false },
		{ "(1|6&4)", 5, false },
		{ "(7^2|8)", 13, false },
		{ "(~0)", UINT64_MAX, false },
		{ "(~~5)", 5, false },
		{ "(0x12345 & ~0xfff)", 0x12000, false },
		{ "(~0<<12)", 0xfffffffffffff000, true },
		{ "(1<<63)", 1ULL << 63, true },
		{ "(0xffffffffffffffff)", UINT64_MAX, false },
		{ "(18446744073709551615)", UINT64_MAX, true },
		{ "(1)+(2)", 3, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct expression got;

		check(evaluate(known[i].text, &got), "%s: %s", known[i].text, got.problem);
		check(got.value == known[i].value, "%s: %lx", known[i].text, (unsigned long)got.value);
		check(got.has_decimal == known[i].has_decimal, "%s", known[i].text);
		arena_reset(&arena);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *problem;
	} refused[] = {
		{ "", "is missing at the end" },
		{ "(", "is missing at the end" },
		{ "()", "missing before )" },
		{ "(1", "a ')' is missing" },
		{ "((1)", "a ')' is missing" },
		{ "1)", "a ')' is too many" },
		{ "(1))", "a ')' is too many" },
		{ "(1/0)", "division by zero" },
		{ "(1%0)", "division by zero" },
		{ "(8/(2-2))", "division by zero" },
		{ "((8/(0x0*5))+1)", "division by zero" },
		{ "(1<<64)", "more than 63" },
		{ "(1>>0xffffffffffffffff)", "more than 63" },
		{ "(1 2)", "an operator is missing before 2" },
		{ "(1)2", "an operator is missing before 2" },
		{ "(1+)", "missing before )" },
		{ "(*1)", "missing before *" },
		{ "(-1)", "missing before -" },
		{ "(1<2)", "an operator is missing before <2" },
		{ "(1#2)", "an operator is missing before #2" },
		{ "(0x)", "0x is no symbol and no number" },
		{ "(0xg)", "0xg is no symbol and no number" },
		{ "(k)", "k is no symbol and no number" },
		{ "(no_such)", "no_such is no symbol and no number" },
		{ "(1:2)", "an operator is missing before :2" },
		{ "(0x10000000000000000)", "more than 64 bits" },
		{ "(18446744073709551616)", "more than 64 bits" },
		{ "(0xffffffffffffffffk)", "more than 64 bits" },
		{ "(0xffffffffffffffff+1)", "more than 64 bits" },
		{ "(0x100000000*0x100000000)", "more than 64 bits" },
		{ "(1-2)", "below zero" },
		{ "(1\x80)", "an operator is missing before" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct expression got;

		check(!evaluate(refused[i].text, &got), "%s", refused[i].text);
		check(strstr(got.problem, refused[i].problem), "%s: %s", refused[i].text, got.problem);
		arena_reset(&arena);
	}
}

/* As many as a line of crash has room for. */
static void test_deep(void **state)
{
	static const char *const parts[] = { "(", "~", "(1+", ")" };
	struct expression got;

	(void)state;
	for (size_t nth = 0; nth < sizeof(parts) / sizeof(parts[0]); nth++) {
		char text[3 * 500000 + 1] = "";

		for (size_t i = 0; i < 500000; i++)
			memcpy(text + i * strlen(parts[nth]), parts[nth], strlen(parts[nth]) + 1);
		assert_false(evaluate(text, &got));
		assert_non_null(got.problem);
		arena_reset(&arena);
	}
}

/* ---- random ones ---- */

struct made {
	char text[4096];
	unsigned __int128 value;
	bool refused; /* it has no value of 64 bits */
};

static void make(struct rng *rng, unsigned depth, struct made *ret);

static void make_number(struct rng *rng, struct made *ret)
{
	uint64_t value = rng_next(rng) >> rng_below(rng, 64);

	ret->value = value;
	ret->refused = false;
	if (rng_below(rng, 2))
		snprintf(ret->text, sizeof(ret->text), "0x%lx", (unsigned long)value);
	else
		snprintf(ret->text, sizeof(ret->text), "%lu", (unsigned long)value);
}

static void make_binary(struct rng *rng, unsigned depth, struct made *ret)
{
	static const char *const signs[] = { "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>" };
	unsigned sign = rng_below(rng, 10);
	struct made a, b;
	const unsigned __int128 limit = UINT64_MAX;

	make(rng, depth - 1, &a);
	make(rng, depth - 1, &b);
	snprintf(ret->text, sizeof(ret->text), "(%.1900s %s %.1900s)", a.text, signs[sign], b.text);
	ret->refused = a.refused || b.refused;
	if (ret->refused)
		return;
	switch (sign) {
	case 0:
		ret->value = a.value + b.value;
		break;
	case 1:
		ret->refused = b.value > a.value;
		ret->value = a.value - b.value;
		break;
	case 2:
		ret->value = a.value * b.value;
		break;
	case 3:
	case 4:
		ret->refused = !b.value;
		if (!ret->refused)
			ret->value = sign == 3 ? a.value / b.value : a.value % b.value;
		break;
	case 5:
		ret->value = a.value & b.value;
		break;
	case 6:
		ret->value = a.value | b.value;
		break;
	case 7:
		ret->value = a.value ^ b.value;
		break;
	case 8:
		ret->refused = b.value > 63;
		ret->value = ret->refused ? 0 : a.value << (unsigned)b.value & limit;
		break;
	default:
		ret->refused = b.value > 63;
		ret->value = ret->refused ? 0 : a.value >> (unsigned)b.value;
		break;
	}
	ret->refused |= ret->value > limit;
}

static void make(struct rng *rng, unsigned depth, struct made *ret)
{
	if (depth && rng_below(rng, 4))
		make_binary(rng, depth, ret);
	else
		make_number(rng, ret);
}

static void test_random(void **state)
{
	struct rng rng = { 1 };
	unsigned nr_good = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct expression got;
		struct made made;

		make(&rng, 1 + i % 4, &made);
		check(evaluate(made.text, &got) == !made.refused, "%s: %s", made.text, got.problem);
		check(made.refused || got.value == made.value, "%s: %lx", made.text,
		      (unsigned long)got.value);
		nr_good += !made.refused;
		arena_reset(&arena);
	}
	assert_true(nr_good > 5000);
}

/* No text at all makes it read past its end or not return. */
static void test_rubbish(void **state)
{
	static const char chars[] = "()~+-*/%&|^<>0129afxkmg_. \t#$:!'\"";
	struct rng rng = { 2 };

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		size_t len = rng_below(&rng, 24);
		char *text = malloc(len + 1);
		struct expression got;

		assert_non_null(text);
		for (size_t at = 0; at < len; at++)
			text[at] = chars[rng_below(&rng, sizeof(chars) - 1)];
		text[len] = '\0';
		if (!evaluate(text, &got))
			check(got.problem && *got.problem, "%s", text);
		free(text);
		arena_reset(&arena);
	}
}

static void test_words(void **state)
{
	uint64_t value;

	(void)state;
	assert_true(parse_hex_word("0x1F", &value) && value == 31);
	assert_true(parse_hex_word("1f", &value) && value == 31);
	assert_true(parse_hex_word("ffffffffffffffff", &value) && value == UINT64_MAX);
	assert_false(parse_hex_word("0x", &value));
	assert_false(parse_hex_word("0X", &value));
	assert_false(parse_hex_word("", &value));
	assert_false(parse_hex_word("0x0x1", &value));
	assert_false(parse_hex_word("10000000000000000", &value));
	assert_true(parse_decimal_word("18446744073709551615", &value) && value == UINT64_MAX);
	assert_false(parse_decimal_word("18446744073709551616", &value));
	assert_false(parse_decimal_word("0x1", &value));
	assert_false(parse_decimal_word("1a", &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_rubbish),
		cmocka_unit_test(test_words),
	};
	int failed = cmocka_run_group_tests_name("expression", tests, NULL, NULL);

	arena_release(&arena);
	return failed;
}
