// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every interrupt table of the machine, of a unit or of a stream, against the interrupts that use it, the driver's
 * own account of its slots, and the virtual CPUs that entries are posted to.
 */
#include "check.h"

#include "iommu/irq.h"
#include "iommu/kvm.h"

#include <string.h>

struct all {
	struct kernel *k;
	struct checking *c;
	struct ptrs irqs;    /* struct remapped_irq */
	uint64_t *table_of;  /* of each of them: where its table is; 0: not known */
	bool irqs_known;
	struct failure vms_failure; /* why not every virtual CPU is known */
	struct u64map seen;  /* tables by their address */
};

/* One table, in memory. */
struct table {
	const char *name;
	const struct vendor *vendor;
	const struct unit *unit; /* whose it is; NULL: a stream's */
	struct irq_table at;
	struct irq_words words;
	uint64_t *slots;	 /* which entries are handed out; NULL: not known, or the entries say it */
	const struct remapped_irq **irq_of; /* by index */
	bool *in_block;		 /* by index: it was handed out together with some interrupt's */
	uint32_t nr_inherited, first_inherited; /* left by a crashed kernel */
	uint32_t nr_lost, first_lost; /* handed out, and no interrupt has them */
};

static void take(struct all *all, struct failure failure)
{
	part_failed(all->c, CHECK_INTERRUPTS, failure);
	part_failed(all->c, CHECK_UNIT_SLOTS, failure);
	part_failed(all->c, CHECK_POSTED, failure);
}

static void decode(const struct table *table, uint32_t index, struct irq_entry *ret)
{
	uint64_t words[2];

	irq_entry_words(&table->at, &table->words, index, words);
	table->vendor->decode_irq_entry(&table->at, words, ret);
}

/* ---- the interrupts of a table ---- */

static bool use_same_table(const struct remapped_irq *a, const struct remapped_irq *b)
{
	return a->unit == b->unit && a->has_stream == b->has_stream && a->stream_id == b->stream_id;
}

static void find_tables(struct all *all)
{
	all->table_of = arena_alloc(all->k->arena, (all->irqs.nr + 1) * sizeof(*all->table_of));
	for (size_t i = 0; i < all->irqs.nr; i++) {
		struct irq_table table = { 0 };

		if (i && use_same_table(all->irqs.at[i - 1], all->irqs.at[i]))
			all->table_of[i] = all->table_of[i - 1];
		else if (!failed(kernel_irq_table(all->k, all->irqs.at[i], &table)))
			all->table_of[i] = table.at.v;
	}
}

static void take_irq(struct all *all, struct table *table, const struct remapped_irq *irq)
{
	struct irq_entry entry;

	for (uint32_t i = 0; i < irq->nr_block; i++) {
		if (irq->block + i < table->at.nr)
			table->in_block[irq->block + i] = true;
	}
	if (irq->index >= table->at.nr) {
		check_irq(all->k, table->name, irq, NULL, &all->c->found);
		return;
	}
	if (table->irq_of[irq->index])
		check_shared_entry(all->k, table->name, table->irq_of[irq->index], irq, &all->c->found);
	else
		table->irq_of[irq->index] = irq;
	if (irq_entry_is_lost(&table->words, irq->index))
		return;
	decode(table, irq->index, &entry);
	check_irq(all->k, table->name, irq, &entry, &all->c->found);
}

static void find_irqs(struct all *all, struct table *table)
{
	table->irq_of = arena_alloc(all->k->arena, (table->at.nr + 1) * sizeof(*table->irq_of));
	table->in_block = arena_alloc(all->k->arena, table->at.nr + 1);
	for (size_t i = 0; i < all->irqs.nr; i++) {
		if (all->table_of[i] == table->at.at.v)
			take_irq(all, table, all->irqs.at[i]);
	}
}

/* ---- entries ---- */

static void count_lost(const struct all *all, struct table *table, const struct irq_subject *subject)
{
	uint32_t index = subject->index;

	if (!table->slots || !all->irqs_known || subject->entry->enabled || subject->irq ||
	    table->in_block[index] || !irq_slot_is_taken(table->slots, index))
		return;
	if (!table->nr_lost++)
		table->first_lost = index;
}

static void look_at_entry(struct all *all, struct table *table, uint32_t index)
{
	struct irq_entry entry;
	struct irq_subject subject = {
		.name = table->name,
		.index = index,
		.entry = &entry,
		.irq = table->irq_of[index],
		.irqs_known = all->irqs_known,
		.keeps_old = table->at.keeps_old,
		.vms_known = !failed(all->vms_failure),
		.vcpu_found = true,
	};
	struct posted posted;
	uint64_t words[2];

	irq_entry_words(&table->at, &table->words, index, words);
	table->vendor->decode_irq_entry(&table->at, words, &entry);
	count_lost(all, table, &subject);
	if (!entry.used || !entry.enabled)
		return;
	part_looked(all->c, CHECK_INTERRUPTS, 1);
	if (is_inherited_irq_entry(&subject)) {
		if (!table->nr_inherited++)
			table->first_inherited = index;
		return;
	}
	if (entry.posted && table->vendor->posted_to) {
		part_looked(all->c, CHECK_POSTED, 1);
		subject.vcpu_found = table->vendor->posted_to(all->k, &entry.to, &posted);
		subject.vms_known &= subject.vcpu_found || !failed(posted.failure);
		if (!subject.vcpu_found)
			part_failed(all->c, CHECK_POSTED, first_failure(posted.failure, all->vms_failure));
	}
	if (table->unit)
		irq_subject_of_unit(all->k, table->vendor, &table->at, table->slots, words, &subject);
	check_irq_entry(all->k, &subject, &all->c->found);
}

/* ---- tables ---- */

static void read_slots(struct all *all, struct table *table)
{
	struct failure failure;

	if (!table->unit || kva_is_null(table->at.slots))
		return;
	failure = kernel_irq_slots(all->k, &table->at, &table->slots);
	part_failed(all->c, CHECK_UNIT_SLOTS, failure);
	if (!failed(failure))
		part_looked(all->c, CHECK_UNIT_SLOTS, 1);
}

/* What could not be read of it is not looked at, and the rest is. */
static bool read_entries(struct all *all, struct table *table)
{
	bool any = kernel_irq_table_words(all->k, &table->at, &table->words);

	for (size_t i = 0; i < table->words.gaps.nr; i++)
		take(all, ((const struct irq_gap *)table->words.gaps.at[i])->failure);
	return any;
}

/* A table that was found, once. */
static void look_at_table(struct all *all, struct table *table)
{
	if (!table->at.at.v || !table->at.entry_bytes || u64map_get(&all->seen, table->at.at.v))
		return;
	u64map_add(all->k->arena, &all->seen, table->at.at.v, all);
	if (!read_entries(all, table))
		return;
	read_slots(all, table);
	find_irqs(all, table);
	for (uint32_t index = 0; index < table->at.nr && !target_interrupted(all->k->target); index++) {
		if (!irq_entry_is_lost(&table->words, index))
			look_at_entry(all, table, index);
	}
	check_inherited_irq_entries(all->k, table->name, table->nr_inherited, table->first_inherited, &all->c->found);
	if (table->nr_lost)
		check_lost_slots(all->k, table->name, table->nr_lost, table->first_lost, &all->c->found);
}

static void look_at_unit(struct all *all, const struct unit *unit)
{
	const struct vendor *vendor = unit->vendor;
	struct table table = { .unit = unit, .vendor = vendor };
	struct failure failure;

	if (!vendor || !vendor->irq_table_of_unit || !vendor->decode_irq_entry)
		return;
	table.name = unit_word(all->k, unit);
	failure = vendor->irq_table_of_unit(all->k, unit, &table.at);
	if (failed(failure) && failure.status != STATUS_ABSENT)
		take(all, failure);
	if (!failed(failure))
		look_at_table(all, &table);
}

/* What the entry of a device says of interrupts is looked at with the rest of it (entries.c). */
static void look_at_id(struct all *all, uint32_t id, bool is_device)
{
	struct table table = { .name = sbdf_word(all->k, id) };
	struct stream stream = { 0 };
	struct failure failure = kernel_find_stream(all->k, id, &stream);
	const struct vendor *vendor = stream.vendor;

	if (failed(failure) || !vendor || !vendor->decode_irq_entry)
		return;
	if (!is_device)
		check_interrupts_taken(all->k, table.name, &stream, &all->c->found);
	if (!vendor->irq_table || vendor->irq_table_of_unit)
		return;
	table.vendor = vendor;
	failure = vendor->irq_table(all->k, &stream, &table.at);
	if (failed(failure) && failure.status != STATUS_ABSENT)
		take(all, failure);
	if (!failed(failure))
		look_at_table(all, &table);
}

/* ---- all of them ---- */

/* Why no table can be read: the size of entries is not known, or no vendor that runs has such tables. */
static bool can_be_read(struct all *all)
{
	const struct ptrs *vendors = &kernel_inventory(all->k)->vendors;
	bool any = false, of_unit = false, any_vendor = false;

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct vendor *vendor = vendors->at[i];
		struct failure failure;
		uint8_t bytes;

		if (!vendor->irq_table || !vendor->irq_entry_bytes || !vendor->decode_irq_entry)
			continue;
		any_vendor = true;
		failure = vendor->irq_entry_bytes(all->k, &bytes);
		take(all, failure);
		any |= bytes != 0;
		of_unit |= bytes && vendor->irq_table_of_unit;
	}
	if (!any_vendor)
		part_lacks(all->c, CHECK_INTERRUPTS, "interrupt remapping tables of this hardware are not read");
	if (!any)
		return false;
	part_ran(all->c, CHECK_INTERRUPTS);
	part_ran(all->c, CHECK_POSTED);
	if (of_unit)
		part_ran(all->c, CHECK_UNIT_SLOTS);
	else
		part_nothing(all->c, CHECK_UNIT_SLOTS, "each device has an interrupt table of its own here");
	return true;
}

static bool was_looked_at(struct all *all, uint32_t id, struct u64map *ids)
{
	if (u64map_get(ids, (uint64_t)id + 1))
		return true;
	u64map_add(all->k->arena, ids, (uint64_t)id + 1, all);
	return false;
}

/* Rules that say what no interrupt has need all of them; those about each look at what there is. */
static void find_blind_rules(struct all *all, struct failure failure)
{
	static const char *const of_all[] = { "entry-without-irq", "inherited-irq-entry" };
	static const char *const of_each[] = { "irq-without-entry", "entry-of-two-irqs" };
	struct part_result *result = &all->c->of[CHECK_INTERRUPTS], *of_units = &all->c->of[CHECK_UNIT_SLOTS];

	for (unsigned i = 0; i < sizeof(of_all) / sizeof(of_all[0]); i++)
		rule_is_blind(all->k, result, of_all[i], failure);
	rule_is_blind(all->k, of_units, "slot-without-irq", failure);
	if (all->irqs.nr)
		return;
	for (unsigned i = 0; i < sizeof(of_each) / sizeof(of_each[0]); i++)
		rule_is_blind(all->k, result, of_each[i], failure);
	rule_is_blind(all->k, of_units, "entry-refuses-irq", failure);
}

/* Tables of streams that are no devices are known by their interrupts alone; those of units by the units. */
static bool irqs_lead_to_tables(struct kernel *k)
{
	const struct ptrs *vendors = &kernel_inventory(k)->vendors;

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct vendor *vendor = vendors->at[i];

		if (vendor->irq_table && !vendor->irq_table_of_unit)
			return true;
	}
	return false;
}

void check_all_interrupts(struct kernel *k, struct checking *c)
{
	const struct inventory *inv = kernel_inventory(k);
	struct all all = { .k = k, .c = c };
	struct u64map ids = { 0 };
	struct failure failure;

	if (!can_be_read(&all))
		return;
	failure = kernel_remapped_irqs(k, &all.irqs);
	all.irqs_known = !failed(failure);
	if (failed(failure))
		find_blind_rules(&all, failure);
	if (all.irqs.nr || irqs_lead_to_tables(k))
		take(&all, failure);
	all.vms_failure = kernel_all_vcpus(k);
	find_tables(&all);
	for (size_t i = 0; i < inv->units.nr; i++)
		look_at_unit(&all, inv->units.at[i]);
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (dev->is_pci && device_unit(dev) && !was_looked_at(&all, dev->sbdf, &ids))
			look_at_id(&all, dev->sbdf, true);
	}
	for (size_t i = 0; i < all.irqs.nr; i++) {
		const struct remapped_irq *irq = all.irqs.at[i];

		if (irq->has_stream && !was_looked_at(&all, irq->stream_id, &ids))
			look_at_id(&all, irq->stream_id, false);
	}
	if (!all.seen.nr)
		part_nothing(c, CHECK_INTERRUPTS, "no interrupt is remapped: no unit and no device has a table for it");
}
