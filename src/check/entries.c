// SPDX-License-Identifier: GPL-2.0-or-later
/* The hardware's entries: does hardware take them, and do they say what the driver believes? */
#include "check.h"

#include "iommu/read.h"

#include <inttypes.h>
#include <string.h>

static bool is_same_translation(const struct translation *a, const struct translation *b)
{
	return a->state == b->state && a->read == b->read && a->write == b->write &&
	       a->domain_id == b->domain_id && a->has_table == b->has_table &&
	       (!a->has_table || (a->root.table.v == b->root.table.v &&
				  a->root.levels == b->root.levels)) &&
	       a->is_nested == b->is_nested &&
	       (!a->is_nested || a->host.table.v == b->host.table.v);
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

/* ---- whether the unit takes it ---- */

/* "its entry", or that of an id that its requests carry besides its own. */
static const char *whose_entry(struct kernel *k, const struct stream *alias)
{
	return alias ? arena_printf(k->arena, "the entry of its alias %s", sbdf_word(k, alias->id)) :
		       "its entry";
}

static void rests_on_view(struct kernel *k, struct finding *finding, const struct record_view *view)
{
	for (unsigned i = 0; i < view->nr_words && i < 4; i++)
		finding_rests_on(k, finding, arena_printf(k->arena, "%s, word %u", view->record->name, i),
				 view->place, "%016" PRIx64, view->words[i]);
}

static void rests_on_entry(struct kernel *k, struct finding *finding, const struct entry *entry)
{
	rests_on_view(k, finding, entry_last_view(entry));
}

static void add_legality_finding(struct kernel *k, const char *name, const struct entry *entry,
				 const char *code, const char *sentence, struct findings *ret)
{
	struct finding *finding = finding_add(k, ret, FINDING_WARNING, code, "%s: %s", name, sentence);

	finding->device = name;
	rests_on_entry(k, finding, entry);
}

/* Nothing at hand decides it: it is said and not counted. half: "", or " for interrupts". */
static void add_doubt(struct kernel *k, const char *name, const struct stream *alias,
		      const struct entry *entry, const char *half, const char *doubt,
		      struct findings *ret)
{
	if (!doubt)
		return;
	add_legality_finding(k, name, entry, "doubtful-entry",
			     arena_printf(k->arena, "whether the unit takes %s%s is not known: %s",
					  whose_entry(k, alias), half, doubt), ret);
	finding_unsure(ret, ret->list.at[ret->list.nr - 1]);
}

static void check_dma_half(struct kernel *k, const char *name, const struct stream *alias,
			   const struct entry *entry, struct findings *ret)
{
	if (!entry->legal)
		add_legality_finding(k, name, entry, "illegal-entry",
				     arena_printf(k->arena, "%s is illegal (%s): every DMA request is aborted",
						  whose_entry(k, alias), entry->illegal_because), ret);
	add_doubt(k, name, alias, entry, "", entry->doubt, ret);
}

static void check_irqs_half(struct kernel *k, const char *name, const struct stream *alias,
			    const struct entry *entry, struct findings *ret)
{
	if (entry->irqs_illegal_because)
		add_legality_finding(k, name, entry, "illegal-interrupts",
				     arena_printf(k->arena, "what %s says of interrupts is illegal (%s): its "
						  "interrupts are aborted", whose_entry(k, alias),
						  entry->irqs_illegal_because), ret);
	add_doubt(k, name, alias, entry, " for interrupts", entry->irqs_doubt, ret);
}

static void check_legality(struct kernel *k, const char *name, const struct stream *alias,
			   const struct entry *entry, struct findings *ret)
{
	check_dma_half(k, name, alias, entry, ret);
	check_irqs_half(k, name, alias, entry, ret);
}

void check_doubt(struct kernel *k, const char *name, const struct entry *entry,
		 struct findings *ret)
{
	add_doubt(k, name, NULL, entry, "", entry->doubt, ret);
}

void check_interrupts_taken(struct kernel *k, const char *name, const struct stream *stream,
			    struct findings *ret)
{
	struct entry entry = { 0 };

	if (!failed(read_entry(k, stream, &entry)))
		check_irqs_half(k, name, NULL, &entry, ret);
}

void check_alias_legality(struct kernel *k, const struct device *dev, struct findings *ret)
{
	for (size_t i = 0; i < dev->streams.nr; i++) {
		const struct stream *alias = dev->streams.at[i];
		struct entry entry = { 0 };

		if (alias->given_by && !failed(read_entry(k, alias, &entry)))
			check_legality(k, dev->name, alias, &entry, ret);
	}
}

void check_device_legality(struct kernel *k, const struct device *dev, struct findings *ret)
{
	struct entry entry = { 0 };

	if (device_unit(dev) && !failed(read_entry(k, dev->streams.at[0], &entry)))
		check_legality(k, dev->name, NULL, &entry, ret);
	check_alias_legality(k, dev, ret);
}

/* ---- the ids that its requests carry ---- */

static void check_aliases(struct kernel *k, const struct device *dev, struct findings *ret)
{
	for (size_t i = 0; i < dev->streams.nr; i++) {
		const struct stream *alias = dev->streams.at[i];

		if (alias->given_by && check_alias_differs(k, dev, alias))
			finding_add(k, ret, FINDING_WARNING, "alias-entry-differs",
				    "%s: its requests carry the id %s, whose entry is not as its own",
				    dev->name, sbdf_word(k, alias->id))->device = dev->name;
	}
}

/* ---- what it makes of DMA, against the type of the driver's domain ---- */

static bool passes(const struct translation *t)
{
	return t->state == DMA_PASSTHROUGH || t->state == DMA_PASSTHROUGH_UNCHECKED;
}

static const char *what_it_does(struct kernel *k, const struct translation *t)
{
	const char *why = t->why ? arena_printf(k->arena, " (%s)", t->why) : "";

	if (passes(t))
		return arena_printf(k->arena, "lets every request through untranslated%s", why);
	if (t->state == DMA_BLOCKED)
		return arena_printf(k->arena, "blocks every request%s", why);
	return "translates requests";
}

static void add_mode_finding(struct kernel *k, const struct entry *entry, const char *what, const struct device *dev,
			     const struct domain *domain, const char *code, const char *driver_words,
			     struct findings *ret)
{
	const struct kva at = kva_is_null(domain->driver_at) ? domain->at : domain->driver_at;
	struct finding *finding =
		finding_add(k, ret, FINDING_WARNING, code, "%s: its entry %s, but the driver has it on %s",
			    dev->name, what, driver_words);

	finding->device = dev->name;
	finding_rests_on(k, finding, entry_last_view(entry)->record->name, entry_last_view(entry)->place,
			 "%016" PRIx64, entry_last_view(entry)->words[0]);
	finding_rests_on(k, finding, "the driver's domain", place_kva(at), "%s",
			 domain_type_name(domain->type));
}

/* That of the driver; a device that its group blocks has none on newer kernels, but for the core's. */
static const struct domain *domain_of(const struct device *dev)
{
	const struct domain *of_group = dev->group ? dev->group->domain : NULL;

	if (dev->domain)
		return dev->domain;
	return of_group && of_group->type == DOMAIN_BLOCKED ? of_group : NULL;
}

static const char *table_of_driver(struct kernel *k, const struct domain *domain)
{
	return arena_printf(k->arena, "a domain with a page table at %" PRIx64, domain->root.table.v);
}

/* A domain that blocks has an empty page table on some kernels: that its entry leads there, or blocks too, is as
 * it should be. */
void check_passes_as_type(struct kernel *k, const struct entry *entry, const struct device *dev,
		struct findings *ret)
{
	const struct translation *t = &entry->translation;
	const struct domain *domain = domain_of(dev);
	const char *what;

	if (!domain || !entry->legal || t->state == DMA_UNKNOWN)
		return;
	what = what_it_does(k, t);
	if (domain->type == DOMAIN_BLOCKED && t->state != DMA_BLOCKED &&
	    (passes(t) || !domain->has_table))
		add_mode_finding(k, entry, what, dev, domain, "not-blocked", "a domain that blocks", ret);
	else if (domain->type == DOMAIN_IDENTITY && !passes(t))
		add_mode_finding(k, entry, what, dev, domain, "not-passthrough", "an identity domain", ret);
	else if (domain->type != DOMAIN_BLOCKED && domain->has_table &&
		 (passes(t) || t->state == DMA_BLOCKED))
		add_mode_finding(k, entry, what, dev, domain, "not-translated", table_of_driver(k, domain), ret);
}

/* Where requests without a PASID go through a table of PASIDs (AMD, GIoV): it has no page table for them, and the
 * driver made one of the kind that it leads to. */
static void check_reaches_table(struct kernel *k, const struct entry *entry, const struct route *route,
				const struct device *dev, struct findings *ret)
{
	const struct domain *domain = route->space.domain;
	const struct pasid_format *format = route->pasids.format;
	const char *what;

	if (entry->translation.state != DMA_BY_PASID || !entry->legal || !domain || domain->type == DOMAIN_BLOCKED ||
	    !domain->has_table || domain->root.format != format->pages || route->way.result == PT_MAPPED ||
	    route->way.result == PT_UNREADABLE)
		return;
	what = arena_printf(k->arena, "leads every request without a PASID to a %s table that has no %s for it",
			    format->label, format->lacks);
	add_mode_finding(k, entry, what, dev, domain, "not-translated", table_of_driver(k, domain), ret);
}

/* A device may read and write where its page table lets it: of the drivers at hand none takes a permission away
 * in the entry, but for a domain that blocks. */
static void check_permissions(struct kernel *k, const struct entry *entry, const struct device *dev,
			      struct findings *ret)
{
	const struct translation *t = &entry->translation;
	const struct domain *domain = dev->domain;
	struct finding *finding;

	if (!domain || domain->type == DOMAIN_BLOCKED || (t->read && t->write) ||
	    (t->state != DMA_TRANSLATED && t->state != DMA_PASSTHROUGH && t->state != DMA_BY_PASID))
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "permissions-differ",
			      "%s: its entry allows no %s, and the driver denies neither on a domain of type "
			      "%s", dev->name, t->read ? "writes" : t->write ? "reads" : "reads or writes",
			      domain_type_name(domain->type));
	finding->device = dev->name;
	rests_on_entry(k, finding, entry);
}

/* ---- ids ---- */

/* Behind a table of PASIDs some kernels give the device an id of its own. A guest's entry has the id that its
 * hypervisor gave. False: no id is to be expected. */
static bool expected_id(const struct stream *stream, const struct translation *t,
			const struct device *dev, uint32_t *ret)
{
	if (t->pasids.behind_host || t->shared_id)
		return false;
	if (t->pasids.format && dev->device_domain_id) {
		*ret = dev->device_domain_id;
		return true;
	}
	return domain_id_on(dev->domain, stream->unit, ret);
}

void check_domain_id(struct kernel *k, const struct stream *stream, const struct entry *entry,
		     const struct device *dev, struct findings *ret)
{
	const struct translation *t = &entry->translation;
	struct finding *finding;
	uint32_t id;

	if (!dev->domain || !entry->legal || !t->has_domain_id || !expected_id(stream, t, dev, &id) ||
	    t->domain_id == id)
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "domain-id-differs",
			      "%s: the hardware's domain id is 0x%x, the driver's 0x%x", dev->name,
			      t->domain_id, id);
	finding->device = dev->name;
	finding->has_domain_id = true;
	finding->domain_id = t->domain_id;
	finding_rests_on(k, finding, "the hardware's entry", entry_last_view(entry)->place, "0x%x",
			 t->domain_id);
	finding_rests_on(k, finding, "the driver's domain", place_kva(dev->domain->driver_at),
			 "0x%x", id);
}

/* ---- tables ---- */

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

static void add_table_finding(struct kernel *k, const char *name, const char *code, const char *what,
			      const char *hardware, const char *driver, struct kva driver_at,
			      struct findings *ret)
{
	struct finding *finding =
		finding_add(k, ret, FINDING_WARNING, code, "%s: the hardware's %s %s, the driver's %s", name,
			    what, hardware, driver);

	finding->device = name;
	finding_rests_on(k, finding, "the hardware's", (struct place){ SPACE_NONE, 0 }, "%s", hardware);
	finding_rests_on(k, finding, "the driver's", place_kva(driver_at), "%s", driver);
}

static const char *levels_word(struct kernel *k, unsigned levels)
{
	return arena_printf(k->arena, "%u level%s", levels, levels == 1 ? "" : "s");
}

static const char *table_word(struct kernel *k, uint64_t table)
{
	return arena_printf(k->arena, "%" PRIx64, table);
}

/* The hardware starts at a table below the driver's top one, whose other entries lie beyond what the unit takes. */
static bool starts_lower(struct kernel *k, const struct domain *domain, const struct pt_root *hardware)
{
	struct pt_translation t;

	if (!domain->may_start_lower || hardware->levels >= domain->root.levels ||
	    !is_same_format(domain->root.format, hardware->format))
		return false;
	pt_translate(k->target, &domain->root, iova_of(0), &t);
	for (unsigned i = 0; i < t.nr_steps; i++) {
		if (t.steps[i].level == hardware->levels)
			return t.steps[i].table.v == hardware->table.v;
	}
	return false;
}

/* A guest's table is over a table of the host's. One in the format of a guest's that the driver made itself is the
 * machine's own: what it leads to is not translated again. */
static void check_nothing_below(struct kernel *k, const char *name, const struct route *route, struct findings *ret)
{
	const struct pt_root *hardware = &route->space.root, *driver = &route->space.domain->root;

	if (strcmp(driver->format->name, hardware->format->name) == 0)
		add_table_finding(k, name, "root-differs", "host table is",
				  table_word(k, route->space.guest->host.table.v), "none",
				  route->space.domain->driver_at, ret);
}

void check_route(struct kernel *k, const char *name, const struct route *route,
		 struct findings *ret)
{
	const struct domain *domain = route->space.domain;
	const struct pt_root *hardware = &route->space.root, *driver;

	check_process(k, name, route, ret);
	if (!domain || !domain->has_table || !route->space.has_table || (route->has_pasid && !route->pasid_user))
		return;
	if (route->space.guest) {
		check_nothing_below(k, name, route, ret);
		return;
	}
	driver = &domain->root;
	if (starts_lower(k, domain, hardware))
		return;
	if (driver->table.v != hardware->table.v)
		add_table_finding(k, name, "root-differs", "table is", table_word(k, hardware->table.v),
				  table_word(k, driver->table.v), domain->driver_at, ret);
	/* A unit's features choose among shapes of one format, which have its name. */
	if (strcmp(driver->format->name, hardware->format->name) != 0)
		add_table_finding(k, name, "format-differs", "table is", hardware->format->name,
				  driver->format->name, domain->driver_at, ret);
	else if (driver->levels != hardware->levels)
		add_table_finding(k, name, "levels-differ", "table has",
				  levels_word(k, hardware->levels), levels_word(k, driver->levels),
				  domain->driver_at, ret);
}

/* The table of PASIDs that the entry leads to, against the one that the driver made. The driver does not know
 * that of a guest. */
static void check_pasids(struct kernel *k, const struct stream *stream, const struct entry *entry,
			 const struct device *dev, struct findings *ret)
{
	const struct pasid_table *hardware = &entry->translation.pasids;
	const char *label, *what;
	struct pasid_table driver = { 0 };
	struct failure failure;
	struct kva at;

	if (!dev->domain || !entry->legal || hardware->behind_host ||
	    entry->translation.state == DMA_PASSTHROUGH_UNCHECKED || !stream->vendor->driver_pasids)
		return;
	failure = stream->vendor->driver_pasids(k, dev, &driver, &at);
	if (failed(failure) && hardware->format)
		kernel_leave_unreported(k, failure); /* there is something to compare, and no telling with what */
	if (failed(failure))
		return;
	/* Where the way of entries ends before the table, what it says is seen without that. */
	if (!hardware->format && (!driver.format || !entry->nr_before_pasids))
		return;
	label = hardware->format ? hardware->format->label : driver.format->label;
	what = arena_printf(k->arena, "%s table is", label);
	if (!hardware->format || !driver.format || hardware->table != driver.table)
		add_table_finding(k, dev->name, "pasids-differ", what,
				  hardware->format ? table_word(k, hardware->table) : "none",
				  driver.format ? table_word(k, driver.table) : "none", at, ret);
	else if (driver.levels && driver.levels != hardware->levels)
		add_table_finding(k, dev->name, "pasids-differ",
				  arena_printf(k->arena, "%s table has", label),
				  levels_word(k, hardware->levels), levels_word(k, driver.levels), at,
				  ret);
}

/* ---- what a crashed kernel left ---- */

void check_inherited(struct kernel *k, const char *name, const struct entry *entry, struct findings *ret)
{
	struct finding *finding;

	if (!entry->is_inherited)
		return;
	finding = finding_add(k, ret, FINDING_INFO, "inherited-entry",
			      "%s: its entry is the one that the crashed kernel left; this kernel has not set it "
			      "up anew", name);
	finding->device = name;
	rests_on_entry(k, finding, entry);
}

/* ---- everything on one entry ---- */

/* An entry of a PASID has an id of its own on some hardware; the one of a process's, or of what passes, may be nobody's. */
static void check_pasid_id(struct kernel *k, const char *name, const struct entry *entry, const struct device *dev,
			   const struct domain *domain, struct findings *ret)
{
	const struct translation *t = &entry->translation;
	struct finding *finding;
	uint32_t id;

	if (!t->pasids.format || !t->pasids.format->own_ids || t->pasids.behind_host || !entry->legal ||
	    !t->has_domain_id || t->shared_id || !domain_id_on(domain, device_unit(dev), &id) || t->domain_id == id)
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "domain-id-differs",
			      "%s: the hardware's domain id is 0x%x, the driver's 0x%x", name, t->domain_id, id);
	finding->device = name;
	finding->has_domain_id = true;
	finding->domain_id = t->domain_id;
	finding_rests_on(k, finding, "the hardware's entry", entry_last_view(entry)->place, "0x%x", t->domain_id);
	finding_rests_on(k, finding, "the driver's domain", place_kva(domain->driver_at), "0x%x", id);
}

/* The entry leads requests with a PASID to a table of PASIDs. */
static bool takes_pasids(const struct entry *entry)
{
	return entry->translation.pasids.format && !entry->translation.pasids.plain_only;
}

static bool finds_pasid(struct kernel *k, const struct device *dev, uint32_t pasid)
{
	struct entry entry = { 0 }, of_pasid;

	if (!device_unit(dev) || failed(read_entry(k, dev->streams.at[0], &entry)) || !takes_pasids(&entry))
		return false;
	entry_of_pasid(k, &entry, dev, pasid, &of_pasid);
	return of_pasid.translation.state != DMA_BLOCKED;
}

/* The core keeps PASIDs by groups, and leaves out those of its devices that know none: where another device of the group
 * has the PASID, this one may be such. */
static bool is_left_to_others(struct kernel *k, const struct device *dev, uint32_t pasid)
{
	const struct ptrs *devices = &dev->group->devices;

	for (size_t i = 0; i < devices->nr; i++) {
		if (devices->at[i] != dev && finds_pasid(k, devices->at[i], pasid))
			return true;
	}
	return false;
}

/* What the core has attached to a PASID, against what the hardware finds for it. */
static void check_attached(struct kernel *k, const char *name, const struct entry *entry, const struct device *dev,
			   const struct pasid_user *user, struct findings *ret)
{
	const struct domain *domain = user->domain;
	struct finding *finding;

	if (!domain || domain->type == DOMAIN_BLOCKED)
		return;
	check_pasid_id(k, name, entry, dev, domain, ret);
	if (entry->translation.state != DMA_BLOCKED || !entry->legal || is_left_to_others(k, dev, user->pasid))
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "pasid-not-attached",
			      "%s: the core has it attached to the domain at %" PRIx64 ", and the hardware's %s table "
			      "has no %s for it", name, domain->at.v, entry->translation.pasids.format->label,
			      entry->translation.pasids.format->lacks);
	finding->device = name;
	finding_rests_on(k, finding, "the core's domain", place_kva(domain->at), "%s", domain_type_name(domain->type));
	rests_on_entry(k, finding, entry);
}

/* The same where the entry of the device takes no requests with a PASID at all. PASID 0 is that of requests without
 * one. */
static void check_not_taken(struct kernel *k, const struct entry *entry, const struct device *dev,
			    const struct pasid_user *user, struct findings *ret)
{
	const struct translation *t = &entry->translation;
	const struct domain *domain = user->domain;
	struct finding *finding;

	if (!domain || domain->type == DOMAIN_BLOCKED || !user->pasid || t->state == DMA_UNKNOWN ||
	    is_left_to_others(k, dev, user->pasid))
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "pasid-not-attached",
			      "%s PASID 0x%x: the core has it attached to the domain at %" PRIx64 ", and the entry of "
			      "the device takes no requests with a PASID%s", dev->name, user->pasid, domain->at.v,
			      t->why_no_pasids ? arena_printf(k->arena, " (%s)", t->why_no_pasids) : "");
	finding->device = dev->name;
	finding_rests_on(k, finding, "the core's domain", place_kva(domain->at), "%s", domain_type_name(domain->type));
	if (entry->nr_before_pasids)
		rests_on_view(k, finding, &entry->views[entry->nr_before_pasids - 1]);
}

/* Those that were found last are about a device, by whatever longer name their sentences have. */
static void are_of(struct findings *list, size_t from, const struct device *dev)
{
	for (size_t i = from; i < list->list.nr; i++)
		((struct finding *)list->list.at[i])->device = dev->name;
}

/* The PASIDs that the core knows of a device. */
static void check_known_pasids(struct kernel *k, const struct entry *entry, const struct device *dev,
			       struct findings *ret)
{
	const struct ptrs *users = dev->group ? &dev->group->pasids : NULL;

	if (!entry->legal || entry->is_inherited)
		return;
	for (size_t i = 0; users && i < users->nr && !target_interrupted(k->target); i++) {
		const struct pasid_user *user = users->at[i];
		size_t before = ret->list.nr;
		struct entry of_pasid;

		if (!takes_pasids(entry)) {
			check_not_taken(k, entry, dev, user, ret);
			continue;
		}
		entry_of_pasid(k, entry, dev, user->pasid, &of_pasid);
		check_pasid_entry(k, &of_pasid, dev, dev->name, user->pasid, ret);
		check_attached(k, arena_printf(k->arena, "%s PASID 0x%x", dev->name, user->pasid), &of_pasid, dev, user,
			       ret);
		are_of(ret, before, dev);
	}
}

void check_pasid_entry(struct kernel *k, const struct entry *entry, const struct device *dev,
		       const char *device_name, uint32_t pasid, struct findings *ret)
{
	const char *name = arena_printf(k->arena, "%s PASID 0x%x", device_name, pasid);
	const struct translation *t = &entry->translation;
	const struct pasid_user *user = group_pasid_user(dev ? dev->group : NULL, pasid);
	const struct route route = {
		.by_pasid = true,
		.has_pasid = true,
		.pasid = pasid,
		.pasid_user = user,
		.space = { .domain = user ? user->domain : NULL, .has_table = t->has_table, .root = t->root },
	};

	if (!entry->legal)
		add_legality_finding(k, name, entry, "illegal-entry",
				     arena_printf(k->arena, "its entry is illegal (%s): every request is "
						  "aborted", entry->illegal_because), ret);
	check_doubt(k, name, entry, ret);
	if (!t->is_nested)
		check_route(k, name, &route, ret);
}

void check_entry(struct kernel *k, const struct stream *stream, const struct entry *entry,
		 const struct device *dev, struct findings *ret)
{
	const char *name = dev ? dev->name : sbdf_word(k, stream->id);
	struct route route;

	check_legality(k, name, NULL, entry, ret);
	check_inherited(k, name, entry, ret);
	if (!dev || entry->is_inherited)
		return;
	check_alias_legality(k, dev, ret);
	check_aliases(k, dev, ret);
	route_of_entry(k, entry, dev, NULL, &route);
	if (failed(route.failure))
		kernel_leave_unreported(k, route.failure);
	if (!route.driver_table)
		check_route(k, name, &route, ret);
	check_passes_as_type(k, entry, dev, ret);
	check_reaches_table(k, entry, &route, dev, ret);
	check_permissions(k, entry, dev, ret);
	check_pasids(k, stream, entry, dev, ret);
	check_domain_id(k, stream, entry, dev, ret);
}

struct failure check_entries(struct kernel *k, struct findings *ret, size_t *nr)
{
	const struct ptrs *devices = &kernel_inventory(k)->devices;
	struct failure first = NO_FAILURE;

	*nr = 0;
	for (size_t i = 0; i < devices->nr && !target_interrupted(k->target); i++) {
		const struct device *dev = devices->at[i];
		struct entry entry;
		struct failure failure;

		if (!device_unit(dev))
			continue;
		failure = read_entry(k, dev->streams.at[0], &entry);
		*nr += !failed(failure);
		if (!failed(failure)) {
			check_entry(k, dev->streams.at[0], &entry, dev, ret);
			check_known_pasids(k, &entry, dev, ret);
		} else if (failure.status != STATUS_ABSENT) {
			first = first_failure(first, failure);
		}
	}
	return first;
}
