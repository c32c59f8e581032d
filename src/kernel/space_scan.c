// SPDX-License-Identifier: GPL-2.0-or-later
/* What a space maps, whatever its source: one table, a guest's over the host's, a driver's own ranges. */
#include "iommu/space.h"

#include <string.h>

/* ---- a guest's table over the host's, as runs ---- */

struct nested {
	const struct pt_visitor *visitor;
};

static bool piece_as_run(void *ctx, const struct pt_piece *piece)
{
	struct nested *n = ctx;
	const struct pt_run run = {
		.iova = piece->iova,
		.bytes = piece->bytes,
		.nr_pages = piece->nr_pages,
		.pa = piece->pa,
		.page_lg2 = piece->page_lg2,
		.read = piece->read,
		.write = piece->write,
		.user = piece->user,
		.contiguous = true,
	};

	return !n->visitor->run || n->visitor->run(n->visitor->ctx, &run);
}

static bool nested_damage(void *ctx, const struct pt_damage *damage, bool by_host)
{
	struct nested *n = ctx;

	(void)by_host; /* the table's address says which it is */
	return !n->visitor->damage || n->visitor->damage(n->visitor->ctx, damage);
}

static void nested_along(void *ctx, const struct pt_along *along)
{
	const struct nested *n = ctx;

	n->visitor->along(n->visitor->ctx, along);
}

static enum status scan_nested(const struct space *space, struct iova first, struct iova last,
			       const struct pt_visitor *visitor, struct pt_totals *ret)
{
	struct nested n = { .visitor = visitor };
	const struct pt_nested_visitor of_both = {
		.ctx = &n,
		.piece = piece_as_run,
		.damage = nested_damage,
		.along = visitor->along ? nested_along : NULL,
	};
	struct pt_totals host;
	enum status status = pt_nested_scan(space->guest, &space->root, first, last, &of_both, ret,
					    &host);

	pt_add_trouble(ret, &host);
	return status;
}

/* ---- a driver's own ranges ---- */

struct ranges {
	const struct pt_visitor *visitor;
	uint64_t first, last;
};

/* A range, cut to what was asked for. */
static bool visit_range(void *ctx, const struct pt_run *range)
{
	const struct ranges *r = ctx;
	struct pt_run run = *range;
	uint64_t end = run.iova.v + (run.bytes - 1);

	if (end < r->first || run.iova.v > r->last)
		return true;
	if (run.iova.v < r->first) {
		run.pa.v += r->first - run.iova.v;
		run.iova.v = r->first;
	}
	if (end > r->last)
		end = r->last;
	run.bytes = end - run.iova.v + 1;
	run.nr_pages = (end >> run.page_lg2) - (run.iova.v >> run.page_lg2) + 1;
	return !r->visitor->run || r->visitor->run(r->visitor->ctx, &run);
}

static enum status scan_ranges(struct kernel *k, const struct space *space, struct iova first,
			       struct iova last, const struct pt_visitor *visitor,
			       struct pt_totals *ret)
{
	struct ranges r = { visitor, first.v, last.v };
	struct failure failure = space->ranges->each(k, space->ranges, first, last, visit_range, &r);

	memset(ret, 0, sizeof(*ret));
	if (failure.status == STATUS_INTERRUPTED)
		return STATUS_INTERRUPTED;
	if (failed(failure)) {
		struct pt_damage damage = { PT_DAMAGE_UNREADABLE, failure.status, first, last,
					    .table = pa_of(failure.at) };

		ret->tables_lost = failure.status != STATUS_NOT_IN_DUMP;
		ret->tables_missing = failure.status == STATUS_NOT_IN_DUMP;
		ret->failure = failure;
		if (visitor->damage)
			visitor->damage(visitor->ctx, &damage);
	}
	return STATUS_OK;
}

enum status space_scan(struct kernel *k, const struct space *space, struct iova first,
		       struct iova last, const struct pt_visitor *visitor, struct pt_totals *ret)
{
	if (space->ranges)
		return scan_ranges(k, space, first, last, visitor, ret);
	if (space->guest)
		return scan_nested(space, first, last, visitor, ret);
	memset(ret, 0, sizeof(*ret));
	return space->has_table ?
		       pt_scan(space->memory, &space->root, first, last, visitor, ret) :
		       STATUS_OK;
}
