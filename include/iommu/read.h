/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The primitives that src/kernel/ reads kernel objects with. A failure is returned and also kept as
 * unreported until a sentence speaks of it: a caller that can do without says nothing, but the user learns
 * at the end of the answer that something was not there.
 */
#ifndef IOMMU_READ_H
#define IOMMU_READ_H

#include "iommu/kernel.h"

/* Copies len bytes of kernel memory. */
struct failure kernel_read(struct kernel *k, struct kva at, void *buf, size_t len);

/* The symbol's address, or MISSING. A symbol that is missing is not kept as unreported, since kernels differ
 * in their symbols: a caller that needs it calls kernel_leave_unreported() itself. */
struct failure kernel_symbol(struct kernel *k, const char *name, struct kva *ret);

/* Whether this kernel has the member at all. */
bool kernel_has_member(struct kernel *k, unsigned id);

/* The bytes of a member, or MISSING. */
struct failure kernel_member_size(struct kernel *k, unsigned id, uint64_t *ret);

/* sizeof of a type of the layout, or MISSING. */
struct failure kernel_type_size(struct kernel *k, unsigned id, uint64_t *ret);

/* An unsigned little-endian number of 1, 2, 4 or 8 bytes. */
struct failure kernel_read_number(struct kernel *k, struct kva at, uint64_t size, uint64_t *ret);
/* A member of the struct at `base`; a bit-field too. */
struct failure kernel_read_member(struct kernel *k, struct kva base, unsigned id, uint64_t *ret);
struct failure kernel_read_pointer(struct kernel *k, struct kva base, unsigned id, struct kva *ret);
/* A member that is signed in C. */
struct failure kernel_read_signed(struct kernel *k, struct kva base, unsigned id, int64_t *ret);
/* A NUL-terminated string, cut at 255 bytes. ABSENT for a null pointer. */
struct failure kernel_read_string(struct kernel *k, struct kva at, const char **ret);

/* The same of a text that is not a mere name. */
struct failure kernel_read_text(struct kernel *k, enum text_kind kind, struct kva at,
				const char **ret);

/* The variable behind a symbol. */
struct failure kernel_read_variable(struct kernel *k, const char *name, uint64_t size,
				    uint64_t *ret);

/* Where a member of the struct at `base` is. */
struct failure kernel_member_at(struct kernel *k, struct kva base, unsigned id, struct kva *ret);
/* container_of(member, type, id). */
struct failure kernel_container_of(struct kernel *k, struct kva member, unsigned id,
				   struct kva *ret);

/* Where memory puts a kernel address. */
struct failure kernel_to_pa(struct kernel *k, struct kva at, struct pa *ret);

/* Adds an address to a list of struct kva *. */
void kernel_push(struct kernel *k, struct ptrs *list, struct kva at);

/* The structs on a struct list_head, each found through its embedded link: struct kva * in ret, as far as the
 * list can be believed (iommu/list.h). Where it contradicts itself it is DAMAGED; what was collected stays. */
struct failure kernel_list(struct kernel *k, struct kva head, unsigned link, struct ptrs *ret);

/* A member of type pid_t. DAMAGED when it is no number that a task can have. */
struct failure kernel_read_pid(struct kernel *k, struct kva base, unsigned id, int64_t *ret);

/* pid and name of a task. comm is NULL when it could not be read; it is filled without the pid too. */
struct failure kernel_read_task(struct kernel *k, struct kva task, int64_t *pid,
				const char **comm);

#endif
