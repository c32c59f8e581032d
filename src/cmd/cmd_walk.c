// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu walk: one address through every level, to the page and what the page is. */
#include "walk.h"

#include "iommu/arch.h"

#include <inttypes.h>
#include <stdio.h>

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

/* ---- the head of a result ---- */

static void put_selected_id(struct context *ctx, const struct route *route)
{
	if (route->has_domain_id)
		sink_count(ctx->sink, "domain_id", route->domain_id);
	else
		sink_null(ctx->sink, "domain_id");
}

/* Whose space it is: the hardware's id, and the type of the driver's domain. */
static const char *domain_words(struct context *ctx, const struct route *route)
{
	const struct domain *domain = route->space.domain;
	struct arena *arena = &ctx->session->arena;

	/* An entry that is not valid has no domain id that means anything. With -D the line starts with the domain. */
	if (route->state == DMA_PASSTHROUGH_UNCHECKED || !route->has_domain_id || ctx->opt.domain)
		return "";
	if (!domain)
		return arena_printf(arena, "  domain 0x%x", route->domain_id);
	/* The id is the device's, whatever domain its PASID is attached to. */
	if (route->has_pasid)
		return arena_printf(arena, "  domain 0x%x, %s%s", route->domain_id,
				    word_domain_type(domain), word_process(ctx, route->pasid_user));
	return arena_printf(arena, "  domain 0x%x (%s)", route->domain_id, word_domain_type(domain));
}

/* Whom the line is about; of a domain that was asked for, its type too. */
static const char *subject_words(struct context *ctx, const struct selection *sel)
{
	const struct domain *domain = sel->route.space.domain;

	if (!ctx->opt.domain || !domain)
		return sel->what;
	return arena_printf(&ctx->session->arena, "%s (%s)", sel->what, word_domain_type(domain));
}

/* Where the requests go, at the end of the line. */
static const char *way_words(struct context *ctx, const struct route *route)
{
	char table[WORD_MAX];

	if (route->space.has_table)
		return arena_strdup(&ctx->session->arena, word_table(table, &route->space.root));
	if (route->state == DMA_ILLEGAL)
		return "illegal entry";
	if (route->by_pasid && route->way.result == PT_UNREADABLE)
		return "page table not known";
	if (route->by_pasid && route->way.result != PT_MAPPED)
		return "no page table";
	return word_dma_state(route->state);
}

static void put_head(struct context *ctx, const struct selection *sel, struct iova iova)
{
	const struct space *space = &sel->route.space;
	struct sink *sink = ctx->sink;
	char bdf[WORD_MAX];

	sink_string(sink, "device", sel->is_device ? word_bdf(bdf, sel->sbdf) : NULL);
	if (sel->is_device)
		put_special(ctx, sel->sbdf);
	put_selected_id(ctx, &sel->route);
	put_pasid(ctx, sel);
	put_pasid_process(ctx, sel->route.pasid_user);
	sink_string(sink, "format", space->has_table ? space->root.format->name : NULL);
	if (space->has_table)
		sink_hex(sink, "root", space->root.table.v);
	else
		sink_null(sink, "root");
	sink_count(sink, "levels", space->has_table ? space->root.levels : 0);
	put_host_table(ctx, space->guest ? &space->guest->host : NULL);
	put_entry_legality(ctx, sel->is_device ? sel->route.state : DMA_UNKNOWN, sel->route.why,
			   sel->route.doubt);
	sink_hex(sink, "iova", iova.v);
	sink_heading(sink, "%s%s%s  IOVA %" PRIx64 "%s  %s%s", subject_words(ctx, sel),
		     sel->is_device ? word_special(ctx, sel->sbdf) : "", word_pasid(ctx, sel), iova.v,
		     domain_words(ctx, &sel->route), way_words(ctx, &sel->route), word_below(ctx, sel));
}

static void put_state(struct context *ctx, const char *state, bool mapped)
{
	sink_bool(ctx->sink, "mapped", mapped);
	sink_string(ctx->sink, "state", state);
}

/* ---- the page ---- */

static void put_page_facts(struct context *ctx, struct pa pa, const char *how)
{
	struct page_fact fact;
	const char *words = put_page(ctx, "target", pa, &fact);

	sink_say(ctx->sink, "PHYSICAL", "%" PRIx64 "  %s  %s", pa.v, how, words);
}

/* host: how the guest physical address of t is translated; NULL: there is no guest. */
static void put_mapped(struct context *ctx, const struct selection *sel,
		       const struct pt_translation *t, const struct pt_translation *host,
		       struct walk_outcome *out)
{
	const struct pt_translation *last = host ? host : t;
	unsigned size_lg2 = last->size_lg2 < t->size_lg2 ? last->size_lg2 : t->size_lg2;
	bool read = sel->route.read && t->read && last->read;
	bool write = sel->route.write && t->write && last->write;
	struct sink *sink = ctx->sink;

	out->read = read;
	out->write = write;
	put_state(ctx, result_word(PT_MAPPED), true);
	if (host)
		sink_hex(sink, "gpa", t->pa.v);
	sink_hex(sink, "pa", last->pa.v);
	sink_hex(sink, "page_size", 1ULL << size_lg2);
	sink_bool(sink, "read", read);
	sink_bool(sink, "write", write);
	if (sel->route.space.root.format->has_user)
		sink_bool(sink, "user", t->user);
	put_steps(ctx, sel, t, host);
	put_page_facts(ctx, last->pa, word_access(read, write, t->user));
}

/* ---- not mapped ---- */

static void put_neighbours(struct context *ctx, const struct selection *sel, struct iova iova,
			   struct walk_outcome *out)
{
	struct pt_neighbours near;
	char hole[128], nearest[96];

	if (pt_find_neighbours(sel->route.space.memory, &sel->route.space.root, iova, &near) != STATUS_OK) {
		ctx->interrupted = true;
		return;
	}
	out->has_near = true;
	out->near = near;
	snprintf(hole, sizeof(hole), "nothing from %" PRIx64 " to %" PRIx64,
		 near.below ? near.below_last.v + 1 : 0,
		 near.above ? near.above_first.v - 1 : pt_last_iova(&sel->route.space.root).v);
	snprintf(nearest, sizeof(nearest), "nothing%s is mapped", near.uncertain ? " that could be read" : "");
	if (near.below && near.above)
		snprintf(nearest, sizeof(nearest), "nearest: %" PRIx64 " below, %" PRIx64 " above",
			 near.below_last.v, near.above_first.v);
	else if (near.below)
		snprintf(nearest, sizeof(nearest), "nearest: %" PRIx64 " below", near.below_last.v);
	else if (near.above)
		snprintf(nearest, sizeof(nearest), "nearest: %" PRIx64 " above", near.above_first.v);
	sink_say(ctx->sink, "NOT MAPPED", "%s; %s%s", hole, nearest,
		 near.uncertain ? " (something in between is damaged, or could not be read)" : "");
	if (near.below)
		sink_hex(ctx->sink, "nearest_below", near.below_last.v);
	if (near.above)
		sink_hex(ctx->sink, "nearest_above", near.above_first.v);
}

/* A table that cannot be read is a broken one, unless it is only missing from the dump. */
static const char *failure_word(const struct pt_translation *t)
{
	const struct pt_step *last = t->nr_steps ? &t->steps[t->nr_steps - 1] : NULL;

	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what was not read is a step */
	return t->result == PT_UNREADABLE && last->status != STATUS_NOT_IN_DUMP ?
		       "bad-table" : result_word(t->result);
}

/* Why a way through a table ended without a page. memory: "guest " when the addresses of its entries are
 * a guest's, "" when they are the machine's. */
static void say_failure(struct context *ctx, const struct pt_root *root, const char *memory,
			const struct pt_translation *t)
{
	const struct pt_step *last = t->nr_steps ? &t->steps[t->nr_steps - 1] : NULL;
	struct sink *sink = ctx->sink;
	char fault[WORD_MAX];

	switch (t->result) {
	case PT_BEYOND:
		if (root->sign_extended)
			sink_say(sink, "NOT MAPPED", "not canonical: %u levels repeat their highest bit "
				 "above it", root->levels);
		else
			sink_say(sink, "NOT MAPPED", "beyond the table: %u levels reach %" PRIx64,
				 root->levels, pt_last_iova(root).v);
		break;
	case PT_UNREADABLE:
		sink_say(sink, "NOT KNOWN", "the table at %s%" PRIx64 ": %s", memory, last->table.v,
			 status_text(last->status));
		break;
	case PT_BAD_TABLE:
		sink_say(sink, "BAD TABLE", "the IOMMU faults on the entry at %s%" PRIx64 ": %s", memory,
			/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): damage is in a step */
			 last->entry_pa.v, word_fault(fault, &last->entry));
		break;
	case PT_NOT_MAPPED:
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): an entry is in a step */
		sink_say(sink, "NOT MAPPED", "the entry at %s%" PRIx64 " %s", memory, last->entry_pa.v,
			 t->skipped_bits ? "skips levels whose address bits are set" : "is empty");
		break;
	case PT_MAPPED:
		break;
	}
}

static void put_no_page(struct context *ctx, const char *state)
{
	put_state(ctx, state, false);
	sink_null(ctx->sink, "pa");
	sink_null(ctx->sink, "page_size");
}

static void put_unmapped(struct context *ctx, const struct selection *sel, struct iova iova,
			 const struct pt_translation *t, struct walk_outcome *out)
{
	put_no_page(ctx, failure_word(t));
	put_steps(ctx, sel, t, NULL);
	if (t->result == PT_NOT_MAPPED && !t->skipped_bits)
		put_neighbours(ctx, sel, iova, out);
	else
		say_failure(ctx, &sel->route.space.root, sel->route.space.guest ? "guest " : "", t);
}

/* The guest's table has a page there; its guest physical address leads nowhere. */
static void put_unmapped_by_host(struct context *ctx, const struct selection *sel,
				 const struct pt_translation *t, const struct pt_translation *host)
{
	put_no_page(ctx, failure_word(host));
	sink_hex(ctx->sink, "gpa", t->pa.v);
	put_steps(ctx, sel, t, host);
	sink_say(ctx->sink, "GUEST", "%" PRIx64 "  is where the guest's table leads; in the host's:", t->pa.v);
	say_failure(ctx, &sel->route.space.guest->host, "", host);
}

/* ---- no table at all ---- */

static void put_without_pasid(struct context *ctx, const struct selection *sel)
{
	const struct pasid_answer *way = &sel->route.way;
	bool missing = sel->route.failure.status == STATUS_NOT_IN_DUMP;

	put_no_page(ctx, way->result == PT_UNREADABLE && !missing ? "bad-table" :
								     result_word(way->result));
	put_steps(ctx, sel, NULL, NULL);
	sink_say(ctx->sink, way->result == PT_UNREADABLE ? "NOT KNOWN" : "NOT MAPPED", "%s",
		 why_no_pasid(ctx, sel));
}

static void put_without_table(struct context *ctx, const struct selection *sel, struct iova iova,
			      struct walk_outcome *out)
{
	struct sink *sink = ctx->sink;
	bool passes = sel->route.state == DMA_PASSTHROUGH || sel->route.state == DMA_PASSTHROUGH_UNCHECKED;
	bool unfiltered = sel->route.state == DMA_PASSTHROUGH_UNCHECKED;
	bool read = sel->route.read || unfiltered, write = sel->route.write || unfiltered;
	const char *which = sel->route.has_pasid ? "request with that PASID" : "request of the device";
	const char *whose = sel->route.has_pasid ? "the PASID's" : "its";

	put_state(ctx, word_dma_state(sel->route.state), passes);
	if (passes) {
		out->read = read;
		out->write = write;
		sink_hex(sink, "pa", iova.v);
		sink_null(sink, "page_size");
		sink_bool(sink, "read", read);
		sink_bool(sink, "write", write);
	} else {
		sink_null(sink, "pa");
		sink_null(sink, "page_size");
	}
	put_steps(ctx, sel, NULL, NULL);
	if (passes)
		put_page_facts(ctx, pa_of(iova.v), word_perm(read, write));
	else if (sel->route.state == DMA_BLOCKED)
		sink_say(sink, "BLOCKED", "every %s is aborted", which);
	else if (sel->route.state == DMA_UNKNOWN)
		sink_say(sink, "NOT KNOWN", "where this goes%s%s", sel->route.why ? ": " : "",
			 sel->route.why ? sel->route.why : "");
	else
		sink_say(sink, "ABORTED", "every %s is aborted: %s entry is illegal (%s)", which, whose,
			 sel->route.why ? sel->route.why : "?");
}

/* ---- no memory at all ---- */

static const struct unit *unit_of(const struct selection *sel)
{
	const struct device *dev = sel->device;

	if (!dev && sel->route.space.domain && sel->route.space.domain->devices.nr)
		dev = sel->route.space.domain->devices.at[0];
	return dev ? device_unit(dev) : NULL;
}

static const struct vendor *vendor_of(struct context *ctx, const struct selection *sel)
{
	const struct unit *unit = unit_of(sel);
	struct stream stream = { 0 };

	if (unit)
		return unit->vendor;
	if (sel->route.space.domain && sel->route.space.domain->vendor)
		return sel->route.space.domain->vendor;
	if (sel->is_device && !failed(kernel_find_stream(ctx->k, sel->sbdf, &stream)))
		return stream.vendor;
	return NULL;
}

/* The range around an address that is no memory to the requests that were chosen. A table alone is nobody's, and
 * requests with a PASID or of an illegal entry have no such addresses. NULL: it is memory. */
static const struct special_range *special_range(struct context *ctx, const struct selection *sel,
						 struct iova iova)
{
	const struct special_range *interrupts = kernel_arch(ctx->k)->interrupts;
	const struct special_range *range;
	const struct vendor *vendor;

	if (ctx->opt.root || sel->route.has_pasid || sel->route.state == DMA_ILLEGAL ||
	    sel->route.state == DMA_UNKNOWN)
		return NULL;
	if (interrupts && iova.v >= interrupts->first && iova.v <= interrupts->last)
		return interrupts;
	vendor = vendor_of(ctx, sel);
	range = vendor && vendor->special_range ? vendor->special_range(ctx->k, unit_of(sel), iova) : NULL;
	return range && range->first <= iova.v ? range : NULL;
}

static void put_no_memory(struct context *ctx, const struct selection *sel,
			  const struct special_range *range)
{
	struct sink *sink = ctx->sink;
	const char *whose = sel->is_device ? arena_printf(&ctx->session->arena, " %s", sel->what) : "";
	const char *more = "";

	put_no_page(ctx, result_word(PT_NOT_MAPPED)); /* the range says more */
	sink_list(sink, "steps");
	sink_list_end(sink);
	sink_begin(sink, "special_range");
	sink_hex(sink, "first", range->first);
	sink_hex(sink, "last", range->last);
	sink_bool(sink, "interrupt", range->interrupt);
	sink_string(sink, "what", range->what);
	sink_string(sink, "decided_by", range->decided_by);
	sink_end(sink);
	if (range->decided_by)
		more = arena_printf(&ctx->session->arena, "; %s of the device's entry decides about it",
				    range->decided_by);
	if (range->interrupt)
		sink_say(sink, "INTERRUPT", "%" PRIx64 " to %" PRIx64 " is %s, not memory%s: see iommu irt%s",
			 range->first, range->last, range->what, more, whose);
	else
		sink_say(sink, "NO MEMORY", "%" PRIx64 " to %" PRIx64 " is %s%s", range->first, range->last,
			 range->what, more);
}

/* ---- beyond the unit ---- */

/* The unit blocks it before it looks at any table. */
static bool is_beyond_unit(const struct route *route, struct iova iova)
{
	const struct space *space = &route->space;

	if (!route->address_bits || route->address_bits >= 64 ||
	    iova.v < (1ULL << route->address_bits))
		return false;
	return space->has_table ? pt_reaches(&space->root, iova) : route->state == DMA_PASSTHROUGH;
}

static void put_beyond_unit(struct context *ctx, const struct selection *sel, struct walk_outcome *out)
{
	unsigned bits = sel->route.address_bits;

	out->has_result = true;
	out->result = PT_BEYOND;
	out->unit_bits = bits;
	put_no_page(ctx, result_word(PT_BEYOND));
	sink_count(ctx->sink, "address_bits", bits);
	sink_list(ctx->sink, "steps");
	sink_list_end(ctx->sink);
	sink_say(ctx->sink, "NOT MAPPED", "beyond the unit: requests of this device reach %u bits of address, up to "
		 "%llx", bits, (1ULL << bits) - 1);
}

/* ---- one address ---- */

static void walk_table(struct context *ctx, const struct selection *sel, struct iova iova,
		       struct walk_outcome *out)
{
	struct pt_translation t, host;

	pt_translate(sel->route.space.memory, &sel->route.space.root, iova, &t);
	out->has_result = true;
	out->result = t.result;
	if (t.result != PT_MAPPED) {
		put_unmapped(ctx, sel, iova, &t, out);
		return;
	}
	if (!sel->route.space.guest) {
		put_mapped(ctx, sel, &t, NULL, out);
		return;
	}
	pt_guest_translate(sel->route.space.guest, pt_guest_address(t.pa), &host);
	out->result = host.result;
	if (host.result == PT_MAPPED)
		put_mapped(ctx, sel, &t, &host, out);
	else
		put_unmapped_by_host(ctx, sel, &t, &host);
}

void put_walk(struct context *ctx, const char *key, const struct selection *sel, struct iova iova,
	      struct walk_outcome *ret)
{
	*ret = (struct walk_outcome){ 0 };
	sink_begin(ctx->sink, key);
	put_head(ctx, sel, iova);
	ret->special = special_range(ctx, sel, iova);
	if (ret->special)
		put_no_memory(ctx, sel, ret->special);
	else if (is_beyond_unit(&sel->route, iova))
		put_beyond_unit(ctx, sel, ret);
	else if (sel->route.space.has_table)
		walk_table(ctx, sel, iova, ret);
	else if (sel->route.by_pasid && sel->route.way.result != PT_MAPPED)
		put_without_pasid(ctx, sel);
	else
		put_without_table(ctx, sel, iova, ret);
	sink_end(ctx->sink);
}

const char *walk_state(const struct selection *sel, const struct walk_outcome *outcome)
{
	if (outcome->special)
		return result_word(PT_NOT_MAPPED);
	if (outcome->has_result)
		return result_word(outcome->result);
	return sel->route.by_pasid ? result_word(sel->route.way.result) : word_dma_state(sel->route.state);
}

void cmd_walk(struct context *ctx)
{
	const uint64_t *iovas = parse_addresses(ctx, 0);
	struct walk_outcome outcome;
	struct selection sel;

	if (!iovas || !select_space(ctx, &sel))
		return;
	if (!ctx->opt.nr_words) {
		misuse(ctx, "no-address", "expected an IOVA to translate");
		return;
	}
	sink_list(ctx->sink, "results");
	for (int i = 0; i < ctx->opt.nr_words; i++) {
		if (target_interrupted(ctx->session->target))
			break;
		put_walk(ctx, NULL, &sel, iova_of(iovas[i]), &outcome);
		if (i + 1 < ctx->opt.nr_words)
			sink_heading(ctx->sink, "%s", "");
	}
	sink_list_end(ctx->sink);
}
