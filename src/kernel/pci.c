// SPDX-License-Identifier: GPL-2.0-or-later
/* PCI devices, found through pci_root_buses: the bus type's own list moved too often. */
#include "inventory.h"

#include "iommu/arch.h"
#include "iommu/steps.h"

#include <stdio.h>
#include <string.h>

/* A bus hierarchy cannot be deeper than there are bus numbers. */
#define MAX_DEPTH 256

static bool is_pci_device(struct kernel *k, struct kva dev)
{
	struct kva bus, pci_bus_type;
	struct failure failure = kernel_symbol(k, "pci_bus_type", &pci_bus_type);

	if (failed(failure)) {
		kernel_leave_unreported(k, failure);
		return false;
	}
	return !failed(kernel_read_pointer(k, dev, M_DEVICE_BUS, &bus)) &&
	       bus.v == pci_bus_type.v;
}

const char *sbdf_word(struct kernel *k, uint32_t sbdf)
{
	return arena_printf(k->arena, "%04x:%02x:%02x.%x", sbdf >> 16, sbdf >> 8 & 0xff, sbdf >> 3 & 0x1f, sbdf & 7);
}

static struct failure read_sbdf(struct kernel *k, struct kva pci_dev, uint32_t *ret)
{
	uint64_t devfn, bus_number, segment = 0;
	struct kva bus;
	struct failure failure = kernel_read_pointer(k, pci_dev, M_PCI_DEV_BUS, &bus);

	if (!failed(failure))
		failure = kernel_read_member(k, pci_dev, M_PCI_DEV_DEVFN, &devfn);
	if (!failed(failure))
		failure = kernel_read_member(k, bus, M_PCI_BUS_NUMBER, &bus_number);
	if (!failed(failure))
		failure = kernel_arch(k)->pci_segment(k, bus, &segment);
	if (!failed(failure) && (devfn > 0xff || bus_number > 0xff)) {
		failure = failure_at(STATUS_DAMAGED, pci_dev.v);
		kernel_leave_unreported(k, failure);
	}
	/* Some hosts have segments of their own, beyond those of firmware (Intel VMD): no id of this form. */
	if (!failed(failure) && segment > 0xffff)
		failure = failure_of(STATUS_ABSENT);
	if (!failed(failure))
		*ret = (uint32_t)(segment << 16 | bus_number << 8 | devfn);
	return failure;
}

const char *inventory_name(struct kernel *k, struct kva dev)
{
	struct kva at;
	const char *name;

	if (failed(kernel_read_pointer(k, dev, M_DEVICE_KOBJ_NAME, &at)) ||
	    failed(kernel_read_string(k, at, &name)))
		return NULL;
	return name;
}

const char driver_unreadable[] = "<unreadable>";

bool device_driver_known(const struct device *dev)
{
	return dev->driver != driver_unreadable;
}

static const char *read_driver(struct kernel *k, struct kva dev)
{
	struct kva driver, name_at;
	const char *name;

	if (failed(kernel_read_pointer(k, dev, M_DEVICE_DRIVER, &driver)))
		return driver_unreadable;
	if (kva_is_null(driver))
		return NULL;
	if (failed(kernel_read_pointer(k, driver, M_DRIVER_NAME, &name_at)) ||
	    failed(kernel_read_string(k, name_at, &name)))
		return driver_unreadable;
	return name;
}

static struct device *new_device(struct kernel *k, struct kva at)
{
	struct device *dev = arena_alloc(k->arena, sizeof(*dev));
	struct kva pci_dev;

	dev->at = at;
	dev->is_pci = is_pci_device(k, at) &&
		      !failed(kernel_container_of(k, at, M_PCI_DEV_DEV, &pci_dev)) &&
		      !failed(read_sbdf(k, pci_dev, &dev->sbdf));
	dev->has_sbdf = dev->is_pci;
	dev->name = dev->is_pci ? sbdf_word(k, dev->sbdf) : inventory_name(k, at);
	if (!dev->name)
		dev->name = arena_printf(k->arena, "device@%llx", (unsigned long long)at.v);
	dev->driver = read_driver(k, at);
	dev->knows_group = kernel_has_member(k, M_DEVICE_GROUP) &&
			   !failed(kernel_read_pointer(k, at, M_DEVICE_GROUP, &dev->group_at));
	return dev;
}

struct device *inventory_device(struct kernel *k, struct inventory *inv, struct kva at)
{
	struct device *dev = u64map_get(&inv->device_at, at.v);

	if (dev)
		return dev;
	dev = new_device(k, at);
	ptrs_push(k->arena, &inv->devices, dev);
	u64map_add(k->arena, &inv->device_at, at.v, dev);
	inventory_device_facts(k, inv, dev); /* now, while the pages it is in are at hand */
	return dev;
}

/* A damaged list may lead to a bus again: each is walked once. */
static struct failure walk_bus(struct kernel *k, struct inventory *inv, struct kva bus,
			       struct steps *buses, unsigned depth)
{
	struct ptrs pci_devs = { 0 }, children = { 0 };
	struct kva head, dev;
	struct failure failure = steps_take(buses, bus.v), first = NO_FAILURE;

	if (!failed(failure) && depth > MAX_DEPTH)
		failure = failure_at(STATUS_DAMAGED, bus.v);
	if (failed(failure))
		return failure;
	failure = kernel_member_at(k, bus, M_PCI_BUS_DEVICES, &head);
	if (!failed(failure))
		failure = kernel_list(k, head, M_PCI_DEV_BUS_LIST, &pci_devs);
	first = first_failure(first, failure);
	for (size_t i = 0; i < pci_devs.nr; i++) {
		if (target_interrupted(k->target))
			return failure_of(STATUS_INTERRUPTED);
		failure = kernel_member_at(k, *(struct kva *)pci_devs.at[i], M_PCI_DEV_DEV, &dev);
		if (failed(failure))
			return failure;
		inventory_device(k, inv, dev);
	}
	failure = kernel_member_at(k, bus, M_PCI_BUS_CHILDREN, &head);
	if (!failed(failure))
		failure = kernel_list(k, head, M_PCI_BUS_NODE, &children);
	first = first_failure(first, failure);
	for (size_t i = 0; i < children.nr; i++) {
		failure = walk_bus(k, inv, *(struct kva *)children.at[i], buses, depth + 1);
		first = first_failure(first, failure);
		if (failure.status == STATUS_INTERRUPTED)
			return failure;
	}
	return first;
}

struct failure inventory_pci_devices(struct kernel *k, struct inventory *inv)
{
	struct ptrs roots = { 0 };
	struct steps buses = steps_through_tree(k->target, k->arena, kernel_max_nodes(k));
	struct kva head;
	struct failure failure = kernel_symbol(k, "pci_root_buses", &head);
	struct failure first;

	if (!failed(failure))
		failure = kernel_list(k, head, M_PCI_BUS_NODE, &roots);
	first = failure;
	for (size_t i = 0; i < roots.nr; i++) {
		failure = walk_bus(k, inv, *(struct kva *)roots.at[i], &buses, 0);
		first = first_failure(first, failure);
		if (failure.status == STATUS_INTERRUPTED)
			return failure;
	}
	return first;
}
