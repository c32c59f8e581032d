// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flush queues: ranges that were taken out of the page table and wait until the IOMMU has been told to forget its
 * translations, many at once (Linux drivers/iommu/dma-iommu.c; iova.c up to 5.16). They are rings. Two shapes:
 *
 *   entries[256], head, tail	up to 6.5	one for each CPU
 *   mod_mask, entries[]	6.6 and later	one for each CPU, or one for all (options.qt)
 *
 * An entry has the number of flushes that had been started when it was queued; it is over once more than that have
 * been finished.
 */
#include "iova.h"

#include "percpu.h"

#define KIND_SINGLE 1 /* IOMMU_DMA_OPTS_SINGLE_QUEUE */
#define MAX_SLOTS   0x10000u /* more than any kernel's queue: IOVA_SINGLE_FQ_SIZE is half of it */

static void trouble(struct kernel *k, struct iova_allocator *a, struct failure failure)
{
	if (failure.status == STATUS_DAMAGED)
		kernel_leave_unreported(k, failure);
	a->queued_failure = first_failure(a->queued_failure, failure);
}

/* ---- one ring ---- */

struct ring {
	struct kva at, entries;
	uint64_t head, tail, slots, bytes;
	uint32_t cpu;
};

static struct failure count_slots(struct kernel *k, struct ring *ring)
{
	uint64_t value = 0;
	struct failure failure = kernel_member_size(k, M_FQ_ENTRIES, &value);

	ring->slots = ring->bytes ? value / ring->bytes : 0;
	/* An array whose length the type does not have. */
	if (!failed(failure) && !ring->slots) {
		failure = kernel_read_member(k, ring->at, M_FQ_MASK, &value);
		ring->slots = value + 1;
	}
	return failure;
}

static struct failure read_ring(struct kernel *k, struct ring *ring)
{
	struct failure failure = kernel_type_size(k, T_IOVA_FQ_ENTRY, &ring->bytes);

	if (!failed(failure))
		failure = kernel_member_at(k, ring->at, M_FQ_ENTRIES, &ring->entries);
	if (!failed(failure))
		failure = count_slots(k, ring);
	if (!failed(failure))
		failure = kernel_read_member(k, ring->at, M_FQ_HEAD, &ring->head);
	if (!failed(failure))
		failure = kernel_read_member(k, ring->at, M_FQ_TAIL, &ring->tail);
	if (!failed(failure) && (!ring->slots || ring->slots > MAX_SLOTS || ring->head >= ring->slots ||
				 ring->tail >= ring->slots))
		failure = failure_at(STATUS_DAMAGED, ring->at.v);
	return failure;
}

static struct failure read_entry(struct kernel *k, struct iova_allocator *a, const struct ring *ring,
				 uint64_t nth)
{
	struct iova_queued entry = { .cpu = ring->cpu, .at = kva_plus(ring->entries, nth * ring->bytes) };
	struct failure failure = kernel_read_member(k, entry.at, M_FQ_ENTRY_PFN, &entry.first);

	if (failed(failure))
		return failure;
	/* The range that starts there is freed, whatever else is not known of it. */
	failure = kernel_read_member(k, entry.at, M_FQ_ENTRY_COUNTER, &entry.counter);
	entry.has_counter = !failed(failure);
	a->flushes_failure = first_failure(a->flushes_failure, failure);
	a->queued = iova_grow(k, a->queued, a->nr_queued, sizeof(*a->queued));
	a->queued[a->nr_queued++] = entry;
	return NO_FAILURE;
}

static void read_queue(struct kernel *k, struct iova_allocator *a, struct kva at, uint32_t cpu)
{
	struct ring ring = { .at = at, .cpu = cpu };
	struct failure failure = read_ring(k, &ring);

	trouble(k, a, failure);
	if (failed(failure))
		return;
	a->nr_queues++;
	a->queue_slots = ring.slots;
	for (uint64_t nth = ring.head; nth != ring.tail; nth = (nth + 1) % ring.slots)
		trouble(k, a, read_entry(k, a, &ring, nth));
}

/* ---- where they are ---- */

/* They moved out of the allocator into the cookie. */
struct members {
	struct kva base;
	unsigned queues, started, finished;
};

static struct members find_members(struct kernel *k, const struct iova_allocator *a)
{
	if (!kva_is_null(a->cookie) && kernel_has_member(k, M_COOKIE_FQ))
		return (struct members){ a->cookie, M_COOKIE_FQ, M_COOKIE_FQ_STARTED, M_COOKIE_FQ_FINISHED };
	return (struct members){ a->at, M_IOVAD_FQ, M_IOVAD_FQ_STARTED, M_IOVAD_FQ_FINISHED };
}

static struct failure read_kind(struct kernel *k, struct iova_allocator *a)
{
	uint64_t kind = 0;
	struct failure failure = NO_FAILURE;

	if (!kva_is_null(a->cookie) && kernel_has_member(k, M_COOKIE_FQ_KIND))
		failure = kernel_read_member(k, a->cookie, M_COOKIE_FQ_KIND, &kind);
	a->is_single_queue = kind == KIND_SINGLE;
	return failure;
}

static void read_all(struct kernel *k, struct iova_allocator *a, struct kva queues)
{
	struct percpu cpus;
	struct failure failure;

	if (a->is_single_queue) {
		read_queue(k, a, queues, 0);
		return;
	}
	failure = kernel_percpu(k, &cpus);
	trouble(k, a, failure);
	for (uint32_t cpu = 0; cpu < cpus.nr && !failed(failure); cpu++) {
		if (cpus.possible[cpu])
			read_queue(k, a, percpu_copy(&cpus, queues, cpu), cpu);
	}
}

static void read_flushes(struct kernel *k, struct iova_allocator *a, const struct members *members)
{
	struct failure failure = kernel_read_member(k, members->base, members->started, &a->flushes_started);

	if (!failed(failure))
		failure = kernel_read_member(k, members->base, members->finished, &a->flushes_finished);
	a->flushes_known = !failed(failure);
	a->flushes_failure = failure;
}

void iova_read_queues(struct kernel *k, struct iova_allocator *a)
{
	struct members members = find_members(k, a);
	struct kva queues = { 0 };
	struct failure failure = kernel_read_pointer(k, members.base, members.queues, &queues);

	a->has_queue = !failed(failure) && !kva_is_null(queues);
	if (a->has_queue) {
		read_flushes(k, a, &members);
		failure = read_kind(k, a);
	}
	trouble(k, a, failure);
	if (a->has_queue && !failed(failure))
		read_all(k, a, queues);
}
