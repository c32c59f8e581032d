/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in a VT-d unit's queues in memory: descriptors of the invalidation queue (16 bytes, or 32 where
 * the unit knows scalable mode) and page requests (32 bytes).
 */
#ifndef IOMMU_FORMAT_INTEL_QUEUE_H
#define IOMMU_FORMAT_INTEL_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "records.h"

#define INTEL_QI_BYTES	    16
#define INTEL_QI_WIDE_BYTES 32
#define INTEL_PRQ_BYTES	    32

enum intel_qi_type {
	INTEL_QI_CONTEXT = 1,
	INTEL_QI_IOTLB = 2,
	INTEL_QI_DEVICE_TLB = 3,
	INTEL_QI_INTERRUPT = 4,
	INTEL_QI_WAIT = 5,
	INTEL_QI_PASID_IOTLB = 6,
	INTEL_QI_PASID = 7,
	INTEL_QI_PASID_DEVICE_TLB = 8,
	INTEL_QI_PAGE_GROUP_RESPONSE = 9,
};

unsigned intel_qi_type(const uint64_t *words);

/* words: 2 of them, or 4 when the descriptor is wide. NULL: a type that no specification at hand has. */
const struct record *intel_qi_record(const uint64_t *words, bool wide);

/* Everything that a descriptor says, in a line: "IOTLB: all of domain 0x2". */
const char *intel_qi_summary(const uint64_t *words, char *buf, unsigned size);

/* The device whose own TLB it is about: the unit cannot end it alone. False: it needs no device. */
bool intel_qi_needs_device(const uint64_t *words, uint16_t *source_id);

/* The device that it is about; false: about no device, or about more than one. */
bool intel_qi_device(const uint64_t *words, uint16_t *source_id);

/* A wait that stores a word when all before it is done: not one that holds up what follows and no more. */
bool intel_qi_is_wait(const uint64_t *words);

unsigned intel_prq_type(const uint64_t *words);

/* NULL: a type that no specification at hand has. */
const struct record *intel_prq_record(const uint64_t *words);

/* Of a device that gives up a PASID: it asks for no page. */
bool intel_prq_is_stop_marker(const uint64_t *words);

/* What a page request asks for, in a line. */
const char *intel_prq_summary(const uint64_t *words, char *buf, unsigned size);

#endif
