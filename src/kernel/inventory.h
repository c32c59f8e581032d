/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of this room: how the inventory is built. */
#ifndef IOMMU_KERNEL_INVENTORY_H
#define IOMMU_KERNEL_INVENTORY_H

#include "iommu/kernel.h"

/* Every PCI device of the machine, by way of the root buses. OK, or why the list is not whole. */
enum status inventory_pci_devices(struct kernel *k, struct inventory *inv);

/* The struct device at that address: the one in the inventory, or a new one in it. */
struct device *inventory_device(struct kernel *k, struct inventory *inv, struct kva at);

/* What stands for the name of a driver that could not be read: struct device.driver is this very
 * pointer then. */
extern const char driver_unreadable[];

/* The domain at that address of a struct iommu_domain: the one in the inventory, or a new one in
 * it. NULL for a null pointer. */
struct domain *kernel_domain_at(struct kernel *k, struct kva at);

/* pasid.c: what the PASIDs of a group are attached to. */
enum status inventory_pasids(struct kernel *k, struct group *group);

/* Every IOMMU group, with its devices and domains. */
enum status inventory_groups(struct kernel *k, struct inventory *inv);

#endif
