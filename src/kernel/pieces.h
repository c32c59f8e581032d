/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pieces of which vendors make what they hand out, each made in one way whoever's hardware it is about: a fact for
 * programs, a line for people, a register, a reserved region, a reason, the words of a queue, the table of a domain.
 * Each is put at the end of the list it is given, in the arena of k.
 */
#ifndef IOMMU_KERNEL_PIECES_H
#define IOMMU_KERNEL_PIECES_H

#include "iommu/read.h"
#include "iommu/vendor.h"

/* A fact for programs: struct named_value. */
void add_value(struct kernel *k, struct ptrs *list, struct named_value value);

/* A line for people: struct named_line. Both texts are kept as they are, not copied. */
void add_line(struct kernel *k, struct ptrs *list, const char *label, const char *words);

/* A register of which the kernel keeps a copy: struct record_view, returned for what else is to be said of it. */
struct record_view *add_register(struct kernel *k, struct ptrs *list, const char *label, const char *key,
				 const struct record *record, uint64_t value);

/* A stretch that drivers must not use, first and last byte, with the word that sysfs has for it: struct
 * reserved_region, returned for what else is to be said of it. */
struct reserved_region *add_region(struct kernel *k, struct ptrs *list, uint64_t start, uint64_t last,
				   const char *type);

/* What the driver or firmware decided: struct mode_reason. */
void add_reason(struct kernel *k, struct ptrs *list, const char *code, const char *text);

/* Reads a whole queue at queue->at: fills bytes, entry_bytes, and words or failure. */
void read_queue_words(struct kernel *k, struct queue *queue, uint32_t bytes, uint32_t entry_bytes);

/* Gives the domain the page table to which its driver has the pointer root_va, with `levels` in all: fills root_va,
 * has_table and root, or failure, which is DAMAGED when no table of that format is like this. A null pointer or no
 * level: it has no table, and nothing is filled. */
void set_table(struct kernel *k, struct domain *domain, const struct pt_format *format, uint64_t root_va,
	       uint64_t levels);

/* A line with one more word: "PreF PPR" and "GT" are "PreF PPR GT". */
const char *joined(struct kernel *k, const char *line, const char *word);

#endif
