// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tree of ranges of a struct iova_domain: a red-black tree by address, with an anchor above all of them
 * (Linux drivers/iommu/iova.c, 4.15 and later). A node is believed when it lies where the nodes above it say that it
 * must: so a damaged pointer leads to no range at all, and no walk can meet a node twice.
 */
#include "iova.h"

#include <string.h>

#define ANCHOR	       UINT64_MAX /* IOVA_ANCHOR */
#define MAX_TREE_DEPTH 128u	  /* twice the logarithm of all ranges that there can be */

struct tree {
	struct kernel *k;
	struct iova_range *ranges;
	size_t nr;
	struct failure first;
	bool stop;
};

/* What a node's range has to lie between, both included. */
struct bounds {
	uint64_t first, last;
};

void *iova_grow(struct kernel *k, void *array, size_t nr, size_t size)
{
	void *larger;

	if (nr && nr & (nr - 1))
		return array;
	larger = arena_alloc(k->arena, (nr ? 2 * nr : 1) * size);
	if (nr)
		memcpy(larger, array, nr * size);
	return larger;
}

struct node {
	struct kva left, right;
	struct iova_range range;
};

static struct failure read_node(struct kernel *k, struct kva at, struct node *ret)
{
	struct failure failure = kernel_container_of(k, at, M_IOVA_NODE, &ret->range.at);

	if (!failed(failure))
		failure = kernel_read_pointer(k, at, M_RB_LEFT, &ret->left);
	if (!failed(failure))
		failure = kernel_read_pointer(k, at, M_RB_RIGHT, &ret->right);
	if (!failed(failure))
		failure = kernel_read_member(k, ret->range.at, M_IOVA_LO, &ret->range.first);
	if (!failed(failure))
		failure = kernel_read_member(k, ret->range.at, M_IOVA_HI, &ret->range.last);
	return failure;
}

static bool is_between(const struct iova_range *range, struct bounds bounds)
{
	return range->first <= range->last && range->first >= bounds.first && range->last <= bounds.last;
}

static void visit(struct tree *t, struct kva at, struct bounds bounds, unsigned depth)
{
	struct node node = { .range.holder = IOVA_IN_USE };
	struct failure failure;

	if (kva_is_null(at) || t->stop)
		return;
	if (target_interrupted(t->k->target)) {
		t->first = failure_of(STATUS_INTERRUPTED);
		t->stop = true;
		return;
	}
	failure = read_node(t->k, at, &node);
	if (!failed(failure) && (!is_between(&node.range, bounds) || depth > MAX_TREE_DEPTH)) {
		failure = failure_at(STATUS_DAMAGED, at.v);
		kernel_leave_unreported(t->k, failure);
	}
	if (failed(failure)) {
		t->first = first_failure(t->first, failure);
		return;
	}
	if (node.range.first)
		visit(t, node.left, (struct bounds){ bounds.first, node.range.first - 1 }, depth + 1);
	if (node.range.first != ANCHOR && !t->stop) {
		t->ranges = iova_grow(t->k, t->ranges, t->nr, sizeof(*t->ranges));
		t->ranges[t->nr++] = node.range;
	}
	if (node.range.last != UINT64_MAX)
		visit(t, node.right, (struct bounds){ node.range.last + 1, bounds.last }, depth + 1);
}

struct failure iova_read_tree(struct kernel *k, struct kva iovad, struct iova_range **ret, size_t *nr)
{
	struct tree tree = { .k = k };
	struct kva root;
	struct failure failure = kernel_read_pointer(k, iovad, M_IOVAD_ROOT, &root);

	*ret = NULL;
	*nr = 0;
	if (failed(failure))
		return failure;
	visit(&tree, root, (struct bounds){ 0, UINT64_MAX }, 0);
	*ret = tree.ranges;
	*nr = tree.nr;
	return tree.first;
}
