// SPDX-License-Identifier: GPL-2.0-or-later
/* struct amd_iommu: where a unit is and what it can do. */
#include "amd.h"

#include "format/amd/efr.h"
#include "format/amd/ivrs.h"
#include "format/amd/records.h"
#include "kernel/pieces.h"

#include <string.h>

/* amd_iommu.pci_seg is the segment's number in old kernels, a pointer to its struct in newer. */
static struct failure unit_segment(struct kernel *k, struct kva unit, uint16_t *ret)
{
	struct member member;
	uint64_t value, id;
	struct failure failure = kernel_read_member(k, unit, M_AMD_IOMMU_SEG, &value);

	if (failed(failure) ||
	    layout_member(k->layout, k->target, M_AMD_IOMMU_SEG, &member) != STATUS_OK)
		return failure;
	id = value;
	if (member.size == 8)
		failure = kernel_read_member(k, kva_of(value), M_AMD_SEG_ID, &id);
	if (!failed(failure))
		*ret = (uint16_t)id;
	return failure;
}

static struct unit *read_unit(struct kernel *k, struct kva at)
{
	struct unit *unit = arena_alloc(k->arena, sizeof(*unit));
	uint64_t devid;
	uint16_t segment = 0;

	unit->vendor = &amd_vendor;
	unit->at = at;
	if (failed(kernel_read_signed(k, at, M_AMD_IOMMU_INDEX, &unit->index)))
		unit->index = -1;
	if (!failed(kernel_read_member(k, at, M_AMD_IOMMU_DEVID, &devid)) &&
	    !failed(unit_segment(k, at, &segment))) {
		unit->has_bdf = true;
		unit->sbdf = amd_id(segment, (uint32_t)devid);
	}
	unit->has_mmio = !failed(kernel_read_member(k, at, M_AMD_IOMMU_MMIO_PHYS, &unit->mmio.v));
	return unit;
}

struct failure amd_collect_units(struct kernel *k, struct inventory *inv, struct ptrs *ret)
{
	struct ptrs found = { 0 };
	struct kva head;
	struct failure failure = kernel_symbol(k, "amd_iommu_list", &head);

	if (!failed(failure))
		failure = kernel_list(k, head, M_AMD_IOMMU_LIST, &found);
	for (size_t i = 0; i < found.nr && !target_interrupted(k->target); i++)
		ptrs_push(k->arena, ret, read_unit(k, *(struct kva *)found.at[i]));
	amd_read_tables(k, inv);
	return failure;
}

struct failure amd_core_of_unit(struct kernel *k, const struct unit *unit, struct kva *ret)
{
	if (!kernel_has_member(k, M_AMD_IOMMU_CORE))
		return failure_missing(layout_member_name(M_AMD_IOMMU_CORE, k->arena));
	return kernel_member_at(k, unit->at, M_AMD_IOMMU_CORE, ret);
}

/* ---- features ---- */

static bool read_if_there(struct kernel *k, struct kva at, unsigned id, uint64_t *ret)
{
	return kernel_has_member(k, id) && !failed(kernel_read_member(k, at, id, ret));
}

/* Some kernels keep a unit's own registers only when they differ from what firmware said (seen on
 * 6.12 and 7.2: zero); what all units have in common is in two variables then. */
void amd_read_features(struct kernel *k, const struct unit *unit, struct amd_features *ret)
{
	uint64_t common;

	memset(ret, 0, sizeof(*ret));
	ret->has_efr = !failed(kernel_read_member(k, unit->at, M_AMD_IOMMU_FEATURES, &ret->efr));
	ret->has_efr2 = read_if_there(k, unit->at, M_AMD_IOMMU_FEATURES2, &ret->efr2);
	if (ret->efr || failed(kernel_read_variable(k, "amd_iommu_efr", 8, &common)))
		return;
	ret->efr = common;
	ret->has_efr = ret->common = true;
	if (!failed(kernel_read_variable(k, "amd_iommu_efr2", 8, &common))) {
		ret->efr2 = common;
		ret->has_efr2 = true;
	}
}

const char *amd_unit_features(struct kernel *k, const struct unit *unit)
{
	const char *names[AMD_MAX_FEATURE_NAMES], *words = "";
	struct amd_features features;
	size_t nr;

	amd_read_features(k, unit, &features);
	if (!features.has_efr)
		return NULL;
	nr = amd_feature_names(features.efr, names);
	for (size_t i = 0; i < nr; i++)
		words = joined(k, words, names[i]);
	return words;
}

/* ---- everything ---- */

static void feature_facts(struct kernel *k, const struct amd_features *features,
			  struct unit_facts *ret)
{
	const char *names[AMD_MAX_FEATURE_NAMES];
	struct record_view *efr;
	size_t nr;

	ret->has_features = features->has_efr;
	if (features->has_efr) {
		nr = amd_feature_names(features->efr, names);
		for (size_t i = 0; i < nr; i++)
			ptrs_push(k->arena, &ret->features, arena_strdup(k->arena, names[i]));
		add_value(k, &ret->values, (struct named_value){ "raw", VALUE_HEX, features->efr, NULL });
		add_value(k, &ret->values,
			  (struct named_value){ "common", VALUE_FLAG, features->common, NULL });
		efr = add_register(k, &ret->registers, "EFR", "efr", &amd_efr_record, features->efr);
		if (features->common)
			efr->aside = "what all units have in common";
	}
	if (features->has_efr2) {
		add_value(k, &ret->values,
			  (struct named_value){ "raw2", VALUE_HEX, features->efr2, NULL });
		add_register(k, &ret->registers, "EFR2", "efr2", &amd_efr2_record, features->efr2);
	}
}

/* The flags of the IVHD, which the driver keeps: the second byte of that block. */
static const char *ivhd_flag_words(struct kernel *k, uint64_t flags)
{
	static const char *const keys[] = { "ht_tun_en", "pass_pw",  "res_pass_pw", "isoc",
					    "iotlb_sup", "coherent", "pref_sup",    "ppr_sup" };
	const uint64_t words[3] = { amd_ivhd_flags_word(flags) };
	const char *line = "";

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct field *field = record_field(&amd_ivhd10_record, keys[i]);

		if (field && field_get(field, words))
			line = arena_printf(k->arena, "%s %s", line, field->name);
	}
	return line;
}

static void ivhd_facts(struct kernel *k, const struct unit *unit, struct unit_facts *ret)
{
	uint64_t flags, cap_ptr;

	if (!failed(kernel_read_member(k, unit->at, M_AMD_IOMMU_ACPI_FLAGS, &flags))) {
		add_value(k, &ret->more,
			  (struct named_value){ "ivhd_flags", VALUE_HEX, flags, NULL });
		add_line(k, &ret->lines, "IVHD", arena_printf(k->arena, "flags %llx:%s",
						      (unsigned long long)flags,
						      ivhd_flag_words(k, flags)));
	}
	if (!failed(kernel_read_member(k, unit->at, M_AMD_IOMMU_CAP_PTR, &cap_ptr))) {
		add_value(k, &ret->more,
			  (struct named_value){ "cap_offset", VALUE_HEX, cap_ptr, NULL });
		add_line(k, &ret->lines, "PCI",
			 arena_printf(k->arena, "capability at 0x%llx of configuration space",
				      (unsigned long long)cap_ptr));
	}
}

void amd_unit_facts(struct kernel *k, const struct unit *unit, struct unit_facts *ret)
{
	struct amd_features features;
	struct amd_irq_mode mode;
	struct failure failure;
	uint64_t cap;

	memset(ret, 0, sizeof(*ret));
	amd_read_features(k, unit, &features);
	feature_facts(k, &features, ret);
	if (!failed(kernel_read_member(k, unit->at, M_AMD_IOMMU_CAP, &cap)))
		add_register(k, &ret->registers, "CAP", "capability", &amd_cap_record, cap);
	ivhd_facts(k, unit, ret);
	failure = amd_read_irq_mode(k, &mode);
	if (failed(failure))
		kernel_leave_unreported(k, failure);
	else
		ret->irq_mode = amd_irq_mode_word(&mode);
}
