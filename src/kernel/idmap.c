// SPDX-License-Identifier: GPL-2.0-or-later
/* The two kinds of allocator that domain ids have come from: a bitmap and an IDA (an xarray). */
#include "idmap.h"
#include "tree.h"

#include <string.h>

/* Linux include/linux/idr.h: an IDA is an xarray of bitmaps, or of values that are small ones. */
#define XA_VALUE(e)	 ((e) >> 1)
#define IDA_BITMAP_BITS	 1024u
#define IDA_BITMAP_BYTES (IDA_BITMAP_BITS / 8)
#define IDA_VALUE_BITS	 63u

static void count_bits(struct id_allocator *ids)
{
	for (uint32_t id = id_next_allocated(ids, 0); id < ids->nr_ids; id = id_next_allocated(ids, id + 1)) {
		ids->nr_set++;
		ids->nr_allocated += id >= ids->reserved;
	}
}

static void prepare(struct kernel *k, const char *kind, const char *name, uint32_t nr_ids,
		    struct id_allocator *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->kind = kind;
	ret->symbol = name;
	ret->nr_ids = nr_ids;
	ret->reserved = 1; /* id 0 is never handed out */
	ret->bits = arena_alloc(k->arena, (nr_ids + 63) / 64 * sizeof(uint64_t));
}

struct failure idmap_read_bitmap(struct kernel *k, struct kva bitmap, const char *name,
				 uint32_t nr_ids, struct id_allocator *ret)
{
	struct failure failure;

	prepare(k, "bitmap", name, nr_ids, ret);
	failure = kernel_read(k, bitmap, ret->bits, (nr_ids + 63) / 64 * sizeof(uint64_t));
	if (!failed(failure))
		count_bits(ret);
	return failure;
}

void idmap_reserve(struct id_allocator *ids, uint32_t nr)
{
	ids->reserved = nr;
	ids->nr_allocated = ids->nr_set = 0;
	count_bits(ids);
}

static void set_id(struct id_allocator *ids, uint64_t id)
{
	if (id < ids->nr_ids)
		ids->bits[id / 64] |= 1ULL << (id % 64);
}

struct ida_read {
	struct kernel *k;
	struct id_allocator *ids;
	struct failure failure; /* of the bitmaps */
};

/* An entry of the IDA's xarray: a small set of ids as a value, or a bitmap of 1024 of them. */
static bool read_ida_entry(void *ctx, uint64_t index, uint64_t entry)
{
	struct ida_read *r = ctx;
	unsigned char bits[IDA_BITMAP_BYTES];
	uint64_t base = index * IDA_BITMAP_BITS;
	struct failure failure;

	if (xa_is_value(entry)) {
		for (unsigned bit = 0; bit < IDA_VALUE_BITS; bit++) {
			if (XA_VALUE(entry) >> bit & 1)
				set_id(r->ids, base + bit);
		}
		return true;
	}
	failure = kernel_read(r->k, kva_of(entry), bits, sizeof(bits));
	if (failed(failure)) {
		r->failure = first_failure(r->failure, failure);
		return true;
	}
	for (unsigned bit = 0; bit < IDA_BITMAP_BITS; bit++) {
		if (bits[bit / 8] >> (bit % 8) & 1)
			set_id(r->ids, base + bit);
	}
	return true;
}

struct failure idmap_read_ida(struct kernel *k, struct kva ida, const char *name, uint32_t nr_ids,
			      struct id_allocator *ret)
{
	struct ida_read read = { .k = k, .ids = ret };
	uint64_t head;
	struct failure failure = kernel_read_member(k, ida, M_IDA_XA_HEAD, &head);

	prepare(k, "ida", name, nr_ids, ret);
	if (failed(failure))
		return failure;
	failure = kernel_xarray(k, head, read_ida_entry, &read);
	count_bits(ret);
	return first_failure(failure, read.failure);
}
