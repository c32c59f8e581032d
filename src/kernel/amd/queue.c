// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The four rings of an AMD IOMMU: commands, events, page requests, and the log of interrupts for virtual CPUs
 * that did not run.
 *
 * The driver clears what it has consumed of the event and PPR logs, so what stands there had not
 * been seen yet; it never clears commands, so the ring has the last ones, oldest at the tail.
 *
 * Which commands the hardware is done with: the head that the driver remembers is its last look at
 * a register, taken only when the ring seems full, and may be hundreds of commands old. The
 * semaphore knows better: the hardware wrote the data of the last COMPLETION_WAIT into it, and takes
 * commands in their order. That data is a number that grows, or always 1 in older kernels.
 */
#include "amd.h"

#include "format/amd/log.h"
#include "format/amd/fault_line.h"
#include "format/amd/pt.h"
#include "kernel/pieces.h"

#include <stdio.h>
#include <string.h>

/* Linux amd_iommu_types.h: sizes of rings that have no variable of their own. */
#define CMD_BUFFER_SIZE 8192
#define LOG_SIZE_FIXED	8192 /* event and PPR log up to 6.6; later the variables below */
#define GA_LOG_ENTRIES	512
#define LOG_SIZE_MAX	(1u << 19) /* 15 in the size field of the base register: 32768 entries */

#define SUMMARY_MAX 256

/* ---- reading ---- */

static struct failure read_ring(struct kernel *k, const struct unit *unit, unsigned member,
				uint32_t bytes, uint32_t entry_bytes, struct queue *ret)
{
	struct failure failure;

	memset(ret, 0, sizeof(*ret));
	failure = kernel_read_pointer(k, unit->at, member, &ret->at);
	if (failed(failure) || kva_is_null(ret->at))
		return failure;
	read_queue_words(k, ret, bytes, entry_bytes);
	return NO_FAILURE;
}

static uint32_t log_size(struct kernel *k, const char *variable)
{
	uint64_t size;

	if (!failed(kernel_read_variable(k, variable, 4, &size)) && size >= LOG_SIZE_FIXED &&
	    size <= LOG_SIZE_MAX && size % AMD_LOG_ENTRY_BYTES == 0)
		return (uint32_t)size;
	return LOG_SIZE_FIXED;
}

/* Only the command ring's pointers are mirrored in memory; those of the others are registers. */
static void read_pointers(struct kernel *k, const struct unit *unit, struct queue *ret)
{
	uint64_t head, tail;

	if (failed(kernel_read_member(k, unit->at, M_AMD_IOMMU_CMD_BUF_HEAD, &head)) ||
	    failed(kernel_read_member(k, unit->at, M_AMD_IOMMU_CMD_BUF_TAIL, &tail)))
		return;
	if (head >= ret->bytes || tail >= ret->bytes || head % ret->entry_bytes ||
	    tail % ret->entry_bytes)
		return; /* not offsets into this ring */
	ret->has_head = ret->has_tail = true;
	ret->head = (uint32_t)head;
	ret->tail = (uint32_t)tail;
}

static struct failure read_commands(struct kernel *k, const struct unit *unit, struct queue *ret)
{
	struct failure failure = read_ring(k, unit, M_AMD_IOMMU_CMD_BUF, CMD_BUFFER_SIZE,
					   AMD_LOG_ENTRY_BYTES, ret);

	if (ret->bytes)
		read_pointers(k, unit, ret);
	return failure;
}

static struct failure read_events(struct kernel *k, const struct unit *unit, struct queue *ret)
{
	return read_ring(k, unit, M_AMD_IOMMU_EVT_BUF, log_size(k, "amd_iommu_evtlog_size"),
			 AMD_LOG_ENTRY_BYTES, ret);
}

static struct failure read_ppr(struct kernel *k, const struct unit *unit, struct queue *ret)
{
	return read_ring(k, unit, M_AMD_IOMMU_PPR_LOG, log_size(k, "amd_iommu_pprlog_size"),
			 AMD_LOG_ENTRY_BYTES, ret);
}

static struct failure read_ga_log(struct kernel *k, const struct unit *unit, struct queue *ret)
{
	return read_ring(k, unit, M_AMD_IOMMU_GA_LOG, GA_LOG_ENTRIES * AMD_GA_LOG_ENTRY_BYTES,
			 AMD_GA_LOG_ENTRY_BYTES, ret);
}

/* ---- what an entry says ---- */

/* The device that an entry is about, if its record has a field for it. */
static void read_device(const struct unit *unit, const uint64_t *words, struct queue_entry *ret)
{
	const struct field *field = record_field(ret->record, "device_id");

	if (!field)
		return;
	ret->has_stream = true;
	ret->stream_id = amd_id(amd_segment_of(unit->sbdf), (uint32_t)field_get(field, words));
}

static void read_summary(struct kernel *k, const uint64_t *words, struct queue_entry *ret,
			 const char *(*summary)(const uint64_t *words, char *buf, unsigned size))
{
	char buf[SUMMARY_MAX] = "";

	ret->summary = arena_strdup(k->arena, summary(words, buf, sizeof(buf)));
}

static const char *address_words(struct kernel *k, const struct record *record,
				 const uint64_t *words)
{
	static const char *const keys[] = { "address", "gpa", "spa" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct field *field = record_field(record, keys[i]);

		if (field)
			return arena_printf(k->arena, "address %llx",
					    (unsigned long long)field_get(field, words));
	}
	return "";
}

/* The PASID or the domain in whose table the address was looked up. */
static const char *table_words(struct kernel *k, const struct record *record, const uint64_t *words)
{
	const struct field *pasid = record_field(record, "pasid");
	const struct field *gn = record_field(record, "gn");
	const struct field *domain = record_field(record, "domain_id");

	if (pasid && gn && field_get(gn, words))
		return arena_printf(k->arena, " PASID 0x%llx",
				    (unsigned long long)field_get(pasid, words));
	if (domain)
		return arena_printf(k->arena, " domain 0x%llx",
				    (unsigned long long)field_get(domain, words));
	return "";
}

/* Addresses in sentences have no encryption bit; what is no record keeps its words. */
static const uint64_t *plain_words(struct kernel *k, const struct record *record,
				   const uint64_t *words)
{
	uint64_t *plain;

	if (!record || !k->enc_mask)
		return words;
	plain = arena_alloc(k->arena, AMD_LOG_ENTRY_BYTES);
	record_without_encryption(record, words, k->enc_mask, plain);
	return plain;
}

static void describe_command(struct kernel *k, const struct unit *unit, const uint64_t *words,
			     struct queue_entry *ret)
{
	*ret = (struct queue_entry){ .record = amd_command_record(words), .where = "", .whose = "" };
	ret->code = amd_log_code(words);
	words = plain_words(k, ret->record, words);
	if (ret->record)
		read_device(unit, words, ret);
	read_summary(k, words, ret, amd_command_summary);
}

/* What the device's entry makes of its requests now. An entry of another domain is not the one that the
 * event is about. */
static bool entry_now(struct kernel *k, const struct queue_entry *event, const uint64_t *words,
		      struct amd_event_now *ret)
{
	const struct field *domain = record_field(event->record, "domain_id");
	struct amd_dte_place place;
	struct pt_root root;
	uint32_t last;

	*ret = (struct amd_event_now){ 0 };
	if (!domain || failed(amd_read_dte(k, event->stream_id, &place, &last)) ||
	    place.dte.domain_id != field_get(domain, words))
		return false;
	ret->blocked = place.dte.state == DMA_BLOCKED;
	if (place.dte.state != DMA_TRANSLATED)
		return true;
	root = kernel_root(k, &amdv1_format, place.dte.root, place.dte.levels);
	ret->levels = place.dte.levels;
	ret->last_iova = pt_last_iova(&root).v;
	return true;
}

static void read_event_summary(struct kernel *k, const uint64_t *words, struct queue_entry *ret)
{
	struct amd_event_now now;
	char buf[SUMMARY_MAX] = "";
	bool known = ret->has_stream && entry_now(k, ret, words, &now);

	amd_event_summary(words, known ? &now : NULL, buf, sizeof(buf));
	ret->summary = arena_strdup(k->arena, buf);
}

static void take_irq_index(const uint64_t *words, struct queue_entry *ret)
{
	uint8_t low;

	ret->is_interrupt = amd_event_irq_index(words, &low);
	if (!ret->is_interrupt)
		return;
	ret->irq_index = low;
	ret->irq_index_bits = 8 * sizeof(low);
}

static void describe_event(struct kernel *k, const struct unit *unit, const uint64_t *words,
			   struct queue_entry *ret)
{
	*ret = (struct queue_entry){ .record = amd_event_record(words), .where = "", .whose = "" };
	ret->code = amd_log_code(words);
	words = plain_words(k, ret->record, words);
	if (ret->record) {
		read_device(unit, words, ret);
		ret->where = address_words(k, ret->record, words);
		ret->whose = table_words(k, ret->record, words);
		take_irq_index(words, ret);
	}
	read_event_summary(k, words, ret);
}

static bool fault_of_event(struct kernel *k, const struct unit *unit, const uint64_t *words,
			   struct fault *ret)
{
	uint32_t segment = amd_segment_of(unit->sbdf);

	if (!amd_event_fault(plain_words(k, amd_event_record(words), words), ret)) {
		ret->kind = FAULT_OF_UNIT;
		ret->claim = FAULT_NOT_UNDERSTOOD;
		snprintf(ret->name, sizeof(ret->name), "code 0x%x", amd_log_code(words));
		amd_event_summary(words, NULL, ret->words, sizeof(ret->words));
	}
	ret->raw[0] = words[0];
	ret->raw[1] = words[1];
	ret->has_segment = true;
	ret->stream_id = amd_id(segment, ret->stream_id);
	ret->has_unit = true;
	ret->unit_id = unit->sbdf;
	return true;
}

static void describe_ppr(struct kernel *k, const struct unit *unit, const uint64_t *words,
			 struct queue_entry *ret)
{
	*ret = (struct queue_entry){ .record = amd_ppr_record(words), .where = "", .whose = "" };
	ret->code = amd_log_code(words);
	if (ret->record) {
		read_device(unit, words, ret);
		ret->where = address_words(k, ret->record, words);
	}
	read_summary(k, words, ret, amd_ppr_summary);
}

static void describe_ga_log(struct kernel *k, const struct unit *unit, const uint64_t *words,
			    struct queue_entry *ret)
{
	*ret = (struct queue_entry){ .record = amd_ga_log_record(words), .where = "", .whose = "" };
	ret->code = amd_log_code(words);
	if (ret->record) {
		read_device(unit, words, ret);
		ret->posted = true;
		ret->to = amd_posted_key((uint32_t)record_get(ret->record, "ga_tag", words),
					 pa_of(0));
	}
	read_summary(k, words, ret, amd_ga_log_summary);
}

/* ---- how far the hardware is with the commands ---- */

/* A kernel that counts waits has a page for the semaphore; older ones have it inside the struct of the unit. */
static bool counts_waits(struct kernel *k)
{
	return kernel_has_member(k, M_AMD_IOMMU_CMD_SEM_VAL);
}

/* The semaphore that COMPLETION_WAIT commands store to. *pa: where that is for the hardware. */
static bool read_semaphore(struct kernel *k, const struct unit *unit, struct semaphore *ret,
			   struct pa *pa)
{
	memset(ret, 0, sizeof(*ret));
	if (counts_waits(k)) {
		ret->has_expected = !failed(kernel_read_member(k, unit->at, M_AMD_IOMMU_CMD_SEM_VAL,
							       &ret->expected));
		if (failed(kernel_read_pointer(k, unit->at, M_AMD_IOMMU_CMD_SEM, &ret->at)) ||
		    kva_is_null(ret->at))
			return false;
	} else if (failed(kernel_member_at(k, unit->at, M_AMD_IOMMU_CMD_SEM, &ret->at))) {
		return false;
	}
	ret->has_value = !failed(kernel_read_number(k, ret->at, 8, &ret->value));
	return !failed(kernel_to_pa(k, ret->at, pa));
}

static const uint64_t *entry_at(const struct queue *queue, const struct queue_order *order,
				uint32_t position)
{
	uint32_t index = (order->start + position) % order->nr;

	return queue->words + (size_t)index * queue->entry_bytes / sizeof(uint64_t);
}

static bool is_wait(const uint64_t *words)
{
	return amd_command_record(words) == &amd_command_completion_wait_record;
}

/* Where a wait stores, without the bit that marks encrypted memory. */
static struct pa store_address(const struct kernel *k, const uint64_t *words)
{
	return pa_of(record_get(&amd_command_completion_wait_record, "store_address", words) &
		     ~k->enc_mask);
}

/* The position of the last wait before `end`; -1: there is none. */
static int64_t last_wait(const struct queue *queue, const struct queue_order *order, int64_t end)
{
	for (int64_t position = end - 1; position >= 0; position--) {
		if (is_wait(entry_at(queue, order, (uint32_t)position)))
			return position;
	}
	return -1;
}

static void doubt(struct semaphore *semaphore, const char *why)
{
	semaphore->state = SEMAPHORE_UNKNOWN;
	semaphore->doubt = why;
}

/* A number that each wait has one more of. */
static void judge_count(const struct queue_order *order, struct semaphore *semaphore)
{
	if (!semaphore->has_expected) {
		doubt(semaphore, "what the driver's last wait asks for could not be read");
		return;
	}
	semaphore->open = semaphore->expected - semaphore->value;
	semaphore->state = semaphore->open ? SEMAPHORE_WAITS : SEMAPHORE_ANSWERED;
	if (order->nr && semaphore->open > order->nr)
		doubt(semaphore, "more waits than the ring has commands would be open: one of the two is "
				 "not what it should be");
}

/* Kernels without such a number (RHEL 8, 4.18) store 0 before each wait, which stores 1, one wait at a time. */
static void judge_flag(struct semaphore *semaphore, int64_t wait)
{
	if (semaphore->value == 1) {
		semaphore->state = SEMAPHORE_ANSWERED;
	} else if (semaphore->value == 0 && wait >= 0) {
		semaphore->state = SEMAPHORE_WAITS;
		semaphore->open = 1;
	} else if (semaphore->value) {
		doubt(semaphore, "neither 0, as the driver stores before a wait, nor 1, as the wait does");
	} else {
		doubt(semaphore, "no wait is in the ring");
	}
}

/* What the semaphore says. wait: the ring's last wait, or -1. */
static void judge(struct kernel *k, const struct queue *queue, const struct queue_order *order,
		  struct pa pa, int64_t wait, struct semaphore *semaphore)
{
	struct pa stores_to = pa;

	if (wait >= 0)
		stores_to = store_address(k, entry_at(queue, order, (uint32_t)wait));
	semaphore->is_elsewhere = stores_to.v != (pa.v & ~k->enc_mask);
	semaphore->elsewhere = stores_to;
	if (semaphore->is_elsewhere)
		doubt(semaphore, "the last wait of the ring does not store there");
	else if (counts_waits(k))
		judge_count(order, semaphore);
	else
		judge_flag(semaphore, wait);
}

/* The position behind the last wait that is known to be answered; -1: the ring does not have it. */
static int64_t after_the_answered(struct kernel *k, const struct queue *queue,
				  const struct queue_order *order, int64_t wait,
				  const struct semaphore *semaphore)
{
	if (!counts_waits(k) && semaphore->state == SEMAPHORE_WAITS)
		wait = last_wait(queue, order, wait);
	while (counts_waits(k) && wait >= 0 &&
	       record_get(&amd_command_completion_wait_record, "store_data",
			  entry_at(queue, order, (uint32_t)wait)) != semaphore->value)
		wait = last_wait(queue, order, wait);
	return wait < 0 ? -1 : wait + 1;
}

static void find_order(struct kernel *k, const struct unit *unit, const struct queue *queue,
		       struct semaphore *semaphore, struct queue_order *ret)
{
	struct pa pa = { 0 };
	bool has_pa = read_semaphore(k, unit, semaphore, &pa);
	int64_t wait, first_open = -1;

	*ret = (struct queue_order){ 0 };
	doubt(semaphore, "the driver's place in the ring is not known");
	if (!queue->words)
		return;
	ret->nr = ret->first_open = queue->bytes / queue->entry_bytes;
	if (!queue->has_tail)
		return;
	ret->start = queue->tail / queue->entry_bytes;
	wait = last_wait(queue, ret, ret->nr);
	if (semaphore->has_value && has_pa)
		judge(k, queue, ret, pa, wait, semaphore);
	if (semaphore->state != SEMAPHORE_UNKNOWN)
		first_open = after_the_answered(k, queue, ret, wait, semaphore);
	ret->told_by = first_open < 0 ? "the driver's last look at the head" : NULL;
	ret->first_open = first_open >= 0 ? (uint32_t)first_open :
					    ret->nr - (queue->tail - queue->head) /
							      queue->entry_bytes % ret->nr;
}

/* Only an invalidation of a device's own TLB needs more than the IOMMU. */
static bool needs_device(struct kernel *k, const struct unit *unit, const uint64_t *words,
			 uint32_t *stream_id)
{
	const struct record *record = amd_command_record(words);

	(void)k;
	if (record != &amd_command_invalidate_iotlb_record)
		return false;
	*stream_id = amd_id(amd_segment_of(unit->sbdf),
			    (uint32_t)record_get(record, "device_id", words));
	return true;
}

#define ALL_READ "empty: the driver clears what it has read, and has read all"

const struct queue_kind amd_queues[] = {
	{
		.verb = "commands",
		.key = "command_buffer",
		.list = "commands",
		.doing = "read the command buffer",
		.of_commands = true,
		.keeps_history = true,
		.read = read_commands,
		.describe = describe_command,
		.find_order = find_order,
		.is_wait = is_wait,
		.needs_device = needs_device,
	},
	{
		.verb = "events",
		.key = "event_log",
		.list = "events",
		.doing = "read the event log",
		.empty = ALL_READ "; what it prints of them is in the kernel log",
		.read = read_events,
		.describe = describe_event,
		.fault = fault_of_event,
	},
	{
		.verb = "ppr",
		.key = "ppr_log",
		.list = "requests",
		.doing = "read the PPR log",
		.empty = ALL_READ,
		.read = read_ppr,
		.describe = describe_ppr,
	},
	{
		.verb = "galog",
		.key = "ga_log",
		.list = "entries",
		.doing = "read the GA log",
		.keeps_history = true,
		.names_vms = true,
		.old = "the driver does not clear what it has read: these may be old",
		.read = read_ga_log,
		.describe = describe_ga_log,
	},
	{ 0 },
};
