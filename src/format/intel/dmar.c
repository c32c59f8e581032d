// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, chapter 8 "BIOS
 * Considerations", sections 8.1 to 8.9 (revision 4.0 numbering): the DMA Remapping Reporting structure and the
 * structures in it.
 *
 * The specification's text was not at hand. Checked against Linux, ACPICA, EDK2, Xen and NoirVisor; bit 3 of
 * the table's flags is from Linux 7.3 alone.
 */
#include "dmar.h"

#include <string.h>

#define HEADER_BYTES	 48 /* ACPI's 36, width, flags, 10 reserved */
#define HEADER_RECORD_AT 36
#define HEADER_FLAGS_AT	 37
#define BLOCK_MIN_BYTES	 4
#define SCOPE_MIN_BYTES	 6
#define ANDD_NAME_AT	 8

#define FLAG(bit, spelled, word, meaning)                                                          \
	{                                                                                          \
		spelled, word, FIELD_FLAG, BIT_AT(bit), .help = meaning                            \
	}

/* The bytes behind the ACPI header that are not all reserved. */
static const struct field header_fields[] = {
	{ "HostAddressWidth", "host_address_width", FIELD_NUMBER, BITS_AT(7, 0),
	  .help = "bits of a physical address, minus one" },
	FLAG(8, "INTR_REMAP", "intr_remap", "interrupts can be remapped"),
	FLAG(9, "X2APIC_OPT_OUT", "x2apic_opt_out", "firmware asks not to use x2APIC mode"),
	FLAG(10, "DMA_CTRL_PLATFORM_OPT_IN", "dma_ctrl_platform_opt_in",
	     "firmware asks for DMA to be guarded"),
	FLAG(11, "DMA_REMAP_OPT_OUT", "dma_remap_opt_out", "firmware asks not to remap DMA"),
	RESERVED_BITS(15, 12),
	RESERVED_BITS(31, 16),
};

const struct record intel_dmar_record = {
	.name = "DMAR",
	.source = "Intel VT-d specification, section 8.1",
	.nr_bits = 32,
	FIELDS(header_fields),
};

#define BLOCK_START                                                                                \
	{ "Type", "type", FIELD_NUMBER, BITS_AT(15, 0), .help = "of the structure" },              \
		{ "Length", "length", FIELD_NUMBER, BITS_AT(31, 16), .help = "in bytes" }
#define SEGMENT                                                                                    \
	{                                                                                          \
		"Segment", "segment", FIELD_NUMBER, BITS_AT(63, 48), .help = "PCI segment"         \
	}

static const struct field drhd_fields[] = {
	BLOCK_START,
	FLAG(32, "INCLUDE_PCI_ALL", "include_pci_all", "serves all that no other unit serves"),
	RESERVED_BITS(39, 33),
	{ "Size", "size", FIELD_NUMBER, BITS_AT(43, 40), .help = "log2 of the pages of its registers" },
	RESERVED_BITS(47, 44),
	SEGMENT,
	{ "RegisterBase", "register_base", FIELD_ADDRESS, BITS_AT(127, 64), .help = "of its registers" },
};

const struct record intel_drhd_record = {
	.name = "DMAR: DRHD",
	.source = "Intel VT-d specification, section 8.3",
	.nr_bits = 128,
	FIELDS(drhd_fields),
};

static const struct field rmrr_fields[] = {
	BLOCK_START,
	RESERVED_BITS(47, 32),
	SEGMENT,
	{ "Base", "base", FIELD_ADDRESS, BITS_AT(127, 64), .help = "first byte of the memory" },
	{ "Limit", "limit", FIELD_ADDRESS, BITS_AT(191, 128), .help = "last byte of it" },
};

const struct record intel_rmrr_record = {
	.name = "DMAR: RMRR",
	.source = "Intel VT-d specification, section 8.4",
	.nr_bits = 192,
	FIELDS(rmrr_fields),
};

static const struct field atsr_fields[] = {
	BLOCK_START,
	FLAG(32, "ALL_PORTS", "all_ports", "of every root port of the segment"),
	RESERVED_BITS(39, 33),
	RESERVED_BITS(47, 40),
	SEGMENT,
};

const struct record intel_atsr_record = {
	.name = "DMAR: ATSR",
	.source = "Intel VT-d specification, section 8.5",
	.nr_bits = 64,
	FIELDS(atsr_fields),
};

static const struct field rhsa_fields[] = {
	BLOCK_START,
	RESERVED_BITS(63, 32),
	{ "RegisterBase", "register_base", FIELD_ADDRESS, BITS_AT(127, 64), .help = "of the unit" },
	{ "ProximityDomain", "proximity_domain", FIELD_NUMBER, BITS_AT(159, 128),
	  .help = "memory that is near to it" },
};

const struct record intel_rhsa_record = {
	.name = "DMAR: RHSA",
	.source = "Intel VT-d specification, section 8.6",
	.nr_bits = 160,
	FIELDS(rhsa_fields),
};

/* The device's name follows. */
static const struct field andd_fields[] = {
	BLOCK_START,
	RESERVED_BITS(55, 32),
	{ "ACPIDeviceNumber", "acpi_device_number", FIELD_NUMBER, BITS_AT(63, 56),
	  .help = "by which scopes name it" },
};

const struct record intel_andd_record = {
	.name = "DMAR: ANDD",
	.source = "Intel VT-d specification, section 8.7",
	.nr_bits = 64,
	FIELDS(andd_fields),
};

static const struct field satc_fields[] = {
	BLOCK_START,
	FLAG(32, "ATC_REQUIRED", "atc_required", "these devices need their own TLB (ATS)"),
	RESERVED_BITS(39, 33),
	RESERVED_BITS(47, 40),
	SEGMENT,
};

const struct record intel_satc_record = {
	.name = "DMAR: SATC",
	.source = "Intel VT-d specification, section 8.8",
	.nr_bits = 64,
	FIELDS(satc_fields),
};

static const struct field sidp_fields[] = { BLOCK_START, RESERVED_BITS(47, 32), SEGMENT };

const struct record intel_sidp_record = {
	.name = "DMAR: SIDP",
	.source = "Intel VT-d specification, section 8.9",
	.nr_bits = 64,
	FIELDS(sidp_fields),
};

static const char *const scope_names[] = { NULL,     "endpoint", "bridge",
					   "IOAPIC", "HPET",	 "ACPI device" };

/* The flags are for the scopes of a SIDP. Of a path, the first step: the others follow. */
static const struct field scope_fields[] = {
	{ "Type", "type", FIELD_NUMBER, BITS_AT(7, 0), NAMES(scope_names), .help = "what it names" },
	{ "Length", "length", FIELD_NUMBER, BITS_AT(15, 8), .help = "in bytes" },
	FLAG(16, "NESTED_NOTALLOWED", "nested_notallowed", "without PASID: no nested translation"),
	FLAG(17, "PWSNP_NOTALLOWED", "pwsnp_notallowed", "without PASID: no PWSNP"),
	FLAG(18, "PGSNP_NOTALLOWED", "pgsnp_notallowed", "without PASID: no PGSNP"),
	FLAG(19, "ATC_HARDENED", "atc_hardened", "its own TLB can be trusted"),
	FLAG(20, "ATC_REQUIRED", "atc_required", "it needs its own TLB (ATS)"),
	RESERVED_BITS(23, 21),
	RESERVED_BITS(31, 24),
	{ "EnumerationID", "enumeration_id", FIELD_NUMBER, BITS_AT(39, 32),
	  .help = "IOAPIC id, HPET number, number of the ANDD" },
	{ "StartBus", "start_bus", FIELD_ID, BITS_AT(47, 40), .help = "on which the path starts" },
	{ "Device", "device", FIELD_ID, BITS_AT(55, 48), .help = "first step of the path" },
	{ "Function", "function", FIELD_ID, BITS_AT(63, 56), .help = "first step of the path" },
};

const struct record intel_dmar_scope_record = {
	.name = "DMAR: device scope",
	.source = "Intel VT-d specification, section 8.3.1",
	.nr_bits = 64,
	FIELDS(scope_fields),
};

const char *dmar_fault_text(enum dmar_fault fault)
{
	static const char *const texts[] = {
		[DMAR_OK] = NULL,
		[DMAR_NO_HEADER] = "no DMAR header",
		[DMAR_BAD_LENGTH] = "length is not that of the table",
		[DMAR_BAD_CHECKSUM] = "wrong checksum",
		[DMAR_UNKNOWN_TYPE] = "unknown type",
		[DMAR_LENGTH_ZERO] = "length too small to go on",
		[DMAR_TOO_SHORT] = "shorter than its fixed part",
		[DMAR_PAST_BLOCK] = "past the end of its block",
		[DMAR_PAST_TABLE] = "past the end of the table",
		[DMAR_NO_PATH] = "no device in it",
		[DMAR_ODD_PATH] = "ends in the middle of its path",
		[DMAR_OPEN_NAME] = "a name that does not end",
	};

	return texts[fault];
}

/* ---- the table ---- */

enum dmar_fault intel_dmar_open(const void *bytes, size_t nr_bytes, struct dmar_table *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->bytes = bytes;
	ret->fault = DMAR_NO_HEADER;
	if (!acpi_get_header(bytes, nr_bytes, "DMAR", HEADER_BYTES, &ret->acpi))
		return ret->fault;
	ret->header = acpi_get(ret->bytes + HEADER_RECORD_AT, 4);
	ret->host_address_bits =
		(uint8_t)(record_get(&intel_dmar_record, "host_address_width", &ret->header) + 1);
	ret->flags = ret->bytes[HEADER_FLAGS_AT];
	ret->fault = !ret->acpi.length_ok   ? DMAR_BAD_LENGTH :
		     !ret->acpi.checksum_ok ? DMAR_BAD_CHECKSUM :
					      DMAR_OK;
	return ret->fault;
}

/* ---- blocks ---- */

static const struct block_kind {
	const char *name;
	const struct record *record;
	bool has_scopes;
} block_kinds[] = {
	[DMAR_DRHD] = { "DRHD", &intel_drhd_record, true },
	[DMAR_RMRR] = { "RMRR", &intel_rmrr_record, true },
	[DMAR_ATSR] = { "ATSR", &intel_atsr_record, true },
	[DMAR_RHSA] = { "RHSA", &intel_rhsa_record, false },
	[DMAR_ANDD] = { "ANDD", &intel_andd_record, false },
	[DMAR_SATC] = { "SATC", &intel_satc_record, true },
	[DMAR_SIDP] = { "SIDP", &intel_sidp_record, true },
};

/* The first fault of a block stays. */
static void set_fault(struct dmar_block *block, enum dmar_fault fault)
{
	if (!block->fault)
		block->fault = fault;
}

static void decode_name(struct dmar_block *block)
{
	const uint8_t *name = block->bytes + block->offset + ANDD_NAME_AT;
	size_t max = block->end - block->offset - ANDD_NAME_AT;
	size_t nr = strnlen((const char *)name, max);

	if (nr == max)
		set_fault(block, DMAR_OPEN_NAME);
	acpi_get_text(name, nr < DMAR_NAME_MAX ? nr : DMAR_NAME_MAX, block->acpi_name);
}

static uint64_t block_field(const struct dmar_block *block, const char *key)
{
	return record_get(block->record, key, block->words);
}

static void decode_fields(struct dmar_block *block)
{
	if (record_field(block->record, "segment"))
		block->segment = (uint16_t)block_field(block, "segment");
	switch (block->type) {
	case DMAR_DRHD:
		block->all = block_field(block, "include_pci_all");
		block->mmio_pa = block_field(block, "register_base");
		break;
	case DMAR_RMRR:
		block->start = block_field(block, "base");
		block->last = block_field(block, "limit");
		break;
	case DMAR_ATSR:
		block->all = block_field(block, "all_ports");
		break;
	case DMAR_RHSA:
		block->mmio_pa = block_field(block, "register_base");
		block->proximity_domain = (uint32_t)block_field(block, "proximity_domain");
		break;
	case DMAR_ANDD:
		block->acpi_device = (uint8_t)block_field(block, "acpi_device_number");
		decode_name(block);
		break;
	}
}

static void decode_block(struct dmar_block *block)
{
	const struct block_kind *kind;
	uint32_t fixed_bytes;

	if (block->type >= sizeof(block_kinds) / sizeof(block_kinds[0])) {
		set_fault(block, DMAR_UNKNOWN_TYPE);
		return;
	}
	kind = &block_kinds[block->type];
	block->name = kind->name;
	fixed_bytes = kind->record->nr_bits / 8u;
	if (block->end - block->offset < fixed_bytes) {
		set_fault(block, DMAR_TOO_SHORT);
		return;
	}
	block->record = kind->record;
	acpi_get_words(block->bytes + block->offset, fixed_bytes, block->words);
	if (kind->has_scopes)
		block->scopes = block->offset + fixed_bytes;
	decode_fields(block);
}

/* The block at `at` of nr_bytes, of which at least one is left. */
static void read_block(const uint8_t *bytes, uint32_t nr_bytes, uint32_t at, struct dmar_block *block)
{
	uint32_t left = nr_bytes - at;

	memset(block, 0, sizeof(*block));
	block->bytes = bytes;
	block->offset = at;
	block->end = nr_bytes;
	if (left < BLOCK_MIN_BYTES) {
		block->type = bytes[at];
		block->fault = DMAR_PAST_TABLE;
		return;
	}
	block->type = (uint16_t)acpi_get(bytes + at, 2);
	block->length = (uint16_t)acpi_get(bytes + at + 2, 2);
	if (block->length < BLOCK_MIN_BYTES) {
		block->end = at;
		block->fault = DMAR_LENGTH_ZERO;
		return;
	}
	if (block->length > left) {
		block->fault = DMAR_PAST_TABLE;
	} else {
		block->end = at + block->length;
		block->next = block->end;
	}
	decode_block(block);
}

bool intel_dmar_next_block(const struct dmar_table *table, struct dmar_block *block)
{
	uint32_t at = block->bytes ? block->next : HEADER_BYTES;

	if (!at || at >= table->acpi.nr_bytes)
		return false;
	read_block(table->bytes, table->acpi.nr_bytes, at, block);
	return true;
}

bool intel_dmar_lone_block(const void *bytes, size_t nr_bytes, struct dmar_block *block)
{
	memset(block, 0, sizeof(*block));
	if (nr_bytes < BLOCK_MIN_BYTES)
		return false;
	read_block(bytes, (uint32_t)nr_bytes, 0, block);
	return true;
}

/* ---- device scopes ---- */

static void decode_path(struct dmar_scope *scope, const uint8_t *bytes)
{
	uint8_t path_bytes = (uint8_t)(scope->length - SCOPE_MIN_BYTES);

	scope->enumeration_id = bytes[4];
	scope->start_bus = bytes[5];
	scope->path = bytes + SCOPE_MIN_BYTES;
	scope->nr_path = path_bytes / 2;
	if (!scope->nr_path)
		scope->fault = DMAR_NO_PATH;
	else if (path_bytes % 2)
		scope->fault = DMAR_ODD_PATH;
	else if (!scope->name)
		scope->fault = DMAR_UNKNOWN_TYPE;
}

bool intel_dmar_next_scope(const struct dmar_block *block, struct dmar_scope *scope)
{
	uint32_t at = scope->offset ? scope->next : block->scopes;
	const uint8_t *bytes = block->bytes + at;
	uint32_t left;

	if (!at || at >= block->end)
		return false;
	left = block->end - at;
	*scope = (struct dmar_scope){ .offset = at, .type = bytes[0] };
	if (scope->type < sizeof(scope_names) / sizeof(scope_names[0]))
		scope->name = scope_names[scope->type];
	scope->length = left > 1 ? bytes[1] : 0;
	if (left < SCOPE_MIN_BYTES || scope->length > left) {
		scope->fault = DMAR_PAST_BLOCK;
		return true;
	}
	if (scope->length < SCOPE_MIN_BYTES) {
		scope->fault = DMAR_LENGTH_ZERO;
		return true;
	}
	scope->next = at + scope->length;
	scope->record = &intel_dmar_scope_record;
	acpi_get_words(bytes, scope->length < 8 ? scope->length : 8, scope->words);
	decode_path(scope, bytes);
	return true;
}

uint8_t intel_dmar_path_devfn(const struct dmar_scope *scope, unsigned step)
{
	return (uint8_t)((scope->path[2 * step] & 0x1f) << 3 | (scope->path[2 * step + 1] & 7));
}
