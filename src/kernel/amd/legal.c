// SPDX-License-Identifier: GPL-2.0-or-later
/* Which unit reads a device table entry, what that unit can do, and so whether it takes the entry. */
#include "amd.h"

#include "format/amd/dte_legal.h"

#define CAP_ID_IOMMU 0xf /* PCI capability: secure device */

/* The unit has no EFR at all: its capability header says so. Where that was not read, nothing says it. */
static bool has_no_efr(struct kernel *k, const struct unit *unit)
{
	uint64_t cap;

	return !failed(kernel_read_member(k, unit->at, M_AMD_IOMMU_CAP, &cap)) &&
	       record_get(&amd_cap_record, "cap_id", &cap) == CAP_ID_IOMMU &&
	       !record_get(&amd_cap_record, "efr_sup", &cap);
}

bool amd_snp_is_on(struct kernel *k)
{
	uint64_t on;

	return !failed(kernel_read_variable(k, "amd_iommu_snp_en", 1, &on)) && on;
}

static void read_reader(struct kernel *k, const struct unit *unit, struct amd_dte_reader *ret)
{
	struct amd_features features;

	*ret = (struct amd_dte_reader){ .snp = amd_snp_is_on(k) };
	if (!unit) {
		ret->unknown = "no unit is known to serve it";
		return;
	}
	amd_read_features(k, unit, &features);
	/* A register of zeros is no EFR: every unit that has one has some feature. */
	ret->has_efr = features.has_efr && features.efr;
	ret->efr = features.efr;
	ret->has_efr2 = features.has_efr2 && ret->has_efr;
	ret->efr2 = features.efr2;
	if (!ret->has_efr && !has_no_efr(k, unit))
		ret->unknown = "the features of its unit (EFR) are not known";
}

static void add_condition(struct kernel *k, struct entry *entry, const char *words)
{
	ptrs_push(k->arena, &entry->conditions, arena_strdup(k->arena, words));
}

static void add_conditions(struct kernel *k, const struct amd_dte_legality *legality,
			   struct entry *ret)
{
	/* Linux ef75966abf95 (6.12) sets EPHEn again after a resume. */
	if (legality->needs_eph_en)
		add_condition(k, ret, "CNTRL.EPHEn decides whether the unit takes PPR; kernels before "
				      "ef75966abf95 lose that bit over suspend and resume");
	if (legality->needs_gt_en)
		add_condition(k, ret, "CNTRL.GTEn decides whether the unit takes GV");
	if (legality->needs_num_int_remap)
		add_condition(k, ret, "CNTRL.NumIntRemapMode decides whether the unit takes more than 512 "
				      "interrupts");
}

void amd_judge_entry(struct kernel *k, const struct unit *unit, const struct amd_dte_place *place,
		     struct entry *ret)
{
	struct amd_dte_reader reader;
	struct amd_dte_legality legality;

	/* Most entries are legal on every unit: then its features need not be read, nor missed. */
	reader = (struct amd_dte_reader){ .unknown = "", .snp = amd_snp_is_on(k) };
	amd_dte_judge(place->words, &reader, k->arena, &legality);
	if (legality.dma.illegal || legality.dma.doubt || legality.irqs.illegal || legality.irqs.doubt) {
		read_reader(k, unit, &reader);
		amd_dte_judge(place->words, &reader, k->arena, &legality);
	}
	ret->legal = !legality.dma.illegal;
	ret->illegal_because = legality.dma.illegal;
	ret->doubt = legality.dma.doubt;
	ret->says_irqs = true;
	ret->irqs_illegal_because = legality.irqs.illegal;
	ret->irqs_doubt = legality.irqs.doubt;
	add_conditions(k, &legality, ret);
}
