/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our own handling of ^C while a command runs: why there is one stands in interrupt.c. */
#ifndef IOMMU_INTERRUPT_H
#define IOMMU_INTERRUPT_H

#include <stdbool.h>

/* To be called before and after every command. */
void interrupt_begin(void);
void interrupt_end(void);

/* To be called around every call into crash that may get to gdb, which has crash install its own handler:
 * what is pressed meanwhile waits, and is ours when the call is over. */
void interrupt_hold(void);
void interrupt_release(void);

/* ^C was pressed since the command began. */
bool interrupt_seen(void);

#endif
