// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ids that are of no PCI function: IO-APICs and HPETs send interrupts with an id that firmware gave them, often
 * one that a PCI function has too. The driver keeps them in two lists (struct devid_map), with what the command
 * line said instead (ivrs_ioapic=, ivrs_hpet=); where those cannot be read firmware's own table stands in.
 */
#include "amd.h"

#include "format/amd/ivrs.h"
#include "format/amd/records.h"
#include "ivrs.h"

/* 48882, "IVHD special device", and Linux amd_iommu_types.h: the varieties. */
#define VARIETY_IOAPIC 1
#define VARIETY_HPET   2

static const char ioapic[] = "IO-APIC", hpet[] = "HPET";

static void push_special(struct kernel *k, struct ptrs *ret, uint32_t id, const char *kind,
			 uint64_t handle, const char *told_by)
{
	struct special_stream *special = arena_alloc(k->arena, sizeof(*special));

	*special = (struct special_stream){
		.id = id,
		.name = arena_printf(k->arena, "%s %llu", kind, (unsigned long long)handle),
		.told_by = told_by,
	};
	ptrs_push(k->arena, ret, special);
}

/* ---- the driver's lists ---- */

static struct failure read_entry(struct kernel *k, struct kva at, const char *kind, struct ptrs *ret)
{
	uint64_t handle, devid;
	struct failure failure = kernel_read_member(k, at, M_AMD_DEVID_MAP_ID, &handle);

	if (!failed(failure))
		failure = kernel_read_member(k, at, M_AMD_DEVID_MAP_DEVID, &devid);
	if (!failed(failure))
		push_special(k, ret, (uint32_t)devid, kind, handle, "driver");
	return failure;
}

static struct failure read_list(struct kernel *k, const char *symbol, const char *kind,
				struct ptrs *ret)
{
	struct ptrs entries = { 0 };
	struct kva head;
	struct failure failure = kernel_symbol(k, symbol, &head);

	if (!failed(failure))
		failure = kernel_list(k, head, M_AMD_DEVID_MAP_LIST, &entries);
	for (size_t i = 0; i < entries.nr; i++)
		failure = first_failure(failure,
					read_entry(k, *(struct kva *)entries.at[i], kind, ret));
	return failure;
}

static struct failure read_lists(struct kernel *k, struct ptrs *ret)
{
	struct failure failure;

	if (!kernel_has_member(k, M_AMD_DEVID_MAP_LIST) || !kernel_has_member(k, M_AMD_DEVID_MAP_ID) ||
	    !kernel_has_member(k, M_AMD_DEVID_MAP_DEVID))
		return failure_of(STATUS_ABSENT);
	failure = read_list(k, "ioapic_map", ioapic, ret);
	return first_failure(failure, read_list(k, "hpet_map", hpet, ret));
}

/* ---- firmware's table ---- */

static void read_block(struct kernel *k, const struct ivrs_block *block, struct ptrs *ret)
{
	struct ivrs_entry entry = { 0 };

	while (amd_ivrs_next_entry(block, &entry)) {
		uint64_t variety;

		if (entry.type != IVRS_SPECIAL || !entry.record || !entry.has_device)
			continue;
		variety = record_get(entry.record, "variety", entry.words);
		if (variety != VARIETY_IOAPIC && variety != VARIETY_HPET)
			continue;
		push_special(k, ret, amd_id(block->segment, entry.first),
			     variety == VARIETY_HPET ? hpet : ioapic,
			     record_get(entry.record, "handle", entry.words), "firmware");
	}
}

static struct failure read_firmware(struct kernel *k, struct ptrs *ret)
{
	struct ivrs_block block = { 0 };
	struct ivrs_table table;
	struct acpi_table acpi;
	struct failure failure = kernel_acpi_table(k, "IVRS", &acpi);
	uint8_t used;

	if (!failed(failure))
		failure = acpi.failure;
	if (failed(failure))
		return failure;
	if (amd_ivrs_open(acpi.bytes, acpi.length, &table) == IVRS_NO_HEADER)
		return failure_at(STATUS_DAMAGED, acpi.at.v);
	used = amd_ivhd_type_used(k, &table);
	while (amd_ivrs_next_block(&table, &block) && !target_interrupted(k->target)) {
		if (block.is_ivhd && block.record && (!used || block.type == used))
			read_block(k, &block, ret);
	}
	return NO_FAILURE;
}

/* Many dumps have no memory of firmware: without its word an id is shown by its number, and nothing else is
 * missing from the answer. What the namelist lacks is said. */
static struct failure ask_firmware(struct kernel *k, struct ptrs *ret)
{
	const struct unreported before = k->unreported;
	struct failure failure = read_firmware(k, ret);

	k->unreported = before;
	if (failure.status == STATUS_INTERRUPTED || failure.status == STATUS_MISSING)
		kernel_leave_unreported(k, failure);
	return failure;
}

struct failure amd_special_streams(struct kernel *k, struct ptrs *ret)
{
	struct failure failure = read_lists(k, ret);

	return failed(failure) && !ret->nr ? ask_firmware(k, ret) : failure;
}
