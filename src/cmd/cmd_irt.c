// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu irt: interrupt remapping tables: entry to vector and CPU or to a virtual CPU, entry to
 * Linux interrupt and back. The tables are the hardware's, the interrupts the kernel's.
 */
#include "irt.h"
#include "posted.h"

#include <inttypes.h>
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

/* ---- rows ---- */

/* "cpu 3". A logical destination is a set of CPUs; a physical one is the id that the interrupt controller
 * gives to one CPU. */
const char *irt_cpu_words(struct irt *irt, const struct irq_entry *entry)
{
	const struct arch *arch = kernel_arch(irt->ctx->k);
	struct failure failure;
	uint32_t cpu;

	if (entry->logical)
		return arch->cpus_of_set ? arch->cpus_of_set(irt->ctx->k, entry->destination) :
					   "CPUs not known";
	if (!arch->cpu_of_id)
		return "CPU not known";
	failure = arch->cpu_of_id(irt->ctx->k, entry->destination, &cpu);
	if (failed(failure))
		return failure.status == STATUS_ABSENT ? "no such CPU" : "CPU not known";
	return arena_printf(&irt->ctx->session->arena, "cpu %u", cpu);
}

/* The answer of -v: the columns of the table, as lines. */
static void put_answer(struct irt *irt, const struct irq_entry *entry, const char *destination)
{
	if (!irt->ctx->opt.verbose)
		sink_cell_text(irt->ctx->sink, "destination", destination);
	else if (entry->enabled)
		sink_say(irt->ctx->sink, "VECTOR", "%u, destination %s", entry->vector, destination);
}

/* Of an entry that is posted: the virtual CPU, and where that runs. Returns whether it was found. */
static bool put_guest(struct irt *irt, const struct table *table, const struct irq_entry *entry)
{
	struct context *ctx = irt->ctx;
	const char *who = put_posted(ctx, table->vendor, &entry->to);
	const char *cpus = entry->running ? irt_cpu_words(irt, entry) : NULL;

	irt->posted = true;
	sink_bool(ctx->sink, "running", entry->running);
	sink_string(ctx->sink, "cpus", cpus);
	put_answer(irt, entry,
		   arena_printf(&ctx->session->arena, "%s 0x%" PRIx64 ": %s, %s", entry->to.word,
				entry->to.value,
				who ? who : irt_vms_known(irt) ? "no vCPU" : "vCPU not known",
				entry->running ? cpus : "not running"));
	return who != NULL;
}

/* False: it is posted to a virtual CPU that was not found. */
static bool put_destination(struct irt *irt, const struct table *table,
			    const struct irq_entry *entry)
{
	struct sink *sink = irt->ctx->sink;
	const char *cpus;

	sink_count(sink, "destination", entry->destination);
	if (!entry->enabled) {
		put_answer(irt, entry, "-");
		return true;
	}
	if (entry->posted)
		return put_guest(irt, table, entry);
	cpus = irt_cpu_words(irt, entry);
	sink_string(sink, "cpus", cpus);
	put_answer(irt, entry, arena_printf(&irt->ctx->session->arena, "%s 0x%x: %s",
					    entry->logical ? "set" : "id", entry->destination, cpus));
	return true;
}

/* Whose the entry is. "name" is the first handler's, on screen those of all. */
static void put_irq(struct irt *irt, const struct remapped_irq *irq)
{
	struct sink *sink = irt->ctx->sink;

	if (irq)
		sink_count(sink, "irq", irq->irq);
	else
		sink_null(sink, "irq");
	sink_string(sink, "name", irq && irq->names.nr ? irq->names.at[0] : NULL);
	sink_list(sink, "names");
	for (size_t i = 0; irq && i < irq->names.nr; i++)
		sink_string(sink, NULL, irq->names.at[i]);
	sink_list_end(sink);
	if (irq && irq->name)
		sink_cell_text(sink, "name", irq->name);
	if (!irt->ctx->opt.verbose)
		return;
	if (irq)
		sink_say(sink, "IRQ", "%u  %s", irq->irq,
			 irq->name ? irq->name : irq->requested ? "name not known" : "nobody requested it");
	else
		sink_say(sink, "IRQ", "%s", irt->irqs_known ? "none of this kernel uses it" : "not known");
}

static void put_entry(struct irt *irt, const struct table *table, uint32_t index,
		      const uint64_t words[2], const struct irq_entry *entry)
{
	struct record_view view = {
		.record = entry->record,
		.nr_words = (uint8_t)((table->irq_table.entry_bytes + 7) / 8),
		.words = { words[0], words[1] },
		.enc_mask = irt->ctx->k->enc_mask,
	};
	struct irq_subject subject = {
		.name = table->name,
		.index = index,
		.entry = entry,
		.irq = irt_irq_of_entry(irt, table, index),
		.irqs_known = irt->irqs_known,
	};
	struct sink *sink = irt->ctx->sink;
	struct findings findings = { 0 };

	if (irt->ctx->opt.verbose)
		sink_heading(sink, "%s  entry %u  %s", word_stream(irt->ctx, table->stream.id), index,
			     entry->mode);
	sink_row(sink);
	sink_string(sink, "device", table->name);
	sink_cell_text(sink, "device", word_stream(irt->ctx, table->stream.id));
	put_special(irt->ctx, table->stream.id);
	sink_count(sink, "index", index);
	sink_string(sink, "mode", entry->mode);
	sink_count(sink, "vector", entry->vector);
	sink_cell(sink, "vector", entry->enabled ? "%u" : "-", entry->vector);
	subject.vcpu_found = put_destination(irt, table, entry);
	put_irq(irt, subject.irq);
	put_record(irt->ctx, &view, "raw");
	sink_row_end(sink);
	subject.vms_known = !subject.vcpu_found && irt_vms_known(irt);
	check_irq_entry(irt->ctx->k, &subject, &findings);
	put_findings(irt->ctx, &findings);
}

/* ---- one table ---- */

/* Finds interrupts that should use an entry of this table which is disabled or beyond its end. */
static void check_irqs(struct irt *irt, const struct table *table)
{
	struct findings findings = { 0 };

	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct remapped_irq *irq = irt->irqs.at[i];
		struct irq_entry entry;
		uint64_t words[2];
		bool is_there = irq->index < table->irq_table.nr;

		if (irq->stream_id != table->stream.id ||
		    (is_there && irt_is_unreadable(table, irq->index)))
			continue;
		if (is_there)
			irt_read_entry(table, irq->index, words, &entry);
		check_irq(irt->ctx->k, table->name, irq, is_there ? &entry : NULL, &findings);
	}
	put_findings(irt->ctx, &findings);
}

static bool is_wanted(const struct irt *irt, const struct table *table, uint32_t index,
		      const struct irq_entry *entry, const struct remapped_irq *only)
{
	if (only)
		return only->stream_id == table->stream.id && only->index == index;
	return entry->used && (entry->enabled || irt->ctx->opt.all);
}

static void count(const struct irt *irt, struct table *table, uint32_t index,
		  const struct irq_entry *entry)
{
	table->nr_enabled += entry->enabled;
	if (entry->enabled || !entry->used)
		return;
	table->nr_disabled++;
	table->nr_unclaimed += !irt_irq_of_entry(irt, table, index);
}

/* only: the one interrupt that was asked for, or NULL. ABSENT: the stream has no table. */
static enum status show_table(struct irt *irt, uint32_t id, const struct remapped_irq *only)
{
	struct table *table = arena_alloc(&irt->ctx->session->arena, sizeof(*table));
	enum status status = irt_read_table(irt, id, table);
	struct findings findings = { 0 };

	if (status != STATUS_OK)
		return status;
	check_interrupts_taken(irt->ctx->k, table->name, &table->stream, &findings);
	put_findings(irt->ctx, &findings);
	for (uint32_t index = 0; index < table->irq_table.nr; index++) {
		struct irq_entry entry;
		uint64_t words[2];

		if (target_interrupted(irt->ctx->session->target))
			return STATUS_INTERRUPTED;
		if (irt_is_unreadable(table, index))
			continue;
		irt_read_entry(table, index, words, &entry);
		count(irt, table, index, &entry);
		if (is_wanted(irt, table, index, &entry, only))
			put_entry(irt, table, index, words, &entry);
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
	sink_string(sink, "device", table->name);
	put_special(irt->ctx, table->stream.id);
	sink_hex(sink, "address", table->irq_table.at.v);
	sink_count(sink, "length", table->irq_table.nr);
	sink_count(sink, "entry_bytes", table->irq_table.entry_bytes);
	sink_count(sink, "enabled", table->nr_enabled);
	sink_count(sink, "disabled", table->nr_disabled);
	sink_count(sink, "disabled_without_irq", table->nr_unclaimed);
	sink_count(sink, "unread", table->nr_unread);
	sink_end(sink);
	if (irt->ctx->opt.verbose)
		sink_say(sink, "TABLE",
			 "%s at %" PRIx64 ": %u entries of %u bytes, %u enabled, %u disabled "
			 "(%u of them without an irq)%s", word_stream(irt->ctx, table->stream.id),
			 table->irq_table.at.v,
			 table->irq_table.nr, table->irq_table.entry_bytes, table->nr_enabled,
			 table->nr_disabled, table->nr_unclaimed,
			 table->unreadable ? ", not all in the dump" : "");
}

/* A slot that is handed out and disabled belongs to an interrupt that nobody requested. When there is no
 * such interrupt, the driver keeps the slot back for an IO-APIC, or it was lost. */
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
		all += table->irq_table.nr - table->nr_unread;
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
	const struct inventory *inv = kernel_inventory(irt->ctx->k);
	uint32_t *ids = arena_alloc(&irt->ctx->session->arena,
				    (inv->devices.nr + irt->irqs.nr + 1) * sizeof(*ids));

	*nr = 0;
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (dev->is_pci && device_unit(dev))
			ids[(*nr)++] = dev->sbdf;
	}
	for (size_t i = 0; i < irt->irqs.nr; i++)
		ids[(*nr)++] = ((const struct remapped_irq *)irt->irqs.at[i])->stream_id;
	qsort(ids, *nr, sizeof(*ids), by_value);
	return ids;
}

/* A table that serves a whole unit is shown once. */
static bool was_shown(const struct irt *irt, uint32_t id)
{
	struct stream stream;
	struct irq_table table;

	if (failed(kernel_find_stream(irt->ctx->k, id, &stream)) || !stream.vendor->irq_table ||
	    failed(stream.vendor->irq_table(irt->ctx->k, &stream, &table)) || !table.of_unit)
		return false;
	for (size_t i = 0; i < irt->tables.nr; i++) {
		if (((const struct table *)irt->tables.at[i])->irq_table.at.v == table.at.v)
			return true;
	}
	return false;
}

static void show_all(struct irt *irt)
{
	size_t nr;
	const uint32_t *ids = collect_ids(irt, &nr);

	for (size_t i = 0; i < nr; i++) {
		if ((i == 0 || ids[i] != ids[i - 1]) && !was_shown(irt, ids[i]))
			show_table(irt, ids[i], NULL);
	}
}

static void show_irq(struct irt *irt)
{
	uint64_t number;

	if (!parse_count(irt->ctx, irt->ctx->opt.irq, "an interrupt", &number))
		return;
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct remapped_irq *irq = irt->irqs.at[i];

		if (irq->irq == number) {
			show_table(irt, irq->stream_id, irq);
			return;
		}
	}
	complain(irt->ctx, "no-such-irq", "irq %" PRIu64 " goes through no remapping table",
		 number);
}

static void show_devices(struct irt *irt)
{
	uint32_t *sbdf;
	unsigned nr;
	char bdf[WORD_MAX];

	if (!parse_devices(irt->ctx, &sbdf, &nr))
		return;
	for (unsigned i = 0; i < nr; i++) {
		struct stream stream = { 0 };

		if (failed(kernel_find_stream(irt->ctx->k, sbdf[i], &stream)) &&
		    complained_of_undecoded(irt->ctx, sbdf[i], &stream))
			continue;
		if (show_table(irt, sbdf[i], NULL) == STATUS_ABSENT)
			sink_note(irt->ctx->sink, NOTE_INFO, "no-table",
				  "%s has no interrupt remapping table: none of its interrupts is "
				  "remapped", word_bdf(bdf, sbdf[i]));
	}
}

/* False, after a sentence: no vendor that runs has interrupt tables, or the size of their entries is not
 * known. */
static bool can_be_read(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	bool any = false;

	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];
		struct failure failure;
		uint8_t bytes;

		if (!vendor->irq_table || !vendor->irq_entry_bytes || !vendor->decode_irq_entry) {
			complain_of_vendor(ctx, vendor, "interrupt remapping tables in memory");
			continue;
		}
		failure = vendor->irq_entry_bytes(ctx->k, &bytes);
		if (failed(failure))
			cannot(ctx, "tell the size of interrupt entries", failure);
		any |= !failed(failure);
	}
	return any;
}

/* Before it is looked whether there are tables at all. */
static bool are_words_right(struct context *ctx)
{
	uint64_t irq;
	uint32_t *sbdf;
	unsigned nr;

	return (!ctx->opt.irq || parse_count(ctx, ctx->opt.irq, "an interrupt", &irq)) &&
	       parse_devices(ctx, &sbdf, &nr);
}

void cmd_irt(struct context *ctx)
{
	struct irt irt = { .ctx = ctx };
	struct failure failure;

	if (!are_words_right(ctx) || !can_be_read(ctx))
		return;
	failure = kernel_remapped_irqs(ctx->k, &irt.irqs);
	irt.irqs_known = !failed(failure);
	irt_find_tables(&irt);
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
	if (!irt.tables.nr && !ctx->failed && !ctx->opt.irq && !ctx->opt.device && !ctx->opt.nr_words)
		sink_heading(ctx->sink, "no interrupt remapping table of a known device or interrupt");
	if (irt.posted)
		say_unread_vms(ctx);
	say_if_not_all(ctx, "tell which interrupt uses which entry", failure);
}
