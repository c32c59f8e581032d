// SPDX-License-Identifier: GPL-2.0-or-later
/* What one command has read and remembered, against what it may. */
#include "iommu/budget.h"

#include "iommu/target.h"

bool budget_is_spent(struct budget *budget)
{
	size_t bytes = budget->of_command ? budget->of_command->used : 0;

	bytes += budget->of_inventory ? budget->of_inventory->used : 0;
	if (budget->max_bytes && bytes > budget->max_bytes)
		budget->is_spent = true;
	return budget->is_spent;
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
