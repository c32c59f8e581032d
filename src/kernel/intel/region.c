// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the VT-d driver keeps out of DMA: the window of interrupts, the memory that firmware wants one to one (RMRR), and
 * for an ISA bridge the first 16 MiB, which a floppy controller may use, in kernels built with
 * CONFIG_INTEL_IOMMU_FLOPPY_WA. Linux drivers/iommu/intel/iommu.c, intel_iommu_get_resv_regions().
 */
#include "dmar.h"

#include "iommu/device_facts.h"
#include "iommu/iova.h"
#include "iommu/space.h"
#include "kernel/pieces.h"

#define MSI_FIRST 0xfee00000ULL
#define MSI_LAST  0xfeefffffULL
#define ISA_LAST  0xffffffULL

#define CLASS_BRIDGE_ISA   0x0601 /* base and sub class, as include/linux/pci_ids.h has them */
#define CLASS_SERIAL_USB   0x0c03
#define BASE_CLASS_DISPLAY 0x03

#define MAX_DEPTH 256 /* there are no more bus numbers */

struct asking {
	struct kernel *k;
	const struct device *dev;
	bool relaxable; /* the kernel lets user space have the device in spite of it */
	struct ptrs *ret;
};

static struct reserved_region *push_direct(const struct asking *ask, uint64_t start, uint64_t last,
					   bool relaxable)
{
	struct reserved_region *region =
		add_region(ask->k, ask->ret, start, last, relaxable ? "direct-relaxable" : "direct");

	region->unity = region->read = region->write = true;
	intel_rmrr_pages(start, last, &region->first_page, &region->last_page);
	return region;
}

/* ---- the RMRRs, read once for all devices of a command: a server may have dozens of both ---- */

struct rmrr {
	uint64_t base, last;
	struct ptrs devices;	/* struct kva: struct device that its scopes name */
	struct failure failure; /* why they are not all */
};

struct rmrrs {
	struct ptrs list; /* struct rmrr */
	struct failure failure;
};

static const char rmrrs_key; /* among the notes of a command */

static void read_rmrr(struct kernel *k, struct kva at, struct rmrr *ret)
{
	ret->failure = kernel_read_member(k, at, M_INTEL_RMRR_BASE, &ret->base);
	if (!failed(ret->failure))
		ret->failure = kernel_read_member(k, at, M_INTEL_RMRR_END, &ret->last);
	if (!failed(ret->failure))
		ret->failure = intel_scope_devices(k, intel_dmar_list(DMAR_RMRR), at, &ret->devices);
}

static void read_rmrrs(struct kernel *k, struct rmrrs *ret)
{
	struct ptrs found = { 0 };
	struct kva head;

	ret->failure = kernel_symbol(k, "dmar_rmrr_units", &head);
	if (!failed(ret->failure))
		ret->failure = kernel_list(k, head, M_INTEL_RMRR_LIST, &found);
	for (size_t i = 0; i < found.nr; i++) {
		struct rmrr *rmrr = arena_alloc(k->arena, sizeof(*rmrr));

		read_rmrr(k, *(struct kva *)found.at[i], rmrr);
		ptrs_push(k->arena, &ret->list, rmrr);
	}
}

static const struct rmrrs *rmrrs_of(struct kernel *k)
{
	struct rmrrs *rmrrs = u64map_get(&k->notes, (uintptr_t)&rmrrs_key);

	if (rmrrs)
		return rmrrs;
	rmrrs = arena_alloc(k->arena, sizeof(*rmrrs));
	read_rmrrs(k, rmrrs);
	u64map_add(k->arena, &k->notes, (uintptr_t)&rmrrs_key, rmrrs);
	return rmrrs;
}

/* ---- whom they name ---- */

/* The device itself, and the bridges above it. */
struct way_up {
	struct kva at[MAX_DEPTH];
	unsigned nr;
	struct failure failure; /* why there may be more */
};

static void read_way_up(const struct asking *ask, struct way_up *ret)
{
	struct kva dev = ask->dev->at;

	ret->nr = 0;
	ret->failure = NO_FAILURE;
	while (ret->nr < MAX_DEPTH && !kva_is_null(dev) && !failed(ret->failure)) {
		ret->at[ret->nr++] = dev;
		if (!ask->dev->is_pci)
			break;
		ret->failure = kernel_pci_bridge(ask->k, dev, &dev);
	}
}

static bool is_on(const struct way_up *way, struct kva scope_dev)
{
	for (unsigned i = 0; i < way->nr; i++) {
		if (way->at[i].v == scope_dev.v)
			return true;
	}
	return false;
}

static struct failure push_rmrr(const struct asking *ask, const struct rmrr *rmrr, const struct way_up *way)
{
	for (size_t i = 0; i < rmrr->devices.nr && !failed(rmrr->failure); i++) {
		if (is_on(way, *(const struct kva *)rmrr->devices.at[i]))
			push_direct(ask, rmrr->base, rmrr->last, ask->relaxable);
		else if (failed(way->failure))
			return way->failure;
	}
	return rmrr->failure;
}

static struct failure push_rmrrs(const struct asking *ask)
{
	const struct rmrrs *rmrrs = rmrrs_of(ask->k);
	struct failure failure = rmrrs->failure;
	struct way_up way;

	if (rmrrs->list.nr)
		read_way_up(ask, &way);
	for (size_t i = 0; i < rmrrs->list.nr; i++)
		failure = first_failure(failure, push_rmrr(ask, rmrrs->list.at[i], &way));
	return failure;
}

/* Kernels before v5.3 have no such type: all are strict, and the ISA bridge is no region. */
static bool has_relaxable(struct kernel *k)
{
	int64_t value;

	return layout_enumerator(k->layout, k->target, E_RESV_DIRECT_RELAXABLE, &value) == STATUS_OK;
}

/* Base, sub class and interface of a PCI device. */
static struct failure read_class(struct kernel *k, const struct device *dev, uint64_t *ret)
{
	struct kva pci_dev;
	struct failure failure;

	if (!dev->is_pci)
		return NO_FAILURE;
	failure = kernel_container_of(k, dev->at, M_PCI_DEV_DEV, &pci_dev);
	return failed(failure) ? failure : kernel_read_member(k, pci_dev, M_PCI_DEV_CLASS, ret);
}

/* Linux drivers/iommu/intel/iommu.c, device_rmrr_is_relaxable(). */
static bool is_relaxable_class(uint64_t class_code)
{
	return class_code >> 8 == CLASS_SERIAL_USB || class_code >> 16 == BASE_CLASS_DISPLAY;
}

/* Up to v6.5 device_is_rmrr_locked() in the driver; then dev_iommu.require_direct of the core, by the same regions. */
bool intel_is_locked(struct kernel *k, const struct device *dev)
{
	struct ptrs regions = { 0 };
	struct asking ask = { .k = k, .dev = dev, .ret = &regions };
	uint64_t class_code = 0;
	struct failure failure = read_class(k, dev, &class_code);

	if (!failed(failure) && !is_relaxable_class(class_code))
		failure = push_rmrrs(&ask);
	if (failed(failure))
		kernel_leave_unreported(k, failure);
	return regions.nr;
}

/* ---- the first 16 MiB ---- */

enum floppy { FLOPPY_IN, FLOPPY_OUT, FLOPPY_UNKNOWN };

#define ISA_PROBE 0x100000ULL /* below it, firmware has memory of its own: it may ask for that in an RMRR, too */

static bool is_mapped_to_itself(const struct route *route, uint64_t at)
{
	struct pt_translation t;

	pt_translate(route->space.memory, &route->space.root, iova_of(at), &t);
	return t.result == PT_MAPPED && t.pa.v == at;
}

static bool maps_floppy(struct kernel *k, struct domain *domain)
{
	static const uint64_t looked_at[] = { ISA_PROBE, (ISA_LAST + 1) / 2, ISA_LAST };
	struct route route;

	route_of_domain(k, domain, &route);
	if (!route.space.has_table || route.space.guest)
		return false;
	for (size_t i = 0; i < sizeof(looked_at) / sizeof(looked_at[0]); i++) {
		if (is_mapped_to_itself(&route, looked_at[i]))
			return true;
	}
	return false;
}

/* The regions of a group's first device are reserved in the allocator of its default domain (Linux
 * drivers/iommu/dma-iommu.c, iommu_dma_init_domain(): the first one sets the allocator up), and not those of the others. */
static bool is_first_of_group(const struct device *dev)
{
	const struct group *group = dev->group;

	return group && !failed(group->failure) && group->devices.nr && group->devices.at[0] == dev;
}

/* Whether this kernel was built with it: no variable says so. One that was has mapped these pages one to one in the
 * default domain of the bridge's group when it made that, if it is one that translates, and has reserved them there. It
 * was not where neither is so. */
static enum floppy find_floppy(struct kernel *k, const struct device *dev)
{
	struct domain *domain = dev->group ? dev->group->default_domain : NULL;
	bool is_taken;

	if (!domain)
		return FLOPPY_UNKNOWN;
	if (maps_floppy(k, domain))
		return FLOPPY_IN;
	if (failed(kernel_iova_is_taken(k, domain, ISA_PROBE, ISA_LAST, &is_taken)))
		return FLOPPY_UNKNOWN;
	return is_taken ? FLOPPY_IN : is_first_of_group(dev) ? FLOPPY_OUT : FLOPPY_UNKNOWN;
}

static void push_floppy(const struct asking *ask)
{
	enum floppy floppy = find_floppy(ask->k, ask->dev);
	struct reserved_region *region;

	if (floppy == FLOPPY_OUT)
		return;
	region = push_direct(ask, 0, ISA_LAST, true);
	region->by_driver = true;
	region->unsure = floppy == FLOPPY_UNKNOWN ? "where the kernel has CONFIG_INTEL_IOMMU_FLOPPY_WA" : NULL;
}

struct failure intel_reserved_regions(struct kernel *k, const struct device *dev, struct ptrs *ret)
{
	struct asking ask = { .k = k, .dev = dev, .ret = ret };
	bool can_relax = has_relaxable(k);
	uint64_t class_code = 0;
	struct failure failure = read_class(k, dev, &class_code);

	ask.relaxable = can_relax && is_relaxable_class(class_code);
	failure = first_failure(failure, push_rmrrs(&ask));
	if (can_relax && class_code >> 8 == CLASS_BRIDGE_ISA)
		push_floppy(&ask);
	add_region(k, ret, MSI_FIRST, MSI_LAST, "msi");
	return failure;
}
