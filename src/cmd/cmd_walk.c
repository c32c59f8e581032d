// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu walk: one address through every level, to the page and what the page is. */
#include "cmd.h"

#include <inttypes.h>
#include <stdio.h>

static const struct column step_columns[] = {
	{ .key = "level" },
	{ .key = "index" },
	{ .key = "entry_pa" },
	{ .key = "entry", .width = 16, .right = true },
	{ .key = "kind" },
};

static const char *result_word(enum pt_result result)
{
	switch (result) {
	case PT_MAPPED:
		return "mapped";
	case PT_NOT_MAPPED:
	case PT_BEYOND:
		return "not-mapped";
	case PT_UNREADABLE:
		return "not-in-dump";
	case PT_BAD_TABLE:
		return "bad-table";
	}
	return "bad-table";
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

/* ---- the head of a result ---- */

static void put_head(struct context *ctx, const struct selection *sel, struct iova iova)
{
	struct sink *sink = ctx->sink;
	char table[WORD_MAX], bdf[WORD_MAX], id[WORD_MAX] = "";

	sink_string(sink, "device", sel->is_device ? word_bdf(bdf, sel->sbdf) : NULL);
	put_domain_id(ctx, "domain_id", sel->has_domain_id, sel->domain_id);
	sink_null(sink, "pasid");
	sink_string(sink, "format", sel->has_table ? sel->root.format->name : NULL);
	if (sel->has_table)
		sink_hex(sink, "root", sel->root.table.v);
	else
		sink_null(sink, "root");
	sink_count(sink, "levels", sel->has_table ? sel->root.levels : 0);
	sink_hex(sink, "iova", iova.v);
	if (sel->state == DMA_UNFILTERED)
		; /* the entry is not valid: its domain id means nothing */
	else if (sel->has_domain_id && sel->domain)
		snprintf(id, sizeof(id), "  domain 0x%x (%s)", sel->domain_id,
			 word_domain_type(sel->domain));
	else if (sel->has_domain_id)
		snprintf(id, sizeof(id), "  domain 0x%x", sel->domain_id);
	sink_heading(sink, "%s  IOVA %" PRIx64 "%s  %s", sel->what, iova.v, id,
		     sel->has_table ? word_table(table, &sel->root) : word_dma_state(sel->state));
}

static void put_state(struct context *ctx, const char *state, bool mapped)
{
	sink_bool(ctx->sink, "mapped", mapped);
	sink_string(ctx->sink, "state", state);
}

/* ---- steps ---- */

static void put_kind(struct context *ctx, const struct pt_step *step)
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
		sink_cell(sink, "kind", "%s page, %s", word_size(size, 1ULL << entry->size_lg2),
			  word_perm(entry->read, entry->write));
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

static void put_steps(struct context *ctx, const struct selection *sel,
		      const struct pt_translation *t)
{
	struct sink *sink = ctx->sink;

	sink_list(sink, "steps");
	for (unsigned i = 0; i < t->nr_steps; i++) {
		const struct pt_step *step = &t->steps[i];

		if (i == 0 || ctx->opt.verbose)
			sink_table(sink, step_columns, sizeof(step_columns) / sizeof(step_columns[0]));
		sink_row(sink);
		sink_count(sink, "level", step->level);
		sink_cell(sink, "level", "  level %u", step->level);
		sink_count(sink, "index", step->index);
		sink_cell(sink, "index", "[%3u]", step->index);
		sink_hex(sink, "entry_pa", step->entry_pa.v);
		sink_cell(sink, "entry_pa", "at %" PRIx64, step->entry_pa.v);
		if (step->status == STATUS_OK)
			sink_hex(sink, "entry", step->raw);
		else
			sink_null(sink, "entry");
		put_kind(ctx, step);
		sink_row_end(sink);
		if (ctx->opt.verbose && step->status == STATUS_OK && step->entry.kind != PT_EMPTY &&
		    !ctx->opt.json)
			sink_record(sink, NULL, record_of(sel->root.format, &step->entry),
				    &step->raw, true);
	}
	sink_list_end(sink);
}

/* ---- the page ---- */

/* Why it is not known what the page is; NULL: it is. */
static const char *page_problem(struct context *ctx, const struct page_fact *fact)
{
	if (fact->status == STATUS_OK)
		return NULL;
	kernel_told(ctx->k, fact->status, ctx->k->missing, ctx->k->failed_at);
	if (fact->status == STATUS_MISSING && ctx->k->missing)
		return arena_printf(&ctx->session->arena, "%s not found", ctx->k->missing);
	return status_text(fact->status);
}

/* User memory is what makedumpfile leaves out first: whether the bytes themselves can be looked at. */
static bool was_filtered(struct context *ctx, struct pa pa)
{
	char byte;

	return target_read_pa(ctx->session->target, pa, &byte, 1) == STATUS_NOT_IN_DUMP;
}

static void put_page_facts(struct context *ctx, struct pa pa, const char *how)
{
	struct page_fact fact;
	bool filtered;
	struct sink *sink = ctx->sink;
	const char *problem;
	char task[128] = "";

	kernel_describe_page(ctx->k, pa, &fact);
	problem = page_problem(ctx, &fact);
	filtered = fact.is_ram && was_filtered(ctx, pa);
	sink_begin(sink, "target");
	sink_string(sink, "resource", fact.resource);
	sink_bool(sink, "ram", fact.is_ram);
	sink_string(sink, "use", fact.state);
	if (filtered)
		sink_string(sink, "contents", status_text(STATUS_NOT_IN_DUMP));
	if (problem)
		sink_string(sink, "problem", problem);
	if (fact.has_task) {
		sink_count(sink, "pid", (uint64_t)fact.pid);
		sink_string(sink, "comm", fact.comm);
		sink_hex(sink, "vaddr", fact.vaddr);
		snprintf(task, sizeof(task), " of pid %" PRId64 " \"%s\" at %" PRIx64, fact.pid,
			 fact.comm ? fact.comm : "?", fact.vaddr);
	}
	sink_end(sink);
	if (problem && !fact.resource)
		sink_say(sink, "PHYSICAL", "%" PRIx64 "  %s  what is there is not known: %s", pa.v,
			 how, problem);
	else if (!fact.resource)
		sink_say(sink, "PHYSICAL", "%" PRIx64 "  %s  outside any memory or device", pa.v, how);
	else if (!fact.is_ram)
		sink_say(sink, "PHYSICAL", "%" PRIx64 "  %s  not RAM: %s", pa.v, how, fact.resource);
	else
		sink_say(sink, "PHYSICAL", "%" PRIx64 "  %s  RAM, %s%s%s%s", pa.v, how,
			 fact.state ? "" : "its struct page: ",
			 fact.state ? fact.state : problem ? problem : "not known", task,
			 filtered ? "; its contents are not in the dump" : "");
}

static void put_mapped(struct context *ctx, const struct selection *sel,
		       const struct pt_translation *t)
{
	bool read = sel->read && t->read, write = sel->write && t->write;
	struct sink *sink = ctx->sink;

	put_state(ctx, result_word(t->result), true);
	sink_hex(sink, "pa", t->pa.v);
	sink_hex(sink, "page_size", 1ULL << t->size_lg2);
	sink_bool(sink, "read", read);
	sink_bool(sink, "write", write);
	put_steps(ctx, sel, t);
	put_page_facts(ctx, t->pa, word_perm(read, write));
}

/* ---- not mapped ---- */

static void put_neighbours(struct context *ctx, const struct selection *sel, struct iova iova)
{
	struct pt_neighbours near;
	char hole[128], nearest[96] = "nothing is mapped";

	if (pt_find_neighbours(ctx->session->target, &sel->root, iova, &near) != STATUS_OK) {
		ctx->interrupted = true;
		return;
	}
	snprintf(hole, sizeof(hole), "nothing from %" PRIx64 " to %" PRIx64,
		 near.below ? near.below_last.v + 1 : 0,
		 near.above ? near.above_first.v - 1 : pt_last_iova(&sel->root).v);
	if (near.below && near.above)
		snprintf(nearest, sizeof(nearest), "nearest: %" PRIx64 " below, %" PRIx64 " above",
			 near.below_last.v, near.above_first.v);
	else if (near.below)
		snprintf(nearest, sizeof(nearest), "nearest: %" PRIx64 " below", near.below_last.v);
	else if (near.above)
		snprintf(nearest, sizeof(nearest), "nearest: %" PRIx64 " above", near.above_first.v);
	sink_say(ctx->sink, "NOT MAPPED", "%s; %s%s", hole, nearest,
		 near.uncertain ? " (a table in between could not be read)" : "");
	if (near.below)
		sink_hex(ctx->sink, "nearest_below", near.below_last.v);
	if (near.above)
		sink_hex(ctx->sink, "nearest_above", near.above_first.v);
}

static void put_unmapped(struct context *ctx, const struct selection *sel, struct iova iova,
			 const struct pt_translation *t)
{
	const struct pt_step *last = t->nr_steps ? &t->steps[t->nr_steps - 1] : NULL;
	char fault[WORD_MAX];

	/* Not every table that cannot be read is one that was not saved. */
	put_state(ctx, t->result == PT_UNREADABLE && last->status != STATUS_NOT_IN_DUMP ?
			       "bad-table" : result_word(t->result), false);
	sink_null(ctx->sink, "pa");
	sink_null(ctx->sink, "page_size");
	put_steps(ctx, sel, t);
	switch (t->result) {
	case PT_BEYOND:
		sink_say(ctx->sink, "NOT MAPPED", "beyond the table: %u levels reach %" PRIx64,
			 sel->root.levels, pt_last_iova(&sel->root).v);
		break;
	case PT_UNREADABLE:
		sink_say(ctx->sink, "NOT KNOWN", "the table at %" PRIx64 ": %s",
			 last->entry_pa.v & ~(uint64_t)(PT_PAGE_SIZE - 1),
			 status_text(last->status));
		break;
	case PT_BAD_TABLE:
		sink_say(ctx->sink, "BAD TABLE", "the IOMMU faults on the entry at %" PRIx64 ": %s",
			 last->entry_pa.v, in_place_fault(fault, &last->entry));
		break;
	case PT_NOT_MAPPED:
		if (t->skipped_bits)
			sink_say(ctx->sink, "NOT MAPPED", "the entry at %" PRIx64 " skips levels "
				 "whose address bits are set", last->entry_pa.v);
		else
			put_neighbours(ctx, sel, iova);
		break;
	case PT_MAPPED:
		break;
	}
}

/* ---- no table at all ---- */

static void put_without_table(struct context *ctx, const struct selection *sel, struct iova iova)
{
	struct sink *sink = ctx->sink;
	bool passes = sel->state == DMA_PASSTHROUGH || sel->state == DMA_UNFILTERED;
	bool unfiltered = sel->state == DMA_UNFILTERED;
	bool read = sel->read || unfiltered, write = sel->write || unfiltered;

	put_state(ctx, word_dma_state(sel->state), passes);
	if (passes) {
		sink_hex(sink, "pa", iova.v);
		sink_null(sink, "page_size");
		sink_bool(sink, "read", read);
		sink_bool(sink, "write", write);
	} else {
		sink_null(sink, "pa");
		sink_null(sink, "page_size");
	}
	sink_list(sink, "steps");
	sink_list_end(sink);
	if (passes)
		put_page_facts(ctx, pa_of(iova.v), word_perm(read, write));
	else if (sel->state == DMA_BLOCKED)
		sink_say(sink, "BLOCKED", "every request of the device is aborted");
	else if (sel->state == DMA_GUEST)
		sink_say(sink, "NOT KNOWN", "guest translation (GCR3) is not decoded yet");
	else
		sink_say(sink, "BAD ENTRY", "the device's own entry is illegal: see iommu dte -v %s",
			 sel->what);
}

static void walk_one(struct context *ctx, const struct selection *sel, struct iova iova)
{
	struct pt_translation translation;

	sink_begin(ctx->sink, NULL);
	put_head(ctx, sel, iova);
	if (!sel->has_table) {
		put_without_table(ctx, sel, iova);
	} else {
		pt_translate(ctx->session->target, &sel->root, iova, &translation);
		if (translation.result == PT_MAPPED)
			put_mapped(ctx, sel, &translation);
		else
			put_unmapped(ctx, sel, iova, &translation);
	}
	sink_end(ctx->sink);
}

void cmd_walk(struct context *ctx)
{
	struct selection sel;
	struct iova iova;

	if (!select_table(ctx, &sel))
		return;
	if (!ctx->opt.nr_words) {
		complain(ctx, "no-address", "expected an IOVA to translate");
		return;
	}
	sink_list(ctx->sink, "results");
	for (int i = 0; i < ctx->opt.nr_words; i++) {
		if (target_interrupted(ctx->session->target))
			break;
		if (!parse_address(ctx, ctx->opt.words[i], &iova.v))
			continue;
		walk_one(ctx, &sel, iova);
		if (i + 1 < ctx->opt.nr_words)
			sink_heading(ctx->sink, "%s", "");
	}
	sink_list_end(ctx->sink);
}
