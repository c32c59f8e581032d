// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupt remapping: each device has a table of its own, which its device table entry points to; a
 * Linux interrupt has a struct amd_ir_data (drivers/iommu/amd/iommu.c) with the table's device and the
 * index.
 */
#include "amd.h"

#include "format/amd/irte.h"

/* enum amd_iommu_intr_mode_type, and IRQ_REMAP_X2APIC_MODE */
#define GUEST_IR_LEGACY_GA 1
#define GUEST_IR_VAPIC	   2
#define X2APIC_MODE	   1

#define WIDE_BYTES   16
#define NARROW_BYTES 4

/* 48882 2.2.2, IntTabLen: values above 11 are reserved. */
#define MOST_ENTRIES 2048u

struct failure amd_read_irq_mode(struct kernel *k, struct amd_irq_mode *ret)
{
	uint64_t guest_ir, xt_mode;
	struct failure failure = kernel_read_variable(k, "amd_iommu_guest_ir", 4, &guest_ir);

	*ret = (struct amd_irq_mode){ 0 };
	if (failed(failure))
		return failure;
	ret->wide = guest_ir >= GUEST_IR_LEGACY_GA;
	ret->vapic = guest_ir == GUEST_IR_VAPIC;
	ret->x2apic = !failed(kernel_read_variable(k, "amd_iommu_xt_mode", 4, &xt_mode)) &&
		      xt_mode == X2APIC_MODE;
	return NO_FAILURE;
}

const char *amd_irq_mode_word(const struct amd_irq_mode *mode)
{
	if (!mode->wide)
		return "32-bit";
	if (mode->vapic)
		return mode->x2apic ? "vAPIC x2APIC" : "vAPIC";
	return mode->x2apic ? "128-bit x2APIC" : "128-bit";
}

struct failure amd_irq_entry_bytes(struct kernel *k, uint8_t *ret)
{
	struct amd_irq_mode mode;
	struct failure failure = amd_read_irq_mode(k, &mode);

	*ret = failed(failure) ? 0 : mode.wide ? WIDE_BYTES : NARROW_BYTES;
	return failure;
}

struct failure amd_irq_domain(struct kernel *k, const struct unit *unit, uint64_t *ret)
{
	return kernel_read_member(k, unit->at, M_AMD_IOMMU_IR_DOMAIN, ret);
}

struct failure amd_irq_use(struct kernel *k, const struct unit *unit, struct kva chip_data,
			   struct remapped_irq *ret)
{
	uint64_t devid, nth;
	struct failure failure = kernel_read_member(k, chip_data, M_AMD_IR_DATA_DEVID, &devid);

	if (!failed(failure))
		failure = kernel_read_member(k, chip_data, M_AMD_IR_DATA_INDEX, &nth);
	if (failed(failure))
		return failure;
	ret->has_stream = true;
	ret->stream_id = amd_id(amd_segment_of(unit->sbdf), (uint32_t)devid);
	ret->index = ret->block = (uint32_t)nth;
	ret->nr_block = 1;
	return NO_FAILURE;
}

struct failure amd_irq_table(struct kernel *k, const struct stream *stream, struct irq_table *ret)
{
	struct amd_dte_place place;
	uint32_t last;
	struct failure failure = amd_read_dte(k, stream->id, &place, &last);

	*ret = (struct irq_table){ .unit = stream->unit };
	if (failed(failure))
		return failure;
	if (!place.dte.irq_valid)
		return failure_of(STATUS_ABSENT);
	/* No unit has such a table, and what stands behind the start of it is something else. */
	if (place.dte.irq_entries > MOST_ENTRIES)
		return failure_at(STATUS_DAMAGED, place.at.v);
	ret->at = place.dte.irq_table;
	ret->nr = place.dte.irq_entries;
	amd_irq_entry_bytes(k, &ret->entry_bytes);
	return NO_FAILURE;
}

static const char *mode_word(const struct amd_irte *irte)
{
	if (!irte->used)
		return "unused";
	if (irte->only_allocated || !irte->enabled)
		return "disabled";
	return irte->guest ? "vapic" : "remapped";
}

void amd_decode_irq_entry(const struct irq_table *table, const uint64_t words[2],
			  struct irq_entry *ret)
{
	struct amd_irte irte;

	amd_irte_decode(words, table->entry_bytes == WIDE_BYTES, &irte);
	*ret = (struct irq_entry){
		.record = irte.record,
		.used = irte.used,
		.only_allocated = irte.only_allocated,
		.enabled = irte.enabled,
		.posted = irte.guest,
		.to = amd_posted_key(irte.ga_tag, irte.ga_root),
		.logical = irte.logical,
		.vector = irte.vector,
		.destination = irte.destination,
		.tells_running = true,
		.running = irte.running,
		.mode = mode_word(&irte),
		.bad_bit = irte.bad_bit,
	};
}
