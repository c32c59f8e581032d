// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The members table. Kernels named in comments are those in whose type information the row was
 * seen; commit ids are left out where they were not at hand.
 */
#include "iommu/layout_rows.h"

#include "vendors.h"

#include <stddef.h>
#include <string.h>

/* The function is in those kernels that have the other struct, up to 5.18 (drivers/vfio/vfio.c). */
#define IN_VFIO_GROUP(path_)                                                                       \
	IN_FILE_ONE_WITH("container", "vfio_iommu_group_notifier", "vfio", "vfio_group", path_)

static const struct member_row members[NR_COMMON_MEMBERS] = {
	[M_DEVICE_KOBJ_NAME] = { REQUIRED, { IN("device", "kobj.name") } },
	[M_DEVICE_DRIVER] = { REQUIRED, { IN("device", "driver") } },
	[M_DEVICE_BUS] = { REQUIRED, { IN("device", "bus") } },
	[M_DEVICE_PARENT] = { REQUIRED, { IN("device", "parent") } },
	[M_DEVICE_GROUP] = { OPTIONAL, { IN("device", "iommu_group") } },
	/* v5.10 and later; before, the driver's data hung on archdata. */
	[M_DEVICE_IOMMU_PRIV] = { OPTIONAL, { IN("device", "iommu") } },
	[M_DEVICE_ARCH_IOMMU] = { OPTIONAL, { IN("device", "archdata.iommu") } },
	[M_DEV_IOMMU_PRIV] = { OPTIONAL, { IN("dev_iommu", "priv") } },
	[M_DEV_IOMMU_UNIT] = { OPTIONAL, { IN("dev_iommu", "iommu_dev") } },
	[M_DRIVER_NAME] = { REQUIRED, { IN("device_driver", "name") } },
	[M_KSET_LIST] = { REQUIRED, { IN("kset", "list") } },
	[M_KOBJECT_ENTRY] = { REQUIRED, { IN("kobject", "entry") } },

	[M_PCI_DEV_DEV] = { REQUIRED, { IN("pci_dev", "dev") } },
	[M_PCI_DEV_BUS] = { REQUIRED, { IN("pci_dev", "bus") } },
	[M_PCI_DEV_DEVFN] = { REQUIRED, { IN("pci_dev", "devfn") } },
	[M_PCI_DEV_BUS_LIST] = { REQUIRED, { IN("pci_dev", "bus_list") } },
	[M_PCI_BUS_NODE] = { REQUIRED, { IN("pci_bus", "node") } },
	[M_PCI_BUS_DEVICES] = { REQUIRED, { IN("pci_bus", "devices") } },
	[M_PCI_BUS_CHILDREN] = { REQUIRED, { IN("pci_bus", "children") } },
	[M_PCI_BUS_NUMBER] = { REQUIRED, { IN("pci_bus", "number") } },
	[M_PCI_BUS_SELF] = { REQUIRED, { IN("pci_bus", "self") } },
	[M_PCI_BUS_SYSDATA] = { REQUIRED, { IN("pci_bus", "sysdata") } },
	[M_PCI_SYSDATA_DOMAIN] = { REQUIRED, { IN("pci_sysdata", "domain") } },
	[M_PCI_BUS_DOMAIN_NR] = { OPTIONAL, { IN("pci_bus", "domain_nr") } },
	[M_PCI_DEV_VENDOR] = { OPTIONAL, { IN("pci_dev", "vendor") } },
	[M_PCI_DEV_DEVICE] = { OPTIONAL, { IN("pci_dev", "device") } },
	[M_PCI_DEV_CLASS] = { OPTIONAL, { IN("pci_dev", "class") } },
	[M_PCI_DEV_ALIAS_MASK] = { OPTIONAL, { IN("pci_dev", "dma_alias_mask") } },
	/* In kernels built with PCI_ATS, PCI_PRI, PCI_PASID. */
	[M_PCI_DEV_ATS_CAP] = { OPTIONAL, { IN("pci_dev", "ats_cap") } },
	[M_PCI_DEV_PRI_CAP] = { OPTIONAL, { IN("pci_dev", "pri_cap") } },
	[M_PCI_DEV_PASID_CAP] = { OPTIONAL, { IN("pci_dev", "pasid_cap") } },
	[M_PCI_DEV_ATS_ENABLED] = { OPTIONAL, { BITS_IN("pci_dev", "ats_enabled") } },
	[M_PCI_DEV_PRI_ENABLED] = { OPTIONAL, { BITS_IN("pci_dev", "pri_enabled") } },
	[M_PCI_DEV_PASID_ENABLED] = { OPTIONAL, { BITS_IN("pci_dev", "pasid_enabled") } },
	/* Behind a port that firmware calls external: Thunderbolt. */
	[M_PCI_DEV_UNTRUSTED] = { OPTIONAL, { BITS_IN("pci_dev", "untrusted") } },
	/* A kernel without PCI_ATS knows no virtual functions. */
	[M_PCI_DEV_IS_VIRTFN] = { OPTIONAL, { BITS_IN("pci_dev", "is_virtfn") } },
	[M_PCI_DEV_PHYSFN] = { OPTIONAL, { IN("pci_dev", "physfn") } },

	[M_GROUP_KOBJ] = { REQUIRED, { IN("iommu_group", "kobj") } },
	[M_GROUP_DEVICES] = { REQUIRED, { IN("iommu_group", "devices") } },
	[M_GROUP_ID] = { REQUIRED, { IN("iommu_group", "id") } },
	[M_GROUP_NAME] = { OPTIONAL, { IN("iommu_group", "name") } },
	[M_GROUP_DEFAULT_DOMAIN] = { REQUIRED, { IN("iommu_group", "default_domain") } },
	/* 6.1 and later */
	[M_GROUP_BLOCKING_DOMAIN] = { OPTIONAL, { IN("iommu_group", "blocking_domain") } },
	[M_GROUP_DOMAIN] = { REQUIRED, { IN("iommu_group", "domain") } },
	/* 6.1 and later; 5.10 tells VFIO through a notifier */
	[M_GROUP_OWNER] = { OPTIONAL, { IN("iommu_group", "owner") } },
	[M_GROUP_OWNER_CNT] = { OPTIONAL, { IN("iommu_group", "owner_cnt") } },
	/* 6.2 and later; handles from 6.11 on */
	[M_GROUP_PASID_HEAD] = { OPTIONAL, { IN("iommu_group", "pasid_array.xa_head") } },
	[M_ATTACH_HANDLE_DOMAIN] = { REQUIRED, { IN("iommu_attach_handle", "domain") } },
	[M_DOMAIN_MM] = { REQUIRED, { IN("iommu_domain", "mm") } },
	[M_GROUP_DEVICE_LIST] = { REQUIRED, { IN("group_device", "list") } },
	[M_GROUP_DEVICE_DEV] = { REQUIRED, { IN("group_device", "dev") } },
	[M_DOMAIN_TYPE] = { REQUIRED, { IN("iommu_domain", "type") } },
	[M_IOMMU_DEVICE_LIST] = { OPTIONAL, { IN("iommu_device", "list") } },
	[M_IOMMU_DEVICE_DEV] = { OPTIONAL, { IN("iommu_device", "dev") } },

	/* Descriptors: an xarray (called radix tree) up to 6.4, a maple tree later. */
	[M_XARRAY_HEAD] = { OPTIONAL, { IN("xarray", "xa_head") } },
	[M_MAPLE_ROOT] = { OPTIONAL, { IN("maple_tree", "ma_root") } },
	[M_IRQ_DESC_DATA] = { REQUIRED, { IN("irq_desc", "irq_data") } },
	[M_IRQ_DESC_ACTION] = { REQUIRED, { IN("irq_desc", "action") } },
	[M_IRQ_DATA_IRQ] = { REQUIRED, { IN("irq_data", "irq") } },
	[M_IRQ_DATA_DOMAIN] = { REQUIRED, { IN("irq_data", "domain") } },
	[M_IRQ_DATA_PARENT] = { REQUIRED, { IN("irq_data", "parent_data") } },
	[M_IRQ_DATA_CHIP_DATA] = { REQUIRED, { IN("irq_data", "chip_data") } },
	[M_IRQACTION_NAME] = { REQUIRED, { IN("irqaction", "name") } },
	[M_IRQACTION_NEXT] = { OPTIONAL, { IN("irqaction", "next") } },
	[M_APIC_NAME] = { OPTIONAL, { IN("apic", "name") } },

	[M_IDA_XA_HEAD] = { OPTIONAL, { IN("ida", "xa.xa_head") } },
	[M_XA_NODE_SHIFT] = { OPTIONAL, { IN("xa_node", "shift") } },
	[M_XA_NODE_SLOTS] = { OPTIONAL, { IN("xa_node", "slots") } },

	[M_RESOURCE_START] = { REQUIRED, { IN("resource", "start") } },
	[M_RESOURCE_END] = { REQUIRED, { IN("resource", "end") } },
	[M_RESOURCE_NAME] = { REQUIRED, { IN("resource", "name") } },
	[M_RESOURCE_CHILD] = { REQUIRED, { IN("resource", "child") } },
	[M_RESOURCE_SIBLING] = { REQUIRED, { IN("resource", "sibling") } },
	[M_PAGE_FLAGS] = { REQUIRED, { IN("page", "flags.f"), IN("page", "flags") } },
	[M_PAGE_REFCOUNT] = { REQUIRED, { IN("page", "_refcount") } },
	[M_PAGE_TYPE] = { REQUIRED, { IN("page", "page_type") } },
	[M_PAGE_MAPPING] = { REQUIRED, { IN("page", "mapping") } },
	[M_PAGE_INDEX] = { REQUIRED, { IN("page", "__folio_index"), IN("page", "index") } },
	[M_PAGE_COMPOUND_HEAD] = { REQUIRED,
				   { IN("page", "compound_info"), IN("page", "compound_head") } },
	[M_PAGE_PRIVATE] = { OPTIONAL, { IN("page", "private") } },
	/* 5.17 and later have struct slab in the place of the struct page of slab */
	[M_SLAB_CACHE] = { OPTIONAL, { IN("slab", "slab_cache"), IN("page", "slab_cache") } },
	[M_KMEM_CACHE_NAME] = { OPTIONAL, { IN("kmem_cache", "name") } },
	[M_ANON_VMA_ROOT_NODE] = { REQUIRED,
				   { IN("anon_vma", "rb_root.rb_root.rb_node"),
				     IN("anon_vma", "rb_root.rb_node") } },
	[M_AVC_RB] = { REQUIRED, { IN("anon_vma_chain", "rb") } },
	[M_AVC_VMA] = { REQUIRED, { IN("anon_vma_chain", "vma") } },
	[M_VMA_START] = { REQUIRED, { IN("vm_area_struct", "vm_start") } },
	[M_VMA_END] = { REQUIRED, { IN("vm_area_struct", "vm_end") } },
	[M_VMA_PGOFF] = { REQUIRED, { IN("vm_area_struct", "vm_pgoff") } },
	/* 7.3: anonymous pages of an area are counted from a number of their own, in two halves */
	[M_VMA_ANON_PGOFF_LO] = { OPTIONAL, { IN("vm_area_struct", "__vm_anon_pgoff_lo") } },
	[M_VMA_ANON_PGOFF_HI] = { OPTIONAL, { IN("vm_area_struct", "__vm_anon_pgoff_hi") } },
	[M_VMA_MM] = { REQUIRED, { IN("vm_area_struct", "vm_mm") } },
	/* MEMCG */
	[M_MM_OWNER] = { OPTIONAL, { IN("mm_struct", "owner") } },
	[M_MM_PGD] = { REQUIRED, { IN("mm_struct", "pgd") } },
	[M_TASK_PID] = { REQUIRED, { IN("task_struct", "pid") } },
	[M_TASK_COMM] = { REQUIRED, { IN("task_struct", "comm") } },
	[M_TASK_TASKS] = { REQUIRED, { IN("task_struct", "tasks") } },
	[M_TASK_MM] = { REQUIRED, { IN("task_struct", "mm") } },
	[M_TASK_FLAGS] = { OPTIONAL, { IN("task_struct", "flags") } },
	[M_TASK_LEADER] = { OPTIONAL, { IN("task_struct", "group_leader") } },
	[M_TASK_SIGNAL] = { REQUIRED, { IN("task_struct", "signal") } },
	[M_TASK_THREAD_NODE] = { REQUIRED, { IN("task_struct", "thread_node") } },
	[M_SIGNAL_THREAD_HEAD] = { REQUIRED, { IN("signal_struct", "thread_head") } },
	[M_RB_LEFT] = { REQUIRED, { IN("rb_node", "rb_left") } },
	[M_RB_RIGHT] = { REQUIRED, { IN("rb_node", "rb_right") } },

	[M_ACPI_LIST_TABLES] = { REQUIRED, { IN("acpi_table_list", "tables") } },
	[M_ACPI_LIST_COUNT] = { REQUIRED, { IN("acpi_table_list", "current_table_count") } },
	[M_ACPI_DESC_ADDRESS] = { REQUIRED, { IN("acpi_table_desc", "address") } },
	[M_ACPI_DESC_LENGTH] = { REQUIRED, { IN("acpi_table_desc", "length") } },
	[M_ACPI_DESC_SIGNATURE] = { REQUIRED, { IN("acpi_table_desc", "signature") } },

	/* Up to 5.18 the core knows VFIO's group only as a notifier. Up to then, too,
	 * vfio_iommu_type1 has a struct vfio_group of its own (iommu_group, next, mdev_group: seen
	 * in 4.18 and 5.10). */
	[M_GROUP_NOTIFIER_HEAD] = { OPTIONAL, { IN("iommu_group", "notifier.head") } },
	[M_NOTIFIER_CALL] = { OPTIONAL, { IN("notifier_block", "notifier_call") } },
	[M_VFIO_GROUP_NB] = { OPTIONAL, { IN_VFIO_GROUP("nb") } },
	[M_VFIO_GROUP_IOMMU_GROUP] = { REQUIRED, { IN_VFIO_GROUP("iommu_group") } },
	[M_VFIO_GROUP_CONTAINER] = { REQUIRED, { IN_VFIO_GROUP("container") } },
	[M_VFIO_GROUP_KVM] = { OPTIONAL, { IN_VFIO_GROUP("kvm") } },
	[M_VFIO_CONTAINER_IOMMU_DATA] = { REQUIRED,
					  { IN_MODULE("vfio", "vfio_container", "iommu_data") } },
	[M_VFIO_IOMMU_DMA_LIST] = { REQUIRED,
				    { IN_MODULE("vfio_iommu_type1", "vfio_iommu",
						"dma_list.rb_node") } },
	[M_VFIO_IOMMU_DOMAIN_LIST] = { OPTIONAL,
				       { IN_MODULE("vfio_iommu_type1", "vfio_iommu",
						   "domain_list") } },
	[M_VFIO_DOMAIN_NEXT] = { OPTIONAL, { IN_MODULE("vfio_iommu_type1", "vfio_domain", "next") } },
	[M_VFIO_DOMAIN_DOMAIN] = { OPTIONAL,
				   { IN_MODULE("vfio_iommu_type1", "vfio_domain", "domain") } },
	[M_VFIO_DMA_NODE] = { REQUIRED, { IN_MODULE("vfio_iommu_type1", "vfio_dma", "node") } },
	[M_VFIO_DMA_IOVA] = { REQUIRED, { IN_MODULE("vfio_iommu_type1", "vfio_dma", "iova") } },
	[M_VFIO_DMA_VADDR] = { REQUIRED, { IN_MODULE("vfio_iommu_type1", "vfio_dma", "vaddr") } },
	[M_VFIO_DMA_SIZE] = { REQUIRED, { IN_MODULE("vfio_iommu_type1", "vfio_dma", "size") } },
	[M_VFIO_DMA_PROT] = { REQUIRED, { IN_MODULE("vfio_iommu_type1", "vfio_dma", "prot") } },
	[M_VFIO_DMA_TASK] = { REQUIRED, { IN_MODULE("vfio_iommu_type1", "vfio_dma", "task") } },

	[M_MODULE_LIST] = { OPTIONAL, { IN("module", "list") } },
	[M_MODULE_NAME] = { OPTIONAL, { IN("module", "name") } },
	[M_MODULE_KALLSYMS] = { OPTIONAL, { IN("module", "kallsyms") } },
	[M_MOD_KALLSYMS_SYMTAB] = { OPTIONAL, { IN("mod_kallsyms", "symtab") } },
	[M_MOD_KALLSYMS_NUM_SYMTAB] = { OPTIONAL, { IN("mod_kallsyms", "num_symtab") } },
	[M_MOD_KALLSYMS_STRTAB] = { OPTIONAL, { IN("mod_kallsyms", "strtab") } },

	[M_KVM_VM_LIST] = { OPTIONAL, { IN_MODULE("kvm", "kvm", "vm_list") } },
	[M_KVM_MM] = { OPTIONAL, { IN_MODULE("kvm", "kvm", "mm") } },
	[M_KVM_USERSPACE_PID] = { OPTIONAL, { IN_MODULE("kvm", "kvm", "userspace_pid") } },
	[M_KVM_ONLINE_VCPUS] = { OPTIONAL, { IN_MODULE("kvm", "kvm", "online_vcpus") } },
	/* An xarray in 6.1 and later; 5.10 has an array of pointers in struct kvm. */
	[M_KVM_VCPU_ARRAY] = { OPTIONAL, { IN_MODULE("kvm", "kvm", "vcpu_array.xa_head") } },
	[M_KVM_VCPUS] = { OPTIONAL, { IN_MODULE("kvm", "kvm", "vcpus") } },
	[M_KVM_VCPU_ID] = { OPTIONAL, { IN_MODULE("kvm", "kvm_vcpu", "vcpu_id") } },
	[M_KVM_VCPU_APIC] = { OPTIONAL, { IN_MODULE("kvm", "kvm_vcpu", "arch.apic") } },
	[M_KVM_LAPIC_REGS] = { OPTIONAL, { IN_MODULE("kvm", "kvm_lapic", "regs") } },

	/* The log, since v5.10; sizes of its records differ (7.2 added to printk_info). */
	[M_PRB_DESC_COUNT_BITS] = { OPTIONAL, { IN("printk_ringbuffer", "desc_ring.count_bits") } },
	[M_PRB_DESCS] = { OPTIONAL, { IN("printk_ringbuffer", "desc_ring.descs") } },
	[M_PRB_INFOS] = { OPTIONAL, { IN("printk_ringbuffer", "desc_ring.infos") } },
	[M_PRB_HEAD_ID] = { OPTIONAL, { IN("printk_ringbuffer", "desc_ring.head_id") } },
	[M_PRB_TAIL_ID] = { OPTIONAL, { IN("printk_ringbuffer", "desc_ring.tail_id") } },
	[M_PRB_TEXT_SIZE_BITS] = { OPTIONAL, { IN("printk_ringbuffer", "text_data_ring.size_bits") } },
	[M_PRB_TEXT] = { OPTIONAL, { IN("printk_ringbuffer", "text_data_ring.data") } },
	[M_PRB_DESC_STATE] = { OPTIONAL, { IN("prb_desc", "state_var") } },
	[M_PRB_DESC_BEGIN] = { OPTIONAL, { IN("prb_desc", "text_blk_lpos.begin") } },
	[M_PRB_DESC_NEXT] = { OPTIONAL, { IN("prb_desc", "text_blk_lpos.next") } },
	[M_PRINTK_INFO_SEQ] = { OPTIONAL, { IN("printk_info", "seq") } },
	[M_PRINTK_INFO_TIME] = { OPTIONAL, { IN("printk_info", "ts_nsec") } },
	[M_PRINTK_INFO_LEN] = { OPTIONAL, { IN("printk_info", "text_len") } },
	/* Before. */
	[M_PRINTK_LOG_TIME] = { OPTIONAL, { IN("printk_log", "ts_nsec") } },
	[M_PRINTK_LOG_LEN] = { OPTIONAL, { IN("printk_log", "len") } },
	[M_PRINTK_LOG_TEXT_LEN] = { OPTIONAL, { IN("printk_log", "text_len") } },
	[M_DOMAIN_COOKIE] = { OPTIONAL, { IN("iommu_domain", "iova_cookie") } },
	/* 6.18 and later: whose the cookie is; before, it says that itself */
	[M_DOMAIN_COOKIE_TYPE] = { OPTIONAL, { IN("iommu_domain", "cookie_type") } },
	[M_DOMAIN_APERTURE_END] = { REQUIRED, { IN("iommu_domain", "geometry.aperture_end") } },
	[M_DOMAIN_APERTURE_FORCED] = { REQUIRED, { IN("iommu_domain", "geometry.force_aperture") } },
	[M_COOKIE_TYPE] = { OPTIONAL, { IN("iommu_dma_cookie", "type") } },
	[M_COOKIE_IOVAD] = { OPTIONAL, { IN("iommu_dma_cookie", "iovad") } },
	/* Up to 5.16 the allocator has the queues, then the cookie (seen in 5.10 and 6.1). In 6.6 and later
	 * they are a union with single_fq. */
	[M_COOKIE_FQ] = { OPTIONAL,
			  { IN("iommu_dma_cookie", "percpu_fq"), IN("iommu_dma_cookie", "fq") } },
	[M_COOKIE_FQ_STARTED] = { OPTIONAL, { IN("iommu_dma_cookie", "fq_flush_start_cnt") } },
	[M_COOKIE_FQ_FINISHED] = { OPTIONAL, { IN("iommu_dma_cookie", "fq_flush_finish_cnt") } },
	[M_COOKIE_FQ_KIND] = { OPTIONAL, { IN("iommu_dma_cookie", "options.qt") } },
	[M_IOVAD_FQ] = { OPTIONAL, { IN("iova_domain", "fq") } },
	[M_IOVAD_FQ_STARTED] = { OPTIONAL, { IN("iova_domain", "fq_flush_start_cnt") } },
	[M_IOVAD_FQ_FINISHED] = { OPTIONAL, { IN("iova_domain", "fq_flush_finish_cnt") } },
	[M_IOVAD_ROOT] = { REQUIRED, { IN("iova_domain", "rbroot.rb_node") } },
	[M_IOVAD_GRANULE] = { REQUIRED, { IN("iova_domain", "granule") } },
	[M_IOVAD_START] = { REQUIRED, { IN("iova_domain", "start_pfn") } },
	[M_IOVAD_DMA32] = { OPTIONAL, { IN("iova_domain", "dma_32bit_pfn") } },
	/* 4.20 and later */
	[M_IOVAD_MAX32] = { OPTIONAL, { IN("iova_domain", "max32_alloc_size") } },
	/* Up to 5.17 the caches themselves, then a pointer to them (seen in 5.10 and 6.1). */
	[M_IOVAD_RCACHES] = { REQUIRED, { IN("iova_domain", "rcaches") } },
	[M_IOVA_NODE] = { REQUIRED, { IN("iova", "node") } },
	[M_IOVA_HI] = { REQUIRED, { IN("iova", "pfn_hi") } },
	[M_IOVA_LO] = { REQUIRED, { IN("iova", "pfn_lo") } },
	[M_RCACHE_DEPOT_SIZE] = { REQUIRED, { IN("iova_rcache", "depot_size") } },
	/* Up to 6.6 an array of pointers, then the head of a list (seen in 6.1 and 6.12). */
	[M_RCACHE_DEPOT] = { REQUIRED, { IN("iova_rcache", "depot") } },
	[M_RCACHE_CPUS] = { REQUIRED, { IN("iova_rcache", "cpu_rcaches") } },
	[M_CPU_RCACHE_LOADED] = { REQUIRED, { IN("iova_cpu_rcache", "loaded") } },
	[M_CPU_RCACHE_PREV] = { REQUIRED, { IN("iova_cpu_rcache", "prev") } },
	[M_MAGAZINE_SIZE] = { REQUIRED, { IN("iova_magazine", "size") } },
	[M_MAGAZINE_PFNS] = { REQUIRED, { IN("iova_magazine", "pfns") } },
	[M_FQ_ENTRIES] = { REQUIRED, { IN("iova_fq", "entries") } },
	[M_FQ_HEAD] = { REQUIRED, { IN("iova_fq", "head") } },
	[M_FQ_TAIL] = { REQUIRED, { IN("iova_fq", "tail") } },
	/* 6.6 and later, where the length of a queue is a choice; before, the array has it */
	[M_FQ_MASK] = { OPTIONAL, { IN("iova_fq", "mod_mask") } },
	[M_FQ_ENTRY_PFN] = { REQUIRED, { IN("iova_fq_entry", "iova_pfn") } },
	[M_FQ_ENTRY_PAGES] = { REQUIRED, { IN("iova_fq_entry", "pages") } },
	[M_FQ_ENTRY_COUNTER] = { REQUIRED, { IN("iova_fq_entry", "counter") } },
	[M_DEVICE_DMA_MASK] = { REQUIRED, { IN("device", "dma_mask") } },
	/* v5.5 and later; a mask before */
	[M_DEVICE_BUS_LIMIT] = { OPTIONAL,
				 { IN("device", "bus_dma_limit"), IN("device", "bus_dma_mask") } },

	[M_PCI_BUS_PARENT] = { OPTIONAL, { IN("pci_bus", "parent") } },
	[M_PCI_BUS_BRIDGE] = { OPTIONAL, { IN("pci_bus", "bridge") } },
	[M_HOST_BRIDGE_DEV] = { OPTIONAL, { IN("pci_host_bridge", "dev") } },
	[M_HOST_BRIDGE_WINDOWS] = { OPTIONAL, { IN("pci_host_bridge", "windows") } },
	[M_RESOURCE_ENTRY_NODE] = { OPTIONAL, { IN("resource_entry", "node") } },
	[M_RESOURCE_ENTRY_RES] = { OPTIONAL, { IN("resource_entry", "res") } },
	[M_RESOURCE_ENTRY_OFFSET] = { OPTIONAL, { IN("resource_entry", "offset") } },
	/* What uname(2) says of the machine itself. */
	[M_UTS_NAME] = { OPTIONAL, { IN("uts_namespace", "name") } },
	[M_UTS_NODE] = { OPTIONAL, { IN("new_utsname", "nodename") } },
	[M_UTS_RELEASE] = { OPTIONAL, { IN("new_utsname", "release") } },
	[M_UTS_MACHINE] = { OPTIONAL, { IN("new_utsname", "machine") } },
	[M_RESOURCE_FLAGS] = { OPTIONAL, { IN("resource", "flags") } },

	/* v5.1 and later */
	[M_VFIO_IOMMU_DMA_AVAIL] = { OPTIONAL,
				     { IN_MODULE("vfio_iommu_type1", "vfio_iommu", "dma_avail") } },

	/* 6.6 and later: pools of their own, of which the first is inside; before, one struct is both. */
	[M_TLB_DEFPOOL] = { OPTIONAL, { IN("io_tlb_mem", "defpool") } },
	/* SWIOTLB_DYNAMIC */
	[M_TLB_POOLS] = { OPTIONAL, { IN("io_tlb_mem", "pools") } },
	[M_TLB_FORCED] = { OPTIONAL, { IN("io_tlb_mem", "force_bounce") } },
	[M_TLB_FOR_ALLOC] = { OPTIONAL, { IN("io_tlb_mem", "for_alloc") } },
	/* DEBUG_FS, 6.4 and later */
	[M_TLB_TOTAL_USED] = { OPTIONAL, { IN("io_tlb_mem", "total_used") } },
	[M_TLB_HIGH_WATER] = { OPTIONAL, { IN("io_tlb_mem", "used_hiwater") } },
	[M_TLB_TRANSIENT] = { OPTIONAL, { IN("io_tlb_mem", "transient_nslabs") } },
	[M_POOL_NODE] = { OPTIONAL, { IN("io_tlb_pool", "node") } },
	[M_POOL_START] = { OPTIONAL, { IN("io_tlb_pool", "start"), IN("io_tlb_mem", "start") } },
	[M_POOL_END] = { OPTIONAL, { IN("io_tlb_pool", "end"), IN("io_tlb_mem", "end") } },
	[M_POOL_NR_SLOTS] = { OPTIONAL, { IN("io_tlb_pool", "nslabs"), IN("io_tlb_mem", "nslabs") } },
	/* v6.0 and later */
	[M_POOL_NR_AREAS] = { OPTIONAL, { IN("io_tlb_pool", "nareas"), IN("io_tlb_mem", "nareas") } },
	[M_POOL_AREA_SLOTS] = { OPTIONAL,
				{ IN("io_tlb_pool", "area_nslabs"), IN("io_tlb_mem", "area_nslabs") } },
	[M_POOL_AREAS] = { OPTIONAL, { IN("io_tlb_pool", "areas"), IN("io_tlb_mem", "areas") } },
	/* a pointer; in v5.13 and v5.14 the array itself */
	[M_POOL_SLOTS] = { OPTIONAL, { IN("io_tlb_pool", "slots"), IN("io_tlb_mem", "slots") } },
	[M_TLB_AREA_USED] = { OPTIONAL, { IN("io_tlb_area", "used") } },
	[M_TLB_SLOT_LIST] = { OPTIONAL, { IN("io_tlb_slot", "list") } },
	[M_DEVICE_TLB] = { OPTIONAL, { IN("device", "dma_io_tlb_mem") } },

	/* DMA_API_DEBUG */
	[M_DMA_BUCKET_LIST] = { OPTIONAL, { IN("hash_bucket", "list") } },
	[M_DMA_ENTRY_LINK] = { OPTIONAL, { IN("dma_debug_entry", "list") } },
	[M_DMA_ENTRY_DEV] = { OPTIONAL, { IN("dma_debug_entry", "dev") } },
	[M_DMA_ENTRY_ADDR] = { OPTIONAL, { IN("dma_debug_entry", "dev_addr") } },
	[M_DMA_ENTRY_SIZE] = { OPTIONAL, { IN("dma_debug_entry", "size") } },
	[M_DMA_ENTRY_TYPE] = { OPTIONAL, { IN("dma_debug_entry", "type") } },
	[M_DMA_ENTRY_DIRECTION] = { OPTIONAL, { IN("dma_debug_entry", "direction") } },
	/* later than 6.12; before, a page frame and an offset */
	[M_DMA_ENTRY_PADDR] = { OPTIONAL, { IN("dma_debug_entry", "paddr") } },
	[M_DMA_ENTRY_PFN] = { OPTIONAL, { IN("dma_debug_entry", "pfn") } },
	[M_DMA_ENTRY_OFFSET] = { OPTIONAL, { IN("dma_debug_entry", "offset") } },
	[M_DMA_ENTRY_MAP_ERR] = { OPTIONAL, { IN("dma_debug_entry", "map_err_type") } },
	/* STACKTRACE; the second spellings are 4.19's */
	[M_DMA_ENTRY_STACK_LEN] = { OPTIONAL,
				    { IN("dma_debug_entry", "stack_len"), IN("dma_debug_entry", "stacktrace.nr_entries") } },
	[M_DMA_ENTRY_STACK] = { OPTIONAL,
				{ IN("dma_debug_entry", "stack_entries"), IN("dma_debug_entry", "st_entries") } },
	/* IOMMU_DEBUG_PAGEALLOC, 7.2 and later, with SPARSEMEM */
	[M_SECTION_PAGE_EXT] = { OPTIONAL, { IN("mem_section", "page_ext") } },
	[M_PAGE_EXT_OFFSET] = { OPTIONAL, { IN("page_ext_operations", "offset") } },
	[M_IOMMU_DEBUG_REF] = { OPTIONAL, { IN("iommu_debug_metadata", "ref") } },
};

const struct layout_table common_layout = { 0, NR_COMMON_MEMBERS, members };

static const char *const enumerators[NR_ENUMERATORS] = {
	[E_PG_RESERVED] = "PG_reserved",
	[E_PG_SLAB] = "PG_slab",
	/* 6.12 and later: enum pagetype */
	[E_PGTY_BUDDY] = "PGTY_buddy",
	[E_PGTY_SLAB] = "PGTY_slab",
	[E_PGTY_TABLE] = "PGTY_table",
	[E_MEMCG_DATA_KMEM] = "MEMCG_DATA_KMEM",
	/* later than 6.12: entries of iommu_group.pasid_array are tagged */
	[E_PASID_ARRAY_HANDLE] = "IOMMU_PASID_ARRAY_HANDLE",
	[E_RESV_DIRECT_RELAXABLE] = "IOMMU_RESV_DIRECT_RELAXABLE",
	/* DMA_API_DEBUG: their numbers change, in updates of one release too */
	[E_DMA_DEBUG_SINGLE] = "dma_debug_single",
	[E_DMA_DEBUG_PAGE] = "dma_debug_page",
	[E_DMA_DEBUG_SG] = "dma_debug_sg",
	[E_DMA_DEBUG_COHERENT] = "dma_debug_coherent",
	[E_DMA_DEBUG_RESOURCE] = "dma_debug_resource",
	[E_DMA_DEBUG_NONCOHERENT] = "dma_debug_noncoherent",
	[E_DMA_DEBUG_PHY] = "dma_debug_phy",
};

static const char *const types[NR_TYPES] = {
	[T_PAGE] = "page",
	[T_ACPI_DESC] = "acpi_table_desc",
	[T_PRB_DESC] = "prb_desc",
	[T_PRINTK_INFO] = "printk_info",
	[T_PRINTK_LOG] = "printk_log",
	[T_IOVA_RCACHE] = "iova_rcache",
	[T_IOVA_FQ_ENTRY] = "iova_fq_entry",
	[T_TLB_AREA] = "io_tlb_area",
	[T_TLB_SLOT] = "io_tlb_slot",
	[T_DMA_BUCKET] = "hash_bucket",
	[T_MEM_SECTION] = "mem_section",
};

/* NULL: no table has such an id. */
static const struct member_row *row_of(unsigned id)
{
	for (unsigned nth = 0; nth < LAYOUT_MAX_TABLES; nth++) {
		const struct layout_table *table = nth_layout_table(nth);

		if (table && id >= table->first && id - table->first < table->nr)
			return &table->rows[id - table->first];
	}
	return NULL;
}

static bool target_has_type(struct target *target, const char *type)
{
	uint64_t size;

	return target->ops->type_size(target, type, &size) == STATUS_OK;
}

static struct failure from_btf(struct layout *layout, struct target *target,
			    const struct alternative *at, struct layout_answer *ret)
{
	const struct btf_wanted wanted = {
		.module = at->module,
		.type = at->type,
		.path = at->path,
		.witness = at->witness,
	};

	ret->source = FROM_BTF;
	return btf_types_member(&layout->btf, target, &wanted, &ret->member, &ret->module);
}

static bool same_word(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_struct(const struct alternative *a, const struct alternative *b)
{
	return same_word(a->type, b->type) && same_word(a->witness, b->witness) &&
	       same_word(a->module, b->module);
}

static enum status ask_target(struct target *target, const struct alternative *at,
			      enum layout_scope where, const char *path, struct member *ret)
{
	if (where == SCOPE_ANY)
		return target->ops->member(target, at->type, path, ret);
	if (where == SCOPE_MODULE && at->module)
		return target_member_of_module(target, at->module, at->type, path, ret);
	if (where == SCOPE_FILE && at->function)
		return target_member_of_function(target, at->function, at->type, path, ret);
	return STATUS_MISSING;
}

static enum layout_scope look_for_witness(struct target *target, const struct alternative *at)
{
	struct member member;

	for (enum layout_scope where = SCOPE_ANY; where <= SCOPE_FILE; where++) {
		if (ask_target(target, at, where, at->witness, &member) == STATUS_OK)
			return where;
	}
	return SCOPE_NONE;
}

/* The target is asked once for each witness: a question about a member that is not there costs
 * crash's gdb memory. */
static enum layout_scope scope_of(struct layout *layout, struct target *target,
				  const struct alternative *at)
{
	enum layout_scope where;

	if (!at->witness)
		return SCOPE_ANY;
	for (unsigned i = 0; i < layout->nr_witnesses; i++) {
		if (same_struct(layout->witness[i].of, at))
			return layout->witness[i].where;
	}
	where = look_for_witness(target, at);
	/* After ^C nobody knows: it is asked again. */
	if (layout->nr_witnesses < LAYOUT_MAX_WITNESSES && !target_interrupted(target)) {
		layout->witness[layout->nr_witnesses].of = at;
		layout->witness[layout->nr_witnesses++].where = where;
	}
	return where;
}

static struct failure from_target(struct layout *layout, struct target *target,
			       const struct alternative *at, struct layout_answer *ret)
{
	ret->source = FROM_NAMELIST;
	ret->module = NULL;
	return ask_target(target, at, scope_of(layout, target, at), at->path, &ret->member) == STATUS_OK ?
		       NO_FAILURE :
		       failure_missing(at->path);
}

/* A type that the target has and whose member it has not is one without that member, and BTF would
 * say the same; but not where several structs have its name, and the target knows one of them. */
static bool target_has_said_all(struct target *target, const struct alternative *at)
{
	return !at->witness && target_has_type(target, at->type);
}

struct failure layout_resolve(struct layout *layout, struct target *target,
			      const struct alternative *at, struct layout_answer *ret)
{
	struct failure by_btf;

	if (at->bits && !target->ops->tells_bits)
		return from_btf(layout, target, at, ret);
	if (at->module) {
		by_btf = from_btf(layout, target, at, ret);
		if (!failed(by_btf) || !failed(from_target(layout, target, at, ret)))
			return NO_FAILURE;
		return by_btf;
	}
	if (!failed(from_target(layout, target, at, ret)))
		return NO_FAILURE;
	if (target_has_said_all(target, at))
		return failure_missing(at->path);
	return from_btf(layout, target, at, ret);
}

static bool is_of_module(unsigned id)
{
	const struct member_row *row = row_of(id);

	return row && row->at[0].module;
}

void layout_refresh(struct layout *layout, struct target *target)
{
	unsigned generation = target_types_generation(target);
	bool changed = btf_types_changed(layout->btf, target);

	if (generation == layout->generation && !changed)
		return;
	layout->generation = generation;
	layout->changes++;
	layout->nr_witnesses = 0;
	for (unsigned id = 0; id < LAYOUT_IDS; id++) {
		layout->member[id].missing = false;
		/* the module may have gone, and another build of it come */
		if (changed && is_of_module(id))
			layout->member[id].found = false;
	}
	for (unsigned id = 0; id < NR_TYPES; id++)
		layout->type[id].missing = false;
	for (unsigned id = 0; id < NR_ENUMERATORS; id++)
		layout->enumerator[id].missing = false;
}

static void find_member(struct layout *layout, struct target *target, unsigned id)
{
	const struct member_row *row = row_of(id);
	struct failure unread = NO_FAILURE;

	for (unsigned i = 0; row && i < MAX_ALTERNATIVES && row->at[i].type; i++) {
		struct layout_answer answer;
		struct failure failure = layout_resolve(layout, target, &row->at[i], &answer);

		if (failed(failure)) {
			if (failure.status != STATUS_MISSING)
				unread = first_failure(unread, failure);
			continue;
		}
		layout->member[id].member = answer.member;
		layout->member[id].source = answer.source;
		layout->member[id].module = answer.module;
		layout->member[id].found = true;
		return;
	}
	/* After ^C nobody knows: the next command asks again. */
	layout->member[id].missing = !target_interrupted(target);
	layout->member[id].unread = unread;
}

enum status layout_member(struct layout *layout, struct target *target, unsigned id,
			  struct member *ret)
{
	if (!layout->member[id].found && !layout->member[id].missing)
		find_member(layout, target, id);
	if (!layout->member[id].found)
		return STATUS_MISSING;
	*ret = layout->member[id].member;
	return STATUS_OK;
}

enum status layout_type(struct layout *layout, struct target *target, enum type_id id,
			uint64_t *ret)
{
	struct failure failure = NO_FAILURE;
	uint64_t size;

	if (!layout->type[id].found && !layout->type[id].missing) {
		if (target->ops->type_size(target, types[id], &size) != STATUS_OK)
			failure = btf_types_size(&layout->btf, target, types[id], &size);
		layout->type[id].unread = failure.status == STATUS_MISSING ? NO_FAILURE : failure;
		if (!failed(failure)) {
			layout->type[id].size = size;
			layout->type[id].found = true;
		} else {
			layout->type[id].missing = !target_interrupted(target);
		}
	}
	if (!layout->type[id].found)
		return STATUS_MISSING;
	*ret = layout->type[id].size;
	return STATUS_OK;
}

/* BTF is asked only when the namelist has no types at all: else it would know the enumerator. */
static bool find_enumerator(struct layout *layout, struct target *target, const char *name,
			    int64_t *ret)
{
	if (target->ops->enumerator(target, name, ret) == STATUS_OK)
		return true;
	return !target_has_type(target, types[T_PAGE]) &&
	       !failed(btf_types_enumerator(&layout->btf, target, name, ret));
}

enum status layout_enumerator(struct layout *layout, struct target *target, enum enumerator_id id,
			      int64_t *ret)
{
	int64_t value;

	if (!layout->enumerator[id].found && !layout->enumerator[id].missing) {
		if (find_enumerator(layout, target, enumerators[id], &value)) {
			layout->enumerator[id].value = value;
			layout->enumerator[id].found = true;
		} else {
			layout->enumerator[id].missing = !target_interrupted(target);
		}
	}
	if (!layout->enumerator[id].found)
		return STATUS_MISSING;
	*ret = layout->enumerator[id].value;
	return STATUS_OK;
}

void layout_ask_all(struct layout *layout, struct target *target)
{
	struct member member;
	uint64_t size;
	int64_t value;

	for (unsigned id = 0; id < LAYOUT_IDS && !target_interrupted(target); id++) {
		if (row_of(id))
			layout_member(layout, target, id, &member);
	}
	for (unsigned id = 0; id < NR_TYPES; id++)
		layout_type(layout, target, (enum type_id)id, &size);
	for (unsigned id = 0; id < NR_ENUMERATORS; id++)
		layout_enumerator(layout, target, (enum enumerator_id)id, &value);
}

void layout_release(struct layout *layout)
{
	btf_types_release(&layout->btf);
}

const char *layout_btf_problem(const struct layout *layout)
{
	return btf_types_problem(layout->btf);
}

enum btf_library layout_btf_library(struct layout *layout, struct target *target)
{
	return btf_types_library(&layout->btf, target);
}

const char *layout_member_name(unsigned id, struct arena *arena)
{
	const struct member_row *row = row_of(id);

	/* Of a vendor whose table is not in the registry. */
	if (!row)
		return "a member that no table here names";
	return arena_printf(arena, "%s.%s", row->at[0].type, row->at[0].path);
}

struct failure layout_member_failure(const struct layout *layout, unsigned id, struct arena *arena)
{
	return failed(layout->member[id].unread) ? layout->member[id].unread :
						   failure_missing(layout_member_name(id, arena));
}

bool layout_lacks_by(const struct layout *layout, struct failure failure)
{
	for (unsigned id = 0; id < LAYOUT_IDS && failed(failure); id++) {
		const struct failure *unread = &layout->member[id].unread;

		if (layout->member[id].missing && unread->status == failure.status &&
		    unread->at == failure.at)
			return true;
	}
	return false;
}

struct failure layout_type_failure(const struct layout *layout, enum type_id id)
{
	return failed(layout->type[id].unread) ? layout->type[id].unread :
						 failure_missing(layout_type_name(id));
}

const char *layout_type_name(enum type_id id)
{
	return types[id];
}

bool layout_member_required(unsigned id)
{
	const struct member_row *row = row_of(id);

	return row && row->need == REQUIRED;
}

const char *layout_witness(unsigned id, unsigned nth)
{
	const struct member_row *row = row_of(id);

	return row && nth < MAX_ALTERNATIVES ? row->at[nth].witness : NULL;
}

bool layout_is_bits(unsigned id, unsigned nth)
{
	const struct member_row *row = row_of(id);

	return row && nth < MAX_ALTERNATIVES && row->at[nth].bits;
}

bool layout_alternative(unsigned id, unsigned nth, const char **type, const char **path,
			const char **module)
{
	const struct member_row *row = row_of(id);
	const struct alternative *at;

	if (!row || nth >= MAX_ALTERNATIVES || !row->at[nth].type)
		return false;
	at = &row->at[nth];
	*type = at->type;
	*path = at->path;
	*module = at->module;
	return true;
}

bool layout_knows_nothing(const struct layout *layout)
{
	bool asked = false;

	for (unsigned id = 0; id < LAYOUT_IDS; id++) {
		if (layout->member[id].found)
			return false;
		asked |= layout->member[id].missing;
	}
	return asked;
}
