// SPDX-License-Identifier: GPL-2.0-or-later
/* What the AMD driver decided by itself, whatever the command line or the configuration asked for. */
#include "amd.h"

#include "format/amd/pt.h"

static bool is_set(struct kernel *k, const char *variable)
{
	uint64_t value;

	return !failed(kernel_read_variable(k, variable, 1, &value)) && value;
}

static void add(struct kernel *k, struct ptrs *ret, const char *code, const char *text)
{
	struct mode_reason *reason = arena_alloc(k->arena, sizeof(*reason));

	*reason = (struct mode_reason){ code, text };
	ptrs_push(k->arena, ret, reason);
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

void amd_mode_reasons(struct kernel *k, struct ptrs *ret)
{
	/* drivers/iommu/amd/init.c: "Using strict mode due to virtualization" */
	if (is_set(k, "amd_iommu_np_cache") && is_set(k, "iommu_dma_strict") &&
	    !decides_by_itself(k))
		add(k, ret, "np-cache",
		    "driver: translated domains are strict, since the IOMMU is an emulated one (NpCache)");
	/* amd_iommu_def_domain_type(), domain allocation: no passthrough beside confidential guests */
	if (is_set(k, "amd_iommu_snp_en"))
		add(k, ret, "snp", is_set(k, "amd_iommu_snp_mode0_sup") ?
		    "driver: SNP is on; the hardware allows passthrough beside it" :
		    "driver: SNP is on, so every domain is translated, whatever was asked for");
	if (is_set(k, "amd_iommu_hatdis"))
		add(k, ret, "hatdis", "firmware: host page tables are switched off (HATDis): domains "
		    "are translated by v2 tables, or passed through");
	if (nr_v2_domains(k))
		add(k, ret, "v2-tables",
		    arena_printf(k->arena, "%zu domain%s translated by v2 tables (amd_iommu=pgtbl_v2, or "
				 "HATDis)", nr_v2_domains(k), nr_v2_domains(k) == 1 ? " is" : "s are"));
}
