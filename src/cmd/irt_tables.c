// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupt remapping tables read from memory, as far as they are in the dump. */
#include "irt.h"

#include <string.h>

/* Reads a table that is not all in the dump page by page, as far as it is there. False: nothing of it is. */
static bool read_by_page(struct irt *irt, struct table *table, size_t bytes)
{
	struct context *ctx = irt->ctx;
	size_t entry_bytes = table->irq_table.entry_bytes;
	size_t nr_pages = (bytes + SMALLEST_PAGE_BYTES - 1) / SMALLEST_PAGE_BYTES;
	bool any = false;

	table->unreadable = arena_alloc(&ctx->session->arena, nr_pages * sizeof(bool));
	for (size_t i = 0; i < nr_pages; i++) {
		size_t from = i * SMALLEST_PAGE_BYTES;
		size_t part = bytes - from < SMALLEST_PAGE_BYTES ? bytes - from : SMALLEST_PAGE_BYTES;
		uint64_t at = table->irq_table.at.v + from;
		enum status status = target_read_pa(ctx->session->target, pa_of(at),
						    (uint8_t *)table->words + from, part);

		any |= status == STATUS_OK;
		table->unreadable[i] = status != STATUS_OK;
		if (status == STATUS_OK)
			continue;
		memset((uint8_t *)table->words + from, 0, part);
		table->nr_unread += (uint32_t)(part / entry_bytes);
		could_not_fully(ctx, arena_printf(&ctx->session->arena,
						  "read entries %zu to %zu of the interrupt table of %s",
						  from / entry_bytes,
						  (from + part) / entry_bytes - 1, table->name),
				failure_at(status, at));
		if (status == STATUS_INTERRUPTED)
			break;
	}
	return any;
}

enum status irt_read_table(struct irt *irt, uint32_t id, struct table *ret)
{
	struct context *ctx = irt->ctx;
	struct failure failure;
	char bdf[WORD_MAX];
	enum status status;
	size_t bytes;

	memset(ret, 0, sizeof(*ret));
	ret->name = arena_strdup(&ctx->session->arena, word_bdf(bdf, id));
	failure = kernel_find_stream(ctx->k, id, &ret->stream);
	ret->vendor = ret->stream.vendor;
	if (!failed(failure))
		failure = ret->vendor && ret->vendor->irq_table ?
				  ret->vendor->irq_table(ctx->k, &ret->stream, &ret->irq_table) :
				  failure_of(STATUS_ABSENT);
	if (failed(failure) && !(failure.status == STATUS_ABSENT && ret->stream.vendor))
		cannot(ctx, arena_printf(&ctx->session->arena, "read the entry of %s", ret->name),
		       failure);
	if (failed(failure))
		return failure.status;
	if (!ret->irq_table.at.v)
		return STATUS_ABSENT;
	if (!ret->irq_table.entry_bytes)
		return STATUS_MISSING; /* said before any table was read */
	bytes = ret->irq_table.nr * (size_t)ret->irq_table.entry_bytes;
	ret->words = arena_alloc(&ctx->session->arena, bytes);
	status = target_read_pa(ctx->session->target, ret->irq_table.at, ret->words, bytes);
	if (status == STATUS_OK || read_by_page(irt, ret, bytes))
		return STATUS_OK;
	ctx->failed = true;
	return status;
}

bool irt_is_unreadable(const struct table *table, uint32_t index)
{
	return table->unreadable &&
	       table->unreadable[index * (size_t)table->irq_table.entry_bytes / SMALLEST_PAGE_BYTES];
}

void irt_read_entry(const struct table *table, uint32_t index, uint64_t words[2],
		    struct irq_entry *ret)
{
	size_t bytes = table->irq_table.entry_bytes;

	words[0] = words[1] = 0;
	memcpy(words, (const uint8_t *)table->words + index * bytes, bytes);
	table->vendor->decode_irq_entry(&table->irq_table, words, ret);
}

/* ---- the interrupts of a table ---- */

static struct pa table_of(struct context *ctx, const struct remapped_irq *irq)
{
	struct irq_table table;
	struct stream stream;

	if (failed(kernel_find_stream(ctx->k, irq->stream_id, &stream)) ||
	    !stream.vendor->irq_table ||
	    failed(stream.vendor->irq_table(ctx->k, &stream, &table)))
		return pa_of(0);
	return table.at;
}

void irt_find_tables(struct irt *irt)
{
	irt->table_of = arena_alloc(&irt->ctx->session->arena,
				    (irt->irqs.nr + 1) * sizeof(*irt->table_of));
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct remapped_irq *irq = irt->irqs.at[i];
		const struct remapped_irq *before = i ? irt->irqs.at[i - 1] : NULL;

		irt->table_of[i] = before && before->stream_id == irq->stream_id ?
					   irt->table_of[i - 1] :
					   table_of(irt->ctx, irq);
	}
}

const struct remapped_irq *irt_irq_of_entry(const struct irt *irt, const struct table *table,
					    uint32_t index)
{
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct remapped_irq *irq = irt->irqs.at[i];

		if (irq->index == index &&
		    (irq->stream_id == table->stream.id ||
		     (table->irq_table.at.v && irt->table_of[i].v == table->irq_table.at.v)))
			return irq;
	}
	return NULL;
}

static bool are_all_vcpus_known(struct context *ctx)
{
	struct ptrs vms;

	if (failed(kernel_vms(ctx->k, &vms)))
		return false;
	for (size_t i = 0; i < vms.nr; i++) {
		if (failed(((const struct vm *)vms.at[i])->vcpus_failure))
			return false;
	}
	return true;
}

bool irt_vms_known(struct irt *irt)
{
	if (!irt->asked_for_vms)
		irt->vms_known = are_all_vcpus_known(irt->ctx);
	irt->asked_for_vms = true;
	return irt->vms_known;
}
