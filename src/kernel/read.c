// SPDX-License-Identifier: GPL-2.0-or-later
/* The primitives that every file of this room reads kernel objects with. */
#include "iommu/read.h"

#include "iommu/list.h"

#include <string.h>

#define STRING_MAX 255

#define COMM_BYTES    16      /* TASK_COMM_LEN */
#define PID_MAX_LIMIT 4194304 /* Linux include/linux/threads.h, on 64 bits: a pid is below it */

struct failure kernel_read(struct kernel *k, struct kva at, void *buf, size_t len)
{
	struct failure failure = failure_at(target_read_kva(k->target, at, buf, len), at.v);

	if (failed(failure))
		kernel_leave_unreported(k, failure);
	return failure;
}

static struct failure read_text(struct kernel *k, enum text_kind kind, struct kva at, char *buf,
				size_t len)
{
	struct failure failure = failure_at(target_read_text(k->target, kind, at, buf, len), at.v);

	if (failed(failure))
		kernel_leave_unreported(k, failure);
	return failure;
}

static struct failure member_of(struct kernel *k, unsigned id, struct member *ret)
{
	struct failure failure;

	if (layout_member(k->layout, k->target, id, ret) == STATUS_OK)
		return NO_FAILURE;
	failure = layout_member_failure(k->layout, id, k->arena);
	kernel_leave_unreported(k, failure);
	return failure;
}

bool kernel_has_member(struct kernel *k, unsigned id)
{
	struct member member;
	struct failure failure;

	if (layout_member(k->layout, k->target, id, &member) == STATUS_OK)
		return true;
	/* That a kernel lacks a member is no trouble. That nobody knows is. */
	failure = layout_member_failure(k->layout, id, k->arena);
	if (failure.status != STATUS_MISSING)
		kernel_leave_unreported(k, failure);
	return false;
}

struct failure kernel_member_size(struct kernel *k, unsigned id, uint64_t *ret)
{
	struct member member;
	struct failure failure = member_of(k, id, &member);

	if (!failed(failure))
		*ret = member.size;
	return failure;
}

struct failure kernel_symbol(struct kernel *k, const char *name, struct kva *ret)
{
	return target_symbol(k->target, name, ret) == STATUS_OK ? NO_FAILURE : failure_missing(name);
}

struct failure kernel_type_size(struct kernel *k, unsigned id, uint64_t *ret)
{
	struct failure failure;

	if (layout_type(k->layout, k->target, (enum type_id)id, ret) == STATUS_OK)
		return NO_FAILURE;
	failure = layout_type_failure(k->layout, (enum type_id)id);
	kernel_leave_unreported(k, failure);
	return failure;
}

struct failure kernel_to_pa(struct kernel *k, struct kva at, struct pa *ret)
{
	return failure_at(target_to_pa(k->target, at, ret), at.v);
}

struct failure kernel_read_number(struct kernel *k, struct kva at, uint64_t size, uint64_t *ret)
{
	uint64_t value = 0; /* little-endian, as every machine that this plugin reads */
	struct failure failure;

	if (size != 1 && size != 2 && size != 4 && size != 8)
		return failure_at(STATUS_DAMAGED, at.v);
	failure = kernel_read(k, at, &value, size);
	if (!failed(failure))
		*ret = value;
	return failure;
}

struct failure kernel_read_member(struct kernel *k, struct kva base, unsigned id, uint64_t *ret)
{
	struct member member;
	struct failure failure = member_of(k, id, &member);

	if (!failed(failure))
		failure = kernel_read_number(k, kva_plus(base, member.offset), member.size, ret);
	if (!failed(failure) && member.nr_bits)
		*ret = *ret >> member.bit & ((1ULL << (member.nr_bits & 63)) - 1);
	return failure;
}

struct failure kernel_read_pointer(struct kernel *k, struct kva base, unsigned id,
				struct kva *ret)
{
	return kernel_read_member(k, base, id, &ret->v);
}

struct failure kernel_read_signed(struct kernel *k, struct kva base, unsigned id, int64_t *ret)
{
	struct member member;
	uint64_t value;
	struct failure failure = member_of(k, id, &member);
	unsigned unused_bits;

	if (failed(failure))
		return failure;
	failure = kernel_read_number(k, kva_plus(base, member.offset), member.size, &value);
	if (failed(failure))
		return failure;
	unused_bits = (unsigned)(64 - 8 * member.size);
	*ret = (int64_t)(value << unused_bits) >> unused_bits;
	return NO_FAILURE;
}

struct failure kernel_read_text(struct kernel *k, enum text_kind kind, struct kva at,
				const char **ret)
{
	char text[STRING_MAX + 1] = "";
	struct failure failure;

	if (kva_is_null(at))
		return failure_of(STATUS_ABSENT);
	/* The next page is not read before it is needed: it may not be in the dump. */
	for (size_t len = 0; len < STRING_MAX;) {
		size_t part = SMALLEST_PAGE_BYTES - ((at.v + len) & (SMALLEST_PAGE_BYTES - 1));

		if (part > STRING_MAX - len)
			part = STRING_MAX - len;
		failure = read_text(k, kind, kva_plus(at, len), text + len, part);
		if (failed(failure))
			return failure;
		if (memchr(text + len, '\0', part))
			break;
		len += part;
	}
	*ret = arena_strdup(k->arena, text);
	return NO_FAILURE;
}

struct failure kernel_read_string(struct kernel *k, struct kva at, const char **ret)
{
	return kernel_read_text(k, TEXT_NAME, at, ret);
}

struct failure kernel_read_variable(struct kernel *k, const char *name, uint64_t size, uint64_t *ret)
{
	struct kva at;
	struct failure failure = kernel_symbol(k, name, &at);

	if (failed(failure))
		return failure;
	return kernel_read_number(k, at, size, ret);
}

struct failure kernel_member_at(struct kernel *k, struct kva base, unsigned id, struct kva *ret)
{
	struct member member;
	struct failure failure = member_of(k, id, &member);

	if (!failed(failure))
		*ret = kva_plus(base, member.offset);
	return failure;
}

struct failure kernel_container_of(struct kernel *k, struct kva at, unsigned id,
				struct kva *ret)
{
	struct member member;
	struct failure failure = member_of(k, id, &member);

	if (!failed(failure))
		*ret = kva_of(at.v - member.offset);
	return failure;
}

struct failure kernel_read_pid(struct kernel *k, struct kva base, unsigned id, int64_t *ret)
{
	struct kva at;
	int64_t pid;
	struct failure failure = kernel_read_signed(k, base, id, &pid);

	if (!failed(failure))
		failure = kernel_member_at(k, base, id, &at);
	if (failed(failure))
		return failure;
	if (pid > 0 && pid < PID_MAX_LIMIT) {
		*ret = pid;
		return NO_FAILURE;
	}
	failure = failure_at(STATUS_DAMAGED, at.v);
	kernel_leave_unreported(k, failure);
	return failure;
}

struct failure kernel_read_task(struct kernel *k, struct kva task, int64_t *pid, const char **comm)
{
	char name[COMM_BYTES + 1] = "";
	struct kva at;
	struct failure failure = kernel_read_pid(k, task, M_TASK_PID, pid);

	*comm = NULL;
	if (!failed(kernel_member_at(k, task, M_TASK_COMM, &at)) &&
	    !failed(read_text(k, TEXT_TASK, at, name, COMM_BYTES)))
		*comm = arena_strdup(k->arena, name);
	return failure;
}

void kernel_push(struct kernel *k, struct ptrs *list, struct kva at)
{
	struct kva *copy = arena_alloc(k->arena, sizeof(*copy));

	*copy = at;
	ptrs_push(k->arena, list, copy);
}

/* What came from the list's end, in the list's order. */
static void reverse(struct ptrs *list, size_t first)
{
	for (size_t last = list->nr; first + 1 < last; first++) {
		void *item = list->at[first];

		list->at[first] = list->at[--last];
		list->at[last] = item;
	}
}

struct failure kernel_list(struct kernel *k, struct kva head, unsigned link, struct ptrs *ret)
{
	struct list_walk walk = list_walk_of(k->target, LIST_HEAD, head, kernel_max_nodes(k));
	size_t nr_forward = ret->nr;
	struct kva node;
	struct member member;
	struct failure failure = member_of(k, link, &member);

	if (failed(failure))
		return failure;
	while (list_walk_next(&walk, &node)) {
		nr_forward += !walk.backwards;
		kernel_push(k, ret, kva_of(node.v - member.offset));
	}
	reverse(ret, nr_forward);
	if (failed(walk.failure))
		kernel_leave_unreported(k, walk.failure);
	return walk.failure;
}
