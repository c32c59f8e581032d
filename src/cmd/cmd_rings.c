// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu commands, events, ppr, galog: the rings in memory.
 *
 * The driver clears what it has consumed of the event and PPR logs, so what stands there had not
 * been seen yet; it never clears commands, so the ring has the last ones, oldest at the tail.
 *
 * Which commands the hardware is done with: the head that the driver remembers is its last look at
 * a register, taken only when the ring seems full, and may be hundreds of commands old. The
 * semaphore knows better: the hardware wrote the data of the last COMPLETION_WAIT into it, and takes
 * commands in their order.
 */
#include "cmd.h"

#include "format/amd/records.h"
#include "kernel/amd/amd.h"
#include "posted.h"

#include "format/amd/log.h"

#include <inttypes.h>
#include <stdio.h>

struct ring_verb {
	enum amd_ring_kind kind;
	const char *list;	 /* key in JSON */
	const char *doing;	 /* "cannot ..." */
	bool keeps_history;	 /* entries stay after they are consumed */
	const struct record *(*record)(const uint64_t *words);
	const char *(*summary)(const uint64_t *words, char *buf, unsigned size);
};

static const struct ring_verb commands_ring = {
	AMD_RING_COMMANDS, "commands", "read the command buffer", true, amd_command_record,
	amd_command_summary,
};

static const struct ring_verb events_ring = {
	AMD_RING_EVENTS, "events", "read the event log", false, amd_event_record,
	amd_event_summary,
};

static const struct ring_verb ppr_ring = {
	AMD_RING_PPR, "requests", "read the PPR log", false, amd_ppr_record, amd_ppr_summary,
};

static const struct ring_verb ga_ring = {
	AMD_RING_GA, "entries", "read the GA log", true, amd_ga_log_record, amd_ga_log_summary,
};

static const struct column columns[] = {
	{ .key = "index", .head = "INDEX", .right = true },
	{ .key = "state", .head = "STATE" },
	{ .key = "name", .head = "ENTRY", .width = 22 },
	{ .key = "what", .head = "WHAT" },
};

#define SUMMARY_MAX   200
#define NR_DEVICE_IDS 0x10000u

/* How many commands the default depth shows: what led to the last one. */
#define RECENT_COMMANDS 16

static unsigned words_per_entry(const struct amd_ring *ring)
{
	return ring->entry_bytes / 8;
}

static bool is_zero(const uint64_t *words, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		if (words[i])
			return false;
	}
	return true;
}

/* The commands in their order: position 0 is the oldest in the ring, the last one stands before the
 * tail. Positions from first_open on are not known to be done. */
struct order {
	uint32_t nr;	     /* entries of the ring */
	uint32_t start;	     /* index of position 0 */
	uint32_t first_open; /* nr: all are done */
	bool by_semaphore;   /* else by the driver's old head */
};

static uint32_t index_at(const struct order *order, uint32_t position)
{
	return (order->start + position) % order->nr;
}

static const uint64_t *entry_at(const struct amd_ring *ring, uint32_t index)
{
	return ring->words + (size_t)index * words_per_entry(ring);
}

/* Is this the wait whose data the hardware has stored? */
static bool is_answered_wait(const uint64_t *words, const struct amd_semaphore *sem)
{
	const struct record *r = amd_command_record(words);

	return r == &amd_command_completion_wait_record &&
	       field_get(record_field(r, "store_data"), words) == sem->value &&
	       field_get(record_field(r, "store_address"), words) == sem->pa.v;
}

static void find_order(const struct amd_ring *ring, const struct amd_semaphore *sem,
		       struct order *ret)
{
	*ret = (struct order){ .nr = ring->bytes / ring->entry_bytes };
	ret->first_open = ret->nr;
	if (!ring->has_pointers)
		return;
	ret->start = ring->tail / ring->entry_bytes;
	if (sem->has_value && sem->has_expected && sem->has_pa) {
		for (uint32_t position = ret->nr; position > 0; position--) {
			if (!is_answered_wait(entry_at(ring, index_at(ret, position - 1)), sem))
				continue;
			ret->first_open = position;
			ret->by_semaphore = true;
			return;
		}
	}
	ret->first_open = ret->nr - (ring->tail - ring->head) / ring->entry_bytes % ret->nr;
}

/* A unit's ring with all that is known of it. */
struct unit_ring {
	const struct unit *unit;
	const char *name;
	struct amd_ring ring;
	struct amd_semaphore sem;
	struct order order;
	enum status status;
	const char *missing;
};

/* "device_id" of the entry, when it has one and its record says where. */
static const char *device_word(struct context *ctx, const struct unit *unit,
			       const struct record *record, const uint64_t *words)
{
	const struct field *field = record ? record_field(record, "device_id") : NULL;
	char bdf[WORD_MAX];

	if (!field)
		return NULL;
	return arena_strdup(&ctx->session->arena,
			    word_bdf(bdf, (unit->sbdf & 0xffff0000) |
						  (uint32_t)field_get(field, words)));
}

static const char *address_words(struct context *ctx, const struct record *record,
				 const uint64_t *words)
{
	static const char *const keys[] = { "address", "gpa", "spa" };

	for (size_t i = 0; record && i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct field *field = record_field(record, keys[i]);

		if (field)
			return arena_printf(&ctx->session->arena, "address %" PRIx64,
					    field_get(field, words));
	}
	return "";
}

/* Whose table the address was looked up in: " PASID 0x5", " domain 0x1", or nothing. */
static const char *space_words(struct context *ctx, const struct record *record,
			       const uint64_t *words)
{
	const struct field *pasid = record_field(record, "pasid");
	const struct field *gn = record_field(record, "gn");
	const struct field *domain = record_field(record, "domain_id");

	if (pasid && gn && field_get(gn, words))
		return arena_printf(&ctx->session->arena, " PASID 0x%" PRIx64,
				    field_get(pasid, words));
	if (domain)
		return arena_printf(&ctx->session->arena, " domain 0x%" PRIx64,
				    field_get(domain, words));
	return "";
}

static uint32_t ga_tag_of(const struct record *record, const uint64_t *words)
{
	return (uint32_t)field_get(record_field(record, "ga_tag"), words);
}

static void put_what(struct context *ctx, const struct ring_verb *verb, const char *device,
		     const uint64_t *words)
{
	struct arena *arena = &ctx->session->arena;
	char summary[SUMMARY_MAX] = "";
	const struct record *record = verb->record(words);
	const char *who = NULL, *where = address_words(ctx, record, words);

	verb->summary(words, summary, sizeof(summary));
	if (*summary)
		sink_string(ctx->sink, "summary", summary);
	if (verb->kind == AMD_RING_COMMANDS) {
		sink_cell(ctx->sink, "what", "%s", summary);
		return;
	}
	if (verb->kind == AMD_RING_GA && record)
		who = put_posted(ctx, ga_tag_of(record, words), pa_of(0));
	if (device)
		device = arena_printf(arena, "%s%s%s", device,
				      verb->kind == AMD_RING_EVENTS ?
					      space_words(ctx, record, words) : "",
				      *where ? " " : "");
	sink_cell(ctx->sink, "what", "%s%s%s%s%s%s", device ? device : "", where,
		  *summary && (device || *where) ? ": " : "", summary, who ? ", " : "",
		  who ? who : "");
}

static void put_entry(struct context *ctx, const struct ring_verb *verb,
		      const struct unit_ring *r, uint32_t index, bool open)
{
	const uint64_t *words = entry_at(&r->ring, index);
	const struct record *record = verb->record(words);
	const char *device = device_word(ctx, r->unit, record, words);
	struct sink *sink = ctx->sink;

	if (ctx->opt.verbose)
		sink_heading(sink, "%u  %s%s", index, record ? record->name : "<unknown code>",
			     open ? "  open" : "");
	sink_row(sink);
	sink_string(sink, "unit", r->name);
	sink_count(sink, "index", index);
	if (verb->kind == AMD_RING_COMMANDS) {
		sink_bool(sink, "done", !open);
		sink_cell(sink, "state", "%s", open ? "open" : "done");
		sink_count(sink, "opcode", amd_log_code(words));
	} else {
		sink_count(sink, "code", amd_log_code(words));
	}
	sink_string(sink, "name", record ? record->name : NULL);
	if (!record)
		sink_cell(sink, "name", "<code 0x%x>", amd_log_code(words));
	sink_string(sink, "device", device);
	put_what(ctx, verb, device, words);
	sink_words(sink, "raw", words, words_per_entry(&r->ring), ctx->opt.verbose > 1);
	if (record)
		sink_record(sink, "fields", record, words, ctx->opt.verbose > 0);
	sink_row_end(sink);
}

/* ---- the command ring: what it waits for ---- */

static void put_semaphore(struct context *ctx, const struct amd_semaphore *sem)
{
	struct sink *sink = ctx->sink;
	uint64_t open = sem->expected - sem->value;

	if (!sem->has_value)
		return;
	sink_begin(sink, "semaphore");
	sink_hex(sink, "address", sem->at.v);
	sink_hex(sink, "value", sem->value);
	if (sem->has_expected)
		sink_hex(sink, "expected", sem->expected);
	sink_end(sink);
	if (!sem->has_expected)
		sink_say(sink, "SEMAPHORE", "%" PRIx64 ": this kernel keeps no number to compare it "
			 "with", sem->value);
	else if (!open)
		sink_say(sink, "SEMAPHORE", "%" PRIx64 ", as the driver's last wait asks: none is "
			 "open", sem->value);
	else
		sink_say(sink, "SEMAPHORE", "%" PRIx64 " where the driver's last wait asks for %"
			 PRIx64 ": %" PRIu64 " wait%s open", sem->value, sem->expected, open,
			 open == 1 ? " is" : "s are");
}

static void say_device_is_waited_for(struct context *ctx, const struct unit *unit,
				     const struct record *record, const uint64_t *words)
{
	uint32_t devid = (uint32_t)field_get(record_field(record, "device_id"), words);
	uint32_t sbdf = (unit->sbdf & 0xffff0000) | devid;
	const struct device *dev = kernel_find_device(ctx->k, sbdf);
	char bdf[WORD_MAX];

	sink_string(ctx->sink, NULL, word_bdf(bdf, sbdf));
	sink_say(ctx->sink, "", "device %s (%s) has to answer: its TLB (ATS) is invalidated", bdf,
		 dev ? dev->driver ? dev->driver : "no driver" : "which the kernel does not have");
}

/* Who has a part in the commands from the first open one to the wait that is not answered: only
 * an invalidation of a device's own TLB needs more than the IOMMU. A device is named once. */
static void say_who_is_waited_for(struct context *ctx, const struct unit_ring *r)
{
	const struct order *order = &r->order;
	bool *seen = arena_alloc(&ctx->session->arena, NR_DEVICE_IDS * sizeof(*seen));
	unsigned nr = 0;

	sink_list(ctx->sink, "waits_for_devices");
	for (uint32_t position = order->first_open; position < order->nr; position++) {
		const uint64_t *words = entry_at(&r->ring, index_at(order, position));
		const struct record *record = amd_command_record(words);
		uint64_t devid;

		if (record == &amd_command_completion_wait_record)
			break;
		if (record != &amd_command_invalidate_iotlb_record)
			continue;
		devid = field_get(record_field(record, "device_id"), words);
		if (devid >= NR_DEVICE_IDS || seen[devid])
			continue;
		seen[devid] = true;
		say_device_is_waited_for(ctx, r->unit, record, words);
		nr++;
	}
	sink_list_end(ctx->sink);
	if (!nr)
		sink_say(ctx->sink, "", "the IOMMU itself: no device has a part in what is open");
}

/* What an open wait waits for: the first command that is not known to be done. */
static void put_stuck(struct context *ctx, const struct unit_ring *r)
{
	const struct order *order = &r->order;
	const struct amd_semaphore *sem = &r->sem;
	char summary[SUMMARY_MAX];
	const uint64_t *words;
	const struct record *record;

	if (!sem->has_value || !sem->has_expected || sem->value == sem->expected ||
	    order->first_open >= order->nr)
		return;
	words = entry_at(&r->ring, index_at(order, order->first_open));
	record = amd_command_record(words);
	sink_count(ctx->sink, "waits_for", index_at(order, order->first_open));
	sink_say(ctx->sink, "WAITS FOR", "%u: %s %s", index_at(order, order->first_open),
		 record ? record->name : "<unknown opcode>",
		 amd_command_summary(words, summary, sizeof(summary)));
	say_who_is_waited_for(ctx, r);
	if (!order->by_semaphore)
		sink_note(ctx->sink, NOTE_INFO, "head-is-old",
			  "the wait that was answered last is no longer in the ring: what is open is "
			  "told by the driver's last look at the head, and may be done");
}

/* ---- a ring, oldest first as far as memory can tell ---- */

static void say_what_is_inferred(struct context *ctx, const struct ring_verb *verb,
				 unsigned nr_seen)
{
	if (!verb->keeps_history && nr_seen)
		sink_note(ctx->sink, NOTE_INFO, "not-consumed",
			  "the driver clears what it has read: these had not been read (the ring's "
			  "pointers are registers, which no dump has)");
	if (!verb->keeps_history && !nr_seen)
		sink_heading(ctx->sink, "empty: the driver clears what it has read, and has read "
			     "all; past events are in the kernel log");
	if (verb->kind == AMD_RING_GA && nr_seen) {
		sink_note(ctx->sink, NOTE_INFO, "not-cleared",
			  "the driver does not clear what it has read: these may be old");
		tell_of_vms(ctx);
	}
}

static void read_ring(struct context *ctx, const struct unit *unit, const struct ring_verb *verb,
		      struct unit_ring *ret)
{
	char bdf[WORD_MAX];

	ret->unit = unit;
	ret->name = unit->has_bdf ? arena_strdup(&ctx->session->arena, word_bdf(bdf, unit->sbdf)) :
				    "?";
	ret->status = amd_read_ring(ctx->k, unit, verb->kind, &ret->ring);
	ret->missing = ctx->k->missing;
	if (verb->kind == AMD_RING_COMMANDS)
		amd_read_semaphore(ctx->k, unit, &ret->sem);
	if (ret->ring.words)
		find_order(&ret->ring, &ret->sem, &ret->order);
}

static void put_pointers(struct context *ctx, const struct amd_ring *ring)
{
	if (!ring->has_pointers) {
		sink_null(ctx->sink, "head");
		sink_null(ctx->sink, "tail");
		return;
	}
	sink_count(ctx->sink, "head", ring->head / ring->entry_bytes);
	sink_count(ctx->sink, "tail", ring->tail / ring->entry_bytes);
}

/* The answer first: where the ring stands and what it waits for. */
static void put_summary(struct context *ctx, const struct ring_verb *verb,
			const struct unit_ring *r)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	sink_string(sink, "unit", r->name);
	sink_hex(sink, "address", r->ring.at.v);
	put_pointers(ctx, &r->ring);
	sink_heading(sink, "unit %s  ring at %" PRIx64 "%s%s", r->name, r->ring.at.v,
		     r->ring.has_pointers ?
			     arena_printf(&ctx->session->arena, "  tail %u of %u",
					  r->ring.tail / r->ring.entry_bytes,
					  r->ring.bytes / r->ring.entry_bytes) : "",
		     kva_is_null(r->ring.at) && r->status == STATUS_OK ? "  not set up" : "");
	put_semaphore(ctx, &r->sem);
	if (r->ring.words)
		put_stuck(ctx, r);
	if (r->status != STATUS_OK)
		cannot(ctx, verb->doing, r->status, r->missing);
	else if (r->ring.status != STATUS_OK)
		cannot(ctx, verb->doing, r->ring.status, NULL);
	sink_end(sink);
}

static unsigned put_entries(struct context *ctx, const struct ring_verb *verb,
			    const struct unit_ring *r)
{
	const struct order *order = &r->order;
	uint32_t first = 0, seen = 0;

	/* Only the last commands by default, but every open one. */
	if (verb->kind == AMD_RING_COMMANDS && !ctx->opt.all && order->first_open > RECENT_COMMANDS)
		first = order->first_open - RECENT_COMMANDS;
	for (uint32_t position = first; position < order->nr; position++) {
		uint32_t index = index_at(order, position);

		if (target_interrupted(ctx->session->target))
			break;
		if (is_zero(entry_at(&r->ring, index), words_per_entry(&r->ring)))
			continue;
		put_entry(ctx, verb, r, index, position >= order->first_open);
		seen++;
	}
	return seen;
}

static void show_rings(struct context *ctx, const struct ring_verb *verb)
{
	struct inventory *inv = kernel_inventory(ctx->k);
	struct unit_ring *rings = arena_alloc(&ctx->session->arena,
					      (inv->units.nr + 1) * sizeof(*rings));
	struct sink *sink = ctx->sink;

	sink_list(sink, "rings");
	for (size_t i = 0; i < inv->units.nr; i++) {
		read_ring(ctx, inv->units.at[i], verb, &rings[i]);
		put_summary(ctx, verb, &rings[i]);
	}
	sink_list_end(sink);
	if (inv->units.nr)
		put_pointers(ctx, &rings[0].ring);
	sink_list(sink, verb->list);
	for (size_t i = 0; i < inv->units.nr; i++) {
		if (!rings[i].ring.words)
			continue;
		if (inv->units.nr > 1)
			sink_heading(sink, "unit %s", rings[i].name);
		if (!ctx->opt.verbose)
			sink_table(sink, columns, sizeof(columns) / sizeof(columns[0]));
		say_what_is_inferred(ctx, verb, put_entries(ctx, verb, &rings[i]));
	}
	sink_list_end(sink);
	if (inv->units_status != STATUS_OK)
		not_all(ctx, "list units", inv->units_status, inv->units_missing);
}

void cmd_commands(struct context *ctx)
{
	show_rings(ctx, &commands_ring);
}

void cmd_events(struct context *ctx)
{
	show_rings(ctx, &events_ring);
}

void cmd_ppr(struct context *ctx)
{
	show_rings(ctx, &ppr_ring);
}

void cmd_galog(struct context *ctx)
{
	show_rings(ctx, &ga_ring);
}
