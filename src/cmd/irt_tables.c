// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupt remapping tables read from memory, as far as they are in the dump. */
#include "irt.h"

#include <string.h>

static void say_gaps(struct irt *irt, const struct table *table)
{
	struct context *ctx = irt->ctx;

	for (size_t i = 0; i < table->words.gaps.nr; i++) {
		const struct irq_gap *gap = table->words.gaps.at[i];

		could_not_fully(ctx, arena_printf(&ctx->session->arena,
						  "read entries %u to %u of the interrupt table of %s", gap->first,
						  gap->last, table->name),
				gap->failure);
	}
}

/* Which entries are handed out, where that is not in the entries. */
static void read_slots(struct irt *irt, struct table *table)
{
	struct context *ctx = irt->ctx;
	struct failure failure;

	if (kva_is_null(table->irq_table.slots))
		return;
	failure = kernel_irq_slots(ctx->k, &table->irq_table, &table->slots);
	if (failed(failure))
		could_not_fully(ctx, arena_printf(&ctx->session->arena,
					  "tell which entries of the interrupt table of %s are handed out",
					  table->name),
			failure);
}

static enum status read_words(struct irt *irt, struct table *table)
{
	struct context *ctx = irt->ctx;
	bool any;

	if (!table->irq_table.at.v)
		return STATUS_ABSENT;
	if (!table->irq_table.entry_bytes)
		return STATUS_MISSING; /* said before any table was read */
	any = kernel_irq_table_words(ctx->k, &table->irq_table, &table->words);
	say_gaps(irt, table);
	if (!any) {
		ctx->failed = true;
		return ((const struct irq_gap *)table->words.gaps.at[0])->failure.status;
	}
	read_slots(irt, table);
	return STATUS_OK;
}

/* ---- a unit's ---- */

static const struct table *table_read_before(const struct irt *irt, const struct unit *unit)
{
	for (size_t i = 0; i < irt->of_units.nr; i++) {
		const struct table *table = irt->of_units.at[i];

		if (table->unit == unit)
			return table;
	}
	return NULL;
}

enum status irt_read_unit_table(struct irt *irt, const struct unit *unit, struct table *ret)
{
	struct context *ctx = irt->ctx;
	const struct table *before = table_read_before(irt, unit);
	struct table *table;
	struct failure failure;
	enum status status;
	char name[WORD_MAX];

	if (before) {
		*ret = *before;
		return STATUS_OK;
	}
	memset(ret, 0, sizeof(*ret));
	ret->vendor = unit->vendor;
	ret->unit = unit;
	ret->name = arena_strdup(&ctx->session->arena, word_unit(name, unit));
	failure = unit->vendor->irq_table_of_unit(ctx->k, unit, &ret->irq_table);
	if (failed(failure) && failure.status != STATUS_ABSENT)
		cannot(ctx, arena_printf(&ctx->session->arena, "find the interrupt table of %s", ret->name),
		       failure);
	if (failed(failure))
		return failure.status;
	status = read_words(irt, ret);
	if (status != STATUS_OK)
		return status;
	table = arena_alloc(&ctx->session->arena, sizeof(*table));
	*table = *ret;
	ptrs_push(&ctx->session->arena, &irt->of_units, table);
	return STATUS_OK;
}

/* ---- a stream's ---- */

/* An IO-APIC is no device, but its interrupts know their unit. */
static const struct unit *unit_by_irq(const struct irt *irt, uint32_t id)
{
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct remapped_irq *irq = irt->irqs.at[i];

		if (irq->has_stream && irq->stream_id == id)
			return irq->unit;
	}
	return NULL;
}

static enum status read_part(struct irt *irt, const struct stream *stream, struct table *ret)
{
	const struct unit *unit = stream->unit ? stream->unit : unit_by_irq(irt, stream->id);
	enum status status;

	if (!unit || !unit->vendor->irq_table_of_unit) {
		complain(irt->ctx, "unit-unknown", "which unit serves %s is not known: its interrupts are in "
			 "the table of one of them", word_stream(irt->ctx, stream->id));
		return STATUS_MISSING;
	}
	status = irt_read_unit_table(irt, unit, ret);
	ret->part = true;
	ret->stream = *stream;
	return status;
}

enum status irt_read_table(struct irt *irt, uint32_t id, struct table *ret)
{
	struct context *ctx = irt->ctx;
	struct failure failure;
	char bdf[WORD_MAX];

	memset(ret, 0, sizeof(*ret));
	ret->name = arena_strdup(&ctx->session->arena, word_bdf(bdf, id));
	failure = kernel_find_stream(ctx->k, id, &ret->stream);
	ret->vendor = ret->stream.vendor;
	if (!failed(failure) && ret->vendor && ret->vendor->irq_table_of_unit) {
		struct stream stream = ret->stream;

		return read_part(irt, &stream, ret);
	}
	if (!failed(failure))
		failure = ret->vendor && ret->vendor->irq_table ?
				  ret->vendor->irq_table(ctx->k, &ret->stream, &ret->irq_table) :
				  failure_of(STATUS_ABSENT);
	if (failed(failure) && !(failure.status == STATUS_ABSENT && ret->stream.vendor))
		cannot(ctx, arena_printf(&ctx->session->arena, "read the entry of %s", ret->name),
		       failure);
	if (failed(failure))
		return failure.status;
	return read_words(irt, ret);
}

/* ---- entries ---- */

bool irt_is_unreadable(const struct table *table, uint32_t index)
{
	return irq_entry_is_lost(&table->words, index);
}

void irt_read_entry(const struct table *table, uint32_t index, uint64_t words[2],
		    struct irq_entry *ret)
{
	irq_entry_words(&table->irq_table, &table->words, index, words);
	table->vendor->decode_irq_entry(&table->irq_table, words, ret);
	if (!table->slots || ret->used || !irt_is_handed_out(table, index))
		return;
	ret->used = ret->only_allocated = true;
	ret->mode = "disabled";
}

bool irt_is_handed_out(const struct table *table, uint32_t index)
{
	return irq_slot_is_taken(table->slots, index);
}

/* ---- the interrupts of a table ---- */

static void find_table(struct kernel *k, const struct remapped_irq *irq, struct irq_table *ret)
{
	if (failed(kernel_irq_table(k, irq, ret)))
		*ret = (struct irq_table){ 0 };
}

static uint64_t address_of(const struct irq_table *table, uint32_t index)
{
	return table->at.v + (uint64_t)index * table->entry_bytes;
}

static void add_irq(struct irt *irt, const struct remapped_irq *irq, const struct irq_table *table)
{
	struct arena *arena = &irt->ctx->session->arena;

	if (!table->at.v || !table->entry_bytes)
		return;
	if (!u64map_get(&irt->irq_of, address_of(table, irq->index)))
		u64map_add(arena, &irt->irq_of, address_of(table, irq->index), (void *)(uintptr_t)irq);
	for (uint32_t i = 0; i < irq->nr_block; i++) {
		uint64_t at = address_of(table, irq->block + i);

		if (!u64map_get(&irt->block_of, at))
			u64map_add(arena, &irt->block_of, at, (void *)(uintptr_t)irq);
	}
}

/* The table found for the interrupt before serves this one too. */
static bool is_same_table(const struct remapped_irq *a, const struct remapped_irq *b,
			  const struct irq_table *table)
{
	return a->unit == b->unit && (table->of_unit || (a->has_stream == b->has_stream &&
							 a->stream_id == b->stream_id));
}

void irt_find_tables(struct irt *irt)
{
	struct irq_table table = { 0 };

	irt->table_of = arena_alloc(&irt->ctx->session->arena,
				    (irt->irqs.nr + 1) * sizeof(*irt->table_of));
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct remapped_irq *irq = irt->irqs.at[i];

		if (!i || !is_same_table(irq, irt->irqs.at[i - 1], &table))
			find_table(irt->ctx->k, irq, &table);
		irt->table_of[i] = table.at;
		add_irq(irt, irq, &table);
	}
}

const struct remapped_irq *irt_irq_of_entry(const struct irt *irt, const struct table *table,
					    uint32_t index)
{
	return u64map_get(&irt->irq_of, address_of(&table->irq_table, index));
}

bool irt_is_in_block(const struct irt *irt, const struct table *table, uint32_t index)
{
	return u64map_get(&irt->block_of, address_of(&table->irq_table, index));
}

bool irt_is_of_table(const struct irt *irt, size_t nth_irq, const struct table *table)
{
	return table->irq_table.at.v && irt->table_of[nth_irq].v == table->irq_table.at.v;
}

bool irt_vms_known(struct irt *irt)
{
	if (!irt->asked_for_vms)
		irt->vms_known = !failed(kernel_all_vcpus(irt->ctx->k));
	irt->asked_for_vms = true;
	return irt->vms_known;
}
