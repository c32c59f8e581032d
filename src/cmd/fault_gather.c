// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where faults are told: the queues in memory, whose entries the driver had not read, and the kernel's log. Faults
 * that differ in no more than the place within a page and the time are one, counted.
 */
#include "fault.h"

#include <stdlib.h>
#include <string.h>

#define NS_PER_SECOND ((uint64_t)1000000000)
#define NS_PER_MICROSECOND ((uint64_t)1000)

static uint64_t page_of(uint64_t address)
{
	return address / SMALLEST_PAGE_BYTES;
}

static bool is_same(const struct told_fault *told, const struct told_fault *other)
{
	const struct fault *a = &told->fault, *b = &other->fault;

	return told->vendor == other->vendor && told->source == other->source && a->kind == b->kind &&
	       strcmp(a->name, b->name) == 0 && a->has_stream == b->has_stream && a->stream_id == b->stream_id &&
	       a->has_domain_id == b->has_domain_id && a->domain_id == b->domain_id && a->has_pasid == b->has_pasid &&
	       a->pasid == b->pasid && a->space == b->space && page_of(a->address) == page_of(b->address) &&
	       a->has_code == b->has_code && a->code == b->code && a->has_index == b->has_index &&
	       a->index == b->index && a->access == b->access;
}

/* Counts it where it was before, else adds it; the newest stands last. Returns where it is kept. */
static struct told_fault *add(struct context *ctx, struct fault_list *list, const struct told_fault *one)
{
	struct told_fault *kept = NULL;
	size_t i = list->faults.nr;

	while (i && !is_same(list->faults.at[i - 1], one))
		i--;
	if (!i) {
		kept = arena_alloc(&ctx->session->arena, sizeof(*kept));
		*kept = *one;
		kept->line = one->line ? arena_strdup(&ctx->session->arena, one->line) : NULL;
		ptrs_push(&ctx->session->arena, &list->faults, kept);
		return kept;
	}
	kept = list->faults.at[--i];
	memmove(&list->faults.at[i], &list->faults.at[i + 1], (list->faults.nr - i - 1) * sizeof(void *));
	list->faults.at[list->faults.nr - 1] = kept;
	kept->count++;
	kept->fault.address = one->fault.address;
	kept->fault.raw[0] = one->fault.raw[0];
	kept->fault.raw[1] = one->fault.raw[1];
	kept->last_ns = one->last_ns;
	kept->then = (struct fault_then){ 0 }; /* the lines behind this one are about it */
	kept->line = one->line ? arena_strdup(&ctx->session->arena, one->line) : NULL;
	return kept;
}

/* ---- the log ---- */

struct reader {
	struct context *ctx;
	struct fault_list *list;
	struct told_fault *last; /* the fault that details behind it are about */
	struct told_fault half;	 /* has_half: a line that does not say why, which the next one may do */
	bool has_half;
	bool any;
};

/* The vendor whose driver prints such a line; NULL: none. */
static const struct vendor *vendor_of_line(const char *line, struct fault *ret)
{
	const struct vendor *vendor;

	for (unsigned nth = 0; (vendor = nth_vendor(nth)); nth++) {
		if (vendor->fault_line && vendor->fault_line(line, ret))
			return vendor;
	}
	return NULL;
}

/* That there was a fault is known, and no more. */
static void take_illegible(struct reader *reader, const struct told_fault *one)
{
	struct fault_list *list = reader->list;
	struct arena *arena = &reader->ctx->session->arena;

	if (!list->nr_illegible++) {
		list->illegible_line = arena_strdup(arena, one->line);
		list->illegible_part = arena_strdup(arena, one->fault.words);
	}
	reader->last = NULL; /* what stands behind it is about no other one */
}

static void take_line(struct reader *reader, const struct told_fault *one)
{
	switch (one->fault.kind) {
	case FAULT_NOT_TOLD:
		reader->list->nr_suppressed += one->fault.nr_not_told;
		reader->list->others_lost |= !one->fault.nr_not_told;
		break;
	case FAULT_NOT_LEGIBLE:
		take_illegible(reader, one);
		break;
	case FAULT_DETAIL:
		if (reader->last)
			fault_take_detail(&reader->last->then, &one->fault);
		break;
	case FAULT_OF_REQUEST:
	case FAULT_OF_INTERRUPT:
	case FAULT_OF_UNIT:
		reader->last = add(reader->ctx, reader->list, one);
		break;
	}
}

static void end_half(struct reader *reader)
{
	if (reader->has_half)
		take_line(reader, &reader->half);
	reader->has_half = false;
}

/* A line whose reason stands in the next one, and that next one, are one line. */
static bool take_half(struct reader *reader, const struct told_fault *one)
{
	struct arena *arena = &reader->ctx->session->arena;
	struct told_fault *half = &reader->half;

	if (reader->has_half && one->fault.kind == FAULT_DETAIL && one->fault.detail == FAULT_DETAIL_REASON) {
		half->line = arena_printf(arena, "%s %s", half->line, one->line);
		half->vendor->fault_line(half->line, &half->fault);
		end_half(reader);
		return true;
	}
	end_half(reader);
	if (!one->fault.reason_follows)
		return false;
	*half = *one;
	half->line = arena_strdup(arena, one->line);
	reader->has_half = true;
	return true;
}

static bool take_record(void *ctx, const struct log_record *record)
{
	struct reader *reader = ctx;
	struct told_fault one = { .source = FAULT_FROM_LOG, .count = 1, .line = record->text,
				  .has_time = record->has_time };

	if (record->has_time)
		one.first_ns = one.last_ns = record->time_ns;
	if (!reader->any)
		reader->list->oldest_ns = one.first_ns;
	reader->any = true;
	one.vendor = vendor_of_line(record->text, &one.fault);
	if (one.vendor && !take_half(reader, &one))
		take_line(reader, &one);
	return !target_interrupted(reader->ctx->session->target);
}

static void read_log(struct context *ctx, struct fault_list *ret)
{
	struct reader reader = { .ctx = ctx, .list = ret };

	ret->log_failure = kernel_visit_log(ctx->k, take_record, &reader, &ret->log);
	end_half(&reader);
	ret->log_read = reader.any;
}

/* ---- the queues ---- */

static void take_queue(struct context *ctx, const struct unit *unit, const struct queue_kind *kind,
		       struct fault_list *list)
{
	struct queue queue;
	struct failure failure = kind->read(ctx->k, unit, &queue);
	unsigned nr_words = queue.entry_bytes / sizeof(uint64_t);

	list->nr_queues++;
	if (failed(failure) || failed(queue.failure)) {
		list->nr_unread_queues++;
		could_not_fully(ctx, kind->doing, failed(failure) ? failure : queue.failure);
		return;
	}
	for (uint32_t at = 0; queue.words && at + queue.entry_bytes <= queue.bytes; at += queue.entry_bytes) {
		const uint64_t *words = queue.words + at / sizeof(uint64_t);
		struct told_fault one = { .vendor = unit->vendor, .source = FAULT_FROM_QUEUE, .count = 1 };

		if (!queue_entry_is_unused(words, nr_words) && kind->fault(ctx->k, unit, words, &one.fault))
			add(ctx, list, &one);
	}
}

static void read_queues(struct context *ctx, struct fault_list *list)
{
	const struct ptrs *units = &kernel_inventory(ctx->k)->units;

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];
		const struct queue_kind *kind = unit->vendor ? unit->vendor->queues : NULL;

		for (; kind && kind->verb; kind++) {
			if (kind->fault)
				take_queue(ctx, unit, kind, list);
		}
	}
}

/* ---- together ---- */

static int newest_first(const void *a, const void *b)
{
	const struct told_fault *left = *(const struct told_fault *const *)a;
	const struct told_fault *right = *(const struct told_fault *const *)b;

	/* What no driver had read yet is newer than what it printed. */
	if (left->source != right->source)
		return left->source == FAULT_FROM_QUEUE ? -1 : 1;
	return (left->last_ns < right->last_ns) - (left->last_ns > right->last_ns);
}

/* The newest stands last: the order of those of one time is kept by turning the list round before it is sorted. */
static void order(struct ptrs *faults)
{
	for (size_t i = 0; i < faults->nr / 2; i++) {
		void *kept = faults->at[i];

		faults->at[i] = faults->at[faults->nr - 1 - i];
		faults->at[faults->nr - 1 - i] = kept;
	}
	/* An insertion sort, which leaves equals as they are; nearly all is in order already. */
	for (size_t i = 1; i < faults->nr; i++) {
		for (size_t j = i; j && newest_first(&faults->at[j - 1], &faults->at[j]) > 0; j--) {
			void *kept = faults->at[j];

			faults->at[j] = faults->at[j - 1];
			faults->at[j - 1] = kept;
		}
	}
}

void fault_gather(struct context *ctx, struct fault_list *ret)
{
	memset(ret, 0, sizeof(*ret));
	read_log(ctx, ret);
	read_queues(ctx, ret);
	order(&ret->faults);
}

/* ---- a pasted line ---- */

/* "[   12.345678] ...", wherever it stands: seconds since boot. */
static bool time_of_line(const char *line, uint64_t *ret)
{
	for (const char *at = line; (at = strchr(at, '[')); at++) {
		char *end, *behind;
		uint64_t seconds = strtoull(at + 1, &end, 10), micro;

		if (end == at + 1 || *end != '.')
			continue;
		micro = strtoull(end + 1, &behind, 10);
		if (behind != end + 7 || *behind != ']')
			continue;
		*ret = seconds * NS_PER_SECOND + micro * NS_PER_MICROSECOND;
		return true;
	}
	return false;
}

bool fault_of_line(struct context *ctx, const char *line, struct fault_list *ret)
{
	struct told_fault one = { .source = FAULT_FROM_ARGUMENT, .count = 1, .line = line };

	memset(ret, 0, sizeof(*ret));
	one.vendor = vendor_of_line(line, &one.fault);
	ret->is_beside = one.vendor && (one.fault.kind == FAULT_DETAIL || one.fault.kind == FAULT_NOT_TOLD);
	if (one.vendor && one.fault.kind == FAULT_NOT_LEGIBLE)
		ret->illegible_part = arena_strdup(&ctx->session->arena, one.fault.words);
	if (!one.vendor || ret->is_beside || ret->illegible_part)
		return false;
	one.has_time = time_of_line(line, &one.first_ns);
	one.last_ns = one.first_ns;
	add(ctx, ret, &one);
	return true;
}
