// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything on one device in one place: what it is, its group, its domain, the entry that the hardware
 * looks at, the ids that its requests may carry, what it may do beside plain DMA, its interrupts,
 * who holds it.
 */
#include "device_details.h"

#include "pci_names.h"
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

/* "Ethernet controller: Intel Corporation 82574L"; NULL: the list knows nothing of it. */
static const char *name_words(struct context *ctx, const char *class_name, const char *vendor,
			      const char *device)
{
	struct arena *arena = &ctx->session->arena;
	const char *words = vendor ? vendor : "a vendor that pci.ids does not have";

	if (!class_name && !vendor)
		return NULL;
	if (vendor)
		words = arena_printf(arena, "%s %s", vendor,
				     device ? device : "(pci.ids does not have the device)");
	return class_name ? arena_printf(arena, "%s: %s", class_name, words) : words;
}

/* The numbers in words, where this machine has the list. */
static void put_names(struct context *ctx, const struct pci_facts *pci)
{
	const struct pci_ids *ids = pci_names(ctx);
	struct arena *arena = &ctx->session->arena;
	uint16_t vendor_id = (uint16_t)pci->vendor.value;
	const char *vendor = NULL, *device = NULL, *class_name = NULL, *words;

	if (ids && pci->vendor.known)
		vendor = pci_ids_vendor(arena, ids, vendor_id);
	if (ids && pci->vendor.known && pci->device.known)
		device = pci_ids_device(arena, ids, vendor_id, (uint16_t)pci->device.value);
	if (ids && pci->class_code.known)
		class_name = pci_ids_class(arena, ids, (uint32_t)pci->class_code.value);
	sink_string(ctx->sink, "vendor_name", vendor);
	sink_string(ctx->sink, "device_name", device);
	sink_string(ctx->sink, "class_name", class_name);
	words = name_words(ctx, class_name, vendor, device);
	if (words)
		sink_say(ctx->sink, "  named", "%s", words);
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
	put_names(ctx, pci);
	if (pci->untrusted.known && pci->untrusted.value)
		sink_say(sink, "  trust", "none: it sits behind an external port: the kernel gives it a "
			 "strict translated domain whatever the default is");
}

/* ---- group and domain ---- */

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
		sink_hex(ctx->sink, "domain_address", domain_address(domain).v);
	else
		sink_null(ctx->sink, "domain_address");
	sink_say(ctx->sink, "  domain", "%s%s",
		 word_domain(ctx, domain, domain ? domain_address(domain) : kva_of(0)),
		 domain && !dev->domain ? " (the group's)" : "");
	if (dev->device_domain_id)
		sink_say(ctx->sink, "", "it has an id of its own, 0x%x, since its tables are chosen by PASID",
			 dev->device_domain_id);
}

/* ---- the hardware's entry ---- */

static const char *entry_words(struct context *ctx, const struct translation *t,
			       struct failure failure)
{
	struct arena *arena = &ctx->session->arena;

	if (failed(failure))
		return word_no_value(failure.status);
	if (t->state == DMA_ILLEGAL)
		return arena_printf(arena, "illegal, so every DMA request is aborted (%s)", t->why);
	if (t->has_table)
		return arena_printf(arena, "%s, root %s, domain 0x%x, %s", word_tables(ctx, t),
				    word_root(ctx, &t->root, t->is_nested ? &t->host : NULL),
				    t->domain_id, word_perm(t->read, t->write));
	return arena_printf(arena, "%s, domain 0x%x, %s", word_dma_state(t->state), t->domain_id,
			    word_perm(t->read, t->write));
}

/* Shows an id that requests of the device carry beside its own: the IOMMU then looks at the entry of that id. */
static void put_alias(struct context *ctx, const struct device *dev, const struct stream *alias,
		      const char *why)
{
	bool differs = check_alias_differs(ctx->k, dev, alias);
	char bdf[WORD_MAX];

	sink_row(ctx->sink);
	sink_string(ctx->sink, "device", word_bdf(bdf, alias->id));
	sink_string(ctx->sink, "by", why);
	sink_bool(ctx->sink, "entry_differs", differs);
	sink_row_end(ctx->sink);
	sink_say(ctx->sink, "  alias", "%s, by %s: its entry %s", bdf, why,
		 differs ? "differs, and serves these requests" : "says the same");
}

static bool is_stream_of(const struct device *dev, uint32_t id)
{
	for (size_t i = 0; i < dev->streams.nr; i++) {
		if (((const struct stream *)dev->streams.at[i])->id == id)
			return true;
	}
	return false;
}

static void put_aliases(struct context *ctx, const struct device *dev,
			const struct pci_facts *pci)
{
	const struct stream *own = dev->streams.at[0];
	struct sink *sink = ctx->sink;

	sink_list(sink, "aliases");
	for (size_t i = 0; i < dev->streams.nr; i++) {
		const struct stream *alias = dev->streams.at[i];

		if (alias->given_by)
			put_alias(ctx, dev, alias, alias->given_by);
	}
	for (size_t i = 0; i < pci->aliases.nr; i++) {
		struct stream alias = { own->vendor, own->unit, *(uint32_t *)pci->aliases.at[i], NULL };

		if (!is_stream_of(dev, alias.id))
			put_alias(ctx, dev, &alias, "a quirk of the device");
	}
	sink_list_end(sink);
	if (!device_alias(dev) && !pci->aliases.nr)
		sink_say(sink, "  alias", "%s", pci->aliases_known ?
			 "none: its requests carry its own id" : "none by firmware");
}

static void put_interrupts(struct context *ctx, const struct stream *stream)
{
	struct sink *sink = ctx->sink;
	struct irq_table table;
	struct failure failure;

	if (!stream->vendor->irq_table) {
		sink_null(sink, "interrupt_table");
		sink_say(sink, "  irqs", "not decoded");
		return;
	}
	failure = stream->vendor->irq_table(ctx->k, stream, &table);
	if (failed(failure) || !table.at.v) {
		sink_null(sink, "interrupt_table");
		if (failure.status == STATUS_ABSENT)
			sink_say(sink, "  irqs", "not remapped");
		else
			sink_say(sink, "  irqs", failed(failure) ? "not known" : "no table");
		return;
	}
	sink_begin(sink, "interrupt_table");
	sink_hex(sink, "address", table.at.v);
	sink_count(sink, "length", table.nr);
	sink_end(sink);
	sink_say(sink, "  irqs", "table %" PRIx64 " of %u entries", table.at.v, table.nr);
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

/* It is in a group, so some unit serves it, and this kernel does not tell which. */
static bool may_be_served(struct context *ctx, const struct device *dev)
{
	return dev->group && *words_undecoded(ctx) && !kernel_inventory(ctx->k)->tells_servers;
}

static const char *why_no_entry(struct context *ctx, const struct device *dev)
{
	const struct unit *unit = device_server(dev);

	if (is_unit(ctx, dev))
		return "none: it is an IOMMU";
	if (unit && unit->vendor)
		return arena_printf(&ctx->session->arena, "not decoded: this plugin does not read entries of "
				    "%s", unit->vendor->name);
	if (unit)
		return arena_printf(&ctx->session->arena, "not decoded: this plugin does not read entries of "
				    "%s", word_undecoded(ctx, unit));
	if (may_be_served(ctx, dev))
		return arena_printf(&ctx->session->arena, "not known: this kernel does not say which IOMMU "
				    "serves it, and this plugin does not decode %s", words_undecoded(ctx));
	if (!kva_is_null(dev->unknown_unit))
		return "not known: what the driver has as its IOMMU is none of its units";
	return "none: no IOMMU serves it, its DMA is not translated";
}

static void put_entry(struct context *ctx, const struct device *dev, const struct pci_facts *pci)
{
	const struct unit *unit = device_unit(dev);
	struct sink *sink = ctx->sink;
	struct entry entry = { 0 };
	const struct translation *t = &entry.translation;
	struct failure failure;

	if (!unit || !unit->vendor->read_entry) {
		sink_null(sink, "entry");
		sink_say(sink, "  entry", "%s", why_no_entry(ctx, dev));
		return;
	}
	failure = unit->vendor->read_entry(ctx->k, dev->streams.at[0], &entry);
	sink_begin(sink, "entry");
	sink_hex(sink, "address", entry_last_view(&entry)->place.at);
	if (!failed(failure)) {
		sink_count(sink, "domain_id", t->domain_id);
		put_entry_legality(ctx, t->state, t->why, entry.doubt);
		sink_bool(sink, "read", t->read);
		sink_bool(sink, "write", t->write);
		if (t->has_table)
			sink_hex(sink, "root", t->root.table.v);
		else
			sink_null(sink, "root");
		put_host_table(ctx, t->is_nested ? &t->host : NULL);
	}
	sink_end(sink);
	if (entry.is_inherited)
		sink_bool(sink, "inherited", true);
	sink_say(sink, "  entry", "%s, at %" PRIx64 "%s", entry_words(ctx, t, failure), entry_last_view(&entry)->place.at,
		 entry.is_inherited ? ", which the crashed kernel left" : "");
	put_aliases(ctx, dev, pci);
	put_interrupts(ctx, dev->streams.at[0]);
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

static const char *put_owner_process(struct context *ctx, const struct vfio_holder *holder)
{
	const struct vfio_area *area = vfio_process(holder);

	if (!area)
		return "";
	sink_count(ctx->sink, "pid", (uint64_t)area->pid);
	sink_string(ctx->sink, "comm", area->comm);
	return arena_printf(&ctx->session->arena, ", pid %" PRId64 " \"%s\"", area->pid,
			    area->comm ? area->comm : "?");
}

static const char *put_owner_vm(struct context *ctx, const struct vfio_holder *holder)
{
	const struct vm *vm;

	if (kva_is_null(holder->kvm))
		return "";
	vm = kernel_vm_at(ctx->k, holder->kvm);
	put_vm(ctx, "vm", vm);
	return arena_printf(&ctx->session->arena, ", %s", vm_words(ctx, vm));
}

static void put_owner(struct context *ctx, const struct device *dev)
{
	const struct group *group = dev->group;
	struct sink *sink = ctx->sink;
	struct vfio_holder holder;
	const char *process = "", *vm = "";
	bool by_vfio;

	if (!group || !group->is_claimed) {
		sink_null(sink, "owner");
		sink_say(sink, "  owner", "%s",
			 !group || group->tells_owner ? "the kernel" : "not known");
		return;
	}
	sink_begin(sink, "owner");
	put_owner_address(ctx, "address", group);
	by_vfio = kernel_is_claimed_by_vfio(ctx->k, group);
	if (!failed(kernel_vfio_holder(ctx->k, group, &holder))) {
		process = put_owner_process(ctx, &holder);
		vm = put_owner_vm(ctx, &holder);
		say_if_not_all(ctx, "tell the virtual machine", holder.kvm_failure);
	}
	sink_end(sink);
	sink_say(sink, "  owner", "%s at %s%s%s",
		 by_vfio ? "VFIO" : "user space",
		 word_address(ctx, group->owner), process, vm);
}

static void read_driver_facts(struct context *ctx, const struct device *dev,
			      struct driver_facts *ret)
{
	const struct vendor *vendor = kernel_vendor_of_device(ctx->k, dev);

	*ret = (struct driver_facts){ 0 };
	if (vendor && vendor->driver_facts)
		vendor->driver_facts(ctx->k, dev, ret);
}

void put_device_details(struct context *ctx, const struct device *dev)
{
	struct pci_facts pci;
	struct driver_facts driver;
	const struct unit *unit = device_server(dev);
	char word[WORD_MAX];

	kernel_pci_facts(ctx->k, dev, &pci);
	read_driver_facts(ctx, dev, &driver);
	sink_begin(ctx->sink, "details");
	put_identity(ctx, dev, &pci);
	put_group(ctx, dev);
	sink_say(ctx->sink, "  unit", "%s", unit ? word_unit(word, unit) :
		 !kva_is_null(dev->unknown_unit)	     ? word_no_value(STATUS_DAMAGED) :
		 may_be_served(ctx, dev)	     ? "not known" : "none");
	put_domain(ctx, dev);
	put_entry(ctx, dev, &pci);
	if (dev->is_pci)
		put_abilities(ctx, &pci, &driver);
	put_owner(ctx, dev);
	sink_end(ctx->sink);
}
