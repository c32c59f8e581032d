/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this kernel says about its IOMMU: the model that commands work on, and the primitives that
 * src/kernel/ reads it with. Nothing here prints. Everything returned lives in the command's arena.
 */
#ifndef IOMMU_KERNEL_H
#define IOMMU_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "iommu/dma_state.h"
#include "iommu/arena.h"
#include "iommu/layout.h"
#include "iommu/pt_walk.h"
#include "iommu/target.h"
#include "iommu/u64map.h"

/* ---- the model ------------------------------------------------------------------------------ */

/* Linux include/linux/iommu.h, IOMMU_DOMAIN_*: the same numbers in every release that has them. */
enum domain_type {
	DOMAIN_BLOCKED = 0,
	DOMAIN_UNMANAGED = 1,
	DOMAIN_DMA = 3,
	DOMAIN_IDENTITY = 4,
	DOMAIN_DMA_FQ = 11,
	DOMAIN_SVA = 16,
	DOMAIN_PLATFORM = 32,
	DOMAIN_NESTED = 64,
};

struct group;
struct domain;

struct unit { /* an IOMMU */
	struct kva at;		/* struct amd_iommu */
	int64_t index;
	bool has_bdf;
	uint32_t sbdf;		/* its own PCI function */
	bool has_mmio;
	struct pa mmio;
};

struct device {
	struct kva at;		/* struct device */
	const char *name;	/* "0000:a1:00.1", or what the kernel calls a device that is not PCI */
	bool is_pci;
	/* device_has_id(): segment << 16 | bus << 8 | devfn. An IOMMU knows a device that is not PCI
	 * by an id that firmware gave it. */
	uint32_t sbdf;
	const char *driver;	/* NULL: none */
	struct group *group;	/* NULL: none */
	struct unit *unit;	/* NULL: no IOMMU serves it */
	bool has_alias;		/* the IOMMU sees another id than the device's own */
	uint32_t alias_sbdf;
	uint32_t own_id;	/* a domain id that the device alone has, or 0 */
	struct domain *domain;	/* what the driver says it is attached to; NULL: nothing known */
};

struct group {
	struct kva at;		/* struct iommu_group */
	int64_t id;
	const char *name;	/* NULL: none */
	struct domain *default_domain, *blocking_domain, *domain; /* NULL: none */
	bool has_owner;		/* this kernel tells owners apart */
	struct kva owner;	/* claimed for user space by the driver of this object; null: not */
	struct ptrs devices;	/* struct device */
	enum status status;	/* of the list of devices */
	struct ptrs pasids;	/* struct pasid_user: what its PASIDs are attached to */
};

/* A PASID of a group's devices, as the IOMMU core knows it. */
struct pasid_user {
	uint32_t pasid;
	struct domain *domain;
	bool has_table;		/* a process (SVA): its page table is the PASID's */
	struct pa table;
	bool has_task;
	int64_t pid;
	const char *comm;	/* NULL: not readable */
};

/* NULL: nothing is attached to that PASID, or this kernel does not say. */
const struct pasid_user *group_pasid_user(const struct group *group, uint32_t pasid);

enum domain_home { /* how the IOMMU driver stores it */
	HOME_PROTECTION_DOMAIN, /* inside a struct protection_domain */
	HOME_BARE,		/* a static struct iommu_domain and nothing around it */
	HOME_FOREIGN,		/* not a domain of this driver's page tables (SVA, nested) */
};

struct domain {
	struct kva at;		/* struct iommu_domain */
	struct kva driver_at;	/* struct protection_domain */
	enum domain_home home;
	int64_t type;		/* enum domain_type, -1: not readable */
	bool has_id;
	uint32_t id;
	bool has_table;
	struct pt_root root;	/* has_table */
	struct kva root_va;	/* the driver's pointer to the same table; null: not known */
	enum status status;	/* why has_table or has_id is false, if not by nature */
	const char *missing;	/* the symbol or member that status speaks of, or NULL */
	struct ptrs groups;	/* struct group, whose current domain it is */
	struct ptrs default_of;	/* struct group, whose default domain it is */
	struct ptrs blocking_of; /* struct group, whose blocking domain it is */
	struct ptrs devices;	/* struct device, attached to it */
};

/* The id allocator, against which the domains that were found are compared. */
struct id_allocator {
	const char *kind;	/* "bitmap" or "ida" */
	const char *symbol;
	uint32_t nr_ids;	/* how many it can hand out */
	uint32_t reserved;	/* ids below this are set but never handed out */
	uint64_t *bits;		/* nr_ids bits */
	uint64_t nr_allocated;	/* bits set at or above `reserved` */
	uint64_t nr_set;	/* all bits set */
};

bool id_is_allocated(const struct id_allocator *ids, uint32_t id);

struct reserved_region {
	uint64_t start, last;
	const char *type; /* the words of sysfs: "direct", "msi", "reserved" */
	bool unity;	  /* firmware wants it mapped one to one, */
	bool read, write; /* with these permissions */
};

/* The part of a device's entry that speaks of requests with a PASID. */
struct pasid_translation {
	bool valid;		  /* there is one */
	bool without_pasid;	  /* requests without a PASID are taken for those of PASID 0 */
	struct pt_root table;	  /* indexed by PASID; its pages are top tables of the next */
	uint8_t levels;		  /* of those tables, whose format is table.format->of_pasids */
	bool behind_host;	  /* those tables are at guest physical addresses: translation.root has them */
	bool table_behind_host;	  /* the PASID table itself too */
};

/* How the hardware translates for one device, by the device's own entry in the hardware's tables. */
struct translation {
	enum dma_state state;
	struct kva entry_at;	/* where that entry is */
	uint32_t domain_id;
	bool read, write;	/* what the entry allows before any table is asked */
	bool has_table;
	struct pt_root root;	/* has_table: the table of the host, below any of a PASID */
	struct pasid_translation pasids;
	bool remaps_irqs;	/* its interrupts go through a table */
	struct pa irq_table;	/* remaps_irqs; 0: none was allocated */
	uint32_t irq_entries;
	uint32_t last_sbdf;	/* ABSENT: the last id of that segment that a table covers, or 0 */
};

/* Everything there is, collected once per command. */
struct inventory {
	struct ptrs units, devices, groups, domains;
	struct u64map device_at, domain_at; /* devices and domains by their address */
	enum status units_status, devices_status, groups_status, domains_status;
	const char *units_missing, *devices_missing, *groups_missing, *domains_missing;
	uint64_t units_at, devices_at, groups_at, domains_at; /* addresses of failed reads */
};

/* A vendor's driver. Generic code reaches it only through this table. */
struct kernel;
struct driver_facts;
struct layout_table;
struct vendor {
	const char *name;	/* "AMD-Vi" */
	const struct layout_table *layout; /* members of its driver's structs; NULL: none */

	/* Whether this driver runs the machine's IOMMUs. */
	bool (*is_active)(struct kernel *k);
	enum status (*collect_units)(struct kernel *k, struct ptrs *ret);
	/* What a unit can do, in the short words of the kernel's boot line; NULL: not known. */
	const char *(*unit_features)(struct kernel *k, const struct unit *unit);
	/* Unit, alias, and the domain the driver has it attached to (null: none). */
	enum status (*device_facts)(struct kernel *k, struct device *dev, struct kva *domain);
	/* What stands around a struct iommu_domain: fills home, id and root. */
	void (*domain_facts)(struct kernel *k, struct domain *domain);
	/* Domains that no group has: addresses of struct iommu_domain, in ret as struct kva *. */
	enum status (*more_domains)(struct kernel *k, struct ptrs *ret);
	/* By segment and device id, whether or not such a device exists. ABSENT: no table covers
	 * that id. */
	enum status (*device_translation)(struct kernel *k, uint32_t sbdf,
					  struct translation *ret);
	/* Domains of type DMA are flushed in batches all the same: a kernel whose types do not say
	 * it. */
	bool (*flushes_lazily)(struct kernel *k);
	/* What the driver or firmware decided by itself: struct mode_reason in ret. */
	void (*mode_reasons)(struct kernel *k, struct ptrs *ret);
	/* ATS, PRI and PASID: see iommu/device_facts.h. */
	void (*driver_facts)(struct kernel *k, const struct device *dev, struct driver_facts *ret);
	enum status (*id_allocator)(struct kernel *k, struct id_allocator *ret);
	/* Regions that the driver keeps out of DMA for this device: struct reserved_region. */
	enum status (*reserved_regions)(struct kernel *k, const struct device *dev,
					struct ptrs *ret);
};

/* ---- one kernel ----------------------------------------------------------------------------- */

/* A failed read or a missing member that no sentence has spoken of yet. */
struct untold {
	enum status status;
	const char *missing; /* MISSING */
	uint64_t at;	     /* other failures */
};

#define MAX_UNTOLD 16

struct kernel {
	struct target *target;
	struct arena *arena;	     /* of the command */
	struct layout *layout;	     /* of the session */
	const struct vendor *vendor; /* NULL: no IOMMU that we know is active */
	const char *missing;	     /* what the last MISSING was about */
	uint64_t failed_at;	     /* address of the last read that failed */
	struct inventory *inventory; /* see kernel_inventory() */
	struct amd_segments_read *amd_segments; /* see amd_segments() */
	struct vms *vms;	     /* see iommu/kvm.h */
	uint64_t enc_mask;	     /* sme_me_mask */
	uint64_t max_tables;	     /* see kernel_max_tables(); 0: not asked yet */
	struct untold untold[MAX_UNTOLD];
	unsigned nr_untold; /* may be more than are kept */
};

/* Prepares k for a command: finds the vendor. layout outlives the command. */
void kernel_init(struct kernel *k, struct target *target, struct arena *arena,
		 struct layout *layout);

/* False when the kernel's banner (Linux init/version-timestamp.c) is not where the namelist has it:
 * then no symbol is where it says. True also when it cannot be read. crash looks for itself, but not
 * in a session with --minimal. */
bool kernel_fits_namelist(struct kernel *k);

/* The inventory, built at the first call. Never NULL: what could not be read is said in it. */
struct inventory *kernel_inventory(struct kernel *k);

/* Whether it has an id by which an IOMMU could know it: sbdf is valid. */
bool device_has_id(const struct device *dev);

struct device *kernel_find_device(struct kernel *k, uint32_t sbdf);
struct group *kernel_find_group(struct kernel *k, int64_t id);
/* By hardware id, or by address of the struct iommu_domain or of the driver's struct. An id that a device
 * alone has (what the hardware tags and reports for one behind a GCR3 table) leads to that device's. */
struct domain *kernel_find_domain(struct kernel *k, uint64_t id_or_address);

/* The word of sysfs for a domain type; "?" for one that no kernel we know has. */
const char *domain_type_name(int64_t type);

/* How many tables a page table can have at most: the page frames of the machine. */
uint64_t kernel_max_tables(struct kernel *k);

/* ---- mode ----------------------------------------------------------------------------------- */

struct kernel_mode {
	bool known;
	int64_t default_type;	    /* enum domain_type for devices without a rule of their own */
	bool by_command_line;	    /* the user asked for it */
	const char *options;	    /* the IOMMU options on the command line, or NULL */
};

struct mode_reason {
	const char *code; /* a stable word for programs */
	const char *text;
};

/* A crash kernel, started by kexec after a panic (kdump). */
bool kernel_is_kdump(struct kernel *k);

enum status kernel_mode(struct kernel *k, struct kernel_mode *ret);

/* The kernel was built with a driver for this (its symbols are there), whether active or not. */
bool kernel_has_amd_driver(struct kernel *k);
bool kernel_has_intel_driver(struct kernel *k);
bool kernel_intel_is_active(struct kernel *k);

/* The CPU with that APIC id; false when no such CPU is known. */
bool kernel_cpu_of_apic(struct kernel *k, uint32_t apic_id, uint32_t *ret);

/* ---- tables of the firmware ------------------------------------------------------------------ */

struct acpi_table {
	struct pa at;
	uint32_t length;      /* as the kernel's list of tables says */
	const uint8_t *bytes; /* `length` of them; NULL when status is not OK */
	enum status status;   /* of reading it */
};

/* The first ACPI table of that signature ("IVRS"). OK, also when the table itself cannot be read:
 * see its status. ABSENT: the firmware gave none. Anything else: the list cannot be read. */
enum status kernel_acpi_table(struct kernel *k, const char *signature, struct acpi_table *ret);

/* ---- what a physical page is ---------------------------------------------------------------- */

struct page_fact {
	enum status status;
	const char *resource;	/* /proc/iomem's words for what lies there; NULL: nothing */
	bool is_ram;
	const char *state;	/* "free", "reserved", "slab", "anonymous memory", ... or NULL */
	bool has_task;
	int64_t pid;
	const char *comm;
	bool has_vaddr;
	uint64_t vaddr;		/* in that task, of the byte asked for */
};

void kernel_describe_page(struct kernel *k, struct pa at, struct page_fact *ret);

/* ---- who holds a group ---------------------------------------------------------------------- */

/* A stretch of IOVA that a process asked VFIO to map. */
struct vfio_area {
	uint64_t iova, size;
	uint64_t vaddr;		/* in that process */
	bool read, write;	/* what the device was given */
	int64_t pid;		/* -1: not readable */
	const char *comm;	/* NULL: not readable */
};

/* VFIO's own view of a group (drivers/vfio, type 1). Modules: see iommu/btf_types.h. */
struct vfio_holder {
	struct kva group, container, iommu; /* struct vfio_group, vfio_container, vfio_iommu */
	struct kva kvm;			    /* the virtual machine it was added to, or null */
	struct ptrs areas;		    /* struct vfio_area, by IOVA */
	enum status areas_status;
};

/* The group is on another kind of domain than its default one: what sysfs does not show. */
bool group_is_off_default(const struct group *group);

/* A device of the group is bound to a VFIO driver. */
bool group_has_vfio_driver(const struct group *group);

/* The member by which groups tell their owner, for the sentence that it was not found. */
const char *kernel_owner_member(struct kernel *k);

/* OK; ABSENT: VFIO does not hold it; else why it cannot be told. */
enum status kernel_vfio_holder(struct kernel *k, const struct group *group,
			       struct vfio_holder *ret);

/* pid and name of a task; comm may be NULL. OK or why not. */
enum status kernel_read_task(struct kernel *k, struct kva task, int64_t *pid, const char **comm);

/* ---- reading -------------------------------------------------------------------------------- */
/* Each sets k->missing or k->failed_at when it fails, and remembers that as untold: a caller that can
 * do without says nothing, but the user learns in the end that something was not there. */

enum status kernel_read(struct kernel *k, struct kva at, void *buf, size_t len);

/* For failures that do not come out of the functions here; see above. */
void kernel_remember(struct kernel *k, enum status status, const char *missing, uint64_t at);
/* A sentence spoke of it. */
void kernel_told(struct kernel *k, enum status status, const char *missing, uint64_t at);

enum status kernel_symbol(struct kernel *k, const char *name, struct kva *ret);
bool kernel_has_member(struct kernel *k, unsigned id);

/* An unsigned little-endian number of 1, 2, 4 or 8 bytes. */
enum status kernel_read_number(struct kernel *k, struct kva at, uint64_t size, uint64_t *ret);
/* A bit-field too. */
enum status kernel_read_member(struct kernel *k, struct kva base, unsigned id,
			       uint64_t *ret);
enum status kernel_read_pointer(struct kernel *k, struct kva base, unsigned id,
				struct kva *ret);
/* A member that is signed in C. */
enum status kernel_read_signed(struct kernel *k, struct kva base, unsigned id,
			       int64_t *ret);
/* A NUL-terminated string, cut at 255 bytes. */
enum status kernel_read_string(struct kernel *k, struct kva at, const char **ret);

/* The variable behind a symbol. */
enum status kernel_read_variable(struct kernel *k, const char *name, uint64_t size,
				 uint64_t *ret);

enum status kernel_member_at(struct kernel *k, struct kva base, unsigned id,
			     struct kva *ret);
/* container_of(member, type, id). */
enum status kernel_container_of(struct kernel *k, struct kva member, unsigned id,
				struct kva *ret);

/* Adds an address to a list of struct kva *. */
void kernel_push(struct kernel *k, struct ptrs *list, struct kva at);

/* The structs on a struct list_head, each found through its embedded link: struct kva * in ret.
 * A list that does not come back to its head is DAMAGED; what was collected before stays. */
enum status kernel_list(struct kernel *k, struct kva head, unsigned link,
			struct ptrs *ret);

#endif
