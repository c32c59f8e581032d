// SPDX-License-Identifier: GPL-2.0-or-later
/* What struct pci_dev says of a device beside its place, and where its IOMMU's driver keeps what it has of it. */
#include "iommu/device_facts.h"

#include "iommu/read.h"

#define NR_DEVFNS 256 /* MAX_NR_DEVFNS: bits of dma_alias_mask, the functions of the device's bus */

struct number_fact kernel_read_fact(struct kernel *k, struct kva at, unsigned id)
{
	struct number_fact fact = { 0 };

	fact.known = kernel_has_member(k, id) &&
		     !failed(kernel_read_member(k, at, id, &fact.value));
	return fact;
}

/* A member that every kernel has: when it is missing, that is kept as a failure for a sentence. */
static struct number_fact read_always(struct kernel *k, struct kva at, unsigned id)
{
	struct number_fact fact = { 0 };

	fact.known = !failed(kernel_read_member(k, at, id, &fact.value));
	return fact;
}

static void read_aliases(struct kernel *k, const struct device *dev, struct kva pci_dev,
			 struct pci_facts *ret)
{
	uint64_t mask[NR_DEVFNS / 64];
	struct kva at;

	if (failed(kernel_read_pointer(k, pci_dev, M_PCI_DEV_ALIAS_MASK, &at)))
		return;
	if (!kva_is_null(at) && failed(kernel_read(k, at, mask, sizeof(mask))))
		return;
	ret->aliases_known = true;
	for (uint32_t devfn = 0; !kva_is_null(at) && devfn < NR_DEVFNS; devfn++) {
		uint32_t sbdf = (dev->sbdf & ~0xffu) | devfn, *copy;

		if (!(mask[devfn / 64] >> (devfn % 64) & 1) || sbdf == dev->sbdf)
			continue;
		copy = arena_alloc(k->arena, sizeof(*copy));
		*copy = sbdf;
		ptrs_push(k->arena, &ret->aliases, copy);
	}
}

void kernel_pci_facts(struct kernel *k, const struct device *dev, struct pci_facts *ret)
{
	struct kva at;

	*ret = (struct pci_facts){ 0 };
	if (!dev->is_pci || failed(kernel_container_of(k, dev->at, M_PCI_DEV_DEV, &at)))
		return;
	ret->vendor = read_always(k, at, M_PCI_DEV_VENDOR);
	ret->device = read_always(k, at, M_PCI_DEV_DEVICE);
	ret->class_code = read_always(k, at, M_PCI_DEV_CLASS);
	ret->untrusted = kernel_read_fact(k, at, M_PCI_DEV_UNTRUSTED);
	ret->ats_cap = kernel_read_fact(k, at, M_PCI_DEV_ATS_CAP);
	ret->pri_cap = kernel_read_fact(k, at, M_PCI_DEV_PRI_CAP);
	ret->pasid_cap = kernel_read_fact(k, at, M_PCI_DEV_PASID_CAP);
	ret->ats_enabled = kernel_read_fact(k, at, M_PCI_DEV_ATS_ENABLED);
	ret->pri_enabled = kernel_read_fact(k, at, M_PCI_DEV_PRI_ENABLED);
	ret->pasid_enabled = kernel_read_fact(k, at, M_PCI_DEV_PASID_ENABLED);
	read_aliases(k, dev, at, ret);
}

/* struct pci_dev to the struct device in it; a null pointer stays one. */
static struct failure device_of(struct kernel *k, struct kva pci_dev, struct kva *ret)
{
	*ret = pci_dev;
	return kva_is_null(pci_dev) ? NO_FAILURE : kernel_member_at(k, pci_dev, M_PCI_DEV_DEV, ret);
}

struct failure kernel_pci_bridge(struct kernel *k, struct kva dev, struct kva *ret)
{
	struct kva pci_dev, bus;
	struct failure failure = kernel_container_of(k, dev, M_PCI_DEV_DEV, &pci_dev);

	*ret = kva_of(0);
	if (!failed(failure))
		failure = kernel_read_pointer(k, pci_dev, M_PCI_DEV_BUS, &bus);
	if (!failed(failure))
		failure = kernel_read_pointer(k, bus, M_PCI_BUS_SELF, &pci_dev);
	return failed(failure) ? failure : device_of(k, pci_dev, ret);
}

struct failure kernel_driver_data(struct kernel *k, struct kva dev, struct kva *ret)
{
	struct kva dev_iommu;
	struct failure failure;

	*ret = kva_of(0);
	if (!kernel_has_member(k, M_DEVICE_IOMMU_PRIV) || !kernel_has_member(k, M_DEV_IOMMU_PRIV))
		return kernel_read_pointer(k, dev, M_DEVICE_ARCH_IOMMU, ret);
	failure = kernel_read_pointer(k, dev, M_DEVICE_IOMMU_PRIV, &dev_iommu);
	if (failed(failure) || kva_is_null(dev_iommu))
		return failure;
	return kernel_read_pointer(k, dev_iommu, M_DEV_IOMMU_PRIV, ret);
}

struct failure kernel_pci_physfn(struct kernel *k, struct kva dev, struct kva *ret)
{
	struct kva pci_dev;
	uint64_t is_virtual;
	struct failure failure;

	*ret = kva_of(0);
	if (!kernel_has_member(k, M_PCI_DEV_IS_VIRTFN) || !kernel_has_member(k, M_PCI_DEV_PHYSFN))
		return NO_FAILURE;
	failure = kernel_container_of(k, dev, M_PCI_DEV_DEV, &pci_dev);
	if (!failed(failure))
		failure = kernel_read_member(k, pci_dev, M_PCI_DEV_IS_VIRTFN, &is_virtual);
	if (failed(failure) || !is_virtual)
		return failure;
	failure = kernel_read_pointer(k, pci_dev, M_PCI_DEV_PHYSFN, &pci_dev);
	return failed(failure) ? failure : device_of(k, pci_dev, ret);
}

bool kernel_is_untrusted(struct kernel *k, const struct device *dev)
{
	struct number_fact fact;
	struct kva at;

	if (!dev->is_pci || !kernel_has_member(k, M_PCI_DEV_UNTRUSTED) ||
	    failed(kernel_container_of(k, dev->at, M_PCI_DEV_DEV, &at)))
		return false;
	fact = kernel_read_fact(k, at, M_PCI_DEV_UNTRUSTED);
	return fact.known && fact.value;
}
