// SPDX-License-Identifier: GPL-2.0-or-later
/* Words of the command line. Each function says, by name, what it did not understand. */
#include "cmd.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NO_DIGIT 99
#define PASID_MAX 0xfffff /* 20 bits on the bus */

static unsigned digit_of(char c)
{
	if (isdigit((unsigned char)c))
		return (unsigned)(c - '0');
	if (isxdigit((unsigned char)c))
		return (unsigned)(tolower((unsigned char)c) - 'a') + 10;
	return NO_DIGIT;
}

/* A whole word of digits of that base; false on anything else or more than 64 bits. */
static bool all_digits(const char *word, unsigned base, uint64_t *ret)
{
	uint64_t value = 0;

	if (!*word)
		return false;
	for (; *word; word++) {
		unsigned digit = digit_of(*word);

		if (digit >= base || value > (UINT64_MAX - digit) / base)
			return false;
		value = value * base + digit;
	}
	*ret = value;
	return true;
}

static const char *without_0x(const char *word)
{
	return word[0] == '0' && (word[1] == 'x' || word[1] == 'X') ? word + 2 : word;
}

/* Takes the hex digits up to `end` off the word; false when there are none, or too many. */
static bool take_hex(const char **word, char end, unsigned max_digits, uint32_t *ret)
{
	const char *p = *word;
	uint32_t value = 0;

	for (; digit_of(*p) != NO_DIGIT; p++)
		value = value * 16 + digit_of(*p);
	if (p == *word || p > *word + max_digits || *p != end)
		return false;
	*word = end ? p + 1 : p;
	*ret = value;
	return true;
}

bool parse_bdf(struct context *ctx, const char *word, uint32_t *ret)
{
	const char *p = word;
	uint32_t segment = 0, bus, slot, function;
	const char *colon = strchr(word, ':');
	bool good = colon && (!strchr(colon + 1, ':') || take_hex(&p, ':', 4, &segment)) &&
		    take_hex(&p, ':', 2, &bus) && take_hex(&p, '.', 2, &slot) &&
		    take_hex(&p, '\0', 1, &function) && slot < 32 && function < 8;

	if (good)
		*ret = segment << 16 | bus << 8 | slot << 3 | function;
	else
		complain(ctx, "bad-bdf", "'%s' is not a device: expected [SSSS:]BB:DD.F, as lspci "
			 "prints it", word);
	return good;
}

bool parse_address(struct context *ctx, const char *word, uint64_t *ret)
{
	struct target *target = ctx->session->target;

	if (all_digits(without_0x(word), 16, ret) ||
	    target->ops->evaluate(target, word, ret) == STATUS_OK)
		return true;
	complain(ctx, "bad-address", "'%s' is not an address: expected hex digits, a symbol or an "
		 "expression in parentheses", word);
	return false;
}

bool parse_count(struct context *ctx, const char *word, const char *what, uint64_t *ret)
{
	if (all_digits(word, 10, ret))
		return true;
	complain(ctx, "bad-number", "'%s' is not %s: expected a decimal number", word, what);
	return false;
}

/* 0x79, 121: ids as they are printed and as people say them; anything longer is an address. */
bool parse_id_or_address(struct context *ctx, const char *word, uint64_t *ret)
{
	if (without_0x(word) == word && strlen(word) < 8 && all_digits(word, 10, ret))
		return true;
	return parse_address(ctx, word, ret);
}

bool parse_pasid(struct context *ctx, const char *word, uint64_t *ret)
{
	bool hex = without_0x(word) != word;

	if (all_digits(without_0x(word), hex ? 16 : 10, ret) && *ret <= PASID_MAX)
		return true;
	complain(ctx, "bad-pasid", "'%s' is not a PASID: expected a number up to 0x%x", word, PASID_MAX);
	return false;
}

bool parse_levels(struct context *ctx, const char *word, uint64_t *ret, uint64_t *ret_below)
{
	const char *comma = strchr(word, ',');
	char *first = arena_strdup(&ctx->session->arena, word);

	if (comma && ret_below) {
		first[comma - word] = '\0';
		return parse_count(ctx, first, "a number of levels", ret) &&
		       parse_count(ctx, comma + 1, "a number of levels", ret_below);
	}
	return parse_count(ctx, word, "a number of levels", ret);
}

bool parse_range(struct context *ctx, const char *word, struct iova *first, struct iova *last)
{
	const char *dash = strchr(word, '-');
	char *start = arena_strdup(&ctx->session->arena, word);

	if (!dash) {
		complain(ctx, "bad-range", "'%s' is not a range: expected FIRST-LAST, both included",
			 word);
		return false;
	}
	start[dash - word] = '\0';
	if (!parse_address(ctx, start, &first->v) || !parse_address(ctx, dash + 1, &last->v))
		return false;
	if (first->v > last->v) {
		complain(ctx, "bad-range", "range '%s' ends before it starts", word);
		return false;
	}
	return true;
}

bool parse_devices(struct context *ctx, uint32_t **ret, unsigned *nr)
{
	uint32_t *list = arena_alloc(&ctx->session->arena,
				     ((unsigned)ctx->opt.nr_words + 1) * sizeof(*list));

	*ret = list;
	*nr = 0;
	if (ctx->opt.device && !parse_bdf(ctx, ctx->opt.device, &list[(*nr)++]))
		return false;
	for (int i = 0; i < ctx->opt.nr_words; i++) {
		if (!parse_bdf(ctx, ctx->opt.words[i], &list[(*nr)++]))
			return false;
	}
	return true;
}
