/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two stages: a guest's tables translate to guest physical addresses, and the host's table
 * translates those, the addresses of the guest's tables among them.
 *
 * To a walk of the guest's tables the guest is a machine of its own: a target whose physical
 * addresses are the guest's. What such a walk calls a struct pa is guest physical until
 * pt_guest_address() has said so; nothing else of the project sees one.
 */
#ifndef IOMMU_PT_NESTED_H
#define IOMMU_PT_NESTED_H

#include "iommu/pt_walk.h"

struct pt_guest {
	struct target target;	/* the guest as a machine */
	struct target *machine; /* the real one */
	struct pt_root host;	/* guest physical to physical */
};

/* The target answers from the memory of `machine` through `host`; both must outlive it. A read is OK,
 * UNMAPPED where the host's table does not let a device read, or what became of the host's table or
 * of the memory behind it. */
void pt_guest_init(struct pt_guest *guest, struct target *machine, const struct pt_root *host);

/* An address that a walk of the guest's tables found, as what it is. */
static inline struct gpa pt_guest_address(struct pa found)
{
	return (struct gpa){ found.v };
}

/* One guest physical address through the host's table. */
void pt_guest_translate(const struct pt_guest *guest, struct gpa gpa, struct pt_translation *ret);

/* A stretch that both stages map in one piece: one guest entry over one host entry. */
struct pt_piece {
	struct iova iova;
	struct gpa gpa;
	struct pa pa;
	uint64_t bytes;
	uint64_t nr_pages;	/* of the smaller of both page sizes; a page counts where it starts */
	uint8_t page_lg2;	/* the smaller of both */
	bool read, write, user;	/* what both stages allow */
	const struct pt_leaf *guest, *host; /* the entries; good during the call */
};

/* What the host's table does not map, though the guest's does. */
struct pt_gap {
	struct iova first, last;
	struct gpa gpa;		/* of `first` */
};

/* Returning false ends the scan. damage() is as in pt_scan(). Damage of the guest's table has guest
 * physical addresses of tables; damage of the host's has by_host set, and the range of IOVA that
 * cannot be told because of it. */
struct pt_nested_visitor {
	void *ctx;
	bool (*piece)(void *ctx, const struct pt_piece *piece);
	bool (*gap)(void *ctx, const struct pt_gap *gap);
	bool (*damage)(void *ctx, const struct pt_damage *damage, bool by_host);
	void (*along)(void *ctx, const struct pt_along *along); /* as in struct pt_visitor */
};

/* As pt_scan(), through both stages. totals: of the guest's table; host: summed over all that was
 * looked up in the host's, so that a table counts each time it was read. */
enum status pt_nested_scan(struct pt_guest *guest, const struct pt_root *root, struct iova first,
			   struct iova last, const struct pt_nested_visitor *visitor,
			   struct pt_totals *totals, struct pt_totals *host);

#endif
