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
#include "kernel/idmap.h"
#include "kernel/pieces.h"
#include "kernel/tree.h"

/* The low bits of a page-aligned root pointer: the top level, counted from 0. */
#define PACKED_LEVEL_MASK 7
#define ROOT_POINTER_MASK (~0xfffULL)

/* Linux up to 6.18: a table has agaw + 2 levels, of either stage. */
#define AGAW_LEVELS 2

/* Linux include/linux/intel-iommu.h, 5.10 and 6.1: DOMAIN_FLAG_USE_FIRST_LEVEL. */
#define FLAG_FIRST_LEVEL 2

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
	case DOMAIN_SVA:
	case DOMAIN_NESTED:
		return DOMAIN_IN_DRIVER_STRUCT;
	default:
		return DOMAIN_OF_OTHERS;
	}
}

/* ---- page tables ---- */

/* VT-d walks two levels or more, of either stage. */
#define LEAST_LEVELS 2

static void set_any_table(struct kernel *k, struct domain *domain, bool first_stage, uint64_t root_va,
			  uint64_t levels)
{
	if (root_va && levels < LEAST_LEVELS) {
		domain->failure = failure_at(STATUS_DAMAGED, domain->driver_at.v);
		return;
	}
	set_table(k, domain, first_stage ? &x86_64_format : &vtdss_of_any.format, root_va, levels);
	/* Its IOVAs are the lower half of what such a table reaches. */
	domain->root.sign_extended = domain->has_table && first_stage;
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
	set_any_table(k, domain, first_stage, top & ROOT_POINTER_MASK, (top & PACKED_LEVEL_MASK) + 1);
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
	set_any_table(k, domain, first_stage, root, agaw + AGAW_LEVELS);
	domain->may_start_lower = !first_stage;
}

static void read_table(struct kernel *k, struct domain *domain)
{
	/* Its table is a process's, or a guest's over another domain's: what is in its own members is of others in
	 * the same union. */
	if (domain->type == DOMAIN_SVA || domain->type == DOMAIN_NESTED)
		return;
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

/* Every unit knows the static identity domain, and each process, by one id. */
static void add_shared_id(struct kernel *k, struct domain *domain)
{
	add_id(k, domain, NULL, SHARED_DID);
	((struct domain_id *)domain->ids.at[domain->ids.nr - 1])->is_shared = true;
}

void intel_domain_facts(struct kernel *k, const struct inventory *inv, struct domain *domain)
{
	struct failure failure;

	domain->shape = shape_of(k, domain);
	if (domain->type == DOMAIN_SVA ||
	    (domain->shape == DOMAIN_BARE && domain->type == DOMAIN_IDENTITY))
		add_shared_id(k, domain);
	if (domain->shape != DOMAIN_IN_DRIVER_STRUCT)
		return;
	failure = kernel_container_of(k, domain->at, M_INTEL_DOMAIN_DOMAIN, &domain->driver_at);
	if (failed(failure)) {
		domain->failure = domain->ids_failure = failure;
		return;
	}
	if (domain->type == DOMAIN_SVA)
		return;
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

/* ---- domains that no group has ---- */

/* Linux drivers/iommu/intel-iommu.c up to v5.10, get_iommu_domain(): 256 pointers to pages of 256 pointers. */
#define DOMAINS_A_PAGE 256

static struct failure push_domain(struct kernel *k, struct kva dmar_domain, struct ptrs *ret)
{
	struct kva domain;
	struct failure failure = kernel_member_at(k, dmar_domain, M_INTEL_DOMAIN_DOMAIN, &domain);

	if (!failed(failure))
		kernel_push(k, ret, domain);
	return failure;
}

/* One that the unit has under that id says the same of itself. */
static struct failure push_if_own(struct kernel *k, const struct unit *unit, struct kva dmar_domain,
				  uint64_t id, struct ptrs *ret)
{
	struct kva dids;
	uint64_t own;
	struct failure failure = kernel_member_at(k, dmar_domain, M_INTEL_DOMAIN_DIDS, &dids);

	if (!failed(failure))
		failure = kernel_read_number(k, kva_plus(dids, 2 * (uint64_t)unit->index), 2, &own);
	if (!failed(failure) && own != id)
		failure = failure_at(STATUS_DAMAGED, dmar_domain.v);
	return failed(failure) ? failure : push_domain(k, dmar_domain, ret);
}

static struct failure page_of_domains(struct kernel *k, const struct unit *unit, uint64_t page,
				      uint64_t first, struct ptrs *ret)
{
	uint64_t at[DOMAINS_A_PAGE];
	struct failure failure = kernel_read(k, kva_of(page), at, sizeof(at));

	if (failed(failure))
		return failure;
	for (unsigned i = 0; i < DOMAINS_A_PAGE; i++) {
		if (at[i])
			failure = first_failure(failure,
						push_if_own(k, unit, kva_of(at[i]), first + i, ret));
	}
	return failure;
}

static struct failure domains_of_unit(struct kernel *k, const struct intel_unit *unit, struct ptrs *ret)
{
	unsigned nr = intel_nr_domains(&unit->caps) / DOMAINS_A_PAGE;
	uint64_t pages[DOMAINS_A_PAGE] = { 0 };
	struct failure failure;
	struct kva at;

	nr = nr < 1 ? 1 : nr > DOMAINS_A_PAGE ? DOMAINS_A_PAGE : nr;
	failure = kernel_read_pointer(k, unit->unit->at, M_INTEL_IOMMU_DOMAINS, &at);
	if (!failed(failure) && !kva_is_null(at))
		failure = kernel_read(k, at, pages, nr * sizeof(pages[0]));
	for (unsigned i = 0; i < nr && unit->unit->index >= 0; i++) {
		if (pages[i])
			failure = first_failure(failure,
						page_of_domains(k, unit->unit, pages[i],
								i * DOMAINS_A_PAGE, ret));
	}
	return failure;
}

/* Up to 6.11: one of the driver's own structs, of all devices that pass. Its type is set when the core first asks for
 * it: until then it is no domain. */
static struct failure identity_of_old(struct kernel *k, struct ptrs *ret)
{
	struct kva at = { 0 }, domain;
	int64_t type = 0;
	struct failure failure = kernel_read_variable(k, "si_domain", 8, &at.v);

	if (failure.status == STATUS_MISSING)
		return NO_FAILURE; /* this kernel has none */
	if (failed(failure) || kva_is_null(at))
		return failure;
	failure = kernel_member_at(k, at, M_INTEL_DOMAIN_DOMAIN, &domain);
	if (!failed(failure))
		failure = kernel_read_signed(k, domain, M_DOMAIN_TYPE, &type);
	return failed(failure) || type != DOMAIN_IDENTITY ? failure : push_domain(k, at, ret);
}

struct failure intel_more_domains(struct kernel *k, const struct inventory *inv, struct ptrs *ret)
{
	static const unsigned statics[] = { M_INTEL_OPS_IDENTITY, M_INTEL_OPS_BLOCKED };
	const struct ptrs *units = &intel_machine(inv)->units;
	struct failure failure = NO_FAILURE;

	for (size_t i = 0; i < sizeof(statics) / sizeof(statics[0]); i++) {
		struct kva at = intel_static_domain(k, statics[i]);

		if (!kva_is_null(at))
			kernel_push(k, ret, at);
	}
	if (!kernel_has_member(k, M_INTEL_OPS_IDENTITY))
		failure = identity_of_old(k, ret);
	for (size_t i = 0; i < units->nr && kernel_has_member(k, M_INTEL_IOMMU_DOMAINS); i++)
		failure = first_failure(failure, domains_of_unit(k, units->at[i], ret));
	return failure;
}

/* ---- who hands out ids ---- */

/* Ids below are never handed out: 0, which a unit that caches entries that are not present tags those with, and in
 * these kernels 1 too. Older ones keep 1 back in scalable mode alone: there a domain may have it. */
static uint32_t first_id(const struct inventory *inv, const struct unit *unit)
{
	for (size_t i = 0; i < inv->domains.nr; i++) {
		const struct domain *domain = inv->domains.at[i];

		for (size_t j = 0; j < domain->ids.nr; j++) {
			const struct domain_id *id = domain->ids.at[j];

			if (id->unit == unit && !id->is_shared && id->id == SHARED_DID)
				return SHARED_DID;
		}
	}
	return SHARED_DID + 1;
}

static struct failure read_allocator(struct kernel *k, const struct intel_unit *unit,
				     struct id_allocator *ret)
{
	uint32_t nr = intel_nr_domains(&unit->caps);
	struct failure failure;
	struct kva at;

	if (kernel_has_member(k, M_INTEL_IOMMU_DOMAIN_IDA)) {
		failure = kernel_member_at(k, unit->unit->at, M_INTEL_IOMMU_DOMAIN_IDA, &at);
		return failed(failure) ? failure : idmap_read_ida(k, at, "domain_ida", nr, ret);
	}
	failure = kernel_read_pointer(k, unit->unit->at, M_INTEL_IOMMU_DOMAIN_IDS, &at);
	if (!failed(failure) && kva_is_null(at))
		failure = failure_of(STATUS_ABSENT); /* it remaps no DMA */
	return failed(failure) ? failure : idmap_read_bitmap(k, at, "domain_ids", nr, ret);
}

struct failure intel_id_allocators(struct kernel *k, struct ptrs *ret)
{
	const struct inventory *inv = kernel_inventory(k);
	const struct ptrs *units = &intel_machine(inv)->units;
	struct failure first = NO_FAILURE;

	for (size_t i = 0; i < units->nr; i++) {
		const struct intel_unit *unit = units->at[i];
		struct id_allocator *ids = arena_alloc(k->arena, sizeof(*ids));
		struct failure failure = unit->caps.known ? read_allocator(k, unit, ids) :
							    unit->failure;

		if (!unit->caps.known || failure.status == STATUS_ABSENT) {
			first = first_failure(first, unit->caps.known ? NO_FAILURE : failure);
			continue;
		}
		first = first_failure(first, failure);
		if (failed(failure))
			continue;
		ids->unit = unit->unit;
		ids->vendor = &intel_vendor;
		ids->keeps_old = !kva_is_null(unit->copied);
		idmap_reserve(ids, first_id(inv, unit->unit));
		ptrs_push(k->arena, ret, ids);
	}
	return first;
}
