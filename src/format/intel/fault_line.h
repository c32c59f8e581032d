/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the kernel log in which the VT-d driver tells of faults. */
#ifndef IOMMU_FORMAT_INTEL_FAULT_LINE_H
#define IOMMU_FORMAT_INTEL_FAULT_LINE_H

#include "iommu/fault.h"

/* A line of the log. False: it is none of this driver's about a fault. */
bool intel_fault_line(const char *line, struct fault *ret);

/* Everything that the first 16 bytes of a descriptor say, in a line. */
const char *intel_command_words(const uint64_t words[2], char *buf, unsigned size);

#endif
