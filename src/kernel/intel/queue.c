// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two queues of a VT-d unit that lie in memory: the invalidation queue (struct q_inval), which the driver
 * writes, and the page-request queue, which the unit writes.
 *
 * The driver marks each slot of the invalidation queue (desc_status). What it submits ends with a wait, which makes
 * the unit store "done" into the mark of the wait's own slot; then the driver takes the slots back, and marks them
 * free; older kernels mark them done first. It erases nothing: slots that are free have the commands of
 * before. free_head is where it writes next, and so the tail as the unit knows it; free_tail is the oldest slot
 * that it has not taken back. The unit's own head is a register.
 *
 * Linux drivers/iommu/intel/dmar.c: qi_submit_sync(), reclaim_free_desc(), qi_check_fault().
 */
#include "intel.h"

#include "format/intel/queue.h"
#include "kernel/pieces.h"

#include <string.h>

/* Linux drivers/iommu/intel/iommu.h, QI_LENGTH. */
#define QI_SLOTS 256

#define SUMMARY_MAX 256

/* ---- what the driver keeps of the invalidation queue ---- */

/* Linux drivers/iommu/intel/iommu.h: QI_FREE, QI_IN_USE, QI_DONE, QI_ABORT. */
enum mark { MARK_FREE, MARK_IN_USE, MARK_DONE, MARK_ABORTED, NR_MARKS };

static const char *const mark_names[NR_MARKS] = { "free", "in use", "done", "aborted" };

struct slots {
	struct kva qi;			/* struct q_inval; null: the unit has no such queue */
	bool has_head, has_tail, has_count;
	uint32_t head, tail, count;	/* free_head, free_tail, free_cnt */
	bool has_marks;
	struct kva marks_at;
	uint32_t marks[QI_SLOTS];
};

static bool read_slot(struct kernel *k, struct kva qi, unsigned member, uint32_t last, uint32_t *ret)
{
	uint64_t value;

	if (failed(kernel_read_member(k, qi, member, &value)) || value > last)
		return false;
	*ret = (uint32_t)value;
	return true;
}

static void read_marks(struct kernel *k, struct slots *ret)
{
	struct failure failure = kernel_read_pointer(k, ret->qi, M_INTEL_QI_STATUS, &ret->marks_at);

	if (!failed(failure))
		failure = failure_at(target_read_kva(k->target, ret->marks_at, ret->marks,
						     sizeof(ret->marks)), ret->marks_at.v);
	ret->has_marks = !failed(failure);
	if (failed(failure))
		kernel_leave_unreported(k, failure);
}

static struct failure read_slots(struct kernel *k, const struct unit *unit, struct slots *ret)
{
	struct failure failure;

	memset(ret, 0, sizeof(*ret));
	failure = kernel_read_pointer(k, unit->at, M_INTEL_IOMMU_QI, &ret->qi);
	if (failed(failure) || kva_is_null(ret->qi))
		return failure;
	ret->has_head = read_slot(k, ret->qi, M_INTEL_QI_FREE_HEAD, QI_SLOTS - 1, &ret->head);
	ret->has_tail = read_slot(k, ret->qi, M_INTEL_QI_FREE_TAIL, QI_SLOTS - 1, &ret->tail);
	ret->has_count = read_slot(k, ret->qi, M_INTEL_QI_FREE_COUNT, QI_SLOTS, &ret->count);
	read_marks(k, ret);
	return NO_FAILURE;
}

/* Slots from free_tail on that the driver has not taken back. */
static uint32_t nr_taken(const struct slots *slots)
{
	return (slots->head - slots->tail + QI_SLOTS) % QI_SLOTS;
}

/* The driver keeps the count beside the two places: it leaves two slots or more unused, so that the places say as
 * much as the count. */
static void describe_slots(struct kernel *k, const struct slots *slots, struct queue *ret)
{
	const char *words = "", *other = "";

	if (slots->has_count) {
		add_value(k, &ret->more, (struct named_value){ "free_count", VALUE_COUNT, slots->count, NULL });
		words = arena_printf(k->arena, "%u of %u free", slots->count, QI_SLOTS);
	} else {
		words = "how many are free is not known";
	}
	if (!slots->has_head || !slots->has_tail) {
		other = "; free_head or free_tail is not known, or is no slot of this queue";
	} else {
		add_value(k, &ret->more, (struct named_value){ "free_tail", VALUE_COUNT, slots->tail, NULL });
		if (nr_taken(slots))
			other = arena_printf(k->arena, "; %u from %u on are not taken back",
					     nr_taken(slots), slots->tail);
		if (slots->has_count && slots->count + nr_taken(slots) != QI_SLOTS)
			other = arena_printf(k->arena, " by free_cnt, where free_tail %u and free_head %u "
					     "make it %u: they disagree", slots->tail, slots->head,
					     QI_SLOTS - nr_taken(slots));
	}
	add_line(k, &ret->lines, "SLOTS", arena_printf(k->arena, "%s%s", words, other));
}

static const char *const *mark_words(struct kernel *k, const struct slots *slots)
{
	const char **ret = arena_alloc(k->arena, QI_SLOTS * sizeof(*ret));

	for (unsigned i = 0; i < QI_SLOTS; i++)
		ret[i] = slots->marks[i] < NR_MARKS ?
				 mark_names[slots->marks[i]] :
				 arena_printf(k->arena, "%x?", slots->marks[i]);
	return ret;
}

/* Linux drivers/iommu/intel/iommu.h, qi_shift(): by what the unit knows, whatever mode it is in. */
static struct failure is_wide(struct kernel *k, const struct unit *unit, bool *wide)
{
	uint64_t ecap = 0;
	struct failure failure = NO_FAILURE;

	if (intel_knows_scalable(k))
		failure = kernel_read_member(k, unit->at, M_INTEL_IOMMU_ECAP, &ecap);
	*wide = record_get(&intel_ecap_record, "smts", &ecap);
	return failure;
}

static struct failure read_commands(struct kernel *k, const struct unit *unit, struct queue *ret)
{
	struct failure failure, width_failure;
	struct slots slots;
	bool wide;

	memset(ret, 0, sizeof(*ret));
	failure = read_slots(k, unit, &slots);
	if (failed(failure) || kva_is_null(slots.qi))
		return failure;
	if (slots.has_marks)
		ret->marks = mark_words(k, &slots);
	describe_slots(k, &slots, ret);
	failure = kernel_read_pointer(k, slots.qi, M_INTEL_QI_DESC, &ret->at);
	width_failure = is_wide(k, unit, &wide);
	if (failed(width_failure))
		return width_failure;
	ret->entry_bytes = wide ? INTEL_QI_WIDE_BYTES : INTEL_QI_BYTES;
	ret->has_tail = slots.has_head;
	ret->tail = slots.head * ret->entry_bytes;
	if (!failed(failure))
		read_queue_words(k, ret, QI_SLOTS * ret->entry_bytes, ret->entry_bytes);
	return failure;
}

/* ---- how far the unit is ---- */

static const uint64_t *slot_words(const struct queue *queue, uint32_t slot)
{
	return queue->words + (size_t)slot * queue->entry_bytes / sizeof(uint64_t);
}

/* What is looked through: slots that the driver has submitted and not taken back, oldest first. */
struct looking {
	const struct queue *queue;
	const struct slots *slots;
	struct pa marks_pa;
	struct semaphore *semaphore;
	struct queue_order *order;
};

/* The wait that the driver itself put behind what it submitted: the unit answers into the mark of its slot. */
static bool ends_submission(const struct looking *l, uint32_t slot)
{
	const uint64_t *words = slot_words(l->queue, slot);

	return intel_qi_is_wait(words) && record_get(&intel_qi_wait_record, "staddr", words) ==
						  l->marks_pa.v + slot * sizeof(uint32_t);
}

static void found_open(struct looking *l, uint32_t position, uint32_t slot)
{
	struct semaphore *semaphore = l->semaphore;

	if (semaphore->open++)
		return;
	l->order->first_open = position;
	*semaphore = (struct semaphore){
		.has_value = true,
		.has_expected = true,
		.has_wait = true,
		.wait = slot,
		.mark = l->queue->marks[slot],
		.value = l->slots->marks[slot],
		.expected = record_get(&intel_qi_wait_record, "stdata", slot_words(l->queue, slot)),
		.at = kva_of(l->slots->marks_at.v + slot * sizeof(uint32_t)),
		.state = SEMAPHORE_WAITS,
		.open = 1,
	};
}

static bool is_answered(uint32_t mark)
{
	return mark == MARK_FREE || mark == MARK_DONE;
}

/* position: of the first slot of a submission. Returns the position behind its wait; order.nr + 1: it has none. */
static uint32_t look_at_submission(struct looking *l, uint32_t position)
{
	for (uint32_t first = position; position < l->order->nr; position++) {
		uint32_t slot = (l->order->start + position) % QI_SLOTS;

		if (!ends_submission(l, slot))
			continue;
		if (!is_answered(l->slots->marks[slot]))
			found_open(l, first, slot);
		return position + 1;
	}
	return l->order->nr + 1;
}

/* What no wait of the driver stands behind: the words are not those of a queue as the driver writes it. */
static void found_no_wait(struct looking *l, uint32_t position)
{
	if (l->semaphore->state == SEMAPHORE_WAITS)
		return;
	l->order->first_open = position;
	l->order->told_by = "the driver's free_tail";
}

static void find_order(struct kernel *k, const struct unit *unit, const struct queue *queue,
		       struct semaphore *semaphore, struct queue_order *ret)
{
	struct slots slots;
	struct looking l = { queue, &slots, { 0 }, semaphore, ret };
	uint32_t position;

	memset(semaphore, 0, sizeof(*semaphore));
	*ret = (struct queue_order){ 0 };
	if (!queue->words || failed(read_slots(k, unit, &slots)))
		return;
	ret->nr = ret->first_open = QI_SLOTS;
	if (!slots.has_head || !slots.has_tail)
		return;
	ret->start = slots.head;
	position = QI_SLOTS - nr_taken(&slots);
	/* The marks in words are of an earlier read, which may have failed where this one did not. */
	if (!slots.has_marks || !queue->marks || failed(kernel_to_pa(k, slots.marks_at, &l.marks_pa))) {
		found_no_wait(&l, position);
		return;
	}
	semaphore->state = SEMAPHORE_ANSWERED;
	for (uint32_t next; position < ret->nr; position = next) {
		next = look_at_submission(&l, position);
		if (next > ret->nr)
			found_no_wait(&l, position);
	}
}

/* A requester id of the unit's segment. */
static uint32_t id_on_unit(struct kernel *k, const struct unit *unit, uint64_t source_id)
{
	const struct intel_unit *known = intel_unit_of(kernel_inventory(k), unit);

	return intel_id(known ? known->segment : 0, (uint32_t)source_id);
}

static bool needs_device(struct kernel *k, const struct unit *unit, const uint64_t *words,
			 uint32_t *stream_id)
{
	uint16_t source_id;

	if (!intel_qi_needs_device(words, &source_id))
		return false;
	*stream_id = id_on_unit(k, unit, source_id);
	return true;
}

/* ---- what an entry says ---- */

static const char *summary_words(struct kernel *k, const uint64_t *words,
				 const char *(*summary)(const uint64_t *words, char *buf, unsigned size))
{
	char buf[SUMMARY_MAX] = "";

	return arena_strdup(k->arena, summary(words, buf, sizeof(buf)));
}

static void describe_command(struct kernel *k, const struct unit *unit, const uint64_t *words,
			     struct queue_entry *ret)
{
	uint16_t source_id;
	bool wide;

	*ret = (struct queue_entry){ .where = "", .whose = "" };
	if (failed(is_wide(k, unit, &wide)))
		wide = false;
	ret->record = intel_qi_record(words, wide);
	ret->code = intel_qi_type(words);
	ret->has_stream = ret->record && intel_qi_device(words, &source_id);
	if (ret->has_stream)
		ret->stream_id = id_on_unit(k, unit, source_id);
	ret->summary = summary_words(k, words, intel_qi_summary);
}

static void describe_request(struct kernel *k, const struct unit *unit, const uint64_t *words,
			     struct queue_entry *ret)
{
	*ret = (struct queue_entry){ .record = intel_prq_record(words), .where = "", .whose = "" };
	ret->code = intel_prq_type(words);
	ret->summary = summary_words(k, words, intel_prq_summary);
	if (!ret->record)
		return;
	ret->has_stream = true;
	ret->stream_id = id_on_unit(k, unit, record_get(ret->record, "source_id", words));
	if (!intel_prq_is_stop_marker(words))
		ret->where = arena_printf(k->arena, "address %llx", (unsigned long long)record_get(
									    ret->record, "address", words));
}

/* ---- page requests ---- */

/* Linux PRQ_ORDER: 0, with the number of requests (v5.14) 2, since v5.18 4. Where the unit has it is a register. A
 * kernel in which domains keep their ids in an xarray is younger than that; of one between it is not told. */
#define PRQ_BYTES_FIRST 4096u
#define PRQ_BYTES_SINCE_5_14 16384u
#define PRQ_BYTES_SINCE_5_18 65536u

static struct failure read_requests(struct kernel *k, const struct unit *unit, struct queue *ret)
{
	struct failure failure;
	uint32_t bytes = PRQ_BYTES_FIRST;
	uint64_t number;

	memset(ret, 0, sizeof(*ret));
	failure = kernel_read_pointer(k, unit->at, M_INTEL_IOMMU_PRQ, &ret->at);
	if (failed(failure) || kva_is_null(ret->at))
		return failure;
	if (kernel_has_member(k, M_INTEL_IOMMU_PRQ_NUMBER))
		bytes = kernel_has_member(k, M_INTEL_DOMAIN_UNITS) ? PRQ_BYTES_SINCE_5_18 :
								     PRQ_BYTES_SINCE_5_14;
	read_queue_words(k, ret, bytes, INTEL_PRQ_BYTES);
	if (bytes == PRQ_BYTES_SINCE_5_14)
		add_line(k, &ret->lines, "SIZE", "not known: the first 16 KiB were read, and the queue may have 64");
	if (kernel_has_member(k, M_INTEL_IOMMU_PRQ_NUMBER) &&
	    !failed(kernel_read_member(k, unit->at, M_INTEL_IOMMU_PRQ_NUMBER, &number))) {
		add_value(k, &ret->more, (struct named_value){ "reported", VALUE_COUNT, number, NULL });
		add_line(k, &ret->lines, "REPORTED", arena_printf(k->arena, "%llu request%s so far (prq_seq_number)",
							  (unsigned long long)number,
							  number == 1 ? "" : "s"));
	}
	return NO_FAILURE;
}

const struct queue_kind intel_queues[] = {
	{
		.verb = "commands",
		.key = "invalidation_queue",
		.list = "commands",
		.doing = "read the invalidation queue",
		.of_commands = true,
		.keeps_history = true,
		.read = read_commands,
		.describe = describe_command,
		.find_order = find_order,
		.is_wait = intel_qi_is_wait,
		.needs_device = needs_device,
	},
	{
		.verb = "events",
		.list = "events",
		.no_memory = "VT-d keeps its fault records in registers, which a dump does not have; what the "
			     "driver read there and printed is in the kernel log, in lines that begin with "
			     "\"DMAR:\"",
	},
	{
		.verb = "ppr",
		.key = "page_request_queue",
		.list = "requests",
		.doing = "read the page-request queue",
		.keeps_history = true,
		.empty = "empty: the unit has written no page request",
		.old = "the driver does not clear what it has read, and where the unit writes next is a register: "
		       "which of these are old is not known",
		.read = read_requests,
		.describe = describe_request,
	},
	{ 0 },
};
