/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of a device's requests (of those without a PASID) that are no memory: what the architecture takes for
 * interrupts, and what the hardware of a vendor gives another meaning.
 */
#ifndef IOMMU_SPECIAL_RANGE_H
#define IOMMU_SPECIAL_RANGE_H

#include <stdbool.h>
#include <stdint.h>

struct special_range {
	uint64_t first, last;
	bool interrupt;		/* a write there is an interrupt */
	const char *what;	/* "HyperTransport's port I/O" */
	const char *decided_by;	/* the field of the device's entry that says what becomes of it; NULL: none */
};

#endif
