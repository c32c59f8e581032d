/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target that is one stretch of physical memory from address 0 on: the fastest dump there is, so
 * that what a benchmark measures is our own work. */
#ifndef BENCH_RAM_TARGET_H
#define BENCH_RAM_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "iommu/target.h"

struct ram {
	struct target target;
	unsigned char *bytes;
	size_t size;
};

/* Ends the process when there is no memory. */
void ram_init(struct ram *ram, size_t size);
void ram_release(struct ram *ram);

#endif
