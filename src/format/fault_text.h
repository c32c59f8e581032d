/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of lines that drivers print about faults: numbers, ids of devices, values behind a key. A line may
 * have anything before and behind these, since people paste it from anywhere. */
#ifndef IOMMU_FORMAT_FAULT_TEXT_H
#define IOMMU_FORMAT_FAULT_TEXT_H

#include "iommu/fault.h"

/* The digits at `at`, with or without 0x (which makes them hex whatever the base): false when there is none or they do not
 * fit. *end, where not NULL, is behind them. */
bool fault_number(const char *at, unsigned base, uint64_t *ret, const char **end);

/* What stands behind KEY (its last character included, as in "flags="), where KEY is the start of a word; NULL: it is
 * not there. */
const char *fault_value(const char *text, const char *key);
/* The number there. */
bool fault_number_of(const char *text, const char *key, unsigned base, uint64_t *ret);

/* A line of a fault whose value behind KEY is none that the hardware has. Returns true: the line is told of. */
bool fault_not_legible(const char *key, struct fault *ret);

/* A PCI function at `at`: "a1:00.1", "0000:a1:00.1", "0xa1:0x00.1". *end, where not NULL, is behind it. */
bool fault_bdf(const char *at, uint32_t *sbdf, bool *has_segment, const char **end);

/* The last PCI function with a segment that is a word of its own before `end`: whom a driver's line is
 * about. */
bool fault_prefix_bdf(const char *text, const char *end, uint32_t *sbdf);

/* "FUNCTION: N callbacks suppressed": how many lines that function of the driver did not print. */
bool fault_suppressed(const char *text, const char *const *functions, struct fault *ret);

#endif
