// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ids that are of no PCI function: IO-APICs and HPETs send interrupts with an id that firmware's
 * table of devices gave them. The driver keeps them in two arrays
 * (drivers/iommu/intel/irq_remapping.c: ir_ioapic, ir_hpet).
 */
#include "intel.h"

/* Linux arch/x86/include/asm/apicdef.h, MAX_IO_APICS with 64 bits, and irq_remapping.c,
 * MAX_HPET_TBS. */
#define MAX_IOAPICS 128
#define MAX_HPETS   8

/* A pointer and three numbers of 32 bits at most, in every kernel. */
#define SLOT_BYTES 24

struct slot_kind {
	const char *symbol, *name;
	unsigned nr, iommu, id, bus, devfn;
};

static const struct slot_kind ioapics = {
	"ir_ioapic",	   "IO-APIC",	       MAX_IOAPICS,	     M_INTEL_IOAPIC_IOMMU,
	M_INTEL_IOAPIC_ID, M_INTEL_IOAPIC_BUS, M_INTEL_IOAPIC_DEVFN,
};
static const struct slot_kind hpets = {
	"ir_hpet",	 "HPET",	   MAX_HPETS,	       M_INTEL_HPET_IOMMU,
	M_INTEL_HPET_ID, M_INTEL_HPET_BUS, M_INTEL_HPET_DEVFN,
};

static struct failure read_slot(struct kernel *k, const struct slot_kind *kind, struct kva at,
				struct ptrs *ret)
{
	const struct intel_unit *unit;
	struct special_stream *special;
	uint64_t iommu, id, bus, devfn;
	struct failure failure = kernel_read_member(k, at, kind->iommu, &iommu);

	/* A slot that is free has no unit, and what is behind the array leads to none. */
	unit = failed(failure) ? NULL : intel_unit_at(kernel_inventory(k), iommu);
	if (!unit)
		return failure;
	failure = kernel_read_member(k, at, kind->id, &id);
	if (!failed(failure))
		failure = kernel_read_member(k, at, kind->bus, &bus);
	if (!failed(failure))
		failure = kernel_read_member(k, at, kind->devfn, &devfn);
	if (failed(failure))
		return failure;
	special = arena_alloc(k->arena, sizeof(*special));
	*special = (struct special_stream){
		.id = intel_id(intel_segment_of_unit(k, unit->unit), (uint32_t)(bus << 8 | devfn)),
		.name = arena_printf(k->arena, "%s %llu", kind->name, (unsigned long long)id),
		.told_by = "driver",
	};
	ptrs_push(k->arena, ret, special);
	return NO_FAILURE;
}

static struct failure read_slots(struct kernel *k, const struct slot_kind *kind, struct ptrs *ret)
{
	struct kva at;
	struct failure failure = kernel_symbol(k, kind->symbol, &at);

	if (failed(failure))
		kernel_leave_unreported(k, failure);
	for (unsigned i = 0; i < kind->nr && !failed(failure); i++)
		failure = read_slot(k, kind, kva_plus(at, (uint64_t)i * SLOT_BYTES), ret);
	return failure;
}

struct failure intel_special_streams(struct kernel *k, struct ptrs *ret)
{
	struct failure failure;

	if (!kernel_has_member(k, M_INTEL_IOMMU_IR_TABLE))
		return failure_of(STATUS_ABSENT); /* built without interrupt remapping */
	failure = read_slots(k, &ioapics, ret);
	return first_failure(failure, read_slots(k, &hpets, ret));
}
