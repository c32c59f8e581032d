/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where answers and the line of progress go in crash: how they are written stands in screen.c. */
#ifndef IOMMU_SCREEN_H
#define IOMMU_SCREEN_H

#include <stdbool.h>

#include "iommu/progress.h"
#include "iommu/sink.h"

/* To be called before and after every command. screen_begin() forgets what a command that crash broke off has
 * left behind. */
void screen_begin(void);
void screen_end(void);

/* Nobody gets what is written: the reader is gone, or a write failed. Cheap; to be asked in loops. */
bool screen_is_lost(void);

struct output screen_stream(void);
struct progress screen_progress(void);

#endif
