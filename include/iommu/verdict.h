/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a fault most likely was, in one sentence: what the hardware reported then, held against what memory says
 * now. A sentence claims no more than its sources: tables may have changed since, and what is not known is not
 * taken for good or bad.
 */
#ifndef IOMMU_VERDICT_H
#define IOMMU_VERDICT_H

#include "iommu/dma_state.h"
#include "iommu/fault.h"
#include "iommu/model.h"
#include "iommu/pt_walk.h"
#include "iommu/special_range.h"

/* What the allocator of a domain's addresses knows of one of them. */
enum address_state {
	ADDRESS_NOT_KNOWN,
	ADDRESS_NO_ALLOCATOR, /* the domain's addresses are handed out by nobody in the kernel */
	ADDRESS_FREE,
	ADDRESS_ALLOCATED,
	ADDRESS_CACHED,	   /* given back, and kept for the next who asks */
	ADDRESS_PENDING,	   /* given back, and waits in the flush queue */
	ADDRESS_KEPT_BACK, /* no driver is ever given it */
	ADDRESS_BEYOND,	   /* above what the domain's tables take, or its devices do */
};

/* What the process that holds a device for user space has mapped there. */
enum area_state {
	AREA_NOT_KNOWN,
	AREA_NONE,
	AREA_INSIDE,
};

/* Everything that was found out about a fault. What is not known stays zero. */
struct fault_facts {
	const struct fault *fault;
	bool is_question;	 /* the user named the request: no hardware reported it */
	bool other_machine;	 /* no IOMMU here is of the kind that reported it */
	bool is_no_device;	 /* the kernel has none of that id, and it is no controller of interrupts */
	bool is_recent;		 /* the driver had not read it yet when the kernel stopped */
	/* The device's entry now: */
	bool has_entry;
	bool is_legal;
	const char *illegal_because; /* in words */
	enum dma_state state;
	bool other_domain;	 /* it has another domain id than the fault told */
	bool changed_since;	 /* the log has the entry as it was then, and it is another now */
	bool same_since;	 /* the log has it, and it is the same */
	bool ended_then;	 /* by the log, the way of the address led nowhere when the driver looked */
	/* Where the address leads now: */
	const struct special_range *special;
	bool has_walk;
	enum pt_result walk;
	bool read, write;	 /* MAPPED, or passing untranslated: allowed */
	bool no_pasid_table;	 /* the PASID has no table */
	unsigned levels;	 /* of the table that was walked */
	uint64_t last_iova;	 /* that they reach */
	bool sign_extended;	 /* they reach the highest addresses too */
	unsigned unit_bits;	 /* BEYOND: of addresses that the unit takes of the device; 0: the table ends before */
	bool has_near;		 /* NOT_MAPPED */
	struct pt_neighbours near;
	const struct reserved_region *region; /* that firmware wants mapped, and holds the address; or NULL */
	/* The same number as a physical address: */
	bool is_ram;
	const char *resource;	 /* NULL: nothing is there, or it is not known */
	enum address_state allocator;
	uint64_t range_first;	 /* ALLOCATED: the lowest address of the range that has it */
	bool is_held;		 /* user space has the device: */
	enum area_state area;
	/* An interrupt: its entry now. */
	bool interrupts_known;	 /* all of this kernel's */
	unsigned nr_interrupts;	 /* of those that it may be */
	bool has_irq_entry;	 /* only one entry is possible, and could be read: */
	bool irq_enabled;
	bool no_irq_table;	 /* the device has none now */
	bool irq_is_others;	 /* its unit takes it for requests of other devices alone */
	const char *irq_illegal; /* why its unit refuses all interrupts of the device; NULL: it does not */
};

enum sureness {
	VERDICT_OPEN,	 /* several causes are left */
	VERDICT_LIKELY,	 /* one explains what is known, though memory may have changed */
	VERDICT_CERTAIN, /* what was reported and what memory says are the same */
};

const char *sureness_word(enum sureness sureness);

/* In the arena. */
const char *fault_verdict(struct arena *arena, const struct fault_facts *facts, enum sureness *ret);

#endif
