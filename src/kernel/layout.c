// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The members table. Kernels named in comments are those in whose type information the row was
 * seen; commit ids are left out where they were not at hand.
 */
#include "iommu/layout.h"

#include <stddef.h>

#define MAX_ALTERNATIVES 3

enum need { OPTIONAL, REQUIRED };

struct member_row {
	enum need need;
	struct alternative {
		const char *type, *path;
		const char *module; /* NULL: part of vmlinux */
	} at[MAX_ALTERNATIVES];
};

static const struct member_row members[NR_MEMBERS] = {
	[M_DEVICE_KOBJ_NAME] = { REQUIRED, { { "device", "kobj.name" } } },
	[M_DEVICE_DRIVER] = { REQUIRED, { { "device", "driver" } } },
	[M_DEVICE_BUS] = { REQUIRED, { { "device", "bus" } } },
	[M_DEVICE_GROUP] = { REQUIRED, { { "device", "iommu_group" } } },
	/* v5.10 and later; before, the driver's data hung on archdata. */
	[M_DEVICE_IOMMU_PRIV] = { OPTIONAL, { { "device", "iommu" } } },
	[M_DEVICE_ARCH_IOMMU] = { OPTIONAL, { { "device", "archdata.iommu" } } },
	[M_DEV_IOMMU_PRIV] = { OPTIONAL, { { "dev_iommu", "priv" } } },
	[M_DRIVER_NAME] = { REQUIRED, { { "device_driver", "name" } } },
	[M_KSET_LIST] = { REQUIRED, { { "kset", "list" } } },
	[M_KOBJECT_ENTRY] = { REQUIRED, { { "kobject", "entry" } } },

	[M_PCI_DEV_DEV] = { REQUIRED, { { "pci_dev", "dev" } } },
	[M_PCI_DEV_BUS] = { REQUIRED, { { "pci_dev", "bus" } } },
	[M_PCI_DEV_DEVFN] = { REQUIRED, { { "pci_dev", "devfn" } } },
	[M_PCI_DEV_BUS_LIST] = { REQUIRED, { { "pci_dev", "bus_list" } } },
	[M_PCI_DEV_VENDOR] = { OPTIONAL, { { "pci_dev", "vendor" } } },
	[M_PCI_DEV_DEVICE] = { OPTIONAL, { { "pci_dev", "device" } } },
	[M_PCI_DEV_CLASS] = { OPTIONAL, { { "pci_dev", "class" } } },
	[M_PCI_BUS_NODE] = { REQUIRED, { { "pci_bus", "node" } } },
	[M_PCI_BUS_DEVICES] = { REQUIRED, { { "pci_bus", "devices" } } },
	[M_PCI_BUS_CHILDREN] = { REQUIRED, { { "pci_bus", "children" } } },
	[M_PCI_BUS_NUMBER] = { REQUIRED, { { "pci_bus", "number" } } },
	[M_PCI_BUS_SYSDATA] = { REQUIRED, { { "pci_bus", "sysdata" } } },
	[M_PCI_SYSDATA_DOMAIN] = { REQUIRED, { { "pci_sysdata", "domain" } } },

	[M_GROUP_KOBJ] = { REQUIRED, { { "iommu_group", "kobj" } } },
	[M_GROUP_DEVICES] = { REQUIRED, { { "iommu_group", "devices" } } },
	[M_GROUP_ID] = { REQUIRED, { { "iommu_group", "id" } } },
	[M_GROUP_NAME] = { OPTIONAL, { { "iommu_group", "name" } } },
	[M_GROUP_DEFAULT_DOMAIN] = { REQUIRED, { { "iommu_group", "default_domain" } } },
	/* 6.1 and later */
	[M_GROUP_BLOCKING_DOMAIN] = { OPTIONAL, { { "iommu_group", "blocking_domain" } } },
	[M_GROUP_DOMAIN] = { REQUIRED, { { "iommu_group", "domain" } } },
	/* 6.1 and later; 5.10 tells VFIO through a notifier */
	[M_GROUP_OWNER] = { OPTIONAL, { { "iommu_group", "owner" } } },
	[M_GROUP_OWNER_CNT] = { OPTIONAL, { { "iommu_group", "owner_cnt" } } },
	[M_GROUP_DEVICE_LIST] = { REQUIRED, { { "group_device", "list" } } },
	[M_GROUP_DEVICE_DEV] = { REQUIRED, { { "group_device", "dev" } } },
	[M_DOMAIN_TYPE] = { REQUIRED, { { "iommu_domain", "type" } } },
	[M_DOMAIN_OPS] = { OPTIONAL, { { "iommu_domain", "ops" } } },

	[M_AMD_IOMMU_LIST] = { REQUIRED, { { "amd_iommu", "list" } } },
	[M_AMD_IOMMU_INDEX] = { OPTIONAL, { { "amd_iommu", "index" } } },
	[M_AMD_IOMMU_MMIO_PHYS] = { OPTIONAL, { { "amd_iommu", "mmio_phys" } } },
	[M_AMD_IOMMU_DEVID] = { OPTIONAL, { { "amd_iommu", "devid" } } },
	/* A number of 2 bytes in 4.18 and early 5.10, later a pointer: told apart by its size. */
	[M_AMD_IOMMU_SEG] = { OPTIONAL, { { "amd_iommu", "pci_seg" } } },
	[M_AMD_IOMMU_FEATURES] = { OPTIONAL, { { "amd_iommu", "features" } } },
	/* Tables per segment: 6.1 and later. Late 5.10 stable kernels have the struct, but only
	 * list and id in it: dev_table decides. */
	[M_AMD_SEG_LIST] = { OPTIONAL, { { "amd_iommu_pci_seg", "list" } } },
	[M_AMD_SEG_ID] = { OPTIONAL, { { "amd_iommu_pci_seg", "id" } } },
	[M_AMD_SEG_LAST_BDF] = { OPTIONAL, { { "amd_iommu_pci_seg", "last_bdf" } } },
	[M_AMD_SEG_DEV_TABLE] = { OPTIONAL, { { "amd_iommu_pci_seg", "dev_table" } } },
	[M_AMD_SEG_ALIAS_TABLE] = { OPTIONAL, { { "amd_iommu_pci_seg", "alias_table" } } },
	[M_AMD_SEG_RLOOKUP_TABLE] = { OPTIONAL, { { "amd_iommu_pci_seg", "rlookup_table" } } },
	[M_AMD_SEG_DEV_DATA_LIST] = { OPTIONAL, { { "amd_iommu_pci_seg", "dev_data_list" } } },
	[M_AMD_SEG_UNITY_MAP] = { OPTIONAL, { { "amd_iommu_pci_seg", "unity_map" } } },
	[M_AMD_UNITY_LIST] = { REQUIRED, { { "unity_map_entry", "list" } } },
	[M_AMD_UNITY_DEVID_START] = { REQUIRED, { { "unity_map_entry", "devid_start" } } },
	[M_AMD_UNITY_DEVID_END] = { REQUIRED, { { "unity_map_entry", "devid_end" } } },
	[M_AMD_UNITY_ADDR_START] = { REQUIRED, { { "unity_map_entry", "address_start" } } },
	[M_AMD_UNITY_ADDR_END] = { REQUIRED, { { "unity_map_entry", "address_end" } } },
	[M_AMD_UNITY_PROT] = { OPTIONAL, { { "unity_map_entry", "prot" } } },
	[M_AMD_DEV_DATA_NODE] = { REQUIRED, { { "iommu_dev_data", "dev_data_list" } } },
	[M_AMD_DEV_DATA_DOMAIN] = { REQUIRED, { { "iommu_dev_data", "domain" } } },
	/* 6.12 and later: behind a GCR3 table a device has an id of its own, not its domain's */
	[M_AMD_DEV_DATA_GCR3_DOMID] = { OPTIONAL, { { "iommu_dev_data", "gcr3_info.domid" } } },
	[M_AMD_DEV_DATA_DEVID] = { OPTIONAL, { { "iommu_dev_data", "devid" } } },
	[M_AMD_PDOM_DOMAIN] = { REQUIRED, { { "protection_domain", "domain" } } },
	[M_AMD_PDOM_ID] = { REQUIRED, { { "protection_domain", "id" } } },
	/* 7.2, 7.3: the generic page table */
	[M_AMD_PDOM_V1_TOP] = { OPTIONAL,
				{ { "protection_domain", "amdv1.amdpt.common.top_of_table" } } },
	[M_AMD_PDOM_V2_TOP] = { OPTIONAL,
				{ { "protection_domain",
				    "amdv2.x86_64_pt.common.top_of_table" } } },
	/* 6.1, 6.12: struct amd_io_pgtable */
	[M_AMD_PDOM_IOP_ROOT] = { OPTIONAL, { { "protection_domain", "iop.root" } } },
	[M_AMD_PDOM_IOP_MODE] = { OPTIONAL, { { "protection_domain", "iop.mode" } } },
	[M_AMD_PDOM_IOP_PGD] = { OPTIONAL, { { "protection_domain", "iop.pgd" } } },
	[M_AMD_PDOM_IOP_FMT] = { OPTIONAL,
				 { { "protection_domain", "iop.pgtbl.fmt" },
				   { "protection_domain", "iop.iop.fmt" } } },
	/* RHEL 8.2: a pointer, and `mode` beside it; RHEL 8.3 and 5.10: an atomic64_t with the
	 * mode in its low bits, and no `mode` */
	[M_AMD_PDOM_PT_ROOT] = { OPTIONAL, { { "protection_domain", "pt_root" } } },
	[M_AMD_PDOM_PT_PACKED] = { OPTIONAL, { { "protection_domain", "pt_root.counter" } } },
	[M_AMD_PDOM_MODE] = { OPTIONAL, { { "protection_domain", "mode" } } },
	/* 6.12 and later */
	[M_AMD_PDOM_PD_MODE] = { OPTIONAL, { { "protection_domain", "pd_mode" } } },

	[M_IDA_XA_HEAD] = { OPTIONAL, { { "ida", "xa.xa_head" } } },
	[M_XA_NODE_SHIFT] = { OPTIONAL, { { "xa_node", "shift" } } },
	[M_XA_NODE_SLOTS] = { OPTIONAL, { { "xa_node", "slots" } } },

	[M_RESOURCE_START] = { REQUIRED, { { "resource", "start" } } },
	[M_RESOURCE_END] = { REQUIRED, { { "resource", "end" } } },
	[M_RESOURCE_NAME] = { REQUIRED, { { "resource", "name" } } },
	[M_RESOURCE_CHILD] = { REQUIRED, { { "resource", "child" } } },
	[M_RESOURCE_SIBLING] = { REQUIRED, { { "resource", "sibling" } } },
	[M_PAGE_FLAGS] = { REQUIRED, { { "page", "flags.f" }, { "page", "flags" } } },
	[M_PAGE_REFCOUNT] = { REQUIRED, { { "page", "_refcount" } } },
	[M_PAGE_TYPE] = { REQUIRED, { { "page", "page_type" } } },
	[M_PAGE_MAPPING] = { REQUIRED, { { "page", "mapping" } } },
	[M_PAGE_INDEX] = { REQUIRED, { { "page", "__folio_index" }, { "page", "index" } } },
	[M_PAGE_COMPOUND_HEAD] = { REQUIRED,
				   { { "page", "compound_info" }, { "page", "compound_head" } } },
	[M_ANON_VMA_ROOT_NODE] = { REQUIRED,
				   { { "anon_vma", "rb_root.rb_root.rb_node" },
				     { "anon_vma", "rb_root.rb_node" } } },
	[M_AVC_RB] = { REQUIRED, { { "anon_vma_chain", "rb" } } },
	[M_AVC_VMA] = { REQUIRED, { { "anon_vma_chain", "vma" } } },
	[M_VMA_START] = { REQUIRED, { { "vm_area_struct", "vm_start" } } },
	[M_VMA_END] = { REQUIRED, { { "vm_area_struct", "vm_end" } } },
	[M_VMA_PGOFF] = { REQUIRED, { { "vm_area_struct", "vm_pgoff" } } },
	[M_VMA_MM] = { REQUIRED, { { "vm_area_struct", "vm_mm" } } },
	[M_MM_OWNER] = { REQUIRED, { { "mm_struct", "owner" } } },
	[M_MM_PGD] = { REQUIRED, { { "mm_struct", "pgd" } } },
	[M_TASK_PID] = { REQUIRED, { { "task_struct", "pid" } } },
	[M_TASK_COMM] = { REQUIRED, { { "task_struct", "comm" } } },
	[M_RB_LEFT] = { REQUIRED, { { "rb_node", "rb_left" } } },
	[M_RB_RIGHT] = { REQUIRED, { { "rb_node", "rb_right" } } },

	/* Up to 5.18 the core knows VFIO's group only as a notifier. 5.10's vfio_iommu_type1 has a
	 * struct vfio_group of its own besides vfio's: the module tells them apart. */
	[M_GROUP_NOTIFIER_HEAD] = { OPTIONAL, { { "iommu_group", "notifier.head" } } },
	[M_VFIO_GROUP_NB] = { OPTIONAL, { { "vfio_group", "nb", "vfio" } } },
	[M_VFIO_GROUP_IOMMU_GROUP] = { REQUIRED, { { "vfio_group", "iommu_group", "vfio" } } },
	[M_VFIO_GROUP_CONTAINER] = { REQUIRED, { { "vfio_group", "container", "vfio" } } },
	[M_VFIO_GROUP_KVM] = { OPTIONAL, { { "vfio_group", "kvm", "vfio" } } },
	[M_VFIO_CONTAINER_IOMMU_DATA] = { REQUIRED,
					  { { "vfio_container", "iommu_data", "vfio" } } },
	[M_VFIO_IOMMU_DMA_LIST] = { REQUIRED,
				    { { "vfio_iommu", "dma_list.rb_node", "vfio_iommu_type1" } } },
	[M_VFIO_DMA_NODE] = { REQUIRED, { { "vfio_dma", "node", "vfio_iommu_type1" } } },
	[M_VFIO_DMA_IOVA] = { REQUIRED, { { "vfio_dma", "iova", "vfio_iommu_type1" } } },
	[M_VFIO_DMA_VADDR] = { REQUIRED, { { "vfio_dma", "vaddr", "vfio_iommu_type1" } } },
	[M_VFIO_DMA_SIZE] = { REQUIRED, { { "vfio_dma", "size", "vfio_iommu_type1" } } },
	[M_VFIO_DMA_PROT] = { REQUIRED, { { "vfio_dma", "prot", "vfio_iommu_type1" } } },
	[M_VFIO_DMA_TASK] = { REQUIRED, { { "vfio_dma", "task", "vfio_iommu_type1" } } },
};

static const char *const enumerators[NR_ENUMERATORS] = {
	[E_PG_RESERVED] = "PG_reserved",
	[E_PG_SLAB] = "PG_slab",
	/* 6.12 and later: enum pagetype */
	[E_PGTY_BUDDY] = "PGTY_buddy",
	[E_PGTY_SLAB] = "PGTY_slab",
};

static const char *const types[NR_TYPES] = {
	[T_PAGE] = "page",
};

static bool target_has_type(struct target *target, const char *type)
{
	uint64_t size;

	return target->ops->type_size(target, type, &size) == STATUS_OK;
}

static enum status from_btf(struct layout *layout, struct target *target,
			    const struct alternative *at, struct member *ret)
{
	return btf_types_member(&layout->btf, target, at->module, at->type, at->path, ret);
}

/* Which source knows the alternative: OK with *source set, or MISSING. A type that the namelist has
 * and whose member it has not is one without that member: BTF would say the same. */
static enum status resolve(struct layout *layout, struct target *target,
			   const struct alternative *at, enum layout_source *source,
			   struct member *ret)
{
	*source = FROM_BTF;
	if (at->module && from_btf(layout, target, at, ret) == STATUS_OK)
		return STATUS_OK;
	*source = FROM_NAMELIST;
	if (target->ops->member(target, at->type, at->path, ret) == STATUS_OK)
		return STATUS_OK;
	*source = FROM_BTF;
	if (at->module || target_has_type(target, at->type))
		return STATUS_MISSING;
	return from_btf(layout, target, at, ret);
}

enum status layout_member(struct layout *layout, struct target *target, enum member_id id,
			  struct member *ret)
{
	const struct member_row *row = &members[id];

	for (unsigned i = 0; !layout->member[id].found && i < MAX_ALTERNATIVES; i++) {
		enum layout_source source;
		struct member member;

		if (!row->at[i].type)
			break;
		if (resolve(layout, target, &row->at[i], &source, &member) != STATUS_OK)
			continue;
		layout->member[id].member = member;
		layout->member[id].source = source;
		layout->member[id].module = row->at[i].module;
		layout->member[id].found = true;
	}
	if (!layout->member[id].found)
		return STATUS_MISSING;
	*ret = layout->member[id].member;
	return STATUS_OK;
}

enum status layout_type(struct layout *layout, struct target *target, enum type_id id,
			uint64_t *ret)
{
	uint64_t size;

	if (!layout->type[id].found) {
		if (target->ops->type_size(target, types[id], &size) != STATUS_OK &&
		    btf_types_size(&layout->btf, target, NULL, types[id], &size) != STATUS_OK)
			return STATUS_MISSING;
		layout->type[id].size = size;
		layout->type[id].found = true;
	}
	*ret = layout->type[id].size;
	return STATUS_OK;
}

enum status layout_enumerator(struct layout *layout, struct target *target, enum enumerator_id id,
			      int64_t *ret)
{
	int64_t value;

	if (!layout->enumerator[id].found) {
		if (target->ops->enumerator(target, enumerators[id], &value) != STATUS_OK &&
		    (target_has_type(target, types[T_PAGE]) ||
		     btf_types_enumerator(&layout->btf, target, enumerators[id], &value) !=
			     STATUS_OK))
			return STATUS_MISSING;
		layout->enumerator[id].value = value;
		layout->enumerator[id].found = true;
	}
	*ret = layout->enumerator[id].value;
	return STATUS_OK;
}

void layout_release(struct layout *layout)
{
	btf_types_release(&layout->btf);
}

const char *layout_btf_problem(const struct layout *layout)
{
	return btf_types_problem(layout->btf);
}

const char *layout_member_name(enum member_id id, struct arena *arena)
{
	return arena_printf(arena, "%s.%s", members[id].at[0].type, members[id].at[0].path);
}

const char *layout_type_name(enum type_id id)
{
	return types[id];
}

bool layout_member_required(enum member_id id)
{
	return members[id].need == REQUIRED;
}
