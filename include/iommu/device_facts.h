/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * More of a device than every command needs: what it is, which ids its requests may carry, what it may
 * do beside plain DMA. Each value says whether this kernel knows it.
 */
#ifndef IOMMU_DEVICE_FACTS_H
#define IOMMU_DEVICE_FACTS_H

#include "iommu/kernel.h"

struct number_fact {
	bool known;
	uint64_t value; /* of a flag: 0 or 1 */
};

/* A member of a struct that some kernels do not have. */
struct number_fact kernel_read_fact(struct kernel *k, struct kva at, unsigned id);

/* What the PCI core knows (struct pci_dev). */
struct pci_facts {
	struct number_fact vendor, device, class_code; /* class_code: base, sub, interface */
	struct number_fact untrusted;		       /* it sits behind an external port */
	/* Where the capability is in configuration space (0: the device has none), and whether it is on. */
	struct number_fact ats_cap, pri_cap, pasid_cap;
	struct number_fact ats_enabled, pri_enabled, pasid_enabled;
	bool aliases_known;
	struct ptrs aliases; /* uint32_t *: PCI addresses that its requests may carry beside its own, by
			      * pci_dev.dma_alias_mask (quirks) */
};

/* It sits behind a port that firmware calls external (Thunderbolt). */
bool kernel_is_untrusted(struct kernel *k, const struct device *dev);

/* The bridge to the bus that the PCI device is on, as a struct device, like dev; null: it is on a root bus. */
struct failure kernel_pci_bridge(struct kernel *k, struct kva dev, struct kva *ret);

/* The physical function that a virtual one is of; null: it is none. */
struct failure kernel_pci_physfn(struct kernel *k, struct kva dev, struct kva *ret);

void kernel_pci_facts(struct kernel *k, const struct device *dev, struct pci_facts *ret);

/* What the IOMMU's driver keeps of the device, by its struct device: dev->iommu->priv, or archdata.iommu before v5.10.
 * Null: nothing. */
struct failure kernel_driver_data(struct kernel *k, struct kva dev, struct kva *ret);

/* What the IOMMU's driver believes it turned on. */
struct driver_facts {
	struct kva at; /* its data on the device; null: none */
	struct number_fact ats, ats_qdep, pri, pasid, max_pasids;
};

#endif
