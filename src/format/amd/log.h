/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in the AMD IOMMU's rings in memory: commands, events, peripheral page requests (each
 * 16 bytes) and guest vAPIC log entries (8 bytes). Each selector returns the record that gives an
 * entry its meaning, or NULL for a code that no specification at hand knows.
 */
#ifndef IOMMU_FORMAT_AMD_LOG_H
#define IOMMU_FORMAT_AMD_LOG_H

#include <stdbool.h>
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

/* What the device's own entry makes, now, of the requests that an event is about; zeros: not known, or it
 * has changed since. */
struct amd_event_now {
	bool blocked;	    /* it blocks every request */
	uint8_t levels;	    /* of its page table; 0: it has none */
	uint64_t last_iova; /* levels: the highest address that they reach */
};

/* What happened, in plain words: "write to an address that is not mapped". Flags that leave several causes
 * open are an "or", which *now (NULL: not known) may decide. */
const char *amd_event_summary(const uint64_t words[2], const struct amd_event_now *now, char *buf,
			      unsigned size);

/* The event is about an interrupt: the low eight bits of the data of its message, which are those of the
 * index of its remapping entry. False: it is about none, or does not say. */
bool amd_event_irq_index(const uint64_t words[2], uint8_t *ret);

/* What a page request asks for, in plain words: "user asks for read and write in PASID 0x5, group 0x1,
 * the last of it". */
const char *amd_ppr_summary(const uint64_t words[2], char *buf, unsigned size);

const char *amd_ga_log_summary(const uint64_t words[1], char *buf, unsigned size);

#endif
