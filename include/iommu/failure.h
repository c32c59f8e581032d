/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong with a question to the dump, as a value: which kind of trouble, what was missing, at
 * which address. Functions that ask the dump return one. Whoever turns it into a sentence names the
 * address that really failed, however many reads came after it.
 */
#ifndef IOMMU_FAILURE_H
#define IOMMU_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include "iommu/status.h"

struct arena;

struct failure {
	enum status status;  /* OK: nothing failed */
	const char *missing; /* MISSING: the name of the symbol, type or member; else NULL */
	uint64_t at;	     /* of a read or of damage: the address; else 0 */
};

#define NO_FAILURE ((struct failure){ .status = STATUS_OK })

static inline bool failed(struct failure failure)
{
	return failure.status != STATUS_OK;
}

/* A read that failed, or something damaged, at that address. STATUS_OK makes it no failure. */
static inline struct failure failure_at(enum status status, uint64_t at)
{
	return (struct failure){ .status = status, .at = status == STATUS_OK ? 0 : at };
}

/* The symbol, type or member of that name is not known. The name must live as long as the failure. */
static inline struct failure failure_missing(const char *name)
{
	return (struct failure){ .status = STATUS_MISSING, .missing = name };
}

/* A failure that has neither a name nor an address, such as ABSENT or INTERRUPTED. */
static inline struct failure failure_of(enum status status)
{
	return (struct failure){ .status = status };
}

/* "pci_dev.bus not found", "not in the dump, at 3000000": the end of a sentence. */
const char *failure_words(struct arena *arena, struct failure failure);

/* Of two failures that came one after the other, the first. Work goes on after a failure, and the sentence
 * at the end is about what failed first. */
static inline struct failure first_failure(struct failure first, struct failure then)
{
	return failed(first) ? first : then;
}

#endif
