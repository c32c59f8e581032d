/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of this folder: what the VT-d driver keeps, as far as several of them need it. */
#ifndef IOMMU_KERNEL_INTEL_H
#define IOMMU_KERNEL_INTEL_H

#include "format/intel/caps.h"
#include "iommu/read.h"
#include "iommu/vendor.h"

#include "layout.h"

extern const struct vendor intel_vendor;

/* Every id of the VT-d driver: a PCI segment over a requester id of 16 bits. */
static inline uint16_t intel_segment_of(uint32_t id)
{
	return (uint16_t)(id >> 16);
}

static inline uint32_t intel_id(uint32_t segment, uint32_t source_id)
{
	return segment << 16 | (source_id & 0xffff);
}

/* ---- unit.c ---- */

/* What is read of a unit once and kept with the inventory. */
struct intel_unit {
	struct unit *unit;
	struct kva drhd;	/* struct dmar_drhd_unit */
	struct intel_caps caps;
	bool ignored;		/* it remaps no DMA, by the driver's decision */
	bool scalable;		/* its root table is of scalable mode */
	bool off;		/* TE is 0 in what the driver wrote last: it lets all DMA pass */
	struct kva root;	/* its root table; null: none, it remaps no DMA */
	struct failure failure; /* of reading where that is, or the mode that it is read in */
};

struct intel_machine {
	struct ptrs units; /* struct intel_unit */
};

const struct intel_machine *intel_machine(const struct inventory *inv);
/* NULL: none of those that are known. */
const struct intel_unit *intel_unit_at(const struct inventory *inv, uint64_t at);
const struct intel_unit *intel_unit_of(const struct inventory *inv, const struct unit *unit);

bool intel_is_active(struct kernel *k);
struct failure intel_collect_units(struct kernel *k, struct inventory *inv, struct ptrs *ret);
struct failure intel_core_of_unit(struct kernel *k, const struct unit *unit, struct kva *ret);
void intel_unit_facts(struct kernel *k, const struct unit *unit, struct unit_facts *ret);
const char *intel_unit_features(struct kernel *k, const struct unit *unit);

/* ---- device.c ---- */

struct failure intel_device_facts(struct kernel *k, const struct inventory *inv, struct device *dev,
				  struct kva *domain);
struct failure intel_stream_of_pci(struct kernel *k, uint32_t sbdf, struct stream *ret);
void intel_driver_facts(struct kernel *k, const struct device *dev, struct driver_facts *ret);

/* ---- entry.c ---- */

struct failure intel_read_entry(struct kernel *k, const struct stream *stream, struct entry *ret);
struct failure intel_scan_entries(struct kernel *k, const struct entry_visitor *visitor);

/* ---- domain.c ---- */

/* The driver's static domains: identity and blocking; null: this kernel has none. */
struct kva intel_static_domain(struct kernel *k, unsigned member);
void intel_domain_facts(struct kernel *k, const struct inventory *inv, struct domain *domain);
struct failure intel_iova_domain(struct kernel *k, const struct domain *domain, struct kva *ret);

#endif
