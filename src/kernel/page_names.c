// SPDX-License-Identifier: GPL-2.0-or-later
/* Other names of physical memory: its struct page, the address at which a process has it, the kernel's code. */
#include "iommu/page.h"

#include "iommu/arch.h"
#include "iommu/read.h"
#include "iommu/task.h"

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
	struct failure failure = kernel_find_task(k, pid, &task);

	*has_task = !failed(failure);
	if (!failed(failure))
		failure = kernel_task_table(k, task, &root);
	return failed(failure) ? failure : translate(k, &root, address, ret);
}

/* ---- the kernel ---- */

static struct failure kernel_table(struct kernel *k, struct pt_root *ret)
{
	const struct arch *arch = kernel_arch(k);
	struct kva at;
	struct failure failure = failure_of(STATUS_ABSENT);

	if (arch->kernel_table && arch->process_table)
		failure = kernel_symbol(k, arch->kernel_table, &at);
	return failed(failure) ? failure : arch->process_table(k, at, ret);
}

struct failure kernel_kernel_address(struct kernel *k, struct kva at, struct pa *ret)
{
	enum status status = target_to_pa(k->target, at, ret);
	struct pt_root root;
	struct failure failure;
	struct pa by_table;

	if (status != STATUS_OK)
		return failure_at(status, at.v);
	failure = kernel_table(k, &root);
	if (failure.status == STATUS_ABSENT)
		return NO_FAILURE; /* it is not known on this architecture */
	if (!failed(failure))
		failure = translate(k, &root, at.v & ((1ULL << pt_reach_lg2(&root)) - 1), &by_table);
	if (failure.status == STATUS_ABSENT)
		return failure;
	if (failed(failure))
		kernel_leave_unreported(k, failure);
	else
		*ret = by_table;
	return NO_FAILURE;
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
