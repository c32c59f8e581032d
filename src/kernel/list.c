// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's lists, as far as they can be believed: what that means stands in iommu/list.h. */
#include "iommu/list.h"

/* A struct list_head's members, in this order in every kernel. An llist_node has the first alone. */
struct links {
	uint64_t next, prev;
};

#define PREV_OFFSET 8u

struct list_walk list_walk_of(struct target *target, enum list_kind kind, struct kva head, uint64_t max)
{
	return (struct list_walk){
		/* each of them from either side, and one that is not believed */
		.steps = steps_of(target, 2 * max + 1),
		.kind = kind,
		.head = head,
		.lap = 1,
	};
}

static enum status read_links(const struct list_walk *w, struct kva at, struct links *ret)
{
	*ret = (struct links){ 0 };
	return target_read_kva(w->steps.target, at, ret,
			       w->kind == LIST_LLIST ? sizeof(ret->next) : sizeof(*ret));
}

static bool end(struct list_walk *w, struct failure failure)
{
	w->has_ended = true;
	if (failure.status == STATUS_INTERRUPTED)
		w->failure = failure;
	else
		w->failure = first_failure(w->failure, failure);
	return false;
}

static bool start(struct list_walk *w)
{
	struct links links;
	enum status status = read_links(w, w->head, &links);

	if (status != STATUS_OK)
		return end(w, failure_at(status, w->head.v));
	w->from = w->head;
	w->at = kva_of(links.next);
	w->end = kva_of(links.prev);
	w->has_begun = true;
	return true;
}

static bool step_to(struct list_walk *w, struct kva next, struct kva *ret)
{
	*ret = w->from = w->at;
	w->at = next;
	return true;
}

/* ---- forwards ---- */

/* Brent: a chain that never ends runs into itself. */
static bool runs_into_itself(struct list_walk *w)
{
	if (w->at.v == w->tortoise.v)
		return true;
	if (++w->in_lap == w->lap) {
		w->tortoise = w->at;
		w->lap *= 2;
		w->in_lap = 0;
	}
	return false;
}

/* No more nodes, but one of the way forward whose links are not in the dump: the struct around them may be. */
static bool end_with_unread(struct list_walk *w, struct kva *ret)
{
	w->has_ended = true;
	*ret = w->unread;
	return !kva_is_null(w->unread);
}

static bool next_backwards(struct list_walk *w, struct kva *ret);

/* The way forward has come to an end that is not the list's. */
static bool turn_back(struct list_walk *w, struct kva *ret, struct failure failure)
{
	w->failure = first_failure(w->failure, failure);
	if (failure.status == STATUS_NOT_IN_DUMP)
		w->unread = w->at;
	if (w->kind == LIST_LLIST)
		return end_with_unread(w, ret);
	w->backwards = true;
	w->last_forward = w->from;
	w->from = w->head;
	w->at = w->end;
	return next_backwards(w, ret);
}

static bool is_at_end(const struct list_walk *w)
{
	return w->kind == LIST_LLIST ? kva_is_null(w->at) : w->at.v == w->head.v;
}

/* The head may know another last node. */
static bool end_forwards(struct list_walk *w, struct kva *ret)
{
	if (w->kind == LIST_LLIST || w->end.v == w->from.v)
		return end(w, NO_FAILURE);
	return turn_back(w, ret, failure_at(STATUS_DAMAGED, w->head.v + PREV_OFFSET));
}

/* Notes a node that does not point back; whether the walk goes on to it all the same. */
static bool goes_on(struct list_walk *w, const struct links *links)
{
	bool denies = w->kind != LIST_LLIST && links->prev != w->from.v;

	if (denies)
		w->failure = first_failure(w->failure, failure_at(STATUS_DAMAGED, w->at.v));
	return w->kind == LIST_HEAD ? !denies : !runs_into_itself(w);
}

/* One step, and the links of the node that the walk is at: status says whether they could be read. False: the walk has
 * ended. */
static bool read_here(struct list_walk *w, struct links *links, enum status *status)
{
	struct failure failure = steps_take(&w->steps, w->at.v);

	if (failed(failure))
		return end(w, failure);
	*status = read_links(w, w->at, links);
	return *status != STATUS_INTERRUPTED || end(w, failure_of(*status));
}

static bool next_forwards(struct list_walk *w, struct kva *ret)
{
	struct links links;
	enum status status;

	if (is_at_end(w))
		return end_forwards(w, ret);
	if (!read_here(w, &links, &status))
		return false;
	if (status != STATUS_OK)
		return turn_back(w, ret, failure_at(status, w->at.v));
	if (!goes_on(w, &links))
		return turn_back(w, ret, failure_at(STATUS_DAMAGED, w->at.v));
	return step_to(w, kva_of(links.next), ret);
}

/* ---- backwards ---- */

/* Both ways have met: the last node of the way forward is pointed to by the one behind it, and does not point
 * there; unless the node that it points to is there after all. */
static bool meet(struct list_walk *w)
{
	if (w->failure.status == STATUS_DAMAGED || !w->was_there)
		w->failure = failure_at(STATUS_DAMAGED, w->last_forward.v);
	return end(w, NO_FAILURE);
}

/* A node that is not in the dump, on the way back: one that the way forward has not come to is given too. */
static bool pass_unread(struct list_walk *w, struct kva *ret)
{
	if (kva_is_null(w->unread) || w->at.v == w->unread.v) {
		w->unread = w->at;
		return end_with_unread(w, ret);
	}
	*ret = w->at;
	w->at = w->unread;
	return true;
}

static bool next_backwards(struct list_walk *w, struct kva *ret)
{
	struct links links;
	enum status status;

	if (w->at.v == w->last_forward.v)
		return meet(w);
	if (!read_here(w, &links, &status))
		return false;
	if (status == STATUS_NOT_IN_DUMP)
		return pass_unread(w, ret);
	if (status != STATUS_OK || links.next != w->from.v)
		return end_with_unread(w, ret);
	/* Both neighbours know the node that the way forward did not believe: what it points back to is wrong. */
	w->was_there |= w->failure.at == w->at.v;
	if (w->failure.status == STATUS_DAMAGED && w->failure.at == w->at.v)
		w->failure.at += PREV_OFFSET;
	return step_to(w, kva_of(links.prev), ret);
}

bool list_walk_next(struct list_walk *walk, struct kva *ret)
{
	if (walk->has_ended || (!walk->has_begun && !start(walk)))
		return false;
	return walk->backwards ? next_backwards(walk, ret) : next_forwards(walk, ret);
}
