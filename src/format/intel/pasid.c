// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, sections 9.5 "Scalable-Mode
 * PASID Directory Entry" and 9.6 "Scalable-Mode PASID Table Entry" (revision 4.0 numbering).
 *
 * The specification's text was not at hand: the bits were checked against Linux, QEMU, VirtualBox and
 * NoirVisor. EMT, PWT and PCD are named by VirtualBox alone and reserved from revision 4.0 on. What a unit
 * refuses: PGTT, AW and FSPM are from QEMU, which refuses them; that SRE, PGSNP and the memory types are
 * reserved on units that lack the feature is what commits of Linux say of the specification
 * (7fc961cf7ffc for SRE), and that of DID there are as many bits as ND says is taken from the context entry.
 * Linux 5.10 sets PGSNP without looking at the feature, and QEMU's unit, which lacks it, translates all the same:
 * such an entry is in doubt, and not refused. So is AW of a pass-through entry: it is held against the unit's widest
 * in a context entry, and QEMU does not look at it here.
 * That other fields are reserved without their feature was not confirmed, and nothing is refused for it.
 */
#include "pasid.h"

#define PASIDS_LG2	   6
#define PASID_DIR_RESERVED 0x52
#define PASID_RESERVED	   0x5a
#define PASID_INVALID	   0x5b
#define FIRST_STAGE_LEVELS 4 /* with FSPM 0 */
#define FSPM_MAX	   1

static const char *const aw_names[] = { "reserved",	     "39 bits, 3 levels", "48 bits, 4 levels",
					"57 bits, 5 levels", "reserved",	  "reserved",
					"reserved",	     "reserved" };
static const char *const pgtt_names[] = { "reserved",	  "first-stage", "second-stage", "nested",
					  "pass-through", "reserved",	 "reserved",	 "reserved" };
static const char *const fspm_names[] = { "4-level", "5-level", "reserved", "reserved" };

static const struct field pasid_dir_fields[] = {
	{ "P", "p", FIELD_FLAG, BIT_AT(0), .help = "present; 0: these 64 PASIDs are blocked" },
	{ "FPD", "fpd", FIELD_FLAG, BIT_AT(1), .help = "faults are not recorded" },
	RESERVED_BITS(11, 2),
	{ "SMPTBLPTR", "smptblptr", FIELD_ADDRESS, { PIECE(63, 12, 12) }, .help = "PASID table" },
};

const struct record intel_pasid_dir_record = {
	.name = "Scalable-Mode PASID Directory Entry",
	.source = "Intel VT-d specification, section 9.5",
	.nr_bits = 64,
	FIELDS(pasid_dir_fields),
};

static const struct field pasid_fields[] = {
	{ "P", "p", FIELD_FLAG, BIT_AT(0), .help = "present; 0: DMA is blocked" },
	{ "FPD", "fpd", FIELD_FLAG, BIT_AT(1), .help = "faults are not recorded" },
	{ "AW", "aw", FIELD_NUMBER, BITS_AT(4, 2), NAMES(aw_names),
	  .help = "width of the second-stage table" },
	{ "SSEE", "ssee", FIELD_FLAG, BIT_AT(5), .help = "X of second-stage entries counts; deprecated" },
	{ "PGTT", "pgtt", FIELD_NUMBER, BITS_AT(8, 6), NAMES(pgtt_names),
	  .help = "what becomes of requests" },
	{ "SSADE", "ssade", FIELD_FLAG, BIT_AT(9),
	  .help = "accessed and dirty bits of the second stage are set" },
	RESERVED_BITS(11, 10),
	{ "SSPTPTR", "ssptptr", FIELD_ADDRESS, { PIECE(63, 12, 12) }, .help = "second-stage page table" },
	{ "DID", "domain_id", FIELD_ID, BITS_AT(79, 64), .help = "tag of what the unit caches" },
	RESERVED_BITS(86, 80),
	{ "PWSNP", "pwsnp", FIELD_FLAG, BIT_AT(87), .help = "table walks snoop the caches" },
	{ "PGSNP", "pgsnp", FIELD_FLAG, BIT_AT(88), .help = "accesses to pages snoop the caches" },
	{ "CD", "cd", FIELD_FLAG, BIT_AT(89), .help = "caches are disabled" },
	{ "EMTE", "emte", FIELD_FLAG, BIT_AT(90), .help = "memory types of second-stage entries count" },
	{ "EMT", "emt", FIELD_NUMBER, BITS_AT(93, 91), .help = "memory type; reserved since 4.0" },
	{ "PWT", "pwt", FIELD_FLAG, BIT_AT(94), .help = "write-through table walks; reserved since 4.0" },
	{ "PCD", "pcd", FIELD_FLAG, BIT_AT(95), .help = "uncached table walks; reserved since 4.0" },
	{ "PAT", "pat", FIELD_ID, BITS_AT(127, 96), .help = "page attribute table of the first stage" },
	{ "SRE", "sre", FIELD_FLAG, BIT_AT(128), .help = "requests of a supervisor are taken" },
	{ "ERE", "ere", FIELD_FLAG, BIT_AT(129), .help = "requests to execute are taken" },
	{ "FSPM", "fspm", FIELD_NUMBER, BITS_AT(131, 130), NAMES(fspm_names),
	  .help = "levels of the first-stage table" },
	{ "WPE", "wpe", FIELD_FLAG, BIT_AT(132), .help = "a supervisor does not write read-only pages" },
	{ "NXE", "nxe", FIELD_FLAG, BIT_AT(133), .help = "XD of first-stage entries counts" },
	{ "SMEP", "smep", FIELD_FLAG, BIT_AT(134), .help = "a supervisor does not execute user pages" },
	{ "EAFE", "eafe", FIELD_FLAG, BIT_AT(135), .help = "EA of first-stage entries is set" },
	RESERVED_BITS(139, 136),
	{ "FSPTPTR", "fsptptr", FIELD_ADDRESS, { PIECE(191, 140, 12) }, .help = "first-stage page table" },
	RESERVED_BITS(255, 192),
	RESERVED_BITS(319, 256),
	RESERVED_BITS(383, 320),
	RESERVED_BITS(447, 384),
	RESERVED_BITS(511, 448),
};

const struct record intel_pasid_record = {
	.name = "Scalable-Mode PASID Table Entry",
	.source = "Intel VT-d specification, section 9.6",
	.nr_bits = 512,
	FIELDS(pasid_fields),
};

uint32_t intel_pasid_dir_index(uint32_t pasid)
{
	return pasid >> PASIDS_LG2;
}

uint32_t intel_pasid_index(uint32_t pasid)
{
	return pasid % INTEL_PASIDS_A_TABLE;
}

void intel_pasid_dir_decode(uint64_t word, const struct intel_caps *caps, struct intel_pasid_dir *ret)
{
	const struct record *r = &intel_pasid_dir_record;

	*ret = (struct intel_pasid_dir){
		.present = record_get(r, "p", &word),
		.silent = record_get(r, "fpd", &word),
	};
	if (!ret->present)
		return;
	ret->table = pa_of(record_get(r, "smptblptr", &word));
	intel_refuse_reserved(&ret->refusal, PASID_DIR_RESERVED, r, &word);
	intel_refuse_wide_address(&ret->refusal, PASID_DIR_RESERVED, caps, r, "smptblptr", &word);
}

/* ---- PASID table entry ---- */

static uint64_t pasid_field(const char *key, const uint64_t *words)
{
	return record_get(&intel_pasid_record, key, words);
}

static bool has_first_stage(unsigned type)
{
	return type == INTEL_FIRST_STAGE || type == INTEL_NESTED;
}

static bool has_second_stage(unsigned type)
{
	return type == INTEL_SECOND_STAGE || type == INTEL_NESTED;
}

static void refuse_reserved(const uint64_t *words, const struct intel_caps *caps, unsigned type,
			    struct intel_pasid *ret)
{
	static const struct {
		const char *key, *ecap_key;
	} needs[] = { { "sre", "srs" }, { "cd", "mts" },  { "emte", "mts" },
		      { "emt", "mts" }, { "pwt", "mts" }, { "pcd", "mts" } };
	const struct record *r = &intel_pasid_record;

	intel_refuse_reserved(&ret->refusal, PASID_RESERVED, r, words);
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		intel_refuse_without(&ret->refusal, PASID_RESERVED, caps, needs[i].ecap_key, r,
				     needs[i].key, words);
	intel_refuse_domain_id(&ret->refusal, PASID_RESERVED, caps, ret->domain_id);
	if (has_second_stage(type))
		intel_refuse_wide_address(&ret->refusal, PASID_RESERVED, caps, r, "ssptptr", words);
	if (type == INTEL_FIRST_STAGE)
		intel_refuse_wide_address(&ret->refusal, PASID_RESERVED, caps, r, "fsptptr", words);
}

static void refuse_type(const struct intel_caps *caps, unsigned type, struct intel_refusal *ret)
{
	static const char *const needs[] = {
		[INTEL_FIRST_STAGE] = "fsts",
		[INTEL_SECOND_STAGE] = "ssts",
		[INTEL_NESTED] = "nest",
		[INTEL_PASS_THROUGH] = "pt",
	};

	if (type < INTEL_FIRST_STAGE || type > INTEL_PASS_THROUGH)
		intel_refuse(ret, PASID_INVALID, "PGTT is %u, which is reserved", type);
	else if (intel_lacks(caps, needs[type]))
		intel_refuse(ret, PASID_INVALID, "PGTT is %s, and the unit has %s=0", pgtt_names[type],
			     record_field(&intel_ecap_record, needs[type])->name);
}

static void refuse_stages(const uint64_t *words, const struct intel_caps *caps, unsigned type,
			  struct intel_refusal *ret)
{
	unsigned fspm = (unsigned)pasid_field("fspm", words);

	if (has_second_stage(type))
		intel_refuse_width(ret, PASID_INVALID, caps, (unsigned)pasid_field("aw", words));
	if (!has_first_stage(type))
		return;
	if (fspm > FSPM_MAX)
		intel_refuse(ret, PASID_INVALID, "FSPM is %u, which is reserved", fspm);
	else if (fspm && caps->known && !intel_cap(caps, "fs5lp"))
		intel_refuse(ret, PASID_INVALID, "FSPM is 5-level, and the unit has FS5LP=0");
}

static void read_stages(const uint64_t *words, struct intel_pasid *ret)
{
	if (has_first_stage(ret->type)) {
		ret->first_levels = (uint8_t)(FIRST_STAGE_LEVELS + pasid_field("fspm", words));
		ret->first_root = pasid_field("fsptptr", words);
	}
	if (has_second_stage(ret->type)) {
		ret->second_levels = (uint8_t)intel_width_levels((unsigned)pasid_field("aw", words));
		ret->second_root = pa_of(pasid_field("ssptptr", words));
		ret->dirty_tracking = pasid_field("ssade", words);
	}
}

void intel_pasid_decode(const uint64_t words[INTEL_PASID_WORDS], const struct intel_caps *caps,
			struct intel_pasid *ret)
{
	unsigned type = (unsigned)pasid_field("pgtt", words);

	*ret = (struct intel_pasid){
		.silent = pasid_field("fpd", words),
		.domain_id = (uint16_t)pasid_field("domain_id", words),
		.snoop = pasid_field("pgsnp", words),
		.supervisor = pasid_field("sre", words),
		.execute = pasid_field("ere", words),
	};
	if (!pasid_field("p", words)) {
		ret->state = DMA_BLOCKED;
		ret->why = "P=0";
		ret->reason = INTEL_PASID_NOT_PRESENT;
		return;
	}
	refuse_reserved(words, caps, type, ret);
	refuse_type(caps, type, &ret->refusal);
	refuse_stages(words, caps, type, &ret->refusal);
	if (ret->refusal.refused) {
		ret->state = DMA_ILLEGAL;
		ret->reason = ret->refusal.reason;
		return;
	}
	ret->type = (uint8_t)type;
	ret->state = type == INTEL_PASS_THROUGH ? DMA_PASSTHROUGH : DMA_TRANSLATED;
	if (ret->snoop && intel_lacks(caps, "sc"))
		ret->doubt = "PGSNP is 1, which is reserved on a unit with SC=0, and not all look at it";
	else if (type == INTEL_PASS_THROUGH && intel_width_is_reserved((unsigned)pasid_field("aw", words)))
		ret->doubt = "AW is reserved in a pass-through entry, and not all look at it";
	read_stages(words, ret);
}
