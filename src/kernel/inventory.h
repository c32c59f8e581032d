/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files that build the inventory. While it is built everything is given `inv`: nothing asks
 * kernel_inventory() for what is not complete.
 */
#ifndef IOMMU_KERNEL_INVENTORY_H
#define IOMMU_KERNEL_INVENTORY_H

#include "iommu/read.h"
#include "iommu/vendor.h"

/* unit.c: the units of every driver, by the IOMMU core's list and the drivers' own. */
struct failure inventory_units(struct kernel *k, struct inventory *inv);

/* The unit that serves a device by the core's word, NULL in *ret: none. One that no list has is added. */
struct failure inventory_server(struct kernel *k, struct inventory *inv, struct kva dev,
				struct unit **ret);

/* What the core has as the unit of a device, struct iommu_device; null: none. Only where inv->core_tells_units. */
struct failure inventory_core_unit(struct kernel *k, struct kva dev, struct kva *ret);

/* pci.c: every PCI device of the machine, by way of the root buses. OK, or why the list is not whole. */
struct failure inventory_pci_devices(struct kernel *k, struct inventory *inv);

/* pci.c: the name of the struct device at that address; NULL: not readable. */
const char *inventory_name(struct kernel *k, struct kva dev);

/* The struct device at that address: the one in the inventory, or a new one in it. */
struct device *inventory_device(struct kernel *k, struct inventory *inv, struct kva at);

/* inventory.c: its units, ids and domain, by the vendors that run. The units are in inv already. */
void inventory_device_facts(struct kernel *k, struct inventory *inv, struct device *dev);

/* What stands for the name of a driver that could not be read: struct device.driver is this very
 * pointer then. */
extern const char driver_unreadable[];

/* domain.c: the domain at that address of a struct iommu_domain: the one in the inventory, or a new one in
 * it. vendor: whose it is when it is new; NULL: not known. NULL for a null pointer. */
struct domain *inventory_domain(struct kernel *k, struct inventory *inv,
				const struct vendor *vendor, struct kva at);

/* group.c: every IOMMU group with its devices, some of which no bus has told of, its domains, owner and
 * PASIDs. */
struct failure inventory_groups(struct kernel *k, struct inventory *inv);

/* pasid.c: what the PASIDs of a group are attached to. */
struct failure inventory_pasids(struct kernel *k, struct inventory *inv,
				const struct vendor *vendor, struct group *group);

#endif
