// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, section 2.2.2.1
 * "Device Table Entry Format" (revision 3.05 numbering), with the fields that later revisions give
 * a meaning (SATS, GuestPagingMode, HPTMode, vImuEn, GDeviceID, GuestID).
 *
 * The specification's text was not at hand: every bit was checked against at least two
 * implementations written from it (Xen, VirtualBox, FreeBSD, QEMU, Linux).
 */
#include "dte.h"

#define GUEST_LEVELS	    4 /* when GuestPagingMode is 0 */
#define INT_CTL_REMAPPED    2

static const char *const mode_names[] = { "no host table", "1-level", "2-level", "3-level",
					  "4-level",	   "5-level", "6-level", "reserved" };
static const char *const had_names[] = { "off", "accessed", "reserved", "accessed and dirty" };
static const char *const glx_names[] = { "1-level GCR3 table", "2-level GCR3 table",
					 "3-level GCR3 table", "reserved" };
static const char *const ioctl_names[] = { "abort", "forward", "translate", "reserved" };
static const char *const sysmgt_names[] = { "abort", "forward all", "forward INTx", "translate" };
static const char *const intctl_names[] = { "abort", "forward unmapped", "remap", "reserved" };
static const char *const gpm_names[] = { "4-level", "5-level", "reserved", "reserved" };
static const char *const int_tab_len_names[] = { "1 entry",	"2 entries",   "4 entries",
						 "8 entries",	"16 entries",  "32 entries",
						 "64 entries",	"128 entries", "256 entries",
						 "512 entries", "1024 entries", "2048 entries" };

static const struct field amd_dte_fields[] = {
	{ "V", "v", FIELD_FLAG, BIT_AT(0), .help = "bits 127:0 are valid; 0: all DMA passes" },
	{ "TV", "tv", FIELD_FLAG, BIT_AT(1), .help = "translation fields are valid; 0: DMA is blocked", .when = "v" },
	RESERVED_BITS(6, 2),
	{ "HAD", "had", FIELD_NUMBER, BITS_AT(8, 7), NAMES(had_names),
	  .help = "host accessed and dirty bit updates", .when = "tv" },
	{ "Mode", "mode", FIELD_NUMBER, BITS_AT(11, 9), NAMES(mode_names), .help = "host paging mode", .when = "tv" },
	{ "HostPTRoot", "root", FIELD_ADDRESS, { PIECE(51, 12, 12) },
	  .help = "physical address of the host page table", .physical = true, .when = "tv" },
	{ "PPR", "ppr", FIELD_FLAG, BIT_AT(52), .help = "peripheral page requests are taken" },
	{ "GPRP", "gprp", FIELD_FLAG, BIT_AT(53), .help = "guest PPR responses carry a PASID" },
	{ "GIoV", "giov", FIELD_FLAG, BIT_AT(54), .help = "guest I/O protection valid" },
	{ "GV", "gv", FIELD_FLAG, BIT_AT(55), .help = "guest translation valid", .when = "tv" },
	{ "GLX", "glx", FIELD_NUMBER, BITS_AT(57, 56), NAMES(glx_names), .help = "GCR3 table levels", .when = "gv" },
	{ "GCR3TRP", "gcr3_root", FIELD_ADDRESS,
	  { PIECE(60, 58, 12), PIECE(95, 80, 15), PIECE(127, 107, 31) },
	  .help = "address of the GCR3 table", .physical = true, .when = "gv" },
	{ "IR", "ir", FIELD_FLAG, BIT_AT(61), .help = "device may read" },
	{ "IW", "iw", FIELD_FLAG, BIT_AT(62), .help = "device may write" },
	RESERVED_BITS(63, 63),
	{ "DomainID", "domain_id", FIELD_ID, BITS_AT(79, 64), .help = "tag of the IOMMU's TLB entries", .when = "v" },
	{ "I", "i", FIELD_FLAG, BIT_AT(96), .help = "device may use its own TLB (ATS)" },
	{ "SE", "se", FIELD_FLAG, BIT_AT(97), .help = "log only the first page fault" },
	{ "SA", "sa", FIELD_FLAG, BIT_AT(98), .help = "log no page faults" },
	{ "IoCtl", "io_ctl", FIELD_NUMBER, BITS_AT(100, 99), NAMES(ioctl_names), .help = "port I/O", .when = "v" },
	{ "Cache", "cache", FIELD_FLAG, BIT_AT(101), .help = "IOTLB cache hint" },
	{ "SD", "sd", FIELD_FLAG, BIT_AT(102), .help = "snoop disable" },
	{ "EX", "ex", FIELD_FLAG, BIT_AT(103), .help = "exclusion range applies" },
	{ "SysMgt", "sys_mgt", FIELD_NUMBER, BITS_AT(105, 104), NAMES(sysmgt_names),
	  .help = "system management messages", .when = "v" },
	{ "SATS", "sats", FIELD_FLAG, BIT_AT(106), .help = "secure ATS; reserved before its revision" },
	{ "IV", "iv", FIELD_FLAG, BIT_AT(128), .help = "interrupt fields are valid; 0: not remapped" },
	{ "IntTabLen", "int_tab_len", FIELD_NUMBER, BITS_AT(132, 129), NAMES(int_tab_len_names),
	  .help = "log2 of the interrupt table's entries", .when = "iv" },
	{ "IG", "ig", FIELD_FLAG, BIT_AT(133), .help = "log no faults of unmapped interrupts" },
	{ "IntTabRoot", "int_tab_root", FIELD_ADDRESS, { PIECE(179, 134, 6) },
	  .help = "physical address of the interrupt table", .physical = true, .when = "iv" },
	RESERVED_BITS(181, 180),
	{ "GuestPagingMode", "guest_paging_mode", FIELD_NUMBER, BITS_AT(183, 182), NAMES(gpm_names),
	  .help = "levels of the guest's tables", .when = "gv" },
	{ "InitPass", "init_pass", FIELD_FLAG, BIT_AT(184), .help = "INIT passes unmapped" },
	{ "EIntPass", "eint_pass", FIELD_FLAG, BIT_AT(185), .help = "ExtInt passes unmapped" },
	{ "NMIPass", "nmi_pass", FIELD_FLAG, BIT_AT(186), .help = "NMI passes unmapped" },
	{ "HPTMode", "hpt_mode", FIELD_FLAG, BIT_AT(187), .help = "host page table mode hint" },
	{ "IntCtl", "int_ctl", FIELD_NUMBER, BITS_AT(189, 188), NAMES(intctl_names),
	  .help = "fixed and arbitrated interrupts", .when = "iv" },
	{ "Lint0Pass", "lint0_pass", FIELD_FLAG, BIT_AT(190), .help = "LINT0 passes unmapped" },
	{ "Lint1Pass", "lint1_pass", FIELD_FLAG, BIT_AT(191), .help = "LINT1 passes unmapped" },
	RESERVED_BITS(206, 192),
	{ "vImuEn", "vimu_en", FIELD_FLAG, BIT_AT(207), .help = "device is behind a virtual IOMMU" },
	{ "GDeviceID", "gdevice_id", FIELD_ID, BITS_AT(223, 208), .help = "device id in the guest", .when = "vimu_en" },
	{ "GuestID", "guest_id", FIELD_ID, BITS_AT(239, 224), .help = "guest id", .when = "vimu_en" },
	RESERVED_BITS(244, 240),
	IGNORED_BITS(245, 245), /* for software, by FreeBSD's header; reserved in others */
	{ "AttrV", "attr_v", FIELD_FLAG, BIT_AT(246), .help = "bits 255:247 are valid" },
	{ "Mode0FC", "mode0_fc", FIELD_FLAG, BIT_AT(247), .help = "FC when Mode is 0", .when = "attr_v" },
	{ "SnoopAttribute", "snoop_attribute", FIELD_ID, BITS_AT(255, 248),
	  .help = "map of guest PAT to the ATS N bit", .when = "attr_v" },
};

const struct record amd_dte_record = {
	.name = "Device Table Entry",
	.source = "AMD IOMMU specification 48882, section 2.2.2.1",
	.nr_bits = 256,
	FIELDS(amd_dte_fields),
};

static uint64_t dte_field(const char *key, const uint64_t *words)
{
	return record_get(&amd_dte_record, key, words);
}

static enum dma_state dma_state_of(const uint64_t *words, const struct amd_dte *dte)
{
	if (!dte_field("v", words))
		return DMA_PASSTHROUGH_UNCHECKED;
	if (!dte_field("tv", words))
		return DMA_BLOCKED;
	if (dte->guest_io)
		return DMA_BY_PASID;
	if (dte->levels)
		return DMA_TRANSLATED;
	/* Mode 0: addresses pass as they are, but the permissions of the entry hold. */
	return dte->read || dte->write ? DMA_PASSTHROUGH : DMA_BLOCKED;
}

void amd_dte_decode(const uint64_t words[AMD_DTE_WORDS], uint64_t enc_mask, struct amd_dte *ret)
{
	*ret = (struct amd_dte){
		.levels = (uint8_t)dte_field("mode", words),
		.root = pa_of(dte_field("root", words) & ~enc_mask),
		.guest = dte_field("v", words) && dte_field("tv", words) && dte_field("gv", words),
		.gcr3_root = pa_of(dte_field("gcr3_root", words) & ~enc_mask),
		.gcr3_levels = (uint8_t)(dte_field("glx", words) + 1),
		.guest_levels = (uint8_t)(GUEST_LEVELS + dte_field("guest_paging_mode", words)),
		.domain_id = (uint16_t)dte_field("domain_id", words),
		.read = dte_field("ir", words),
		.write = dte_field("iw", words),
		.irq_valid = dte_field("iv", words),
		.irq_entries = 1u << dte_field("int_tab_len", words),
		.irq_table = pa_of(dte_field("int_tab_root", words) & ~enc_mask),
	};
	ret->guest_io = ret->guest && dte_field("giov", words);
	ret->irq_remapped = ret->irq_valid && dte_field("int_ctl", words) == INT_CTL_REMAPPED;
	ret->state = dma_state_of(words, ret);
}
