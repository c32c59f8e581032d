// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, section 11.4.2 "Capability
 * Register" and 11.4.3 "Extended Capability Register" (revision 4.0 numbering), the Virtual Command
 * Capability Register and the Enhanced Command Capability Registers.
 *
 * The specification's text was not at hand: the bits were checked against implementations written from it
 * (Linux, Xen, FreeBSD, QEMU, VirtualBox, EDK2, NoirVisor). VCCAP and ECMDCAP stand on Linux alone; bits 55,
 * 56, 57, 60, 61 and 62 of ECAP, of revisions after 4.0, on one script that decodes what debugfs shows. A
 * word in parentheses is the one that Linux 5.12 and later, as long as it checked that all units are alike,
 * printed in "IOMMU feature ... inconsistent".
 */
#include "caps.h"

#include <string.h>

static const char *const nd_names[] = { "16", "64", "256", "1024", "4096", "16384", "65536", "reserved" };
static const char *const sagaw_names[] = {
	NULL,	   NULL, "39 bits",	     NULL, "48 bits",		NULL, "39 and 48 bits",	    NULL,
	"57 bits", NULL, "39 and 57 bits",   NULL, "48 and 57 bits",	NULL, "39, 48 and 57 bits",
};
static const char *const sslps_names[] = { "4K alone", "2M", "1G", "2M and 1G" };

#define FEATURE(bit, spelled, word, meaning)                                                       \
	{                                                                                          \
		spelled, word, FIELD_FLAG, BIT_AT(bit), .help = meaning                            \
	}

static const struct field cap_fields[] = {
	{ "ND", "nd", FIELD_NUMBER, BITS_AT(2, 0), NAMES(nd_names), .help = "domain ids" },
	FEATURE(3, "AFL", "afl", "advanced fault logging (afl)"),
	FEATURE(4, "RWBF", "rwbf", "write buffer must be flushed (rwbf)"),
	FEATURE(5, "PLMR", "plmr", "protected low memory region (plmr)"),
	FEATURE(6, "PHMR", "phmr", "protected high memory region (phmr)"),
	FEATURE(7, "CM", "cm", "caches entries that are not present: an emulated unit (caching_mode)"),
	{ "SAGAW", "sagaw", FIELD_ID, BITS_AT(12, 8), NAMES(sagaw_names),
	  .help = "widths of second-stage tables" },
	RESERVED_BITS(15, 13),
	{ "MGAW", "mgaw", FIELD_NUMBER, BITS_AT(21, 16), .help = "bits of a DMA address, minus one" },
	FEATURE(22, "ZLR", "zlr", "zero-length reads of write-only pages (zlr)"),
	FEATURE(23, "ISOCH", "isoch", "isochronous; deprecated"),
	{ "FRO", "fro", FIELD_ID, BITS_AT(33, 24), .help = "fault records, in 16 bytes" },
	{ "SSLPS", "sslps", FIELD_ID, BITS_AT(37, 34), NAMES(sslps_names),
	  .help = "large pages of second-stage tables" },
	RESERVED_BITS(38, 38),
	FEATURE(39, "PSI", "psi", "page-selective invalidation (pgsel_inv)"),
	{ "NFR", "nfr", FIELD_NUMBER, BITS_AT(47, 40), .help = "fault records, minus one" },
	{ "MAMV", "mamv", FIELD_NUMBER, BITS_AT(53, 48),
	  .help = "log2 of the pages that one invalidation can name" },
	FEATURE(54, "DWD", "dwd", "writes are drained (write_drain)"),
	FEATURE(55, "DRD", "drd", "reads are drained (read_drain)"),
	FEATURE(56, "FS1GP", "fs1gp", "1G pages of first-stage tables (fl1gp_support)"),
	RESERVED_BITS(58, 57),
	FEATURE(59, "PI", "pi", "posted interrupts (pi_support)"),
	FEATURE(60, "FS5LP", "fs5lp", "first-stage tables of 5 levels (fl5lp_support)"),
	FEATURE(61, "ECMDS", "ecmds", "enhanced commands"),
	FEATURE(62, "ESIRTPS", "esirtps", "a new interrupt table invalidates what is cached"),
	FEATURE(63, "ESRTPS", "esrtps", "a new root table invalidates what is cached"),
};

const struct record intel_cap_record = {
	.name = "Capability Register",
	.source = "Intel VT-d specification, register offset 08h",
	.nr_bits = 64,
	FIELDS(cap_fields),
};

static const struct field ecap_fields[] = {
	FEATURE(0, "C", "c", "table walks snoop the caches (coherent)"),
	FEATURE(1, "QI", "qi", "queued invalidation (qis)"),
	FEATURE(2, "DT", "dt", "device TLBs, ATS (dev_iotlb_support)"),
	FEATURE(3, "IR", "ir", "interrupt remapping"),
	FEATURE(4, "EIM", "eim", "x2APIC destinations (eim_support)"),
	FEATURE(5, "CH", "ch", "caching hints; deprecated"),
	FEATURE(6, "PT", "pt", "pass-through (pass_through)"),
	FEATURE(7, "SC", "sc", "snoop control (sc_support)"),
	{ "IRO", "iro", FIELD_ID, BITS_AT(17, 8), .help = "IOTLB registers, in 16 bytes" },
	RESERVED_BITS(19, 18),
	{ "MHMV", "mhmv", FIELD_NUMBER, BITS_AT(23, 20),
	  .help = "log2 of the interrupt entries that one invalidation can name" },
	FEATURE(24, "ECS", "ecs", "extended context entries; deprecated"),
	FEATURE(25, "MTS", "mts", "memory types (mts)"),
	FEATURE(26, "NEST", "nest", "nested translation (nest)"),
	FEATURE(27, "DIS", "dis", "deferred invalidation; deprecated"),
	FEATURE(28, "PASID-old", "pasid_old", "PASID of extended context entries; deprecated"),
	FEATURE(29, "PRS", "prs", "page requests (prs)"),
	FEATURE(30, "ERS", "ers", "execute requests (ers)"),
	FEATURE(31, "SRS", "srs", "supervisor requests (srs)"),
	RESERVED_BITS(32, 32),
	FEATURE(33, "NWFS", "nwfs", "no-write flag of ATS requests (nwfs)"),
	FEATURE(34, "EAFS", "eafs", "extended accessed flag (eafs)"),
	{ "PSS", "pss", FIELD_NUMBER, BITS_AT(39, 35), .help = "bits of a PASID, minus one" },
	FEATURE(40, "PASID", "pasid", "PASIDs (pasid)"),
	FEATURE(41, "DIT", "dit", "device-TLB invalidation is throttled (dit)"),
	FEATURE(42, "PDS", "pds", "page-request drain (pds)"),
	FEATURE(43, "SMTS", "smts", "scalable mode (smts)"),
	FEATURE(44, "VCS", "vcs", "virtual commands (vcs)"),
	FEATURE(45, "SSADS", "ssads", "accessed and dirty bits of second-stage tables (slads)"),
	FEATURE(46, "SSTS", "ssts", "second stage in scalable mode (slts)"),
	FEATURE(47, "FSTS", "fsts", "first stage (flts)"),
	FEATURE(48, "SMPWCS", "smpwcs", "table walks of scalable mode can snoop (smpwc)"),
	FEATURE(49, "RPS", "rps", "RID_PASID: another PASID than 0 for requests without one (rps)"),
	RESERVED_BITS(50, 50),
	FEATURE(51, "PMS", "pms", "performance counters"),
	FEATURE(52, "ADMS", "adms", "abort-DMA mode"),
	FEATURE(53, "RPRIVS", "rprivs", "RID_PRIV: requests without a PASID as supervisor"),
	RESERVED_BITS(54, 54),
	FEATURE(55, "HPTS", "hpts", "host permission table; of newer revisions"),
	FEATURE(56, "PTRS", "ptrs", "translated requests with a PASID; of newer revisions"),
	FEATURE(57, "SSIRWS", "ssirws", "I/O read and write in second-stage tables; of newer revisions"),
	FEATURE(58, "SMS", "sms", "stop markers of page requests"),
	RESERVED_BITS(59, 59),
	FEATURE(60, "RDTS", "rdts", "resource director technology; of newer revisions"),
	FEATURE(61, "EIMER", "eimer", "x2APIC destinations are required; of newer revisions"),
	FEATURE(62, "IRREQ", "irreq", "interrupt remapping is required; of newer revisions"),
	RESERVED_BITS(63, 63),
};

const struct record intel_ecap_record = {
	.name = "Extended Capability Register",
	.source = "Intel VT-d specification, register offset 10h",
	.nr_bits = 64,
	FIELDS(ecap_fields),
};

static const struct field vccap_fields[] = {
	FEATURE(0, "PAS", "pas", "PASIDs are allocated by virtual command"),
	RESERVED_BITS(63, 1),
};

const struct record intel_vccap_record = {
	.name = "Virtual Command Capability Register",
	.source = "Intel VT-d specification, register offset E00h",
	.nr_bits = 64,
	FIELDS(vccap_fields),
};

/* A bit for each of 256 commands: the four registers as one record. */
static const struct field ecmdcap_fields[] = {
	RESERVED_BITS(63, 0),
	RESERVED_BITS(127, 64),
	RESERVED_BITS(191, 128),
	RESERVED_BITS(239, 192),
	FEATURE(240, "ECNTS", "ecnts", "command f0h, enable performance counters"),
	FEATURE(241, "DCNTS", "dcnts", "command f1h, disable performance counters"),
	RESERVED_BITS(243, 242),
	FEATURE(244, "FCNTS", "fcnts", "command f4h, freeze performance counters"),
	FEATURE(245, "UFCNTS", "ufcnts", "command f5h, let performance counters run again"),
	RESERVED_BITS(255, 246),
};

const struct record intel_ecmdcap_record = {
	.name = "Enhanced Command Capability Registers",
	.source = "Intel VT-d specification, ECCAP registers 0 to 3",
	.nr_bits = 256,
	FIELDS(ecmdcap_fields),
};

/* ---- what they mean ---- */

/* Values of AW. 0 stood for 30 bits and 4 for 64 in early revisions; they are reserved since. */
#define AW_MIN 1
#define AW_MAX 3

uint64_t intel_cap(const struct intel_caps *caps, const char *key)
{
	return record_get(&intel_cap_record, key, &caps->cap);
}

uint64_t intel_ecap(const struct intel_caps *caps, const char *key)
{
	return record_get(&intel_ecap_record, key, &caps->ecap);
}

bool intel_lacks(const struct intel_caps *caps, const char *ecap_key)
{
	return caps->known && !intel_ecap(caps, ecap_key);
}

bool intel_width_is_reserved(unsigned aw)
{
	return aw < AW_MIN || aw > AW_MAX;
}

unsigned intel_width_levels(unsigned aw)
{
	return intel_width_is_reserved(aw) ? 0 : aw + 2;
}

unsigned intel_width_bits(unsigned aw)
{
	return intel_width_is_reserved(aw) ? 0 : 30 + 9 * aw;
}

bool intel_takes_width(const struct intel_caps *caps, unsigned aw)
{
	if (intel_width_is_reserved(aw))
		return false;
	return !caps->known || (intel_cap(caps, "sagaw") >> aw & 1);
}

bool intel_widest(const struct intel_caps *caps, unsigned *aw)
{
	for (*aw = AW_MAX; caps->known && *aw >= AW_MIN; --*aw) {
		if (intel_takes_width(caps, *aw))
			return true;
	}
	return false;
}

unsigned intel_reach_bits(const struct intel_caps *caps)
{
	return caps->known ? (unsigned)intel_cap(caps, "mgaw") + 1 : 0;
}

uint32_t intel_nr_domains(const struct intel_caps *caps)
{
	return 1u << (4 + 2 * intel_cap(caps, "nd"));
}

static size_t add_flags(const struct record *record, const uint64_t *words, const char **ret)
{
	size_t nr = 0;

	for (unsigned i = 0; i < record->nr_fields; i++) {
		const struct field *field = &record->fields[i];

		if (field->kind == FIELD_FLAG && field_get(field, words))
			ret[nr++] = field->name;
	}
	return nr;
}

size_t intel_feature_names(const struct intel_caps *caps, const char *ret[INTEL_MAX_FEATURE_NAMES])
{
	size_t nr = add_flags(&intel_cap_record, &caps->cap, ret);

	return nr + add_flags(&intel_ecap_record, &caps->ecap, ret + nr);
}
