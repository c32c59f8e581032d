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

/* Linux amd_iommu_types.h, PROTECTION_DOMAIN: enum protection_domain_mode, 6.12 and later. */
#define PD_MODE_V2 2

/* Levels of the v2 tables of 6.1, which has no variable for it (io_pgtable_v2.c). */
#define V2_LEVELS_FIXED 4

/* The low bits of a page-aligned root pointer. */
#define PACKED_LEVEL_MASK 7
#define ROOT_POINTER_MASK (~0xfffULL)

/* Fills the root unless there is none or it cannot be one. levels: of the whole table. */
static void set_table(struct kernel *k, struct domain *domain, const struct pt_format *format,
		      uint64_t root_va, uint64_t levels)
{
	struct pa pa;
	enum status status;

	if (!root_va || !levels)
		return; /* identity, or not set up yet */
	if (levels > format->max_levels || (root_va & ~ROOT_POINTER_MASK)) {
		domain->status = STATUS_DAMAGED;
		return;
	}
	domain->root_va = kva_of(root_va);
	status = target_to_pa(k->target, domain->root_va, &pa);
	if (status != STATUS_OK) {
		domain->status = status;
		return;
	}
	domain->has_table = true;
	domain->root = (struct pt_root){
		.format = format,
		.table = pa,
		.levels = (uint8_t)levels,
		.enc_mask = k->enc_mask,
		.max_tables = kernel_max_tables(k),
	};
}

static enum status fail(struct kernel *k, struct domain *domain, enum status status)
{
	domain->status = status;
	domain->missing = k->missing;
	return status;
}

/* The v1 and the v2 table are members of one union: only pd_mode tells which it is. */
static void generic_table(struct kernel *k, struct domain *domain)
{
	uint64_t mode, top;
	bool v2;
	enum status status = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_PD_MODE, &mode);

	v2 = status == STATUS_OK && mode == PD_MODE_V2;
	if (status == STATUS_OK)
		status = kernel_read_member(k, domain->driver_at,
					    v2 ? M_AMD_PDOM_V2_TOP : M_AMD_PDOM_V1_TOP, &top);
	if (status != STATUS_OK) {
		fail(k, domain, status);
		return;
	}
	if (top & ROOT_POINTER_MASK)
		set_table(k, domain, v2 ? &amdv2_format : &amdv1_format, top & ROOT_POINTER_MASK,
			  (top & PACKED_LEVEL_MASK) + 1);
}

static void io_pgtable(struct kernel *k, struct domain *domain)
{
	uint64_t root = 0, mode = 0, pgd = 0, levels = V2_LEVELS_FIXED;
	enum status status = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_IOP_ROOT, &root);

	if (status == STATUS_OK)
		status = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_IOP_MODE, &mode);
	if (status != STATUS_OK) {
		fail(k, domain, status);
		return;
	}
	if (root) {
		set_table(k, domain, &amdv1_format, root, mode);
		return;
	}
	status = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_IOP_PGD, &pgd);
	if (status != STATUS_OK) {
		fail(k, domain, status);
		return;
	}
	if (pgd) {
		if (kernel_read_variable(k, "amd_iommu_gpt_level", 4, &levels) != STATUS_OK)
			levels = V2_LEVELS_FIXED;
		set_table(k, domain, &amdv2_format, pgd, levels);
	}
}

static void plain_root(struct kernel *k, struct domain *domain)
{
	uint64_t root, mode;
	enum status status = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_PT_ROOT, &root);

	if (status != STATUS_OK) {
		fail(k, domain, status);
		return;
	}
	if (kernel_has_member(k, M_AMD_PDOM_PT_PACKED)) {
		set_table(k, domain, &amdv1_format, root & ROOT_POINTER_MASK,
			  root & PACKED_LEVEL_MASK);
		return;
	}
	status = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_MODE, &mode);
	if (status != STATUS_OK)
		fail(k, domain, status);
	else
		set_table(k, domain, &amdv1_format, root, mode);
}

static enum domain_home home_of(struct kernel *k, const struct domain *domain)
{
	switch (domain->type) {
	case DOMAIN_BLOCKED:
		/* 6.12 and later: a static struct iommu_domain with nothing around it. 6.1: a
		 * protection domain like others, with an id and an empty table. */
		return k->target->ops->symbol_name(k->target, domain->at) ? HOME_BARE :
									    HOME_PROTECTION_DOMAIN;
	case DOMAIN_UNMANAGED:
	case DOMAIN_DMA:
	case DOMAIN_IDENTITY:
	case DOMAIN_DMA_FQ:
	case DOMAIN_SVA:
		return HOME_PROTECTION_DOMAIN;
	default:
		return HOME_FOREIGN;
	}
}

void amd_domain_facts(struct kernel *k, struct domain *domain)
{
	uint64_t id;
	enum status status;

	domain->home = home_of(k, domain);
	if (domain->home != HOME_PROTECTION_DOMAIN)
		return;
	status = kernel_container_of(k, domain->at, M_AMD_PDOM_DOMAIN, &domain->driver_at);
	if (status == STATUS_OK)
		status = kernel_read_member(k, domain->driver_at, M_AMD_PDOM_ID, &id);
	if (status == STATUS_OK) {
		domain->id = (uint32_t)id;
		domain->has_id = true;
	} else {
		fail(k, domain, status);
		if (kva_is_null(domain->driver_at))
			return;
	}
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

/* An llist: singly linked, NULL at the end. Entries stay when their device is unplugged. */
static enum status domains_of_dev_data(struct kernel *k, struct kva head, struct ptrs *ret)
{
	struct kva node, dev_data, domain;
	enum status status = kernel_read_number(k, head, 8, &node.v);

	/* One entry per device id at most. */
	for (unsigned i = 0; status == STATUS_OK && !kva_is_null(node); i++) {
		if (i > 0xffff) {
			k->failed_at = node.v;
			return STATUS_DAMAGED;
		}
		status = kernel_container_of(k, node, M_AMD_DEV_DATA_NODE, &dev_data);
		if (status == STATUS_OK)
			status = kernel_read_pointer(k, dev_data, M_AMD_DEV_DATA_DOMAIN, &domain);
		if (status == STATUS_OK && !kva_is_null(domain))
			status = kernel_member_at(k, domain, M_AMD_PDOM_DOMAIN, &domain);
		if (status != STATUS_OK)
			break;
		if (!kva_is_null(domain))
			kernel_push(k, ret, domain);
		status = kernel_read_number(k, node, 8, &node.v);
	}
	return status;
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
		    kernel_member_at(k, at, M_AMD_PDOM_DEV_LIST, &list) != STATUS_OK ||
		    !is_list(k, list))
			continue;
		if (kernel_member_at(k, at, M_AMD_PDOM_DOMAIN, &domain) == STATUS_OK)
			kernel_push(k, ret, domain);
	}
}

enum status amd_more_domains(struct kernel *k, struct ptrs *ret)
{
	struct ptrs segments = { 0 };
	struct kva head;
	enum status status, first;

	static_identity_domain(k, ret);
	if (!kernel_has_member(k, M_AMD_SEG_DEV_DATA_LIST)) {
		status = kernel_symbol(k, "dev_data_list", &head);
		return status == STATUS_OK ? domains_of_dev_data(k, head, ret) : status;
	}
	first = amd_segments(k, &segments);
	for (size_t i = 0; i < segments.nr; i++) {
		struct amd_segment *segment = segments.at[i];

		status = kernel_member_at(k, segment->at, M_AMD_SEG_DEV_DATA_LIST, &head);
		if (status == STATUS_OK)
			status = domains_of_dev_data(k, head, ret);
		if (first == STATUS_OK)
			first = status;
	}
	return first;
}
