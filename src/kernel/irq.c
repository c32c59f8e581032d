// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which entry of which remapping table serves which Linux interrupt: every descriptor has a chain of struct
 * irq_data, one for each interrupt domain that it passes; the one in the domain of a unit has what the
 * unit's driver knows of it.
 */
#include "iommu/irq.h"

#include "iommu/read.h"
#include "iommu/steps.h"
#include "iommu/vendor.h"
#include "tree.h"

#include <string.h>

#define MAX_CHAIN 8 /* domains above one another */

struct irq_domain {
	uint64_t at; /* struct irq_domain */
	const struct unit *unit;
};

struct collect {
	struct kernel *k;
	struct ptrs domains; /* struct irq_domain, of the units */
	struct ptrs *ret;
	struct failure first;
};

static struct failure collect_domains(struct collect *c)
{
	const struct ptrs *units = &kernel_inventory(c->k)->units;

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];
		struct irq_domain *domain;
		struct failure failure;

		if (!unit->vendor || !unit->vendor->irq_domain)
			continue;
		domain = arena_alloc(c->k->arena, sizeof(*domain));
		domain->unit = unit;
		failure = unit->vendor->irq_domain(c->k, unit, &domain->at);
		if (failed(failure))
			return failure;
		if (domain->at)
			ptrs_push(c->k->arena, &c->domains, domain);
	}
	return NO_FAILURE;
}

static const struct unit *unit_of_domain(const struct collect *c, uint64_t at)
{
	for (size_t i = 0; i < c->domains.nr; i++) {
		const struct irq_domain *domain = c->domains.at[i];

		if (domain->at == at)
			return domain->unit;
	}
	return NULL;
}

/* The unit's own data in the chain: chip_data of the irq_data that stands in a unit's domain. ABSENT: this
 * interrupt has none. */
static struct failure find_chip_data(struct collect *c, struct kva data, struct kva *ret,
				     const struct unit **unit)
{
	struct steps steps = steps_of(c->k->target, MAX_CHAIN);

	while (!kva_is_null(data)) {
		uint64_t domain;
		struct failure failure = steps_take(&steps, data.v);

		if (!failed(failure))
			failure = kernel_read_member(c->k, data, M_IRQ_DATA_DOMAIN, &domain);

		if (failed(failure))
			return failure;
		*unit = unit_of_domain(c, domain);
		if (*unit)
			return kernel_read_pointer(c->k, data, M_IRQ_DATA_CHIP_DATA, ret);
		failure = kernel_read_pointer(c->k, data, M_IRQ_DATA_PARENT, &data);
		if (failed(failure))
			return failure;
	}
	return failure_of(STATUS_ABSENT);
}

/* Who share one interrupt; a line has a handful. */
#define MAX_ACTIONS 64

/* Whoever shares an interrupt has a struct irqaction in a chain. */
static struct failure read_action(struct kernel *k, struct kva action, struct remapped_irq *ret,
				  struct kva *next)
{
	struct kva name_at;
	const char *name;
	struct failure failure = kernel_read_pointer(k, action, M_IRQACTION_NAME, &name_at);

	if (!failed(failure))
		failure = kernel_read_string(k, name_at, &name);
	if (!failed(failure)) {
		ptrs_push(k->arena, &ret->names, (void *)(uintptr_t)name);
		ret->name = ret->name ? arena_printf(k->arena, "%s, %s", ret->name, name) : name;
	}
	return kernel_read_pointer(k, action, M_IRQACTION_NEXT, next);
}

static void read_actions(struct kernel *k, struct kva desc, struct remapped_irq *ret)
{
	struct u64map seen = { 0 };
	struct kva action;
	struct failure failure = kernel_read_pointer(k, desc, M_IRQ_DESC_ACTION, &action);

	/* What cannot be read is not known to be nobody's. */
	ret->requested = failed(failure) || !kva_is_null(action);
	while (!failed(failure) && !kva_is_null(action) && !target_interrupted(k->target)) {
		if (u64map_get(&seen, action.v) || seen.nr >= MAX_ACTIONS) {
			kernel_leave_unreported(k, failure_at(STATUS_DAMAGED, action.v));
			break;
		}
		u64map_add(k->arena, &seen, action.v, ret);
		failure = read_action(k, action, ret, &action);
	}
}

/* The descriptor has its number too, and the tree leads to it by that number. */
static struct failure check_number(struct collect *c, struct kva data, uint64_t index)
{
	uint64_t number;
	struct failure failure = kernel_read_member(c->k, data, M_IRQ_DATA_IRQ, &number);

	return failed(failure) || number == index ? failure : failure_at(STATUS_DAMAGED, data.v);
}

static struct failure read_desc(struct collect *c, uint64_t index, struct kva desc)
{
	struct remapped_irq *irq = arena_alloc(c->k->arena, sizeof(*irq));
	struct kva data, chip_data = { 0 };
	struct failure failure = kernel_member_at(c->k, desc, M_IRQ_DESC_DATA, &data), number;

	if (failed(failure))
		return failure;
	number = check_number(c, data, index);
	failure = index > UINT32_MAX ? failure_at(STATUS_DAMAGED, desc.v) : NO_FAILURE;
	if (!failed(failure))
		failure = find_chip_data(c, data, &chip_data, &irq->unit);
	if (failure.status == STATUS_ABSENT)
		return number;
	if (failed(failure) || kva_is_null(chip_data) || !irq->unit->vendor->irq_use)
		return failure;
	failure = irq->unit->vendor->irq_use(c->k, irq->unit, chip_data, irq);
	if (failed(failure))
		return failure;
	irq->irq = (uint32_t)index;
	read_actions(c->k, desc, irq);
	ptrs_push(c->k->arena, c->ret, irq);
	return number;
}

static bool visit_desc(void *ctx, uint64_t index, uint64_t entry)
{
	struct collect *c = ctx;

	if (!xa_is_value(entry))
		c->first = first_failure(c->first, read_desc(c, index, kva_of(entry)));
	return true;
}

/* A maple tree from 6.5 on, an xarray before. */
static struct failure visit_descs(struct collect *c)
{
	struct kernel *k = c->k;
	struct kva tree;
	uint64_t root;
	struct failure failure;

	if (!failed(kernel_symbol(k, "sparse_irqs", &tree))) {
		failure = kernel_read_member(k, tree, M_MAPLE_ROOT, &root);
		return failed(failure) ? failure : kernel_maple_tree(k, root, visit_desc, c);
	}
	failure = kernel_symbol(k, "irq_desc_tree", &tree);
	if (!failed(failure))
		failure = kernel_read_member(k, tree, M_XARRAY_HEAD, &root);
	return failed(failure) ? failure : kernel_xarray(k, root, visit_desc, c);
}

struct failure kernel_remapped_irqs(struct kernel *k, struct ptrs *ret)
{
	struct collect c = { .k = k, .ret = ret };
	struct failure failure = collect_domains(&c);

	if (!failed(failure))
		failure = visit_descs(&c);
	return first_failure(failure, c.first);
}

/* Linux include/linux/bitmap.h: words of 64 bits. */
#define BITS_OF_WORD 64

struct failure kernel_irq_slots(struct kernel *k, const struct irq_table *table, uint64_t **ret)
{
	size_t bytes = (table->nr + BITS_OF_WORD - 1) / BITS_OF_WORD * sizeof(**ret);
	struct failure failure;

	*ret = arena_alloc(k->arena, bytes);
	failure = kernel_read(k, table->slots, *ret, bytes);
	if (failed(failure))
		*ret = NULL;
	return failure;
}

bool irq_slot_is_taken(const uint64_t *slots, uint32_t index)
{
	return slots[index / BITS_OF_WORD] >> index % BITS_OF_WORD & 1;
}

/* ---- a table ---- */

static void add_gap(struct kernel *k, const struct irq_table *table, struct failure failure, size_t from, size_t bytes,
		    struct irq_words *ret)
{
	struct irq_gap *gap = arena_alloc(k->arena, sizeof(*gap));

	*gap = (struct irq_gap){ (uint32_t)(from / table->entry_bytes),
				 (uint32_t)((from + bytes) / table->entry_bytes - 1), failure };
	ret->nr_lost += gap->last - gap->first + 1;
	ptrs_push(k->arena, &ret->gaps, gap);
	memset(ret->bytes + from, 0, bytes);
}

bool kernel_irq_table_words(struct kernel *k, const struct irq_table *table, struct irq_words *ret)
{
	size_t bytes = table->nr * (size_t)table->entry_bytes, part;

	*ret = (struct irq_words){ .bytes = arena_alloc(k->arena, bytes + 1) };
	if (target_read_pa(k->target, table->at, ret->bytes, bytes) == STATUS_OK)
		return true;
	for (size_t from = 0; from < bytes; from += part) {
		uint64_t at = table->at.v + from;
		enum status status;

		part = SMALLEST_PAGE_BYTES - at % SMALLEST_PAGE_BYTES;
		if (part > bytes - from)
			part = bytes - from;
		status = target_read_pa(k->target, pa_of(at), ret->bytes + from, part);
		if (status == STATUS_INTERRUPTED)
			part = bytes - from;
		if (status != STATUS_OK)
			add_gap(k, table, failure_at(status, at), from, part, ret);
	}
	return ret->nr_lost < table->nr;
}

bool irq_entry_is_lost(const struct irq_words *words, uint32_t index)
{
	for (size_t i = 0; i < words->gaps.nr; i++) {
		const struct irq_gap *gap = words->gaps.at[i];

		if (index >= gap->first && index <= gap->last)
			return true;
	}
	return false;
}

void irq_entry_words(const struct irq_table *table, const struct irq_words *words, uint32_t index, uint64_t ret[2])
{
	ret[0] = ret[1] = 0;
	memcpy(ret, words->bytes + (size_t)index * table->entry_bytes, table->entry_bytes);
}

struct failure kernel_irq_table(struct kernel *k, const struct remapped_irq *irq, struct irq_table *ret)
{
	const struct vendor *vendor = irq->unit ? irq->unit->vendor : NULL;
	struct stream stream = { 0 };
	struct failure failure;

	if (vendor && vendor->irq_table_of_unit)
		return vendor->irq_table_of_unit(k, irq->unit, ret);
	if (!irq->has_stream)
		return failure_of(STATUS_ABSENT);
	failure = kernel_find_stream(k, irq->stream_id, &stream);
	if (failed(failure))
		return failure;
	return stream.vendor->irq_table ? stream.vendor->irq_table(k, &stream, ret) : failure_of(STATUS_ABSENT);
}
