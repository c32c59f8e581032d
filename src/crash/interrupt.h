/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our own handling of ^C while a command runs: why there is one stands in interrupt.c. */
#ifndef IOMMU_INTERRUPT_H
#define IOMMU_INTERRUPT_H

#include <stdbool.h>

/* To be called before and after every command. */
void interrupt_begin(void);
void interrupt_end(void);

/* ^C was pressed since the command began. */
bool interrupt_seen(void);

#endif
