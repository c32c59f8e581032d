// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu help: the pages of docs/commands/, built into the plugin as they are shown (docs/pages-to-c.awk).
 */
#include "cmd.h"

#include "help_pages.h"

#include <string.h>

const char *iommu_verb_page(const char *verb)
{
	for (const struct help_page *page = help_pages; page->verb; page++) {
		if (strcmp(page->verb, verb) == 0)
			return page->text;
	}
	return NULL;
}

static void list_verbs(struct context *ctx)
{
	static const struct column columns[] = {
		{ .key = "verb" },
		{ .key = "purpose" },
	};

	sink_list(ctx->sink, "verbs");
	sink_table(ctx->sink, columns, 2);
	for (const struct verb *verb = verbs; verb->name; verb++) {
		sink_row(ctx->sink);
		sink_string(ctx->sink, "verb", verb->name);
		sink_string(ctx->sink, "synopsis", verb->synopsis);
		sink_string(ctx->sink, "purpose", verb->purpose);
		sink_row_end(ctx->sink);
	}
	sink_list_end(ctx->sink);
	sink_heading(ctx->sink, "'iommu help VERB' has the page of a verb; verbs match by unique prefix");
}

static void show_page(struct context *ctx, const struct verb *verb)
{
	const char *page = iommu_verb_page(verb->name);

	if (!page) { /* tests/rules/pages.t sees that there are none */
		complain(ctx, "no-page", "no page of '%s': iommu %s %s", verb->name, verb->name,
			 verb->synopsis);
		return;
	}
	sink_string(ctx->sink, "verb", verb->name);
	sink_string(ctx->sink, "synopsis", verb->synopsis);
	sink_string(ctx->sink, "purpose", verb->purpose);
	sink_list(ctx->sink, "page");
	while (*page) {
		const char *line = arena_printf(&ctx->session->arena, "%.*s", (int)strcspn(page, "\n"), page);

		sink_heading(ctx->sink, "%s", line);
		sink_string(ctx->sink, NULL, line);
		page += strlen(line);
		page += *page == '\n';
	}
	sink_list_end(ctx->sink);
}

/* "iommu -h" is "iommu help"; "iommu VERB -h WORDS" is "iommu help VERB WORDS". */
static bool is_call_for_help(const char *word)
{
	return strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0;
}

char **words_of_help(struct arena *arena, int *argc, char **argv)
{
	int at = *argc > 1 && is_call_for_help(argv[1]) ? 1 : 2, nr = 0;
	char **words;

	if (*argc <= at || !is_call_for_help(argv[at]))
		return argv;
	words = arena_alloc(arena, (size_t)(*argc + 2) * sizeof(*words));
	words[nr++] = argv[0];
	words[nr++] = arena_strdup(arena, "help");
	for (int i = 1; i < *argc; i++) {
		if (i != at)
			words[nr++] = argv[i];
	}
	*argc = nr;
	return words;
}

void cmd_help(struct context *ctx)
{
	const struct verb *verb;
	unsigned nr;

	if (!ctx->opt.nr_words) {
		list_verbs(ctx);
		return;
	}
	verb = verb_by_prefix(ctx->opt.words[0], &nr);
	if (verb)
		show_page(ctx, verb);
	else
		complain_of_verb(ctx, ctx->opt.words[0], nr);
}
