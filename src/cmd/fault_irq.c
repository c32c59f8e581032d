// SPDX-License-Identifier: GPL-2.0-or-later
/* Which interrupt a fault is about. A fault tells the index of its remapping entry, some only the low bits of it; which
 * entries that can be, whose they are and what they hold now is said. */
#include "irt.h"
#include "posted.h"

#include <inttypes.h>

/* The stream of an id, and the table that its interrupts go through. */
struct fault_table {
	struct stream stream;
	struct irq_table irq_table; /* at 0: */
	const char *why_not;	    /* in words */
	bool is_absent;		    /* it is known that there is none */
};

static void find_table(struct context *ctx, uint32_t id, struct fault_table *ret)
{
	struct stream *stream = &ret->stream;
	struct failure failure = kernel_find_stream(ctx->k, id, stream);

	*ret = (struct fault_table){ .stream = *stream };
	if (!failed(failure))
		failure = stream->vendor->irq_table ?
				  stream->vendor->irq_table(ctx->k, stream, &ret->irq_table) :
				  failure_of(STATUS_MISSING);
	/* AMD's driver says of every entry that its fields of interrupts are valid, before there is a table. */
	ret->is_absent = failure.status == STATUS_ABSENT || (!failed(failure) && !ret->irq_table.at.v);
	if (!failed(failure) && !ret->is_absent && ret->irq_table.entry_bytes)
		return;
	ret->irq_table.at.v = 0;
	ret->why_not = ret->is_absent ? "not there: it has no remapping table" :
					"not known: its remapping table could not be read";
}

/* What the entry holds now; why that is not known, in words, or NULL. */
static const char *read_entry(struct context *ctx, const struct fault_table *of, uint32_t index,
			      struct irq_entry *ret, bool *is_others)
{
	const struct vendor *vendor = of->stream.vendor;
	const struct irq_table *table = &of->irq_table;
	uint64_t words[2] = { 0 };
	enum status status;

	if (!table->at.v)
		return of->why_not;
	if (index >= table->nr)
		return "beyond its remapping table";
	status = target_read_pa(ctx->session->target,
				pa_of(table->at.v + (uint64_t)index * table->entry_bytes), words,
				table->entry_bytes);
	if (status != STATUS_OK)
		return status_text(status);
	vendor->decode_irq_entry(table, words, ret);
	*is_others = ret->enabled && vendor->irq_entry_takes &&
		     !vendor->irq_entry_takes(table, words, of->stream.id);
	return NULL;
}

/* Where the entry sends the interrupt. */
static const char *put_destination(struct irt *irt, const struct stream *stream,
				   const struct irq_entry *entry)
{
	struct context *ctx = irt->ctx;
	struct arena *arena = &ctx->session->arena;
	const char *words;

	if (!entry->enabled)
		return entry->mode;
	if (entry->posted) {
		struct posted posted;
		const char *who = put_posted(ctx, stream->vendor, &entry->to, &posted);

		irt->posted = true;
		return arena_printf(arena, "posted to %s", who ? who : "a vCPU that is not known");
	}
	words = irt_cpu_words(irt, entry);
	sink_count(ctx->sink, "vector", entry->vector);
	sink_string(ctx->sink, "cpus", words);
	return arena_printf(arena, "vector %u of %s", entry->vector, words);
}

static const char *put_candidate(struct irt *irt, const struct fault_table *of, uint32_t index,
				 const struct remapped_irq *irq, struct fault_irq *ret)
{
	struct sink *sink = irt->ctx->sink;
	struct arena *arena = &irt->ctx->session->arena;
	const char *problem, *whose = ", of no interrupt of this kernel";
	struct irq_entry entry;
	bool is_others = false;

	if (!irt->irqs_known)
		whose = "";
	if (irq)
		whose = arena_printf(arena, ", irq %u%s%s", irq->irq, irq->name ? " " : "",
				     irq->name ? irq->name : "");
	sink_begin(sink, NULL);
	sink_count(sink, "index", index);
	if (irq)
		sink_count(sink, "irq", irq->irq);
	else
		sink_null(sink, "irq");
	sink_string(sink, "name", irq && irq->names.nr ? irq->names.at[0] : NULL);
	problem = read_entry(irt->ctx, of, index, &entry, &is_others);
	ret->nr += irq != NULL;
	ret->has_entry = !problem && ret->nr < 2;
	ret->enabled = !problem && entry.enabled;
	ret->is_others = is_others;
	sink_string(sink, "mode", problem ? NULL : entry.mode);
	if (is_others)
		sink_bool(sink, "for_others_alone", true);
	if (problem)
		sink_string(sink, "problem", problem);
	else
		problem = put_destination(irt, &of->stream, &entry);
	sink_end(sink);
	return arena_printf(arena, "entry %u%s, now %s%s", index, whose, problem,
			    is_others ? ", which its unit takes for other devices alone" : "");
}

void irt_know(struct irt *irt, struct context *ctx)
{
	if (irt->ctx)
		return;
	irt->ctx = ctx;
	irt->irqs_known = !failed(kernel_remapped_irqs(ctx->k, &irt->irqs));
	irt_find_tables(irt);
}

const char *put_fault_irq(struct irt *irt, uint32_t id, const struct fault *fault,
			  struct fault_irq *ret)
{
	struct arena *arena = &irt->ctx->session->arena;
	struct fault_table of = { 0 };
	const char *words = NULL;

	*ret = (struct fault_irq){ .all_known = irt->irqs_known };
	find_table(irt->ctx, id, &of);
	ret->no_table = of.is_absent;
	sink_list(irt->ctx->sink, "interrupts");
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct remapped_irq *irq = irt->irqs.at[i];
		const char *one;

		if (!fault_may_be_at(fault, irq->index) ||
		    !((irq->has_stream && irq->stream_id == id) ||
		      (of.irq_table.at.v && irt->table_of[i].v == of.irq_table.at.v)))
			continue;
		one = put_candidate(irt, &of, irq->index, irq, ret);
		words = words ? arena_printf(arena, "%s; or %s", words, one) : one;
	}
	if (!words) {
		words = put_candidate(irt, &of, fault->index, NULL, ret);
		/* Other entries end in the same bits. */
		ret->has_entry &= fault_tells_index(fault, of.irq_table.nr);
	}
	sink_list_end(irt->ctx->sink);
	return words;
}
