// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who reaches memory. The spaces are those of kernel_spaces(); what that leaves out is found here: whose requests
 * pass without a table, ids that no device has, and those of whom it is not known.
 */
#include "iommu/reach.h"

#include "iommu/arch.h"
#include "iommu/read.h"
#include "iommu/u64map.h"
#include "iommu/vendor.h"

struct collection {
	struct kernel *k;
	struct reach *reach;
	struct u64map seen; /* ids whose entries belong to a device; the value means nothing */
	uint64_t nr_pasids; /* that were looked at */
};

/* More than a machine can have: with more, a table of PASIDs is taken to be filled with garbage. */
#define MAX_PASIDS (1u << 20)

/* Of ids that no device has. */
static void note_failure(struct collection *c, struct failure failure)
{
	if (failed(failure))
		kernel_leave_unreported(c->k, failure);
	c->reach->ids_failure = first_failure(c->reach->ids_failure, failure);
}

/* ---- the spaces, and whose they are ---- */

static bool is_same_user(const struct space_user *a, const struct space_user *b)
{
	return a->device == b->device && a->has_pasid == b->has_pasid && a->pasid == b->pasid &&
	       a->read == b->read && a->write == b->write && a->has_domain_id == b->has_domain_id &&
	       a->domain_id == b->domain_id;
}

/* A device whose requests carry several ids stands there once, unless the ids differ in what they may. */
static void add_user(struct kernel *k, struct reach_space *of, const struct space_user *user)
{
	struct space_user *copy;

	for (size_t i = of->users.nr; user->device && i > 0; i--) {
		const struct space_user *other = of->users.at[i - 1];

		if (other->device != user->device)
			break;
		if (is_same_user(other, user))
			return;
	}
	copy = arena_alloc(k->arena, sizeof(*copy));
	*copy = *user;
	ptrs_push(k->arena, &of->users, copy);
}

static struct reach_space *add_space(struct collection *c, const struct space *space)
{
	struct reach_space *of = arena_alloc(c->k->arena, sizeof(*of));

	of->space = space;
	for (size_t i = 0; i < space->users.nr; i++)
		add_user(c->k, of, space->users.at[i]);
	ptrs_push(c->k->arena, &c->reach->spaces, of);
	return of;
}

/* Neither is a guest's, or both are above one table of the host. */
static bool is_same_guest(const struct space *a, const struct space *b)
{
	return a->guest && b->guest ? a->guest->host.table.v == b->guest->host.table.v : !a->guest && !b->guest;
}

/* The space of that table, for an id that no device has. */
static struct reach_space *space_of(struct collection *c, const struct route *route)
{
	const struct ptrs *spaces = &c->reach->spaces;
	struct space *space;

	for (size_t i = 0; i < spaces->nr; i++) {
		struct reach_space *of = spaces->at[i];
		const struct space *known = of->space;

		if (known->has_table && is_same_guest(known, &route->space) &&
		    known->root.table.v == route->space.root.table.v &&
		    known->root.levels == route->space.root.levels &&
		    is_same_format(known->root.format, route->space.root.format))
			return of;
	}
	space = arena_alloc(c->k->arena, sizeof(*space));
	*space = route->space;
	return add_space(c, space);
}

/* ---- those without a table ---- */

static struct space_user user_of(const struct device *dev, const struct stream *stream,
				 const struct route *route)
{
	return (struct space_user){
		.device = dev,
		.stream = stream,
		.has_pasid = route->has_pasid,
		.pasid = route->pasid,
		.pasid_user = route->pasid_user,
		.has_domain_id = route->has_domain_id,
		.domain_id = route->domain_id,
		.read = route->read,
		.write = route->write,
	};
}

static void add_open(struct collection *c, const struct space_user *user, bool unchecked, size_t nr)
{
	const struct ptrs *list = &c->reach->open;
	const struct reach_open *last = list->nr ? list->at[list->nr - 1] : NULL;
	struct reach_open *open;

	if (last && user->device && is_same_user(&last->user, user) && last->unchecked == unchecked)
		return;
	open = arena_alloc(c->k->arena, sizeof(*open));
	*open = (struct reach_open){ *user, unchecked, nr };
	if (unchecked)
		open->user.read = open->user.write = true;
	ptrs_push(c->k->arena, &c->reach->open, open);
}

static void add_unknown(struct collection *c, const struct space_user *user)
{
	const struct ptrs *list = &c->reach->unknown;
	const struct space_user *last = list->nr ? list->at[list->nr - 1] : NULL;
	struct space_user *copy;

	if (last && user->device && last->device == user->device)
		return;
	copy = arena_alloc(c->k->arena, sizeof(*copy));
	*copy = *user;
	ptrs_push(c->k->arena, &c->reach->unknown, copy);
}

/* Nothing that hardware reads tells where a device's requests go: the driver's word stands in for it. */
static void take_drivers_word(struct collection *c, const struct device *dev, const struct stream *stream)
{
	const struct domain *domain = dev->domain;
	struct space_user user = { .device = dev, .stream = stream, .read = true, .write = true,
				   .by_driver = true };

	add_unknown(c, &user);
	if (!domain)
		return;
	user.has_domain_id = domain_id_on(domain, device_unit(dev), &user.domain_id);
	if (domain->type == DOMAIN_IDENTITY && !domain->has_table)
		add_open(c, &user, false, 1);
	for (size_t i = 0; i < c->reach->spaces.nr; i++) {
		struct reach_space *of = c->reach->spaces.at[i];

		if (of->space->is_of_domain && of->space->domain == domain)
			add_user(c->k, of, &user);
	}
}

static void take_route(struct collection *c, const struct device *dev, const struct stream *stream,
		       const struct route *route, size_t nr)
{
	struct space_user user = user_of(dev, stream, route);

	if (route->state == DMA_PASSTHROUGH || route->state == DMA_PASSTHROUGH_UNCHECKED)
		add_open(c, &user, route->state == DMA_PASSTHROUGH_UNCHECKED, nr);
	else if (dev && (route->state == DMA_UNKNOWN || route->driver_table ||
			 (route->by_pasid && route->way.result == PT_UNREADABLE)))
		take_drivers_word(c, dev, stream);
	else if (route->state == DMA_UNKNOWN)
		add_unknown(c, &user);
	else if (!dev && route->space.has_table)
		add_user(c->k, space_of(c, route), &user);
}

/* ---- requests with a PASID ---- */

/* kernel_spaces() has those of devices whose PASID leads to a page table. */
static void take_pasid_route(struct collection *c, const struct device *dev, const struct stream *stream,
			     const struct route *route)
{
	struct space_user user = user_of(dev, stream, route);

	if (route->state == DMA_PASSTHROUGH || route->state == DMA_PASSTHROUGH_UNCHECKED)
		add_open(c, &user, route->state == DMA_PASSTHROUGH_UNCHECKED, 1);
	else if (route->state == DMA_UNKNOWN || route->way.result == PT_UNREADABLE)
		add_unknown(c, &user);
	else if (!dev && route->space.has_table)
		add_user(c->k, space_of(c, route), &user);
}

static void take_pasids(struct collection *c, const struct device *dev, const struct stream *stream,
			const struct entry *entry)
{
	const struct translation *t = &entry->translation;
	uint64_t nr = 0, listed = 0;
	uint32_t *pasids;
	struct route route;
	struct failure failure;

	if (!t->pasids.format || t->pasids.plain_only)
		return;
	failure = route_list_pasids(c->k, &t->pasids, &t->root, NULL, 0, &nr);
	if (!dev)
		note_failure(c, failure); /* of devices, kernel_spaces() has said it */
	if (nr > MAX_PASIDS - c->nr_pasids)
		nr = MAX_PASIDS - c->nr_pasids;
	c->nr_pasids += nr;
	pasids = arena_alloc(c->k->arena, (nr + 1) * sizeof(*pasids));
	(void)route_list_pasids(c->k, &t->pasids, &t->root, pasids, nr, &listed);
	for (uint64_t i = 0; i < nr && i < listed && !target_interrupted(c->k->target); i++) {
		route_of_entry(c->k, entry, dev, &pasids[i], &route);
		take_pasid_route(c, dev, stream, &route);
	}
}

/* ---- the devices ---- */

static void take_stream(struct collection *c, const struct device *dev, const struct stream *stream)
{
	struct entry entry = { 0 };
	struct route route;
	struct failure failure;

	if (!u64map_get(&c->seen, stream->id))
		u64map_add(c->k->arena, &c->seen, stream->id, c);
	if (!stream->vendor || !stream->vendor->read_entry) {
		take_drivers_word(c, dev, stream);
		return;
	}
	failure = stream->vendor->read_entry(c->k, stream, &entry);
	if (failure.status == STATUS_ABSENT)
		return; /* hardware has no entry to read either */
	if (failed(failure)) {
		take_drivers_word(c, dev, stream);
		return;
	}
	route_of_entry(c->k, &entry, dev, NULL, &route);
	take_route(c, dev, stream, &route, 1);
	take_pasids(c, dev, stream, &entry);
}

/* It is in no group, and nobody names an IOMMU that serves it. */
static bool is_served_by_none(struct kernel *k, const struct device *dev)
{
	const struct inventory *inv = kernel_inventory(k);

	return dev->is_pci && !dev->group && dev->knows_group && kva_is_null(dev->group_at) &&
	       !device_server(dev) && kva_is_null(dev->unknown_unit) && !inv->may_have_others &&
	       !failed(inv->units_failure);
}

/* A device that the driver never attached: its id may have an entry all the same. */
static void take_unattached(struct collection *c, const struct device *dev)
{
	struct space_user user = { .device = dev, .read = true, .write = true };
	struct stream *stream = arena_alloc(c->k->arena, sizeof(*stream));
	struct failure failure = failure_of(STATUS_ABSENT);

	if (dev->has_sbdf)
		failure = kernel_find_stream(c->k, dev->sbdf, stream);
	if (!failed(failure))
		take_stream(c, dev, stream);
	else if (failure.status == STATUS_ABSENT && is_served_by_none(c->k, dev))
		add_open(c, &user, true, 1);
	else
		add_unknown(c, &user);
}

/* ---- ids that no device has ---- */

static bool take_entry(void *ctx, const struct stream *stream, const struct entry *entry)
{
	struct collection *c = ctx;
	struct stream *copy;
	struct route route;

	if (u64map_get(&c->seen, stream->id) || kernel_find_device(c->k, stream->id))
		return true;
	copy = arena_alloc(c->k->arena, sizeof(*copy));
	*copy = *stream;
	route_of_entry(c->k, entry, NULL, NULL, &route);
	take_route(c, NULL, copy, &route, 1);
	take_pasids(c, NULL, copy, entry);
	return !target_interrupted(c->k->target);
}

static void take_rest(void *ctx, const struct stream *first, size_t nr, const struct entry *entry)
{
	struct collection *c = ctx;
	struct stream *copy = arena_alloc(c->k->arena, sizeof(*copy));
	struct route route;

	*copy = *first;
	route_of_entry(c->k, entry, NULL, NULL, &route);
	take_route(c, NULL, copy, &route, nr);
}

static void pass_remark(void *ctx, const char *code, const char *text)
{
	(void)ctx;
	(void)code;
	(void)text;
}

static void take_unreadable(void *ctx, const char *doing, struct failure failure,
			    const struct unit *unit, uint32_t first, uint32_t last)
{
	(void)doing;
	(void)unit;
	(void)first;
	(void)last;
	note_failure(ctx, failure);
}

static void collect_ids(struct collection *c)
{
	const struct entry_visitor visitor = {
		.ctx = c,
		.entry = take_entry,
		.remark = pass_remark,
		.rest = take_rest,
		.unreadable = take_unreadable,
	};
	const struct ptrs *vendors = &kernel_inventory(c->k)->vendors;

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct vendor *vendor = vendors->at[i];

		if (vendor->scan_entries)
			note_failure(c, vendor->scan_entries(c->k, &visitor));
	}
}

void kernel_reach(struct kernel *k, struct reach *ret)
{
	struct collection c = { .k = k, .reach = ret };
	const struct inventory *inv = kernel_inventory(k);
	struct ptrs spaces = { 0 };

	*ret = (struct reach){ .failure = kernel_spaces(k, &spaces) };
	for (size_t i = 0; i < spaces.nr; i++)
		add_space(&c, spaces.at[i]);
	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(k->target); i++) {
		const struct device *dev = inv->devices.at[i];

		for (size_t j = 0; j < dev->streams.nr; j++)
			take_stream(&c, dev, dev->streams.at[j]);
		if (!dev->streams.nr)
			take_unattached(&c, dev);
	}
	collect_ids(&c);
	ret->failure = first_failure(ret->failure, inv->devices_failure);
	ret->failure = first_failure(ret->failure, inv->domains_failure);
	ret->failure = first_failure(ret->failure, inv->units_failure);
}

/* ---- one pass ---- */

struct pass {
	const struct reach_space *of;
	const struct pt_wanted *wanted;
	const struct reach_visitor *visitor;
	struct target *target;
};

/* The part of a run that is in one of the ranges. */
static struct pt_run cut(const struct pt_run *run, const struct pa_range *range)
{
	struct pt_run part = *run;
	uint64_t first = run->pa.v > range->first.v ? run->pa.v : range->first.v;
	uint64_t last = run->pa.v + (run->bytes - 1);

	if (last > range->last.v)
		last = range->last.v;
	part.pa = pa_of(first);
	part.iova.v += first - run->pa.v;
	part.bytes = last - first + 1;
	return part;
}

static bool take_run(void *ctx, const struct pt_run *run)
{
	const struct pass *p = ctx;
	uint64_t last = run->pa.v + (run->bytes - 1);

	for (size_t i = pt_first_wanted(p->wanted, run->pa); i < p->wanted->nr; i++) {
		const struct pa_range *range = &p->wanted->ranges[i];
		struct reach_hit hit = { .of = p->of, .range = i };

		if (p->wanted->sorted && range->first.v > last)
			break;
		if (run->pa.v > range->last.v || last < range->first.v)
			continue;
		hit.run = cut(run, range);
		if (!p->visitor->hit(p->visitor->ctx, &hit))
			return false;
	}
	return !target_interrupted(p->target);
}

static bool take_damage(void *ctx, const struct pt_damage *damage)
{
	const struct pass *p = ctx;

	return p->visitor->damage(p->visitor->ctx, p->of, damage);
}

static void tell_along(void *ctx, const struct pt_along *along)
{
	const struct pass *p = ctx;

	p->visitor->along(p->visitor->ctx, along);
}

enum status reach_scan(struct kernel *k, const struct reach_space *of, const struct pt_wanted *wanted,
		       const struct reach_visitor *visitor, struct pt_totals *ret)
{
	struct pass p = { of, wanted, visitor, k->target };
	const struct pt_visitor runs = {
		.ctx = &p,
		.wanted = wanted,
		.run = take_run,
		.damage = take_damage,
		.along = visitor->along ? tell_along : NULL,
	};

	return space_scan(k, of->space, iova_of(0), iova_of(UINT64_MAX), &runs, ret);
}

/* The range that has the address, or the first above it. */
static const struct special_range *next_special(struct kernel *k, const struct space_user *user, struct iova at)
{
	const struct special_range *interrupts = kernel_arch(k)->interrupts, *of_vendor = NULL;
	const struct stream *stream = user->stream;

	if (user->has_pasid)
		return NULL;
	if (interrupts && at.v > interrupts->last)
		interrupts = NULL;
	if (interrupts && at.v >= interrupts->first)
		return interrupts;
	if (stream && stream->vendor && stream->vendor->special_range)
		of_vendor = stream->vendor->special_range(k, stream->unit, at);
	return !of_vendor || (interrupts && interrupts->first < of_vendor->first) ? interrupts : of_vendor;
}

static void leave_out(struct kernel *k, struct ptrs *list, const struct special_range *special)
{
	for (size_t i = 0; i < list->nr; i++) {
		if (list->at[i] == special)
			return;
	}
	ptrs_push(k->arena, list, (void *)(uintptr_t)special);
}

bool reach_next_memory(struct kernel *k, const struct space_user *user, struct iova *at, struct iova last,
		       struct iova *end, struct ptrs *left_out)
{
	while (at->v <= last.v) {
		const struct special_range *special = next_special(k, user, *at);
		bool is_behind = !special || special->first > last.v;

		*end = is_behind ? last : iova_of(special->first - 1);
		if (is_behind || special->first > at->v)
			return true;
		leave_out(k, left_out, special);
		if (special->last >= last.v)
			break;
		*at = iova_of(special->last + 1);
	}
	return false;
}
