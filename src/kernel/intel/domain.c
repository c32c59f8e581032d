// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * struct dmar_domain: what the VT-d driver keeps around a struct iommu_domain, where its page table hangs and the
 * id that each unit knows it by. The shapes are told apart by the members that exist:
 *
 *   fspt, sspt (generic page table)	7.2, 7.3	root pointer with the top level in its low bits
 *   pgd, agaw				4.18 to 6.18	a pointer, and the levels minus two beside it
 *
 *   iommu_array			6.1 and later	an xarray by the unit's number
 *   iommu_did				4.18, 5.10	an array by the unit's number
 *
 * From 6.12 on identity and blocking are static and bare: no struct dmar_domain is around them.
 */
#include "intel.h"

#include "format/intel/pt.h"
#include "kernel/tree.h"

/* The low bits of a page-aligned root pointer: the top level, counted from 0. */
#define PACKED_LEVEL_MASK 7
#define ROOT_POINTER_MASK (~0xfffULL)

/* Linux up to 6.18: a table has agaw + 2 levels, of either stage. */
#define AGAW_LEVELS 2

/* Linux include/linux/intel-iommu.h, 5.10 and 6.1: DOMAIN_FLAG_USE_FIRST_LEVEL. */
#define FLAG_FIRST_LEVEL 2

/* Linux drivers/iommu/intel/iommu.h, FLPT_DEFAULT_DID: of all devices of a unit that pass or use a process's
 * table, in scalable mode, and from 6.12 on of those that pass in legacy mode too. */
#define SHARED_DID 1

struct kva intel_static_domain(struct kernel *k, unsigned member)
{
	struct kva ops, ret = { 0 };
	struct failure failure;

	if (!kernel_has_member(k, member))
		return ret;
	failure = kernel_symbol(k, "intel_iommu_ops", &ops);
	if (!failed(failure))
		failure = kernel_read_pointer(k, ops, member, &ret);
	if (!failed(failure))
		return ret;
	kernel_leave_unreported(k, failure);
	return kva_of(0);
}

static bool is_static(struct kernel *k, struct kva at)
{
	return at.v == intel_static_domain(k, M_INTEL_OPS_IDENTITY).v ||
	       at.v == intel_static_domain(k, M_INTEL_OPS_BLOCKED).v;
}

static enum domain_shape shape_of(struct kernel *k, const struct domain *domain)
{
	if (is_static(k, domain->at))
		return DOMAIN_BARE;
	switch (domain->type) {
	case DOMAIN_BLOCKED:
	case DOMAIN_UNMANAGED:
	case DOMAIN_DMA:
	case DOMAIN_IDENTITY:
	case DOMAIN_DMA_FQ:
		return DOMAIN_IN_DRIVER_STRUCT;
	default:
		return DOMAIN_OF_OTHERS;
	}
}

/* ---- page tables ---- */

static void set_table(struct kernel *k, struct domain *domain, const struct pt_format *format,
		      uint64_t root_va, uint64_t levels)
{
	struct pa pa;

	if (!root_va)
		return; /* not set up yet */
	if (levels < 2 || levels > format->max_levels || (root_va & ~ROOT_POINTER_MASK)) {
		domain->failure = failure_at(STATUS_DAMAGED, domain->driver_at.v);
		return;
	}
	domain->root_va = kva_of(root_va);
	domain->failure = first_failure(domain->failure, kernel_to_pa(k, domain->root_va, &pa));
	if (failed(domain->failure))
		return;
	domain->has_table = true;
	domain->root = kernel_root(k, format, pa, (uint8_t)levels);
	/* Its IOVAs are the lower half of what such a table reaches. */
	domain->root.sign_extended = format == &x86_64_format;
}

/* The two tables are members of one union: the domain's operations tell which it is. */
static struct failure has_generic_first_stage(struct kernel *k, const struct domain *domain, bool *ret)
{
	struct kva ops, first;
	struct failure failure = kernel_read_pointer(k, domain->at, M_IOMMU_DOMAIN_OPS, &ops);

	if (!failed(failure))
		failure = kernel_symbol(k, "intel_fs_paging_domain_ops", &first);
	*ret = !failed(failure) && ops.v == first.v;
	return failure;
}

static void generic_table(struct kernel *k, struct domain *domain)
{
	uint64_t top = 0;
	bool first_stage;
	struct failure failure = has_generic_first_stage(k, domain, &first_stage);

	if (!failed(failure))
		failure = kernel_read_member(k, domain->driver_at,
					     first_stage ? M_INTEL_DOMAIN_FIRST_TOP :
							   M_INTEL_DOMAIN_SECOND_TOP, &top);
	if (failed(failure)) {
		domain->failure = failure;
		kernel_leave_unreported(k, failure);
		return;
	}
	set_table(k, domain, first_stage ? &x86_64_format : &vtdss_of_any.format,
		  top & ROOT_POINTER_MASK, (top & PACKED_LEVEL_MASK) + 1);
}

static struct failure has_first_stage(struct kernel *k, const struct domain *domain, bool *ret)
{
	uint64_t value = 0;
	struct failure failure;

	if (kernel_has_member(k, M_INTEL_DOMAIN_FIRST_LEVEL)) {
		failure = kernel_read_member(k, domain->driver_at, M_INTEL_DOMAIN_FIRST_LEVEL, &value);
		*ret = value;
		return failure;
	}
	/* Every kernel has one of the two; a bit-field is hidden where there is no type information. */
	failure = kernel_read_member(k, domain->driver_at, M_INTEL_DOMAIN_FLAGS, &value);
	*ret = value & FLAG_FIRST_LEVEL;
	return failure;
}

static void plain_table(struct kernel *k, struct domain *domain)
{
	uint64_t root = 0, agaw = 0;
	bool first_stage;
	struct failure failure = has_first_stage(k, domain, &first_stage);

	if (!failed(failure))
		failure = kernel_read_member(k, domain->driver_at, M_INTEL_DOMAIN_PGD, &root);
	if (!failed(failure))
		failure = kernel_read_member(k, domain->driver_at, M_INTEL_DOMAIN_AGAW, &agaw);
	if (failed(failure)) {
		domain->failure = failure;
		kernel_leave_unreported(k, failure);
		return;
	}
	set_table(k, domain, first_stage ? &x86_64_format : &vtdss_of_any.format, root,
		  agaw + AGAW_LEVELS);
}

static void read_table(struct kernel *k, struct domain *domain)
{
	/* Up to 6.11 the identity domain has a table that no unit is given when all know pass-through. */
	if (domain->type == DOMAIN_IDENTITY || domain->type == DOMAIN_BLOCKED)
		return;
	if (kernel_has_member(k, M_INTEL_DOMAIN_SECOND_TOP))
		generic_table(k, domain);
	else
		plain_table(k, domain);
}

/* ---- the ids that units know it by ---- */

static void add_id(struct kernel *k, struct domain *domain, const struct unit *unit, uint64_t id)
{
	struct domain_id *item = arena_alloc(k->arena, sizeof(*item));

	item->unit = unit;
	item->id = (uint32_t)id;
	ptrs_push(k->arena, &domain->ids, item);
}

struct id_reading {
	struct kernel *k;
	const struct inventory *inv;
	struct domain *domain;
};

/* struct iommu_domain_info of one unit. */
static bool read_id(void *ctx, uint64_t index, uint64_t entry)
{
	struct id_reading *r = ctx;
	const struct intel_unit *unit;
	uint64_t at, id = 0;
	struct failure failure =
		kernel_read_member(r->k, kva_of(entry), M_INTEL_DOMAIN_INFO_IOMMU, &at);

	(void)index;
	if (!failed(failure))
		failure = kernel_read_member(r->k, kva_of(entry), M_INTEL_DOMAIN_INFO_DID, &id);
	r->domain->ids_failure = first_failure(r->domain->ids_failure, failure);
	unit = failed(failure) ? NULL : intel_unit_at(r->inv, at);
	if (unit)
		add_id(r->k, r->domain, unit->unit, id);
	return true;
}

static void read_unit_array(struct kernel *k, const struct inventory *inv, struct domain *domain)
{
	struct id_reading reading = { k, inv, domain };
	uint64_t head;
	struct failure failure = kernel_read_member(k, domain->driver_at, M_INTEL_DOMAIN_UNITS, &head);

	if (!failed(failure))
		failure = kernel_xarray(k, head, read_id, &reading);
	domain->ids_failure = first_failure(domain->ids_failure, failure);
}

/* 5.10 and before: an id of a unit means something while the domain is in use there. */
static void read_id_arrays(struct kernel *k, const struct inventory *inv, struct domain *domain)
{
	const struct ptrs *units = &intel_machine(inv)->units;
	struct kva dids, refs;
	struct failure failure = kernel_member_at(k, domain->driver_at, M_INTEL_DOMAIN_DIDS, &dids);

	if (!failed(failure))
		failure = kernel_member_at(k, domain->driver_at, M_INTEL_DOMAIN_REFCNTS, &refs);
	for (size_t i = 0; i < units->nr && !failed(failure); i++) {
		const struct unit *unit = ((struct intel_unit *)units->at[i])->unit;
		uint64_t id, count, nth = (uint64_t)unit->index;

		if (unit->index < 0)
			continue;
		failure = kernel_read_number(k, kva_plus(refs, 4 * nth), 4, &count);
		if (!failed(failure))
			failure = kernel_read_number(k, kva_plus(dids, 2 * nth), 2, &id);
		if (!failed(failure) && count)
			add_id(k, domain, unit, id);
	}
	domain->ids_failure = first_failure(domain->ids_failure, failure);
}

/* Every unit knows the static identity domain by the id that all share. */
static void add_shared_id(struct kernel *k, struct domain *domain)
{
	if (domain->type == DOMAIN_IDENTITY)
		add_id(k, domain, NULL, SHARED_DID);
}

void intel_domain_facts(struct kernel *k, const struct inventory *inv, struct domain *domain)
{
	struct failure failure;

	domain->shape = shape_of(k, domain);
	if (domain->shape == DOMAIN_BARE)
		add_shared_id(k, domain);
	if (domain->shape != DOMAIN_IN_DRIVER_STRUCT)
		return;
	failure = kernel_container_of(k, domain->at, M_INTEL_DOMAIN_DOMAIN, &domain->driver_at);
	if (failed(failure)) {
		domain->failure = domain->ids_failure = failure;
		return;
	}
	if (kernel_has_member(k, M_INTEL_DOMAIN_UNITS))
		read_unit_array(k, inv, domain);
	else
		read_id_arrays(k, inv, domain);
	read_table(k, domain);
}

/* 4.18 and 5.10: inside the struct dmar_domain; from 5.11 on the core's DMA layer has it. */
struct failure intel_iova_domain(struct kernel *k, const struct domain *domain, struct kva *ret)
{
	if (!kernel_has_member(k, M_INTEL_DOMAIN_IOVAD))
		return failure_of(STATUS_ABSENT);
	if (kva_is_null(domain->driver_at))
		return first_failure(domain->failure, failure_of(STATUS_ABSENT));
	return kernel_member_at(k, domain->driver_at, M_INTEL_DOMAIN_IOVAD, ret);
}
