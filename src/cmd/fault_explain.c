// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One fault explained against the tables as they are now: the device's entry, the walk of the address, what that is as
 * a physical one and what the allocator knows of it, the interrupt; last the verdict, which is drawn elsewhere
 * (iommu/verdict.h) from what was shown.
 */
#include "fault.h"
#include "iova.h"

#include <inttypes.h>

/* ---- the entry now ---- */

static bool read_entry(struct explained *e)
{
	struct context *ctx = e->ctx;
	struct failure failure;

	if (!e->sel.is_device)
		return false;
	failure = kernel_find_stream(ctx->k, e->sel.sbdf, &e->stream);
	if (!failed(failure) && !e->stream.vendor->read_entry)
		failure = failure_of(STATUS_MISSING);
	if (!failed(failure))
		failure = e->stream.vendor->read_entry(ctx->k, &e->stream, &e->entry);
	if (failure.status == STATUS_ABSENT)
		sink_note(ctx->sink, NOTE_WARNING, "no-entry", "no table of this machine has an entry for %s", e->sel.what);
	else if (failed(failure))
		could_not_fully(ctx, arena_printf(&ctx->session->arena, "read the entry of %s", e->sel.what), failure);
	return !failed(failure);
}

/* ", legal for its unit", "; its unit refuses it: ...". */
static const char *legality_words(struct explained *e)
{
	struct arena *arena = &e->ctx->session->arena;

	if (!e->entry.legal)
		return arena_printf(arena, ", not legal for its unit: %s",
				    e->entry.illegal_because ? e->entry.illegal_because : "?");
	if (e->entry.doubt)
		return arena_printf(arena, ", legal as far as is known: %s", e->entry.doubt);
	return ", legal for its unit";
}

static void put_entry(struct explained *e)
{
	const struct translation *t = &e->entry.translation;
	const struct fault *fault = &e->told->fault;
	struct sink *sink = e->ctx->sink;
	struct arena *arena = &e->ctx->session->arena;
	const char *domain = "", *why = "", *what = word_dma_state(t->state);
	char table[WORD_MAX];

	e->facts.has_entry = true;
	e->facts.is_legal = e->entry.legal;
	e->facts.illegal_because = e->entry.illegal_because;
	e->facts.state = t->state;
	/* An interrupt is looked up in no domain. */
	e->facts.other_domain = fault->kind == FAULT_OF_REQUEST && fault->has_domain_id && !fault->no_domain &&
				t->has_domain_id && fault->domain_id != t->domain_id;
	e->facts.irq_illegal = e->entry.irqs_illegal_because;
	sink_string(sink, "translation", word_dma_state(t->state));
	fault_put_number(sink, "domain_id_now", t->has_domain_id, t->domain_id);
	put_entry_legality(e->ctx, t->state, e->entry.illegal_because, e->entry.doubt);
	if (t->has_domain_id)
		domain = arena_printf(arena, ", domain 0x%x%s", t->domain_id,
				      e->facts.other_domain ? " (another than then)" : "");
	if (t->has_table)
		what = word_table(table, &t->root);
	else if (t->state == DMA_ILLEGAL)
		what = "every request is aborted";
	else if (t->why)
		why = arena_printf(arena, " (%s)", t->why);
	sink_say(sink, "ENTRY", "%s%s%s%s", what, why, domain, legality_words(e));
	fault_put_then(e);
}

/* ---- the way of the address ---- */

/* One of which it is known that it should be mapped. */
static const struct reserved_region *region_of(struct explained *e)
{
	const struct vendor *vendor = e->stream.vendor;
	struct ptrs regions = { 0 };

	if (!e->sel.device || !vendor->reserved_regions ||
	    failed(vendor->reserved_regions(e->ctx->k, e->sel.device, &regions)))
		return NULL;
	for (size_t i = 0; i < regions.nr; i++) {
		const struct reserved_region *region = regions.at[i];

		if (region->unity && !region->unsure && e->told->fault.address >= region->start &&
		    e->told->fault.address <= region->last)
			return region;
	}
	return NULL;
}

/* ---- who gives addresses out ---- */

static enum address_state state_of_range(const struct iova_allocator *allocator, const struct iova_range *range)
{
	switch (range->holder) {
	case IOVA_CACHED:
		return ADDRESS_CACHED;
	case IOVA_PENDING:
		return ADDRESS_PENDING;
	case IOVA_RESERVED:
		return ADDRESS_KEPT_BACK;
	case IOVA_IN_USE:
		break;
	}
	/* It may have been freed since, where not all caches and queues could be read. */
	return failed(allocator->cached_failure) || failed(allocator->queued_failure) ||
			       failed(allocator->reserved_failure) ?
		       ADDRESS_NOT_KNOWN :
		       ADDRESS_ALLOCATED;
}

static enum address_state state_of_address(const struct iova_allocator *allocator, const struct iova_range *range,
					   uint64_t iova)
{
	if (range)
		return state_of_range(allocator, range);
	if (iova_granule_of(allocator, iova) < allocator->start)
		return ADDRESS_KEPT_BACK;
	if (allocator->has_last && iova_granule_of(allocator, iova) > allocator->last)
		return ADDRESS_BEYOND;
	return failed(allocator->ranges_failure) ? ADDRESS_NOT_KNOWN : ADDRESS_FREE;
}

/* The same one for many faults of a device. */
static struct failure know_allocator(struct explained *e, const struct domain *domain)
{
	struct fault_known *known = e->known;

	if (known->domain != domain)
		known->allocator_failure = kernel_iova_allocator(e->ctx->k, domain, &known->allocator);
	known->domain = domain;
	return known->allocator_failure;
}

/* What the allocator of the domain that the driver has the device on knows of the address. */
static void put_allocator(struct explained *e)
{
	const struct domain *domain = e->sel.route.space.domain;
	const struct iova_allocator *allocator = &e->known->allocator;
	struct sink *sink = e->ctx->sink;
	uint64_t iova = e->told->fault.address;
	const struct iova_range *range;
	struct failure failure = domain && !e->told->fault.has_pasid ? know_allocator(e, domain) :
								       failure_of(STATUS_ABSENT);

	if (failed(failure) || !allocator->is_set_up)
		sink_null(sink, "allocator");
	if (failure.status == STATUS_ABSENT) {
		e->facts.allocator = ADDRESS_NO_ALLOCATOR;
		return;
	}
	if (failed(failure)) {
		could_not_fully(e->ctx, "ask the allocator of IOVAs", failure);
		return;
	}
	if (!allocator->is_set_up) {
		sink_say(sink, "ALLOCATOR", "not set up yet: nothing was ever mapped through it");
		return;
	}
	sink_begin(sink, "allocator");
	sink_say(sink, "ALLOCATOR", "%s", put_iova_state(e->ctx, allocator, iova, &range));
	sink_end(sink);
	e->facts.allocator = state_of_address(allocator, range, iova);
	e->facts.range_first = range ? iova_first_byte(allocator, range->first) : 0;
	say_allocator_failures(e->ctx, allocator);
}

/* The process that has the device, where VFIO gave it to one. */
static void put_process(struct explained *e)
{
	const struct group *group = e->sel.device ? e->sel.device->group : NULL;
	const struct vfio_area *area, *process;
	struct vfio_holder holder;
	struct context *ctx = e->ctx;
	const struct domain *domain = e->sel.route.space.domain;
	const char *words;
	struct failure failure;

	if (!group || e->told->fault.has_pasid)
		return;
	failure = kernel_vfio_holder(ctx->k, group, &holder);
	if (failed(failure)) {
		/* Somebody has a domain of that type. */
		if (failure.status != STATUS_ABSENT && domain && domain->type == DOMAIN_UNMANAGED)
			could_not_fully(ctx, "tell which process has the device", failure);
		return;
	}
	process = vfio_process(&holder);
	sink_begin(ctx->sink, "held");
	sink_string(ctx->sink, "comm", process ? process->comm : NULL);
	words = put_iova_area(ctx, &holder, e->told->fault.address, &area);
	sink_end(ctx->sink);
	if (process)
		sink_say(ctx->sink, "HELD", "by pid %" PRId64 " \"%s\": %s", process->pid, process->comm ? process->comm : "?",
			 words);
	else
		sink_say(ctx->sink, "HELD", "for user space: %s", words);
	e->facts.is_held = true;
	e->facts.area = area ? AREA_INSIDE : failed(holder.areas_failure) ? AREA_NOT_KNOWN : AREA_NONE;
}

/* ---- the walk ---- */

static void put_table_walk(struct explained *e)
{
	struct context *ctx = e->ctx;
	const struct fault *fault = &e->told->fault;
	const struct space *space = &e->sel.route.space;
	struct walk_outcome out;

	put_walk(ctx, "walk", &e->sel, iova_of(fault->address), &out);
	e->state = walk_state(&e->sel, &out);
	e->facts.special = out.special;
	e->facts.has_walk = out.has_result;
	e->facts.walk = out.result;
	e->facts.read = out.read;
	e->facts.write = out.write;
	e->facts.unit_bits = out.unit_bits;
	e->facts.has_near = out.has_near;
	e->facts.near = out.near;
	e->facts.no_pasid_table = e->sel.route.by_pasid && !space->has_table &&
				  e->sel.route.way.result == PT_NOT_MAPPED;
	if (!space->has_table)
		return;
	e->facts.levels = space->root.levels;
	e->facts.last_iova = pt_last_iova(&space->root).v;
	e->facts.sign_extended = space->root.sign_extended;
}

/* What the number would be as a physical address; where the address passes untranslated, the walk said so. */
static void put_as_physical(struct explained *e)
{
	struct page_fact page;
	const char *words;

	if (e->facts.state == DMA_PASSTHROUGH || e->facts.state == DMA_PASSTHROUGH_UNCHECKED || e->facts.special)
		return;
	words = put_page(e->ctx, "as_physical", pa_of(e->told->fault.address), &page);
	e->facts.is_ram = page.is_ram;
	e->facts.resource = page.resource;
	sink_say(e->ctx->sink, "AS PHYSICAL", "%" PRIx64 " would be: %s", e->told->fault.address, words);
}

static void put_request(struct explained *e)
{
	const struct fault *fault = &e->told->fault;
	uint32_t pasid = fault->pasid;

	if (fault->space != FAULT_AT_IOVA || fault->kind != FAULT_OF_REQUEST)
		return;
	if (fault->has_pasid && !e->entry.translation.pasids.format) {
		e->facts.no_pasid_table = true;
		e->state = "not-mapped";
		sink_say(e->ctx->sink, "NOT MAPPED", "the device has no table of PASIDs now: a request with PASID 0x%x finds "
			 "no page table", pasid);
		return;
	}
	route_of_entry(e->ctx->k, &e->entry, e->sel.device, fault->has_pasid ? &pasid : NULL, &e->sel.route);
	say_about_route(e->ctx, &e->sel, &e->stream, &e->entry);
	put_table_walk(e);
	e->facts.region = e->facts.walk == PT_NOT_MAPPED ? region_of(e) : NULL;
	put_as_physical(e);
	put_allocator(e);
	put_process(e);
}

/* ---- an interrupt ---- */

static void put_interrupt(struct explained *e)
{
	const struct fault *fault = &e->told->fault;
	struct fault_irq irq;
	const char *words;

	if (fault->kind != FAULT_OF_INTERRUPT || !fault->has_index || !e->sel.is_device)
		return;
	irt_know(&e->known->irt, e->ctx);
	words = put_fault_irq(&e->known->irt, e->sel.sbdf, fault, &irq);
	e->facts.interrupts_known = irq.all_known;
	e->facts.nr_interrupts = irq.nr;
	e->facts.has_irq_entry = irq.has_entry;
	e->facts.irq_enabled = irq.enabled;
	e->facts.no_irq_table = irq.no_table;
	e->facts.irq_is_others = irq.has_entry && irq.is_others;
	if (fault->index_bits)
		words = arena_printf(&e->ctx->session->arena, "%s (the fault tells the low %u bits of its index)", words,
				     fault->index_bits);
	sink_say(e->ctx->sink, "INTERRUPT", "%s", words);
}

/* ---- one fault ---- */

static void put_verdict(struct explained *e)
{
	enum sureness sureness;
	const char *words = fault_verdict(&e->ctx->session->arena, &e->facts, &sureness);

	sink_string(e->ctx->sink, "state", e->state);
	sink_string(e->ctx->sink, "verdict", words);
	sink_string(e->ctx->sink, "sure", sureness_word(sureness));
	sink_say(e->ctx->sink, "VERDICT", "%s: %s", sureness_word(sureness), words);
}

/* Whether an IOMMU of this machine can have reported it: a list of them that is not whole rules nothing out. */
static bool is_of_this_machine(struct explained *e)
{
	const struct vendor *vendor = e->told->vendor;
	const struct inventory *inv = kernel_inventory(e->ctx->k);
	const struct ptrs *vendors = &inv->vendors;

	for (size_t i = 0; i < vendors->nr; i++) {
		if (vendors->at[i] == vendor)
			return true;
	}
	/* No vendor: nobody reported it. */
	return !vendor || failed(inv->units_failure) || inv->may_have_others;
}

void fault_explain(struct context *ctx, const struct told_fault *told, struct fault_known *known)
{
	struct explained e = {
		.ctx = ctx,
		.told = told,
		.known = known,
		.facts = {
			.fault = &told->fault,
			.is_question = !told->vendor,
			.is_recent = told->source == FAULT_FROM_QUEUE,
			.ended_then = told->then.ends,
		},
	};

	sink_begin(ctx->sink, NULL);
	fault_find_device(&e);
	e.facts.is_no_device = e.sel.is_device && !e.sel.device && !*word_special(ctx, e.sel.sbdf) &&
			       !failed(kernel_inventory(ctx->k)->devices_failure);
	fault_put_report(&e);
	if (!is_of_this_machine(&e)) {
		e.facts.other_machine = true;
		sink_note(ctx->sink, NOTE_WARNING, "other-machine", "no IOMMU of this machine is of the kind that reports "
			  "faults so (%s): its tables say nothing about it", told->vendor->name);
	} else if (!told->fault.of_hypervisor && read_entry(&e)) {
		put_entry(&e);
		put_request(&e);
		put_interrupt(&e);
	} else {
		fault_put_then(&e); /* it stands in the log whatever there is now */
	}
	put_verdict(&e);
	sink_end(ctx->sink);
}
