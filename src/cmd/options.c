// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words of a command line, taken apart by what the verb's row says that it takes. Everything that does
 * not fit is found here, before the dump is asked anything, and so is -j, wherever it stands: the complaint
 * is in the form that was asked for. The first trouble is kept; the rest of the line is read all the same.
 *
 * A word of the form of a device is one, in every verb that takes a device: the same as behind -d. In verbs that take
 * several devices all words are; in the others no other word has a colon.
 *
 * getopt() is not used: it takes a -j behind -d for a device, and cannot say which word it means.
 */
#include "cmd.h"

#include <stdarg.h>
#include <string.h>

/* In the row of a verb: the words that are no options. */
#define WORDS '.'

/* The first of a verb's letters: it takes one device beside other words. */
#define ONE_DEVICE '@'

static const char **slot_of(struct options *opt, int letter)
{
	switch (letter) {
	case 'd':
		return &opt->device;
	case 'g':
		return &opt->group;
	case 'D':
		return &opt->domain;
	case 'r':
		return &opt->root;
	case 'l':
		return &opt->levels;
	case 'f':
		return &opt->format;
	case 'p':
		return &opt->pasid;
	case 'q':
		return &opt->irq;
	case 'i':
		return &opt->list;
	case 'u':
		return &opt->task;
	default:
		return NULL;
	}
}

__attribute__((format(printf, 3, 4)))
static void note_misuse(struct context *ctx, const char *code, const char *format, ...)
{
	va_list args;

	if (ctx->misuse)
		return;
	va_start(args, format);
	ctx->misuse = arena_vprintf(&ctx->session->arena, format, args);
	ctx->misuse_code = code;
	va_end(args);
}

/* ---- one word of options ---- */

static void take_flag(struct options *opt, char letter)
{
	if (letter == 'j')
		opt->json = true;
	else if (letter == 'v')
		opt->verbose++;
	else if (letter == 'a')
		opt->all = true;
	else if (letter == 's')
		opt->s = true;
	else if (letter == 'k')
		opt->kernel = true;
}

static void take_value(struct context *ctx, char letter, const char *value)
{
	const char **slot = slot_of(&ctx->opt, letter);

	if (!value)
		note_misuse(ctx, "bad-option", "option -%c needs a value", letter);
	else if (*slot)
		note_misuse(ctx, "bad-option", "option -%c is there twice: -%c %s and -%c %s", letter,
			    letter, *slot, letter, value);
	else
		*slot = value;
}

/* Takes the letters behind a '-', and the word behind them when it is a value. Returns how many words
 * that were. */
static int take_options(struct context *ctx, const char *letters, const char *group, const char *next)
{
	for (const char *at = group; *at; at++) {
		const char *known = strchr(":+@", *at) ? NULL : strchr(letters, *at);

		if (!known) {
			note_misuse(ctx, "bad-option", "no option -%c here", *at);
			if (*at == 'j')
				ctx->opt.json = true;
		} else if (known[1] != ':') {
			take_flag(&ctx->opt, *at);
		} else if (at[1]) {
			take_value(ctx, *at, at + 1);
			return 1;
		} else {
			bool has_value = next && next[0] != '-';

			take_value(ctx, *at, has_value ? next : NULL);
			return has_value ? 2 : 1;
		}
	}
	return 1;
}

/* ---- what goes together ---- */

static bool is_given(const struct options *opt, char letter)
{
	const char **slot = slot_of((struct options *)opt, letter);

	if (letter == WORDS)
		return opt->nr_words != 0;
	if (slot)
		return *slot != NULL;
	return letter == 'a' ? opt->all : letter == 's' ? opt->s : letter == 'k' && opt->kernel;
}

static const char *spelled(struct context *ctx, char letter)
{
	const char **slot = slot_of(&ctx->opt, letter);
	struct arena *arena = &ctx->session->arena;

	if (letter == WORDS)
		return ctx->opt.words[0];
	return slot ? arena_printf(arena, "-%c %s", letter, *slot) : arena_printf(arena, "-%c", letter);
}

static void find_apart(struct context *ctx, const char *set, size_t len)
{
	const char *first = NULL;

	for (size_t i = 0; i < len; i++) {
		if (!is_given(&ctx->opt, set[i]))
			continue;
		if (first)
			note_misuse(ctx, "bad-option", "'%s' and '%s' do not go together: expected one of "
				    "them", spelled(ctx, *first), spelled(ctx, set[i]));
		else
			first = &set[i];
	}
}

/* The first letter of the set needs one of the others. */
static void find_alone(struct context *ctx, const char *set, size_t len)
{
	struct arena *arena = &ctx->session->arena;
	const char *others = "";

	if (!is_given(&ctx->opt, set[0]))
		return;
	for (size_t i = 1; i < len; i++) {
		if (is_given(&ctx->opt, set[i]))
			return;
		others = arena_printf(arena, "%s%s-%c", others, i > 1 ? " or " : "", set[i]);
	}
	note_misuse(ctx, "bad-option", "'%s' goes with %s, which is not there", spelled(ctx, set[0]),
		    others);
}

/* sets: of letters, with blanks between them; NULL: none */
static void for_sets(struct context *ctx, const char *sets,
		     void (*look)(struct context *ctx, const char *set, size_t len))
{
	for (size_t len; sets && *sets; sets += len + (sets[len] != '\0')) {
		len = strcspn(sets, " ");
		look(ctx, sets, len);
	}
}

static void find_extra_word(struct context *ctx)
{
	const struct options *opt = &ctx->opt;
	unsigned most = ctx->verb->most_words;

	if ((unsigned)opt->nr_words <= most)
		return;
	if (most)
		note_misuse(ctx, "extra-word", "expected %s, found '%s' after '%s'",
			    most == 1 ? "one word" : "fewer words", opt->words[most],
			    opt->words[most - 1]);
	else
		note_misuse(ctx, "extra-word", "expected no word after 'iommu %s', found '%s'",
			    ctx->verb->name, opt->words[0]);
}

/* ---- the whole line ---- */

static void take_device(struct context *ctx, const char *word)
{
	if (ctx->opt.device)
		note_misuse(ctx, "extra-word", "expected one device, found '%s' after '%s'", word,
			    ctx->opt.device);
	else
		ctx->opt.device = word;
}

/* An address in parentheses may have anything in it. */
static bool is_device(const char *letters, const char *word)
{
	return letters[0] == ONE_DEVICE && word[0] != '(' && strchr(word, ':');
}

void options_read(struct context *ctx, int argc, char **argv)
{
	const char *letters = ctx->verb ? ctx->verb->letters : "";
	struct options *opt = &ctx->opt;
	bool options_end = false;
	int i = 0;

	opt->words = arena_alloc(&ctx->session->arena, ((unsigned)argc + 1) * sizeof(*opt->words));
	while (i < argc) {
		const char *word = argv[i];

		if ((options_end || word[0] != '-') && is_device(letters, word)) {
			take_device(ctx, word);
			i++;
		} else if (options_end || word[0] != '-' || !word[1]) {
			opt->words[opt->nr_words++] = argv[i++];
			options_end |= letters[0] == '+';
		} else if (strcmp(word, "--") == 0) {
			options_end = true;
			i++;
		} else if (word[1] == '-') {
			note_misuse(ctx, "bad-option", "no option %s here: each is a '-' and a letter", word);
			i++;
		} else {
			i += take_options(ctx, letters, word + 1, i + 1 < argc ? argv[i + 1] : NULL);
		}
	}
	if (!ctx->verb)
		return;
	for_sets(ctx, ctx->verb->apart, find_apart);
	for_sets(ctx, ctx->verb->only_with, find_alone);
	find_extra_word(ctx);
}
