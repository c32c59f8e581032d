// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu commands, events, ppr, galog: the queues in memory. The verb's name says which kind of queue; each
 * vendor says what the entries of its queue of that kind mean and how far the hardware has come with them.
 */
#include "irt.h"
#include "posted.h"

#include <inttypes.h>
#include <string.h>

static const struct column columns[] = {
	{ .key = "index", .head = "INDEX", .right = true },
	{ .key = "state", .head = "STATE" },
	{ .key = "name", .head = "ENTRY", .width = 22 },
	{ .key = "what", .head = "WHAT" },
};

/* How many commands the default depth shows: what led to the last one. */
#define RECENT_COMMANDS 16

/* A unit's queue with all that is known of it. */
struct unit_queue {
	const struct unit *unit;
	const struct queue_kind *kind;
	const char *name;
	struct queue queue;
	struct semaphore semaphore;
	struct queue_order order;
	struct failure failure; /* of the driver's view of it */
	struct irt *irt;	/* of the command; see irt_know() */
};

static unsigned words_per_entry(const struct queue *queue)
{
	return queue->entry_bytes / 8;
}

static uint32_t index_at(const struct queue_order *order, uint32_t position)
{
	return (order->start + position) % order->nr;
}

static const uint64_t *entry_at(const struct queue *queue, uint32_t index)
{
	return queue->words + (size_t)index * words_per_entry(queue);
}

/* ---- one entry ---- */

static void put_what(struct context *ctx, const struct unit_queue *q, const struct queue_entry *entry,
		     const char *device)
{
	const char *who = NULL, *whom = "", *between = "";
	struct posted posted;
	const char *summary = entry->summary;
	struct fault_irq irq;

	if (*entry->summary)
		sink_string(ctx->sink, "summary", entry->summary);
	if (q->kind->of_commands) {
		const char *special = entry->has_stream ? word_special(ctx, entry->stream_id) : "";

		sink_cell(ctx->sink, "what", "%s%s", entry->summary, special);
		return;
	}
	if (entry->posted)
		who = put_posted(ctx, q->unit->vendor, &entry->to, &posted);
	if (entry->is_interrupt && entry->has_stream) {
		const struct fault fault = {
			.has_index = true, .index = entry->irq_index, .index_bits = entry->irq_index_bits,
		};

		irt_know(q->irt, ctx);
		summary = arena_printf(&ctx->session->arena, "%s -> %s", summary,
				       put_fault_irq(q->irt, entry->stream_id, &fault, &irq));
	}
	if (device)
		whom = arena_printf(&ctx->session->arena, "%s%s%s", word_stream(ctx, entry->stream_id),
				    entry->whose,
				    *entry->where ? " " : "");
	if (*entry->summary && (device || *entry->where))
		between = ": ";
	sink_cell(ctx->sink, "what", "%s%s%s%s%s%s", whom, entry->where, between, summary,
		  who ? ", " : "", who ? who : "");
}

static const char *name_words(struct context *ctx, const struct queue_entry *entry)
{
	return entry->record ? entry->record->name :
			       arena_printf(&ctx->session->arena, "<code 0x%x>", entry->code);
}

/* mark: the driver's, where it marks entries. */
static void put_name(struct context *ctx, const struct unit_queue *q,
		     const struct queue_entry *entry, const char *mark, bool open)
{
	struct sink *sink = ctx->sink;

	if (q->kind->of_commands) {
		if (q->queue.has_tail)
			sink_bool(sink, "done", !open);
		else
			sink_null(sink, "done");
		if (mark)
			sink_string(sink, "mark", mark);
		sink_cell(sink, "state", "%s", mark		   ? mark :
					       !q->queue.has_tail ? "?" :
					       open		   ? "open" :
								     "done");
	}
	sink_count(sink, q->kind->of_commands ? "opcode" : "code", entry->code);
	sink_string(sink, "name", entry->record ? entry->record->name : NULL);
	if (!entry->record)
		sink_cell(sink, "name", "%s", name_words(ctx, entry));
}

static void put_entry(struct context *ctx, const struct unit_queue *q, uint32_t index, bool open)
{
	struct record_view view = {
		.nr_words = (uint8_t)words_per_entry(&q->queue),
		.enc_mask = ctx->k->enc_mask,
	};
	const uint64_t *words = entry_at(&q->queue, index);
	struct queue_entry entry;
	const char *device = NULL;
	struct sink *sink = ctx->sink;
	char bdf[WORD_MAX];

	q->kind->describe(ctx->k, q->unit, words, &entry);
	view.record = entry.record;
	memcpy(view.words, words, q->queue.entry_bytes);
	if (entry.has_stream)
		device = word_bdf(bdf, entry.stream_id);
	if (ctx->opt.verbose)
		sink_heading(sink, "%u  %s%s", index, name_words(ctx, &entry), open ? "  open" : "");
	sink_row(sink);
	sink_string(sink, "unit", q->name);
	sink_count(sink, "index", index);
	put_name(ctx, q, &entry, q->queue.marks ? q->queue.marks[index] : NULL, open);
	sink_string(sink, "device", device);
	if (entry.has_stream)
		put_special(ctx, entry.stream_id);
	put_what(ctx, q, &entry, device);
	/* Of an entry without fields the words are all that there is to see. */
	sink_words(sink, "raw", view.words, view.nr_words,
		   view.record ? ctx->opt.verbose > 1 : ctx->opt.verbose > 0);
	if (view.record)
		put_record(ctx, &view, NULL);
	sink_row_end(sink);
}

/* ---- a queue of commands: what it waits for ---- */

/* Behind the value: what it says. */
static const char *semaphore_words(struct context *ctx, const struct semaphore *sem)
{
	struct arena *arena = &ctx->session->arena;
	const char *asked = sem->has_expected ?
				    arena_printf(arena, " where the driver's last wait asks for %" PRIx64,
						 sem->expected) : "";

	if (sem->has_wait)
		return arena_printf(arena, " %s, where the wait in %u asks for %" PRIx64
				    ": %" PRIu64 " wait%s open", sem->mark ? sem->mark : "", sem->wait,
				    sem->expected, sem->open, sem->open == 1 ? " is" : "s are");
	if (sem->is_elsewhere)
		return arena_printf(arena, ": %s, but at %" PRIx64, sem->doubt, sem->elsewhere.v);
	switch (sem->state) {
	case SEMAPHORE_ANSWERED:
		return sem->has_expected ? ", as the driver's last wait asks: none is open" :
					   ": the driver's last wait is answered, none is open";
	case SEMAPHORE_WAITS:
		if (!sem->has_expected)
			return ": the driver's last wait is not answered";
		return arena_printf(arena, "%s: %" PRIu64 " wait%s open", asked, sem->open,
				    sem->open == 1 ? " is" : "s are");
	case SEMAPHORE_UNKNOWN:
		break;
	}
	return arena_printf(arena, "%s: %s", asked, sem->doubt);
}

static void put_semaphore(struct context *ctx, const struct semaphore *sem)
{
	struct sink *sink = ctx->sink;

	if (!sem->has_value)
		return;
	sink_begin(sink, "semaphore");
	sink_hex(sink, "address", sem->at.v);
	if (sem->has_wait)
		sink_count(sink, "wait", sem->wait);
	sink_hex(sink, "value", sem->value);
	if (sem->has_expected)
		sink_hex(sink, "expected", sem->expected);
	if (sem->state == SEMAPHORE_UNKNOWN)
		sink_null(sink, "open");
	else
		sink_count(sink, "open", sem->open);
	if (sem->is_elsewhere)
		sink_hex(sink, "waits_store_at", sem->elsewhere.v);
	sink_end(sink);
	sink_say(sink, "SEMAPHORE", "%" PRIx64 "%s", sem->value, semaphore_words(ctx, sem));
}

static bool was_named(struct u64map *named, struct arena *arena, uint32_t id)
{
	if (u64map_get(named, id))
		return true;
	u64map_add(arena, named, id, named);
	return false;
}

static void say_device_is_waited_for(struct context *ctx, uint32_t id)
{
	const struct device *dev = kernel_find_device(ctx->k, id);
	char bdf[WORD_MAX];

	sink_string(ctx->sink, NULL, word_bdf(bdf, id));
	sink_say(ctx->sink, "", "device %s (%s) has to answer: its TLB (ATS) is invalidated", bdf,
		 dev ? dev->driver ? dev->driver : "no driver" : "which the kernel does not have");
}

static bool is_known(struct context *ctx, const struct unit_queue *q, const uint64_t *words)
{
	struct queue_entry entry;

	q->kind->describe(ctx->k, q->unit, words, &entry);
	return entry.record;
}

/* Names, once each, the devices that have to answer one of the commands between the first open one and the
 * wait that is not answered. */
static void say_who_is_waited_for(struct context *ctx, const struct unit_queue *q)
{
	const struct queue_order *order = &q->order;
	struct u64map named = { 0 };
	unsigned nr_unknown = 0;

	sink_list(ctx->sink, "waits_for_devices");
	for (uint32_t position = order->first_open; position < order->nr; position++) {
		const uint64_t *words = entry_at(&q->queue, index_at(order, position));
		uint32_t id;

		if (q->kind->is_wait(words))
			break;
		nr_unknown += !is_known(ctx, q, words);
		if (q->kind->needs_device(ctx->k, q->unit, words, &id) &&
		    !was_named(&named, &ctx->session->arena, id))
			say_device_is_waited_for(ctx, id);
	}
	sink_list_end(ctx->sink);
	if (nr_unknown)
		sink_note(ctx->sink, NOTE_WARNING, "unknown-command",
			  "%s: %u of the commands that are open %s of no known kind: whether a device has to "
			  "answer %s is not known", q->name, nr_unknown, nr_unknown == 1 ? "is" : "are",
			  nr_unknown == 1 ? "it" : "them");
	else if (!named.nr)
		sink_say(ctx->sink, "", "the IOMMU itself: no device has a part in what is open");
}

/* What an open wait waits for: the first command that is not known to be done. Where nothing says that one is
 * open, "open" is no more than the driver's old knowledge. */
static void put_stuck(struct context *ctx, const struct unit_queue *q)
{
	const struct queue_order *order = &q->order;
	const struct semaphore *sem = &q->semaphore;
	struct queue_entry entry;
	uint32_t index;

	if (order->first_open >= order->nr)
		return;
	if (sem->state == SEMAPHORE_UNKNOWN && order->told_by)
		sink_note(ctx->sink, NOTE_INFO, "head-is-old",
			  "what is open is told by %s, and may be done", order->told_by);
	if (sem->state != SEMAPHORE_WAITS)
		return;
	index = index_at(order, order->first_open);
	q->kind->describe(ctx->k, q->unit, entry_at(&q->queue, index), &entry);
	sink_count(ctx->sink, "waits_for", index);
	sink_say(ctx->sink, "WAITS FOR", "%u: %s %s", index,
		 name_words(ctx, &entry), entry.summary);
	say_who_is_waited_for(ctx, q);
	if (order->told_by)
		sink_note(ctx->sink, NOTE_INFO, "head-is-old",
			  "the wait that was answered last is not in the ring: what is open is "
			  "told by %s, and may be done", order->told_by);
}

/* ---- a queue, oldest first as far as memory can tell ---- */

static void say_what_is_inferred(struct context *ctx, const struct unit_queue *q, unsigned nr_seen)
{
	const struct queue_kind *kind = q->kind;

	if (!kind->keeps_history && nr_seen)
		sink_note(ctx->sink, NOTE_INFO, "not-consumed",
			  "the driver clears what it has read: these had not been read (the ring's "
			  "pointers are registers, which no dump has)");
	if (kind->empty && !nr_seen)
		sink_heading(ctx->sink, "%s", kind->empty);
	if (kind->of_commands && !q->queue.has_tail && nr_seen)
		sink_note(ctx->sink, NOTE_WARNING, "no-order",
			  "where the driver writes next is not known: which of these are done, and which "
			  "were the last, is not told by their order");
	if (kind->old && nr_seen)
		sink_note(ctx->sink, NOTE_INFO, "not-cleared", "%s", kind->old);
	if (kind->names_vms && nr_seen)
		say_unread_vms(ctx);
}

static void read_queue(struct context *ctx, const struct unit *unit, const struct queue_kind *kind,
		       struct unit_queue *ret)
{
	char word[WORD_MAX];

	ret->unit = unit;
	ret->kind = kind;
	ret->name = arena_strdup(&ctx->session->arena, word_unit(word, unit));
	ret->failure = kind->read(ctx->k, unit, &ret->queue);
	if (kind->find_order)
		kind->find_order(ctx->k, unit, &ret->queue, &ret->semaphore, &ret->order);
	else if (ret->queue.words)
		ret->order.nr = ret->order.first_open = ret->queue.bytes / ret->queue.entry_bytes;
}

static void put_pointers(struct context *ctx, const struct queue *queue)
{
	if (queue->has_head)
		sink_count(ctx->sink, "head", queue->head / queue->entry_bytes);
	else
		sink_null(ctx->sink, "head");
	if (queue->has_tail)
		sink_count(ctx->sink, "tail", queue->tail / queue->entry_bytes);
	else
		sink_null(ctx->sink, "tail");
}

/* What else the driver keeps of the queue. */
static void put_more(struct context *ctx, const struct queue *queue)
{
	put_values(ctx, &queue->more);
	for (size_t i = 0; i < queue->lines.nr; i++) {
		const struct named_line *line = queue->lines.at[i];

		sink_say(ctx->sink, line->label, "%s", line->words);
	}
}

/* "ring at ffff888004000000  tail 17 of 256" */
static const char *where_words(struct context *ctx, const struct unit_queue *q)
{
	struct arena *arena = &ctx->session->arena;
	const struct queue *queue = &q->queue;
	const char *tail = "";

	if (kva_is_null(queue->at))
		return failed(q->failure) ? "ring not known" : "ring not set up";
	if (queue->has_tail)
		tail = arena_printf(arena, "  tail %u of %u", queue->tail / queue->entry_bytes,
				    queue->bytes / queue->entry_bytes);
	return arena_printf(arena, "ring at %" PRIx64 "%s", queue->at.v, tail);
}

/* The answer first: where the queue stands and what it waits for. */
static void put_summary(struct context *ctx, const struct unit_queue *q)
{
	const struct queue *queue = &q->queue;
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	sink_string(sink, "unit", q->name);
	if (failed(q->failure) && kva_is_null(queue->at))
		sink_null(sink, "address");
	else
		sink_hex(sink, "address", queue->at.v);
	put_pointers(ctx, queue);
	sink_heading(sink, "unit %s  %s", q->name, where_words(ctx, q));
	put_more(ctx, queue);
	put_semaphore(ctx, &q->semaphore);
	if (queue->words && q->kind->of_commands)
		put_stuck(ctx, q);
	if (failed(q->failure))
		cannot(ctx, q->kind->doing, q->failure);
	else if (failed(queue->failure))
		cannot(ctx, q->kind->doing, queue->failure);
	sink_end(sink);
}

static unsigned put_entries(struct context *ctx, const struct unit_queue *q)
{
	const struct queue_order *order = &q->order;
	uint32_t first = 0, nr_seen = 0;

	/* Only the last commands by default, but every open one. */
	if (q->kind->of_commands && q->queue.has_tail && !ctx->opt.all && order->first_open > RECENT_COMMANDS)
		first = order->first_open - RECENT_COMMANDS;
	for (uint32_t position = first; position < order->nr; position++) {
		uint32_t index = index_at(order, position);

		if (target_interrupted(ctx->session->target))
			break;
		if (queue_entry_is_unused(entry_at(&q->queue, index), words_per_entry(&q->queue)))
			continue;
		put_entry(ctx, q, index, position >= order->first_open);
		nr_seen++;
	}
	return nr_seen;
}

/* The vendor's queue of the kind that the verb names; NULL: it has none. */
static const struct queue_kind *kind_of(const struct context *ctx, const struct vendor *vendor)
{
	for (const struct queue_kind *kind = vendor->queues; kind && kind->verb; kind++) {
		if (strcmp(kind->verb, ctx->verb->name) == 0)
			return kind;
	}
	return NULL;
}

static size_t read_queues(struct context *ctx, struct unit_queue *ret)
{
	const struct ptrs *units = &kernel_inventory(ctx->k)->units;
	struct irt *irt = arena_alloc(&ctx->session->arena, sizeof(*irt));
	size_t nr = 0;

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];
		const struct queue_kind *kind = unit->vendor ? kind_of(ctx, unit->vendor) : NULL;

		if (!kind || kind->no_memory)
			continue;
		ret[nr].irt = irt;
		read_queue(ctx, unit, kind, &ret[nr++]);
	}
	return nr;
}

static void say_who_has_none(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);

	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];
		const struct queue_kind *kind = kind_of(ctx, vendor);

		if (kind && kind->no_memory)
			sink_note(ctx->sink, NOTE_INFO, "not-in-memory", "%s", kind->no_memory);
		if (!kind)
			complain_of_vendor(ctx, vendor,
					   arena_printf(&ctx->session->arena,
							"queue in memory for '%s'", ctx->verb->name));
	}
}

/* The key of the entries in JSON: the vendors agree on it. */
static const char *list_key(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);

	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct queue_kind *kind = kind_of(ctx, inv->vendors.at[i]);

		if (kind && kind->list)
			return kind->list;
	}
	return ctx->verb->name;
}

/* Hardware that has such a thing, and none of it in memory: it is not known what it has, not that it is nothing. */
static bool is_never_in_memory(const struct context *ctx)
{
	const struct ptrs *vendors = &kernel_inventory(ctx->k)->vendors;

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct queue_kind *kind = kind_of(ctx, vendors->at[i]);

		if (!kind || !kind->no_memory)
			return false;
	}
	return vendors->nr;
}

void cmd_queue(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	struct unit_queue *queues = arena_alloc(&ctx->session->arena,
						(inv->units.nr + 1) * sizeof(*queues));
	size_t nr = read_queues(ctx, queues);
	struct sink *sink = ctx->sink;

	if (is_never_in_memory(ctx)) {
		sink_null(sink, "rings");
		sink_null(sink, list_key(ctx));
		say_who_has_none(ctx);
		return;
	}
	sink_list(sink, "rings");
	for (size_t i = 0; i < nr; i++)
		put_summary(ctx, &queues[i]);
	sink_list_end(sink);
	if (nr)
		put_pointers(ctx, &queues[0].queue);
	sink_list(sink, list_key(ctx));
	for (size_t i = 0; i < nr; i++) {
		if (!queues[i].queue.words)
			continue;
		if (nr > 1)
			sink_heading(sink, "unit %s", queues[i].name);
		if (!ctx->opt.verbose)
			sink_table(sink, columns, sizeof(columns) / sizeof(columns[0]));
		say_what_is_inferred(ctx, &queues[i], put_entries(ctx, &queues[i]));
	}
	sink_list_end(sink);
	if (!inv->units.nr && !failed(inv->units_failure))
		complain_no_unit(ctx, inv->vendors.at[0]);
	say_who_has_none(ctx);
	say_if_not_all(ctx, "list units", inv->units_failure);
}
