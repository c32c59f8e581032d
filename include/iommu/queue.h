/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queues between the driver and the hardware that lie in memory: commands that the driver wrote, events
 * and page requests that the hardware wrote. A vendor lists its kinds; one set of verbs shows them all.
 */
#ifndef IOMMU_QUEUE_H
#define IOMMU_QUEUE_H

#include "iommu/fault.h"
#include "iommu/kernel.h"
#include "iommu/kvm.h"
#include "iommu/record_view.h"

/* A queue of a unit. */
struct queue {
	struct kva at;		/* null: not set up */
	uint32_t bytes;		/* of the whole queue */
	uint32_t entry_bytes;
	bool has_head, has_tail; /* the driver keeps a copy of it */
	uint32_t head, tail;	/* byte offsets: next to be consumed, next to be written */
	uint64_t *words;	/* the whole queue; NULL when `failure` says why it could not be read */
	struct failure failure;
	const char *const *marks; /* what the driver has marked each entry as; NULL: it marks none, or that could
				   * not be read */
	struct ptrs more;	/* struct named_value: what else the driver keeps of it, for programs */
	struct ptrs lines;	/* struct named_line: the same for people */
};

/* Nobody wrote that entry of a queue, of nr words: all are zero. */
static inline bool queue_entry_is_unused(const uint64_t *words, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		if (words[i])
			return false;
	}
	return true;
}

/* The word in memory by which the hardware answers a wait. */
struct semaphore {
	bool has_value, has_expected;
	bool has_wait;		/* each wait has a word of its own; this is the one of the wait */
	uint32_t wait;		/* ... at that index */
	const char *mark;	/* what the driver calls the value; NULL: nothing */
	uint64_t value;		/* what the hardware stored last */
	uint64_t expected;	/* what the driver's last wait asks for */
	struct kva at;
	/* What the two say together: */
	enum semaphore_state {
		SEMAPHORE_UNKNOWN, /* not known: `doubt` says why */
		SEMAPHORE_ANSWERED, /* the last wait is */
		SEMAPHORE_WAITS,   /* for the last `open` waits */
	} state;
	uint64_t open;
	const char *doubt;
	bool is_elsewhere;	/* a reason for doubt: the waits of the queue do not store here, but */
	struct pa elsewhere;	/* ... there */
};

/* The entries of a queue in their order: position 0 is the oldest, the last one stands before the tail.
 * Positions from first_open on are not known to be done. */
struct queue_order {
	uint32_t nr;		/* entries of the queue */
	uint32_t start;		/* index of position 0 */
	uint32_t first_open;	/* nr: all are done, or this queue knows no such thing */
	const char *told_by;	/* first_open is told by no more than what the driver knew last: that; else NULL */
};

/* One entry, as a reader wants it told. */
struct queue_entry {
	const struct record *record; /* NULL: a code that no specification at hand knows */
	unsigned code;
	bool has_stream;
	uint32_t stream_id;	/* whom it is about */
	const char *where;	/* "address fee00000", or "" */
	const char *whose;	/* the domain or PASID in whose table that address is looked up: " domain 0x1",
				 * " PASID 0x5", or "" */
	bool is_interrupt;	/* it is about an interrupt: */
	uint16_t irq_index;	/* of its remapping entry, */
	uint8_t irq_index_bits;	/* ... so many low bits of it; 0: all */
	const char *summary;	/* the rest in a line; "" where there is nothing to say */
	bool posted;		/* it names a virtual CPU: */
	struct posted_key to;
};

struct queue_kind {
	const char *verb;	/* "commands" */
	const char *key;	/* of the queue itself in JSON: "command_buffer" */
	const char *list;	/* of its entries in JSON: "commands" */
	const char *doing;	/* "read the command buffer", for "cannot ..." */
	bool of_commands;	/* the driver writes it and the hardware reads it */
	bool keeps_history;	/* entries stay after they were consumed */
	bool names_vms;		/* its entries name virtual CPUs */
	const char *empty;	/* what an empty one means; NULL where it is never empty */
	const char *old;	/* keeps_history and not of_commands: which entries are old cannot be told */
	const char *no_memory;	/* the hardware has such a thing, and not in memory: where to look. Of the rest
				 * of this struct it has the verb alone. */

	/* OK, also when the queue is not set up; or why the driver's view of it is not known. */
	struct failure (*read)(struct kernel *k, const struct unit *unit, struct queue *ret);
	/* words: one entry. Strings live in the arena of k, or for good. */
	void (*describe)(struct kernel *k, const struct unit *unit, const uint64_t *words,
			 struct queue_entry *ret);

	/* The entry as a fault; false: it is none. NULL: this queue has no faults. */
	bool (*fault)(struct kernel *k, const struct unit *unit, const uint64_t *words, struct fault *ret);

	/* of_commands: how far the hardware is. */
	void (*find_order)(struct kernel *k, const struct unit *unit, const struct queue *queue,
			   struct semaphore *semaphore, struct queue_order *ret);
	/* of_commands: the entry is a wait, and ends what the driver waits for. */
	bool (*is_wait)(const uint64_t *words);
	/* of_commands: it needs an answer of that device, not of the IOMMU alone. */
	bool (*needs_device)(struct kernel *k, const struct unit *unit, const uint64_t *words,
			     uint32_t *stream_id);
};

#endif
