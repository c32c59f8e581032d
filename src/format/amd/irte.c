// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, section 2.2.5
 * "Interrupt Remapping Tables": the 32-bit entry, and the 128-bit entry in its two meanings
 * (GuestMode 0: remapped, 1: guest vAPIC).
 *
 * Checked against Xen, FreeBSD, QEMU, VirtualBox and Linux; GAPPIDis is of newer revisions.
 */
#include "irte.h"

static const char *const int_type_names[] = { "fixed",	  "arbitrated", "reserved", "reserved",
					      "reserved", "reserved",	"reserved", "reserved" };
static const char *const dm_names[] = { "physical", "logical" };

#define DESTINATION_HELP "DM=0: an APIC id, DM=1: a set of APICs"

static const struct field irte32_fields[] = {
	{ "RemapEn", "remap_en", FIELD_FLAG, BIT_AT(0), .help = "0: the interrupt is blocked" },
	{ "SupIOPF", "sup_iopf", FIELD_FLAG, BIT_AT(1), .help = "log no fault" },
	{ "IntType", "int_type", FIELD_NUMBER, BITS_AT(4, 2), NAMES(int_type_names),
	  .help = "delivery" },
	{ "RqEoi", "rq_eoi", FIELD_FLAG, BIT_AT(5), .help = "EOI is requested" },
	{ "DM", "dm", FIELD_NUMBER, BIT_AT(6), NAMES(dm_names), .help = "destination mode" },
	{ "GuestMode", "guest_mode", FIELD_FLAG, BIT_AT(7), .help = "must be 0 in this size" },
	{ "Destination", "destination", FIELD_ID, BITS_AT(15, 8), .help = DESTINATION_HELP },
	{ "Vector", "vector", FIELD_ID, BITS_AT(23, 16), .help = "of the interrupt" },
	RESERVED_BITS(31, 24),
};

const struct record amd_irte32_record = {
	.name = "Interrupt remapping table entry, 32 bits",
	.source = "AMD IOMMU specification 48882, section 2.2.5",
	.nr_bits = 32,
	FIELDS(irte32_fields),
};

static const struct field irte128_fields[] = {
	{ "RemapEn", "remap_en", FIELD_FLAG, BIT_AT(0), .help = "0: the interrupt is blocked" },
	{ "SupIOPF", "sup_iopf", FIELD_FLAG, BIT_AT(1), .help = "log no fault" },
	{ "IntType", "int_type", FIELD_NUMBER, BITS_AT(4, 2), NAMES(int_type_names),
	  .help = "delivery" },
	{ "RqEoi", "rq_eoi", FIELD_FLAG, BIT_AT(5), .help = "EOI is requested" },
	{ "DM", "dm", FIELD_NUMBER, BIT_AT(6), NAMES(dm_names), .help = "destination mode" },
	{ "GuestMode", "guest_mode", FIELD_FLAG, BIT_AT(7), .help = "0: remapped" },
	{ "Destination", "destination", FIELD_ID, { PIECE(31, 8, 0), PIECE(127, 120, 24) },
	  .help = DESTINATION_HELP },
	/* Linux leaves the tag and the root of a virtual CPU here when it takes it off. */
	IGNORED_BITS(63, 32),
	{ "Vector", "vector", FIELD_ID, BITS_AT(71, 64), .help = "of the interrupt" },
	IGNORED_BITS(119, 72),
};

const struct record amd_irte128_record = {
	.name = "Interrupt remapping table entry, 128 bits, remapped",
	.source = "AMD IOMMU specification 48882, section 2.2.5",
	.nr_bits = 128,
	FIELDS(irte128_fields),
};

static const struct field irte_vapic_fields[] = {
	{ "RemapEn", "remap_en", FIELD_FLAG, BIT_AT(0), .help = "0: the interrupt is blocked" },
	{ "SupIOPF", "sup_iopf", FIELD_FLAG, BIT_AT(1), .help = "log no fault" },
	{ "GALogIntr", "ga_log_intr", FIELD_FLAG, BIT_AT(2), .help = "log when the vCPU sleeps" },
	RESERVED_BITS(4, 3),
	{ "GAPPIDis", "gappi_dis", FIELD_FLAG, BIT_AT(5), .help = "no GAPPI; reserved before" },
	{ "IsRun", "is_run", FIELD_FLAG, BIT_AT(6), .help = "the vCPU runs" },
	{ "GuestMode", "guest_mode", FIELD_FLAG, BIT_AT(7), .help = "1: guest vAPIC" },
	{ "Destination", "destination", FIELD_ID, { PIECE(31, 8, 0), PIECE(127, 120, 24) },
	  .help = "APIC id of the CPU that runs the vCPU" },
	{ "GATag", "ga_tag", FIELD_ID, BITS_AT(63, 32), .help = "names the VM and the vCPU" },
	{ "Vector", "vector", FIELD_ID, BITS_AT(71, 64), .help = "in the guest" },
	RESERVED_BITS(75, 72),
	{ "GAPICTableRoot", "ga_root", FIELD_ADDRESS, { PIECE(115, 76, 12) },
	  .help = "the vCPU's APIC backing page", .physical = true },
	RESERVED_BITS(119, 116),
};

const struct record amd_irte_vapic_record = {
	.name = "Interrupt remapping table entry, 128 bits, guest vAPIC",
	.source = "AMD IOMMU specification 48882, section 2.2.5",
	.nr_bits = 128,
	FIELDS(irte_vapic_fields),
};

/* Linux amd_iommu_types.h, irte_ga_set_allocated(): a slot that is handed out and not in use. */
#define ALLOCATED_VECTOR 0xff

#define GUEST_MODE_BIT 7

const struct record *amd_irte_record(const uint64_t *words, bool wide)
{
	if (!wide)
		return &amd_irte32_record;
	return record_get(&amd_irte128_record, "guest_mode", words) ?
		       &amd_irte_vapic_record :
		       &amd_irte128_record;
}

void amd_irte_decode(const uint64_t *words, bool wide, struct amd_irte *ret)
{
	const struct record *record = amd_irte_record(words, wide);

	*ret = (struct amd_irte){ .record = record };
	ret->bad_bit = record_reserved_bit(record, words);
	if (!wide && record_get(record, "guest_mode", words))
		ret->bad_bit = GUEST_MODE_BIT; /* the size has no guest mode */
	ret->enabled = record_get(record, "remap_en", words);
	ret->vector = (uint8_t)record_get(record, "vector", words);
	ret->destination = (uint32_t)record_get(record, "destination", words);
	if (record == &amd_irte_vapic_record) {
		ret->guest = true;
		ret->running = record_get(record, "is_run", words);
		ret->ga_tag = (uint32_t)record_get(record, "ga_tag", words);
		ret->ga_root = pa_of(record_get(record, "ga_root", words));
	} else {
		ret->logical = record_get(record, "dm", words);
	}
	ret->used = wide ? ret->vector != 0 || ret->enabled : words[0] != 0;
	ret->only_allocated = ret->used && !ret->enabled &&
			      (wide ? ret->vector == ALLOCATED_VECTOR : true);
}
