/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes, by the kernel's list of them (Linux include/linux/sched.h, task_struct.tasks). */
#ifndef IOMMU_TASK_H
#define IOMMU_TASK_H

#include "iommu/kernel.h"

/* The process of that pid: its first thread. ABSENT: the list has none; else the list, or a pid, could not be read, and
 * it may be there. */
struct failure kernel_find_task(struct kernel *k, int64_t pid, struct kva *ret);

/* The process whose memory a struct mm_struct is, by its first thread: that of its owner, which may be another thread
 * (Linux kernel/exit.c, mm_update_next_owner()), or, where the kernel keeps none (CONFIG_MEMCG is off), the first process of
 * the list that has it, by any of its threads, and is no kernel thread. ABSENT: nobody has it. Failures that a sentence
 * should speak of are left unreported. */
struct failure kernel_mm_owner(struct kernel *k, struct kva mm, struct kva *ret);

/* The page table of a process, of which task may be any thread. ABSENT: none of its threads has memory of its own. */
struct failure kernel_task_table(struct kernel *k, struct kva task, struct pt_root *ret);

#endif
