/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in the AMD IOMMU's rings in memory: commands, events, peripheral page requests (each
 * 16 bytes) and guest vAPIC log entries (8 bytes). Each selector returns the record that gives an
 * entry its meaning, or NULL for a code that no specification at hand knows.
 */
#ifndef IOMMU_FORMAT_AMD_LOG_H
#define IOMMU_FORMAT_AMD_LOG_H

#include <stdint.h>

#include "records.h"

#define AMD_LOG_ENTRY_BYTES 16
#define AMD_GA_LOG_ENTRY_BYTES 8

/* The four-bit code that stands at bits 63:60 of every entry. */
unsigned amd_log_code(const uint64_t *words);

const struct record *amd_event_record(const uint64_t words[2]);
const struct record *amd_command_record(const uint64_t words[2]);
const struct record *amd_ppr_record(const uint64_t words[2]);
const struct record *amd_ga_log_record(const uint64_t words[1]);

/* Everything a command says, in a line: "all pages of domain 0x9". buf is filled. */
const char *amd_command_summary(const uint64_t words[2], char *buf, unsigned size);

/* What happened, in plain words: "write to an address that is not mapped". */
const char *amd_event_summary(const uint64_t words[2], char *buf, unsigned size);

/* What a page request asks for, in plain words: "user asks for read and write in PASID 0x5, group 0x1,
 * the last of it". */
const char *amd_ppr_summary(const uint64_t words[2], char *buf, unsigned size);

const char *amd_ga_log_summary(const uint64_t words[1], char *buf, unsigned size);

#endif
