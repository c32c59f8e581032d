// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, sections 2.2.2.1 "Device Table
 * Entry Format" and 2.5.2 "ILLEGAL_DEV_TABLE_ENTRY event": which entries a unit refuses.
 *
 * The specification's text was not at hand. Which fields go with which feature: VirtualBox (PPR and GPRP with
 * EPHSup, GIoV with GIoSup, GV, GLX and GCR3TRP with GTSup; that bits 127:0 are checked while V is 1 and bits
 * 255:128 while IV is 1), FreeBSD and Linux (HAD with HASup and HDSup, SATS with SATSup, IntTabLen with
 * NumIntRemapSup, Mode 0 beside SNP with SnpPageMode0Sup). Where no source says whether a unit takes a bit,
 * the verdict is a doubt.
 */
#include "dte_legal.h"

#define MODE_RESERVED	 7
#define HAD_RESERVED	 2
#define HAD_DIRTY	 3
#define IO_CTL_RESERVED	 3
#define INT_CTL_RESERVED 3
#define GLX_RESERVED	 3
#define GPM_4_LEVEL	 0
#define GPM_MAX		 1
#define HATS_RESERVED	 3
#define HATS_MIN_LEVELS	 4
#define GATS_4_LEVEL	 0
#define INT_TAB_LEN_MAX	 11
#define INT_TAB_LEN_512	 9

struct judge {
	const uint64_t *words;
	const struct amd_dte_reader *reader;
	struct arena *arena;
	struct amd_dte_verdict *verdict; /* of the half at hand */
	bool missed_unit;		 /* the features of the unit would have decided something */
};

static uint64_t get(const struct judge *j, const char *key)
{
	return record_get(&amd_dte_record, key, j->words);
}

static const char *joined(const struct judge *j, const char *so_far, const char *more)
{
	return so_far ? arena_printf(j->arena, "%s; %s", so_far, more) : more;
}

static void refuse(const struct judge *j, const char *because)
{
	j->verdict->illegal = joined(j, j->verdict->illegal, because);
}

static void doubt(const struct judge *j, const char *because)
{
	j->verdict->doubt = joined(j, j->verdict->doubt, because);
}

/* What the unit's features would decide, which are not known; why they are not is said once. */
static void doubt_of_unit(struct judge *j, const char *because)
{
	doubt(j, because);
	j->missed_unit = true;
}

/* "PPR (bit 52) is set", "HAD (bits 8:7) is 1" */
static const char *field_words(const struct judge *j, const char *key)
{
	const struct field *field = record_field(&amd_dte_record, key);
	char bits[FIELD_BITS_MAX], value[FIELD_VALUE_MAX];

	if (field->kind == FIELD_FLAG)
		return arena_printf(j->arena, "%s (bit %s) is set", field->name, field_bits(field, bits));
	return arena_printf(j->arena, "%s (bits %s) is %s", field->name, field_bits(field, bits),
			    field_format(field, get(j, key), value));
}

static uint64_t feature(const struct judge *j, const char *key)
{
	return j->reader->has_efr ? record_get(&amd_efr_record, key, &j->reader->efr) : 0;
}

static const char *feature_name(const char *key)
{
	return record_field(&amd_efr_record, key)->name;
}

/* ---- bits that only units with a feature know ---- */

/* A field that is reserved on a unit without that feature. */
struct feature_field {
	const char *field, *feature;
	bool decides; /* the field is known to be reserved there; else it may be ignored just as well */
};

static void judge_feature(struct judge *j, const struct feature_field *f)
{
	const char *name = feature_name(f->feature);

	if (!get(j, f->field))
		return;
	if (j->reader->unknown)
		doubt_of_unit(j, arena_printf(j->arena, "%s, which only a unit with %s takes",
					      field_words(j, f->field), name));
	else if (!feature(j, f->feature) && f->decides)
		refuse(j, arena_printf(j->arena, "%s, which is reserved on a unit without %s",
				       field_words(j, f->field), name));
	else if (!feature(j, f->feature))
		doubt(j, arena_printf(j->arena, "%s, and what a unit without %s makes of that is not known",
				      field_words(j, f->field), name));
}

static void judge_features(struct judge *j, const struct feature_field *fields, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		judge_feature(j, &fields[i]);
}

/* ---- bits that no unit knows ---- */

/* The words of one half, the others zero. */
static int reserved_bit_of_half(const struct judge *j, unsigned first_word)
{
	uint64_t half[AMD_DTE_WORDS] = { 0 };

	half[first_word] = j->words[first_word];
	half[first_word + 1] = j->words[first_word + 1];
	return record_reserved_bit(&amd_dte_record, half);
}

static void judge_reserved_bits(const struct judge *j, unsigned first_word)
{
	int bit = reserved_bit_of_half(j, first_word);

	if (bit >= 0)
		refuse(j, arena_printf(j->arena, "bit %d is set, which every known revision reserves", bit));
}

static void judge_encoding(const struct judge *j, const char *key, uint64_t reserved)
{
	if (get(j, key) == reserved)
		refuse(j, arena_printf(j->arena, "%s, which is reserved", field_words(j, key)));
}

/* ---- the half that DMA goes by ---- */

static void judge_levels(struct judge *j)
{
	uint64_t levels = get(j, "mode"), hats = feature(j, "hats");

	if (levels == MODE_RESERVED)
		refuse(j, "Mode is 7, which is reserved");
	else if (j->reader->unknown && levels > HATS_MIN_LEVELS)
		doubt_of_unit(j, arena_printf(j->arena, "Mode is %u, and not every unit takes as many levels",
					      (unsigned)levels));
	else if (j->reader->unknown || !j->reader->has_efr)
		return;
	else if (levels && hats == HATS_RESERVED)
		doubt(j, "how many levels the unit takes is not known: its EFR has the reserved value of HATS");
	else if (levels > hats + HATS_MIN_LEVELS)
		refuse(j, arena_printf(j->arena, "Mode is %u, and the unit's tables have at most %u levels "
				       "(EFR.HATS)", (unsigned)levels,
				       (unsigned)hats + HATS_MIN_LEVELS));
}

static void judge_accessed_dirty(struct judge *j)
{
	uint64_t had = get(j, "had");

	judge_encoding(j, "had", HAD_RESERVED);
	if (had == HAD_DIRTY)
		judge_feature(j, &(struct feature_field){ "had", "hd_sup", true });
}

static void judge_guest_levels(const struct judge *j)
{
	uint64_t glx = get(j, "glx"), gpm = get(j, "guest_paging_mode");
	bool known = !j->reader->unknown && j->reader->has_efr;

	if (glx == GLX_RESERVED)
		refuse(j, "GLX is 3, which is reserved");
	else if (known && glx > feature(j, "glx_sup"))
		refuse(j, arena_printf(j->arena, "GLX is %u, and the unit's GCR3 tables have at most %u level%s "
				       "(EFR.GLXSup)", (unsigned)glx, (unsigned)feature(j, "glx_sup") + 1,
				       feature(j, "glx_sup") ? "s" : ""));
	if (gpm > GPM_MAX)
		refuse(j, "GuestPagingMode has a reserved value");
	else if (gpm != GPM_4_LEVEL && known && feature(j, "gats") == GATS_4_LEVEL)
		refuse(j, "GuestPagingMode asks for 5 levels, and the unit's guest tables have 4 (EFR.GATS)");
}

/* Revision 3.06 and later: while SNP is on, an entry has to translate. */
static void judge_snp(const struct judge *j)
{
	const struct amd_dte_reader *reader = j->reader;

	if (!reader->snp || get(j, "mode"))
		return;
	if (!reader->has_efr2)
		doubt(j, "Mode is 0 while SNP is on, which only a unit with SnpPageMode0Sup takes, and its EFR2 "
			 "is not known");
	else if (record_get(&amd_efr2_record, "snp_page_mode0_sup", &reader->efr2))
		return;
	else if (get(j, "gv"))
		doubt(j, "Mode is 0 while SNP is on, and whether a guest table is enough is not known");
	else
		refuse(j, "Mode is 0 while SNP is on, and the unit has no SnpPageMode0Sup");
}

static void judge_combinations(const struct judge *j)
{
	if (get(j, "giov") && !get(j, "gv"))
		doubt(j, "GIoV is set without GV, and what a unit makes of that is not known");
	if (get(j, "gprp") && !get(j, "ppr"))
		doubt(j, "GPRP is set without PPR, and what a unit makes of that is not known");
}

static void judge_translation(struct judge *j)
{
	judge_levels(j);
	judge_accessed_dirty(j);
	judge_snp(j);
	if (get(j, "gv"))
		judge_guest_levels(j);
}

static void judge_dma(struct judge *j)
{
	static const struct feature_field fields[] = {
		{ "ppr", "eph_sup", true },  { "gprp", "eph_sup", true }, { "giov", "gio_sup", true },
		{ "gv", "gt_sup", true },    { "had", "ha_sup", true },	  { "sats", "sats_sup", true },
	};
	static const struct feature_field without_gv[] = {
		{ "glx", "gt_sup", true }, { "gcr3_root", "gt_sup", true },
	};

	if (!get(j, "v"))
		return; /* bits 127:1 mean nothing */
	judge_reserved_bits(j, 0);
	judge_features(j, fields, sizeof(fields) / sizeof(fields[0]));
	if (!get(j, "gv"))
		judge_features(j, without_gv, sizeof(without_gv) / sizeof(without_gv[0]));
	judge_encoding(j, "io_ctl", IO_CTL_RESERVED);
	judge_combinations(j);
	if (get(j, "tv"))
		judge_translation(j);
}

/* ---- the half that interrupts go by ---- */

static void judge_int_tab_len(struct judge *j)
{
	uint64_t len = get(j, "int_tab_len");
	const struct amd_dte_reader *reader = j->reader;

	if (len > INT_TAB_LEN_MAX)
		refuse(j, arena_printf(j->arena, "IntTabLen is %u, and values above 11 are reserved",
				       (unsigned)len));
	else if (len <= INT_TAB_LEN_512)
		return;
	else if (reader->unknown)
		doubt_of_unit(j, arena_printf(j->arena, "IntTabLen is %u (%u interrupts), which only a unit "
					      "with NumIntRemapSup takes", (unsigned)len, 1u << len));
	else if (!reader->has_efr2)
		doubt(j, arena_printf(j->arena, "IntTabLen is %u (%u interrupts), which only a unit with "
				      "NumIntRemapSup takes, and its EFR2 is not known", (unsigned)len,
				      1u << len));
	else if (!record_get(&amd_efr2_record, "num_int_remap_sup", &reader->efr2))
		refuse(j, arena_printf(j->arena, "IntTabLen is %u (%u interrupts), and the unit takes 512 "
				       "(EFR2.NumIntRemapSup)", (unsigned)len, 1u << len));
}

static void judge_unknown_places(const struct judge *j)
{
	if (get(j, "hpt_mode"))
		doubt(j, arena_printf(j->arena, "%s, and which units take it is not known",
				      field_words(j, "hpt_mode")));
}

static void judge_irqs(struct judge *j)
{
	static const struct feature_field fields[] = {
		{ "vimu_en", "viommu_sup", true }, { "gdevice_id", "viommu_sup", true },
		{ "guest_id", "viommu_sup", true }, { "attr_v", "attr_fw_sup", false },
	};
	static const struct feature_field guest_paging = { "guest_paging_mode", "gt_sup", true };

	if (!get(j, "iv"))
		return; /* bits 255:129 mean nothing to interrupts */
	judge_reserved_bits(j, 2);
	judge_features(j, fields, sizeof(fields) / sizeof(fields[0]));
	if (!get(j, "gv"))
		judge_feature(j, &guest_paging); /* with GV it is judged with the guest's tables */
	judge_int_tab_len(j);
	judge_encoding(j, "int_ctl", INT_CTL_RESERVED);
	judge_unknown_places(j);
}

/* ---- both ---- */

static void judge_registers(const struct judge *j, struct amd_dte_legality *ret)
{
	bool dma = get(j, "v") && !ret->dma.illegal && !ret->dma.doubt;
	bool irqs = get(j, "iv") && !ret->irqs.illegal && !ret->irqs.doubt;

	ret->needs_eph_en = dma && get(j, "ppr");
	ret->needs_gt_en = dma && get(j, "tv") && get(j, "gv");
	ret->needs_num_int_remap = irqs && get(j, "int_tab_len") > INT_TAB_LEN_512;
}

/* Why the features are not known stands behind everything that they would have decided. */
static void end_half(struct judge *j)
{
	if (j->missed_unit)
		doubt(j, j->reader->unknown);
	j->missed_unit = false;
}

void amd_dte_judge(const uint64_t words[AMD_DTE_WORDS], const struct amd_dte_reader *reader,
		   struct arena *arena, struct amd_dte_legality *ret)
{
	struct judge j = { words, reader, arena, &ret->dma, false };

	*ret = (struct amd_dte_legality){ 0 };
	judge_dma(&j);
	end_half(&j);
	j.verdict = &ret->irqs;
	judge_irqs(&j);
	end_half(&j);
	if (ret->dma.illegal)
		ret->dma.doubt = NULL;
	if (ret->irqs.illegal)
		ret->irqs.doubt = NULL;
	judge_registers(&j, ret);
}
