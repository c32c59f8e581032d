/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of this folder: what the AMD driver keeps, as far as several of them need it. */
#ifndef IOMMU_KERNEL_AMD_H
#define IOMMU_KERNEL_AMD_H

#include "format/amd/dte.h"
#include "iommu/kernel.h"

#include "layout.h"

extern const struct vendor amd_vendor;

/* segment.c: the segment with that id, or NULL. */
struct amd_segment *amd_find_segment(struct kernel *k, uint16_t id, enum status *status);

/* translation.c */
enum status amd_device_translation(struct kernel *k, uint32_t sbdf, struct translation *ret);

/* domain.c */
void amd_domain_facts(struct kernel *k, struct domain *domain);
enum status amd_more_domains(struct kernel *k, struct ptrs *ret);

/* mode.c */
bool amd_flushes_lazily(struct kernel *k);
void amd_mode_reasons(struct kernel *k, struct ptrs *ret);

struct amd_dte_place {
	struct kva at;
	uint64_t words[AMD_DTE_WORDS];
	struct amd_dte dte;
};

/* The entry of a device (by segment and device id). ABSENT: no table covers that id; *last is set
 * to the last id that the segment's table covers, when there is a table. */
enum status amd_read_dte(struct kernel *k, uint32_t sbdf, struct amd_dte_place *ret,
			 uint32_t *last);

/* The segments that have a device table: struct amd_segment. */
struct amd_segment {
	uint16_t id;
	uint32_t last_devid;
	struct kva dev_table, alias_table, rlookup_table;
	struct kva at; /* struct amd_iommu_pci_seg, or null: kernel with one global table */
};

/* Read at the first call: every device asks. */
enum status amd_segments(struct kernel *k, struct ptrs *ret);

/* What struct amd_iommu knows of its unit. has_*: the member exists and could be read. */
struct amd_unit {
	bool has_features, has_features2, has_cap, has_cap_ptr, has_acpi_flags;
	bool common_features;	      /* what all units have in common, not read off this one */
	uint64_t features, features2; /* EFR, EFR2 */
	uint64_t cap;		      /* PCI capability header */
	uint64_t cap_ptr;	      /* where it is in configuration space */
	uint64_t acpi_flags;	      /* IVHD flags */
	bool has_irq_mode;
	bool wide_irte;		      /* 128-bit interrupt entries */
	bool vapic;		      /* guest vAPIC in use */
	bool x2apic;		      /* 32-bit destinations in use */
};

/* The features alone. */
void amd_read_features(struct kernel *k, const struct unit *unit, struct amd_unit *ret);
void amd_read_unit(struct kernel *k, const struct unit *unit, struct amd_unit *ret);

enum amd_ring_kind { AMD_RING_COMMANDS, AMD_RING_EVENTS, AMD_RING_PPR, AMD_RING_GA };

/* A ring of a unit. Only the command ring's pointers are mirrored in memory; those of the others
 * are registers, which no dump has. */
struct amd_ring {
	struct kva at;		/* null: not set up */
	uint32_t bytes;		/* of the whole ring */
	uint32_t entry_bytes;
	bool has_pointers;
	uint32_t head, tail;	/* byte offsets: next to be consumed, next to be written */
	uint64_t *words;	/* the whole ring; NULL when status is not OK */
	enum status status;	/* of reading it */
};

/* OK (also when the ring is not set up), or why the driver's view of it is not known. */
enum status amd_read_ring(struct kernel *k, const struct unit *unit, enum amd_ring_kind kind,
			  struct amd_ring *ret);

/* The semaphore that COMPLETION_WAIT commands store to. expected: what the driver last asked for;
 * only from 5.10 on. */
struct amd_semaphore {
	bool has_value, has_expected, has_pa;
	uint64_t value, expected;
	struct kva at;
	struct pa pa;
};

void amd_read_semaphore(struct kernel *k, const struct unit *unit, struct amd_semaphore *ret);

/* An interrupt that goes through a remapping table. */
struct amd_irq {
	uint32_t irq;		/* Linux's number */
	const char *name;	/* of its first action; NULL: nobody requested it */
	uint32_t sbdf;		/* whose table: the segment is its unit's */
	uint32_t index;		/* of the entry */
};

/* Every one the kernel knows: struct amd_irq in ret, by number. OK, or why not all. */
enum status amd_irqs(struct kernel *k, struct ptrs *ret);

/* ivrs.c */

/* Of several descriptions of one IOMMU (10h, 11h, 40h) Linux takes one kind: that. 0: not known. */
struct ivrs_table;
uint8_t amd_ivhd_type_used(struct kernel *k, const struct ivrs_table *table);

/* What Linux makes of the memory of an IVMD (its length is not 0): whole pages, first to last byte. */
struct ivrs_block;
void amd_ivmd_pages(const struct ivrs_block *block, uint64_t *first, uint64_t *last);

#endif
