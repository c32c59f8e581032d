// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables that the hardware reads and that are no page tables: those with the entries of devices, tables of PASIDs,
 * tables of interrupts. Where they are, whole, whoever's entries stand in them: no device may reach one.
 */
#include "check.h"

struct tables {
	struct kernel *k;
	struct checking *c;
	void (*take)(void *ctx, struct pa first, struct pa last, const char *what);
	void *ctx;
	struct u64map seen;	 /* by address + 1 */
	const char *pasid_table; /* "a GCR3 table of 0000:00:01.0" */
};

static void take_table(void *ctx, struct pa at, uint64_t bytes, const char *what)
{
	struct tables *t = ctx;

	if (!bytes || u64map_get(&t->seen, at.v + 1))
		return;
	u64map_add(t->k->arena, &t->seen, at.v + 1, t);
	t->take(t->ctx, at, pa_of(at.v + (bytes - 1)), arena_printf(t->k->arena, "in %s", what));
}

/* False: there is none, or where it is could not be read. */
static bool is_known(struct tables *t, struct failure failure)
{
	if (failure.status != STATUS_ABSENT)
		part_failed(t->c, CHECK_IOMMU_TABLES, failure);
	return !failed(failure);
}

/* ---- entries of devices ---- */

static void take_entry_tables(struct tables *t)
{
	const struct ptrs *vendors = &kernel_inventory(t->k)->vendors;
	const struct table_visitor visitor = { t, take_table };

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct vendor *vendor = vendors->at[i];

		if (vendor->entry_tables)
			(void)is_known(t, vendor->entry_tables(t->k, &visitor));
	}
}

/* ---- PASIDs ---- */

static void take_pasid_table(void *ctx, struct pa at, uint64_t bytes)
{
	struct tables *t = ctx;

	take_table(t, at, bytes, t->pasid_table);
}

/* One that a guest made lies in its own memory, which is no table of this kernel's. */
static void take_pasids(struct tables *t, const struct stream *stream, const char *name)
{
	struct entry entry = { 0 };
	const struct pasid_table *pasids = &entry.translation.pasids;

	if (!stream->vendor || !stream->vendor->read_entry ||
	    !is_known(t, stream->vendor->read_entry(t->k, stream, &entry)) || !entry.legal || !pasids->format ||
	    !pasids->format->tables || pasids->table_behind_host || u64map_get(&t->seen, pasids->table + 1))
		return;
	t->pasid_table = arena_printf(t->k->arena, "a %s table of %s", pasids->format->label, name);
	(void)is_known(t, pasids->format->tables(t->k->target, pasids, take_pasid_table, t));
}

/* ---- interrupts ---- */

static void take_irq_table(struct tables *t, const struct irq_table *table, const char *whose)
{
	uint64_t bytes = (uint64_t)table->nr * table->entry_bytes;

	if (!table->at.v || !table->nr)
		return;
	if (!bytes) {
		part_lacks(t->c, CHECK_IOMMU_TABLES, "how large interrupt tables are is not known");
		bytes = SMALLEST_PAGE_BYTES;
	}
	take_table(t, table->at, bytes, arena_printf(t->k->arena, "the interrupt table of %s", whose));
}

static void take_irqs_of_unit(struct tables *t, const struct unit *unit)
{
	struct irq_table table;

	if (unit->vendor && unit->vendor->irq_table_of_unit &&
	    is_known(t, unit->vendor->irq_table_of_unit(t->k, unit, &table)))
		take_irq_table(t, &table, unit_word(t->k, unit));
}

static void take_irqs(struct tables *t, const struct stream *stream, const char *name)
{
	struct irq_table table;

	if (stream->vendor && stream->vendor->irq_table && !stream->vendor->irq_table_of_unit &&
	    is_known(t, stream->vendor->irq_table(t->k, stream, &table)))
		take_irq_table(t, &table, name);
}

/* ---- all of them ---- */

/* IO-APICs, HPETs: they have ids and no device. */
static void take_specials(struct tables *t)
{
	const struct ptrs *vendors = &kernel_inventory(t->k)->vendors;
	struct ptrs specials = { 0 };

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct vendor *vendor = vendors->at[i];

		if (vendor->special_streams)
			(void)is_known(t, vendor->special_streams(t->k, &specials));
	}
	for (size_t i = 0; i < specials.nr; i++) {
		const struct special_stream *special = specials.at[i];
		struct stream stream = { 0 };

		if (!failed(kernel_find_stream(t->k, special->id, &stream)))
			take_irqs(t, &stream, special->name);
	}
}

void find_hardware_tables(struct kernel *k, struct checking *c,
			  void (*take)(void *ctx, struct pa first, struct pa last, const char *what), void *ctx)
{
	const struct inventory *inv = kernel_inventory(k);
	struct tables t = { .k = k, .c = c, .take = take, .ctx = ctx };

	take_entry_tables(&t);
	for (size_t i = 0; i < inv->units.nr; i++)
		take_irqs_of_unit(&t, inv->units.at[i]);
	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(k->target); i++) {
		const struct device *dev = inv->devices.at[i];

		for (size_t j = 0; j < dev->streams.nr; j++) {
			take_pasids(&t, dev->streams.at[j], dev->name);
			take_irqs(&t, dev->streams.at[j], dev->name);
		}
	}
	take_specials(&t);
}
