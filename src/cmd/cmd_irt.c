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

	if (entry->destination_unknown)
		return "CPU not known";
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

/* Where an interrupt that is posted now makes itself heard. *cpus: the CPU, NULL: none. */
static const char *notice_words(struct irt *irt, const struct posted *posted, const char **cpus)
{
	const struct irq_entry notice = {
		.destination = posted->destination,
		.destination_unknown = posted->destination_unknown,
	};

	*cpus = NULL;
	if (posted->descriptor && failed(posted->descriptor->failure))
		return arena_printf(&irt->ctx->session->arena, "what waits in it: %s",
				    word_no_value(posted->descriptor->failure.status));
	if (!posted->notifies)
		return "notifies nobody";
	*cpus = irt_cpu_words(irt, &notice);
	return arena_printf(&irt->ctx->session->arena, "notifies %s", *cpus);
}

/* Of an entry that is posted: the virtual CPU, and where that runs. */
static void put_guest(struct irt *irt, const struct table *table, const struct irq_entry *entry,
		      struct irq_subject *subject)
{
	struct context *ctx = irt->ctx;
	struct posted posted;
	const char *who = put_posted(ctx, table->vendor, &entry->to, &posted), *cpus, *where;

	irt->posted = true;
	if (!who)
		say_if_not_all(ctx, "find whom entries are posted to", posted.failure);
	if (entry->tells_running) {
		cpus = entry->running ? irt_cpu_words(irt, entry) : NULL;
		where = cpus ? cpus : "not running";
		sink_bool(ctx->sink, "running", entry->running);
	} else {
		where = notice_words(irt, &posted, &cpus);
		sink_null(ctx->sink, "running");
	}
	sink_string(ctx->sink, "cpus", cpus);
	subject->vcpu_found = who;
	subject->vms_known = !who && !failed(posted.failure) && irt_vms_known(irt);
	put_answer(irt, entry,
		   arena_printf(&ctx->session->arena, "%s 0x%" PRIx64 ": %s, %s", entry->to.word,
				entry->to.value,
				who ? who : subject->vms_known ? "no vCPU" : "vCPU not known", where));
}

static void put_destination(struct irt *irt, const struct table *table, const struct irq_entry *entry,
			    struct irq_subject *subject)
{
	struct sink *sink = irt->ctx->sink;
	const char *cpus;

	if (entry->destination_unknown || (entry->posted && !entry->tells_running))
		sink_null(sink, "destination");
	else
		sink_count(sink, "destination", entry->destination);
	if (!entry->enabled) {
		put_answer(irt, entry, "-");
		return;
	}
	if (entry->posted) {
		put_guest(irt, table, entry, subject);
		return;
	}
	cpus = irt_cpu_words(irt, entry);
	sink_string(sink, "cpus", cpus);
	put_answer(irt, entry,
		   entry->destination_unknown ? cpus :
			   arena_printf(&irt->ctx->session->arena, "%s 0x%x: %s",
					entry->logical ? "set" : "id", entry->destination, cpus));
}

/* Whose the entry is. "name" is the first handler's, on screen those of all. */
static void put_irq(struct irt *irt, const struct irq_subject *subject)
{
	struct sink *sink = irt->ctx->sink;
	const struct remapped_irq *irq = subject->irq;
	bool inherited = is_inherited_irq_entry(subject);

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
	if (inherited) {
		sink_bool(sink, "inherited", true);
		sink_cell_text(sink, "name", "(the crashed kernel's)");
	}
	if (!irt->ctx->opt.verbose)
		return;
	if (irq)
		sink_say(sink, "IRQ", "%u  %s", irq->irq,
			 irq->name ? irq->name : irq->requested ? "name not known" : "nobody requested it");
	else
		sink_say(sink, "IRQ", "%s", inherited ? "none of this kernel uses it: the crashed kernel left it" :
			 irt->irqs_known ? "none of this kernel uses it" : "not known");
}

/* In a unit's table the entry says whose interrupts it takes, and one that is disabled has the id that its interrupt
 * is to have; in a stream's table they are that stream's. False: it is not one id. */
static bool id_of_entry(const struct table *table, const struct irq_subject *subject, uint32_t *ret)
{
	const struct irq_entry *entry = subject->entry;

	if (!table->unit)
		*ret = table->stream.id;
	else if (entry->has_source)
		*ret = entry->source;
	else if (!entry->enabled && subject->irq && subject->irq->has_stream)
		*ret = subject->irq->stream_id;
	else
		return false;
	return true;
}

static void put_whose(struct irt *irt, const struct table *table, const struct irq_subject *subject)
{
	struct sink *sink = irt->ctx->sink;
	const char *takes = subject->entry->enabled ? subject->takers : NULL;
	char bdf[WORD_MAX];
	uint32_t id;

	if (id_of_entry(table, subject, &id)) {
		sink_string(sink, "device", word_bdf(bdf, id));
		sink_cell_text(sink, "device", word_stream(irt->ctx, id));
		put_special(irt->ctx, id);
	} else {
		sink_null(sink, "device");
		sink_cell_text(sink, "device", !takes ? "-" : subject->entry->takes_nobody ? "nobody" : takes);
	}
	if (!table->unit)
		return;
	sink_string(sink, "unit", table->name);
	sink_string(sink, "takes", takes);
	if (irt->ctx->opt.verbose && takes)
		sink_say(sink, "TAKES", "%s", takes);
}

/* "0000:00:14.0 (IO-APIC 0)  entry 3", "0000:00:14.0  entry 3 of dmar0" */
static const char *heading_words(struct irt *irt, const struct table *table,
				 const struct irq_subject *subject)
{
	struct arena *arena = &irt->ctx->session->arena;
	uint32_t id;
	bool has_id = id_of_entry(table, subject, &id);

	return arena_printf(arena, "%s%sentry %u%s%s", has_id ? word_stream(irt->ctx, id) : "",
			    has_id ? "  " : "", subject->index, table->unit ? " of " : "",
			    table->unit ? table->name : "");
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
		.keeps_old = table->irq_table.keeps_old,
	};
	struct sink *sink = irt->ctx->sink;
	struct findings findings = { 0 };

	if (table->unit)
		irq_subject_of_unit(irt->ctx->k, table->vendor, &table->irq_table, table->slots, words, &subject);
	if (irt->ctx->opt.verbose)
		sink_heading(sink, "%s  %s", heading_words(irt, table, &subject), entry->mode);
	sink_row(sink);
	put_whose(irt, table, &subject);
	sink_count(sink, "index", index);
	sink_string(sink, "mode", entry->mode);
	sink_count(sink, "vector", entry->vector);
	sink_cell(sink, "vector", entry->enabled ? "%u" : "-", entry->vector);
	put_destination(irt, table, entry, &subject);
	put_irq(irt, &subject);
	put_record(irt->ctx, &view, "raw");
	sink_row_end(sink);
	check_irq_entry(irt->ctx->k, &subject, &findings);
	put_findings(irt->ctx, &findings);
}

/* ---- one table ---- */

static bool is_irq_of(const struct irt *irt, size_t nth, const struct table *table)
{
	const struct remapped_irq *irq = irt->irqs.at[nth];

	if (table->unit && !table->part)
		return irt_is_of_table(irt, nth, table);
	return irq->has_stream && irq->stream_id == table->stream.id;
}

/* Interrupts whose entries stand in a part of the table that was not read: they are not missing. */
static void say_not_read(struct irt *irt, const struct table *table, size_t nr,
			 const struct remapped_irq *first)
{
	const char *name = first->name ? first->name : "-";

	if (nr == 1)
		sink_note(irt->ctx->sink, NOTE_WARNING, "entry-not-read",
			  "irq %u (%s) uses %s entry %u, which could not be read", first->irq, name,
			  table->name, first->index);
	else
		sink_note(irt->ctx->sink, NOTE_WARNING, "entry-not-read",
			  "%zu irqs use entries of %s that could not be read, the first of them irq %u (%s) "
			  "entry %u", nr, table->name, first->irq, name, first->index);
}

/* Finds interrupts that should use an entry of this table which is disabled or beyond its end. */
static void check_irqs(struct irt *irt, const struct table *table)
{
	const struct remapped_irq *first_not_read = NULL;
	struct findings findings = { 0 };
	size_t nr_not_read = 0;

	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct remapped_irq *irq = irt->irqs.at[i];
		struct irq_entry entry;
		uint64_t words[2];
		bool is_there = irq->index < table->irq_table.nr;

		if (!is_irq_of(irt, i, table))
			continue;
		if (is_there && irt_is_unreadable(table, irq->index)) {
			first_not_read = nr_not_read++ ? first_not_read : irq;
			continue;
		}
		if (is_there)
			irt_read_entry(table, irq->index, words, &entry);
		check_irq(irt->ctx->k, table->name, irq, is_there ? &entry : NULL, &findings);
	}
	put_findings(irt->ctx, &findings);
	if (nr_not_read)
		say_not_read(irt, table, nr_not_read, first_not_read);
}

/* A table that was copied: said once. */
static void check_inherited_entries(struct irt *irt, const struct table *table)
{
	struct findings findings = { 0 };

	check_inherited_irq_entries(irt->ctx->k, table->name, table->nr_inherited, table->first_inherited,
				    &findings);
	put_findings(irt->ctx, &findings);
}

/* A unit's table that has slots which no interrupt has: said once. */
static void check_slots(struct irt *irt, const struct table *table)
{
	struct findings findings = { 0 };

	if (table->part || !table->slots || !irt->irqs_known || !table->nr_unclaimed)
		return;
	check_lost_slots(irt->ctx->k, table->name, table->nr_unclaimed, table->first_unclaimed,
			 &findings);
	put_findings(irt->ctx, &findings);
}

/* In a unit's table, what concerns a stream: what the unit would take from it, and what its interrupts have. Where
 * the unit takes an entry for anybody, it is the interrupt's. */
static bool concerns(const struct irt *irt, const struct table *table, uint32_t index,
		     const uint64_t words[2], const struct irq_entry *entry)
{
	const struct remapped_irq *irq;

	if (!table->part)
		return true;
	irq = irt_irq_of_entry(irt, table, index);
	if (irq && irq->has_stream && irq->stream_id == table->stream.id)
		return true;
	if (!entry->enabled)
		return false;
	if (!entry->checks_source && irq)
		return false;
	return table->vendor->irq_entry_takes(&table->irq_table, words, table->stream.id);
}

static bool is_wanted(const struct irt *irt, const struct irq_entry *entry)
{
	return entry->used && (entry->enabled || irt->ctx->opt.all);
}

static void count(const struct irt *irt, struct table *table, uint32_t index,
		  const struct irq_entry *entry)
{
	const struct irq_subject subject = {
		.entry = entry,
		.irq = irt_irq_of_entry(irt, table, index),
		.irqs_known = irt->irqs_known,
		.keeps_old = table->irq_table.keeps_old,
	};

	table->nr_enabled += entry->enabled;
	if (is_inherited_irq_entry(&subject) && !table->nr_inherited++)
		table->first_inherited = index;
	if (entry->enabled || !entry->used)
		return;
	table->nr_disabled++;
	if (irt_irq_of_entry(irt, table, index) || irt_is_in_block(irt, table, index))
		return;
	if (!table->nr_unclaimed++)
		table->first_unclaimed = index;
}

/* Hardware takes what the entry of a stream says of its interrupts as a whole, or not. */
static void check_taken(struct irt *irt, const struct table *table)
{
	struct findings findings = { 0 };

	if (table->unit)
		return;
	check_interrupts_taken(irt->ctx->k, table->name, &table->stream, &findings);
	put_findings(irt->ctx, &findings);
}

static enum status show_entries(struct irt *irt, struct table *table)
{
	check_taken(irt, table);
	for (uint32_t index = 0; index < table->irq_table.nr; index++) {
		struct irq_entry entry;
		uint64_t words[2];

		if (target_interrupted(irt->ctx->session->target))
			return STATUS_INTERRUPTED;
		if (irt_is_unreadable(table, index))
			continue;
		irt_read_entry(table, index, words, &entry);
		if (!entry.used || !concerns(irt, table, index, words, &entry))
			continue;
		count(irt, table, index, &entry);
		if (is_wanted(irt, &entry))
			put_entry(irt, table, index, words, &entry);
	}
	check_irqs(irt, table);
	check_slots(irt, table);
	check_inherited_entries(irt, table);
	ptrs_push(&irt->ctx->session->arena, &irt->tables, table);
	return STATUS_OK;
}

/* ABSENT: the stream has no table. */
static enum status show_table(struct irt *irt, uint32_t id)
{
	struct table *table = arena_alloc(&irt->ctx->session->arena, sizeof(*table));
	enum status status = irt_read_table(irt, id, table);

	return status == STATUS_OK ? show_entries(irt, table) : status;
}

/* ABSENT: the unit remaps no interrupts. */
static enum status show_unit(struct irt *irt, const struct unit *unit)
{
	struct table *table = arena_alloc(&irt->ctx->session->arena, sizeof(*table));
	enum status status = irt_read_unit_table(irt, unit, table);

	return status == STATUS_OK ? show_entries(irt, table) : status;
}

/* The one entry of an interrupt. */
static void show_entry_of(struct irt *irt, const struct remapped_irq *irq)
{
	struct table table;
	struct findings findings = { 0 };
	struct irq_entry entry;
	uint64_t words[2];
	bool is_there;
	enum status status = irq->unit->vendor->irq_table_of_unit ?
				     irt_read_unit_table(irt, irq->unit, &table) :
				     irt_read_table(irt, irq->stream_id, &table);

	if (status != STATUS_OK)
		return;
	check_taken(irt, &table);
	is_there = irq->index < table.irq_table.nr;
	if (is_there && irt_is_unreadable(&table, irq->index)) {
		say_not_read(irt, &table, 1, irq);
		return;
	}
	if (is_there) {
		irt_read_entry(&table, irq->index, words, &entry);
		put_entry(irt, &table, irq->index, words, &entry);
	}
	check_irq(irt->ctx->k, table.name, irq, is_there ? &entry : NULL, &findings);
	put_findings(irt->ctx, &findings);
}

/* ---- the tables as such ---- */

static void put_table_name(struct irt *irt, const struct table *table)
{
	struct sink *sink = irt->ctx->sink;
	char bdf[WORD_MAX];

	if (table->unit && !table->part) {
		sink_null(sink, "device");
	} else {
		sink_string(sink, "device", word_bdf(bdf, table->stream.id));
		put_special(irt->ctx, table->stream.id);
	}
	if (table->unit)
		sink_string(sink, "unit", table->name);
}

/* "0000:00:14.0 (IO-APIC 0)", "dmar0", "0000:00:14.0 in that of dmar0" */
static const char *table_words(struct irt *irt, const struct table *table)
{
	if (!table->unit)
		return word_stream(irt->ctx, table->stream.id);
	if (!table->part)
		return table->name;
	return arena_printf(&irt->ctx->session->arena, "%s in that of %s",
			    word_stream(irt->ctx, table->stream.id), table->name);
}

static const char slots_unknown[] = "which others are handed out is not known";

/* Entries of a unit's table do not say themselves whether they are handed out. */
static bool knows_slots(const struct table *table)
{
	return !table->unit || table->slots;
}

static void put_table(struct irt *irt, const struct table *table)
{
	struct sink *sink = irt->ctx->sink;

	sink_begin(sink, NULL);
	put_table_name(irt, table);
	sink_hex(sink, "address", table->irq_table.at.v);
	sink_count(sink, "length", table->irq_table.nr);
	sink_count(sink, "entry_bytes", table->irq_table.entry_bytes);
	sink_count(sink, "enabled", table->nr_enabled);
	if (knows_slots(table)) {
		sink_count(sink, "disabled", table->nr_disabled);
		sink_count(sink, "disabled_without_irq", table->nr_unclaimed);
	} else {
		sink_null(sink, "disabled");
		sink_null(sink, "disabled_without_irq");
	}
	sink_count(sink, "unread", table->words.nr_lost);
	if (table->irq_table.keeps_old)
		sink_count(sink, "inherited", table->nr_inherited);
	sink_end(sink);
	if (irt->ctx->opt.verbose)
		sink_say(sink, "TABLE", "%s at %" PRIx64 ": %u entries of %u bytes, %u enabled, %s%s",
			 table_words(irt, table), table->irq_table.at.v, table->irq_table.nr,
			 table->irq_table.entry_bytes, table->nr_enabled,
			 knows_slots(table) ?
				 arena_printf(&irt->ctx->session->arena,
					      "%u disabled (%u of them without an irq)",
					      table->nr_disabled, table->nr_unclaimed) :
				 slots_unknown,
			 table->words.nr_lost ? ", not all in the dump" : "");
}

/* A slot that is handed out and disabled belongs to an interrupt that nobody requested. When there is no
 * such interrupt, the driver keeps the slot back for an IO-APIC, or it was lost. */
static void put_tables(struct irt *irt)
{
	struct sink *sink = irt->ctx->sink;
	uint32_t enabled = 0, disabled = 0, unclaimed = 0, all = 0;
	const char *without;
	bool parts = false, all_known = true;

	sink_list(sink, "tables");
	for (size_t i = 0; i < irt->tables.nr; i++) {
		const struct table *table = irt->tables.at[i];

		put_table(irt, table);
		enabled += table->nr_enabled;
		disabled += table->nr_disabled;
		unclaimed += table->nr_unclaimed;
		all += table->irq_table.nr - table->words.nr_lost;
		parts |= table->part;
		all_known &= knows_slots(table);
	}
	sink_list_end(sink);
	without = unclaimed ? arena_printf(&irt->ctx->session->arena, " (%u of them without an irq)",
					   unclaimed) :
			      "";
	if (!all_known)
		sink_heading(sink, "%u enabled, %s", enabled, slots_unknown);
	else if (parts)
		sink_heading(sink, "%u enabled, %u disabled%s", enabled, disabled, without);
	else if (irt->tables.nr)
		sink_heading(sink, "%zu table%s: %u enabled, %u disabled%s, %u free", irt->tables.nr,
			     irt->tables.nr == 1 ? "" : "s", enabled, disabled, without,
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
	for (size_t i = 0; i < irt->irqs.nr; i++) {
		const struct remapped_irq *irq = irt->irqs.at[i];

		if (irq->has_stream)
			ids[(*nr)++] = irq->stream_id;
	}
	qsort(ids, *nr, sizeof(*ids), by_value);
	return ids;
}

static bool has_table_of_unit(struct irt *irt, uint32_t id)
{
	struct stream stream;

	return !failed(kernel_find_stream(irt->ctx->k, id, &stream)) && stream.vendor &&
	       stream.vendor->irq_table_of_unit;
}

static void show_all(struct irt *irt)
{
	const struct ptrs *units = &kernel_inventory(irt->ctx->k)->units;
	size_t nr;
	const uint32_t *ids = collect_ids(irt, &nr);

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];

		if (unit->vendor && unit->vendor->irq_table_of_unit)
			show_unit(irt, unit);
	}
	for (size_t i = 0; i < nr; i++) {
		if ((i == 0 || ids[i] != ids[i - 1]) && !has_table_of_unit(irt, ids[i]))
			show_table(irt, ids[i]);
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
			show_entry_of(irt, irq);
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
		if (show_table(irt, sbdf[i]) == STATUS_ABSENT)
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
