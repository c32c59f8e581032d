// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu irt: interrupt remapping tables: entry to vector and CPU or to a virtual CPU, entry to
 * Linux interrupt and back. The table is the hardware's (by the DTE), the interrupts the kernel's.
 */
#include "cmd.h"

#include "format/amd/records.h"
#include "kernel/amd/amd.h"
#include "posted.h"

#include "format/amd/irte.h"

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
	struct ptrs irqs;     /* struct amd_irq */
	struct pa *irq_table; /* of each of them: the table that its device's entry points to */
	struct ptrs tables;   /* struct table, as they were looked at */
	bool wide;
	bool irqs_known;
	bool posted;	      /* an entry to a virtual CPU was seen */
};

struct table {
	uint32_t sbdf;
	const char *bdf;
	struct pa at;
	uint32_t nr;	   /* entries, by the device table entry */
	uint64_t *words;
	bool *unreadable;  /* of each page of it; NULL: all could be read */
	uint32_t nr_enabled, nr_disabled, nr_unread;
	uint32_t nr_unclaimed; /* of the disabled: no interrupt of this kernel has it */
};

/* ---- which interrupt an entry serves ---- */

static struct pa table_of(struct context *ctx, uint32_t sbdf)
{
	struct amd_dte_place place;
	uint32_t last;

	if (amd_read_dte(ctx->k, sbdf, &place, &last) != STATUS_OK || !place.dte.irq_valid)
		return pa_of(0);
	return place.dte.irq_table;
}

/* Devices that are aliases of one another share a table. */
static void find_tables(struct irt *irt)
{
	irt->irq_table = arena_alloc(&irt->ctx->session->arena,
				     (irt->irqs.nr + 1) * sizeof(*irt->irq_table));
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct amd_irq *irq = irt->irqs.at[i];
		const struct amd_irq *before = i ? irt->irqs.at[i - 1] : NULL;

		irt->irq_table[i] = before && before->sbdf == irq->sbdf ?
					    irt->irq_table[i - 1] :
					    table_of(irt->ctx, irq->sbdf);
	}
}

static bool is_in_table(const struct irt *irt, const struct table *table, size_t nth_irq)
{
	const struct amd_irq *irq = irt->irqs.at[nth_irq];

	return irq->sbdf == table->sbdf ||
	       (table->at.v && irt->irq_table[nth_irq].v == table->at.v);
}

static const struct amd_irq *irq_of_entry(const struct irt *irt, const struct table *table,
					  uint32_t index)
{
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct amd_irq *irq = irt->irqs.at[i];

		if (irq->index == index && is_in_table(irt, table, i))
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

/* "id 0x3: cpu 3": a logical destination is a set of CPUs in the flat model, one bit each; a physical
 * one is an APIC id. */
static const char *cpu_words(struct irt *irt, const struct amd_irte *irte)
{
	struct arena *arena = &irt->ctx->session->arena;
	const char *cpus = "";
	uint32_t cpu;

	if (!irte->logical && kernel_cpu_of_apic(irt->ctx->k, irte->destination, &cpu))
		return arena_printf(arena, "cpu %u", cpu);
	if (!irte->logical)
		return "no such CPU";
	for (cpu = 0; cpu < AMD_IRTE_FLAT_CPUS; cpu++) {
		if (amd_irte_is_for_cpu(irte, cpu))
			cpus = arena_printf(arena, "%s%s%u", cpus, *cpus ? "," : "cpu ", cpu);
	}
	return cpus;
}

/* Of an entry that is posted: the virtual CPU, and where that runs. */
static void put_guest(struct irt *irt, const struct table *table, uint32_t index,
		      const struct amd_irte *irte)
{
	struct context *ctx = irt->ctx;
	const char *who = put_posted(ctx, irte->ga_tag, irte->ga_root);
	const char *cpus = irte->running ? cpu_words(irt, irte) : NULL;
	struct ptrs vms;
	bool known = kernel_vms(ctx->k, &vms) == STATUS_OK;

	irt->posted = true;
	sink_bool(ctx->sink, "running", irte->running);
	sink_string(ctx->sink, "cpus", cpus);
	sink_cell(ctx->sink, "destination", "tag 0x%x: %s, %s", irte->ga_tag,
		  who ? who : known ? "no vCPU" : "vCPU not known", irte->running ? cpus : "not running");
	if (!who && known)
		sink_note(ctx->sink, NOTE_WARNING, "entry-without-vcpu",
			  "%s entry %u is posted to GA tag 0x%x, which no virtual CPU found here has",
			  table->bdf, index, irte->ga_tag);
}

static void put_destination(struct irt *irt, const struct table *table, uint32_t index,
			    const struct amd_irte *irte)
{
	struct sink *sink = irt->ctx->sink;
	const char *cpus;

	sink_count(sink, "destination", irte->destination);
	if (!irte->enabled) {
		sink_cell(sink, "destination", "-");
		return;
	}
	if (irte->guest) {
		put_guest(irt, table, index, irte);
		return;
	}
	cpus = cpu_words(irt, irte);
	sink_string(sink, "cpus", cpus);
	sink_cell(sink, "destination", "%s 0x%x: %s", irte->logical ? "set" : "id",
		  irte->destination, cpus);
}

static void put_entry(struct irt *irt, const struct table *table, uint32_t index,
		      const uint64_t *words, const struct amd_irte *irte)
{
	const struct amd_irq *irq = irq_of_entry(irt, table, index);
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
	put_destination(irt, table, index, irte);
	if (irq)
		sink_count(sink, "irq", irq->irq);
	else
		sink_null(sink, "irq");
	sink_string(sink, "name", irq ? irq->name : NULL);
	sink_words(sink, "raw", words, irt->wide ? 2 : 1, irt->ctx->opt.verbose > 1);
	sink_record(sink, "fields", irte->record, words, verbose);
	sink_row_end(sink);
	if (irt->irqs_known && irte->enabled && !irq)
		sink_note(sink, NOTE_WARNING, "entry-without-irq",
			  "%s entry %u is enabled, and no interrupt of this kernel uses it",
			  table->bdf, index);
	if (irte->enabled && irte->bad_bit >= 0)
		sink_note(sink, NOTE_WARNING, "reserved-bit",
			  "%s entry %u: bit %d must be zero and is set: the IOMMU delivers nothing "
			  "through it", table->bdf, index, irte->bad_bit);
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

static size_t entry_bytes(const struct irt *irt)
{
	return irt->wide ? 16 : 4;
}

/* What can be had of a table that is not all in the dump. False: nothing. */
static bool read_by_page(struct irt *irt, struct table *table, size_t bytes)
{
	struct context *ctx = irt->ctx;
	size_t nr_pages = (bytes + SMALLEST_PAGE_BYTES - 1) / SMALLEST_PAGE_BYTES;
	bool any = false;

	table->unreadable = arena_alloc(&ctx->session->arena, nr_pages * sizeof(bool));
	for (size_t i = 0; i < nr_pages; i++) {
		size_t from = i * SMALLEST_PAGE_BYTES;
		size_t part =
			bytes - from < SMALLEST_PAGE_BYTES ? bytes - from : SMALLEST_PAGE_BYTES;
		enum status status = target_read_pa(ctx->session->target,
						    pa_of(table->at.v + from),
						    (uint8_t *)table->words + from, part);

		any |= status == STATUS_OK;
		table->unreadable[i] = status != STATUS_OK;
		if (status == STATUS_OK)
			continue;
		memset((uint8_t *)table->words + from, 0, part);
		table->nr_unread += (uint32_t)(part / entry_bytes(irt));
		ctx->k->failed_at = table->at.v + from;
		not_all(ctx, arena_printf(&ctx->session->arena,
					  "read entries %zu to %zu of the interrupt table of %s",
					  from / entry_bytes(irt),
					  (from + part) / entry_bytes(irt) - 1, table->bdf),
			status, NULL);
		if (status == STATUS_INTERRUPTED)
			break;
	}
	return any;
}

/* ABSENT: the device has none. */
static enum status read_table(struct irt *irt, uint32_t sbdf, struct table *ret)
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
		return status;
	}
	if (!place.dte.irq_valid || !place.dte.irq_table.v)
		return STATUS_ABSENT;
	ret->at = place.dte.irq_table;
	ret->nr = place.dte.irq_entries;
	bytes = ret->nr * entry_bytes(irt);
	ret->words = arena_alloc(&ctx->session->arena, bytes);
	status = target_read_pa(ctx->session->target, ret->at, ret->words, bytes);
	if (status == STATUS_OK || read_by_page(irt, ret, bytes))
		return STATUS_OK;
	ctx->failed = true;
	return status;
}

static bool is_unreadable(const struct irt *irt, const struct table *table, uint32_t index)
{
	return table->unreadable &&
	       table->unreadable[index * entry_bytes(irt) / SMALLEST_PAGE_BYTES];
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
			if (is_unreadable(irt, table, irq->index))
				continue;
			entry_words(irt, table, irq->index, words);
			amd_irte_decode(words, irt->wide, &irte);
			/* A descriptor that nobody requested may have a disabled entry. */
			if (irte.enabled || !irq->name)
				continue;
		}
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

static void count(const struct irt *irt, struct table *table, uint32_t index,
		  const struct amd_irte *irte)
{
	table->nr_enabled += irte->enabled;
	if (irte->enabled || !irte->used)
		return;
	table->nr_disabled++;
	table->nr_unclaimed += !irq_of_entry(irt, table, index);
}

/* only: the one interrupt that was asked for, or NULL. */
static enum status show_table(struct irt *irt, uint32_t sbdf, const struct amd_irq *only)
{
	struct table *table = arena_alloc(&irt->ctx->session->arena, sizeof(*table));
	enum status status = read_table(irt, sbdf, table);

	if (status != STATUS_OK)
		return status;
	for (uint32_t index = 0; index < table->nr; index++) {
		uint64_t words[2];
		struct amd_irte irte;

		if (target_interrupted(irt->ctx->session->target))
			return STATUS_INTERRUPTED;
		if (is_unreadable(irt, table, index))
			continue;
		entry_words(irt, table, index, words);
		amd_irte_decode(words, irt->wide, &irte);
		count(irt, table, index, &irte);
		if (is_wanted(irt, table, index, &irte, only))
			put_entry(irt, table, index, words, &irte);
	}
	if (only)
		return STATUS_OK;
	check_irqs(irt, table);
	ptrs_push(&irt->ctx->session->arena, &irt->tables, table);
	return STATUS_OK;
}

/* ---- the tables as such ---- */

static void put_table(struct irt *irt, const struct table *table)
{
	struct sink *sink = irt->ctx->sink;

	sink_begin(sink, NULL);
	sink_string(sink, "device", table->bdf);
	sink_hex(sink, "address", table->at.v);
	sink_count(sink, "length", table->nr);
	sink_count(sink, "entry_bytes", entry_bytes(irt));
	sink_count(sink, "enabled", table->nr_enabled);
	sink_count(sink, "disabled", table->nr_disabled);
	sink_count(sink, "disabled_without_irq", table->nr_unclaimed);
	sink_count(sink, "unread", table->nr_unread);
	sink_end(sink);
	if (irt->ctx->opt.verbose)
		sink_say(sink, "TABLE",
			 "%s at %" PRIx64 ": %u entries of %zu bytes, %u enabled, %u disabled "
			 "(%u of them without an irq)%s", table->bdf, table->at.v, table->nr,
			 entry_bytes(irt), table->nr_enabled, table->nr_disabled,
			 table->nr_unclaimed, table->unreadable ? ", not all in the dump" : "");
}

/* Slots that are handed out and disabled belong to interrupts that nobody requested; without one they
 * are what the driver keeps back for an IO-APIC, or what was lost. */
static void put_tables(struct irt *irt)
{
	struct sink *sink = irt->ctx->sink;
	uint32_t enabled = 0, disabled = 0, unclaimed = 0, all = 0;

	sink_list(sink, "tables");
	for (size_t i = 0; i < irt->tables.nr; i++) {
		const struct table *table = irt->tables.at[i];

		put_table(irt, table);
		enabled += table->nr_enabled;
		disabled += table->nr_disabled;
		unclaimed += table->nr_unclaimed;
		all += table->nr - table->nr_unread;
	}
	sink_list_end(sink);
	if (irt->tables.nr)
		sink_heading(sink, "%zu table%s: %u enabled, %u disabled%s, %u free", irt->tables.nr,
			     irt->tables.nr == 1 ? "" : "s", enabled, disabled,
			     unclaimed ? arena_printf(&irt->ctx->session->arena,
						      " (%u of them without an irq)", unclaimed) :
					 "",
			     all - enabled - disabled);
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

static void show_device(struct irt *irt, uint32_t sbdf)
{
	char bdf[WORD_MAX];

	if (show_table(irt, sbdf, NULL) == STATUS_ABSENT)
		sink_note(irt->ctx->sink, NOTE_INFO, "no-table",
			  "%s has no interrupt remapping table: none of its interrupts is remapped",
			  word_bdf(bdf, sbdf));
}

static void show_devices(struct irt *irt)
{
	uint32_t sbdf;

	if (irt->ctx->opt.device && parse_bdf(irt->ctx, irt->ctx->opt.device, &sbdf))
		show_device(irt, sbdf);
	for (int i = 0; i < irt->ctx->opt.nr_words; i++) {
		if (parse_bdf(irt->ctx, irt->ctx->opt.words[i], &sbdf))
			show_device(irt, sbdf);
	}
}

static bool is_wide(struct context *ctx, bool *ret)
{
	struct inventory *inv = kernel_inventory(ctx->k);
	struct amd_unit facts = { 0 };

	if (inv->units.nr)
		amd_read_unit(ctx->k, inv->units.at[0], &facts);
	if (!facts.has_irq_mode)
		cannot(ctx, "tell the size of interrupt entries", STATUS_MISSING,
		       "amd_iommu_guest_ir");
	*ret = facts.wide_irte;
	return facts.has_irq_mode;
}

void cmd_irt(struct context *ctx)
{
	struct irt irt = { .ctx = ctx };
	enum status status = amd_irqs(ctx->k, &irt.irqs);
	const char *missing = ctx->k->missing;

	if (!is_wide(ctx, &irt.wide))
		return;
	irt.irqs_known = status == STATUS_OK;
	find_tables(&irt);
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
	put_tables(&irt);
	if (irt.posted)
		tell_of_vms(ctx);
	if (status != STATUS_OK)
		not_all(ctx, "tell which interrupt uses which entry", status, missing);
}
