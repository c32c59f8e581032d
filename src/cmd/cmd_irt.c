// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu irt: interrupt remapping tables: entry to vector and CPU or to a virtual CPU, entry to
 * Linux interrupt and back. The table is the hardware's (by the DTE), the interrupts the kernel's.
 */
#include "cmd.h"

#include "iommu/amd_irte.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct column columns[] = {
	{ .key = "device", .head = "DEVICE", .width = 12 },
	{ .key = "index", .head = "INDEX", .right = true },
	{ .key = "mode", .head = "MODE", .width = 8 },
	{ .key = "vector", .head = "VECTOR", .right = true },
	{ .key = "destination", .head = "DESTINATION", .width = 14 },
	{ .key = "irq", .head = "IRQ", .right = true },
	{ .key = "name", .head = "NAME" },
};

struct irt {
	struct context *ctx;
	struct ptrs irqs; /* struct amd_irq */
	bool wide;
	bool irqs_known;
	unsigned findings;
};

struct table {
	uint32_t sbdf;
	const char *bdf;
	struct pa at;
	uint32_t nr;
	uint64_t *words;
};

/* ---- which interrupt an entry serves ---- */

static const struct amd_irq *irq_of_entry(const struct irt *irt, uint32_t sbdf, uint32_t index)
{
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct amd_irq *irq = irt->irqs.at[i];

		if (irq->sbdf == sbdf && irq->index == index)
			return irq;
	}
	return NULL;
}

/* ---- rows ---- */

static const char *mode_word(const struct amd_irte *irte)
{
	if (!irte->used)
		return "unused";
	if (irte->only_allocated || !irte->enabled)
		return "disabled";
	return irte->guest ? "vapic" : "remapped";
}

/* A logical destination is a set of CPUs in the flat model, one bit each; a physical one is an
 * APIC id. */
static void put_destination(struct irt *irt, const struct amd_irte *irte)
{
	struct sink *sink = irt->ctx->sink;
	const char *cpus = "";
	uint32_t cpu;

	sink_count(sink, "destination", irte->destination);
	if (!irte->enabled) {
		sink_cell(sink, "destination", "-");
		return;
	}
	if (!irte->logical && kernel_cpu_of_apic(irt->ctx->k, irte->destination, &cpu))
		cpus = arena_printf(&irt->ctx->session->arena, "cpu %u", cpu);
	else if (!irte->logical)
		cpus = "no such CPU";
	for (cpu = 0; cpu < AMD_IRTE_FLAT_CPUS; cpu++) {
		if (amd_irte_is_for_cpu(irte, cpu))
			cpus = arena_printf(&irt->ctx->session->arena, "%s%s%u", cpus,
					    *cpus ? "," : "cpu ", cpu);
	}
	sink_string(sink, "cpus", cpus);
	sink_cell(sink, "destination", "%s 0x%x: %s", irte->logical ? "set" : "id",
		  irte->destination, cpus);
}

static void put_entry(struct irt *irt, const struct table *table, uint32_t index,
		      const uint64_t *words, const struct amd_irte *irte)
{
	const struct amd_irq *irq = irq_of_entry(irt, table->sbdf, index);
	struct sink *sink = irt->ctx->sink;
	bool verbose = irt->ctx->opt.verbose > 0;

	if (verbose)
		sink_heading(sink, "%s  entry %u  %s", table->bdf, index, mode_word(irte));
	sink_row(sink);
	sink_string(sink, "device", table->bdf);
	sink_count(sink, "index", index);
	sink_string(sink, "mode", mode_word(irte));
	sink_count(sink, "vector", irte->vector);
	sink_cell(sink, "vector", irte->enabled ? "%u" : "-", irte->vector);
	put_destination(irt, irte);
	if (irte->guest)
		sink_hex(sink, "ga_tag", irte->ga_tag);
	if (irq)
		sink_count(sink, "irq", irq->irq);
	else
		sink_null(sink, "irq");
	sink_string(sink, "name", irq ? irq->name : NULL);
	sink_words(sink, "raw", words, irt->wide ? 2 : 1, irt->ctx->opt.verbose > 1);
	sink_record(sink, "fields", irte->record, words, verbose);
	sink_row_end(sink);
	if (irt->irqs_known && irte->enabled && !irq) {
		irt->findings++;
		sink_note(sink, NOTE_WARNING, "entry-without-irq",
			  "%s entry %u is enabled, and no interrupt of this kernel uses it",
			  table->bdf, index);
	}
}

static void entry_words(const struct irt *irt, const struct table *table, uint32_t index,
			uint64_t ret[2])
{
	const uint32_t *narrow = (const uint32_t *)table->words;

	ret[1] = 0;
	if (irt->wide)
		memcpy(ret, table->words + 2 * (size_t)index, 16);
	else
		ret[0] = narrow[index];
}

/* ---- tables ---- */

static bool read_table(struct irt *irt, uint32_t sbdf, struct table *ret)
{
	struct context *ctx = irt->ctx;
	struct amd_dte_place place;
	uint32_t last;
	char bdf[WORD_MAX];
	size_t bytes;
	enum status status = amd_read_dte(ctx->k, sbdf, &place, &last);

	memset(ret, 0, sizeof(*ret));
	ret->sbdf = sbdf;
	ret->bdf = arena_strdup(&ctx->session->arena, word_bdf(bdf, sbdf));
	if (status != STATUS_OK) {
		cannot(ctx, arena_printf(&ctx->session->arena, "read the entry of %s", ret->bdf),
		       status, ctx->k->missing);
		return false;
	}
	if (!place.dte.irq_valid || !place.dte.irq_table.v)
		return false;
	ret->at = place.dte.irq_table;
	ret->nr = place.dte.irq_entries;
	bytes = (size_t)ret->nr * (irt->wide ? 16 : 4);
	ret->words = arena_alloc(&ctx->session->arena, bytes);
	status = target_read_pa(ctx->session->target, ret->at, ret->words, bytes);
	if (status == STATUS_OK)
		return true;
	ctx->k->failed_at = ret->at.v;
	cannot(ctx, arena_printf(&ctx->session->arena, "read the interrupt table of %s", ret->bdf),
	       status, NULL);
	return false;
}

static void check_irqs(struct irt *irt, const struct table *table)
{
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct amd_irq *irq = irt->irqs.at[i];
		uint64_t words[2];
		struct amd_irte irte;

		if (irq->sbdf != table->sbdf)
			continue;
		if (irq->index < table->nr) {
			entry_words(irt, table, irq->index, words);
			amd_irte_decode(words, irt->wide, &irte);
			/* A descriptor that nobody requested may have a disabled entry. */
			if (irte.enabled || !irq->name)
				continue;
		}
		irt->findings++;
		sink_note(irt->ctx->sink, NOTE_WARNING, "irq-without-entry",
			  "irq %u (%s) should use %s entry %u, which is %s", irq->irq,
			  irq->name ? irq->name : "-", table->bdf, irq->index,
			  irq->index < table->nr ? "disabled" : "beyond the table");
	}
}

static bool is_wanted(const struct irt *irt, const struct table *table, uint32_t index,
		      const struct amd_irte *irte, const struct amd_irq *only)
{
	if (only)
		return only->sbdf == table->sbdf && only->index == index;
	return irte->enabled || irt->ctx->opt.all ? irte->used : false;
}

/* only: the one interrupt that was asked for, or NULL. */
static void show_table(struct irt *irt, uint32_t sbdf, const struct amd_irq *only)
{
	struct table table;

	if (!read_table(irt, sbdf, &table))
		return;
	for (uint32_t index = 0; index < table.nr; index++) {
		uint64_t words[2];
		struct amd_irte irte;

		if (target_interrupted(irt->ctx->session->target))
			return;
		entry_words(irt, &table, index, words);
		amd_irte_decode(words, irt->wide, &irte);
		if (is_wanted(irt, &table, index, &irte, only))
			put_entry(irt, &table, index, words, &irte);
	}
	if (!only)
		check_irqs(irt, &table);
}

/* ---- selection ---- */

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The ids that can have a table: devices, and those that interrupts name (an IO-APIC has an id of
 * its own and is no PCI device). Ascending; an id may stand there several times. */
static uint32_t *collect_ids(struct irt *irt, size_t *nr)
{
	struct inventory *inv = kernel_inventory(irt->ctx->k);
	uint32_t *ids = arena_alloc(&irt->ctx->session->arena,
				    (inv->devices.nr + irt->irqs.nr + 1) * sizeof(*ids));

	*nr = 0;
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (dev->is_pci && dev->unit)
			ids[(*nr)++] = dev->sbdf;
	}
	for (size_t i = 0; i < irt->irqs.nr; i++)
		ids[(*nr)++] = ((const struct amd_irq *)irt->irqs.at[i])->sbdf;
	qsort(ids, *nr, sizeof(*ids), by_value);
	return ids;
}

static void show_all(struct irt *irt)
{
	size_t nr;
	const uint32_t *ids = collect_ids(irt, &nr);

	for (size_t i = 0; i < nr; i++) {
		if (i == 0 || ids[i] != ids[i - 1])
			show_table(irt, ids[i], NULL);
	}
}

static void show_irq(struct irt *irt)
{
	uint64_t number;

	if (!parse_count(irt->ctx, irt->ctx->opt.irq, "an interrupt", &number))
		return;
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct amd_irq *irq = irt->irqs.at[i];

		if (irq->irq == number) {
			show_table(irt, irq->sbdf, irq);
			return;
		}
	}
	complain(irt->ctx, "no-such-irq", "irq %" PRIu64 " goes through no remapping table",
		 number);
}

static void show_devices(struct irt *irt)
{
	uint32_t sbdf;

	if (irt->ctx->opt.device && parse_bdf(irt->ctx, irt->ctx->opt.device, &sbdf))
		show_table(irt, sbdf, NULL);
	for (int i = 0; i < irt->ctx->opt.nr_words; i++) {
		if (parse_bdf(irt->ctx, irt->ctx->opt.words[i], &sbdf))
			show_table(irt, sbdf, NULL);
	}
}

void cmd_irt(struct context *ctx)
{
	struct irt irt = { .ctx = ctx };
	struct inventory *inv = kernel_inventory(ctx->k);
	struct amd_unit facts = { 0 };
	enum status status = amd_irqs(ctx->k, &irt.irqs);
	const char *missing = ctx->k->missing;

	if (inv->units.nr)
		amd_read_unit(ctx->k, inv->units.at[0], &facts);
	if (!facts.has_irq_mode) {
		cannot(ctx, "tell the size of interrupt entries", STATUS_MISSING,
		       "amd_iommu_guest_ir");
		return;
	}
	irt.wide = facts.wide_irte;
	irt.irqs_known = status == STATUS_OK;
	sink_list(ctx->sink, "entries");
	if (!ctx->opt.verbose)
		sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	if (ctx->opt.irq)
		show_irq(&irt);
	else if (ctx->opt.device || ctx->opt.nr_words)
		show_devices(&irt);
	else
		show_all(&irt);
	sink_list_end(ctx->sink);
	if (status != STATUS_OK)
		not_all(ctx, "tell which interrupt uses which entry", status, missing);
}
