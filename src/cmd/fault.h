/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of `iommu fault`: faults as they were collected, and how each is explained. */
#ifndef IOMMU_CMD_FAULT_H
#define IOMMU_CMD_FAULT_H

#include "irt.h"
#include "walk.h"

#include "iommu/fault.h"
#include "iommu/log.h"

enum fault_source {
	FAULT_FROM_LOG,	     /* the kernel's log in the dump */
	FAULT_FROM_QUEUE,    /* a queue in memory that the driver had not read */
	FAULT_FROM_ARGUMENT, /* the words of the user */
};

/* One fault, and those after it that say the same. */
struct told_fault {
	struct fault fault;	     /* the newest of them */
	const struct vendor *vendor; /* who reported it; NULL: the user named a request */
	enum fault_source source;
	uint64_t count;
	bool has_time;
	uint64_t first_ns, last_ns;
	const char *line;	     /* as it stood in the log, or was typed; NULL: it was in a queue */
	/* The device's entry as the log has it: */
	bool entry_known[FAULT_ENTRY_WORDS];
	uint64_t entry_then[FAULT_ENTRY_WORDS];
};

struct fault_list {
	struct ptrs faults;	    /* struct told_fault, newest first */
	/* What else the log says: */
	bool log_read;
	struct log_facts log;
	struct failure log_failure; /* why it is not all */
	uint64_t oldest_ns;	    /* of the records that are there */
	uint64_t nr_suppressed;	    /* lines that the driver held back */
	bool others_lost;	    /* a unit had more than it could record */
	/* The queues: */
	unsigned nr_queues, nr_unread_queues;
};

/* ---- fault_gather.c ---- */

/* Those of the queues in memory and of the log. */
void fault_gather(struct context *ctx, struct fault_list *ret);

/* A line that somebody pasted: false, when no vendor's driver prints such. */
bool fault_of_line(struct context *ctx, const char *line, struct fault_list *ret);

#endif
