// SPDX-License-Identifier: GPL-2.0-or-later
/* The pieces of which vendors make what they hand out: see pieces.h. */
#include "pieces.h"

/* What a pointer to a page-aligned table cannot have. */
#define BELOW_PAGE 0xfffULL

void add_value(struct kernel *k, struct ptrs *list, struct named_value value)
{
	struct named_value *item = arena_alloc(k->arena, sizeof(*item));

	*item = value;
	ptrs_push(k->arena, list, item);
}

void add_line(struct kernel *k, struct ptrs *list, const char *label, const char *words)
{
	struct named_line *item = arena_alloc(k->arena, sizeof(*item));

	*item = (struct named_line){ label, words };
	ptrs_push(k->arena, list, item);
}

struct record_view *add_register(struct kernel *k, struct ptrs *list, const char *label, const char *key,
				 const struct record *record, uint64_t value)
{
	struct record_view *view = arena_alloc(k->arena, sizeof(*view));

	*view = (struct record_view){
		.label = label,
		.key = key,
		.record = record,
		.words = { value },
		.nr_words = 1,
	};
	ptrs_push(k->arena, list, view);
	return view;
}

struct reserved_region *add_region(struct kernel *k, struct ptrs *list, uint64_t start, uint64_t last,
				   const char *type)
{
	struct reserved_region *region = arena_alloc(k->arena, sizeof(*region));

	*region = (struct reserved_region){ .start = start, .last = last, .type = type };
	ptrs_push(k->arena, list, region);
	return region;
}

void add_reason(struct kernel *k, struct ptrs *list, const char *code, const char *text)
{
	struct mode_reason *reason = arena_alloc(k->arena, sizeof(*reason));

	*reason = (struct mode_reason){ code, text };
	ptrs_push(k->arena, list, reason);
}

void read_queue_words(struct kernel *k, struct queue *queue, uint32_t bytes, uint32_t entry_bytes)
{
	queue->bytes = bytes;
	queue->entry_bytes = entry_bytes;
	queue->words = arena_alloc(k->arena, bytes);
	queue->failure = failure_at(target_read_kva(k->target, queue->at, queue->words, bytes), queue->at.v);
	if (failed(queue->failure))
		queue->words = NULL;
}

void set_table(struct kernel *k, struct domain *domain, const struct pt_format *format, uint64_t root_va,
	       uint64_t levels)
{
	struct pa pa;

	if (!root_va || !levels)
		return;
	if (levels > format->max_levels || (root_va & BELOW_PAGE)) {
		domain->failure = failure_at(STATUS_DAMAGED, domain->driver_at.v);
		return;
	}
	domain->root_va = kva_of(root_va);
	domain->failure = first_failure(domain->failure, kernel_to_pa(k, domain->root_va, &pa));
	if (failed(domain->failure))
		return;
	domain->has_table = true;
	domain->root = kernel_root(k, format, pa, (uint8_t)levels);
}

const char *joined(struct kernel *k, const char *line, const char *word)
{
	return arena_printf(k->arena, "%s%s%s", line, *line && *word ? " " : "", word);
}
