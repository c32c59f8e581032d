/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts that go through a remapping table: whose table, which entry, whom it reaches. A table belongs
 * to a device (AMD) or to a unit (VT-d).
 */
#ifndef IOMMU_IRQ_H
#define IOMMU_IRQ_H

#include "iommu/kernel.h"
#include "iommu/kvm.h"
#include "iommu/record.h"

/* An interrupt of Linux that has an entry. */
struct remapped_irq {
	uint32_t irq;		 /* Linux's number */
	bool requested;		 /* somebody handles it */
	struct ptrs names;	 /* const char: of its handlers, several where it is shared */
	const char *name;	 /* all of them, "i801_smbus, ehci_hcd:usb1"; NULL: none, or not readable */
	const struct unit *unit; /* whose interrupt domain it passes */
	uint32_t stream_id;	 /* the id whose requests use the entry */
	uint32_t index;		 /* of the entry */
};

/* Every one that the kernel knows: struct remapped_irq in ret, by number. OK, or why not all. */
struct failure kernel_remapped_irqs(struct kernel *k, struct ptrs *ret);

struct irq_table {
	const struct unit *unit; /* NULL: not known */
	bool of_unit;		 /* it serves every stream of the unit; else one stream */
	struct pa at;
	uint32_t nr;		 /* entries */
	uint8_t entry_bytes;	 /* a power of two, at most 16; 0: not known, irq_entry_bytes() says why */
};

struct irq_entry {
	const struct record *record; /* the meaning that this entry has */
	bool used;		     /* the driver handed the slot out, or hardware would use it */
	bool only_allocated;	     /* handed out, but nothing is delivered through it */
	bool enabled;
	bool posted;		     /* to a virtual CPU: */
	struct posted_key to;
	bool logical;		     /* destination mode; false: physical */
	uint8_t vector;
	uint32_t destination;	     /* of an entry that is not posted, or of the CPU that runs the vCPU */
	bool running;		     /* posted: the virtual CPU runs, on `destination` */
	const char *mode;	     /* "unused", "disabled", "remapped", "vapic" */
	int bad_bit;		     /* one that must be zero and is not, or -1 */
};

#endif
