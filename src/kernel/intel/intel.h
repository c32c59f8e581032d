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

/* Linux drivers/iommu/intel/pasid.h, FLPT_DEFAULT_DID: in scalable mode of all devices of a unit that pass, and
 * of all PASIDs that are a process's; from 6.12 on of those that pass in legacy mode too. */
#define SHARED_DID 1

/* ---- unit.c ---- */

/* What is read of a unit once and kept with the inventory. */
struct intel_unit {
	struct unit *unit;
	struct kva drhd;	/* struct dmar_drhd_unit */
	struct intel_caps caps;
	uint16_t segment;	/* of the PCI devices that it serves */
	bool ignored;		/* it remaps no DMA, by the driver's decision */
	bool scalable;		/* its root table is of scalable mode */
	bool extended;		/* its root table is an extended one, which is not decoded: failure says so */
	bool has_gcmd;
	uint32_t gcmd;		/* what the driver wrote last to the Global Command Register */
	bool off;		/* TE is 0 in that: it lets all DMA pass */
	struct kva root;	/* its root table; null: none, it remaps no DMA */
	struct kva copied;	/* a bit for each bus and function whose entry is still that of a crashed kernel;
				 * null: none is, or this kernel has no such bits */
	struct failure failure; /* of reading where that is, or the mode that it is read in */
};

struct intel_machine {
	struct ptrs units;	 /* struct intel_unit */
	unsigned nr_without;	 /* blocks of the firmware's table that the driver made no unit of */
};

const struct intel_machine *intel_machine(const struct inventory *inv);
/* NULL: none of those that are known. */
const struct intel_unit *intel_unit_at(const struct inventory *inv, uint64_t at);
const struct intel_unit *intel_unit_of(const struct inventory *inv, const struct unit *unit);

/* Kernels before v5.0 know no scalable mode, whatever the unit does. */
bool intel_knows_scalable(struct kernel *k);

/* The contexts that a crash kernel took over from the one that crashed, and has not replaced. False: it took none
 * over, or this kernel does not say. */
bool intel_nr_copied(struct kernel *k, const struct unit *unit, unsigned *ret);

bool intel_is_active(struct kernel *k);
struct failure intel_collect_units(struct kernel *k, struct inventory *inv, struct ptrs *ret);
struct failure intel_core_of_unit(struct kernel *k, const struct unit *unit, struct kva *ret);
void intel_unit_facts(struct kernel *k, const struct unit *unit, struct unit_facts *ret);
const char *intel_unit_features(struct kernel *k, const struct unit *unit);

/* ---- blocks.c ---- */

void intel_unit_blocks(struct kernel *k, const struct intel_unit *unit, struct unit_facts *ret);

/* ---- device.c ---- */

struct failure intel_device_facts(struct kernel *k, const struct inventory *inv, struct device *dev,
				  struct kva *domain);
/* The driver's struct of the device; null: it has none. */
struct failure intel_device_data(struct kernel *k, const struct device *dev, struct kva *ret);
struct failure intel_stream_of_pci(struct kernel *k, uint32_t sbdf, struct stream *ret);
void intel_driver_facts(struct kernel *k, const struct device *dev, struct driver_facts *ret);

/* ---- entry.c ---- */

struct failure intel_read_entry(struct kernel *k, const struct stream *stream, struct entry *ret);
struct failure intel_scan_entries(struct kernel *k, const struct entry_visitor *visitor);
struct failure intel_entry_tables(struct kernel *k, const struct table_visitor *visitor);

/* ---- queue.c ---- */

extern const struct queue_kind intel_queues[];

/* ---- mode.c ---- */

bool intel_dma_is_off(struct kernel *k, struct dma_off *ret);
bool intel_flushes_lazily(struct kernel *k);
void intel_mode_reasons(struct kernel *k, struct ptrs *ret);

/* ---- irq.c ---- */

uint16_t intel_segment_of_unit(struct kernel *k, const struct unit *unit);
struct failure intel_irq_domain(struct kernel *k, const struct unit *unit, uint64_t *ret);
struct failure intel_irq_use(struct kernel *k, const struct unit *unit, struct kva chip_data,
			     struct remapped_irq *ret);
struct failure intel_irq_entry_bytes(struct kernel *k, uint8_t *ret);
struct failure intel_irq_table(struct kernel *k, const struct stream *stream, struct irq_table *ret);
struct failure intel_irq_table_of_unit(struct kernel *k, const struct unit *unit,
				       struct irq_table *ret);
void intel_decode_irq_entry(const struct irq_table *table, const uint64_t words[2],
			    struct irq_entry *ret);
bool intel_irq_entry_takes(const struct irq_table *table, const uint64_t words[2], uint32_t id);
const char *intel_irq_entry_takers(struct kernel *k, const uint64_t words[2]);
/* Whether its interrupts are remapped, and how. */
void intel_irq_facts(struct kernel *k, const struct unit *unit, struct unit_facts *ret);
/* Whether ids of CPUs have 32 bits in what hardware reads. */
enum irq_ids intel_irq_ids(struct kernel *k);

/* ---- special.c ---- */

struct failure intel_special_streams(struct kernel *k, struct ptrs *ret);

/* ---- posted.c ---- */

struct posted_key intel_posted_key(struct pa descriptor);
bool intel_posted_to(struct kernel *k, const struct posted_key *to, struct posted *ret);

/* ---- pasid.c ---- */

extern const struct pasid_format intel_pasid_tables;
struct failure intel_driver_pasids(struct kernel *k, const struct device *dev,
				   struct pasid_table *ret, struct kva *at);

/* ---- domain.c ---- */

/* The driver's static domains: identity and blocking; null: this kernel has none. */
struct kva intel_static_domain(struct kernel *k, unsigned member);
struct failure intel_more_domains(struct kernel *k, const struct inventory *inv, struct ptrs *ret);
struct failure intel_id_allocators(struct kernel *k, struct ptrs *ret);
void intel_domain_facts(struct kernel *k, const struct inventory *inv, struct domain *domain);
struct failure intel_iova_domain(struct kernel *k, const struct domain *domain, struct kva *ret);

/* ---- region.c, firmware.c ---- */

struct failure intel_reserved_regions(struct kernel *k, const struct device *dev, struct ptrs *ret);
/* Memory that an RMRR names must stay mapped for it, so that the kernel refuses to give it to user space. */
bool intel_is_locked(struct kernel *k, const struct device *dev);
struct failure intel_read_firmware(struct kernel *k, const struct acpi_table *table,
				   struct firmware *ret);
void intel_kept_firmware(struct kernel *k, struct firmware *ret);

#endif
