// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of a command line, by getopt with the letters that the verb takes. */
#include "cmd.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

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
	default:
		return NULL;
	}
}

static bool reject(struct context *ctx, const char *code, const char *format, const char *word)
{
	complain(ctx, code, format, word);
	sink_heading(ctx->sink, "usage: iommu %s %s", ctx->verb->name, ctx->verb->synopsis);
	return false;
}

/* The letter getopt stumbled on: it may stand inside a group like -vx. */
static const char *bad_letter(char word[3])
{
	word[0] = '-';
	word[1] = (char)optopt;
	word[2] = '\0';
	return word;
}

bool options_parse(struct context *ctx, int argc, char **argv)
{
	struct options *opt = &ctx->opt;
	char letters[64], word[3];
	int letter;

	/* A leading + stays in front: getopt then takes no option behind the first other word. */
	snprintf(letters, sizeof(letters), "%s:%s", *ctx->verb->letters == '+' ? "+" : "",
		 ctx->verb->letters + (*ctx->verb->letters == '+'));
	optind = 0; /* glibc: start afresh; crash uses getopt too */
	opterr = 0;
	while ((letter = getopt(argc, argv, letters)) != -1) {
		const char **slot = slot_of(opt, letter);

		if (slot)
			*slot = optarg;
		else if (letter == 'j')
			opt->json = true;
		else if (letter == 'v')
			opt->verbose++;
		else if (letter == 'a')
			opt->all = true;
		else if (letter == 's')
			opt->hide = true;
		else if (letter == ':')
			return reject(ctx, "bad-option", "option %s needs a value",
				      bad_letter(word));
		else
			return reject(ctx, "bad-option", "no option %s here", bad_letter(word));
	}
	opt->words = argv + optind;
	opt->nr_words = argc - optind;
	return true;
}
