// SPDX-License-Identifier: GPL-2.0-or-later
/* Hardware records and the facts beside them, of any vendor: fields with -v, raw words with -vv, all in JSON. */
#include "cmd.h"

#include <inttypes.h>

void put_record(struct context *ctx, const struct record_view *view, const char *raw_key)
{
	const char *key = view->key ? view->key : "fields";

	if (raw_key)
		sink_words(ctx->sink, raw_key, view->words, view->nr_words, ctx->opt.verbose > 1);
	if (view->record)
		sink_view(ctx->sink, key, view, ctx->opt.verbose > 0);
	else
		sink_null(ctx->sink, key);
}

void put_register(struct context *ctx, const struct record_view *view)
{
	if (ctx->opt.verbose)
		sink_say(ctx->sink, arena_printf(&ctx->session->arena, "  %s", view->label),
			 "%" PRIx64 "%s", view->words[0],
			 view->aside ? arena_printf(&ctx->session->arena, "  (%s)", view->aside) : "");
	sink_view(ctx->sink, view->key, view, ctx->opt.verbose > 0);
}

static void put_view(struct context *ctx, const struct record_view *view, bool on_screen)
{
	struct sink *sink = ctx->sink;
	bool readable = !failed(view->failure);

	sink_begin(sink, NULL);
	sink_string(sink, "record", view->record ? view->record->name : NULL);
	if (view->place.space == SPACE_NONE)
		sink_null(sink, "address");
	else
		sink_hex(sink, "address", view->place.at);
	if (on_screen && view->record)
		sink_say(sink, "  record", "%s at %" PRIx64 "%s%s", view->record->name, view->place.at,
			 readable ? "" : " ", readable ? "" : word_no_value(view->failure.status));
	if (readable) {
		sink_words(sink, "raw", view->words, view->nr_words, on_screen && ctx->opt.verbose > 1);
		if (view->record)
			sink_view(sink, "fields", view, on_screen);
	} else {
		sink_string(sink, "problem", status_text(view->failure.status));
	}
	sink_end(sink);
}

void dump_records(struct context *ctx, const struct record_view *views, size_t nr, size_t first)
{
	sink_list(ctx->sink, "records");
	for (size_t i = 0; i < nr; i++)
		put_view(ctx, &views[i], ctx->opt.verbose && i >= first);
	sink_list_end(ctx->sink);
}

void put_value(struct context *ctx, const struct named_value *value)
{
	switch (value->kind) {
	case VALUE_NONE:
		sink_null(ctx->sink, value->key);
		break;
	case VALUE_HEX:
		sink_hex(ctx->sink, value->key, value->value);
		break;
	case VALUE_COUNT:
		sink_count(ctx->sink, value->key, value->value);
		break;
	case VALUE_FLAG:
		sink_bool(ctx->sink, value->key, value->value);
		break;
	case VALUE_TEXT:
		sink_string(ctx->sink, value->key, value->text);
		break;
	}
}

void put_values(struct context *ctx, const struct ptrs *values)
{
	for (size_t i = 0; i < values->nr; i++)
		put_value(ctx, values->at[i]);
}
