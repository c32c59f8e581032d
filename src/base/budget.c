// SPDX-License-Identifier: GPL-2.0-or-later
/* What one command has read and remembered, against what it may. */
#include "iommu/budget.h"

#include "iommu/target.h"

static size_t bytes_of(const struct budget *budget)
{
	return (budget->of_command ? budget->of_command->used : 0) +
	       (budget->of_inventory ? budget->of_inventory->used : 0);
}

bool budget_is_spent(struct budget *budget)
{
	if (budget->max_bytes && bytes_of(budget) > budget->max_bytes)
		budget->is_spent = true;
	return budget->is_spent;
}

static unsigned percent(uint64_t used, uint64_t max)
{
	return max ? (unsigned)(used * 100 / max) : 0;
}

unsigned budget_share(const struct budget *budget)
{
	unsigned objects = percent(budget->object_reads, budget->max_object_reads);
	unsigned tables = percent(budget->table_reads, budget->max_table_reads);
	unsigned bytes = percent(bytes_of(budget), budget->max_bytes);
	unsigned most = objects > tables ? objects : tables;

	return most > bytes ? most : bytes;
}

bool budget_take_read(struct budget *budget, bool of_table, uint64_t at, size_t len)
{
	uint64_t *reads = of_table ? &budget->table_reads : &budget->object_reads;
	uint64_t max = of_table ? budget->max_table_reads : budget->max_object_reads;

	if (budget_is_spent(budget))
		return false;
	*reads += len ? (len - 1) / SMALLEST_PAGE_BYTES + 1 : 1;
	budget->last_read = at;
	if (max && *reads > max)
		budget->is_spent = true;
	return !budget->is_spent;
}
