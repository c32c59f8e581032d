// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that a guest's table and the host's map together: the guest's table is scanned as any
 * other, and for each of its leaves the host's table over the leaf's guest physical range.
 */
#include "iommu/pt_nested.h"

#include "pt_address.h"

#include <string.h>

struct nested {
	struct pt_guest *guest;
	const struct pt_root *root; /* of the guest's table */
	const struct pt_nested_visitor *visitor;
	struct pt_totals *host_totals;
	struct iova first, last; /* the range that was asked for */
	const struct pt_leaf *leaf; /* of the guest, whose range is being looked up */
	struct iova leaf_iova;	 /* the part of it in the range */
	struct gpa leaf_gpa;
	uint64_t leaf_last_gpa;
	uint64_t next_gpa;	 /* first guest physical address that the host's scan has not reached */
	bool stop;
	enum status status;	 /* of the host's scans */
};

static struct iova iova_at(const struct nested *n, uint64_t gpa)
{
	return iova_of(n->leaf_iova.v + (gpa - n->leaf_gpa.v));
}

/* Reports a gap from next_gpa up to `end` (not included): the host's scan passed it without an entry, so the
 * host's table has nothing there. */
static void close_gap(struct nested *n, uint64_t end)
{
	struct pt_gap gap = {
		.first = iova_at(n, n->next_gpa),
		.last = iova_at(n, end - 1),
		.gpa = { n->next_gpa },
	};

	if (end <= n->next_gpa || n->stop)
		return;
	n->next_gpa = end;
	if (n->visitor->gap && !n->visitor->gap(n->visitor->ctx, &gap))
		n->stop = true;
}

/* A page counts where it starts, or where the range starts inside it. */
static uint64_t count_pages(const struct nested *n, const struct pt_piece *piece)
{
	uint64_t first = piece->iova.v, last = first + (piece->bytes - 1);
	bool inside = first & ((1ULL << piece->page_lg2) - 1) && first != n->first.v;

	return (last >> piece->page_lg2) - (first >> piece->page_lg2) + !inside;
}

/* One entry of the host's table under the leaf: cut to the leaf's range. */
static bool host_leaf(void *ctx, const struct pt_leaf *host)
{
	struct nested *n = ctx;
	uint64_t first = host->iova.v > n->leaf_gpa.v ? host->iova.v : n->leaf_gpa.v;
	uint64_t last = host->last.v < n->leaf_last_gpa ? host->last.v : n->leaf_last_gpa;
	uint64_t offset = first & ((1ULL << host->entry.size_lg2) - 1);
	struct pt_piece piece = {
		.iova = iova_at(n, first),
		.gpa = { first },
		.pa = pa_of(host->entry.address + offset),
		.bytes = last - first + 1,
		.page_lg2 = host->entry.size_lg2 < n->leaf->entry.size_lg2 ?
				    host->entry.size_lg2 : n->leaf->entry.size_lg2,
		.read = n->leaf->read && host->read,
		.write = n->leaf->write && host->write,
		.user = n->leaf->user && host->user,
		.guest = n->leaf,
		.host = host,
	};

	close_gap(n, first);
	piece.nr_pages = count_pages(n, &piece);
	n->next_gpa = last + 1;
	if (!n->stop && n->visitor->piece && !n->visitor->piece(n->visitor->ctx, &piece))
		n->stop = true;
	return !n->stop;
}

static bool host_damage(void *ctx, const struct pt_damage *host)
{
	struct nested *n = ctx;
	struct pt_damage damage = *host;

	close_gap(n, host->first.v);
	if (!n->stop && n->visitor->damage) {
		damage.first = iova_at(n, host->first.v);
		damage.last = iova_at(n, host->last.v);
		n->stop = !n->visitor->damage(n->visitor->ctx, &damage, true);
	}
	/* A page that only some of its entries hold is still reported entry by entry. */
	if (host->kind != PT_DAMAGE_REPLICA)
		n->next_gpa = host->last.v + 1;
	return !n->stop;
}

static bool guest_leaf(void *ctx, const struct pt_leaf *leaf)
{
	struct nested *n = ctx;
	const struct pt_visitor visitor = { .ctx = n, .leaf = host_leaf, .damage = host_damage };
	uint64_t first = leaf->iova.v;
	uint64_t last = leaf->last.v;
	uint64_t page = 1ULL << leaf->entry.size_lg2;
	struct pt_totals totals;
	enum status status;

	if (first < n->first.v)
		first = n->first.v;
	if (last > n->last.v)
		last = n->last.v;
	n->leaf = leaf;
	n->leaf_iova = iova_of(first);
	/* A page may be larger than all that a short table reaches, and then bits that only extend the sign
	 * would count in it. */
	n->leaf_gpa.v = leaf->entry.address + (pt_linear(n->root, iova_of(first)) & (page - 1));
	n->leaf_last_gpa = n->leaf_gpa.v + (last - first);
	n->next_gpa = n->leaf_gpa.v;
	status = pt_scan(n->guest->machine, &n->guest->host, iova_of(n->leaf_gpa.v),
			 iova_of(n->leaf_last_gpa), &visitor, &totals);
	n->host_totals->tables += totals.tables;
	pt_add_trouble(n->host_totals, &totals);
	if (status != STATUS_OK) {
		n->status = status;
		return false;
	}
	close_gap(n, n->leaf_last_gpa + 1);
	return !n->stop;
}

static bool guest_damage(void *ctx, const struct pt_damage *damage)
{
	struct nested *n = ctx;

	return !n->visitor->damage || n->visitor->damage(n->visitor->ctx, damage, false);
}

static void guest_along(void *ctx, const struct pt_along *along)
{
	const struct nested *n = ctx;

	n->visitor->along(n->visitor->ctx, along);
}

enum status pt_nested_scan(struct pt_guest *guest, const struct pt_root *root, struct iova first,
			   struct iova last, const struct pt_nested_visitor *visitor,
			   struct pt_totals *totals, struct pt_totals *host)
{
	struct nested n = {
		.guest = guest,
		.root = root,
		.visitor = visitor,
		.host_totals = host,
		.first = first,
		.last = last,
		.status = STATUS_OK,
	};
	const struct pt_visitor of_guest = {
		.ctx = &n,
		.leaf = guest_leaf,
		.damage = guest_damage,
		.along = visitor->along ? guest_along : NULL,
	};
	enum status status;

	memset(host, 0, sizeof(*host));
	status = pt_scan(&guest->target, root, first, last, &of_guest, totals);
	return status == STATUS_OK ? n.status : status;
}
