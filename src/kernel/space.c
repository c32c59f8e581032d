// SPDX-License-Identifier: GPL-2.0-or-later
/* Routes: what an entry, a domain or a bare table makes of a device's requests. */
#include "iommu/space.h"

#include "iommu/read.h"

#include <string.h>

/* From here on the addresses of tables are those of a guest, which go through the host's table. */
static void enter_guest(struct kernel *k, const struct pt_root *host, struct space *ret)
{
	struct pt_guest *guest = arena_alloc(k->arena, sizeof(*guest));

	pt_guest_init(guest, k->target, host);
	ret->guest = guest;
	ret->memory = &guest->target;
}

/* Sets in which memory the table of PASIDs lies, and in which the page tables that it leads to: the machine's, or
 * that of a guest as a machine. */
static void enter_memory(struct kernel *k, const struct pasid_table *table,
			 const struct pt_root *host, struct route *ret)
{
	ret->space.guest = NULL;
	ret->space.memory = ret->pasid_memory = k->target;
	if (!table->behind_host)
		return;
	enter_guest(k, host, &ret->space);
	if (table->table_behind_host)
		ret->pasid_memory = ret->space.memory;
}

/* What the PASID's own entry says beside its page table, where it has one. */
static void take_pasid_entry(const struct pasid_answer *way, struct route *ret)
{
	if (way->state != DMA_TRANSLATED) {
		ret->state = way->state;
		ret->why = way->why;
		ret->read = ret->write = way->state == DMA_PASSTHROUGH;
	}
	if (way->has_domain_id) {
		ret->has_domain_id = true;
		ret->domain_id = way->domain_id;
	}
	if (way->doubt)
		ret->doubt = way->doubt;
	ret->address_bits = way->address_bits;
}

static void take_answer(struct kernel *k, struct route *ret)
{
	const struct pasid_answer *way = &ret->way;

	ret->space.has_table = way->result == PT_MAPPED && way->state == DMA_TRANSLATED;
	if (way->result == PT_MAPPED)
		take_pasid_entry(way, ret);
	if (!ret->space.has_table)
		return;
	ret->space.root = way->root;
	if (way->is_nested)
		enter_guest(k, &way->host, &ret->space);
}

static void follow_pasid(struct kernel *k, const struct pasid_table *table,
			 const struct pt_root *host, uint32_t pasid, struct route *ret)
{
	const struct pasid_step *last;

	enter_memory(k, table, host, ret);
	ret->by_pasid = true;
	if (table->format->own_ids) { /* what was said so far is of requests without a PASID */
		ret->has_domain_id = false;
		ret->doubt = NULL;
	}
	ret->pasid = pasid;
	ret->pasids = *table;
	ret->state = DMA_BY_PASID;
	table->format->find(k, ret->pasid_memory, table, pasid, &ret->way);
	take_answer(k, ret);
	last = ret->way.nr_steps ? &ret->way.steps[ret->way.nr_steps - 1] : NULL;
	if (ret->way.result == PT_UNREADABLE && last)
		ret->failure = last->view.failure;
}

/* The domain that has this page table; NULL: none of those that are known. */
static const struct domain *domain_of_table(struct kernel *k, const struct space *space)
{
	const struct ptrs *domains = &kernel_inventory(k)->domains;

	for (size_t i = 0; i < domains->nr && space->has_table && !space->guest; i++) {
		const struct domain *domain = domains->at[i];

		if (domain->has_table && domain->root.table.v == space->root.table.v)
			return domain;
	}
	return NULL;
}

/* Takes the page table of the driver's domain where a table on the hardware's way cannot be read. The driver
 * does not know the tables that a guest made. */
static void take_driver_table(struct route *ret)
{
	const struct domain *domain = ret->space.domain;

	if (ret->space.guest || !domain || !domain->has_table ||
	    domain->root.format != ret->pasids.format->pages)
		return; /* the table of PASIDs does not lead to tables of another format */
	ret->driver_table = true;
	ret->by_pasid = false;
	ret->space.has_table = true;
	ret->space.root = domain->root;
}

static void follow_entry_pasid(struct kernel *k, const struct translation *t,
			       const struct device *dev, const uint32_t *pasid, struct route *ret)
{
	ret->has_pasid = pasid != NULL;
	follow_pasid(k, &t->pasids, &t->root, pasid ? *pasid : 0, ret);
	ret->pasid_user = group_pasid_user(dev ? dev->group : NULL, ret->pasid);
	if (ret->has_pasid)
		ret->space.domain = ret->pasid_user ? ret->pasid_user->domain :
						      domain_of_table(k, &ret->space);
	else if (ret->way.result == PT_UNREADABLE)
		take_driver_table(ret);
}

void route_of_entry(struct kernel *k, const struct entry *entry, const struct device *dev,
		    const uint32_t *pasid, struct route *ret)
{
	const struct translation *t = &entry->translation;

	*ret = (struct route){
		.state = t->state,
		.why = t->why ? t->why : entry->illegal_because,
		.doubt = entry->doubt,
		.has_domain_id = t->has_domain_id,
		.domain_id = t->domain_id,
		.read = t->read,
		.write = t->write,
		.address_bits = t->address_bits,
		.space = {
			/* What a crashed kernel left leads to none of this kernel's domains. */
			.domain = dev && !entry->is_inherited ? dev->domain : NULL,
			.has_table = t->has_table && t->state == DMA_TRANSLATED,
			.root = t->root,
			.memory = k->target,
		},
	};
	if (ret->space.has_table && t->is_nested)
		enter_guest(k, &t->host, &ret->space);
	if (t->pasids.format && (pasid || t->state == DMA_BY_PASID))
		follow_entry_pasid(k, t, dev, pasid, ret);
}

void entry_of_pasid(struct kernel *k, const struct entry *entry, const struct device *dev,
		    uint32_t pasid, struct entry *ret)
{
	struct translation *t = &ret->translation;
	struct route route;

	route_of_entry(k, entry, dev, &pasid, &route);
	*ret = *entry;
	ret->nr_views = entry->nr_before_pasids;
	for (unsigned i = 0; i < route.way.nr_steps && ret->nr_views < MAX_ENTRY_VIEWS; i++) {
		struct record_view *view = &ret->views[ret->nr_views++];

		*view = route.way.steps[i].view;
		if (route.pasids.table_behind_host)
			view->place.space = SPACE_GPA;
	}
	ret->legal = route.state != DMA_ILLEGAL;
	ret->illegal_because = ret->legal ? NULL : route.why;
	ret->doubt = route.doubt;
	*t = (struct translation){
		.state = route.way.result == PT_UNREADABLE ? DMA_UNKNOWN :
			 route.way.result != PT_MAPPED	   ? DMA_BLOCKED :
			 route.space.has_table		   ? DMA_TRANSLATED : route.state,
		.why = route.why,
		.has_domain_id = route.has_domain_id,
		.shared_id = route.way.has_domain_id ? route.way.shared_id : t->shared_id,
		.domain_id = route.domain_id,
		.read = route.read,
		.write = route.write,
		.address_bits = route.address_bits,
		.has_table = route.space.has_table,
		.is_nested = route.space.guest != NULL,
		.pasids = route.pasids,
	};
	if (t->has_table)
		t->root = route.space.root;
	if (t->is_nested)
		t->host = route.space.guest->host;
}

static enum dma_state state_of_domain(const struct domain *domain)
{
	if (domain->has_table)
		return DMA_TRANSLATED;
	if (domain->type == DOMAIN_IDENTITY)
		return DMA_PASSTHROUGH;
	if (domain->type == DOMAIN_BLOCKED)
		return DMA_BLOCKED;
	return DMA_UNKNOWN;
}

void route_of_domain(struct kernel *k, struct domain *domain, struct route *ret)
{
	*ret = (struct route){
		.state = state_of_domain(domain),
		.failure = domain->failure,
		.space = {
			.domain = domain,
			.has_table = domain->has_table,
			.root = domain->root,
			.memory = k->target,
		},
	};
	ret->read = ret->write = ret->state != DMA_BLOCKED;
	ret->has_domain_id = domain_id_on(domain, NULL, &ret->domain_id);
}

void route_of_root(struct kernel *k, const struct pt_root *root, struct route *ret)
{
	*ret = (struct route){
		.state = DMA_TRANSLATED,
		.read = true,
		.write = true,
		.space = { .has_table = true, .root = *root, .memory = k->target },
	};
}

void route_of_pasid_table(struct kernel *k, const struct pasid_table *table, uint32_t pasid,
			  struct route *ret)
{
	*ret = (struct route){ .read = true, .write = true, .has_pasid = true };
	follow_pasid(k, table, NULL, pasid, ret);
}

/* ---- which PASIDs there are ---- */

struct pasid_list {
	uint32_t *at;
	size_t nr, max;
	uint64_t all;
};

static bool add_pasid(void *ctx, uint32_t pasid)
{
	struct pasid_list *list = ctx;

	if (list->nr < list->max)
		list->at[list->nr++] = pasid;
	list->all++;
	return true;
}

struct failure route_list_pasids(struct kernel *k, const struct pasid_table *table,
				 const struct pt_root *host, uint32_t *ret, size_t max,
				 uint64_t *nr)
{
	struct pasid_list list = { .at = ret, .max = max };
	struct route route = { 0 };
	struct failure failure;

	enter_memory(k, table, host, &route);
	failure = table->format->list(route.pasid_memory, table, add_pasid, &list);
	*nr = list.all;
	return failure;
}
