/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where answers and the line of progress go in crash: how they are written stands in screen.c. */
#ifndef IOMMU_SCREEN_H
#define IOMMU_SCREEN_H

#include "iommu/progress.h"
#include "iommu/sink.h"

/* Around every command, in this order: what a command before did not finish is forgotten. */
void screen_begin(void);
void screen_end(void);

struct output screen_stream(void);
struct progress screen_progress(void);

#endif
