/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domain ids: what the allocator handed out against what domains have. */
#ifndef IOMMU_CMD_ACCOUNTING_H
#define IOMMU_CMD_ACCOUNTING_H

#include "cmd.h"

struct accounting {
	enum status status;
	const char *missing;
	struct id_allocator ids;
	uint32_t *unaccounted; /* allocated, but no domain that was found has them */
	size_t nr_unaccounted;
	uint32_t *unallocated; /* a domain has them, but they are not allocated */
	size_t nr_unallocated;
	bool unsure;	       /* a domain, or its id, could not be read */
};

/* Everything lives in the command's arena. Returns ret->status. */
enum status accounting_make(struct context *ctx, struct accounting *ret);
bool accounting_is_allocated(const struct accounting *acc, uint32_t id);

/* A note per kind of disagreement; none when there is none. */
void accounting_note(struct context *ctx, const struct accounting *acc);

#endif
