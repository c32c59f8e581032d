/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the two files of the verdict: on a fault that was reported, and on a request that the
 * user names. */
#ifndef IOMMU_CHECK_VERDICT_H
#define IOMMU_CHECK_VERDICT_H

#include "iommu/arena.h"
#include "iommu/verdict.h"

/* One kind of cause: NULL when it is not that. */
typedef const char *verdict_cause(struct arena *arena, const struct fault_facts *f,
				  enum sureness *ret);

verdict_cause verdict_of_unknown_entry, verdict_of_unknown_walk;

/* The tables allow less than what is asked for. */
bool verdict_is_denied(const struct fault_facts *f);
/* What the device may by them: "only read". */
const char *verdict_allowed_words(const struct fault_facts *f);

const char *verdict_of_question(struct arena *arena, const struct fault_facts *f,
				enum sureness *ret);

#endif
