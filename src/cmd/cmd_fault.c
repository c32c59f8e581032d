// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu fault: each fault explained against the tables as they are now. What the hardware or the log reported
 * stands first, then the device and its entry, the walk, what the address would be as a physical one, the
 * interrupt; last the verdict, which is drawn elsewhere (iommu/verdict.h) from what was shown.
 */
#include "fault.h"

#include "iommu/iova.h"
#include "iommu/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* How many are explained; the others are a line each. */
#define MAX_EXPLAINED 8

#define NS_PER_SECOND ((uint64_t)1000000000)
#define NS_PER_MICROSECOND ((uint64_t)1000)

static const struct column other_columns[] = {
	{ .key = "time", .head = "TIME", .right = true },
	{ .key = "count", .head = "TIMES", .right = true },
	{ .key = "event", .head = "FAULT" },
	{ .key = "device", .head = "DEVICE", .width = 12 },
	{ .key = "what", .head = "WHAT" },
};

/* One fault while it is explained. */
struct explained {
	struct context *ctx;
	const struct told_fault *told;
	struct irt *irt;
	struct selection sel;
	struct stream stream;
	struct entry entry;
	struct fault_facts facts;
	const char *state; /* the JSON contract's word; NULL: nothing was walked */
};

/* ---- words ---- */

static const char *source_word(enum fault_source source)
{
	static const char *const words[] = {
		[FAULT_FROM_LOG] = "log",
		[FAULT_FROM_QUEUE] = "queue",
		[FAULT_FROM_ARGUMENT] = "argument",
	};

	return words[source];
}

static const char *access_word(enum fault_access access)
{
	static const char *const words[] = {
		[FAULT_ACCESS_UNKNOWN] = NULL,
		[FAULT_READ] = "read",
		[FAULT_WRITE] = "write",
		[FAULT_EXECUTE] = "execute",
	};

	return words[access];
}

static const char *time_word(struct context *ctx, uint64_t ns)
{
	return arena_printf(&ctx->session->arena, "%" PRIu64 ".%06" PRIu64, ns / NS_PER_SECOND,
			    ns % NS_PER_SECOND / NS_PER_MICROSECOND);
}

/* As it stood there: the line, or the words of the event. */
static const char *raw_text(struct context *ctx, const struct told_fault *told)
{
	if (told->line)
		return told->line;
	return arena_printf(&ctx->session->arena, "%016" PRIx64 " %016" PRIx64, told->fault.raw[0],
			    told->fault.raw[1]);
}

static const char *address_words(struct context *ctx, const struct fault *fault)
{
	static const char *const spaces[] = {
		[FAULT_NO_ADDRESS] = "",
		[FAULT_AT_IOVA] = "IOVA",
		[FAULT_AT_PHYSICAL] = "physical",
		[FAULT_AT_GUEST] = "guest physical",
	};

	if (fault->space == FAULT_NO_ADDRESS)
		return "";
	return arena_printf(&ctx->session->arena, "%s %" PRIx64, spaces[fault->space], fault->address);
}

/* ---- whose ---- */

/* A log of a kernel that names no segment: the only device with that bus, device and function is meant. */
static uint32_t id_with_segment(struct context *ctx, const struct fault *fault, unsigned *nr)
{
	const struct ptrs *devices = &kernel_inventory(ctx->k)->devices;
	uint32_t id = fault->stream_id;

	*nr = 0;
	for (size_t i = 0; !fault->has_segment && i < devices->nr; i++) {
		const struct device *dev = devices->at[i];

		if ((uint16_t)dev->sbdf != (uint16_t)fault->stream_id)
			continue;
		if (!(*nr)++)
			id = dev->sbdf;
	}
	return id;
}

static void find_device(struct explained *e)
{
	struct context *ctx = e->ctx;
	const struct fault *fault = &e->told->fault;
	unsigned nr;
	char bdf[WORD_MAX];

	if (!fault->has_stream)
		return;
	e->sel.is_device = true;
	e->sel.sbdf = id_with_segment(ctx, fault, &nr);
	e->sel.what = arena_strdup(&ctx->session->arena, word_bdf(bdf, e->sel.sbdf));
	e->sel.device = kernel_find_device(ctx->k, e->sel.sbdf);
	if (nr > 1)
		sink_note(ctx->sink, NOTE_WARNING, "which-segment", "%u devices of this machine have that bus, device "
			  "and function, and the line does not name the segment: taken for %s", nr, e->sel.what);
}

static void put_device(struct explained *e)
{
	const struct device *dev = e->sel.device;
	struct sink *sink = e->ctx->sink;

	sink_string(sink, "device", e->sel.is_device ? e->sel.what : NULL);
	if (e->sel.is_device)
		put_special(e->ctx, e->sel.sbdf);
	sink_string(sink, "driver", dev ? dev->driver : NULL);
	if (dev && dev->group)
		sink_count(sink, "group", (uint64_t)dev->group->id);
	else
		sink_null(sink, "group");
}

/* "0000:a1:00.1 (vfio-pci, group 6)" */
static const char *device_words(struct explained *e)
{
	struct arena *arena = &e->ctx->session->arena;
	const struct device *dev = e->sel.device;
	const char *special, *group = "no group";

	if (!e->sel.is_device)
		return "";
	special = word_special(e->ctx, e->sel.sbdf);
	if (!dev)
		return arena_printf(arena, "  %s%s", e->sel.what, *special ? special : " (no device of the kernel)");
	if (dev->group)
		group = arena_printf(arena, "group %" PRId64, dev->group->id);
	return arena_printf(arena, "  %s%s (%s, %s)", e->sel.what, special,
			    dev->driver ? dev->driver : device_driver_known(dev) ? "no driver" : "driver not known", group);
}

/* ---- what was reported ---- */

static void put_number(struct sink *sink, const char *key, bool has, uint64_t value)
{
	if (has)
		sink_count(sink, key, value);
	else
		sink_null(sink, key);
}

static void put_address_of(struct sink *sink, const struct fault *fault)
{
	if (fault->space == FAULT_AT_IOVA)
		sink_hex(sink, "iova", fault->address);
	else
		sink_null(sink, "iova");
	if (fault->space == FAULT_AT_PHYSICAL)
		sink_hex(sink, "address_pa", fault->address);
	else if (fault->space == FAULT_AT_GUEST)
		sink_hex(sink, "gpa", fault->address);
}

static void put_times(struct explained *e)
{
	const struct told_fault *told = e->told;
	struct sink *sink = e->ctx->sink;

	sink_string(sink, "source", source_word(told->source));
	sink_string(sink, "time", told->has_time ? time_word(e->ctx, told->last_ns) : NULL);
	sink_string(sink, "first_time", told->has_time ? time_word(e->ctx, told->first_ns) : NULL);
	sink_count(sink, "count", told->count);
}

static void say_source(struct explained *e)
{
	const struct told_fault *told = e->told;
	struct arena *arena = &e->ctx->session->arena;
	const char *times = "";

	if (told->count > 1 && told->has_time)
		times = arena_printf(arena, "  (%" PRIu64 " times in that page, first at %s)", told->count,
				     time_word(e->ctx, told->first_ns));
	else if (told->count > 1)
		times = arena_printf(arena, "  (%" PRIu64 " times in that page)", told->count);
	if (told->source == FAULT_FROM_LOG && told->has_time)
		sink_say(e->ctx->sink, "LOG", "[%s] %s%s", time_word(e->ctx, told->last_ns), told->line, times);
	else if (told->source == FAULT_FROM_LOG)
		sink_say(e->ctx->sink, "LOG", "%s%s", told->line, times);
	else if (told->source == FAULT_FROM_QUEUE)
		sink_say(e->ctx->sink, "QUEUE", "%s%s", raw_text(e->ctx, told), times);
}

static void put_report(struct explained *e)
{
	const struct told_fault *told = e->told;
	const struct fault *fault = &told->fault;
	struct sink *sink = e->ctx->sink;
	const char *address = address_words(e->ctx, fault);
	char bdf[WORD_MAX];

	put_times(e);
	sink_string(sink, "vendor", told->vendor ? told->vendor->name : NULL);
	sink_string(sink, "event", fault->name);
	sink_string(sink, "unit", fault->has_unit ? word_bdf(bdf, fault->unit_id) : NULL);
	put_device(e);
	put_number(sink, "domain_id", fault->has_domain_id, fault->domain_id);
	put_number(sink, "pasid", fault->has_pasid, fault->pasid);
	put_address_of(sink, fault);
	sink_string(sink, "access", access_word(fault->access));
	sink_string(sink, "reason", fault->words);
	put_number(sink, "code", fault->has_code, fault->code);
	sink_string(sink, "raw", raw_text(e->ctx, told));
	if (fault->has_raw)
		sink_words(sink, "words", fault->raw, 2, false);
	sink_heading(sink, "%s%s%s%s", fault->name, device_words(e), *address ? "  " : "", address);
	say_source(e);
	sink_say(sink, "REASON", "%s", fault->words);
}

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

/* The log has the entry as it was: whether it is that still. */
static void compare_entry(struct explained *e)
{
	const struct record_view *view = &e->entry.views[0];
	bool any = false, changed = false;

	for (unsigned i = 0; i < FAULT_ENTRY_WORDS && i < view->nr_words; i++) {
		any |= e->told->entry_known[i];
		changed |= e->told->entry_known[i] && e->told->entry_then[i] != view->words[i];
	}
	e->facts.changed_since = any && changed;
	e->facts.same_since = any && !changed;
	if (!any)
		return;
	sink_words(e->ctx->sink, "entry_then", e->told->entry_then, FAULT_ENTRY_WORDS, false);
	sink_bool(e->ctx->sink, "entry_changed", changed);
	sink_say(e->ctx->sink, "ENTRY THEN", "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64 ", by the log: %s",
		 e->told->entry_then[0], e->told->entry_then[1], e->told->entry_then[2], e->told->entry_then[3],
		 changed ? "another than now" : "the same as now");
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
	e->facts.other_domain = fault->kind == FAULT_OF_REQUEST && fault->has_domain_id && t->has_domain_id &&
				fault->domain_id != t->domain_id;
	e->facts.irq_illegal = e->entry.irqs_illegal_because;
	sink_string(sink, "translation", word_dma_state(t->state));
	put_number(sink, "domain_id_now", t->has_domain_id, t->domain_id);
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
	compare_entry(e);
}

/* ---- the way of the address ---- */

static const struct reserved_region *region_of(struct explained *e)
{
	const struct vendor *vendor = e->stream.vendor;
	struct ptrs regions = { 0 };

	if (!e->sel.device || !vendor->reserved_regions ||
	    failed(vendor->reserved_regions(e->ctx->k, e->sel.device, &regions)))
		return NULL;
	for (size_t i = 0; i < regions.nr; i++) {
		const struct reserved_region *region = regions.at[i];

		if (region->unity && e->told->fault.address >= region->start &&
		    e->told->fault.address <= region->last)
			return region;
	}
	return NULL;
}

/* What is known of an address that the allocator has in a range of its tree. */
static enum address_state state_of_range(const struct iova_allocator *allocator, const struct iova_range *range)
{
	switch (range->holder) {
	case IOVA_CACHED:
		return ADDRESS_CACHED;
	case IOVA_PENDING:
		return ADDRESS_PENDING;
	case IOVA_IN_USE:
		/* It may have been freed since, where not all caches and queues could be read. */
		return failed(allocator->cached_failure) || failed(allocator->queued_failure) ||
				       failed(allocator->reserved_failure) ?
			       ADDRESS_NOT_KNOWN :
			       ADDRESS_ALLOCATED;
	case IOVA_RESERVED:
		break;
	}
	return ADDRESS_NOT_KNOWN; /* no driver was ever given it, and none may have it now */
}

/* What the allocator of the domain that the driver has the device on knows of the address. */
static enum address_state allocator_state(struct explained *e)
{
	const struct domain *domain = e->sel.route.space.domain;
	struct iova_allocator allocator;
	const struct iova_range *range;
	struct failure failure;

	/* It decides about nothing else than what is not mapped. */
	if (!domain || e->told->fault.has_pasid || !e->facts.has_walk || e->facts.walk != PT_NOT_MAPPED)
		return ADDRESS_NOT_KNOWN;
	failure = kernel_iova_allocator(e->ctx->k, domain, &allocator);
	if (failure.status == STATUS_ABSENT)
		return ADDRESS_NO_ALLOCATOR;
	if (failed(failure)) {
		could_not_fully(e->ctx, "ask the allocator of IOVAs", failure);
		return ADDRESS_NOT_KNOWN;
	}
	if (!allocator.is_set_up)
		return ADDRESS_NOT_KNOWN;
	range = iova_find(&allocator, iova_granule_of(&allocator, e->told->fault.address));
	if (range)
		return state_of_range(&allocator, range);
	return failed(allocator.ranges_failure) ? ADDRESS_NOT_KNOWN : ADDRESS_FREE;
}

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
	e->facts.allocator = allocator_state(e);
}

/* ---- an interrupt ---- */

static void put_interrupt(struct explained *e)
{
	const struct fault *fault = &e->told->fault;
	struct fault_irq irq;
	const char *words;

	if (fault->kind != FAULT_OF_INTERRUPT || !fault->has_index || !e->sel.is_device)
		return;
	irt_know(e->irt, e->ctx);
	words = put_fault_irq(e->irt, e->sel.sbdf, fault, &irq);
	e->facts.nr_interrupts = irq.nr;
	e->facts.has_irq_entry = irq.has_entry;
	e->facts.irq_enabled = irq.enabled;
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

/* Whether an IOMMU of this machine can have reported it. */
static bool is_of_this_machine(struct explained *e)
{
	const struct vendor *vendor = e->told->vendor;
	const struct ptrs *vendors = &kernel_inventory(e->ctx->k)->vendors;

	for (size_t i = 0; i < vendors->nr; i++) {
		if (!vendor || vendors->at[i] == vendor)
			return true;
	}
	return false;
}

static void explain(struct context *ctx, const struct told_fault *told, struct irt *irt)
{
	struct explained e = { .ctx = ctx, .told = told, .irt = irt, .facts = { .fault = &told->fault, .is_question = !told->vendor } };

	sink_begin(ctx->sink, NULL);
	find_device(&e);
	put_report(&e);
	if (!is_of_this_machine(&e)) {
		e.facts.other_machine = true;
		sink_note(ctx->sink, NOTE_WARNING, "other-machine", "no IOMMU of this machine is of the kind that reports "
			  "faults so (%s): its tables say nothing about it", told->vendor->name);
	} else if (read_entry(&e)) {
		put_entry(&e);
		put_request(&e);
		put_interrupt(&e);
	}
	put_verdict(&e);
	sink_end(ctx->sink);
}

/* ---- all of them ---- */

static void put_other(struct context *ctx, const struct told_fault *told)
{
	const struct fault *fault = &told->fault;
	struct sink *sink = ctx->sink;
	const char *address = address_words(ctx, fault);
	char bdf[WORD_MAX];

	sink_row(sink);
	sink_string(sink, "source", source_word(told->source));
	sink_string(sink, "time", told->has_time ? time_word(ctx, told->last_ns) : NULL);
	sink_count(sink, "count", told->count);
	sink_string(sink, "event", fault->name);
	sink_string(sink, "device", fault->has_stream ? word_bdf(bdf, fault->stream_id) : NULL);
	put_address_of(sink, fault);
	sink_string(sink, "reason", fault->words);
	sink_cell(sink, "what", "%s%s%s", address, *address ? ": " : "", fault->words);
	sink_row_end(sink);
}

static void put_others(struct context *ctx, const struct fault_list *list, size_t first)
{
	sink_list(ctx->sink, "others");
	if (first < list->faults.nr) {
		sink_heading(ctx->sink, "%s", "");
		sink_heading(ctx->sink, "%zu more, older (-a explains all):", list->faults.nr - first);
		sink_table(ctx->sink, other_columns, sizeof(other_columns) / sizeof(other_columns[0]));
	}
	for (size_t i = first; i < list->faults.nr; i++)
		put_other(ctx, list->faults.at[i]);
	sink_list_end(ctx->sink);
}

static void put_faults(struct context *ctx, const struct fault_list *list)
{
	struct irt *irt = arena_alloc(&ctx->session->arena, sizeof(*irt));
	size_t nr = list->faults.nr;

	if (nr > MAX_EXPLAINED && !ctx->opt.all)
		nr = MAX_EXPLAINED;
	sink_list(ctx->sink, "faults");
	for (size_t i = 0; i < nr && !target_interrupted(ctx->session->target); i++) {
		if (i)
			sink_heading(ctx->sink, "%s", "");
		explain(ctx, list->faults.at[i], irt);
	}
	sink_list_end(ctx->sink);
	put_others(ctx, list, nr);
}

/* What the log cannot tell, beside the faults in it. */
static void say_gaps(struct context *ctx, const struct fault_list *list)
{
	struct sink *sink = ctx->sink;

	if (failed(list->log_failure))
		could_not_fully(ctx, "read the kernel's log", list->log_failure);
	else if (list->log.nr_unread)
		could_not_fully(ctx, arena_printf(&ctx->session->arena, "read %" PRIu64 " of the log's records",
						  list->log.nr_unread), list->log.unread);
	if (list->nr_suppressed)
		sink_note(sink, NOTE_WARNING, "suppressed", "the kernel held back %" PRIu64 " more lines about faults "
			  "(\"callbacks suppressed\")", list->nr_suppressed);
	if (list->others_lost)
		sink_note(sink, NOTE_WARNING, "overflow", "an IOMMU had more faults than it can record: others happened that "
			  "nobody knows of");
	if (list->log_read && list->log.nr_overwritten)
		sink_note(sink, NOTE_INFO, "log-begins-late", "the log begins%s: %" PRIu64 " older records were overwritten",
			  list->oldest_ns ? arena_printf(&ctx->session->arena, " at %s seconds",
							 time_word(ctx, list->oldest_ns)) : " late",
			  list->log.nr_overwritten);
}

/* Where it was looked, and what no dump has. */
static void say_none(struct context *ctx, const struct fault_list *list)
{
	struct arena *arena = &ctx->session->arena;
	const char *queues = "no IOMMU of this machine has a queue of faults in memory";

	if (list->nr_queues)
		queues = arena_printf(arena, "%u queue%s of faults in memory, of which %u could be read", list->nr_queues,
				      list->nr_queues == 1 ? "" : "s", list->nr_queues - list->nr_unread_queues);
	sink_heading(ctx->sink, "no fault in %" PRIu64 " records of the kernel's log; %s", list->log.nr, queues);
	sink_note(ctx->sink, NOTE_INFO, "registers", "faults that an IOMMU keeps in its registers, and what it had not "
		  "written to memory yet, are in no dump");
}

static void put_looked_at(struct context *ctx, const struct fault_list *list)
{
	sink_count(ctx->sink, "log_records", list->log.nr);
	sink_count(ctx->sink, "queues", list->nr_queues);
	sink_count(ctx->sink, "suppressed", list->nr_suppressed);
}

static void fault_all(struct context *ctx)
{
	struct fault_list list;

	fault_gather(ctx, &list);
	put_looked_at(ctx, &list);
	put_faults(ctx, &list);
	if (!list.faults.nr)
		say_none(ctx, &list);
	say_gaps(ctx, &list);
}

/* ---- what the user named ---- */

static bool parse_access(struct context *ctx, const char *word, enum fault_access *ret)
{
	static const char *const words[] = {
		[FAULT_READ] = "r",
		[FAULT_WRITE] = "w",
		[FAULT_EXECUTE] = "x",
	};

	for (unsigned i = FAULT_READ; word && i <= FAULT_EXECUTE; i++) {
		if (strcmp(word, words[i]) == 0) {
			*ret = (enum fault_access)i;
			return true;
		}
	}
	if (word)
		misuse(ctx, "bad-access", "expected r, w or x behind the address, found '%s'", word);
	return !word;
}

static void fault_request(struct context *ctx, const char *const words[3])
{
	struct told_fault *told = arena_alloc(&ctx->session->arena, sizeof(*told));
	struct fault *fault = &told->fault;
	struct fault_list list = { 0 };
	uint64_t pasid;

	*told = (struct told_fault){ .source = FAULT_FROM_ARGUMENT, .count = 1 };
	if (!parse_bdf(ctx, words[0], &fault->stream_id) || !parse_address(ctx, words[1], &fault->address) ||
	    !parse_access(ctx, words[2], &fault->access))
		return;
	if (ctx->opt.pasid && !parse_pasid(ctx, ctx->opt.pasid, &pasid))
		return;
	fault->has_pasid = ctx->opt.pasid != NULL;
	fault->pasid = fault->has_pasid ? (uint32_t)pasid : 0;
	fault->has_stream = fault->has_segment = true;
	fault->space = FAULT_AT_IOVA;
	snprintf(fault->name, sizeof(fault->name), "request");
	snprintf(fault->words, sizeof(fault->words), "a %s that you name", fault->access ?
		 access_word(fault->access) : "request");
	told->line = arena_printf(&ctx->session->arena, "%s %s%s%s", words[0], words[1], words[2] ? " " : "",
				  words[2] ? words[2] : "");
	ptrs_push(&ctx->session->arena, &list.faults, told);
	put_faults(ctx, &list);
}

/* Without the quotes that a shell would have taken. */
static const char *joined(struct context *ctx)
{
	struct arena *arena = &ctx->session->arena;
	const char *line = "";
	char *text;
	size_t len;

	for (int i = 0; i < ctx->opt.nr_words; i++)
		line = arena_printf(arena, "%s%s%s", line, i ? " " : "", ctx->opt.words[i]);
	text = arena_strdup(arena, line + (strspn(line, "'\"") > 0));
	len = strlen(text);
	if (len && strchr("'\"", text[len - 1]))
		text[len - 1] = '\0';
	return text;
}

static void fault_line(struct context *ctx)
{
	const char *line = joined(ctx);
	struct fault_list list;

	if (fault_of_line(ctx, line, &list))
		put_faults(ctx, &list);
	else
		misuse(ctx, "no-fault-line", "no driver of an IOMMU prints a fault like '%s'; expected a line of the kernel's "
		       "log, or a device and an address", line);
}

static bool is_request(const struct options *opt)
{
	return opt->nr_words >= 2 && opt->nr_words <= 3 && strchr(opt->words[0], ':') &&
	       opt->words[0][strcspn(opt->words[0], ":")] && !strchr(opt->words[1], ':') &&
	       opt->words[0][strlen(opt->words[0]) - 1] != ':' && !strchr(opt->words[1], '[');
}

void cmd_fault(struct context *ctx)
{
	const struct options *opt = &ctx->opt;

	if (!opt->nr_words && opt->pasid) {
		misuse(ctx, "bad-option", "-p goes with a device and an address");
	} else if (!opt->nr_words) {
		fault_all(ctx);
	} else if (is_request(opt)) {
		const char *const words[3] = { opt->words[0], opt->words[1],
					       opt->nr_words > 2 ? opt->words[2] : NULL };

		fault_request(ctx, words);
	} else {
		fault_line(ctx);
	}
}
