// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What implementations of a target share: reading kernel memory page by page, since pages that are
 * neighbours in the kernel's address space need not be so in memory.
 */
#include "iommu/target.h"

enum status target_read_page_by_page(struct target *target, struct kva at, void *buf, size_t len)
{
	char *to = buf;

	while (len) {
		size_t part = SMALLEST_PAGE_BYTES - (at.v & (SMALLEST_PAGE_BYTES - 1));
		struct pa pa;
		enum status status = target_to_pa(target, at, &pa);

		if (part > len)
			part = len;
		if (status == STATUS_OK)
			status = target_read_pa(target, pa, to, part);
		if (status != STATUS_OK)
			return status;
		at.v += part;
		to += part;
		len -= part;
	}
	return STATUS_OK;
}
