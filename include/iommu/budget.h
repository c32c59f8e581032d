/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much one command may read and remember before it is plain that it does not go through what the
 * machine has, but through damage: every loop over dump memory has a limit of its own, and damage that
 * leads from one loop into another multiplies them.
 *
 * Both ways to use up a machine pass here. target_cached() counts reads: those by physical address, which
 * are of page tables, and those of kernel objects apart, since the machine's memory bounds them
 * differently. The arenas of the command and of the inventory count bytes. When a limit is passed, reads
 * answer INTERRUPTED and target_interrupted() is true: whatever ends in an orderly way for ^C ends so for
 * this, and what is said at the end is that it was too much (src/cmd/trouble.c). A new loop has nothing to
 * do for it but to poll, as for ^C; and a new way to read or to allocate must come past here.
 *
 * The limits follow from the size of the machine: kernel_set_budget() (src/kernel/machine_size.c).
 */
#ifndef IOMMU_BUDGET_H
#define IOMMU_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu/arena.h"

struct budget {
	/* 0: as much as it likes. */
	uint64_t max_object_reads, max_table_reads;
	size_t max_bytes;

	/* What was used so far. A read counts once for each page that it is of. */
	uint64_t object_reads, table_reads;
	const struct arena *of_command, *of_inventory;
	uint64_t last_read; /* where */
	bool is_spent;	    /* and so it stays */
};

/* Counts a read and says whether it may still be made. */
bool budget_take_read(struct budget *budget, bool of_table, uint64_t at, size_t len);

/* How much of it was used, of whatever is used most: percent. */
unsigned budget_share(const struct budget *budget);

/* Whether a limit was passed. Cheap: it is polled. */
bool budget_is_spent(struct budget *budget);

#endif
