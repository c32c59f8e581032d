// SPDX-License-Identifier: GPL-2.0-or-later
/* The hardware's entries: does hardware take them, and do they say what the driver believes? */
#include "check.h"

#include "iommu/read.h"

#include <inttypes.h>

static bool is_same_translation(const struct translation *a, const struct translation *b)
{
	return a->state == b->state && a->read == b->read && a->write == b->write &&
	       a->domain_id == b->domain_id && a->has_table == b->has_table &&
	       (!a->has_table || (a->root.table.v == b->root.table.v &&
				  a->root.levels == b->root.levels));
}

static struct failure read_entry(struct kernel *k, const struct stream *stream, struct entry *ret)
{
	if (!stream->vendor || !stream->vendor->read_entry)
		return failure_of(STATUS_ABSENT);
	return stream->vendor->read_entry(k, stream, ret);
}

bool check_alias_differs(struct kernel *k, const struct device *dev, const struct stream *alias)
{
	struct stream own = { .vendor = alias->vendor, .unit = alias->unit, .id = dev->sbdf };
	struct entry a, b;

	return !failed(read_entry(k, &own, &a)) && !failed(read_entry(k, alias, &b)) &&
	       !is_same_translation(&a.translation, &b.translation);
}

static void check_bits(struct kernel *k, const char *name, const struct entry *entry,
		       struct findings *ret)
{
	for (unsigned i = 0; i < entry->nr_views; i++) {
		const struct record_view *view = &entry->views[i];
		int bit = failed(view->failure) ? -1 : record_reserved_bit(view->record, view->words);
		struct finding *finding;

		if (bit < 0)
			continue;
		finding = finding_add(k, ret, FINDING_WARNING, "reserved-bit",
				      "%s: reserved bit %d of its entry is set", name, bit);
		finding->device = name;
		finding_rests_on(k, finding, view->record->name, view->place, "%016" PRIx64,
				 view->words[bit / 64]);
	}
}

static void check_legality(struct kernel *k, const char *name, const struct entry *entry,
			   struct findings *ret)
{
	struct finding *finding;

	if (entry->legal)
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "illegal-entry",
			      "%s: its translation entry is illegal (%s): every request of the device is an "
			      "error", name, entry->illegal_because);
	finding->device = name;
	finding_rests_on(k, finding, entry->views[0].record->name, entry->views[0].place, "%016" PRIx64,
			 entry->views[0].words[0]);
}

static void check_aliases(struct kernel *k, const struct device *dev, struct findings *ret)
{
	for (size_t i = 0; i < dev->streams.nr; i++) {
		const struct stream *alias = dev->streams.at[i];

		if (!alias->given_by || !check_alias_differs(k, dev, alias))
			continue;
		finding_add(k, ret, FINDING_WARNING, "alias-entry-differs",
			    "%s: its requests carry the id %s, whose entry is not as its own", dev->name,
			    sbdf_word(k, alias->id))->device = dev->name;
	}
}

/* A domain that blocks has an empty page table on some kernels: that its entry blocks too is as it should be. */
void check_translated(struct kernel *k, const struct entry *entry, const struct device *dev,
			     struct findings *ret)
{
	const struct translation *t = &entry->translation;
	const struct domain *domain = dev->domain;
	struct finding *finding;

	if (!domain || !domain->has_table || domain->type == DOMAIN_BLOCKED ||
	    (t->state != DMA_PASSTHROUGH && t->state != DMA_PASSTHROUGH_UNCHECKED &&
	     t->state != DMA_BLOCKED))
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "not-translated",
			      "%s: its entry %s%s%s%s, but the driver has it on a domain with a page table "
			      "at %" PRIx64, dev->name,
			      t->state == DMA_BLOCKED ? "blocks every request" :
							"lets every request through untranslated",
			      t->why ? " (" : "", t->why ? t->why : "", t->why ? ")" : "",
			      domain->root.table.v);
	finding->device = dev->name;
	finding_rests_on(k, finding, entry->views[0].record->name, entry->views[0].place, "%016" PRIx64,
			 entry->views[0].words[0]);
	finding_rests_on(k, finding, "the driver's domain", place_kva(domain->driver_at), "%" PRIx64,
			 domain->root.table.v);
}

void check_domain_id(struct kernel *k, const struct stream *stream, const struct entry *entry,
		     const struct device *dev, struct findings *ret)
{
	const struct translation *t = &entry->translation;
	struct finding *finding;
	uint32_t id;

	if (!dev->domain || !domain_id_on(dev->domain, stream->unit, &id) || !t->has_domain_id ||
	    t->state == DMA_BY_PASID || t->domain_id == id)
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "domain-id-differs",
			      "%s: the hardware's domain id is 0x%x, the driver's 0x%x", dev->name,
			      t->domain_id, id);
	finding->device = dev->name;
	finding->has_domain_id = true;
	finding->domain_id = t->domain_id;
	finding_rests_on(k, finding, "the hardware's entry", entry->views[0].place, "0x%x",
			 t->domain_id);
	finding_rests_on(k, finding, "the driver's domain", place_kva(dev->domain->driver_at),
			 "0x%x", id);
}

/* Whether the hardware has the page table of the process that the kernel bound to the PASID. */
static void check_process(struct kernel *k, const char *name, const struct route *route,
			  struct findings *ret)
{
	const struct pasid_user *user = route->pasid_user;
	struct pa table = route->space.root.table;

	if (!user || !user->has_table || !route->space.has_table || user->table.v == table.v)
		return;
	finding_add(k, ret, FINDING_WARNING, "root-differs",
		    "%s: the hardware's table of PASID 0x%x is %" PRIx64 ", the process's %" PRIx64, name,
		    route->pasid, table.v, user->table.v)->device = name;
}

void check_route(struct kernel *k, const char *name, const struct route *route,
		 struct findings *ret)
{
	const struct domain *domain = route->space.domain;
	const struct space *space = &route->space;
	struct finding *finding;

	check_process(k, name, route, ret);
	if (!domain || !domain->has_table || !space->has_table || route->has_pasid || space->guest ||
	    domain->root.table.v == space->root.table.v)
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "root-differs",
			      "%s: the hardware's table is %" PRIx64 ", the driver's %" PRIx64, name,
			      space->root.table.v, domain->root.table.v);
	finding->device = name;
	finding_rests_on(k, finding, "the driver's domain", place_kva(domain->driver_at), "%" PRIx64,
			 domain->root.table.v);
}

void check_entry(struct kernel *k, const struct stream *stream, const struct entry *entry,
		 const struct device *dev, struct findings *ret)
{
	const char *name = dev ? dev->name : sbdf_word(k, stream->id);
	struct route route;

	check_bits(k, name, entry, ret);
	check_legality(k, name, entry, ret);
	if (!dev)
		return;
	check_aliases(k, dev, ret);
	route_of_entry(k, entry, dev, NULL, &route);
	if (failed(route.failure))
		kernel_leave_unreported(k, route.failure);
	if (!route.driver_table)
		check_route(k, name, &route, ret);
	check_translated(k, entry, dev, ret);
	check_domain_id(k, stream, entry, dev, ret);
}

void check_entries(struct kernel *k, struct findings *ret)
{
	const struct ptrs *devices = &kernel_inventory(k)->devices;

	for (size_t i = 0; i < devices->nr && !target_interrupted(k->target); i++) {
		const struct device *dev = devices->at[i];
		struct entry entry;

		if (device_unit(dev) && !failed(read_entry(k, dev->streams.at[0], &entry)))
			check_entry(k, dev->streams.at[0], &entry, dev, ret);
	}
}
