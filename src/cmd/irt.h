/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of `iommu irt`: tables as they were read, and the interrupts that use them. */
#ifndef IOMMU_CMD_IRT_H
#define IOMMU_CMD_IRT_H

#include "cmd.h"

#include "iommu/arch.h"
#include "iommu/fault.h"
#include "iommu/irq.h"

struct irt {
	struct context *ctx;
	struct ptrs irqs;	/* struct remapped_irq */
	struct pa *table_of;	/* of each of them: the table that its unit or its id's entry has */
	struct u64map irq_of;	/* by the physical address of an entry */
	struct u64map block_of; /* the same for slots that were handed out together with it */
	struct ptrs of_units;	/* struct table, of whole units: read once */
	struct ptrs tables;	/* struct table, as they were looked at */
	bool irqs_known;
	bool posted;		/* an entry to a virtual CPU was seen */
	bool asked_for_vms, vms_known;
};

struct table {
	const struct vendor *vendor;
	const struct unit *unit; /* whose it is; NULL: a stream's */
	bool part;		/* of a unit's table, what concerns the stream */
	struct stream stream;
	const char *name;	/* of the unit or stream that has the table */
	struct irq_table irq_table;
	struct irq_words words;
	uint64_t *slots;	/* a bit of each entry that is handed out; NULL: not known, or the entries say it */
	uint32_t nr_enabled, nr_disabled;
	uint32_t nr_unclaimed;	/* of the disabled: no interrupt of this kernel has it */
	uint32_t first_unclaimed;
	uint32_t nr_inherited;	/* enabled, and in all likelihood of the crashed kernel's interrupts */
	uint32_t first_inherited;
};

/* The table of a stream, or what concerns it in its unit's, after a sentence when it cannot be read. ABSENT: there
 * is none. */
enum status irt_read_table(struct irt *irt, uint32_t id, struct table *ret);
/* The table of a unit whose vendor has such, the same way. */
enum status irt_read_unit_table(struct irt *irt, const struct unit *unit, struct table *ret);
bool irt_is_unreadable(const struct table *table, uint32_t index);
/* Only where table->slots is known. */
bool irt_is_handed_out(const struct table *table, uint32_t index);
void irt_read_entry(const struct table *table, uint32_t index, uint64_t words[2],
		    struct irq_entry *ret);

/* Finds the table of every interrupt: devices that are aliases of one another share one. */
void irt_find_tables(struct irt *irt);
/* The interrupt that an entry serves, or NULL. */
const struct remapped_irq *irt_irq_of_entry(const struct irt *irt, const struct table *table,
					    uint32_t index);

/* The slot was handed out together with some interrupt's. */
bool irt_is_in_block(const struct irt *irt, const struct table *table, uint32_t index);
/* The table of that interrupt is this one. */
bool irt_is_of_table(const struct irt *irt, size_t nth_irq, const struct table *table);

/* "cpu 3", "cpu 0,1": where an entry that is enabled sends its interrupt. */
const char *irt_cpu_words(struct irt *irt, const struct irq_entry *entry);

/* What came out of it. */
struct fault_irq {
	bool all_known;	/* all interrupts of this kernel are */
	unsigned nr;	/* of those that it can be */
	bool has_entry;	/* only one entry is possible, and could be read: */
	bool enabled;
	bool is_others; /* its unit takes it for requests of others alone */
	bool no_table;	/* it has no table of entries */
};

/* fault_irq.c: the interrupts of that stream whose entries can be the fault's, in a list "interrupts" and as words:
 * "entry 3, irq 53 nvme0q2, now vector 38 of cpu 1". */
const char *put_fault_irq(struct irt *irt, uint32_t id, const struct fault *fault,
			  struct fault_irq *ret);

/* Finds what interrupts there are, once. */
void irt_know(struct irt *irt, struct context *ctx);

/* Every virtual machine could be read. */
bool irt_vms_known(struct irt *irt);

#endif
