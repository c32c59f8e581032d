// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers as a user types them: addresses, symbols, expressions in parentheses, decimal and hexadecimal words.
 * What has no value says why in words, and a plain number means the same in both readings.
 */
#include "input.h"

#include "iommu/expression.h"

static struct arena arena;

/* Symbols of any name that is longer than two letters. */
static bool any_symbol(void *ctx, const char *name, uint64_t *ret)
{
	size_t len = strlen(name);

	(void)ctx;
	*ret = 0xffffffff81000000ULL + len;
	return len > 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct expression found = { 0 };
	uint64_t hex, decimal;
	char *text = input_text(&in);

	arena_reset(&arena);
	if (expression_evaluate(&arena, text, any_symbol, NULL, &found)) {
		must(!found.problem || !*found.problem, "'%s' has a value and a problem", text);
	} else {
		must(found.problem && *found.problem, "'%s' has no value, and nothing is said of it", text);
		must(strlen(found.problem) < 2 * size + 200, "'%s': a problem of %zu bytes", text,
		     strlen(found.problem));
	}
	must(arena.used < 4096 + 64 * (size + 1) * 8, "%zu bytes for an expression of %zu", arena.used, size);
	if (parse_decimal_word(text, &decimal) && strlen(text) < 16)
		must(parse_hex_word(text, &hex) && hex >= decimal, "'%s' is decimal alone", text);
	free(text);
	return 0;
}
