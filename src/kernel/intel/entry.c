// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The chain of entries that a unit reads for a device's own requests. Legacy mode: root entry and context entry.
 * Scalable mode: a root entry whose halves serve half of the bus, a context entry, and from there the entry of the
 * PASID that stands for requests without one, in a directory and a table.
 */
#include "intel.h"

#include "format/intel/context.h"
#include "format/intel/pt.h"
#include "format/intel/records.h"

#include <string.h>

/* What the entries of one chain have in common. */
struct chain {
	struct kernel *k;
	const struct intel_unit *unit;
	struct entry *entry;
};

/* Adds an entry that the unit reads next, and reads it. */
static struct failure read_view(const struct chain *c, const struct record *record, struct place place,
				const uint64_t **words)
{
	struct record_view *view = &c->entry->views[c->entry->nr_views++];
	size_t bytes = record->nr_bits / 8u;
	enum status status;

	*view = (struct record_view){
		.record = record, .place = place, .nr_words = (uint8_t)((bytes + 7) / 8),
	};
	*words = view->words;
	if (place.space == SPACE_KVA) {
		view->failure = kernel_read(c->k, kva_of(place.at), view->words, bytes);
		return view->failure;
	}
	status = target_read_pa(c->k->target, pa_of(place.at), view->words, bytes);
	if (status != STATUS_OK) {
		view->failure = failure_at(status, place.at);
		kernel_leave_unreported(c->k, view->failure);
	}
	return view->failure;
}

/* Ends the chain: the unit does not take the entry that it met last. */
static void refuse(const struct chain *c, const struct intel_refusal *refusal)
{
	c->entry->legal = false;
	c->entry->illegal_because = arena_strdup(c->k->arena, refusal->because);
	c->entry->translation.state = DMA_ILLEGAL;
}

/* Ends the chain: the entry is not present. */
static void block(const struct chain *c, const char *why)
{
	c->entry->translation.state = DMA_BLOCKED;
	c->entry->translation.why = why;
}

static void set_domain_id(struct translation *t, uint32_t id)
{
	t->has_domain_id = true;
	t->domain_id = id;
}

/* ---- legacy mode ---- */

/* The lower of two numbers of bits, 0 being one that is not known. */
static uint8_t lower(unsigned a, unsigned b)
{
	return (uint8_t)(!a || (b && b < a) ? b : a);
}

static void take_context(const struct chain *c, const uint64_t *words)
{
	struct translation *t = &c->entry->translation;
	struct intel_context context;

	intel_context_decode(words, &c->unit->caps, &context);
	t->state = context.state;
	if (context.state == DMA_BLOCKED) {
		block(c, "P=0 in the context entry");
		return;
	}
	set_domain_id(t, context.domain_id);
	if (context.refusal.refused) {
		refuse(c, &context.refusal);
		return;
	}
	t->read = t->write = true;
	t->why_no_pasids = "the unit is in legacy mode";
	t->address_bits = lower(intel_reach_bits(&c->unit->caps), context.address_bits);
	t->shared_id = context.domain_id == SHARED_DID && context.state == DMA_PASSTHROUGH;
	t->has_table = context.state == DMA_TRANSLATED;
	if (t->has_table)
		t->root = kernel_root(c->k, intel_second_stage(&c->unit->caps), context.root,
				      context.levels);
}

static struct failure read_legacy(const struct chain *c, uint8_t bus, uint8_t devfn)
{
	const uint64_t *words;
	struct intel_root root;
	struct pa at;
	struct failure failure = read_view(
		c, &intel_root_record,
		place_kva(kva_plus(c->unit->root, (uint64_t)bus * INTEL_ROOT_BYTES)), &words);

	if (failed(failure))
		return failure;
	intel_root_decode(words, &c->unit->caps, &root);
	if (!root.present) {
		block(c, "P=0 in the root entry");
		return NO_FAILURE;
	}
	if (root.refusal.refused) {
		refuse(c, &root.refusal);
		return NO_FAILURE;
	}
	at = pa_of(root.table.v + (uint64_t)intel_context_index(devfn) * INTEL_CONTEXT_BYTES);
	failure = read_view(c, &intel_context_record, place_pa(at), &words);
	if (!failed(failure))
		take_context(c, words);
	return failure;
}

/* ---- scalable mode ---- */

/* What the entry of the PASID that stands for requests without one says of them. */
static void take_plain_answer(const struct chain *c, const struct pasid_answer *answer)
{
	struct translation *t = &c->entry->translation;

	t->state = answer->state;
	t->has_domain_id = answer->has_domain_id;
	t->domain_id = answer->domain_id;
	/* No process is bound to it. */
	t->shared_id = answer->shared_id && answer->state == DMA_PASSTHROUGH;
	t->address_bits = answer->address_bits;
	if (answer->state == DMA_ILLEGAL) {
		c->entry->legal = false;
		c->entry->illegal_because = answer->why;
		return;
	}
	c->entry->doubt = answer->doubt;
	t->read = t->write = true;
	t->has_table = answer->state == DMA_TRANSLATED;
	t->root = answer->root;
	t->is_nested = answer->is_nested;
	t->host = answer->host;
}

static struct failure read_plain_pasid(const struct chain *c, uint32_t pasid)
{
	struct entry *entry = c->entry;
	const struct pasid_table *table = &entry->translation.pasids;
	const struct pasid_step *last;
	struct pasid_answer answer;

	table->format->find(c->k, c->k->target, table, pasid, &answer);
	for (unsigned i = 0; i < answer.nr_steps && entry->nr_views < MAX_ENTRY_VIEWS; i++)
		entry->views[entry->nr_views++] = answer.steps[i].view;
	last = &answer.steps[answer.nr_steps - 1];
	if (answer.result == PT_UNREADABLE)
		return last->view.failure;
	if (answer.result == PT_MAPPED)
		take_plain_answer(c, &answer);
	else
		block(c, last->level == 1 ? "P=0 in the PASID table entry" :
					    "P=0 in the PASID directory entry");
	return NO_FAILURE;
}

static void take_sm_context(const struct chain *c, const struct intel_sm_context *context)
{
	struct translation *t = &c->entry->translation;

	c->entry->nr_before_pasids = c->entry->nr_views;
	t->why_no_pasids = context->pasids ? NULL : "PASIDE=0";
	t->pasids = (struct pasid_table){
		.format = &intel_pasid_tables,
		.table = context->directory.v,
		.levels = 2,
		.nr_pasids = context->nr_pasids,
		.plain_only = !context->pasids,
		.max_tables = kernel_max_tables(c->k),
		.features = &c->unit->caps,
	};
}

static struct failure read_scalable(const struct chain *c, uint8_t bus, uint8_t devfn)
{
	const uint64_t *words;
	struct intel_root root;
	struct intel_sm_context context;
	struct pa at;
	struct failure failure = read_view(
		c, &intel_sm_root_record,
		place_kva(kva_plus(c->unit->root, (uint64_t)bus * INTEL_ROOT_BYTES)), &words);

	if (failed(failure))
		return failure;
	intel_sm_root_decode(words, devfn, &c->unit->caps, &root);
	if (!root.present) {
		block(c, devfn & 0x80 ? "UP=0 in the root entry" : "LP=0 in the root entry");
		return NO_FAILURE;
	}
	if (root.refusal.refused) {
		refuse(c, &root.refusal);
		return NO_FAILURE;
	}
	at = pa_of(root.table.v + (uint64_t)intel_sm_context_index(devfn) * INTEL_SM_CONTEXT_BYTES);
	failure = read_view(c, &intel_sm_context_record, place_pa(at), &words);
	if (failed(failure))
		return failure;
	intel_sm_context_decode(words, &c->unit->caps, &context);
	if (!context.present) {
		block(c, "P=0 in the context entry");
		return NO_FAILURE;
	}
	if (context.refusal.refused) {
		refuse(c, &context.refusal);
		return NO_FAILURE;
	}
	take_sm_context(c, &context);
	if (context.plain_refusal.refused) {
		refuse(c, &context.plain_refusal);
		return NO_FAILURE;
	}
	return read_plain_pasid(c, context.plain_pasid);
}

/* ---- either ---- */

/* A unit that remaps no DMA, as the driver's copy of what it told the unit last has it. */
static struct failure read_off(const struct chain *c)
{
	const uint64_t *words;
	struct kva at;
	struct failure failure = kernel_member_at(c->k, c->unit->unit->at, M_INTEL_IOMMU_GCMD, &at);

	if (!failed(failure))
		failure = read_view(c, &intel_gcmd_record, place_kva(at), &words);
	c->entry->views[0].is_copy = true;
	c->entry->translation.state = DMA_PASSTHROUGH_UNCHECKED;
	c->entry->translation.why = "TE=0";
	return failure;
}

static struct failure read_chain(const struct chain *c, uint8_t bus, uint8_t devfn)
{
	if (c->unit->off)
		return read_off(c);
	if (failed(c->unit->failure))
		return c->unit->failure;
	if (kva_is_null(c->unit->root))
		return failure_at(STATUS_DAMAGED, c->unit->unit->at.v); /* a unit that translates has one */
	return c->unit->scalable ? read_scalable(c, bus, devfn) : read_legacy(c, bus, devfn);
}

/* Linux drivers/iommu/intel-iommu.c up to v5.10, context_copied(): bit 67 of a context entry, which hardware
 * ignores. Later kernels have a bitmap. */
#define COPIED_WORD 1
#define COPIED_BIT  3

static bool is_copied(const struct chain *c, uint16_t source_id)
{
	const struct record_view *context = &c->entry->views[1];
	uint64_t word;

	if (!kernel_has_member(c->k, M_INTEL_IOMMU_COPIED))
		return c->entry->nr_views > 1 && context->nr_words == INTEL_CONTEXT_WORDS &&
		       (context->words[COPIED_WORD] >> COPIED_BIT & 1);
	if (kva_is_null(c->unit->copied) ||
	    failed(kernel_read_number(c->k, kva_plus(c->unit->copied, source_id / 64u * 8u), 8, &word)))
		return false;
	return word >> (source_id % 64u) & 1;
}

struct failure intel_read_entry(struct kernel *k, const struct stream *stream, struct entry *ret)
{
	struct chain chain = { k, intel_unit_of(kernel_inventory(k), stream->unit), ret };
	struct failure failure;

	memset(ret, 0, sizeof(*ret));
	ret->legal = true;
	if (!chain.unit)
		return failure_of(STATUS_ABSENT);
	failure = read_chain(&chain, (uint8_t)(stream->id >> 8), (uint8_t)stream->id);
	if (failed(failure))
		ret->translation = (struct translation){ .state = DMA_UNKNOWN };
	else
		ret->is_inherited = is_copied(&chain, (uint16_t)stream->id);
	return failure;
}

/* ---- every entry that says something ---- */

#define CONTEXT_TABLE_WORDS 512 /* a page, in either mode */
#define BUSES		    256
#define DEVFNS		    256

struct scan {
	struct kernel *k;
	const struct entry_visitor *visitor;
	const struct intel_unit *unit;
	uint16_t segment;
	bool has_devices[BUSES]; /* that the unit serves */
	bool ended; /* by the visitor, or by the user */
};

static uint16_t segment_of_unit(struct kernel *k, const struct intel_unit *unit)
{
	uint64_t segment;

	if (!kernel_has_member(k, M_INTEL_DRHD_SEGMENT) ||
	    failed(kernel_read_member(k, unit->drhd, M_INTEL_DRHD_SEGMENT, &segment)))
		return 0;
	return (uint16_t)segment;
}

static void visit_function(struct scan *s, uint8_t bus, uint8_t devfn)
{
	uint32_t id = intel_id(s->segment, (uint32_t)bus << 8 | devfn);
	struct stream stream = { &intel_vendor, s->unit->unit, id, NULL };
	struct entry entry;
	struct failure failure = intel_read_entry(s->k, &stream, &entry);

	s->ended = target_interrupted(s->k->target);
	if (failed(failure))
		s->visitor->unreadable(s->visitor->ctx,
				       arena_printf(s->k->arena, "read the entry of %s", sbdf_word(s->k, id)), failure,
				       s->unit->unit, id, id);
	else if (!s->visitor->entry(s->visitor->ctx, &stream, &entry))
		s->ended = true;
}

static bool has_device(const struct scan *s, uint32_t id)
{
	const struct device *dev = kernel_find_device(s->k, id);

	return dev && device_unit(dev) == s->unit->unit;
}

/* Most of the buses that there could be have none. */
static void find_buses(struct scan *s)
{
	const struct ptrs *devices = &kernel_inventory(s->k)->devices;

	memset(s->has_devices, 0, sizeof(s->has_devices));
	for (size_t i = 0; i < devices->nr; i++) {
		const struct device *dev = devices->at[i];

		if (dev->has_sbdf && device_unit(dev) == s->unit->unit)
			s->has_devices[dev->sbdf >> 8 & 0xff] = true;
	}
}

/* A root entry that leads to no context entries: it speaks for the devices alone that are there. */
static void visit_devices(struct scan *s, uint8_t bus, unsigned first_devfn, unsigned nr)
{
	if (!s->has_devices[bus])
		return;
	for (unsigned devfn = first_devfn; devfn < first_devfn + nr && !s->ended; devfn++) {
		if (has_device(s, intel_id(s->segment, (uint32_t)bus << 8 | devfn)))
			visit_function(s, bus, (uint8_t)devfn);
	}
}

/* One page of context entries: of a bus, or of half of one. */
static void scan_contexts(struct scan *s, uint8_t bus, uint8_t first_devfn, struct pa table)
{
	unsigned words = s->unit->scalable ? INTEL_SM_CONTEXT_WORDS : INTEL_CONTEXT_WORDS;
	uint64_t *page = arena_alloc(s->k->arena, CONTEXT_TABLE_WORDS * sizeof(*page));
	enum status status = target_read_pa(s->k->target, table, page, CONTEXT_TABLE_WORDS * sizeof(*page));
	uint32_t first = intel_id(s->segment, (uint32_t)bus << 8 | first_devfn);

	if (status != STATUS_OK) {
		s->visitor->unreadable(s->visitor->ctx,
				       arena_printf(s->k->arena, "read the context entries of bus %02x", bus),
				       failure_at(status, table.v), s->unit->unit, first,
				       first + CONTEXT_TABLE_WORDS / words - 1);
		return;
	}
	for (unsigned i = 0; i < CONTEXT_TABLE_WORDS / words && !s->ended; i++) {
		uint8_t devfn = (uint8_t)(first_devfn + i);
		bool says = has_device(s, intel_id(s->segment, (uint32_t)bus << 8 | devfn));

		for (unsigned word = 0; word < words; word++)
			says |= page[i * words + word] != 0;
		if (says)
			visit_function(s, bus, devfn);
	}
}

static void scan_behind(struct scan *s, uint8_t bus, unsigned devfn, unsigned nr,
			const struct intel_root *root)
{
	if (root->present && !root->refusal.refused)
		scan_contexts(s, bus, (uint8_t)devfn, root->table);
	else
		visit_devices(s, bus, devfn, nr);
}

static void scan_bus(struct scan *s, uint8_t bus, const uint64_t *root_words)
{
	struct intel_root root;

	if (!s->unit->scalable) {
		intel_root_decode(root_words, &s->unit->caps, &root);
		scan_behind(s, bus, 0, DEVFNS, &root);
		return;
	}
	for (unsigned devfn = 0; devfn < DEVFNS && !s->ended; devfn += DEVFNS / 2) {
		intel_sm_root_decode(root_words, (uint8_t)devfn, &s->unit->caps, &root);
		scan_behind(s, bus, devfn, DEVFNS / 2, &root);
	}
}

static void scan_unit(struct scan *s)
{
	uint64_t *roots = arena_alloc(s->k->arena, BUSES * INTEL_ROOT_BYTES);
	struct failure failure = s->unit->failure;

	if (!failed(failure))
		failure = kernel_read(s->k, s->unit->root, roots, BUSES * INTEL_ROOT_BYTES);
	if (failed(failure)) {
		s->visitor->unreadable(s->visitor->ctx,
				       arena_printf(s->k->arena, "read the root table of %s",
						    s->unit->unit->name ? s->unit->unit->name : "a unit"),
				       failure, s->unit->unit, intel_id(s->segment, 0),
				       intel_id(s->segment, UINT16_MAX));
		return;
	}
	find_buses(s);
	for (unsigned bus = 0; bus < BUSES && !s->ended; bus++)
		scan_bus(s, (uint8_t)bus, roots + bus * INTEL_ROOT_WORDS);
}

struct failure intel_scan_entries(struct kernel *k, const struct entry_visitor *visitor)
{
	const struct ptrs *units = &intel_machine(kernel_inventory(k))->units;
	struct scan s = { .k = k, .visitor = visitor };

	for (size_t i = 0; i < units->nr && !s.ended; i++) {
		s.unit = units->at[i];
		s.segment = segment_of_unit(k, s.unit);
		if (!s.unit->off)
			scan_unit(&s);
	}
	return NO_FAILURE;
}

/* ---- the tables ---- */

static void visit_context_table(struct kernel *k, const struct intel_unit *unit, unsigned bus, unsigned first_devfn,
				const struct intel_root *root, const struct table_visitor *visitor)
{
	if (root->present && !root->refusal.refused)
		visitor->table(visitor->ctx, root->table, CONTEXT_TABLE_WORDS * sizeof(uint64_t),
			       arena_printf(k->arena, "the context table of %s for bus %02x from %02x.0 on",
					    unit->unit->name ? unit->unit->name : "a unit", bus, first_devfn >> 3));
}

static struct failure visit_tables(struct kernel *k, const struct intel_unit *unit, const struct table_visitor *visitor)
{
	uint64_t roots[BUSES][INTEL_ROOT_WORDS];
	struct intel_root root;
	struct pa at;
	struct failure failure = unit->failure;

	if (!failed(failure))
		failure = kernel_to_pa(k, unit->root, &at);
	if (failed(failure))
		return failure;
	visitor->table(visitor->ctx, at, sizeof(roots),
		       arena_printf(k->arena, "the root table of %s", unit->unit->name ? unit->unit->name : "a unit"));
	failure = kernel_read(k, unit->root, roots, sizeof(roots));
	for (unsigned bus = 0; bus < BUSES && !failed(failure); bus++) {
		for (unsigned devfn = 0; unit->scalable && devfn < DEVFNS; devfn += DEVFNS / 2) {
			intel_sm_root_decode(roots[bus], (uint8_t)devfn, &unit->caps, &root);
			visit_context_table(k, unit, bus, devfn, &root, visitor);
		}
		if (unit->scalable)
			continue;
		intel_root_decode(roots[bus], &unit->caps, &root);
		visit_context_table(k, unit, bus, 0, &root, visitor);
	}
	return failure;
}

struct failure intel_entry_tables(struct kernel *k, const struct table_visitor *visitor)
{
	const struct ptrs *units = &intel_machine(kernel_inventory(k))->units;
	struct failure first = NO_FAILURE;

	for (size_t i = 0; i < units->nr; i++) {
		const struct intel_unit *unit = units->at[i];

		if (!unit->off)
			first = first_failure(first, visit_tables(k, unit, visitor));
	}
	return first;
}
