// SPDX-License-Identifier: GPL-2.0-or-later
/* Two records side by side, field by field: to see why one device faults and its twin does not. */
#include "cmd.h"

#include <string.h>

/* What stands in brackets beside a value: its name, that it means nothing, that an encryption bit is in it. */
static const char *aside_of(const struct record *record, const struct field *field,
			    const struct compared *one)
{
	if (field_unused_without(record, field, one->words))
		return "not used";
	if (field_is_encrypted(field, one->words, one->enc_mask))
		return "encrypted";
	return field_name_of_value(record, field, one->words);
}

static void put_field(struct context *ctx, const struct record *record, const struct field *field,
		      const char *name, const struct compared two[2], bool differs)
{
	char text[2][FIELD_VALUE_MAX];
	const char *keys[] = { "a", "b" };
	struct sink *sink = ctx->sink;

	sink_row(sink);
	if (name)
		sink_string(sink, "record", name);
	sink_string(sink, "field", field->name);
	if (field->key)
		sink_string(sink, "key", field->key);
	for (unsigned i = 0; i < 2; i++) {
		uint64_t value = field_value(field, two[i].words, two[i].enc_mask);
		const char *aside = aside_of(record, field, &two[i]);

		sink_string(sink, keys[i], field_format(field, value, text[i]));
		if (aside)
			sink_cell(sink, keys[i], "%s (%s)", text[i], aside);
	}
	sink_cell(sink, "mark", differs ? "*" : "");
	sink_cell(sink, "help", "%s", field->kind == FIELD_RESERVED ? "must be zero" :
				      field->help		    ? field->help : "");
	sink_row_end(sink);
}

void begin_comparison(struct context *ctx, const char *a, const char *b)
{
	const struct column heads[] = {
		{ .key = "mark", .head = " " },
		{ .key = "field", .head = "FIELD" },
		{ .key = "a", .head = a },
		{ .key = "b", .head = b },
		{ .key = "help", .head = "MEANING" },
	};
	struct column *columns = arena_alloc(&ctx->session->arena, sizeof(heads));

	memcpy(columns, heads, sizeof(heads));
	sink_list(ctx->sink, "differences");
	sink_table(ctx->sink, columns, sizeof(heads) / sizeof(heads[0]));
}

unsigned compare_records(struct context *ctx, const struct record *record, const char *name,
			 const struct compared two[2])
{
	bool all = ctx->opt.verbose == 1 && !ctx->opt.json;
	unsigned nr_differ = 0, nr_shown = 0;

	for (unsigned i = 0; i < record->nr_fields; i++) {
		const struct field *field = &record->fields[i];
		uint64_t a = field_get(field, two[0].words), b = field_get(field, two[1].words);
		bool named = field->kind != FIELD_RESERVED && field->kind != FIELD_IGNORED;

		nr_differ += a != b;
		if (a == b && !(all && (named || a)))
			continue;
		if (name && !nr_shown++)
			sink_heading(ctx->sink, "  %s", name);
		put_field(ctx, record, field, name, two, a != b);
	}
	return nr_differ;
}
