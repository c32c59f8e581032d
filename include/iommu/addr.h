/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses carry their space in their type. The four spaces meet in every command, and a number
 * of one space that is used in another is the classic wrong answer of IOMMU debugging by hand, so
 * the compiler keeps them apart.
 */
#ifndef IOMMU_ADDR_H
#define IOMMU_ADDR_H

#include <stdbool.h>
#include <stdint.h>

struct pa { /* system physical: what the memory controller sees */
	uint64_t v;
};

struct kva { /* kernel virtual */
	uint64_t v;
};

struct iova { /* what the device puts on the bus */
	uint64_t v;
};

struct gpa { /* guest physical: between the two stages of a nested translation */
	uint64_t v;
};

static inline struct pa pa_of(uint64_t v)
{
	return (struct pa){ v };
}

static inline struct kva kva_of(uint64_t v)
{
	return (struct kva){ v };
}

static inline struct iova iova_of(uint64_t v)
{
	return (struct iova){ v };
}

static inline struct kva kva_plus(struct kva a, uint64_t bytes)
{
	return kva_of(a.v + bytes);
}

static inline bool kva_is_null(struct kva a)
{
	return a.v == 0;
}

#endif
