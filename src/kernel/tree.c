// SPDX-License-Identifier: GPL-2.0-or-later
#include "tree.h"

#include <string.h>

/* Linux include/linux/xarray.h: a node is tagged 2 in its low bits and not a small number. */
#define XA_IS_NODE(e) (((e)&3) == 2 && (e) > 4096)
#define XA_NODE(e)    ((e)-2)
#define XA_SLOTS      64u
#define XA_SLOTS_LG2  6u
#define XA_MAX_DEPTH  11 /* 64 bits of index, 6 at a level */

/* Linux include/linux/maple_tree.h: nodes are aligned to 256 bytes, their type stands below. */
#define MAPLE_NODE(e)	   ((e) & ~0xffULL)
#define MAPLE_TYPE(e)	   ((unsigned)((e) >> 3) & 0xf)
#define MAPLE_LEAF_64	   1
#define MAPLE_RANGE_64	   2
#define MAPLE_ARANGE_64	   3
#define MAPLE_RANGE_SLOTS  16u
#define MAPLE_ARANGE_SLOTS 10u
#define MAPLE_MAX_DEPTH	   16
#define MAPLE_WORDS	   32u

/* Nodes of any tree walked here: interrupts, ids. A tree of more is none. */
#define MAX_NODES (1u << 16)

struct walk {
	struct kernel *k;
	tree_visit visit;
	void *ctx;
	unsigned nodes;
	bool stop;
	struct failure first; /* trouble */
};

static void trouble(struct walk *w, struct failure failure)
{
	w->first = first_failure(w->first, failure);
}

static bool enter_node(struct walk *w, uint64_t node, unsigned depth, unsigned max_depth)
{
	if (depth > max_depth || ++w->nodes > MAX_NODES) {
		trouble(w, failure_at(STATUS_DAMAGED, node));
		w->stop = w->nodes > MAX_NODES;
		return false;
	}
	if (target_interrupted(w->k->target)) {
		trouble(w, failure_of(STATUS_INTERRUPTED));
		w->stop = true;
	}
	return !w->stop;
}

static void emit(struct walk *w, uint64_t index, uint64_t entry)
{
	if (!w->visit(w->ctx, index, entry))
		w->stop = true;
}

/* above: shift of the node that led here; a child's is lower, so no loop goes unseen. */
static void xa_node(struct walk *w, uint64_t entry, uint64_t index, uint64_t above, unsigned depth)
{
	struct kva node = kva_of(XA_NODE(entry)), slots_at;
	uint64_t slots[XA_SLOTS], shift;
	struct failure failure;

	if (!enter_node(w, node.v, depth, XA_MAX_DEPTH))
		return;
	failure = kernel_read_member(w->k, node, M_XA_NODE_SHIFT, &shift);
	if (!failed(failure))
		failure = kernel_member_at(w->k, node, M_XA_NODE_SLOTS, &slots_at);
	if (!failed(failure))
		failure = kernel_read(w->k, slots_at, slots, sizeof(slots));
	if (!failed(failure) && (shift >= above || shift % XA_SLOTS_LG2))
		failure = failure_at(STATUS_DAMAGED, node.v);
	if (failed(failure)) {
		trouble(w, failure);
		return;
	}
	for (unsigned i = 0; i < XA_SLOTS && !w->stop; i++) {
		uint64_t at = index + ((uint64_t)i << shift);

		if (XA_IS_NODE(slots[i]))
			xa_node(w, slots[i], at, shift, depth + 1);
		else if (slots[i])
			emit(w, at, slots[i]);
	}
}

struct failure kernel_xarray(struct kernel *k, uint64_t head, tree_visit visit, void *ctx)
{
	struct walk w = { .k = k, .visit = visit, .ctx = ctx };

	if (XA_IS_NODE(head))
		xa_node(&w, head, 0, 64, 0);
	else if (head)
		emit(&w, 0, head);
	return w.first;
}

/* A node is: parent, pivots, slots (then gaps, in an arange node). Slot i covers the indices after
 * pivot i-1 up to pivot i; the last one in use has no pivot, or a zero one. */
static void maple_node(struct walk *w, uint64_t entry, uint64_t first, uint64_t last,
		       unsigned depth)
{
	struct kva node = kva_of(MAPLE_NODE(entry));
	unsigned type = MAPLE_TYPE(entry);
	unsigned nr = type == MAPLE_ARANGE_64 ? MAPLE_ARANGE_SLOTS : MAPLE_RANGE_SLOTS;
	uint64_t words[MAPLE_WORDS];
	const uint64_t *pivot = words + 1, *slot = words + nr;
	struct failure failure;

	if (!enter_node(w, node.v, depth, MAPLE_MAX_DEPTH))
		return;
	failure = type >= MAPLE_LEAF_64 && type <= MAPLE_ARANGE_64
			  ? kernel_read(w->k, node, words, sizeof(words))
			  : failure_at(STATUS_DAMAGED, node.v);
	if (failed(failure)) {
		trouble(w, failure);
		return;
	}
	for (unsigned i = 0; i < nr && !w->stop && first <= last; i++) {
		uint64_t end = i + 1 < nr && pivot[i] ? pivot[i] : last;

		/* A zero pivot after the first ends the node; before, it is the index 0. */
		if (i == 0 && nr > 1 && !pivot[0])
			end = pivot[1] || slot[1] ? 0 : last;
		if (end > last || end < first) {
			trouble(w, failure_at(STATUS_DAMAGED, node.v));
			return;
		}
		if (slot[i] && type == MAPLE_LEAF_64)
			emit(w, first, slot[i]);
		else if (slot[i] && type != MAPLE_LEAF_64)
			maple_node(w, slot[i], first, end, depth + 1);
		if (end == last)
			return;
		first = end + 1;
	}
}

struct failure kernel_maple_tree(struct kernel *k, uint64_t root, tree_visit visit, void *ctx)
{
	struct walk w = { .k = k, .visit = visit, .ctx = ctx };

	if (XA_IS_NODE(root))
		maple_node(&w, root, 0, UINT64_MAX, 0);
	else if (root)
		emit(&w, 0, root);
	return w.first;
}
