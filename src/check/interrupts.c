// SPDX-License-Identifier: GPL-2.0-or-later
/* Every interrupt table of the machine against the interrupts that use it. */
#include "check.h"

#include "iommu/irq.h"
#include "iommu/kvm.h"

#include <string.h>

struct all {
	struct kernel *k;
	struct findings *ret;
	struct part_result *result;
	struct ptrs irqs; /* struct remapped_irq */
	bool irqs_known, vms_known;
	struct u64map seen; /* tables by their address */
};

/* One table, in memory. */
struct table {
	const char *name;
	struct stream stream;
	struct irq_table at;
	uint8_t *bytes;
	const struct remapped_irq **irq_of; /* by index */
	uint32_t nr_inherited, first_inherited;
};

static void take(struct all *all, struct failure failure)
{
	all->result->failure = first_failure(all->result->failure, failure);
}

static void decode(const struct table *table, uint32_t index, struct irq_entry *ret)
{
	uint64_t words[2] = { 0 };

	memcpy(words, table->bytes + (size_t)index * table->at.entry_bytes, table->at.entry_bytes);
	table->stream.vendor->decode_irq_entry(&table->at, words, ret);
}

/* Its unit is known by its interrupt domain where a unit has one table; else the entry of its id leads to one. */
static bool is_irq_of(struct all *all, const struct table *table, const struct remapped_irq *irq)
{
	struct stream stream = { 0 };
	struct irq_table other;

	if (table->at.of_unit)
		return irq->unit == table->at.unit;
	return irq->has_stream && !failed(kernel_find_stream(all->k, irq->stream_id, &stream)) &&
	       stream.vendor->irq_table && !failed(stream.vendor->irq_table(all->k, &stream, &other)) &&
	       other.at.v == table->at.at.v;
}

static void find_irqs(struct all *all, struct table *table)
{
	table->irq_of = arena_alloc(all->k->arena, (table->at.nr + 1) * sizeof(*table->irq_of));
	for (size_t i = 0; i < all->irqs.nr; i++) {
		const struct remapped_irq *irq = all->irqs.at[i];
		struct irq_entry entry;

		if (!is_irq_of(all, table, irq))
			continue;
		if (irq->index >= table->at.nr) {
			check_irq(all->k, table->name, irq, NULL, all->ret);
			continue;
		}
		table->irq_of[irq->index] = irq;
		decode(table, irq->index, &entry);
		check_irq(all->k, table->name, irq, &entry, all->ret);
	}
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
		.vms_known = all->vms_known,
		.vcpu_found = true,
	};
	struct posted posted;

	decode(table, index, &entry);
	if (!entry.used || !entry.enabled)
		return;
	if (is_inherited_irq_entry(&subject)) {
		if (!table->nr_inherited++)
			table->first_inherited = index;
		return;
	}
	if (entry.posted && table->stream.vendor->posted_to)
		subject.vcpu_found = table->stream.vendor->posted_to(all->k, &entry.to, &posted);
	check_irq_entry(all->k, &subject, all->ret);
}

/* ABSENT: there is none. */
static void look_at_table(struct all *all, struct table *table, struct failure failure)
{
	size_t bytes = table->at.nr * (size_t)table->at.entry_bytes;

	if (failed(failure) && failure.status != STATUS_ABSENT)
		take(all, failure);
	if (failed(failure) || !table->at.at.v || !table->at.entry_bytes ||
	    u64map_get(&all->seen, table->at.at.v))
		return;
	u64map_add(all->k->arena, &all->seen, table->at.at.v, all);
	table->bytes = arena_alloc(all->k->arena, bytes + 1);
	if (!table->at.of_unit)
		check_interrupts_taken(all->k, table->name, &table->stream, all->ret);
	failure = (struct failure){ .status = target_read_pa(all->k->target, table->at.at, table->bytes, bytes),
				    .at = table->at.at.v };
	if (failed(failure)) {
		take(all, failure);
		return;
	}
	find_irqs(all, table);
	for (uint32_t index = 0; index < table->at.nr && !target_interrupted(all->k->target); index++)
		look_at_entry(all, table, index);
	check_inherited_irq_entries(all->k, table->name, table->nr_inherited, table->first_inherited, all->ret);
}

static void look_at_unit(struct all *all, const struct unit *unit)
{
	const struct vendor *vendor = unit->vendor;
	struct table table = { .name = unit_word(all->k, unit), .stream = { .vendor = vendor } };

	if (vendor && vendor->irq_table_of_unit && vendor->decode_irq_entry)
		look_at_table(all, &table, vendor->irq_table_of_unit(all->k, unit, &table.at));
}

static void look_at_id(struct all *all, uint32_t id)
{
	struct table table = { .name = sbdf_word(all->k, id) };
	struct failure failure = kernel_find_stream(all->k, id, &table.stream);
	const struct vendor *vendor = table.stream.vendor;

	if (!failed(failure) && vendor && !vendor->irq_table_of_unit && vendor->irq_table &&
	    vendor->decode_irq_entry)
		look_at_table(all, &table, vendor->irq_table(all->k, &table.stream, &table.at));
}

static bool are_vms_known(struct kernel *k)
{
	struct ptrs vms;

	if (failed(kernel_vms(k, &vms)))
		return false;
	for (size_t i = 0; i < vms.nr; i++) {
		if (failed(((const struct vm *)vms.at[i])->vcpus_failure))
			return false;
	}
	return true;
}

/* Why no table can be read: the size of entries is not known, or no vendor that runs has such tables. */
static bool can_be_read(struct kernel *k, struct part_result *result)
{
	const struct ptrs *vendors = &kernel_inventory(k)->vendors;
	bool any = false;

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct vendor *vendor = vendors->at[i];
		uint8_t bytes;

		if (!vendor->irq_table || !vendor->irq_entry_bytes || !vendor->decode_irq_entry)
			continue;
		result->failure = first_failure(result->failure, vendor->irq_entry_bytes(k, &bytes));
		any |= bytes != 0;
	}
	if (!any && !failed(result->failure))
		result->lacks = "interrupt remapping tables of this hardware are not read";
	return any;
}

void check_all_interrupts(struct kernel *k, struct findings *ret, struct part_result *result)
{
	const struct ptrs *devices = &kernel_inventory(k)->devices, *units = &kernel_inventory(k)->units;
	struct all all = { .k = k, .ret = ret, .result = result };
	struct failure failure;

	result->ran = can_be_read(k, result);
	if (!result->ran)
		return;
	failure = kernel_remapped_irqs(k, &all.irqs);
	take(&all, failure);
	all.irqs_known = !failed(failure);
	all.vms_known = are_vms_known(k);
	for (size_t i = 0; i < units->nr; i++)
		look_at_unit(&all, units->at[i]);
	for (size_t i = 0; i < devices->nr; i++) {
		const struct device *dev = devices->at[i];

		if (dev->is_pci && device_unit(dev))
			look_at_id(&all, dev->sbdf);
	}
	for (size_t i = 0; i < all.irqs.nr; i++) {
		const struct remapped_irq *irq = all.irqs.at[i];

		if (irq->has_stream)
			look_at_id(&all, irq->stream_id);
	}
	if (all.seen.nr)
		return;
	result->ran = false;
	if (!failed(result->failure))
		result->lacks = "no interrupt is remapped: no unit and no device has a table for it";
}
