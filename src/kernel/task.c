// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of processes: who has a pid, and whose memory a struct mm_struct is. */
#include "iommu/task.h"

#include "iommu/arch.h"
#include "iommu/read.h"

/* init_task heads the list of all processes: of their first threads. */
static struct failure list_tasks(struct kernel *k, struct ptrs *ret)
{
	struct kva first, head;
	struct failure failure = kernel_symbol(k, "init_task", &first);

	if (failure.status == STATUS_MISSING)
		kernel_leave_unreported(k, failure);
	if (!failed(failure))
		failure = kernel_member_at(k, first, M_TASK_TASKS, &head);
	return failed(failure) ? failure : kernel_list(k, head, M_TASK_TASKS, ret);
}

struct failure kernel_find_task(struct kernel *k, int64_t pid, struct kva *ret)
{
	struct ptrs tasks = { 0 };
	struct failure listed = list_tasks(k, &tasks);

	for (size_t i = 0; i < tasks.nr && !target_interrupted(k->target); i++) {
		const struct kva *task = tasks.at[i];
		int64_t its_pid;
		struct failure failure = kernel_read_pid(k, *task, M_TASK_PID, &its_pid);

		if (!failed(failure) && its_pid == pid) {
			*ret = *task;
			return NO_FAILURE;
		}
		listed = first_failure(listed, failure);
	}
	return failed(listed) ? listed : failure_of(STATUS_ABSENT);
}

/* ---- the memory of a process ---- */

/* A process lives on without its first thread, which keeps its pid and has no memory any more: another thread of the
 * group has it. Null: none has. */
static struct failure read_memory_of_threads(struct kernel *k, struct kva task, struct kva *ret)
{
	struct ptrs threads = { 0 };
	struct kva group, head;
	struct failure failure = kernel_read_pointer(k, task, M_TASK_SIGNAL, &group);

	*ret = kva_of(0);
	if (failed(failure) || kva_is_null(group))
		return failure;
	failure = kernel_member_at(k, group, M_SIGNAL_THREAD_HEAD, &head);
	if (!failed(failure))
		failure = kernel_list(k, head, M_TASK_THREAD_NODE, &threads);
	for (size_t i = 0; i < threads.nr && kva_is_null(*ret) && !target_interrupted(k->target); i++) {
		const struct kva *thread = threads.at[i];

		failure = first_failure(failure, kernel_read_pointer(k, *thread, M_TASK_MM, ret));
	}
	if (target_interrupted(k->target))
		return failure_of(STATUS_INTERRUPTED);
	return kva_is_null(*ret) ? failure : NO_FAILURE;
}

/* Null: it has none. */
static struct failure read_memory(struct kernel *k, struct kva task, struct kva *ret)
{
	struct failure failure = kernel_read_pointer(k, task, M_TASK_MM, ret);

	return failed(failure) || !kva_is_null(*ret) ? failure : read_memory_of_threads(k, task, ret);
}

struct failure kernel_task_table(struct kernel *k, struct kva task, struct pt_root *ret)
{
	struct kva mm, pgd;
	struct failure failure = read_memory(k, task, &mm);

	if (!failed(failure) && kva_is_null(mm))
		failure = failure_of(STATUS_ABSENT);
	if (!failed(failure))
		failure = kernel_read_pointer(k, mm, M_MM_PGD, &pgd);
	if (failed(failure))
		return failure;
	return kernel_arch(k)->process_table
		       ? kernel_arch(k)->process_table(k, pgd, ret)
		       : failure_missing("a process's page table on this architecture");
}

/* ---- whose memory ---- */

struct by_memory {
	struct u64map tasks; /* struct kva of the first process that has it, by struct mm_struct */
	struct failure failure;
};

#define PF_KTHREAD 0x00200000u /* include/linux/sched.h */

/* What it has is no memory of its own, but a process's, in which it works for a while (kernel/kthread.c,
 * kthread_use_mm()). */
static bool is_kernel_thread(struct kernel *k, struct kva task, struct failure *failure)
{
	uint64_t flags = 0;

	if (kernel_has_member(k, M_TASK_FLAGS))
		*failure = first_failure(*failure, kernel_read_member(k, task, M_TASK_FLAGS, &flags));
	return flags & PF_KTHREAD;
}

static struct by_memory *read_by_memory(struct kernel *k)
{
	struct by_memory *ret = arena_alloc(k->arena, sizeof(*ret));
	struct ptrs tasks = { 0 };

	ret->failure = list_tasks(k, &tasks);
	for (size_t i = 0; i < tasks.nr && !target_interrupted(k->target); i++) {
		struct kva *task = tasks.at[i], mm = kva_of(0);
		struct failure failure = NO_FAILURE;

		if (!is_kernel_thread(k, *task, &failure))
			failure = first_failure(failure, read_memory(k, *task, &mm));
		ret->failure = first_failure(ret->failure, failure);
		if (!failed(failure) && !kva_is_null(mm) && !u64map_get(&ret->tasks, mm.v))
			u64map_add(k->arena, &ret->tasks, mm.v, task);
	}
	if (target_interrupted(k->target))
		ret->failure = failure_of(STATUS_INTERRUPTED);
	return ret;
}

/* The list is read once a command. */
static const struct by_memory *by_memory(struct kernel *k)
{
	static const char key;
	struct by_memory *known = u64map_get(&k->notes, (uintptr_t)&key);

	if (!known) {
		known = read_by_memory(k);
		u64map_add(k->arena, &k->notes, (uintptr_t)&key, known);
	}
	return known;
}

/* The pid of another thread is none that a process has. */
static struct failure first_thread(struct kernel *k, struct kva *task)
{
	struct kva leader;
	struct failure failure;

	if (!kernel_has_member(k, M_TASK_LEADER))
		return NO_FAILURE;
	failure = kernel_read_pointer(k, *task, M_TASK_LEADER, &leader);
	if (!failed(failure) && !kva_is_null(leader))
		*task = leader;
	return failure;
}

struct failure kernel_mm_owner(struct kernel *k, struct kva mm, struct kva *ret)
{
	const struct by_memory *known;
	const struct kva *task;
	struct failure failure;

	if (kernel_has_member(k, M_MM_OWNER)) {
		failure = kernel_read_pointer(k, mm, M_MM_OWNER, ret);
		if (failed(failure))
			return failure;
		return kva_is_null(*ret) ? failure_of(STATUS_ABSENT) : first_thread(k, ret);
	}
	known = by_memory(k);
	task = u64map_get(&known->tasks, mm.v);
	if (!task)
		return failed(known->failure) ? known->failure : failure_of(STATUS_ABSENT);
	*ret = *task;
	return NO_FAILURE;
}
