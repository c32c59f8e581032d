/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel that is some pages of memory with any words in them, and the members that a target of the fuzzer
 * gives it: no symbols, no types besides.
 */
#ifndef TESTS_FUZZ_MEMORY_H
#define TESTS_FUZZ_MEMORY_H

#include "input.h"

#include "iommu/kernel.h"

#define MEMORY_BASE  0xffff888000000000ULL
#define MEMORY_WORDS 512u
#define MEMORY_BYTES (8 * MEMORY_WORDS)

struct memory_member {
	const char *type, *path;
	struct member member;
};

struct memory {
	struct target target;
	uint64_t word[MEMORY_WORDS];
	const struct memory_member *members; /* type NULL at the end */
	unsigned nr_reads, max_reads;	     /* more reads than that are a walk without an end */
	unsigned missing;		     /* the word with this number is not in the dump */
};

void memory_init(struct memory *memory, const struct memory_member *members);

/* Words of the input into the memory: a byte each says what it is, so that many lead into the memory. */
void memory_fill(struct memory *memory, struct input *in);

/* An address in it. */
static inline struct kva memory_at(unsigned nth)
{
	return kva_of(MEMORY_BASE + 8ULL * (nth % MEMORY_WORDS));
}

/* One command's view of it: kernel_init() with what is kept here between inputs. */
struct kernel *memory_kernel(struct memory *memory, struct arena *arena);

#endif
