/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What crash does not set up in a session with --minimal, the one that it offers for a dump which it
 * cannot open as a whole (cut short, of a kernel newer than itself): where vmalloc, the modules and
 * the struct pages are, and how much memory there is. From the kernel's own tables and variables.
 */
#ifndef IOMMU_CRASH_MINIMAL_H
#define IOMMU_CRASH_MINIMAL_H

#include "iommu/target.h"

bool crash_is_minimal(void);

/* The to_pa() of such a session. Its own kvtop() takes every address for a linear one, and so ends
 * up in foreign memory. */
enum status minimal_to_pa(struct target *target, struct kva at, struct pa *ret);

/* Whether the machine had memory there, as far as the kernel's max_pfn can tell. */
bool minimal_is_memory(uint64_t pa);

#endif
