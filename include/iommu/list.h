/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's linked lists, a node at a time, as far as they can be believed (Linux include/linux/list.h,
 * llist.h). One walk serves every list of this project:
 *
 *	struct list_walk w = list_walk_of(target, LIST_HEAD, head, max);
 *	struct kva node;
 *
 *	while (list_walk_next(&w, &node))
 *		...
 *	if (failed(w.failure))
 *		...
 *
 * A node of a list_head is believed when it points back to the node that led to it: so a pointer that was
 * damaged leads to no node at all, and a walk along nodes that are believed cannot come to one of them
 * again. Where the way forward ends so, or in memory that is not in the dump, the list is taken up from its
 * other end: one damaged word costs no node. The failure says where the list contradicts itself: at the word
 * that both neighbours disagree with, when it is known, else at the node that is not believed.
 *
 * An llist has no way back. One that runs into itself, and a loose list, is seen by its steps (Brent).
 */
#ifndef IOMMU_LIST_H
#define IOMMU_LIST_H

#include "iommu/steps.h"

enum list_kind {
	LIST_HEAD,  /* struct list_head: two pointers, closed by its head */
	LIST_LOOSE, /* the same, of things that prove themselves: a node that does not point back is given */
	LIST_LLIST, /* struct llist_head: one pointer, NULL at the end */
};

struct list_walk {
	struct failure failure; /* why not all nodes were given */
	bool backwards;		/* the nodes now come from the end of the list */

	/* its own */
	struct steps steps;
	enum list_kind kind;
	struct kva head, end;	/* end: the head's `prev` */
	struct kva from, at;	/* the node that leads to the next one, and that */
	struct kva last_forward; /* the last node that was believed on the way forward */
	struct kva unread;	/* a node of the way forward whose links are not in the dump */
	bool was_there;		/* the way back came to the node at which the way forward ended */
	struct kva tortoise;
	uint64_t lap, in_lap;
	bool has_begun, has_ended;
};

/* head: the struct list_head or llist_head. max: nodes that there can be at most. */
struct list_walk list_walk_of(struct target *target, enum list_kind kind, struct kva head, uint64_t max);

/* The next node (the struct list_head or llist_node in something). False: there are no more. */
bool list_walk_next(struct list_walk *walk, struct kva *ret);

#endif
