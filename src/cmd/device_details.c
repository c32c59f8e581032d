// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything on one device in one place: what it is, its group, its domain, the entry that the hardware
 * looks at, the ids that its requests may carry, what it may do beside plain DMA, its interrupts,
 * who holds it.
 */
#include "device_details.h"

#include "posted.h"

#include "iommu/device_facts.h"

#include <inttypes.h>
#include <string.h>

static void put_fact(struct context *ctx, const char *key, const struct number_fact *fact)
{
	if (fact->known)
		sink_count(ctx->sink, key, fact->value);
	else
		sink_null(ctx->sink, key);
}

static void put_flag_fact(struct context *ctx, const char *key, const struct number_fact *fact)
{
	if (fact->known)
		sink_bool(ctx->sink, key, fact->value);
	else
		sink_null(ctx->sink, key);
}

/* ---- what it is ---- */

static void put_hex_fact(struct context *ctx, const char *key, const struct number_fact *fact)
{
	if (fact->known)
		sink_hex(ctx->sink, key, fact->value);
	else
		sink_null(ctx->sink, key);
}

static void put_identity(struct context *ctx, const struct device *dev,
			 const struct pci_facts *pci)
{
	struct sink *sink = ctx->sink;

	sink_hex(sink, "address", dev->at.v);
	put_hex_fact(ctx, "vendor_id", &pci->vendor);
	put_hex_fact(ctx, "device_id", &pci->device);
	put_hex_fact(ctx, "class", &pci->class_code);
	put_flag_fact(ctx, "untrusted", &pci->untrusted);
	if (pci->vendor.known && pci->device.known && pci->class_code.known)
		sink_say(sink, "  identity", "%04" PRIx64 ":%04" PRIx64 ", class %06" PRIx64
			 ", struct device at %" PRIx64, pci->vendor.value, pci->device.value,
			 pci->class_code.value, dev->at.v);
	else
		sink_say(sink, "  identity", "struct device at %" PRIx64, dev->at.v);
	if (pci->untrusted.known && pci->untrusted.value)
		sink_say(sink, "  trust", "none: it sits behind an external port: the kernel gives it a "
			 "strict translated domain whatever the default is");
}

/* ---- group and domain ---- */

static const char *domain_words(struct context *ctx, const struct domain *domain)
{
	struct arena *arena = &ctx->session->arena;
	char table[WORD_MAX];

	if (!domain)
		return "none";
	return arena_printf(arena, "%s%s at %" PRIx64 "%s%s",
			    domain->has_id ? arena_printf(arena, "0x%x ", domain->id) : "",
			    word_domain_type(domain),
			    kva_is_null(domain->driver_at) ? domain->at.v : domain->driver_at.v,
			    domain->has_table ? ", " : "",
			    domain->has_table ? word_table(table, &domain->root) : "");
}

static void put_group(struct context *ctx, const struct device *dev)
{
	const struct group *group = dev->group;
	struct sink *sink = ctx->sink;

	if (!group) {
		sink_say(sink, "  group", "none");
		return;
	}
	sink_say(sink, "  group", "%" PRId64 " with %zu device%s; default domain %s", group->id,
		 group->devices.nr, group->devices.nr == 1 ? "" : "s",
		 group->default_domain ? word_domain_type(group->default_domain) : "not known");
	if (group_is_off_default(group))
		sink_say(sink, "", "not on its default domain now");
}

static void put_domain(struct context *ctx, const struct device *dev)
{
	const struct domain *domain = dev->domain ? dev->domain :
				      dev->group  ? dev->group->domain :
						    NULL;

	sink_string(ctx->sink, "default_type",
		    dev->group && dev->group->default_domain ?
			    word_domain_type(dev->group->default_domain) : NULL);
	if (domain)
		sink_hex(ctx->sink, "domain_address",
			 kva_is_null(domain->driver_at) ? domain->at.v : domain->driver_at.v);
	else
		sink_null(ctx->sink, "domain_address");
	sink_say(ctx->sink, "  domain", "%s%s", domain_words(ctx, domain),
		 domain && !dev->domain ? " (the group's)" : "");
	if (dev->own_id)
		sink_say(ctx->sink, "", "behind a GCR3 table it has an id of its own, 0x%x",
			 dev->own_id);
}

/* ---- the hardware's entry ---- */

static const char *entry_words(struct context *ctx, const struct translation *t,
			       enum status status)
{
	struct arena *arena = &ctx->session->arena;
	char table[WORD_MAX];

	if (status != STATUS_OK)
		return in_place(status);
	if (t->has_table)
		return arena_printf(arena, "%s, root %" PRIx64 ", domain 0x%x, %s",
				    word_table(table, &t->root), t->root.table.v, t->domain_id,
				    word_perm(t->read, t->write));
	return arena_printf(arena, "%s, domain 0x%x, %s", word_dma_state(t->state), t->domain_id,
			    word_perm(t->read, t->write));
}

static bool same_translation(const struct translation *a, const struct translation *b)
{
	return a->state == b->state && a->read == b->read && a->write == b->write &&
	       a->domain_id == b->domain_id && a->has_table == b->has_table &&
	       (!a->has_table || (a->root.table.v == b->root.table.v &&
				  a->root.levels == b->root.levels));
}

bool alias_entry_differs(struct context *ctx, uint32_t sbdf, uint32_t alias_sbdf)
{
	struct translation own, other;

	return ctx->k->vendor->device_translation(ctx->k, sbdf, &own) == STATUS_OK &&
	       ctx->k->vendor->device_translation(ctx->k, alias_sbdf, &other) == STATUS_OK &&
	       !same_translation(&own, &other);
}

/* An id that requests of the device carry: the IOMMU looks at the entry of that id. */
static void put_alias(struct context *ctx, const struct device *dev, uint32_t alias,
		      const char *why)
{
	char bdf[WORD_MAX];

	sink_row(ctx->sink);
	sink_string(ctx->sink, "device", word_bdf(bdf, alias));
	sink_string(ctx->sink, "by", why);
	sink_bool(ctx->sink, "entry_differs", alias_entry_differs(ctx, dev->sbdf, alias));
	sink_row_end(ctx->sink);
	sink_say(ctx->sink, "  alias", "%s, by %s: its entry %s", bdf, why,
		 alias_entry_differs(ctx, dev->sbdf, alias) ? "differs, and serves these requests" :
							      "says the same");
}

static void put_aliases(struct context *ctx, const struct device *dev,
			const struct pci_facts *pci)
{
	struct sink *sink = ctx->sink;

	sink_list(sink, "aliases");
	if (dev->has_alias)
		put_alias(ctx, dev, dev->alias_sbdf, "firmware");
	for (size_t i = 0; i < pci->aliases.nr; i++) {
		uint32_t alias = *(uint32_t *)pci->aliases.at[i];

		if (!dev->has_alias || alias != dev->alias_sbdf)
			put_alias(ctx, dev, alias, "a quirk of the device");
	}
	sink_list_end(sink);
	if (!dev->has_alias && !pci->aliases.nr)
		sink_say(sink, "  alias", "%s", pci->aliases_known ?
			 "none: its requests carry its own id" : "none by firmware");
}

static void put_interrupts(struct context *ctx, const struct translation *t, enum status status)
{
	struct sink *sink = ctx->sink;

	if (status != STATUS_OK) {
		sink_null(sink, "interrupt_table");
		return;
	}
	if (!t->remaps_irqs || !t->irq_table.v) {
		sink_null(sink, "interrupt_table");
		sink_say(sink, "  irqs", t->remaps_irqs ? "no table" : "not remapped");
		return;
	}
	sink_begin(sink, "interrupt_table");
	sink_hex(sink, "address", t->irq_table.v);
	sink_count(sink, "length", t->irq_entries);
	sink_end(sink);
	sink_say(sink, "  irqs", "table %" PRIx64 " of %u entries", t->irq_table.v, t->irq_entries);
}

static bool is_unit(struct context *ctx, const struct device *dev)
{
	const struct ptrs *units = &kernel_inventory(ctx->k)->units;

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];

		if (dev->is_pci && unit->has_bdf && unit->sbdf == dev->sbdf)
			return true;
	}
	return false;
}

static void put_entry(struct context *ctx, const struct device *dev, const struct pci_facts *pci)
{
	struct sink *sink = ctx->sink;
	struct translation t = { 0 };
	enum status status;

	if (!device_has_id(dev) || !dev->unit) {
		sink_null(sink, "entry");
		sink_say(sink, "  entry", "%s", is_unit(ctx, dev) ? "none: it is an IOMMU" :
			 "none: no IOMMU serves it, its DMA is not translated");
		return;
	}
	status = ctx->k->vendor->device_translation(ctx->k, dev->sbdf, &t);
	sink_begin(sink, "entry");
	sink_hex(sink, "address", t.entry_at.v);
	if (status == STATUS_OK) {
		sink_count(sink, "domain_id", t.domain_id);
		sink_bool(sink, "read", t.read);
		sink_bool(sink, "write", t.write);
		if (t.has_table)
			sink_hex(sink, "root", t.root.table.v);
		else
			sink_null(sink, "root");
	}
	sink_end(sink);
	sink_say(sink, "  entry", "%s, at %" PRIx64, entry_words(ctx, &t, status), t.entry_at.v);
	put_aliases(ctx, dev, pci);
	put_interrupts(ctx, &t, status);
}

/* ---- ATS, PRI, PASID: capability, the PCI core's word, the driver's word ---- */

static const char *on_off(const struct number_fact *fact)
{
	return !fact->known ? "not known" : fact->value ? "on" : "off";
}

struct ability {
	const char *key, *label;
	const struct number_fact *cap, *pci, *driver;
	const char *aside;
};

static void put_ability(struct context *ctx, const struct ability *a)
{
	struct sink *sink = ctx->sink;
	bool differ = a->pci->known && a->driver->known && a->pci->value != a->driver->value;

	sink_begin(sink, a->key);
	put_fact(ctx, "capability", a->cap);
	put_flag_fact(ctx, "enabled", a->pci);
	put_flag_fact(ctx, "by_driver", a->driver);
	sink_end(sink);
	if (a->cap->known && !a->cap->value && !(a->pci->known && a->pci->value))
		sink_say(sink, a->label, "the device cannot");
	else
		sink_say(sink, a->label, "%s%s%s%s", on_off(a->pci->known ? a->pci : a->driver),
			 a->cap->known ? arena_printf(&ctx->session->arena,
						      ", capability at 0x%" PRIx64, a->cap->value) :
					 "",
			 a->aside, differ ? ", and the IOMMU driver believes the contrary" : "");
}

static void put_abilities(struct context *ctx, const struct pci_facts *pci,
			  const struct driver_facts *driver)
{
	struct arena *arena = &ctx->session->arena;
	const char *queue = "", *pasids = "";

	if (driver->ats.known && driver->ats.value && driver->ats_qdep.known)
		queue = arena_printf(arena, ", queue of %" PRIu64, driver->ats_qdep.value);
	if (driver->max_pasids.known && driver->max_pasids.value)
		pasids = arena_printf(arena, ", up to %" PRIu64, driver->max_pasids.value);
	put_fact(ctx, "ats_queue_depth", &driver->ats_qdep);
	put_fact(ctx, "max_pasids", &driver->max_pasids);
	put_ability(ctx, &(struct ability){ "ats", "  ATS", &pci->ats_cap, &pci->ats_enabled,
					    &driver->ats, queue });
	put_ability(ctx, &(struct ability){ "pri", "  PRI", &pci->pri_cap, &pci->pri_enabled,
					    &driver->pri, "" });
	put_ability(ctx, &(struct ability){ "pasid", "  PASID", &pci->pasid_cap,
					    &pci->pasid_enabled, &driver->pasid, pasids });
}

/* ---- who holds it ---- */

static void put_owner(struct context *ctx, const struct device *dev)
{
	struct sink *sink = ctx->sink;
	struct vfio_holder holder;
	const struct vfio_area *area;
	const struct vm *vm = NULL;
	const char *process = "";

	if (!dev->group || kva_is_null(dev->group->owner)) {
		sink_null(sink, "owner");
		sink_say(sink, "  owner", "%s", !dev->group || dev->group->has_owner ?
			 "the kernel" : "not known");
		return;
	}
	sink_begin(sink, "owner");
	sink_hex(sink, "address", dev->group->owner.v);
	if (kernel_vfio_holder(ctx->k, dev->group, &holder) == STATUS_OK) {
		area = holder.areas.nr ? holder.areas.at[0] : NULL;
		if (area && area->pid >= 0) {
			sink_count(sink, "pid", (uint64_t)area->pid);
			sink_string(sink, "comm", area->comm);
			process = arena_printf(&ctx->session->arena, ", pid %" PRId64 " \"%s\"",
					       area->pid, area->comm ? area->comm : "?");
		}
		if (!kva_is_null(holder.kvm)) {
			vm = kernel_vm_at(ctx->k, holder.kvm);
			put_vm(ctx, "vm", vm);
		}
	}
	sink_end(sink);
	sink_say(sink, "  owner", "%s at %" PRIx64 "%s%s%s",
		 group_has_vfio_driver(dev->group) ? "VFIO" : "user space", dev->group->owner.v,
		 process, vm ? ", " : "", vm ? vm_words(ctx, vm) : "");
}

void put_device_details(struct context *ctx, const struct device *dev)
{
	struct pci_facts pci;
	struct driver_facts driver;
	char bdf[WORD_MAX];

	kernel_pci_facts(ctx->k, dev, &pci);
	ctx->k->vendor->driver_facts(ctx->k, dev, &driver);
	sink_begin(ctx->sink, "details");
	put_identity(ctx, dev, &pci);
	put_group(ctx, dev);
	sink_say(ctx->sink, "  unit", "%s", !dev->unit ? "none" :
		 dev->unit->has_bdf ? word_bdf(bdf, dev->unit->sbdf) : "?");
	put_domain(ctx, dev);
	put_entry(ctx, dev, &pci);
	if (dev->is_pci)
		put_abilities(ctx, &pci, &driver);
	put_owner(ctx, dev);
	sink_end(ctx->sink);
}
