/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of this folder: what the AMD driver keeps, as far as several of them need it. */
#ifndef IOMMU_KERNEL_AMD_H
#define IOMMU_KERNEL_AMD_H

#include "format/amd/dte.h"
#include "iommu/read.h"
#include "iommu/vendor.h"

#include "layout.h"

extern const struct vendor amd_vendor;

/* Every id of the AMD driver: a PCI segment over a device id of 16 bits. */
static inline uint16_t amd_segment_of(uint32_t id)
{
	return (uint16_t)(id >> 16);
}

static inline uint32_t amd_id(uint32_t segment, uint32_t devid)
{
	return segment << 16 | (devid & 0xffff);
}

/* ---- segment.c ---- */

/* The tables that the driver has for one PCI segment. */
struct amd_segment {
	uint16_t id;
	uint32_t last_devid;
	struct kva dev_table, alias_table, rlookup_table;
	struct kva at; /* struct amd_iommu_pci_seg, or null: kernel with one global table */
};

/* What is read once and kept with the inventory. */
struct amd_tables {
	struct ptrs segments; /* struct amd_segment */
	struct failure failure;
};

/* Reads them and keeps them in inv; amd_tables() has them from then on. */
void amd_read_tables(struct kernel *k, struct inventory *inv);
const struct amd_tables *amd_tables(const struct inventory *inv);

/* NULL: that segment has no tables; *failure says why, ABSENT when the list is whole. */
const struct amd_segment *amd_find_segment(const struct inventory *inv, uint16_t id,
					   struct failure *failure);

/* ---- unit.c ---- */

/* EFR and EFR2 of a unit; has_*: the kernel keeps it and it could be read. */
struct amd_features {
	bool has_efr, has_efr2;
	bool common; /* what all units have in common, not read off this one */
	uint64_t efr, efr2;
};

void amd_read_features(struct kernel *k, const struct unit *unit, struct amd_features *ret);

struct failure amd_collect_units(struct kernel *k, struct inventory *inv, struct ptrs *ret);
struct failure amd_core_of_unit(struct kernel *k, const struct unit *unit, struct kva *ret);
void amd_unit_facts(struct kernel *k, const struct unit *unit, struct unit_facts *ret);
const char *amd_unit_features(struct kernel *k, const struct unit *unit);

/* ---- device.c ---- */

/* The unit that reads the entry of an id, whether or not the kernel has such a device. NULL: none is known. */
struct unit *amd_unit_of(struct kernel *k, const struct inventory *inv, uint32_t id);
struct failure amd_device_facts(struct kernel *k, const struct inventory *inv, struct device *dev,
				struct kva *domain);
struct failure amd_stream_of_pci(struct kernel *k, uint32_t sbdf, struct stream *ret);
void amd_driver_facts(struct kernel *k, const struct device *dev, struct driver_facts *ret);

struct failure amd_driver_pasids(struct kernel *k, const struct device *dev,
				 struct pasid_table *ret, struct kva *at);

/* ---- entry.c ---- */

extern const struct entry_column amd_entry_columns[];

/* The words of a stream's device table entry, and where they are. */
struct amd_dte_place {
	struct kva at;
	uint64_t words[AMD_DTE_WORDS];
	struct amd_dte dte;
};

/* ABSENT: no table covers that id; *last_devid is set to the last one that the segment's table covers, when
 * there is a table, and to 0 otherwise. */
struct failure amd_read_dte(struct kernel *k, uint32_t id, struct amd_dte_place *ret,
			    uint32_t *last_devid);
struct failure amd_read_entry(struct kernel *k, const struct stream *stream, struct entry *ret);
struct failure amd_scan_entries(struct kernel *k, const struct entry_visitor *visitor);
struct failure amd_entry_tables(struct kernel *k, const struct table_visitor *visitor);

/* ---- legal.c ---- */

/* Fills what ret says of legality, but for translation.state. unit: whose table it is, NULL: not known. */
void amd_judge_entry(struct kernel *k, const struct unit *unit, const struct amd_dte_place *place,
		     struct entry *ret);

/* SNP is on. */
bool amd_snp_is_on(struct kernel *k);

/* ---- special.c ---- */

struct failure amd_special_streams(struct kernel *k, struct ptrs *ret);

/* ---- pasid.c ---- */

extern const struct pasid_format amd_gcr3_tables;

/* ---- domain.c ---- */

void amd_domain_facts(struct kernel *k, const struct inventory *inv, struct domain *domain);
struct failure amd_more_domains(struct kernel *k, const struct inventory *inv, struct ptrs *ret);
struct failure amd_iova_domain(struct kernel *k, const struct domain *domain, struct kva *ret);
struct failure amd_id_allocators(struct kernel *k, struct ptrs *ret);

/* ---- region.c ---- */

struct failure amd_reserved_regions(struct kernel *k, const struct device *dev, struct ptrs *ret);

const struct special_range *amd_special_range(struct kernel *k, const struct unit *unit,
					      struct iova iova);

/* ---- irq.c ---- */

/* The size of interrupt entries and what they can do, which the driver decides for all units. */
struct amd_irq_mode {
	bool wide;   /* 128 bits */
	bool vapic;  /* to virtual CPUs too */
	bool x2apic; /* destinations of 32 bits */
};

struct failure amd_read_irq_mode(struct kernel *k, struct amd_irq_mode *ret);
/* "128-bit x2APIC" */
const char *amd_irq_mode_word(const struct amd_irq_mode *mode);

struct failure amd_irq_domain(struct kernel *k, const struct unit *unit, uint64_t *ret);
struct failure amd_irq_use(struct kernel *k, const struct unit *unit, struct kva chip_data,
			   struct remapped_irq *ret);
struct failure amd_irq_entry_bytes(struct kernel *k, uint8_t *ret);
struct failure amd_irq_table(struct kernel *k, const struct stream *stream, struct irq_table *ret);
void amd_decode_irq_entry(const struct irq_table *table, const uint64_t words[2],
			  struct irq_entry *ret);

/* ---- avic.c ---- */

/* The key by which an entry or a log names a virtual CPU. */
struct posted_key amd_posted_key(uint32_t ga_tag, struct pa page);
bool amd_posted_to(struct kernel *k, const struct posted_key *to, struct posted *ret);
void amd_vm_facts(struct kernel *k, const struct vm *vm, struct ptrs *ret);

/* ---- queue.c ---- */

extern const struct queue_kind amd_queues[];

/* ---- firmware.c ---- */

struct failure amd_read_firmware(struct kernel *k, const struct acpi_table *table,
				 struct firmware *ret);

/* ---- mode.c ---- */

bool amd_flushes_lazily(struct kernel *k);
const char *amd_refuses_type(struct kernel *k, int64_t type);
void amd_mode_reasons(struct kernel *k, struct ptrs *ret);

#endif
