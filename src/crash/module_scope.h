/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types as the code of a module, or of one file, sees them. Where two modules or files each have a
 * struct of one name, gdb answers with that of whichever debuginfo was loaded first; but it prefers
 * the file that its "crash scope" lies in (crash's own command for this is `set scope`).
 */
#ifndef IOMMU_MODULE_SCOPE_H
#define IOMMU_MODULE_SCOPE_H

#include <stdbool.h>
#include <sys/types.h>

/* From now on gdb prefers the types of a file of this module. False: the module is not loaded, or
 * its debuginfo is not (mod -s). */
bool module_scope_enter(const char *module);

/* From now on gdb prefers the types of the file whose code is at that address. False: no debuginfo has it. */
bool module_scope_enter_file(ulong code);

/* Back to the scope that the user has set, or to none. Does nothing when no scope was entered. */
void module_scope_leave(void);

#endif
