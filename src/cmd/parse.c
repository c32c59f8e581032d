// SPDX-License-Identifier: GPL-2.0-or-later
/* Words of the command line. Each function says, by name, what it did not understand. */
#include "cmd.h"

#include "iommu/digits.h"
#include "iommu/expression.h"

#include <inttypes.h>
#include <string.h>

#define PASID_MAX 0xfffff /* 20 bits on the bus */

/* Takes the hex digits up to `end` off the word; false when there are none, or too many. */
static bool take_hex(const char **word, char end, unsigned max_digits, uint32_t *ret)
{
	const char *p = *word;
	uint32_t value = 0;

	for (; digit_value(*p) != NO_DIGIT; p++)
		value = value * 16 + digit_value(*p);
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
		misuse(ctx, "bad-bdf", "'%s' is not a device: expected [SSSS:]BB:DD.F, as lspci "
		       "prints it", word);
	return good;
}

static bool find_symbol(void *ctx, const char *name, uint64_t *ret)
{
	return kernel_find_symbol(((struct context *)ctx)->k, name, ret);
}

static bool parse_expression(struct context *ctx, const char *word, uint64_t *ret)
{
	struct expression found;

	if (!expression_evaluate(&ctx->session->arena, word, find_symbol, ctx, &found)) {
		misuse(ctx, "bad-address", "'%s' is not an address: %s", word, found.problem);
		return false;
	}
	if (found.has_decimal)
		sink_note(ctx->sink, NOTE_INFO, "decimal", "%s is %" PRIx64 ": in an expression a number is "
			  "decimal unless it has 0x or a letter", word, found.value);
	*ret = found.value;
	return true;
}

bool parse_address(struct context *ctx, const char *word, uint64_t *ret)
{
	if (word[0] == '(')
		return parse_expression(ctx, word, ret);
	if (parse_hex_word(word, ret) || find_symbol(ctx, word, ret))
		return true;
	misuse(ctx, "bad-address", "'%s' is not an address: expected hex digits, a symbol or an "
	       "expression in parentheses", word);
	return false;
}

bool parse_count(struct context *ctx, const char *word, const char *what, uint64_t *ret)
{
	if (parse_decimal_word(word, ret))
		return true;
	misuse(ctx, "bad-number", "'%s' is not %s: expected a decimal number", word, what);
	return false;
}

/* 0x79, 121: ids as they are printed and as people say them; anything longer is an address. */
bool parse_id_or_address(struct context *ctx, const char *word, uint64_t *ret)
{
	if (strlen(word) < 8 && parse_decimal_word(word, ret))
		return true;
	return parse_address(ctx, word, ret);
}

bool parse_pasid(struct context *ctx, const char *word, uint64_t *ret)
{
	bool good = has_0x(word) ? parse_hex_word(word, ret) : parse_decimal_word(word, ret);

	if (good && *ret <= PASID_MAX)
		return true;
	misuse(ctx, "bad-pasid", "'%s' is not a PASID: expected a number up to 0x%x", word, PASID_MAX);
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

/* The '-' between two addresses: one that is not inside parentheses; NULL: there is none. */
static const char *find_dash(const char *word)
{
	int depth = 0;

	for (; *word; word++) {
		depth += (*word == '(') - (*word == ')');
		if (*word == '-' && depth <= 0)
			return word;
	}
	return NULL;
}

bool is_range(const char *word)
{
	return find_dash(word) != NULL;
}

bool parse_range(struct context *ctx, const char *word, struct iova *first, struct iova *last)
{
	const char *dash = find_dash(word);
	char *start = arena_strdup(&ctx->session->arena, word);

	if (!dash || dash == word || !dash[1]) {
		misuse(ctx, "bad-range", "'%s' is not a range: expected FIRST-LAST, both included",
		       word);
		return false;
	}
	start[dash - word] = '\0';
	if (!parse_address(ctx, start, &first->v) || !parse_address(ctx, dash + 1, &last->v))
		return false;
	if (first->v > last->v) {
		misuse(ctx, "bad-range", "range '%s' ends before it starts", word);
		return false;
	}
	return true;
}

uint64_t *parse_addresses(struct context *ctx, int first)
{
	const struct options *opt = &ctx->opt;
	uint64_t *list = arena_alloc(&ctx->session->arena, ((unsigned)opt->nr_words + 1) * sizeof(*list));

	for (int i = first; i < opt->nr_words; i++) {
		if (!parse_address(ctx, opt->words[i], &list[i - first]))
			return NULL;
	}
	return list;
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
