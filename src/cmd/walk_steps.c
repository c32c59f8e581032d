// SPDX-License-Identifier: GPL-2.0-or-later
/* The entries on the way of a translation, one row each: through one table, or through the table of
 * PASIDs, the guest's and the host's, in the order in which the hardware reads them. */
#include "cmd.h"

#include <inttypes.h>

static const struct column step_columns[] = {
	{ .key = "level" },
	{ .key = "index" },
	{ .key = "entry_pa" },
	{ .key = "entry", .width = 16, .right = true },
	{ .key = "kind" },
};

static void begin_table(struct context *ctx)
{
	sink_table(ctx->sink, step_columns, sizeof(step_columns) / sizeof(step_columns[0]));
}

static const char *kind_word(enum pt_kind kind)
{
	static const char *const words[] = {
		[PT_EMPTY] = "empty",
		[PT_LEAF] = "page",
		[PT_TABLE] = "table",
		[PT_BAD] = "bad",
	};

	return words[kind];
}

static void put_kind(struct context *ctx, const struct stage *stage, const struct pt_step *step)
{
	char size[WORD_MAX], fault[WORD_MAX];
	const struct pt_entry *entry = &step->entry;
	struct sink *sink = ctx->sink;

	if (step->status != STATUS_OK) {
		sink_string(sink, "kind", step->status == STATUS_NOT_IN_DUMP ? "not-in-dump" :
									       "unreadable");
		sink_string(sink, "problem", status_text(step->status));
		sink_cell(sink, "kind", "%s", in_place(step->status));
		return;
	}
	sink_string(sink, "kind", kind_word(entry->kind));
	switch (entry->kind) {
	case PT_EMPTY:
		break;
	case PT_TABLE:
		if (entry->next_level + 1u != step->level)
			sink_cell(sink, "kind", "table %" PRIx64 " of level %u", entry->address,
				  entry->next_level);
		else
			sink_cell(sink, "kind", "table %" PRIx64, entry->address);
		break;
	case PT_LEAF:
		if (stage->format->of_pasids)
			sink_cell(sink, "kind", "the PASID's table %" PRIx64, entry->address);
		else
			sink_cell(sink, "kind", "%s page, %s",
				  word_size(size, 1ULL << entry->size_lg2),
				  word_access(entry->read, entry->write, entry->user));
		break;
	case PT_BAD:
		sink_cell(sink, "kind", "%s", in_place_fault(fault, entry));
		break;
	}
}

static const struct record *record_of(const struct pt_format *format, const struct pt_entry *entry)
{
	return entry->kind == PT_TABLE ? format->table : format->leaf;
}

/* Where the entry is: in the guest's memory the host's table has the last word on that. */
static void put_place(struct context *ctx, const struct stage *stage, const struct pt_step *step)
{
	struct pt_translation host;
	struct sink *sink = ctx->sink;

	if (!stage->guest) {
		sink_hex(sink, "entry_pa", step->entry_pa.v);
		sink_cell(sink, "entry_pa", "at %" PRIx64, step->entry_pa.v);
		return;
	}
	sink_hex(sink, "entry_gpa", step->entry_pa.v);
	pt_guest_translate(stage->guest, pt_guest_address(step->entry_pa), &host);
	if (host.result == PT_MAPPED) {
		sink_hex(sink, "entry_pa", host.pa.v);
		sink_cell(sink, "entry_pa", "at guest %" PRIx64 " = %" PRIx64, step->entry_pa.v,
			  host.pa.v);
	} else {
		enum status status = host.result == PT_UNREADABLE ?
					     host.steps[host.nr_steps - 1].status : STATUS_UNMAPPED;

		sink_null(sink, "entry_pa");
		sink_string(sink, "entry_pa_problem", status_text(status));
		sink_cell(sink, "entry_pa", "at guest %" PRIx64 " %s", step->entry_pa.v,
			  host.result == PT_UNREADABLE ? in_place(status) : "");
	}
}

static void put_step(struct context *ctx, const struct stage *stage, const struct pt_step *step)
{
	struct sink *sink = ctx->sink;

	sink_row(sink);
	if (stage->name)
		sink_string(sink, "stage", stage->name);
	sink_count(sink, "level", step->level);
	sink_cell(sink, "level", "%slevel %u", stage->label, step->level);
	sink_count(sink, "index", step->index);
	sink_cell(sink, "index", "[%3u]", step->index);
	put_place(ctx, stage, step);
	if (step->status == STATUS_OK)
		sink_hex(sink, "entry", step->raw);
	else
		sink_null(sink, "entry");
	put_kind(ctx, stage, step);
	sink_row_end(sink);
	if (ctx->opt.verbose && step->status == STATUS_OK && step->entry.kind != PT_EMPTY &&
	    !ctx->opt.json)
		sink_record(sink, NULL, record_of(stage->format, &step->entry), &step->raw, true);
}

/* How the hardware found the entry of a guest's table: on screen when it did not, or with -v. */
static void put_host_of_step(struct context *ctx, const struct stage *stage,
			     const struct pt_step *step)
{
	struct pt_translation host;

	if (step->status != STATUS_OK || ctx->opt.verbose || ctx->opt.json) {
		pt_guest_translate(stage->guest, pt_guest_address(step->entry_pa), &host);
		put_host_steps(ctx, stage->guest, &host);
	}
}

void put_stage(struct context *ctx, const struct stage *stage, const struct pt_translation *t)
{
	for (unsigned i = 0; i < t->nr_steps; i++) {
		if (stage->guest)
			put_host_of_step(ctx, stage, &t->steps[i]);
		if (ctx->opt.verbose)
			begin_table(ctx); /* a record stood between the rows */
		put_step(ctx, stage, &t->steps[i]);
	}
}

void put_host_steps(struct context *ctx, const struct pt_guest *guest,
		    const struct pt_translation *t)
{
	const struct stage stage = { .name = "host",
				     .label = "    host ",
				     .format = guest->host.format };

	put_stage(ctx, &stage, t);
}

static void put_pasid_stage(struct context *ctx, const struct selection *sel)
{
	const char *name = sel->pasids.table.format->name;
	const struct stage stage = {
		.name = name,
		.label = arena_printf(&ctx->session->arena, "  %s ", name),
		.format = sel->pasids.table.format,
		.guest = sel->pasids.table_behind_host ? sel->guest : NULL,
	};

	put_stage(ctx, &stage, &sel->pasid_walk);
}

void put_steps(struct context *ctx, const struct selection *sel, const struct pt_translation *t,
	       const struct pt_translation *host)
{
	const struct stage table = {
		.name = sel->via_pasid ? "guest" : NULL,
		.label = sel->via_pasid ? "  guest " : "  ",
		.format = sel->root.format,
		.guest = sel->guest,
	};

	sink_list(ctx->sink, "steps");
	begin_table(ctx);
	if (sel->via_pasid)
		put_pasid_stage(ctx, sel);
	if (t)
		put_stage(ctx, &table, t);
	if (host)
		put_host_steps(ctx, sel->guest, host);
	sink_list_end(ctx->sink);
}
