// SPDX-License-Identifier: GPL-2.0-or-later
/* What the AMD driver decided by itself, whatever the command line or the configuration asked for. */
#include "amd.h"

#include "format/amd/pt.h"
#include "format/amd/records.h"
#include "kernel/pieces.h"

static bool is_set(struct kernel *k, const char *variable)
{
	uint64_t value;

	return !failed(kernel_read_variable(k, variable, 1, &value)) && value;
}

/* Up to 5.13 the driver had a variable of its own for that (amd_iommu=fullflush), and the type of the
 * domain did not say it. */
static bool decides_by_itself(struct kernel *k)
{
	struct kva at;

	return !failed(kernel_symbol(k, "amd_iommu_unmap_flush", &at));
}

bool amd_flushes_lazily(struct kernel *k)
{
	uint64_t at_once;

	return !failed(kernel_read_variable(k, "amd_iommu_unmap_flush", 1, &at_once)) &&
	       !at_once;
}

static size_t nr_v2_domains(struct kernel *k)
{
	const struct ptrs *domains = &kernel_inventory(k)->domains;
	size_t nr = 0;

	for (size_t i = 0; i < domains->nr; i++) {
		const struct domain *domain = domains->at[i];

		nr += domain->has_table && domain->root.format == &amdv2_format;
	}
	return nr;
}

/* ---- SNP ---- */

/* Whether the units take an entry without host table (passthrough) beside SNP. */
enum beside_snp { REFUSED, TAKEN, NOT_KNOWN };

static enum beside_snp passthrough_beside_snp(struct kernel *k)
{
	const struct ptrs *units = &kernel_inventory(k)->units;
	enum beside_snp all = NOT_KNOWN;

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];
		struct amd_features features;

		if (unit->vendor != &amd_vendor)
			continue;
		amd_read_features(k, unit, &features);
		if (!features.has_efr2 || !features.efr)
			return NOT_KNOWN;
		if (!record_get(&amd_efr2_record, "snp_page_mode0_sup", &features.efr2))
			return REFUSED;
		all = TAKEN;
	}
	return all;
}

/* Whether the kernel then refuses to make a group identity is not for this to say: between 4402f2627d30 and
 * ba17de98545d it did not. */
static const char *snp_words(struct kernel *k)
{
	switch (passthrough_beside_snp(k)) {
	case TAKEN:
		return "driver: SNP is on; the hardware allows passthrough beside it";
	case REFUSED:
		return "driver: SNP is on, and the hardware refuses passthrough beside it: a device without a "
		       "host page table reaches nothing";
	case NOT_KNOWN:
		break;
	}
	return "driver: SNP is on; whether the hardware allows passthrough beside it is not known";
}

const char *amd_refuses_type(struct kernel *k, int64_t type)
{
	if (type != DOMAIN_IDENTITY || !amd_snp_is_on(k) || passthrough_beside_snp(k) != REFUSED)
		return NULL;
	return "SNP is on, and the hardware refuses passthrough beside it (no SnpPageMode0Sup)";
}

void amd_mode_reasons(struct kernel *k, struct ptrs *ret)
{
	/* drivers/iommu/amd/init.c: "Using strict mode due to virtualization" */
	if (is_set(k, "amd_iommu_np_cache") && is_set(k, "iommu_dma_strict") &&
	    !decides_by_itself(k))
		add_reason(k, ret, "np-cache",
		    "driver: translated domains are strict, since the IOMMU is an emulated one (NpCache)");
	if (amd_snp_is_on(k))
		add_reason(k, ret, "snp", snp_words(k));
	if (is_set(k, "amd_iommu_hatdis"))
		add_reason(k, ret, "hatdis", "firmware: host page tables are switched off (HATDis): domains "
		    "are translated by v2 tables, or passed through");
	if (nr_v2_domains(k))
		add_reason(k, ret, "v2-tables",
		    arena_printf(k->arena, "%zu domain%s translated by v2 tables (amd_iommu=pgtbl_v2, or "
				 "HATDis)", nr_v2_domains(k), nr_v2_domains(k) == 1 ? " is" : "s are"));
}
