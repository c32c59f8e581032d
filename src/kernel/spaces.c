// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every address space of the machine, each once, with its users. Most belong to the driver's domains. The
 * others, to which only the hardware's entries and tables of PASIDs lead, are of a guest or of a process, or
 * were left behind.
 */
#include "iommu/space.h"

#include "iommu/read.h"
#include "iommu/u64map.h"
#include "iommu/vendor.h"

/* More users than a machine can have: with more, a table of PASIDs is taken to be filled with garbage. */
#define MAX_USERS (1u << 20)

/* Spaces whose tables start at the same address: that of a guest and that of the machine. */
struct known {
	struct space *space;
	struct known *next;
};

struct search {
	struct kernel *k;
	struct ptrs *spaces;
	struct u64map by_table; /* struct known, by the address of the top table */
	unsigned nr_users;
	struct failure first;
};

/* The first goes to the caller; the others are said at the end of the answer. */
static void note_failure(struct search *s, struct failure failure)
{
	if (failed(failure) && failure.status != STATUS_ABSENT)
		kernel_leave_unreported(s->k, failure);
	s->first = first_failure(s->first, failure);
}

static uint64_t host_table(const struct space *space)
{
	return space->guest ? space->guest->host.table.v : 0;
}

static bool is_same_table(const struct space *a, const struct space *b)
{
	return a->root.table.v == b->root.table.v &&
	       is_same_format(a->root.format, b->root.format) &&
	       a->root.levels == b->root.levels && !a->guest == !b->guest &&
	       host_table(a) == host_table(b);
}

static struct space *find_space(const struct search *s, const struct space *wanted)
{
	const struct known *known = u64map_get(&s->by_table, wanted->root.table.v);

	while (known && !is_same_table(known->space, wanted))
		known = known->next;
	return known ? known->space : NULL;
}

static struct space *add_space(struct search *s, const struct space *from)
{
	struct space *space = arena_alloc(s->k->arena, sizeof(*space));
	struct known *known = arena_alloc(s->k->arena, sizeof(*known)), *first;

	*space = *from;
	ptrs_push(s->k->arena, s->spaces, space);
	if (!space->has_table)
		return space;
	known->space = space;
	first = u64map_get(&s->by_table, space->root.table.v);
	if (first) {
		known->next = first->next;
		first->next = known;
	} else {
		u64map_add(s->k->arena, &s->by_table, space->root.table.v, known);
	}
	return space;
}

static void collect_domains(struct search *s)
{
	const struct ptrs *domains = &kernel_inventory(s->k)->domains;

	for (size_t i = 0; i < domains->nr; i++) {
		struct route route;

		route_of_domain(s->k, domains->at[i], &route);
		note_failure(s, route.failure);
		route.space.is_of_domain = true;
		if (route.space.has_table || route.space.ranges)
			add_space(s, &route.space);
	}
}

/* Whose requests go there. False: that are too many. */
static bool add_user(struct search *s, const struct device *dev, const struct stream *stream,
		     const struct route *route)
{
	struct space_user *user;
	struct space *space;

	if (!route->space.has_table || route->driver_table)
		return true;
	if (++s->nr_users > MAX_USERS) {
		note_failure(s, failure_at(STATUS_DAMAGED, route->pasids.table));
		return false;
	}
	space = find_space(s, &route->space);
	if (!space)
		space = add_space(s, &route->space);
	user = arena_alloc(s->k->arena, sizeof(*user));
	*user = (struct space_user){ dev, stream, route->has_pasid, route->pasid, route->pasid_user,
				     route->has_domain_id, route->domain_id, route->read, route->write,
				     false };
	ptrs_push(s->k->arena, &space->users, user);
	return true;
}

static void collect_pasids(struct search *s, const struct device *dev, const struct stream *stream,
			   const struct entry *entry)
{
	const struct translation *t = &entry->translation;
	uint64_t nr, listed;
	uint32_t *pasids;
	struct failure failure = route_list_pasids(s->k, &t->pasids, &t->root, NULL, 0, &nr);

	note_failure(s, failure);
	if (nr > MAX_USERS)
		nr = MAX_USERS;
	pasids = arena_alloc(s->k->arena, (nr + 1) * sizeof(*pasids));
	note_failure(s, route_list_pasids(s->k, &t->pasids, &t->root, pasids, nr, &listed));
	for (uint64_t i = 0; i < nr && i < listed && !target_interrupted(s->k->target); i++) {
		struct route route;

		route_of_entry(s->k, entry, dev, &pasids[i], &route);
		note_failure(s, route.failure);
		if (!add_user(s, dev, stream, &route))
			return;
	}
}

static void collect_stream(struct search *s, const struct device *dev, const struct stream *stream)
{
	struct entry entry = { 0 };
	struct route route;
	struct failure failure;

	if (!stream->vendor || !stream->vendor->read_entry)
		return;
	failure = stream->vendor->read_entry(s->k, stream, &entry);
	note_failure(s, failure);
	if (failed(failure))
		return;
	route_of_entry(s->k, &entry, dev, NULL, &route);
	note_failure(s, route.failure);
	if (add_user(s, dev, stream, &route) && entry.translation.pasids.format &&
	    !entry.translation.pasids.plain_only)
		collect_pasids(s, dev, stream, &entry);
}

struct failure kernel_spaces(struct kernel *k, struct ptrs *ret)
{
	struct search s = { .k = k, .spaces = ret };
	const struct ptrs *devices = &kernel_inventory(k)->devices;

	collect_domains(&s);
	for (size_t i = 0; i < devices->nr; i++) {
		const struct device *dev = devices->at[i];

		for (size_t j = 0; j < dev->streams.nr; j++) {
			if (target_interrupted(k->target))
				return failure_of(STATUS_INTERRUPTED);
			collect_stream(&s, dev, dev->streams.at[j]);
		}
	}
	return s.first;
}
