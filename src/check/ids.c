// SPDX-License-Identifier: GPL-2.0-or-later
/* Domain ids: what the allocators handed out against what domains have. */
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

/* Whose an id is, as far as the domains have been gone through. */
struct claims {
	const struct domain **domain; /* by id */
	bool *device;		      /* by id: a device has it without a domain */
};

static void claim(struct kernel *k, struct claims *claims, const struct domain *domain, uint32_t id,
		  struct id_accounts *ret)
{
	struct id_clash *clash;

	if (!claims->domain[id]) {
		claims->domain[id] = domain;
	} else if (claims->domain[id] != domain) {
		clash = arena_alloc(k->arena, sizeof(*clash));
		*clash = (struct id_clash){ id, claims->domain[id], domain };
		ptrs_push(k->arena, &ret->clashes, clash);
	}
}

static void take_domain(struct kernel *k, const struct domain *domain, struct claims *claims, struct id_accounts *ret)
{
	ret->unsure |= failed(domain->ids_failure);
	for (size_t i = 0; i < domain->ids.nr; i++) {
		const struct domain_id *id = domain->ids.at[i];

		if (id->is_shared || !is_of(&ret->ids, domain, id))
			continue;
		if (id->id >= ret->ids.reserved && id->id < ret->ids.nr_ids)
			claim(k, claims, domain, id->id, ret);
		if (!id_is_allocated(&ret->ids, id->id))
			ret->unallocated[ret->nr_unallocated++] = id->id;
	}
}

static void count_ids(struct kernel *k, struct id_accounts *ret)
{
	const struct inventory *inv = kernel_inventory(k);
	struct claims claims = {
		.domain = arena_alloc(k->arena, ret->ids.nr_ids * sizeof(*claims.domain)),
		.device = arena_alloc(k->arena, ret->ids.nr_ids * sizeof(*claims.device)),
	};
	size_t nr_domain_ids = 1;

	for (size_t i = 0; i < inv->domains.nr; i++)
		nr_domain_ids += ((const struct domain *)inv->domains.at[i])->ids.nr;
	ret->unallocated = arena_alloc(k->arena, nr_domain_ids * sizeof(uint32_t));
	ret->unaccounted = arena_alloc(k->arena, ret->ids.nr_ids * sizeof(uint32_t));
	for (size_t i = 0; i < inv->domains.nr; i++)
		take_domain(k, inv->domains.at[i], &claims, ret);
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (dev->device_domain_id < ret->ids.nr_ids)
			claims.device[dev->device_domain_id] = true;
	}
	for (uint32_t id = id_next_allocated(&ret->ids, ret->ids.reserved); id < ret->ids.nr_ids;
	     id = id_next_allocated(&ret->ids, id + 1)) {
		if (!claims.domain[id] && !claims.device[id])
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
				   failed(inv->domains_failure);
		count_ids(k, accounts);
		ptrs_push(k->arena, ret, accounts);
	}
	return failed(failure) || ret->nr ? failure : failure_of(STATUS_ABSENT);
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

static void check_clash(struct kernel *k, const struct id_accounts *acc, const struct id_clash *clash,
			struct findings *ret)
{
	struct finding *finding = finding_add(k, ret, FINDING_WARNING, "id-of-two-domains",
					      "%stwo domains have the id 0x%x: the hardware may use what it keeps of "
					      "the one's tables for the other",
					      whose(k, &acc->ids), clash->id);

	finding_rests_on(k, finding, "a domain with that id", place_kva(clash->one->at), "%" PRIx64, clash->one->at.v);
	finding_rests_on(k, finding, "a domain with that id", place_kva(clash->other->at), "%" PRIx64,
			 clash->other->at.v);
	finding->has_domain_id = true;
	finding->domain_id = clash->id;
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
}
