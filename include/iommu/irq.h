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
	bool has_stream;	 /* it is one id: */
	uint32_t stream_id;	 /* whose requests use the entry */
	uint32_t index;		 /* of the entry */
	uint32_t block, nr_block; /* the slots that were handed out together for it and its neighbours: first, how
				   * many */
};

/* Every one that the kernel knows: struct remapped_irq in ret, by number. OK, or why not all. */
struct failure kernel_remapped_irqs(struct kernel *k, struct ptrs *ret);

/* How an entry names a CPU that it sends to, where the entry itself does not tell. */
enum irq_ids { IRQ_IDS_BY_ENTRY, IRQ_IDS_OF_8_BITS, IRQ_IDS_OF_32_BITS, IRQ_IDS_UNKNOWN };

struct irq_table {
	const struct unit *unit; /* NULL: not known */
	bool of_unit;		 /* it serves every stream of the unit; else one stream */
	uint16_t segment;	 /* of a unit: of the ids in its entries */
	struct pa at;
	uint32_t nr;		 /* entries */
	struct kva slots;	 /* which entries are handed out: a bit of each, in words of 64; null: the entries
				  * say so themselves */
	enum irq_ids ids;
	bool keeps_old;		 /* it was copied from a kernel that crashed: entries may be of that one's interrupts */
	uint8_t entry_bytes;	 /* a power of two, at most 16; 0: not known, irq_entry_bytes() says why */
};

/* Which entries of a table are handed out, for irq_slot_is_taken(); NULL on failure. Only of a table that has
 * `slots`. */
struct failure kernel_irq_slots(struct kernel *k, const struct irq_table *table, uint64_t **ret);
bool irq_slot_is_taken(const uint64_t *slots, uint32_t index);

/* Entries of a table that could not be read: those in one page. */
struct irq_gap {
	uint32_t first, last;
	struct failure failure;
};

/* A table as far as it could be read. */
struct irq_words {
	uint8_t *bytes;	  /* zeros where it could not be read */
	struct ptrs gaps; /* struct irq_gap, ascending */
	uint32_t nr_lost; /* entries in them */
};

/* All at once, or page by page where not all is in the dump. False: nothing of it could be read, and the first gap
 * says why. Only of a table that has entries of a known size. */
bool kernel_irq_table_words(struct kernel *k, const struct irq_table *table, struct irq_words *ret);
bool irq_entry_is_lost(const struct irq_words *words, uint32_t index);
/* The words of one entry, zeros behind it. */
void irq_entry_words(const struct irq_table *table, const struct irq_words *words, uint32_t index, uint64_t ret[2]);

/* The table of an interrupt: that of its unit, or of its id. ABSENT: it has none. */
struct failure kernel_irq_table(struct kernel *k, const struct remapped_irq *irq, struct irq_table *ret);

struct irq_entry {
	const struct record *record; /* the meaning that this entry has */
	bool used;		     /* the driver handed the slot out, or hardware would use it */
	bool only_allocated;	     /* handed out, but nothing is delivered through it */
	bool enabled;
	bool posted;		     /* to a virtual CPU: */
	struct posted_key to;
	bool logical;		     /* destination mode; false: physical */
	uint8_t vector;
	bool destination_unknown;    /* nothing tells how it names CPUs */
	uint32_t destination;	     /* of an entry that is not posted, or of the CPU that runs the vCPU */
	bool tells_running;	     /* posted: the entry says whether the virtual CPU runs: */
	bool running;		     /* on `destination` */
	bool checks_source;	     /* in a unit's table: it takes the interrupts of some ids alone */
	bool takes_nobody;	     /* ... of none: what it says of them is reserved */
	bool has_source;	     /* it names one id: */
	uint32_t source;
	const char *mode;	     /* "unused", "disabled", "remapped", "vapic", "posted" */
	int bad_bit;		     /* one that must be zero and is not, or -1 */
};

#endif
