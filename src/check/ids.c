// SPDX-License-Identifier: GPL-2.0-or-later
/* Domain ids: what the allocators handed out against what domains, and devices with an id of their own, have. */
#include "check.h"

#include <inttypes.h>

/* Ids that a sentence spells out; `iommu domains -j` has them all. */
#define NAMED_IDS 8

/* The id is on a unit that the allocator serves. */
static bool is_of(const struct id_allocator *ids, const struct domain *domain,
		  const struct domain_id *id)
{
	return domain->vendor == ids->vendor && (!ids->unit || !id->unit || ids->unit == id->unit);
}

static bool is_nobody(const struct id_holder *holder)
{
	return !holder->domain && !holder->device;
}

/* holders: by id, as far as they have been gone through. */
static void claim(struct kernel *k, struct id_holder *holders, struct id_holder by, uint32_t id,
		  struct id_accounts *ret)
{
	struct id_holder *holder = &holders[id];
	struct id_clash *clash;

	if (id < ret->ids.reserved || id >= ret->ids.nr_ids)
		return;
	if (is_nobody(holder)) {
		*holder = by;
	} else if (holder->domain != by.domain || holder->device != by.device) {
		clash = arena_alloc(k->arena, sizeof(*clash));
		*clash = (struct id_clash){ id, *holder, by };
		ptrs_push(k->arena, &ret->clashes, clash);
	}
}

static void take_domain(struct kernel *k, const struct domain *domain, struct id_holder *holders,
			struct id_accounts *ret)
{
	ret->unsure |= failed(domain->ids_failure);
	for (size_t i = 0; i < domain->ids.nr; i++) {
		const struct domain_id *id = domain->ids.at[i];

		if (id->is_shared || !is_of(&ret->ids, domain, id))
			continue;
		claim(k, holders, (struct id_holder){ .domain = domain }, id->id, ret);
		if (!id_is_allocated(&ret->ids, id->id))
			ret->unallocated[ret->nr_unallocated++] = id->id;
	}
}

static void take_device(struct kernel *k, struct device *dev, struct id_holder *holders, struct id_accounts *ret)
{
	const struct unit *unit = device_unit(dev);
	uint32_t id = dev->device_domain_id;

	if (!id || (unit && unit->vendor != ret->ids.vendor) || (ret->ids.unit && ret->ids.unit != unit))
		return;
	claim(k, holders, (struct id_holder){ .device = dev }, id, ret);
	if (!id_is_allocated(&ret->ids, id))
		ptrs_push(k->arena, &ret->unallocated_devices, dev);
}

static void count_ids(struct kernel *k, struct id_accounts *ret)
{
	const struct inventory *inv = kernel_inventory(k);
	struct id_holder *holders = arena_alloc(k->arena, ret->ids.nr_ids * sizeof(*holders));
	size_t nr_domain_ids = 1;

	for (size_t i = 0; i < inv->domains.nr; i++)
		nr_domain_ids += ((const struct domain *)inv->domains.at[i])->ids.nr;
	ret->unallocated = arena_alloc(k->arena, nr_domain_ids * sizeof(uint32_t));
	ret->unaccounted = arena_alloc(k->arena, ret->ids.nr_ids * sizeof(uint32_t));
	for (size_t i = 0; i < inv->domains.nr; i++)
		take_domain(k, inv->domains.at[i], holders, ret);
	for (size_t i = 0; i < inv->devices.nr; i++)
		take_device(k, inv->devices.at[i], holders, ret);
	for (uint32_t id = id_next_allocated(&ret->ids, ret->ids.reserved); id < ret->ids.nr_ids;
	     id = id_next_allocated(&ret->ids, id + 1)) {
		if (is_nobody(&holders[id]))
			ret->unaccounted[ret->nr_unaccounted++] = id;
	}
}

struct failure check_id_accounts(struct kernel *k, struct ptrs *ret)
{
	const struct inventory *inv = kernel_inventory(k);
	struct ptrs allocators = { 0 };
	struct failure failure = NO_FAILURE;

	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];

		if (vendor->id_allocators)
			failure = first_failure(failure, vendor->id_allocators(k, &allocators));
	}
	for (size_t i = 0; i < allocators.nr; i++) {
		struct id_accounts *accounts = arena_alloc(k->arena, sizeof(*accounts));

		accounts->ids = *(const struct id_allocator *)allocators.at[i];
		accounts->unsure = failed(inv->groups_failure) || failed(inv->devices_failure) ||
				   failed(inv->domains_failure) || failed(inv->facts_failure);
		count_ids(k, accounts);
		ptrs_push(k->arena, ret, accounts);
	}
	return failed(failure) || ret->nr ? failure : failure_of(STATUS_ABSENT);
}

bool id_accounts_balance(const struct id_accounts *acc)
{
	return !acc->nr_unaccounted && !acc->nr_unallocated && !acc->unallocated_devices.nr;
}

static const char *name_ids(struct kernel *k, const uint32_t *ids, size_t nr)
{
	const char *words = "";

	for (size_t i = 0; i < nr && i < NAMED_IDS; i++)
		words = arena_printf(k->arena, "%s%s0x%x", words, i ? ", " : "", ids[i]);
	return nr > NAMED_IDS ? arena_printf(k->arena, "%s, ...", words) : words;
}

/* "dmar1: " where each unit hands out its own. */
static const char *whose(struct kernel *k, const struct id_allocator *ids)
{
	return ids->unit ? arena_printf(k->arena, "%s: ", ids->unit->name ? ids->unit->name : "a unit") : "";
}

static const char *holder_words(struct kernel *k, const struct id_holder *holder)
{
	if (is_nobody(holder))
		return "nobody";
	return holder->device ? arena_printf(k->arena, "%s by itself", holder->device->name) :
				arena_printf(k->arena, "the domain at %" PRIx64, holder->domain->at.v);
}

static const char *clash_words(struct kernel *k, const struct id_clash *clash)
{
	if (clash->one.domain && clash->other.domain)
		return "two domains";
	return arena_printf(k->arena, "%s and %s", holder_words(k, &clash->one), holder_words(k, &clash->other));
}

static void rests_on_holder(struct kernel *k, struct finding *finding, const struct id_holder *holder)
{
	struct kva at = holder->device ? holder->device->at : holder->domain ? holder->domain->at : kva_of(0);

	finding_rests_on(k, finding, holder->device ? "a device with that id" : "a domain with that id", place_kva(at),
			 "%" PRIx64, at.v);
}

static void check_clash(struct kernel *k, const struct id_accounts *acc, const struct id_clash *clash,
			struct findings *ret)
{
	struct finding *finding = finding_add(k, ret, FINDING_WARNING, "id-of-two-domains",
					      "%s%s have the id 0x%x: the hardware may use what it keeps of "
					      "the one's tables for the other",
					      whose(k, &acc->ids), clash_words(k, clash), clash->id);

	rests_on_holder(k, finding, &clash->one);
	rests_on_holder(k, finding, &clash->other);
	finding->has_domain_id = true;
	finding->domain_id = clash->id;
}

static void check_unallocated_device(struct kernel *k, const struct device *dev, struct findings *ret)
{
	struct finding *finding = finding_add(k, ret, FINDING_WARNING, "unallocated-ids",
					      "%s: the domain id that it has by itself is not allocated: 0x%x",
					      dev->name, dev->device_domain_id);

	finding->device = dev->name;
	finding->has_domain_id = true;
	finding->domain_id = dev->device_domain_id;
	rests_on_holder(k, finding, &(struct id_holder){ .device = dev });
}

void check_ids(struct kernel *k, const struct id_accounts *acc, struct findings *ret)
{
	struct finding *finding;

	for (size_t i = 0; i < acc->clashes.nr; i++)
		check_clash(k, acc, acc->clashes.at[i], ret);
	if (acc->nr_unaccounted) {
		finding = finding_add(k, ret, FINDING_WARNING, "unaccounted-ids",
				      "%s%zu id%s allocated that no domain found here has: %s%s",
				      whose(k, &acc->ids), acc->nr_unaccounted, acc->nr_unaccounted == 1 ? " is" : "s are",
				      name_ids(k, acc->unaccounted, acc->nr_unaccounted),
				      acc->ids.keeps_old ? " (the crashed kernel may have had them)" :
				      acc->unsure ? " (but not every domain could be read)" : "");
		/* With lists that are not whole, an id without a domain proves nothing. */
		if (acc->unsure || acc->ids.keeps_old)
			finding_unsure(ret, finding);
	}
	if (acc->nr_unallocated)
		finding_add(k, ret, FINDING_WARNING, "unallocated-ids",
			    "%s%zu domain%s an id that is not allocated: %s", whose(k, &acc->ids),
			    acc->nr_unallocated,
			    acc->nr_unallocated == 1 ? " has" : "s have",
			    name_ids(k, acc->unallocated, acc->nr_unallocated));
	for (size_t i = 0; i < acc->unallocated_devices.nr; i++)
		check_unallocated_device(k, acc->unallocated_devices.at[i], ret);
}
