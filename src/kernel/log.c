// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's log. Since v5.10 it is a ring of descriptors over a ring of text (struct printk_ringbuffer, Linux
 * kernel/printk/printk_ringbuffer.h); before, records of various lengths in one buffer (struct printk_log,
 * kernel/printk/printk.c). Writers run without a lock in the first, so each descriptor says of itself
 * whether its record is whole, and each text names its descriptor.
 */
#include "iommu/log.h"

#include "iommu/read.h"
#include "iommu/steps.h"

#include <string.h>

/* A log has at most 2^25 bytes (CONFIG_LOG_BUF_SHIFT), a descriptor for each 32 of them. */
#define MAX_TEXT_BITS 31u
#define MAX_DESC_BITS 26u

static void count_unread(struct log_facts *ret, struct failure failure)
{
	ret->nr_unread++;
	ret->unread = first_failure(ret->unread, failure);
}

/* Not kept as unreported: a caller says once how many records could not be read. */
static struct failure read_bytes(struct kernel *k, struct kva at, void *buf, size_t len)
{
	return failure_at(target_read_kva(k->target, at, buf, len), at.v);
}

/* The text itself, up to the end of what buf holds. */
static struct failure read_log_text(struct kernel *k, struct kva at, size_t len, char buf[LOG_TEXT_MAX + 1])
{
	struct failure failure = NO_FAILURE;

	if (len > LOG_TEXT_MAX)
		len = LOG_TEXT_MAX;
	if (len)
		failure = failure_at(target_read_text(k->target, TEXT_LOG, at, buf, len), at.v);
	buf[failed(failure) ? 0 : len] = '\0';
	return failure;
}

/* ---- since 5.10 ---- */

/* Linux kernel/printk/printk_ringbuffer.h: the two highest bits of a descriptor's state. */
#define DESC_STATE_SHIFT 62
#define DESC_ID_MASK	 (~(3ULL << DESC_STATE_SHIFT))
#define DESC_COMMITTED	 1u
#define DESC_FINALIZED	 2u

#define NO_TEXT_LPOS 1u /* set in a position: the record has no text */
#define BLOCK_ID_BYTES 8u

struct ring {
	struct kva descs, infos, text;
	uint64_t desc_bytes, info_bytes;
	uint64_t nr_descs, text_bytes;
	unsigned text_bits;
	uint64_t tail, head; /* ids of the oldest and the newest descriptor */
};

static struct failure read_ring_sizes(struct kernel *k, struct kva at, struct ring *ret)
{
	uint64_t desc_bits, text_bits;
	struct failure failure = kernel_read_member(k, at, M_PRB_DESC_COUNT_BITS, &desc_bits);

	if (!failed(failure))
		failure = kernel_read_member(k, at, M_PRB_TEXT_SIZE_BITS, &text_bits);
	if (!failed(failure))
		failure = kernel_type_size(k, T_PRB_DESC, &ret->desc_bytes);
	if (!failed(failure))
		failure = kernel_type_size(k, T_PRINTK_INFO, &ret->info_bytes);
	if (failed(failure))
		return failure;
	if (desc_bits > MAX_DESC_BITS || text_bits > MAX_TEXT_BITS)
		return failure_at(STATUS_DAMAGED, at.v);
	ret->nr_descs = 1ULL << desc_bits;
	ret->text_bits = (unsigned)text_bits;
	ret->text_bytes = 1ULL << text_bits;
	return NO_FAILURE;
}

static struct failure read_ring(struct kernel *k, struct kva at, struct ring *ret)
{
	struct failure failure = read_ring_sizes(k, at, ret);

	if (!failed(failure))
		failure = kernel_read_pointer(k, at, M_PRB_DESCS, &ret->descs);
	if (!failed(failure))
		failure = kernel_read_pointer(k, at, M_PRB_INFOS, &ret->infos);
	if (!failed(failure))
		failure = kernel_read_pointer(k, at, M_PRB_TEXT, &ret->text);
	if (!failed(failure))
		failure = kernel_read_member(k, at, M_PRB_TAIL_ID, &ret->tail);
	if (!failed(failure))
		failure = kernel_read_member(k, at, M_PRB_HEAD_ID, &ret->head);
	if (failed(failure))
		return failure;
	ret->tail &= DESC_ID_MASK;
	ret->head &= DESC_ID_MASK;
	if (((ret->head - ret->tail) & DESC_ID_MASK) >= ret->nr_descs)
		return failure_at(STATUS_DAMAGED, at.v);
	return NO_FAILURE;
}

/* Where the block of a record is: behind the id that it begins with. DAMAGED: nowhere. */
static struct failure find_block(const struct ring *ring, uint64_t begin, uint64_t next, struct kva *at,
				 uint64_t *bytes)
{
	uint64_t from = begin & (ring->text_bytes - 1), to = next & (ring->text_bytes - 1);
	uint64_t turns = (next >> ring->text_bits) - (begin >> ring->text_bits);

	*bytes = next - begin;
	/* A block that does not fit before the end of the ring stands at its start; one that ends there, does
	 * not. */
	if (turns == 1 && to) {
		from = 0;
		*bytes = to;
	} else if (turns > 1 || (turns == 0 && to <= from)) {
		*bytes = 0;
	}
	*at = kva_plus(ring->text, from);
	return *bytes <= BLOCK_ID_BYTES || from + *bytes > ring->text_bytes ? failure_at(STATUS_DAMAGED, at->v) :
										    NO_FAILURE;
}

static struct failure read_ring_text(struct kernel *k, const struct ring *ring, struct kva desc, uint64_t id,
				     uint64_t len, char text[LOG_TEXT_MAX + 1])
{
	uint64_t begin, next, bytes, owner;
	struct kva at;
	struct failure failure = kernel_read_member(k, desc, M_PRB_DESC_BEGIN, &begin);

	text[0] = '\0';
	if (!failed(failure))
		failure = kernel_read_member(k, desc, M_PRB_DESC_NEXT, &next);
	if (failed(failure) || begin & NO_TEXT_LPOS || next & NO_TEXT_LPOS)
		return failure;
	failure = find_block(ring, begin, next, &at, &bytes);
	if (!failed(failure))
		failure = read_bytes(k, at, &owner, sizeof(owner));
	if (!failed(failure) && owner != id)
		failure = failure_at(STATUS_DAMAGED, at.v);
	if (failed(failure))
		return failure;
	if (len > bytes - BLOCK_ID_BYTES)
		len = bytes - BLOCK_ID_BYTES;
	return read_log_text(k, kva_plus(at, BLOCK_ID_BYTES), len, text);
}

/* ABSENT: no record is there, or its writer had not ended it. */
static struct failure read_ring_record(struct kernel *k, const struct ring *ring, uint64_t id,
				       struct log_record *record, char text[LOG_TEXT_MAX + 1])
{
	uint64_t index = id & (ring->nr_descs - 1), state, len;
	struct kva desc = kva_plus(ring->descs, index * ring->desc_bytes);
	struct kva info = kva_plus(ring->infos, index * ring->info_bytes);
	struct failure failure = kernel_read_member(k, desc, M_PRB_DESC_STATE, &state);

	if (failed(failure))
		return failure;
	if ((state & DESC_ID_MASK) != id || (state >> DESC_STATE_SHIFT != DESC_COMMITTED &&
					     state >> DESC_STATE_SHIFT != DESC_FINALIZED))
		return failure_of(STATUS_ABSENT);
	record->has_seq = !failed(kernel_read_member(k, info, M_PRINTK_INFO_SEQ, &record->seq));
	record->has_time = !failed(kernel_read_member(k, info, M_PRINTK_INFO_TIME, &record->time_ns));
	failure = kernel_read_member(k, info, M_PRINTK_INFO_LEN, &len);
	return failed(failure) ? failure : read_ring_text(k, ring, desc, id, len, text);
}

static struct failure visit_ring(struct kernel *k, struct kva at, visit_log *visit, void *ctx,
				 struct log_facts *ret)
{
	char text[LOG_TEXT_MAX + 1];
	struct log_record record = { .text = text };
	struct ring ring;
	struct failure failure = read_ring(k, at, &ring);
	struct steps steps = steps_of(k->target, failed(failure) ? 0 : ring.nr_descs);

	for (uint64_t id = ring.tail; !failed(failure); id = (id + 1) & DESC_ID_MASK) {
		struct failure one;

		failure = steps_take(&steps, id);
		if (failed(failure))
			break;
		one = read_ring_record(k, &ring, id, &record, text);
		if (one.status == STATUS_INTERRUPTED || one.status == STATUS_MISSING)
			return one;
		if (failed(one) && one.status != STATUS_ABSENT) {
			kernel_reported(k, one);
			count_unread(ret, one);
		} else if (!failed(one)) {
			if (!ret->nr++ && record.has_seq)
				ret->nr_overwritten = record.seq - ret->nr_unread;
			if (!visit(ctx, &record))
				break;
		}
		if (id == ring.head)
			break;
	}
	return failure;
}

/* ---- before ---- */

struct buffer {
	struct kva at;
	uint64_t bytes, header;
	uint64_t first, next;	      /* offsets of the oldest record, and behind the newest */
	uint64_t first_seq, next_seq; /* their numbers */
};

static struct failure read_buffer(struct kernel *k, struct buffer *ret)
{
	struct failure failure = kernel_read_variable(k, "log_buf", 8, &ret->at.v);

	if (!failed(failure))
		failure = kernel_read_variable(k, "log_buf_len", 4, &ret->bytes);
	if (!failed(failure))
		failure = kernel_read_variable(k, "log_first_idx", 4, &ret->first);
	if (!failed(failure))
		failure = kernel_read_variable(k, "log_next_idx", 4, &ret->next);
	if (!failed(failure))
		failure = kernel_read_variable(k, "log_first_seq", 8, &ret->first_seq);
	if (!failed(failure))
		failure = kernel_read_variable(k, "log_next_seq", 8, &ret->next_seq);
	if (!failed(failure))
		failure = kernel_type_size(k, T_PRINTK_LOG, &ret->header);
	if (failed(failure))
		return failure;
	if (!ret->header || ret->first >= ret->bytes || ret->next > ret->bytes || ret->bytes >> MAX_TEXT_BITS ||
	    ret->next_seq < ret->first_seq)
		return failure_at(STATUS_DAMAGED, ret->at.v);
	return NO_FAILURE;
}

/* The record at an offset. *len: of all of it; 0 where the buffer starts anew. */
static struct failure read_buffer_record(struct kernel *k, const struct buffer *buffer, uint64_t offset,
					 uint64_t *len, struct log_record *record,
					 char text[LOG_TEXT_MAX + 1])
{
	struct kva at = kva_plus(buffer->at, offset);
	uint64_t text_len;
	struct failure failure = kernel_read_member(k, at, M_PRINTK_LOG_LEN, len);

	if (failed(failure) || !*len)
		return failure;
	if (!failed(failure))
		failure = kernel_read_member(k, at, M_PRINTK_LOG_TEXT_LEN, &text_len);
	record->has_seq = true;
	record->has_time = !failed(kernel_read_member(k, at, M_PRINTK_LOG_TIME, &record->time_ns));
	if (failed(failure))
		return failure;
	if (*len > buffer->bytes - offset || text_len + buffer->header > *len)
		return failure_at(STATUS_DAMAGED, at.v);
	return read_log_text(k, kva_plus(at, buffer->header), text_len, text);
}

static struct failure visit_buffer(struct kernel *k, visit_log *visit, void *ctx, struct log_facts *ret)
{
	char text[LOG_TEXT_MAX + 1];
	struct log_record record = { .text = text };
	struct buffer buffer = { 0 };
	struct failure failure = read_buffer(k, &buffer);
	struct steps steps = steps_of(k->target, failed(failure) ? 0 : buffer.bytes / buffer.header + 1);
	uint64_t offset = buffer.first, len = 0;

	ret->nr_overwritten = failed(failure) ? 0 : buffer.first_seq;
	for (record.seq = buffer.first_seq; !failed(failure) && record.seq < buffer.next_seq;) {
		failure = steps_take(&steps, offset);
		if (!failed(failure))
			failure = read_buffer_record(k, &buffer, offset, &len, &record, text);
		if (failed(failure))
			break;
		if (!len && !offset)
			return failure_at(STATUS_DAMAGED, buffer.at.v);
		if (!len) {
			offset = 0;
			continue;
		}
		ret->nr++;
		if (!visit(ctx, &record))
			break;
		record.seq++;
		offset += len;
	}
	return failure;
}

struct failure kernel_visit_log(struct kernel *k, visit_log *visit, void *ctx, struct log_facts *ret)
{
	uint64_t ring;
	struct failure failure = kernel_read_variable(k, "prb", 8, &ring);

	*ret = (struct log_facts){ 0 };
	if (!failed(failure))
		return visit_ring(k, kva_of(ring), visit, ctx, ret);
	if (failure.status != STATUS_MISSING)
		return failure;
	return visit_buffer(k, visit, ctx, ret);
}
