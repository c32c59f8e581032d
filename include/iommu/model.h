/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every Linux has of its IOMMUs: units, devices, groups, domains, and the inventory that holds them
 * all. The commands work on this model; src/kernel/ fills it, the vendors their part of it.
 */
#ifndef IOMMU_MODEL_H
#define IOMMU_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "iommu/addr.h"
#include "iommu/arena.h"
#include "iommu/failure.h"
#include "iommu/pt_walk.h"
#include "iommu/u64map.h"

struct vendor;
struct group;
struct domain;

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

struct unit { /* an IOMMU */
	const struct vendor *vendor; /* NULL: of a driver that nothing in this plugin decodes */
	struct kva core_at;	/* struct iommu_device; null: the core does not list it */
	struct kva at;		/* the driver's struct of it; null: only the core told of it */
	const char *name;	/* as the core calls it: "ivhd0", "dmar1"; NULL: not known */
	const char *driver;	/* of the device that the unit is, "arm-smmu-v3"; NULL: none or not known */
	int64_t index;		/* the driver's number for it; -1: not known */
	bool has_bdf;
	uint32_t sbdf;		/* its own PCI function */
	bool has_mmio;
	struct pa mmio;		/* its registers */
};

/*
 * An id by which an IOMMU tells requests apart: what its tables are indexed with. A device on x86 has its
 * own (segment << 16 | bus << 8 | devfn) and perhaps that of an alias; one behind an SMMU may have several
 * of 32 bits that have nothing to do with PCI.
 */
struct stream {
	const struct vendor *vendor; /* whose tables know it */
	struct unit *unit;	/* NULL: no unit is known to serve it */
	uint32_t id;
	const char *given_by;	/* who gave the device this id: "firmware"; NULL: it is the device's own */
};

/* An id of something that is no device of the kernel, and sends interrupts. */
struct special_stream {
	uint32_t id;
	const char *name;	/* "IO-APIC 34", "HPET 0" */
	const char *told_by;	/* "driver", "firmware" */
};

struct device {
	struct kva at;		/* struct device */
	const char *name;	/* "0000:a1:00.1", or what the kernel calls a device that is not PCI */
	bool is_pci;
	/* PCI: segment << 16 | bus << 8 | devfn. A device that is not PCI has one too where firmware gave it
	 * an id of that form. */
	bool has_sbdf;
	uint32_t sbdf;
	const char *driver;	/* NULL: none */
	struct group *group;	/* whose list has it, or else the one that it points to; NULL: none */
	const struct group *listed_in; /* whose list has it; NULL: none */
	struct kva group_at;	/* the struct iommu_group that it points to; null: none, or it is not known: */
	bool knows_group;	/* group_at is known */
	struct kva unknown_unit; /* what the driver says serves it is none of its units; null: it is, or none */
	struct ptrs streams;	/* struct stream: the first is its own. None: no IOMMU that is decoded serves it */
	struct unit *by_core;	/* the vendor's unit that serves it by the core's word; NULL: not known */
	struct unit *server;	/* without streams: the unit that serves it by the core's word; NULL: none */
	struct kva core_unit;	/* the struct iommu_device that serves it by the core's word; null: none, or not known */
	struct domain *domain;	/* what the driver says it is attached to; NULL: nothing known */
	/* A domain id that the hardware has for this device alone, whatever the id of its domain is: a
	 * device whose tables are chosen by PASID (Linux, AMD, 6.12 and later). 0: none. */
	uint32_t device_domain_id;
};

/* The unit that serves the device's own id; NULL: none, or none that is known. */
struct unit *device_unit(const struct device *dev);

/* That unit, or else the one that serves the device by the core's word, decoded or not; NULL: none. */
struct unit *device_server(const struct device *dev);

/* The first id beside its own that its requests carry, or NULL. */
const struct stream *device_alias(const struct device *dev);

struct group {
	struct kva at;		/* struct iommu_group */
	int64_t id;
	const char *name;	/* NULL: none */
	struct domain *default_domain, *blocking_domain, *domain; /* NULL: none, or not known */
	struct failure default_failure, domain_failure; /* why default_domain, or domain, is not known */
	bool tells_owner;	/* this kernel says whether a group is claimed for user space */
	bool is_claimed;	/* the group is claimed for user space */
	struct kva owner;	/* is_claimed: the object of the driver that claimed it; null: not known */
	struct failure owner_failure; /* why it is not, for those who show it */
	struct ptrs devices;	/* struct device */
	struct failure failure;	/* why the list of devices is not whole */
	struct ptrs pasids;	/* struct pasid_user: what its PASIDs are attached to */
};

/* The group is on another kind of domain than its default one: what sysfs does not show. */
bool group_is_off_default(const struct group *group);

/* Which default domain it has, and of which type, or that it has none, could be read. */
bool group_default_is_read(const struct group *group);

/* The same of the domain that it is on, too: so that false above means something. */
bool group_knows_default(const struct group *group);

/* The name of its driver, or that it has none, could be read. */
bool device_driver_known(const struct device *dev);

/* A device of the group is bound to a VFIO driver. */
bool group_has_vfio_driver(const struct group *group);

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

enum domain_shape { /* how the IOMMU driver stores it */
	DOMAIN_IN_DRIVER_STRUCT, /* inside the driver's struct of a domain, which has an id and a table */
	DOMAIN_BARE,		 /* a static struct iommu_domain and nothing around it */
	DOMAIN_OF_OTHERS,	 /* not a domain of this driver's page tables (SVA, nested), or of no vendor */
};

/* The number by which hardware knows a domain: one for all units on AMD, one a unit on VT-d. */
struct domain_id {
	const struct unit *unit; /* NULL: on every unit */
	uint32_t id;
	bool is_shared;		/* of no allocator: the driver gives it to several domains */
};

struct domain {
	struct kva at;		/* struct iommu_domain */
	const struct vendor *vendor; /* whose driver it belongs to; NULL: not known */
	struct kva driver_at;	/* the driver's struct around it; null: none */
	enum domain_shape shape;
	int64_t type;		/* enum domain_type, -1: not readable */
	struct ptrs ids;	/* struct domain_id */
	bool has_table;
	struct pt_root root;	/* has_table */
	bool may_start_lower;	/* a unit that walks fewer levels is given the table of address 0 that has so many */
	struct kva root_va;	/* the driver's pointer to the same table; null: not known */
	struct failure failure;	/* why has_table is false, if not by nature */
	struct failure ids_failure; /* why ids is empty, if not by nature */
	struct ptrs groups;	/* struct group, whose current domain it is */
	struct ptrs default_of;	/* struct group, whose default domain it is */
	struct ptrs blocking_of; /* struct group, whose blocking domain it is */
	struct ptrs devices;	/* struct device, attached to it */
};

/* What the driver has the device on, else what the core has its group on. NULL: neither is known. */
static inline struct domain *device_domain(const struct device *dev)
{
	return dev->domain ? dev->domain : dev->group ? dev->group->domain : NULL;
}

/* Whose table has what drivers map for the device through the DMA API: its group's default domain, whatever the group
 * is on now (Linux drivers/iommu/iommu.c, iommu_get_dma_domain()). Older kernels take the one that the device is on,
 * which is the default one while a driver of the kernel has the device. */
static inline struct domain *device_dma_domain(const struct device *dev)
{
	return dev->group && dev->group->default_domain ? dev->group->default_domain : device_domain(dev);
}

/* The id of a domain on a unit (NULL: on any). False: it has none there. */
bool domain_id_on(const struct domain *domain, const struct unit *unit, uint32_t *ret);

/* Some unit knows the domain by that id. */
bool domain_has_id(const struct domain *domain, uint32_t id);

/* The word of sysfs for a domain type; "?" for one that no kernel we know has. */
const char *domain_type_name(int64_t type);

/* An allocator of domain ids, against which the domains that were found are compared. */
struct id_allocator {
	const struct unit *unit; /* whose ids it hands out; NULL: those of all units of its vendor */
	const struct vendor *vendor;
	const char *kind;	/* "bitmap" or "ida" */
	const char *symbol;	/* its name in the kernel, or in the struct of the unit */
	uint32_t nr_ids;	/* how many it can hand out */
	uint32_t reserved;	/* ids below this are never handed out */
	bool keeps_old;		/* those that a crashed kernel had are kept back too */
	uint64_t *bits;		/* nr_ids bits */
	uint64_t nr_allocated;	/* bits set at or above `reserved` */
	uint64_t nr_set;	/* all bits set */
};

bool id_is_allocated(const struct id_allocator *ids, uint32_t id);
/* The first allocated id from `from` on; nr_ids: there is none. Of 65,536 ids few are. */
uint32_t id_next_allocated(const struct id_allocator *ids, uint32_t from);

/* A stretch of a device's address space that its driver must not use for DMA. */
struct reserved_region {
	uint64_t start, last;
	const char *type; /* the words of sysfs: "direct", "direct-relaxable", "msi", "reserved" */
	bool unity;	  /* Linux maps it one to one in a default domain, */
	bool read, write; /* with these permissions, */
	bool by_driver;	  /* of the driver's own accord: firmware asks for no such thing */
	const char *unsure; /* on what it depends that could not be told; NULL: it is so */
	uint64_t first_page, last_page; /* unity: what is mapped of it, first and last byte */
};

/* Everything there is. Each list holds what could be read of it; its failure says what could not. */
struct inventory {
	struct ptrs vendors; /* const struct vendor: those whose driver runs an IOMMU of this machine */
	struct ptrs units, devices, groups, domains;
	struct failure units_failure, devices_failure, groups_failure, domains_failure;
	struct failure facts_failure; /* of what vendors know of a device; devices_failure has it too */
	struct u64map device_at, domain_at; /* devices and domains by the address of the kernel's struct */
	bool may_have_others;	/* the core's list is not whole: there may be units of any driver */
	bool tells_servers;	/* units that no vendor tells the devices of: the core does */
	bool core_tells_units;	/* the core of this kernel says of a device which unit serves it (5.8 and later) */
	struct ptrs vendor_data; /* struct vendor_data: what a vendor found once and needs again */
	bool interrupted;	 /* the user broke off the building: it is not to be kept */
};

#endif
