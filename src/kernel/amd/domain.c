// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * struct protection_domain: what the AMD driver keeps around a struct iommu_domain, and where its
 * page table hangs. Four shapes, told apart by the members that exist:
 *
 *   amdv1, amdv2 (generic page table)	7.2, 7.3	root pointer with the top level in its low bits
 *   iop.root, iop.pgd			6.1, 6.12	pointers, and the number of levels beside them
 *   pt_root.counter			RHEL 8.3, 5.10	an atomic64_t with the levels in its low bits
 *   pt_root, mode			RHEL 8.2	a pointer, and the number of levels beside it
 */
#include "amd.h"

#include "format/amd/pt.h"
#include "iommu/list.h"
#include "kernel/idmap.h"
#include "kernel/pieces.h"

/* Linux amd_iommu_types.h, PROTECTION_DOMAIN: enum protection_domain_mode, 6.12 and later. */
#define PD_MODE_V2 2

/* Levels of the v2 tables of 6.1, which has no variable for it (io_pgtable_v2.c). */
#define V2_LEVELS_FIXED 4

/* One entry per device id, of 16 bits, at most. */
#define MAX_DEVIDS 0x10000

/* The low bits of a page-aligned root pointer. */
#define PACKED_LEVEL_MASK 7
#define ROOT_POINTER_MASK (~0xfffULL)

/* The v1 and the v2 table are members of one union: only pd_mode tells which it is. */
static void generic_table(struct kernel *k, struct domain *domain)
{
	uint64_t mode, top;
	bool v2;
	struct failure failure = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_PD_MODE, &mode);

	v2 = !failed(failure) && mode == PD_MODE_V2;
	if (!failed(failure))
		failure = kernel_read_member(k, domain->driver_at,
					    v2 ? M_AMD_PDOM_V2_TOP : M_AMD_PDOM_V1_TOP, &top);
	if (failed(failure)) {
		domain->failure = failure;
		return;
	}
	if (top & ROOT_POINTER_MASK)
		set_table(k, domain, v2 ? &amdv2_format : &amdv1_format, top & ROOT_POINTER_MASK,
			  (top & PACKED_LEVEL_MASK) + 1);
}

static void io_pgtable(struct kernel *k, struct domain *domain)
{
	uint64_t root = 0, mode = 0, pgd = 0, levels = V2_LEVELS_FIXED;
	struct failure failure = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_IOP_ROOT, &root);

	if (!failed(failure))
		failure = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_IOP_MODE, &mode);
	if (failed(failure)) {
		domain->failure = failure;
		return;
	}
	if (root) {
		set_table(k, domain, &amdv1_format, root, mode);
		return;
	}
	failure = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_IOP_PGD, &pgd);
	if (failed(failure)) {
		domain->failure = failure;
		return;
	}
	if (pgd) {
		if (failed(kernel_read_variable(k, "amd_iommu_gpt_level", 4, &levels)))
			levels = V2_LEVELS_FIXED;
		set_table(k, domain, &amdv2_format, pgd, levels);
	}
}

static void plain_root(struct kernel *k, struct domain *domain)
{
	uint64_t root, mode;
	struct failure failure = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_PT_ROOT, &root);

	if (failed(failure)) {
		domain->failure = failure;
		return;
	}
	if (kernel_has_member(k, M_AMD_PDOM_PT_PACKED)) {
		set_table(k, domain, &amdv1_format, root & ROOT_POINTER_MASK,
			  root & PACKED_LEVEL_MASK);
		return;
	}
	failure = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_MODE, &mode);
	if (failed(failure))
		domain->failure = failure;
	else
		set_table(k, domain, &amdv1_format, root, mode);
}

static enum domain_shape shape_of(struct kernel *k, const struct domain *domain)
{
	switch (domain->type) {
	case DOMAIN_BLOCKED:
		/* 6.12 and later: a static struct iommu_domain with nothing around it. 6.1: a
		 * protection domain like others, with an id and an empty table. */
		return k->target->ops->symbol_name(k->target, domain->at) ? DOMAIN_BARE :
									    DOMAIN_IN_DRIVER_STRUCT;
	case DOMAIN_UNMANAGED:
	case DOMAIN_DMA:
	case DOMAIN_IDENTITY:
	case DOMAIN_DMA_FQ:
	case DOMAIN_SVA:
		return DOMAIN_IN_DRIVER_STRUCT;
	default:
		return DOMAIN_OF_OTHERS;
	}
}

static void read_table(struct kernel *k, struct domain *domain)
{
	/* Identity has no table, whatever is left in its root; SVA uses a process's. */
	if (domain->type == DOMAIN_IDENTITY || domain->type == DOMAIN_SVA)
		return;
	if (kernel_has_member(k, M_AMD_PDOM_V1_TOP))
		generic_table(k, domain);
	else if (kernel_has_member(k, M_AMD_PDOM_IOP_ROOT))
		io_pgtable(k, domain);
	else
		plain_root(k, domain);
}

/* One id for all units: DomainID is the same in every device table. */
static void add_id(struct kernel *k, struct domain *domain, uint64_t id)
{
	struct domain_id *item = arena_alloc(k->arena, sizeof(*item));

	item->id = (uint32_t)id;
	ptrs_push(k->arena, &domain->ids, item);
}

void amd_domain_facts(struct kernel *k, const struct inventory *inv, struct domain *domain)
{
	uint64_t id;
	struct failure failure;

	(void)inv;
	domain->shape = shape_of(k, domain);
	if (domain->shape != DOMAIN_IN_DRIVER_STRUCT)
		return;
	failure = kernel_container_of(k, domain->at, M_AMD_PDOM_DOMAIN, &domain->driver_at);
	if (failed(failure)) {
		domain->failure = domain->ids_failure = failure;
		return;
	}
	domain->ids_failure = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_ID, &id);
	if (!failed(domain->ids_failure))
		add_id(k, domain, id);
	read_table(k, domain);
}

/* RHEL 8.1, 8.2: a struct dma_ops_domain is around the protection domain of each domain of type DMA. */
struct failure amd_iova_domain(struct kernel *k, const struct domain *domain, struct kva *ret)
{
	struct kva dma_ops;
	struct failure failure;

	if (!kernel_has_member(k, M_AMD_DMA_OPS_IOVAD))
		return failure_of(STATUS_ABSENT);
	if (kva_is_null(domain->driver_at))
		return first_failure(domain->failure, failure_of(STATUS_ABSENT));
	failure = kernel_container_of(k, domain->driver_at, M_AMD_DMA_OPS_DOMAIN, &dma_ops);
	return failed(failure) ? failure : kernel_member_at(k, dma_ops, M_AMD_DMA_OPS_IOVAD, ret);
}

#define NR_IDS (1u << 16) /* DomainID has 16 bits */

struct failure amd_id_allocators(struct kernel *k, struct ptrs *ret)
{
	static const char bitmap_symbol[] = "amd_iommu_pd_alloc_bitmap";
	struct id_allocator *ids = arena_alloc(k->arena, sizeof(*ids));
	struct failure failure;
	struct kva at;

	/* 7.2 and later: an IDA; before, a bitmap whose bit 0 is set and never handed out. */
	if (!failed(kernel_symbol(k, "pdom_ids", &at))) {
		failure = idmap_read_ida(k, at, "pdom_ids", NR_IDS, ids);
	} else {
		failure = kernel_read_variable(k, bitmap_symbol, 8, &at.v);
		if (!failed(failure))
			failure = idmap_read_bitmap(k, at, bitmap_symbol, NR_IDS, ids);
	}
	ids->vendor = &amd_vendor;
	if (!failed(failure))
		ptrs_push(k->arena, ret, ids);
	return failure;
}

/* Linux include/linux/iommu.h: a type is made of the bits __IOMMU_DOMAIN_*, ten of them at most. */
#define DOMAIN_TYPES 1024

/* An llist has no way back, so that only what a node leads to can tell whether it is one. */
static struct failure check_domain(struct kernel *k, struct kva node, struct kva domain)
{
	int64_t type;
	struct failure failure = kernel_read_signed(k, domain, M_DOMAIN_TYPE, &type);

	if (!failed(failure) && (type < 0 || type >= DOMAIN_TYPES))
		failure = failure_at(STATUS_DAMAGED, node.v);
	return failure;
}

/* ret: what the driver's data on a device says it is attached to; null: nothing. */
static struct failure domain_of_node(struct kernel *k, struct kva node, struct kva *ret)
{
	struct kva dev_data;
	struct failure failure = kernel_container_of(k, node, M_AMD_DEV_DATA_NODE, &dev_data);

	if (!failed(failure))
		failure = kernel_read_pointer(k, dev_data, M_AMD_DEV_DATA_DOMAIN, ret);
	if (failed(failure) || kva_is_null(*ret))
		return failure;
	failure = kernel_member_at(k, *ret, M_AMD_PDOM_DOMAIN, ret);
	return failed(failure) ? failure : check_domain(k, node, *ret);
}

/* Entries stay when their device is unplugged. */
static struct failure domains_of_dev_data(struct kernel *k, struct kva head, struct ptrs *ret)
{
	struct list_walk walk = list_walk_of(k->target, LIST_LLIST, head, MAX_DEVIDS);
	struct failure first = NO_FAILURE;
	struct kva node, domain;

	while (list_walk_next(&walk, &node)) {
		struct failure failure = domain_of_node(k, node, &domain);

		first = first_failure(first, failure);
		if (failed(failure) && failure.status != STATUS_NOT_IN_DUMP)
			break; /* no node can be there */
		if (!failed(failure) && !kva_is_null(domain))
			kernel_push(k, ret, domain);
	}
	return first_failure(first, walk.failure);
}

/* A list_head whose neighbours know it. */
static bool is_list(struct kernel *k, struct kva head)
{
	struct kva next;
	uint64_t back;

	return target_read_kva(k->target, head, &next.v, sizeof(next.v)) == STATUS_OK &&
	       target_read_kva(k->target, kva_plus(next, 8), &back, sizeof(back)) == STATUS_OK &&
	       back == head.v;
}

/* 6.18 and later: one static protection domain for all identity devices, with an id even when there
 * is none. Intel's driver has a static of the same name that is a bare struct iommu_domain: a
 * protection domain is known by its list of devices, which its set-up made one. */
static void static_identity_domain(struct kernel *k, struct ptrs *ret)
{
	struct kva at, list, domain;

	for (unsigned nth = 0;
	     k->target->ops->symbol(k->target, "identity_domain", nth, &at) == STATUS_OK; nth++) {
		if (!kernel_has_member(k, M_AMD_PDOM_DEV_LIST) ||
		    failed(kernel_member_at(k, at, M_AMD_PDOM_DEV_LIST, &list)) ||
		    !is_list(k, list))
			continue;
		if (!failed(kernel_member_at(k, at, M_AMD_PDOM_DOMAIN, &domain)))
			kernel_push(k, ret, domain);
	}
}

struct failure amd_more_domains(struct kernel *k, const struct inventory *inv, struct ptrs *ret)
{
	const struct amd_tables *tables = amd_tables(inv);
	struct kva head;
	struct failure failure, first = tables->failure;

	static_identity_domain(k, ret);
	if (!kernel_has_member(k, M_AMD_SEG_DEV_DATA_LIST)) {
		failure = kernel_symbol(k, "dev_data_list", &head);
		return failed(failure) ? failure : domains_of_dev_data(k, head, ret);
	}
	for (size_t i = 0; i < tables->segments.nr; i++) {
		const struct amd_segment *segment = tables->segments.at[i];

		failure = kernel_member_at(k, segment->at, M_AMD_SEG_DEV_DATA_LIST, &head);
		if (!failed(failure))
			failure = domains_of_dev_data(k, head, ret);
		first = first_failure(first, failure);
	}
	return first;
}
