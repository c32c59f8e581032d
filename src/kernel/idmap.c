// SPDX-License-Identifier: GPL-2.0-or-later
/* The two kinds of allocator that domain ids have come from: a bitmap and an IDA (an xarray). */
#include "amd.h"

#include <string.h>

#define NR_IDS (1u << 16) /* AMD: DomainID has 16 bits */

/* Linux include/linux/xarray.h, include/linux/idr.h: how entries are told apart. */
#define XA_IS_VALUE(e)	 ((e) & 1)
#define XA_VALUE(e)	 ((e) >> 1)
#define XA_IS_NODE(e)	 (((e) & 3) == 2 && (e) > 4096)
#define XA_NODE(e)	 ((e) - 2)
#define XA_SLOTS	 64u
#define XA_SLOTS_LG2	 6u
#define XA_MAX_DEPTH	 3 /* 16 bits of id are at most 1 node of ida_bitmaps: leave room */
#define IDA_BITMAP_BITS	 1024u
#define IDA_BITMAP_BYTES (IDA_BITMAP_BITS / 8)
#define IDA_VALUE_BITS	 63u

static void count_bits(struct id_allocator *ids)
{
	for (uint32_t id = 0; id < ids->nr_ids; id++) {
		bool set = ids->bits[id / 64] >> (id % 64) & 1;

		ids->nr_set += set;
		ids->nr_allocated += set && id >= ids->reserved;
	}
}

static void prepare(struct kernel *k, const char *kind, const char *symbol,
		    struct id_allocator *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->kind = kind;
	ret->symbol = symbol;
	ret->nr_ids = NR_IDS;
	ret->reserved = 1; /* id 0 is never handed out */
	ret->bits = arena_alloc(k->arena, NR_IDS / 8);
}

enum status idmap_read_bitmap(struct kernel *k, const char *symbol, struct id_allocator *ret)
{
	struct kva bitmap;
	enum status status = kernel_read_variable(k, symbol, 8, &bitmap.v);

	prepare(k, "bitmap", symbol, ret);
	if (status != STATUS_OK)
		return status;
	status = kernel_read(k, bitmap, ret->bits, NR_IDS / 8);
	if (status != STATUS_OK)
		return status;
	count_bits(ret);
	return STATUS_OK;
}

static void set_id(struct id_allocator *ids, uint64_t id)
{
	if (id < ids->nr_ids)
		ids->bits[id / 64] |= 1ULL << (id % 64);
}

/* An entry of the IDA's xarray: a small set of ids as a value, or a bitmap of 1024 of them. */
static enum status read_leaf(struct kernel *k, struct id_allocator *ids, uint64_t entry,
			     uint64_t index)
{
	unsigned char bits[IDA_BITMAP_BYTES];
	uint64_t base = index * IDA_BITMAP_BITS;
	enum status status;

	if (XA_IS_VALUE(entry)) {
		for (unsigned bit = 0; bit < IDA_VALUE_BITS; bit++) {
			if (XA_VALUE(entry) >> bit & 1)
				set_id(ids, base + bit);
		}
		return STATUS_OK;
	}
	status = kernel_read(k, kva_of(entry), bits, sizeof(bits));
	if (status != STATUS_OK)
		return status;
	for (unsigned bit = 0; bit < IDA_BITMAP_BITS; bit++) {
		if (bits[bit / 8] >> (bit % 8) & 1)
			set_id(ids, base + bit);
	}
	return STATUS_OK;
}

static enum status read_node(struct kernel *k, struct id_allocator *ids, uint64_t entry,
			     uint64_t index, unsigned depth)
{
	uint64_t slots[XA_SLOTS], shift, failed_at = 0;
	struct kva node = kva_of(XA_NODE(entry)), slots_at;
	enum status status, first = STATUS_OK;

	if (depth > XA_MAX_DEPTH) {
		k->failed_at = node.v;
		return STATUS_DAMAGED;
	}
	status = kernel_read_member(k, node, M_XA_NODE_SHIFT, &shift);
	if (status == STATUS_OK)
		status = kernel_member_at(k, node, M_XA_NODE_SLOTS, &slots_at);
	if (status == STATUS_OK)
		status = kernel_read(k, slots_at, slots, sizeof(slots));
	if (status != STATUS_OK)
		return status;
	if (shift > XA_SLOTS_LG2 * XA_MAX_DEPTH) {
		k->failed_at = node.v;
		return STATUS_DAMAGED;
	}
	for (unsigned i = 0; i < XA_SLOTS; i++) {
		uint64_t at = index + ((uint64_t)i << shift);

		if (!slots[i])
			continue;
		if (XA_IS_NODE(slots[i]))
			status = read_node(k, ids, slots[i], at, depth + 1);
		else
			status = read_leaf(k, ids, slots[i], at);
		if (first == STATUS_OK && status != STATUS_OK) {
			first = status;
			failed_at = k->failed_at;
		}
	}
	if (first != STATUS_OK)
		k->failed_at = failed_at;
	return first;
}

enum status idmap_read_ida(struct kernel *k, const char *symbol, struct id_allocator *ret)
{
	struct kva ida;
	uint64_t head;
	enum status status = kernel_symbol(k, symbol, &ida);

	prepare(k, "ida", symbol, ret);
	if (status == STATUS_OK)
		status = kernel_read_member(k, ida, M_IDA_XA_HEAD, &head);
	if (status != STATUS_OK)
		return status;
	if (XA_IS_NODE(head))
		status = read_node(k, ret, head, 0, 0);
	else if (head)
		status = read_leaf(k, ret, head, 0);
	count_bits(ret);
	return status;
}
