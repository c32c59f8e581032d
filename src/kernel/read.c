// SPDX-License-Identifier: GPL-2.0-or-later
/* The primitives that every file of this room reads kernel objects with. */
#include "iommu/kernel.h"

#include <string.h>

#define STRING_MAX 255

#define COMM_BYTES 16 /* TASK_COMM_LEN */

/* Longer than any list of devices, groups or units can be; a list that does not end before this
 * does not come back to its head either. */
#define LIST_MAX (1u << 20)

static bool is_same(const struct untold *a, const struct untold *b)
{
	if (a->status != b->status)
		return false;
	switch (a->status) {
	case STATUS_INTERRUPTED:
		return true;
	case STATUS_MISSING:
		return a->missing && b->missing && strcmp(a->missing, b->missing) == 0;
	default:
		return a->at == b->at;
	}
}

void kernel_remember(struct kernel *k, enum status status, const char *missing, uint64_t at)
{
	struct untold untold = { status, missing, at };

	for (unsigned i = 0; i < k->nr_untold && i < MAX_UNTOLD; i++) {
		if (is_same(&k->untold[i], &untold))
			return;
	}
	if (k->nr_untold < MAX_UNTOLD)
		k->untold[k->nr_untold] = untold;
	k->nr_untold++;
}

void kernel_told(struct kernel *k, enum status status, const char *missing, uint64_t at)
{
	struct untold told = { status, missing, at };
	unsigned kept = k->nr_untold < MAX_UNTOLD ? k->nr_untold : MAX_UNTOLD;

	for (unsigned i = 0; i < kept; i++) {
		if (!is_same(&k->untold[i], &told))
			continue;
		memmove(&k->untold[i], &k->untold[i + 1],
			(kept - i - 1) * sizeof(k->untold[0]));
		k->nr_untold--;
		return;
	}
}

enum status kernel_read(struct kernel *k, struct kva at, void *buf, size_t len)
{
	enum status status = target_read_kva(k->target, at, buf, len);

	if (status != STATUS_OK) {
		k->failed_at = at.v;
		kernel_remember(k, status, NULL, at.v);
	}
	return status;
}

static enum status member_of(struct kernel *k, unsigned id, struct member *ret)
{
	enum status status = layout_member(k->layout, k->target, id, ret);

	if (status != STATUS_OK) {
		k->missing = layout_member_name(id, k->arena);
		kernel_remember(k, status, k->missing, 0);
	}
	return status;
}

bool kernel_has_member(struct kernel *k, unsigned id)
{
	struct member member;

	return layout_member(k->layout, k->target, id, &member) == STATUS_OK;
}

enum status kernel_symbol(struct kernel *k, const char *name, struct kva *ret)
{
	enum status status = target_symbol(k->target, name, ret);

	if (status != STATUS_OK)
		k->missing = name;
	return status;
}

enum status kernel_read_number(struct kernel *k, struct kva at, uint64_t size, uint64_t *ret)
{
	uint64_t value = 0; /* little-endian, as x86 is */
	enum status status;

	if (size != 1 && size != 2 && size != 4 && size != 8)
		return STATUS_DAMAGED;
	status = kernel_read(k, at, &value, size);
	if (status == STATUS_OK)
		*ret = value;
	return status;
}

enum status kernel_read_member(struct kernel *k, struct kva base, unsigned id, uint64_t *ret)
{
	struct member member;
	enum status status = member_of(k, id, &member);

	if (status == STATUS_OK)
		status = kernel_read_number(k, kva_plus(base, member.offset), member.size, ret);
	if (status == STATUS_OK && member.nr_bits)
		*ret = *ret >> member.bit & ((1ULL << (member.nr_bits & 63)) - 1);
	return status;
}

enum status kernel_read_pointer(struct kernel *k, struct kva base, unsigned id,
				struct kva *ret)
{
	return kernel_read_member(k, base, id, &ret->v);
}

enum status kernel_read_signed(struct kernel *k, struct kva base, unsigned id, int64_t *ret)
{
	struct member member;
	uint64_t value;
	enum status status = member_of(k, id, &member);
	unsigned unused_bits;

	if (status != STATUS_OK)
		return status;
	status = kernel_read_number(k, kva_plus(base, member.offset), member.size, &value);
	if (status != STATUS_OK)
		return status;
	unused_bits = (unsigned)(64 - 8 * member.size);
	*ret = (int64_t)(value << unused_bits) >> unused_bits;
	return STATUS_OK;
}

enum status kernel_read_string(struct kernel *k, struct kva at, const char **ret)
{
	char text[STRING_MAX + 1] = "";
	enum status status;

	if (kva_is_null(at))
		return STATUS_ABSENT;
	/* Not beyond the page before it is needed: the next one may not be in the dump. */
	for (size_t len = 0; len < STRING_MAX;) {
		size_t part = SMALLEST_PAGE_BYTES - ((at.v + len) & (SMALLEST_PAGE_BYTES - 1));

		if (part > STRING_MAX - len)
			part = STRING_MAX - len;
		status = kernel_read(k, kva_plus(at, len), text + len, part);
		if (status != STATUS_OK)
			return status;
		if (memchr(text + len, '\0', part))
			break;
		len += part;
	}
	*ret = arena_strdup(k->arena, text);
	return STATUS_OK;
}

enum status kernel_read_variable(struct kernel *k, const char *name, uint64_t size, uint64_t *ret)
{
	struct kva at;
	enum status status = kernel_symbol(k, name, &at);

	if (status != STATUS_OK)
		return status;
	return kernel_read_number(k, at, size, ret);
}

enum status kernel_member_at(struct kernel *k, struct kva base, unsigned id, struct kva *ret)
{
	struct member member;
	enum status status = member_of(k, id, &member);

	if (status == STATUS_OK)
		*ret = kva_plus(base, member.offset);
	return status;
}

enum status kernel_container_of(struct kernel *k, struct kva at, unsigned id,
				struct kva *ret)
{
	struct member member;
	enum status status = member_of(k, id, &member);

	if (status == STATUS_OK)
		*ret = kva_of(at.v - member.offset);
	return status;
}

enum status kernel_read_task(struct kernel *k, struct kva task, int64_t *pid, const char **comm)
{
	char name[COMM_BYTES + 1] = "";
	struct kva at;
	enum status status = kernel_read_signed(k, task, M_TASK_PID, pid);

	*comm = NULL;
	if (status == STATUS_OK && kernel_member_at(k, task, M_TASK_COMM, &at) == STATUS_OK &&
	    kernel_read(k, at, name, COMM_BYTES) == STATUS_OK)
		*comm = arena_strdup(k->arena, name);
	return status;
}

void kernel_push(struct kernel *k, struct ptrs *list, struct kva at)
{
	struct kva *copy = arena_alloc(k->arena, sizeof(*copy));

	*copy = at;
	ptrs_push(k->arena, list, copy);
}

/* A list_head's `next` is its first member in every kernel. */
enum status kernel_list(struct kernel *k, struct kva head, unsigned link, struct ptrs *ret)
{
	struct kva node, seen = head;
	struct member member;
	unsigned lap = 1, steps = 0;
	enum status status = member_of(k, link, &member);

	if (status == STATUS_OK)
		status = kernel_read_number(k, head, 8, &node.v);
	for (unsigned i = 0; status == STATUS_OK && node.v != head.v; i++) {
		/* Brent: a chain that never comes back to its head runs into itself. */
		if (node.v == seen.v || i == LIST_MAX) {
			k->failed_at = node.v;
			return STATUS_DAMAGED;
		}
		if (++steps == lap) {
			seen = node;
			lap *= 2;
			steps = 0;
		}
		if (target_interrupted(k->target))
			return STATUS_INTERRUPTED;
		kernel_push(k, ret, kva_of(node.v - member.offset));
		status = kernel_read_number(k, node, 8, &node.v);
	}
	return status;
}
