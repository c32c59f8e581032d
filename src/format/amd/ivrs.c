// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, section 5.2 "I/O
 * Virtualization Reporting Structure (IVRS)": header, IVHD of types 10h, 11h and 40h, IVMD, device
 * entries.
 *
 * The specification's text was not at hand. Checked against Linux, ACPICA, VirtualBox, coreboot and
 * NOVA; HATDis (of 11h and 40h) is from Linux alone, the segment of an IVMD too (reserved in ACPICA).
 *
 * No source at hand has block type 51h. In each table of a real machine that was seen to have one it stands
 * behind an IVHD 40h and is the IVMD 21h of the same table once more, byte for byte behind its type. So a
 * 51h of that length is read as an IVMD 21h.
 */
#include "ivrs.h"

#include <string.h>

#define HEADER_BYTES 48 /* ACPI's 36, IVinfo, 8 reserved */
#define IVINFO_AT    36

/* The first bytes of every block: type, flags, length. */
#define BLOCK_MIN_BYTES 4
#define IVHD_10_BYTES	24
#define IVHD_11_BYTES	40
#define IVMD_BYTES	32
#define IVHD_EFR_AT	24
#define IVHD_EFR2_AT	32

/* ACPI_HID: fixed part before the UID. */
#define HID_BYTES	 22
#define HID_AT		 4
#define CID_AT		 12
#define UID_FORMAT_AT	 20
#define UID_LENGTH_AT	 21
#define UID_IS_NUMBER	 1
#define UID_IS_TEXT	 2

static const char *const gva_names[] = { NULL, NULL, "48 bits" };
static const char *const variety_names[] = { NULL, "IOAPIC", "HPET" };
static const char *const sysmgt_names[] = { "abort", "forward all", "forward INTx", "translate" };

/* Linux drivers/iommu/amd/init.c reads no reserved bit of the table. */
static const char not_read[] = "reserved; not read by Linux";

/* Most tables of real machines have the flags of a 10h block in their 11h and 40h blocks too, and many the number of
 * counters at a wrong place. */
#define OFTEN_SET(hi, lo)                                                                          \
	{                                                                                          \
		.name = "reserved", .kind = FIELD_RESERVED, .pieces = BITS_AT(hi, lo),             \
		.help = "reserved; commonly set by firmware, not read by Linux"                    \
	}

static const struct field ivinfo_fields[] = {
	{ "EFRSup", "efr_sup", FIELD_FLAG, BIT_AT(0), .help = "feature images in 11h and 40h blocks" },
	{ "DmaRemapSup", "dma_remap_sup", FIELD_FLAG, BIT_AT(1),
	  .help = "DMA was guarded before the kernel started" },
	RESERVED_BITS(4, 2),
	{ "GVASize", "gva_size", FIELD_NUMBER, BITS_AT(7, 5), NAMES(gva_names),
	  .help = "guest virtual addresses" },
	{ "PASize", "pa_size", FIELD_NUMBER, BITS_AT(14, 8), .help = "bits of a physical address" },
	{ "VASize", "va_size", FIELD_NUMBER, BITS_AT(21, 15), .help = "bits of a virtual address" },
	{ "HtAtsResv", "ht_ats_resv", FIELD_FLAG, BIT_AT(22),
	  .help = "ATS: the HyperTransport range is reserved" },
	RESERVED_BITS(31, 23),
};

const struct record amd_ivinfo_record = {
	.name = "IVRS: IVinfo",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 32,
	.unnamed = not_read,
	FIELDS(ivinfo_fields),
};

#define IVHD_TYPE                                                                                  \
	{ "Type", "type", FIELD_ID, BITS_AT(7, 0), .help = "of the block" }
#define IVHD_FLAGS_5_0                                                                             \
	{ "HtTunEn", "ht_tun_en", FIELD_FLAG, BIT_AT(8), .help = "HyperTransport tunnel" },        \
		{ "PassPW", "pass_pw", FIELD_FLAG, BIT_AT(9), .help = "pass posted writes" },      \
		{ "ResPassPW", "res_pass_pw", FIELD_FLAG, BIT_AT(10),                              \
		  .help = "responses pass posted writes" },                                        \
		{ "Isoc", "isoc", FIELD_FLAG, BIT_AT(11), .help = "isochronous" },                 \
		{ "IotlbSup", "iotlb_sup", FIELD_FLAG, BIT_AT(12), .help = "remote IOTLBs" },      \
		{ "Coherent", "coherent", FIELD_FLAG, BIT_AT(13), .help = "table walks snoop" }
#define IVHD_PLACE                                                                                 \
	{ "Length", "length", FIELD_NUMBER, BITS_AT(31, 16), .help = "bytes of the block" },       \
		{ "DeviceID", "device_id", FIELD_ID, BITS_AT(47, 32), .help = "of the IOMMU" },    \
		{ "CapOffset", "cap_offset", FIELD_ID, BITS_AT(63, 48),                            \
		  .help = "of its capability" },                                                   \
		{ "BaseAddress", "base_address", FIELD_ADDRESS, BITS_AT(127, 64),                  \
		  .help = "of its registers" },                                                    \
		{ "Segment", "segment", FIELD_NUMBER, BITS_AT(143, 128), .help = "PCI segment" },  \
		{ "MsiNum", "msi_num", FIELD_NUMBER, BITS_AT(148, 144), .help = "event log" },     \
		RESERVED_BITS(151, 149),                                                           \
		{ "UnitID", "unit_id", FIELD_NUMBER, BITS_AT(156, 152),                            \
		  .help = "on HyperTransport" },                                                   \
		RESERVED_BITS(159, 157)

static const struct field ivhd10_fields[] = {
	IVHD_TYPE,
	IVHD_FLAGS_5_0,
	{ "PreFSup", "pref_sup", FIELD_FLAG, BIT_AT(14), .help = "prefetch command" },
	{ "PPRSup", "ppr_sup", FIELD_FLAG, BIT_AT(15), .help = "peripheral page requests" },
	IVHD_PLACE,
	{ "XTSup", "xt_sup", FIELD_FLAG, BIT_AT(160), .help = "x2APIC" },
	{ "NXSup", "nx_sup", FIELD_FLAG, BIT_AT(161), .help = "no-execute" },
	{ "GTSup", "gt_sup", FIELD_FLAG, BIT_AT(162), .help = "guest translation" },
	{ "GLXSup", "glx_sup", FIELD_NUMBER, BITS_AT(164, 163), .help = "GCR3 levels, minus one" },
	{ "IASup", "ia_sup", FIELD_FLAG, BIT_AT(165), .help = "INVALIDATE_IOMMU_ALL command" },
	{ "GASup", "ga_sup", FIELD_FLAG, BIT_AT(166), .help = "guest vAPIC" },
	{ "HESup", "he_sup", FIELD_FLAG, BIT_AT(167), .help = "hardware error registers" },
	{ "PASmax", "pas_max", FIELD_NUMBER, BITS_AT(172, 168), .help = "PASID bits, minus one" },
	{ "PNCounters", "pn_counters", FIELD_NUMBER, BITS_AT(176, 173),
	  .help = "performance counters per bank" },
	{ "PNBanks", "pn_banks", FIELD_NUMBER, BITS_AT(182, 177), .help = "banks of counters" },
	{ "MsiNumPPR", "msi_num_ppr", FIELD_NUMBER, BITS_AT(187, 183), .help = "PPR log" },
	{ "GATS", "gats", FIELD_NUMBER, BITS_AT(189, 188), .help = "guest levels: 4, 5" },
	{ "HATS", "hats", FIELD_NUMBER, BITS_AT(191, 190), .help = "host levels: 4, 5, 6" },
};

const struct record amd_ivhd10_record = {
	.name = "IVRS: IVHD, type 10h",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 192,
	.unnamed = not_read,
	FIELDS(ivhd10_fields),
};

/* The images of EFR and EFR2 follow: records of their own. */
static const struct field ivhd11_fields[] = {
	IVHD_TYPE,
	IVHD_FLAGS_5_0,
	OFTEN_SET(15, 14),
	IVHD_PLACE,
	{ "HATDis", "hat_dis", FIELD_FLAG, BIT_AT(160), .help = "no host (v1) tables here" },
	OFTEN_SET(172, 161),
	{ "PNCounters", "pn_counters", FIELD_NUMBER, BITS_AT(176, 173),
	  .help = "performance counters per bank" },
	{ "PNBanks", "pn_banks", FIELD_NUMBER, BITS_AT(182, 177), .help = "banks of counters" },
	{ "MsiNumPPR", "msi_num_ppr", FIELD_NUMBER, BITS_AT(187, 183), .help = "PPR log" },
	RESERVED_BITS(191, 188),
};

const struct record amd_ivhd11_record = {
	.name = "IVRS: IVHD, types 11h and 40h",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 192,
	.unnamed = not_read,
	FIELDS(ivhd11_fields),
};

static const struct field ivmd_fields[] = {
	IVHD_TYPE,
	{ "Unity", "unity", FIELD_FLAG, BIT_AT(8), .help = "is to be mapped one to one" },
	{ "IR", "ir", FIELD_FLAG, BIT_AT(9), .help = "devices may read" },
	{ "IW", "iw", FIELD_FLAG, BIT_AT(10), .help = "devices may write" },
	{ "ExclusionRange", "exclusion_range", FIELD_FLAG, BIT_AT(11),
	  .help = "is not to be translated" },
	RESERVED_BITS(15, 12),
	{ "Length", "length", FIELD_NUMBER, BITS_AT(31, 16), .help = "bytes of the block" },
	{ "DeviceID", "device_id", FIELD_ID, BITS_AT(47, 32), .help = "21h: of; 22h: first of" },
	{ "AuxData", "aux_data", FIELD_ID, BITS_AT(63, 48), .help = "22h: the last device" },
	{ "Segment", "segment", FIELD_NUMBER, BITS_AT(79, 64), .help = "PCI segment" },
	RESERVED_BITS(127, 80),
	{ "StartAddress", "start_address", FIELD_ADDRESS, BITS_AT(191, 128), .help = "of the memory" },
	{ "BlockLength", "block_length", FIELD_ADDRESS, BITS_AT(255, 192), .help = "bytes of it" },
};

const struct record amd_ivmd_record = {
	.name = "IVRS: IVMD",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 256,
	.unnamed = not_read,
	FIELDS(ivmd_fields),
};

#define ENTRY_TYPE                                                                                 \
	{ "Type", "type", FIELD_ID, BITS_AT(7, 0), .help = "of the entry" }
#define ENTRY_DEVICE                                                                               \
	{ "DeviceID", "device_id", FIELD_ID, BITS_AT(23, 8), .help = "bus, device, function" }
/* The data setting: bits of the device table entry that firmware asks for. */
#define ENTRY_SETTINGS                                                                             \
	{ "INITPass", "init_pass", FIELD_FLAG, BIT_AT(24), .help = "INIT passes" },                \
		{ "EIntPass", "eint_pass", FIELD_FLAG, BIT_AT(25), .help = "ExtInt passes" },      \
		{ "NMIPass", "nmi_pass", FIELD_FLAG, BIT_AT(26), .help = "NMI passes" },           \
		RESERVED_BITS(27, 27),                                                             \
		{ "SysMgt", "sys_mgt", FIELD_NUMBER, BITS_AT(29, 28), NAMES(sysmgt_names),         \
		  .help = "system management messages" },                                          \
		{ "Lint0Pass", "lint0_pass", FIELD_FLAG, BIT_AT(30), .help = "LINT0 passes" },     \
		{ "Lint1Pass", "lint1_pass", FIELD_FLAG, BIT_AT(31), .help = "LINT1 passes" }

static const struct field pad4_fields[] = { ENTRY_TYPE, IGNORED_BITS(31, 8) };

const struct record amd_ivrs_pad4_record = {
	.name = "IVRS device entry: padding, 4 bytes",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 32,
	.unnamed = not_read,
	FIELDS(pad4_fields),
};

static const struct field pad8_fields[] = { ENTRY_TYPE, IGNORED_BITS(63, 8) };

const struct record amd_ivrs_pad8_record = {
	.name = "IVRS device entry: padding, 8 bytes",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 64,
	.unnamed = not_read,
	FIELDS(pad8_fields),
};

/* Also the first four bytes of ACPI_HID, whose rest is text. */
static const struct field device4_fields[] = { ENTRY_TYPE, ENTRY_DEVICE, ENTRY_SETTINGS };

const struct record amd_ivrs_device4_record = {
	.name = "IVRS device entry: all, select, start of range, ACPI device",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 32,
	.unnamed = not_read,
	FIELDS(device4_fields),
};

static const struct field range_end_fields[] = { ENTRY_TYPE, ENTRY_DEVICE, IGNORED_BITS(31, 24) };

const struct record amd_ivrs_range_end_record = {
	.name = "IVRS device entry: end of range",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 32,
	.unnamed = not_read,
	FIELDS(range_end_fields),
};

static const struct field alias_fields[] = {
	ENTRY_TYPE,
	ENTRY_DEVICE,
	ENTRY_SETTINGS,
	RESERVED_BITS(39, 32),
	{ "SourceID", "source_id", FIELD_ID, BITS_AT(55, 40), .help = "the id the IOMMU sees" },
	RESERVED_BITS(63, 56),
};

const struct record amd_ivrs_alias_record = {
	.name = "IVRS device entry: alias, alias of a range",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 64,
	.unnamed = not_read,
	FIELDS(alias_fields),
};

static const struct field extended_fields[] = {
	ENTRY_TYPE,
	ENTRY_DEVICE,
	ENTRY_SETTINGS,
	RESERVED_BITS(62, 32),
	{ "AtsDisabled", "ats_disabled", FIELD_FLAG, BIT_AT(63), .help = "ATS is not to be used" },
};

const struct record amd_ivrs_extended_record = {
	.name = "IVRS device entry: extended select, extended range",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 64,
	.unnamed = not_read,
	FIELDS(extended_fields),
};

static const struct field special_fields[] = {
	ENTRY_TYPE,
	RESERVED_BITS(23, 8),
	ENTRY_SETTINGS,
	{ "Handle", "handle", FIELD_NUMBER, BITS_AT(39, 32), .help = "IOAPIC id, HPET number" },
	{ "SourceID", "source_id", FIELD_ID, BITS_AT(55, 40), .help = "the id the IOMMU sees" },
	{ "Variety", "variety", FIELD_NUMBER, BITS_AT(63, 56), NAMES(variety_names),
	  .help = "what it is" },
};

const struct record amd_ivrs_special_record = {
	.name = "IVRS device entry: special device",
	.source = "AMD IOMMU specification 48882, section 5.2",
	.nr_bits = 64,
	.unnamed = not_read,
	FIELDS(special_fields),
};

const char *ivrs_fault_text(enum ivrs_fault fault)
{
	static const char *const texts[] = {
		[IVRS_OK] = NULL,
		[IVRS_NO_HEADER] = "no IVRS header",
		[IVRS_BAD_LENGTH] = "length is not that of the table",
		[IVRS_BAD_CHECKSUM] = "wrong checksum",
		[IVRS_UNKNOWN_TYPE] = "unknown type",
		[IVRS_UNKNOWN_LENGTH] = "unknown type, and so its length: the block is read no further",
		[IVRS_LENGTH_ZERO] = "length too small to go on",
		[IVRS_TOO_SHORT] = "shorter than its fixed part",
		[IVRS_PAST_BLOCK] = "past the end of its block",
		[IVRS_PAST_TABLE] = "past the end of the table",
		[IVRS_RANGE_OPEN] = "a range that does not end",
		[IVRS_RANGE_NOT_OPEN] = "end of a range that did not start",
	};

	return texts[fault];
}

bool ivrs_is_damage(enum ivrs_fault fault)
{
	return fault != IVRS_OK && fault != IVRS_UNKNOWN_TYPE;
}

/* ---- the table ---- */

enum ivrs_fault amd_ivrs_open(const void *bytes, size_t nr_bytes, struct ivrs_table *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->bytes = bytes;
	ret->fault = IVRS_NO_HEADER;
	if (!acpi_get_header(bytes, nr_bytes, "IVRS", HEADER_BYTES, &ret->acpi))
		return ret->fault;
	ret->ivinfo = acpi_get(ret->bytes + IVINFO_AT, 4);
	ret->fault = !ret->acpi.length_ok   ? IVRS_BAD_LENGTH :
		     !ret->acpi.checksum_ok ? IVRS_BAD_CHECKSUM :
					      IVRS_OK;
	return ret->fault;
}

/* ---- blocks ---- */

static const struct record *block_record(const struct ivrs_block *block, uint32_t *fixed_bytes)
{
	switch (block->type) {
	case IVHD_10:
		*fixed_bytes = IVHD_10_BYTES;
		return &amd_ivhd10_record;
	case IVHD_11:
	case IVHD_40:
		*fixed_bytes = IVHD_11_BYTES;
		return &amd_ivhd11_record;
	case IVMD_ALL:
	case IVMD_ONE:
	case IVMD_RANGE:
		*fixed_bytes = IVMD_BYTES;
		return &amd_ivmd_record;
	case IVMD_ONE_AGAIN:
		*fixed_bytes = IVMD_BYTES;
		return block->length == IVMD_BYTES ? &amd_ivmd_record : NULL;
	}
	return NULL;
}

static void decode_ivhd(struct ivrs_block *block, const uint8_t *bytes, uint32_t fixed_bytes)
{
	const struct record *r = block->record;

	block->segment = (uint16_t)record_get(r, "segment", block->words);
	block->sbdf = (uint32_t)block->segment << 16 |
		      (uint32_t)record_get(r, "device_id", block->words);
	block->mmio_pa = record_get(r, "base_address", block->words);
	block->has_efr = block->type != IVHD_10;
	if (block->has_efr) {
		block->efr = acpi_get(bytes + IVHD_EFR_AT, 8);
		block->efr2 = acpi_get(bytes + IVHD_EFR2_AT, 8);
	}
	block->entries = block->offset + fixed_bytes;
}

static void decode_ivmd(struct ivrs_block *block)
{
	const struct record *r = block->record;
	uint32_t device_id = (uint32_t)record_get(r, "device_id", block->words);
	uint32_t aux = (uint32_t)record_get(r, "aux_data", block->words);
	uint32_t segment;

	block->segment = (uint16_t)record_get(r, "segment", block->words);
	segment = (uint32_t)block->segment << 16;
	block->first = segment | (block->type == IVMD_ALL ? 0 : device_id);
	block->last = segment | (block->type == IVMD_ALL   ? 0xffff :
				 block->type == IVMD_RANGE ? aux :
							     device_id);
	block->start = record_get(r, "start_address", block->words);
	block->bytes = record_get(r, "block_length", block->words);
	block->unity = record_get(r, "unity", block->words);
	block->exclusion = record_get(r, "exclusion_range", block->words);
}

static void decode_block(struct ivrs_block *block, const uint8_t *bytes)
{
	uint32_t fixed_bytes = 0;
	const struct record *record = block_record(block, &fixed_bytes);

	block->is_ivmd = record == &amd_ivmd_record;
	block->is_ivhd = record && !block->is_ivmd;
	if (!record) {
		block->fault = block->fault ? block->fault : IVRS_UNKNOWN_TYPE;
		return;
	}
	if (block->end - block->offset < fixed_bytes) {
		block->fault = block->fault ? block->fault : IVRS_TOO_SHORT;
		return;
	}
	block->record = record;
	acpi_get_words(bytes, fixed_bytes, block->words);
	if (block->is_ivhd)
		decode_ivhd(block, bytes, fixed_bytes);
	else
		decode_ivmd(block);
}

bool amd_ivrs_next_block(const struct ivrs_table *table, struct ivrs_block *block)
{
	uint32_t at = block->table ? block->next : HEADER_BYTES;
	uint32_t left;

	memset(block, 0, sizeof(*block));
	if (!at || at >= table->acpi.nr_bytes)
		return false;
	block->table = table;
	block->offset = at;
	block->type = table->bytes[at];
	left = table->acpi.nr_bytes - at;
	block->end = table->acpi.nr_bytes;
	if (left < BLOCK_MIN_BYTES) {
		block->fault = IVRS_PAST_TABLE;
		return true;
	}
	block->length = (uint16_t)acpi_get(table->bytes + at + 2, 2);
	if (block->length < BLOCK_MIN_BYTES) {
		block->fault = IVRS_LENGTH_ZERO;
		return true;
	}
	if (block->length > left) {
		block->fault = IVRS_PAST_TABLE;
	} else {
		block->end = at + block->length;
		block->next = block->end;
	}
	decode_block(block, table->bytes + at);
	return true;
}

uint32_t amd_ivmd_twin(const struct ivrs_block *block)
{
	const uint8_t *bytes = block->table->bytes;
	struct ivrs_block other = { 0 };

	/* Without a record it is cut off, and has not the bytes that are compared. */
	while (block->is_ivmd && block->record && amd_ivrs_next_block(block->table, &other)) {
		if (other.type == IVMD_ONE && other.record && other.length == block->length &&
		    memcmp(bytes + other.offset + 1, bytes + block->offset + 1, IVMD_BYTES - 1) == 0)
			return other.offset;
	}
	return 0;
}

/* ---- device entries ---- */

static const struct entry_kind {
	uint8_t type;
	const char *name;
	const struct record *record;
} entry_kinds[] = {
	{ IVRS_PAD4, "PAD", &amd_ivrs_pad4_record },
	{ IVRS_ALL, "ALL", &amd_ivrs_device4_record },
	{ IVRS_SELECT, "SELECT", &amd_ivrs_device4_record },
	{ IVRS_RANGE_START, "RANGE_START", &amd_ivrs_device4_record },
	{ IVRS_RANGE_END, "RANGE_END", &amd_ivrs_range_end_record },
	{ IVRS_PAD8, "PAD", &amd_ivrs_pad8_record },
	{ IVRS_ALIAS, "ALIAS", &amd_ivrs_alias_record },
	{ IVRS_ALIAS_RANGE, "ALIAS_RANGE", &amd_ivrs_alias_record },
	{ IVRS_EXT_SELECT, "EXT_SELECT", &amd_ivrs_extended_record },
	{ IVRS_EXT_RANGE, "EXT_RANGE", &amd_ivrs_extended_record },
	{ IVRS_SPECIAL, "SPECIAL", &amd_ivrs_special_record },
	{ IVRS_ACPI_HID, "ACPI_HID", &amd_ivrs_device4_record },
};

static const struct entry_kind *find_kind(uint8_t type)
{
	for (size_t i = 0; i < sizeof(entry_kinds) / sizeof(entry_kinds[0]); i++) {
		if (entry_kinds[i].type == type)
			return &entry_kinds[i];
	}
	return NULL;
}

/* The length of an entry; 0: not known. The two high bits of its type say how long it is; of the types from
 * 80h on, Linux (ivhd_entry_length()) knows F0h alone, and so does this file. left: bytes up to the end of
 * the block. */
static uint32_t entry_length(const uint8_t *bytes, uint32_t left)
{
	uint8_t type = bytes[0];

	if (type < 0x80)
		return 4u << (type >> 6);
	if (type != IVRS_ACPI_HID)
		return 0;
	return HID_BYTES + (left > UID_LENGTH_AT ? bytes[UID_LENGTH_AT] : 0u);
}

static void set_devices(struct ivrs_entry *entry, uint32_t first, uint32_t last)
{
	entry->first = (uint16_t)first;
	entry->last = (uint16_t)last;
}

static void decode_hid(struct ivrs_entry *entry, const uint8_t *bytes)
{
	uint8_t nr = bytes[UID_LENGTH_AT];

	acpi_get_text(bytes + HID_AT, 8, entry->hid);
	acpi_get_text(bytes + CID_AT, 8, entry->cid);
	entry->uid_format = bytes[UID_FORMAT_AT];
	if (entry->uid_format == UID_IS_NUMBER)
		entry->uid_number = acpi_get(bytes + HID_BYTES, nr < 8 ? nr : 8);
	if (entry->uid_format == UID_IS_TEXT)
		acpi_get_text(bytes + HID_BYTES, nr, entry->uid);
}

static void start_range(struct ivrs_entry *entry)
{
	if (entry->range_open)
		entry->fault = IVRS_RANGE_OPEN; /* the one before */
	entry->range_open = true;
	entry->range_first = entry->first;
	entry->range_has_alias = entry->type == IVRS_ALIAS_RANGE;
	entry->range_alias = entry->alias;
	set_devices(entry, entry->first, entry->first);
}

static void end_range(struct ivrs_entry *entry)
{
	entry->fault = !entry->range_open		  ? IVRS_RANGE_NOT_OPEN :
		       entry->range_first > entry->last ? IVRS_RANGE_OPEN :
							  IVRS_OK;
	if (!entry->fault) {
		entry->first = entry->range_first;
		entry->has_alias = entry->range_has_alias;
		entry->alias = entry->range_alias;
	}
	entry->range_open = false;
}

static void decode_entry(struct ivrs_entry *entry, const uint8_t *bytes)
{
	const struct record *r = entry->record;
	const struct field *device_id = record_field(r, "device_id");

	if (device_id && entry->type != IVRS_ALL) {
		uint32_t id = (uint32_t)field_get(device_id, entry->words);

		entry->has_device = true;
		set_devices(entry, id, id);
	}
	entry->has_settings = record_field(r, "init_pass") != NULL;
	entry->settings = entry->has_settings ? bytes[3] : 0;
	switch (entry->type) {
	case IVRS_ALL:
		set_devices(entry, 0, 0xffff);
		break;
	case IVRS_ALIAS:
	case IVRS_ALIAS_RANGE:
		entry->has_alias = true;
		entry->alias = (uint16_t)record_get(r, "source_id", entry->words);
		break;
	case IVRS_SPECIAL:
		entry->has_device = true;
		set_devices(entry, (uint32_t)record_get(r, "source_id", entry->words),
			    (uint32_t)record_get(r, "source_id", entry->words));
		break;
	case IVRS_ACPI_HID:
		decode_hid(entry, bytes);
		break;
	}
	if (entry->type == IVRS_RANGE_START || entry->type == IVRS_ALIAS_RANGE ||
	    entry->type == IVRS_EXT_RANGE)
		start_range(entry);
	if (entry->type == IVRS_RANGE_END)
		end_range(entry);
}

/* What goes from one entry to the next: where it is, and which range is open. */
static void restart(struct ivrs_entry *entry, uint32_t at)
{
	struct ivrs_entry next = {
		.offset = at,
		.range_open = entry->range_open,
		.range_has_alias = entry->range_has_alias,
		.range_first = entry->range_first,
		.range_alias = entry->range_alias,
		.first = 1, /* none: last < first */
	};

	*entry = next;
}

bool amd_ivrs_next_entry(const struct ivrs_block *block, struct ivrs_entry *entry)
{
	uint32_t at = entry->offset ? entry->next : block->entries;
	const struct entry_kind *kind;
	const uint8_t *bytes;
	uint32_t left, length;

	if (!at || at >= block->end)
		return false;
	restart(entry, at);
	bytes = block->table->bytes + at;
	left = block->end - at;
	entry->type = bytes[0];
	kind = find_kind(entry->type);
	entry->name = kind ? kind->name : NULL;
	length = entry_length(bytes, left);
	if (!length || length > left) {
		entry->fault = length ? IVRS_PAST_BLOCK : IVRS_UNKNOWN_LENGTH;
		return true;
	}
	entry->next = at + length;
	if (!kind) {
		entry->fault = IVRS_UNKNOWN_TYPE;
		return true;
	}
	entry->record = kind->record;
	acpi_get_words(bytes, kind->record->nr_bits / 8u, entry->words);
	decode_entry(entry, bytes);
	return true;
}

uint64_t amd_ivhd_flags_word(uint64_t flags)
{
	return (flags & 0xff) << 8;
}
