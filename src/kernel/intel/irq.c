// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupt remapping (drivers/iommu/intel/irq_remapping.c): a unit has one table for all that it
 * serves, and a bitmap of the slots that are handed out; a Linux interrupt has a struct
 * intel_ir_data with its slot and what the driver made of the entry.
 */
#include "intel.h"

#include "format/intel/irte.h"

/* Linux drivers/iommu/intel/iommu.h, INTR_REMAP_TABLE_ENTRIES: every table is as large as the
 * register allows. */
#define NR_ENTRIES 65536u

/* irte_mask is the log2 of a block; a function has 32 messages of MSI at most (PCI Base 3.0,
 * section 6.8.1.3). */
#define MAX_BLOCK_LG2 5

uint16_t intel_segment_of_unit(struct kernel *k, const struct unit *unit)
{
	const struct intel_unit *known = intel_unit_of(kernel_inventory(k), unit);
	uint64_t segment = 0;

	if (known && kernel_has_member(k, M_INTEL_DRHD_SEGMENT) &&
	    failed(kernel_read_member(k, known->drhd, M_INTEL_DRHD_SEGMENT, &segment)))
		return 0;
	return (uint16_t)segment;
}

/* Whether the unit remaps interrupts, by IRE in what the driver wrote last. ABSENT: it does not. */
static struct failure remaps(struct kernel *k, const struct unit *unit)
{
	uint64_t gcmd;
	struct failure failure = kernel_read_member(k, unit->at, M_INTEL_IOMMU_GCMD, &gcmd);

	if (failed(failure) || record_get(&intel_gcmd_record, "ire", &gcmd))
		return failure;
	return failure_of(STATUS_ABSENT);
}

/* ---- the interrupts of Linux ---- */

struct failure intel_irq_domain(struct kernel *k, const struct unit *unit, uint64_t *ret)
{
	struct failure failure = remaps(k, unit);

	*ret = 0;
	if (failed(failure))
		return failure.status == STATUS_ABSENT ? NO_FAILURE : failure;
	return kernel_read_member(k, unit->at, M_INTEL_IOMMU_IR_DOMAIN, ret);
}

/* The id is in what the driver made of the entry, which it keeps also while nothing is delivered
 * through that. */
static void read_source(struct kernel *k, const struct unit *unit, struct kva chip_data,
			struct remapped_irq *ret)
{
	uint64_t words[INTEL_IRTE_WORDS];
	struct intel_irte irte;
	struct kva at;

	ret->has_stream = false;
	if (failed(kernel_member_at(k, chip_data, M_INTEL_IR_DATA_ENTRY, &at)) ||
	    failed(kernel_read(k, at, words, sizeof(words))))
		return;
	intel_irte_decode(words, true, &irte);
	ret->has_stream = irte.has_source;
	if (irte.has_source)
		ret->stream_id = intel_id(intel_segment_of_unit(k, unit), irte.source_id);
}

struct failure intel_irq_use(struct kernel *k, const struct unit *unit, struct kva chip_data,
			     struct remapped_irq *ret)
{
	uint64_t first, nth = 0, mask = 0;
	struct failure failure = kernel_read_member(k, chip_data, M_INTEL_IR_DATA_INDEX, &first);

	if (!failed(failure))
		failure = kernel_read_member(k, chip_data, M_INTEL_IR_DATA_SUB_HANDLE, &nth);
	if (failed(failure))
		return failure;
	ret->index = ret->block = (uint32_t)(first + nth);
	ret->nr_block = 1;
	if (!failed(kernel_read_member(k, chip_data, M_INTEL_IR_DATA_MASK, &mask)) &&
	    mask <= MAX_BLOCK_LG2 && nth < 1u << mask) {
		ret->block = (uint32_t)first;
		ret->nr_block = 1u << mask;
	}
	read_source(k, unit, chip_data, ret);
	return NO_FAILURE;
}

/* ---- tables ---- */

/* EIME of the register is not kept; this is by what the driver writes destinations. */
enum irq_ids intel_irq_ids(struct kernel *k)
{
	uint64_t eim;
	struct failure failure = kernel_read_variable(k, "eim_mode", 4, &eim);

	if (failed(failure)) {
		kernel_leave_unreported(k, failure);
		return IRQ_IDS_UNKNOWN;
	}
	return eim ? IRQ_IDS_OF_32_BITS : IRQ_IDS_OF_8_BITS;
}

static struct failure find_table(struct kernel *k, const struct unit *unit, struct kva *ret)
{
	struct failure failure = remaps(k, unit);

	*ret = kva_of(0);
	if (!failed(failure))
		failure = kernel_read_pointer(k, unit->at, M_INTEL_IOMMU_IR_TABLE, ret);
	if (!failed(failure) && kva_is_null(*ret))
		failure = failure_of(STATUS_ABSENT);
	return failure;
}

/* Linux drivers/iommu/intel/iommu.h, VTD_FLAG_IRQ_REMAP_PRE_ENABLED: stays set in a kernel that a crashed one started,
 * which then copies that one's table and keeps back the slots whose entries are present. */
#define FLAG_REMAPPED_BEFORE 2

static bool keeps_old(struct kernel *k, const struct unit *unit)
{
	uint64_t flags;

	return kernel_has_member(k, M_INTEL_IOMMU_FLAGS) &&
	       !failed(kernel_read_member(k, unit->at, M_INTEL_IOMMU_FLAGS, &flags)) &&
	       (flags & FLAG_REMAPPED_BEFORE);
}

struct failure intel_irq_table_of_unit(struct kernel *k, const struct unit *unit,
				       struct irq_table *ret)
{
	struct kva table, base;
	struct failure failure = find_table(k, unit, &table);

	*ret = (struct irq_table){ .unit = unit, .of_unit = true };
	if (!failed(failure))
		failure = kernel_read_pointer(k, table, M_INTEL_IR_TABLE_BASE, &base);
	if (!failed(failure))
		failure = kernel_to_pa(k, base, &ret->at);
	if (failed(failure))
		return failure;
	ret->nr = NR_ENTRIES;
	ret->entry_bytes = INTEL_IRTE_BYTES;
	ret->segment = intel_segment_of_unit(k, unit);
	ret->ids = intel_irq_ids(k);
	ret->keeps_old = keeps_old(k, unit);
	kernel_read_pointer(k, table, M_INTEL_IR_TABLE_BITMAP, &ret->slots);
	return NO_FAILURE;
}

struct failure intel_irq_table(struct kernel *k, const struct stream *stream, struct irq_table *ret)
{
	*ret = (struct irq_table){ .unit = stream->unit };
	if (!stream->unit)
		return failure_of(STATUS_MISSING); /* which unit serves it is not known */
	return intel_irq_table_of_unit(k, stream->unit, ret);
}

struct failure intel_irq_entry_bytes(struct kernel *k, uint8_t *ret)
{
	(void)k;
	*ret = INTEL_IRTE_BYTES;
	return NO_FAILURE;
}

void intel_irq_facts(struct kernel *k, const struct unit *unit, struct unit_facts *ret)
{
	struct kva table;
	struct failure failure = find_table(k, unit, &table);

	ret->irqs_pass = failure.status == STATUS_ABSENT;
	if (failed(failure))
		return;
	switch (intel_irq_ids(k)) {
	case IRQ_IDS_OF_32_BITS:
		ret->irq_mode = "128-bit x2APIC";
		break;
	case IRQ_IDS_OF_8_BITS:
		ret->irq_mode = "128-bit xAPIC";
		break;
	default:
		ret->irq_mode = "128-bit, xAPIC or x2APIC";
	}
}

/* ---- entries ---- */

void intel_decode_irq_entry(const struct irq_table *table, const uint64_t words[2],
			    struct irq_entry *ret)
{
	struct intel_irte irte;

	intel_irte_decode(words, table->ids != IRQ_IDS_OF_8_BITS, &irte);
	*ret = (struct irq_entry){
		.record = irte.record,
		.used = irte.present,
		.enabled = irte.present,
		.posted = irte.posted && irte.present,
		.logical = irte.logical,
		.vector = irte.vector,
		.destination = irte.destination,
		.destination_unknown = table->ids == IRQ_IDS_UNKNOWN,
		.checks_source = irte.checks_source,
		.takes_nobody = irte.bad_source,
		.has_source = irte.present && irte.has_source,
		.source = intel_id(table->segment, irte.source_id),
		.mode = !irte.present ? "unused"
			: irte.posted ? "posted"
				      : "remapped",
		.bad_bit = irte.bad_bit,
	};
	if (ret->posted)
		ret->to = intel_posted_key(irte.descriptor);
}

bool intel_irq_entry_takes(const struct irq_table *table, const uint64_t words[2], uint32_t id)
{
	return intel_segment_of(id) == table->segment && intel_irte_accepts(words, (uint16_t)id);
}

const char *intel_irq_entry_takers(struct kernel *k, const uint64_t words[2])
{
	char buf[80];

	return arena_strdup(k->arena, intel_irte_source_words(words, buf, sizeof(buf)));
}
