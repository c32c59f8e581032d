// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882: PCI capability header
 * (section 3.2.1), Extended Feature Register (MMIO 30h) and Extended Feature 2 Register (MMIO
 * 1A0h).
 *
 * The specification's text was not at hand. EFR: two or more implementations agree on each bit but
 * 56 and 60:57 (place from Xen alone). EFR2: bits 1 and 13 are from Linux alone, 2 from FreeBSD
 * alone; 0, 10, 12 and 63:14 have no confirmed name.
 */
#include "efr.h"

#include <string.h>

static const char *const hats_names[] = { "4 levels", "5 levels", "6 levels", "reserved" };
static const char *const gats_names[] = { "4 levels", "5 levels", "reserved", "reserved" };
static const char *const glx_names[] = { "1 level", "2 levels", "3 levels", "reserved" };
static const char *const dual_names[] = { "no", "yes", "yes, swaps by itself", "reserved" };
static const char *const seg_names[] = { "no", "2", "4", "8" };
static const char *const marc_names[] = { "no", "4 apertures", "8 apertures", "reserved" };
static const char *const remap_names[] = { "512", "2048", "reserved", "reserved" };
static const char *const cap_type_names[] = { NULL, NULL, NULL, "IOMMU" };

#define SUP(bit, spelled, word, meaning)                                                           \
	{                                                                                          \
		spelled, word, FIELD_FLAG, BIT_AT(bit), .help = meaning                            \
	}

static const struct field efr_fields[] = {
	SUP(0, "PreFSup", "pref_sup", "prefetch command"),
	SUP(1, "PPRSup", "ppr_sup", "peripheral page requests"),
	SUP(2, "XTSup", "xt_sup", "x2APIC destinations"),
	SUP(3, "NXSup", "nx_sup", "no-execute and privilege checks"),
	SUP(4, "GTSup", "gt_sup", "guest translation (GCR3)"),
	SUP(5, "GAPPISup", "gappi_sup", "guest APIC physical processor interrupt"),
	SUP(6, "IASup", "ia_sup", "INVALIDATE_IOMMU_ALL command"),
	SUP(7, "GASup", "ga_sup", "128-bit interrupt entries, guest vAPIC"),
	SUP(8, "HESup", "he_sup", "hardware error registers"),
	SUP(9, "PCSup", "pc_sup", "performance counters"),
	{ "HATS", "hats", FIELD_NUMBER, BITS_AT(11, 10), NAMES(hats_names),
	  .help = "host page table levels" },
	{ "GATS", "gats", FIELD_NUMBER, BITS_AT(13, 12), NAMES(gats_names),
	  .help = "guest page table levels" },
	{ "GLXSup", "glx_sup", FIELD_NUMBER, BITS_AT(15, 14), NAMES(glx_names),
	  .help = "GCR3 table levels" },
	{ "SmiFSup", "smif_sup", FIELD_NUMBER, BITS_AT(17, 16), .help = "SMI filter" },
	{ "SmiFRC", "smif_rc", FIELD_NUMBER, BITS_AT(20, 18), .help = "log2 of SMI filter registers" },
	{ "GAMSup", "gam_sup", FIELD_NUMBER, BITS_AT(23, 21), .help = "guest vAPIC modes; 1: vAPIC" },
	{ "DualPprLogSup", "dual_ppr_log_sup", FIELD_NUMBER, BITS_AT(25, 24), NAMES(dual_names),
	  .help = "two PPR logs" },
	RESERVED_BITS(27, 26),
	{ "DualEventLogSup", "dual_event_log_sup", FIELD_NUMBER, BITS_AT(29, 28), NAMES(dual_names),
	  .help = "two event logs" },
	RESERVED_BITS(30, 30),
	SUP(31, "SATSup", "sats_sup", "secure ATS"),
	{ "PASmax", "pas_max", FIELD_NUMBER, BITS_AT(36, 32), .help = "PASID bits, minus one" },
	SUP(37, "USSup", "us_sup", "user and supervisor protection"),
	{ "DevTblSegSup", "dev_tbl_seg_sup", FIELD_NUMBER, BITS_AT(39, 38), NAMES(seg_names),
	  .help = "segments of the device table" },
	SUP(40, "PprOvrflwEarlySup", "ppr_ovrflw_early_sup", "early warning of a full PPR log"),
	SUP(41, "PPRAutoRspSup", "ppr_auto_rsp_sup", "automatic PPR responses"),
	{ "MarcSup", "marc_sup", FIELD_NUMBER, BITS_AT(43, 42), NAMES(marc_names),
	  .help = "memory access routing" },
	SUP(44, "BlkStopMrkSup", "blk_stop_mrk_sup", "block StopMark messages"),
	SUP(45, "PerfOptSup", "perf_opt_sup", "performance optimisation"),
	SUP(46, "MsiCapMmioSup", "msi_cap_mmio_sup", "MSI capability in MMIO"),
	RESERVED_BITS(47, 47),
	SUP(48, "GIoSup", "gio_sup", "guest I/O protection"),
	SUP(49, "HASup", "ha_sup", "host accessed bit"),
	SUP(50, "EPHSup", "eph_sup", "enhanced PPR handling"),
	SUP(51, "AttrFWSup", "attr_fw_sup", "attribute forward"),
	SUP(52, "HDSup", "hd_sup", "host dirty bit"),
	RESERVED_BITS(53, 53),
	SUP(54, "InvIotlbTypeSup", "inv_iotlb_type_sup", "types of IOTLB invalidation"),
	SUP(55, "vIommuSup", "viommu_sup", "virtual IOMMU in hardware"),
	SUP(56, "VmGuardIoSup", "vm_guard_io_sup", "VM guard I/O"),
	{ "VmTableSize", "vm_table_size", FIELD_NUMBER, BITS_AT(60, 57),
	  .help = "log2 of the VM table's entries, minus 8" },
	SUP(61, "GAUpdateDisSup", "ga_update_dis_sup", "interrupt entry updates can be disabled"),
	SUP(62, "ForcePhyDestSup", "force_phy_dest_sup", "physical destinations are forced"),
	SUP(63, "SNPSup", "snp_sup", "secure nested paging"),
};

const struct record amd_efr_record = {
	.name = "Extended Feature Register",
	.source = "AMD IOMMU specification 48882, MMIO offset 30h",
	.nr_bits = 64,
	.unnamed = UNNAMED_BITS,
	FIELDS(efr_fields),
};

static const struct field efr2_fields[] = {
	RESERVED_BITS(0, 0),
	SUP(1, "SevSnpIoSup", "sev_snp_io_sup", "SEV-TIO"),
	SUP(2, "TMPMSup", "tmpm_sup", "tiered memory page migration"),
	SUP(3, "GCR3TRPModeSup", "gcr3_trp_mode_sup", "GCR3 pointer may be a guest physical address"),
	SUP(4, "GAPPIDisSup", "gappi_dis_sup", "GAPPI can be disabled per entry"),
	{ "SnpAvicSup", "snp_avic_sup", FIELD_NUMBER, BITS_AT(7, 5), .help = "1: vAPIC with SNP" },
	{ "NumIntRemapSup", "num_int_remap_sup", FIELD_NUMBER, BITS_AT(9, 8), NAMES(remap_names),
	  .help = "interrupt entries per device" },
	RESERVED_BITS(10, 10),
	SUP(11, "HtRangeIgnore", "ht_range_ignore", "HyperTransport range is ordinary memory"),
	RESERVED_BITS(12, 12),
	SUP(13, "SnpPageMode0Sup", "snp_page_mode0_sup", "Mode 0 is allowed with SNP"),
	RESERVED_BITS(63, 14),
};

const struct record amd_efr2_record = {
	.name = "Extended Feature 2 Register",
	.source = "AMD IOMMU specification 48882, MMIO offset 1A0h",
	.nr_bits = 64,
	.unnamed = UNNAMED_BITS,
	FIELDS(efr2_fields),
};

static const struct field cap_fields[] = {
	{ "CapID", "cap_id", FIELD_ID, BITS_AT(7, 0), .help = "0xf: secure device" },
	{ "CapPtr", "cap_ptr", FIELD_ID, BITS_AT(15, 8), .help = "next capability" },
	{ "CapType", "cap_type", FIELD_NUMBER, BITS_AT(18, 16), NAMES(cap_type_names),
	  .help = "3: IOMMU" },
	{ "CapRev", "cap_rev", FIELD_NUMBER, BITS_AT(23, 19), .help = "revision of the capability" },
	SUP(24, "IotlbSup", "iotlb_sup", "device TLBs (ATS)"),
	SUP(25, "HtTunnel", "ht_tunnel", "HyperTransport tunnel"),
	SUP(26, "NpCache", "np_cache", "entries that are not present are cached (an emulator)"),
	SUP(27, "EFRSup", "efr_sup", "has the Extended Feature Register"),
	SUP(28, "CapExt", "cap_ext", "has miscellaneous information register 1"),
	RESERVED_BITS(31, 29),
};

const struct record amd_cap_record = {
	.name = "IOMMU capability header",
	.source = "AMD IOMMU specification 48882, section 3.2.1",
	.nr_bits = 32,
	.unnamed = UNNAMED_BITS,
	FIELDS(cap_fields),
};

/* Linux drivers/iommu/amd/init.c, print_iommu_info(): the words of the boot line, by EFR bit. */
static const char *const boot_words[] = { "PreF", "PPR", "X2APIC", "NX", "GT",
					  "[5]",  "IA",	 "GA",	   "HE", "PC" };

size_t amd_feature_names(uint64_t efr, const char *ret[AMD_MAX_FEATURE_NAMES])
{
	size_t nr = 0;

	for (size_t bit = 0; bit < sizeof(boot_words) / sizeof(boot_words[0]); bit++) {
		if (efr >> bit & 1)
			ret[nr++] = boot_words[bit];
	}
	if (record_get(&amd_efr_record, "gam_sup", &efr) & 1)
		ret[nr++] = "GA_vAPIC";
	if (record_get(&amd_efr_record, "snp_sup", &efr))
		ret[nr++] = "SNP";
	return nr;
}

bool amd_ht_range_is_ignored(uint64_t efr2)
{
	return record_get(&amd_efr2_record, "ht_range_ignore", &efr2);
}

bool amd_supports_snp(uint64_t efr)
{
	return record_get(&amd_efr_record, "snp_sup", &efr);
}
