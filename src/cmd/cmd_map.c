// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu map: everything that a table maps, at three depths. The walker hands over runs of equal
 * pages; here they are merged into what one row says:
 *   default	a stretch of IOVA with the same permissions, and the holes between stretches
 *   -v, -j	a range that is also physically contiguous, of one page size
 *   -vv	one table entry
 * Through a guest's table and the host's, a row of -vv is one entry of the first over one of the
 * second. Rows are printed as the walk goes: memory does not depend on the size of the table.
 */
#include "map_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool add_run(void *ctx, const struct pt_run *whole)
{
	struct map *m = ctx;
	struct pt_run run = *whole;

	run.read = run.read && m->masked_read;
	run.write = run.write && m->masked_write;
	add_part(m, &run, (struct gpa){ 0 });
	return !target_interrupted(m->ctx->session->target);
}

/* What one entry maps: its part of a page, cut to the range that was asked for. */
static struct pt_run run_of_leaf(const struct map *m, const struct pt_leaf *leaf)
{
	uint64_t page = 1ULL << leaf->entry.size_lg2;
	uint64_t first = leaf->iova.v;
	uint64_t last = leaf->last.v;

	if (last > m->to.v)
		last = m->to.v;
	if (first < m->from.v)
		first = m->from.v;
	return (struct pt_run){
		.iova = iova_of(first),
		.pa = pa_of(leaf->entry.address + (first & (page - 1))),
		.bytes = last - first + 1,
		.page_lg2 = leaf->entry.size_lg2,
		.read = leaf->read && m->masked_read,
		.write = leaf->write && m->masked_write,
		.user = leaf->user,
		.contiguous = true,
		/* A page counts once, where it starts (or where the range starts inside it). */
		.nr_pages = !(first & (page - 1)) || first == m->from.v,
	};
}

/* -v and -j see every leaf, since where each page lies decides the rows. */
static bool add_leaf(void *ctx, const struct pt_leaf *leaf)
{
	struct map *m = ctx;
	struct pt_run run = run_of_leaf(m, leaf);

	add_part(m, &run, (struct gpa){ 0 });
	return true;
}

static bool put_leaf(void *ctx, const struct pt_leaf *leaf)
{
	struct map *m = ctx;
	struct sink *sink = m->ctx->sink;
	struct pt_run run = run_of_leaf(m, leaf);
	char word[WORD_MAX];

	if (!is_asked_for(m, leaf->iova, leaf->last.v - leaf->iova.v + 1))
		return true;
	sink_row(sink);
	/* Where the entry stands, also when the range begins behind it. */
	sink_hex(sink, "iova", leaf->iova.v);
	sink_hex(sink, "pa", leaf->entry.address + (leaf->iova.v & ((1ULL << leaf->entry.size_lg2) - 1)));
	sink_cell_text(sink, "page_size", word_size(word, 1ULL << leaf->entry.size_lg2));
	sink_cell_text(sink, "perm", word_access(run.read, run.write, run.user));
	sink_count(sink, "level", leaf->level);
	sink_hex(sink, "entry_pa", leaf->entry_pa.v);
	sink_hex(sink, "entry", leaf->raw);
	sink_row_end(sink);
	m->nr_rows++;
	m->bytes += run.bytes;
	m->pages[run.page_lg2] += run.nr_pages;
	return true;
}

/* "<loops to level 2> entry 5 of the level-1 table 355c000: 60000000035..." */
static const char *damage_words(struct context *ctx, const struct pt_damage *d)
{
	struct arena *arena = &ctx->session->arena;
	char what[PT_WORDS_MAX], place[PT_WORDS_MAX];

	pt_damage_words(what, d);
	pt_damage_place(place, d);
	if (d->kind == PT_DAMAGE_UNREADABLE)
		return arena_printf(arena, "%s %s", word_no_value(d->status), place);
	if (d->kind == PT_DAMAGE_ENTRY)
		return arena_printf(arena, "<%s> %s: %" PRIx64, what, place, d->raw);
	return arena_printf(arena, "<%s> %s", what, d->kind == PT_DAMAGE_LIMIT ? "the walk ends here" : place);
}

static bool put_damage(void *ctx, const struct pt_damage *d)
{
	struct map *m = ctx;

	close_stretch(m);
	if (!is_asked_for(m, d->first, d->last.v - d->first.v + 1))
		return true;
	sink_note(m->ctx->sink, NOTE_WARNING,
		  d->kind == PT_DAMAGE_UNREADABLE && d->status == STATUS_NOT_IN_DUMP ?
			  "table-not-in-dump" :
			  "table-damaged",
		  "%s%s%" PRIx64 "-%" PRIx64 "  %s", m->of_many ? m->what : "", m->of_many ? ": " : "",
		  d->first.v, d->last.v, damage_words(m->ctx, d));
	m->any = true;
	m->end = iova_of(d->last.v + 1);
	return true;
}

static void tell_progress(void *ctx, const struct pt_along *along)
{
	const struct map *m = ctx;

	show_progress(m->ctx, m->what, along, m->bytes);
}

/* ---- through a guest's table and the host's ---- */

static bool add_piece(void *ctx, const struct pt_piece *piece)
{
	struct map *m = ctx;
	const struct pt_run run = {
		.iova = piece->iova,
		.pa = piece->pa,
		.bytes = piece->bytes,
		.nr_pages = piece->nr_pages,
		.page_lg2 = piece->page_lg2,
		.read = piece->read && m->masked_read,
		.write = piece->write && m->masked_write,
		.user = piece->user,
		.contiguous = true,
	};

	add_part(m, &run, piece->gpa);
	return !target_interrupted(m->ctx->session->target);
}

static bool put_gap(void *ctx, const struct pt_gap *gap)
{
	struct map *m = ctx;

	close_stretch(m);
	if (!is_asked_for(m, gap->first, gap->last.v - gap->first.v + 1))
		return true;
	sink_note(m->ctx->sink, NOTE_WARNING, "not-mapped-by-host",
		  "%s%s%" PRIx64 "-%" PRIx64 "  the guest's table maps it to guest %" PRIx64
		  ", where the host's table has nothing",
		  m->of_many ? m->what : "", m->of_many ? ": " : "", gap->first.v, gap->last.v, gap->gpa.v);
	m->any = true;
	m->end = iova_of(gap->last.v + 1);
	return true;
}

static bool put_damage_of_stage(void *ctx, const struct pt_damage *d, bool by_host)
{
	(void)by_host; /* the table's address says which it is */
	return put_damage(ctx, d);
}

static enum status scan_guest(struct map *m, const struct space *space, struct pt_totals *totals)
{
	const struct pt_nested_visitor visitor = {
		.ctx = m,
		.piece = add_piece,
		.gap = put_gap,
		.damage = put_damage_of_stage,
		.along = tell_progress,
	};
	struct pt_totals host;
	enum status status;

	m->by_piece = m->ctx->opt.verbose > 1 && !m->ctx->opt.json;
	status = pt_nested_scan(space->guest, &space->root, m->from, m->to, &visitor, totals, &host);
	pt_add_trouble(totals, &host);
	return status;
}

void map_scan(struct map *m, const struct space *space, struct pt_totals *ret)
{
	struct context *ctx = m->ctx;
	struct pt_visitor visitor = { .ctx = m, .damage = put_damage, .along = tell_progress };
	enum status status;

	if (!m->by_range)
		visitor.run = add_run;
	else
		visitor.leaf = ctx->opt.json || ctx->opt.verbose < 2 ? add_leaf : put_leaf;
	begin_rows(m);
	if (space->guest)
		status = scan_guest(m, space, ret);
	else if (space->has_table)
		status = pt_scan(space->memory, &space->root, m->from, m->to, &visitor, ret);
	else
		status = space_scan(ctx->k, space, m->from, m->to,
				    &(struct pt_visitor){ .ctx = m, .run = add_run, .damage = put_damage,
							  .along = tell_progress }, ret);
	close_stretch(m);
	ctx->interrupted |= status == STATUS_INTERRUPTED;
}

static const char *plural(uint64_t nr, bool of_y)
{
	if (of_y)
		return nr == 1 ? "y" : "ies";
	return nr == 1 ? "" : "s";
}

void put_totals(struct map *m, const struct pt_totals *totals)
{
	struct sink *sink = m->ctx->sink;
	char pages[PAGES_MAX], amount[WORD_MAX];
	bool of_entries = m->by_range && m->ctx->opt.verbose > 1;
	uint64_t nr_pages = 0;

	sink_begin(sink, "totals");
	sink_count(sink, "bytes", m->bytes);
	put_pages(sink, m->pages);
	for (unsigned lg2 = 0; lg2 < NR_SIZES; lg2++)
		nr_pages += m->pages[lg2];
	sink_count(sink, "tables", totals->tables);
	sink_count(sink, "tables_not_in_dump", totals->tables_missing);
	sink_count(sink, "tables_unreadable", totals->tables_lost);
	sink_count(sink, "damaged", totals->damaged);
	sink_end(sink);
	write_pages(pages, sizeof(pages), m->pages);
	sink_heading(sink, "%" PRIu64 " %s%s, %s in %" PRIu64 " page%s, %" PRIu64 " table page%s, %"
		     PRIu64 " not in dump%s",
		     m->nr_rows, of_entries ? "entr" : "range", plural(m->nr_rows, of_entries), word_amount(amount, m->bytes),
		     nr_pages, plural(nr_pages, false), totals->tables,
		     plural(totals->tables, false), totals->tables_missing,
		     totals->damaged || totals->tables_lost ? ", damaged" : "");
	if (nr_pages)
		sink_say(sink, "PAGES", "%s", pages);
}

/* Where the one address that was asked for leads. The scan has said what is damaged. */
static void put_address_asked(struct context *ctx, const struct selection *sel, struct iova iova)
{
	const struct space *space = &sel->route.space;
	struct sink *sink = ctx->sink;
	struct pt_translation t, host;
	const struct pt_translation *last = &t;

	pt_translate(space->memory, &space->root, iova, &t);
	if (t.result == PT_MAPPED && space->guest) {
		pt_guest_translate(space->guest, pt_guest_address(t.pa), &host);
		last = &host;
	}
	sink_begin(sink, "asked");
	sink_hex(sink, "iova", iova.v);
	if (last->result == PT_MAPPED)
		sink_hex(sink, "pa", last->pa.v);
	else
		sink_null(sink, "pa");
	sink_end(sink);
	if (last->result == PT_MAPPED)
		sink_say(sink, "ADDRESS", "%" PRIx64 " is at physical %" PRIx64, iova.v, last->pa.v);
	else
		sink_say(sink, "ADDRESS", "%" PRIx64 " %s: see iommu walk", iova.v,
			 last->result == PT_UNREADABLE ? "leads to what is not known" : "leads to no page");
}

/* only: not NULL for the row around one address, whatever else the table maps. */
static void map_table(struct context *ctx, const struct selection *sel, struct iova first,
		      struct iova last, const struct iova *only)
{
	const struct space *space = &sel->route.space;
	struct map m = { .ctx = ctx,
			 .what = sel->what,
			 .by_range = ctx->opt.json || ctx->opt.verbose,
			 .from = first,
			 .to = last,
			 .one_address = only != NULL,
			 .address = only ? *only : first,
			 .masked_read = sel->route.read,
			 .masked_write = sel->route.write,
			 .has_user = space->root.format->has_user,
			 .of_guest = space->guest != NULL };
	struct pt_totals totals;
	char table[WORD_MAX];

	sink_heading(ctx->sink, "%s%s%s  %s  root %s%" PRIx64 "%s", sel->what,
		     sel->is_device ? word_special(ctx, sel->sbdf) : "", word_pasid(ctx, sel),
		     word_table(table, &space->root), space->guest ? "guest " : "",
		     space->root.table.v, word_below(ctx, sel));
	sink_list(ctx->sink, "mappings");
	map_scan(&m, space, &totals);
	sink_list_end(ctx->sink);
	if (only)
		put_address_asked(ctx, sel, *only);
	put_totals(&m, &totals);
}

static void say_no_table(struct context *ctx, const struct selection *sel)
{
	sink_list(ctx->sink, "mappings");
	sink_list_end(ctx->sink);
	switch (sel->route.state) {
	case DMA_PASSTHROUGH:
	case DMA_PASSTHROUGH_UNCHECKED:
		sink_heading(ctx->sink, "%s%s  passthrough: every IOVA is the physical address, there "
			     "is no table", sel->what, word_pasid(ctx, sel));
		break;
	case DMA_BLOCKED:
		sink_heading(ctx->sink, "%s  blocked: every request is aborted, there is no table",
			     sel->what);
		break;
	case DMA_BY_PASID:
		sink_string(ctx->sink, "problem", why_no_pasid(ctx, sel));
		sink_heading(ctx->sink, "%s  %s", sel->what, why_no_pasid(ctx, sel));
		break;
	case DMA_UNKNOWN:
		sink_heading(ctx->sink, "%s  where its requests go is not known%s%s", sel->what,
			     sel->route.why ? ": " : "", sel->route.why ? sel->route.why : "");
		break;
	default:
		sink_heading(ctx->sink, "%s%s  every request is aborted: its entry is illegal (%s)",
			     sel->what, word_pasid(ctx, sel), sel->route.why ? sel->route.why : "?");
	}
}

void cmd_map(struct context *ctx)
{
	struct selection sel;
	struct iova first = { 0 }, last = { UINT64_MAX }, only = { 0 };
	bool one = ctx->opt.nr_words && !is_range(ctx->opt.words[0]);
	char bdf[WORD_MAX];

	if (ctx->opt.all) {
		map_all(ctx);
		return;
	}
	if (one && !parse_address(ctx, ctx->opt.words[0], &only.v))
		return;
	if (ctx->opt.nr_words && !one && !parse_range(ctx, ctx->opt.words[0], &first, &last))
		return;
	if (!select_space(ctx, &sel))
		return;
	sink_string(ctx->sink, "device", sel.is_device ? word_bdf(bdf, sel.sbdf) : NULL);
	if (sel.is_device)
		put_special(ctx, sel.sbdf);
	if (sel.route.has_domain_id)
		sink_count(ctx->sink, "domain_id", sel.route.domain_id);
	else
		sink_null(ctx->sink, "domain_id");
	if (sel.route.by_pasid)
		put_pasid(ctx, &sel);
	sink_string(ctx->sink, "state",
		    sel.route.space.has_table ? "translated" : word_dma_state(sel.route.state));
	put_entry_legality(ctx, sel.is_device ? sel.route.state : DMA_UNKNOWN, sel.route.why,
			   sel.route.doubt);
	if (sel.route.space.has_table)
		map_table(ctx, &sel, first, last, one ? &only : NULL);
	else
		say_no_table(ctx, &sel);
}
