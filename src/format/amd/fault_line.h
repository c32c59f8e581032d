/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the kernel log in which the AMD driver tells of events, and events as faults. */
#ifndef IOMMU_FORMAT_AMD_FAULT_LINE_H
#define IOMMU_FORMAT_AMD_FAULT_LINE_H

#include "iommu/fault.h"

/* The 16 bytes of an event as a fault. Its device has no segment. False: no event, or one of a code that no
 * specification at hand has. */
bool amd_event_fault(const uint64_t words[2], struct fault *ret);

/* A line of the log. False: it is none of this driver's about a fault. */
bool amd_fault_line(const char *line, struct fault *ret);

/* Everything that a command says, in a line: "INVALIDATE_IOTLB_PAGES: all of device a1:00.1". */
const char *amd_command_words(const uint64_t words[2], char *buf, unsigned size);

#endif
