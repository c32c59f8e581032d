// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Queues of commands: whether the hardware answered what the driver waits for. It takes microseconds, and it goes on
 * while the processors are stopped for a dump: a wait that is open in one was not answered.
 */
#include "check.h"

#include "iommu/queue.h"

#include <inttypes.h>

/* The command at a position, in words: "COMPLETION_WAIT". */
static const char *command_word(struct kernel *k, const struct unit *unit, const struct queue_kind *kind,
				const struct queue *queue, const struct queue_order *order)
{
	uint32_t index = order->nr ? (order->start + order->first_open) % order->nr : 0;
	struct queue_entry entry = { 0 };

	kind->describe(k, unit, queue->words + (size_t)index * queue->entry_bytes / sizeof(uint64_t), &entry);
	return arena_printf(k->arena, "entry %u, %s", index, entry.record ? entry.record->name : "unknown");
}

static void judge(struct kernel *k, struct checking *c, const struct unit *unit, const struct queue_kind *kind,
		  const struct queue *queue)
{
	struct semaphore semaphore = { 0 };
	struct queue_order order = { 0 };
	struct finding *finding;

	kind->find_order(k, unit, queue, &semaphore, &order);
	if (semaphore.state == SEMAPHORE_UNKNOWN) {
		part_lacks(c, CHECK_QUEUES, semaphore.doubt ? semaphore.doubt : "what the driver waits for is not known");
		return;
	}
	part_looked(c, CHECK_QUEUES, 1);
	if (semaphore.state != SEMAPHORE_WAITS)
		return;
	finding = finding_add(k, &c->found, FINDING_WARNING, "queue-stuck",
			      "%s: the driver waits for %" PRIu64 " answer%s to what it queued, and the IOMMU has not "
			      "given %s: iommu %s shows for what", unit_word(k, unit), semaphore.open,
			      semaphore.open == 1 ? "" : "s", semaphore.open == 1 ? "it" : "them", kind->verb);
	if (order.first_open < order.nr)
		finding_rests_on(k, finding, "first that is open", place_kva(queue->at), "%s",
				 command_word(k, unit, kind, queue, &order));
	if (semaphore.has_value)
		finding_rests_on(k, finding, "answered last", place_kva(semaphore.at), "%" PRIx64, semaphore.value);
	if (order.told_by)
		finding_unsure(&c->found, finding);
}

static void look_at_unit(struct kernel *k, struct checking *c, const struct unit *unit)
{
	for (const struct queue_kind *kind = unit->vendor->queues; kind && kind->verb; kind++) {
		struct queue queue = { 0 };
		struct failure failure;

		if (!kind->of_commands || !kind->read || !kind->find_order || !kind->describe)
			continue;
		part_ran(c, CHECK_QUEUES);
		failure = kind->read(k, unit, &queue);
		if (failed(queue.failure))
			failure = first_failure(failure, queue.failure);
		part_failed(c, CHECK_QUEUES, failure);
		if (!failed(failure) && queue.words)
			judge(k, c, unit, kind, &queue);
	}
}

void check_queues(struct kernel *k, struct checking *c)
{
	const struct ptrs *units = &kernel_inventory(k)->units;

	for (size_t i = 0; i < units->nr && !target_interrupted(k->target); i++) {
		const struct unit *unit = units->at[i];

		if (unit->vendor && !kva_is_null(unit->at))
			look_at_unit(k, c, unit);
	}
	part_failed(c, CHECK_QUEUES, kernel_inventory(k)->units_failure);
	if (!c->of[CHECK_QUEUES].ran)
		part_nothing(c, CHECK_QUEUES, "no queue of commands of this hardware is read");
}
