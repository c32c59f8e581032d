// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu help: the pages of docs/commands/, built into the plugin. */
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

/* A page is longer than what one call formats: line by line. */
static void show_page(struct context *ctx, const char *page)
{
	while (*page) {
		size_t len = strcspn(page, "\n");

		sink_heading(ctx->sink, "%.*s", (int)len, page);
		page += len;
		page += *page == '\n';
	}
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
		show_page(ctx, iommu_verb_page(verb->name)); /* every verb has one: tests/rules/pages.t */
	else
		complain_of_verb(ctx, ctx->opt.words[0], nr);
}
