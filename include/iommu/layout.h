/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which members of which kernel structs the plugin uses, in every kernel release: one row each in
 * src/kernel/layout.c, or in the layout.c of the vendor whose driver it is. A row lists
 * alternatives, newest first; the first that the namelist has is used. Never compare kernel
 * versions: distributions backport.
 *
 * Types come from two sources: the target (crash's gdb on the namelist) and the BTF in the dump.
 * The target is asked first; but for structs of modules BTF is, since debuginfo of modules is rare.
 *
 * A name can stand for several structs in one kernel: two files, or two modules, each have their
 * own (vfio_group, irte, arm_smmu_device). The target then answers with any of them. The row of
 * such a struct names a witness, a member that only the right one has: a source whose struct lacks
 * it does not have the type, and the other source is asked.
 *
 * Adding a member: an id here, a row there, with the change that moved it cited as
 *   Linux commit <12 hex> ("subject") (in vX.Y)
 * where it is known. REQUIRED rows are those without which an answer cannot be given: when one is
 * missing the answer that needs it says so by name. OPTIONAL rows exist in some kernels only.
 */
#ifndef IOMMU_LAYOUT_H
#define IOMMU_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "iommu/arena.h"
#include "iommu/btf_types.h"
#include "iommu/target.h"

/* The members that are no vendor's own. A vendor's own have ids from the first one of its table on; the
 * functions below take either. */
enum member_id {
	/* driver core */
	M_DEVICE_KOBJ_NAME,
	M_DEVICE_DRIVER,
	M_DEVICE_BUS,
	M_DEVICE_PARENT,
	M_DEVICE_GROUP,	       /* pointer to struct iommu_group */
	M_DEVICE_IOMMU_PRIV,   /* pointer to struct dev_iommu */
	M_DEVICE_ARCH_IOMMU,
	M_DEV_IOMMU_PRIV,
	M_DEV_IOMMU_UNIT,      /* struct iommu_device, inside the driver's struct */
	M_DRIVER_NAME,
	M_KSET_LIST,
	M_KOBJECT_ENTRY,
	/* PCI */
	M_PCI_DEV_DEV,
	M_PCI_DEV_BUS,
	M_PCI_DEV_DEVFN,
	M_PCI_DEV_BUS_LIST,
	M_PCI_BUS_NODE,
	M_PCI_BUS_DEVICES,
	M_PCI_BUS_CHILDREN,
	M_PCI_BUS_NUMBER,
	M_PCI_BUS_SELF,	       /* the bridge to it, seen from above; null: a root bus */
	M_PCI_BUS_SYSDATA,
	M_PCI_SYSDATA_DOMAIN,  /* x86 */
	M_PCI_BUS_DOMAIN_NR,   /* other architectures */
	M_PCI_DEV_VENDOR,
	M_PCI_DEV_DEVICE,
	M_PCI_DEV_CLASS,
	M_PCI_DEV_ALIAS_MASK,
	M_PCI_DEV_ATS_CAP,
	M_PCI_DEV_PRI_CAP,
	M_PCI_DEV_PASID_CAP,
	M_PCI_DEV_ATS_ENABLED,
	M_PCI_DEV_PRI_ENABLED,
	M_PCI_DEV_PASID_ENABLED,
	M_PCI_DEV_UNTRUSTED,
	M_PCI_DEV_IS_VIRTFN,
	M_PCI_DEV_PHYSFN,      /* of a virtual function */
	/* IOMMU core */
	M_GROUP_KOBJ,
	M_GROUP_DEVICES,
	M_GROUP_ID,
	M_GROUP_NAME,
	M_GROUP_DEFAULT_DOMAIN,
	M_GROUP_BLOCKING_DOMAIN,
	M_GROUP_DOMAIN,
	M_GROUP_OWNER,
	M_GROUP_OWNER_CNT,
	M_GROUP_PASID_HEAD,
	M_ATTACH_HANDLE_DOMAIN,
	M_DOMAIN_MM,
	M_GROUP_DEVICE_LIST,
	M_GROUP_DEVICE_DEV,
	M_DOMAIN_TYPE,
	M_IOMMU_DEVICE_LIST,
	M_IOMMU_DEVICE_DEV,    /* its device in /sys/class/iommu */
	/* interrupts */
	M_XARRAY_HEAD,
	M_MAPLE_ROOT,
	M_IRQ_DESC_DATA,
	M_IRQ_DESC_ACTION,
	M_IRQ_DATA_IRQ,
	M_IRQ_DATA_DOMAIN,
	M_IRQ_DATA_PARENT,
	M_IRQ_DATA_CHIP_DATA,
	M_IRQACTION_NAME,
	M_IRQACTION_NEXT,
	M_APIC_NAME,
	/* id allocators */
	M_IDA_XA_HEAD,
	M_XA_NODE_SHIFT,
	M_XA_NODE_SLOTS,
	/* memory */
	M_RESOURCE_START,
	M_RESOURCE_END,
	M_RESOURCE_NAME,
	M_RESOURCE_CHILD,
	M_RESOURCE_SIBLING,
	M_PAGE_FLAGS,
	M_PAGE_REFCOUNT,
	M_PAGE_TYPE,
	M_PAGE_MAPPING,
	M_PAGE_INDEX,
	M_PAGE_COMPOUND_HEAD,
	M_PAGE_PRIVATE,
	M_SLAB_CACHE,
	M_KMEM_CACHE_NAME,
	M_ANON_VMA_ROOT_NODE,
	M_AVC_RB,
	M_AVC_VMA,
	M_VMA_START,
	M_VMA_END,
	M_VMA_PGOFF,
	M_VMA_ANON_PGOFF_LO,
	M_VMA_ANON_PGOFF_HI,
	M_VMA_MM,
	M_MM_OWNER,
	M_MM_PGD,
	M_TASK_PID,
	M_TASK_COMM,
	M_TASK_TASKS,
	M_TASK_MM,
	M_TASK_FLAGS,
	M_TASK_LEADER,
	M_TASK_SIGNAL,
	M_TASK_THREAD_NODE,
	M_SIGNAL_THREAD_HEAD,
	M_RB_LEFT,
	M_RB_RIGHT,
	/* ACPI: tables of the firmware */
	M_ACPI_LIST_TABLES,
	M_ACPI_LIST_COUNT,
	M_ACPI_DESC_ADDRESS,
	M_ACPI_DESC_LENGTH,
	M_ACPI_DESC_SIGNATURE,
	/* VFIO: modules on every distribution */
	M_GROUP_NOTIFIER_HEAD,
	M_NOTIFIER_CALL,
	M_VFIO_GROUP_NB,
	M_VFIO_GROUP_IOMMU_GROUP,
	M_VFIO_GROUP_CONTAINER,
	M_VFIO_GROUP_KVM,
	M_VFIO_CONTAINER_IOMMU_DATA,
	M_VFIO_IOMMU_DMA_LIST,
	M_VFIO_IOMMU_DOMAIN_LIST,
	M_VFIO_DOMAIN_NEXT,
	M_VFIO_DOMAIN_DOMAIN,
	M_VFIO_DMA_NODE,
	M_VFIO_DMA_IOVA,
	M_VFIO_DMA_VADDR,
	M_VFIO_DMA_SIZE,
	M_VFIO_DMA_PROT,
	M_VFIO_DMA_TASK,
	/* modules and their symbols */
	M_MODULE_LIST,
	M_MODULE_NAME,
	M_MODULE_KALLSYMS,
	M_MOD_KALLSYMS_SYMTAB,
	M_MOD_KALLSYMS_NUM_SYMTAB,
	M_MOD_KALLSYMS_STRTAB,
	/* KVM: modules on every distribution */
	M_KVM_VM_LIST,
	M_KVM_MM,
	M_KVM_USERSPACE_PID,
	M_KVM_ONLINE_VCPUS,
	M_KVM_VCPU_ARRAY,
	M_KVM_VCPUS,
	M_KVM_VCPU_ID,
	M_KVM_VCPU_APIC,
	M_KVM_LAPIC_REGS,
	/* the kernel's log: a ring of descriptors, or before 5.10 one buffer */
	M_PRB_DESC_COUNT_BITS,
	M_PRB_DESCS,
	M_PRB_INFOS,
	M_PRB_HEAD_ID,
	M_PRB_TAIL_ID,
	M_PRB_TEXT_SIZE_BITS,
	M_PRB_TEXT,
	M_PRB_DESC_STATE,
	M_PRB_DESC_BEGIN,
	M_PRB_DESC_NEXT,
	M_PRINTK_INFO_SEQ,
	M_PRINTK_INFO_TIME,
	M_PRINTK_INFO_LEN,
	M_PRINTK_LOG_TIME,
	M_PRINTK_LOG_LEN,
	M_PRINTK_LOG_TEXT_LEN,
	/* the DMA layer's allocator of IOVAs */
	M_DOMAIN_COOKIE,
	M_DOMAIN_COOKIE_TYPE,
	M_DOMAIN_APERTURE_END,
	M_DOMAIN_APERTURE_FORCED,
	M_COOKIE_TYPE,
	M_COOKIE_IOVAD,
	M_COOKIE_FQ,	       /* per CPU, or the only one */
	M_COOKIE_FQ_STARTED,
	M_COOKIE_FQ_FINISHED,
	M_COOKIE_FQ_KIND,
	M_IOVAD_FQ,
	M_IOVAD_FQ_STARTED,
	M_IOVAD_FQ_FINISHED,
	M_IOVAD_ROOT,
	M_IOVAD_GRANULE,
	M_IOVAD_START,
	M_IOVAD_DMA32,
	M_IOVAD_MAX32,
	M_IOVAD_RCACHES,
	M_IOVA_NODE,
	M_IOVA_HI,
	M_IOVA_LO,
	M_RCACHE_DEPOT_SIZE,
	M_RCACHE_DEPOT,
	M_RCACHE_CPUS,
	M_CPU_RCACHE_LOADED,
	M_CPU_RCACHE_PREV,
	M_MAGAZINE_SIZE,
	M_MAGAZINE_PFNS,
	M_FQ_ENTRIES,
	M_FQ_HEAD,
	M_FQ_TAIL,
	M_FQ_MASK,
	M_FQ_ENTRY_PFN,
	M_FQ_ENTRY_PAGES,
	M_FQ_ENTRY_COUNTER,
	M_DEVICE_DMA_MASK,
	M_DEVICE_BUS_LIMIT,
	/* what a host bridge keeps for itself */
	M_PCI_BUS_PARENT,
	M_PCI_BUS_BRIDGE,
	M_HOST_BRIDGE_DEV,
	M_HOST_BRIDGE_WINDOWS,
	M_RESOURCE_ENTRY_NODE,
	M_RESOURCE_ENTRY_RES,
	M_RESOURCE_ENTRY_OFFSET,
	M_RESOURCE_FLAGS,
	/* VFIO's limit of mappings */
	M_VFIO_IOMMU_DMA_AVAIL,
	/* bounce buffers */
	M_TLB_DEFPOOL,
	M_TLB_POOLS,
	M_TLB_FORCED,
	M_TLB_FOR_ALLOC,
	M_TLB_TOTAL_USED,
	M_TLB_HIGH_WATER,
	M_TLB_TRANSIENT,
	M_POOL_NODE,
	M_POOL_START,
	M_POOL_END,
	M_POOL_NR_SLOTS,
	M_POOL_NR_AREAS,
	M_POOL_AREA_SLOTS,
	M_POOL_AREAS,
	M_POOL_SLOTS,
	M_TLB_AREA_USED,
	M_TLB_SLOT_LIST,
	M_DEVICE_TLB,
	M_UTS_NAME,
	M_UTS_NODE,
	M_UTS_RELEASE,
	M_UTS_MACHINE,
	/* what the DMA layer keeps of mappings to find mistakes of drivers */
	M_DMA_BUCKET_LIST,
	M_DMA_ENTRY_LINK,
	M_DMA_ENTRY_DEV,
	M_DMA_ENTRY_ADDR,
	M_DMA_ENTRY_SIZE,
	M_DMA_ENTRY_TYPE,
	M_DMA_ENTRY_DIRECTION,
	M_DMA_ENTRY_PADDR,
	M_DMA_ENTRY_PFN,
	M_DMA_ENTRY_OFFSET,
	M_DMA_ENTRY_MAP_ERR,
	M_DMA_ENTRY_STACK_LEN,
	M_DMA_ENTRY_STACK,
	/* and how often each page of memory is mapped */
	M_SECTION_PAGE_EXT,
	M_PAGE_EXT_OFFSET,
	M_IOMMU_DEBUG_REF,
	NR_COMMON_MEMBERS
};

/* Each table has a range of ids to itself. */
#define LAYOUT_RANGE	  256u
#define LAYOUT_MAX_TABLES 8u
#define LAYOUT_IDS	  (LAYOUT_RANGE * LAYOUT_MAX_TABLES)

/* Structs that rows choose by a witness. */
#define LAYOUT_MAX_WITNESSES 32u

/* Enumerators of kernel enums; OPTIONAL all, since each is of some kernels only. */
enum enumerator_id {
	E_PG_RESERVED,
	E_PG_SLAB,
	E_PGTY_BUDDY,
	E_PGTY_SLAB,
	E_PGTY_TABLE,
	E_MEMCG_DATA_KMEM,
	E_PASID_ARRAY_HANDLE,
	E_RESV_DIRECT_RELAXABLE,
	E_DMA_DEBUG_SINGLE,
	E_DMA_DEBUG_PAGE,
	E_DMA_DEBUG_SG,
	E_DMA_DEBUG_COHERENT,
	E_DMA_DEBUG_RESOURCE,
	E_DMA_DEBUG_NONCOHERENT,
	E_DMA_DEBUG_PHY,
	NR_ENUMERATORS
};

enum type_id {
	T_PAGE,
	T_ACPI_DESC,
	T_PRB_DESC,
	T_PRINTK_INFO,
	T_PRINTK_LOG,
	T_IOVA_RCACHE,
	T_IOVA_FQ_ENTRY,
	T_TLB_AREA,
	T_TLB_SLOT,
	T_DMA_BUCKET,
	T_MEM_SECTION,
	NR_TYPES
};

/* Who knew it. */
enum layout_source {
	FROM_NAMELIST, /* the target: in crash, its gdb and the namelist it was given */
	FROM_BTF,      /* the BTF that the dump itself has */
};

/* Which of the target's structs of one name has a row's witness. */
enum layout_scope {
	SCOPE_NONE,
	SCOPE_ANY,    /* the one that the target answers with by itself */
	SCOPE_MODULE, /* the one that the module's code means */
	SCOPE_FILE,   /* the one that the file of the row's function means */
};

struct alternative; /* iommu/layout_rows.h */

struct layout {
	unsigned generation; /* of the target's types: what is missing is missing in this one */
	unsigned changes;    /* how often layout_refresh() found a reason to ask again */
	struct {
		bool found, missing;
		enum layout_source source;
		const char *module; /* FROM_BTF: whose; NULL: vmlinux's */
		struct member member;
		struct failure unread; /* missing: what might have known it and could not be read */
	} member[LAYOUT_IDS];
	struct {
		bool found, missing;
		struct failure unread;
		uint64_t size;
	} type[NR_TYPES];
	struct {
		bool found, missing;
		int64_t value;
	} enumerator[NR_ENUMERATORS];
	struct {
		const struct alternative *of;
		enum layout_scope where;
	} witness[LAYOUT_MAX_WITNESSES]; /* those the target was asked for */
	unsigned nr_witnesses;
	struct btf_types *btf; /* see iommu/btf_types.h */
};

void layout_release(struct layout *layout);

/* Called when a command starts: what was missing is asked for again when the target, or the list of
 * modules in a live system, has changed. */
void layout_refresh(struct layout *layout, struct target *target);

/* OK or MISSING. What was found is remembered, and so is what is missing, until layout_refresh()
 * finds a reason to ask again (a gdb inside crash can lose memory at questions it cannot answer). */
enum status layout_member(struct layout *layout, struct target *target, unsigned id,
			  struct member *ret);
enum status layout_enumerator(struct layout *layout, struct target *target, enum enumerator_id id,
			      int64_t *ret);
enum status layout_type(struct layout *layout, struct target *target, enum type_id id,
			uint64_t *ret);

/* Why layout_member(), or layout_type(), did not know it: MISSING, with its name; or what could not be read and
 * might have known it. */
struct failure layout_member_failure(const struct layout *layout, unsigned id, struct arena *arena);
struct failure layout_type_failure(const struct layout *layout, enum type_id id);

/* Some member is not known because of that failure. */
bool layout_lacks_by(const struct layout *layout, struct failure failure);

/* Asks for all there is, so that a target that keeps what it was asked has the answers. */
void layout_ask_all(struct layout *layout, struct target *target);

/* "iommu_group.id": the newest spelling, for sentences. */
const char *layout_member_name(unsigned id, struct arena *arena);
const char *layout_type_name(enum type_id id);

/* Whether an answer depends on it in every kernel; false too for an id that no table has. */
bool layout_member_required(unsigned id);

/* The nth spelling of a row, newest first; false past the last. *module: NULL for a struct of
 * vmlinux. For tests that ask other sources the same. */
bool layout_alternative(unsigned id, unsigned nth, const char **type, const char **path,
			const char **module);

/* The member by which the struct of that spelling is told from others of its name, or NULL: no
 * other has its name. */
const char *layout_witness(unsigned id, unsigned nth);

/* That spelling is of a bit-field: only sources that know bits are asked for it. */
bool layout_is_bits(unsigned id, unsigned nth);

/* Members were asked for, and none was found in any source. */
bool layout_knows_nothing(const struct layout *layout);

/* Why a module's structs cannot be known, or NULL: words for a sentence. */
const char *layout_btf_problem(const struct layout *layout);

/* Whether what parses BTF is on the machine on which the target was asked. */
enum btf_library layout_btf_library(struct layout *layout, struct target *target);

#endif
