/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Symbols of modules. */
#ifndef IOMMU_KERNEL_MODULE_H
#define IOMMU_KERNEL_MODULE_H

#include "iommu/read.h"

/* A symbol of a module: by the target, or by the module's own table, which the kernel keeps for
 * kallsyms. OK; ABSENT: no such module is loaded; else why it cannot be told. */
struct failure kernel_module_symbol(struct kernel *k, const char *module, const char *symbol,
				 struct kva *ret);

#endif
