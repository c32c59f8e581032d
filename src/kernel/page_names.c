// SPDX-License-Identifier: GPL-2.0-or-later
/* Other names of physical memory: its struct page, the address at which a process has it, the kernel's code. */
#include "iommu/page.h"

#include "iommu/arch.h"
#include "iommu/owner.h"
#include "iommu/read.h"

/* The structs lie in one array, as far as pages of the machine go. */
struct failure kernel_page_of_struct(struct kernel *k, struct kva at, struct pa *ret)
{
	const struct arch *arch = kernel_arch(k);
	struct kva first;
	uint64_t bytes;
	struct failure failure = failure_missing("struct page");

	if (arch->page_struct)
		failure = arch->page_struct(k, 0, &first);
	if (!failed(failure))
		failure = kernel_type_size(k, T_PAGE, &bytes);
	if (failed(failure))
		return failure;
	if (!bytes || at.v < first.v || (at.v - first.v) % bytes ||
	    (at.v - first.v) / bytes > UINT64_MAX >> arch->page_lg2[0])
		return failure_of(STATUS_ABSENT);
	*ret = pa_of((at.v - first.v) / bytes << arch->page_lg2[0]);
	return NO_FAILURE;
}

/* ---- a process ---- */

/* init_task heads the list of all processes: of their first threads. */
static struct failure find_task(struct kernel *k, int64_t pid, struct kva *ret)
{
	struct ptrs tasks = { 0 };
	struct kva first, head;
	struct failure failure = kernel_symbol(k, "init_task", &first), listed;

	if (failure.status == STATUS_MISSING)
		kernel_leave_unreported(k, failure);
	if (!failed(failure))
		failure = kernel_member_at(k, first, M_TASK_TASKS, &head);
	if (failed(failure))
		return failure;
	listed = kernel_list(k, head, M_TASK_TASKS, &tasks);
	for (size_t i = 0; i < tasks.nr && !target_interrupted(k->target); i++) {
		const struct kva *task = tasks.at[i];
		int64_t its_pid;

		failure = kernel_read_pid(k, *task, M_TASK_PID, &its_pid);
		if (!failed(failure) && its_pid == pid) {
			*ret = *task;
			return NO_FAILURE;
		}
		listed = first_failure(listed, failure);
	}
	return failed(listed) ? listed : failure_of(STATUS_ABSENT);
}

struct failure kernel_task_table(struct kernel *k, struct kva task, struct pt_root *ret)
{
	struct kva mm, pgd;
	struct failure failure = kernel_read_pointer(k, task, M_TASK_MM, &mm);

	if (!failed(failure) && kva_is_null(mm))
		failure = failure_of(STATUS_ABSENT);
	if (!failed(failure))
		failure = kernel_read_pointer(k, mm, M_MM_PGD, &pgd);
	if (failed(failure))
		return failure;
	return kernel_arch(k)->process_table ? kernel_arch(k)->process_table(k, pgd, ret) :
					       failure_missing("a process's page table on this architecture");
}

static struct failure translate(struct kernel *k, const struct pt_root *root, uint64_t address, struct pa *ret)
{
	struct pt_translation t;
	const struct pt_step *last;

	pt_translate(k->target, root, iova_of(address), &t);
	last = t.nr_steps ? &t.steps[t.nr_steps - 1] : NULL;
	*ret = t.pa;
	if (t.result == PT_UNREADABLE)
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what was not read is a step */
		return failure_at(last->status, last->entry_pa.v);
	if (t.result == PT_BAD_TABLE)
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): damage is in a step */
		return failure_at(STATUS_DAMAGED, last->entry_pa.v);
	return t.result == PT_MAPPED ? NO_FAILURE : failure_of(STATUS_ABSENT);
}

struct failure kernel_user_address(struct kernel *k, int64_t pid, uint64_t address, bool *has_task,
				   struct pa *ret)
{
	struct pt_root root;
	struct kva task;
	struct failure failure = find_task(k, pid, &task);

	*has_task = !failed(failure);
	if (!failed(failure))
		failure = kernel_task_table(k, task, &root);
	return failed(failure) ? failure : translate(k, &root, address, ret);
}

/* _stext to _etext, which the kernel maps in one piece. */
struct failure kernel_text_range(struct kernel *k, struct pa_range *ret)
{
	struct kva first, end;
	struct failure failure = kernel_symbol(k, "_stext", &first);

	if (!failed(failure))
		failure = kernel_symbol(k, "_etext", &end);
	if (!failed(failure))
		failure = kernel_to_pa(k, first, &ret->first);
	if (!failed(failure) && end.v <= first.v)
		failure = failure_at(STATUS_DAMAGED, end.v);
	if (!failed(failure))
		ret->last = pa_of(ret->first.v + (end.v - first.v) - 1);
	return failure;
}
