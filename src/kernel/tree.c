// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two trees that the kernel keeps pointers in by index: the xarray (lib/xarray.c) and the maple
 * tree (lib/maple_tree.c). Both are walked from the root down, in ascending order of the index, and
 * a subtree that cannot be read or makes no sense does not keep the others from being visited.
 */
#include "tree.h"

#include "iommu/steps.h"

#include <string.h>

/* Linux include/linux/xarray.h: a node is tagged 2 in its low bits and not a small number. It has 64 slots, or 16
 * where memory is saved (XA_CHUNK_SHIFT); others are possible. */
#define XA_IS_NODE(e) (((e)&3) == 2 && (e) > 4096)
#define XA_NODE(e)    ((e)-2)
#define XA_MAX_SLOTS  64u
#define XA_INDEX_BITS 64u

/* Linux include/linux/maple_tree.h: a node has 256 bytes and is aligned to that; a pointer to it
 * has its type in bits 6:3. */
#define MAPLE_NODE(e)	   ((e) & ~0xffULL)
#define MAPLE_TYPE(e)	   ((unsigned)((e) >> 3) & 0xf)
#define MAPLE_LEAF_64	   1
#define MAPLE_RANGE_64	   2
#define MAPLE_ARANGE_64	   3
#define MAPLE_WORDS	   32u
#define MAPLE_RANGE_SLOTS  16u
#define MAPLE_ARANGE_SLOTS 10u
#define MAPLE_MAX_DEPTH	   16

/* Nodes of any tree walked here: interrupts, ids. A tree of more is none. */
#define MAX_NODES (1u << 16)

struct walk {
	struct kernel *k;
	tree_visit visit;
	void *ctx;
	struct steps steps; /* nodes */
	unsigned slots, slots_lg2; /* of a node of this kernel's xarrays */
	bool stop;
	struct failure first; /* trouble */
};

static void trouble(struct walk *w, struct failure failure)
{
	w->first = first_failure(w->first, failure);
}

static struct walk walk_of(struct kernel *k, tree_visit visit, void *ctx)
{
	return (struct walk){
		.k = k,
		.visit = visit,
		.ctx = ctx,
		.steps = steps_through_tree(k->target, k->arena, MAX_NODES),
	};
}

static bool enter_node(struct walk *w, uint64_t node, unsigned depth, unsigned max_depth)
{
	struct failure failure = steps_take(&w->steps, node);

	if (!failed(failure) && depth > max_depth)
		failure = failure_at(STATUS_DAMAGED, node);
	if (!failed(failure))
		return true;
	trouble(w, failure);
	w->stop = steps_have_to_end(&w->steps, failure);
	return false;
}

static void emit(struct walk *w, uint64_t index, uint64_t entry)
{
	if (target_interrupted(w->k->target)) {
		trouble(w, failure_of(STATUS_INTERRUPTED));
		w->stop = true;
	} else if (!w->visit(w->ctx, index, entry)) {
		w->stop = true;
	}
}

/* How many slots a node has, by the size of that member. */
static struct failure learn_slots(struct walk *w)
{
	uint64_t size;
	struct failure failure = kernel_member_size(w->k, M_XA_NODE_SLOTS, &size);

	if (failed(failure))
		return failure;
	for (w->slots = 1; w->slots < size / 8 && w->slots < XA_MAX_SLOTS; w->slots *= 2)
		w->slots_lg2++;
	/* No kernel has such nodes: the namelist is of another one. */
	return w->slots_lg2 && w->slots * 8 == size ?
		       NO_FAILURE :
		       failure_missing("the number of slots in an xa_node");
}

static struct failure read_xa_node(struct walk *w, struct kva node, uint64_t above, uint64_t *shift,
				   uint64_t slots[XA_MAX_SLOTS])
{
	struct kva at;
	struct failure failure = kernel_read_member(w->k, node, M_XA_NODE_SHIFT, shift);

	if (!failed(failure))
		failure = kernel_member_at(w->k, node, M_XA_NODE_SLOTS, &at);
	if (!failed(failure))
		failure = kernel_read(w->k, at, slots, w->slots * sizeof(slots[0]));
	if (!failed(failure) && (*shift >= above || *shift % w->slots_lg2))
		failure = failure_at(STATUS_DAMAGED, node.v);
	return failure;
}

/* above: shift of the node that led here; a child's is lower, so no loop goes unseen. */
static void xa_node(struct walk *w, uint64_t entry, uint64_t index, uint64_t above, unsigned depth)
{
	struct kva node = kva_of(XA_NODE(entry));
	uint64_t slots[XA_MAX_SLOTS], shift;
	struct failure failure;

	if (!enter_node(w, node.v, depth, XA_INDEX_BITS / w->slots_lg2 + 1))
		return;
	failure = read_xa_node(w, node, above, &shift, slots);
	if (failed(failure)) {
		trouble(w, failure);
		return;
	}
	for (unsigned i = 0; i < w->slots && !w->stop; i++) {
		uint64_t at = index + ((uint64_t)i << shift);

		/* The topmost node that there can be has more slots than there are indices for. */
		if (slots[i] && (uint64_t)i << shift >> shift != i) {
			trouble(w, failure_at(STATUS_DAMAGED, node.v));
			return;
		}
		if (XA_IS_NODE(slots[i]))
			xa_node(w, slots[i], at, shift, depth + 1);
		else if (slots[i])
			emit(w, at, slots[i]);
	}
}

struct failure kernel_xarray(struct kernel *k, uint64_t head, tree_visit visit, void *ctx)
{
	struct walk w = walk_of(k, visit, ctx);
	struct failure failure = XA_IS_NODE(head) ? learn_slots(&w) : NO_FAILURE;

	if (failed(failure))
		return failure;
	if (XA_IS_NODE(head))
		xa_node(&w, head, 0, XA_INDEX_BITS, 0);
	else if (head)
		emit(&w, 0, head);
	return w.first;
}

/*
 * A node stands for a run of indices and divides it among its slots, in ascending order:
 *
 *	word 0			its parent
 *	words 1 to nr - 1	pivots: the last index of slot 0, of slot 1, ...
 *	words nr to 2 nr - 1	slots: entries in a leaf, else pointers to nodes; zero is nothing
 *
 * nr is 16 in a leaf_64 or range_64, and 10 in an arange_64, which has more words behind the slots
 * (how large the gaps below them are). The last of nr slots has no pivot: it goes on to the node's
 * own last index. So does a slot whose pivot is zero, and no slot behind it is in use: the last word
 * of a node that is not full may say where it ends. But a zero pivot of slot 0 is the index 0 when
 * more follows.
 */
struct maple_node {
	uint64_t words[MAPLE_WORDS];
	uint64_t at;
	uint64_t last; /* index */
	unsigned type, nr;
	unsigned depth;
};

static uint64_t maple_pivot(const struct maple_node *node, unsigned slot)
{
	return node->words[1 + slot];
}

static uint64_t maple_slot(const struct maple_node *node, unsigned slot)
{
	return node->words[node->nr + slot];
}

static struct failure read_maple_node(struct walk *w, uint64_t entry, struct maple_node *ret)
{
	ret->at = MAPLE_NODE(entry);
	ret->type = MAPLE_TYPE(entry);
	ret->nr = ret->type == MAPLE_ARANGE_64 ? MAPLE_ARANGE_SLOTS : MAPLE_RANGE_SLOTS;
	if (ret->type < MAPLE_LEAF_64 || ret->type > MAPLE_ARANGE_64)
		return failure_at(STATUS_DAMAGED, ret->at);
	return kernel_read(w->k, kva_of(ret->at), ret->words, sizeof(ret->words));
}

/* The last index that a slot stands for. */
static uint64_t maple_slot_end(const struct maple_node *node, unsigned slot)
{
	if (slot + 1 == node->nr)
		return node->last;
	if (maple_pivot(node, slot))
		return maple_pivot(node, slot);
	if (slot == 0 && (maple_pivot(node, 1) || maple_slot(node, 1)))
		return 0;
	return node->last;
}

static void walk_maple_node(struct walk *w, uint64_t entry, uint64_t first, uint64_t last,
			    unsigned depth);

static void visit_maple_slot(struct walk *w, const struct maple_node *node, unsigned slot,
			     uint64_t first, uint64_t last)
{
	uint64_t entry = maple_slot(node, slot);

	if (!entry)
		return;
	if (node->type == MAPLE_LEAF_64)
		emit(w, first, entry);
	else
		walk_maple_node(w, entry, first, last, node->depth + 1);
}

static void visit_maple_slots(struct walk *w, const struct maple_node *node, uint64_t first)
{
	for (unsigned slot = 0; slot < node->nr && !w->stop; slot++) {
		uint64_t end = maple_slot_end(node, slot);

		if (end < first || end > node->last) {
			trouble(w, failure_at(STATUS_DAMAGED, node->at));
			return;
		}
		visit_maple_slot(w, node, slot, first, end);
		if (end == node->last)
			return;
		first = end + 1;
	}
}

static void walk_maple_node(struct walk *w, uint64_t entry, uint64_t first, uint64_t last,
			    unsigned depth)
{
	struct maple_node node = { .last = last, .depth = depth };
	struct failure failure;

	if (!enter_node(w, MAPLE_NODE(entry), depth, MAPLE_MAX_DEPTH))
		return;
	failure = read_maple_node(w, entry, &node);
	if (failed(failure))
		trouble(w, failure);
	else
		visit_maple_slots(w, &node, first);
}

struct failure kernel_maple_tree(struct kernel *k, uint64_t root, tree_visit visit, void *ctx)
{
	struct walk w = walk_of(k, visit, ctx);

	if (XA_IS_NODE(root))
		walk_maple_node(&w, root, 0, UINT64_MAX, 0);
	else if (root)
		emit(&w, 0, root);
	return w.first;
}
